//! The files of the founding cloud, as they are in the repository.
//!
//! `UPDATE_GOLDENS=1 cargo test -p fmc-build --test golden` writes them anew. Then look at what
//! `git diff` says: it is what every host would see.

mod common;

use common::{FOUNDING, built, nodes};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Every file below a folder, by its path in it.
fn files(top: &Path, at: &Path, all: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(at).expect("the folder of goldens") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(top, &path, all);
        } else {
            let name = path.strip_prefix(top).expect("below").to_string_lossy().into_owned();
            all.insert(name, fs::read_to_string(&path).expect("text"));
        }
    }
}

#[test]
fn the_founding_cloud_is_built_as_it_was() {
    let (cloud, _) = built(FOUNDING);
    let is = nodes(&cloud);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        let _ = fs::remove_dir_all(folder());
        for (path, text) in &is {
            let at = folder().join(path);
            fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
            fs::write(at, text).expect("written");
        }
    }
    let mut was = BTreeMap::new();
    files(&folder(), &folder(), &mut was);
    let mut wrong = Vec::new();
    for (path, text) in &is {
        match was.remove(path) {
            None => wrong.push(format!("{path} is new")),
            Some(old) if old != *text => {
                let line = old.lines().zip(text.lines()).position(|it| it.0 != it.1);
                let at = line.unwrap_or_else(|| old.lines().count().min(text.lines().count()));
                let is = text.lines().nth(at).unwrap_or("(ends)");
                let was = old.lines().nth(at).unwrap_or("(ended)");
                wrong.push(format!("{path}:{}\n  was {was}\n  is  {is}", at + 1));
            }
            Some(_) => {}
        }
    }
    wrong.extend(was.keys().map(|it| format!("{it} belongs to nothing any more")));
    assert!(wrong.is_empty(), "{}\nupdate: see the head of this test", wrong.join("\n"));
}

//! `cargo xtask gallery`: the pictures in `docs/pictures`, and the page that shows them.
//!
//! The gallery is the set of golden pictures as well: what people look at is what is compared, byte
//! by byte, by `--check`. Where a picture is not what it was, an image shows both and where they
//! differ, so that a person can say whether it became better.

mod page;
mod pictures;

use crate::docs::difference;
use crate::process::{programs, shown, succeeds};
use crate::workspace;
use pictures::{Made, Picture, SECTIONS};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the gallery lies. Everything in it is made by this chore.
const FOLDER: &str = "docs/pictures";
const PAGE: &str = "README.md";
/// The example program that draws differences.
const DIFFERENCE: &str = "difference";

/// Make the pictures of the documents anew, or compare them with what is drawn now.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing into the documents; fail where a picture is not what is drawn now.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    if arguments.check {
        return check(root);
    }
    let made = make(root)?;
    let gallery = root.join(FOLDER);
    std::fs::create_dir_all(&gallery).map_err(|it| format!("{FOLDER}: {it}"))?;
    for (name, verdict) in compare(&gallery, &made.files)? {
        let path = gallery.join(&name);
        let done = match verdict {
            Verdict::Same => Ok("as it was"),
            Verdict::Unknown => std::fs::remove_file(&path).map(|()| "removed"),
            Verdict::Missing | Verdict::Differs => {
                std::fs::write(&path, &made.files[&name]).map(|()| "written")
            }
        };
        println!("{:<9}  {FOLDER}/{name}", done.map_err(|it| format!("{FOLDER}/{name}: {it}"))?);
    }
    Ok(true)
}

/// Compares every file of the gallery with what is drawn now; one difference does not hide others.
pub(crate) fn check(root: &Path) -> Result<bool, String> {
    let made = make(root)?;
    let gallery = root.join(FOLDER);
    let mut good = true;
    for (name, verdict) in compare(&gallery, &made.files)? {
        let word = match verdict {
            Verdict::Same => "ok",
            Verdict::Missing => "MISSING",
            Verdict::Differs => "DIFFERS",
            Verdict::Unknown => "UNKNOWN",
        };
        println!("{word:<8}{FOLDER}/{name}");
        if !matches!(verdict, Verdict::Same) {
            good = false;
        }
        if matches!(verdict, Verdict::Differs) {
            println!("        {}", explain(root, &made, &name)?);
        }
    }
    if !good {
        println!("UNKNOWN is what no picture of `xtask/src/gallery/pictures.rs` is called.");
        println!("Look at the differences; `cargo xtask gallery` takes what is drawn now.");
    }
    Ok(good)
}

/// What is drawn now.
struct Gallery {
    /// Where the files lie, beside which differences are put.
    folder: PathBuf,
    /// The bytes of each, by its name.
    files: BTreeMap<String, Vec<u8>>,
    /// The program that shows how two pictures differ.
    difference: PathBuf,
}

/// What became of a file of the gallery.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Same,
    /// It is drawn now, and was not there.
    Missing,
    Differs,
    /// It is there, and nothing draws it.
    Unknown,
}

/// Draws everything, into a folder below the one that cargo builds into.
fn make(root: &Path) -> Result<Gallery, String> {
    let target = workspace::target_directory(&workspace::metadata(root)?)?;
    let folder = target.join("gallery");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|it| format!("{}: {it}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).map_err(|it| format!("{}: {it}", folder.display()))?;
    let mut examples = vec![DIFFERENCE];
    for picture in SECTIONS.iter().flat_map(|it| it.pictures) {
        examples.extend(match picture.made {
            Made::Example(name) => Some(name),
            Made::Draw(_) => None,
        });
    }
    let programs = programs(root, &examples)?;
    let mut files = BTreeMap::new();
    for picture in SECTIONS.iter().flat_map(|it| it.pictures) {
        let mut command = match picture.made {
            Made::Draw(words) => {
                let mut command = Command::new(&programs["fmc"]);
                command.arg("draw").args(words).arg("-o").arg(folder.join(picture.file));
                command.current_dir(root);
                command
            }
            Made::Example(name) => {
                let mut command = Command::new(&programs[name]);
                command.current_dir(&folder);
                command
            }
        };
        draw(command.env("LC_ALL", "C"), &folder, picture)?;
        let path = folder.join(picture.file);
        let bytes = std::fs::read(&path).map_err(|it| format!("{}: {it}", path.display()))?;
        if files.insert(picture.file.to_owned(), bytes).is_some() {
            return Err(format!("two pictures are called `{}`", picture.file));
        }
    }
    files.insert(PAGE.to_owned(), page::write(SECTIONS).into_bytes());
    std::fs::write(folder.join(PAGE), &files[PAGE]).map_err(|it| format!("{PAGE}: {it}"))?;
    Ok(Gallery { folder, files, difference: programs[DIFFERENCE].clone() })
}

/// Draws one picture; what is told meanwhile is shown only where nothing came of it.
fn draw(command: &mut Command, folder: &Path, picture: &Picture) -> Result<(), String> {
    let output = command.output().map_err(|it| format!("`{}`: {it}", shown(command)))?;
    // A cloud with errors is drawn as far as it can be made out, and 1 says that it has some.
    if matches!(output.status.code(), Some(0 | 1)) && folder.join(picture.file).is_file() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{}`: {}\n{told}", shown(command), output.status))
}

/// What became of each file that is or shall be in the gallery, by its name.
fn compare(
    gallery: &Path,
    made: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Verdict>, String> {
    let mut verdicts = BTreeMap::new();
    for (name, bytes) in made {
        let verdict = match std::fs::read(gallery.join(name)) {
            Err(_) => Verdict::Missing,
            Ok(old) if old == *bytes => Verdict::Same,
            Ok(_) => Verdict::Differs,
        };
        verdicts.insert(name.clone(), verdict);
    }
    let entries = std::fs::read_dir(gallery).map_err(|it| format!("{FOLDER}: {it}"))?;
    for entry in entries {
        let name = entry.map_err(|it| format!("{FOLDER}: {it}"))?.file_name();
        verdicts.entry(name.to_string_lossy().into_owned()).or_insert(Verdict::Unknown);
    }
    Ok(verdicts)
}

/// How a file differs, in words or as an image beside what is drawn now.
fn explain(root: &Path, made: &Gallery, name: &str) -> Result<String, String> {
    let (old, new) = (root.join(FOLDER).join(name), made.folder.join(name));
    if !matches!(Path::new(name).extension().and_then(|it| it.to_str()), Some("svg" | "png")) {
        let text = |it: &Path| std::fs::read_to_string(it).map_err(|it| it.to_string());
        let found = difference(&text(&old)?, &text(&new)?);
        return Ok(found.unwrap_or_default().replace('\n', "\n        "));
    }
    let image = made.folder.join(format!("{name}.difference.png"));
    if succeeds(Command::new(&made.difference).args([&old, &new, &image]))? {
        Ok(format!("what it was | what it is now | difference: {}", image.display()))
    } else {
        Ok(format!("what it is now: {} (no image of the difference could be made)", new.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_gets_its_verdict() {
        let target = workspace::target_directory(&workspace::metadata(&workspace::root()).unwrap());
        let folder = target.unwrap().join("tmp/gallery-verdicts");
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("same.svg", "a"), ("differs.svg", "b"), ("unknown.svg", "c")] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let made = [("same.svg", "a"), ("differs.svg", "x"), ("missing.svg", "d")];
        let made = made.map(|it| (it.0.to_owned(), it.1.as_bytes().to_vec())).into();
        let verdicts = compare(&folder, &made).unwrap();
        let expected = [
            ("differs.svg", Verdict::Differs),
            ("missing.svg", Verdict::Missing),
            ("same.svg", Verdict::Same),
            ("unknown.svg", Verdict::Unknown),
        ];
        assert_eq!(verdicts, expected.map(|it| (it.0.to_owned(), it.1)).into());
    }

    #[test]
    fn every_example_has_its_picture() {
        let root = workspace::root();
        let drawn: Vec<&str> = (SECTIONS.iter().flat_map(|it| it.pictures))
            .filter_map(
                |it| if let Made::Draw(words) = it.made { words.first().copied() } else { None },
            )
            .collect();
        for (folder, ending) in [("examples", "yaml"), ("tests/graphs/hard", "dot")] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let file = format!("{folder}/{name}");
                assert!(!name.ends_with(ending) || drawn.contains(&file.as_str()), "{file}");
            }
        }
    }
}

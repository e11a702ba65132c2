//! What git would track: no secret may be written there.

use crate::CouldNot;
use crate::output::Output;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Fails if git would track one of these paths: they lie in a working tree, and no rule says that they
/// are to be ignored.
pub(crate) fn refuse_tracked(paths: &[PathBuf], output: &Output) -> Result<(), CouldNot> {
    let Some(first) = paths.first() else { return Ok(()) };
    let Some(folder) = working_tree(first) else { return Ok(()) };
    let whole: Vec<PathBuf> = paths.iter().map(|it| real(it)).collect();
    let ignored = ignored(&folder, &whole).ok_or_else(|| {
        let what = output.say(
            "git cannot be asked whether it would track",
            "no se puede preguntar a git si seguiría",
        );
        CouldNot::new(format!("{what} {}", first.display())).hint(output.say(
            "write secrets to a folder outside of the repository",
            "escriba los secretos en una carpeta fuera del repositorio",
        ))
    })?;
    let Some(at) = whole.iter().position(|it| !ignored.contains(it)) else { return Ok(()) };
    let what = output.say(
        "git would track it, and it would hold a secret in plain text",
        "git lo seguiría, y contendría un secreto sin cifrar",
    );
    let hint = output.say(
        "add the folder to .gitignore, or choose one outside of the repository",
        "añada la carpeta a .gitignore, o elija una fuera del repositorio",
    );
    Err(CouldNot::new(format!("{}: {what}", paths[at].display())).hint(hint))
}

/// Whether git tracks a file.
pub(super) fn is_tracked(path: &Path) -> bool {
    let Some(folder) = working_tree(path) else { return false };
    let ran = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["ls-files", "--error-unmatch", "--"])
        .arg(real(path))
        .output();
    ran.is_ok_and(|it| it.status.success())
}

/// The paths among these that git ignores and does not track; `None` if it cannot be asked.
fn ignored(folder: &Path, paths: &[PathBuf]) -> Option<Vec<PathBuf>> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["check-ignore", "-z", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = Vec::new();
    for path in paths {
        input.extend_from_slice(path.as_os_str().as_encoded_bytes());
        input.push(0);
    }
    // It answers while it is still asked: who writes must not keep it from being read.
    let mut stdin = child.stdin.take()?;
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let ran = child.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    // 1 tells that none is ignored.
    if !matches!(ran.status.code(), Some(0 | 1)) {
        return None;
    }
    let text = String::from_utf8(ran.stdout).ok()?;
    Some(text.split('\0').filter(|it| !it.is_empty()).map(PathBuf::from).collect())
}

/// The folder nearest to a path that is there, if a working tree of git is around it.
fn working_tree(path: &Path) -> Option<PathBuf> {
    let path = real(path);
    let folder = path.ancestors().skip(1).find(|it| it.is_dir())?;
    folder.ancestors().any(|it| it.join(".git").exists()).then(|| folder.to_owned())
}

/// A path without links in that part of it that is there.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for folder in path.ancestors().skip(1) {
        if let (Ok(real), Ok(rest)) = (folder.canonicalize(), path.strip_prefix(folder)) {
            return real.join(rest);
        }
    }
    path
}

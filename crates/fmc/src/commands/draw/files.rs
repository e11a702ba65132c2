//! Names and files of pictures.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The longest name of a file that common systems take, without room for an ending and the mark of an
/// unfinished file.
const LONGEST: usize = 200;

/// The name of a file out of a title: what no name may hold on some system becomes a hyphen, so a
/// title never makes a folder.
pub(super) fn named(title: &str) -> String {
    let is_safe = |it: char| !it.is_control() && !r#"/\:*?"<>|"#.contains(it);
    let mut name: String = title.chars().map(|it| if is_safe(it) { it } else { '-' }).collect();
    while name.len() > LONGEST {
        name.pop();
    }
    // A name that begins with a point is hidden, one that begins with a hyphen is an option to other programs,
    // and one that ends with a point is cut on some systems.
    let name = name.trim_start_matches(|it: char| it.is_whitespace() || ".-".contains(it));
    let name = name.trim_end_matches(|it: char| it.is_whitespace() || it == '.');
    if name.is_empty() { "cloud".to_owned() } else { name.to_owned() }
}

/// Writes a file whole or not at all: who reads it meanwhile sees the old one.
pub(super) fn write(path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = Path::new(path);
    // Through a link to what it means; a pipe or a device is written to and not replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let there = fs::metadata(&target).ok();
    if there.as_ref().is_some_and(|it| !it.is_file()) {
        return fs::write(&target, bytes);
    }
    let unfinished = beside(&target);
    let written = fs::write(&unfinished, bytes)
        .and_then(|()| {
            there.map_or(Ok(()), |it| fs::set_permissions(&unfinished, it.permissions()))
        })
        .and_then(|()| fs::rename(&unfinished, &target));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// A name in the same folder, since a file can be renamed within one file system only.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names() {
        for (title, expected) in [
            (
                "FlatcarMicroCloud - Infraestructura Global",
                "FlatcarMicroCloud - Infraestructura Global",
            ),
            ("API (HAProxy/Keepalived)", "API (HAProxy-Keepalived)"),
            ("../../etc/passwd", "etc-passwd"),
            ("a\\b:c\n", "a-b-c-"),
            ("Íconos.", "Íconos"),
            (" . ", "cloud"),
            ("<script>alert(1)</script>", "script-alert(1)--script-"),
            (".hidden", "hidden"),
            ("", "cloud"),
        ] {
            assert_eq!(named(title), expected, "{title:?}");
        }
        assert!(named(&"ñ".repeat(500)).len() <= LONGEST);
    }
}

//! No machine's own paths, and no hosts that packages are fetched from: where a checkout lies and
//! which mirror it uses is its owner's business.

use super::{Finding, line_of};
use crate::workspace::{File, Tree};

/// Where a lock file says that packages come from; any other address is somebody's mirror.
const INDEX: [&str; 2] = ["registry+https://github.com/rust-lang/crates", ".io-index"];

/// A text that may not stand in a file. The halves keep this file from holding what it forbids.
struct Pattern {
    halves: [&'static str; 2],
    what: What,
}

enum What {
    /// A folder at the root of a machine.
    Folder,
    /// A folder at the root of a machine, in which somebody's name follows.
    Home,
    /// Any place where the text stands.
    Anywhere,
}

const PATTERNS: &[Pattern] = &[
    Pattern { halves: ["/wo", "rk/"], what: What::Folder },
    Pattern { halves: ["/fa", "rm/"], what: What::Folder },
    Pattern { halves: ["/ro", "ot/"], what: What::Folder },
    Pattern { halves: ["/ho", "me/"], what: What::Home },
    Pattern { halves: ["../sha", "red"], what: What::Anywhere },
    Pattern { halves: ["crates", ".io"], what: What::Anywhere },
    Pattern { halves: ["deb.deb", "ian.org"], what: What::Anywhere },
    Pattern { halves: ["pypi", ".org"], what: What::Anywhere },
    Pattern { halves: ["python", "hosted.org"], what: What::Anywhere },
    Pattern { halves: ["npm", "js.org"], what: What::Anywhere },
    Pattern { halves: ["proxy.gol", "ang.org"], what: What::Anywhere },
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let locks = |it: &&File| it.path.ends_with("Cargo.lock");
    let others = tree.files.iter().filter(|it| !locks(it)).flat_map(check_file);
    others.chain(tree.files.iter().filter(locks).flat_map(check_lock)).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    // What is built for hosts that are made up has the homes of people who are.
    let generated = file.path.starts_with("crates/fmc-build/tests/golden/");
    for pattern in PATTERNS {
        let forbidden = pattern.halves.concat();
        for (at, _) in file.text.match_indices(&forbidden) {
            let before = file.text[..at].chars().next_back();
            let after = file.text[at + forbidden.len()..].chars().next();
            // `framework/x` and `https://example.org/x` are no folders at a root.
            let rooted = !before.is_some_and(|it| it.is_alphanumeric() || "_-.}".contains(it));
            let named = after.is_some_and(|it| it.is_alphanumeric() || it == '_');
            let message = match pattern.what {
                What::Folder if rooted => "a path of one machine",
                What::Home if rooted && named && !generated => "a path of one machine",
                What::Anywhere => "neither a host of packages nor a path outside belongs here",
                _ => continue,
            };
            let message = format!("`{forbidden}`: {message}");
            findings.push(Finding::new(&file.path, line_of(&file.text, at), message));
        }
    }
    findings
}

fn check_lock(file: &File) -> Vec<Finding> {
    let index = INDEX.concat();
    let mirror = |line: &str| {
        line.strip_prefix("source = \"").is_some_and(|it| it.trim_end_matches('"') != index)
    };
    let lines = file.text.lines().enumerate().filter(|it| mirror(it.1));
    lines.map(|it| Finding::new(&file.path, it.0 + 1, "a package from elsewhere")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn private_paths_and_hosts_are_found() {
        for halves in PATTERNS.iter().map(|it| it.halves) {
            let text = format!("see {}x", halves.concat());
            assert_eq!(findings("a.md", &text), 1, "{text}");
        }
        assert_eq!(findings("a.md", &["(`/wo", "rk/main`)"].concat()), 1);
    }

    #[test]
    fn other_paths_are_left_alone() {
        assert_eq!(findings("a.md", &["frame/wo", "rk/ in ./wo", "rk/"].concat()), 0);
        assert_eq!(findings("a.md", &["https://example.org/ho", "me/x"].concat()), 0);
        assert_eq!(findings("a.md", &["/ho", "me/<name>"].concat()), 0);
        let home = ["/ho", "me/ana"].concat();
        assert_eq!(findings("crates/fmc-build/tests/golden/a/etc/b", &home), 0);
        assert_eq!(findings("crates/fmc-build/tests/a.rs", &home), 1);
    }

    #[test]
    fn a_lock_file_names_no_mirror() {
        let lock = |source: &str| format!("[[package]]\nname = \"a\"\nsource = \"{source}\"\n");
        assert_eq!(findings("Cargo.lock", &lock(&INDEX.concat())), 0);
        assert_eq!(findings("fuzz/Cargo.lock", &lock("registry+https://mirror.example")), 1);
    }
}

//! No source file over 400 lines without saying why: long files are opened by nobody willingly.

use super::Finding;
use crate::workspace::{File, Tree};

const LIMIT: usize = 400;
/// The reason stands where a reader begins.
const HEAD: usize = 20;
const REASON: &str = "Long because: ";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|it| is_source(it)) {
        let lines = file.text.lines().count();
        let explained = file.text.lines().take(HEAD).any(|line| {
            let comment = line.trim_start_matches(['/', '#', '!', ' ']);
            comment.strip_prefix(REASON).is_some_and(|it| !it.trim().is_empty())
        });
        if lines > LIMIT && !explained {
            let message =
                format!("{lines} lines; split it, or say in its head `// {REASON}<reason>`");
            findings.push(Finding::new(&file.path, 1, message));
        }
    }
    findings
}

/// How long the files written in Rust are.
pub(super) fn summary(tree: &Tree) -> String {
    let mut lines: Vec<_> = tree.rust().map(|it| it.text.lines().count()).collect();
    lines.sort_unstable();
    match lines[..] {
        [] => "no file is written in Rust".into(),
        [.., longest] => format!(
            "{} Rust files: median {} lines, longest {longest}, together {}",
            lines.len(),
            lines[lines.len() / 2],
            lines.iter().sum::<usize>(),
        ),
    }
}

fn is_source(file: &File) -> bool {
    matches!(file.extension(), "rs" | "py" | "sh" | "js" | "css") || file.text.starts_with("#!/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_need_a_reason() {
        let long = "x\n".repeat(401);
        let explained = format!("//! About.\n\n// {REASON}a table.\n{long}");
        let late = format!("{}// {REASON}a table.\n{long}", "\n".repeat(20));
        let tree = Tree::of(&[
            ("a.rs", &long),
            ("b.rs", &explained),
            ("c.rs", &late),
            ("d.md", &long),
            ("e.rs", &"x\n".repeat(400)),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|it| it.file).collect();
        assert_eq!(found, ["a.rs", "c.rs"]);
        assert!(summary(&tree).starts_with("4 Rust files: median 404 lines, longest 422"));
    }
}

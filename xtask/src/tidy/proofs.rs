//! Every test that a document names exists, so that nothing is said to be proven by a test that is gone.
//!
//! A test is named by its file and itself, as in `tests/validators/tests/all/planted.rs::a_name`, in
//! inline code.

use super::{Finding, rust, words};
use crate::workspace::{File, Tree};

/// What stands between the path of a file and the name of a test in it.
const JOINT: &str = ".rs::";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.files.iter().filter(|it| it.extension() == "md");
    documents.flat_map(|it| check_document(tree, it)).collect()
}

fn check_document(tree: &Tree, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        // Every other part of a line that is parted at its backquotes is code.
        for code in line.split('`').skip(1).step_by(2) {
            let Some((stem, name)) = code.split_once(JOINT) else { continue };
            let path = format!("{stem}.rs");
            let is_test = tree.file(&path).is_some_and(|it| has_test(&it.text, name));
            if !is_test {
                let message = format!("there is no test `{name}` in `{path}`");
                findings.push(Finding::new(&file.path, number + 1, message));
            }
        }
    }
    findings
}

/// Whether a text has a test of this name.
fn has_test(text: &str, name: &str) -> bool {
    let code = rust::code(text);
    words(&code, name).any(|at| {
        let before = code[..at].trim_end();
        let Some(before) = before.strip_suffix("fn") else { return false };
        before.trim_end().ends_with("#[test]")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let code = "#[test]\nfn is_there() {}\n\nfn helper() {}\n// #[test]\n// fn gone() {}\n";
        let tree = Tree::of(&[("docs/a.md", text), ("crates/x/tests/y.rs", code)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_test_that_is_not_there_is_found() {
        for name in ["gone", "helper", "is_ther", "is_there_not"] {
            let text = format!("x\nsee `crates/x/tests/y.rs::{name}`.");
            let said = format!("docs/a.md:2: there is no test `{name}` in `crates/x/tests/y.rs`");
            assert_eq!(findings(&text), [said]);
        }
        assert_eq!(findings("`crates/x/tests/z.rs::is_there`").len(), 1);
    }

    #[test]
    fn what_is_there_or_names_no_test_is_left_alone() {
        for text in [
            "| E01 | `crates/x/tests/y.rs::is_there` |",
            "`crates/x/tests/y.rs` and crates/x/tests/y.rs::gone without code",
        ] {
            assert_eq!(findings(text), [""; 0], "{text}");
        }
    }
}

//! `cargo xtask tidy`: the rules of the house that a machine can hold.
//!
//! A rule is a pure function from the [`Tree`] to its findings, in a file of its own, tested on a
//! fault that was planted for it. [`RULES`] is the whole list.

mod dependencies;
mod leftovers;
mod length;
mod links;
mod manifests;
mod private;
mod proofs;
mod purity;
mod rust;
mod unsafety;

use crate::workspace::Tree;
use std::fmt;
use std::path::Path;

/// A rule: what it asks for, in words that follow "every" or "no" naturally, and its check.
type Rule = (&'static str, fn(&Tree) -> Vec<Finding>);

const RULES: &[Rule] = &[
    ("who may know whom", dependencies::check),
    ("how a crate is named and linted", manifests::check),
    ("thinking crates do no IO; only fmc talks", purity::check),
    ("unsafe code only in fmc-sys", unsafety::check),
    ("every path that a document names exists", links::check),
    ("every test that a document names exists", proofs::check),
    ("no file over 400 lines without a reason", length::check),
    ("nothing left for later, nothing silenced without a reason", leftovers::check),
    ("no machine's own paths and no package hosts", private::check),
];

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Runs every rule over the repository and prints what it finds.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    let tree = Tree::read(root)?;
    let mut count = 0;
    for (rule, check) in RULES {
        let mut findings = check(&tree);
        findings.sort();
        count += findings.len();
        println!("{:<7} {rule}", if findings.is_empty() { "ok" } else { "BROKEN" });
        for finding in findings {
            println!("        {finding}");
        }
    }
    println!("{}", length::summary(&tree));
    println!("tidy: {count} finding{} in {} files", plural(count), tree.paths.len());
    Ok(count == 0)
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The number, from 1, of the line that holds this byte.
fn line_of(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count() + 1
}

/// Where `word` stands in `text` with no letter, digit or underscore right before or after it.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let inner = |it: char| it.is_alphanumeric() || it == '_';
    text.match_indices(word).map(|it| it.0).filter(move |start| {
        let before = text[..*start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(inner) && !after.is_some_and(inner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert_eq!(words("unsafe_code unsafe, (unsafe)", "unsafe").collect::<Vec<_>>(), [12, 21]);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}

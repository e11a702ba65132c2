//! Nothing is left for later, no test is skipped, and no lint is silenced without a reason.

use super::{Finding, line_of, rust, words};
use crate::workspace::{File, Tree};

/// What holds code or configuration; prose may speak of these words.
const EXTENSIONS: &[&str] = &["py", "rs", "sh", "toml", "yaml", "yml"];

/// Attributes that no code has, and what to do instead.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("ignore", "a test that is not run proves nothing: make it run, or remove it"),
    ("should_panic", "check the value instead: any panic would pass"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let reminders = tree
        .files
        .iter()
        .filter(|it| EXTENSIONS.contains(&it.extension()) || it.text.starts_with("#!/"))
        .flat_map(reminders);
    reminders.chain(tree.rust().flat_map(attributes)).collect()
}

fn reminders(file: &File) -> Vec<Finding> {
    // Halves, so that this file does not hold what it forbids.
    let forbidden = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|it| it.concat());
    let mut findings = Vec::new();
    for word in &forbidden {
        for at in words(&file.text, word) {
            let message = format!("{word}: do it, or write an issue");
            findings.push(Finding::new(&file.path, line_of(&file.text, at), message));
        }
    }
    findings
}

fn attributes(file: &File) -> Vec<Finding> {
    let code = rust::code(&file.text);
    let mut findings = Vec::new();
    for (at, _) in code.match_indices("#[").chain(code.match_indices("#![")) {
        let inner = code[at..].trim_start_matches(['#', '!', '[']);
        let attribute = inner.split(']').next().unwrap_or_default();
        let name = attribute.split(|it: char| !it.is_alphanumeric() && it != '_').next();
        let name = name.unwrap_or_default();
        let mut find = |message: String| {
            findings.push(Finding::new(&file.path, line_of(&code, at), message));
        };
        if let Some((_, remedy)) = ATTRIBUTES.iter().find(|it| it.0 == name) {
            find(format!("#[{name}]: {remedy}"));
        }
        if matches!(name, "allow" | "expect") && words(attribute, "reason").next().is_none() {
            find(format!("#[{name}] without a reason: write #[expect(…, reason = \"…\")]"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|it| it.line).collect()
    }

    #[test]
    fn leftovers_are_found() {
        let later = ["// TO", "DO: later"].concat();
        assert_eq!(findings("a.rs", &format!("\n{later}\n")), [2]);
        assert_eq!(findings("a.md", &later), [0; 0]);
        assert_eq!(findings("run", &format!("#!/bin/sh\n{later}")), [2]);
        assert_eq!(findings("a.rs", "mktemp_XX_X"), [0; 0]);
        assert_eq!(findings("a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}"), [2]);
        assert_eq!(findings("a.rs", "#[should_panic(expected = \"x\")]"), [1]);
        assert_eq!(findings("a.rs", "#![allow(dead_code)]\n#[expect(dead_code)]"), [2, 1]);
    }

    #[test]
    fn reasons_are_enough() {
        assert_eq!(findings("a.rs", "#[expect(\n  dead_code,\n  reason = \"x\",\n)]"), [0; 0]);
        assert_eq!(findings("a.rs", "// #[ignore]\nlet x = \"#[allow(x)]\";"), [0; 0]);
    }
}

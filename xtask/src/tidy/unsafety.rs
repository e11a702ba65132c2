//! Unsafe code lives in `fmc-sys` alone, so that one crate has to be read with that care.

use super::{Finding, line_of, rust, words};
use crate::workspace::Tree;

const HOME: &str = "crates/fmc-sys/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|it| !it.path.starts_with(HOME)) {
        let code = rust::code(&file.text);
        for at in words(&code, "unsafe") {
            let line = line_of(&code, at);
            findings.push(Finding::new(&file.path, line, "unsafe code outside of fmc-sys"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_code_is_found() {
        let code = "#![forbid(unsafe_code)] // unsafe\nfn f() { unsafe { g() } }\n";
        let tree = Tree::of(&[("crates/fmc/src/main.rs", code), ("crates/fmc-sys/src/a.rs", code)]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["crates/fmc/src/main.rs:2: unsafe code outside of fmc-sys"]);
    }
}

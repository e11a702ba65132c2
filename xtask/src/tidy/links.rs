//! Every path that a document names exists, so that no document outlives the code it tells of.
//!
//! Looked at are the links of Markdown files, and the words of their `inline code` that begin with
//! a folder of the repository. Blocks of code are free: they may show what a reader will create.

use super::Finding;
use crate::workspace::{File, Tree};

/// The folders whose mention is a promise.
const FOLDERS: &[&str] =
    &[".cargo/", ".ci/", ".github/", "crates/", "docs/", "examples/", "fuzz/", "tests/", "xtask/"];

/// Folders that a chore creates and git ignores.
const MADE: &[&str] = &["fuzz/artifacts", "fuzz/corpus"];

/// What a path that is a pattern or a placeholder holds.
const PLACEHOLDERS: &[char] = &['<', '*', '…', '{', '$'];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.files.iter().filter(|it| it.extension() == "md");
    documents.flat_map(|it| check_document(tree, it)).collect()
}

fn check_document(tree: &Tree, file: &File) -> Vec<Finding> {
    let folder = file.path.rsplit_once('/').map_or("", |it| it.0);
    let mut findings = Vec::new();
    let mut fence = None;
    for (number, line) in file.text.lines().enumerate() {
        let start = line.trim_start();
        let mark = start.get(..3).filter(|it| matches!(*it, "```" | "~~~"));
        match fence {
            Some(open) => {
                if mark == Some(open) {
                    fence = None;
                }
                continue;
            }
            None if mark.is_some() => {
                fence = mark;
                continue;
            }
            None => {}
        }
        let (prose, spans) = split_code(line);
        let linked = links(&prose).filter_map(|it| resolve(folder, it)).collect::<Vec<_>>();
        let named = spans.iter().flat_map(|it| it.split_whitespace()).filter_map(named_path);
        for path in linked.into_iter().chain(named.map(str::to_owned)) {
            if !exists(tree, &path) {
                let message = format!("`{path}` does not exist");
                findings.push(Finding::new(&file.path, number + 1, message));
            }
        }
    }
    findings
}

fn exists(tree: &Tree, path: &str) -> bool {
    let made = |folder: &&str| {
        path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path.is_empty() || tree.paths.contains(path) || MADE.iter().any(made)
}

/// A line without its inline code, and that code.
fn split_code(line: &str) -> (String, Vec<&str>) {
    let mut prose = String::new();
    let mut spans = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('`') {
        let ticks = rest[open..].bytes().take_while(|it| *it == b'`').count();
        let body = &rest[open + ticks..];
        let Some(close) = body.find(&"`".repeat(ticks)) else { break };
        prose.push_str(&rest[..open]);
        // Keeps `[`code`](path)` a link.
        prose.push('_');
        spans.push(&body[..close]);
        rest = &body[close + ticks..];
    }
    prose.push_str(rest);
    (prose, spans)
}

/// The targets of `[text](target)` in a line, and of `[name]: target`.
fn links(prose: &str) -> impl Iterator<Item = &str> {
    let inline = prose.split("](").skip(1).filter_map(target);
    let defined = prose.trim_start().strip_prefix('[').and_then(|it| it.split_once("]: "));
    inline.chain(defined.and_then(|it| it.1.split_whitespace().next()))
}

/// The target that a text begins with. What stands between angle brackets may hold spaces.
fn target(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(rest) => rest.split('>').next(),
        None => text.split([')', ' ']).next(),
    }
}

/// The path that a link of a document in `folder` leads to; none for links out of the repository.
fn resolve(folder: &str, link: &str) -> Option<String> {
    let link = link.trim_start_matches('<').trim_end_matches('>');
    let path = link.split(['#', '?']).next().unwrap_or_default();
    let elsewhere = link.contains("://") || link.starts_with("mailto:");
    if path.is_empty() || elsewhere || path.contains(PLACEHOLDERS) {
        return None;
    }
    let (mut parts, path) = match path.strip_prefix('/') {
        Some(path) => (Vec::new(), path),
        None => (folder.split('/').filter(|it| !it.is_empty()).collect(), path),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                // Above the root nothing exists; the name says so in the finding.
                if parts.pop().is_none() {
                    return Some(path.to_owned());
                }
            }
            it => parts.push(it),
        }
    }
    Some(parts.join("/"))
}

/// The path in a word of inline code, if that word is a path of the repository.
fn named_path(word: &str) -> Option<&str> {
    let word = word.trim_start_matches("./").trim_end_matches(['.', ',', ';', ')']);
    if !FOLDERS.iter().any(|it| word.starts_with(it)) || word.contains(PLACEHOLDERS) {
        return None;
    }
    // `path:12` names a line, `path::item` an item.
    Some(word.split([':', '#']).next().unwrap_or_default().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/guide/a.md", text),
            ("docs/b.md", ""),
            ("docs/two words.png", ""),
            ("crates/fmc/src/main.rs", ""),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn missing_paths_are_found() {
        assert_eq!(findings("x\n[b](../c.md)"), ["docs/guide/a.md:2: `docs/c.md` does not exist"]);
        assert_eq!(
            findings("see `crates/fmc/src/gone.rs:12`"),
            ["docs/guide/a.md:1: `crates/fmc/src/gone.rs` does not exist"]
        );
        assert_eq!(findings("run `cat ./examples/none.yaml`.").len(), 1);
        assert_eq!(findings("[`x`](x.md) and ![y](y.svg \"title\")").len(), 2);
        assert_eq!(findings("[up](../../../secret.md)").len(), 1);
        assert_eq!(findings("[name]: none.md").len(), 1);
        assert_eq!(findings("![x](<../no words.png>)").len(), 1);
        assert_eq!(findings("~~~\n```\n~~~\n[x](x.md)").len(), 1);
    }

    #[test]
    fn what_exists_or_is_no_path_is_left_alone() {
        for text in [
            "[b](../b.md#part) [c](/docs/b.md) [self](a.md) [root](../..) [folder](..)",
            "![x](<../two words.png>)",
            "[web](https://example.org/a.md) [mail](mailto:a@b.c) [here](#there)",
            "`crates/fmc/src/main.rs:3`, `crates/fmc/`, `docs/<name>.md`, `docs/*.md`, `docs/…`",
            "`tests` and `a/b.rs` and `fuzz/corpus/read`",
            "```console\n$ cat docs/new.md [x](y.md)\n```",
            "an odd ` tick",
        ] {
            assert_eq!(findings(text), [""; 0], "{text}");
        }
    }
}

//! `cargo xtask docs`: the documents that the program itself knows, written from what it prints.
//!
//! They are committed, so that they can be read where the repository is, and `--check` holds them
//! to the program.

use crate::process::{programs, stdout};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each document and the arguments with which `fmc` prints it.
const DOCUMENTS: &[(&str, &[&str])] = &[
    ("docs/cloud.schema.json", &["schema"]),
    ("docs/language.md", &["schema", "--markdown"]),
    ("docs/diagnostics.md", &["explain", "--all", "--markdown"]),
    ("docs/roles.md", &["explain", "--roles", "--markdown"]),
];

/// An example program that is built along, for cargo to use what the tests built.
const EXAMPLE: &str = "difference";

/// Write the documents that the program itself knows.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail where a document is not what the program prints.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    if arguments.check {
        return check(root);
    }
    let fmc = build(root)?;
    for (document, words) in DOCUMENTS {
        let text = generate(root, &fmc, words)?;
        let path = root.join(document);
        if std::fs::read_to_string(&path).is_ok_and(|it| it == text) {
            println!("as it was  {document}");
            continue;
        }
        std::fs::create_dir_all(path.parent().unwrap_or(root))
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|it| format!("{document}: {it}"))?;
        println!("written    {document}");
    }
    Ok(true)
}

/// Compares every document with what the program prints; the first failure does not hide others.
pub(crate) fn check(root: &Path) -> Result<bool, String> {
    let fmc = build(root)?;
    let mut good = true;
    for (document, words) in DOCUMENTS {
        let difference = match generate(root, &fmc, words) {
            Err(message) => Some(message),
            Ok(text) => match std::fs::read_to_string(root.join(document)) {
                Err(error) => Some(error.to_string()),
                Ok(committed) => difference(&committed, &text),
            },
        };
        match difference {
            None => println!("ok      {document}"),
            Some(difference) => {
                good = false;
                println!("STALE   {document}: {difference}");
            }
        }
    }
    if !good {
        println!("`cargo xtask docs` writes them anew.");
    }
    Ok(good)
}

/// Builds the program once, so that its compile errors are not told for every document.
fn build(root: &Path) -> Result<PathBuf, String> {
    let built = programs(root, &[EXAMPLE])
        .map_err(|it| format!("`fmc` does not build, so it prints no documents: {it}"))?;
    Ok(built["fmc"].clone())
}

fn generate(root: &Path, fmc: &Path, words: &[&str]) -> Result<String, String> {
    let text = stdout(Command::new(fmc).args(words).current_dir(root))?;
    if text.trim().is_empty() {
        return Err(format!("`fmc {}` printed nothing", words.join(" ")));
    }
    Ok(text)
}

/// The first lines that differ, as a person would compare them.
pub(crate) fn difference(committed: &str, printed: &str) -> Option<String> {
    if committed == printed {
        return None;
    }
    let (old, new): (Vec<_>, Vec<_>) = (committed.lines().collect(), printed.lines().collect());
    let Some(first) = (0..old.len().max(new.len())).find(|it| old.get(*it) != new.get(*it)) else {
        return Some("the line breaks differ".into());
    };
    let line = |lines: &[&str]| lines.get(first).copied().unwrap_or("(ends here)").to_owned();
    Some(format!(
        "line {} differs ({} lines committed, {} printed)\n  - {}\n  + {}",
        first + 1,
        old.len(),
        new.len(),
        line(&old),
        line(&new),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(
            difference("a\nb\n", "a\nc\nd\n").unwrap(),
            "line 2 differs (2 lines committed, 3 printed)\n  - b\n  + c"
        );
        assert!(difference("a\n", "a\nb\n").unwrap().ends_with("- (ends here)\n  + b"));
        assert_eq!(difference("a\r\n", "a\n").unwrap(), "the line breaks differ");
    }
}

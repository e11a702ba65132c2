//! `cargo xtask bench`: how fast clouds are resolved, and the table of it in the documents.

use crate::process::{self, cargo};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

const DOCUMENT: &str = "docs/BENCHMARKS.md";
const BEGIN: &str = "<!-- bench:resolve -->";
const END: &str = "<!-- /bench:resolve -->";

/// Measure how fast clouds are resolved.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Put what was measured into docs/BENCHMARKS.md.
    #[arg(long)]
    write: bool,
    /// Arguments for the bench itself.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    let mut words = vec!["bench", "-p", "fmc", "--bench", "resolve", "--"];
    words.extend(arguments.rest.iter().map(String::as_str));
    let Some(table) = measure(root, &words)? else { return Ok(false) };
    if arguments.write {
        let path = root.join(DOCUMENT);
        let text = std::fs::read_to_string(&path).map_err(|it| format!("{DOCUMENT}: {it}"))?;
        let text = replace(&text, &block(&arguments.rest, &table))?;
        std::fs::write(&path, text).map_err(|it| format!("{DOCUMENT}: {it}"))?;
        println!("wrote {DOCUMENT}");
    }
    Ok(true)
}

/// Runs the bench and returns what it printed, which is shown line by line while it comes.
fn measure(root: &Path, words: &[&str]) -> Result<Option<String>, String> {
    let mut command = cargo(root, words);
    let fail = |it: std::io::Error| format!("cargo bench: {it}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(fail)?;
    let mut table = String::new();
    for line in child.stdout.take().into_iter().flat_map(|it| BufReader::new(it).lines()) {
        let line = line.map_err(fail)?;
        println!("{line}");
        table.push_str(&line);
        table.push('\n');
    }
    let good = child.wait().map_err(fail)?.success();
    Ok(good.then_some(table))
}

/// What stands between the marks: the command that a reader can repeat, and what it printed.
fn block(rest: &[String], table: &str) -> String {
    let mut typed = cargo(Path::new("."), &["xtask", "bench"]);
    typed.args(rest);
    format!("\n```sh\n{}\n```\n\n{}\n\n", process::shown(&typed), table.trim())
}

fn replace(text: &str, block: &str) -> Result<String, String> {
    let missing = || format!("{DOCUMENT} has no block from {BEGIN} to {END}");
    let (before, rest) = text.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{BEGIN}{block}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_block_is_replaced() {
        let text = format!("# Head\n{BEGIN}\nold\n{END}\ntail\n");
        let block = block(&["--hosts".into(), "10".into()], "\n| a |\n");
        let expected = format!(
            "# Head\n{BEGIN}\n```sh\ncargo xtask bench --hosts 10\n```\n\n| a |\n\n{END}\ntail\n"
        );
        let once = replace(&text, &block).unwrap();
        assert_eq!(once, expected);
        assert_eq!(replace(&once, &block).unwrap(), expected);
        assert!(replace("no marks", &block).is_err());
    }
}

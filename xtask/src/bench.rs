//! `cargo xtask bench`: how fast clouds are resolved, checked, built and drawn, how good the pictures are, what
//! a rehearsal costs, and the tables of it in the documents.

use crate::process::{self, cargo};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Stdio;

const DOCUMENT: &str = "docs/BENCHMARKS.md";

/// Measure how fast clouds are resolved, checked, built and drawn, and how good the pictures are, and what a rehearsal costs.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to measure; everything if left out.
    part: Option<Part>,
    /// Put what was measured into docs/BENCHMARKS.md.
    #[arg(long)]
    write: bool,
    /// Arguments for the bench itself, such as the graphs that are drawn.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// What can be measured, each with a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// From the bytes of a cloud file to the cloud.
    Resolve,
    /// Who reaches whom, and what is lost with what.
    Check,
    /// From a file to the files of every host.
    Build,
    /// From a file to a picture, beside dot, D2 and elkrs.
    Draw,
    /// How good these pictures are.
    Quality,
    /// What a rehearsal costs, which needs root.
    Rehearse,
    /// What a Kubernetes does when something of it is lost, which needs root.
    Losses,
}

impl Part {
    const ALL: [Self; 7] = [
        Self::Resolve,
        Self::Check,
        Self::Build,
        Self::Draw,
        Self::Quality,
        Self::Rehearse,
        Self::Losses,
    ];

    /// What people type, which is also the mark of its block in the document.
    fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Check => "check",
            Self::Build => "build",
            Self::Draw => "draw",
            Self::Quality => "quality",
            Self::Rehearse => "rehearse",
            Self::Losses => "losses",
        }
    }

    /// The bench that measures it, and what it is told.
    fn bench(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Resolve => ("resolve", &[]),
            Self::Check => ("check", &[]),
            Self::Build => ("build", &[]),
            Self::Draw => ("draw", &[]),
            Self::Quality => ("draw", &["--quality"]),
            Self::Rehearse => ("rehearse", &[]),
            Self::Losses => ("losses", &[]),
        }
    }
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    let parts = arguments.part.as_ref().map_or(&Part::ALL[..], std::slice::from_ref);
    for part in parts {
        let is_root_s = matches!(part, Part::Rehearse | Part::Losses);
        if arguments.part.is_none() && is_root_s && !is_root()? {
            println!("`{}` is left out: it needs root", part.name());
            continue;
        }
        let (bench, told) = part.bench();
        let mut words = vec!["bench", "-p", "fmc", "--bench", bench, "--"];
        words.extend(told);
        words.extend(arguments.rest.iter().map(String::as_str));
        let Some(table) = measure(root, &words)? else { return Ok(false) };
        if arguments.write {
            let path = root.join(DOCUMENT);
            let text = std::fs::read_to_string(&path).map_err(|it| format!("{DOCUMENT}: {it}"))?;
            let text = replace(&text, *part, &block(*part, &arguments.rest, &table))?;
            std::fs::write(&path, text).map_err(|it| format!("{DOCUMENT}: {it}"))?;
            println!("wrote {DOCUMENT}");
        }
    }
    Ok(true)
}

/// Whether this is root's process: its folder in `/proc` belongs to whoever it acts as (proc(5)).
fn is_root() -> Result<bool, String> {
    let own = std::fs::metadata("/proc/self").map_err(|it| format!("/proc/self: {it}"))?;
    Ok(own.uid() == 0)
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
fn block(part: Part, rest: &[String], table: &str) -> String {
    let mut typed = cargo(Path::new("."), &["xtask", "bench", part.name()]);
    if !rest.is_empty() {
        typed.arg("--").args(rest);
    }
    format!("\n```sh\n{}\n```\n\n{}\n\n", process::shown(&typed), table.trim())
}

fn replace(text: &str, part: Part, block: &str) -> Result<String, String> {
    let name = part.name();
    let (begin, end) = (format!("<!-- bench:{name} -->"), format!("<!-- /bench:{name} -->"));
    let missing = || format!("{DOCUMENT} has no block from {begin} to {end}");
    let (before, rest) = text.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}{block}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_block_of_the_part_is_replaced() {
        let text = "# Head\n<!-- bench:draw -->\nold\n<!-- /bench:draw -->\ntail\n";
        let new = block(Part::Draw, &["author02".into()], "\n| a |\n");
        let expected = "# Head\n<!-- bench:draw -->\n```sh\ncargo xtask bench draw -- author02\n```\n\n\
                        | a |\n\n<!-- /bench:draw -->\ntail\n";
        let once = replace(text, Part::Draw, &new).unwrap();
        assert_eq!(once, expected);
        assert_eq!(replace(&once, Part::Draw, &new).unwrap(), expected);
        assert!(replace(text, Part::Quality, &new).is_err());
    }

    #[test]
    fn the_document_has_a_block_for_every_part() {
        let path = crate::workspace::root().join(DOCUMENT);
        let text = std::fs::read_to_string(path).unwrap();
        for part in Part::ALL {
            assert!(replace(&text, part, "\n").is_ok(), "{part:?}");
        }
    }
}

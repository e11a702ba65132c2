//! `cargo xtask test`: everything that must hold before a commit, one step after the other.
//!
//! A failed step does not end the run: one run tells everything that is wrong. Each step prints
//! straight to the terminal, so that cargo's own words (and its last line) are there to read.

use crate::process::{cargo, stdout, succeeds, succeeds_silently, watched};
use crate::{docs, fuzz, gallery, tidy};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Everything that must hold before a commit.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Leave out the fuzzing, which takes minutes.
    #[arg(long)]
    quick: bool,
}

/// The clippy whose warnings are errors.
const CLIPPY: &str = "clippy 0.1.95";

/// One thing that must hold.
struct Step {
    name: &'static str,
    /// Whether `--quick` leaves it out.
    slow: bool,
    /// Whether it waits more than it computes: what comes later is built meanwhile.
    waits: bool,
    /// The cargo subcommand that it needs and that a toolchain may lack.
    needs: Option<&'static str>,
    run: fn(&Path) -> Result<bool, String>,
}

const STEPS: &[Step] = &[
    Step { name: "cargo fmt --check", slow: false, waits: false, needs: Some("fmt"), run: format },
    Step { name: "cargo clippy", slow: false, waits: false, needs: Some("clippy"), run: clippy },
    Step { name: "cargo doc", slow: false, waits: false, needs: None, run: documentation },
    Step { name: "cargo test --workspace", slow: false, waits: true, needs: None, run: tests },
    Step { name: "xtask tidy", slow: false, waits: false, needs: None, run: tidy::run },
    Step { name: "xtask docs --check", slow: false, waits: false, needs: None, run: docs::check },
    Step {
        name: "xtask gallery --check",
        slow: false,
        waits: false,
        needs: None,
        run: gallery::check,
    },
    // Last, since it takes over Ctrl-C.
    Step { name: "xtask fuzz", slow: true, waits: false, needs: None, run: fuzz::all },
];

enum Verdict {
    Passed,
    Failed(String),
    /// The toolchain lacks what the step needs. Loud, and yet no failure: who only has a compiler
    /// can still test what the program does.
    NotRun(String),
    LeftOut,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    let mut results = Vec::new();
    // Ends with this run at the latest.
    let mut ahead = Vec::new();
    for (number, step) in STEPS.iter().enumerate() {
        let start = Instant::now();
        let verdict = if arguments.quick && step.slow {
            Verdict::LeftOut
        } else {
            println!("\n==== {}/{}: {} ====", number + 1, STEPS.len(), step.name);
            // Children write to the same terminal, past the buffer of this process.
            std::io::stdout().flush().map_err(|it| it.to_string())?;
            if step.waits && !arguments.quick {
                ahead.extend(fuzz::ahead(root));
            }
            attempt(root, step)
        };
        if let Verdict::NotRun(reason) | Verdict::Failed(reason) = &verdict {
            println!("\n!!!! {}: {reason}", step.name);
        }
        results.push((step.name, verdict, start.elapsed()));
    }
    Ok(summarize(&results))
}

fn attempt(root: &Path, step: &Step) -> Verdict {
    if let Some(command) = step.needs
        && !succeeds_silently(&mut cargo(root, &[command, "--version"]))
    {
        let reason = format!("NOT RUN, this toolchain has no `cargo {command}`: ./setup --test");
        return Verdict::NotRun(reason);
    }
    match (step.run)(root) {
        Ok(true) => Verdict::Passed,
        Ok(false) => Verdict::Failed("FAILED".into()),
        Err(message) => Verdict::Failed(format!("FAILED: {message}")),
    }
}

fn summarize(results: &[(&str, Verdict, Duration)]) -> bool {
    println!("\n==== summary ====");
    let mut good = true;
    for (name, verdict, duration) in results {
        let word = match verdict {
            Verdict::Passed => "ok",
            Verdict::Failed(_) => "FAILED",
            Verdict::NotRun(_) => "NOT RUN",
            Verdict::LeftOut => "left out",
        };
        good &= !matches!(verdict, Verdict::Failed(_));
        println!("{word:<9} {:>6.1} s  {name}", duration.as_secs_f64());
        if let Verdict::Failed(reason) = verdict
            && let Some((_, reason)) = reason.split_once(": ")
        {
            println!("           {reason}");
        }
    }
    if results.iter().any(|it| matches!(it.1, Verdict::LeftOut)) {
        println!("`--quick` left steps out: run `cargo xtask test` before you call it done.");
    }
    if results.iter().any(|it| matches!(it.1, Verdict::NotRun(_))) {
        println!("Some steps could NOT RUN; what they would have found is not known.");
    }
    println!("test: {}", if good { "ok" } else { "FAILED" });
    good
}

/// The workspace, and the targets of the fuzzer, which are a workspace of their own.
fn format(root: &Path) -> Result<bool, String> {
    let ours = succeeds(&mut cargo(root, &["fmt", "--all", "--check"]))?;
    let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
    Ok(succeeds(&mut cargo(root, &fuzz))? && ours)
}

/// Every compiler brings new lints, which must not fail the tests of who has a newer one than we:
/// with the clippy that this code is held to, warnings are errors; with others they are shown.
fn clippy(root: &Path) -> Result<bool, String> {
    let mut words = vec!["clippy", "--workspace", "--all-targets"];
    let version = stdout(&mut cargo(root, &["clippy", "--version"]))?;
    if version.starts_with(CLIPPY) {
        words.extend(["--", "-D", "warnings"]);
    } else {
        println!("this is {}, and {CLIPPY}* decides: warnings do not fail", version.trim());
    }
    succeeds(&mut cargo(root, &words))
}

/// Unit tests, integration tests and the examples in documentation, all crates to their end. What
/// failed is told again in the summary: steps follow whose output is longer than many a window.
fn tests(root: &Path) -> Result<bool, String> {
    let mut command = cargo(root, &["test", "--workspace", "--no-fail-fast"]);
    match watched(&mut command, is_of_a_failure)? {
        (true, _) => Ok(true),
        (false, lines) => Err(lines.join("\n           ")),
    }
}

/// Whether a line of cargo or of the harness of tests names what failed.
fn is_of_a_failure(line: &str) -> bool {
    line.starts_with("test ") && line.ends_with("... FAILED")
        || line.starts_with("error: test failed")
        || line.starts_with("error: could not compile")
        || line.contains("' panicked at ")
        || line.contains(") panicked at ")
}

fn documentation(root: &Path) -> Result<bool, String> {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    let command: &mut Command = &mut cargo(root, &arguments);
    succeeds(command.env("RUSTDOCFLAGS", "-Dwarnings"))
}

#[cfg(test)]
mod tests_of_this_chore {
    use super::*;

    fn step(needs: Option<&'static str>, run: fn(&Path) -> Result<bool, String>) -> Step {
        Step { name: "x", slow: false, waits: false, needs, run }
    }

    #[test]
    fn what_cannot_run_is_neither_passed_nor_failed() {
        let here = Path::new(".");
        let missing = attempt(here, &step(Some("no-such-subcommand"), |_| Ok(true)));
        assert!(matches!(missing, Verdict::NotRun(_)));
        assert!(matches!(attempt(here, &step(None, |_| Ok(false))), Verdict::Failed(_)));
        assert!(matches!(attempt(here, &step(None, |_| Err("x".into()))), Verdict::Failed(_)));
    }

    #[test]
    fn lines_that_name_a_failure_are_known() {
        assert!(is_of_a_failure("test a::b ... FAILED"));
        assert!(is_of_a_failure("thread 'main' (6491) panicked at crates/a/tests/b.rs:43:44:"));
        assert!(is_of_a_failure("error: test failed, to rerun pass `-p a --test b`"));
        assert!(!is_of_a_failure("test a::b ... ok"));
    }

    #[test]
    fn one_failure_fails_the_run() {
        let second = Duration::from_secs(1);
        let results = |it| [("a", Verdict::Passed, second), ("b", it, second)];
        assert!(summarize(&results(Verdict::LeftOut)));
        assert!(summarize(&results(Verdict::NotRun(String::new()))));
        assert!(!summarize(&results(Verdict::Failed(String::new()))));
    }
}

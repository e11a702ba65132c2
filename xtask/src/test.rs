//! `cargo xtask test`: everything that must hold before a commit, one step after the other, but for what only computes:
//! that is done while clouds are rehearsed, which mostly wait.
//!
//! A failed step does not end the run: one run tells everything that is wrong. All words of cargo are there to read.

use crate::process::{cargo, kept, patient, stdout, succeeds, succeeds_silently, watched};
use crate::{docs, fuzz, gallery, tidy, workspace};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread::Scope;
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

/// The tests that rehearse whole clouds: half of their time they wait for these.
const REHEARSALS: &str = "rehearse";

/// Packages whose tests make namespaces and the like on this machine, which those that rehearse must not meet.
const OF_MACHINE: [&str; 6] = ["agree", "fmc", "fmc-rehearse", "fmc-run", "fmc-sys", "validators"];

/// When something is done.
#[derive(PartialEq, Eq)]
enum When {
    /// When its turn comes.
    InTurn,
    /// While clouds are rehearsed, in what that leaves of the processors, and to its end. What it says is kept until
    /// its turn comes.
    Meanwhile,
}
use When::{InTurn, Meanwhile};

/// One thing that must hold.
struct Step {
    name: &'static str,
    /// Whether `--quick` leaves it out.
    slow: bool,
    when: When,
    /// The cargo subcommand that it needs and that a toolchain may lack.
    needs: Option<&'static str>,
    run: fn(&Desk<'_>) -> Result<bool, String>,
}

const fn step(name: &'static str, when: When, run: fn(&Desk<'_>) -> Result<bool, String>) -> Step {
    Step { name, slow: false, when, needs: None, run }
}

const STEPS: &[Step] = &[
    Step { needs: Some("fmt"), ..step("cargo fmt --check", InTurn, format) },
    step("cargo test (rehearsals)", InTurn, rehearsals),
    Step { needs: Some("clippy"), ..step("cargo clippy", Meanwhile, clippy) },
    step("cargo doc", Meanwhile, documentation),
    step("cargo build (other tests)", Meanwhile, other_tests),
    step("cargo test (of this machine)", InTurn, tests_of_machine),
    step("cargo test (others)", Meanwhile, tests),
    Step { slow: true, ..step("xtask fuzz (build)", Meanwhile, fuzz_targets) },
    step("xtask tidy", InTurn, |desk| tidy::run(desk.root)),
    step("xtask docs --check", InTurn, |desk| docs::check(desk.root)),
    step("xtask gallery --check", InTurn, |desk| gallery::check(desk.root)),
    // Last, since it takes over Ctrl-C.
    Step { slow: true, ..step("xtask fuzz", InTurn, |desk| fuzz::all(desk.root)) },
];

/// Where a step is done.
struct Desk<'d> {
    root: &'d Path,
    /// What keeps the words of whoever works while others have the terminal.
    words: Option<&'d RefCell<Vec<u8>>>,
    /// Tells that the processors have time for others from now on.
    has_time: &'d dyn Fn(),
}

impl Desk<'_> {
    /// Runs a command and tells whether it succeeded.
    fn succeeds(&self, command: &mut Command) -> Result<bool, String> {
        let Some(words) = self.words else { return succeeds(command) };
        let (is_good, said) = kept(patient(command).current_dir(self.root))?;
        words.borrow_mut().extend(said);
        Ok(is_good)
    }

    /// Runs tests, and tells when the first of them begin. What failed is told again in the summary: steps follow
    /// whose output is longer than many a window.
    fn told(&self, command: &mut Command) -> Result<bool, String> {
        let mut wanted = Vec::new();
        let mut look = |line: &str| {
            if line.starts_with("Running ") {
                (self.has_time)();
            }
            if is_of_a_failure(line) {
                wanted.push(line.to_owned());
            }
        };
        let Some(words) = self.words else {
            let is_good = watched(command, &mut look)?;
            return if is_good { Ok(true) } else { Err(wanted.join(NEXT)) };
        };
        let (is_good, said) = kept(patient(command).current_dir(self.root))?;
        String::from_utf8_lossy(&said).lines().map(str::trim).for_each(look);
        words.borrow_mut().extend(said);
        if is_good { Ok(true) } else { Err(wanted.join(NEXT)) }
    }

    fn say(&self, line: &str) {
        match self.words {
            Some(words) => words.borrow_mut().extend_from_slice(format!("{line}\n").as_bytes()),
            None => println!("{line}"),
        }
    }
}

enum Verdict {
    Passed,
    Failed(String),
    /// The toolchain lacks what the step needs. Loud, and yet no failure: who only has a compiler
    /// can still test what the program does.
    NotRun(String),
    LeftOut,
}

/// What came of a step, what it said if that was kept, and how long it took.
type Came = (Verdict, Vec<u8>, Duration);

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    let is_left_out = |it: &Step| arguments.quick && it.slow;
    let results = std::thread::scope(|scope| {
        let (begin, begun) = channel();
        let has_time = || {
            // Who was told already goes on.
            let _ = begin.send(());
        };
        let meanwhile = STEPS.iter().filter(|it| it.when == Meanwhile && !is_left_out(it));
        let came = begin_meanwhile(scope, root, meanwhile, begun);
        let desk = Desk { root, words: None, has_time: &has_time };
        let mut results = Vec::new();
        for (number, step) in STEPS.iter().enumerate() {
            if is_left_out(step) {
                results.push((step.name, Verdict::LeftOut, Duration::ZERO));
                continue;
            }
            println!("\n==== {}/{}: {} ====", number + 1, STEPS.len(), step.name);
            // Children write to the same terminal, past the buffer of this process.
            std::io::stdout().flush().map_err(|it| it.to_string())?;
            let (verdict, words, took) = if step.when == Meanwhile {
                has_time();
                came.recv().map_err(|_| "nothing was done meanwhile")?
            } else {
                let (verdict, took) = timed(|| attempt(&desk, step));
                (verdict, Vec::new(), took)
            };
            std::io::stdout().write_all(&words).map_err(|it| it.to_string())?;
            if let Verdict::NotRun(reason) | Verdict::Failed(reason) = &verdict {
                println!("\n!!!! {}: {reason}", step.name);
            }
            results.push((step.name, verdict, took));
        }
        Ok::<_, String>(results)
    })?;
    Ok(summarize(&results))
}

/// Does steps one after the other once there is time, or nobody has any more; tells what came of each.
fn begin_meanwhile<'s>(
    scope: &'s Scope<'s, '_>,
    root: &'s Path,
    steps: impl Iterator<Item = &'static Step> + Send + 's,
    begun: Receiver<()>,
) -> Receiver<Came> {
    let (tell, told) = channel();
    scope.spawn(move || {
        if begun.recv().is_err() {
            return;
        }
        for step in steps {
            let words = RefCell::default();
            let desk = Desk { root, words: Some(&words), has_time: &|| {} };
            let (verdict, took) = timed(|| attempt(&desk, step));
            let words = words.take();
            if tell.send((verdict, words, took)).is_err() {
                return;
            }
        }
    });
    told
}

fn timed(work: impl FnOnce() -> Verdict) -> (Verdict, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

fn attempt(desk: &Desk<'_>, step: &Step) -> Verdict {
    if let Some(command) = step.needs
        && !succeeds_silently(&mut cargo(desk.root, &[command, "--version"]))
    {
        let reason = format!("NOT RUN, this toolchain has no `cargo {command}`: ./setup --test");
        return Verdict::NotRun(reason);
    }
    match (step.run)(desk) {
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
fn format(desk: &Desk<'_>) -> Result<bool, String> {
    let ours = desk.succeeds(&mut cargo(desk.root, &["fmt", "--all", "--check"]))?;
    let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
    Ok(desk.succeeds(&mut cargo(desk.root, &fuzz))? && ours)
}

/// Every compiler brings new lints, which must not fail the tests of who has a newer one than we:
/// with the clippy that this code is held to, warnings are errors; with others they are shown.
fn clippy(desk: &Desk<'_>) -> Result<bool, String> {
    let mut words = vec!["clippy", "--workspace", "--all-targets"];
    let version = stdout(&mut cargo(desk.root, &["clippy", "--version"]))?;
    if version.starts_with(CLIPPY) {
        words.extend(["--", "-D", "warnings"]);
    } else {
        let version = version.trim();
        desk.say(&format!("this is {version}, and {CLIPPY}* decides: warnings do not fail"));
    }
    desk.succeeds(&mut cargo(desk.root, &words))
}

fn documentation(desk: &Desk<'_>) -> Result<bool, String> {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    let command: &mut Command = &mut cargo(desk.root, &arguments);
    desk.succeeds(command.env("RUSTDOCFLAGS", "-Dwarnings"))
}

/// Integration tests but those that rehearse, for cargo: of this machine, or of others.
fn integration(root: &Path, of_machine: bool) -> Result<Command, String> {
    let metadata = workspace::metadata(root)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let packages = packages
        .filter(|it| it["name"].as_str().is_some_and(|it| OF_MACHINE.contains(&it)) == of_machine);
    let targets = packages.flat_map(|it| it["targets"].as_array().into_iter().flatten());
    let tests = targets.filter(|it| it["kind"][0] == "test").filter_map(|it| it["name"].as_str());
    let tests: BTreeSet<&str> = tests.filter(|it| *it != REHEARSALS).collect();
    let mut words = vec!["test", "--workspace", "--no-fail-fast"];
    words.extend(tests.iter().flat_map(|it| ["--test", it]));
    Ok(cargo(root, &words))
}

/// What is in the sources of a package is of no machine.
const INSIDE: [&str; 3] = ["--lib", "--bins", "--examples"];

fn other_tests(desk: &Desk<'_>) -> Result<bool, String> {
    let others = desk.succeeds(integration(desk.root, false)?.args(INSIDE).arg("--no-run"))?;
    Ok(desk.succeeds(integration(desk.root, true)?.arg("--no-run"))? && others)
}

fn fuzz_targets(desk: &Desk<'_>) -> Result<bool, String> {
    if desk.succeeds(&mut fuzz::build_all(desk.root)?)? {
        return Ok(true);
    }
    Err(fuzz::NOT_BUILT.to_owned())
}

/// Whole clouds. As soon as the first is rehearsed there is time for others.
fn rehearsals(desk: &Desk<'_>) -> Result<bool, String> {
    let words = ["test", "--workspace", "--no-fail-fast", "--test", REHEARSALS];
    desk.told(&mut cargo(desk.root, &words))
}

/// Tests that make namespaces on this machine.
fn tests_of_machine(desk: &Desk<'_>) -> Result<bool, String> {
    desk.told(&mut integration(desk.root, true)?)
}

/// Unit tests, the other integration tests and the examples in documentation, all crates to their end.
fn tests(desk: &Desk<'_>) -> Result<bool, String> {
    let ours = desk.told(integration(desk.root, false)?.args(INSIDE));
    let examples = ["test", "--workspace", "--no-fail-fast", "--doc"];
    let examples = desk.told(&mut cargo(desk.root, &examples));
    match (ours, examples) {
        (Err(one), Err(other)) => Err([one, other].join(NEXT)),
        (ours, examples) => Ok(ours? && examples?),
    }
}

/// Between the lines of a reason.
const NEXT: &str = "\n           ";

/// Whether a line of cargo or of the harness of tests names what failed.
fn is_of_a_failure(line: &str) -> bool {
    line.starts_with("test ") && line.ends_with("... FAILED")
        || line.starts_with("error: test failed")
        || line.starts_with("error: could not compile")
        || line.contains("' panicked at ")
        || line.contains(") panicked at ")
}

#[cfg(test)]
mod tests_of_this_chore {
    use super::*;

    fn attempted(
        needs: Option<&'static str>,
        run: fn(&Desk<'_>) -> Result<bool, String>,
    ) -> Verdict {
        let desk = Desk { root: Path::new("."), words: None, has_time: &|| {} };
        attempt(&desk, &Step { needs, ..step("x", InTurn, run) })
    }

    #[test]
    fn what_cannot_run_is_neither_passed_nor_failed() {
        let missing = attempted(Some("no-such-subcommand"), |_| Ok(true));
        assert!(matches!(missing, Verdict::NotRun(_)));
        assert!(matches!(attempted(None, |_| Ok(false)), Verdict::Failed(_)));
        assert!(matches!(attempted(None, |_| Err("x".into())), Verdict::Failed(_)));
    }

    #[test]
    fn what_is_done_meanwhile_is_kept_in_its_order_and_not_begun_before_there_is_time() {
        const SAYS: &[Step] = &[
            step("one", Meanwhile, |desk| desk.succeeds(Command::new("echo").arg("one"))),
            step("two", Meanwhile, |desk| {
                desk.succeeds(Command::new("sh").args(["-c", "echo two >&2; exit 1"]))
            }),
        ];
        let root = workspace::root();
        std::thread::scope(|scope| {
            let (begin, begun) = channel();
            let came = begin_meanwhile(scope, &root, SAYS.iter(), begun);
            assert!(came.try_recv().is_err());
            begin.send(()).unwrap();
            for (is_good, said) in [(true, "one\n"), (false, "two\n")] {
                let (verdict, words, _) = came.recv().unwrap();
                assert_eq!(matches!(verdict, Verdict::Passed), is_good);
                assert_eq!(String::from_utf8(words).unwrap(), said);
            }
        });
        // Nor is it at all where there never is any.
        std::thread::scope(|scope| {
            let came = begin_meanwhile(scope, &root, SAYS.iter(), channel().1);
            assert!(came.recv().is_err());
        });
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

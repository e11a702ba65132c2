//! `cargo xtask fuzz`: what reads a person's files, fed with what no person would write.
//!
//! libFuzzer changes inputs and keeps those that reach new code. The compiler counts the code that
//! is reached with LLVM's `sancov` pass, which stable Rust can switch on; what needs nightly is the
//! address sanitizer, and safe Rust has no use for it. What each target promises is written in
//! `fuzz/fuzz_targets`.

mod campaign;
mod log;

use crate::process::{cargo, shown, stdout, succeeds};
use crate::workspace;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a target runs when nobody says so.
const SECONDS: u64 = 30;

/// How long one runs before a commit, beside everything else that takes its time.
const BRIEFLY: u64 = 6;

/// More processes than this would take the machine from who works on it.
const JOBS: usize = 2;

/// What counts the code that is reached: the pass and what it puts into every block. The compiler
/// gets these for the targets alone, since `--target` keeps them from build scripts and macros.
const RUSTFLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// Fuzz what reads a person's files.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The targets, by the names of their files in `fuzz/fuzz_targets`; all of them if none is named.
    targets: Vec<String>,
    /// How long to fuzz, in minutes, shared by the targets [default: half of one for each].
    #[arg(long, conflicts_with = "seconds")]
    minutes: Option<u64>,
    /// How long to fuzz, in seconds, shared by the targets.
    #[arg(long)]
    seconds: Option<u64>,
    /// Do not fuzz: give this file to the one target that is named, and show what happens.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["minutes", "seconds"])]
    repro: Option<PathBuf>,
}

/// What is said where they do not build.
pub(crate) const NOT_BUILT: &str =
    "the targets do not build (libFuzzer needs a C++ compiler: ./setup --test)";

/// One target, built.
pub(crate) struct Target {
    name: String,
    program: PathBuf,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<bool, String> {
    let known = names(root)?;
    for name in &arguments.targets {
        if !known.contains(name) {
            return Err(format!("no target is called `{name}`; there are {}", known.join(", ")));
        }
    }
    let chosen = if arguments.targets.is_empty() { known } else { arguments.targets.clone() };
    if let Some(file) = &arguments.repro {
        let [name] = &chosen[..] else { return Err("--repro needs one target's name".into()) };
        let file = std::path::absolute(file).map_err(|it| it.to_string())?;
        let target = build(root, std::slice::from_ref(name))?.remove(0);
        return reproduce(root, &target, &file);
    }
    let jobs = std::thread::available_parallelism().map_or(1, |it| it.get().min(JOBS));
    // Targets take turns on the jobs, so the time is split over the turns.
    let turns = chosen.len().div_ceil(jobs) as u64;
    let total = arguments.minutes.map(|it| it * 60).or(arguments.seconds);
    let each = total.map_or(SECONDS, |it| (it / turns).max(1));
    let targets = build(root, &chosen)?;
    campaign::run(root, &targets, Duration::from_secs(each), jobs)
}

/// Every target for a short time, as `cargo xtask test` wants it.
pub(crate) fn all(root: &Path) -> Result<bool, String> {
    let turns = names(root)?.len().div_ceil(JOBS) as u64;
    let seconds = Some(BRIEFLY * turns);
    run(root, &Arguments { targets: Vec::new(), minutes: None, seconds, repro: None })
}

/// The targets that there are, in the order of their names.
fn names(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder).map_err(|it| format!("{}: {it}", folder.display()))?;
    let files = entries.filter_map(|it| Some(it.ok()?.path()));
    let sources = files.filter(|it| it.extension().is_some_and(|it| it == "rs"));
    let mut names: Vec<_> =
        sources.filter_map(|it| Some(it.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

/// What builds every target: whoever wants them later finds them there.
pub(crate) fn build_all(root: &Path) -> Result<Command, String> {
    Ok(build_command(root, &names(root)?)?.0)
}

/// Builds targets, instrumented, into a folder of their own below the workspace's.
fn build(root: &Path, names: &[String]) -> Result<Vec<Target>, String> {
    let (mut command, folder) = build_command(root, names)?;
    if !succeeds(&mut command)? {
        return Err(NOT_BUILT.into());
    }
    Ok(names.iter().map(|it| Target { name: it.clone(), program: folder.join(it) }).collect())
}

/// What builds targets, and the folder in which they are then.
fn build_command(root: &Path, names: &[String]) -> Result<(Command, PathBuf), String> {
    let version = stdout(&mut cargo(root, &["-vV"]))?;
    let host = version.lines().find_map(|it| it.strip_prefix("host: "));
    let host = host.ok_or("`cargo -vV` names no host")?;
    let directory = workspace::target_directory(&workspace::metadata(root)?)?.join("fuzz");
    let mut command = cargo(root, &["build", "--release", "--manifest-path", "fuzz/Cargo.toml"]);
    command.args(["--target", host]).arg("--target-dir").arg(&directory);
    for name in names {
        command.args(["--bin", name]);
    }
    // What is encoded wins over RUSTFLAGS, so it must not be there.
    command.env("RUSTFLAGS", RUSTFLAGS.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS");
    let folder = directory.join(host).join("release");
    Ok((command, folder))
}

/// Runs a target on one input, with everything it says on this terminal.
fn reproduce(root: &Path, target: &Target, file: &Path) -> Result<bool, String> {
    let mut command = Command::new(&target.program);
    command.args(campaign::LIMITS).arg(file).current_dir(root).env("RUST_BACKTRACE", "1");
    println!("{}", shown(&command));
    let status = command.status().map_err(|it| format!("{}: {it}", shown(&command)))?;
    println!(
        "{}: {}",
        target.name,
        if status.success() { "no crash".into() } else { status.to_string() }
    );
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_line_in_the_manifest() {
        let root = workspace::root();
        let names = names(&root).unwrap();
        assert!(names.contains(&"read".to_owned()), "{names:?}");
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        for name in names {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
    }
}

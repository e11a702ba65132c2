//! What a process costs, as the kernel accounts for it when the process has ended.

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use wait4::Wait4 as _;

/// How much processor time a process gets, in seconds. What needs more is not what anybody waits for.
pub(crate) const CAP: u64 = 60;

/// What a process cost, all its threads together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// Processor time in milliseconds, that of the kernel for it included.
    pub(crate) cpu: f64,
    /// The most memory that it had, in megabytes.
    pub(crate) memory: f64,
}

/// How a process ended.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Done(Spent),
    /// It used up its time.
    Over,
    /// What it said last, or how it was ended.
    Failed(String),
}

/// Runs a program in a folder, which is to end with one of these codes. What it prints goes to files there:
/// a pipe that nobody reads stops it.
pub(crate) fn run(command: &mut Command, folder: &Path, good: &[i32]) -> Outcome {
    let (out, err) = (folder.join("stdout"), folder.join("stderr"));
    let file = |path: &Path| File::create(path).expect("a file in the folder of the bench");
    command.current_dir(folder).stdin(Stdio::null()).stdout(file(&out)).stderr(file(&err));
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    // Both limits alike: at the softer one alone, programs in Go go on. One that has ended already
    // needs none.
    let limit = Rlimit { current: Some(CAP), maximum: Some(CAP) };
    let _ = prlimit(Some(Pid::from_child(&child)), Resource::Cpu, limit);
    let ended = child.wait4().expect("the child is ours to wait for");
    let cpu = (ended.rusage.utime + ended.rusage.stime).as_secs_f64();
    if ended.status.code().is_some_and(|it| good.contains(&it)) {
        let memory = ended.rusage.maxrss as f64 / 1e6;
        return Outcome::Done(Spent { cpu: cpu * 1e3, memory });
    }
    if ended.status.signal().is_some() && cpu >= CAP as f64 - 1.0 {
        return Outcome::Over;
    }
    let said = fs::read(&err).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).lines().rfind(|it| !it.trim().is_empty()).map(short);
    let how = ended.status.to_string();
    Outcome::Failed(said.map_or(how.clone(), |it| format!("{how}: {it}")))
}

/// The beginning of a line, free of what a table cannot hold.
fn short(line: &str) -> String {
    const MOST: usize = 60;
    let plain: String = line.trim().replace('|', "/");
    let cut: String = plain.chars().take(MOST).collect();
    if cut.len() < plain.len() { format!("{cut}…") } else { cut }
}

/// The medians of several runs.
pub(crate) fn median(runs: &[Spent]) -> Option<Spent> {
    let middle = |of: fn(&Spent) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some(Spent { cpu: middle(|it| it.cpu)?, memory: middle(|it| it.memory)? })
}

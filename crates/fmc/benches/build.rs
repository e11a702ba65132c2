//! What `fmc build` costs as a whole process, once the keys of a cloud exist: reading, resolving, making
//! the files of every host, sealing what is secret, comparing with what lies there, and writing.
//!
//! `cargo xtask bench build` runs it and prints a table in Markdown. Each cloud is built into an empty
//! folder, and again into the same one, where nothing is written.

#![expect(clippy::print_stdout, reason = "a table is what a benchmark makes")]

#[path = "common/clouds.rs"]
mod clouds;
#[path = "common/measure.rs"]
mod measure;

use measure::{Outcome, Spent, median, run};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const RUNS: usize = 5;

fn main() {
    // In memory where there is such a folder: what a disk costs is not ours to measure.
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = base.join(format!("fmc-bench-build.{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    println!("| cloud | hosts | files | built | built again, nothing to write |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for name in ["founding", "written 100", "written 300", "written 1000"] {
        row(name, &folder);
    }
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn row(name: &str, folder: &Path) {
    fs::write(folder.join("cloud.yaml"), clouds::text_of(name)).expect("written");
    let _ = fs::remove_file(folder.join("cloud.secrets.age"));
    // Makes the keys, which is done once in the life of a cloud.
    build("out", folder);
    let (mut anew, mut again) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        fs::remove_dir_all(folder.join("out")).expect("it was built");
        anew.push(build("out", folder));
        again.push(build("out", folder));
    }
    let told = fs::read_to_string(folder.join("stderr")).expect("what the last build said");
    // `428 files of 16 hosts, 0 written or removed`
    let line = told.lines().find(|it| it.contains(" files of ")).expect("a summary");
    let words: Vec<&str> = line.split(' ').collect();
    println!("| {name} | {} | {} | {} | {} |", words[3], words[0], show(&anew), show(&again));
}

/// What somebody waits for a build, in milliseconds, and what it costs.
fn build(to: &str, folder: &Path) -> (f64, Spent) {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fmc"));
    command.args(["build", "cloud.yaml", "-o", to]);
    command.env("XDG_CONFIG_HOME", folder.join("config"));
    match run(&mut command, folder, &[0]) {
        Outcome::Done(spent) => (start.elapsed().as_secs_f64() * 1e3, spent),
        Outcome::Over => panic!("it took more than {} s", measure::CAP),
        Outcome::Failed(why) => panic!("{why}"),
    }
}

fn show(runs: &[(f64, Spent)]) -> String {
    let mut waited: Vec<f64> = runs.iter().map(|it| it.0).collect();
    waited.sort_by(f64::total_cmp);
    let spent: Vec<Spent> = runs.iter().map(|it| it.1).collect();
    let Spent { cpu, memory } = median(&spent).expect("runs");
    format!("{:.0} ms ({cpu:.0} ms), {memory:.0} MB", waited[runs.len() / 2])
}

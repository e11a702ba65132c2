//! What a real Kubernetes of the founding cloud does when something of it is lost, beside what is predicted: for how
//! long its API takes no write and the site does not answer, and when the pods of a lost node are elsewhere.
//!
//! `cargo xtask bench losses` runs it and prints a table in Markdown. It needs root and the components
//! (`fmc components fetch`, with `etcd`, `kubernetes`, `cluster-dns`, `demo` and `longhorn-engine`), and fails without them.

#![expect(clippy::print_stdout, reason = "a table is what a benchmark makes")]

#[path = "common/losses.rs"]
mod losses;

use losses::{Losing, Loss, opens};
use serde_json::Value;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FOUNDING: &str = "examples/flatcarmicrocloud.yaml";
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const NAME: &str = "bench-losses";
const PORT: &str = "18445";

/// How often each is lost.
const RUNS: usize = 3;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// A rehearsal in the background, which a bench that fails does not leave there.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn fmc(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fmc"));
    command.args(words).current_dir(ROOT).stdin(Stdio::null());
    command
}

fn main() {
    let folder = std::env::temp_dir().join(format!("fmc-bench-losses.{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let words = ["rehearse", FOUNDING, "--kubernetes", "--json", "--name", NAME, "--port", PORT];
    let mut command = fmc(&words);
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = Running(silent.spawn().expect("it can be run"));
    let start = Instant::now();
    loop {
        let told = fmc(&["status", "--json", "--name", NAME]).output().expect("it can be run");
        let status = serde_json::from_slice::<Value>(&told.stdout).unwrap_or_default();
        if !status["agreement"].is_null() {
            break;
        }
        assert!(running.0.try_wait().expect("it is ours").is_none(), "it ended");
        assert!(start.elapsed() < PATIENCE, "it is never measured");
        std::thread::sleep(Duration::from_millis(200));
    }
    let losing = Losing { name: NAME, fmc, folder: &folder };
    let mut runs: Vec<Vec<Loss>> = Vec::new();
    for _ in 0..RUNS {
        let mut all = losing.of_the_api();
        all.extend(losing.of_a_worker(&|| opens(PORT)));
        runs.push(all);
    }
    assert!(fmc(&["stop", "--name", NAME]).status().expect("it can be run").success());
    running.0.wait().expect("it is ours");
    fs::remove_dir_all(&folder).expect("the folder is ours");
    let told = fmc(&["show", FOUNDING, "losses", "--json"]).output().expect("it can be run");
    let rows: Vec<Value> = serde_json::from_slice(&told.stdout).expect("losses");
    println!(
        "| what is lost | predicted | measured, all runs | until each write is acknowledged | in vain |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for at in 0..runs[0].len() {
        let of: Vec<&Loss> = runs.iter().map(|it| &it[at]).collect();
        let gaps: Vec<String> = of.iter().map(|it| seconds(it.gap)).collect();
        let steady: Vec<String> = of.iter().filter_map(|it| it.steady).map(seconds).collect();
        let failed: Vec<String> = of.iter().map(|it| it.failed.to_string()).collect();
        let predicted = predicted(&rows, of[0]);
        let [gaps, steady, failed] = [gaps, steady, failed].map(|it| it.join(", "));
        println!("| {} | {predicted} | {gaps} | {steady} | {failed} |", of[0].what);
    }
}

/// What is predicted of a loss, in the words of `fmc show losses`.
fn predicted(rows: &[Value], loss: &Loss) -> String {
    let row = rows.iter().find(|it| it["lost"] == serde_json::json!([loss.row]));
    let row = row.unwrap_or_else(|| panic!("{} is in no row", loss.row));
    let moved = row["moved"].as_array().expect("a list").iter();
    let moved = moved.map(|it| (it["vip"].clone(), &it["outage"]));
    let takeovers = row["takeovers"].as_array().expect("a list").iter();
    let all = moved.chain(takeovers.map(|it| (it["what"].clone(), &it["outage"])));
    let shown = all.map(|(what, outage)| {
        let of = |key: &str| seconds(outage[key].as_u64().expect("milliseconds"));
        format!("{}: {} to {}", what.as_str().unwrap_or_default(), of("least_ms"), of("most_ms"))
    });
    shown.collect::<Vec<_>>().join("; ")
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}

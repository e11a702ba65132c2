//! What a rehearsal costs: until hosts are wired, until the first public answer, until everything is there, for all
//! pairs, to stop; its memory, and its share of a processor while it only stays. And how that grows.
//!
//! `cargo xtask bench rehearse` runs it and prints a table in Markdown. It needs root and the components
//! (`fmc components fetch`), and fails without them. Times are those of the program's own report, and of its
//! commands.

#![expect(clippy::print_stdout, reason = "a table is what a benchmark makes")]

#[path = "common/clouds.rs"]
mod clouds;

use fmc_check::machine::Machines;
use fmc_components::Store;
use fmc_model::{Cloud, Date};
use fmc_rehearse::stage::{Making, Stage, declared};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

const TODAY: Date = Date { year: 2026, month: 1, day: 1 };
const FOUNDING: &str = "examples/flatcarmicrocloud.yaml";
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// How often each is measured; the median is told.
const RUNS: usize = 3;

/// How long is looked at what only stays.
const IDLE: Duration = Duration::from_secs(20);

/// How long the kernel takes down the namespaces of what was measured before, which is not what is asked for.
const REST: Duration = Duration::from_secs(15);

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// A number of each run, by what is measured.
type Measured = BTreeMap<&'static str, Vec<f64>>;

/// Parts of a processor in percent, by the names of programs.
type Shares = BTreeMap<String, f64>;

/// Of how many programs the share is told.
const PROGRAMS: usize = 8;

/// What is told of the founding cloud: the key, the words, the goal, and the unit.
type Row = (&'static str, &'static str, &'static str, &'static str);

const ROWS: [Row; 9] = [
    ("wired", "hosts and links", "0.8 s", "s"),
    ("answer", "first public answer, by edge, VPS, tunnel and ingress", "4 s", "s"),
    ("ready", "all processes there", "", "s"),
    ("probed", "all probes succeed", "", "s"),
    ("measured", "all pairs measured", "3,000 in 1 s", "s"),
    ("stop", "`fmc stop`", "0.5 s", "s"),
    ("pss", "memory while it stays (PSS)", "600 MB", "MB"),
    ("idle", "share of one processor while it stays", "15 %", "%"),
    ("processes", "processes of it", "", ""),
];

/// The same with a real Kubernetes.
const KUBERNETES: [Row; 9] = [
    ("nodes", "with `--kubernetes`: every node is ready", "15 s", "s"),
    ("apps", "a pod of the site on each of its hosts", "", "s"),
    ("pods", "a pod on every node, met by every other", "", "s"),
    ("answer", "first public answer, by a pod", "25 s", "s"),
    ("probed", "all probes succeed", "", "s"),
    ("stop", "`fmc stop`", "1.5 s", "s"),
    ("pss", "memory while it stays (PSS)", "3,000 MB", "MB"),
    ("idle", "share of one processor while it stays", "70 %", "%"),
    ("processes", "processes of it", "", ""),
];

/// Probes whose time is told, by words of theirs.
const PROBES: [(&str, &str); 2] =
    [("apps", "runs on each of its hosts"), ("pods", "pods start on every node")];

/// Seconds of the clock at which each node became ready, as the API has written it down.
const READY_AT: &str = "{range .items[*]}{.status.conditions[?(@.type==\"Ready\")]\
                        .lastTransitionTime}{\"\\n\"}{end}";

fn main() {
    assert!(fmc_sys::is_root(), "a rehearsal needs root: sudo --preserve-env=HOME …");
    let folder = std::env::temp_dir().join(format!("fmc-bench-rehearse.{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let only: BTreeSet<String> = std::env::args().skip(1).collect();
    let is_meant = |name: &str| only.iter().all(|it| it.starts_with('-')) || only.contains(name);
    println!("| what | goal | median | all runs |");
    println!("| --- | ---: | ---: | --- |");
    for (name, words, rows) in
        [("founding", &[][..], &ROWS[..]), ("kubernetes", &["--kubernetes"], &KUBERNETES)]
    {
        if is_meant(name) {
            whole(words, rows, &folder);
        }
    }
    if is_meant("hosts") {
        let runs: Vec<f64> = (0..RUNS).map(|_| up(100, &folder)).collect();
        row("100 generated hosts, all processes there", "15 s", &runs, "s");
    }
    if is_meant("bare") {
        let rested = |_| {
            std::thread::sleep(REST);
            bare(300)
        };
        let runs: Vec<f64> = (0..RUNS).map(rested).collect();
        row("300 generated hosts without anything that runs, wired", "2 s", &runs, "s");
    }
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// Rehearses the founding cloud by some more words, and prints these rows of it.
fn whole(words: &[&str], rows: &[Row], folder: &Path) {
    let mut measured = Measured::new();
    let mut pairs = 0;
    let mut shares = Shares::new();
    for _ in 0..RUNS {
        pairs = founding(words, folder, &mut measured, &mut shares);
    }
    for (key, words, goal, unit) in rows {
        let words = if *key == "measured" {
            format!("{pairs} pairs measured")
        } else {
            (*words).to_owned()
        };
        row(&words, goal, &measured[key], unit);
    }
    let mut shares: Vec<(String, f64)> = shares.into_iter().collect();
    shares.sort_by(|one, other| other.1.total_cmp(&one.1));
    let shown = |it: &(String, f64)| format!("{} {:.1} %", it.0, it.1);
    let shown: Vec<String> = shares.iter().take(PROGRAMS).map(shown).collect();
    println!("| the most of that share, in the last run | | | {} |", shown.join(", "));
}

fn row(words: &str, goal: &str, runs: &[f64], unit: &str) {
    let mut sorted = runs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let show = |it: &f64| match unit {
        "s" => format!("{it:.2}"),
        "%" => format!("{it:.1}"),
        _ => format!("{it:.0}"),
    };
    let all: Vec<String> = runs.iter().map(show).collect();
    let median = show(&sorted[sorted.len() / 2]);
    println!(
        "| {words} | {goal} | {} | {} |",
        format!("{median} {unit}").trim_end(),
        all.join(", ")
    );
}

/// A rehearsal in the background, which a bench that fails does not leave there.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Seconds of the clock.
fn seconds(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs_f64()
}

fn fmc(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fmc"));
    command.args(words).current_dir(ROOT).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Rehearses the founding cloud until it only stays, looks at it, and stops it.
fn founding(words: &[&str], folder: &Path, measured: &mut Measured, shares: &mut Shares) -> u64 {
    let name = "bench-founding";
    let said = folder.join("report.json");
    let mut command = fmc(&["rehearse", FOUNDING, "--json", "--no-ports", "--name", name]);
    command.args(words).stdout(fs::File::create(&said).expect("a file"));
    let at = seconds(SystemTime::now());
    let mut running = Running(command.spawn().expect("it can be run"));
    let began = Instant::now();
    let report: Value = loop {
        let text = fs::read_to_string(&said).expect("the file");
        if let Ok(report) = serde_json::from_str(&text) {
            break report;
        }
        assert!(running.0.try_wait().expect("it is ours").is_none(), "it ended: {text}");
        assert!(began.elapsed() < PATIENCE, "no report");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(report["good"], Value::Bool(true), "{report:#}");
    let mut note = |key: &'static str, value: f64| measured.entry(key).or_default().push(value);
    for key in ["wired", "answer", "ready", "probed"] {
        note(key, report["seconds"][key].as_f64().expect(key));
    }
    for (key, words) in PROBES {
        let probes = report["probes"].as_array().expect("probes").iter();
        let own = probes.filter(|it| it["what"].as_str().is_some_and(|it| it.contains(words)));
        let after = own.filter_map(|it| it["after"].as_f64());
        after.reduce(f64::max).into_iter().for_each(|it| note(key, it));
    }
    if words.contains(&"--kubernetes") {
        let asked = ["kubectl", "--name", name, "get", "nodes", "--output"];
        let path = format!("jsonpath={READY_AT}");
        let told = fmc(&asked).arg(path).output().expect("it can be run");
        assert!(told.status.success(), "{told:?}");
        let told = String::from_utf8(told.stdout).expect("times");
        let nodes = report["services"].as_array().expect("services").iter();
        let nodes = nodes.filter(|it| it["name"] == "kubelet").count();
        assert_eq!(told.lines().count(), nodes, "{told}");
        let ready = told.lines().map(|it| {
            let read = Command::new("date").args(["+%s", "--date", it]).output();
            let read = String::from_utf8(read.expect("date can be run").stdout).expect("a number");
            read.trim().parse::<f64>().expect("a number")
        });
        // The API cuts parts of seconds off.
        note("nodes", ready.fold(0.0, f64::max) + 1.0 - at);
    }
    note("measured", report["agreement"]["seconds"].as_f64().expect("seconds"));
    // What came up comes to rest first.
    std::thread::sleep(Duration::from_secs(5));
    let all = below(running.0.id());
    note("processes", all.len() as f64);
    note("pss", all.iter().map(|it| pss(*it)).sum::<u64>() as f64 / 1e3);
    let (before, start) = (spent(&all), Instant::now());
    std::thread::sleep(IDLE);
    let after = spent(&below(running.0.id()));
    // A thread that ended meanwhile is in neither.
    shares.clear();
    let took = start.elapsed().as_secs_f64();
    for (thread, now) in &after {
        let share = (now - before.get(thread).unwrap_or(&0.0)) / took * 100.0;
        *shares.entry(program(thread)).or_default() += share;
    }
    note("idle", shares.values().sum());
    let start = Instant::now();
    let stopped = fmc(&["stop", "--name", name]).stdout(Stdio::null()).status();
    assert!(stopped.expect("it can be run").success());
    note("stop", start.elapsed().as_secs_f64());
    running.0.wait().expect("it is ours");
    report["agreement"]["tried"].as_u64().expect("a number")
}

/// Seconds until everything of a generated cloud is there.
fn up(hosts: usize, folder: &Path) -> f64 {
    let file = folder.join("hosts.yaml");
    fs::write(&file, clouds::text_of(&format!("written {hosts}"))).expect("written");
    let file = file.to_str().expect("UTF-8");
    let outcome = fmc(&["rehearse", file, "--once", "--json", "--name", "bench-hosts"]).output();
    let outcome = outcome.expect("it can be run");
    let report: Value = serde_json::from_slice(&outcome.stdout).expect("a report");
    let failed = report["services"].as_array().expect("services").iter();
    let failed: Vec<&Value> = failed.filter(|it| it["state"].is_object()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    report["seconds"]["ready"].as_f64().expect("seconds")
}

/// Seconds until so many hosts have their addresses, routes and links, and nothing else.
fn bare(hosts: usize) -> f64 {
    let text = clouds::text_of(&format!("written {hosts}"));
    let none = &mut |_: &str| Err(String::new());
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, none);
    let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, TODAY);
    assert!(!found.has_errors(), "{:?}", found.iter().next());
    let cloud: Cloud = cloud.expect("a cloud");
    let machines = Machines::of(&cloud);
    let root = root();
    fmc_sys::raise_limits();
    let others = BTreeMap::new();
    let tree = fmc_build::files(&cloud, "(bench)", |_| true);
    let declared = declared(&cloud, &tree).expect("all of it is known");
    let start = Instant::now();
    let making = Making {
        machines: &machines,
        root: &root,
        declared: &declared,
        others: &others,
        world: &[],
        dress: &|_, it| it,
    };
    let stage = Stage::make(&making).expect("a stage");
    let took = start.elapsed().as_secs_f64();
    assert_eq!(stage.players.len(), hosts);
    took
}

/// The root of hosts, fetched before.
fn root() -> PathBuf {
    let [own, cache, home] = ["FMC_CACHE", "XDG_CACHE_HOME", "HOME"].map(std::env::var_os);
    let folder = fmc_components::cache_folder(own, cache, home).expect("FMC_CACHE or HOME");
    let list = fmc_components::list().expect("the list");
    let entry = Store::new(folder).need(&list, "debian", &mut |_: fmc_components::Progress<'_>| {});
    std::path::absolute(entry.unwrap_or_else(|it| panic!("{it}")).path()).expect("a path")
}

/// The name of the program of a thread, `/proc/PID/task/TID`.
fn program(thread: &Path) -> String {
    let process = thread.ancestors().nth(2).expect("a process");
    let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
    name.trim().to_owned()
}

/// A process and all below it.
fn below(first: u32) -> Vec<u32> {
    let mut parents: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|it| it.parse().ok()) else { continue };
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let parent = status.lines().find_map(|it| it.strip_prefix("PPid:"));
        if let Some(parent) = parent.and_then(|it| it.trim().parse().ok()) {
            parents.entry(parent).or_default().push(id);
        }
    }
    let mut all = vec![first];
    let mut at = 0;
    while at < all.len() {
        all.extend(parents.get(&all[at]).into_iter().flatten());
        at += 1;
    }
    all
}

/// Kilobytes of memory of a process, what it shares with others counted in parts (proc(5)).
fn pss(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix("Pss:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Seconds of processor time of each thread of some processes
/// (<https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat>).
fn spent(processes: &[u32]) -> BTreeMap<PathBuf, f64> {
    let tasks = |it: &u32| fs::read_dir(format!("/proc/{it}/task")).into_iter().flatten().flatten();
    let of = |it: fs::DirEntry| {
        let text = fs::read_to_string(it.path().join("schedstat")).ok()?;
        let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
        Some((it.path(), nanoseconds / 1e9))
    };
    processes.iter().flat_map(tasks).filter_map(of).collect()
}

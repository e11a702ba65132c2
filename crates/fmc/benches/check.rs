//! What `fmc check` costs behind resolving a file, and how that grows: making what every machine holds,
//! walking all pairs at all ports, and losing each thing, and each pair of things.
//!
//! `cargo xtask bench check` runs it and prints a table in Markdown. Each cloud is measured in a process of
//! its own. Time is what somebody waits, with all processors at work. The last column is the program itself,
//! `fmc check` from its start to its end: beside what somebody waits the processor time of all its threads,
//! and the most memory that it ever had. *Saved to found* is what `fmc check --watch` does once a file that
//! was saved is read: from its bytes to all findings, in a process that has done it before.

#![expect(clippy::print_stdout, reason = "a table is what a benchmark makes")]

#[path = "common/clouds.rs"]
mod clouds;
#[path = "common/measure.rs"]
mod measure;

use clouds::text_of;
use fmc_check::loss::Losses;
use fmc_check::machine::Machines;
use fmc_check::matrix::Matrix;
use fmc_model::{Cloud, Date};
use measure::{Outcome, Spent};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// That of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TODAY: Date = Date { year: 2026, month: 1, day: 1 };

/// Beyond so many things that can be lost, what is told of each is not counted out.
const MOST_TO_TELL: usize = 2000;

/// Beyond so many things that can be lost, pairs of them are not counted out.
const MOST_FOR_PAIRS: usize = 1000;

const CLOUDS: [&str; 5] =
    ["founding", "written 100", "written 300", "written 1000", "written 10000"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = arguments.as_slice()
        && flag == "--one"
    {
        return one(name);
    }
    println!(
        "| cloud | hosts | rules | machines made | pairs walked | all pairs | things | each lost | each two lost | the whole check | saved to found | `fmc check` |"
    );
    println!(
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    let folder = std::env::temp_dir().join(format!("fmc-bench-check.{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    // Cargo says `--bench` to every bench.
    let named: Vec<&String> = arguments.iter().filter(|it| !it.starts_with('-')).collect();
    let is_meant = |it: &&str| named.is_empty() || named.iter().any(|of| it == of);
    for name in CLOUDS.into_iter().filter(is_meant) {
        let this = std::env::current_exe().expect("the path of this program");
        let child = Command::new(this).args(["--one", name]).output().expect("a child process");
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        print!("{}", String::from_utf8_lossy(&child.stdout));
        println!(" {} |", program(name, &folder));
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// What the program costs that people call.
fn program(name: &str, folder: &Path) -> String {
    std::fs::write(folder.join("cloud.yaml"), text_of(name)).expect("written");
    let (mut waited, mut spent) = (Vec::new(), Vec::new());
    for _ in 0..if name.ends_with("10000") { 1 } else { 5 } {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fmc"));
        command.args(["check", "cloud.yaml", "--today", "2026-01-01"]);
        let start = Instant::now();
        match measure::run(&mut command, folder, &[0, 1]) {
            Outcome::Done(it) => spent.push(it),
            Outcome::Over => return "–".to_owned(),
            Outcome::Failed(why) => panic!("{why}"),
        }
        waited.push(start.elapsed().as_secs_f64() * 1e3);
    }
    waited.sort_by(f64::total_cmp);
    let Spent { cpu, memory } = measure::median(&spent).expect("runs");
    format!("{} ({}), {memory:.0} MB", show(waited[waited.len() / 2]), show(cpu))
}

fn one(name: &str) {
    let cloud = cloud(&text_of(name));
    let hosts = cloud.hosts.len();
    let runs = match hosts {
        0..=300 => 9,
        301..=1000 => 3,
        _ => 1,
    };
    // What is made is kept in the cloud: each copy has it yet to make.
    let made = median(runs, || Machines::of(&cloud.clone()).iter().count());
    let machines = Machines::of(&cloud);
    let rules: usize = machines
        .iter()
        .filter_map(fmc_check::machine::Machine::firewall)
        .flat_map(|it| &it.chains)
        .map(|it| it.rules.len())
        .sum();
    let mut walked = 0;
    let pairs = median(runs, || {
        walked = Matrix::of(&machines).pairs.len();
    });
    let losses = Losses::of(&machines);
    let things = losses.elements().len();
    // A check tells what is lost with a thing where that is more than with its host, which is seldom.
    let single = (things <= MOST_TO_TELL).then(|| {
        median(runs, || {
            let losses = Losses::of(&machines);
            for it in losses.elements() {
                std::hint::black_box(losses.lost(&losses.lose(&[*it])));
            }
        })
    });
    let double = (things <= MOST_FOR_PAIRS).then(|| {
        median(runs.min(3), || {
            let all = losses.elements();
            let pairs = all
                .iter()
                .enumerate()
                .flat_map(|(at, a)| all[at + 1..].iter().map(move |b| [*a, *b]));
            for it in pairs {
                std::hint::black_box(losses.lose(&it));
            }
        })
    });
    let whole = median(runs.min(3), || fmc_check::question::check(&cloud.clone(), TODAY).len());
    let (saved, of_each) = saved(&text_of(name), runs);
    print!(
        "| {name} | {hosts} | {rules} | {} | {walked} | {} | {things} | {} | {} | {} | {} ({}) |",
        show(made),
        show(pairs),
        single.map_or("–".to_owned(), show),
        double.map_or("–".to_owned(), show),
        show(whole),
        show(saved),
        show(of_each),
    );
}

fn cloud(text: &str) -> Cloud {
    let none = &mut |_: &str| Err(String::new());
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, none);
    let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, TODAY);
    assert!(!found.has_errors(), "{:?}", found.iter().next());
    cloud.expect("a cloud")
}

fn show(millis: f64) -> String {
    if millis < 10.0 { format!("{millis:.2} ms") } else { format!("{millis:.0} ms") }
}

/// From the bytes of a file to everything that is found, as often as it is saved: what somebody waits, and
/// the processor time. What was made is let go when it was shown, so that is not in it.
fn saved(text: &str, runs: usize) -> (f64, f64) {
    let mut times: Vec<(f64, f64)> = (0..runs)
        .map(|_| {
            let (start, before) = (Instant::now(), spent());
            let cloud = cloud(text);
            let wrong = cloud.configured();
            let found = fmc_check::question::check(&cloud, TODAY);
            let told = (start.elapsed().as_secs_f64() * 1e3, spent() - before);
            drop((cloud, wrong, found));
            told
        })
        .collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    times[runs / 2]
}

/// The processor time that all threads of this process have had, in milliseconds
/// (<https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat>).
fn spent() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("threads").flatten();
    let of = |it: std::fs::DirEntry| {
        let words = std::fs::read_to_string(it.path().join("schedstat")).expect("schedstat");
        words.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0.0)
    };
    threads.map(of).sum::<f64>() / 1e6
}

/// The median time of some runs, in milliseconds.
fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

//! How long it takes from the bytes of a cloud file to a complete cloud, and how that grows.
//!
//! `cargo xtask bench` runs it and prints a table in Markdown. Each cloud is measured in a process of
//! its own: processor time is that of its only thread (`/proc/self/schedstat`), memory is the most
//! that the process ever had (`VmHWM`). Beside it, in the same process, `saphyr` reads the same text
//! into a tree without places: the ratio tells how much of the time is understanding.
//!
//! The clouds are the founding one and generated ones of growing size: three masters, two balancers,
//! a resolver, a database, and half workers, half servers of one's own; once with every host written
//! out, once as ranges.

#![expect(clippy::print_stdout, reason = "a table is what a benchmark makes")]

#[path = "common/clouds.rs"]
mod clouds;

use clouds::text_of;
use fmc_model::Date;
use saphyr::{LoadableYamlNode, Yaml};
use std::process::Command;

const RUNS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = arguments.as_slice()
        && flag == "--one"
    {
        return one(name);
    }
    println!(
        "| cloud | hosts | flows | file | read and resolved | peak memory | plain YAML by saphyr | ratio |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for name in
        ["founding", "written 100", "written 1000", "written 10000", "ranges 1000", "ranges 10000"]
    {
        let this = std::env::current_exe().expect("the path of this program");
        let child = Command::new(this).args(["--one", name]).output().expect("a child process");
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        print!("{}", String::from_utf8_lossy(&child.stdout));
    }
}

fn one(name: &str) {
    let text = text_of(name);
    let runs = if name.contains("10000") { 5 } else { RUNS };
    let today = Date { year: 2026, month: 1, day: 1 };
    let (mut hosts, mut flows) = (0, 0);
    let ours = median(runs, || {
        let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, &mut |_| {
            Err(String::new())
        });
        let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
        assert!(!found.has_errors(), "{:?}", found.iter().next());
        let cloud = cloud.expect("a cloud");
        (hosts, flows) = (cloud.hosts.len(), cloud.flows.len());
    });
    let memory = peak_memory();
    let plain = median(runs, || {
        let documents = Yaml::load_from_str(&text).expect("plain YAML");
        assert!(documents[0].is_mapping());
    });
    println!(
        "| {name} | {hosts} | {flows} | {} kB | {} ms | {} MB | {} ms | {:.1} |",
        text.len() / 1000,
        show(ours),
        memory / 1000,
        show(plain),
        ours / plain,
    );
}

fn show(millis: f64) -> String {
    if millis < 10.0 { format!("{millis:.2}") } else { format!("{millis:.0}") }
}

/// The median processor time of some runs, in milliseconds. The kernel counts in ticks of a few
/// milliseconds, so short work is repeated until a hundred of them have gone by.
fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = processor_nanos();
            let mut repeated = 0_u32;
            loop {
                work();
                repeated += 1;
                let spent = processor_nanos() - start;
                if spent >= 100_000_000 {
                    return spent as f64 / 1e6 / f64::from(repeated);
                }
            }
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

/// Processor time of this thread so far, in nanoseconds.
fn processor_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("schedstat");
    text.split(' ').next().and_then(|it| it.parse().ok()).expect("nanoseconds")
}

/// The most memory that this process has had, in kilobytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let line = status.lines().find(|it| it.starts_with("VmHWM:")).expect("VmHWM");
    line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).expect("kilobytes")
}

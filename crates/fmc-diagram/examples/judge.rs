//! Lays graphs out and asks the judge how good the pictures are.
//!
//! ```sh
//! cargo run -p fmc-diagram --example judge                        # every graph of tests/graphs
//! cargo run -p fmc-diagram --example judge -- author02 seed:7     # these; files by name or path
//! cargo run -p fmc-diagram --example judge -- seeds -o pictures   # every seed, pictures kept
//! cargo run -p fmc-diagram --example judge -- seed:7:300          # that seed with 300 nodes
//! cargo run -p fmc-diagram --example judge -- --elk author02      # beside ELK
//! ```

#![expect(clippy::print_stdout, reason = "it is a program for a terminal")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::judge::{Sheet, judge};
use common::{borders, files, generate, model, rivals, table};
use fmc_diagram::graph::Graph;
use fmc_diagram::layout::{Medium, place};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut graphs = Vec::new();
    let mut folder = std::env::temp_dir().join("fmc-judge");
    let mut elk = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(it) = arguments.next() {
        match &*it {
            "--elk" => elk = true,
            "-o" => folder = arguments.next().map(PathBuf::from).expect("-o FOLDER"),
            "files" => graphs.extend(common::files::every_file()),
            "seeds" => graphs.extend(common::files::every_seed()),
            _ => graphs.push((it.replace(['/', ':', '.'], "-"), graph(&it))),
        }
    }
    if graphs.is_empty() {
        graphs = common::files::every_file();
    }
    let good = if elk { beside_elk(&folder, &graphs) } else { alone(&folder, &graphs) };
    println!("pictures: {}", folder.display());
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The graph that an argument names.
fn graph(argument: &str) -> Graph {
    if let Some(seed) = argument.strip_prefix("seed:") {
        let number = |it: &str| it.parse::<u64>().expect("seed:NUMBER or seed:NUMBER:NODES");
        return match seed.split_once(':') {
            Some((seed, nodes)) => generate::generate(number(seed), number(nodes) as usize),
            None => files::seed(number(seed)),
        };
    }
    if Path::new(argument).exists() {
        model::read(&std::fs::read_to_string(argument).expect("the file is read"))
    } else {
        files::file(argument)
    }
}

fn alone(folder: &Path, graphs: &[(String, Graph)]) -> bool {
    let mut sheets = Vec::new();
    for (name, graph) in graphs {
        let start = std::time::Instant::now();
        let scene = place(graph, Medium::Paper);
        println!("{name}: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
        assert_eq!(scene.nodes.len(), graph.nodes.len(), "{name}: not every node is drawn");
        for fault in borders::loose(graph, &scene) {
            println!("{name}: {fault}");
        }
        sheets.push(Sheet { name, graph, scene });
    }
    let numbers = judge(folder, &sheets);
    let rows: Vec<_> = graphs.iter().map(|it| it.0.clone()).zip(numbers).collect();
    print!("{}", table::of(&rows));
    let bad = rows.iter().filter(|it| !common::judge::faults(&it.1).is_empty()).count();
    println!("{bad} of {} pictures have faults", rows.len());
    bad == 0
}

fn beside_elk(folder: &Path, graphs: &[(String, Graph)]) -> bool {
    let found = rivals::compare(folder, graphs);
    print!("{}", found.table);
    found.failures.iter().for_each(|it| println!("{it}"));
    found.failures.is_empty()
}

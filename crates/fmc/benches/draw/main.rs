//! What it costs to draw a graph, and how good the picture is, beside other programs.
//!
//! `cargo xtask bench draw` and `cargo xtask bench quality` run it; it prints tables in Markdown. Each
//! picture is made by a process of its own, from the file to the SVG, and the kernel tells what it
//! cost. Rivals that are not there or fail are told in the table. `cargo bench -p fmc --bench draw --
//! author02 synth20` measures these graphs alone.

#![expect(clippy::print_stdout, reason = "a table is what a benchmark makes")]

#[path = "../../../fmc-diagram/tests/common/mod.rs"]
mod common;
mod d2;
mod dot;
mod dressed;
mod graphs;
#[path = "../common/measure.rs"]
mod measure;
mod quality;
mod rivals;
mod speed;

use fmc_diagram::formats::svg;
use graphs::{Named, read};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    // What `cargo bench` passes to every bench.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-draw");
    fs::create_dir_all(&folder).expect("a folder for the bench");
    match words.as_slice() {
        ["--prepare", name] => named(name).prepare(&folder),
        ["--elk", name, svg] => elk(name, svg),
        ["--quality", names @ ..] => quality::measure(&chosen(graphs::QUALITY, names), &folder),
        names => speed::measure(&chosen(graphs::SPEED, names), &folder),
    }
}

fn named(name: &str) -> &'static Named {
    Named::find(name).unwrap_or_else(|| panic!("there is no graph `{name}` here"))
}

/// The graphs of these names; all where none is named.
fn chosen(all: &'static [Named], names: &[&str]) -> Vec<&'static Named> {
    if names.is_empty() { all.iter().collect() } else { names.iter().map(|it| named(it)).collect() }
}

/// Writes the files of a graph, in a child process.
fn prepare(graph: &Named, folder: &Path) {
    if graph.is_cloud() {
        let dot = format!("{}.dot", graph.name);
        let drawn = rivals::fmc()
            .arg("draw")
            .arg(graphs::cloud())
            .args(["-o", &dot])
            .current_dir(folder)
            .output();
        assert!(drawn.is_ok_and(|it| it.status.success()), "fmc draws no graph of the cloud");
    }
    let this = std::env::current_exe().expect("the path of this program");
    let child =
        Command::new(this).args(["--prepare", graph.name]).output().expect("a child process");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
}

/// The rival that is a library: reads a prepared graph of this folder, has it placed and writes SVG.
fn elk(name: &str, svg: &str) {
    let path = PathBuf::from(name);
    let graph = read(&path.with_extension("dot"));
    let boxes = fs::read(path.with_extension("dressed.json")).expect("the boxes of the nodes");
    let boxes = dressed::read(&serde_json::from_slice(&boxes).expect("boxes as JSON"));
    let scene = common::elk::place(&graph, &boxes).unwrap_or_else(|reason| panic!("{reason}"));
    fs::write(svg, svg::write(&scene)).expect("the picture is written");
}

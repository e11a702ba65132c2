//! Prints graphs of the tests as terminal text: `cargo run -p fmc-diagram --example terminal -- 100 author02 seed:7`.

#![expect(clippy::print_stdout, reason = "it is a program for a terminal")]

#[path = "../tests/common/mod.rs"]
mod common;

use fmc_diagram::formats::text;
use fmc_diagram::layout::{Medium, place};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let width = arguments.next().and_then(|it| it.parse().ok()).expect("WIDTH GRAPH…");
    for name in arguments {
        let graph = match name.strip_prefix("seed:") {
            Some(seed) => common::files::seed(seed.parse().expect("seed:NUMBER")),
            None => common::files::file(&name),
        };
        let scene = place(&graph, Medium::Terminal { width });
        print!("{}", text::write(&scene));
        println!("{name}: {} columns of {width}", scene.width);
    }
}

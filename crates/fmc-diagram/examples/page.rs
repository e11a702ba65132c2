//! Writes graphs of the tests as pages: `cargo run -p fmc-diagram --example page -- FOLDER author02 seed:7`.

#[path = "../tests/common/mod.rs"]
mod common;

use fmc_diagram::formats::html;
use fmc_diagram::layout::{Medium, place};
use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("FOLDER GRAPH…"));
    std::fs::create_dir_all(&folder).expect("the folder is made");
    for name in arguments {
        let mut graph = match name.strip_prefix("seed:") {
            Some(seed) => common::files::seed(seed.parse().expect("seed:NUMBER")),
            None => common::files::file(&name),
        };
        graph.language = String::from("es");
        let path = folder.join(name.replace(':', "-")).with_extension("html");
        let page = html::write(&place(&graph, Medium::Paper));
        std::fs::write(path, page).expect("the page is written");
    }
}

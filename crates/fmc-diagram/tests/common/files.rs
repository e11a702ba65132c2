//! Where graphs come from: the files of `tests/graphs`, and seeds.

use super::{generate, model};
use fmc_diagram::graph::Graph;
use std::fs;
use std::path::PathBuf;

/// How many seeds must hold.
pub(crate) const SEEDS: u64 = 100;

/// The folder of the graphs.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/graphs")
}

/// A graph of that folder.
pub(crate) fn file(name: &str) -> Graph {
    let path = folder().join(name).with_extension("json");
    let text = fs::read_to_string(&path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
    model::read(&text)
}

/// The graph of a seed: from 20 nodes for the first to 300 for the last.
pub(crate) fn seed(seed: u64) -> Graph {
    let seed = seed % SEEDS.max(1);
    generate::generate(seed, 20 + (seed * 280 / (SEEDS - 1)) as usize)
}

/// Every graph of that folder with its name.
pub(crate) fn every_file() -> Vec<(String, Graph)> {
    let entries = fs::read_dir(folder()).expect("the folder of the graphs");
    let mut names: Vec<_> = entries
        .map(|it| it.expect("a file").path())
        .filter(|it| it.extension().is_some_and(|it| it == "json"))
        .filter_map(|it| Some(it.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), file(&name))).collect()
}

/// Every graph of the folder `hard`, which are written in DOT, with its name.
pub(crate) fn every_hard() -> Vec<(String, Graph)> {
    let entries = fs::read_dir(folder().join("hard")).expect("the folder of the hard graphs");
    let mut paths: Vec<_> = entries.map(|it| it.expect("a file").path()).collect();
    paths.sort();
    let graph = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a graph in DOT");
        let (mut graph, _) = fmc_diagram::dot::read(&text).expect("a graph in DOT");
        for cluster in &mut graph.clusters {
            // The judge takes this for a sign that Graphviz drew the picture.
            cluster.id = cluster.id.replacen("cluster_", "box ", 1);
        }
        (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), graph)
    };
    paths.into_iter().map(graph).collect()
}

/// Every seed's graph with its name.
pub(crate) fn every_seed() -> Vec<(String, Graph)> {
    (0..SEEDS).map(|it| (format!("seed-{it}"), seed(it))).collect()
}

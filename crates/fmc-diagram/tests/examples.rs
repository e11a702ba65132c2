//! The two example programs draw every node, label and icon of the pictures that they are named after.

#[path = "../examples/arquitectura_FlatcarMicroCloud.rs"]
#[expect(dead_code, reason = "what it draws is looked at, and no picture is written")]
mod arquitectura;
#[path = "../examples/carga_completa_iconos.rs"]
#[expect(dead_code, reason = "what it draws is looked at, and no picture is written")]
mod carga;
mod common;

use common::files;
use fmc_diagram::graph::{End, Graph};
use fmc_diagram::icons::{Library, load_report};

/// Nodes with their texts, icons and clusters, and edges by the texts of their ends: ids may differ.
fn told(graph: &Graph) -> (Vec<String>, Vec<String>) {
    let name = |it| match it {
        End::Node(it) => {
            let lines = graph.nodes[it].lines.iter().map(|it| &*it.text);
            lines.collect::<Vec<_>>().join("|")
        }
        End::Cluster(it) => graph.clusters[it].label.clone(),
    };
    let node = |index: usize| {
        let around = graph.around(End::Node(index)).into_iter().map(|it| name(End::Cluster(it)));
        let around = around.collect::<Vec<_>>().join("/");
        format!("{} [{}] in {around}", name(End::Node(index)), graph.nodes[index].icon)
    };
    let mut nodes: Vec<_> = (0..graph.nodes.len()).map(node).collect();
    let edge = |it: &fmc_diagram::graph::Edge| {
        format!("{} -> {} {}", name(it.from), name(it.to), it.label)
    };
    let mut edges: Vec<_> = graph.edges.iter().map(edge).collect();
    nodes.sort();
    edges.sort();
    (nodes, edges)
}

#[test]
fn the_architecture_is_that_of_the_author() {
    assert_eq!(told(&arquitectura::graph()), told(&files::file("author01")));
}

#[test]
fn the_icons_are_those_of_the_author_and_load() {
    let graph = carga::graph();
    assert_eq!(told(&graph), told(&files::file("author03")));
    let report = load_report(graph.nodes.iter().map(|it| &*it.icon), &Library::default());
    assert_eq!((report.loaded, report.total), (16, 16), "{:?}", report.failures);
}

//! What we write as DOT is read again as the same graph.

mod common;

use common::files;
use fmc_diagram::dot;
use fmc_diagram::formats::dot::write;
use fmc_diagram::graph::{Cluster, Edge, End, Graph, Heads, Stroke, Tone};
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::{Diagram, Ends};
use std::collections::BTreeMap;

/// A text without its spaces: layouts break lines.
fn packed<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.flat_map(str::split_whitespace).collect()
}

fn id(graph: &Graph, end: End) -> String {
    graph.id(end).trim_start_matches("cluster_").to_owned()
}

/// Each node by its id: its text, its icon, its tint and the clusters around it.
fn nodes(graph: &Graph) -> BTreeMap<String, (String, String, Tone, Vec<String>)> {
    let node = |index: usize| {
        let it = &graph.nodes[index];
        let around = graph.around(End::Node(index)).into_iter();
        let around = around.map(|it| id(graph, End::Cluster(it))).collect();
        let text = packed(it.lines.iter().map(|it| &*it.text));
        (it.id.clone(), (text, it.icon.clone(), it.tone, around))
    };
    (0..graph.nodes.len()).map(node).collect()
}

fn edges(graph: &Graph) -> Vec<(String, String, Stroke, Heads, Tone)> {
    let edge = |it: &Edge| (id(graph, it.from), id(graph, it.to), it.style, it.heads, it.tone);
    graph.edges.iter().map(edge).collect()
}

fn check(name: &str, graph: &Graph) {
    let scene = place(graph, Medium::Paper);
    let text = write(&scene);
    let (again, notices) = dot::read(&text).unwrap_or_else(|it| panic!("{name}: {it}\n{text}"));
    // The nodes that stand for clusters are hidden, which is told.
    assert!(notices.iter().all(|it| it.message.contains("hidden")), "{name}: {notices:?}");
    assert_eq!(nodes(&again), nodes(graph), "{name}");
    assert_eq!(edges(&again), edges(graph), "{name}");
    let label = |it: &Graph| {
        let label =
            |it: &Cluster| (packed([&*it.label, &*it.note].into_iter()).replace('·', ""), it.tone);
        let mut labels: Vec<_> = it.clusters.iter().map(label).collect();
        labels.sort();
        labels
    };
    assert_eq!(label(&again), label(graph), "{name}");
    assert_eq!(packed([&*again.title].into_iter()), packed([&*scene.title].into_iter()), "{name}");
}

#[test]
fn the_graphs_of_the_folder_come_back() {
    for (name, graph) in files::every_file().into_iter().filter(|it| it.0 != "synth1000") {
        check(&name, &graph);
    }
}

#[test]
fn generated_graphs_come_back() {
    for seed in 0..12 {
        check(&format!("seed {seed}"), &files::seed(seed));
    }
}

#[test]
fn hostile_texts_come_back() {
    let d = Diagram::new("a \"title\" \\N &amp; <b>");
    let one = d.node("<script>alert(\"x\")</script>\n\\\\ \\G &lt; ]]>").id("a\"b").tone(3);
    let two = d.node("}; c -> d [").id("cluster_n").icon("k3s").link("https://example.org/?a&b=\"");
    let inner = d.cluster("\\\"").tone(8).cluster("a]");
    let three = inner.node("three");
    one.to(inner).label("\"\\").tone(1).dotted();
    inner.to(two).both_ways();
    three.to(one).tone(5).bold();
    check("hostile", &d.graph());
}

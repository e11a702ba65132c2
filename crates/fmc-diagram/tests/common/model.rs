//! The graphs of `tests/graphs` as the judge knows them, read into ours and written back.

use fmc_diagram::graph::{Cluster, Direction, Edge, End, Graph, Line, Node};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Reads one of these files. They are ours, so a fault in one ends the test.
pub(crate) fn read(text: &str) -> Graph {
    let file: Value = serde_json::from_str(text).expect("the graph is JSON");
    let list = |key: &str| file[key].as_array().expect("a list").clone();
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let mut graph = Graph { title: text(&file, "title"), ..Graph::default() };
    if text(&file, "dir") == "LR" {
        graph.direction = Direction::Right;
    }
    let (clusters, nodes) = (list("clusters"), list("nodes"));
    let numbered = |list: &[Value]| -> BTreeMap<String, usize> {
        list.iter().enumerate().map(|(index, it)| (text(it, "id"), index)).collect()
    };
    let (cluster_of, node_of) = (numbered(&clusters), numbered(&nodes));
    let around = |it: &Value, key: &str| it[key].as_str().map(|id| cluster_of[id]);
    for it in &clusters {
        let (id, label, parent) = (text(it, "id"), text(it, "label"), around(it, "parent"));
        graph.clusters.push(Cluster { id, label, parent, ..Cluster::default() });
    }
    for it in &nodes {
        // What `diagrams` calls blank is a point that lines meet in.
        let icon = Some(text(it, "icon")).filter(|it| it != "blank").unwrap_or_default();
        let (id, lines) = (text(it, "id"), Line::all(&text(it, "label")));
        let cluster = around(it, "cluster");
        graph.nodes.push(Node { id, lines, icon, cluster, ..Node::default() });
    }
    let end = |id: &str| {
        node_of.get(id).map_or_else(|| End::Cluster(cluster_of[id]), |it| End::Node(*it))
    };
    for it in list("edges") {
        let mut edge = Edge::new(end(&text(&it, "s")), end(&text(&it, "t")));
        edge.label = text(&it, "label");
        graph.edges.push(edge);
    }
    graph
}

/// Writes what the judge wants to know of a graph: who belongs where.
pub(crate) fn write(graph: &Graph) -> String {
    let cluster = |it: Option<usize>| it.map(|it| graph.clusters[it].id.clone());
    let label = |it: &Node| it.lines.iter().map(|it| &*it.text).collect::<Vec<_>>().join("\n");
    let node = |it: &Node| json!({ "id": it.id, "label": label(it), "icon": it.icon, "cluster": cluster(it.cluster) });
    let box_of =
        |it: &Cluster| json!({ "id": it.id, "label": it.label, "parent": cluster(it.parent) });
    let nodes: Vec<_> = graph.nodes.iter().map(node).collect();
    let clusters: Vec<_> = graph.clusters.iter().map(box_of).collect();
    json!({ "nodes": nodes, "clusters": clusters, "edges": [] }).to_string()
}

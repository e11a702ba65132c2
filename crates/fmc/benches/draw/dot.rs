//! A graph in DOT, with nothing decided for the layout.

use fmc_diagram::graph::{Cluster, Direction, Edge, End, Graph, Heads, Node, Stroke};
use std::fmt::Write as _;

/// The graph in DOT, as a person or a generator would write it for Graphviz.
pub(crate) fn write(graph: &Graph) -> String {
    let direction = if graph.direction == Direction::Right { "LR" } else { "TB" };
    let title = quoted(&graph.title);
    let mut out = format!("digraph {title} {{\n");
    let _ = writeln!(out, "graph [label={title} rankdir={direction} compound=true]");
    out.push_str("node [shape=box]\n");
    // What is directly inside of each cluster, and of none.
    let mut inside: Vec<(Vec<usize>, Vec<usize>)> =
        vec![Default::default(); graph.clusters.len() + 1];
    let place = |it: Option<usize>| it.map_or(0, |it| it + 1);
    for (index, it) in graph.clusters.iter().enumerate() {
        inside[place(it.parent)].0.push(index);
    }
    for (index, it) in graph.nodes.iter().enumerate() {
        inside[place(it.cluster)].1.push(index);
    }
    content(graph, &inside, 0, &mut out);
    let anchors = anchors(graph, &inside);
    for it in &graph.edges {
        edge(graph, it, &anchors, &mut out);
    }
    out.push_str("}\n");
    out
}

fn content(graph: &Graph, inside: &[(Vec<usize>, Vec<usize>)], place: usize, out: &mut String) {
    for &index in &inside[place].1 {
        node(&graph.nodes[index], out);
    }
    for &index in &inside[place].0 {
        let Cluster { id, label, .. } = &graph.clusters[index];
        let name = quoted(&format!("cluster_{id}"));
        let _ = writeln!(out, "subgraph {name} {{ graph [label={}]", quoted(label));
        content(graph, inside, index + 1, out);
        if inside[index + 1] == Default::default() {
            // A cluster is drawn if it holds something, and an edge needs a node to end at.
            let _ = writeln!(out, "{} [shape=point]", quoted(&format!("in_{id}")));
        }
        out.push_str("}\n");
    }
}

fn node(node: &Node, out: &mut String) {
    let lines: Vec<&str> = node.lines.iter().map(|it| &*it.text).collect();
    let label = quoted(&lines.join("\n"));
    let _ = writeln!(out, "{} [label={label} icon={}]", quoted(&node.id), quoted(&node.icon));
}

/// A node inside of each cluster, which edges end at whose end is the cluster.
fn anchors(graph: &Graph, inside: &[(Vec<usize>, Vec<usize>)]) -> Vec<String> {
    let anchor = |mut cluster: usize| loop {
        let (clusters, nodes) = &inside[cluster + 1];
        match (nodes.first(), clusters.first()) {
            (Some(&node), _) => return graph.nodes[node].id.clone(),
            (None, Some(&inner)) => cluster = inner,
            (None, None) => return format!("in_{}", graph.clusters[cluster].id),
        }
    };
    (0..graph.clusters.len()).map(anchor).collect()
}

fn edge(graph: &Graph, edge: &Edge, anchors: &[String], out: &mut String) {
    let end = |it: End| match it {
        End::Node(it) => quoted(&graph.nodes[it].id),
        End::Cluster(it) => quoted(&anchors[it]),
    };
    let _ = write!(out, "{} -> {} [dir={}", end(edge.from), end(edge.to), heads(edge.heads));
    for (name, it) in [("ltail", edge.from), ("lhead", edge.to)] {
        if let End::Cluster(it) = it {
            let _ =
                write!(out, " {name}={}", quoted(&format!("cluster_{}", graph.clusters[it].id)));
        }
    }
    if !edge.label.is_empty() {
        let _ = write!(out, " label={}", quoted(&edge.label));
    }
    if let Some(style) = style(edge.style) {
        let _ = write!(out, " style={style}");
    }
    out.push_str(if edge.peer { " constraint=false]\n" } else { "]\n" });
}

fn heads(heads: Heads) -> &'static str {
    match heads {
        Heads::Forward => "forward",
        Heads::Back => "back",
        Heads::Both => "both",
        Heads::None => "none",
    }
}

fn style(style: Stroke) -> Option<&'static str> {
    match style {
        Stroke::Solid => None,
        Stroke::Dashed => Some("dashed"),
        Stroke::Dotted => Some("dotted"),
        Stroke::Bold => Some("bold"),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

//! A graph in D2.

use fmc_diagram::graph::{Direction, End, Graph, Heads};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The graph in D2: nodes are images with a label below, as D2 draws icons.
pub(crate) fn write(graph: &Graph) -> String {
    let direction = if graph.direction == Direction::Right { "right" } else { "down" };
    let mut out = format!("direction: {direction}\n");
    let keys = Keys::new(graph);
    content(graph, &keys, None, &mut out);
    for edge in &graph.edges {
        let arrow = match edge.heads {
            Heads::Forward => "->",
            Heads::Back => "<-",
            Heads::Both => "<->",
            Heads::None => "--",
        };
        let (from, to) = (path(graph, &keys, edge.from), path(graph, &keys, edge.to));
        let _ = writeln!(out, "{from} {arrow} {to}: {}", quoted(&edge.label));
    }
    out
}

/// Where the image of an icon lies.
pub(crate) fn image(icon: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
    format!("icons/{}.png", icon.chars().map(plain).collect::<String>())
}

/// The keys of all nodes and clusters.
struct Keys {
    nodes: Vec<String>,
    clusters: Vec<String>,
}

impl Keys {
    /// Each is the id, where that is a plain word, for the judge to know it by. D2 takes upper and
    /// lower case for the same, and some words for its own.
    fn new(graph: &Graph) -> Self {
        let mut taken: BTreeSet<String> =
            ["label", "shape", "icon", "style", "near", "link", "class"]
                .into_iter()
                .map(str::to_owned)
                .collect();
        let mut key = |kind: &str, index: usize, id: &str| {
            let id = id.strip_prefix("cluster_").unwrap_or(id);
            let word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
            let plain = !id.is_empty() && !id.starts_with('_') && id.bytes().all(word);
            let free = plain && taken.insert(id.to_ascii_lowercase());
            if free { id.to_owned() } else { format!("_{kind}{index}") }
        };
        let nodes = graph.nodes.iter().enumerate().map(|(index, it)| key("node", index, &it.id));
        let nodes = nodes.collect();
        let clusters = graph.clusters.iter().enumerate();
        let clusters = clusters.map(|(index, it)| key("cluster", index, &it.id)).collect();
        Self { nodes, clusters }
    }
}

fn path(graph: &Graph, keys: &Keys, end: End) -> String {
    let own = match end {
        End::Node(it) => keys.nodes[it].clone(),
        End::Cluster(it) => keys.clusters[it].clone(),
    };
    let around = graph.around(end).into_iter().rev().map(|it| keys.clusters[it].clone());
    around.chain([own]).collect::<Vec<_>>().join(".")
}

fn content(graph: &Graph, keys: &Keys, parent: Option<usize>, out: &mut String) {
    for (index, node) in graph.nodes.iter().enumerate().filter(|it| it.1.cluster == parent) {
        let lines: Vec<&str> = node.lines.iter().map(|it| &*it.text).collect();
        let _ = write!(out, "{}: {} ", keys.nodes[index], quoted(&lines.join("\n")));
        if node.icon.is_empty() && lines.is_empty() {
            // A point in which lines meet. Of the usual size, since TALA takes 20 times as long with tiny ones.
            out.push_str("{shape: circle}\n");
        } else if node.icon.is_empty() {
            out.push_str("{shape: text}\n");
        } else {
            let _ = writeln!(out, "{{shape: image; icon: {}}}", image(&node.icon));
        }
    }
    for (index, it) in graph.clusters.iter().enumerate().filter(|it| it.1.parent == parent) {
        let _ = writeln!(out, "{}: {} {{", keys.clusters[index], quoted(&it.label));
        content(graph, keys, Some(index), out);
        out.push_str("}\n");
    }
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

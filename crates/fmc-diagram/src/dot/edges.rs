//! Edges from what was found of them, and the end of what is hidden.

use super::budget::Budget;
use super::color::tone;
use super::evaluate::{Found, FoundEdge};
use super::nodes::{details, has_style, link, text};
use super::place::{Error, Notice};
use super::strings::Names;
use super::syntax::Word;
use crate::graph::{Edge, End, Graph, Heads, Stroke};

/// A line of this width, in points, is a heavy one.
const HEAVY: f64 = 2.0;

/// Writes every edge, from its end to its start where the picture is to be turned around, and takes
/// out what is hidden.
pub(super) fn write(
    found: &Found<'_>,
    turned: bool,
    graph: &mut Graph,
    budget: &mut Budget,
    notices: &mut Vec<Notice>,
) -> Result<(), Error> {
    for it in found.edges.iter().filter(|it| !has_style(&it.attributes, "invis")) {
        let mut edge = edge(found, it, graph, notices);
        let place = found.nodes[it.to].name.place;
        let label = [&*edge.label].into_iter();
        budget.take(place, label, edge.link.as_deref(), &edge.details)?;
        if turned {
            std::mem::swap(&mut edge.from, &mut edge.to);
            edge.heads = match edge.heads {
                Heads::Forward => Heads::Back,
                Heads::Back => Heads::Forward,
                it => it,
            };
        }
        graph.edges.push(edge);
    }
    if turned {
        graph.nodes.iter_mut().for_each(|it| it.tier = it.tier.map(|it| -it));
    }
    hide(found, graph, notices);
    Ok(())
}

fn edge(found: &Found<'_>, it: &FoundEdge<'_>, graph: &Graph, notices: &mut Vec<Notice>) -> Edge {
    let attributes = &it.attributes;
    let (tail, head) = (&found.nodes[it.from], &found.nodes[it.to]);
    let operator = if found.directed { "->" } else { "--" };
    let names = Names {
        graph: found.name,
        tail: &tail.name.text,
        head: &head.name.text,
        operator,
        ..Names::default()
    };
    let from = end(found, graph, attributes.get("ltail"), it.from, it.to, notices);
    let to = end(found, graph, attributes.get("lhead"), it.to, it.from, notices);
    let mut edge = Edge::new(from, to);
    let mut labels = details(attributes, &["label", "xlabel", "headlabel", "taillabel"], &names);
    if !labels.is_empty() {
        edge.label = labels.remove(0).1;
    }
    let names = Names { label: &edge.label, ..names };
    let told = ["tooltip", "edgetooltip", "labeltooltip", "tailtooltip", "headtooltip"];
    edge.details = labels.into_iter().chain(details(attributes, &told, &names)).collect();
    edge.link = link(attributes, &["URL", "href", "edgeURL", "edgehref"], &names);
    edge.tone = tone(text(attributes, "color"));
    edge.style = stroke(it);
    edge.heads = heads(it, found.directed);
    let unranked = ["false", "no", "0"].contains(&&*text(attributes, "constraint").to_lowercase());
    edge.peer = unranked || tail.rank.is_some_and(|it| Some(it) == head.rank && it.1 == "same");
    edge
}

/// The node, or the cluster around it that the edge is cut off at.
fn end(
    found: &Found<'_>,
    graph: &Graph,
    cluster: Option<&&Word>,
    node: usize,
    other: usize,
    notices: &mut Vec<Notice>,
) -> End {
    let node = End::Node(node);
    let Some(name) = cluster.filter(|it| !it.text.is_empty()) else { return node };
    let index = found.clusters.iter().position(|it| it.name.text == name.text);
    let fault = match index {
        _ if !["true", "yes", "1"].contains(&&*found.text("compound").to_lowercase()) => {
            "an edge ends at a cluster where the graph has `compound=true`"
        }
        None => "no cluster has this name",
        Some(index) if !graph.around(node).contains(&index) => {
            "the edge ends at a cluster that its own node is not in"
        }
        Some(index) if graph.around(End::Node(other)).contains(&index) => {
            "the edge does not leave this cluster"
        }
        Some(index) => return End::Cluster(index),
    };
    notices.push(Notice { place: name.place, message: fault.to_owned() });
    node
}

fn stroke(it: &FoundEdge<'_>) -> Stroke {
    let attributes = &it.attributes;
    let heavy = text(attributes, "penwidth").parse().is_ok_and(|it: f64| it >= HEAVY)
        || text(attributes, "style").contains("setlinewidth");
    let style = |name| has_style(attributes, name);
    match () {
        () if style("dashed") => Stroke::Dashed,
        () if style("dotted") => Stroke::Dotted,
        () if style("bold") || heavy => Stroke::Bold,
        () => Stroke::Solid,
    }
}

fn heads(it: &FoundEdge<'_>, directed: bool) -> Heads {
    let shown = |name| text(&it.attributes, name) != "none";
    let (start, end) = match text(&it.attributes, "dir") {
        "forward" => (false, true),
        "back" => (true, false),
        "both" => (true, true),
        "none" => (false, false),
        _ => (false, directed),
    };
    match (start && shown("arrowtail"), end && shown("arrowhead")) {
        (false, true) => Heads::Forward,
        (true, false) => Heads::Back,
        (true, true) => Heads::Both,
        (false, false) => Heads::None,
    }
}

/// Takes out the nodes that are hidden, with their edges, and the clusters, whose content stays.
fn hide(found: &Found<'_>, graph: &mut Graph, notices: &mut Vec<Notice>) {
    let hidden_node: Vec<bool> =
        found.nodes.iter().map(|it| has_style(&it.attributes, "invis")).collect();
    let hidden_cluster: Vec<bool> =
        found.clusters.iter().map(|it| has_style(&it.attributes, "invis")).collect();
    if !hidden_node.contains(&true) && !hidden_cluster.contains(&true) {
        return;
    }
    for (it, _) in found.nodes.iter().zip(&hidden_node).filter(|it| *it.1) {
        let message = "this node is hidden, and left out with its edges".to_owned();
        notices.push(Notice { place: it.name.place, message });
    }
    let (nodes, clusters) = (renumbered(&hidden_node), renumbered(&hidden_cluster));
    let parents: Vec<Option<usize>> = graph.clusters.iter().map(|it| it.parent).collect();
    let shown = |mut it: Option<usize>| {
        while let Some(hidden) = it.filter(|it| hidden_cluster[*it]) {
            it = parents[hidden];
        }
        it.map(|it| clusters[it])
    };
    graph.edges.retain_mut(|edge| {
        let mut kept = true;
        for end in [&mut edge.from, &mut edge.to] {
            match end {
                End::Node(it) if !hidden_node[*it] => *it = nodes[*it],
                End::Cluster(it) if !hidden_cluster[*it] => *it = clusters[*it],
                _ => kept = false,
            }
        }
        kept
    });
    let mut at = 0..;
    graph.nodes.retain(|_| at.next().is_some_and(|it| !hidden_node[it]));
    let mut at = 0..;
    graph.clusters.retain(|_| at.next().is_some_and(|it| !hidden_cluster[it]));
    graph.nodes.iter_mut().for_each(|it| it.cluster = shown(it.cluster));
    graph.clusters.iter_mut().for_each(|it| it.parent = shown(it.parent));
}

/// The number that each thing has once those that are hidden are gone.
fn renumbered(hidden: &[bool]) -> Vec<usize> {
    let mut next = 0;
    hidden
        .iter()
        .map(|hidden| {
            let number = next;
            next += usize::from(!hidden);
            number
        })
        .collect()
}

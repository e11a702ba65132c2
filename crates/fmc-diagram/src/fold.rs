//! Smaller graphs out of big ones: parts of them, and boxes folded to one card each.

use crate::graph::{ClusterIndex, Edge, End, Graph, Heads, Line, Node, NodeIndex, TextRole};
use std::collections::BTreeMap;

/// More labels than these on one folded line are counted instead of told.
const MOST_LABELS: usize = 3;
/// A folded card shows at most so many icons of what is in it.
const MOST_BADGES: usize = 4;

impl Graph {
    /// The part of these nodes and edges. Clusters stay as long as a node or the end of an edge is
    /// in them; an edge stays as long as both of its ends do.
    pub fn part(&self, nodes: &[bool], edges: &[bool]) -> Self {
        let has = |list: &[bool], at: usize| list.get(at).copied().unwrap_or(false);
        let alive = |end: End| match end {
            End::Node(node) => has(nodes, node),
            End::Cluster(_) => true,
        };
        let mut clusters = vec![false; self.clusters.len()];
        let mut keep = |end: End| {
            if let End::Cluster(cluster) = end {
                clusters[cluster] = true;
            }
            for cluster in self.around(end) {
                clusters[cluster] = true;
            }
        };
        for node in (0..self.nodes.len()).filter(|it| has(nodes, *it)) {
            keep(End::Node(node));
        }
        let lines: Vec<&Edge> = (self.edges.iter().enumerate())
            .filter(|(at, it)| has(edges, *at) && alive(it.from) && alive(it.to))
            .map(|it| it.1)
            .collect();
        for edge in &lines {
            keep(edge.from);
            keep(edge.to);
        }
        let new_node = numbering(nodes);
        let new_cluster = numbering(&clusters);
        let moved = |end: End| match end {
            End::Node(node) => End::Node(new_node[node]),
            End::Cluster(cluster) => End::Cluster(new_cluster[cluster]),
        };
        let mut part =
            Self { nodes: Vec::new(), clusters: Vec::new(), edges: Vec::new(), ..self.clone() };
        for (node, _) in self.nodes.iter().zip(nodes).filter(|it| *it.1) {
            let cluster = node.cluster.map(|it| new_cluster[it]);
            part.nodes.push(Node { cluster, ..node.clone() });
        }
        for (cluster, _) in self.clusters.iter().zip(&clusters).filter(|it| *it.1) {
            let mut cluster = cluster.clone();
            cluster.parent = cluster.parent.map(|it| new_cluster[it]);
            part.clusters.push(cluster);
        }
        part.edges = lines
            .into_iter()
            .map(|it| Edge { from: moved(it.from), to: moved(it.to), ..it.clone() })
            .collect();
        part
    }
}

/// The new index of everything that is kept.
fn numbering(kept: &[bool]) -> Vec<usize> {
    let mut next = 0;
    let number = |keep: &bool| {
        let own = next;
        next += usize::from(*keep);
        own
    };
    kept.iter().map(number).collect()
}

/// Folds every cluster that has `depth` clusters around it to one card, and the lines between the
/// same two ends to one line with a count. With a depth of 0 the outermost clusters are folded;
/// from the depth of the innermost one on, the graph stays as it is.
pub fn fold(graph: &Graph, depth: usize) -> Graph {
    let goes_into = |end: End| -> Option<ClusterIndex> {
        let mut around = graph.around(end);
        around.reverse();
        if let End::Cluster(cluster) = end {
            around.push(cluster);
        }
        around.get(depth).copied()
    };
    let nodes: Vec<_> = (0..graph.nodes.len()).map(|it| goes_into(End::Node(it))).collect();
    let clusters: Vec<_> =
        (0..graph.clusters.len()).map(|it| goes_into(End::Cluster(it))).collect();
    let folded = |end: End| match end {
        End::Node(node) => nodes[node],
        End::Cluster(cluster) => clusters[cluster],
    };
    let mut inside: Vec<Vec<NodeIndex>> = vec![Vec::new(); graph.clusters.len()];
    for (node, cluster) in nodes.iter().enumerate() {
        if let Some(cluster) = cluster {
            inside[*cluster].push(node);
        }
    }
    let is_folded: Vec<bool> =
        (0..graph.clusters.len()).map(|it| folded(End::Cluster(it)).is_some()).collect();
    if !is_folded.contains(&true) {
        return graph.clone();
    }
    let kept_clusters: Vec<bool> = is_folded.iter().map(|it| !it).collect();
    let new_cluster = numbering(&kept_clusters);
    let mut small =
        Graph { nodes: Vec::new(), clusters: Vec::new(), edges: Vec::new(), ..graph.clone() };
    for (at, cluster) in graph.clusters.iter().enumerate().filter(|it| !is_folded[it.0]) {
        debug_assert_eq!(new_cluster[at], small.clusters.len());
        let mut cluster = cluster.clone();
        cluster.parent = cluster.parent.map(|it| new_cluster[it]);
        small.clusters.push(cluster);
    }
    // A card stands where the first of its nodes stood, so that the order of the author holds.
    let mut cards: BTreeMap<ClusterIndex, NodeIndex> = BTreeMap::new();
    let mut moved: Vec<NodeIndex> = Vec::with_capacity(graph.nodes.len());
    for (at, node) in graph.nodes.iter().enumerate() {
        let Some(cluster) = folded(End::Node(at)) else {
            moved.push(small.nodes.len());
            let cluster = node.cluster.map(|it| new_cluster[it]);
            small.nodes.push(Node { cluster, ..node.clone() });
            continue;
        };
        moved.push(*cards.entry(cluster).or_insert_with(|| {
            small.nodes.push(card(graph, cluster, &new_cluster, &inside[cluster]));
            small.nodes.len() - 1
        }));
    }
    for cluster in 0..graph.clusters.len() {
        let outermost = folded(End::Cluster(cluster)) == Some(cluster);
        if outermost && !cards.contains_key(&cluster) {
            cards.insert(cluster, small.nodes.len());
            small.nodes.push(card(graph, cluster, &new_cluster, &inside[cluster]));
        }
    }
    let end = |end: End| match (end, folded(end)) {
        (_, Some(cluster)) => End::Node(cards[&cluster]),
        (End::Node(node), None) => End::Node(moved[node]),
        (End::Cluster(cluster), None) => End::Cluster(new_cluster[cluster]),
    };
    let was_folded = |it: End| folded(it).is_some();
    let mut bundles: BTreeMap<(End, End, bool), (usize, Vec<String>)> = BTreeMap::new();
    for edge in &graph.edges {
        let (from, to) = (end(edge.from), end(edge.to));
        if !was_folded(edge.from) && !was_folded(edge.to) {
            small.edges.push(Edge { from, to, ..edge.clone() });
            continue;
        }
        if from == to {
            continue;
        }
        let key = (from, to, edge.heads == Heads::Back);
        let Some((at, labels)) = bundles.get_mut(&key) else {
            // By the direction of the arrow, so that two that lead both ways have two ids.
            let (start, goal) = if edge.heads == Heads::Back { (to, from) } else { (from, to) };
            let id = format!("{}>{}", small.id(start), small.id(goal));
            bundles.insert(key, (small.edges.len(), vec![edge.label.clone()]));
            small.edges.push(Edge { id, from, to, peer: false, ..edge.clone() });
            continue;
        };
        let bundle = &mut small.edges[*at];
        bundle.count += edge.count;
        bundle.details.extend(edge.details.iter().cloned());
        if edge.style == crate::graph::Stroke::Bold {
            bundle.style = edge.style;
        }
        if !edge.label.is_empty() && !labels.contains(&edge.label) {
            labels.push(edge.label.clone());
        }
        bundle.label = told(labels);
    }
    small
}

/// Labels as one text.
fn told(labels: &[String]) -> String {
    let labels: Vec<&str> = labels.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    let told = labels.len().min(MOST_LABELS);
    let mut text = labels[..told].join(" · ");
    if labels.len() > told {
        text.push_str(&format!(" · +{}", labels.len() - told));
    }
    text
}

/// The card of a folded cluster, which takes the place of these nodes.
fn card(graph: &Graph, cluster: ClusterIndex, new_cluster: &[usize], inside: &[NodeIndex]) -> Node {
    let it = &graph.clusters[cluster];
    let mut icons: Vec<String> = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for node in inside.iter().map(|it| &graph.nodes[*it]) {
        *counts.entry(node.icon.clone()).or_default() += 1;
        if !node.icon.is_empty() && !icons.contains(&node.icon) {
            icons.push(node.icon.clone());
        }
        names.extend(node.lines.first().map(|it| it.text.clone()));
    }
    // What there is most of speaks for all; of as many, what comes first.
    icons.sort_by_key(|it| std::cmp::Reverse(counts.get(it).copied()));
    let mut lines = vec![Line::new(TextRole::Name, it.label.clone())];
    if !it.note.is_empty() {
        lines.push(Line::new(TextRole::Note, it.note.clone()));
    }
    lines.push(Line::new(TextRole::Code, format!("×{}", names.len())));
    let own = !it.icon.is_empty();
    let icon = if own { it.icon.clone() } else { icons.first().cloned().unwrap_or_default() };
    let badges = icons.into_iter().skip(usize::from(!own)).take(MOST_BADGES).collect();
    let mut details = it.details.clone();
    details.push(("×".to_owned() + &names.len().to_string(), names.join(", ")));
    Node {
        id: it.id.clone(),
        lines,
        icon,
        badges,
        cluster: it.parent.map(|it| new_cluster[it]),
        tone: it.tone,
        tier: it.tier,
        link: it.link.clone(),
        details,
        change: it.change,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Cluster;

    /// Two sites, `a` with a rack in it, and a node outside of both.
    fn graph() -> Graph {
        let node = |id: &str, cluster| Node {
            id: id.into(),
            lines: vec![Line::new(TextRole::Name, id)],
            cluster,
            ..Node::default()
        };
        let cluster = |id: &str, parent| Cluster {
            id: id.into(),
            label: id.into(),
            parent,
            ..Cluster::default()
        };
        let edge = |id: &str, from, to, label: &str| Edge {
            id: id.into(),
            label: label.into(),
            ..Edge::new(from, to)
        };
        Graph {
            nodes: vec![
                node("out", None),
                node("a1", Some(0)),
                node("r1", Some(1)),
                node("r2", Some(1)),
                node("b1", Some(2)),
            ],
            clusters: vec![cluster("a", None), cluster("rack", Some(0)), cluster("b", None)],
            edges: vec![
                edge("1", End::Node(0), End::Node(1), "x"),
                edge("2", End::Node(2), End::Node(4), "y"),
                edge("3", End::Node(3), End::Node(4), "z"),
                edge("4", End::Node(1), End::Node(2), ""),
                edge("5", End::Cluster(1), End::Cluster(2), "y"),
            ],
            ..Graph::default()
        }
    }

    fn told(graph: &Graph) -> Vec<String> {
        let edge = |it: &Edge| {
            format!("{}>{} {}×{}", graph.id(it.from), graph.id(it.to), it.label, it.count)
        };
        graph.edges.iter().map(edge).collect()
    }

    #[test]
    fn outermost_boxes_become_cards() {
        let small = fold(&graph(), 0);
        let ids: Vec<&str> = small.nodes.iter().map(|it| it.id.as_str()).collect();
        assert_eq!((ids, small.clusters.len()), (vec!["out", "a", "b"], 0));
        assert_eq!(told(&small), ["out>a x×1", "a>b y · z×3"]);
        assert!(small.nodes[1].lines.contains(&Line::new(TextRole::Code, "×3")));
    }

    #[test]
    fn inner_boxes_become_cards_in_their_box() {
        let small = fold(&graph(), 1);
        let ids: Vec<&str> = small.nodes.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["out", "a1", "rack", "b1"]);
        assert_eq!(small.nodes[2].cluster, Some(0));
        assert_eq!(told(&small), ["out>a1 x×1", "rack>b1 y · z×2", "a1>rack ×1", "rack>b y×1"]);
    }

    #[test]
    fn deep_enough_changes_nothing() {
        assert_eq!(fold(&graph(), 2), graph());
        assert_eq!(fold(&Graph::default(), 0), Graph::default());
    }

    #[test]
    fn a_part_keeps_what_holds_together() {
        let graph = graph();
        let part = graph.part(&[false, false, true, false, true], &[true; 5]);
        assert_eq!(told(&part), ["r1>b1 y×1", "rack>b y×1"]);
        assert_eq!(part.clusters.len(), 3);
        assert_eq!(part.nodes[1].cluster, Some(2));
    }
}

//! Two drawings of the same thing as one: what came, what went, and what is not as it was.

use crate::graph::{
    Change, Cluster, ClusterIndex, Edge, End, Graph, LegendEntry, Node, NodeIndex, Sample,
};
use std::collections::BTreeMap;

/// The words that a comparison adds to a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// Before what something was.
    pub before: &'a str,
    /// Of what is new.
    pub added: &'a str,
    /// Of what is gone.
    pub removed: &'a str,
    /// Of what is not as it was.
    pub changed: &'a str,
}

/// Both graphs as one, with the mark of a change on whatever changed. Things are the same if their
/// ids are; they changed if their texts, their look or their place among the others did. What only
/// tooltips tell does not count. Everything stands where the new graph has it; what is gone, behind
/// what stood before it.
pub fn compare(old: &Graph, new: &Graph, terms: &Terms<'_>) -> Graph {
    let mut all = new.clone();
    let (before, after) = (Index::new(old), Index::new(new));
    // Clusters first: nodes and edges refer to them.
    let mut clusters: BTreeMap<&str, ClusterIndex> =
        new.clusters.iter().enumerate().map(|(at, it)| (it.id.as_str(), at)).collect();
    for cluster in &mut all.clusters {
        cluster.change = match before.clusters.get(cluster.id.as_str()) {
            None => Change::Added,
            Some(it) => {
                let was = &old.clusters[*it];
                let same = same_cluster(was, cluster)
                    && parent(old, was.parent) == parent(new, cluster.parent);
                told(same, &mut cluster.details, terms, || joined([&was.label, &was.note]))
            }
        };
    }
    for cluster in old.clusters.iter().filter(|it| !after.clusters.contains_key(it.id.as_str())) {
        clusters.insert(&cluster.id, all.clusters.len());
        all.clusters.push(Cluster { change: Change::Removed, ..cluster.clone() });
    }
    for cluster in &mut all.clusters[new.clusters.len()..] {
        cluster.parent =
            cluster.parent.and_then(|it| clusters.get(old.clusters[it].id.as_str())).copied();
    }
    for node in &mut all.nodes {
        node.change = match before.nodes.get(node.id.as_str()) {
            None => Change::Added,
            Some(it) => {
                let was = &old.nodes[*it];
                let same =
                    same_node(was, node) && parent(old, was.cluster) == parent(new, node.cluster);
                told(same, &mut node.details, terms, || joined(was.lines.iter().map(|it| &it.text)))
            }
        };
    }
    let moved = add_nodes(old, &after, &clusters, &mut all);
    let end = |end: End| match end {
        End::Node(node) => End::Node(moved.old[node]),
        End::Cluster(cluster) => End::Cluster(clusters[old.clusters[cluster].id.as_str()]),
    };
    for edge in &mut all.edges {
        for it in [&mut edge.from, &mut edge.to] {
            if let End::Node(node) = it {
                *node = moved.new[*node];
            }
        }
    }
    for (at, edge) in new.edges.iter().enumerate() {
        let marked = &mut all.edges[at];
        marked.change = match before.edges.get(&key(new, edge)) {
            None => Change::Added,
            Some(it) => {
                let was = &old.edges[*it];
                let same = same_edge(was, edge);
                told(same, &mut marked.details, terms, || was.label.clone())
            }
        };
    }
    for edge in old.edges.iter().filter(|it| !after.edges.contains_key(&key(old, it))) {
        let (from, to) = (end(edge.from), end(edge.to));
        all.edges.push(Edge { from, to, change: Change::Removed, ..edge.clone() });
    }
    add_legend(&mut all, terms);
    all
}

/// Where everything of a graph is, by its id.
struct Index<'a> {
    nodes: BTreeMap<&'a str, NodeIndex>,
    clusters: BTreeMap<&'a str, ClusterIndex>,
    edges: BTreeMap<String, usize>,
}

impl<'a> Index<'a> {
    fn new(graph: &'a Graph) -> Self {
        let nodes = graph.nodes.iter().enumerate().map(|(at, it)| (it.id.as_str(), at));
        let clusters = graph.clusters.iter().enumerate().map(|(at, it)| (it.id.as_str(), at));
        let edges = graph.edges.iter().enumerate().map(|(at, it)| (key(graph, it), at));
        Self { nodes: nodes.collect(), clusters: clusters.collect(), edges: edges.collect() }
    }
}

/// What makes an edge the same in both graphs: its id, else its ends and its label.
fn key(graph: &Graph, edge: &Edge) -> String {
    if edge.id.is_empty() {
        format!("{}\n{}\n{}", graph.id(edge.from), graph.id(edge.to), edge.label)
    } else {
        edge.id.clone()
    }
}

fn parent(graph: &Graph, cluster: Option<ClusterIndex>) -> Option<&str> {
    cluster.map(|it| graph.clusters[it].id.as_str())
}

fn same_cluster(a: &Cluster, b: &Cluster) -> bool {
    a.label == b.label && a.note == b.note && a.icon == b.icon
}

fn same_node(a: &Node, b: &Node) -> bool {
    a.lines == b.lines && a.icon == b.icon && a.badges == b.badges
}

fn same_edge(a: &Edge, b: &Edge) -> bool {
    a.label == b.label && a.style == b.style && a.heads == b.heads && a.count == b.count
}

fn joined<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<&str> =
        texts.into_iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    texts.join(" · ")
}

/// The mark of what is in both graphs; what it was before is told by its tooltip.
fn told(
    same: bool,
    details: &mut Vec<(String, String)>,
    terms: &Terms<'_>,
    was: impl FnOnce() -> String,
) -> Change {
    if same {
        return Change::Same;
    }
    details.insert(0, (terms.before.to_owned(), was()));
    Change::Changed
}

/// Where the nodes of both graphs are in the one of both.
struct Moved {
    old: Vec<NodeIndex>,
    new: Vec<NodeIndex>,
}

/// Puts the nodes that are gone behind those before which they stood.
fn add_nodes(
    old: &Graph,
    after: &Index<'_>,
    clusters: &BTreeMap<&str, ClusterIndex>,
    all: &mut Graph,
) -> Moved {
    // Of each node of the new graph, and of its beginning: what follows it in the old one and is gone.
    let mut gone: BTreeMap<Option<NodeIndex>, Vec<NodeIndex>> = BTreeMap::new();
    let mut last = None;
    for (at, node) in old.nodes.iter().enumerate() {
        match after.nodes.get(node.id.as_str()) {
            Some(there) => last = Some(*there),
            None => gone.entry(last).or_default().push(at),
        }
    }
    let mut moved = Moved { old: vec![0; old.nodes.len()], new: Vec::new() };
    let mut nodes = Vec::new();
    let mut add = |before: Option<NodeIndex>, nodes: &mut Vec<Node>, moved: &mut Moved| {
        for at in gone.remove(&before).unwrap_or_default() {
            let node = &old.nodes[at];
            let cluster =
                node.cluster.and_then(|it| clusters.get(old.clusters[it].id.as_str())).copied();
            moved.old[at] = nodes.len();
            nodes.push(Node { cluster, change: Change::Removed, ..node.clone() });
        }
    };
    add(None, &mut nodes, &mut moved);
    for (at, node) in std::mem::take(&mut all.nodes).into_iter().enumerate() {
        moved.new.push(nodes.len());
        nodes.push(node);
        add(Some(at), &mut nodes, &mut moved);
    }
    all.nodes = nodes;
    for (at, node) in old.nodes.iter().enumerate() {
        if let Some(there) = after.nodes.get(node.id.as_str()) {
            moved.old[at] = moved.new[*there];
        }
    }
    moved
}

/// Adds the marks that are there to the legend.
fn add_legend(graph: &mut Graph, terms: &Terms<'_>) {
    let nodes = graph.nodes.iter().map(|it| it.change);
    let clusters = graph.clusters.iter().map(|it| it.change);
    let changes: Vec<Change> =
        nodes.chain(clusters).chain(graph.edges.iter().map(|it| it.change)).collect();
    let entries = [
        (Change::Added, terms.added),
        (Change::Removed, terms.removed),
        (Change::Changed, terms.changed),
    ];
    for (change, text) in entries {
        if changes.contains(&change) {
            graph
                .legend
                .push(LegendEntry { sample: Sample::Change(change), text: text.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Line, TextRole};

    const TERMS: Terms<'_> =
        Terms { before: "before", added: "added", removed: "removed", changed: "changed" };

    /// Nodes as `id`, or `box/id`, or `id=text`; edges as `from>to`, or `from>to=label`.
    fn graph(words: &str) -> Graph {
        let mut graph = Graph::default();
        for word in words.split_whitespace() {
            let (word, text) = word.split_once('=').unwrap_or((word, ""));
            if let Some((from, to)) = word.split_once('>') {
                let find = |id: &str| {
                    let at = graph.nodes.iter().position(|it| it.id == id);
                    End::Node(at.expect("a node"))
                };
                let edge = Edge { label: text.into(), ..Edge::new(find(from), find(to)) };
                graph.edges.push(Edge { id: format!("{from}>{to}"), ..edge });
                continue;
            }
            let (around, id) = word.split_once('/').unwrap_or(("", word));
            let cluster = (!around.is_empty()).then(|| {
                let known = graph.clusters.iter().position(|it| it.id == around);
                known.unwrap_or_else(|| {
                    graph.clusters.push(Cluster { id: around.into(), ..Cluster::default() });
                    graph.clusters.len() - 1
                })
            });
            let lines = vec![Line::new(TextRole::Name, text)];
            graph.nodes.push(Node { id: id.into(), lines, cluster, ..Node::default() });
        }
        graph
    }

    fn check(old: &str, new: &str, expected: &str) {
        let all = compare(&graph(old), &graph(new), &TERMS);
        let mark = |it: Change| match it {
            Change::Same => "",
            Change::Added => "+",
            Change::Removed => "-",
            Change::Changed => "~",
            Change::Warned => "!",
            Change::Faulty => "x",
        };
        let mut words: Vec<String> = Vec::new();
        for node in &all.nodes {
            let around = node.cluster.map(|it| {
                let it = &all.clusters[it];
                format!("{}{}/", mark(it.change), it.id)
            });
            words.push(format!("{}{}{}", around.unwrap_or_default(), mark(node.change), node.id));
        }
        for edge in &all.edges {
            words.push(format!("{}{}>{}", mark(edge.change), all.id(edge.from), all.id(edge.to)));
        }
        assert_eq!(words.join(" "), expected, "{old:?} and {new:?}");
    }

    #[test]
    fn what_came_went_and_changed() {
        check("a b a>b", "a b a>b", "a b a>b");
        check("a", "a b a>b", "a +b +a>b");
        check("a b a>b", "a", "a -b -a>b");
        check("a b c b>c", "b c b>c", "-a b c b>c");
        check("a=1 b a>b=x", "a=2 b a>b=y", "~a b ~a>b");
        check("x/a b", "y/a b", "+y/~a b");
        check("x/a x/b b>a", "x/b", "x/-a x/b -b>a");
        check("", "a", "+a");
        check("x/a", "", "-x/-a");
    }

    #[test]
    fn what_it_was_is_told() {
        let all = compare(&graph("a=old"), &graph("a=new"), &TERMS);
        assert_eq!(all.nodes[0].details, [("before".to_owned(), "old".to_owned())]);
        let texts: Vec<&str> = all.legend.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["changed"]);
    }
}

//! From statements to what they say: every node, cluster and edge with its attributes.

use super::budget::Budget;
use super::place::{Error, Notice, Place};
use super::syntax::{Attribute, File, Set, Statement, Subgraph, Target, Word};
use super::{edges, nodes};
use crate::graph::{Direction, Graph};
use std::collections::{BTreeMap, BTreeSet};

/// `{1000 nodes} -> {1000 nodes}` is two lines of text: without a limit, a small file could be
/// more than any memory holds.
const MOST_EDGES: usize = 250_000;

/// The attributes that mean something here. What is not in this list is forgotten at once.
const KNOWN: &[&str] = &[
    "arrowhead",
    "arrowtail",
    "bgcolor",
    "color",
    "compound",
    "constraint",
    "dir",
    "edgeURL",
    "edgehref",
    "edgetooltip",
    "fillcolor",
    "headlabel",
    "headtooltip",
    "href",
    "icon",
    "image",
    "label",
    "labeltooltip",
    "lhead",
    "ltail",
    "pencolor",
    "penwidth",
    "rank",
    "rankdir",
    "shape",
    "style",
    "taillabel",
    "tailtooltip",
    "tooltip",
    "URL",
    "xlabel",
];

/// What a subgraph hands on to those inside of it. A label is its own: Graphviz would write it into
/// every cluster that has none.
const INHERITED: &[&str] = &["color", "fillcolor", "pencolor", "style"];

pub(super) type Attributes<'f> = BTreeMap<&'static str, &'f Word>;

#[derive(Debug)]
pub(super) struct FoundNode<'f> {
    pub(super) name: &'f Word,
    pub(super) attributes: Attributes<'f>,
    pub(super) cluster: Option<usize>,
    /// The set of equal rank that it is in, and the rank.
    pub(super) rank: Option<(usize, &'f str)>,
}

#[derive(Debug)]
pub(super) struct FoundCluster<'f> {
    pub(super) name: &'f Word,
    pub(super) attributes: Attributes<'f>,
    pub(super) parent: Option<usize>,
}

#[derive(Debug)]
pub(super) struct FoundEdge<'f> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) attributes: Attributes<'f>,
}

/// Everything that a file tells.
#[derive(Debug, Default)]
pub(super) struct Found<'f> {
    pub(super) directed: bool,
    pub(super) name: &'f str,
    pub(super) attributes: Attributes<'f>,
    pub(super) nodes: Vec<FoundNode<'f>>,
    pub(super) clusters: Vec<FoundCluster<'f>>,
    pub(super) edges: Vec<FoundEdge<'f>>,
}

/// What holds inside of a pair of braces.
#[derive(Clone, Default)]
struct Scope<'f> {
    graph: Attributes<'f>,
    node: Attributes<'f>,
    edge: Attributes<'f>,
    cluster: Option<usize>,
    members: Members,
}

/// Nodes, each once, in the order in which they were mentioned.
#[derive(Clone, Default)]
struct Members {
    order: Vec<usize>,
    known: BTreeSet<usize>,
}

impl Members {
    fn add(&mut self, nodes: &[usize]) {
        self.order.extend(nodes.iter().filter(|it| self.known.insert(**it)));
    }
}

struct Evaluator<'f, 'n> {
    strict: bool,
    found: Found<'f>,
    node_of: BTreeMap<&'f str, usize>,
    cluster_of: BTreeMap<&'f str, usize>,
    /// The edges of a strict graph, by their ends.
    edge_of: BTreeMap<(usize, usize), usize>,
    /// The members of subgraphs with a name, which can be spoken of again.
    named: BTreeMap<&'f str, Members>,
    ranks: usize,
    /// How often two nodes were joined.
    joined: usize,
    notices: &'n mut Vec<Notice>,
}

pub(super) fn evaluate(file: &File, notices: &mut Vec<Notice>) -> Result<Graph, Error> {
    let mut it = Evaluator {
        strict: file.strict,
        found: Found { directed: file.directed, ..Found::default() },
        node_of: BTreeMap::new(),
        cluster_of: BTreeMap::new(),
        edge_of: BTreeMap::new(),
        named: BTreeMap::new(),
        ranks: 0,
        joined: 0,
        notices,
    };
    let mut scope = Scope::default();
    it.body(&file.body, &mut scope)?;
    let mut found = it.found;
    found.name = file.name.as_ref().map_or("", |it| &it.text);
    found.attributes = scope.graph;
    let mut graph = Graph::default();
    let direction = found.text("rankdir").to_ascii_uppercase();
    graph.direction = match &*direction {
        "LR" | "RL" => Direction::Right,
        _ => Direction::Down,
    };
    let mut budget = Budget::default();
    nodes::write(&found, &mut graph, &mut budget, notices)?;
    graph.upwards = matches!(&*direction, "BT" | "RL");
    let turned = graph.upwards;
    edges::write(&found, turned, &mut graph, &mut budget, notices)?;
    Ok(graph)
}

impl Found<'_> {
    /// An attribute of the whole graph.
    pub(super) fn text(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", |it| &it.text)
    }
}

impl Scope<'_> {
    /// What holds at the beginning of a subgraph.
    fn inner(&self) -> Self {
        let mut graph = self.graph.clone();
        graph.retain(|name, _| INHERITED.contains(name));
        let (node, edge, cluster) = (self.node.clone(), self.edge.clone(), self.cluster);
        Self { graph, node, edge, cluster, members: Members::default() }
    }
}

impl<'f> Evaluator<'f, '_> {
    fn body(&mut self, body: &'f [Statement], scope: &mut Scope<'f>) -> Result<(), Error> {
        for statement in body {
            match statement {
                Statement::Defaults(Target::Graph, list) => set(&mut scope.graph, list),
                Statement::Defaults(Target::Node, list) => set(&mut scope.node, list),
                Statement::Defaults(Target::Edge, list) => set(&mut scope.edge, list),
                Statement::Nodes(names, list) => {
                    for name in names {
                        let node = self.node(name, scope);
                        set(&mut self.found.nodes[node].attributes, list);
                    }
                }
                Statement::Edges(sets, list) => self.chain(sets, list, scope)?,
                Statement::Subgraph(it) => {
                    self.subgraph(it, scope)?;
                }
            }
        }
        Ok(())
    }

    /// A node is what its first mention makes it, and belongs to the innermost of the clusters that
    /// mention it.
    fn node(&mut self, name: &'f Word, scope: &mut Scope<'f>) -> usize {
        let next = self.found.nodes.len();
        let index = *self.node_of.entry(&name.text).or_insert(next);
        scope.members.add(&[index]);
        if index == next {
            let (attributes, cluster) = (scope.node.clone(), scope.cluster);
            self.found.nodes.push(FoundNode { name, attributes, cluster, rank: None });
        } else if let Some(cluster) = scope.cluster {
            let old = self.found.nodes[index].cluster;
            if old.is_none_or(|old| self.is_inside(cluster, old)) {
                self.found.nodes[index].cluster = Some(cluster);
            } else if !old.is_some_and(|old| self.is_inside(old, cluster)) {
                let message = "this node is in another cluster already, and stays there";
                self.notices.push(Notice { place: name.place, message: message.to_owned() });
            }
        }
        index
    }

    /// Whether a cluster is another one or inside of it.
    fn is_inside(&self, cluster: usize, other: usize) -> bool {
        let mut next = Some(cluster);
        while let Some(it) = next.filter(|it| *it != other) {
            next = self.found.clusters[it].parent;
        }
        next.is_some()
    }

    /// Evaluates a subgraph and tells its nodes, each once.
    fn subgraph(&mut self, it: &'f Subgraph, outer: &mut Scope<'f>) -> Result<Vec<usize>, Error> {
        let mut scope = outer.inner();
        let name = it.name.as_ref().map(|it| (it, &*it.text));
        if let Some((name, text)) = name.filter(|it| it.1.starts_with("cluster")) {
            let next = self.found.clusters.len();
            let index = *self.cluster_of.entry(text).or_insert(next);
            if index == next {
                let (attributes, parent) = (Attributes::new(), outer.cluster);
                self.found.clusters.push(FoundCluster { name, attributes, parent });
            } else if outer.cluster.is_some_and(|it| self.is_inside(it, index)) {
                return Err(Error::new(name.place, "this cluster is inside of itself"));
            }
            scope.cluster = Some(index);
        }
        self.body(&it.body, &mut scope)?;
        if let Some(index) = scope.cluster.filter(|it| outer.cluster != Some(*it)) {
            self.found.clusters[index].attributes.extend(scope.graph.clone());
        }
        let mut members = scope.members.order;
        if let Some((_, text)) = name {
            let all = self.named.entry(text).or_default();
            all.add(&members);
            if it.body.is_empty() {
                members.clone_from(&all.order);
            }
        }
        if let Some(rank) = scope.graph.get("rank") {
            self.ranks += 1;
            for node in &members {
                self.found.nodes[*node].rank.get_or_insert((self.ranks, &rank.text));
            }
        }
        outer.members.add(&members);
        Ok(members)
    }

    fn chain(
        &mut self,
        sets: &'f [Set],
        list: &'f [Attribute],
        scope: &mut Scope<'f>,
    ) -> Result<(), Error> {
        let mut before: Option<Vec<usize>> = None;
        for it in sets {
            let (members, place) = match it {
                Set::Nodes(names) => {
                    let place = names.first().map_or(Place::default(), |it| it.place);
                    (names.iter().map(|it| self.node(it, scope)).collect(), place)
                }
                Set::Subgraph(it) => (self.subgraph(it, scope)?, it.place),
            };
            let mut attributes = scope.edge.clone();
            set(&mut attributes, list);
            for from in before.iter().flatten() {
                for to in &members {
                    self.edge(*from, *to, &attributes);
                }
                self.joined += members.len();
                if self.joined > MOST_EDGES {
                    let message = format!("the graph has more than {MOST_EDGES} edges");
                    return Err(Error::new(place, message)
                        .hint("an edge between two sets joins each node with each"));
                }
            }
            before = Some(members);
        }
        Ok(())
    }

    fn edge(&mut self, from: usize, to: usize, attributes: &Attributes<'f>) {
        let next = self.found.edges.len();
        if self.strict {
            let turn = !self.found.directed && from > to;
            let ends = if turn { (to, from) } else { (from, to) };
            let index = *self.edge_of.entry(ends).or_insert(next);
            if index < next {
                self.found.edges[index].attributes.extend(attributes);
                return;
            }
        }
        let attributes = attributes.clone();
        self.found.edges.push(FoundEdge { from, to, attributes });
    }
}

fn set<'f>(attributes: &mut Attributes<'f>, list: &'f [Attribute]) {
    for it in list {
        if let Some(known) = KNOWN.iter().find(|known| **known == it.name.text) {
            attributes.insert(known, &it.value);
        }
    }
}

//! A graph in the making: ids are looked up, lines between the same ends are put together.

use crate::card;
use crate::scope::Scope;
use crate::traffic;
use fmc_diagram::graph::{Cluster, Edge, End, Graph, Heads, Line, Node, Stroke, TextRole, Tone};
use fmc_model::Words;
use fmc_model::cloud::{Flow, Network, Outside, Vip};
use std::collections::BTreeMap;

/// More words than these on one line are counted instead of told.
const MOST_LABELS: usize = 3;

/// A graph in the making.
pub(crate) struct Canvas<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) graph: Graph,
    /// What the kinds of lines of this view mean, for the legend.
    pub(crate) meanings: Vec<(Stroke, Words)>,
    ends: BTreeMap<String, End>,
    lines: BTreeMap<String, usize>,
    drawn: Vec<Drawn>,
}

/// What an edge was made of.
#[derive(Default)]
struct Drawn {
    labels: Vec<String>,
    remark: String,
    structure: bool,
}

/// How two ends are joined.
#[derive(Clone, Default)]
pub(crate) struct Join {
    pub(crate) label: String,
    /// What stands behind all labels of the line.
    pub(crate) remark: String,
    pub(crate) style: Stroke,
    pub(crate) heads: Heads,
    pub(crate) peer: bool,
    pub(crate) tone: Tone,
    pub(crate) details: Vec<(String, String)>,
    /// Whether it is there without any flow: who holds an address, what runs where.
    pub(crate) structure: bool,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(scope: Scope<'a>) -> Self {
        Self {
            scope,
            graph: Graph::default(),
            meanings: Vec::new(),
            ends: BTreeMap::new(),
            lines: BTreeMap::new(),
            drawn: Vec::new(),
        }
    }

    /// The end with this id, if it is drawn.
    pub(crate) fn end(&self, id: &str) -> Option<End> {
        self.ends.get(id).copied()
    }

    /// Adds a cluster.
    pub(crate) fn cluster(&mut self, cluster: Cluster) -> usize {
        let index = self.graph.clusters.len();
        self.ends.insert(cluster.id.clone(), End::Cluster(index));
        self.graph.clusters.push(cluster);
        index
    }

    /// Adds a node, or finds the one with its id.
    pub(crate) fn node(&mut self, node: Node) -> End {
        if let Some(end) = self.end(&node.id) {
            return end;
        }
        let end = End::Node(self.graph.nodes.len());
        self.ends.insert(node.id.clone(), end);
        self.graph.nodes.push(node);
        end
    }

    /// The card of hosts.
    pub(crate) fn card(&mut self, card: usize, cluster: Option<usize>, tier: Option<i32>) -> End {
        let node = Node { cluster, tier, ..card::hosts(&self.scope, card) };
        self.node(node)
    }

    /// The end of a card, drawn loose if it is not there yet.
    pub(crate) fn of_card(&mut self, card: usize) -> End {
        let id = self.scope.card_id(card);
        self.end(&id).unwrap_or_else(|| self.card(card, None, None))
    }

    /// The node of a virtual address.
    pub(crate) fn vip(&mut self, vip: &Vip, cluster: Option<usize>, tier: Option<i32>) -> End {
        let node = Node { cluster, tier, ..card::vip(&self.scope, vip) };
        self.node(node)
    }

    /// The node of people outside.
    pub(crate) fn outside(&mut self, outside: &Outside, tier: Option<i32>) -> End {
        self.node(Node { tier, ..card::outside(&self.scope, outside) })
    }

    /// The node of a network as a whole.
    pub(crate) fn network(&mut self, network: &Network, tier: Option<i32>) -> End {
        self.node(Node { tier, ..card::network(&self.scope, network) })
    }

    /// The node of the Internet.
    pub(crate) fn internet(&mut self, names: &[String], tier: Option<i32>) -> End {
        self.node(Node { tier, ..card::internet(names) })
    }

    /// Joins two ends for a flow; all flows between the same ends in the same way are one line.
    pub(crate) fn flow(&mut self, from: End, to: End, flow: &Flow, join: Join) {
        let language = self.scope.language;
        let mut join = join;
        if join.label.is_empty() {
            join.label = traffic::label(self.scope.cloud, flow, language);
        }
        join.details.push(traffic::detail(flow, language));
        self.join(from, to, join);
    }

    /// Draws how hosts of one kind keep together: a chain through each box, and not every pair. The
    /// first line of a chain tells what it is.
    pub(crate) fn chain(&mut self, cards: &[usize], flow: &Flow) {
        let mut told: Vec<Option<usize>> = Vec::new();
        for pair in cards.windows(2) {
            let around = self.scope.cards.box_of(pair[0]);
            if around != self.scope.cards.box_of(pair[1]) {
                continue;
            }
            let (from, to) = (self.of_card(pair[0]), self.of_card(pair[1]));
            let first = !told.contains(&around);
            told.push(around);
            let language = self.scope.language;
            let label = traffic::label(self.scope.cloud, flow, language);
            let join = Join {
                label: if first { label } else { String::new() },
                style: Stroke::Dotted,
                heads: Heads::None,
                peer: true,
                details: vec![traffic::detail(flow, language)],
                ..Join::default()
            };
            self.join(from, to, join);
        }
    }

    /// Joins two ends.
    pub(crate) fn join(&mut self, from: End, to: End, join: Join) {
        if from == to || self.holds(from, to) || self.holds(to, from) {
            return;
        }
        let (from_id, to_id) = (self.graph.id(from), self.graph.id(to));
        let kind = if join.peer { "~" } else { ">" };
        let id = format!("{from_id}{kind}{to_id}");
        let at = *self.lines.entry(id.clone()).or_insert(self.graph.edges.len());
        if at == self.graph.edges.len() {
            // A line that leads up is drawn as one that leads down with its head at the start, so that
            // it does not turn the order of reading round.
            let peer = join.peer || self.are_neighbours(from, to);
            let up = !peer && self.tier(from) > self.tier(to);
            let (start, end) = if up { (to, from) } else { (from, to) };
            let heads = if up && join.heads == Heads::Forward { Heads::Back } else { join.heads };
            let edge = Edge {
                id,
                style: join.style,
                heads,
                peer,
                tone: join.tone,
                ..Edge::new(start, end)
            };
            self.graph.edges.push(edge);
            self.drawn.push(Drawn { structure: join.structure, ..Drawn::default() });
        }
        let drawn = &mut self.drawn[at];
        drawn.structure &= join.structure;
        if !join.label.is_empty() && !drawn.labels.contains(&join.label) {
            drawn.labels.push(join.label);
        }
        if drawn.remark.is_empty() {
            drawn.remark = join.remark;
        }
        let edge = &mut self.graph.edges[at];
        edge.label = drawn.label();
        edge.details.extend(join.details);
        if join.style == Stroke::Bold {
            edge.style = Stroke::Bold;
        }
    }

    /// Whether a line joins these two already, in this direction.
    pub(crate) fn joined(&self, from: End, to: End) -> Option<usize> {
        let id = format!("{}>{}", self.graph.id(from), self.graph.id(to));
        self.lines.get(&id).copied()
    }

    fn holds(&self, cluster: End, other: End) -> bool {
        matches!(cluster, End::Cluster(it) if self.graph.around(other).contains(&it))
    }

    /// Whether two cards of hosts stand side by side in one box: a line between them orders nothing.
    fn are_neighbours(&self, from: End, to: End) -> bool {
        let (End::Node(from), End::Node(to)) = (from, to) else { return false };
        let (from, to) = (&self.graph.nodes[from], &self.graph.nodes[to]);
        let is_host = |it: &Node| it.id.starts_with("host");
        from.cluster.is_some() && from.cluster == to.cluster && is_host(from) && is_host(to)
    }

    /// The tier of an end, or of what is around it; what has none comes last.
    pub(crate) fn tier(&self, end: End) -> i32 {
        let own = match end {
            End::Node(node) => self.graph.nodes[node].tier,
            End::Cluster(cluster) => self.graph.clusters[cluster].tier,
        };
        let around =
            || self.graph.around(end).into_iter().find_map(|it| self.graph.clusters[it].tier);
        own.or_else(around).unwrap_or(i32::MAX)
    }

    /// Adds a remark to a node, or behind the title of a cluster.
    pub(crate) fn remark(&mut self, end: End, text: String) {
        match end {
            End::Node(node) => {
                let line = Line::new(TextRole::Note, text);
                let lines = &mut self.graph.nodes[node].lines;
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            End::Cluster(cluster) => {
                let note = &mut self.graph.clusters[cluster].note;
                if !note.contains(&text) {
                    *note = [note.as_str(), &text]
                        .into_iter()
                        .filter(|it| !it.is_empty())
                        .collect::<Vec<_>>()
                        .join(" · ");
                }
            }
        }
    }

    /// Takes out everything that the host in focus has nothing to do with.
    pub(crate) fn keep_the_focus(&mut self) {
        let Some(focus) = self.scope.focus else { return };
        let own = self.end(&self.scope.card_id(self.scope.cards.of(focus)));
        let touched = |end: End| Some(end) == own;
        let mut edges = Vec::new();
        for (edge, drawn) in self.graph.edges.iter().zip(&self.drawn) {
            edges.push(!drawn.structure || touched(edge.from) || touched(edge.to));
        }
        let mut nodes = vec![false; self.graph.nodes.len()];
        if let Some(End::Node(node)) = own {
            nodes[node] = true;
        }
        for (edge, _) in self.graph.edges.iter().zip(&edges).filter(|it| *it.1) {
            for end in [edge.from, edge.to] {
                match end {
                    End::Node(node) => nodes[node] = true,
                    End::Cluster(cluster) => {
                        for (at, keep) in nodes.iter_mut().enumerate() {
                            *keep |= self.graph.around(End::Node(at)).contains(&cluster);
                        }
                    }
                }
            }
        }
        self.graph = self.graph.part(&nodes, &edges);
    }
}

impl Drawn {
    /// The labels as one, with the remark behind them.
    fn label(&self) -> String {
        let told = self.labels.len().min(MOST_LABELS);
        let mut text = self.labels[..told].join(" · ");
        if self.labels.len() > told {
            text.push_str(&format!(" · +{}", self.labels.len() - told));
        }
        if !self.remark.is_empty() {
            text.push_str(&format!(" ({})", self.remark));
        }
        text
    }
}

//! Graphs that nobody tuned for: hosts in networks in sites, with everything that real clouds have
//! and some things that they should not. The same seed gives the same graph, forever.

use super::labels;
use super::random::Random;
use fmc_diagram::graph::{Cluster, Direction, Edge, End, Graph, Heads, Line, Node, Stroke};

/// A graph of so many nodes.
pub(crate) fn generate(seed: u64, nodes: usize) -> Graph {
    let mut it = Generator { random: Random::new(seed), seed, graph: Graph::default() };
    it.graph.title = format!("Seed {seed}");
    it.graph.direction = if seed % 7 == 3 { Direction::Right } else { Direction::Down };
    let depth = 1 + (seed % 4) as usize;
    let mut leaves = Vec::new();
    // A leaf holds about five hosts, and a cluster about three others.
    let roots = nodes.div_ceil(5 * 3_usize.pow(depth as u32 - 1)).max(1);
    for _ in 0..roots {
        it.clusters(None, 0, depth, &mut leaves);
    }
    it.odd_clusters(&mut leaves);
    it.nodes(nodes, &leaves);
    let edges = nodes * it.random.between(120, 180) / 100;
    it.edges(edges);
    it.graph
}

struct Generator {
    random: Random,
    seed: u64,
    graph: Graph,
}

impl Generator {
    fn cluster(&mut self, parent: Option<usize>, level: usize) -> usize {
        let index = self.graph.clusters.len();
        let label = labels::cluster(&mut self.random, level, index);
        let direction = match self.random.below(20) {
            0 => Some(Direction::Right),
            1 => Some(Direction::Down),
            _ => None,
        };
        let id = format!("c{index}");
        self.graph.clusters.push(Cluster { id, label, parent, direction, ..Cluster::default() });
        index
    }

    fn clusters(
        &mut self,
        parent: Option<usize>,
        level: usize,
        depth: usize,
        leaves: &mut Vec<usize>,
    ) {
        let it = self.cluster(parent, level);
        if level + 1 >= depth {
            leaves.push(it);
            return;
        }
        for _ in 0..self.random.between(2, 4) {
            self.clusters(Some(it), level + 1, depth, leaves);
        }
        // Some hosts stand between clusters, not in the innermost ones.
        if self.random.percent(25) {
            leaves.push(it);
        }
    }

    /// Clusters that hold nothing, and a nest of clusters that hold one cluster each.
    fn odd_clusters(&mut self, leaves: &mut Vec<usize>) {
        if self.seed % 3 == 1 {
            let parent = self.random.below(self.graph.clusters.len());
            self.cluster(Some(parent), 1);
            self.cluster(None, 0);
        }
        if self.seed % 5 == 2 {
            let mut parent = None;
            for level in 0..8 {
                parent = Some(self.cluster(parent, level));
            }
            leaves.extend(parent);
        }
    }

    fn nodes(&mut self, count: usize, leaves: &[usize]) {
        for index in 0..count {
            let (icon, label) = labels::node(&mut self.random, index);
            // Most hosts stand beside the one before them, as people write them down.
            let cluster = if self.random.percent(8) {
                None
            } else {
                Some(leaves[(index * leaves.len() / count + self.random.below(2)) % leaves.len()])
            };
            self.graph.nodes.push(Node {
                id: format!("n{index}"),
                lines: Line::all(&label),
                icon: icon.into(),
                cluster,
                ..Node::default()
            });
        }
    }

    fn edges(&mut self, count: usize) {
        let nodes = self.graph.nodes.len();
        // What is behind this number hangs together with nothing before it.
        let part = if self.seed.is_multiple_of(4) { nodes * 9 / 10 } else { nodes };
        while self.graph.edges.len() < count {
            match self.random.below(100) {
                0..=3 => self.fan(part),
                4..=6 => self.chain(part, false),
                7 => self.chain(part, true),
                8..=11 => self.peers(part),
                12..=14 => self.parallel(),
                15 => self.edge(End::Node(0), End::Node(0), 0, nodes),
                16..=18 => self.at_cluster(part),
                _ => self.plain(part),
            }
        }
        self.graph.edges.truncate(count);
    }

    /// Adds an edge; where both ends are the same, any node's own.
    fn edge(&mut self, from: End, to: End, low: usize, high: usize) {
        let mut edge = Edge::new(from, to);
        if from == to {
            let node = End::Node(self.random.between(low, high - 1));
            (edge.from, edge.to) = (node, node);
        }
        if self.random.percent(30) {
            edge.label = labels::edge(&mut self.random);
        }
        edge.style = match self.random.below(12) {
            0 => Stroke::Dashed,
            1 => Stroke::Dotted,
            2 => Stroke::Bold,
            _ => Stroke::Solid,
        };
        edge.heads = match self.random.below(20) {
            0 => Heads::Both,
            1 => Heads::None,
            2 => Heads::Back,
            _ => Heads::Forward,
        };
        self.graph.edges.push(edge);
    }

    /// Two nodes of the same part; near ones more often than far ones.
    fn pair(&mut self, part: usize) -> (usize, usize) {
        let nodes = self.graph.nodes.len();
        let (low, high) =
            if part < nodes && self.random.percent(10) { (part, nodes) } else { (0, part) };
        let from = self.random.between(low, high - 1);
        let reach = *self.random.pick(&[3, 3, 6, 12, 400]);
        let to =
            self.random.between(from.saturating_sub(reach).max(low), (from + reach).min(high - 1));
        (from, to)
    }

    fn plain(&mut self, part: usize) {
        let (from, to) = self.pair(part);
        if from != to {
            // Mostly from what was written first to what was written later.
            let turn = from > to && self.random.percent(70);
            let (from, to) = if turn { (to, from) } else { (from, to) };
            self.edge(End::Node(from), End::Node(to), 0, part);
        }
    }

    /// A hub and many others, all edges with one label.
    fn fan(&mut self, part: usize) {
        let hub = self.random.below(part);
        let label = labels::edge(&mut self.random);
        let (inwards, labelled) = (self.random.percent(30), self.random.percent(70));
        let first = self.random.below(part);
        for step in 0..self.random.between(3, 12.min(part - 1)) {
            let other = (first + step) % part;
            if other == hub {
                continue;
            }
            let (from, to) = if inwards { (other, hub) } else { (hub, other) };
            let mut edge = Edge::new(End::Node(from), End::Node(to));
            if labelled {
                edge.label.clone_from(&label);
            }
            self.graph.edges.push(edge);
        }
    }

    fn chain(&mut self, part: usize, closed: bool) {
        let members: Vec<_> =
            (0..self.random.between(3, 7)).map(|_| self.random.below(part)).collect();
        for pair in members.windows(2).filter(|it| it[0] != it[1]) {
            self.edge(End::Node(pair[0]), End::Node(pair[1]), 0, part);
        }
        let ends = (members[members.len() - 1], members[0]);
        if closed && ends.0 != ends.1 {
            self.edge(End::Node(ends.0), End::Node(ends.1), 0, part);
        }
    }

    /// Neighbours that are of one rank.
    fn peers(&mut self, part: usize) {
        let first = self.random.below(part.saturating_sub(3).max(1));
        for step in 0..self.random.between(1, 2) {
            let mut edge = Edge::new(End::Node(first + step), End::Node(first + step + 1));
            edge.peer = true;
            edge.heads = Heads::None;
            edge.style = Stroke::Dashed;
            if self.random.percent(50) {
                edge.label = "VRRP".into();
            }
            self.graph.edges.push(edge);
        }
    }

    /// A second edge beside one that is there, or against it.
    fn parallel(&mut self) {
        if !self.graph.edges.is_empty() {
            let at = self.random.below(self.graph.edges.len());
            let (mut from, mut to) = (self.graph.edges[at].from, self.graph.edges[at].to);
            if self.random.percent(50) {
                (from, to) = (to, from);
            }
            self.edge(from, to, 0, self.graph.nodes.len());
        }
    }

    /// An edge between a node and a cluster that is not around it.
    fn at_cluster(&mut self, part: usize) {
        let node = End::Node(self.random.below(part));
        let cluster = self.random.below(self.graph.clusters.len());
        if !self.graph.around(node).contains(&cluster) {
            let cluster = End::Cluster(cluster);
            let (from, to) =
                if self.random.percent(70) { (node, cluster) } else { (cluster, node) };
            self.edge(from, to, 0, part);
        }
    }
}

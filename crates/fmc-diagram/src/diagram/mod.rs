//! Building a graph in Rust, as fluently as it would be drawn on a board.
//!
//! ```
//! use fmc_diagram::{Diagram, Ends};
//!
//! let d = Diagram::new("FlatcarMicroCloud");
//! let users = d.node("Usuarios Públicos").icon("users");
//! let vpn = d.node("WireGuard\n10.17.0.1").icon("wireguard");
//! let ingress = d.cluster("Ingress");
//! let [lb1, lb2] = ingress.holding(|c| [c.node("LB1"), c.node("LB2")].map(|it| it.icon("traefik")));
//! let haproxy = d.node("HAProxy\nVIP: 10.17.5.10").icon("haproxy").link("https://haproxy.org");
//!
//! users.to(vpn).label("HTTPS").bold().to([lb1, lb2]).to(haproxy);   // a chain that forks and joins
//! lb1.peers(lb2).label("VRRP");                                     // ranks nobody
//! haproxy.to(ingress).dashed();                                     // a cluster as an end
//!
//! let graph = d.graph();
//! assert_eq!((graph.nodes.len(), graph.edges.len()), (5, 7));
//! ```
//!
//! What [`node`](Diagram::node) and [`cluster`](Diagram::cluster) return is a handle: it can be copied, kept in
//! arrays, and told more at any time.

mod handles;
mod path;

pub use handles::{Cluster, Node};
pub use path::{Ends, Path};

use crate::graph::{self, Direction, Graph, LegendEntry, Line, Sample};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A diagram that is being built.
#[derive(Debug, Default)]
pub struct Diagram {
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    graph: Graph,
    /// Every id in use, with the number of those that were made from it.
    ids: BTreeMap<String, usize>,
}

impl Diagram {
    /// An empty diagram with this heading, or without one where it is empty.
    pub fn new(title: impl Into<String>) -> Self {
        let it = Self::default();
        it.change(|graph| graph.title = title.into());
        it
    }

    /// A smaller line under the title.
    pub fn subtitle(self, text: impl Into<String>) -> Self {
        self.change(|graph| graph.subtitle = text.into());
        self
    }

    /// The BCP 47 tag of the texts.
    pub fn language(self, tag: impl Into<String>) -> Self {
        self.change(|graph| graph.language = tag.into());
        self
    }

    /// The main direction of reading.
    pub fn direction(self, direction: Direction) -> Self {
        self.change(|graph| graph.direction = direction);
        self
    }

    /// Adds an entry to the legend.
    pub fn legend(self, sample: Sample, text: impl Into<String>) -> Self {
        self.change(|graph| graph.legend.push(LegendEntry { sample, text: text.into() }));
        self
    }

    /// Adds a node outside of all clusters. The first line of the label is its name; what follows is set
    /// as [`Line::all`] says.
    pub fn node(&self, label: impl AsRef<str>) -> Node<'_> {
        self.add_node(label.as_ref(), None)
    }

    /// Adds a cluster that is in no other.
    pub fn cluster(&self, label: impl Into<String>) -> Cluster<'_> {
        self.add_cluster(label.into(), None)
    }

    /// The graph as it is by now.
    pub fn graph(&self) -> Graph {
        self.state.borrow().graph.clone()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Graph) -> T) -> T {
        change(&mut self.state.borrow_mut().graph)
    }

    fn add_node(&self, label: &str, cluster: Option<usize>) -> Node<'_> {
        let mut state = self.state.borrow_mut();
        let lines = Line::all(label);
        let id = state.new_id(lines.first().map_or("", |it| &it.text), "node");
        state.graph.nodes.push(graph::Node { id, lines, cluster, ..graph::Node::default() });
        Node { diagram: self, index: state.graph.nodes.len() - 1 }
    }

    fn add_cluster(&self, label: String, parent: Option<usize>) -> Cluster<'_> {
        let mut state = self.state.borrow_mut();
        let id = state.new_id(&label, "cluster");
        let cluster = graph::Cluster { id, label, parent, ..graph::Cluster::default() };
        state.graph.clusters.push(cluster);
        Cluster { diagram: self, index: state.graph.clusters.len() - 1 }
    }
}

/// The graph that was built.
impl From<Diagram> for Graph {
    fn from(it: Diagram) -> Self {
        it.state.into_inner().graph
    }
}

impl State {
    /// An id made from a text, and a number behind it where another was made from the same one:
    /// the same calls in the same order always make the same ids.
    fn new_id(&mut self, text: &str, otherwise: &str) -> String {
        let mut slug = String::new();
        for it in text.chars() {
            if it.is_alphanumeric() {
                slug.extend(it.to_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        let slug = if slug.is_empty() { otherwise } else { slug };
        self.unique(slug)
    }

    fn unique(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        while self.ids.contains_key(&id) {
            let count = self.ids.entry(wanted.to_owned()).or_default();
            *count += 1;
            id = format!("{wanted}-{}", *count + 1);
        }
        self.ids.insert(id.clone(), 0);
        id
    }
}

#[cfg(test)]
mod tests;

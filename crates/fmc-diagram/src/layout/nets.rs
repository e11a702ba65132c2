//! Which edges are drawn as one line that forks: edges of one end with the same label and look.

use super::rows::Rows;
use super::tree::{Container, Item, Tree};
use crate::graph::{Edge, End, Graph};
use std::collections::BTreeMap;

/// Where two ends meet, seen from the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) container: Container,
    /// The end that stands higher, and the lower one.
    pub(super) upper: End,
    pub(super) lower: End,
    /// The edge points from the lower to the upper end.
    pub(super) is_reversed: bool,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// From one row to a later one.
    Down,
    /// Both in one row.
    Level,
    /// A cluster and something in it.
    Inwards,
    /// The same end twice.
    Loop,
}

/// How the edge runs between the rows of the container where its ends meet.
pub(super) fn course(tree: &Tree, row_of: &impl Fn(Item) -> usize, edge: &Edge) -> Course {
    let (container, from, to) = tree.meet(edge.from, edge.to);
    let course =
        |upper, lower, is_reversed, kind| Course { container, upper, lower, is_reversed, kind };
    if edge.from == edge.to {
        return course(edge.from, edge.to, false, Kind::Loop);
    }
    match (from, to) {
        (Some(from), Some(to)) if row_of(from) < row_of(to) => {
            course(edge.from, edge.to, false, Kind::Down)
        }
        (Some(from), Some(to)) if row_of(from) > row_of(to) => {
            course(edge.to, edge.from, true, Kind::Down)
        }
        (Some(_), Some(_)) => course(edge.from, edge.to, false, Kind::Level),
        (None, _) => course(edge.from, edge.to, false, Kind::Inwards),
        (_, None) => course(edge.to, edge.from, true, Kind::Inwards),
    }
}

/// Edges that share a trunk.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Net {
    /// The end that all of them have.
    pub(super) hub: End,
    /// Whether the hub is above the others.
    pub(super) hub_is_upper: bool,
    pub(super) edges: Vec<usize>,
}

/// What edges must share to look like one line.
type Look<'a> = (&'a str, u8, u8, u8, u8, bool);

/// The look of an edge. `is_reversed` belongs to it: a trunk has its arrowheads at one side.
pub(super) fn look<'a>(edge: &'a Edge, course: &Course) -> Look<'a> {
    (
        edge.label.as_str(),
        edge.style as u8,
        edge.heads as u8,
        edge.tone.0,
        edge.change as u8,
        course.is_reversed,
    )
}

/// Puts every edge that runs down into one of the two bundles that it could belong to.
pub(super) fn nets(graph: &Graph, courses: &[Course]) -> Vec<Net> {
    let mut sizes: BTreeMap<(End, bool, Look<'_>), usize> = BTreeMap::new();
    let keys = |at: usize| {
        let (edge, course) = (&graph.edges[at], &courses[at]);
        let look = look(edge, course);
        [(course.upper, true, look), (course.lower, false, look)]
    };
    let is_bundled = |at: &usize| courses[*at].kind == Kind::Down && graph.edges[*at].count <= 1;
    for at in (0..graph.edges.len()).filter(is_bundled) {
        for key in keys(at) {
            *sizes.entry(key).or_insert(0) += 1;
        }
    }
    let mut nets: Vec<Net> = Vec::new();
    let mut known: BTreeMap<(End, bool, Look<'_>), usize> = BTreeMap::new();
    for at in 0..graph.edges.len() {
        let [upper, lower] = keys(at);
        if !is_bundled(&at) {
            nets.push(Net { hub: upper.0, hub_is_upper: true, edges: vec![at] });
            continue;
        }
        // A fan from one source reads better than a fan into one target; where both would be, the former.
        let (source, target) =
            if courses[at].is_reversed { (lower, upper) } else { (upper, lower) };
        let key = if sizes[&source] == 1 && sizes[&target] > 1 { target } else { source };
        let net = *known.entry(key).or_insert_with(|| {
            nets.push(Net { hub: key.0, hub_is_upper: key.1, edges: Vec::new() });
            nets.len() - 1
        });
        nets[net].edges.push(at);
    }
    nets
}

/// The rows of items, by item.
pub(super) fn row_index(rows: &Rows) -> BTreeMap<Item, usize> {
    let mut index = BTreeMap::new();
    for container in &rows.of {
        for (row, items) in container.iter().enumerate() {
            index.extend(items.iter().map(|item| (*item, row)));
        }
    }
    index
}

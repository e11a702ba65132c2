//! What stands where among its neighbours: the value that the passes between ranking and coordinates
//! hand on. No coordinate is known yet.
//!
//! Every line runs from an upper to a lower end through **elements**: the port where it leaves a box,
//! the places where it passes a row, the borders of clusters that it passes. Two elements that follow
//! each other are joined by a **link** through a **channel**, the free strip between two rows (or
//! between a border and the first or last row). All that is horizontal of a line lies in channels, all
//! that is vertical in rows, which is why nothing ever runs through a box.

use super::tree::{Container, Item};

pub(super) type ElementIndex = usize;
pub(super) type NetIndex = usize;

/// Where an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Spot {
    /// On the upper side of a box. For a cluster that is passed, both outside and inside of it.
    Top(Item),
    /// On the lower side of a box.
    Bottom(Item),
    /// In a row of a container, between boxes.
    Pass(Container, usize),
}

/// A place through which lines run vertically.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Element {
    pub(super) spot: Spot,
    /// The first net that came through; ports may be shared by several.
    pub(super) net: NetIndex,
    /// The edge whose label stands beside the line here.
    pub(super) label: Option<usize>,
}

/// What joins two elements that follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) upper: ElementIndex,
    pub(super) lower: ElementIndex,
    pub(super) net: NetIndex,
    pub(super) channel: Channel,
    /// How many edges run through.
    pub(super) weight: i32,
}

/// Two elements above (or below) a channel that are joined by a turn in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turn {
    pub(super) ends: [ElementIndex; 2],
    pub(super) net: NetIndex,
    pub(super) channel: Channel,
}

/// The strip of a container before its row of this number; behind the last row where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Channel {
    pub(super) container: Container,
    pub(super) before: usize,
}

/// What stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Item(Item),
    Pass(ElementIndex),
}

/// How an edge runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    /// From its upper to its lower end.
    Down { elements: Vec<ElementIndex>, is_reversed: bool },
    /// Down from both ends, joined by a turn: from the start and from the end of the edge.
    Turn { start: Vec<ElementIndex>, end: Vec<ElementIndex> },
    /// Straight between two boxes that stand beside each other.
    Beside,
    /// Around the side of its own box.
    Loop,
}

/// The topology of a picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// The rows of every container. The order in a row is the order on the sheet.
    pub(super) rows: Vec<Vec<Vec<Slot>>>,
    /// The container and the row of each node, then of each cluster.
    pub(super) row_of_node: Vec<usize>,
    pub(super) row_of_cluster: Vec<usize>,
    pub(super) elements: Vec<Element>,
    pub(super) links: Vec<Link>,
    pub(super) turns: Vec<Turn>,
    /// The ports on the upper and the lower side of each node and of each cluster, from the left.
    pub(super) node_ports: Vec<[Vec<ElementIndex>; 2]>,
    pub(super) cluster_ports: Vec<[Vec<ElementIndex>; 2]>,
    /// For each edge.
    pub(super) ways: Vec<Way>,
    /// Items that stand directly behind another one, by that one.
    pub(super) follows: std::collections::BTreeMap<Item, Item>,
}

/// The sides of a box, as an index of its ports.
pub(super) const UPPER: usize = 0;
pub(super) const LOWER: usize = 1;

impl Plan {
    pub(super) fn row_of(&self, item: Item) -> usize {
        match item {
            Item::Node(node) => self.row_of_node[node],
            Item::Cluster(cluster) => self.row_of_cluster[cluster],
        }
    }

    pub(super) fn ports(&self, item: Item, side: usize) -> &[ElementIndex] {
        match item {
            Item::Node(node) => &self.node_ports[node][side],
            Item::Cluster(cluster) => &self.cluster_ports[cluster][side],
        }
    }

    pub(super) fn ports_mut(&mut self, item: Item, side: usize) -> &mut Vec<ElementIndex> {
        match item {
            Item::Node(node) => &mut self.node_ports[node][side],
            Item::Cluster(cluster) => &mut self.cluster_ports[cluster][side],
        }
    }

    /// The elements of a slot at one of its sides, from the left.
    pub(super) fn elements_of<'a>(&'a self, slot: &'a Slot, side: usize) -> &'a [ElementIndex] {
        match slot {
            Slot::Item(item) => self.ports(*item, side),
            Slot::Pass(element) => std::slice::from_ref(element),
        }
    }
}

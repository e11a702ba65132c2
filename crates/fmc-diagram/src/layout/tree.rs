//! The containers of a graph: the sheet and its clusters, each with what it holds directly.

use crate::graph::{ClusterIndex, End, Graph, NodeIndex};

/// The sheet is container 0, cluster `c` is container `c + 1`.
pub(super) type Container = usize;
/// The container that is the whole sheet.
pub(super) const SHEET: Container = 0;

/// What a container holds directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Item {
    Node(NodeIndex),
    Cluster(ClusterIndex),
}

impl From<End> for Item {
    fn from(end: End) -> Self {
        match end {
            End::Node(node) => Self::Node(node),
            End::Cluster(cluster) => Self::Cluster(cluster),
        }
    }
}

/// Who holds what.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) parent: Vec<Option<Container>>,
    pub(super) depth: Vec<usize>,
    /// What each container holds, in the order of the author.
    pub(super) items: Vec<Vec<Item>>,
    /// The container of each node.
    pub(super) holder: Vec<Container>,
}

impl Tree {
    pub(super) fn of(graph: &Graph) -> Self {
        let count = graph.clusters.len() + 1;
        let mut parent: Vec<Option<Container>> = vec![None; count];
        for (index, cluster) in graph.clusters.iter().enumerate() {
            parent[index + 1] = Some(cluster.parent.map_or(SHEET, |parent| parent + 1));
        }
        // A cluster that would hold itself is put on the sheet.
        for start in 1..count {
            let mut at = start;
            for _ in 0..count {
                at = parent[at].unwrap_or(SHEET);
            }
            if at != SHEET {
                parent[start] = Some(SHEET);
            }
        }
        let mut depth = vec![0; count];
        for container in 1..count {
            let mut at = container;
            while let Some(up) = parent[at] {
                depth[container] += 1;
                at = up;
            }
        }
        let holder: Vec<Container> =
            graph.nodes.iter().map(|node| node.cluster.map_or(SHEET, |at| at + 1)).collect();

        // A cluster stands where its first node stands in the author's order.
        let mut first = vec![usize::MAX; count];
        for (node, container) in holder.iter().enumerate() {
            let mut at = Some(*container);
            while let Some(container) = at {
                first[container] = first[container].min(node);
                at = parent[container];
            }
        }
        let mut items: Vec<Vec<(usize, Item)>> = vec![Vec::new(); count];
        for container in 1..count {
            let at = parent[container].unwrap_or(SHEET);
            items[at].push((first[container], Item::Cluster(container - 1)));
        }
        for (node, container) in holder.iter().enumerate() {
            items[*container].push((node, Item::Node(node)));
        }
        let items = items
            .into_iter()
            .map(|mut list| {
                list.sort_by_key(|(at, _)| *at);
                list.into_iter().map(|(_, item)| item).collect()
            })
            .collect();
        Self { parent, depth, items, holder }
    }

    /// The container that holds this item.
    pub(super) fn holder_of(&self, item: Item) -> Container {
        match item {
            Item::Node(node) => self.holder[node],
            Item::Cluster(cluster) => self.parent[cluster + 1].unwrap_or(SHEET),
        }
    }

    /// The container that both ends are in, and the items of it that they are or are in. Where one end
    /// is a cluster around the other, that cluster is the container, and its own item is `None`.
    pub(super) fn meet(&self, from: End, to: End) -> (Container, Option<Item>, Option<Item>) {
        let mut one = self.way_up(from);
        let mut two = self.way_up(to);
        let mut shared = SHEET;
        let (mut item_one, mut item_two) = (None, None);
        while let (Some((container, step_one)), Some((other, step_two))) = (one.pop(), two.pop()) {
            if container != other {
                break;
            }
            shared = container;
            (item_one, item_two) = (step_one, step_two);
            if step_one != step_two {
                break;
            }
        }
        (shared, item_one, item_two)
    }

    /// From an end outwards: each container around it, with the item of that container which holds it.
    /// A cluster's own inside comes first, holding nothing.
    fn way_up(&self, end: End) -> Vec<(Container, Option<Item>)> {
        let mut way = Vec::new();
        if let End::Cluster(cluster) = end {
            way.push((cluster + 1, None));
        }
        let mut item = Item::from(end);
        loop {
            let container = self.holder_of(item);
            way.push((container, Some(item)));
            if container == SHEET {
                return way;
            }
            item = Item::Cluster(container - 1);
        }
    }

    /// All containers, each behind the one that holds it.
    pub(super) fn outside_in(&self) -> Vec<Container> {
        let mut order: Vec<Container> = (0..self.parent.len()).collect();
        order.sort_by_key(|container| self.depth[*container]);
        order
    }
}

//! Which items are copies of one kind: `master1`, `master2` and `master3`.

use super::tree::{Item, Tree};
use crate::graph::{Edge, Graph};
use std::collections::BTreeMap;

/// The copies in a graph.
#[derive(Debug, Clone, Default)]
pub(super) struct Replicas {
    /// The group of each item that has one.
    groups: BTreeMap<Item, usize>,
    /// The groups whose members are equals: what joins them is all of one kind.
    of_equals: Vec<bool>,
}

impl Replicas {
    pub(super) fn of(graph: &Graph, tree: &Tree) -> Self {
        let mut groups: BTreeMap<Item, usize> = BTreeMap::new();
        let mut count = 0;
        for items in &tree.items {
            for pair in items.windows(2) {
                if !are_neighbours(graph, pair[0], pair[1]) {
                    continue;
                }
                let group = *groups.entry(pair[0]).or_insert_with(|| {
                    count += 1;
                    count - 1
                });
                groups.insert(pair[1], group);
            }
        }
        let mut it = Self { groups, of_equals: vec![true; count] };
        let mut labels: Vec<Option<&str>> = vec![None; count];
        for edge in &graph.edges {
            let Some(group) = it.common_group(tree, edge) else { continue };
            match labels[group] {
                None => labels[group] = Some(&edge.label),
                Some(label) => it.of_equals[group] &= label == edge.label,
            }
        }
        it
    }

    /// Whether an edge joins equals, and so says nothing of which comes first.
    pub(super) fn joins_equals(&self, tree: &Tree, edge: &Edge) -> bool {
        self.common_group(tree, edge).is_some_and(|group| self.of_equals[group])
    }

    /// Whether the second directly follows the first in their kind.
    pub(super) fn follows(&self, graph: &Graph, one: Item, two: Item) -> bool {
        self.groups.contains_key(&one) && are_neighbours(graph, one, two)
    }

    fn common_group(&self, tree: &Tree, edge: &Edge) -> Option<usize> {
        let (_, from, to) = tree.meet(edge.from, edge.to);
        let (from, to) = (from?, to?);
        let group = self.groups.get(&from)?;
        (from != to && self.groups.get(&to) == Some(group)).then_some(*group)
    }
}

/// Whether the second has the number behind the first's.
fn are_neighbours(graph: &Graph, one: Item, two: Item) -> bool {
    let label = |item: Item| match item {
        Item::Node(node) => graph.nodes[node].lines.first().map_or("", |line| line.text.as_str()),
        Item::Cluster(cluster) => graph.clusters[cluster].label.as_str(),
    };
    let numbered = |text: &str| {
        let start = text.find(|it: char| it.is_ascii_digit())?;
        let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
        let number: u64 = digits.parse().ok()?;
        (start > 0).then(|| (text[..start].to_owned(), number))
    };
    let same_kind =
        matches!((one, two), (Item::Node(_), Item::Node(_)) | (Item::Cluster(_), Item::Cluster(_)));
    same_kind
        && match (numbered(label(one)), numbered(label(two))) {
            (Some((stem, first)), Some((other, second))) => {
                stem == other && first.checked_add(1) == Some(second)
            }
            _ => false,
        }
}

//! Cards that nothing joins stand in a grid: those of one container are made equally wide.

use super::dress::Wardrobe;
use super::tree::{Item, Tree};
use crate::graph::{End, Graph};

/// From how many cards on a grid is a grid.
const FEWEST: i32 = 4;

/// Widens cards without lines to the widest of their container, where that is not much wider than they
/// are.
pub(super) fn even_out(graph: &Graph, tree: &Tree, wardrobe: &mut Wardrobe) {
    let mut is_joined = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        for end in [edge.from, edge.to] {
            if let End::Node(node) = end {
                is_joined[node] = true;
            }
        }
    }
    for items in &tree.items {
        let cards = || {
            items.iter().filter_map(|item| match item {
                Item::Node(node) if !is_joined[*node] => Some(*node),
                _ => None,
            })
        };
        let widths = || cards().map(|node| wardrobe.nodes[node].size.width);
        let (count, sum, most) = (widths().count() as i32, widths().sum::<i32>(), widths().max());
        let Some(most) = most.filter(|most| count >= FEWEST && most * count <= sum * 5 / 4) else {
            continue;
        };
        for node in cards() {
            wardrobe.nodes[node].size.width = most;
        }
    }
}

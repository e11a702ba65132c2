//! Cards that nothing joins stand in a grid: those of one container are made equally wide, and stand in the
//! author's order.

use super::drawing::{Area, Drawing};
use super::dress::Wardrobe;
use super::tree::{Item, Tree};
use crate::graph::{End, Graph};
use std::collections::BTreeMap;

/// From how many cards on a grid is a grid.
const FEWEST: i32 = 4;

/// Widens cards without lines to the widest of their container, where that is not much wider than they
/// are.
pub(super) fn even_out(graph: &Graph, tree: &Tree, wardrobe: &mut Wardrobe) {
    let is_joined = joined(graph);
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

/// Lets cards without lines that are equally big follow each other in the author's order, row by row. What
/// moves a drawing together may have put one row of them beside another, on either side of it.
pub(super) fn in_order(graph: &Graph, tree: &Tree, mut drawing: Drawing) -> Drawing {
    let is_joined = joined(graph);
    for items in &tree.items {
        let mut kinds: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for item in items {
            let Item::Node(node) = *item else { continue };
            if !is_joined[node] {
                let area = drawing.nodes[node];
                let kind = (area.size(0), area.size(1), graph.nodes[node].tier);
                kinds.entry(kind).or_default().push(node);
            }
        }
        for cards in kinds.into_values() {
            let mut places: Vec<Area> = cards.iter().map(|node| drawing.nodes[*node]).collect();
            places.sort_unstable_by_key(|it| (it.least[1], it.least[0]));
            for (node, place) in cards.into_iter().zip(places) {
                drawing.nodes[node] = place;
            }
        }
    }
    drawing
}

/// Which nodes a line ends at.
fn joined(graph: &Graph) -> Vec<bool> {
    let mut is_joined = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        for end in [edge.from, edge.to] {
            if let End::Node(node) = end {
                is_joined[node] = true;
            }
        }
    }
    is_joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Edge, Node};

    #[test]
    fn only_cards_without_lines_change_places() {
        let mut graph = Graph { nodes: vec![Node::default(); 6], ..Graph::default() };
        graph.nodes[4].tier = Some(1);
        graph.edges.push(Edge::new(End::Node(5), End::Node(5)));
        let card = |x, y, width| Area::new(x, y, width, 30);
        let places =
            [card(200, 0, 80), card(100, 0, 80), card(0, 0, 80), card(0, 50, 90)].into_iter();
        let nodes: Vec<Area> = places.chain([card(0, 100, 80), card(0, 150, 80)]).collect();
        let drawing = Drawing { nodes: nodes.clone(), ..Drawing::default() };
        let ordered = in_order(&graph, &Tree::of(&graph), drawing).nodes;
        assert_eq!(ordered, [nodes[2], nodes[1], nodes[0], nodes[3], nodes[4], nodes[5]]);
    }
}

//! What makes a correct drawing a good one.

use super::compact::{self, Bonds};
use super::drawing::Drawing;
use super::plan::Plan;
use super::spacing::Spacing;
use super::tree::{SHEET, Tree};
use crate::graph::{End, Graph};
use std::collections::BTreeMap;

/// Makes a drawing better, by passes that each leave it correct.
pub(super) fn improve(
    graph: &Graph,
    tree: &Tree,
    plan: &Plan,
    drawing: Drawing,
    spacing: &Spacing,
) -> Drawing {
    let ends: Vec<(End, End)> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let parents: Vec<Option<usize>> =
        tree.holder.iter().map(|container| container.checked_sub(1)).collect();
    debug_assert_eq!(SHEET, 0);
    // Nodes of one row of one container stay in one line.
    let mut rows: BTreeMap<(usize, usize, i32), usize> = BTreeMap::new();
    let in_rows: Vec<usize> = (0..graph.nodes.len())
        .map(|node| {
            let next = rows.len();
            let key = (tree.holder[node], plan.row_of_node[node], drawing.nodes[node].middle(1));
            *rows.entry(key).or_insert(next)
        })
        .collect();
    let alone: Vec<usize> = (0..graph.nodes.len()).collect();
    let along = Bonds { ends: &ends, lines: &alone, parents: &parents };
    let across = Bonds { ends: &ends, lines: &in_rows, parents: &parents };
    let mut drawing = drawing;
    for _ in 0..2 {
        drawing = compact::compact(&drawing, along, spacing);
        drawing = compact::compact(&drawing.flipped(), across, spacing).flipped();
    }
    drawing
}

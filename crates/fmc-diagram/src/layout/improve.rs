//! What makes a correct drawing a good one.

use super::compact::{self, Bonds};
use super::drawing::Drawing;
use super::field::Company;
use super::nets::Net;
use super::plan::{Plan, Way};
use super::shortcuts;
use super::sides;
use super::spacing::Spacing;
use super::tree::{SHEET, Tree};
use crate::graph::{End, Graph};
use std::collections::BTreeMap;

/// Makes a drawing better, by passes that each leave it correct.
pub(super) fn improve(
    graph: &Graph,
    tree: &Tree,
    plan: &Plan,
    nets: &[Net],
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
    let around: Vec<Vec<usize>> = graph
        .edges
        .iter()
        .map(|edge| {
            let mut around = graph.around(edge.from);
            around.extend(graph.around(edge.to));
            around.sort_unstable();
            around.dedup();
            around
        })
        .collect();
    let looks = looks(graph, plan);
    let company = Company { ends: &ends, looks: &looks, around: &around };
    let labelled = labelled(graph, nets, &drawing);
    let mut drawing = drawing;
    for _ in 0..2 {
        drawing = compact::compact(&drawing, along, spacing);
        drawing = compact::compact(&drawing.flipped(), across, spacing).flipped();
        drawing = sides::sides(&drawing, company, &labelled, spacing);
        drawing = sides::sides(&drawing.flipped(), company, &labelled, spacing).flipped();
        drawing = shortcuts::shortcuts(&drawing, company, &labelled, spacing);
    }
    drawing = compact::compact(&drawing, along, spacing);
    compact::compact(&drawing.flipped(), across, spacing).flipped()
}

/// A number for each edge that edges share which look the same.
fn looks(graph: &Graph, plan: &Plan) -> Vec<usize> {
    let mut known = BTreeMap::new();
    graph
        .edges
        .iter()
        .zip(&plan.ways)
        .enumerate()
        .map(|(index, (edge, way))| {
            let alone = if edge.count > 1 || matches!(way, Way::Beside | Way::Loop) {
                index + 1
            } else {
                0
            };
            let look =
                (&edge.label, edge.style as u8, edge.heads as u8, edge.tone, edge.change, alone);
            let next = known.len();
            *known.entry(look).or_insert(next)
        })
        .collect()
}

/// The label that tells of each edge: its own, or the one on its trunk.
fn labelled(graph: &Graph, nets: &[Net], drawing: &Drawing) -> Vec<Option<usize>> {
    let mut labelled = vec![None; graph.edges.len()];
    let of: BTreeMap<usize, usize> =
        drawing.labels.iter().enumerate().map(|(index, label)| (label.edge, index)).collect();
    for net in nets {
        let label = net.edges.iter().find_map(|edge| of.get(edge).copied());
        for edge in &net.edges {
            labelled[*edge] = label;
        }
    }
    labelled
}

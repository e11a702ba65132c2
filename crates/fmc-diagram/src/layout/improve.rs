//! What makes a correct drawing a good one.

use super::compact::{self, Bonds};
use super::drawing::{Area, Drawing};
use super::field::{Company, Field};
use super::nets::Net;
use super::plan::{Plan, Way};
use super::shortcuts;
use super::sides;
use super::spacing::Spacing;
use super::straighten::{self, Known};
use super::tree::{SHEET, Tree};
use crate::graph::{End, Graph};
use std::collections::BTreeMap;

/// Pictures of more edges are moved together once, the dearest step of all: fewer bends are worth more in
/// them than the last bit of their sheet.
const MANY: usize = 500;

/// In pictures of more edges no line is looked at alone: it crosses thousands of others.
const HUGE: usize = 2_000;

/// In pictures of more edges no step is thought about alone: each thought costs the whole picture.
const FEW: usize = 200;

/// What a drawing is of.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) graph: &'a Graph,
    pub(super) tree: &'a Tree,
    pub(super) plan: &'a Plan,
    pub(super) nets: &'a [Net],
    pub(super) spacing: &'a Spacing,
}

impl Subject<'_> {
    /// Makes a drawing better, by passes that each leave it correct.
    pub(super) fn improve(self, drawing: Drawing) -> Drawing {
        let edges = self.graph.edges.len();
        self.knowing(drawing, |mut drawing, known| {
            if edges > HUGE {
                return compacted(&drawing, known);
            }
            if edges > MANY {
                let drawing = compacted(&with_fewer_bends(&drawing, known), known);
                return with_fewer_bends(&drawing, known);
            }
            for _ in 0..2 {
                drawing = compacted(&drawing, known);
                drawing = with_fewer_bends(&drawing, known);
            }
            compacted(&drawing, known)
        })
    }

    /// Takes steps out of an improved drawing that only more thought can. It is for the one that is shown.
    pub(super) fn straighten(self, drawing: Drawing) -> Drawing {
        if self.graph.edges.len() > FEW {
            return drawing;
        }
        self.knowing(drawing, |drawing, known| {
            let drawing = straighten::straighten(drawing, known);
            straighten::straighten(with_fewer_bends(&drawing, known), known)
        })
    }

    /// Gathers what the passes need to know of a drawing.
    fn knowing(
        self,
        drawing: Drawing,
        pass: impl FnOnce(Drawing, Known<'_>) -> Drawing,
    ) -> Drawing {
        let Self { graph, tree, plan, nets, spacing } = self;
        let ends: Vec<(End, End)> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
        let parents: Vec<Option<usize>> =
            tree.holder.iter().map(|container| container.checked_sub(1)).collect();
        debug_assert_eq!(SHEET, 0);
        // Nodes of one row of one container stay in one line.
        let mut rows: BTreeMap<(usize, usize, i32), usize> = BTreeMap::new();
        let in_rows: Vec<usize> = (0..graph.nodes.len())
            .map(|node| {
                let next = rows.len();
                let key =
                    (tree.holder[node], plan.row_of_node[node], drawing.nodes[node].middle(1));
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
        let known = Known { bonds: [along, across], company, labelled: &labelled, spacing };
        pass(drawing, known)
    }
}

/// The drawing moved together along both axes.
fn compacted(drawing: &Drawing, known: Known<'_>) -> Drawing {
    let Known { bonds: [along, across], company, spacing, .. } = known;
    let drawing = kept(drawing, compact::compact(drawing, along, spacing), company.ends);
    let moved = compact::compact(&drawing.flipped(), across, spacing).flipped();
    kept(&drawing, moved, company.ends)
}

/// The drawing with every route changed that has fewer bends then, one after the other.
fn with_fewer_bends(drawing: &Drawing, known: Known<'_>) -> Drawing {
    let Known { company, labelled, spacing, .. } = known;
    let mut field = Field::new(drawing, company, spacing);
    let mut drawing = drawing.clone();
    for axis in [0, 1] {
        drawing = sides::sides(drawing, &mut field, company, labelled, spacing, axis);
    }
    shortcuts::shortcuts(drawing, &mut field, company, labelled, spacing)
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

/// The better drawing, unless lines of it lie on each other or texts on boxes.
fn kept(before: &Drawing, after: Drawing, ends: &[(End, End)]) -> Drawing {
    if is_clean(&after, ends) { after } else { before.clone() }
}

/// Whether neither lines nor boxes lie on each other.
pub(super) fn is_clean(drawing: &Drawing, ends: &[(End, End)]) -> bool {
    !lie_on_each_other(drawing, ends) && !boxes_meet(drawing)
}

/// Whether cards or labels lie on each other.
fn boxes_meet(drawing: &Drawing) -> bool {
    let labels = drawing.labels.iter().map(|label| label.area);
    let mut all: Vec<Area> = drawing.nodes.iter().copied().chain(labels).collect();
    // By their near sides: none behind the far side of one can meet it.
    all.sort_unstable_by_key(|area| area.least[0]);
    all.iter().enumerate().any(|(at, one)| {
        let near = all[at + 1..].iter().take_while(|two| two.least[0] < one.most[0]);
        near.into_iter().any(|two| one.meets(two, 0))
    })
}

/// Whether parts of two routes without a common end lie on each other.
fn lie_on_each_other(drawing: &Drawing, ends: &[(End, End)]) -> bool {
    for axis in [0, 1] {
        let at = |corner: &(i32, i32), axis: usize| if axis == 0 { corner.0 } else { corner.1 };
        let mut parts: Vec<(i32, i32, i32, usize)> = Vec::new();
        for (edge, route) in drawing.routes.iter().enumerate() {
            for pair in route.windows(2) {
                let (one, two) = (at(&pair[0], 1 - axis), at(&pair[1], 1 - axis));
                if at(&pair[0], axis) == at(&pair[1], axis) && one != two {
                    parts.push((at(&pair[0], axis), one.min(two), one.max(two), edge));
                }
            }
        }
        parts.sort_unstable_by_key(|part| part.0);
        for (index, (place, from, to, edge)) in parts.iter().enumerate() {
            let near = parts[index + 1..].iter().take_while(|other| other.0 <= place + 1);
            let mut on = near.filter(|other| other.1.max(*from) + 2 < other.2.min(*to));
            let (a, b) = ends[*edge];
            if on.any(|other| {
                let (c, d) = ends[other.3];
                a != c && a != d && b != c && b != d
            }) {
                return true;
            }
        }
    }
    false
}

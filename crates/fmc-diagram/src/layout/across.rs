//! Where everything stands along the rows: few bends, short lines, narrow clusters.
//!
//! One problem for the whole picture, solved by network simplex: neighbours keep their distance,
//! clusters contain what is theirs, ports stay on their boxes; and every line wants to be straight, the
//! parts between boxes more than those at boxes (Gansner et al., 1993).

use super::chains;
use super::plan::{ElementIndex, LOWER, Link, Plan, Slot, Spot, UPPER};
use super::relax;
use super::simplex::{self, Spring, Wish};
use super::spacing::Spacing;
use super::tree::{Item, SHEET};
use std::collections::BTreeSet;

/// What the passes before know of sizes.
#[derive(Debug, Clone, Default)]
pub(super) struct Extents {
    /// Of each node.
    pub(super) nodes: Vec<i32>,
    /// What stands out at the far side of each node: its loops.
    pub(super) node_loops: Vec<i32>,
    pub(super) cluster_loops: Vec<i32>,
    /// The least of each cluster.
    pub(super) clusters: Vec<i32>,
    /// From the near border of each cluster to what it holds.
    pub(super) near: Vec<i32>,
    /// From the near border of each cluster to the first line that may come in from above.
    pub(super) inlet: Vec<i32>,
    /// The layout lies on its side: titles are at the near border.
    pub(super) is_turned: bool,
    /// What stands beside the line of each element: a label, on its near and its far side.
    pub(super) elements: Vec<[i32; 2]>,
    /// The distance of an item to the one that follows it, where that is more than usual.
    pub(super) beside: std::collections::BTreeMap<Item, i32>,
}

/// Places along the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Across {
    pub(super) nodes: Vec<i32>,
    /// Both borders of each cluster.
    pub(super) clusters: Vec<[i32; 2]>,
    pub(super) elements: Vec<i32>,
    pub(super) width: i32,
}

/// The weights of wishes: a straight line between boxes, at one box, at two; a narrow cluster; a port in
/// the middle of its side; neighbours together.
const STRAIGHT: [i32; 3] = [32, 64, 128];
const NARROW: i32 = 12;
const MIDDLE: i32 = 2;
const TOGETHER: i32 = 1;

/// The rounds of the quick look.
const LOOKS: usize = 2;

struct Variables {
    clusters: usize,
    /// The variable of each element.
    elements: Vec<usize>,
    sheet: usize,
    count: usize,
    springs: Vec<Spring>,
    wishes: Vec<Wish>,
}

impl Variables {
    fn keep(&mut self, tail: usize, head: usize, min: i32) {
        self.springs.push(Spring { tail, head, min, weight: 0 });
    }

    /// Wants `two` to be `offset` beyond `one`.
    fn align(&mut self, one: usize, two: usize, offset: i32, weight: i32) {
        self.wishes.push(Wish { one, two, offset, weight });
    }
}

/// Solves the places along the rows.
pub(super) fn place(plan: &Plan, extents: &Extents, spacing: &Spacing) -> Across {
    let nodes = extents.nodes.len();
    let clusters = extents.clusters.len();
    let first = nodes + 2 * clusters;
    let (chain, chains) = chains::chains(plan);
    let sheet = first + chains;
    let mut it = Variables {
        clusters: nodes,
        elements: chain.into_iter().map(|chain| first + chain).collect(),
        sheet,
        count: sheet + 2,
        // At most this many, about: what is not used costs nothing.
        springs: Vec::with_capacity(4 * (plan.elements.len() + nodes + clusters)),
        wishes: Vec::with_capacity(plan.links.len() + plan.elements.len()),
    };
    rows(plan, extents, spacing, &mut it);
    for cluster in 0..clusters {
        let (left, right) = (it.clusters + 2 * cluster, it.clusters + 2 * cluster + 1);
        it.springs.push(Spring {
            tail: left,
            head: right,
            min: extents.clusters[cluster],
            weight: NARROW,
        });
    }
    it.springs.push(Spring { tail: sheet, head: sheet + 1, min: 0, weight: 1 });
    ports(plan, extents, spacing, &mut it);
    wires(plan, &mut it);
    let places = if simplex::is_solved(&it.springs, &it.wishes) {
        // The network begins with what a quick look finds, which saves it half of its steps.
        let near = relax::relaxed(it.count, &it.springs, &it.wishes, LOOKS);
        simplex::solve_near(&near, &it.springs, &it.wishes)
    } else {
        simplex::solve(it.count, &it.springs, &it.wishes)
    };
    let start = places[sheet];
    let at = |variable: usize| places[variable] - start;
    Across {
        nodes: (0..nodes).map(at).collect(),
        clusters: (0..clusters).map(|c| [at(nodes + 2 * c), at(nodes + 2 * c + 1)]).collect(),
        elements: it.elements.iter().map(|element| at(*element)).collect(),
        width: at(sheet + 1),
    }
}

/// One side of a slot: its variable, and how far beyond that the slot ends.
type Edge = (usize, i32);

fn sides(extents: &Extents, it: &Variables, slot: Slot) -> (Edge, Edge) {
    match slot {
        Slot::Item(Item::Node(node)) => {
            ((node, 0), (node, extents.nodes[node] + extents.node_loops[node]))
        }
        Slot::Item(Item::Cluster(cluster)) => {
            let left = it.clusters + 2 * cluster;
            ((left, 0), (left + 1, extents.cluster_loops[cluster]))
        }
        Slot::Pass(element) => {
            let [near, far] = extents.elements[element];
            ((it.elements[element], near), (it.elements[element], far))
        }
    }
}

fn rows(plan: &Plan, extents: &Extents, spacing: &Spacing, it: &mut Variables) {
    for (container, rows) in plan.rows.iter().enumerate() {
        let (left, right, near, far) = if container == SHEET {
            (it.sheet, it.sheet + 1, 0, 0)
        } else {
            let left = it.clusters + 2 * (container - 1);
            (left, left + 1, extents.near[container - 1], spacing.side)
        };
        for row in rows {
            let (Some(first), Some(last)) = (row.first(), row.last()) else { continue };
            let (edge, _) = sides(extents, it, *first);
            it.keep(left, edge.0, near - edge.1);
            let (_, edge) = sides(extents, it, *last);
            it.keep(edge.0, right, edge.1 + far);
            for pair in row.windows(2) {
                let (_, one) = sides(extents, it, pair[0]);
                let (two, _) = sides(extents, it, pair[1]);
                let gap = gap(extents, spacing, pair[0], pair[1]);
                let weight = match (pair[0], pair[1]) {
                    (Slot::Item(_), Slot::Item(_)) => TOGETHER,
                    _ => 0,
                };
                it.springs.push(Spring {
                    tail: one.0,
                    head: two.0,
                    min: one.1 + gap - two.1,
                    weight,
                });
            }
        }
    }
}

fn gap(extents: &Extents, spacing: &Spacing, one: Slot, two: Slot) -> i32 {
    match (one, two) {
        (Slot::Item(item), Slot::Item(_)) => {
            extents.beside.get(&item).copied().unwrap_or(0).max(spacing.boxes)
        }
        (Slot::Pass(element), Slot::Pass(next)) => {
            let has_label = extents.elements[element][1] > 0 || extents.elements[next][0] > 0;
            if has_label { spacing.lane_to_box } else { spacing.lanes }
        }
        _ => spacing.lane_to_box,
    }
}

/// Keeps ports on their sides, in their order.
fn ports(plan: &Plan, extents: &Extents, spacing: &Spacing, it: &mut Variables) {
    let inlets = inlets(plan);
    let items = (0..extents.nodes.len())
        .map(Item::Node)
        .chain((0..extents.clusters.len()).map(Item::Cluster));
    for item in items {
        for side in [UPPER, LOWER] {
            let list = plan.ports(item, side);
            let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
            let (first, last) = (it.elements[*first], it.elements[*last]);
            match item {
                Item::Node(node) => {
                    let width = extents.nodes[node];
                    it.keep(node, first, spacing.corner);
                    it.keep(last, node, spacing.corner - width);
                }
                Item::Cluster(cluster) => {
                    let left = it.clusters + 2 * cluster;
                    it.keep(left, first, spacing.corner);
                    it.keep(last, left + 1, spacing.corner);
                    if extents.is_turned {
                        it.keep(left, first, extents.near[cluster]);
                    } else if side == UPPER {
                        // Lines that come in stay clear of the title; those that end at the border
                        // may end above it.
                        let inlet = extents.inlet[cluster];
                        if let Some(inner) =
                            list.iter().find(|port| inlets.contains(&(**port, cluster)))
                        {
                            let port = it.elements[*inner];
                            it.keep(left, port, inlet.max(spacing.corner));
                        }
                    }
                }
            }
            for pair in list.windows(2) {
                let (one, two) = (it.elements[pair[0]], it.elements[pair[1]]);
                it.keep(one, two, spacing.lanes);
            }
            if let Item::Node(node) = item {
                for element in list {
                    let weight = if list.len() == 1 { 2 * MIDDLE } else { MIDDLE };
                    it.align(node, it.elements[*element], extents.nodes[node] / 2, weight);
                }
            }
        }
    }
}

/// Where lines come into clusters: the elements on their upper borders that a line goes on from inside.
fn inlets(plan: &Plan) -> BTreeSet<(ElementIndex, usize)> {
    let of_cluster = |port: ElementIndex| match plan.elements[port].spot {
        Spot::Top(Item::Cluster(cluster)) => Some(cluster),
        _ => None,
    };
    let inwards = |link: &&Link| of_cluster(link.upper) == link.channel.container.checked_sub(1);
    let ports = plan.links.iter().filter(|link| of_cluster(link.upper).is_some());
    ports.filter(inwards).map(|link| (link.upper, link.channel.container - 1)).collect()
}

/// Wishes for straight lines.
fn wires(plan: &Plan, it: &mut Variables) {
    let is_box = |element: ElementIndex| match plan.elements[element].spot {
        Spot::Top(Item::Node(_)) | Spot::Bottom(Item::Node(_)) => 1,
        _ => 0,
    };
    for link in &plan.links {
        let boxes = is_box(link.upper) + is_box(link.lower);
        let weight = STRAIGHT[2 - boxes] * link.weight.min(4);
        let (upper, lower) = (it.elements[link.upper], it.elements[link.lower]);
        if upper != lower {
            it.align(upper, lower, 0, weight);
        }
    }
    for turn in &plan.turns {
        it.align(it.elements[turn.ends[0]], it.elements[turn.ends[1]], 0, 8);
    }
}

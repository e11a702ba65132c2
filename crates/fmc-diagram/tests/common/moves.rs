//! How much a picture moves when what it shows changes a little.
//!
//! What a reader remembers is who stands left of whom, and above whom. So every two nodes that are in
//! both pictures are asked whether they changed sides; those in one box count on their own, since a
//! box is what a reader looks at. How far a node moved within its box comes second.

use fmc_diagram::scene::{PlacedNode, Point, Rect, Scene};
use std::collections::BTreeMap;

/// Two middles nearer than this are beside neither: they are aligned, as a reader sees it.
const ALIGNED: f64 = 8.0;

/// What moved between two pictures.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moves {
    /// The share of pairs of nodes that changed sides.
    pub(crate) swapped: f64,
    /// The share of such pairs among those in one box.
    pub(crate) neighbours: f64,
    /// How far the middling node moved within its box, in sides of a middling node.
    pub(crate) distance: f64,
}

/// What moved from one picture to the other. `name` gives the node's id in the later picture.
pub(crate) fn between(before: &Scene, after: &Scene, name: impl Fn(&str) -> String) -> Moves {
    let later: BTreeMap<&str, &PlacedNode> =
        after.nodes.iter().map(|it| (it.id.as_str(), it)).collect();
    let both: Vec<(&PlacedNode, &PlacedNode)> = (before.nodes.iter())
        .filter_map(|it| Some((it, *later.get(name(&it.id).as_str())?)))
        .collect();
    let (mut all, mut near) = (Share::default(), Share::default());
    for (index, one) in both.iter().enumerate() {
        for other in &both[..index] {
            let swapped = swapped(one.0, other.0, one.1, other.1);
            all.count(swapped);
            if one.0.cluster == other.0.cluster && one.1.cluster == other.1.cluster {
                near.count(swapped);
            }
        }
    }
    let side = middling(both.iter().map(|it| (it.0.area.width * it.0.area.height).sqrt()));
    let moved = both.iter().map(|(old, new)| {
        let (old, new) = (within(before, old), within(after, new));
        (old.x - new.x).hypot(old.y - new.y)
    });
    Moves {
        swapped: all.of_all(),
        neighbours: near.of_all(),
        distance: middling(moved) / side.max(1.0),
    }
}

#[derive(Default)]
struct Share {
    some: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, it: bool) {
        self.all += 1;
        self.some += usize::from(it);
    }

    fn of_all(&self) -> f64 {
        self.some as f64 / self.all.max(1) as f64
    }
}

/// Whether two nodes changed sides: left became right, or above became below.
fn swapped(
    one: &PlacedNode,
    other: &PlacedNode,
    one_later: &PlacedNode,
    other_later: &PlacedNode,
) -> bool {
    let side = |one: f64, other: f64| {
        let apart = one - other;
        if apart.abs() < ALIGNED { 0.0 } else { apart.signum() }
    };
    let sides = |one: &PlacedNode, other: &PlacedNode| {
        let (one, other) = (middle(one.area), middle(other.area));
        [side(one.x, other.x), side(one.y, other.y)]
    };
    let (before, after) = (sides(one, other), sides(one_later, other_later));
    before.iter().zip(after).any(|(before, after)| before * after < 0.0)
}

fn middle(area: Rect) -> Point {
    Point { x: area.x + area.width / 2.0, y: area.y + area.height / 2.0 }
}

/// Where the middle of a node is, as seen from the corner of the box that it stands in.
fn within(scene: &Scene, node: &PlacedNode) -> Point {
    let around = scene.clusters.iter().find(|it| Some(&it.id) == node.cluster.as_ref());
    let corner = around.map(|it| it.area).unwrap_or_default();
    let middle = middle(node.area);
    Point { x: middle.x - corner.x, y: middle.y - corner.y }
}

/// The middle one of some numbers.
pub(crate) fn middling(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

//! What the judge cannot see: whether an edge that ends at a cluster touches its border.

use fmc_diagram::graph::{End, Graph};
use fmc_diagram::scene::{Point, Rect, Scene};
use std::collections::BTreeMap;

/// How far from a border an end may be, in CSS pixels.
const NEAR: f64 = 1.0;

/// The ends at clusters that touch nothing, ready to print.
pub(crate) fn loose(graph: &Graph, scene: &Scene) -> Vec<String> {
    let areas: BTreeMap<&str, Rect> = scene.clusters.iter().map(|it| (&*it.id, it.area)).collect();
    let mut loose = Vec::new();
    for (edge, placed) in graph.edges.iter().zip(&scene.edges) {
        for (end, at) in [(edge.from, placed.route.first()), (edge.to, placed.route.last())] {
            let (End::Cluster(_), id) = (end, graph.id(end)) else { continue };
            let touches = at.zip(areas.get(id)).is_some_and(|(at, area)| on_border(*at, *area));
            if !touches {
                loose.push(format!("{} -> {} does not touch {id}", placed.from, placed.to));
            }
        }
    }
    loose
}

fn on_border(at: Point, area: Rect) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() <= NEAR;
    let within = |it: f64, low: f64, high: f64| it >= low - NEAR && it <= high + NEAR;
    let side = near(at.x, area.x) || near(at.x, area.right());
    let lid = near(at.y, area.y) || near(at.y, area.bottom());
    side && within(at.y, area.y, area.bottom()) || lid && within(at.x, area.x, area.right())
}

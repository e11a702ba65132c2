//! The first drawing: the places that were solved, as geometry.

use super::Measured;
use super::across::Across;
use super::down::Down;
use super::drawing::{Area, Drawing, Label};
use super::dress::Size;
use super::plan::{Plan, Way};
use super::route::{Corner, Router};
use super::spacing::Spacing;
use super::tree::Item;
use crate::graph::{End, Graph};
use std::collections::BTreeMap;

/// Everything that the first drawing is made of.
pub(super) struct Draft<'a> {
    pub(super) graph: &'a Graph,
    pub(super) spacing: &'a Spacing,
    pub(super) titles: &'a [Size],
    pub(super) labels: &'a [Size],
    pub(super) plan: &'a Plan,
    pub(super) measured: &'a Measured,
    pub(super) across: &'a Across,
    pub(super) down: &'a Down,
    pub(super) is_turned: bool,
}

impl Draft<'_> {
    /// Draws it.
    pub(super) fn draw(&self) -> Drawing {
        let mut drawing = Drawing::default();
        for (node, x) in self.across.nodes.iter().enumerate() {
            let (width, height) =
                (self.measured.extents.nodes[node], self.measured.heights.nodes[node]);
            drawing.nodes.push(Area::new(*x, self.down.nodes[node], width, height));
        }
        for (cluster, [left, right]) in self.across.clusters.iter().enumerate() {
            let [top, bottom] = self.down.clusters[cluster];
            drawing.clusters.push(Area { least: [*left, top], most: [*right, bottom] });
            let (side, title) = (self.spacing.side, self.titles[cluster]);
            let inset = self.spacing.title.min(side);
            let (x, y) = if self.is_turned { (inset, side) } else { (side, inset) };
            drawing.titles.push(Area::new(left + x, top + y, title.width, title.height));
        }
        for (index, element) in self.plan.elements.iter().enumerate() {
            if let Some(edge) = element.label {
                let area = self.label_beside(edge, index);
                drawing.labels.push(Label { area, edge });
            }
        }
        let router = Router::new(self.plan, self.across, self.down, &self.measured.heights.nodes);
        let mut used = Sides::default();
        for edge in 0..self.graph.edges.len() {
            let route = match self.plan.ways[edge] {
                Way::Beside => self.beside(edge, &mut drawing),
                Way::Loop => self.around(edge, &mut drawing, &mut used),
                _ => router.route(edge),
            };
            drawing.routes.push(route);
        }
        drawing
    }

    /// The label of an edge beside the line of an element.
    fn label_beside(&self, edge: usize, element: usize) -> Area {
        let size = self.labels[edge];
        let line = self.across.elements[element];
        let gap = self.spacing.label;
        let along = if self.is_turned { line - gap - size.width } else { line + gap };
        Area::new(along, self.down.elements[element], size.width, size.height)
    }

    /// A straight line between two boxes that follow each other, and its label over it.
    fn beside(&self, edge: usize, drawing: &mut Drawing) -> Vec<Corner> {
        let ends = &self.graph.edges[edge];
        let (from, to) = (Item::from(ends.from), Item::from(ends.to));
        let is_forwards = self.plan.follows.get(&from) == Some(&to);
        let (first, second) = if is_forwards { (ends.from, ends.to) } else { (ends.to, ends.from) };
        let (one, two) = (drawing.area(first), drawing.area(second));
        let overlap = (one.least[1].max(two.least[1]), one.most[1].min(two.most[1]));
        let label = self.labels[edge];
        let y = i32::midpoint(overlap.0, overlap.1);
        let (start, end) = (one.most[0], two.least[0]);
        if label.height > 0 {
            let room = end - start - label.width;
            let area = Area::new(
                start + room / 2,
                y - label.height - self.spacing.over,
                label.width,
                label.height,
            );
            drawing.labels.push(Label { area, edge });
        }
        if is_forwards { vec![(start, y), (end, y)] } else { vec![(end, y), (start, y)] }
    }

    /// A loop at the far side of its own box, and its label behind it.
    fn around(&self, edge: usize, drawing: &mut Drawing, used: &mut Sides) -> Vec<Corner> {
        let end = self.graph.edges[edge].from;
        let area = drawing.area(end);
        let label = self.labels[edge];
        let before = used.loops.entry(end).or_insert(0);
        let height = self.spacing.loop_height(label.height);
        let y = area.least[1] + *before + height / 2;
        *before += height;
        let side = area.most[0];
        let reach = side + self.spacing.loop_reach();
        let half = (self.spacing.tracks * 3 / 5).max(1);
        let mut width = self.spacing.loop_reach();
        if label.height > 0 {
            let x = reach + self.spacing.label;
            let area = Area::new(x, y - label.height / 2, label.width, label.height);
            drawing.labels.push(Label { area, edge });
            width += self.spacing.label + label.width;
        }
        drawing.loops.push((end, Area::new(side + 1, y - height / 2, width, height)));
        vec![(side, y - half), (reach, y - half), (reach, y + half), (side, y + half)]
    }
}

/// What the sides of boxes have been used for already.
#[derive(Debug, Default)]
struct Sides {
    loops: BTreeMap<End, i32>,
}

//! Boxes: nodes, clusters, and the samples of the legend.

use super::Style;
use super::glyphs::{self, Frame, LEFT, RIGHT};
use super::grid::{Grid, Place, cell};
use crate::graph::{Change, Sample};
use crate::scene::{PlacedCluster, PlacedLegend, PlacedNode, Rect};
use unicode_width::UnicodeWidthStr;

/// Draws the border of a node.
pub(super) fn card(node: &PlacedNode, grid: &mut Grid) {
    frame(node.area, Frame::Card, node.change, grid);
}

/// Draws the border of a cluster, with a gap for its title.
pub(super) fn cluster(cluster: &PlacedCluster, grid: &mut Grid) {
    frame(cluster.area, Frame::Cluster(cluster.depth), cluster.change, grid);
    let top = cell(cluster.area.x, cluster.area.y);
    for text in &cluster.texts {
        let at = cell(text.at.x, text.at.y);
        if at.y == top.y {
            let width = text.content.width() as i64;
            for x in [at.x - 1, at.x + width] {
                if x > top.x {
                    grid.gap(Place { x, y: at.y });
                }
            }
        }
    }
}

/// Draws what an entry of the legend shows, and writes what it means.
pub(super) fn sample(entry: &PlacedLegend, grid: &mut Grid) {
    let at = cell(entry.sample.x, entry.sample.y);
    let width = cell(entry.sample.width, 0.0).x.max(1);
    let place = |x: i64| Place { x: at.x + x, y: at.y };
    match &entry.entry.sample {
        Sample::Line(stroke, _) => {
            for x in 0..width - 1 {
                let piece = glyphs::line(LEFT | RIGHT, *stroke, grid.style);
                grid.glyph(place(x), piece);
            }
            grid.glyph(place(width - 1), glyphs::head(RIGHT, grid.style));
        }
        Sample::Box(_) => {
            grid.glyph(place(0), if grid.style == Style::Ascii { '#' } else { '▪' });
        }
        Sample::Icon(_) => grid.glyph(place(0), '*'),
        Sample::Change(change) => {
            if let Some(sign) = sign(*change) {
                grid.glyph(place(0), sign);
            }
        }
    }
    grid.text(cell(entry.text.at.x, entry.text.at.y), &entry.text.content);
}

fn frame(area: Rect, frame: Frame, change: Change, grid: &mut Grid) {
    let (corners, horizontal, vertical) = glyphs::frame(frame, grid.style);
    let least = cell(area.x, area.y);
    let most = cell(area.right() - 1.0, area.bottom() - 1.0);
    if most.x <= least.x || most.y <= least.y {
        return;
    }
    for x in least.x + 1..most.x {
        grid.glyph(Place { x, y: least.y }, horizontal);
        grid.glyph(Place { x, y: most.y }, horizontal);
    }
    for y in least.y + 1..most.y {
        grid.glyph(Place { x: least.x, y }, vertical);
        grid.glyph(Place { x: most.x, y }, vertical);
    }
    let places = [least, Place { x: most.x, ..least }, most, Place { x: least.x, ..most }];
    for (place, corner) in places.into_iter().zip(corners) {
        grid.glyph(place, corner);
    }
    if let Some(sign) = sign(change) {
        grid.glyph(places[1], sign);
    }
}

/// The mark of a change, which takes the place of the upper right corner.
fn sign(change: Change) -> Option<char> {
    match change {
        Change::Same => None,
        Change::Added => Some('+'),
        Change::Removed => Some('-'),
        Change::Changed => Some('~'),
        Change::Warned => Some('!'),
        Change::Faulty => Some('x'),
    }
}

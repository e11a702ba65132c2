//! Which cells the lines of a picture run through, and where they join, cross and end.

use super::glyphs::{self, DOWN, Frame, LEFT, RIGHT, UP, opposite, step};
use super::grid::{Grid, Place, cell};
use crate::graph::Stroke;
use crate::scene::{PlacedEdge, Rect, Scene};
use std::collections::BTreeMap;

/// What one line does in one cell.
#[derive(Debug, Clone, Copy)]
struct Piece {
    mask: u8,
    stroke: Stroke,
}

/// A box at which a line may end.
#[derive(Debug, Clone, Copy)]
struct Port {
    area: Rect,
    frame: Frame,
}

/// All lines of a picture, before they are drawn.
#[derive(Debug, Default)]
struct Lines {
    pieces: BTreeMap<Place, Vec<Piece>>,
    heads: BTreeMap<Place, u8>,
    joints: BTreeMap<Place, (Frame, u8, Stroke)>,
}

/// Draws the lines.
pub(super) fn draw(scene: &Scene, grid: &mut Grid) {
    let clusters = scene
        .clusters
        .iter()
        .map(|it| (it.id.as_str(), Port { area: it.area, frame: Frame::Cluster(it.depth) }));
    let nodes =
        scene.nodes.iter().map(|it| (it.id.as_str(), Port { area: it.area, frame: Frame::Card }));
    let ports: BTreeMap<&str, Port> = clusters.chain(nodes).collect();
    let mut lines = Lines::default();
    for edge in &scene.edges {
        lines.add(edge, ports.get(edge.from.as_str()), ports.get(edge.to.as_str()));
    }
    for (place, pieces) in &lines.pieces {
        let piece = seen(pieces);
        grid.glyph(*place, glyphs::line(piece.mask, piece.stroke, grid.style));
    }
    for (place, (frame, direction, stroke)) in &lines.joints {
        grid.joint(*place, glyphs::joint(*frame, *direction, *stroke, grid.style));
    }
    for (place, directions) in &lines.heads {
        grid.glyph(*place, glyphs::head(*directions, grid.style));
    }
}

impl Lines {
    fn add(&mut self, edge: &PlacedEdge, from: Option<&Port>, to: Option<&Port>) {
        let mut cells = walk(edge);
        let Some((first, last)) = ends(&cells) else { return };
        // An end lies on the border of its box or just before it.
        let start = attach(&mut cells, from, first, false);
        let end = attach(&mut cells, to, opposite(last), true);
        let count = cells.len();
        for at in 0..count {
            let mut mask = 0;
            if at > 0 {
                mask |= towards(cells[at], cells[at - 1]);
            }
            if at + 1 < count {
                mask |= towards(cells[at], cells[at + 1]);
            }
            if at == 0 && start.is_some() {
                mask |= opposite(first);
            }
            if at + 1 == count && end.is_some() {
                mask |= last;
            }
            self.pieces.entry(cells[at]).or_default().push(Piece { mask, stroke: edge.style });
        }
        for (joint, frame, direction, pointed) in [
            (start, from, first, edge.heads.at_start()),
            (end, to, opposite(last), edge.heads.at_end()),
        ] {
            if let (Some(place), Some(port), false) = (joint, frame, pointed) {
                self.joints.insert(place, (port.frame, direction, edge.style));
            }
        }
        // Boxes that touch leave no cell between them: then the border carries the arrowhead.
        let first_cell = cells.first().copied().or(start);
        let last_cell = cells.last().copied().or(end);
        if let (true, Some(place)) = (edge.heads.at_start(), first_cell) {
            *self.heads.entry(place).or_default() |= opposite(first);
        }
        if let (true, Some(place)) = (edge.heads.at_end(), last_cell) {
            *self.heads.entry(place).or_default() |= last;
        }
    }
}

/// The cells of a route from its start to its end.
fn walk(edge: &PlacedEdge) -> Vec<Place> {
    let mut cells: Vec<Place> = Vec::new();
    for point in &edge.route {
        let to = cell(point.x, point.y);
        let Some(mut at) = cells.last().copied() else {
            cells.push(to);
            continue;
        };
        while at != to {
            let (x, y) = step(towards(at, to));
            at = Place { x: at.x + x, y: at.y + y };
            cells.push(at);
        }
    }
    cells
}

/// The direction of a route where it starts and where it ends; none where it is no line.
fn ends(cells: &[Place]) -> Option<(u8, u8)> {
    let [first, second, ..] = cells else { return None };
    let [.., before, last] = cells else { return None };
    Some((towards(*first, *second), towards(*before, *last)))
}

/// The direction from one place to another one in its row or column.
fn towards(from: Place, to: Place) -> u8 {
    match (to.x - from.x, to.y - from.y) {
        (0, 0) => 0,
        (0, ..0) => UP,
        (0, _) => DOWN,
        (..0, _) => LEFT,
        _ => RIGHT,
    }
}

/// Where a line is joined to its box: the cell of the border, which is taken from the line. `inward`
/// leads from the end along the line.
fn attach(cells: &mut Vec<Place>, port: Option<&Port>, inward: u8, at_end: bool) -> Option<Place> {
    let area = port?.area;
    let end = if at_end { *cells.last()? } else { *cells.first()? };
    if on_border(area, end) {
        if at_end {
            cells.pop();
        } else {
            cells.remove(0);
        }
        return Some(end);
    }
    let (x, y) = step(opposite(inward));
    let before = Place { x: end.x + x, y: end.y + y };
    on_border(area, before).then_some(before)
}

fn on_border(area: Rect, place: Place) -> bool {
    let least = cell(area.x, area.y);
    let most = cell(area.right() - 1.0, area.bottom() - 1.0);
    let inside = (least.x..=most.x).contains(&place.x) && (least.y..=most.y).contains(&place.y);
    let edge = [least.x, most.x].contains(&place.x) || [least.y, most.y].contains(&place.y);
    inside && edge
}

/// What is seen of all lines in a cell. Lines that leave it together are one line with a fork. Lines
/// that only cross are told apart: the one that runs up and down is on top.
fn seen(pieces: &[Piece]) -> Piece {
    let mut groups: Vec<Piece> = Vec::new();
    for piece in pieces {
        let mut joined = *piece;
        groups.retain(|it| {
            let together = it.mask & joined.mask != 0;
            if together {
                joined.mask |= it.mask;
                joined.stroke = stronger(joined.stroke, it.stroke);
            }
            !together
        });
        groups.push(joined);
    }
    let upright = |it: &&Piece| it.mask == (UP | DOWN);
    let top = groups.iter().find(upright).or(groups.first());
    top.copied().unwrap_or(Piece { mask: 0, stroke: Stroke::Solid })
}

fn stronger(one: Stroke, two: Stroke) -> Stroke {
    let rank = |it| match it {
        Stroke::Dotted => 0,
        Stroke::Dashed => 1,
        Stroke::Solid => 2,
        Stroke::Bold => 3,
    };
    if rank(one) >= rank(two) { one } else { two }
}

//! How a route of corners becomes a line with rounded corners and arrowheads. Every format draws
//! what is made here, so they cannot disagree.

use crate::graph::{Heads, Stroke};
use crate::scene::{Point, Rect};

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Begins a new piece here.
    Move(Point),
    /// A straight line to here.
    Line(Point),
    /// A curve with one handle.
    Quad(Point, Point),
    /// A curve with two handles.
    Cubic(Point, Point, Point),
    /// Back to where the piece began.
    Close,
}

/// A line as it is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawn {
    /// The whole route, from end to end.
    pub route: Vec<Step>,
    /// What is stroked: the route up to the hollow of its arrowheads.
    pub line: Vec<Step>,
    /// The arrowheads, filled. Their tips are the ends of the route.
    pub heads: Vec<[Point; 4]>,
}

/// How wide a line of this kind is.
pub fn width(style: Stroke) -> f64 {
    match style {
        Stroke::Bold => 2.5,
        Stroke::Solid | Stroke::Dashed | Stroke::Dotted => 1.5,
    }
}

/// How long the dashes of a line of this kind are, and the gaps between.
pub fn dashes(style: Stroke) -> Option<[f64; 2]> {
    match style {
        Stroke::Dashed => Some([6.0, 4.0]),
        Stroke::Dotted => Some([1.5, 3.0]),
        Stroke::Solid | Stroke::Bold => None,
    }
}

/// How long an arrowhead is, and how far its wings reach to either side.
fn head(style: Stroke) -> (f64, f64) {
    match style {
        Stroke::Bold => (10.5, 5.0),
        Stroke::Solid | Stroke::Dashed | Stroke::Dotted => (8.5, 4.0),
    }
}

/// How far along an arrowhead its hollow back reaches.
const HOLLOW: f64 = 0.78;

/// The line along a route of corners.
pub fn draw(corners: &[Point], radius: f64, heads: Heads, style: Stroke) -> Drawn {
    let corners = bends(corners);
    let ([first, second, ..], [.., before, last]) = (&corners[..], &corners[..]) else {
        return Drawn::default();
    };
    let (length, wing) = head(style);
    let mut drawn = Drawn::default();
    if heads.at_start() {
        drawn.heads.push(arrow(*first, *second, length, wing));
    }
    if heads.at_end() {
        drawn.heads.push(arrow(*last, *before, length, wing));
    }
    let reserved = [heads.at_start(), heads.at_end()].map(|it| if it { length } else { 0.0 });
    drawn.route = rounded(&corners, radius, reserved);
    drawn.line.clone_from(&drawn.route);
    let trim = length * HOLLOW - 0.5;
    if heads.at_start() {
        drawn.line[0] = Step::Move(towards(*first, *second, trim));
    }
    if heads.at_end()
        && let Some(end) = drawn.line.last_mut()
    {
        *end = Step::Line(towards(*last, *before, trim));
    }
    drawn
}

/// The corners without those where nothing turns.
fn bends(corners: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(corners.len());
    for &corner in corners {
        if let Some(&last) = kept.last()
            && distance(last, corner) < 0.01
        {
            continue;
        }
        if let [.., before, last] = kept[..] {
            let turn = (last.x - before.x) * (corner.y - last.y)
                - (last.y - before.y) * (corner.x - last.x);
            let ahead = (last.x - before.x) * (corner.x - last.x)
                + (last.y - before.y) * (corner.y - last.y);
            if turn.abs() < 0.01 && ahead > 0.0 {
                kept.pop();
            }
        }
        kept.push(corner);
    }
    kept
}

/// The line through these corners, each turned as wide as its neighbours leave room for. An arrowhead
/// keeps a straight piece for itself.
fn rounded(corners: &[Point], radius: f64, reserved: [f64; 2]) -> Vec<Step> {
    let last = corners.len() - 1;
    let room = |piece: usize| {
        let length = distance(corners[piece], corners[piece + 1]);
        match (piece == 0, piece + 1 == last) {
            (true, true) => 0.0,
            (true, false) => (length - reserved[0]).max(0.0),
            (false, true) => (length - reserved[1]).max(0.0),
            (false, false) => length / 2.0,
        }
    };
    let mut steps = vec![Step::Move(corners[0])];
    for index in 1..last {
        let corner = corners[index];
        let reach = radius.min(room(index - 1)).min(room(index)).max(0.0);
        if reach < 0.01 {
            steps.push(Step::Line(corner));
            continue;
        }
        let from = towards(corner, corners[index - 1], reach);
        steps.push(Step::Line(from));
        steps.push(Step::Quad(corner, towards(corner, corners[index + 1], reach)));
    }
    steps.push(Step::Line(corners[last]));
    steps
}

/// The four corners of an arrowhead: its tip, a wing, the hollow of its back, the other wing.
fn arrow(tip: Point, from: Point, length: f64, wing: f64) -> [Point; 4] {
    let whole = distance(tip, from);
    let (along_x, along_y) = ((from.x - tip.x) / whole, (from.y - tip.y) / whole);
    let at = |back: f64, side: f64| Point {
        x: tip.x + along_x * back - along_y * side,
        y: tip.y + along_y * back + along_x * side,
    };
    [tip, at(length, wing), at(length * HOLLOW, 0.0), at(length, -wing)]
}

/// The point at this distance from one point towards another, but not beyond it.
fn towards(from: Point, to: Point, reach: f64) -> Point {
    let whole = distance(from, to);
    let share = if whole > 0.0 { (reach / whole).min(1.0) } else { 0.0 };
    Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

fn distance(one: Point, two: Point) -> f64 {
    (one.x - two.x).hypot(one.y - two.y)
}

/// A rectangle with round corners.
pub fn rounded_rect(area: Rect, radius: f64) -> Vec<Step> {
    let radius = radius.min(area.width / 2.0).min(area.height / 2.0).max(0.0);
    // A quarter of a circle as a curve: 4/3 · (√2 − 1) of the radius to each handle.
    let handle = radius * (1.0 - 0.552_284_75);
    let (left, top, right, bottom) = (area.x, area.y, area.right(), area.bottom());
    let at = |x: f64, y: f64| Point { x, y };
    vec![
        Step::Move(at(left + radius, top)),
        Step::Line(at(right - radius, top)),
        Step::Cubic(at(right - handle, top), at(right, top + handle), at(right, top + radius)),
        Step::Line(at(right, bottom - radius)),
        Step::Cubic(
            at(right, bottom - handle),
            at(right - handle, bottom),
            at(right - radius, bottom),
        ),
        Step::Line(at(left + radius, bottom)),
        Step::Cubic(
            at(left + handle, bottom),
            at(left, bottom - handle),
            at(left, bottom - radius),
        ),
        Step::Line(at(left, top + radius)),
        Step::Cubic(at(left, top + handle), at(left + handle, top), at(left + radius, top)),
        Step::Close,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(list: &[(f64, f64)]) -> Vec<Point> {
        list.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn the_tip_of_an_arrow_is_the_end_of_the_route() {
        let corners = points(&[(0.0, 0.0), (40.0, 0.0), (40.0, 50.0)]);
        let drawn = draw(&corners, 8.0, Heads::Both, Stroke::Solid);
        assert_eq!(drawn.heads[0][0], corners[0]);
        assert_eq!(drawn.heads[1][0], corners[2]);
        assert_eq!(drawn.route[0], Step::Move(corners[0]));
        assert_eq!(drawn.route.last(), Some(&Step::Line(corners[2])));
        assert_ne!(drawn.line.last(), drawn.route.last(), "the line ends inside the head");
    }

    #[test]
    fn a_corner_turns_as_wide_as_its_neighbours_allow() {
        let corners = points(&[(0.0, 0.0), (100.0, 0.0), (100.0, 10.0), (200.0, 10.0)]);
        let drawn = draw(&corners, 8.0, Heads::None, Stroke::Solid);
        let turn = Point { x: 95.0, y: 0.0 };
        assert_eq!(drawn.route[1], Step::Line(turn));
        assert_eq!(drawn.route[2], Step::Quad(corners[1], Point { x: 100.0, y: 5.0 }));
    }

    #[test]
    fn points_where_nothing_turns_are_left_out() {
        let corners = points(&[(0.0, 0.0), (0.0, 0.0), (10.0, 0.0), (30.0, 0.0)]);
        let drawn = draw(&corners, 8.0, Heads::None, Stroke::Solid);
        assert_eq!(drawn.route, [Step::Move(corners[0]), Step::Line(corners[3])]);
    }

    #[test]
    fn a_route_without_length_draws_nothing() {
        for corners in [points(&[]), points(&[(1.0, 1.0)]), points(&[(1.0, 1.0), (1.0, 1.0)])] {
            let drawn = draw(&corners, 8.0, Heads::Both, Stroke::Bold);
            assert_eq!(drawn, Drawn::default());
        }
    }
}

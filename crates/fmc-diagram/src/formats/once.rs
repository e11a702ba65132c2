//! Draws what several edges share only once.
//!
//! Edges with a common trunk run over the same pixels. Drawn again and again, soft borders would add
//! up to a heavier line, and dashes out of step to an unbroken one. So each line leaves out what an
//! earlier one of the same look has drawn already.

use super::path::Step;
use crate::scene::Point;
use std::collections::{BTreeMap, BTreeSet};

/// How far a cut line reaches back over what is there, so that no seam shows.
const LAP: f64 = 0.5;

/// The straight and curved pieces drawn so far, by the look of their line.
#[derive(Debug)]
pub(super) struct Once<L> {
    /// By look, direction and place across it, where lines run along it, in hundredths of a unit:
    /// from each start to its end, apart from each other.
    straight: BTreeMap<(L, bool, i64), BTreeMap<i64, i64>>,
    curved: BTreeSet<(L, [i64; 6])>,
}

impl<L: Ord + Copy> Once<L> {
    /// Nothing is drawn yet.
    pub(super) fn new() -> Self {
        Self { straight: BTreeMap::new(), curved: BTreeSet::new() }
    }

    /// What of this line is not drawn yet. From now on it is.
    pub(super) fn rest(&mut self, look: L, line: &[Step]) -> Vec<Step> {
        let mut rest = Rest::default();
        let mut at = Point::default();
        for step in line {
            match *step {
                Step::Move(to) => at = to,
                Step::Line(to) => {
                    self.straight(look, at, to, &mut rest);
                    at = to;
                }
                Step::Quad(handle, to) => {
                    if self.curved.insert((look, curve(at, handle, to))) {
                        rest.go(at);
                        rest.steps.push(Step::Quad(handle, to));
                        rest.pen = Some(to);
                    }
                    at = to;
                }
                // Routes have no other curves, and are not closed.
                Step::Cubic(..) | Step::Close => {
                    rest.go(at);
                    rest.steps.push(*step);
                }
            }
        }
        rest.steps
    }

    fn straight(&mut self, look: L, from: Point, to: Point, rest: &mut Rest) {
        let upright = (from.x - to.x).abs() < (from.y - to.y).abs();
        let along = |it: Point| hundredths(if upright { it.y } else { it.x });
        let across = |it: Point| hundredths(if upright { it.x } else { it.y });
        if across(from) != across(to) {
            rest.go(from);
            rest.steps.push(Step::Line(to));
            rest.pen = Some(to);
            return;
        }
        let (start, end) = (along(from), along(to));
        let (low, high) = (start.min(end), start.max(end));
        let drawn = self.straight.entry((look, upright, across(from))).or_default();
        let mut free = draw(drawn, low, high);
        if start > end {
            free.reverse();
        }
        let length = (high - low) as f64;
        let place = |it: i64| {
            let share = (it - start).abs() as f64 / length;
            Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
        };
        for (low, high) in free {
            let (mut one, mut two) = if start > end { (high, low) } else { (low, high) };
            // A piece that begins or ends amid the line laps over what was drawn there.
            let lap = if start > end { -hundredths(LAP) } else { hundredths(LAP) };
            one = if one == start { one } else { one - lap };
            two = if two == end { two } else { two + lap };
            rest.go(if one == start { from } else { place(one) });
            let end = if two == end { to } else { place(two) };
            rest.steps.push(Step::Line(end));
            rest.pen = Some(end);
        }
    }
}

/// Draws from one place to another, and tells the pieces that were not drawn before, in order.
fn draw(drawn: &mut BTreeMap<i64, i64>, low: i64, high: i64) -> Vec<(i64, i64)> {
    let (mut free, mut at) = (Vec::new(), low);
    let (mut start, mut end) = (low, high);
    // What is drawn is apart, so only the last piece before this one can reach into it.
    let before = drawn.range(..low).next_back().filter(|it| *it.1 >= low);
    let from = before.map_or(low, |it| *it.0);
    let met: Vec<(i64, i64)> = drawn.range(from..=high).map(|it| (*it.0, *it.1)).collect();
    for (other, behind) in met {
        if at < other {
            free.push((at, other));
        }
        at = at.max(behind);
        (start, end) = (start.min(other), end.max(behind));
        drawn.remove(&other);
    }
    if at < high {
        free.push((at, high));
    }
    drawn.insert(start, end);
    free
}

/// A line that is put together of what is left.
#[derive(Default)]
struct Rest {
    steps: Vec<Step>,
    pen: Option<Point>,
}

impl Rest {
    /// Goes on from here, or begins a new piece here.
    fn go(&mut self, at: Point) {
        if self.pen != Some(at) {
            self.steps.push(Step::Move(at));
            self.pen = Some(at);
        }
    }
}

/// A curve, the same from both of its ends.
fn curve(from: Point, handle: Point, to: Point) -> [i64; 6] {
    let [a, b, c] = [from, handle, to].map(|it| [hundredths(it.x), hundredths(it.y)]);
    let (a, c) = (a.min(c), a.max(c));
    [a[0], a[1], b[0], b[1], c[0], c[1]]
}

fn hundredths(value: f64) -> i64 {
    (value * 100.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> Vec<Step> {
        let step = |(index, &(x, y)): (usize, &(f64, f64))| match index {
            0 => Step::Move(Point { x, y }),
            _ => Step::Line(Point { x, y }),
        };
        points.iter().enumerate().map(step).collect()
    }

    #[test]
    fn a_shared_trunk_is_drawn_once() {
        let mut once = Once::new();
        let first = line(&[(0.0, 0.0), (0.0, 50.0), (40.0, 50.0)]);
        assert_eq!(once.rest(1, &first), first);
        let second = once.rest(1, &line(&[(0.0, 0.0), (0.0, 80.0)]));
        assert_eq!(second, line(&[(0.0, 49.5), (0.0, 80.0)]), "only what goes on, with a lap");
        assert_eq!(once.rest(1, &first), []);
    }

    #[test]
    fn another_look_is_drawn_all() {
        let mut once = Once::new();
        let steps = line(&[(10.0, 0.0), (0.0, 0.0)]);
        assert_eq!(once.rest(1, &steps), steps);
        assert_eq!(once.rest(2, &steps), steps);
    }

    #[test]
    fn a_gap_between_two_drawn_pieces_is_filled() {
        let mut once = Once::new();
        once.rest(1, &line(&[(0.0, 0.0), (10.0, 0.0)]));
        once.rest(1, &line(&[(30.0, 0.0), (20.0, 0.0)]));
        let rest = once.rest(1, &line(&[(25.0, 0.0), (5.0, 0.0)]));
        assert_eq!(rest, line(&[(20.5, 0.0), (9.5, 0.0)]));
    }

    #[test]
    fn drawn_pieces_grow_together() {
        let mut drawn = BTreeMap::new();
        for (low, high, free) in [
            (10, 20, vec![(10, 20)]),
            (30, 40, vec![(30, 40)]),
            (20, 30, vec![(20, 30)]),
            (12, 38, vec![]),
            (50, 60, vec![(50, 60)]),
            (0, 70, vec![(0, 10), (40, 50), (60, 70)]),
            (5, 5, vec![]),
        ] {
            assert_eq!(draw(&mut drawn, low, high), free, "from {low} to {high}");
        }
        assert_eq!(drawn, BTreeMap::from([(0, 70)]));
    }

    #[test]
    fn a_curve_is_the_same_from_both_ends() {
        let point = |x, y| Point { x, y };
        let mut once = Once::new();
        let there = [Step::Move(point(0.0, 0.0)), Step::Quad(point(8.0, 0.0), point(8.0, 8.0))];
        let back = [Step::Move(point(8.0, 8.0)), Step::Quad(point(8.0, 0.0), point(0.0, 0.0))];
        assert_eq!(once.rest(1, &there), there);
        assert_eq!(once.rest(1, &back), []);
    }
}

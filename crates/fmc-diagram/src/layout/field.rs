//! What a changed route would meet.
//!
//! All boxes, texts and routes of a drawing where they are found by their places, so that a question about
//! one line costs about as much as the lines around it.

use super::drawing::{Area, Drawing};
use super::kin::{self, Kin};
use super::memory::{self, Asked, Memory, Stretch};
use super::obstacles::{Obstacle, Obstacles, Thing};
use super::route::Corner;
use super::spacing::Spacing;
use super::strips::{Line, Strips};
use crate::graph::End;
use std::cell::OnceCell;

/// What is known of edges beyond geometry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Company<'a> {
    /// Both ends of each edge.
    pub(super) ends: &'a [(End, End)],
    /// Edges of one look may lie on each other where they share an end.
    pub(super) looks: &'a [usize],
    /// The clusters around both ends of each edge, sorted.
    pub(super) around: &'a [Vec<usize>],
}

/// A drawing that can be asked.
pub(super) struct Field<'a> {
    company: Company<'a>,
    spacing: &'a Spacing,
    obstacles: Obstacles,
    /// The parts of routes along each axis.
    lines: [Strips; 2],
    routes: Vec<Vec<Corner>>,
    /// Both ends of each edge and its look, as numbers.
    kin: Vec<Kin>,
}

/// What one part of a route meets.
pub(super) struct Part {
    crossings: i32,
    /// The lines of its own ends that it crosses, unless both run together for a while.
    joints: Vec<u32>,
}

impl<'a> Field<'a> {
    pub(super) fn new(drawing: &Drawing, company: Company<'a>, spacing: &'a Spacing) -> Self {
        let boxes = drawing.nodes.iter().chain(&drawing.clusters).copied();
        let corners = drawing.routes.iter().flatten().map(|it| between(*it, *it));
        let all = boxes.chain(corners).reduce(|one, two| Area {
            least: [0, 1].map(|axis| one.least[axis].min(two.least[axis])),
            most: [0, 1].map(|axis| one.most[axis].max(two.most[axis])),
        });
        let area = all.unwrap_or_default();
        let cell = (spacing.lanes * 16).max(4);
        let mut lines = [Vec::new(), Vec::new()];
        for (edge, route) in drawing.routes.iter().enumerate() {
            for part in parts(route) {
                let (axis, line) = line(edge, part);
                lines[axis].push(line);
            }
        }
        Self {
            company,
            spacing,
            obstacles: Obstacles::of(drawing, area, cell),
            lines: [0, 1].map(|axis| Strips::of(&lines[axis], area, axis, spacing.lanes)),
            routes: drawing.routes.clone(),
            kin: kin::all(company),
        }
    }

    /// Draws the route of an edge anew.
    pub(super) fn draw(&mut self, edge: usize, route: &[Corner]) {
        let old = std::mem::replace(&mut self.routes[edge], route.to_vec());
        let (start, old_end, new_end) = apart(&old, route);
        for part in parts(&old).take(old_end).skip(start) {
            let (axis, line) = line(edge, part);
            self.lines[axis].remove(line);
        }
        for part in parts(route).take(new_end).skip(start) {
            let (axis, line) = line(edge, part);
            self.lines[axis].insert(line);
        }
    }

    /// How many foreign lines a route crosses; `None` where it may not run.
    pub(super) fn crossed(&self, route: &[Corner], memory: &Memory) -> Option<i32> {
        (0..parts_of(route)).map(|at| self.crossed_by(route, at, memory)).sum()
    }

    /// Whether a route of this edge may run where it does.
    pub(super) fn is_free(&self, edge: usize, route: &[Corner]) -> bool {
        let stretch = |at: usize| stretch(route, at);
        (0..parts_of(route))
            .all(|at| self.is_clear(edge, stretch(at)) && self.part(edge, stretch(at)).is_some())
    }

    /// How many foreign lines a route would cross in the place of another one; `None` where it may not run, or
    /// would cross more than that many. What both have in common is asked only once it may.
    pub(super) fn crossings(
        &self,
        route: &[Corner],
        instead: &[Corner],
        at_most: impl FnOnce() -> i32,
        memory: &Memory,
    ) -> Option<i32> {
        let (start, _, end) = apart(instead, route);
        // What costs least to find out comes first.
        for at in start..end {
            let known = self.asked(stretch(route, at), memory);
            if !memory.asked.borrow()[known].is_clear {
                return None;
            }
        }
        // What crosses whatever the rest of the route is costs less to count than what may fork.
        let (at_most, mut crossings, mut joints) = (at_most(), 0, 0);
        for range in [start..end, 0..start, end..parts_of(route)] {
            for at in range {
                let count = |part: &Part| (part.crossings, part.joints.len());
                let (crossed, joined) = self.known(route, at, memory, count)?;
                crossings += crossed;
                joints += joined;
                if crossings > at_most {
                    return None;
                }
            }
        }
        for at in 0..if joints > 0 { parts_of(route) } else { 0 } {
            crossings += self.known(route, at, memory, |part| self.forks(route, part))?;
            if crossings > at_most {
                return None;
            }
        }
        Some(crossings)
    }

    /// How many lines a part of a route crosses; `None` where it may not run.
    fn crossed_by(&self, route: &[Corner], at: usize, memory: &Memory) -> Option<i32> {
        self.known(route, at, memory, |part| part.crossings + self.forks(route, part))
    }

    /// What is counted of a part of a route; `None` where it may not run.
    fn known<T>(
        &self,
        route: &[Corner],
        at: usize,
        memory: &Memory,
        count: impl FnOnce(&Part) -> T,
    ) -> Option<T> {
        let known = self.asked(stretch(route, at), memory);
        let known = &memory.asked.borrow()[known];
        if !known.is_clear {
            return None;
        }
        let part = known.part.get_or_init(|| self.part(memory.edge, known.stretch));
        part.as_ref().map(count)
    }

    /// How many lines of its own ends a part crosses: two that run together for a while fork, others cross.
    fn forks(&self, route: &[Corner], part: &Part) -> i32 {
        let cross = |other: &&u32| !kin::run_together(route, &self.routes[**other as usize]);
        part.joints.iter().filter(cross).count() as i32
    }

    /// Where a part is in the memory, into which it is put if it is not there.
    fn asked(&self, stretch: Stretch, memory: &Memory) -> usize {
        let [from, to] = stretch.0;
        let mixed = [from.0, from.1, to.0, to.1]
            .iter()
            .fold(0_u32, |sum, it| (sum ^ *it as u32).wrapping_mul(0x9e37_79b1).rotate_left(15));
        let place = (mixed >> 8) as usize % memory::PLACES;
        let it = &mut memory.asked.borrow_mut()[place];
        if it.turn != memory.turn || it.stretch != stretch {
            let is_clear = self.is_clear(memory.edge, stretch);
            *it = Asked { stretch, turn: memory.turn, is_clear, part: OnceCell::new() };
        }
        place
    }

    /// Whether a part of a route would run beside nothing and into nothing that stands.
    fn is_clear(&self, edge: usize, ([from, to], is_terminal): Stretch) -> bool {
        let part = between(from, to);
        let (axis, line) = line(edge, part);
        !self.runs_on_a_line(axis, line) && !self.hits(edge, axis, part, is_terminal)
    }

    /// What a part of a route meets that [is clear](Self::is_clear); `None` where it may not run.
    fn part(&self, edge: usize, stretch: Stretch) -> Option<Part> {
        let (axis, line) = line(edge, between(stretch.0[0], stretch.0[1]));
        let own = self.kin[edge];
        let near = self.spacing.lanes / 2;
        let mut found = Part { crossings: 0, joints: Vec::new() };
        let places = (line.from - near, line.to + near);
        let range = (line.place - near, line.place + near);
        let is_free = self.lines[1 - axis].crossing(places, range, |other| {
            if other.edge == line.edge {
                return true;
            }
            let kin = self.kin[other.edge as usize];
            let shares = own.share_an_end(kin);
            // How far inside of both the point lies where they meet.
            let inside = |it: &Line, at: i32| (at - it.from).min(it.to - at);
            if inside(&line, other.place).min(inside(other, line.place)) <= near {
                // One ends at the other.
                return shares && own.look == kin.look;
            }
            if shares {
                found.joints.push(other.edge);
            } else {
                found.crossings += 1;
            }
            true
        });
        is_free.then_some(found)
    }

    /// Whether a line would lie on another one, or too near beside it.
    fn runs_on_a_line(&self, axis: usize, line: Line) -> bool {
        let own = self.kin[line.edge as usize];
        let clear = self.spacing.lanes;
        self.lines[axis].beside(line.place, clear, |other| {
            let overlap = line.to.min(other.to) - line.from.max(other.from);
            if other.edge == line.edge || overlap <= -clear.min(6) {
                return false;
            }
            let kin = self.kin[other.edge as usize];
            let may_join = own.look == kin.look && own.share_an_end(kin);
            // The ends of two parts may come near each other where the lines join there anyway.
            !(may_join && (other.place == line.place || overlap <= 0))
        })
    }

    /// Whether a part of a route would run into a box or a text.
    fn hits(&self, edge: usize, axis: usize, part: Area, is_terminal: [bool; 2]) -> bool {
        let (from, to) = self.company.ends[edge];
        let clear = self.spacing.lanes;
        let near_box = self.spacing.lane_to_box * 2 / 3;
        let grown =
            Area { least: part.least.map(|it| it - clear), most: part.most.map(|it| it + clear) };
        let is_own = |end: End| (is_terminal[0] && from == end) || (is_terminal[1] && to == end);
        self.obstacles.any(grown, axis, |it: &Obstacle| match it.thing {
            Thing::Node(node) => {
                let is_own = is_own(End::Node(node as usize));
                part.meets(&it.area, if is_own { 0 } else { near_box })
            }
            Thing::Cluster(cluster) => {
                let cluster = cluster as usize;
                if is_own(End::Cluster(cluster)) {
                    false
                } else if self.company.around[edge].binary_search(&cluster).is_ok() {
                    along_border(part, it.area, near_box)
                } else {
                    part.meets(&it.area, near_box)
                }
            }
            Thing::Text => part.meets(&it.area, 3),
        })
    }
}

/// How many parts a route has.
fn parts_of(route: &[Corner]) -> usize {
    route.len().saturating_sub(1)
}

/// Which parts of two routes differ: from which on, and before which of the old one and of the new one.
fn apart(old: &[Corner], new: &[Corner]) -> (usize, usize, usize) {
    // What differs lies between what both begin with and what both end with. The last part of one is none of
    // the other's but its last.
    let (old_parts, new_parts) = (parts_of(old), parts_of(new));
    let least = old_parts.min(new_parts);
    let same = old.iter().zip(new).take(least).take_while(|(one, two)| one == two);
    let start = same.count().saturating_sub(1);
    let ends = old.iter().rev().zip(new.iter().rev()).take(least - start);
    let same = ends.take_while(|(one, two)| one == two).count().saturating_sub(1);
    (start, old_parts - same, new_parts - same)
}

/// A part of a route.
fn stretch(route: &[Corner], at: usize) -> Stretch {
    ([route[at], route[at + 1]], [at == 0, at + 2 == route.len()])
}

/// The parts of a route as areas without inside.
fn parts(route: &[Corner]) -> impl Iterator<Item = Area> {
    route.windows(2).map(|pair| between(pair[0], pair[1]))
}

/// A part of a route with the axis along which it runs.
fn line(edge: usize, part: Area) -> (usize, Line) {
    let axis = usize::from(part.size(0) == 0);
    let (from, to) = (part.least[axis], part.most[axis]);
    (axis, Line { place: part.least[1 - axis], from, to, edge: edge as u32 })
}

/// A straight part as an area without inside.
fn between(one: Corner, two: Corner) -> Area {
    Area { least: [one.0.min(two.0), one.1.min(two.1)], most: [one.0.max(two.0), one.1.max(two.1)] }
}

/// Whether a part runs along a border of a box that it may enter, or touches it end on.
fn along_border(part: Area, area: Area, near: i32) -> bool {
    let axis = usize::from(part.size(0) == 0);
    let place = part.least[1 - axis];
    let beside =
        part.most[axis] > area.least[axis] - near && part.least[axis] < area.most[axis] + near;
    let at_border =
        (place - area.least[1 - axis]).abs() < near || (place - area.most[1 - axis]).abs() < near;
    // A corner on the border would look like an end there.
    let within = place > area.least[1 - axis] - near && place < area.most[1 - axis] + near;
    let ends = [part.least[axis], part.most[axis]];
    let borders = [area.least[axis], area.most[axis]];
    let end_on = within && ends.iter().any(|end| borders.iter().any(|it| (end - it).abs() < near));
    (beside && at_border) || end_on
}

//! The parts of routes that run across an axis, and what joins them.

use super::drawing::{Area, Drawing, Label};
use crate::graph::End;

/// What holds a corner of a route along the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strand {
    /// A line across the axis.
    Line(usize),
    /// A side of a box: its far one, or its near one.
    Box(End, bool),
}

/// A part of a route that runs across the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Across {
    /// Parts of several routes that lie on each other are one line.
    pub(super) line: usize,
    pub(super) edge: usize,
    pub(super) range: (i32, i32),
}

/// A part of a route that runs along the axis, from what holds its least end to what holds its most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flat {
    pub(super) least: Strand,
    pub(super) most: Strand,
    pub(super) length: i32,
    /// The label that lies over it.
    pub(super) label: Option<usize>,
}

impl Flat {
    pub(super) fn touches_box(&self) -> bool {
        matches!(self.least, Strand::Box(..)) || matches!(self.most, Strand::Box(..))
    }
}

/// The routes of a drawing, cut at their corners.
#[derive(Debug, Clone, Default)]
pub(super) struct Strands {
    pub(super) all: Vec<Across>,
    /// Where each line is.
    pub(super) places: Vec<i32>,
    /// Lines that end at the near or far side of a box across the axis, in their order.
    pub(super) ends: Vec<(usize, End)>,
    /// Lines that follow each other in a route, the lesser number first, in their order.
    joined: Vec<(usize, usize)>,
    pub(super) flats: Vec<Flat>,
    corners: Vec<Vec<Strand>>,
    /// The parts of each edge, as places in `all`, in its order.
    of_edge: Vec<Vec<usize>>,
}

impl Strands {
    /// Cuts the routes at their corners; the axis is the first one.
    pub(super) fn of(drawing: &Drawing, ends: &[(End, End)]) -> Self {
        let mut parts: Vec<(i32, i32, i32, usize, usize)> = Vec::new();
        for (edge, route) in drawing.routes.iter().enumerate() {
            if ends[edge].0 == ends[edge].1 {
                continue;
            }
            for (at, pair) in route.windows(2).enumerate() {
                if pair[0].0 == pair[1].0 {
                    let (one, two) = (pair[0].1, pair[1].1);
                    parts.push((pair[0].0, one.min(two), one.max(two), edge, at));
                }
            }
        }
        parts.sort_unstable();
        let line_of = lines(&parts, ends);
        let mut it = Self { of_edge: vec![Vec::new(); drawing.routes.len()], ..Self::default() };
        // The line of each part of each route, where that runs across the axis.
        let mut line_at: Vec<Vec<Option<usize>>> =
            drawing.routes.iter().map(|route| vec![None; route.len()]).collect();
        for ((x, from, to, edge, at), line) in parts.iter().zip(&line_of) {
            if it.places.len() <= *line {
                it.places.resize(line + 1, 0);
            }
            it.places[*line] = *x;
            it.of_edge[*edge].push(it.all.len());
            it.all.push(Across { line: *line, edge: *edge, range: (*from, *to) });
            line_at[*edge][*at] = Some(*line);
        }
        let mut labels: Vec<Vec<usize>> = vec![Vec::new(); drawing.routes.len()];
        for (index, label) in drawing.labels.iter().enumerate() {
            labels[label.edge].push(index);
        }
        for edge in 0..drawing.routes.len() {
            it.corners.push(Vec::new());
            if ends[edge].0 == ends[edge].1 {
                continue;
            }
            it.follow(drawing, edge, ends[edge], &line_at[edge], &labels[edge]);
        }
        it.ends.sort_unstable();
        it.ends.dedup();
        it.joined.sort_unstable();
        it.joined.dedup();
        it
    }

    fn follow(
        &mut self,
        drawing: &Drawing,
        edge: usize,
        (start, end): (End, End),
        line_at: &[Option<usize>],
        labels: &[usize],
    ) {
        let route = &drawing.routes[edge];
        let count = route.len();
        let side = |end: End, x: i32| {
            let area = drawing.area(end);
            Strand::Box(end, (x - area.most[0]).abs() < (x - area.least[0]).abs())
        };
        let mut before: Option<usize> = None;
        for at in 0..count {
            let lines =
                [at.checked_sub(1), Some(at)].map(|part| part.and_then(|part| line_at[part]));
            let held = match lines {
                [_, Some(line)] | [Some(line), None] => Strand::Line(line),
                [None, None] => side(if at == 0 { start } else { end }, route[at].0),
            };
            self.corners[edge].push(held);
            if let Some(line) = lines[1] {
                if at == 0 {
                    self.ends.push((line, start));
                }
                if at + 2 == count {
                    self.ends.push((line, end));
                }
                if let Some(before) = before.filter(|before| *before != line) {
                    self.joined.push((before.min(line), before.max(line)));
                }
                before = Some(line);
            }
        }
        for at in 0..count.saturating_sub(1) {
            if line_at[at].is_some() {
                continue;
            }
            let (one, two) = (self.corners[edge][at], self.corners[edge][at + 1]);
            let (from, to) = (route[at], route[at + 1]);
            let (least, most) = if from.0 <= to.0 { (one, two) } else { (two, one) };
            let over = |label: &&usize| {
                let area = drawing.labels[**label].area;
                area.least[0] >= from.0.min(to.0)
                    && area.most[0] <= from.0.max(to.0)
                    && distance(area, from.1) < area.size(1)
            };
            let label = labels.iter().find(over).copied();
            self.flats.push(Flat { least, most, length: (from.0 - to.0).abs(), label });
        }
    }

    /// What holds a corner of an edge's route.
    pub(super) fn of_corner(&self, edge: usize, at: usize) -> Strand {
        self.corners[edge][at]
    }

    /// Whether a line ends at this node.
    pub(super) fn ends_at(&self, line: usize, node: usize) -> bool {
        self.ends.binary_search(&(line, End::Node(node))).is_ok()
    }

    /// Whether one line follows the other in a route.
    pub(super) fn are_joined(&self, one: usize, two: usize) -> bool {
        self.joined.binary_search(&(one.min(two), one.max(two))).is_ok()
    }

    /// How much a part wants to vanish: the shorter it is, the more it looks like a mistake.
    pub(super) fn pull(&self, flat: &Flat) -> i32 {
        match flat.length {
            0..=12 => 60,
            13..=40 => 30,
            41..=120 => 14,
            _ => 8,
        }
    }

    /// The line that a label stands beside.
    pub(super) fn host(&self, drawing: &Drawing, label: &Label, gap: i32) -> Option<usize> {
        debug_assert!(label.edge < drawing.routes.len());
        self.of_edge[label.edge]
            .iter()
            .map(|part| &self.all[*part])
            .filter(|part| {
                part.range.0 <= label.area.least[1] && label.area.most[1] <= part.range.1
            })
            .find(|part| {
                let x = self.places[part.line];
                (label.area.least[0] - x - gap).abs() <= 1
                    || (x - label.area.most[0] - gap).abs() <= 1
            })
            .map(|part| part.line)
    }
}

fn distance(area: Area, y: i32) -> i32 {
    (area.least[1] - y).max(y - area.most[1]).max(0)
}

/// Gives parts of edges with a common end that lie on each other one number.
fn lines(parts: &[(i32, i32, i32, usize, usize)], ends: &[(End, End)]) -> Vec<usize> {
    let mut root: Vec<usize> = (0..parts.len()).collect();
    for one in 0..parts.len() {
        for two in one + 1..parts.len() {
            if parts[two].0 != parts[one].0 || parts[two].1 > parts[one].2 {
                break;
            }
            let ((a, b), (c, d)) = (ends[parts[one].3], ends[parts[two].3]);
            let share = a == c || a == d || b == c || b == d;
            if share {
                let (first, second) = (find(&mut root, one), find(&mut root, two));
                root[first.max(second)] = first.min(second);
            }
        }
    }
    // The least of a set comes before all others of it.
    let mut number = Vec::with_capacity(parts.len());
    let mut next = 0;
    for at in 0..parts.len() {
        let root = find(&mut root, at);
        number.push(if root == at { next } else { number[root] });
        next += usize::from(root == at);
    }
    number
}

/// The least number of the set that a part belongs to.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

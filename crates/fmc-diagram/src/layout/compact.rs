//! Moves everything together along one axis, without anything changing sides.
//!
//! What lies beside each other now stays in that order and keeps its distance; under that, lines become
//! as short, and so as straight, as they can be, and boxes and the sheet as narrow: network simplex over
//! the distances that a sweep across the drawing finds (after Dwyer, Marriott and Stuckey, 2006).
//! Done for both axes it takes out the room that rows and channels left over.

use super::drawing::{Area, Drawing};
use super::relax;
use super::simplex::{self, Spring, Wish};
use super::spacing::Spacing;
use super::strands::{Strand, Strands};
use super::sweep::{self, Kind, Thing};
use crate::graph::End;

/// What compaction knows beyond geometry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bonds<'a> {
    /// Both ends of each edge.
    pub(super) ends: &'a [(End, End)],
    /// For each node, a number that nodes in one line across the axis share, less than their count.
    pub(super) lines: &'a [usize],
    /// The clusters around each node, innermost first.
    pub(super) parents: &'a [Option<usize>],
}

const NARROW: i32 = 10;
const SHEET: i32 = 24;
const STAY: i32 = 1;
const MIDDLE: i32 = 1;
const FIRM: i32 = 2_000;

/// Of more things than this the network begins with a quick look, of so many rounds.
const FAR: usize = 1_500;
const LOOKS: usize = 1;

/// Compacts along the first axis.
pub(super) fn compact(drawing: &Drawing, bonds: Bonds<'_>, spacing: &Spacing) -> Drawing {
    compact_onto(drawing, bonds, spacing, None)
}

/// The same, with two lines of the drawing's [`Strands`] on one where that can be.
pub(super) fn compact_onto(
    drawing: &Drawing,
    bonds: Bonds<'_>,
    spacing: &Spacing,
    joined: Option<(usize, usize)>,
) -> Drawing {
    let strands = Strands::of(drawing, bonds.ends);
    let mut it = Compaction::new(drawing, bonds, spacing, &strands);
    it.things();
    it.distances();
    it.attachments();
    it.wishes();
    if let Some((one, two)) = joined {
        it.align(it.lines + one, it.lines + two, 0, FIRM);
    }
    let places = if it.now.len() > FAR && simplex::is_solved(&it.springs, &it.aligned) {
        // The first drawing of a big picture is so far from the best that a quick look is nearer to it.
        let near = relax::relaxed(it.now.len(), &it.springs, &it.aligned, LOOKS);
        simplex::solve_near(&near, &it.springs, &it.aligned)
    } else {
        simplex::solve_near(&it.now, &it.springs, &it.aligned)
    };
    it.moved(&places)
}

struct Compaction<'a> {
    drawing: &'a Drawing,
    bonds: Bonds<'a>,
    spacing: &'a Spacing,
    strands: &'a Strands,
    /// The variable of each node's line and the offset of the node in it.
    nodes: Vec<(usize, i32)>,
    /// The near border of cluster `c` is at `borders + 2 c`, the far one behind it.
    borders: usize,
    lines: usize,
    labels: Vec<(usize, i32)>,
    sheet: usize,
    now: Vec<i32>,
    things: Vec<Thing>,
    springs: Vec<Spring>,
    aligned: Vec<Wish>,
}

impl<'a> Compaction<'a> {
    fn new(
        drawing: &'a Drawing,
        bonds: Bonds<'a>,
        spacing: &'a Spacing,
        strands: &'a Strands,
    ) -> Self {
        let mut now = Vec::new();
        let mut of_line = vec![usize::MAX; drawing.nodes.len()];
        let nodes: Vec<(usize, i32)> = drawing
            .nodes
            .iter()
            .zip(bonds.lines)
            .map(|(area, line)| {
                let middle = area.middle(0);
                if of_line[*line] == usize::MAX {
                    of_line[*line] = now.len();
                    now.push(middle);
                }
                let variable = of_line[*line];
                (variable, area.least[0] - now[variable])
            })
            .collect();
        let borders = now.len();
        for cluster in &drawing.clusters {
            now.extend([cluster.least[0], cluster.most[0]]);
        }
        let lines = now.len();
        now.extend(strands.places.iter().copied());
        let labels = drawing
            .labels
            .iter()
            .map(|label| {
                let (from, to) = bonds.ends[label.edge];
                let host = strands.host(drawing, label, spacing.label).map(|line| lines + line);
                // The label of a loop goes with its box.
                let of_loop = (from == to).then(|| match from {
                    End::Node(node) => nodes[node].0,
                    End::Cluster(cluster) => borders + 2 * cluster + 1,
                });
                let variable = of_loop.or(host).unwrap_or_else(|| {
                    now.push(label.area.least[0]);
                    now.len() - 1
                });
                (variable, label.area.least[0] - now[variable])
            })
            .collect();
        let sheet = now.len();
        let all = drawing.nodes.iter().chain(&drawing.clusters);
        let least = all.clone().map(|it| it.least[0]).chain(strands.places.iter().copied()).min();
        let most = all.map(|it| it.most[0]).chain(strands.places.iter().copied()).max();
        now.extend([least.unwrap_or(0), most.unwrap_or(0)]);
        Self {
            drawing,
            bonds,
            spacing,
            strands,
            nodes,
            borders,
            lines,
            labels,
            sheet,
            now,
            things: Vec::new(),
            springs: Vec::new(),
            aligned: Vec::new(),
        }
    }

    fn near(&self, cluster: usize) -> usize {
        self.borders + 2 * cluster
    }

    fn border_or_node(&self, end: End, is_far: bool) -> (usize, i32) {
        match end {
            End::Node(node) => {
                let (variable, offset) = self.nodes[node];
                (variable, offset + if is_far { self.drawing.nodes[node].size(0) } else { 0 })
            }
            End::Cluster(cluster) => (self.near(cluster) + usize::from(is_far), 0),
        }
    }

    fn things(&mut self) {
        let drawing = self.drawing;
        // What nearly is beside something keeps its distance too, or corners would touch.
        let reach = self.spacing.lanes / 2;
        let count = drawing.nodes.len() + 3 * drawing.clusters.len() + drawing.labels.len();
        let mut things = Vec::with_capacity(count + self.strands.all.len() + drawing.loops.len());
        let mut add = |kind, variable: usize, now: i32, area: Area, grow: i32| {
            things.push(Thing {
                kind,
                variable,
                from: area.least[0] - now,
                to: area.most[0] - now,
                least: area.least[0],
                across: (area.least[1] - grow, area.most[1] + grow),
            });
        };
        for (node, area) in drawing.nodes.iter().enumerate() {
            let variable = self.nodes[node].0;
            add(Kind::Node(node), variable, self.now[variable], *area, reach);
        }
        for (end, area) in &drawing.loops {
            let (variable, _) = self.border_or_node(*end, true);
            add(Kind::Label, variable, self.now[variable], *area, 0);
        }
        for (cluster, area) in drawing.clusters.iter().enumerate() {
            let near = self.near(cluster);
            let line = |x| Area { least: [x, area.least[1]], most: [x, area.most[1]] };
            add(Kind::Near, near, area.least[0], line(area.least[0]), reach);
            add(Kind::Far, near + 1, area.most[0], line(area.most[0]), reach);
            let title = drawing.titles[cluster];
            if title.size(0) > 0 && title.size(1) > 0 {
                add(Kind::Title, near, area.least[0], title, 2);
            }
        }
        for strand in &self.strands.all {
            let x = self.strands.places[strand.line];
            let area = Area { least: [x, strand.range.0], most: [x, strand.range.1] };
            add(Kind::Line(strand.line), self.lines + strand.line, x, area, reach);
        }
        for (label, (variable, _)) in drawing.labels.iter().zip(&self.labels) {
            add(Kind::Label, *variable, self.now[*variable], label.area, 2);
        }
        self.things = things;
    }

    /// Sweeps across the drawing; whatever is beside each other anywhere keeps its distance.
    fn distances(&mut self) {
        let pairs = sweep::neighbours(&self.things);
        self.springs.reserve(pairs.len() + 2 * self.now.len());
        for (one, two) in pairs {
            self.distance(one, two);
        }
        // How far what moves with a variable reaches before and behind it.
        let mut reach = vec![None; self.now.len()];
        for thing in &self.things {
            let (from, to) = reach[thing.variable].unwrap_or((thing.from, thing.to));
            reach[thing.variable] = Some((thing.from.min(from), thing.to.max(to)));
        }
        for (variable, reach) in reach.into_iter().enumerate() {
            let Some((from, to)) = reach else { continue };
            self.keep(self.sheet, variable, -from, 0);
            self.keep(variable, self.sheet + 1, to, 0);
        }
    }

    fn distance(&mut self, one: usize, two: usize) {
        let (left, right) = (self.things[one], self.things[two]);
        if left.variable == right.variable || self.is_joined(left, right) {
            return;
        }
        let spacing = self.spacing;
        let gap = match (left.kind, right.kind) {
            (Kind::Line(_), Kind::Line(_)) => spacing.lanes,
            (Kind::Line(_), _) | (_, Kind::Line(_)) => spacing.lane_to_box,
            (Kind::Label | Kind::Title, _) | (_, Kind::Label | Kind::Title) => spacing.lanes,
            (Kind::Near, _) | (_, Kind::Far) => spacing.side,
            _ => spacing.boxes,
        };
        self.keep(left.variable, right.variable, left.to - right.from + gap, 0);
    }

    /// Whether two things touch because a line joins them.
    fn is_joined(&self, left: Thing, right: Thing) -> bool {
        match (left.kind, right.kind) {
            (Kind::Line(line), Kind::Node(node)) | (Kind::Node(node), Kind::Line(line)) => {
                self.strands.ends_at(line, node)
            }
            (Kind::Line(one), Kind::Line(two)) => {
                let apart = left.across.0.max(right.across.0) + 2 * (self.spacing.lanes / 2)
                    >= left.across.1.min(right.across.1);
                apart && self.strands.are_joined(one, two)
            }
            _ => false,
        }
    }

    /// Keeps a distance, or the one that there is now where that is smaller.
    fn keep(&mut self, tail: usize, head: usize, min: i32, weight: i32) {
        let now = self.now[head] - self.now[tail];
        self.springs.push(Spring { tail, head, min: min.min(now), weight });
    }

    fn attachments(&mut self) {
        let corner = self.spacing.corner;
        for (line, end) in &self.strands.ends {
            let (near, from) = self.border_or_node(*end, false);
            let (far, to) = self.border_or_node(*end, true);
            let line = self.lines + line;
            self.keep(near, line, from + corner, 0);
            self.keep(line, far, corner - to, 0);
        }
        for flat in &self.strands.flats {
            // A line along the axis keeps room for its arrowhead, and for a label over it.
            let ends = [flat.least, flat.most].map(|end| match end {
                Strand::Line(line) => (self.lines + line, 0),
                Strand::Box(end, is_far) => self.border_or_node(end, is_far),
            });
            let [(tail, from), (head, to)] = ends;
            if tail == head {
                continue;
            }
            let weight = if flat.touches_box() { 1 } else { self.strands.pull(flat) };
            if flat.touches_box() {
                self.keep(tail, head, self.spacing.arrive + from - to, weight);
            } else {
                self.align(tail, head, 0, weight);
            }
            if let Some(label) = flat.label {
                let (variable, offset) = self.labels[label];
                let size = self.drawing.labels[label].area.size(0);
                let room = self.spacing.label;
                if variable != tail && variable != head {
                    self.keep(tail, variable, from + room - offset, 0);
                    self.keep(variable, head, offset + size + room - to, 0);
                }
            }
        }
    }

    /// Wants `head` to be `offset` beyond `tail`.
    fn align(&mut self, tail: usize, head: usize, offset: i32, weight: i32) {
        self.aligned.push(Wish { one: tail, two: head, offset, weight });
    }

    fn wishes(&mut self) {
        for cluster in 0..self.drawing.clusters.len() {
            let near = self.near(cluster);
            let title = self.drawing.titles[cluster];
            let least = (title.size(0) + 2 * self.spacing.side).max(self.spacing.empty);
            self.keep(near, near + 1, least, NARROW);
        }
        self.keep(self.sheet, self.sheet + 1, 0, SHEET);
        for (line, end) in &self.strands.ends {
            if let End::Node(node) = end {
                let (variable, offset) = self.nodes[*node];
                let half = self.drawing.nodes[*node].size(0) / 2;
                self.align(variable, self.lines + line, offset + half, MIDDLE);
            }
        }
        let mut is_seen = vec![false; self.now.len()];
        for node in 0..self.nodes.len() {
            let (variable, _) = self.nodes[node];
            if std::mem::replace(&mut is_seen[variable], true) {
                continue;
            }
            let home = self.bonds.parents[node].map_or(self.sheet, |cluster| self.near(cluster));
            let offset = self.now[variable] - self.now[home];
            self.align(home, variable, offset, STAY);
        }
    }

    fn moved(&self, places: &[i32]) -> Drawing {
        let start = places[self.sheet];
        let at = |variable: usize| places[variable] - start;
        let mut drawing = self.drawing.clone();
        let shift = |area: &mut Area, least: i32| {
            let size = area.size(0);
            area.least[0] = least;
            area.most[0] = least + size;
        };
        for (node, area) in drawing.nodes.iter_mut().enumerate() {
            let (variable, offset) = self.nodes[node];
            shift(area, at(variable) + offset);
        }
        for cluster in 0..drawing.clusters.len() {
            let near = self.near(cluster);
            let offset = self.drawing.titles[cluster].least[0] - self.now[near];
            shift(&mut drawing.titles[cluster], at(near) + offset);
            drawing.clusters[cluster].least[0] = at(near);
            drawing.clusters[cluster].most[0] = at(near + 1);
        }
        for (label, (variable, offset)) in drawing.labels.iter_mut().zip(&self.labels) {
            shift(&mut label.area, at(*variable) + offset);
        }
        for (index, (end, area)) in drawing.loops.iter_mut().enumerate() {
            let (variable, _) = self.border_or_node(*end, true);
            let offset = self.drawing.loops[index].1.least[0] - self.now[variable];
            shift(area, at(variable) + offset);
        }
        for (edge, route) in drawing.routes.iter_mut().enumerate() {
            let (from, to) = self.bonds.ends[edge];
            if from == to {
                let (variable, _) = self.border_or_node(from, true);
                let by = at(variable) - self.now[variable];
                for corner in route.iter_mut() {
                    corner.0 += by;
                }
                continue;
            }
            for (at_corner, corner) in route.iter_mut().enumerate() {
                corner.0 = match self.strands.of_corner(edge, at_corner) {
                    Strand::Line(line) => at(self.lines + line),
                    Strand::Box(end, is_far) => {
                        let (variable, offset) = self.border_or_node(end, is_far);
                        at(variable) + offset
                    }
                };
            }
            super::route::simplify(route);
        }
        drawing
    }
}

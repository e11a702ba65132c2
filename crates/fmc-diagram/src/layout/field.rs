//! What a changed route would meet.
//!
//! All boxes, texts and routes of a drawing in a grid, so that a question about one line costs about as
//! much as the lines around it.

use super::drawing::{Area, Drawing};
use super::route::Corner;
use super::spacing::Spacing;
use crate::graph::End;
use std::cell::{OnceCell, RefCell};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Node(u32),
    Cluster(u32),
    /// A title or the label of an edge.
    Text,
    Line(u32),
}

/// A thing in one of the cells that it reaches into.
#[derive(Debug, Clone, Copy)]
struct Entry {
    area: Area,
    thing: Thing,
    /// Its number: a thing is in many cells.
    number: u32,
}

/// A drawing that can be asked.
pub(super) struct Field<'a> {
    company: Company<'a>,
    spacing: &'a Spacing,
    origin: Corner,
    cell: i32,
    columns: i32,
    rows: i32,
    cells: Vec<Vec<Entry>>,
    /// How many things were put in.
    count: u32,
    routes: Vec<Vec<Corner>>,
    /// The turn in which each thing was met last, and how many turns there were.
    seen: RefCell<(Vec<u32>, u32)>,
}

/// A route that another one may replace, with what its parts meet, once that is asked.
pub(super) struct Survey<'r> {
    edge: usize,
    route: &'r [Corner],
    parts: OnceCell<Option<Vec<Part>>>,
}

impl<'r> Survey<'r> {
    /// Nothing is asked yet.
    pub(super) fn new(edge: usize, route: &'r [Corner]) -> Self {
        Self { edge, route, parts: OnceCell::new() }
    }
}

/// A part of a route: its first and its last corner, and whether it is at either end.
type Stretch = ([Corner; 2], [bool; 2]);

/// What one part of a route meets.
struct Part {
    stretch: Stretch,
    crossings: i32,
    /// The lines of its own ends that it crosses, unless both run together for a while.
    joints: Vec<u32>,
}

impl<'a> Field<'a> {
    pub(super) fn new(drawing: &Drawing, company: Company<'a>, spacing: &'a Spacing) -> Self {
        let all = || drawing.nodes.iter().chain(&drawing.clusters);
        let corners = || drawing.routes.iter().flatten();
        let least = |axis: usize| {
            let corner = |it: &Corner| if axis == 0 { it.0 } else { it.1 };
            all().map(|it| it.least[axis]).chain(corners().map(corner)).min().unwrap_or(0)
        };
        let most = |axis: usize| {
            let corner = |it: &Corner| if axis == 0 { it.0 } else { it.1 };
            all().map(|it| it.most[axis]).chain(corners().map(corner)).max().unwrap_or(0)
        };
        let (left, top, right, bottom) = (least(0), least(1), most(0), most(1));
        let cell = (spacing.lanes * 16).max(4);
        let (columns, rows) = ((right - left) / cell + 1, (bottom - top) / cell + 1);
        let mut it = Self {
            company,
            spacing,
            origin: (left, top),
            cell,
            columns,
            rows,
            cells: vec![Vec::new(); (columns * rows) as usize],
            count: 0,
            routes: vec![Vec::new(); drawing.routes.len()],
            seen: RefCell::default(),
        };
        for (node, area) in drawing.nodes.iter().enumerate() {
            it.insert(Thing::Node(node as u32), *area);
        }
        for (cluster, area) in drawing.clusters.iter().enumerate() {
            it.insert(Thing::Cluster(cluster as u32), *area);
        }
        let labels = drawing.labels.iter().map(|label| label.area);
        let texts = drawing.titles.iter().copied().filter(|it| it.size(0) > 0).chain(labels);
        for area in texts.chain(drawing.loops.iter().map(|(_, area)| *area)) {
            it.insert(Thing::Text, area);
        }
        for (edge, route) in drawing.routes.iter().enumerate() {
            it.draw(edge, route);
        }
        it
    }

    fn range(&self, area: &Area) -> (i32, i32, i32, i32) {
        let column = |x: i32| ((x - self.origin.0) / self.cell).clamp(0, self.columns - 1);
        let row = |y: i32| ((y - self.origin.1) / self.cell).clamp(0, self.rows - 1);
        (column(area.least[0]), column(area.most[0]), row(area.least[1]), row(area.most[1]))
    }

    fn insert(&mut self, thing: Thing, area: Area) {
        let entry = Entry { area, thing, number: self.count };
        self.count += 1;
        let (left, right, top, bottom) = self.range(&area);
        // A line that gets into a foreign cluster, or runs along the border of its own, meets that border.
        let is_hollow = matches!(thing, Thing::Cluster(_));
        for row in top..=bottom {
            let is_border = !is_hollow || row == top || row == bottom;
            let step = if is_border { 1 } else { (right - left).max(1) };
            let mut column = left;
            while column <= right {
                self.cells[(row * self.columns + column) as usize].push(entry);
                column += step;
            }
        }
    }

    /// Draws the route of an edge anew.
    pub(super) fn draw(&mut self, edge: usize, route: &[Corner]) {
        let thing = Thing::Line(edge as u32);
        let old = std::mem::replace(&mut self.routes[edge], route.to_vec());
        let areas = |route: &[Corner]| -> Vec<Area> {
            route.windows(2).map(|pair| between(pair[0], pair[1])).collect()
        };
        // Most of it stays.
        let (old, new) = (areas(&old), areas(route));
        for area in old.iter().filter(|area| !new.contains(area)) {
            let (left, right, top, bottom) = self.range(area);
            for row in top..=bottom {
                let start = (row * self.columns + left) as usize;
                for cell in &mut self.cells[start..=start + (right - left) as usize] {
                    cell.retain(|entry| entry.thing != thing || entry.area != *area);
                }
            }
        }
        for area in new.into_iter().filter(|area| !old.contains(area)) {
            self.insert(thing, area);
        }
    }

    /// What is in this area, each once, until one says that it is enough.
    fn around(&self, area: Area, mut each: impl FnMut(&Entry) -> bool) -> bool {
        let mut seen = self.seen.borrow_mut();
        let (marks, turn) = &mut *seen;
        marks.resize(self.count as usize, 0);
        *turn += 1;
        let (left, right, top, bottom) = self.range(&area);
        for row in top..=bottom {
            let start = (row * self.columns + left) as usize;
            for cell in &self.cells[start..=start + (right - left) as usize] {
                for entry in cell.iter().filter(|entry| touch(&entry.area, &area)) {
                    let mark = &mut marks[entry.number as usize];
                    if std::mem::replace(mark, *turn) != *turn && !each(entry) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// What the parts of a known route meet; `None` where it may not run.
    fn parts<'k>(&self, known: &'k Survey<'_>) -> Option<&'k [Part]> {
        let part = |it| self.part(known.edge, it);
        known.parts.get_or_init(|| stretches(known.route).map(part).collect()).as_deref()
    }

    /// How many foreign lines a known route crosses; `None` where it may not run.
    pub(super) fn crossed(&self, known: &Survey<'_>) -> Option<i32> {
        let parts = self.parts(known)?;
        Some(parts.iter().map(|part| self.crossed_by(known.route, part)).sum())
    }

    /// Whether a route of this edge may run where it does.
    pub(super) fn is_free(&self, edge: usize, route: &[Corner]) -> bool {
        stretches(route).all(|it| self.part(edge, it).is_some())
    }

    /// How many foreign lines a route would cross in the place of a known one; `None` where it may not run.
    /// What both have in common is asked only once it may.
    pub(super) fn crossings(&self, route: &[Corner], known: &Survey<'_>) -> Option<i32> {
        let is_new = |it: &Stretch| !stretches(known.route).any(|other| other == *it);
        let mut crossings = 0;
        for stretch in stretches(route).filter(is_new) {
            crossings += self.crossed_by(route, &self.part(known.edge, stretch)?);
        }
        let Some(parts) = self.parts(known) else {
            // Where the known route may not run, its parts are asked one by one.
            for stretch in stretches(route).filter(|it| !is_new(it)) {
                crossings += self.crossed_by(route, &self.part(known.edge, stretch)?);
            }
            return Some(crossings);
        };
        for stretch in stretches(route) {
            let part = parts.iter().find(|part| part.stretch == stretch);
            crossings += part.map_or(0, |part| self.crossed_by(route, part));
        }
        Some(crossings)
    }

    /// How many lines a part of a route crosses. Two lines of one end that run together for a while fork;
    /// others cross.
    fn crossed_by(&self, route: &[Corner], part: &Part) -> i32 {
        let cross = |other: &&u32| together(route, &self.routes[**other as usize]) < 6;
        part.crossings + part.joints.iter().filter(cross).count() as i32
    }

    /// What a part of a route meets; `None` where it may not run.
    fn part(&self, edge: usize, stretch: Stretch) -> Option<Part> {
        let ([from, to], is_terminal) = stretch;
        let line = between(from, to);
        let clear = self.spacing.lanes;
        let grown = Area {
            least: [line.least[0] - clear, line.least[1] - clear],
            most: [line.most[0] + clear, line.most[1] + clear],
        };
        let mut part = Part { stretch, crossings: 0, joints: Vec::new() };
        let is_free =
            self.around(grown, |entry| match self.meets(edge, line, is_terminal, entry) {
                Meeting::Nothing => true,
                Meeting::Joint(other) => {
                    part.joints.push(other as u32);
                    true
                }
                Meeting::Crossing => {
                    part.crossings += 1;
                    true
                }
                Meeting::Collision => false,
            });
        is_free.then_some(part)
    }

    fn meets(&self, edge: usize, part: Area, is_terminal: [bool; 2], entry: &Entry) -> Meeting {
        let (from, to) = self.company.ends[edge];
        let collides = |hit: bool| if hit { Meeting::Collision } else { Meeting::Nothing };
        let near_box = self.spacing.lane_to_box * 2 / 3;
        match entry.thing {
            Thing::Node(node) => {
                let node = node as usize;
                let own = (is_terminal[0] && from == End::Node(node))
                    || (is_terminal[1] && to == End::Node(node));
                collides(part.meets(&entry.area, if own { 0 } else { near_box }))
            }
            Thing::Cluster(cluster) => {
                let cluster = cluster as usize;
                let own = (is_terminal[0] && from == End::Cluster(cluster))
                    || (is_terminal[1] && to == End::Cluster(cluster));
                if own {
                    return Meeting::Nothing;
                }
                if self.company.around[edge].binary_search(&cluster).is_ok() {
                    return collides(along_border(part, entry.area, near_box));
                }
                collides(part.meets(&entry.area, near_box))
            }
            Thing::Text => collides(part.meets(&entry.area, 3)),
            Thing::Line(other) if other as usize == edge => Meeting::Nothing,
            Thing::Line(other) => self.meets_line(edge, part, other as usize, entry.area),
        }
    }

    fn meets_line(&self, edge: usize, part: Area, other: usize, line: Area) -> Meeting {
        let (a, b) = self.company.ends[edge];
        let (c, d) = self.company.ends[other];
        let share = a == c || a == d || b == c || b == d;
        let may_join = share && self.company.looks[edge] == self.company.looks[other];
        let axis = usize::from(part.size(0) == 0);
        let line_axis = usize::from(line.size(0) == 0);
        if axis == line_axis {
            let beside = (part.least[1 - axis] - line.least[1 - axis]).abs();
            let overlap =
                part.most[axis].min(line.most[axis]) - part.least[axis].max(line.least[axis]);
            let clear = self.spacing.lanes;
            if beside >= clear || overlap <= -clear.min(6) {
                return Meeting::Nothing;
            }
            if may_join && beside == 0 {
                return Meeting::Nothing;
            }
            // The ends of two parts may come near each other where the lines join there anyway.
            return if may_join && overlap <= 0 { Meeting::Nothing } else { Meeting::Collision };
        }
        // The point where both would meet, and how far inside of both it lies.
        let inside =
            |area: Area, axis: usize, at: i32| (at - area.least[axis]).min(area.most[axis] - at);
        let depth = inside(part, axis, line.least[axis]).min(inside(
            line,
            line_axis,
            part.least[line_axis],
        ));
        let touch = self.spacing.lanes / 2;
        if depth > touch {
            return if share { Meeting::Joint(other) } else { Meeting::Crossing };
        }
        if depth < -touch || may_join { Meeting::Nothing } else { Meeting::Collision }
    }
}

enum Meeting {
    Nothing,
    /// A crossing with a line that shares an end.
    Joint(usize),
    Crossing,
    Collision,
}

/// The parts of a route.
fn stretches(route: &[Corner]) -> impl Iterator<Item = Stretch> {
    let last = route.len().saturating_sub(2);
    let stretch = move |(at, pair): (usize, &[Corner])| ([pair[0], pair[1]], [at == 0, at == last]);
    route.windows(2).enumerate().map(stretch)
}

/// How far two routes lie on each other.
fn together(one: &[Corner], two: &[Corner]) -> i32 {
    let mut long = 0;
    for pair in one.windows(2) {
        let part = between(pair[0], pair[1]);
        let axis = usize::from(part.size(0) == 0);
        for other in two.windows(2) {
            let line = between(other[0], other[1]);
            if line.size(1 - axis) == 0 && line.least[1 - axis] == part.least[1 - axis] {
                let overlap =
                    part.most[axis].min(line.most[axis]) - part.least[axis].max(line.least[axis]);
                long += overlap.max(0);
            }
        }
    }
    long
}

/// Whether two areas have something in common, be it a border.
fn touch(one: &Area, two: &Area) -> bool {
    one.least[0] <= two.most[0]
        && two.least[0] <= one.most[0]
        && one.least[1] <= two.most[1]
        && two.least[1] <= one.most[1]
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

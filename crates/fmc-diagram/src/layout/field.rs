//! What a changed route would meet.
//!
//! All boxes, texts and routes of a drawing in a grid, so that a question about one line costs about as
//! much as the lines around it.

use super::drawing::{Area, Drawing};
use super::route::Corner;
use super::spacing::Spacing;
use crate::graph::End;

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
    Node(usize),
    Cluster(usize),
    /// A title or the label of an edge.
    Text,
    Line(usize),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    thing: Thing,
    area: Area,
    alive: bool,
}

/// A drawing that can be asked.
pub(super) struct Field<'a> {
    company: Company<'a>,
    spacing: &'a Spacing,
    origin: Corner,
    cell: i32,
    columns: i32,
    rows: i32,
    entries: Vec<Entry>,
    cells: Vec<Vec<u32>>,
    /// The entries of each route.
    lines: Vec<Vec<u32>>,
    routes: Vec<Vec<Corner>>,
    seen: std::cell::RefCell<(Vec<u32>, u32)>,
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
        let cell = (spacing.lanes * 10).max(4);
        let (columns, rows) = ((right - left) / cell + 1, (bottom - top) / cell + 1);
        let mut it = Self {
            company,
            spacing,
            origin: (left, top),
            cell,
            columns,
            rows,
            entries: Vec::new(),
            cells: vec![Vec::new(); (columns * rows) as usize],
            lines: vec![Vec::new(); drawing.routes.len()],
            routes: vec![Vec::new(); drawing.routes.len()],
            seen: std::cell::RefCell::default(),
        };
        for (node, area) in drawing.nodes.iter().enumerate() {
            it.insert(Thing::Node(node), *area);
        }
        for (cluster, area) in drawing.clusters.iter().enumerate() {
            it.insert(Thing::Cluster(cluster), *area);
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

    fn insert(&mut self, thing: Thing, area: Area) -> u32 {
        let index = self.entries.len() as u32;
        self.entries.push(Entry { thing, area, alive: true });
        let (left, right, top, bottom) = self.range(&area);
        for row in top..=bottom {
            for column in left..=right {
                self.cells[(row * self.columns + column) as usize].push(index);
            }
        }
        index
    }

    /// Draws the route of an edge anew.
    pub(super) fn draw(&mut self, edge: usize, route: &[Corner]) {
        for entry in std::mem::take(&mut self.lines[edge]) {
            self.entries[entry as usize].alive = false;
        }
        self.routes[edge] = route.to_vec();
        for pair in route.windows(2) {
            let entry = self.insert(Thing::Line(edge), between(pair[0], pair[1]));
            self.lines[edge].push(entry);
        }
    }

    /// What is in these cells, each once.
    fn around(&self, area: Area, mut each: impl FnMut(&Entry) -> bool) -> bool {
        let mut seen = self.seen.borrow_mut();
        let (marks, turn) = &mut *seen;
        marks.resize(self.entries.len(), 0);
        *turn += 1;
        let (left, right, top, bottom) = self.range(&area);
        for row in top..=bottom {
            for column in left..=right {
                for index in &self.cells[(row * self.columns + column) as usize] {
                    let mark = &mut marks[*index as usize];
                    if *mark == *turn {
                        continue;
                    }
                    *mark = *turn;
                    let entry = &self.entries[*index as usize];
                    if entry.alive && !each(entry) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// How many foreign lines a route of this edge would cross; `None` where it may not run.
    pub(super) fn crossings(&self, edge: usize, route: &[Corner]) -> Option<i32> {
        let mut crossings = 0;
        for (at, pair) in route.windows(2).enumerate() {
            let is_terminal = [at == 0, at + 2 == route.len()];
            let part = between(pair[0], pair[1]);
            let clear = self.spacing.lanes;
            let grown = Area {
                least: [part.least[0] - clear, part.least[1] - clear],
                most: [part.most[0] + clear, part.most[1] + clear],
            };
            let free =
                self.around(grown, |entry| match self.meets(edge, part, is_terminal, entry) {
                    Meeting::Nothing => true,
                    Meeting::Joint(other) => {
                        // Two lines of one end that run together for a while fork; others cross.
                        crossings += i32::from(together(route, &self.routes[other]) < 6);
                        true
                    }
                    Meeting::Crossing => {
                        crossings += 1;
                        true
                    }
                    Meeting::Collision => false,
                });
            if !free {
                return None;
            }
        }
        Some(crossings)
    }

    fn meets(&self, edge: usize, part: Area, is_terminal: [bool; 2], entry: &Entry) -> Meeting {
        let (from, to) = self.company.ends[edge];
        let collides = |hit: bool| if hit { Meeting::Collision } else { Meeting::Nothing };
        let near_box = self.spacing.lane_to_box * 2 / 3;
        match entry.thing {
            Thing::Node(node) => {
                let own = (is_terminal[0] && from == End::Node(node))
                    || (is_terminal[1] && to == End::Node(node));
                collides(part.meets(&entry.area, if own { 0 } else { near_box }))
            }
            Thing::Cluster(cluster) => {
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
            Thing::Line(other) if other == edge => Meeting::Nothing,
            Thing::Line(other) => self.meets_line(edge, part, other, entry.area),
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

//! The straight parts of all routes along one axis, so that what a further part meets is found by
//! looking at little else.
//!
//! They are kept twice. In cells: what crosses a part lies in one row of these, or two. And by their places
//! across the axis alone: what runs beside a part, however long both are, is in two or three shelves.

use super::drawing::Area;

/// A part of a route along the axis of its strips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it is across the axis.
    pub(super) place: i32,
    /// From where to where it reaches along the axis.
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) edge: u32,
}

/// All lines along one axis.
pub(super) struct Strips {
    along: Scale,
    across: Scale,
    shelf: Scale,
    /// The lines that reach into each cell: strip by strip, and in these by their places.
    cells: Lists,
    /// The lines at each range of places.
    shelves: Lists,
}

/// How long and how wide a cell is and how wide a shelf, as powers of two of a line's distance to another.
/// Cells are wide, for the lines that are asked about are long.
const LONG: u32 = 5;
const WIDE: u32 = 6;
const SHELF: u32 = 1;

impl Strips {
    /// These lines, which lie in this area and mostly keep such a distance.
    pub(super) fn of(lines: &[Line], area: Area, axis: usize, lanes: i32) -> Self {
        let lanes = lanes.max(1).ilog2();
        let along = Scale::new(area, axis, lanes + LONG);
        let across = Scale::new(area, 1 - axis, lanes + WIDE);
        let shelf = Scale::new(area, 1 - axis, lanes + SHELF);
        let in_cells = |line: Line| cells_of(along, across, line);
        let in_shelf = |line: Line| std::iter::once(shelf.at(line.place));
        let cells = Lists::of(lines, along.count * across.count, in_cells);
        Self { along, across, shelf, cells, shelves: Lists::of(lines, shelf.count, in_shelf) }
    }

    /// The cells that a line is in.
    fn cells_of(&self, line: Line) -> impl Iterator<Item = usize> + use<> {
        cells_of(self.along, self.across, line)
    }

    /// Adds a line.
    pub(super) fn insert(&mut self, line: Line) {
        for cell in self.cells_of(line) {
            self.cells.push(cell, line);
        }
        self.shelves.push(self.shelf.at(line.place), line);
    }

    /// Takes out a line that was inserted.
    pub(super) fn remove(&mut self, line: Line) {
        for cell in self.cells_of(line) {
            self.cells.remove(cell, line);
        }
        self.shelves.remove(self.shelf.at(line.place), line);
    }

    /// Shows the lines at these places that reach to somewhere between `from` and `to`, each once, until
    /// one is refused. Whether none was.
    pub(super) fn crossing(
        &self,
        places: (i32, i32),
        (from, to): (i32, i32),
        mut each: impl FnMut(&Line) -> bool,
    ) -> bool {
        let (first, last) = (self.along.at(from), self.along.at(to));
        let (left, right) = (self.across.at(places.0), self.across.at(places.1));
        for strip in first..=last {
            // What reaches in from the strip before was met there.
            let start = if strip == first { i32::MIN } else { self.along.start(strip) };
            let row = strip * self.across.count;
            for cell in row + left..=row + right {
                for line in self.cells.at(cell) {
                    if line.from <= to
                        && line.to >= from
                        && line.place >= places.0
                        && line.place <= places.1
                        && line.from >= start
                        && !each(line)
                    {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Whether one of the lines less than `clear` beside a place is what is looked for.
    pub(super) fn beside(&self, place: i32, clear: i32, is_it: impl Fn(&Line) -> bool) -> bool {
        let mut shelves = self.shelf.at(place - clear)..=self.shelf.at(place + clear);
        shelves.any(|shelf| {
            let mut lines = self.shelves.at(shelf).iter();
            lines.any(|it| (it.place - place).abs() < clear && is_it(it))
        })
    }
}

/// The cells that a line is in.
fn cells_of(along: Scale, across: Scale, line: Line) -> impl Iterator<Item = usize> {
    let column = across.at(line.place);
    (along.at(line.from)..=along.at(line.to)).map(move |row| row * across.count + column)
}

/// Equal parts of a range; what is outside belongs to the outermost ones.
#[derive(Clone, Copy)]
struct Scale {
    origin: i32,
    /// How long a part is, as a power of two.
    step: u32,
    count: usize,
}

impl Scale {
    fn new(area: Area, axis: usize, step: u32) -> Self {
        let count = (area.size(axis).max(0) >> step) as usize + 1;
        Self { origin: area.least[axis], step, count }
    }

    fn at(self, place: i32) -> usize {
        (((place - self.origin).max(0) >> self.step) as usize).min(self.count - 1)
    }

    fn start(self, part: usize) -> i32 {
        self.origin + ((part as i32) << self.step)
    }
}

/// Many short lists of lines in one.
struct Lists {
    /// Where each list begins, how long it is, and for how many there is room.
    spans: Vec<Span>,
    all: Vec<Line>,
}

#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    len: u32,
    room: u32,
}

impl Lists {
    /// So many lists, and these lines in those that they belong to.
    fn of<I: Iterator<Item = usize>>(
        lines: &[Line],
        count: usize,
        lists: impl Fn(Line) -> I,
    ) -> Self {
        let mut spans = vec![Span::default(); count];
        for list in lines.iter().flat_map(|it| lists(*it)) {
            spans[list].room += 1;
        }
        let mut sum = 0;
        for it in &mut spans {
            it.start = sum;
            sum += it.room;
        }
        // With room for lists that get longer.
        let mut all = Vec::with_capacity(2 * sum as usize);
        all.resize(sum as usize, Line { place: 0, from: 0, to: 0, edge: 0 });
        for line in lines {
            for list in lists(*line) {
                let it = &mut spans[list];
                all[(it.start + it.len) as usize] = *line;
                it.len += 1;
            }
        }
        Self { spans, all }
    }

    fn at(&self, list: usize) -> &[Line] {
        let Span { start, len, .. } = self.spans[list];
        &self.all[start as usize..(start + len) as usize]
    }

    fn push(&mut self, list: usize, line: Line) {
        let span = &mut self.spans[list];
        if span.len == span.room {
            // A list that is full goes on behind all others.
            let (from, len) = (span.start as usize, span.len as usize);
            span.start = self.all.len() as u32;
            span.room = (2 * span.room).max(4);
            self.all.extend_from_within(from..from + len);
            self.all.resize((span.start + span.room) as usize, line);
        }
        self.all[(span.start + span.len) as usize] = line;
        span.len += 1;
    }

    fn remove(&mut self, list: usize, line: Line) {
        let span = &mut self.spans[list];
        let own = &mut self.all[span.start as usize..(span.start + span.len) as usize];
        if let Some(at) = own.iter().position(|it| *it == line) {
            own.swap(at, own.len() - 1);
            span.len -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strips(lines: &[Line]) -> Strips {
        // Half of them are there from the beginning.
        let (first, second) = lines.split_at(lines.len() / 2);
        let mut it = Strips::of(first, Area::new(0, 0, 500, 300), 0, 9);
        for line in second {
            it.insert(*line);
        }
        it
    }

    fn crossing(it: &Strips, places: (i32, i32), range: (i32, i32)) -> Vec<u32> {
        let mut met = Vec::new();
        assert!(it.crossing(places, range, |line| {
            met.push(line.edge);
            true
        }));
        met.sort_unstable();
        met
    }

    #[test]
    fn a_line_through_several_strips_is_met_once() {
        let long = Line { place: 50, from: 10, to: 480, edge: 0 };
        let behind = Line { place: 250, from: 10, to: 480, edge: 1 };
        let short = Line { place: 60, from: 120, to: 130, edge: 2 };
        let it = strips(&[short, long, behind]);
        assert_eq!(crossing(&it, (40, 70), (96, 104)), [0]);
        assert_eq!(crossing(&it, (40, 70), (96, 121)), [0, 2]);
        assert_eq!(crossing(&it, (40, 70), (481, 490)), [0_u32; 0]);
        assert!(!it.crossing((40, 70), (96, 121), |line| line.edge == 0));
    }

    #[test]
    fn what_was_taken_out_is_not_met_any_more() {
        let (one, two) = (
            Line { place: 50, from: -20, to: 900, edge: 0 },
            Line { place: 55, from: 20, to: 90, edge: 1 },
        );
        let mut it = strips(&[two, one]);
        assert!(it.beside(52, 4, |line| *line == one) && it.beside(52, 4, |line| *line == two));
        it.remove(one);
        assert!(!it.beside(52, 4, |line| *line == one) && it.beside(52, 4, |line| *line == two));
        assert_eq!(crossing(&it, (0, 300), (-50, 950)), [1]);
        // Those that were there from the beginning go as well.
        it.remove(two);
        assert_eq!(crossing(&it, (0, 300), (-50, 950)), [0_u32; 0]);
    }
}

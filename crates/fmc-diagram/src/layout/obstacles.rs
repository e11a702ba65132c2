//! What stands in the way of a line and does not move: boxes and texts.

use super::drawing::{Area, Drawing};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Node(u32),
    Cluster(u32),
    /// A title, the label of an edge, or a loop.
    Text,
}

/// A thing in one of the cells that it reaches into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Obstacle {
    pub(super) area: Area,
    pub(super) thing: Thing,
}

/// All obstacles of a drawing in square cells. They are there twice, by rows and by columns of cells, so
/// that those along a line stand one behind the other whichever way it runs.
pub(super) struct Obstacles {
    area: Area,
    /// How long a cell is each way, as a power of two.
    step: u32,
    /// How many cells there are along each axis.
    cells: [usize; 2],
    /// By the axis along which the cells follow each other: where those in each cell begin, and all.
    lists: [(Vec<u32>, Vec<Obstacle>); 2],
}

impl Obstacles {
    pub(super) fn of(drawing: &Drawing, area: Area, cell: i32) -> Self {
        let step = cell.max(1).ilog2();
        let mut it = Self { area, step, cells: [0; 2], lists: Default::default() };
        it.cells = [it.cell(0, area.most[0]) + 1, it.cell(1, area.most[1]) + 1];
        let nodes = drawing.nodes.iter().enumerate();
        let nodes = nodes.map(|(node, area)| (Thing::Node(node as u32), *area));
        let clusters = drawing.clusters.iter().enumerate();
        let clusters = clusters.map(|(cluster, area)| (Thing::Cluster(cluster as u32), *area));
        let texts = drawing.titles.iter().copied().filter(|it| it.size(0) > 0);
        let texts = texts.chain(drawing.labels.iter().map(|label| label.area));
        let texts = texts.chain(drawing.loops.iter().map(|(_, area)| *area));
        let texts = texts.map(|area| (Thing::Text, area));
        let all: Vec<Obstacle> = nodes
            .chain(clusters)
            .chain(texts)
            .map(|(thing, area)| Obstacle { area, thing })
            .collect();
        it.lists = [0, 1].map(|axis| it.list(&all, axis));
        it
    }

    /// Which cell along an axis a place lies in; what is outside belongs to the outermost ones.
    fn cell(&self, axis: usize, at: i32) -> usize {
        let at = (at - self.area.least[axis]).clamp(0, self.area.size(axis).max(0));
        (at >> self.step) as usize
    }

    /// The obstacles of each cell, cells beside each other along this axis one behind the other.
    fn list(&self, all: &[Obstacle], axis: usize) -> (Vec<u32>, Vec<Obstacle>) {
        let long = self.cells[axis];
        let each = |it: &Obstacle, put: &mut dyn FnMut(usize)| {
            let range = [0, 1].map(|axis| {
                (self.cell(axis, it.area.least[axis]), self.cell(axis, it.area.most[axis]))
            });
            let ((left, right), (top, bottom)) = (range[axis], range[1 - axis]);
            // A line that gets into a foreign cluster, or runs along the border of its own, meets that
            // border.
            let is_hollow = matches!(it.thing, Thing::Cluster(_));
            for row in top..=bottom {
                let is_border = !is_hollow || row == top || row == bottom;
                let step = if is_border { 1 } else { (right - left).max(1) };
                (left..=right).step_by(step).for_each(|column| put(row * long + column));
            }
        };
        let mut starts = vec![0_u32; long * self.cells[1 - axis] + 1];
        for it in all {
            each(it, &mut |cell| starts[cell] += 1);
        }
        let mut sum = 0;
        for it in &mut starts {
            sum += *it;
            *it = sum;
        }
        let Some(any) = all.first() else { return (starts, Vec::new()) };
        let mut list = vec![*any; sum as usize];
        for it in all {
            each(it, &mut |cell| {
                starts[cell] -= 1;
                list[starts[cell] as usize] = *it;
            });
        }
        (starts, list)
    }

    /// Whether one of those in an area, which is narrow across this axis, is what is looked for. Some are
    /// seen more than once.
    pub(super) fn any(&self, area: Area, axis: usize, is_it: impl Fn(&Obstacle) -> bool) -> bool {
        let long = self.cells[axis];
        let (starts, list) = &self.lists[axis];
        let first = self.cell(axis, area.least[axis]);
        let last = self.cell(axis, area.most[axis]);
        let rows =
            self.cell(1 - axis, area.least[1 - axis])..=self.cell(1 - axis, area.most[1 - axis]);
        for row in rows {
            let from = starts[row * long + first] as usize;
            let to = starts[row * long + last + 1] as usize;
            if list[from..to].iter().any(|it| touch(&it.area, &area) && is_it(it)) {
                return true;
            }
        }
        false
    }
}

/// Whether two areas have something in common, be it a border.
fn touch(one: &Area, two: &Area) -> bool {
    one.least[0] <= two.most[0]
        && two.least[0] <= one.most[0]
        && one.least[1] <= two.most[1]
        && two.least[1] <= one.most[1]
}

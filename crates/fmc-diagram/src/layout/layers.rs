// Long because: the flat lists and all that reads them must agree on their numbering.
//! A plan in flat lists, for the search of an order: what never changes stands apart from the order,
//! which is two lists of numbers.

use super::plan::{Channel, LOWER, Link, Plan, Slot, Spot, Turn, UPPER, Way};
use super::tree::{Item, SHEET};
use std::ops::Range;

/// An order of all blocks in their rows and of all ports on their sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    blocks: Vec<u32>,
    pub(super) ports: Vec<u32>,
}

/// What is above or below a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Row(usize),
    /// The ports of a cluster, seen from its inside.
    Border(usize),
}

/// What never changes while an order is looked for. Containers, rows, channels, blocks, slots and
/// elements are numbers; item `n` is node `n`, or cluster `n - nodes`.
#[derive(Debug)]
pub(super) struct Layers {
    nodes: usize,
    /// The rows of each container. It has a channel more than rows, so channel `b` of container `c` has
    /// the number of its first row plus `c` plus `b`.
    rows: Vec<Range<usize>>,
    container_of: Vec<usize>,
    /// The blocks of each row, as a range of an order's list, and the slots of each block.
    blocks: Vec<Range<usize>>,
    slots: Vec<Range<usize>>,
    /// An element that passes, or an item behind [`ITEM`].
    slot: Vec<u32>,
    /// The ports of each item on both sides, as a range of an order's list.
    ports: Vec<Range<usize>>,
    /// The links of each element upwards and downwards: where its range starts, and the other elements
    /// with their weights.
    wires: [Wires; 2],
    /// The turns, in the order of their channels.
    turns: Vec<(usize, [u32; 2])>,
    /// The other end of the turn at each element, if there is one.
    turns_to: Vec<u32>,
    /// The rows from which lines start that run level.
    pub(super) turned: Vec<usize>,
    /// What is above and what is below each channel.
    beside: Vec<[Beside; 2]>,
    /// Where each element stands above the channel under it, and below the one over it.
    place: [Vec<u32>; 2],
    /// Scratch of [`Self::crossings`].
    list: Vec<u32>,
    lines: Vec<(u32, u32, i64)>,
    counts: Vec<i64>,
    spans: Vec<(u32, u32)>,
}

/// The links of every element on one side: where the range of each starts, and the other elements with the
/// weights of the links.
type Wires = (Vec<u32>, Vec<(u32, i32)>);

const ITEM: u32 = 1 << 31;
const NONE: u32 = u32::MAX;
/// Towards what is above, as an index; the same as the upper side of a box.
const UP: usize = UPPER;
const DOWN: usize = LOWER;

impl Layers {
    /// Takes a plan apart.
    pub(super) fn of(plan: &Plan) -> (Self, Order) {
        let nodes = plan.node_ports.len();
        let mut order = Order { blocks: Vec::new(), ports: Vec::new() };
        let mut it = Self {
            nodes,
            rows: Vec::new(),
            container_of: Vec::new(),
            blocks: Vec::new(),
            slots: Vec::new(),
            slot: Vec::new(),
            ports: Vec::new(),
            wires: [UP, DOWN].map(|side| wires(plan, side)),
            turns: Vec::new(),
            turns_to: vec![NONE; plan.elements.len()],
            turned: Vec::new(),
            beside: Vec::new(),
            place: [UP, DOWN].map(|_| vec![0; plan.elements.len()]),
            list: Vec::new(),
            lines: Vec::new(),
            counts: Vec::new(),
            spans: Vec::new(),
        };
        let mut behind = vec![false; nodes + plan.cluster_ports.len()];
        for item in plan.follows.values() {
            behind[it.number_of(*item)] = true;
        }
        for (container, rows) in plan.rows.iter().enumerate() {
            let first = it.blocks.len();
            for row in rows {
                let start = order.blocks.len();
                for slot in row {
                    let from = it.slot.len();
                    match slot {
                        Slot::Pass(element) => it.slot.push(*element as u32),
                        Slot::Item(item) if behind[it.number_of(*item)] => continue,
                        Slot::Item(item) => {
                            // What must stand together is one block.
                            let mut next = Some(item);
                            while let Some(item) = next {
                                let number = it.number_of(*item) as u32;
                                it.slot.push(ITEM | number);
                                next = plan.follows.get(item);
                            }
                        }
                    }
                    order.blocks.push(it.slots.len() as u32);
                    it.slots.push(from..it.slot.len());
                }
                it.blocks.push(start..order.blocks.len());
                it.container_of.push(container);
            }
            it.rows.push(first..it.blocks.len());
        }
        for [upper, lower] in plan.node_ports.iter().chain(&plan.cluster_ports) {
            for list in [upper, lower] {
                let start = order.ports.len();
                order.ports.extend(list.iter().map(|element| *element as u32));
                it.ports.push(start..order.ports.len());
            }
        }
        for container in 0..it.rows.len() {
            let rows = it.rows[container].clone();
            let outside = it.border(container).map_or(Beside::Nothing, Beside::Border);
            for before in rows.start..=rows.end {
                let above = if before > rows.start { Beside::Row(before - 1) } else { outside };
                let below = if before < rows.end { Beside::Row(before) } else { outside };
                it.beside.push([above, below]);
            }
        }
        let turn = |turn: &Turn| (it.channel(turn.channel), turn.ends.map(|end| end as u32));
        it.turns = plan.turns.iter().map(turn).collect();
        it.turns.sort_by_key(|it| it.0);
        it.turned = it.turned_rows(plan);
        for (_, [one, two]) in &it.turns {
            it.turns_to[*one as usize] = *two;
            it.turns_to[*two as usize] = *one;
        }
        (it, order)
    }

    fn turned_rows(&self, plan: &Plan) -> Vec<usize> {
        let mut row_of = vec![0; self.ports.len() / 2];
        for row in 0..self.rows() {
            for item in self.slots_of_row(row).filter_map(|slot| self.item(slot)) {
                row_of[item] = row;
            }
        }
        let mut rows = Vec::new();
        for way in &plan.ways {
            let Way::Turn { start, end } = way else { continue };
            for element in start.iter().chain(end) {
                match plan.elements[*element].spot {
                    Spot::Bottom(item) => rows.push(row_of[self.number_of(item)]),
                    Spot::Pass(container, row) => rows.push(self.rows[container].start + row),
                    Spot::Top(_) => {}
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Puts an order into the plan that this was taken from.
    pub(super) fn write(&self, order: &Order, plan: &mut Plan) {
        for (container, rows) in plan.rows.iter_mut().enumerate() {
            for (row, slots) in rows.iter_mut().enumerate() {
                slots.clear();
                for block in self.blocks(order, self.rows[container].start + row) {
                    slots.extend(self.slots(*block).map(|slot| match self.item(slot) {
                        None => Slot::Pass(self.slot[slot] as usize),
                        Some(item) if item < self.nodes => Slot::Item(Item::Node(item)),
                        Some(item) => Slot::Item(Item::Cluster(item - self.nodes)),
                    }));
                }
            }
        }
        let sides = plan.node_ports.iter_mut().chain(&mut plan.cluster_ports).flatten();
        for (list, range) in sides.zip(&self.ports) {
            *list = order.ports[range.clone()].iter().map(|element| *element as usize).collect();
        }
    }

    fn number_of(&self, item: Item) -> usize {
        match item {
            Item::Node(node) => node,
            Item::Cluster(cluster) => self.nodes + cluster,
        }
    }

    fn channel(&self, channel: Channel) -> usize {
        self.rows[channel.container].start + channel.container + channel.before
    }

    pub(super) fn rows(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn rows_of(&self, container: usize) -> Range<usize> {
        self.rows[container].clone()
    }

    pub(super) fn blocks<'a>(&self, order: &'a Order, row: usize) -> &'a [u32] {
        &order.blocks[self.blocks[row].clone()]
    }

    pub(super) fn blocks_mut<'a>(&self, order: &'a mut Order, row: usize) -> &'a mut [u32] {
        &mut order.blocks[self.blocks[row].clone()]
    }

    /// The slots of a block, by their numbers.
    pub(super) fn slots(&self, block: u32) -> Range<usize> {
        self.slots[block as usize].clone()
    }

    /// The slots of a row, in the order of the author.
    pub(super) fn slots_of_row(&self, row: usize) -> Range<usize> {
        let blocks = &self.blocks[row];
        if blocks.is_empty() {
            return 0..0;
        }
        // Blocks were numbered row by row.
        self.slots[blocks.start].start..self.slots[blocks.end - 1].end
    }

    /// The item of a slot, if it is none that only passes.
    pub(super) fn item(&self, slot: usize) -> Option<usize> {
        let slot = self.slot[slot];
        (slot & ITEM != 0).then_some((slot & !ITEM) as usize)
    }

    /// The container that an item is.
    pub(super) fn inside(&self, item: usize) -> Option<usize> {
        item.checked_sub(self.nodes).map(|cluster| cluster + 1)
    }

    /// The item that a container is.
    pub(super) fn border(&self, container: usize) -> Option<usize> {
        (container != SHEET).then(|| self.nodes + container - 1)
    }

    pub(super) fn port_range(&self, item: usize, side: usize) -> Range<usize> {
        self.ports[2 * item + side].clone()
    }

    /// The elements of a slot at one of its sides.
    pub(super) fn elements<'a>(&'a self, order: &'a Order, slot: usize, side: usize) -> &'a [u32] {
        match self.item(slot) {
            Some(item) => &order.ports[self.port_range(item, side)],
            None => &self.slot[slot..=slot],
        }
    }

    /// The first channel of a container; the others follow it.
    pub(super) fn first_channel(&self, container: usize) -> usize {
        self.rows[container].start + container
    }

    /// The channels before and behind a row.
    pub(super) fn channels_beside(&self, row: usize) -> [usize; 2] {
        let before = row + self.container_of[row];
        [before, before + 1]
    }

    /// The row before a row or behind it, in its container.
    pub(super) fn row_beyond(&self, row: usize, side: usize) -> Option<usize> {
        match self.beside[self.channels_beside(row)[side]][side] {
            Beside::Row(row) => Some(row),
            Beside::Nothing | Beside::Border(_) => None,
        }
    }

    /// Numbers the elements above a channel, or those below it; how many there are.
    pub(super) fn number(&mut self, order: &Order, channel: usize, side: usize) -> usize {
        let place = &mut self.place[side];
        let mut next = 0;
        let mut put = |element: u32| {
            place[element as usize] = next;
            next += 1;
        };
        let ports = |item: usize, side: usize| &order.ports[self.ports[2 * item + side].clone()];
        match self.beside[channel][side] {
            Beside::Nothing => {}
            Beside::Row(row) => {
                for block in &order.blocks[self.blocks[row].clone()] {
                    for slot in &self.slot[self.slots[*block as usize].clone()] {
                        if slot & ITEM == 0 {
                            put(*slot);
                        } else {
                            ports((slot & !ITEM) as usize, 1 - side)
                                .iter()
                                .copied()
                                .for_each(&mut put);
                        }
                    }
                }
            }
            Beside::Border(item) => ports(item, side).iter().copied().for_each(put),
        }
        next as usize
    }

    /// The elements above a channel, from the left.
    fn list_above(&mut self, order: &Order, channel: usize) {
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        match self.beside[channel][UP] {
            Beside::Nothing => {}
            Beside::Row(row) => {
                for block in self.blocks(order, row) {
                    for slot in self.slots(*block) {
                        list.extend_from_slice(self.elements(order, slot, LOWER));
                    }
                }
            }
            Beside::Border(item) => {
                list.extend_from_slice(&order.ports[self.port_range(item, UP)]);
            }
        }
        self.list = list;
    }

    fn wires(&self, element: u32, side: usize) -> &[(u32, i32)] {
        let (starts, wires) = &self.wires[side];
        &wires[starts[element as usize] as usize..starts[element as usize + 1] as usize]
    }

    /// Where the lines of an element come from on one side, and how many there are.
    pub(super) fn pull(&self, element: u32, side: usize) -> (f64, f64) {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (other, by) in self.wires(element, side) {
            sum += f64::from(self.place[side][*other as usize]) * f64::from(*by);
            weight += f64::from(*by);
        }
        let other = self.turns_to[element as usize];
        if side == DOWN && other != NONE {
            // A line that turns back upwards wants to be near to where it comes up.
            return (f64::from(self.place[UP][other as usize]), 1.0);
        }
        (sum, weight)
    }

    /// Adds where the lines of an element end on one side, with their weights.
    pub(super) fn ends(&self, element: u32, side: usize, ends: &mut Vec<(u32, i64)>) {
        let wires = self.wires(element, side).iter();
        ends.extend(wires.map(|(it, by)| (self.place[side][*it as usize], i64::from(*by))));
    }

    /// How often lines cross in this order.
    pub(super) fn crossings(&mut self, order: &Order) -> i64 {
        let mut sum = 0;
        let mut lines = std::mem::take(&mut self.lines);
        let mut next = 0;
        for channel in 0..self.beside.len() {
            let below = self.number(order, channel, DOWN);
            let turns = self.turns[next..].iter().take_while(|it| it.0 == channel).count();
            if below == 0 && turns == 0 {
                continue;
            }
            let above = self.number(order, channel, UP);
            self.list_above(order, channel);
            lines.clear();
            for at in 0..above {
                for (other, weight) in self.wires(self.list[at], DOWN) {
                    lines.push((at as u32, self.place[DOWN][*other as usize], i64::from(*weight)));
                }
            }
            sum += inversions(&lines, below, &mut self.counts);
            // The lines that come through under a turn, by how many there are from the left.
            self.spans.clear();
            if turns > 0 {
                self.counts.clear();
                self.counts.resize(above + 1, 0);
                for (at, _, weight) in &lines {
                    self.counts[*at as usize + 1] += weight;
                }
                for at in 0..above {
                    self.counts[at + 1] += self.counts[at];
                }
            }
            for (_, ends) in &self.turns[next..next + turns] {
                let [one, two] = ends.map(|end| self.place[UP][end as usize]);
                let (from, to) = (one.min(two), one.max(two));
                sum += (self.counts[to as usize] - self.counts[from as usize + 1]).max(0);
                // Two turns cross where each has one end within the other.
                let apart = |it: &&(u32, u32)| {
                    (it.0 < from && from < it.1 && it.1 < to)
                        || (from < it.0 && it.0 < to && to < it.1)
                };
                sum += self.spans.iter().filter(apart).count() as i64;
                self.spans.push((from, to));
            }
            next += turns;
        }
        self.lines = lines;
        sum
    }
}

/// The links of every element on one side: where its range starts, and the others with their weights.
fn wires(plan: &Plan, side: usize) -> Wires {
    let ends =
        |link: &Link| if side == UP { (link.lower, link.upper) } else { (link.upper, link.lower) };
    let mut starts = vec![0_u32; plan.elements.len() + 1];
    for link in &plan.links {
        starts[ends(link).0 + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut wires = vec![(0, 0); plan.links.len()];
    for link in &plan.links {
        let (own, other) = ends(link);
        wires[next[own] as usize] = (other as u32, link.weight);
        next[own] += 1;
    }
    (starts, wires)
}

/// Pairs of lines that lie in one order above and in the other below, by their weights: Barth, Mutzel
/// and Jünger's count, with a Fenwick tree over the lower places. The lines are sorted by their upper
/// places.
fn inversions(lines: &[(u32, u32, i64)], count: usize, tree: &mut Vec<i64>) -> i64 {
    tree.clear();
    tree.resize(count + 1, 0);
    let (mut total, mut crossings) = (0, 0);
    for group in lines.chunk_by(|one, two| one.0 == two.0) {
        for (_, lower, weight) in group {
            let mut at = *lower as usize + 1;
            let mut not_behind = 0;
            while at > 0 {
                not_behind += tree[at];
                at &= at - 1;
            }
            crossings += weight * (total - not_behind);
        }
        for (_, lower, weight) in group {
            let mut at = *lower as usize + 1;
            while at <= count {
                tree[at] += weight;
                at += at & at.wrapping_neg();
            }
            total += weight;
        }
    }
    crossings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_are_counted_by_weight() {
        // Both pairs exchanged, and one straight line that nobody meets.
        let lines = [(0, 1, 2), (1, 0, 3), (1, 1, 1)];
        assert_eq!(inversions(&lines, 2, &mut Vec::new()), 6);
        assert_eq!(inversions(&[(0, 1, 2), (1, 1, 1)], 2, &mut Vec::new()), 0);
    }
}

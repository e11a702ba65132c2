//! The order in every row: few crossings, clusters whole, replicas side by side.
//!
//! Barycentre sweeps downwards and upwards through the containers (Sugiyama; for clusters, Forster):
//! an item stands where its lines come from. A cluster is one item of its row, and its own rows follow
//! the order of the lines through its borders. Between sweeps, what stands in a row is moved to where it
//! crosses least (sifting, after Matuszewski, Schönfeld and Molitor). The order of the author breaks
//! every tie.

use super::layers::{Layers, Order};
use super::plan::{LOWER, Plan, UPPER};
use super::reach::{Reach, saved};

/// How many times the rows are swept at most, and sifted in each sweep, and how many sweeps without
/// success end it.
const SWEEPS: usize = 12;
pub(super) const SIFTS: usize = 6;
const PATIENCE: usize = 4;
/// How many beginnings without success end the search.
const HOPE: u64 = 5;
/// Rows of more blocks than this are only sifted between neighbours.
const SIFTED: usize = 40;

/// How hard an order is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// How many orders are tried to begin with.
    pub(super) starts: u64,
    pub(super) sweeps: usize,
    /// How many times all rows are sifted in a sweep at most.
    pub(super) sifts: usize,
    /// Where no more lines cross than this, neighbours are exchanged one by one in the end where lines run
    /// level, all crossings counted anew each time: the only way to see what those cross.
    pub(super) climbs: i64,
}

impl Effort {
    /// What is fit for a picture with so many elements.
    pub(super) fn of(elements: usize) -> Self {
        match elements {
            0..=500 => Self { starts: 10, sweeps: SWEEPS, sifts: SIFTS, climbs: i64::MAX },
            501..=1000 => Self { starts: 10, sweeps: SWEEPS, sifts: SIFTS, climbs: 0 },
            1001..=3000 => Self { starts: 4, sweeps: SWEEPS, sifts: SIFTS, climbs: 0 },
            3001..=10_000 => Self { starts: 1, sweeps: 6, sifts: SIFTS, climbs: 0 },
            10_001..=30_000 => Self { starts: 1, sweeps: 4, sifts: SIFTS, climbs: 0 },
            30_001..=100_000 => Self { starts: 1, sweeps: 3, sifts: 2, climbs: 0 },
            _ => Self { starts: 1, sweeps: 2, sifts: 2, climbs: 0 },
        }
    }
}

/// Orders all rows and ports; how many lines cross then.
pub(super) fn order(plan: &mut Plan, effort: Effort) -> i64 {
    let (layers, given) = Layers::of(plan);
    let mut sweeper = Sweeper { layers, keyed: Vec::new(), ends: Vec::new(), reaches: Vec::new() };
    let mut best = given.clone();
    let mut least = i64::MAX;
    let mut last = 0;
    for start in 0..effort.starts {
        let mut tried = given.clone();
        if start > 0 {
            shuffle(&sweeper.layers, &mut tried, start);
        }
        // The order of the author wins where another one is no better.
        if let Some(found) = sweeper.improve(tried, effort, &mut least) {
            best = found;
            last = start;
        }
        if least == 0 || start - last == HOPE {
            break;
        }
    }
    if least > 0 && least <= effort.climbs {
        sweeper.climb(&mut best, &mut least);
    }
    sweeper.layers.write(&best, plan);
    least
}

/// Another order to begin with, the same for the same number: `SplitMix64` and Fisher and Yates.
fn shuffle(layers: &Layers, order: &mut Order, number: u64) {
    let mut state = number;
    let mut random = |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = state;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((it ^ (it >> 31)) % below as u64) as usize
    };
    for row in 0..layers.rows() {
        let blocks = layers.blocks_mut(order, row);
        for at in (1..blocks.len()).rev() {
            blocks.swap(at, random(at + 1));
        }
    }
}

struct Sweeper {
    layers: Layers,
    /// Scratch: what is sorted, and by what.
    keyed: Vec<(f64, u32)>,
    /// Scratch: where the lines of the blocks of a row end, by block and side.
    ends: Vec<(u32, i64)>,
    reaches: Vec<[Reach; 2]>,
}

impl Sweeper {
    /// Sweeps until that no longer helps; the best order, if it is better than `least`.
    fn improve(&mut self, mut order: Order, effort: Effort, least: &mut i64) -> Option<Order> {
        let mut best = None;
        let mut own = i64::MAX;
        let mut since = 0;
        // The last orders of sweeps downwards and upwards.
        let mut last = [None, None];
        for sweep in 0..effort.sweeps {
            self.sweep(&mut order, 0, sweep % 2 == 0, true);
            // What a sweep makes of an order is always the same: from here on it goes in circles.
            let last = &mut last[sweep % 2];
            if last.as_ref() == Some(&order) {
                break;
            }
            // What the first sweep left is not sifted, and is when it comes again.
            *last = (sweep > 0).then(|| order.clone());
            let mut candidate = order.clone();
            // The ports of the other side follow what was moved.
            self.ports(&mut candidate);
            if sweep > 0 {
                self.sift(&mut candidate, effort.sifts);
                self.ports(&mut candidate);
            }
            let crossings = self.layers.crossings(&candidate);
            if crossings < *least {
                *least = crossings;
                best = Some(candidate);
            }
            if crossings < own {
                (own, since) = (crossings, 0);
            } else {
                since += 1;
            }
            if *least == 0 && sweep > 0 || since == PATIENCE {
                break;
            }
        }
        best
    }

    /// Orders the ports on both sides of everything by the rows as they are.
    fn ports(&mut self, order: &mut Order) {
        self.sweep(order, 0, true, false);
        self.sweep(order, 0, false, false);
    }

    /// Goes through the rows of a container and orders the ports by the lines to the row before it, and
    /// where `moves`, what stands in it too.
    fn sweep(&mut self, order: &mut Order, container: usize, downwards: bool, moves: bool) {
        let rows = self.layers.rows_of(container);
        let (near, far) = if downwards { (UPPER, LOWER) } else { (LOWER, UPPER) };
        for step in 0..rows.len() {
            let row = if downwards { rows.start + step } else { rows.end - 1 - step };
            let channel = self.layers.channels_beside(row)[near];
            let beyond = self.layers.number(order, channel, near);
            if moves {
                self.order_row(order, row, near, beyond);
            }
            for slot in self.layers.slots_of_row(row) {
                let Some(item) = self.layers.item(slot) else { continue };
                self.order_ports(order, item, near, near, beyond);
                if let Some(inside) = self.layers.inside(item) {
                    self.sweep(order, inside, downwards, moves);
                }
            }
        }
        if let Some(border) = self.layers.border(container) {
            let channel =
                self.layers.first_channel(container) + if downwards { rows.len() } else { 0 };
            let beyond = self.layers.number(order, channel, near);
            self.order_ports(order, border, far, near, beyond);
        }
    }

    /// Orders the ports on one side of an item by the lines that come to them from `towards`.
    fn order_ports(
        &mut self,
        order: &mut Order,
        item: usize,
        side: usize,
        towards: usize,
        beyond: usize,
    ) {
        let range = self.layers.port_range(item, side);
        if range.len() < 2 {
            return;
        }
        self.keyed.clear();
        for (at, port) in order.ports[range.clone()].iter().enumerate() {
            let (sum, weight) = self.layers.pull(*port, towards);
            // What nothing pulls stays where it is among the others.
            let share = (at as f64 + 0.5) / range.len() as f64;
            let key = if weight > 0.0 { sum / weight } else { share * beyond as f64 };
            self.keyed.push((key, *port));
        }
        self.keyed.sort_by(|one, two| one.0.total_cmp(&two.0));
        for (port, (_, sorted)) in order.ports[range].iter_mut().zip(&self.keyed) {
            *port = *sorted;
        }
    }

    fn order_row(&mut self, order: &mut Order, row: usize, side: usize, beyond: usize) {
        let layers = &self.layers;
        let blocks = layers.blocks(order, row);
        if blocks.len() < 2 {
            return;
        }
        let count: usize = blocks.iter().map(|block| layers.slots(*block).len()).sum();
        let mut at = 0;
        self.keyed.clear();
        for block in blocks {
            let (mut sum, mut weight) = (0.0, 0.0);
            let slots = layers.slots(*block);
            for slot in slots.clone() {
                for element in layers.elements(order, slot, side) {
                    let (pull, by) = layers.pull(*element, side);
                    sum += pull;
                    weight += by;
                }
            }
            let middle = at as f64 + slots.len() as f64 / 2.0;
            at += slots.len();
            // What nothing pulls stays where it is among the others.
            let key =
                if weight > 0.0 { sum / weight } else { middle / count as f64 * beyond as f64 };
            self.keyed.push((key, *block));
        }
        self.keyed.sort_by(|one, two| one.0.total_cmp(&two.0));
        for (block, (_, sorted)) in self.layers.blocks_mut(order, row).iter_mut().zip(&self.keyed) {
            *block = *sorted;
        }
    }

    /// Exchanges neighbours as long as that saves crossings of any kind.
    fn climb(&mut self, best: &mut Order, least: &mut i64) {
        let mut changed = true;
        while changed {
            changed = false;
            for index in 0..self.layers.turned.len() {
                let row = self.layers.turned[index];
                for at in 1..self.layers.blocks(best, row).len() {
                    let mut tried = best.clone();
                    self.layers.blocks_mut(&mut tried, row).swap(at - 1, at);
                    // Ports follow what is above them first, and then what is below.
                    for downwards in [true, false] {
                        self.sweep(&mut tried, 0, downwards, false);
                        let crossings = self.layers.crossings(&tried);
                        if crossings < *least {
                            *least = crossings;
                            *best = tried.clone();
                            changed = true;
                        }
                    }
                }
            }
        }
    }

    /// Moves blocks within their rows as long as that saves crossings.
    fn sift(&mut self, order: &mut Order, rounds: usize) {
        // When each row was looked at and when it changed: what lies between rows that are as they were
        // when it was looked at stays as it is.
        let mut looked = vec![0; self.layers.rows()];
        let mut changed = vec![1; self.layers.rows()];
        let mut now = 1;
        for _ in 0..rounds {
            let mut saved = 0;
            for row in 0..self.layers.rows() {
                let beyond = [UPPER, LOWER].map(|side| self.layers.row_beyond(row, side));
                let near = beyond.into_iter().flatten().chain([row]);
                let is_settled = near.into_iter().all(|it| changed[it] <= looked[row]);
                if is_settled || self.layers.blocks(order, row).len() < 2 {
                    continue;
                }
                let by = self.sift_row(order, row);
                looked[row] = now;
                if by > 0 {
                    now += 1;
                    changed[row] = now;
                    saved += by;
                }
            }
            if saved == 0 {
                break;
            }
        }
    }

    fn sift_row(&mut self, order: &mut Order, row: usize) -> i64 {
        let [above, below] = self.layers.channels_beside(row);
        self.layers.number(order, above, UPPER);
        self.layers.number(order, below, LOWER);
        self.ends.clear();
        self.reaches.clear();
        for block in self.layers.blocks(order, row) {
            let mut reach = [Reach::default(); 2];
            for side in [UPPER, LOWER] {
                let start = self.ends.len();
                for slot in self.layers.slots(*block) {
                    for element in self.layers.elements(order, slot, side) {
                        self.layers.ends(*element, side, &mut self.ends);
                    }
                }
                // Most blocks are lines that pass, and have one.
                if self.ends.len() > start + 1 {
                    self.ends[start..].sort_unstable();
                }
                let (at, weight) = self.ends.get(start).copied().unwrap_or_default();
                let end = self.ends.len() as u32;
                reach[side] = Reach { start: start as u32, end, at, weight };
            }
            self.reaches.push(reach);
        }
        let count = self.reaches.len();
        let mut at: Vec<usize> = (0..count).collect();
        let mut total = 0;
        if count > SIFTED {
            for index in 0..count - 1 {
                let saved = self.saved(at[index], at[index + 1]);
                if saved > 0 {
                    at.swap(index, index + 1);
                    total += saved;
                }
            }
        } else {
            for block in 0..count {
                let from = at.iter().position(|it| *it == block).unwrap_or(0);
                let (mut best, mut to) = (0, from);
                let mut sum = 0;
                for index in from + 1..count {
                    sum += self.saved(block, at[index]);
                    if sum > best {
                        (best, to) = (sum, index);
                    }
                }
                sum = 0;
                for index in (0..from).rev() {
                    sum += self.saved(at[index], block);
                    if sum > best {
                        (best, to) = (sum, index);
                    }
                }
                if to != from {
                    at.remove(from);
                    at.insert(to, block);
                    total += best;
                }
            }
        }
        if total > 0 {
            let blocks = self.layers.blocks_mut(order, row);
            let sorted: Vec<u32> = at.into_iter().map(|it| blocks[it]).collect();
            blocks.copy_from_slice(&sorted);
        }
        total
    }

    /// How many crossings it saves to put the second block before the first.
    fn saved(&self, one: usize, two: usize) -> i64 {
        saved(&self.reaches[one], &self.reaches[two], &self.ends)
    }
}

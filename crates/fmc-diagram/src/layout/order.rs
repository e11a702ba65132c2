//! The order in every row: few crossings, clusters whole, replicas side by side.
//!
//! Barycentre sweeps downwards and upwards through the containers (Sugiyama; for clusters, Forster):
//! an item stands where its lines come from. A cluster is one item of its row, and its own rows follow
//! the order of the lines through its borders. The order of the author breaks every tie.

use super::crossings::{self, Wiring};
use super::plan::{Channel, ElementIndex, LOWER, Plan, Slot, UPPER};
use super::tree::{Container, Item, SHEET};

/// How many times the rows are swept at most, and how many sweeps without success end it.
const SWEEPS: usize = 12;
const PATIENCE: usize = 4;
/// Above this many elements neighbours are no longer exchanged one by one.
const EXCHANGED: usize = 4000;

/// How many orders are tried to begin with, by the number of elements.
fn starts(elements: usize) -> u64 {
    match elements {
        0..=700 => 10,
        701..=2000 => 4,
        _ => 1,
    }
}

/// Orders all rows and ports.
pub(super) fn order(plan: &mut Plan) {
    let wiring = Wiring::of(plan);
    let mut sweeper = Sweeper { position: vec![0; plan.elements.len()], wiring };
    let mut best = plan.clone();
    let mut least = i64::MAX;
    for start in 0..starts(plan.elements.len()) {
        let mut tried = plan.clone();
        if start > 0 {
            shuffle(&mut tried, start);
        }
        // The order of the author wins where another one is no better.
        if let Some(found) = sweeper.improve(tried, &mut least) {
            best = found;
        }
        if least == 0 {
            break;
        }
    }
    *plan = best;
}

/// Another order to begin with, the same for the same number: `SplitMix64` and Fisher and Yates.
fn shuffle(plan: &mut Plan, number: u64) {
    let mut state = number;
    let mut random = |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = state;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((it ^ (it >> 31)) % below as u64) as usize
    };
    for container in 0..plan.rows.len() {
        for row in 0..plan.rows[container].len() {
            let mut blocks = blocks(plan, container, row);
            for at in (1..blocks.len()).rev() {
                blocks.swap(at, random(at + 1));
            }
            plan.rows[container][row] = blocks.into_iter().flatten().collect();
        }
    }
}

struct Sweeper {
    position: Vec<usize>,
    wiring: Wiring,
}

impl Sweeper {
    /// Sweeps until that no longer helps; the best order, if it is better than `least`.
    fn improve(&mut self, mut plan: Plan, least: &mut i64) -> Option<Plan> {
        let mut best = None;
        let mut own = i64::MAX;
        let mut since = 0;
        for sweep in 0..SWEEPS {
            self.sweep(&mut plan, SHEET, sweep % 2 == 0);
            let mut candidate = plan.clone();
            // The ports of the other side follow what was moved.
            self.ports(&mut candidate);
            if candidate.elements.len() <= EXCHANGED && sweep > 0 {
                self.exchange(&mut candidate);
                self.ports(&mut candidate);
            }
            let crossings = self.wiring.crossings(&candidate);
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

    /// Goes through the rows of a container and orders each by its lines to the row before it.
    fn sweep(&mut self, plan: &mut Plan, container: Container, downwards: bool) {
        let rows = plan.rows[container].len();
        let border = (container != SHEET).then(|| Item::Cluster(container - 1));
        let (near, far) = if downwards { (UPPER, LOWER) } else { (LOWER, UPPER) };
        for step in 0..rows {
            let row = if downwards { step } else { rows - 1 - step };
            let before = if downwards { row } else { row + 1 };
            self.number_beyond(plan, Channel { container, before }, downwards);
            self.order_row(plan, container, row, downwards);
            for slot in plan.rows[container][row].clone() {
                let Slot::Item(item) = slot else { continue };
                self.order_ports(plan, item, near, downwards);
                if let Item::Cluster(cluster) = item {
                    self.sweep(plan, cluster + 1, downwards);
                }
            }
        }
        if let Some(border) = border {
            let before = if downwards { rows } else { 0 };
            self.number_beyond(plan, Channel { container, before }, downwards);
            self.order_ports(plan, border, far, downwards);
        }
    }

    fn number_beyond(&mut self, plan: &Plan, channel: Channel, downwards: bool) {
        let list = if downwards { plan.above(channel) } else { plan.below(channel) };
        crossings::number(&list, &mut self.position);
    }

    /// Where the lines of these elements come from, and how many there are.
    fn pull(&self, elements: &[ElementIndex], downwards: bool) -> (f64, i32) {
        let wires = if downwards { &self.wiring.up } else { &self.wiring.down };
        let (mut sum, mut weight) = (0.0, 0);
        for (other, by) in elements.iter().flat_map(|element| &wires[*element]) {
            sum += self.position[*other] as f64 * f64::from(*by);
            weight += by;
        }
        (sum, weight)
    }

    fn order_ports(&self, plan: &mut Plan, item: Item, side: usize, downwards: bool) {
        if plan.ports(item, side).len() < 2 {
            return;
        }
        let mut ports: Vec<(f64, ElementIndex)> = plan
            .ports(item, side)
            .iter()
            .enumerate()
            .map(|(at, port)| {
                let (sum, weight) = self.pull(&[*port], downwards);
                (if weight > 0 { sum / f64::from(weight) } else { at as f64 }, *port)
            })
            .collect();
        ports.sort_by(|one, two| one.0.total_cmp(&two.0));
        *plan.ports_mut(item, side) = ports.into_iter().map(|(_, port)| port).collect();
    }

    fn order_row(&self, plan: &mut Plan, container: Container, row: usize, downwards: bool) {
        let blocks = blocks(plan, container, row);
        if blocks.len() < 2 {
            return;
        }
        let side = if downwards { UPPER } else { LOWER };
        let beyond = {
            let before = if downwards { row } else { row + 1 };
            let channel = Channel { container, before };
            if downwards { plan.above(channel).len() } else { plan.below(channel).len() }
        };
        let count: usize = blocks.iter().map(Vec::len).sum();
        let mut at = 0;
        let mut keyed: Vec<(f64, Vec<Slot>)> = Vec::with_capacity(blocks.len());
        for block in blocks {
            let (mut sum, mut weight) = (0.0, 0);
            for slot in &block {
                let (pull, by) = self.pull(elements(plan, slot, side), downwards);
                sum += pull;
                weight += by;
            }
            let middle = at as f64 + block.len() as f64 / 2.0;
            at += block.len();
            // What nothing pulls stays where it is among the others.
            let key = if weight > 0 {
                sum / f64::from(weight)
            } else {
                middle / count as f64 * beyond as f64
            };
            keyed.push((key, block));
        }
        keyed.sort_by(|one, two| one.0.total_cmp(&two.0));
        plan.rows[container][row] = keyed.into_iter().flat_map(|(_, block)| block).collect();
    }

    /// Orders the ports on both sides of everything by the rows as they are.
    fn ports(&mut self, plan: &mut Plan) {
        for downwards in [true, false] {
            self.ports_of(plan, SHEET, downwards);
        }
    }

    fn ports_of(&mut self, plan: &mut Plan, container: Container, downwards: bool) {
        let rows = plan.rows[container].len();
        let (near, far) = if downwards { (UPPER, LOWER) } else { (LOWER, UPPER) };
        for step in 0..rows {
            let row = if downwards { step } else { rows - 1 - step };
            let before = if downwards { row } else { row + 1 };
            self.number_beyond(plan, Channel { container, before }, downwards);
            for slot in plan.rows[container][row].clone() {
                let Slot::Item(item) = slot else { continue };
                self.order_ports(plan, item, near, downwards);
                if let Item::Cluster(cluster) = item {
                    self.ports_of(plan, cluster + 1, downwards);
                }
            }
        }
        if container != SHEET {
            let before = if downwards { rows } else { 0 };
            self.number_beyond(plan, Channel { container, before }, downwards);
            self.order_ports(plan, Item::Cluster(container - 1), far, downwards);
        }
    }

    /// Exchanges neighbours as long as that saves crossings.
    fn exchange(&mut self, plan: &mut Plan) {
        for _ in 0..6 {
            let mut saved = 0;
            for container in 0..plan.rows.len() {
                for row in 0..plan.rows[container].len() {
                    saved += self.exchange_in(plan, container, row);
                }
            }
            if saved == 0 {
                break;
            }
        }
    }

    fn exchange_in(&mut self, plan: &mut Plan, container: Container, row: usize) -> i64 {
        let mut blocks = blocks(plan, container, row);
        if blocks.len() < 2 {
            return 0;
        }
        self.number_beyond(plan, Channel { container, before: row }, true);
        self.number_beyond(plan, Channel { container, before: row + 1 }, false);
        let ends = |block: &[Slot], side: usize| {
            let wires = if side == UPPER { &self.wiring.up } else { &self.wiring.down };
            let mut ends: Vec<(usize, i64)> = block
                .iter()
                .flat_map(|slot| elements(plan, slot, side))
                .flat_map(|element| &wires[*element])
                .map(|(other, weight)| (self.position[*other], i64::from(*weight)))
                .collect();
            ends.sort_unstable();
            ends
        };
        let mut known: Vec<[Vec<(usize, i64)>; 2]> =
            blocks.iter().map(|block| [ends(block, UPPER), ends(block, LOWER)]).collect();
        let mut saved = 0;
        for at in 0..blocks.len() - 1 {
            let now: i64 = [UPPER, LOWER]
                .iter()
                .map(|side| inverted(&known[at][*side], &known[at + 1][*side]))
                .sum();
            let then: i64 = [UPPER, LOWER]
                .iter()
                .map(|side| inverted(&known[at + 1][*side], &known[at][*side]))
                .sum();
            if then < now {
                blocks.swap(at, at + 1);
                known.swap(at, at + 1);
                saved += now - then;
            }
        }
        if saved > 0 {
            plan.rows[container][row] = blocks.into_iter().flatten().collect();
        }
        saved
    }
}

/// Pairs of which the left one's end is right of the right one's.
fn inverted(left: &[(usize, i64)], right: &[(usize, i64)]) -> i64 {
    let mut total = 0;
    let mut passed = 0;
    let mut at = 0;
    for (position, weight) in left {
        while at < right.len() && right[at].0 < *position {
            passed += right[at].1;
            at += 1;
        }
        total += weight * passed;
    }
    total
}

/// The elements of a slot at one of its sides.
fn elements<'a>(plan: &'a Plan, slot: &'a Slot, side: usize) -> &'a [ElementIndex] {
    match slot {
        Slot::Item(item) => plan.ports(*item, side),
        Slot::Pass(element) => std::slice::from_ref(element),
    }
}

/// The slots of a row, those together that must stay so.
fn blocks(plan: &Plan, container: Container, row: usize) -> Vec<Vec<Slot>> {
    let slots = &plan.rows[container][row];
    let behind: std::collections::BTreeSet<Item> = slots
        .iter()
        .filter_map(|slot| match slot {
            Slot::Item(item) => plan.follows.get(item).copied(),
            Slot::Pass(_) => None,
        })
        .collect();
    let mut blocks = Vec::new();
    for slot in slots {
        match slot {
            Slot::Item(item) if behind.contains(item) => {}
            Slot::Item(item) => {
                let mut block = vec![*slot];
                let mut last = *item;
                while let Some(next) = plan.follows.get(&last) {
                    block.push(Slot::Item(*next));
                    last = *next;
                }
                blocks.push(block);
            }
            Slot::Pass(_) => blocks.push(vec![*slot]),
        }
    }
    blocks
}

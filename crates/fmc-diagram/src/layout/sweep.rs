//! What is beside what, anywhere across a drawing.

use std::collections::BTreeSet;

/// Something that takes room along the axis at a range across it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    /// The variable it moves with, and where it starts and ends from there.
    pub(super) variable: usize,
    pub(super) from: i32,
    pub(super) to: i32,
    /// Where it starts now.
    pub(super) least: i32,
    pub(super) across: (i32, i32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Node(usize),
    /// A border of a cluster: the near one or the far one.
    Near,
    Far,
    Line(usize),
    Label,
    Title,
}

/// Sweeps across the drawing: the pairs that are next to each other somewhere, from the lesser to the
/// greater.
pub(super) fn neighbours(things: &[Thing]) -> Vec<(usize, usize)> {
    // Where it is, whether it is a start, and of what: in one number, which is sorted sooner than three. What
    // ends at a place ends before others start there.
    let event = |place: i32, is_start: bool, at: usize| {
        i64::from(place) << 32 | i64::from(is_start) << 31 | at as i64
    };
    let mut events: Vec<i64> = Vec::with_capacity(2 * things.len());
    for (at, thing) in things.iter().enumerate() {
        events.push(event(thing.across.0, true, at));
        events.push(event(thing.across.1, false, at));
    }
    events.sort_unstable();
    // Where two boxes touch, the one that ends there comes first. The number of the thing comes last.
    let key = |at: u32| {
        let thing = things[at as usize];
        let turn = match thing.kind {
            Kind::Far => 0,
            Kind::Near => 2,
            _ => 1,
        };
        let middle = i64::from(2 * thing.least + thing.to - thing.from);
        (middle * 4 + turn) << 32 | i64::from(at)
    };
    let number = |key: &i64| (key & i64::from(u32::MAX)) as u32;
    let mut active: BTreeSet<i64> = BTreeSet::new();
    let pair = |one: u32, two: u32| u64::from(one) << 32 | u64::from(two);
    let mut pairs: Vec<u64> = Vec::with_capacity(4 * things.len());
    for event in events {
        let (is_start, at) = (event & (1 << 31) != 0, (event & ((1 << 31) - 1)) as u32);
        let own = key(at);
        let before = active.range(..own).next_back().map(number);
        let after = active.range(own + 1..).next().map(number);
        if is_start {
            pairs.extend(before.map(|before| pair(before, at)));
            pairs.extend(after.map(|after| pair(at, after)));
            active.insert(own);
        } else {
            active.remove(&own);
            if let (Some(before), Some(after)) = (before, after) {
                pairs.push(pair(before, after));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|it| ((it >> 32) as usize, it as u32 as usize)).collect()
}

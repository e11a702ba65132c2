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
    let mut events: Vec<(i32, bool, u32)> = Vec::with_capacity(2 * things.len());
    for (at, thing) in things.iter().enumerate() {
        events.push((thing.across.0, true, at as u32));
        events.push((thing.across.1, false, at as u32));
    }
    // What ends at a place ends before others start there.
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
    let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(4 * things.len());
    for (_, is_start, at) in events {
        let own = key(at);
        let before = active.range(..own).next_back().map(number);
        let after = active.range(own + 1..).next().map(number);
        if is_start {
            pairs.extend(before.map(|before| (before, at)));
            pairs.extend(after.map(|after| (at, after)));
            active.insert(own);
        } else {
            active.remove(&own);
            if let (Some(before), Some(after)) = (before, after) {
                pairs.push((before, after));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(one, two)| (one as usize, two as usize)).collect()
}

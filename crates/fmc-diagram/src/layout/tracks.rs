//! In which order the horizontal parts of lines lie in a channel.
//!
//! Every net that does not go straight through has a bar. A bar whose line comes from above at some
//! place must lie above every bar whose line leaves downwards at that place; beyond that, bars are
//! ordered to cross little. Where two bars must each lie above the other, one of them is taken in two
//! parts (a dogleg).

use super::plan::{ElementIndex, NetIndex};

/// What a net does in a channel: where it comes from above and where it leaves downwards.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bar {
    net: NetIndex,
    /// Places and weights.
    pub(super) tops: Vec<(i32, i32)>,
    pub(super) bottoms: Vec<(i32, i32)>,
    /// Counted from above.
    track: usize,
    /// On which side of the fork it is, and which way that goes.
    is_right: bool,
    forks_downwards: bool,
    /// A part of a bar that was taken apart.
    is_part: bool,
}

impl Bar {
    pub(super) fn of(net: NetIndex) -> Self {
        Self { net, ..Self::default() }
    }

    fn range(&self) -> (i32, i32) {
        let all = || self.tops.iter().chain(&self.bottoms).map(|(x, _)| *x);
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }

    /// How many edges run along the bar past `x`, and how many of those end where an edge of the other
    /// bar ends too: such a pair is drawn as one line in the end. The bar's range is given, for it is asked
    /// about with many others.
    fn flow(&self, (least, most): (i32, i32), x: i32, other: &Self) -> (i32, i32) {
        if x <= least || most <= x {
            return (0, 0);
        }
        let (hub, leaves, others) = if self.tops.len() == 1 {
            (self.tops[0].0, &self.bottoms, &other.bottoms)
        } else {
            (self.bottoms.first().map_or(least, |(x, _)| *x), &self.tops, &other.tops)
        };
        let beyond = leaves.iter().filter(|(leaf, _)| (*leaf > x) == (x > hub) && *leaf != x);
        let mut flow = 0;
        let mut shared = 0;
        for (leaf, weight) in beyond {
            flow += weight;
            if others.iter().any(|(place, _)| place == leaf) {
                shared += weight;
            }
        }
        (flow, shared)
    }

    /// Whether both are parts of one bar.
    fn is_of(&self, other: &Self) -> bool {
        self.net == other.net && self.is_right == other.is_right
    }

    pub(super) fn is_straight(&self) -> bool {
        let (least, most) = self.range();
        least == most
    }
}

/// The bars of one channel.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tracks {
    /// In the order of their numbers.
    nets: Vec<(NetIndex, Sides)>,
    pub(super) count: usize,
}

/// The bars of a net: to the left and to the right of where it forks. Each side may be in several
/// parts, from above.
#[derive(Debug, Clone, PartialEq, Default)]
struct Sides {
    forks_downwards: bool,
    bars: [Vec<Bar>; 2],
}

impl Tracks {
    /// The way of a line through the channel: its corners, as places and tracks.
    pub(super) fn corners(&self, net: NetIndex, upper: i32, lower: i32) -> Vec<(i32, usize)> {
        let Ok(at) = self.nets.binary_search_by_key(&net, |it| it.0) else { return Vec::new() };
        let sides = &self.nets[at].1;
        let is_right = if sides.forks_downwards { lower > upper } else { upper > lower };
        // A turn does not fork; it has one side.
        let is_right = is_right && !sides.bars[1].is_empty() || sides.bars[0].is_empty();
        let bars = &sides.bars[usize::from(is_right)];
        if upper == lower && !bars.iter().any(|bar| bar.is_part) {
            return Vec::new();
        }
        let mut corners = Vec::with_capacity(2 * bars.len());
        let mut x = upper;
        for (at, bar) in bars.iter().enumerate() {
            corners.push((x, bar.track));
            // All parts but the last leave at one place, the joint to the next.
            x = if at + 1 < bars.len() {
                bar.bottoms.first().map_or(x, |(x, _)| *x)
            } else {
                lower
            };
            corners.push((x, bar.track));
        }
        corners
    }
}

/// Cuts bars where their nets fork: what goes to the left may lie on another track than what goes to
/// the right, or lines would cross that need not.
fn cut(bars: Vec<Bar>) -> Vec<Bar> {
    let mut all = Vec::new();
    for bar in bars {
        if bar.bottoms.is_empty() || bar.tops.is_empty() {
            all.push(bar);
            continue;
        }
        let forks_downwards = bar.tops.len() == 1;
        let (hub, leaves) =
            if forks_downwards { (&bar.tops, &bar.bottoms) } else { (&bar.bottoms, &bar.tops) };
        for is_right in [false, true] {
            let own: Vec<(i32, i32)> = leaves
                .iter()
                .copied()
                .filter(|(x, _)| *x != hub[0].0 && (*x > hub[0].0) == is_right)
                .collect();
            if own.is_empty() {
                continue;
            }
            let weight = own.iter().map(|(_, weight)| weight).sum();
            let hub = vec![(hub[0].0, weight)];
            let (tops, bottoms) = if forks_downwards { (hub, own) } else { (own, hub) };
            all.push(Bar { tops, bottoms, is_right, forks_downwards, ..bar.clone() });
        }
    }
    all
}

/// More bars than this are only kept apart, not ordered by their crossings.
const ORDERED: usize = 160;

/// Gives every bar of a channel its track. `clearance` is how near two lines may come, `bounds` where
/// a dogleg may run.
pub(super) fn assign(bars: Vec<Bar>, clearance: i32, bounds: (i32, i32)) -> Tracks {
    // Where anything leaves or arrives, what goes straight through included.
    let mut taken: Vec<i32> =
        bars.iter().flat_map(|bar| bar.tops.iter().chain(&bar.bottoms)).map(|(x, _)| *x).collect();
    taken.sort_unstable();
    let bars = bars.into_iter().filter(|bar| !bar.is_straight()).collect();
    let mut bars = cut(bars);
    let mut above = musts(&bars, clearance);
    // Each round takes one bar of a circle apart, which shortens it.
    for _ in 0..2 * bars.len() {
        let Some(circle) = circle(&above) else { break };
        // Where a channel is full, the joint comes nearer to other lines than they are to each other.
        let broken = [clearance, clearance / 2, 2].into_iter().find_map(|clearance| {
            circle.iter().copied().find_map(|at| {
                let two = dogleg(&bars[at], &taken, clearance, bounds)?;
                Some((at, two))
            })
        });
        let Some((at, (first, second))) = broken else { break };
        let joint = first.bottoms.first().map_or(0, |(x, _)| *x);
        taken.insert(taken.partition_point(|x| *x < joint), joint);
        bars[at] = first;
        bars.insert(at + 1, second);
        above = musts(&bars, clearance);
        for at in 1..bars.len() {
            if bars[at - 1].is_of(&bars[at]) {
                above[at - 1].push(at);
            }
        }
    }
    if bars.len() <= ORDERED {
        prefer(&bars, &mut above);
    }
    let count = pack(&mut bars, &above, clearance);
    let mut nets: Vec<(NetIndex, Sides)> = Vec::new();
    // Bars were given by their nets, and their parts follow each other.
    for bar in bars {
        if nets.last().is_none_or(|it| it.0 != bar.net) {
            nets.push((bar.net, Sides::default()));
        }
        let Some((_, sides)) = nets.last_mut() else { continue };
        sides.forks_downwards = bar.forks_downwards;
        sides.bars[usize::from(bar.is_right)].push(bar);
    }
    Tracks { nets, count }
}

/// For each bar, those that must lie below it.
fn musts(bars: &[Bar], clearance: i32) -> Vec<Vec<usize>> {
    let mut bottoms: Vec<(i32, usize)> = Vec::new();
    for (at, bar) in bars.iter().enumerate() {
        bottoms.extend(bar.bottoms.iter().map(|(x, _)| (*x, at)));
    }
    bottoms.sort_unstable();
    bars.iter()
        .map(|bar| {
            let mut below: Vec<usize> = Vec::new();
            for (x, _) in &bar.tops {
                let first = bottoms.partition_point(|(other, _)| *other <= x - clearance);
                let near = bottoms[first..].iter().take_while(|(other, _)| *other < x + clearance);
                // Lines of one net may meet; the order of its parts is known.
                let foreign = near.map(|(_, other)| *other).filter(|it| bars[*it].net != bar.net);
                below.extend(foreign);
            }
            below.sort_unstable();
            below.dedup();
            below
        })
        .collect()
}

/// Bars that must lie above each other in a circle, if there are such.
fn circle(above: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut state = vec![0_u8; above.len()];
    for start in 0..above.len() {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, 0)];
        while let Some((bar, at)) = stack.pop() {
            if let Some(&next) = above[bar].get(at) {
                stack.push((bar, at + 1));
                match state[next] {
                    0 => {
                        state[next] = 1;
                        stack.push((next, 0));
                    }
                    1 => {
                        let from = stack.iter().position(|(other, _)| *other == next)?;
                        return Some(stack[from..].iter().map(|(bar, _)| *bar).collect());
                    }
                    _ => {}
                }
            } else {
                state[bar] = 2;
            }
        }
    }
    None
}

/// A bar in two parts, joined at a place where no other line leaves or arrives.
fn dogleg(bar: &Bar, taken: &[i32], clearance: i32, bounds: (i32, i32)) -> Option<(Bar, Bar)> {
    let (least, most) = bar.range();
    let is_free = |x: i32| {
        let near = taken.partition_point(|other| *other <= x - clearance);
        x >= bounds.0
            && x <= bounds.1
            && taken.get(near).is_none_or(|other| *other >= x + clearance)
    };
    let middle = i32::midpoint(least, most);
    let reach = bounds.1 - bounds.0 + most - least;
    let x = (0..=reach).flat_map(|by| [middle - by, middle + by]).find(|x| is_free(*x))?;
    let weight = bar.tops.iter().map(|(_, weight)| *weight).sum::<i32>().max(1);
    let first = Bar { bottoms: vec![(x, weight)], is_part: true, ..bar.clone() };
    let second = Bar { tops: vec![(x, weight)], is_part: true, ..bar.clone() };
    Some((first, second))
}

/// Adds the wishes of pairs that cross less one way, the strongest first, as far as they do not
/// contradict what is there.
fn prefer(bars: &[Bar], above: &mut [Vec<usize>]) {
    let ranges: Vec<(i32, i32)> = bars.iter().map(Bar::range).collect();
    let mut wishes: Vec<(i32, usize, usize)> = Vec::new();
    for one in 0..bars.len() {
        for two in one + 1..bars.len() {
            if ranges[one].1 < ranges[two].0 || ranges[two].1 < ranges[one].0 {
                continue;
            }
            let (left, right) = ((&bars[one], ranges[one]), (&bars[two], ranges[two]));
            let (first, second) = (crossed(left, right), crossed(right, left));
            match first.cmp(&second) {
                std::cmp::Ordering::Less => wishes.push((first - second, one, two)),
                std::cmp::Ordering::Greater => wishes.push((second - first, two, one)),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    wishes.sort_unstable();
    let mut seen = vec![usize::MAX; bars.len()];
    for (turn, (_, upper, lower)) in wishes.into_iter().enumerate() {
        if !leads_to(above, lower, upper, &mut seen, turn) {
            above[upper].push(lower);
        }
    }
}

/// How many pairs of lines cross where the first bar lies above the second.
fn crossed(upper: (&Bar, (i32, i32)), lower: (&Bar, (i32, i32))) -> i32 {
    // What comes from above to the lower bar goes through the upper one, and what leaves the upper one
    // downwards goes through the lower one.
    let through = |points: &[(i32, i32)], own: &Bar, (other, range): (&Bar, (i32, i32))| -> i32 {
        points
            .iter()
            .map(|(x, weight)| {
                let (flow, shared) = other.flow(range, *x, own);
                (weight * flow - shared).max(0)
            })
            .sum()
    };
    through(&lower.0.tops, lower.0, upper) + through(&upper.0.bottoms, upper.0, lower)
}

fn leads_to(above: &[Vec<usize>], from: usize, to: usize, seen: &mut [usize], turn: usize) -> bool {
    let mut stack = vec![from];
    while let Some(bar) = stack.pop() {
        if bar == to {
            return true;
        }
        for &next in &above[bar] {
            if seen[next] != turn {
                seen[next] = turn;
                stack.push(next);
            }
        }
    }
    false
}

/// Puts the bars on as few tracks as their order and their ranges allow.
fn pack(bars: &mut [Bar], above: &[Vec<usize>], clearance: i32) -> usize {
    let mut waiting = vec![0; bars.len()];
    for below in above {
        for bar in below {
            waiting[*bar] += 1;
        }
    }
    let mut least = vec![0; bars.len()];
    let mut tracks: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut open: std::collections::BTreeSet<usize> =
        (0..bars.len()).filter(|at| waiting[*at] == 0).collect();
    let mut left: std::collections::BTreeSet<usize> = (0..bars.len()).collect();
    // A circle that could not be broken is entered anywhere.
    while let Some(at) = open.pop_first().or_else(|| left.first().copied()) {
        if !left.remove(&at) {
            continue;
        }
        let (from, to) = bars[at].range();
        let mut track: usize = least[at];
        while tracks.get(track).is_some_and(|ranges: &Vec<(i32, i32)>| {
            ranges.iter().any(|other| other.0 < to + clearance && from < other.1 + clearance)
        }) {
            track += 1;
        }
        while tracks.len() <= track {
            tracks.push(Vec::new());
        }
        tracks[track].push((from, to));
        bars[at].track = track;
        for &next in &above[at] {
            least[next] = least[next].max(track + 1);
            waiting[next] -= 1;
            if waiting[next] == 0 {
                open.insert(next);
            }
        }
    }
    tracks.len()
}

/// Adds to what a net has above and below a channel.
pub(super) fn gather(
    bar: &mut Bar,
    x: &[i32],
    upper: &[(ElementIndex, i32)],
    lower: &[(ElementIndex, i32)],
) {
    let mut add = |list: &[(ElementIndex, i32)], tops: bool| {
        let into = if tops { &mut bar.tops } else { &mut bar.bottoms };
        for (element, weight) in list {
            match into.iter_mut().find(|(place, _)| *place == x[*element]) {
                Some((_, sum)) => *sum += weight,
                None => into.push((x[*element], *weight)),
            }
        }
    };
    add(upper, true);
    add(lower, false);
}

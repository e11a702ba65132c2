//! Positions that keep distances and make a weighted sum of lengths small, for pictures too large to
//! find the least.
//!
//! Everything starts as near to the beginning as it can be. Then one thing after the other goes where it
//! is best while the others stay: to the weighted median of what pulls at it, as far as what it must keep
//! a distance to lets it. Each round costs as much as there are springs.

use super::simplex::{Spring, Wish};

/// How often each thing is moved.
const ROUNDS: usize = 8;

/// Good positions of `count` things, the least being 0. The springs must not push each other around in a
/// circle.
pub(super) fn solve(count: usize, springs: &[Spring], wishes: &[Wish]) -> Vec<i32> {
    relaxed(count, springs, wishes, ROUNDS)
}

/// The same, after so many rounds.
pub(super) fn relaxed(
    count: usize,
    springs: &[Spring],
    wishes: &[Wish],
    rounds: usize,
) -> Vec<i32> {
    let pulls = Pulls::of(count, springs, wishes);
    let order = order(count, springs);
    let mut places = nearest(&pulls, &order);
    let mut points = Vec::new();
    // What has nothing moved around it since it was looked at is where it is best.
    let mut is_settled = vec![false; count];
    for round in 0..rounds {
        let mut has_moved = false;
        for index in 0..order.len() {
            let at = if round % 2 == 0 { order[order.len() - 1 - index] } else { order[index] };
            if std::mem::replace(&mut is_settled[at], true) {
                continue;
            }
            if let Some(place) = pulls.best(at, &places, &mut points)
                && place != places[at]
            {
                places[at] = place;
                has_moved = true;
                for it in pulls.at(at) {
                    is_settled[it.other as usize] = false;
                }
            }
        }
        if !has_moved {
            break;
        }
    }
    let least = places.iter().copied().min().unwrap_or(0);
    places.iter().map(|place| place - least).collect()
}

/// As near to the beginning as everything can be.
fn nearest(pulls: &Pulls, order: &[usize]) -> Vec<i32> {
    let mut places = vec![0; order.len()];
    // The order is one in which most springs point onwards: what is before its tail waits for another round.
    let mut waits = vec![true; order.len()];
    let mut is_settled = false;
    while !is_settled {
        is_settled = true;
        for at in order {
            if !std::mem::take(&mut waits[*at]) {
                continue;
            }
            let place = places[*at];
            for it in pulls.at(*at).iter().filter(|it| it.bound == Bound::Most) {
                let other = it.other as usize;
                // This is not more than what the other one is beyond.
                if place - it.offset > places[other] {
                    places[other] = place - it.offset;
                    waits[other] = true;
                    is_settled = false;
                }
            }
        }
    }
    places
}

/// The things, each behind those that it must be beyond.
fn order(count: usize, springs: &[Spring]) -> Vec<usize> {
    // A thing that may move along a side of another one is held by two springs that point at each other,
    // one of which lets it be before its tail.
    let springs = || springs.iter().filter(|it| it.min > 0);
    let (starts, heads) = grouped(count, springs().map(|it| (it.tail, it.head as u32)));
    let mut waits = vec![0_u32; count];
    for it in springs() {
        waits[it.head] += 1;
    }
    let mut order: Vec<usize> = (0..count).filter(|at| waits[*at] == 0).collect();
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        next += 1;
        for head in &heads[starts[at]..starts[at + 1]] {
            let waits = &mut waits[*head as usize];
            *waits -= 1;
            if *waits == 0 {
                order.push(*head as usize);
            }
        }
    }
    debug_assert_eq!(order.len(), count, "springs push each other around in a circle");
    order
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Bound {
    #[default]
    None,
    /// The thing is not less than this.
    Least,
    /// The thing is not more than this.
    Most,
}

/// What pulls one thing, or keeps it: towards `offset` beyond another one.
#[derive(Debug, Clone, Copy, Default)]
struct Pull {
    other: u32,
    offset: i32,
    weight: i32,
    bound: Bound,
}

struct Pulls {
    starts: Vec<usize>,
    all: Vec<Pull>,
}

impl Pulls {
    fn of(count: usize, springs: &[Spring], wishes: &[Wish]) -> Self {
        let both = |one: usize, two: usize, offset: i32, weight: i32, bounds: [Bound; 2]| {
            let pull =
                |other: usize, offset, bound| Pull { other: other as u32, offset, weight, bound };
            [(two, pull(one, offset, bounds[0])), (one, pull(two, -offset, bounds[1]))]
        };
        let springs = springs
            .iter()
            .flat_map(|it| both(it.tail, it.head, it.min, it.weight, [Bound::Least, Bound::Most]));
        let wishes = wishes
            .iter()
            .flat_map(|it| both(it.one, it.two, it.offset, it.weight, [Bound::None; 2]));
        let (starts, all) = grouped(count, springs.chain(wishes));
        Self { starts, all }
    }

    fn at(&self, at: usize) -> &[Pull] {
        &self.all[self.starts[at]..self.starts[at + 1]]
    }

    /// The best place of one thing while the others stay; `None` for what nothing pulls.
    fn best(&self, at: usize, places: &[i32], points: &mut Vec<(i32, i32)>) -> Option<i32> {
        let (mut least, mut most) = (i32::MIN, i32::MAX);
        points.clear();
        for it in self.at(at) {
            let point = places[it.other as usize] + it.offset;
            match it.bound {
                Bound::None => {}
                Bound::Least => least = least.max(point),
                Bound::Most => most = most.min(point),
            }
            if it.weight > 0 {
                points.push((point, it.weight));
            }
        }
        points.sort_unstable();
        let total: i64 = points.iter().map(|it| i64::from(it.1)).sum();
        let mut seen = 0;
        let median = points.iter().find(|it| {
            seen += 2 * i64::from(it.1);
            seen >= total
        });
        median.map(|it| it.0.min(most).max(least))
    }
}

/// Values by the thing that they belong to: where those of each begin, and all of them.
fn grouped<T: Copy + Default>(
    count: usize,
    list: impl Iterator<Item = (usize, T)> + Clone,
) -> (Vec<usize>, Vec<T>) {
    // By `for_each`, which goes through each part of a list that is put together in a loop of its own.
    let mut starts = vec![0; count + 1];
    list.clone().for_each(|(at, _)| starts[at + 1] += 1);
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    // In the order of the list.
    let mut next = starts.clone();
    let mut all = vec![T::default(); starts[count]];
    list.for_each(|(at, value)| {
        all[next[at]] = value;
        next[at] += 1;
    });
    (starts, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spring(tail: usize, head: usize, min: i32, weight: i32) -> Spring {
        Spring { tail, head, min, weight }
    }

    #[test]
    fn distances_are_kept_and_what_pulls_is_followed() {
        // 0 and 2 stand in a row, 3 and 4 below; 2 and 4 want to be on one line.
        let springs = [spring(0, 1, 40, 1), spring(1, 2, 40, 0), spring(3, 4, 10, 0)];
        let places = solve(5, &springs, &[Wish { one: 2, two: 4, offset: 0, weight: 8 }]);
        assert_eq!((places[1] - places[0], places[2] - places[4]), (40, 0), "{places:?}");
        assert!(places[2] - places[1] >= 40 && places[4] - places[3] >= 10, "{places:?}");
    }

    #[test]
    fn what_may_move_within_bounds_stays_within_them() {
        // 1 is between 5 and 15 beyond 0, and 2 wants it at 100.
        let springs = [spring(0, 1, 5, 0), spring(1, 0, -15, 0), spring(0, 2, 100, 1)];
        let places = solve(3, &springs, &[Wish { one: 1, two: 2, offset: 0, weight: 4 }]);
        assert_eq!((places[1] - places[0], places[2] - places[0]), (15, 100), "{places:?}");
    }
}

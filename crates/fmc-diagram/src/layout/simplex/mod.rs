//! Positions that keep distances and make a weighted sum of lengths as small as it can be.
//!
//! The dual of that problem is a flow of least cost: a spring is an arc, what it must keep apart is
//! what a unit of flow earns there, and its weight is what the things at its ends must pass on. A wish
//! for an exact distance is an arc that carries no more than its weight, either way. It is
//! solved by the network simplex method over strongly feasible trees (Cunningham, 1976; Ahuja, Magnanti
//! and Orlin, "Network Flows", chapter 11). The potentials of the best flow are the positions.

mod start;

use super::relax;

/// `head` is at least `min` beyond `tail`; every unit more than that costs `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spring {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) min: i32,
    pub(super) weight: i32,
}

/// `two` is wanted `offset` beyond `one`; every unit more or less costs `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) one: usize,
    pub(super) two: usize,
    pub(super) offset: i32,
    pub(super) weight: i32,
}

/// The best positions of `count` things, the least being 0, or good ones of very many. The springs must
/// not push each other around in a circle. Where several positions are as good, the lesser ones are
/// taken.
pub(super) fn solve(count: usize, springs: &[Spring], wishes: &[Wish]) -> Vec<i32> {
    solve_near(&vec![0; count], springs, wishes)
}

/// The same, found the sooner the nearer it is to these positions.
pub(super) fn solve_near(near: &[i32], springs: &[Spring], wishes: &[Wish]) -> Vec<i32> {
    let count = near.len();
    if springs.len() + 2 * wishes.len() > MANY {
        return relax::solve(count, springs, wishes);
    }
    let mut simplex = Simplex::new(near, springs, wishes);
    let block = (springs.len() + wishes.len() + count).isqrt().max(24) / 2;
    let mut cursor = 0;
    while let Some(entering) = simplex.entering(&mut cursor, block) {
        if !simplex.exchange(entering) {
            break;
        }
    }
    let least = simplex.place[..count].iter().copied().min().unwrap_or(0);
    simplex.place[..count].iter().map(|place| (place - least) as i32).collect()
}

/// More springs than these are only relaxed: the best positions would take minutes.
const MANY: usize = 200_000;
const NONE: u32 = u32::MAX;
/// What an arc carries that may carry anything.
const ANY: i64 = i64::MAX / 4;

#[derive(Debug, Clone, Copy)]
struct Arc {
    tail: u32,
    head: u32,
    min: i64,
    /// What would bring it into the tree: 1 for a lack, where it is empty, -1 for the contrary, where it
    /// is full; 0 in the tree.
    sign: i64,
    /// How much it can carry.
    most: i64,
}

/// A tree of arcs that carry all the flow but that of full ones. Node `count` is its root, which
/// everything lies behind.
struct Simplex {
    arcs: Vec<Arc>,
    place: Vec<i64>,
    up: Vec<u32>,
    depth: Vec<u32>,
    /// The arc that joins each node to the one above it, whether it points upwards, and its flow.
    by: Vec<u32>,
    rises: Vec<bool>,
    flow: Vec<i64>,
    /// The nodes below each one, as a list that runs both ways.
    first: Vec<u32>,
    next: Vec<u32>,
    before: Vec<u32>,
    stack: Vec<u32>,
    /// Where the arcs from the root begin.
    roots: u32,
}

impl Simplex {
    fn hang(&mut self, node: u32, above: u32) {
        let (at, above) = (node as usize, above as usize);
        self.up[at] = above as u32;
        self.next[at] = self.first[above];
        self.before[at] = NONE;
        if self.first[above] != NONE {
            self.before[self.first[above] as usize] = node;
        }
        self.first[above] = node;
    }

    fn unhang(&mut self, node: u32) {
        let at = node as usize;
        let (before, next) = (self.before[at], self.next[at]);
        if before == NONE {
            self.first[self.up[at] as usize] = next;
        } else {
            self.next[before as usize] = next;
        }
        if next != NONE {
            self.before[next as usize] = before;
        }
    }

    /// By how much a distance is not kept.
    fn lack(&self, arc: Arc) -> i64 {
        self.place[arc.tail as usize] + arc.min - self.place[arc.head as usize]
    }

    /// Of the next block of arcs in which there is one, that which gains most.
    fn entering(&self, cursor: &mut usize, block: usize) -> Option<u32> {
        let count = self.arcs.len();
        let mut most = 0;
        let mut best = None;
        let mut seen = 0;
        for _ in 0..count {
            let arc = self.arcs[*cursor];
            let gain = self.lack(arc) * arc.sign;
            if gain > most {
                most = gain;
                best = Some(*cursor as u32);
            }
            *cursor = if *cursor + 1 == count { 0 } else { *cursor + 1 };
            seen += 1;
            if seen == block {
                if best.is_some() {
                    return best;
                }
                seen = 0;
            }
        }
        best
    }

    /// How much more the arc above a node takes upwards, or downwards.
    fn room(&self, node: u32, upwards: bool) -> i64 {
        let at = node as usize;
        if self.rises[at] == upwards {
            self.arcs[self.by[at] as usize].most - self.flow[at]
        } else {
            self.flow[at]
        }
    }

    /// Sends as much as there is around the circle that the arc closes, and takes the arc that ends up
    /// empty or full out of the tree. Whether there is an end to it.
    fn exchange(&mut self, entering: u32) -> bool {
        let arc = self.arcs[entering as usize];
        // A full arc gives back what it carries.
        let (from, to) = if arc.sign > 0 { (arc.tail, arc.head) } else { (arc.head, arc.tail) };
        let join = self.join(from, to);
        let mut least = i64::MAX;
        let mut leaving = None;
        // Of equals the last one, seen along the flow from where the two ways part: this keeps the tree
        // strongly feasible, and so the method from going in circles.
        let mut node = from;
        while node != join {
            let room = self.room(node, false);
            if room < least {
                least = room;
                leaving = Some((node, true));
            }
            node = self.up[node as usize];
        }
        if arc.most <= least {
            least = arc.most;
            leaving = None;
        }
        node = to;
        while node != join {
            let room = self.room(node, true);
            if room <= least {
                least = room;
                leaving = Some((node, false));
            }
            node = self.up[node as usize];
        }
        if least >= ANY {
            return false;
        }
        if least > 0 {
            self.send(from, join, -least);
            self.send(to, join, least);
        }
        let Some((out, is_at_start)) = leaving else {
            self.arcs[entering as usize].sign = -arc.sign;
            return true;
        };
        let (start, above) = if is_at_start { (from, to) } else { (to, from) };
        self.leave(out);
        let flow = if arc.sign > 0 { least } else { arc.most - least };
        self.turn(start, out, above, entering, start == arc.tail, flow);
        self.arcs[entering as usize].sign = 0;
        let lack = self.lack(arc);
        self.shift(start, if start == arc.tail { -lack } else { lack });
        true
    }

    /// Takes the arc above a node out of the tree, empty or full.
    fn leave(&mut self, node: u32) {
        let arc = &mut self.arcs[self.by[node as usize] as usize];
        arc.sign = if self.flow[node as usize] == 0 { 1 } else { -1 };
    }

    fn join(&self, mut one: u32, mut two: u32) -> u32 {
        while one != two {
            if self.depth[one as usize] >= self.depth[two as usize] {
                one = self.up[one as usize];
            } else {
                two = self.up[two as usize];
            }
        }
        one
    }

    /// Changes the flow upwards from a node.
    fn send(&mut self, mut node: u32, join: u32, by: i64) {
        while node != join {
            let at = node as usize;
            self.flow[at] += if self.rises[at] { by } else { -by };
            node = self.up[at];
        }
    }

    /// Cuts the tree above `out`, and hangs what lay below it by `start` under `above`: everything
    /// between `start` and `out` turns around.
    fn turn(&mut self, start: u32, out: u32, above: u32, entering: u32, rises: bool, flow: i64) {
        let (mut node, mut above) = (start, above);
        let (mut by, mut rises, mut flow) = (entering, rises, flow);
        loop {
            let at = node as usize;
            let was = (self.up[at], self.by[at], self.rises[at], self.flow[at]);
            self.unhang(node);
            self.hang(node, above);
            self.by[at] = by;
            self.rises[at] = rises;
            self.flow[at] = flow;
            if node == out {
                return;
            }
            above = node;
            (node, by, rises, flow) = (was.0, was.1, !was.2, was.3);
        }
    }

    /// Moves a node with all that is below it, and finds their depths anew.
    fn shift(&mut self, start: u32, by: i64) {
        self.depth[start as usize] = self.depth[self.up[start as usize] as usize] + 1;
        self.place[start as usize] += by;
        self.stack.push(start);
        while let Some(node) = self.stack.pop() {
            let depth = self.depth[node as usize] + 1;
            let mut child = self.first[node as usize];
            while child != NONE {
                self.depth[child as usize] = depth;
                self.place[child as usize] += by;
                self.stack.push(child);
                child = self.next[child as usize];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spring(tail: usize, head: usize, min: i32, weight: i32) -> Spring {
        Spring { tail, head, min, weight }
    }

    fn cost(places: &[i32], springs: &[Spring], wishes: &[Wish]) -> i64 {
        let springs = springs.iter().map(|it| {
            let length = places[it.head] - places[it.tail];
            assert!(length >= it.min, "{it:?} is {length} long");
            i64::from(length) * i64::from(it.weight)
        });
        let wishes = wishes.iter().map(|it| {
            let off = places[it.two] - places[it.one] - it.offset;
            i64::from(off.abs()) * i64::from(it.weight)
        });
        springs.sum::<i64>() + wishes.sum::<i64>()
    }

    #[test]
    fn short_edges_of_heavy_weight_win() {
        // A node that hangs on a late one is drawn to it, away from the start.
        let springs =
            [spring(0, 1, 1, 1), spring(1, 2, 1, 1), spring(3, 2, 1, 5), spring(0, 3, 1, 1)];
        let places = solve(4, &springs, &[]);
        assert_eq!(places, [0, 1, 2, 1]);
    }

    #[test]
    fn it_is_the_best_of_all_small_solutions() {
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..500 {
            let (mut springs, mut wishes) = (Vec::new(), Vec::new());
            for one in 0..5 {
                for two in one + 1..5 {
                    let (far, weight) = (random(4) as i32, random(5) as i32);
                    match random(4) {
                        0 => {}
                        1 => wishes.push(Wish { one, two, offset: far - 1, weight }),
                        2 => wishes.push(Wish { one: two, two: one, offset: far - 2, weight }),
                        _ => springs.push(spring(one, two, far.min(2), weight)),
                    }
                }
            }
            let first = solve(5, &springs, &wishes);
            let found = cost(&first, &springs, &wishes);
            // From wherever it starts, kept distances or not, it ends there.
            let near: Vec<i32> = (0..5).map(|_| random(9) as i32).collect();
            for near in [&first, &near] {
                let places = solve_near(near, &springs, &wishes);
                assert_eq!(cost(&places, &springs, &wishes), found, "{near:?} {springs:?}");
            }
            let mut best = i64::MAX;
            for code in 0..7_usize.pow(5) {
                let places: Vec<i32> =
                    (0..5).map(|at| (code / 7_usize.pow(at) % 7) as i32).collect();
                let holds = |it: &Spring| places[it.head] - places[it.tail] >= it.min;
                if springs.iter().all(holds) {
                    best = best.min(cost(&places, &springs, &wishes));
                }
            }
            // A solution may need more than the seven places that were tried, never cost more.
            assert!(found <= best, "{springs:?} {wishes:?}: {found} against {best}");
        }
    }
}

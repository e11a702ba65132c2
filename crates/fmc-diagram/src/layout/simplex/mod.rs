//! Positions that keep distances and make a weighted sum of lengths as small as it can be.
//!
//! The dual of that problem is a flow of least cost: a spring is an arc, what it must keep apart is
//! what a unit of flow earns there, and its weight is what the things at its ends must pass on. A wish
//! for an exact distance is an arc that carries no more than its weight, either way. It is
//! solved by the network simplex method over strongly feasible trees (Cunningham, 1976; Ahuja, Magnanti
//! and Orlin, "Network Flows", chapter 11). The potentials of the best flow are the positions.

mod start;
mod together;

use super::relax;
use together::together;

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
    if !is_solved(springs, wishes) {
        return relax::solve(count, springs, wishes);
    }
    let springs = &together(count, springs);
    let mut simplex = Simplex::new(near, springs, wishes);
    let block = (springs.len() + wishes.len() + count).isqrt().max(84) / 7;
    let mut cursor = 0;
    while let Some(entering) = simplex.entering(&mut cursor, block) {
        if !simplex.exchange(entering) {
            break;
        }
    }
    let least = simplex.place[..count].iter().copied().min().unwrap_or(0);
    simplex.place[..count].iter().map(|place| (place - least) as i32).collect()
}

/// Whether the best positions are looked for, and not only good ones.
pub(super) fn is_solved(springs: &[Spring], wishes: &[Wish]) -> bool {
    springs.len() + 2 * wishes.len() <= MANY
}

/// More springs than these are only relaxed: the best positions would take minutes.
const MANY: usize = 100_000;
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
    sign: i32,
}

/// A tree of arcs that carry all the flow but that of full ones. Node `count` is its root, which
/// everything lies behind.
struct Simplex {
    arcs: Vec<Arc>,
    /// How much each arc can carry.
    most: Vec<i64>,
    place: Vec<i64>,
    nodes: Vec<Node>,
    stack: Vec<u32>,
    /// Where the arcs from the root begin.
    roots: u32,
}

/// Where a node is in the tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    up: u32,
    /// How many nodes there are below it and with it.
    size: u32,
    /// The nodes below it, as a list that runs both ways.
    first: u32,
    next: u32,
    before: u32,
    /// The arc that joins it to the one above it, whether it points upwards, and its flow.
    by: u32,
    rises: bool,
    flow: i64,
}

impl Simplex {
    fn hang(&mut self, node: u32, above: u32) {
        let first = std::mem::replace(&mut self.nodes[above as usize].first, node);
        let it = &mut self.nodes[node as usize];
        (it.up, it.next, it.before) = (above, first, NONE);
        if first != NONE {
            self.nodes[first as usize].before = node;
        }
    }

    fn unhang(&mut self, node: u32) {
        let Node { up, before, next, .. } = self.nodes[node as usize];
        if before == NONE {
            self.nodes[up as usize].first = next;
        } else {
            self.nodes[before as usize].next = next;
        }
        if next != NONE {
            self.nodes[next as usize].before = before;
        }
    }

    /// By how much a distance is not kept.
    fn lack(&self, arc: Arc) -> i64 {
        self.place[arc.tail as usize] + arc.min - self.place[arc.head as usize]
    }

    /// Of the next block of arcs in which there is one, that which gains most.
    fn entering(&self, cursor: &mut usize, block: usize) -> Option<u32> {
        let count = self.arcs.len();
        let (mut at, mut left) = (*cursor, count);
        while left > 0 {
            let end = count.min(at + block.min(left));
            let mut most = 0;
            let mut best = None;
            let place = &self.place[..];
            for (index, arc) in self.arcs[at..end].iter().enumerate() {
                let lack = place[arc.tail as usize] + arc.min - place[arc.head as usize];
                let gain = lack * i64::from(arc.sign);
                if gain > most {
                    most = gain;
                    best = Some((at + index) as u32);
                }
            }
            left -= end - at;
            at = if end == count { 0 } else { end };
            if best.is_some() {
                *cursor = at;
                return best;
            }
        }
        None
    }

    /// How much more the arc above a node takes upwards, or downwards.
    fn room(&self, node: Node, upwards: bool) -> i64 {
        if node.rises == upwards { self.most[node.by as usize] - node.flow } else { node.flow }
    }

    /// Sends as much as there is around the circle that the arc closes, and takes the arc that ends up
    /// empty or full out of the tree. Whether there is an end to it.
    fn exchange(&mut self, entering: u32) -> bool {
        let arc = self.arcs[entering as usize];
        let most = self.most[entering as usize];
        // A full arc gives back what it carries.
        let (from, to) = if arc.sign > 0 { (arc.tail, arc.head) } else { (arc.head, arc.tail) };
        let join = self.join(from, to);
        let mut least = i64::MAX;
        let mut leaving = None;
        // Of equals the last one, seen along the flow from where the two ways part: this keeps the tree
        // strongly feasible, and so the method from going in circles.
        let mut node = from;
        while node != join {
            let it = self.nodes[node as usize];
            let room = self.room(it, false);
            if room < least {
                least = room;
                leaving = Some((node, true));
            }
            node = it.up;
        }
        if most <= least {
            least = most;
            leaving = None;
        }
        node = to;
        while node != join {
            let it = self.nodes[node as usize];
            let room = self.room(it, true);
            if room <= least {
                least = room;
                leaving = Some((node, false));
            }
            node = it.up;
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
        let flow = if arc.sign > 0 { least } else { most - least };
        self.turn(start, out, above, join, Tie { by: entering, rises: start == arc.tail, flow });
        self.arcs[entering as usize].sign = 0;
        let lack = self.lack(arc);
        self.shift(start, if start == arc.tail { -lack } else { lack });
        true
    }

    /// Takes the arc above a node out of the tree, empty or full.
    fn leave(&mut self, node: u32) {
        let Node { by, flow, .. } = self.nodes[node as usize];
        self.arcs[by as usize].sign = if flow == 0 { 1 } else { -1 };
    }

    /// Where the ways upwards from two nodes meet.
    fn join(&self, mut one: u32, mut two: u32) -> u32 {
        while one != two {
            // What has less below it cannot be above the other.
            let (first, second) = (&self.nodes[one as usize], &self.nodes[two as usize]);
            if first.size <= second.size {
                one = first.up;
            } else {
                two = second.up;
            }
        }
        one
    }

    /// Changes the flow upwards from a node.
    fn send(&mut self, mut node: u32, join: u32, by: i64) {
        while node != join {
            let it = &mut self.nodes[node as usize];
            it.flow += if it.rises { by } else { -by };
            node = it.up;
        }
    }

    /// Cuts the tree above `out`, and hangs what lay below it by `start` under `above`: everything
    /// between `start` and `out` turns around.
    fn turn(&mut self, start: u32, out: u32, above: u32, join: u32, mut tie: Tie) {
        let size = self.nodes[out as usize].size;
        self.grow(self.nodes[out as usize].up, join, size.wrapping_neg());
        self.grow(above, join, size);
        let (mut node, mut above, mut without) = (start, above, 0);
        loop {
            let was = self.nodes[node as usize];
            self.unhang(node);
            self.hang(node, above);
            let it = &mut self.nodes[node as usize];
            (it.by, it.rises, it.flow) = (tie.by, tie.rises, tie.flow);
            it.size = size - without;
            if node == out {
                return;
            }
            above = node;
            without = was.size;
            tie = Tie { by: was.by, rises: !was.rises, flow: was.flow };
            node = was.up;
        }
    }

    /// Changes how many nodes there are below each one from here upwards.
    fn grow(&mut self, mut node: u32, join: u32, by: u32) {
        while node != join {
            let it = &mut self.nodes[node as usize];
            it.size = it.size.wrapping_add(by);
            node = it.up;
        }
    }

    /// Moves a node with all that is below it against all others: whichever are fewer move.
    fn shift(&mut self, start: u32, by: i64) {
        let root = self.nodes.len() - 1;
        let is_small = 2 * self.nodes[start as usize].size as usize <= self.nodes.len();
        let (first, by) = if is_small { (start, by) } else { (root as u32, -by) };
        self.place[first as usize] += by;
        self.stack.push(first);
        while let Some(node) = self.stack.pop() {
            let mut child = self.nodes[node as usize].first;
            while child != NONE {
                let Node { first, next, .. } = self.nodes[child as usize];
                if child != start {
                    self.place[child as usize] += by;
                    if first != NONE {
                        self.stack.push(child);
                    }
                }
                child = next;
            }
        }
    }
}

/// What joins a node to the one above it.
struct Tie {
    by: u32,
    rises: bool,
    flow: i64,
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

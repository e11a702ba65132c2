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

/// What it gains to bring an arc into the tree: by how much it is too long or too short, as the distance of
/// two nodes. All of these are looked at again and again, so there is nothing else in it. In the tree an arc
/// is just long enough, which gains nothing either way.
#[derive(Debug, Clone, Copy)]
struct Offer {
    from: u32,
    to: u32,
    by: i64,
}

impl Arc {
    fn offer(self) -> Offer {
        if self.sign < 0 {
            Offer { from: self.head, to: self.tail, by: -self.min }
        } else {
            Offer { from: self.tail, to: self.head, by: self.min }
        }
    }
}

/// A tree of arcs that carry all the flow but that of full ones. Node `count` is its root, which
/// everything lies behind.
struct Simplex {
    arcs: Vec<Arc>,
    /// What each arc outside of the tree would gain.
    offers: Vec<Offer>,
    /// How much each arc can carry.
    most: Vec<i64>,
    place: Vec<i64>,
    nodes: Vec<Node>,
    /// Where the arcs from the root begin.
    roots: u32,
}

/// Where a node is in the tree. Half of a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Node {
    up: u32,
    /// How many nodes there are below it and with it.
    size: u32,
    /// The nodes below it, as a list that runs both ways.
    first: u32,
    next: u32,
    before: u32,
    /// What joins it to the one above it.
    tie: Tie,
    flow: i64,
}

/// The number of an arc, and in its last bit whether it points upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tie(u32);

impl Tie {
    fn new(arc: u32, rises: bool) -> Self {
        Self(arc << 1 | u32::from(rises))
    }

    fn arc(self) -> usize {
        (self.0 >> 1) as usize
    }

    fn rises(self) -> bool {
        self.0 & 1 != 0
    }

    fn turned(self) -> Self {
        Self(self.0 ^ 1)
    }
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
        let count = self.offers.len();
        let (mut at, mut left) = (*cursor, count);
        while left > 0 {
            let end = count.min(at + block.min(left));
            let mut most = 0;
            let mut best = None;
            let place = &self.place[..];
            for (index, it) in self.offers[at..end].iter().enumerate() {
                let gain = place[it.from as usize] + it.by - place[it.to as usize];
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
    fn room(&self, node: &Node, upwards: bool) -> i64 {
        if node.tie.rises() == upwards { self.most[node.tie.arc()] - node.flow } else { node.flow }
    }

    /// Sends as much as there is around the circle that the arc closes, and takes the arc that ends up
    /// empty or full out of the tree. Whether there is an end to it.
    fn exchange(&mut self, entering: u32) -> bool {
        let arc = self.arcs[entering as usize];
        let most = self.most[entering as usize];
        // A full arc gives back what it carries.
        let (from, to) = if arc.sign > 0 { (arc.tail, arc.head) } else { (arc.head, arc.tail) };
        // On the way to where both ways meet: what has least room. Of equals it is the last one, seen along
        // the flow from where the two ways part: this keeps the tree strongly feasible, and so the method
        // from going in circles.
        let (mut one, mut two) = (from, to);
        let mut rooms = [i64::MAX; 2];
        let mut tightest = [NONE; 2];
        // By reference: not all of a node is looked at.
        let nodes = &self.nodes[..];
        let (mut first, mut second) = (&nodes[one as usize], &nodes[two as usize]);
        while one != two {
            // What has less below it cannot be above the other.
            if first.size <= second.size {
                let room = self.room(first, false);
                if room < rooms[0] {
                    (rooms[0], tightest[0]) = (room, one);
                }
                one = first.up;
                first = &nodes[one as usize];
            } else {
                let room = self.room(second, true);
                if room <= rooms[1] {
                    (rooms[1], tightest[1]) = (room, two);
                }
                two = second.up;
                second = &nodes[two as usize];
            }
        }
        let join = one;
        let mut least = rooms[0];
        let mut leaving = Some((tightest[0], true));
        if most <= least {
            least = most;
            leaving = None;
        }
        if rooms[1] <= least {
            least = rooms[1];
            leaving = Some((tightest[1], false));
        }
        if least >= ANY {
            return false;
        }
        let Some((out, is_at_start)) = leaving else {
            self.pass(from, join, -least, 0);
            self.pass(to, join, least, 0);
            self.put(entering as usize, -arc.sign);
            return true;
        };
        // What lay below the arc that leaves lies below the other way then.
        let Node { up, size, .. } = self.nodes[out as usize];
        let (start, above, by) = if is_at_start { (from, to, least) } else { (to, from, -least) };
        if least > 0 {
            self.pass(start, up, -by, 0);
        }
        self.pass(up, join, -by, size.wrapping_neg());
        self.pass(above, join, by, size);
        self.leave(out);
        let flow = if arc.sign > 0 { least } else { most - least };
        self.turn(start, out, above, Tie::new(entering, start == arc.tail), flow);
        self.put(entering as usize, 0);
        let lack = self.lack(arc);
        self.shift(start, if start == arc.tail { -lack } else { lack });
        true
    }

    /// Takes the arc above a node out of the tree, empty or full.
    fn leave(&mut self, node: u32) {
        let Node { tie, flow, .. } = self.nodes[node as usize];
        self.put(tie.arc(), if flow == 0 { 1 } else { -1 });
    }

    /// Says what would bring an arc into the tree.
    fn put(&mut self, arc: usize, sign: i32) {
        let it = &mut self.arcs[arc];
        it.sign = sign;
        self.offers[arc] = it.offer();
    }

    /// Changes the flow upwards from a node, and how many nodes there are below each one on the way.
    fn pass(&mut self, mut node: u32, end: u32, flow: i64, size: u32) {
        while node != end {
            let it = &mut self.nodes[node as usize];
            it.flow += if it.tie.rises() { flow } else { -flow };
            it.size = it.size.wrapping_add(size);
            node = it.up;
        }
    }

    /// Cuts the tree above `out`, and hangs what lay below it by `start` under `above`: everything
    /// between `start` and `out` turns around.
    fn turn(&mut self, start: u32, out: u32, mut above: u32, mut tie: Tie, mut flow: i64) {
        let size = self.nodes[out as usize].size;
        let (mut node, mut without) = (start, 0);
        loop {
            let was = self.nodes[node as usize];
            self.unhang(node);
            self.hang(node, above);
            let it = &mut self.nodes[node as usize];
            (it.tie, it.flow, it.size) = (tie, flow, size - without);
            if node == out {
                return;
            }
            (above, without) = (node, was.size);
            (tie, flow) = (was.tie.turned(), was.flow);
            node = was.up;
        }
    }

    /// Moves a node with all that is below it against all others: whichever are fewer move.
    fn shift(&mut self, start: u32, by: i64) {
        let root = self.nodes.len() - 1;
        let is_small = 2 * self.nodes[start as usize].size as usize <= self.nodes.len();
        let (top, still, by) = if is_small { (start, NONE, by) } else { (root as u32, start, -by) };
        let (nodes, place) = (&self.nodes[..], &mut self.place[..]);
        place[top as usize] += by;
        let mut node = nodes[top as usize].first;
        // Down to the first below, else to the next beside, else up to where there is one.
        while node != NONE {
            let Node { up, first, next, .. } = nodes[node as usize];
            if node != still {
                place[node as usize] += by;
                if first != NONE {
                    node = first;
                    continue;
                }
            }
            node = next;
            let mut above = up;
            while node == NONE && above != top {
                let Node { up, next, .. } = nodes[above as usize];
                (node, above) = (next, up);
            }
        }
    }
}

#[cfg(test)]
mod tests;

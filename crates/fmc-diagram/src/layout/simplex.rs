//! Positions that keep distances and make a weighted sum of lengths as small as it can be.
//!
//! The dual of that problem is a flow of least cost: a spring is an arc, what it must keep apart is
//! what a unit of flow earns there, and its weight is what the things at its ends must pass on. It is
//! solved by the network simplex method over strongly feasible trees (Cunningham, 1976; Ahuja, Magnanti
//! and Orlin, "Network Flows", chapter 11). The potentials of the best flow are the positions.

use super::relax;

/// `head` is at least `min` beyond `tail`; every unit more than that costs `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spring {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) min: i32,
    pub(super) weight: i32,
}

/// The best positions of `count` things, the least being 0, or good ones of very many. The springs must not push each other around
/// in a circle. Where several positions are as good, the lesser ones are taken.
pub(super) fn solve(count: usize, springs: &[Spring]) -> Vec<i32> {
    if springs.len() > MANY {
        return relax::solve(count, springs);
    }
    let mut simplex = Simplex::new(count, springs);
    let block = (springs.len() + count).isqrt().max(24) / 2;
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
/// How many times as much a wish weighs as staying near the beginning.
const WISH: i64 = 4096;
const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Arc {
    tail: u32,
    head: u32,
    min: i64,
}

/// A tree of arcs that carry all the flow. Node `count` is its root, which everything lies behind.
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
}

impl Simplex {
    fn new(count: usize, springs: &[Spring]) -> Self {
        let root = count as u32;
        let arc = |it: &Spring| Arc {
            tail: it.tail as u32,
            head: it.head as u32,
            min: i64::from(it.min),
        };
        let mut arcs: Vec<Arc> = springs.iter().map(arc).collect();
        let mut wants = vec![1_i64; count];
        let mut far = 1_i64;
        for it in springs {
            let weight = i64::from(it.weight) * WISH;
            wants[it.head] += weight;
            wants[it.tail] -= weight;
            far += i64::from(it.min).abs();
        }
        let roots = arcs.len() as u32;
        arcs.extend((0..root).map(|head| Arc { tail: root, head, min: 0 }));
        let mut it = Self {
            place: vec![0; count + 1],
            up: vec![root; count + 1],
            depth: vec![1; count + 1],
            by: (0..=root).map(|node| roots + node).collect(),
            rises: vec![false; count + 1],
            flow: vec![0; count + 1],
            first: vec![NONE; count + 1],
            next: vec![NONE; count + 1],
            before: vec![NONE; count + 1],
            stack: Vec::new(),
            arcs,
        };
        it.up[count] = NONE;
        it.depth[count] = 0;
        for node in (0..root).rev() {
            let want = wants[node as usize];
            if want <= 0 {
                // What has more to pass on than it gets sends that to the root at first, over an arc so
                // dear that nothing takes it in the end.
                it.by[node as usize] = it.arcs.len() as u32;
                it.arcs.push(Arc { tail: node, head: root, min: -far });
                it.rises[node as usize] = true;
                it.place[node as usize] = far;
            }
            it.flow[node as usize] = want.abs();
            it.hang(node, root);
        }
        it
    }

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

    /// Of the next block of arcs in which there is one, that which lacks most.
    fn entering(&self, cursor: &mut usize, block: usize) -> Option<u32> {
        let count = self.arcs.len();
        let mut most = 0;
        let mut best = None;
        let mut seen = 0;
        for _ in 0..count {
            let lack = self.lack(self.arcs[*cursor]);
            if lack > most {
                most = lack;
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

    /// Sends as much as there is around the circle that the arc closes, and takes the arc that ends up
    /// empty out of the tree. Whether there is an end to it.
    fn exchange(&mut self, entering: u32) -> bool {
        let Arc { tail, head, .. } = self.arcs[entering as usize];
        let join = self.join(tail, head);
        let mut least = i64::MAX;
        let mut leaving = None;
        // Of equals the last one, seen along the flow from where the two ways part: this keeps the tree
        // strongly feasible, and so the method from going in circles.
        let mut node = tail;
        while node != join {
            let at = node as usize;
            if self.rises[at] && self.flow[at] < least {
                least = self.flow[at];
                leaving = Some((node, true));
            }
            node = self.up[at];
        }
        node = head;
        while node != join {
            let at = node as usize;
            if !self.rises[at] && self.flow[at] <= least {
                least = self.flow[at];
                leaving = Some((node, false));
            }
            node = self.up[at];
        }
        let Some((out, is_at_tail)) = leaving else { return false };
        if least > 0 {
            self.send(tail, join, -least);
            self.send(head, join, least);
        }
        let (start, above) = if is_at_tail { (tail, head) } else { (head, tail) };
        self.turn(start, out, above, entering, is_at_tail, least);
        let lack = self.lack(self.arcs[entering as usize]);
        self.shift(start, if is_at_tail { -lack } else { lack });
        true
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

    fn cost(places: &[i32], springs: &[Spring]) -> i64 {
        springs
            .iter()
            .map(|it| {
                let length = places[it.head] - places[it.tail];
                assert!(length >= it.min, "{it:?} is {length} long");
                i64::from(length) * i64::from(it.weight)
            })
            .sum()
    }

    #[test]
    fn short_edges_of_heavy_weight_win() {
        // A node that hangs on a late one is drawn to it, away from the start.
        let springs =
            [spring(0, 1, 1, 1), spring(1, 2, 1, 1), spring(3, 2, 1, 5), spring(0, 3, 1, 1)];
        let places = solve(4, &springs);
        assert_eq!(places, [0, 1, 2, 1]);
    }

    #[test]
    fn it_is_the_best_of_all_small_solutions() {
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..200 {
            let mut springs = Vec::new();
            for tail in 0..5 {
                for head in tail + 1..5 {
                    if random(3) > 0 {
                        springs.push(spring(tail, head, random(3) as i32, random(5) as i32));
                    }
                }
            }
            let found = cost(&solve(5, &springs), &springs);
            let mut best = i64::MAX;
            for code in 0..7_usize.pow(5) {
                let places: Vec<i32> =
                    (0..5).map(|at| (code / 7_usize.pow(at) % 7) as i32).collect();
                let holds = |it: &Spring| places[it.head] - places[it.tail] >= it.min;
                if springs.iter().all(holds) {
                    best = best.min(cost(&places, &springs));
                }
            }
            // A solution may need more than the seven places that were tried, never cost more.
            assert!(found <= best, "{springs:?}: {found} against {best}");
        }
    }
}

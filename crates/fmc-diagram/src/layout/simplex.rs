//! The network simplex method: positions that keep distances and make a weighted sum of lengths as
//! small as it can be.
//!
//! After Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs" (1993), with
//! their numbering of subtrees, so that which side of a cut a node is on is one comparison.

use std::collections::VecDeque;

/// `head` is at least `min` beyond `tail`; every unit more than that costs `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spring {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) min: i32,
    pub(super) weight: i32,
}

/// Positions of `count` things from 0 upwards. The springs must not
/// push each other around in a circle. After `limit` steps
/// the best that was found is taken; it keeps all distances in any case.
pub(super) fn solve(count: usize, springs: &[Spring], limit: usize) -> Vec<i32> {
    if count == 0 {
        return Vec::new();
    }
    // A step costs about as much as there are things; a big picture gets fewer.
    let limit = limit.min(WORK / count);
    let mut simplex = Simplex::new(count, springs);
    let mut steps = 0;
    let mut cursor = 0;
    while steps < limit {
        let Some(leaving) = simplex.leaving(&mut cursor) else { break };
        let Some(entering) = simplex.entering(leaving) else { break };
        simplex.exchange(leaving, entering);
        steps += 1;
    }
    simplex.place.truncate(count);
    let least = simplex.place.iter().copied().min().unwrap_or(0);
    simplex.place.iter().map(|place| place - least).collect()
}

/// How many candidates for leaving the tree are compared.
const CANDIDATES: usize = 24;
/// How much all steps together may cost: some seconds.
const WORK: usize = 120_000_000;
const NONE: usize = usize::MAX;

struct Simplex {
    springs: Vec<Spring>,
    place: Vec<i32>,
    /// The springs that end and that start at each node.
    into: Vec<Vec<usize>>,
    out: Vec<Vec<usize>>,
    /// Where each spring stands among `tree`, or [`NONE`].
    in_tree: Vec<usize>,
    tree: Vec<usize>,
    /// The springs of the tree at each node.
    beside: Vec<Vec<usize>>,
    cut: Vec<i64>,
    /// The spring that leads to the root of the tree.
    up: Vec<usize>,
    /// The numbers of a subtree: from `low` of its root to `high` of its root.
    low: Vec<usize>,
    high: Vec<usize>,
    numbered: Vec<usize>,
}

impl Simplex {
    fn new(count: usize, given: &[Spring]) -> Self {
        // A root before everything makes one tree of it, at no cost.
        let root = count;
        let mut springs: Vec<Spring> =
            (0..count).map(|head| Spring { tail: root, head, min: 0, weight: 0 }).collect();
        springs.extend_from_slice(given);
        let mut into = vec![Vec::new(); count + 1];
        let mut out = vec![Vec::new(); count + 1];
        for (index, spring) in springs.iter().enumerate() {
            into[spring.head].push(index);
            out[spring.tail].push(index);
        }
        let mut it = Self {
            place: vec![0; count + 1],
            in_tree: vec![NONE; springs.len()],
            tree: Vec::with_capacity(count),
            beside: vec![Vec::new(); count + 1],
            cut: vec![0; springs.len()],
            up: vec![NONE; count + 1],
            low: vec![0; count + 1],
            high: vec![0; count + 1],
            numbered: vec![0; count + 1],
            springs,
            into,
            out,
        };
        it.longest_paths(root);
        it.number(root, NONE, 0);
        it.first_cuts();
        it
    }

    /// Places everything as near to the root as distances allow; what holds a node there is its
    /// spring of the tree. Springs may lead back, as long as no circle of them pushes.
    fn longest_paths(&mut self, root: usize) {
        let mut held_by = vec![NONE; self.place.len()];
        let mut is_waiting = vec![false; self.place.len()];
        let mut queue = VecDeque::from([root]);
        self.place.fill(i32::MIN / 2);
        self.place[root] = 0;
        while let Some(node) = queue.pop_front() {
            is_waiting[node] = false;
            for &index in &self.out[node] {
                let spring = self.springs[index];
                let place = self.place[node] + spring.min;
                if place > self.place[spring.head] {
                    self.place[spring.head] = place;
                    held_by[spring.head] = index;
                    if !is_waiting[spring.head] {
                        is_waiting[spring.head] = true;
                        queue.push_back(spring.head);
                    }
                }
            }
        }
        for index in held_by.into_iter().filter(|index| *index != NONE) {
            self.join(index);
        }
    }

    fn join(&mut self, index: usize) {
        self.in_tree[index] = self.tree.len();
        self.tree.push(index);
        let Spring { tail, head, .. } = self.springs[index];
        self.beside[tail].push(index);
        self.beside[head].push(index);
    }

    fn other(&self, index: usize, node: usize) -> usize {
        let spring = self.springs[index];
        if spring.tail == node { spring.head } else { spring.tail }
    }

    fn slack(&self, index: usize) -> i32 {
        let Spring { tail, head, min, .. } = self.springs[index];
        self.place[head] - self.place[tail] - min
    }

    /// Numbers the subtree of `start` from `first` on.
    fn number(&mut self, start: usize, up: usize, first: usize) {
        let mut next = first;
        self.up[start] = up;
        self.low[start] = first;
        let mut stack = vec![(start, 0)];
        while let Some((node, at)) = stack.pop() {
            if let Some(&index) = self.beside[node].get(at) {
                stack.push((node, at + 1));
                if index != self.up[node] {
                    let child = self.other(index, node);
                    self.up[child] = index;
                    self.low[child] = next;
                    stack.push((child, 0));
                }
            } else {
                self.high[node] = next;
                self.numbered[next] = node;
                next += 1;
            }
        }
    }

    fn is_within(&self, node: usize, root: usize) -> bool {
        self.low[root] <= self.high[node] && self.high[node] <= self.high[root]
    }

    /// The cut of a spring is what moving its two sides apart by one unit would cost. Children come
    /// before their parents in the numbering, so each is found from its children's.
    fn first_cuts(&mut self) {
        for number in 0..self.numbered.len() {
            let node = self.numbered[number];
            let up = self.up[node];
            if up == NONE {
                continue;
            }
            let is_tail = self.springs[up].tail == node;
            let mut cut = i64::from(self.springs[up].weight);
            for outwards in [true, false] {
                let count = if outwards { self.out[node].len() } else { self.into[node].len() };
                for at in 0..count {
                    let index = if outwards { self.out[node][at] } else { self.into[node][at] };
                    if index == up {
                        continue;
                    }
                    let weight = i64::from(self.springs[index].weight);
                    let crosses = outwards == is_tail;
                    let part =
                        if self.in_tree[index] == NONE { weight } else { weight - self.cut[index] };
                    cut += if crosses { part } else { -part };
                }
            }
            self.cut[up] = cut;
        }
    }

    fn leaving(&self, cursor: &mut usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        let mut found = 0;
        for step in 0..self.tree.len() {
            let at = (*cursor + step) % self.tree.len();
            let index = self.tree[at];
            if self.cut[index] < 0 {
                if best.is_none_or(|best| self.cut[index] < self.cut[best]) {
                    best = Some(index);
                }
                found += 1;
                if found == CANDIDATES {
                    *cursor = at + 1;
                    break;
                }
            }
        }
        best
    }

    /// Of the springs that point against the leaving one across the cut, the shortest.
    fn entering(&self, leaving: usize) -> Option<usize> {
        let Spring { tail, head, .. } = self.springs[leaving];
        let tail_is_below = self.high[tail] < self.high[head];
        let below = if tail_is_below { tail } else { head };
        let mut best: Option<(i32, usize)> = None;
        for number in self.low[below]..=self.high[below] {
            let node = self.numbered[number];
            let crossing = if tail_is_below { &self.into[node] } else { &self.out[node] };
            for &index in crossing {
                if self.is_within(self.other(index, node), below) {
                    continue;
                }
                let slack = self.slack(index);
                if best.is_none_or(|(least, _)| slack < least) {
                    best = Some((slack, index));
                    if slack == 0 {
                        return Some(index);
                    }
                }
            }
        }
        best.map(|(_, index)| index)
    }

    fn exchange(&mut self, leaving: usize, entering: usize) {
        let slack = self.slack(entering);
        if slack > 0 {
            let Spring { tail, head, .. } = self.springs[leaving];
            let (below, by) =
                if self.high[tail] < self.high[head] { (tail, -slack) } else { (head, slack) };
            for number in self.low[below]..=self.high[below] {
                self.place[self.numbered[number]] += by;
            }
        }
        let cut = self.cut[leaving];
        let Spring { tail, head, .. } = self.springs[entering];
        let top = self.update(tail, head, cut, true);
        self.update(head, tail, cut, false);
        self.cut[entering] = -cut;
        self.cut[leaving] = 0;

        let slot = self.in_tree[leaving];
        self.in_tree[leaving] = NONE;
        self.in_tree[entering] = slot;
        self.tree[slot] = entering;
        let gone = self.springs[leaving];
        self.beside[gone.tail].retain(|index| *index != leaving);
        self.beside[gone.head].retain(|index| *index != leaving);
        self.beside[tail].push(entering);
        self.beside[head].push(entering);
        self.number(top, self.up[top], self.low[top]);
    }

    /// Carries a changed cut along the path from `node` up to where it meets `other`.
    fn update(&mut self, mut node: usize, other: usize, cut: i64, forwards: bool) -> usize {
        while !self.is_within(other, node) {
            let up = self.up[node];
            let along = (self.springs[up].tail == node) == forwards;
            self.cut[up] += if along { cut } else { -cut };
            node = self.other(up, node);
        }
        node
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
        let places = solve(4, &springs, 100);
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
            let found = cost(&solve(5, &springs, 1000), &springs);
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

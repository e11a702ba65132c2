//! The tree that the method begins with: of arcs that are just long enough where things are now, as far
//! as these can carry what is wanted. The nearer that is to the best, the fewer arcs are exchanged.

use super::{ANY, Arc, NONE, Node, Simplex, Spring, Tie, Wish};

/// How many times as much a wish weighs as staying near the beginning.
const WISH: i64 = 4096;

impl Simplex {
    pub(super) fn new(near: &[i32], springs: &[Spring], wishes: &[Wish]) -> Self {
        let count = near.len();
        let root = count as u32;
        let mut arcs: Vec<Arc> = Vec::with_capacity(springs.len() + wishes.len() + 2 * count);
        let mut most = Vec::with_capacity(arcs.capacity());
        let mut wants = vec![1_i64; count];
        let mut far = 1_i64;
        let mut add = |tail: usize, head: usize, min: i32, weight: i32, can: i64| {
            let (min, weight) = (i64::from(min), i64::from(weight) * WISH);
            arcs.push(Arc { tail: tail as u32, head: head as u32, min, sign: 1 });
            most.push(can);
            wants[head] += weight;
            wants[tail] -= weight;
            far += min.abs();
        };
        for it in wishes {
            // From empty to full it is from pulling one way to pulling the other way.
            add(it.one, it.two, it.offset, it.weight, 2 * i64::from(it.weight) * WISH);
        }
        for it in springs {
            add(it.tail, it.head, it.min, it.weight, ANY);
        }
        let roots = arcs.len() as u32;
        arcs.extend((0..root).map(|head| Arc { tail: root, head, min: 0, sign: 1 }));
        most.resize(arcs.len(), ANY);
        let least = near.iter().copied().min().unwrap_or(0);
        let mut place: Vec<i64> = near.iter().map(|it| i64::from(it - least)).collect();
        place.push(0);
        let node = |at: u32| Node {
            up: root,
            size: 1,
            first: NONE,
            next: NONE,
            before: NONE,
            tie: Tie::new(roots + at, false),
            flow: 0,
        };
        let nodes = (0..=root).map(node).collect();
        let mut it = Self { arcs, offers: Vec::new(), most, place, nodes, roots };
        it.nodes[count].up = NONE;
        it.plant(&mut wants, wishes.len(), far);
        it.offers = it.arcs.iter().map(|arc| arc.offer()).collect();
        it
    }

    /// Makes the first tree: of arcs that are just long enough, as far as these can carry what is wanted.
    fn plant(&mut self, wants: &mut [i64], wishes: usize, far: i64) {
        let root = wants.len();
        for at in 0..wishes {
            let arc = self.arcs[at];
            if self.lack(arc) > 0 {
                self.arcs[at].sign = -1;
                wants[arc.head as usize] -= self.most[at];
                wants[arc.tail as usize] += self.most[at];
            }
        }
        let order = self.reach();
        for node in order.iter().rev().map(|it| *it as usize) {
            let Node { up, tie, .. } = self.nodes[node];
            let (want, above) = (wants[node], up as usize);
            let flow = if tie.rises() { -want } else { want };
            let most = self.most[tie.arc()];
            // What could send nothing towards the root is not strongly feasible.
            let carries = if tie.rises() { 0..most } else { 1..most.saturating_add(1) };
            self.nodes[node].flow = flow;
            if above == root || !carries.contains(&flow) {
                self.hang_on_root(node as u32, want, far);
            } else {
                wants[above] += want;
            }
        }
        // From the root on, for the order has what is above first.
        for node in &order {
            let at = *node as usize;
            let Node { up, tie, .. } = self.nodes[at];
            let arc = &mut self.arcs[tie.arc()];
            arc.sign = 0;
            let along = if tie.rises() { -arc.min } else { arc.min };
            self.place[at] = self.place[up as usize] + along;
            self.hang(*node, up);
        }
        for node in order.iter().rev() {
            let Node { up, size, .. } = self.nodes[*node as usize];
            self.nodes[up as usize].size += size;
        }
    }

    /// Joins nodes by arcs that are just long enough, and what is joined to the root: all nodes, each
    /// behind the one above it.
    fn reach(&mut self) -> Vec<u32> {
        let root = self.nodes.len() - 1;
        let roots = self.roots as usize;
        let tight = |at: &usize| self.lack(self.arcs[*at]) == 0;
        let tight = self.without_circles((0..roots).filter(tight).collect());
        let mut starts = vec![0_u32; root + 1];
        for at in &tight {
            starts[self.arcs[*at].tail as usize] += 1;
            starts[self.arcs[*at].head as usize] += 1;
        }
        let mut sum = 0;
        for it in &mut starts {
            sum += *it;
            *it = sum;
        }
        let mut arms = vec![0_u32; sum as usize];
        for at in tight.iter().rev() {
            for node in [self.arcs[*at].tail, self.arcs[*at].head] {
                starts[node as usize] -= 1;
                arms[starts[node as usize] as usize] = *at as u32;
            }
        }
        let mut is_joined = vec![false; root];
        let mut order = Vec::with_capacity(root);
        // What is near the beginning hangs on the root, so it grows from there.
        let begins = (0..root).filter(|at| self.place[*at] == 0).chain(0..root);
        let mut next = 0;
        for begin in begins {
            if std::mem::replace(&mut is_joined[begin], true) {
                continue;
            }
            order.push(begin as u32);
            while let Some(node) = order.get(next).map(|it| *it as usize) {
                next += 1;
                for arc in &arms[starts[node] as usize..starts[node + 1] as usize] {
                    let Arc { tail, head, .. } = self.arcs[*arc as usize];
                    let other = if tail as usize == node { head } else { tail };
                    if !std::mem::replace(&mut is_joined[other as usize], true) {
                        let it = &mut self.nodes[other as usize];
                        (it.up, it.tie) = (node as u32, Tie::new(*arc, tail == other));
                        order.push(other);
                    }
                }
            }
        }
        order
    }

    /// The arcs of these that make a forest. Springs come first, for what is wanted of them they can carry,
    /// however much that is.
    fn without_circles(&self, mut arcs: Vec<usize>) -> Vec<usize> {
        arcs.sort_by_key(|at| std::cmp::Reverse(self.most[*at]));
        let mut above: Vec<u32> = (0..self.nodes.len() as u32).collect();
        arcs.retain(|at| {
            let [one, two] = [self.arcs[*at].tail, self.arcs[*at].head].map(|mut node| {
                while above[node as usize] != node {
                    above[node as usize] = above[above[node as usize] as usize];
                    node = above[node as usize];
                }
                node
            });
            above[one as usize] = two;
            one != two
        });
        arcs
    }

    fn hang_on_root(&mut self, node: u32, want: i64, far: i64) {
        let root = (self.nodes.len() - 1) as u32;
        let arc = if want > 0 {
            self.roots + node
        } else {
            // What has more to pass on than it gets sends that to the root at first, over an arc so
            // dear that nothing takes it in the end.
            self.arcs.push(Arc { tail: node, head: root, min: -far, sign: 0 });
            self.most.push(ANY);
            self.arcs.len() as u32 - 1
        };
        let it = &mut self.nodes[node as usize];
        (it.up, it.tie, it.flow) = (root, Tie::new(arc, want <= 0), want.abs());
    }
}

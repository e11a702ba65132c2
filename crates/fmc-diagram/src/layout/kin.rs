//! Edges with an end in common: their lines may run together, and fork.

use super::field::Company;
use super::route::Corner;
use crate::graph::End;

/// What an edge may have in common with others: both ends, and its look, as numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kin {
    ends: [u32; 2],
    pub(super) look: u32,
}

impl Kin {
    pub(super) fn share_an_end(self, other: Self) -> bool {
        let ([a, b], [c, d]) = (self.ends, other.ends);
        a == c || a == d || b == c || b == d
    }
}

/// What each edge may have in common with others.
pub(super) fn all(company: Company<'_>) -> Vec<Kin> {
    let number = |end: End| match end {
        End::Node(node) => 2 * node as u32,
        End::Cluster(cluster) => 2 * cluster as u32 + 1,
    };
    let edges = company.ends.iter().zip(company.looks);
    let kin = edges
        .map(|((from, to), look)| Kin { ends: [number(*from), number(*to)], look: *look as u32 });
    kin.collect()
}

/// Whether two routes lie on each other for a while.
pub(super) fn run_together(one: &[Corner], two: &[Corner]) -> bool {
    let mut long = 0;
    for line in two.windows(2) {
        let overlap = |(a, b): (i32, i32), (c, d): (i32, i32)| {
            (a.max(b).min(c.max(d)) - a.min(b).max(c.min(d))).max(0)
        };
        if line[0].0 == line[1].0 {
            let beside = one.windows(2).filter(|it| it[0].0 == line[0].0 && it[1].0 == line[0].0);
            let along = |it: &[Corner]| (it[0].1, it[1].1);
            long += beside.map(|it| overlap(along(it), along(line))).sum::<i32>();
        } else {
            let beside = one.windows(2).filter(|it| it[0].1 == line[0].1 && it[1].1 == line[1].1);
            let along = |it: &[Corner]| (it[0].0, it[1].0);
            long += beside.map(|it| overlap(along(it), along(line))).sum::<i32>();
        }
        if long >= FORK {
            return true;
        }
    }
    false
}

/// How far two lines of one end run together that fork.
const FORK: i32 = 6;

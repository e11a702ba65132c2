//! Which row of its container each item stands in.
//!
//! Every container is ranked for itself, its clusters standing for all that is in them. Ranks are
//! those of the shortest edges (network simplex); tiers are bands that ranks must keep; edges between
//! peers rank nothing. Where lines would pass too many rows, ranks share them.

use super::replicas::Replicas;
use super::simplex::{self, Spring};
use super::tree::{Container, Item, Tree};
use crate::graph::{Graph, Heads};
use std::collections::BTreeMap;

/// Edges between the items of one container: how many lead from one to the other, by place in
/// the container's list.
pub(super) type Between = BTreeMap<(usize, usize), i32>;

/// The edges of every container, brought up to the items of the container where their ends meet.
pub(super) fn between(graph: &Graph, tree: &Tree, replicas: &Replicas) -> Vec<Between> {
    let places: Vec<BTreeMap<Item, usize>> = tree
        .items
        .iter()
        .map(|items| items.iter().enumerate().map(|(at, item)| (*item, at)).collect())
        .collect();
    let mut all = vec![Between::new(); tree.items.len()];
    for edge in &graph.edges {
        if edge.peer || replicas.joins_equals(tree, edge) {
            continue;
        }
        let (container, from, to) = tree.meet(edge.from, edge.to);
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from == to {
            continue;
        }
        // An arrow that points backwards reads from its head; where all point upwards, the others do.
        let is_back = match edge.heads {
            Heads::Forward => graph.upwards,
            Heads::Back => !graph.upwards,
            Heads::Both | Heads::None => false,
        };
        let (from, to) = if is_back { (to, from) } else { (from, to) };
        let pair = (places[container][&from], places[container][&to]);
        *all[container].entry(pair).or_insert(0) += 1;
    }
    all
}

/// The rank of each item of a container; `None` for those that nothing ranks.
pub(super) fn ranks(
    graph: &Graph,
    tree: &Tree,
    container: Container,
    between: &Between,
) -> Vec<Option<usize>> {
    let items = &tree.items[container];
    let tiers = tiers(graph, items);
    let mut ranked: Vec<bool> = tiers.iter().map(Option::is_some).collect();
    for (from, to) in between.keys() {
        ranked[*from] = true;
        ranked[*to] = true;
    }
    let mut springs = without_cycles(items.len(), &tiers, between);
    let count = bands(items.len(), &tiers, &mut springs);
    let places = simplex::solve(count, &springs, &[]);
    let used: BTreeMap<i32, usize> = {
        let mut used: Vec<i32> =
            (0..items.len()).filter(|at| ranked[*at]).map(|at| places[at]).collect();
        used.sort_unstable();
        used.dedup();
        used.into_iter().enumerate().map(|(rank, place)| (place, rank)).collect()
    };
    let ranks = (0..items.len()).map(|at| ranked[at].then(|| used[&places[at]])).collect();
    gathered(ranks, &tiers, between)
}

/// Up to how many rows the lines of a container may pass in all, and in the mean: more than the eye can
/// follow.
const FOLLOWED: i64 = 10_000;
const LONG: i64 = 5;

/// Puts so many ranks that follow each other into one row that lines pass few rows. It is for the sheets
/// of thousands of nodes, where hundreds of ranks, which hold a few items each, are passed by thousands
/// of lines: what such a line passes would be nearly all of the picture, and of the work. Tiers stay apart.
fn gathered(
    ranks: Vec<Option<usize>>,
    tiers: &[Option<i32>],
    between: &Between,
) -> Vec<Option<usize>> {
    let (mut passed, mut lines) = (0, 0);
    for ((from, to), weight) in between {
        if let (Some(from), Some(to)) = (ranks[*from], ranks[*to]) {
            passed += from.abs_diff(to) as i64 * i64::from(*weight);
            lines += i64::from(*weight);
        }
    }
    let together = passed / FOLLOWED.max(LONG * lines) + 1;
    if together == 1 {
        return ranks;
    }
    let count = ranks.iter().flatten().max().map_or(0, |most| most + 1);
    let mut tier_of: Vec<Option<i32>> = vec![None; count];
    for (rank, tier) in ranks.iter().zip(tiers) {
        if let Some(rank) = rank {
            tier_of[*rank] = tier_of[*rank].max(*tier);
        }
    }
    let (mut row, mut held, mut tier) = (0, 0, None);
    let rows: Vec<usize> = tier_of
        .into_iter()
        .map(|own| {
            if held == together || (tier.is_some() && own.is_some() && own != tier) {
                (row, held, tier) = (row + 1, 0, None);
            }
            held += 1;
            tier = tier.max(own);
            row
        })
        .collect();
    ranks.into_iter().map(|rank| rank.map(|rank| rows[rank])).collect()
}

/// The tier of each item of a container.
fn tiers(graph: &Graph, items: &[Item]) -> Vec<Option<i32>> {
    let tier = |item: &Item| match item {
        Item::Node(node) => graph.nodes[*node].tier,
        Item::Cluster(cluster) => graph.clusters[*cluster].tier,
    };
    items.iter().map(tier).collect()
}

/// The edges as springs, those turned around that would close a cycle or lead to an earlier tier.
fn without_cycles(count: usize, tiers: &[Option<i32>], between: &Between) -> Vec<Spring> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut has_before = vec![false; count];
    let mut pairs: Vec<(usize, usize, i32)> = Vec::new();
    for ((from, to), weight) in between {
        let backwards = matches!((tiers[*from], tiers[*to]), (Some(a), Some(b)) if a > b);
        let (from, to) = if backwards { (*to, *from) } else { (*from, *to) };
        after[from].push(to);
        has_before[to] = true;
        pairs.push((from, to, *weight));
    }
    // Depth first from the beginnings, then from whatever is left, in the order of the author: an
    // edge back to where the search still is closes a cycle.
    let starts = (0..count).filter(|at| !has_before[*at]).chain(0..count);
    let mut finished: Vec<Option<usize>> = vec![None; count];
    let mut seen = vec![false; count];
    let mut clock = 0;
    for start in starts {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut stack = vec![(start, 0)];
        while let Some((node, at)) = stack.pop() {
            if let Some(&next) = after[node].get(at) {
                stack.push((node, at + 1));
                if !seen[next] {
                    seen[next] = true;
                    stack.push((next, 0));
                }
            } else {
                finished[node] = Some(clock);
                clock += 1;
            }
        }
    }
    pairs
        .into_iter()
        .map(|(from, to, weight)| {
            let (tail, head) = if finished[from] > finished[to] { (from, to) } else { (to, from) };
            Spring { tail, head, min: 1, weight }
        })
        .collect()
}

/// Adds a node between every two tiers, which the one must stay before and the other behind.
fn bands(items: usize, tiers: &[Option<i32>], springs: &mut Vec<Spring>) -> usize {
    let mut known: Vec<i32> = tiers.iter().copied().flatten().collect();
    known.sort_unstable();
    known.dedup();
    if known.is_empty() {
        return items;
    }
    // Boundary k stands before tier k. An edge against the bands was turned around already; one that
    // passes an item without a tier could still close a cycle, so those items give way.
    let boundary = |k: usize| items + k;
    for k in 1..known.len() {
        springs.push(Spring { tail: boundary(k - 1), head: boundary(k), min: 1, weight: 0 });
    }
    let count = items + known.len();
    for (at, tier) in tiers.iter().enumerate() {
        let Some(k) = tier.and_then(|tier| known.binary_search(&tier).ok()) else { continue };
        springs.push(Spring { tail: boundary(k), head: at, min: 0, weight: 1 });
        if k + 1 < known.len() {
            springs.push(Spring { tail: at, head: boundary(k + 1), min: 1, weight: 0 });
        }
    }
    acyclic(count, springs);
    count
}

/// Turns the springs around that close a cycle, bands never.
fn acyclic(count: usize, springs: &mut [Spring]) {
    // Bands first, then edges in their order: each is kept as it is unless its head already leads to
    // its tail.
    let mut order: Vec<usize> = (0..springs.len()).collect();
    order.sort_by_key(|at| springs[*at].weight > 0 && springs[*at].min > 0);
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut mark = vec![usize::MAX; count];
    for (turn, at) in order.into_iter().enumerate() {
        let Spring { tail, head, .. } = springs[at];
        let mut stack = vec![head];
        let mut closes = false;
        while let Some(node) = stack.pop() {
            if node == tail {
                closes = true;
                break;
            }
            for &next in &after[node] {
                if mark[next] != turn {
                    mark[next] = turn;
                    stack.push(next);
                }
            }
        }
        let (from, to) = if closes { (head, tail) } else { (tail, head) };
        springs[at].tail = from;
        springs[at].head = to;
        after[from].push(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of so many ranks with a line from its first to each of its others.
    fn fan(count: usize) -> (Vec<Option<usize>>, Between) {
        let near = (1..count).map(|at| ((at - 1, at), 1));
        let far = (2..count).map(|at| ((0, at), 1));
        ((0..count).map(Some).collect(), near.chain(far).collect())
    }

    #[test]
    fn ranks_share_rows_where_lines_would_pass_too_many() {
        let (ranks, between) = fan(400);
        let rows = gathered(ranks.clone(), &[None; 400], &between);
        // They pass 80,000 rows together, so nine ranks share one.
        assert_eq!(rows.iter().flatten().max(), Some(&44));
        assert!(rows.is_sorted(), "what comes later stays behind: {rows:?}");
        // A path has as many ranks, but its lines pass none.
        let path = between.into_iter().filter(|((from, to), _)| from + 1 == *to).collect();
        assert_eq!(gathered(ranks.clone(), &[None; 400], &path), ranks);
        let (ranks, between) = fan(100);
        assert_eq!(gathered(ranks.clone(), &[None; 100], &between), ranks);
    }

    #[test]
    fn tiers_never_share_a_row() {
        let (ranks, between) = fan(400);
        let tiers: Vec<Option<i32>> =
            (0..400).map(|at| (at % 7 == 0).then_some(at / 100)).collect();
        let rows = gathered(ranks, &tiers, &between);
        for (one, two) in (0..400).flat_map(|one| (0..400).map(move |two| (one, two))) {
            let apart = tiers[one].is_some() && tiers[two].is_some() && tiers[one] != tiers[two];
            assert!(!apart || rows[one] != rows[two], "{one} and {two}");
        }
    }
}

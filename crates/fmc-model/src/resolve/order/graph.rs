//! The graph of what waits for what: its stages, and its circles.

use crate::Text;
use crate::cloud::HostId;
use fmc_config::Place;
use fmc_config::maps::HashMap;
use std::collections::VecDeque;

/// Something that starts, or a gate between others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Starts(&'static str, HostId),
    Gate(usize),
}

/// Why one waits for another.
#[derive(Clone)]
pub(super) struct Edge {
    pub(super) to: usize,
    pub(super) reason: usize,
}

pub(super) struct Graph {
    pub(super) items: Vec<Item>,
    index: HashMap<Item, usize>,
    /// For each item, those that wait for it.
    pub(super) followers: Vec<Vec<Edge>>,
    waiting: Vec<u32>,
    pub(super) reasons: Vec<(Text, Place)>,
}

impl Graph {
    /// Nothing waits yet.
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            index: HashMap::default(),
            followers: Vec::new(),
            waiting: Vec::new(),
            reasons: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, item: Item) -> usize {
        *self.index.entry(item).or_insert_with(|| {
            self.items.push(item);
            self.followers.push(Vec::new());
            self.waiting.push(0);
            self.items.len() - 1
        })
    }

    pub(super) fn edge(&mut self, before: usize, after: usize, reason: usize) {
        if before != after {
            self.followers[before].push(Edge { to: after, reason });
            self.waiting[after] += 1;
        }
    }

    pub(super) fn reason(&mut self, why: Text, place: Place) -> usize {
        self.reasons.push((why, place));
        self.reasons.len() - 1
    }
}

/// The stage of each item, or a circle.
pub(super) fn stages(graph: &Graph) -> Result<Vec<usize>, Vec<(usize, usize)>> {
    let mut waiting = graph.waiting.clone();
    let mut stage = vec![0_usize; graph.items.len()];
    let mut ready: VecDeque<usize> =
        (0..graph.items.len()).filter(|it| waiting[*it] == 0).collect();
    let mut done = 0;
    while let Some(item) = ready.pop_front() {
        done += 1;
        let own = usize::from(!matches!(graph.items[item], Item::Gate(_)));
        for edge in &graph.followers[item] {
            stage[edge.to] = stage[edge.to].max(stage[item] + own);
            waiting[edge.to] -= 1;
            if waiting[edge.to] == 0 {
                ready.push_back(edge.to);
            }
        }
    }
    if done == graph.items.len() { Ok(stage) } else { Err(circle(graph, &waiting)) }
}

/// A circle among the items that still wait: pairs of an item and the reason why the next one waits
/// for it.
fn circle(graph: &Graph, waiting: &[u32]) -> Vec<(usize, usize)> {
    // Every item left waits for another one left; walking back from any must come round.
    let mut before: HashMap<usize, (usize, usize)> = HashMap::default();
    for (item, edges) in graph.followers.iter().enumerate().filter(|it| waiting[it.0] > 0) {
        for edge in edges.iter().filter(|it| waiting[it.to] > 0) {
            before.entry(edge.to).or_insert((item, edge.reason));
        }
    }
    let Some(mut here) = (0..graph.items.len()).find(|it| waiting[*it] > 0) else {
        return Vec::new();
    };
    let mut seen: HashMap<usize, usize> = HashMap::default();
    let mut way: Vec<(usize, usize)> = Vec::new();
    loop {
        if let Some(start) = seen.get(&here) {
            let mut cycle = way.split_off(*start);
            cycle.reverse();
            return cycle;
        }
        seen.insert(here, way.len());
        let Some((previous, reason)) = before.get(&here) else { return Vec::new() };
        way.push((*previous, *reason));
        here = *previous;
    }
}

/// Takes one wait of a circle out.
pub(super) fn cut(graph: &mut Graph, cycle: &[(usize, usize)]) {
    // A written wait goes first: it is the one that a person can change.
    let written =
        cycle.iter().position(|it| graph.reasons[it.1].1 != Place::default()).unwrap_or(0);
    let Some((item, reason)) = cycle.get(written).copied() else {
        graph.waiting.iter_mut().for_each(|it| *it = 0);
        graph.followers.iter_mut().for_each(Vec::clear);
        return;
    };
    // What a person wrote is one wait, however many pairs it joins; it is cut as a whole.
    let all = graph.reasons[reason].1 != Place::default();
    let Graph { followers, waiting, .. } = graph;
    for (_, edges) in followers.iter_mut().enumerate().filter(|it| all || it.0 == item) {
        edges.retain(|it| {
            let stays = it.reason != reason;
            if !stays {
                waiting[it.to] -= 1;
            }
            stays
        });
    }
}

//! Where everything stands across the rows: rows below each other, with as much room in the channels
//! between them as their lines need.

use super::across::Across;
use super::plan::{Channel, NetIndex, Plan, Slot};
use super::spacing::Spacing;
use super::tracks::{self, Bar, Tracks};
use super::tree::{Container, Item, SHEET};
use std::collections::BTreeMap;

/// Heights that the passes before know.
#[derive(Debug, Clone, Default)]
pub(super) struct Heights {
    pub(super) nodes: Vec<i32>,
    /// The least of each cluster.
    pub(super) clusters: Vec<i32>,
    /// From the upper border of each cluster to its first channel.
    pub(super) heads: Vec<i32>,
    /// Of the label at each element, or 0.
    pub(super) elements: Vec<i32>,
}

/// Places across the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Down {
    pub(super) nodes: Vec<i32>,
    /// Both borders of each cluster.
    pub(super) clusters: Vec<[i32; 2]>,
    /// The middle of the row of each element that passes one; its top for labels.
    pub(super) elements: Vec<i32>,
    /// The first track of each channel, and what runs in it.
    pub(super) channels: BTreeMap<Channel, (i32, Tracks)>,
    /// From one track to the next.
    pub(super) pitch: i32,
    pub(super) height: i32,
}

/// Places the rows.
pub(super) fn place(plan: &Plan, across: &Across, heights: &Heights, spacing: &Spacing) -> Down {
    let mut bars: BTreeMap<Channel, BTreeMap<NetIndex, Bar>> = BTreeMap::new();
    for link in &plan.links {
        let channel = bars.entry(link.channel).or_default();
        let (upper, lower) = ([(link.upper, link.weight)], [(link.lower, link.weight)]);
        tracks::gather(channel, link.net, &across.elements, &upper, &lower);
    }
    for turn in &plan.turns {
        let channel = bars.entry(turn.channel).or_default();
        let ends = turn.ends.map(|end| (end, 1));
        tracks::gather(channel, turn.net, &across.elements, &ends, &[]);
    }
    let mut placer = Placer {
        plan,
        across,
        heights,
        spacing,
        bars,
        down: Down::default(),
        inner: BTreeMap::new(),
    };
    placer.down.nodes = vec![0; heights.nodes.len()];
    placer.down.clusters = vec![[0; 2]; heights.clusters.len()];
    placer.down.elements = vec![0; plan.elements.len()];
    placer.down.pitch = spacing.tracks;
    let height = placer.measure(SHEET);
    placer.settle(SHEET, 0);
    placer.down.height = height;
    placer.down
}

struct Placer<'a> {
    plan: &'a Plan,
    across: &'a Across,
    heights: &'a Heights,
    spacing: &'a Spacing,
    bars: BTreeMap<Channel, BTreeMap<NetIndex, Bar>>,
    down: Down,
    /// The tops of each container's rows, from its own top, and its height.
    inner: BTreeMap<Container, (Vec<(i32, i32)>, i32)>,
}

impl Placer<'_> {
    fn height_of(&self, slot: Slot) -> i32 {
        match slot {
            Slot::Item(Item::Node(node)) => self.heights.nodes[node],
            Slot::Item(Item::Cluster(cluster)) => self.inner[&(cluster + 1)].1,
            Slot::Pass(element) => self.heights.elements[element],
        }
    }

    /// Finds the height of a container, and those of all that it holds before.
    fn measure(&mut self, container: Container) -> i32 {
        let rows = self.plan.rows[container].clone();
        for slot in rows.iter().flatten() {
            if let Slot::Item(Item::Cluster(cluster)) = slot {
                self.measure(cluster + 1);
            }
        }
        let is_sheet = container == SHEET;
        let mut y = if is_sheet { 0 } else { self.heights.heads[container - 1] };
        let mut places = Vec::new();
        for (before, row) in rows.iter().enumerate() {
            y += self.channel(Channel { container, before }, y, rows.len());
            let height = row.iter().map(|slot| self.height_of(*slot)).max().unwrap_or(0);
            places.push((y, height));
            y += height;
        }
        y += self.channel(Channel { container, before: rows.len() }, y, rows.len());
        if !is_sheet {
            y = y.max(self.heights.clusters[container - 1]);
        }
        self.inner.insert(container, (places, y));
        y
    }

    /// How high a channel is that starts at `y`.
    fn channel(&mut self, channel: Channel, y: i32, rows: usize) -> i32 {
        let is_sheet = channel.container == SHEET;
        let at_border = channel.before == 0 || channel.before == rows;
        let bars = self.bars.remove(&channel);
        let has_lines = bars.is_some();
        let bounds = if is_sheet {
            (0, self.across.width)
        } else {
            let [left, right] = self.across.clusters[channel.container - 1];
            (left + self.spacing.corner, right - self.spacing.corner)
        };
        let bars = bars.map(|bars| bars.into_values().collect()).unwrap_or_default();
        let tracks = tracks::assign(bars, self.spacing.lanes, bounds);
        let count = tracks.count as i32;
        let arrive = if channel.before == rows && !is_sheet {
            self.spacing.depart
        } else {
            self.spacing.arrive
        };
        let height = if count > 0 {
            self.spacing.leave + (count - 1) * self.spacing.tracks + arrive
        } else if at_border {
            if is_sheet { 0 } else { self.spacing.end }
        } else if has_lines {
            self.spacing.straight
        } else {
            self.spacing.rows
        };
        self.down.channels.insert(channel, (y + self.spacing.leave, tracks));
        height
    }

    /// Makes the places of a container's rows places on the sheet.
    fn settle(&mut self, container: Container, top: i32) {
        let Some((places, _)) = self.inner.get(&container).cloned() else { return };
        for before in 0..=places.len() {
            if let Some((start, _)) = self.down.channels.get_mut(&Channel { container, before }) {
                *start += top;
            }
        }
        for (row, (y, height)) in places.into_iter().enumerate() {
            for slot in &self.plan.rows[container][row] {
                let own = self.height_of(*slot);
                let at = top + y + (height - own) / 2;
                match slot {
                    Slot::Item(Item::Node(node)) => self.down.nodes[*node] = at,
                    Slot::Item(Item::Cluster(cluster)) => {
                        self.down.clusters[*cluster] = [at, at + own];
                        self.settle(cluster + 1, at);
                    }
                    Slot::Pass(element) => self.down.elements[*element] = at,
                }
            }
        }
    }
}

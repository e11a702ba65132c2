//! Where everything stands across the rows: rows below each other, with as much room in the channels
//! between them as their lines need.

use super::across::Across;
use super::plan::{Channel, Plan, Slot};
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
    /// The first track of each channel of each container, and what runs in it.
    channels: Vec<Vec<(i32, Tracks)>>,
    /// From one track to the next.
    pub(super) pitch: i32,
    pub(super) height: i32,
}

impl Down {
    /// The first track of a channel, and what runs in it.
    pub(super) fn channel(&self, channel: Channel) -> Option<&(i32, Tracks)> {
        self.channels[channel.container].get(channel.before)
    }
}

/// Places the rows.
pub(super) fn place(plan: &Plan, across: &Across, heights: &Heights, spacing: &Spacing) -> Down {
    let mut placer = Placer {
        plan,
        across,
        heights,
        spacing,
        bars: bars(plan, across),
        down: Down::default(),
        inner: BTreeMap::new(),
    };
    placer.down.nodes = vec![0; heights.nodes.len()];
    placer.down.clusters = vec![[0; 2]; heights.clusters.len()];
    placer.down.elements = vec![0; plan.elements.len()];
    placer.down.channels = vec![Vec::new(); plan.rows.len()];
    placer.down.pitch = spacing.tracks;
    let height = placer.measure(SHEET);
    placer.settle(SHEET, 0);
    placer.down.height = height;
    placer.down
}

/// The bars of all channels: of each in the order of their nets, one channel behind the other.
fn bars(plan: &Plan, across: &Across) -> Vec<(Channel, Bar)> {
    let links = plan.links.iter().map(|link| (link.channel, link.net));
    let turns = plan.turns.iter().map(|turn| (turn.channel, turn.net));
    let all = links.chain(turns).enumerate();
    let mut all: Vec<_> = all.map(|(at, (channel, net))| (channel, net, at)).collect();
    all.sort_unstable();
    let mut bars: Vec<(Channel, Bar)> = Vec::with_capacity(all.len());
    for same in all.chunk_by(|one, two| (one.0, one.1) == (two.0, two.1)) {
        let (channel, net, _) = same[0];
        let mut bar = Bar::of(net);
        for (.., at) in same {
            if let Some(link) = plan.links.get(*at) {
                let (upper, lower) = ([(link.upper, link.weight)], [(link.lower, link.weight)]);
                tracks::gather(&mut bar, &across.elements, &upper, &lower);
            } else {
                let ends = plan.turns[*at - plan.links.len()].ends.map(|end| (end, 1));
                tracks::gather(&mut bar, &across.elements, &ends, &[]);
            }
        }
        bars.push((channel, bar));
    }
    bars
}

struct Placer<'a> {
    plan: &'a Plan,
    across: &'a Across,
    heights: &'a Heights,
    spacing: &'a Spacing,
    bars: Vec<(Channel, Bar)>,
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
        let first = self.bars.partition_point(|it| it.0 < channel);
        let own = self.bars[first..].iter_mut().take_while(|it| it.0 == channel);
        let bars: Vec<Bar> = own.map(|it| std::mem::take(&mut it.1)).collect();
        let has_lines = !bars.is_empty();
        let bounds = if is_sheet {
            (0, self.across.width)
        } else {
            let [left, right] = self.across.clusters[channel.container - 1];
            (left + self.spacing.corner, right - self.spacing.corner)
        };
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
        // They come from above.
        self.down.channels[channel.container].push((y + self.spacing.leave, tracks));
        height
    }

    /// Makes the places of a container's rows places on the sheet.
    fn settle(&mut self, container: Container, top: i32) {
        let Some((places, _)) = self.inner.get(&container).cloned() else { return };
        for (start, _) in &mut self.down.channels[container] {
            *start += top;
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

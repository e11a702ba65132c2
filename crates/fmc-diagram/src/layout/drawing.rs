//! A picture as plain geometry, for the passes that make a finished picture better.
//!
//! These passes know of boxes, lines and texts only. Each takes a drawing without faults and gives one
//! back: nothing overlaps, no line meets a foreign box or text, and no two lines run on top of each
//! other unless they share an end.

use super::route::Corner;
use crate::graph::End;

/// A box by its least and its greatest coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Area {
    pub(super) least: [i32; 2],
    pub(super) most: [i32; 2],
}

impl Area {
    pub(super) fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { least: [x, y], most: [x + width, y + height] }
    }

    pub(super) fn size(&self, axis: usize) -> i32 {
        self.most[axis] - self.least[axis]
    }

    pub(super) fn middle(&self, axis: usize) -> i32 {
        i32::midpoint(self.least[axis], self.most[axis])
    }

    /// Whether the insides of both, grown by `by`, have something in common.
    pub(super) fn meets(&self, other: &Self, by: i32) -> bool {
        [0, 1].iter().all(|axis| {
            self.least[*axis] < other.most[*axis] + by && other.least[*axis] < self.most[*axis] + by
        })
    }

    pub(super) fn flipped(self) -> Self {
        Self { least: [self.least[1], self.least[0]], most: [self.most[1], self.most[0]] }
    }
}

/// The text of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) area: Area,
    pub(super) edge: usize,
}

/// A picture as geometry.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Drawing {
    pub(super) nodes: Vec<Area>,
    pub(super) clusters: Vec<Area>,
    /// The titles of clusters; without size where there is none.
    pub(super) titles: Vec<Area>,
    pub(super) labels: Vec<Label>,
    /// From the start to the end of each edge; empty for loops.
    pub(super) routes: Vec<Vec<Corner>>,
    /// What a loop takes of the sheet beside its box.
    pub(super) loops: Vec<(End, Area)>,
}

impl Drawing {
    /// The same with both axes exchanged.
    pub(super) fn flipped(&self) -> Self {
        let all = |areas: &[Area]| areas.iter().map(|area| area.flipped()).collect();
        Self {
            nodes: all(&self.nodes),
            clusters: all(&self.clusters),
            titles: all(&self.titles),
            labels: self
                .labels
                .iter()
                .map(|it| Label { area: it.area.flipped(), edge: it.edge })
                .collect(),
            routes: self
                .routes
                .iter()
                .map(|route| route.iter().map(|(x, y)| (*y, *x)).collect())
                .collect(),
            loops: self.loops.iter().map(|(end, area)| (*end, area.flipped())).collect(),
        }
    }

    /// What everything together takes, with lines of this thickness: on a terminal they fill cells.
    pub(super) fn extent(&self, thickness: i32) -> Area {
        let boxes = self.nodes.iter().chain(&self.clusters).copied();
        let texts = self.labels.iter().map(|label| label.area);
        let corners = self.routes.iter().flatten();
        let lines = corners.map(|(x, y)| Area::new(*x, *y, thickness, thickness));
        let all = boxes.chain(texts).chain(lines);
        all.reduce(|one, two| Area {
            least: [one.least[0].min(two.least[0]), one.least[1].min(two.least[1])],
            most: [one.most[0].max(two.most[0]), one.most[1].max(two.most[1])],
        })
        .unwrap_or_default()
    }

    pub(super) fn area(&self, end: End) -> Area {
        match end {
            End::Node(node) => self.nodes[node],
            End::Cluster(cluster) => self.clusters[cluster],
        }
    }
}

//! The scene: everything that was decided, as boxes, lines and texts on a sheet.

use super::Medium;
use super::drawing::{Area, Drawing};
use super::dress::{self, Dressed, Wardrobe};
use super::legend;
use super::route::Corner;
use super::spacing::Spacing;
use super::tree::Tree;
use crate::graph::Graph;
use crate::scene::{PlacedCluster, PlacedEdge, PlacedNode, Point, Rect, Scene, Text};

/// Everything that a scene is made of.
pub(super) struct Finish<'a> {
    pub(super) graph: &'a Graph,
    pub(super) medium: Medium,
    pub(super) spacing: &'a Spacing,
    pub(super) wardrobe: &'a Wardrobe,
    pub(super) tree: &'a Tree,
    pub(super) drawing: &'a Drawing,
}

impl Finish<'_> {
    /// Puts the scene together. The drawing is the right way up.
    pub(super) fn scene(&self) -> Scene {
        let heading = dress::heading(self.graph, self.medium);
        let margin = self.spacing.margin;
        let top =
            margin + if heading.size.height > 0 { heading.size.height + margin / 2 } else { 0 };
        let extent = self.drawing.extent(i32::from(self.medium != Medium::Paper));
        let origin = (margin - extent.least[0], top - extent.least[1]);
        let heading_at = f64::from(margin);
        let drawn = extent.size(0).max(heading.size.width);
        let bottom = top + extent.size(1) + margin;
        let mut legend = legend::legend(self.graph, self.medium, f64::from(drawn));
        for entry in &mut legend.entries {
            for (x, y) in [
                (&mut entry.sample.x, &mut entry.sample.y),
                (&mut entry.text.at.x, &mut entry.text.at.y),
            ] {
                *x += heading_at;
                *y += f64::from(bottom);
            }
        }
        let under = if legend.entries.is_empty() { 0.0 } else { legend.height + heading_at };
        Scene {
            title: self.graph.title.clone(),
            language: self.graph.language.clone(),
            width: f64::from(drawn).max(legend.width.ceil()) + 2.0 * heading_at,
            height: f64::from(bottom) + under.ceil(),
            clusters: self.clusters(origin),
            nodes: self.nodes(origin),
            edges: self.edges(origin),
            texts: moved(&heading, heading_at, heading_at).texts,
            legend: legend.entries,
        }
    }

    fn nodes(&self, origin: Corner) -> Vec<PlacedNode> {
        let place = |(index, node): (usize, &crate::graph::Node)| {
            let area = rect(self.drawing.nodes[index], origin);
            let dressed = &self.wardrobe.nodes[index];
            // A box that had to grow keeps what it shows in its middle.
            let spare_x = (area.width - f64::from(dressed.size.width)).max(0.0) / 2.0;
            let spare_y = (area.height - f64::from(dressed.size.height)).max(0.0) / 2.0;
            let Dressed { icons, texts, .. } =
                moved(dressed, area.x + spare_x.floor(), area.y + spare_y.floor());
            PlacedNode {
                id: node.id.clone(),
                cluster: node.cluster.map(|cluster| self.graph.clusters[cluster].id.clone()),
                area,
                icons,
                texts,
                tone: node.tone,
                link: node.link.clone(),
                details: node.details.clone(),
                change: node.change,
            }
        };
        self.graph.nodes.iter().enumerate().map(place).collect()
    }

    fn clusters(&self, origin: Corner) -> Vec<PlacedCluster> {
        let place = |index: usize| {
            let cluster = &self.graph.clusters[index];
            let title = rect(self.drawing.titles[index], origin);
            let Dressed { icons, texts, .. } =
                moved(&self.wardrobe.titles[index], title.x, title.y);
            let parent = self.tree.parent[index + 1].and_then(|parent| parent.checked_sub(1));
            PlacedCluster {
                id: cluster.id.clone(),
                parent: parent.map(|parent| self.graph.clusters[parent].id.clone()),
                depth: self.tree.depth[index + 1] - 1,
                area: rect(self.drawing.clusters[index], origin),
                icon: icons.into_iter().next(),
                texts,
                tone: cluster.tone,
                link: cluster.link.clone(),
                details: cluster.details.clone(),
                change: cluster.change,
            }
        };
        let containers = self.tree.outside_in().into_iter();
        containers.filter_map(|container| container.checked_sub(1)).map(place).collect()
    }

    fn edges(&self, origin: Corner) -> Vec<PlacedEdge> {
        let mut labels: Vec<Vec<Text>> = vec![Vec::new(); self.graph.edges.len()];
        for label in &self.drawing.labels {
            let area = rect(label.area, origin);
            labels[label.edge] = moved(&self.wardrobe.labels[label.edge], area.x, area.y).texts;
        }
        let place = |(index, edge): (usize, &crate::graph::Edge)| {
            let (from, to) = (self.graph.id(edge.from), self.graph.id(edge.to));
            let id = if edge.id.is_empty() { format!("{from}→{to}") } else { edge.id.clone() };
            let corners = self.drawing.routes[index].iter();
            PlacedEdge {
                id,
                from: from.to_owned(),
                to: to.to_owned(),
                route: corners.map(|corner| point(*corner, origin)).collect(),
                radius: self.spacing.radius,
                label: std::mem::take(&mut labels[index]),
                style: edge.style,
                heads: edge.heads,
                tone: edge.tone,
                count: edge.count,
                link: edge.link.clone(),
                details: edge.details.clone(),
                change: edge.change,
            }
        };
        self.graph.edges.iter().enumerate().map(place).collect()
    }
}

fn point((x, y): Corner, origin: Corner) -> Point {
    Point { x: f64::from(x + origin.0), y: f64::from(y + origin.1) }
}

fn rect(area: Area, origin: Corner) -> Rect {
    let at = point((area.least[0], area.least[1]), origin);
    Rect { x: at.x, y: at.y, width: f64::from(area.size(0)), height: f64::from(area.size(1)) }
}

fn moved(it: &Dressed, x: f64, y: f64) -> Dressed {
    let mut moved = it.clone();
    dress::shift(&mut moved, x, y);
    moved
}

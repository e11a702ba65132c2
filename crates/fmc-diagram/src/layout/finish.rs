//! The scene: everything that was decided, as boxes, lines and texts on a sheet.

use super::across::Across;
use super::down::Down;
use super::dress::{self, Dressed, Size, Wardrobe};
use super::plan::{Plan, Way};
use super::route::{Corner, Router};
use super::spacing::Spacing;
use super::tree::{Item, Tree};
use super::{Measured, Medium};
use crate::graph::{ClusterIndex, Graph};
use crate::scene::{PlacedCluster, PlacedEdge, PlacedNode, Point, Rect, Scene, Text};

/// Everything that a scene is made of.
pub(super) struct Laid<'a> {
    pub(super) graph: &'a Graph,
    pub(super) medium: Medium,
    pub(super) spacing: &'a Spacing,
    pub(super) wardrobe: &'a Wardrobe,
    pub(super) tree: &'a Tree,
    pub(super) plan: &'a Plan,
    pub(super) measured: &'a Measured,
    pub(super) across: &'a Across,
    pub(super) down: &'a Down,
    pub(super) is_turned: bool,
}

/// Puts the scene together.
pub(super) fn scene(laid: &Laid<'_>) -> Scene {
    let heading = dress::heading(laid.graph, laid.medium);
    let margin = laid.spacing.margin;
    let top = margin + if heading.size.height > 0 { heading.size.height + margin / 2 } else { 0 };
    let sheet = Sheet { laid, origin: (margin, top) };
    let mut scene = Scene {
        title: laid.graph.title.clone(),
        language: laid.graph.language.clone(),
        clusters: sheet.clusters(),
        nodes: sheet.nodes(),
        edges: sheet.edges(),
        texts: moved(&heading, f64::from(margin), f64::from(margin)).texts,
        ..Scene::default()
    };
    let (width, height) = sheet.size();
    scene.width = width.max(f64::from(heading.size.width + 2 * margin));
    scene.height = height;
    scene
}

struct Sheet<'a> {
    laid: &'a Laid<'a>,
    /// Where the layout starts on the sheet.
    origin: Corner,
}

impl Sheet<'_> {
    fn point(&self, (along, across): Corner) -> Point {
        let (x, y) = if self.laid.is_turned { (across, along) } else { (along, across) };
        Point { x: f64::from(x + self.origin.0), y: f64::from(y + self.origin.1) }
    }

    fn rect(&self, corner: Corner, size: Size) -> Rect {
        let at = self.point(corner);
        let size = super::turned(size, self.laid.is_turned);
        Rect { x: at.x, y: at.y, width: f64::from(size.width), height: f64::from(size.height) }
    }

    fn size(&self) -> (f64, f64) {
        let size = Size { width: self.laid.across.width, height: self.laid.down.height };
        let size = super::turned(size, self.laid.is_turned);
        let margin = self.laid.spacing.margin;
        (
            f64::from(self.origin.0 + size.width + margin),
            f64::from(self.origin.1 + size.height + margin),
        )
    }

    fn node_area(&self, node: usize) -> (Corner, Size) {
        let corner = (self.laid.across.nodes[node], self.laid.down.nodes[node]);
        let measured = self.laid.measured;
        let size =
            Size { width: measured.extents.nodes[node], height: measured.heights.nodes[node] };
        (corner, size)
    }

    fn cluster_area(&self, cluster: ClusterIndex) -> (Corner, Size) {
        let [left, right] = self.laid.across.clusters[cluster];
        let [top, bottom] = self.laid.down.clusters[cluster];
        ((left, top), Size { width: right - left, height: bottom - top })
    }

    fn area(&self, item: Item) -> (Corner, Size) {
        match item {
            Item::Node(node) => self.node_area(node),
            Item::Cluster(cluster) => self.cluster_area(cluster),
        }
    }

    fn nodes(&self) -> Vec<PlacedNode> {
        let graph = self.laid.graph;
        graph
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let (corner, size) = self.node_area(index);
                let area = self.rect(corner, size);
                let dressed = &self.laid.wardrobe.nodes[index];
                // A box that had to grow keeps what it shows in its middle.
                let spare_x = (area.width - f64::from(dressed.size.width)).max(0.0) / 2.0;
                let spare_y = (area.height - f64::from(dressed.size.height)).max(0.0) / 2.0;
                let Dressed { icons, texts, .. } =
                    moved(dressed, area.x + spare_x.floor(), area.y + spare_y.floor());
                PlacedNode {
                    id: node.id.clone(),
                    cluster: node.cluster.map(|cluster| graph.clusters[cluster].id.clone()),
                    area,
                    icons,
                    texts,
                    tone: node.tone,
                    link: node.link.clone(),
                    details: node.details.clone(),
                    change: node.change,
                }
            })
            .collect()
    }

    fn clusters(&self) -> Vec<PlacedCluster> {
        let graph = self.laid.graph;
        let spacing = self.laid.spacing;
        let order = self.laid.tree.outside_in();
        order
            .into_iter()
            .filter_map(|container| container.checked_sub(1))
            .map(|index| {
                let cluster = &graph.clusters[index];
                let (corner, size) = self.cluster_area(index);
                let area = self.rect(corner, size);
                let inset = f64::from(spacing.title.min(spacing.side));
                let Dressed { icons, texts, .. } = moved(
                    &self.laid.wardrobe.titles[index],
                    area.x + f64::from(spacing.side),
                    area.y + inset,
                );
                let parent =
                    self.laid.tree.parent[index + 1].and_then(|parent| parent.checked_sub(1));
                PlacedCluster {
                    id: cluster.id.clone(),
                    parent: parent.map(|parent| graph.clusters[parent].id.clone()),
                    depth: self.laid.tree.depth[index + 1] - 1,
                    area,
                    icon: icons.into_iter().next(),
                    texts,
                    tone: cluster.tone,
                    link: cluster.link.clone(),
                    details: cluster.details.clone(),
                    change: cluster.change,
                }
            })
            .collect()
    }

    fn edges(&self) -> Vec<PlacedEdge> {
        let laid = self.laid;
        let graph = laid.graph;
        let router = Router::new(laid.plan, laid.across, laid.down, &laid.measured.heights.nodes);
        let mut labels: Vec<Vec<Text>> = vec![Vec::new(); graph.edges.len()];
        for (index, element) in laid.plan.elements.iter().enumerate() {
            if let Some(edge) = element.label {
                labels[edge] = self.label_beside(edge, index);
            }
        }
        let mut used = Sides::default();
        graph
            .edges
            .iter()
            .enumerate()
            .map(|(index, edge)| {
                let corners = match laid.plan.ways[index] {
                    Way::Beside => {
                        let (corners, label) = self.beside(index, &mut used);
                        labels[index] = label;
                        corners
                    }
                    Way::Loop => {
                        let (corners, label) = self.around(index, &mut used);
                        labels[index] = label;
                        corners
                    }
                    _ => router.route(index),
                };
                let id = if edge.id.is_empty() {
                    format!("{}→{}", graph.id(edge.from), graph.id(edge.to))
                } else {
                    edge.id.clone()
                };
                PlacedEdge {
                    id,
                    from: graph.id(edge.from).to_owned(),
                    to: graph.id(edge.to).to_owned(),
                    route: corners.into_iter().map(|corner| self.point(corner)).collect(),
                    radius: laid.spacing.radius,
                    label: std::mem::take(&mut labels[index]),
                    style: edge.style,
                    heads: edge.heads,
                    tone: edge.tone,
                    count: edge.count,
                    link: edge.link.clone(),
                    details: edge.details.clone(),
                    change: edge.change,
                }
            })
            .collect()
    }

    /// The label of an edge beside the line of an element.
    fn label_beside(&self, edge: usize, element: usize) -> Vec<Text> {
        let dressed = &self.laid.wardrobe.labels[edge];
        let size = super::turned(dressed.size, self.laid.is_turned);
        let line = self.laid.across.elements[element];
        let gap = self.laid.spacing.label;
        let along = if self.laid.is_turned { line - gap - size.width } else { line + gap };
        self.texts(dressed, (along, self.laid.down.elements[element]))
    }

    fn texts(&self, dressed: &Dressed, corner: Corner) -> Vec<Text> {
        let at = self.point(corner);
        moved(dressed, at.x, at.y).texts
    }

    /// A straight line between two boxes that follow each other, and its label over it.
    fn beside(&self, index: usize, used: &mut Sides) -> (Vec<Corner>, Vec<Text>) {
        let edge = &self.laid.graph.edges[index];
        let (from, to) = (Item::from(edge.from), Item::from(edge.to));
        let is_forwards = self.laid.plan.follows.get(&from) == Some(&to);
        let (first, second) = if is_forwards { (from, to) } else { (to, from) };
        let ((left, top), size) = self.area(first);
        let ((right, other_top), other) = self.area(second);
        let overlap = (top.max(other_top), (top + size.height).min(other_top + other.height));
        let dressed = &self.laid.wardrobe.labels[index];
        let label = super::turned(dressed.size, self.laid.is_turned);
        let before = used.beside.entry(first).or_insert(0);
        let number = *before;
        *before += 1;
        // Lines between the same two boxes lie in turn below and above the middle.
        let step = (self.laid.spacing.tracks + label.height) * ((number + 1) / 2);
        let middle = i32::midpoint(overlap.0, overlap.1);
        let y = (if number % 2 == 1 { middle + step } else { middle - step })
            .clamp(overlap.0 + 2, (overlap.1 - 2).max(overlap.0 + 2));
        let start = left + size.width;
        let line = vec![(start, y), (right, y)];
        let room = right - start - label.width;
        let texts = self.texts(dressed, (start + room / 2, y - label.height - 2));
        (if is_forwards { line } else { line.into_iter().rev().collect() }, texts)
    }

    /// A loop at the far side of its own box, and its label behind it.
    fn around(&self, index: usize, used: &mut Sides) -> (Vec<Corner>, Vec<Text>) {
        let edge = &self.laid.graph.edges[index];
        let item = Item::from(edge.from);
        let ((left, top), size) = self.area(item);
        let spacing = self.laid.spacing;
        let dressed = &self.laid.wardrobe.labels[index];
        let label = super::turned(dressed.size, self.laid.is_turned);
        let before = used.loops.entry(item).or_insert(0);
        let height = spacing.loop_height(label.height);
        let y = top + *before + height / 2;
        *before += height;
        let side = left + size.width;
        let reach = side + spacing.loop_reach();
        let half = spacing.tracks.max(1) * 3 / 5;
        let line = vec![(side, y - half), (reach, y - half), (reach, y + half), (side, y + half)];
        let corner = (reach + spacing.label, y - label.height / 2);
        (line, self.texts(dressed, corner))
    }
}

/// What the sides of boxes have been used for already.
#[derive(Debug, Default)]
struct Sides {
    beside: std::collections::BTreeMap<Item, i32>,
    loops: std::collections::BTreeMap<Item, i32>,
}

fn moved(it: &Dressed, x: f64, y: f64) -> Dressed {
    let mut moved = it.clone();
    dress::shift(&mut moved, x, y);
    moved
}

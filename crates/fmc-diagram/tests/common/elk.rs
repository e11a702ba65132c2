//! The same graph laid out by ELK (`elkrs`, with default options), to compare with.
//!
//! ELK gets what our layout had: the same node boxes, the same label boxes, and room for the titles
//! of clusters. Its result becomes a scene of our own, so that both are drawn and judged alike.

use fmc_diagram::font;
use fmc_diagram::graph::{Direction, Edge, End, Graph, TextRole};
use fmc_diagram::scene::{PlacedCluster, PlacedEdge, PlacedNode, Point, Rect, Scene, Text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Around what a cluster holds.
const PADDING: f64 = 12.0;
/// Between the title of the sheet and what ELK drew.
const UNDER_TITLE: f64 = 16.0;

/// The scene that ELK makes of a graph, given the scene that we made of it; the reason where it
/// makes none.
pub(crate) fn place(graph: &Graph, ours: &Scene) -> Result<Scene, String> {
    let labels = Labels::of(ours);
    let input = question(graph, ours, &labels).to_string();
    let run = || elkrs::create_elk().layout_json(&input);
    let answer = std::panic::catch_unwind(run).map_err(|_| "elkrs panicked".to_owned())??;
    Ok(Answer::read(graph, ours, labels, &answer).scene(&answer))
}

fn question(graph: &Graph, ours: &Scene, labels: &Labels) -> Value {
    let direction = if graph.direction == Direction::Right { "RIGHT" } else { "DOWN" };
    let edges = graph.edges.iter().enumerate().map(|(index, it)| {
        let mut edge = json!({
            "id": format!("e{index}"),
            "sources": [key(it.from)],
            "targets": [key(it.to)],
        });
        let label = labels.label(it);
        if !label.is_empty() {
            let area = around(&label);
            edge["labels"] =
                json!([{ "text": it.label, "width": area.width, "height": area.height }]);
        }
        edge
    });
    // Only where there is a hierarchy, since ELK then no longer packs what does not hang together.
    let hierarchy = if graph.clusters.is_empty() { "INHERIT" } else { "INCLUDE_CHILDREN" };
    json!({
        "id": "sheet",
        "layoutOptions": {
            "elk.algorithm": "layered",
            "elk.direction": direction,
            "elk.edgeRouting": "ORTHOGONAL",
            "elk.hierarchyHandling": hierarchy,
        },
        "children": children(graph, ours, None),
        "edges": edges.collect::<Vec<_>>(),
    })
}

fn children(graph: &Graph, ours: &Scene, parent: Option<usize>) -> Vec<Value> {
    let mut inner = Vec::new();
    for (index, _) in graph.nodes.iter().enumerate().filter(|it| it.1.cluster == parent) {
        let area = ours.nodes[index].area;
        let id = key(End::Node(index));
        inner.push(json!({ "id": id, "width": area.width, "height": area.height }));
    }
    for (index, it) in graph.clusters.iter().enumerate().filter(|it| it.1.parent == parent) {
        let title = if it.label.is_empty() { 0.0 } else { font::style(TextRole::Cluster).leading };
        let width = font::width(&it.label, TextRole::Cluster) + 2.0 * PADDING;
        let top = PADDING + title;
        inner.push(json!({
            "id": key(End::Cluster(index)),
            "width": width,
            "height": top + PADDING,
            "children": children(graph, ours, Some(index)),
            "layoutOptions": {
                "elk.padding":
                    format!("[top={top},left={PADDING},bottom={PADDING},right={PADDING}]"),
                "elk.nodeSize.constraints": "[MINIMUM_SIZE]",
                "elk.nodeSize.minimum": format!("({width},{})", top + PADDING),
            },
        }));
    }
    inner
}

fn key(end: End) -> String {
    match end {
        End::Node(index) => format!("n{index}"),
        End::Cluster(index) => format!("c{index}"),
    }
}

/// The labels as we set them, by their text without spaces.
struct Labels(BTreeMap<String, Vec<Text>>);

impl Labels {
    fn of(ours: &Scene) -> Self {
        let mut labels = BTreeMap::new();
        for it in &ours.edges {
            let joined = it.label.iter().flat_map(|it| it.content.split_whitespace()).collect();
            labels.entry(joined).or_insert_with(|| it.label.clone());
        }
        Self(labels)
    }

    /// The lines of an edge's label as we set them, from any edge with the same label: of a fan, we
    /// label the trunk alone, and ELK labels every edge.
    fn label(&self, edge: &Edge) -> Vec<Text> {
        if edge.label.trim().is_empty() {
            return Vec::new();
        }
        if let Some(same) = self.0.get(&edge.label.split_whitespace().collect::<String>()) {
            return same.clone();
        }
        let width = font::width(&edge.label, TextRole::Edge);
        let at = Point { x: 0.0, y: 0.0 };
        vec![Text { at, width, role: TextRole::Edge, content: edge.label.clone() }]
    }
}

/// The box around some lines of text.
fn around(lines: &[Text]) -> Rect {
    let size = |it: &Text| font::style(it.role).size;
    let least = |it: &mut dyn Iterator<Item = f64>| it.fold(f64::INFINITY, f64::min);
    let most = |it: &mut dyn Iterator<Item = f64>| it.fold(f64::NEG_INFINITY, f64::max);
    let x = least(&mut lines.iter().map(|it| it.at.x));
    let y = least(&mut lines.iter().map(|it| it.at.y - size(it)));
    let right = most(&mut lines.iter().map(|it| it.at.x + it.width));
    let bottom = most(&mut lines.iter().map(|it| it.at.y + size(it) * 0.25));
    Rect { x, y, width: right - x, height: bottom - y }
}

/// ELK's answer, on its way to a scene.
struct Answer<'a> {
    graph: &'a Graph,
    ours: &'a Scene,
    labels: Labels,
    /// The boxes of nodes and clusters on the sheet, by the keys that ELK was given.
    areas: BTreeMap<String, Rect>,
    /// Where ELK's own sheet starts on ours.
    origin: Point,
}

impl<'a> Answer<'a> {
    fn read(graph: &'a Graph, ours: &'a Scene, labels: Labels, answer: &Value) -> Self {
        let under = ours.texts.iter().map(|it| it.at.y + UNDER_TITLE).fold(0.0, f64::max);
        let origin = Point { x: 0.0, y: under };
        let mut it = Self { graph, ours, labels, areas: BTreeMap::new(), origin };
        it.collect(answer, origin);
        it
    }

    fn collect(&mut self, parent: &Value, origin: Point) {
        for it in parent["children"].as_array().into_iter().flatten() {
            let at = Point { x: origin.x + number(&it["x"]), y: origin.y + number(&it["y"]) };
            let (width, height) = (number(&it["width"]), number(&it["height"]));
            let area = Rect { x: at.x, y: at.y, width, height };
            self.areas.insert(it["id"].as_str().unwrap_or_default().to_owned(), area);
            self.collect(it, at);
        }
    }

    fn area(&self, end: End) -> Rect {
        self.areas.get(&key(end)).copied().unwrap_or_default()
    }

    fn scene(&self, answer: &Value) -> Scene {
        let (graph, ours) = (self.graph, self.ours);
        let id = |it: Option<usize>| it.map(|it| graph.clusters[it].id.clone());
        let mut order: Vec<usize> = (0..graph.clusters.len()).collect();
        order.sort_by_key(|it| graph.around(End::Cluster(*it)).len());
        let clusters = order.into_iter().map(|index| {
            let (it, area) = (&graph.clusters[index], self.area(End::Cluster(index)));
            let depth = graph.around(End::Cluster(index)).len();
            let at = Point { x: area.x + PADDING, y: area.y + PADDING + 4.0 };
            let width = font::width(&it.label, TextRole::Cluster);
            let title = Text { at, width, role: TextRole::Cluster, content: it.label.clone() };
            let texts = if it.label.is_empty() { Vec::new() } else { vec![title] };
            let (id, parent) = (it.id.clone(), id(it.parent));
            PlacedCluster { id, parent, depth, area, texts, ..PlacedCluster::default() }
        });
        let nodes = ours.nodes.iter().enumerate().map(|(index, it)| {
            let area = self.area(End::Node(index));
            moved(it, area.x - it.area.x, area.y - it.area.y)
        });
        Scene {
            title: ours.title.clone(),
            language: ours.language.clone(),
            width: number(&answer["width"]),
            height: number(&answer["height"]) + self.origin.y,
            clusters: clusters.collect(),
            edges: self.edges(answer),
            nodes: nodes.collect(),
            texts: ours.texts.clone(),
            legend: Vec::new(),
        }
    }

    fn edges(&self, answer: &Value) -> Vec<PlacedEdge> {
        let mut found = BTreeMap::new();
        find_edges(answer, &mut found);
        let place = |(index, it): (usize, &Edge)| {
            let (container, answer) = found.get(&format!("e{index}"))?;
            let origin =
                self.areas.get(*container).map_or(self.origin, |it| Point { x: it.x, y: it.y });
            let point = |it: &Value| Point {
                x: origin.x + number(&it["x"]),
                y: origin.y + number(&it["y"]),
            };
            let section = &answer["sections"][0];
            let bends = section["bendPoints"].as_array().into_iter().flatten();
            let ends = [&section["startPoint"], &section["endPoint"]].map(point);
            let route = [ends[0]].into_iter().chain(bends.map(point)).chain([ends[1]]).collect();
            let mut label = self.labels.label(it);
            if !label.is_empty() {
                let (area, at) = (around(&label), point(&answer["labels"][0]));
                for it in &mut label {
                    it.at.x += at.x - area.x;
                    it.at.y += at.y - area.y;
                }
            }
            Some(PlacedEdge {
                id: format!("e{index}"),
                from: self.graph.id(it.from).to_owned(),
                to: self.graph.id(it.to).to_owned(),
                route,
                radius: self.ours.edges.first().map_or(0.0, |it| it.radius),
                label,
                ..PlacedEdge::default()
            })
        };
        self.graph.edges.iter().enumerate().filter_map(place).collect()
    }
}

/// ELK moves an edge to the innermost box around both of its ends and counts from there.
fn find_edges<'a>(parent: &'a Value, found: &mut BTreeMap<String, (&'a str, &'a Value)>) {
    let container = parent["id"].as_str().unwrap_or_default();
    for it in parent["edges"].as_array().into_iter().flatten() {
        found.insert(it["id"].as_str().unwrap_or_default().to_owned(), (container, it));
    }
    parent["children"].as_array().into_iter().flatten().for_each(|it| find_edges(it, found));
}

fn moved(node: &PlacedNode, x: f64, y: f64) -> PlacedNode {
    let mut node = node.clone();
    node.area.x += x;
    node.area.y += y;
    for it in &mut node.icons {
        it.area.x += x;
        it.area.y += y;
    }
    for it in &mut node.texts {
        it.at.x += x;
        it.at.y += y;
    }
    node
}

fn number(it: &Value) -> f64 {
    it.as_f64().unwrap_or_default()
}

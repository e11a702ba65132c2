//! The boxes of nodes and labels as our layout makes them, for another engine to place: a scene in
//! which nothing has its place yet, as a file.
//!
//! They are made in small pieces, since how a big graph is laid out is what the bench asks.

use fmc_diagram::graph::{Edge, End, Graph, Line, Node, TextRole};
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::scene::{PlacedEdge, PlacedIcon, PlacedNode, Point, Rect, Scene, Text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ROLES: [TextRole; 7] = [
    TextRole::Title,
    TextRole::Subtitle,
    TextRole::Cluster,
    TextRole::Name,
    TextRole::Code,
    TextRole::Note,
    TextRole::Edge,
];

/// The boxes of the nodes of a graph, in its order, one edge with each label, and the title.
pub(crate) fn dress(graph: &Graph) -> Scene {
    let mut scene = Scene { title: graph.title.clone(), ..Scene::default() };
    for nodes in graph.nodes.chunks(16) {
        let nodes = nodes.iter().map(|it| Node { cluster: None, ..it.clone() }).collect();
        let part = Graph { nodes, ..Graph::default() };
        scene.nodes.extend(place(&part, Medium::Paper).nodes);
    }
    let labels: BTreeSet<&str> = graph.edges.iter().map(|it| &*it.label).collect();
    for label in labels.into_iter().filter(|it| !it.trim().is_empty()) {
        let end = |id: &str| Node { id: id.to_owned(), lines: Line::all(id), ..Node::default() };
        let mut edge = Edge::new(End::Node(0), End::Node(1));
        label.clone_into(&mut edge.label);
        let nodes = vec![end("from"), end("to")];
        let part = Graph { nodes, edges: vec![edge], ..Graph::default() };
        scene.edges.extend(place(&part, Medium::Paper).edges);
    }
    let title = Graph { title: graph.title.clone(), ..Graph::default() };
    scene.texts = place(&title, Medium::Paper).texts;
    scene
}

/// What [`read`] reads.
pub(crate) fn write(scene: &Scene) -> Value {
    let nodes = scene.nodes.iter().map(|it| {
        let icons = it.icons.iter().map(|it| json!([it.name, area(it.area)]));
        json!([it.id, area(it.area), icons.collect::<Vec<_>>(), texts(&it.texts)])
    });
    let labels = scene.edges.iter().map(|it| texts(&it.label));
    json!({
        "title": scene.title,
        "texts": texts(&scene.texts),
        "nodes": nodes.collect::<Vec<_>>(),
        "labels": labels.collect::<Vec<_>>(),
    })
}

/// The scene that was written.
pub(crate) fn read(value: &Value) -> Scene {
    let node = |it: &Value| PlacedNode {
        id: text_at(&it[0]),
        area: area_at(&it[1]),
        icons: list(&it[2], |it| PlacedIcon { name: text_at(&it[0]), area: area_at(&it[1]) }),
        texts: texts_at(&it[3]),
        ..PlacedNode::default()
    };
    Scene {
        title: text_at(&value["title"]),
        texts: texts_at(&value["texts"]),
        nodes: list(&value["nodes"], node),
        edges: list(&value["labels"], |it| PlacedEdge {
            label: texts_at(it),
            radius: 8.0,
            ..PlacedEdge::default()
        }),
        ..Scene::default()
    }
}

fn area(it: Rect) -> Value {
    json!([it.x, it.y, it.width, it.height])
}

fn texts(texts: &[Text]) -> Value {
    let text = |it: &Text| {
        let role = ROLES.iter().position(|role| *role == it.role);
        json!([it.at.x, it.at.y, it.width, role, it.content])
    };
    texts.iter().map(text).collect()
}

fn number(it: &Value) -> f64 {
    it.as_f64().unwrap_or_default()
}

fn text_at(it: &Value) -> String {
    it.as_str().unwrap_or_default().to_owned()
}

fn area_at(it: &Value) -> Rect {
    let [x, y, width, height] = [0, 1, 2, 3].map(|index| number(&it[index]));
    Rect { x, y, width, height }
}

fn texts_at(it: &Value) -> Vec<Text> {
    list(it, |it| Text {
        at: Point { x: number(&it[0]), y: number(&it[1]) },
        width: number(&it[2]),
        role: ROLES[it[3].as_u64().unwrap_or_default() as usize],
        content: text_at(&it[4]),
    })
}

fn list<T>(it: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    it.as_array().into_iter().flatten().map(read).collect()
}

//! DOT with every position written down: `neato -n2` draws what we placed, and [`dot::read`]
//! reads it again.
//!
//! Positions are in points and sizes in inches, from the lower left corner, as Graphviz counts. What it has
//! no word for stays out: badges, legends, and what became of a thing between two drawings. Icons
//! are named in an attribute `icon`, which Graphviz passes over.
//!
//! [`dot::read`]: crate::dot::read

mod words;

use crate::font;
use crate::graph::{Heads, Stroke, Tone};
use crate::scene::{PlacedCluster, PlacedEdge, PlacedNode, Point, Rect, Scene, Text};
use crate::theme::{Color, Scheme};
use std::collections::{BTreeMap, BTreeSet};
use words::{label, name, quoted};

/// A CSS pixel in points.
const POINT: f64 = 0.75;
/// A CSS pixel in inches.
const INCH: f64 = 1.0 / 96.0;
/// How long an arrowhead of Graphviz is, in CSS pixels: the line ends where it begins.
const HEAD: f64 = 10.0;

/// The picture in DOT.
pub fn write(scene: &Scene) -> String {
    let mut writer = Writer::new(scene);
    writer.sheet();
    writer.inside(None, 1);
    scene.edges.iter().for_each(|it| writer.edge(it));
    writer.out.push_str("}\n");
    writer.out
}

struct Writer<'s> {
    scene: &'s Scene,
    out: String,
    /// The clusters and nodes directly inside of a cluster, or of none, by their places in the scene.
    clusters: BTreeMap<Option<&'s str>, Vec<usize>>,
    nodes: BTreeMap<Option<&'s str>, Vec<usize>>,
    /// Where each cluster stands in the scene.
    places: BTreeMap<&'s str, usize>,
    /// The clusters at which edges end, each of which needs a node that stands for it.
    ends: BTreeSet<&'s str>,
}

impl<'s> Writer<'s> {
    fn new(scene: &'s Scene) -> Self {
        let mut it = Self {
            scene,
            out: String::new(),
            clusters: BTreeMap::new(),
            nodes: BTreeMap::new(),
            places: BTreeMap::new(),
            ends: BTreeSet::new(),
        };
        for (index, cluster) in scene.clusters.iter().enumerate() {
            it.clusters.entry(cluster.parent.as_deref()).or_default().push(index);
            it.places.insert(&cluster.id, index);
        }
        for (index, node) in scene.nodes.iter().enumerate() {
            it.nodes.entry(node.cluster.as_deref()).or_default().push(index);
        }
        let ends = scene.edges.iter().flat_map(|it| [&*it.from, &*it.to]);
        it.ends = ends.filter(|end| it.places.contains_key(end)).collect();
        it
    }

    fn sheet(&mut self) {
        let scene = self.scene;
        self.out.push_str("digraph {\n");
        let mut list = vec![
            ("bb", format!("0,0,{},{}", points(scene.width), points(scene.height))),
            ("compound", "true".to_owned()),
            ("fontname", font::FAMILY.to_owned()),
            ("outputorder", "edgesfirst".to_owned()),
        ];
        if !scene.texts.is_empty() {
            list.push(("label", label(scene.texts.iter().map(|it| &*it.content))));
            list.push(("labelloc", "t".to_owned()));
            list.push(("lp", self.middle(&scene.texts)));
            list.push(("fontsize", size(&scene.texts)));
        }
        self.line(1, "graph", list);
        let font =
            |size: f64| vec![("fontname", font::FAMILY.to_owned()), ("fontsize", points(size))];
        let mut node = font(font::style(crate::graph::TextRole::Name).size);
        node.push(("shape", "box".to_owned()));
        node.push(("style", "rounded".to_owned()));
        node.push(("fixedsize", "true".to_owned()));
        self.line(1, "node", node);
        let mut edge = font(font::style(crate::graph::TextRole::Edge).size);
        edge.push(("arrowsize", "0.75".to_owned()));
        self.line(1, "edge", edge);
    }

    /// Everything directly inside of a cluster, clusters first.
    fn inside(&mut self, parent: Option<&'s str>, depth: usize) {
        for index in self.clusters.remove(&parent).unwrap_or_default() {
            let cluster = &self.scene.clusters[index];
            self.indent(depth);
            self.out
                .push_str(&format!("subgraph {} {{\n", quoted(&name(&cluster_name(&cluster.id)))));
            self.cluster(cluster, depth + 1);
            self.inside(Some(&cluster.id), depth + 1);
            self.indent(depth);
            self.out.push_str("}\n");
        }
        for index in self.nodes.remove(&parent).unwrap_or_default() {
            self.node(&self.scene.nodes[index], depth);
        }
    }

    fn cluster(&mut self, it: &'s PlacedCluster, depth: usize) {
        let area = it.area;
        let (low, high) = (self.scene.height - area.bottom(), self.scene.height - area.y);
        let corners = [area.x, low, area.right(), high].map(points);
        let mut list = vec![("bb", corners.join(","))];
        list.push(("label", label(it.texts.iter().map(|it| &*it.content))));
        if !it.texts.is_empty() {
            list.push(("lp", self.middle(&it.texts)));
            list.push(("fontsize", size(&it.texts)));
        }
        list.extend(it.icon.iter().map(|it| ("icon", name(&it.name))));
        list.push(("style", "rounded".to_owned()));
        // Written where it is neutral too: a cluster would have that of the one around it.
        list.push(("pencolor", Color::Line(it.tone).rgb(Scheme::Light).hex()));
        list.extend(told(it.link.as_ref(), &it.details));
        self.line(depth, "graph", list);
        if self.ends.contains(&*it.id) {
            let at = vec![
                ("pos", self.point(Point { x: area.x + area.width / 2.0, y: area.y })),
                ("shape", "point".to_owned()),
                ("style", "invis".to_owned()),
                ("width", "0.01".to_owned()),
                ("height", "0.01".to_owned()),
            ];
            self.line(depth, &quoted(&anchor(&it.id)), at);
        }
    }

    fn node(&mut self, it: &PlacedNode, depth: usize) {
        let Rect { x, y, width, height } = it.area;
        let mut list = vec![
            ("label", label(it.texts.iter().map(|it| &*it.content))),
            ("pos", self.point(Point { x: x + width / 2.0, y: y + height / 2.0 }) + "!"),
            ("width", inches(width)),
            ("height", inches(height)),
        ];
        list.extend(it.icons.first().map(|it| ("icon", name(&it.name))));
        list.extend(color("color", it.tone));
        list.extend(told(it.link.as_ref(), &it.details));
        self.line(depth, &quoted(&name(&it.id)), list);
    }

    fn edge(&mut self, it: &PlacedEdge) {
        let mut list = vec![("pos", self.spline(it))];
        if !it.label.is_empty() {
            list.push(("label", label(it.label.iter().map(|it| &*it.content))));
            list.push(("lp", self.middle(&it.label)));
        }
        let style = match it.style {
            Stroke::Solid => None,
            Stroke::Dashed => Some("dashed"),
            Stroke::Dotted => Some("dotted"),
            Stroke::Bold => Some("bold"),
        };
        list.extend(style.map(|it| ("style", it.to_owned())));
        let heads = match it.heads {
            Heads::Forward => None,
            Heads::Back => Some("back"),
            Heads::Both => Some("both"),
            Heads::None => Some("none"),
        };
        list.extend(heads.map(|it| ("dir", it.to_owned())));
        list.extend(color("color", it.tone));
        list.extend(told(it.link.as_ref(), &it.details));
        let mut end = |id: &str, key| {
            if self.places.contains_key(id) {
                list.push((key, name(&cluster_name(id))));
                quoted(&anchor(id))
            } else {
                quoted(&name(id))
            }
        };
        let ends = format!("{} -> {}", end(&it.from, "ltail"), end(&it.to, "lhead"));
        self.line(1, &ends, list);
    }

    /// The route as Graphviz wants it: the tips of the arrowheads, then curves that happen to be
    /// straight, four points for each with the last one shared.
    fn spline(&self, edge: &PlacedEdge) -> String {
        let mut route = edge.route.clone();
        let mut out = String::new();
        let count = route.len();
        if count < 2 {
            return out;
        }
        if edge.heads.at_start() {
            out += &format!("s,{} ", self.point(route[0]));
            route[0] = before_head(route[0], route[1]);
        }
        if edge.heads.at_end() {
            out += &format!("e,{} ", self.point(route[count - 1]));
            route[count - 1] = before_head(route[count - 1], route[count - 2]);
        }
        out += &self.point(route[0]);
        for pair in route.windows(2) {
            for third in [1.0, 2.0, 3.0] {
                out.push(' ');
                out += &self.point(between(pair[0], pair[1], third / 3.0));
            }
        }
        out
    }

    fn point(&self, it: Point) -> String {
        format!("{},{}", points(it.x), points(self.scene.height - it.y))
    }

    /// The middle of some lines of text.
    fn middle(&self, lines: &[Text]) -> String {
        let half = |low: f64, high: f64| f64::midpoint(low, high);
        let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
        let most = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
        let left = least(&mut lines.iter().map(|it| it.at.x));
        let right = most(&mut lines.iter().map(|it| it.at.x + it.width));
        let top = least(&mut lines.iter().map(|it| it.at.y - font::style(it.role).size));
        let bottom = most(&mut lines.iter().map(|it| it.at.y));
        self.point(Point { x: half(left, right), y: half(top, bottom) })
    }

    fn line(&mut self, depth: usize, head: &str, list: Vec<(&str, String)>) {
        self.indent(depth);
        self.out.push_str(head);
        for (index, (key, value)) in list.into_iter().enumerate() {
            self.out.push_str(if index == 0 { " [" } else { ", " });
            self.out.push_str(&format!("{key}={}", quoted(&value)));
        }
        self.out.push_str("]\n");
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n('\t', depth));
    }
}

/// The point where an arrowhead begins whose tip is here.
fn before_head(tip: Point, other: Point) -> Point {
    let length = (other.x - tip.x).hypot(other.y - tip.y);
    between(tip, other, if length > 0.0 { (HEAD / length).min(0.5) } else { 0.0 })
}

fn between(one: Point, other: Point, share: f64) -> Point {
    Point { x: one.x + (other.x - one.x) * share, y: one.y + (other.y - one.y) * share }
}

/// Graphviz draws a box around a subgraph whose name starts so.
fn cluster_name(id: &str) -> String {
    if id.starts_with("cluster") { id.to_owned() } else { format!("cluster_{id}") }
}

/// The name of the node that stands for a cluster where an edge ends at it.
fn anchor(id: &str) -> String {
    name(&format!("{id} border"))
}

fn points(pixels: f64) -> String {
    rounded(pixels * POINT)
}

fn inches(pixels: f64) -> String {
    format!("{:.4}", pixels * INCH)
}

/// Hundredths, and no more digits than it takes.
fn rounded(value: f64) -> String {
    let value = (value * 100.0).round() / 100.0;
    // There is one zero.
    format!("{}", value + 0.0)
}

fn size(texts: &[Text]) -> String {
    points(texts.first().map_or(0.0, |it| font::style(it.role).size))
}

fn color(key: &'static str, tone: Tone) -> Option<(&'static str, String)> {
    (tone != Tone(0)).then(|| (key, Color::Line(tone).rgb(Scheme::Light).hex()))
}

/// The link and the tooltip.
fn told(
    link: Option<&String>,
    details: &[(String, String)],
) -> impl Iterator<Item = (&'static str, String)> {
    let link = link.and_then(|it| super::link::safe(it)).map(|it| ("URL", label([it].into_iter())));
    let lines: Vec<_> = details
        .iter()
        .map(
            |(name, value)| {
                if name == "tooltip" { value.clone() } else { format!("{name}: {value}") }
            },
        )
        .collect();
    let lines = lines.iter().map(|it| &**it);
    let tooltip = (!details.is_empty()).then(|| ("tooltip", label(lines)));
    link.into_iter().chain(tooltip)
}

//! Nodes and clusters from what was found of them.

use super::budget::Budget;
use super::color::tone;
use super::evaluate::{Attributes, Found, FoundCluster, FoundNode};
use super::html;
use super::place::{Error, Notice};
use super::strings::{self, LONGEST, Names};
use crate::graph::{Cluster, Graph, Line, Node, TextRole, Tone};
use std::collections::BTreeSet;

/// Behind this, a path leads to an image of `diagrams`.
const RESOURCES: &str = "resources/";
/// The image of `diagrams` that shows nothing.
const BLANK: &str = "generic/blank/blank.png";

/// Writes the title, every cluster and every node. What is hidden stays in its place here, so that
/// numbers hold; [`super::edges`] takes it out when all is known.
pub(super) fn write(
    found: &Found<'_>,
    graph: &mut Graph,
    budget: &mut Budget,
    notices: &mut Vec<Notice>,
) -> Result<(), Error> {
    let names = Names { graph: found.name, ..Names::default() };
    let title = found.attributes.get("label").map(|it| strings::read(it, &names));
    let mut lines = Line::all(title.as_deref().unwrap_or_default()).into_iter().map(|it| it.text);
    graph.title = lines.next().unwrap_or_default();
    graph.subtitle = lines.collect::<Vec<_>>().join(" · ");
    let mut ids = BTreeSet::new();
    for it in &found.nodes {
        let id = unique(&mut ids, &it.name.text, "node");
        let node = node(it, id, found.name, notices);
        let lines = node.lines.iter().map(|it| &*it.text);
        budget.take(it.name.place, lines, node.link.as_deref(), &node.details)?;
        graph.nodes.push(node);
    }
    for it in &found.clusters {
        let id = unique(&mut ids, &it.name.text, "cluster");
        let cluster = cluster(it, id, found.name);
        let lines = [&*cluster.label, &*cluster.note].into_iter();
        budget.take(it.name.place, lines, cluster.link.as_deref(), &cluster.details)?;
        graph.clusters.push(cluster);
    }
    Ok(())
}

fn node(found: &FoundNode<'_>, id: String, graph: &str, notices: &mut Vec<Notice>) -> Node {
    let attributes = &found.attributes;
    let shape = text(attributes, "shape").to_ascii_lowercase();
    let names = Names { graph, node: &found.name.text, ..Names::default() };
    let label = match attributes.get("label") {
        Some(it) if shape.ends_with("record") => strings::record(it, &names),
        Some(it) => strings::read(it, &names),
        None if shape == "point" => String::new(),
        None => found.name.text.chars().take(LONGEST).collect(),
    };
    if label.chars().count() > LONGEST {
        let message = format!("of this label, {LONGEST} characters are drawn");
        notices.push(Notice { place: found.name.place, message });
    }
    let label_image =
        attributes.get("label").filter(|it| it.html).and_then(|it| html::image(&it.text));
    let named =
        ["icon", "image"].into_iter().map(|it| text(attributes, it)).find(|it| !it.is_empty());
    let mut lines = Line::all(&label);
    let more = attributes.get("xlabel").map(|it| strings::read(it, &names));
    lines.extend(Line::all(more.as_deref().unwrap_or_default()).into_iter().map(|it| Line {
        role: if it.role == TextRole::Name { TextRole::Note } else { it.role },
        text: it.text,
    }));
    Node {
        id,
        lines,
        icon: icon(named.or(label_image).unwrap_or_default()),
        cluster: found.cluster,
        tone: tone_of(attributes, &["color"]),
        tier: match found.rank {
            Some((_, "min" | "source")) => Some(-1),
            Some((_, "max" | "sink")) => Some(1),
            _ => None,
        },
        link: link(attributes, &["URL", "href"], &names),
        details: details(attributes, &["tooltip"], &Names { label: &label, ..names }),
        ..Node::default()
    }
}

fn cluster(found: &FoundCluster<'_>, id: String, graph: &str) -> Cluster {
    let attributes = &found.attributes;
    let names = Names { graph, ..Names::default() };
    let label = attributes.get("label").map(|it| strings::read(it, &names)).unwrap_or_default();
    let mut lines = Line::all(&label).into_iter().map(|it| it.text);
    Cluster {
        id,
        label: lines.next().unwrap_or_default(),
        note: lines.collect::<Vec<_>>().join(" · "),
        icon: icon(text(attributes, "icon")),
        parent: found.parent,
        tone: tone_of(attributes, &["bgcolor", "pencolor", "color"]),
        link: link(attributes, &["URL", "href"], &names),
        details: details(attributes, &["tooltip"], &Names { label: &label, ..names }),
        ..Cluster::default()
    }
}

/// The text of an attribute, or nothing.
pub(super) fn text<'f>(attributes: &Attributes<'f>, name: &str) -> &'f str {
    attributes.get(name).map_or("", |it| &it.text)
}

/// Whether a style is among those that are listed.
pub(super) fn has_style(attributes: &Attributes<'_>, wanted: &str) -> bool {
    text(attributes, "style").split(',').any(|it| it.trim() == wanted)
}

/// The first address that is given.
pub(super) fn link(
    attributes: &Attributes<'_>,
    keys: &[&str],
    names: &Names<'_>,
) -> Option<String> {
    let given = keys.iter().filter_map(|it| attributes.get(it));
    given.map(|it| strings::read(it, names)).find(|it| !it.trim().is_empty())
}

/// The texts of these attributes, under their names.
pub(super) fn details(
    attributes: &Attributes<'_>,
    keys: &[&str],
    names: &Names<'_>,
) -> Vec<(String, String)> {
    let text = |key: &&str| {
        let value = strings::read(attributes.get(key)?, names);
        (!value.trim().is_empty()).then(|| ((*key).to_owned(), value))
    };
    keys.iter().filter_map(text).collect()
}

/// The tint of what fills a thing, or of the first of these colours that is one.
fn tone_of(attributes: &Attributes<'_>, keys: &[&str]) -> Tone {
    let filled = has_style(attributes, "filled").then_some("fillcolor");
    let colors = filled.iter().chain(keys).map(|it| tone(text(attributes, it)));
    colors.into_iter().find(|it| *it != Tone(0)).unwrap_or_default()
}

/// The name of an icon from the path of an image.
fn icon(path: &str) -> String {
    let name = path.rfind(RESOURCES).map_or(path, |it| &path[it + RESOURCES.len()..]);
    if name.ends_with(BLANK) { String::new() } else { name.to_owned() }
}

/// An id that none of these is yet.
fn unique(ids: &mut BTreeSet<String>, wanted: &str, otherwise: &str) -> String {
    let wanted = if wanted.trim().is_empty() { otherwise } else { wanted };
    let mut id = wanted.to_owned();
    let mut count = 1;
    while !ids.insert(id.clone()) {
        count += 1;
        id = format!("{wanted}-{count}");
    }
    id
}

//! Terminal text: nothing is lost, nothing lies on anything, and it fits.

mod common;

use common::files::{every_file, seed};
use fmc_diagram::formats::text::{self, Style};
use fmc_diagram::graph::{Cluster, Edge, End, Graph, Line, Node, Stroke};
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::scene::{Point, Rect, Scene, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A cell by column and row.
type Cell = (i64, i64);

fn laid_out(graph: &Graph) -> Scene {
    place(graph, Medium::Terminal { width: 100 })
}

/// The graphs of the files and thirty generated ones, laid out once.
fn graphs() -> &'static [(String, Graph, Scene)] {
    static GRAPHS: OnceLock<Vec<(String, Graph, Scene)>> = OnceLock::new();
    GRAPHS.get_or_init(|| {
        let seeds = (0..30).map(|it| (format!("seed {it}"), seed(it)));
        let files = every_file().into_iter().filter(|(name, _)| name != "synth1000");
        let laid_out = |(name, graph)| {
            let scene = laid_out(&graph);
            (name, graph, scene)
        };
        files.chain(seeds).map(laid_out).collect()
    })
}

fn cells(area: Rect) -> impl Iterator<Item = Cell> {
    let whole = |it: f64| it as i64;
    let (left, right) = (whole(area.x), whole(area.right()));
    (whole(area.y)..whole(area.bottom())).flat_map(move |y| (left..right).map(move |x| (x, y)))
}

fn texts(scene: &Scene) -> impl Iterator<Item = &Text> {
    let clusters = scene.clusters.iter().flat_map(|it| &it.texts);
    let nodes = scene.nodes.iter().flat_map(|it| &it.texts);
    let edges = scene.edges.iter().flat_map(|it| &it.label);
    clusters.chain(nodes).chain(edges)
}

fn text_cells(text: &Text) -> impl Iterator<Item = Cell> {
    let (x, y) = (text.at.x as i64, text.at.y as i64);
    (x..x + text.content.width() as i64).map(move |x| (x, y))
}

/// The cells between the corners of a route.
fn route_cells(route: &[Point]) -> BTreeSet<Cell> {
    let mut cells = BTreeSet::new();
    for pair in route.windows(2) {
        let (one, two) =
            ((pair[0].x as i64, pair[0].y as i64), (pair[1].x as i64, pair[1].y as i64));
        for x in one.0.min(two.0)..=one.0.max(two.0) {
            for y in one.1.min(two.1)..=one.1.max(two.1) {
                cells.insert((x, y));
            }
        }
    }
    cells
}

/// What stands in each cell of a page, by the widths of its characters.
fn page(text: &str) -> BTreeMap<Cell, char> {
    let mut cells = BTreeMap::new();
    for (y, line) in text.lines().enumerate() {
        let mut x = 0;
        for character in line.chars() {
            let width = character.width().unwrap_or(0) as i64;
            if width > 0 {
                cells.insert((x, y as i64), character);
            }
            x += width;
        }
    }
    cells
}

#[test]
fn every_text_is_where_it_should_be() {
    for (name, _, scene) in graphs() {
        let drawn = text::write(scene);
        let page = page(&drawn);
        // The title has a line and a blank under it that the scene knows nothing of.
        let shift = if scene.texts.is_empty() { 0 } else { 2 };
        for it in texts(scene) {
            // A sequence of emoji is narrower than its parts; then only its row can be told.
            let simple = it.content.chars().map(|it| it.width().unwrap_or(0)).sum::<usize>()
                == it.content.width();
            let at = (it.at.x as i64, it.at.y as i64 + shift);
            let row = drawn.lines().nth(usize::try_from(at.1).unwrap()).unwrap_or_default();
            assert!(row.contains(it.content.trim_end()), "{name}: {it:?} in {row:?}");
            if !simple {
                continue;
            }
            let first = it.content.chars().next();
            assert_eq!(page.get(&at).copied(), first, "{name}: {it:?}");
        }
        for it in &scene.texts {
            assert!(drawn.contains(it.content.trim_end()), "{name}: {it:?}");
        }
    }
}

#[test]
fn no_text_of_the_graph_is_lost() {
    let bare = |it: &str| it.split_whitespace().collect::<String>();
    for (name, graph, scene) in graphs() {
        for (node, placed) in graph.nodes.iter().zip(&scene.nodes) {
            let wanted: String = node.lines.iter().map(|it| bare(&it.text)).collect();
            let drawn: String = placed.texts.iter().map(|it| bare(&it.content)).collect();
            assert_eq!(drawn, wanted, "{name}: {}", node.id);
        }
        let labels: BTreeSet<String> = scene
            .edges
            .iter()
            .map(|it| it.label.iter().map(|it| bare(&it.content)).collect())
            .collect();
        for edge in graph.edges.iter().filter(|it| it.count == 1) {
            assert!(labels.contains(&bare(&edge.label)), "{name}: {:?}", edge.label);
        }
    }
}

#[test]
fn nothing_lies_on_a_text_or_a_card() {
    let mut faults = Vec::new();
    for (name, _, scene) in graphs() {
        let mut texts_at: BTreeMap<Cell, &str> = BTreeMap::new();
        for text in texts(scene) {
            for cell in text_cells(text) {
                if let Some(other) = texts_at.insert(cell, &text.content) {
                    faults.push(format!("{name}: {:?} on {other:?} at {cell:?}", text.content));
                }
            }
        }
        let mut cards: BTreeMap<Cell, &str> = BTreeMap::new();
        for node in &scene.nodes {
            for cell in cells(node.area) {
                if let Some(other) = cards.insert(cell, &node.id) {
                    faults.push(format!("{name}: {} on {other} at {cell:?}", node.id));
                }
            }
        }
        for edge in &scene.edges {
            // An end may lie on the border of its box, even behind the title: nothing is drawn there.
            let ends = [edge.route.first(), edge.route.last()]
                .map(|it| it.map(|it| (it.x as i64, it.y as i64)));
            for cell in route_cells(&edge.route).into_iter().filter(|it| !ends.contains(&Some(*it)))
            {
                let card = cards.get(&cell).filter(|it| **it != edge.from && **it != edge.to);
                if let Some(other) = card.or(texts_at.get(&cell)) {
                    faults.push(format!("{name}: {} on {other} at {cell:?}", edge.id));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn it_is_as_wide_as_the_scene_says_and_ordinary_pictures_fit() {
    for (name, _, scene) in graphs() {
        let drawn = text::write(scene);
        let widest = drawn.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
        assert!(widest as f64 <= scene.width, "{name}: {widest} > {}", scene.width);
        assert!(drawn.lines().all(|it| it == it.trim_end()), "{name}: blanks at an end");
        if ["author01", "author01x", "author02", "author03", "synth20", "seed 0"]
            .contains(&name.as_str())
        {
            assert!(widest <= 100, "{name}: {widest} columns");
        }
    }
}

/// A cluster of two, and one that they both ask.
fn small() -> Graph {
    let node = |id: &str, label: &str, cluster| Node {
        id: id.into(),
        lines: Line::all(label),
        cluster,
        ..Node::default()
    };
    let mut graph = Graph {
        title: "Nube".into(),
        clusters: vec![Cluster { id: "c".into(), label: "Masters".into(), ..Cluster::default() }],
        nodes: vec![
            node("a", "Público", None),
            node("b", "master1\n10.17.4.21", Some(0)),
            node("c", "漢字 🐂", Some(0)),
        ],
        ..Graph::default()
    };
    for to in [1, 2] {
        let mut edge = Edge::new(End::Node(0), End::Node(to));
        edge.label = "API".into();
        graph.edges.push(edge);
    }
    graph.edges[1].style = Stroke::Bold;
    graph
}

#[test]
fn a_small_picture_looks_like_this() {
    let drawn = text::write(&laid_out(&small()));
    assert_eq!(drawn, SMALL, "\n{drawn}");
    let ascii = text::write_with(&laid_out(&small()), Style::Ascii);
    assert_eq!(ascii, PLAIN, "\n{ascii}");
}

const SMALL: &str = "             Nube
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

           ╭─────────╮
           │ Público │
           ╰─┬──────┰╯
             │ API  ┃ API
╔ Masters ═══│══════┃═════════╗
║            ▼      ▼         ║
║ ╭────────────╮  ╭─────────╮ ║
║ │ master1    │  │ 漢字 🐂 │ ║
║ │ 10.17.4.21 │  ╰─────────╯ ║
║ ╰────────────╯              ║
╚═════════════════════════════╝
";
const PLAIN: &str = "             Nube
===============================

           +---------+
           | Público |
           +-+------++
             | API  | API
# Masters ###|######|##########
#            v      v         #
# +------------+  +---------+ #
# | master1    |  | 漢字 🐂 | #
# | 10.17.4.21 |  +---------+ #
# +------------+              #
###############################
";

#[test]
fn hostile_texts_stay_texts() {
    let hostile = [
        "\u{1b}[31mred\u{7}\u{8}",
        "\u{202e}backwards",
        "a\u{301}\u{327}o\u{308}",
        "👩‍👩‍👧‍👦 family 🏳️‍🌈",
        "שלום עולם",
        "\u{2028}line\u{2029}",
        &"x".repeat(200),
        &"word ".repeat(60),
        "",
        "\u{200b}\u{feff}",
    ];
    let mut graph = Graph { title: hostile.concat(), ..Graph::default() };
    for (index, text) in hostile.iter().enumerate() {
        let parent = index.checked_sub(1);
        let label = (*text).to_owned();
        let id = format!("c{index}");
        graph.clusters.push(Cluster { id, label, parent, ..Cluster::default() });
        let id = format!("n{index}");
        let lines = Line::all(text);
        graph.nodes.push(Node { id, lines, cluster: Some(index), ..Node::default() });
        let mut edge = Edge::new(End::Node(0), End::Node(index));
        edge.label = (*text).to_owned();
        graph.edges.push(edge);
        graph.edges.push(Edge::new(End::Node(index), End::Node(0)));
    }
    let scene = laid_out(&graph);
    for style in [Style::Boxes, Style::Ascii] {
        let drawn = text::write_with(&scene, style);
        let orders =
            |it: char| it != '\n' && it.is_control() || ('\u{202a}'..='\u{202e}').contains(&it);
        assert!(!drawn.contains(orders), "{drawn}");
        assert!(drawn.contains("backwards") && drawn.contains("xxxxxxxxxx"), "{drawn}");
    }
}

#[test]
fn little_or_nothing_is_drawn_too() {
    assert_eq!(text::write(&laid_out(&Graph::default())), "");
    let node = Node { id: "n".into(), lines: Line::all("one"), ..Node::default() };
    let one = Graph { nodes: vec![node], ..Graph::default() };
    assert_eq!(text::write(&laid_out(&one)), "╭─────╮\n│ one │\n╰─────╯\n");
    let mut looped = one.clone();
    looped.edges = vec![Edge::new(End::Node(0), End::Node(0))];
    assert!(text::write(&laid_out(&looped)).contains("one"));
    assert_eq!(text::write(&Scene::default()), "");
}

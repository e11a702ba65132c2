//! DOT files that other programs wrote, and texts that nobody would write.

mod common;

use common::files;
use fmc_diagram::dot::{self, Place};
use fmc_diagram::graph::{Direction, End, Graph, Heads, Stroke};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;

/// What of a graph two formats must agree on: nodes with their texts and clusters, and edges.
type Told = (BTreeMap<String, (Vec<String>, Vec<String>)>, Vec<(String, String, String)>);

fn told(graph: &Graph) -> Told {
    let name = |id: &str| id.trim_start_matches("cluster_").to_owned();
    let nodes = graph.nodes.iter().enumerate().map(|(index, it)| {
        let lines = it.lines.iter().map(|it| it.text.clone()).collect();
        let around = graph.around(End::Node(index));
        let around = around.iter().map(|it| name(&graph.clusters[*it].id)).collect();
        (it.id.clone(), (lines, around))
    });
    let ends = |it| name(graph.id(it));
    let edges = graph.edges.iter().map(|it| (ends(it.from), ends(it.to), it.label.clone()));
    (nodes.collect(), edges.collect())
}

#[test]
fn the_graphs_of_the_folder_say_the_same_in_both_formats() {
    for (name, expected) in files::every_file() {
        let text = fs::read_to_string(files::folder().join(&name).with_extension("dot")).unwrap();
        let (graph, notices) = dot::read(&text).unwrap();
        assert_eq!(notices, [], "{name}");
        assert_eq!(told(&graph), told(&expected), "{name}");
        assert_eq!(graph.title, expected.title, "{name}");
    }
}

/// Written by `diagrams` 0.25.1 with `outformat="dot"`; the path before `resources` was shortened.
#[test]
fn what_diagrams_writes_is_read() {
    let (graph, notices) = dot::read(include_str!("dot/diagrams.dot")).unwrap();
    assert_eq!(notices, []);
    assert_eq!((&*graph.title, graph.direction), ("Mi Nube / á", Direction::Right));
    let nodes: Vec<_> = graph
        .nodes
        .iter()
        .map(|it| {
            let lines: Vec<_> = it.lines.iter().map(|it| &*it.text).collect();
            let around = it.cluster.map_or("", |it| &*graph.clusters[it].label);
            format!("{around}/{} {}", lines.join("|"), it.icon)
        })
        .collect();
    let expected = [
        "Inner/web aws/compute/ec2.png",
        "Ingress/LB1 onprem/network/traefik.png",
        "Ingress/LB2 onprem/network/traefik.png",
        "/Usuarios|Públicos onprem/client/users.png",
        "/ ",
        "/H onprem/network/haproxy.png",
    ];
    assert_eq!(nodes, expected);
    assert_eq!(graph.clusters[1].parent, Some(0));
    assert!(graph.nodes.iter().all(|it| it.tone.0 == 0));
    let labelled: Vec<_> = graph.edges.iter().filter(|it| it.label == "HTTPS").collect();
    assert_eq!(labelled.len(), 2);
    assert!(labelled.iter().all(|it| it.style == Stroke::Dashed && it.tone.0 != 0));
    let heads: Vec<_> = graph.edges.iter().map(|it| it.heads).collect();
    let count = |heads_| heads.iter().filter(|it| **it == heads_).count();
    assert_eq!([Heads::None, Heads::Back, Heads::Both, Heads::Forward].map(count), [1, 1, 1, 5]);
}

/// Reads a text; whatever it says must be of a place in it, and of a graph that holds together.
fn read(text: &str) {
    let inside = |it: Place| {
        assert!(text.get(it.start..it.end).is_some(), "{it:?} is not in {text:?}");
        let before = &text[..it.start];
        let line = before.matches('\n').count() + 1;
        assert_eq!(it.line, line, "{text:?}");
    };
    match dot::read(text) {
        Err(error) => inside(error.place),
        Ok((graph, notices)) => {
            for it in &notices {
                inside(it.place);
            }
            for it in 0..graph.nodes.len() {
                assert!(graph.around(End::Node(it)).len() <= graph.clusters.len());
            }
            assert!(
                graph
                    .edges
                    .iter()
                    .all(|it| !graph.id(it.from).is_empty() && !graph.id(it.to).is_empty())
            );
            let mut ids: Vec<_> = graph.nodes.iter().map(|it| &it.id).collect();
            ids.extend(graph.clusters.iter().map(|it| &it.id));
            ids.sort();
            assert!(ids.windows(2).all(|it| it[0] != it[1]), "{ids:?}");
        }
    }
}

/// Pieces of DOT, so that the parser is reached and not the lexer alone.
const PIECES: &[&str] = &[
    "digraph ",
    "graph ",
    "strict ",
    "subgraph ",
    "node ",
    "edge ",
    "{",
    "}",
    "[",
    "]",
    "=",
    ";",
    ",",
    ":",
    "+",
    "->",
    "--",
    "a",
    "b",
    "cluster_a ",
    "cluster_b ",
    "\"",
    "\"x\"",
    "\\",
    "\\\"",
    "<",
    ">",
    "<b>",
    "<img src=\"",
    "/*",
    "*/",
    "//",
    "\n",
    "#",
    " ",
    "label=",
    "lhead=",
    "compound=true ",
    "style=invis ",
    "rank=same ",
    "shape=record ",
    "\\N",
    "\\G",
    "&amp;",
    "&#x",
    "é",
    "漢",
    "\r\n",
    "-1.",
    "image=",
    "color=\"#f00\" ",
    "rankdir=BT ",
    "\0",
    "\u{feff}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|[ -~\\n]{0,80}") {
        read(&text);
        read(&format!("digraph {{ {text} }}"));
    }

    #[test]
    fn any_pieces_are_read_or_refused(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|it| PIECES[*it]).collect();
        read(&text);
        read(&format!("digraph {{ {text}"));
        read(&format!("digraph {{ a [label=<{text}>] }}"));
    }
}

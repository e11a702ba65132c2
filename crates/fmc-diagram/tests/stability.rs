//! A small change moves little: every node of some graphs is taken away in turn, and what is left is
//! compared with where it was. Read backwards, each is a node that was added.
//!
//! `cargo test -p fmc-diagram --test stability -- --nocapture` prints the figures.
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

mod common;
#[path = "common/moves.rs"]
mod moves;

use common::files;
use fmc_diagram::graph::Graph;
use fmc_diagram::layout::{Medium, place};
use moves::{Moves, between, middling};

const GRAPHS: &[&str] = &["author01", "author01x", "author02", "homelab", "synth20"];

/// The greatest share of pairs that may change sides, in the mean over all nodes taken away: of all
/// pairs, and of those in one box. Not what is wished for, but what was reached: it may not get worse.
const MOST_SWAPPED: f64 = 0.25;
const MOST_NEIGHBOURS: f64 = 0.25;

/// The graph without this node and its edges.
fn without(graph: &Graph, node: usize) -> Graph {
    let nodes: Vec<bool> = (0..graph.nodes.len()).map(|it| it != node).collect();
    graph.part(&nodes, &vec![true; graph.edges.len()])
}

#[test]
fn a_node_more_or_less_moves_little() {
    let mut worse = Vec::new();
    println!("graph       swapped: mean  worst   in one box: mean  worst   moved: mean  worst");
    for name in GRAPHS {
        let graph = files::file(name);
        let before = place(&graph, Medium::Paper);
        let moves: Vec<Moves> = (0..graph.nodes.len())
            .map(|it| place(&without(&graph, it), Medium::Paper))
            .map(|after| between(&before, &after, str::to_owned))
            .collect();
        let figures = |of: fn(&Moves) -> f64| {
            let sum: f64 = moves.iter().map(of).sum();
            (sum / moves.len() as f64, moves.iter().map(of).fold(0.0, f64::max))
        };
        let (swapped, near, far) =
            (figures(|it| it.swapped), figures(|it| it.neighbours), figures(|it| it.distance));
        let percent = |it: (f64, f64)| format!("{:4.1} %  {:4.1} %", it.0 * 100.0, it.1 * 100.0);
        let line = format!(
            "{name:<10}         {}          {}       {:.2} u  {:.2} u",
            percent(swapped),
            percent(near),
            far.0,
            far.1
        );
        println!("{line}");
        if swapped.0 > MOST_SWAPPED || near.0 > MOST_NEIGHBOURS {
            worse.push(line);
        }
    }
    assert!(worse.is_empty(), "more changed sides than may:\n{}", worse.join("\n"));
}

#[test]
fn nothing_moves_where_nothing_changes() {
    let graph = files::file("homelab");
    let scene = place(&graph, Medium::Paper);
    let moves = between(&scene, &place(&graph, Medium::Paper), str::to_owned);
    assert!(moves.swapped + moves.neighbours + moves.distance == 0.0, "{moves:?}");
}

#[test]
fn what_changes_sides_is_counted() {
    let graph = files::file("author01");
    let before = place(&graph, Medium::Paper);
    let mut after = before.clone();
    // A mirror swaps whoever stands beside the other, and leaves who stands above.
    for node in &mut after.nodes {
        node.area.x = before.width - node.area.right();
    }
    let moves = between(&before, &after, str::to_owned);
    assert!(moves.swapped > 0.5 && moves.neighbours > 0.5 && moves.distance > 0.1, "{moves:?}");
    assert!((middling([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-9);
}

//! No picture may have a fault that the judge knows: of the graphs of `tests/graphs`, and of a
//! hundred that nobody tuned for.

mod common;

use common::judge::{Sheet, faults, judge};
use common::{borders, table};
use fmc_diagram::graph::Graph;
use fmc_diagram::layout::{Medium, place};
use std::path::Path;

#[test]
fn the_graphs_of_the_folder_have_no_faults() {
    check("files", &common::files::every_file());
}

#[test]
fn the_hard_graphs_have_no_faults() {
    let mut graphs = common::files::every_hard();
    // The judge measures by the size of nodes, and there is none in an empty picture.
    graphs.retain(|it| it.0 != "nothing");
    assert!(graphs.len() >= 5);
    check("hard", &graphs);
}

#[test]
fn a_hundred_generated_graphs_have_no_faults() {
    check("seeds", &common::files::every_seed());
}

fn check(folder: &str, graphs: &[(String, Graph)]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("metrics").join(folder);
    let (mut sheets, mut loose) = (Vec::new(), Vec::new());
    for (name, graph) in graphs {
        let scene = place(graph, Medium::Paper);
        assert_eq!(scene.nodes.len(), graph.nodes.len(), "{name}: not every node is drawn");
        assert_eq!(scene.edges.len(), graph.edges.len(), "{name}: not every edge is drawn");
        assert_eq!(scene.clusters.len(), graph.clusters.len(), "{name}: clusters are missing");
        loose.extend(borders::loose(graph, &scene).into_iter().map(|it| format!("{name}: {it}")));
        sheets.push(Sheet { name, graph, scene });
    }
    assert!(loose.is_empty(), "edges end beside clusters:\n{}", loose.join("\n"));
    let numbers = judge(&folder, &sheets);
    let names = graphs.iter().map(|it| it.0.clone());
    let rows: Vec<_> = names.zip(numbers).filter(|it| !faults(&it.1).is_empty()).collect();
    let count = rows.len();
    assert!(
        rows.is_empty(),
        "{count} of {} pictures have faults:\n{}",
        graphs.len(),
        table::of(&rows)
    );
}

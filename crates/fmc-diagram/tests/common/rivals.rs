//! Our layout beside ELK's: what must hold, graph by graph.

use super::judge::{Numbers, Sheet, judge};
use super::{elk, table};
use fmc_diagram::graph::Graph;
use fmc_diagram::layout::{Medium, place};
use std::path::Path;

/// The two graphs that are held to more.
const HARD: &[&str] = &["author02", "homelab"];
/// Too big for one sheet: any aspect will do.
const BIG: &[&str] = &["synth100", "synth1000"];

/// What the comparison found.
pub(crate) struct Comparison {
    /// Both engines' numbers, as a table.
    pub(crate) table: String,
    /// What does not hold.
    pub(crate) failures: Vec<String>,
}

/// Lays every graph out with both engines, in this folder.
pub(crate) fn compare(folder: &Path, graphs: &[(String, Graph)]) -> Comparison {
    let mut failures = Vec::new();
    let mut rivals = Vec::new();
    for (name, graph) in graphs {
        let ours = place(graph, Medium::Paper);
        if ours.nodes.len() != graph.nodes.len() {
            failures.push(format!(
                "{name}: {} of {} nodes are drawn",
                ours.nodes.len(),
                graph.nodes.len()
            ));
            continue;
        }
        match elk::place(graph, &ours) {
            Ok(theirs) => rivals.push((name, graph, ours, theirs)),
            Err(reason) => failures.push(format!("{name}: ELK makes nothing of it: {reason}")),
        }
    }
    let mut sheets = Vec::new();
    let names: Vec<_> = rivals.iter().map(|it| (it.0.clone(), format!("{}-elk", it.0))).collect();
    for ((_, graph, ours, theirs), (our_name, their_name)) in rivals.into_iter().zip(&names) {
        sheets.push(Sheet { name: our_name, graph, scene: ours });
        sheets.push(Sheet { name: their_name, graph, scene: theirs });
    }
    let numbers = judge(folder, &sheets);
    let mut rows = Vec::new();
    for (pair, (name, their_name)) in numbers.chunks(2).zip(&names) {
        failures.extend(lost(name, &pair[0], &pair[1]));
        rows.push((name.clone(), pair[0].clone()));
        rows.push((their_name.clone(), pair[1].clone()));
    }
    Comparison { table: table::of(&rows), failures }
}

/// Where we are not as much better as we must be.
fn lost(name: &str, ours: &Numbers, theirs: &Numbers) -> Vec<String> {
    let hard = HARD.contains(&name);
    let (bends, area) = if hard { (0.5, 0.6) } else { (0.6, 0.75) };
    let mut lost = Vec::new();
    for (what, limit) in [("crossings", 1.0), ("bends", bends), ("area_u2", area)] {
        let most = theirs[what] * limit;
        if ours[what] > most {
            let found = ours[what];
            lost.push(format!("{name}: {what} {found}, at most {most:.1} ({limit} of ELK's)"));
        }
    }
    let aspect = ours["aspect"];
    if !BIG.contains(&name) && !(0.6..=2.0).contains(&aspect) {
        lost.push(format!("{name}: the sheet is {aspect} times as wide as high, not 0.6 to 2.0"));
    }
    lost
}

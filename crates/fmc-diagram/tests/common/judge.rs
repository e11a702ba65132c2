//! Asking `tools/draw-metrics.py`, which alone decides how good a picture is.

use super::model;
use fmc_diagram::formats::svg;
use fmc_diagram::graph::Graph;
use fmc_diagram::scene::Scene;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the judge found, by its own names.
pub(crate) type Numbers = BTreeMap<String, f64>;

/// What must not be there, in any picture.
pub(crate) const FAULTS: &[&str] = &[
    "edge_node",
    "edge_text",
    "own_text",
    "label_label",
    "label_node",
    "label_far",
    "nearest_wrong",
    "overlap_u",
    "dangling",
    "cluster_bad",
    "edge_cluster",
];

/// A picture with what it was made from.
pub(crate) struct Sheet<'a> {
    pub(crate) name: &'a str,
    pub(crate) graph: &'a Graph,
    pub(crate) scene: Scene,
}

/// How many pictures one process judges: starting Python costs as much as judging a small one.
const TOGETHER: usize = 8;

/// Writes the pictures as SVG into this folder and judges them, in their order.
pub(crate) fn judge(folder: &Path, sheets: &[Sheet<'_>]) -> Vec<Numbers> {
    fs::create_dir_all(folder).expect("a folder for the pictures");
    let python = python();
    let together: Vec<_> = sheets.chunks(TOGETHER).collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut results: Vec<(usize, Vec<Numbers>)> = std::thread::scope(|scope| {
        let worker = |start: usize| {
            let (python, together) = (&python, &together);
            let chunks = together.iter().enumerate().skip(start).step_by(workers);
            scope.spawn(move || {
                chunks.map(|(index, it)| (index, judge_together(python, folder, it))).collect()
            })
        };
        let running: Vec<_> = (0..workers).map(worker).collect();
        running
            .into_iter()
            .flat_map(|it| -> Vec<_> { it.join().expect("the judge's thread") })
            .collect()
    });
    results.sort_by_key(|it| it.0);
    results.into_iter().flat_map(|it| it.1).collect()
}

fn judge_together(python: &str, folder: &Path, sheets: &[Sheet<'_>]) -> Vec<Numbers> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tools/draw-metrics.py");
    let mut command = Command::new(python);
    command.arg(script).arg("--json");
    let mut models = Vec::new();
    for sheet in sheets {
        let picture = folder.join(sheet.name).with_extension("svg");
        let model = folder.join(sheet.name).with_extension("model.json");
        fs::write(&picture, svg::write(&sheet.scene)).expect("the picture");
        fs::write(&model, model::write(sheet.graph)).expect("the model");
        command.arg(picture);
        models.extend([PathBuf::from("--model"), model]);
    }
    let output = command.args(models).output().expect("Python starts");
    let names: Vec<_> = sheets.iter().map(|it| it.name).collect();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the judge failed over {names:?}:\n{said}");
    let lines = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<Numbers> = lines
        .lines()
        .map(|it| serde_json::from_str(it).expect("the judge writes numbers"))
        .collect();
    assert_eq!(numbers.len(), sheets.len(), "the judge left something out of {names:?}");
    numbers
}

/// A Python that can read fonts.
pub(crate) fn python() -> String {
    let able = |python: &&str| {
        let mut command = Command::new(python);
        command.args(["-c", "import fontTools.ttLib"]);
        command.output().is_ok_and(|it| it.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(able);
    found.expect("the judge needs a Python with fontTools: ./setup --test brings it").to_owned()
}

/// The faults that a picture has, ready to print; nothing where it has none.
pub(crate) fn faults(numbers: &Numbers) -> Vec<String> {
    let value = |it: &str| *numbers.get(it).unwrap_or_else(|| panic!("the judge tells no {it}"));
    let found = FAULTS.iter().filter(|it| value(it) > 0.0);
    found.map(|it| format!("{it} {}", value(it))).collect()
}

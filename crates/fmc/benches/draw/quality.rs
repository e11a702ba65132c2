//! How good the pictures are, by `tools/draw-metrics.py`, which reads what every program drew.

use crate::common::judge::{Numbers, faults, python};
use crate::graphs::{Named, root};
use crate::measure::{CAP, Outcome};
use crate::prepare;
use crate::rivals::{PROGRAMS, Program};
use std::path::Path;
use std::process::Command;

/// Has every program draw these graphs, and prints what the judge says.
pub(crate) fn measure(graphs: &[&Named], folder: &Path) {
    let python = python();
    println!("| graph | program | crossings | bends | area, u² | width : height | faults |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | --- |");
    for graph in graphs {
        prepare(graph, folder);
        for program in PROGRAMS {
            let cells = match drawn(*program, graph, folder) {
                Err(why) => format!("– | – | – | – | {why}"),
                Ok(()) => judged(&python, *program, graph, folder).map_or_else(
                    |why| format!("– | – | – | – | not judged: {why}"),
                    |it| told(&it),
                ),
            };
            println!("| {} | {} | {cells} |", graph.name, program.title());
        }
    }
}

fn drawn(program: Program, graph: &Named, folder: &Path) -> Result<(), String> {
    program.version()?;
    match program.draw(graph, folder) {
        Outcome::Done(_) => Ok(()),
        Outcome::Over => Err(format!("no picture within {CAP} s")),
        Outcome::Failed(why) => Err(format!("no picture: {why}")),
    }
}

fn judged(python: &str, program: Program, graph: &Named, folder: &Path) -> Result<Numbers, String> {
    let picture = folder.join(format!("{}.{}.svg", graph.name, program.suffix()));
    let model = root().join("tests/graphs").join(graph.name).with_extension("json");
    let mut command = Command::new(python);
    command.arg(root().join("tools/draw-metrics.py")).arg("--json").arg(picture);
    let output = command.arg("--model").arg(model).output().map_err(|it| it.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(said.lines().last().unwrap_or_default().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|it| it.to_string())
}

fn told(it: &Numbers) -> String {
    let faults = faults(it);
    let faults = if faults.is_empty() { "none".to_owned() } else { faults.join(", ") };
    format!(
        "{} | {:.0} | {:.0} | {:.2} | {faults}",
        it["crossings"], it["bends"], it["area_u2"], it["aspect"]
    )
}

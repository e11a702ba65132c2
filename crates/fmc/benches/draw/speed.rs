//! What drawing costs: processor time and memory of the whole process.

use crate::graphs::Named;
use crate::measure::{self, CAP, Outcome, Spent};
use crate::prepare;
use crate::rivals::{PROGRAMS, Program, fmc, source};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// How often a picture is drawn; slow ones are drawn once.
const RUNS: usize = 9;
/// What is drawn once only, in milliseconds.
const SLOW: f64 = 5_000.0;
/// How many pixels an image has.
const PIXELS: f64 = 2e6;

/// What is measured: a program's SVG, or our image.
#[derive(Clone, Copy)]
enum Task {
    Svg(Program),
    /// With the scale that gives [`PIXELS`].
    Image(f64),
}

/// Measures these graphs and prints a table.
pub(crate) fn measure(graphs: &[&Named], folder: &Path) {
    let versions: Vec<_> = PROGRAMS.iter().map(|it| (it, it.version())).collect();
    let titles: Vec<String> = PROGRAMS.iter().map(|it| format!(" {}, SVG |", it.title())).collect();
    println!("| graph | nodes | edges | fmc, PNG |{}", titles.concat());
    println!("| --- | ---: | ---: | ---: |{}", " ---: |".repeat(titles.len()));
    for graph in graphs {
        prepare(graph, folder);
        row(graph, &versions, folder);
    }
    println!();
    for (program, version) in &versions {
        match version {
            Ok(version) => println!("* {}: {version}", program.title()),
            Err(why) => println!("* {}: {why}", program.title()),
        }
    }
}

fn row(graph: &Named, versions: &[(&Program, Result<String, String>)], folder: &Path) {
    let json = folder.join("drawn.json");
    let first = Program::Fmc.draw(graph, folder);
    let mut asked = fmc();
    asked.arg("draw").arg(source(graph)).args(["--json", "-o", "drawn.svg"]);
    let told = match &first {
        Outcome::Done(_) => {
            measure::run(&mut asked, folder, &[0]);
            fs::rename(folder.join("stdout"), &json).and_then(|()| fs::read(&json)).ok()
        }
        Outcome::Over | Outcome::Failed(_) => None,
    };
    let told: Value = told.and_then(|it| serde_json::from_slice(&it).ok()).unwrap_or_default();
    let number = |name: &str| told[0][name].as_f64();
    let count = |name: &str| number(name).map_or("–".to_owned(), |it| format!("{it}"));
    let scale =
        number("width").zip(number("height")).map(|(wide, high)| (PIXELS / (wide * high)).sqrt());

    let mut cells: Vec<(Option<Task>, Vec<Outcome>)> = Vec::new();
    // Less than a tenth of a pixel for a unit is no picture any more.
    cells.push((scale.filter(|it| *it >= 0.1).map(Task::Image), Vec::new()));
    for (program, version) in versions {
        cells.push((version.is_ok().then_some(Task::Svg(**program)), Vec::new()));
    }
    // Round by round, so that what else the machine does meets all of them alike.
    for round in 0..RUNS {
        for (task, outcomes) in &mut cells {
            let Some(task) = task else { continue };
            let again = match outcomes.last() {
                None => round == 0,
                Some(Outcome::Done(spent)) => spent.cpu < SLOW,
                Some(Outcome::Over | Outcome::Failed(_)) => false,
            };
            if again {
                outcomes.push(run(*task, graph, folder));
            }
        }
    }
    print!("| {} | {} | {} |", graph.name, count("nodes"), count("edges"));
    for (_, outcomes) in &cells {
        print!(" {} |", cell(outcomes));
    }
    println!();
}

fn run(task: Task, graph: &Named, folder: &Path) -> Outcome {
    match task {
        Task::Svg(program) => program.draw(graph, folder),
        Task::Image(scale) => {
            let mut command = fmc();
            let scale = format!("{scale:.4}");
            command.arg("draw").arg(source(graph)).args(["--scale", &scale, "-o", "drawn.png"]);
            measure::run(&mut command, folder, &[0])
        }
    }
}

fn cell(outcomes: &[Outcome]) -> String {
    let done = |it: &Outcome| match it {
        Outcome::Done(spent) => Ok(*spent),
        Outcome::Over => Err(format!("over {CAP} s")),
        Outcome::Failed(why) => Err(format!("fails ({why})")),
    };
    match outcomes.iter().map(done).collect::<Result<Vec<Spent>, String>>() {
        Err(why) => why,
        Ok(runs) => measure::median(&runs).map_or("–".to_owned(), show),
    }
}

fn show(spent: Spent) -> String {
    let Spent { cpu, memory } = spent;
    let time = match cpu {
        ..20.0 => format!("{cpu:.1} ms"),
        20.0..1_000.0 => format!("{cpu:.0} ms"),
        _ => format!("{:.1} s", cpu / 1e3),
    };
    format!("{time}, {memory:.0} MB")
}

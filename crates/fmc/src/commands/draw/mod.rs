//! `fmc draw`: a cloud as a picture.

mod files;
mod formats;
mod input;

use crate::commands::own_icons;
use crate::output::{Output, plain};
use crate::watch::{self, Once};
use crate::{CouldNot, Ended, FINDINGS, FINE};
use clap::Args;
use clap::builder::PossibleValuesParser;
use fmc_diagram::compare::{Terms, compare};
use fmc_diagram::graph::Graph;
use fmc_diagram::icons::Library;
use fmc_diagram::scene::Scene;
use fmc_draw::VIEWS;
use fmc_model::read::closest;
pub(super) use formats::Sheet;
use formats::{Drawing, FORMATS, Format};
use input::{Drawn, Source};
use serde_json::json;
use std::path::PathBuf;

/// `fmc draw`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc draw                                     the only cloud file of this folder, to `<its title>.png`
  fmc draw cloud.yaml -o cloud.svg -o cloud.pdf  two formats at once
  fmc draw cloud.yaml --view network -o net.png  another view, with its tints explained:
  fmc draw cloud.yaml --view network --legend -o net.png
  fmc draw cloud.yaml --focus worker1 -o w1.svg  only what one host has to do with
  fmc draw cloud.yaml --against HEAD~1:cloud.yaml -o change.png
  fmc draw graph.dot -o graph.svg              a graph of Graphviz, or of Python's diagrams
  fmc draw cloud.yaml -o - --format svg | less   to standard output
  fmc draw cloud.yaml --check -o findings.png    with what fmc check finds
  fmc draw cloud.yaml -o cloud.svg --watch       again whenever the file is saved

Exit codes: 0 fine, 1 the file has errors (what could be made out is drawn), 2 could not.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag that a person may give")]
pub(crate) struct Arguments {
    /// The cloud file, the only one of this folder if left out; or a graph in DOT (`.dot`, `.gv`)
    file: Option<String>,
    /// Write to this file, in the format of its ending; `-` is standard output. May be given again.
    /// If left out: `<title>.png` in this folder, or the file's name where there is no title
    #[arg(short, long, value_name = "FILE")]
    output: Vec<String>,
    /// The format, where the name of the file does not say it
    #[arg(long, value_parser = PossibleValuesParser::new(formats::names()))]
    format: Option<String>,
    /// What to show
    #[arg(long, value_parser = PossibleValuesParser::new(VIEWS.iter().map(|it| it.name)), default_value = VIEWS[0].name)]
    view: String,
    /// Only what this host has to do with
    #[arg(long, value_name = "HOST")]
    focus: Option<String>,
    /// Explain tints, lines and icons
    #[arg(long)]
    legend: bool,
    /// Icons of your own: an SVG or PNG file, or a folder of them, each called as its file without the
    /// ending. May be given again
    #[arg(long, value_name = "PATH")]
    icons: Vec<String>,
    /// Fold boxes that lie in this many others to one card each; 0 folds all
    #[arg(long, value_name = "NUMBER")]
    depth: Option<usize>,
    /// How many pixels of an image a unit of the picture has
    #[arg(long, value_name = "FACTOR", default_value = "2", value_parser = scale)]
    scale: f64,
    /// How many columns terminal text may take
    #[arg(long, value_name = "COLUMNS", default_value = "100", value_parser = columns)]
    width: usize,
    /// Draw terminal text with ASCII characters alone
    #[arg(long)]
    ascii: bool,
    /// Show what changed since another file, or one of git as `revision:path`
    #[arg(long, value_name = "OLD")]
    against: Option<String>,
    /// Paint what `fmc check` finds: each thing bears its codes, which the legend explains
    #[arg(long, conflicts_with = "against")]
    check: bool,
    /// Draw again whenever a file that was read is saved, until interrupted
    #[arg(long)]
    watch: bool,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

/// A factor that leaves an image of a size that can be held.
fn scale(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(factor) if (0.1..=16.0).contains(&factor) => Ok(factor),
        _ => Err("write a factor from 0.1 to 16".to_owned()),
    }
}

/// A width that a picture can be drawn in.
fn columns(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(columns) if (20..=10_000).contains(&columns) => Ok(columns),
        _ => Err("write a number of columns from 20 to 10000".to_owned()),
    }
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let source = Source::choose(arguments.file.as_deref(), output)?;
    let targets = targets(arguments, &source, output)?;
    if arguments.watch {
        return watch::run(output, || draw(arguments, &source, &targets, output));
    }
    draw(arguments, &source, &targets, output).ended
}

/// Where a picture goes, and how.
struct Target {
    /// `None` for what it is called in this folder, which is not known before the file was read.
    path: Option<String>,
    format: &'static Format,
}

/// Whoever draws a file keeps it.
fn refuse_itself(source: &Source, path: &str, output: &Output) -> Result<(), CouldNot> {
    if source.is(path) {
        let what = output.say("this is what is drawn", "esto es lo que se dibuja");
        return Err(CouldNot::new(format!("{path}: {what}")));
    }
    Ok(())
}

/// What is asked for by `-o` and `--format`.
fn targets(
    arguments: &Arguments,
    source: &Source,
    output: &Output,
) -> Result<Vec<Target>, CouldNot> {
    let asked = arguments.format.as_deref().and_then(formats::named);
    if arguments.output.is_empty() {
        return Ok(vec![Target { path: None, format: asked.unwrap_or(&FORMATS[0]) }]);
    }
    let mut targets = Vec::new();
    for path in &arguments.output {
        if path == "-" && arguments.json {
            return Err(CouldNot::new(output.say(
                "both the picture and `--json` would go to standard output",
                "tanto el dibujo como `--json` irían a la salida estándar",
            ))
            .hint(output.say("write the picture to a file", "escriba el dibujo en un fichero")));
        }
        if path == "-" && asked.is_none() {
            let what = output.say("in which format?", "¿en qué formato?");
            return Err(CouldNot::new(format!("`-o -`: {what}"))
                .hint(format!("`--format {}`", formats::names().join(", "))));
        }
        refuse_itself(source, path, output)?;
        let format = match asked {
            Some(format) => format,
            None => by_ending(path, output)?,
        };
        targets.push(Target { path: Some(path.clone()), format });
    }
    Ok(targets)
}

/// The format of a file by the ending of its name.
fn by_ending(path: &str, output: &Output) -> Result<&'static Format, CouldNot> {
    formats::by_ending(path).ok_or_else(|| {
        let what = output.say(
            "its ending names no format of pictures",
            "su terminación no nombra ningún formato de dibujo",
        );
        let endings: Vec<String> = FORMATS.iter().map(|it| format!(".{}", it.endings[0])).collect();
        let known = output.say("known are", "se conocen");
        CouldNot::new(format!("{}: {what}", plain(path)))
            .hint(format!("{known} {}", endings.join(" ")))
    })
}

/// Writes a picture that is laid out already.
pub(super) fn write_scene(
    path: &str,
    scene: &Scene,
    sheet: &Sheet,
    output: &Output,
) -> Result<(), CouldNot> {
    let format = by_ending(path, output)?;
    let bytes = format.of_scene(scene, sheet).map_err(|why| cannot(path, &why, output))?;
    files::write(path, &bytes).map_err(|error| CouldNot::new(format!("{}: {error}", plain(path))))
}

fn cannot(path: &str, why: &str, output: &Output) -> CouldNot {
    let what = output.say("cannot be drawn", "no se puede dibujar");
    CouldNot::new(format!("{}: {what}: {why}", plain(path)))
}

/// Reads, draws and writes once.
fn draw(arguments: &Arguments, source: &Source, targets: &[Target], output: &Output) -> Once {
    let mut read = Vec::new();
    let ended = (|| {
        let drawn = source.draw(arguments, &mut read, output)?;
        let Some(graph) = drawn.graph else { return Ok(FINDINGS) };
        let graph = match &arguments.against {
            Some(old) => against(&graph, old, arguments, source, &mut read, output)?,
            None => graph,
        };
        let icons =
            own_icons::of_graph(&graph, &arguments.icons, source.folder(), &mut read, output)?;
        write(arguments, source, &graph, icons, targets, output)?;
        if drawn.has_errors {
            output.talk(output.say(
                "drawn as far as it could be made out: the file has errors\n",
                "dibujado hasta donde se entiende: el fichero tiene errores\n",
            ));
        }
        Ok(if drawn.has_errors { FINDINGS } else { FINE })
    })();
    Once { ended, read }
}

/// The graph with the marks of what changed since the old one.
fn against(
    graph: &Graph,
    old: &str,
    arguments: &Arguments,
    source: &Source,
    read: &mut Vec<PathBuf>,
    output: &Output,
) -> Result<Graph, CouldNot> {
    let Drawn { graph: old_graph, .. } = source.old(old, arguments, read, output)?;
    let old_graph = old_graph.ok_or_else(|| {
        let what =
            output.say("no cloud can be made out of it", "no se entiende ninguna nube en él");
        CouldNot::new(format!("{old}: {what}"))
    })?;
    // The words belong to the picture, so they are in its language.
    let (before, added, removed, changed) = match graph.language.as_str() {
        "es" => ("antes", "nuevo", "quitado", "cambiado"),
        _ => ("before", "added", "removed", "changed"),
    };
    Ok(compare(&old_graph, graph, &Terms { before, added, removed, changed }))
}

/// Writes the picture in every format that was asked for, and tells about it.
fn write(
    arguments: &Arguments,
    source: &Source,
    graph: &Graph,
    icons: Library,
    targets: &[Target],
    output: &Output,
) -> Result<(), CouldNot> {
    let Arguments { scale, width, ascii, .. } = *arguments;
    let sheet = Sheet { scale, width, ascii, icons };
    let title = if graph.title.is_empty() { source.stem() } else { graph.title.clone() };
    let mut drawing = Drawing::new(graph, &title, &sheet);
    let mut written = Vec::new();
    for target in targets {
        let path = target
            .path
            .clone()
            .unwrap_or_else(|| format!("{}.{}", files::named(&title), target.format.endings[0]));
        refuse_itself(source, &path, output)?;
        let bytes = drawing.write(target.format).map_err(|why| cannot(&path, &why, output))?;
        if path == "-" {
            output.bytes(&bytes);
            continue;
        }
        files::write(&path, &bytes)
            .map_err(|error| CouldNot::new(format!("{}: {error}", plain(&path))))?;
        let (width, height) = drawing.size(target.format);
        let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
        if !arguments.json {
            let word = output.say("wrote", "escrito");
            let what = match output.say("en", "es") {
                "es" => format!("nodos: {nodes}, líneas: {edges}, {width} × {height}"),
                _ => format!("nodes: {nodes}, lines: {edges}, {width} × {height}"),
            };
            output.talk(&format!("{word} {} ({what})\n", plain(&path)));
        }
        written.push(json!({
            "path": path,
            "view": arguments.view,
            "format": target.format.name,
            "bytes": bytes.len(),
            "width": width,
            "height": height,
            "nodes": nodes,
            "clusters": graph.clusters.len(),
            "edges": edges,
        }));
    }
    if arguments.json {
        output.data(&format!("{:#}\n", serde_json::Value::from(written)));
    }
    Ok(())
}

/// Why a host cannot be focused on.
fn unknown_host(name: &str, known: &[&str], output: &Output) -> CouldNot {
    let what = output.say("there is no host", "no hay ningún host");
    let could_not = CouldNot::new(format!("{what} `{name}`"));
    match closest(name, known.iter().copied()) {
        Some(near) => {
            could_not.hint(format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")))
        }
        None => could_not,
    }
}

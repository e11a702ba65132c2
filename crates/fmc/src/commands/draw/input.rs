//! What is drawn: a cloud file or a graph in DOT, as it is now or at a revision of git.

use super::{Arguments, unknown_host};
use crate::output::{Output, plain};
use crate::revision::{self, Revision};
use crate::{CouldNot, input, report};
use fmc_diagram::dot;
use fmc_diagram::fold::fold;
use fmc_diagram::graph::Graph;
use fmc_draw::{Options, Refusal, VIEWS, view};
use fmc_model::{Cloud, Name};
use std::path::{Path, PathBuf};

/// What a picture is made of.
pub(super) struct Source {
    path: String,
}

/// A graph, unless nothing could be made out, and whether its source has errors.
pub(super) struct Drawn {
    pub(super) graph: Option<Graph>,
    pub(super) has_errors: bool,
}

impl Source {
    /// The file that was named, or the only cloud file of this folder.
    pub(super) fn choose(named: Option<&str>, output: &Output) -> Result<Self, CouldNot> {
        Ok(Self { path: input::choose(named, output)? })
    }

    /// The folder of the file, from which it names others.
    pub(super) fn folder(&self) -> &Path {
        Path::new(&self.path).parent().unwrap_or(Path::new(""))
    }

    /// What a picture of it is called that has no title.
    pub(super) fn stem(&self) -> String {
        Path::new(&self.path).file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether this is the file that is drawn.
    pub(super) fn is(&self, path: &str) -> bool {
        let whole = |it: &str| std::fs::canonicalize(it).ok();
        whole(path).is_some_and(|it| Some(it) == whole(&self.path))
    }

    /// Draws it, and says what is wrong with it.
    pub(super) fn draw(
        &self,
        arguments: &Arguments,
        files: &mut Vec<PathBuf>,
        output: &Output,
    ) -> Result<Drawn, CouldNot> {
        // Known before it is read, so that a watcher waits for a file that cannot be read now.
        files.push(PathBuf::from(&self.path));
        if is_dot(&self.path) {
            let bytes = input::bytes(&self.path, output)?;
            return of_dot(&self.path, &bytes, arguments, output);
        }
        let read = input::read(&self.path, input::today(), output)?;
        files.extend(input::included(&read));
        output.talk(&report::text(&read.diagnostics, &read.loaded.sources, output.language()));
        // With `--against` the host may be gone, and that is what the picture shall show.
        of_cloud(&read, arguments, arguments.against.is_some(), output)
    }

    /// Draws what to compare with: a file if there is one of this name, else one of a revision.
    pub(super) fn old(
        &self,
        old: &str,
        arguments: &Arguments,
        files: &mut Vec<PathBuf>,
        output: &Output,
    ) -> Result<Drawn, CouldNot> {
        let Some((name, path)) = revision::split(old).filter(|_| !Path::new(old).exists()) else {
            files.push(PathBuf::from(old));
            let bytes = input::bytes(old, output)?;
            if is_dot(old) {
                return of_dot(old, &bytes, arguments, output);
            }
            let read = input::read(old, input::today(), output)?;
            files.extend(input::included(&read));
            return of_cloud(&read, arguments, true, output);
        };
        let revision = Revision::find(name, self.folder(), output)?;
        if is_dot(path) {
            return of_dot(path, &revision.bytes(path, output)?, arguments, output);
        }
        let read = input::read_at(&revision, path, input::today(), output)?;
        of_cloud(&read, arguments, true, output)
    }
}

/// Whether a file is a graph in the language of Graphviz.
fn is_dot(path: &str) -> bool {
    let ending = Path::new(path).extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("dot") || ending.eq_ignore_ascii_case("gv")
}

/// The graph of a file in DOT. What of it is not drawn as it was written is said.
fn of_dot(
    path: &str,
    bytes: &[u8],
    arguments: &Arguments,
    output: &Output,
) -> Result<Drawn, CouldNot> {
    if arguments.focus.is_some() || arguments.view != VIEWS[0].name {
        let what = output.say(
            "views and the focus are of clouds, and this is a graph",
            "las vistas y el foco son de nubes, y esto es un grafo",
        );
        return Err(CouldNot::new(format!("{path}: {what}")));
    }
    let text = String::from_utf8_lossy(bytes);
    let (graph, notices) = dot::read(&text).map_err(|error| {
        let place = error.place;
        let (line, column, message) = (place.line, place.column, plain(&error.message));
        let shown = report::excerpt(&text, line, place.start..place.end);
        let could_not = CouldNot::new(format!("{path}:{line}:{column}: {message}\n{shown}"));
        match error.hint {
            Some(hint) => could_not.hint(plain(&hint)),
            None => could_not,
        }
    })?;
    for notice in notices {
        let (line, column) = (notice.place.line, notice.place.column);
        output.talk(&format!("{path}:{line}:{column}: {}\n", plain(&notice.message)));
    }
    let graph = match arguments.depth {
        Some(depth) => fold(&graph, depth),
        None => graph,
    };
    Ok(Drawn { graph: Some(graph), has_errors: false })
}

/// The graph of a cloud file.
fn of_cloud(
    read: &input::Read,
    arguments: &Arguments,
    lenient: bool,
    output: &Output,
) -> Result<Drawn, CouldNot> {
    let cloud = read.cloud.as_ref();
    let mut graph = cloud.map(|it| graph(it, arguments, lenient, output)).transpose()?;
    if let (true, Some(cloud), Some(graph)) = (arguments.check, cloud, &mut graph) {
        let found = read.with_questions(input::today());
        fmc_draw::mark(graph, cloud, &found, &read.loaded.sources);
        return Ok(Drawn { has_errors: found.has_errors(), graph: Some(std::mem::take(graph)) });
    }
    Ok(Drawn { has_errors: read.diagnostics.has_errors(), graph })
}

/// The graph of a cloud; a lenient one is empty if the host in focus is not there.
fn graph(
    cloud: &Cloud,
    arguments: &Arguments,
    lenient: bool,
    output: &Output,
) -> Result<Graph, CouldNot> {
    let options = Options {
        view: view(&arguments.view).unwrap_or(&VIEWS[0]),
        focus: arguments.focus.as_deref().map(Name::new),
        legend: arguments.legend,
        depth: arguments.depth,
    };
    match fmc_draw::draw(cloud, &options) {
        Ok(graph) => Ok(graph),
        Err(Refusal::UnknownHost(_)) if lenient => Ok(Graph {
            title: cloud.title.clone(),
            language: cloud.language.to_owned(),
            ..Graph::default()
        }),
        Err(Refusal::UnknownHost(name)) => {
            let known: Vec<&str> = cloud.hosts.keys().map(Name::as_str).collect();
            Err(unknown_host(name.as_str(), &known, output))
        }
    }
}

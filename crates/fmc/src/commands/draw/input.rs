//! What is drawn: a cloud file, or one of another revision.

use super::{Arguments, unknown_host};
use crate::output::Output;
use crate::revision::{self, Revision};
use crate::{CouldNot, input, report};
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
        let read = input::read(&self.path, input::today(), output)?;
        files.extend(read.loaded.sources.iter().skip(1).map(|it| PathBuf::from(it.name())));
        output.talk(&report::text(&read.diagnostics, &read.loaded.sources, output.language()));
        // With `--against` the host may be gone, and that is what the picture shall show.
        let lenient = arguments.against.is_some();
        Ok(Drawn {
            has_errors: read.diagnostics.has_errors(),
            graph: read.cloud.map(|it| graph(&it, arguments, lenient, output)).transpose()?,
        })
    }

    /// Draws what to compare with: a file if there is one of this name, else one of a revision.
    pub(super) fn old(
        &self,
        old: &str,
        arguments: &Arguments,
        files: &mut Vec<PathBuf>,
        output: &Output,
    ) -> Result<Drawn, CouldNot> {
        let of_revision = revision::split(old).filter(|_| !Path::new(old).exists());
        let read = match of_revision {
            None => {
                files.push(PathBuf::from(old));
                let read = input::read(old, input::today(), output)?;
                files.extend(read.loaded.sources.iter().skip(1).map(|it| PathBuf::from(it.name())));
                read
            }
            Some((name, path)) => {
                let folder = Path::new(&self.path).parent().unwrap_or(Path::new("."));
                let revision = Revision::find(name, folder, output)?;
                let bytes = revision.bytes(path, output)?;
                input::read_with(path, &bytes, input::today(), &mut |path| {
                    revision.bytes(path, output).map_err(|it| it.what)
                })
            }
        };
        Ok(Drawn {
            has_errors: read.diagnostics.has_errors(),
            graph: read.cloud.map(|it| graph(&it, arguments, true, output)).transpose()?,
        })
    }
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

//! The files of one host.

use crate::header;
use fmc_config::{Printed, Sources};
use fmc_model::cloud::{Flow, Host};
use fmc_model::setup::{Entry, File, Setup};
use fmc_model::{Cloud, Name};
use std::collections::BTreeMap;

/// The files of one host, by their paths.
#[derive(Debug)]
pub struct HostTree {
    /// Files and links by path, each path absolute.
    pub nodes: BTreeMap<String, Node>,
    /// What its machine is started from for the first time, by paths beside the folder of the host.
    pub artifacts: BTreeMap<String, Node>,
    /// Roles of the host that write no files yet.
    pub silent: Vec<&'static str>,
    /// Packages that bring its programs.
    pub packages: Vec<String>,
    /// Units that it runs.
    pub units: Vec<String>,
}

/// A file or a link.
#[derive(Debug, PartialEq, Eq)]
pub enum Node {
    /// A file.
    File(TreeFile),
    /// A symbolic link to a path.
    Link(String),
}

/// A file.
#[derive(Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Its text, with the cause of each line.
    pub printed: Printed,
    /// Its mode.
    pub mode: u16,
    /// Its owner.
    pub owner: String,
    /// Whether a person wrote it.
    pub by_hand: bool,
    /// Whether something is in it, or belongs into it, that nobody else may know.
    pub secret: bool,
}

/// Why a line of a generated file is there.
#[derive(Debug, PartialEq)]
pub struct Why<'a> {
    /// The line itself.
    pub line: &'a str,
    /// Where it follows from, as `file:line:column`.
    pub origin: String,
    /// The line of the cloud file.
    pub written: &'a str,
    /// The place itself, for who shows it.
    pub place: fmc_config::Place,
    /// Who derived it: a role, or a part of every host such as `firewall`.
    pub by: &'a str,
    /// The flow through which it follows.
    pub flow: Option<&'a Flow>,
}

impl TreeFile {
    pub(crate) fn of(file: &File, whose: &str, version: &str) -> Self {
        let header = |body: &str| header::lines(body, &file.cause, whose, version);
        let printed = file.document.print_under(header, &file.cause);
        Self {
            secret: printed.is_secret(),
            printed,
            mode: file.mode,
            owner: file.owner.clone(),
            by_hand: file.by_hand,
        }
    }
}

impl HostTree {
    pub(crate) fn of(cloud: &Cloud, host: &Host, version: &str) -> Self {
        let setup: &Setup = cloud.setup(host.id);
        let print = |entry: &Entry| match entry {
            Entry::Link(target, _) => Node::Link(target.clone()),
            Entry::File(file) => Node::File(TreeFile::of(file, host.name.as_str(), version)),
        };
        Self {
            artifacts: BTreeMap::new(),
            nodes: setup.entries.iter().map(|(path, it)| (path.clone(), print(it))).collect(),
            silent: setup.silent.clone(),
            packages: setup.packages.iter().map(ToString::to_string).collect(),
            units: setup.processes.iter().map(|it| it.name.clone()).collect(),
        }
    }

    /// Everything that is written for the host, by its path in the folder of the build.
    pub fn written(&self, host: &Name) -> impl Iterator<Item = (String, &Node)> {
        let own = self.nodes.iter().map(move |(path, node)| (format!("{host}{path}"), node));
        own.chain(self.artifacts.iter().map(|(path, node)| (path.clone(), node)))
    }

    /// A file or link: by its path on the host, or by that of an artifact beside the host's folder.
    pub fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path).or_else(|| self.artifacts.get(path))
    }

    /// Why a line (from 1) of a file is there; `None` where there is no such file or line.
    pub fn why<'a>(
        &'a self,
        path: &str,
        line: usize,
        cloud: &'a Cloud,
        sources: &'a Sources,
    ) -> Option<Why<'a>> {
        self.node(path)?.why(line, cloud, sources)
    }
}

impl Node {
    /// Why a line (from 1) of a file is there; `None` where there is no such line.
    pub fn why<'a>(
        &'a self,
        line: usize,
        cloud: &'a Cloud,
        sources: &'a Sources,
    ) -> Option<Why<'a>> {
        let Self::File(file) = self else { return None };
        let cause = file.printed.cause(line)?;
        let source = sources.get(cause.place.file);
        let at = sources.line_column(cause.place);
        let through = cause.through.as_deref();
        Some(Why {
            line: file.printed.text().lines().nth(line - 1)?,
            origin: format!("{}:{at}", source.name()),
            written: &source.text()[source.line_range(at.line)],
            place: cause.place,
            by: &cause.by,
            flow: through.and_then(|id| cloud.flows.iter().find(|it| it.id == id)),
        })
    }
}

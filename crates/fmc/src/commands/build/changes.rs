//! What a build changes in a folder, decided before anything is written.

use super::fill::{Filled, Filling};
use super::folder::{Marker, Store, Written};
use crate::CouldNot;
use crate::output::Output;
pub(super) use fmc_build::Content;
use fmc_build::{PEOPLE, Tree, digest};
use fmc_model::Cloud;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// It is not there yet.
    New,
    /// Something else is there, which we wrote.
    Changed,
    /// It is there, we wrote it, and it belongs to nothing any more.
    Gone,
    /// The same, but somebody changed it since: it stays.
    Kept,
}

/// A path that does not stay as it is.
pub(super) struct Change {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) kind: Kind,
    /// Whether somebody changed what we wrote.
    pub(super) by_hand: bool,
    /// Whether neither text may be shown.
    pub(super) secret: bool,
    pub(super) before: Option<Content>,
    pub(super) content: Option<Content>,
}

/// Everything that a build changes.
pub(super) struct Changes {
    pub(super) list: Vec<Change>,
    /// What will have been written.
    pub(super) marker: Marker,
}

impl Changes {
    /// Whether anything has to be written.
    pub(super) fn any(&self) -> bool {
        self.list.iter().any(|it| it.kind != Kind::Kept)
    }

    /// Compares what lies in the folder with what shall. `some` tells that only some hosts were
    /// built, so that nothing is known of the others.
    pub(super) fn between(
        folder: &dyn Store,
        cloud: &Cloud,
        tree: &Tree,
        filling: &Filling<'_>,
        some: bool,
        output: &Output,
    ) -> Result<Self, CouldNot> {
        let mut marker = folder.marker().clone();
        // A part of a build is none of the whole cloud.
        if !some {
            marker.model.clone_from(&tree.model);
        }
        let mut list = Vec::new();
        let mut foreign: Vec<String> = Vec::new();
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        let written: Vec<_> = tree.written().collect();
        let looked = written.into_par_iter().map(|(host, path, node)| {
            let filled = filling.fill(path, node, output)?;
            let before = folder.read(&filled.path, output)?;
            let Filled { path, content, written, secret } = filled;
            let differs = before.as_ref() != Some(&content);
            Ok((host, path, written, secret, differs.then_some((before, content))))
        });
        // Of several failures the first one is told, whichever came first.
        for looked in looked.collect::<Vec<Result<_, CouldNot>>>() {
            let (host, path, written, secret, differs) = looked?;
            let known = folder.marker().files.get(&path);
            wanted.insert(path.clone());
            marker.files.insert(path.clone(), written);
            let Some((before, content)) = differs else { continue };
            if before.is_some() && known.is_none() {
                foreign.push(path);
                continue;
            }
            let by_hand = is_by_hand(before.as_ref(), known);
            let kind = if before.is_some() { Kind::Changed } else { Kind::New };
            let (host, content) = (host.to_owned(), Some(content));
            list.push(Change { host, path, kind, by_hand, secret, before, content });
        }
        if let Some(first) = foreign.first() {
            let why =
                output.say("is there, and fmc did not write it", "ya existe, y fmc no lo escribió");
            return Err(CouldNot::new(format!("{first} {why}")).hint(
                output.say("move it away, and build again", "quítelo de ahí y vuelva a construir"),
            ));
        }
        let is_meant = |path: &str| {
            let host = host_of(path);
            // Files of people belong to no host that could have been named.
            let elsewhere = cloud.hosts.contains_key(host) || host == PEOPLE;
            !some || tree.hosts.contains_key(host) || !elsewhere
        };
        let old: BTreeMap<&String, &Written> = folder
            .marker()
            .files
            .iter()
            .filter(|it| is_meant(it.0) && !wanted.contains(it.0))
            .collect();
        for (path, known) in old {
            let before = folder.read(path, output)?;
            if before.is_some() {
                let by_hand = is_by_hand(before.as_ref(), Some(known));
                let kind = if by_hand { Kind::Kept } else { Kind::Gone };
                let host = host_of(path).to_owned();
                let (path, content) = (path.clone(), None);
                // What is gone is only named.
                let secret = true;
                list.push(Change { host, path, kind, by_hand, secret, before, content });
            }
            marker.files.remove(path);
        }
        Ok(Self { list, marker })
    }
}

/// The host that a path is of: that of its folder, or of an artifact beside it. Names of hosts have no
/// dots.
pub(super) fn host_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or_default()
}

/// Whether what lies there is not what we wrote there.
fn is_by_hand(before: Option<&Content>, known: Option<&Written>) -> bool {
    match (before, known) {
        (Some(Content::Text(text, _)), Some(known)) => digest(text) != known.content,
        (Some(Content::Link(to)), Some(known)) => *to != known.content,
        _ => false,
    }
}

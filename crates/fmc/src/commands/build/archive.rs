//! One archive that a cloud is built into, in place of a folder: it has the same paths in it, and the
//! same file at its top that says what was written.

use super::changes::{Changes, Content, Kind};
use super::folder::{MARKER, Marker, Store, failed, write_new};
use crate::CouldNot;
use crate::output::Output;
use fmc_build::{pack, unpack};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The archive, with what is in it.
pub(super) struct Archive {
    path: PathBuf,
    members: BTreeMap<String, Content>,
    marker: Marker,
}

impl Archive {
    /// Whether an archive is meant by a path, and not a folder.
    pub(super) fn is_meant(path: &Path) -> bool {
        path.extension().is_some_and(|it| it == "tar") && !path.is_dir()
    }

    /// Reads what is in it. An archive that has something else in it is refused.
    pub(super) fn open(path: &Path, output: &Output) -> Result<Self, CouldNot> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (path, marker) = (path.to_owned(), Marker::new());
                return Ok(Self { path, members: BTreeMap::new(), marker });
            }
            Err(error) => return Err(failed(path, &error, output)),
        };
        let mut members = unpack(&bytes).unwrap_or_default();
        let marker = match members.remove(MARKER) {
            Some(Content::Text(text, _)) => Marker::read(&text),
            _ => None,
        };
        let Some(marker) = marker else {
            let why =
                output.say("is there, and fmc did not write it", "ya existe, y fmc no lo escribió");
            return Err(CouldNot::new(format!("{} {why}", path.display())).hint(
                output.say("move it away, and build again", "quítelo de ahí y vuelva a construir"),
            ));
        };
        Ok(Self { path: path.to_owned(), members, marker })
    }
}

impl Store for Archive {
    fn marker(&self) -> &Marker {
        &self.marker
    }

    fn read(&self, path: &str, _: &Output) -> Result<Option<Content>, CouldNot> {
        Ok(self.members.get(path).cloned())
    }

    fn write(&self, changes: &Changes, output: &Output) -> Result<(), CouldNot> {
        if !changes.any() && changes.marker == self.marker {
            return Ok(());
        }
        let mut members = self.members.clone();
        for change in &changes.list {
            match (change.kind, &change.content) {
                (Kind::New | Kind::Changed, Some(content)) => {
                    members.insert(change.path.clone(), content.clone());
                }
                (Kind::Gone, _) => {
                    members.remove(&change.path);
                }
                _ => {}
            }
        }
        members.insert(MARKER.to_owned(), changes.marker.content());
        // Who looks meanwhile sees the old archive or the new one.
        let unfinished = self.path.with_extension("tar.unfinished");
        let write = || -> io::Result<()> {
            // What is in it for one alone makes all of it so.
            let alone = |it: &Content| matches!(it, Content::Text(_, 0o400 | 0o600 | 0o700));
            let mode = if members.values().any(alone) { 0o600 } else { 0o644 };
            write_new(&unfinished, &pack(&members)?, mode)?;
            fs::rename(&unfinished, &self.path)
        };
        write().map_err(|it| {
            let _ = fs::remove_file(&unfinished);
            failed(&self.path, &it, output)
        })
    }
}

//! The folder that a cloud is built into: what lies there, and writing to it whole or not at all.
//!
//! A file of our own at its top says what was written. Only that is ever replaced or removed. It is
//! written before anything else is, with all that was and will be there, so a build that was killed
//! is finished by the next one.

use super::changes::{Change, Changes, Content, Kind};
use crate::output::Output;
use crate::{CouldNot, lock};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The file that says what was written.
pub(super) const MARKER: &str = ".fmc-build.json";

/// Where files lie until they are whole: in the same file system as the place that they go to.
const UNFINISHED: &str = ".fmc-unfinished";

/// The version of the marker.
const VERSION: u32 = 1;

/// What was written into a folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Marker {
    version: u32,
    /// The digest of the cloud that was built last.
    pub(super) model: String,
    /// The files and links, by their paths in the folder.
    pub(super) files: BTreeMap<String, Written>,
}

/// A file or link that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Written {
    /// The digest of its text, or the path that it links to.
    pub(super) content: String,
    /// Its mode on the host, in octal.
    pub(super) mode: String,
    /// Its owner on the host.
    pub(super) owner: String,
}

impl Marker {
    /// That of a place where nothing was written yet.
    pub(super) fn new() -> Self {
        Self { version: VERSION, ..Self::default() }
    }

    /// Reads one; `None` if it is none, or of a version that we do not know.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|it: &Self| it.version == VERSION)
    }

    /// It as a file.
    pub(super) fn content(&self) -> Content {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        Content::Text(text.into_bytes(), 0o644)
    }
}

/// Where a build is written to.
pub(super) trait Store: Sync {
    /// What was written before.
    fn marker(&self) -> &Marker;
    /// What lies at a path.
    fn read(&self, path: &str, output: &Output) -> Result<Option<Content>, CouldNot>;
    /// Writes what changed; nothing at all, if nothing did.
    fn write(&self, changes: &Changes, output: &Output) -> Result<(), CouldNot>;
}

/// The folder, with what was written into it before.
pub(super) struct Folder {
    path: PathBuf,
    marker: Marker,
}

impl Folder {
    /// Reads what was written before. A folder that has something else in it is refused.
    pub(super) fn open(path: &Path, output: &Output) -> Result<Self, CouldNot> {
        let shown = path.display();
        let marker = match fs::read(path.join(MARKER)) {
            Ok(bytes) => Marker::read(&bytes).ok_or_else(|| {
                let why = output.say(
                    "is not of a version that this fmc knows",
                    "no es de una versión que este fmc conozca",
                );
                CouldNot::new(format!("{shown}/{MARKER} {why}"))
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !is_free(path).map_err(|it| failed(path, &it, output))? {
                    let why = output.say(
                        "has something in it that fmc did not write",
                        "contiene algo que fmc no escribió",
                    );
                    return Err(CouldNot::new(format!("{shown} {why}")).hint(output.say(
                        "name a folder that is empty or not there yet",
                        "nombre una carpeta vacía o que aún no exista",
                    )));
                }
                Marker::new()
            }
            Err(error) => return Err(failed(path, &error, output)),
        };
        Ok(Self { path: path.to_owned(), marker })
    }

    fn mark(&self, marker: &Marker, output: &Output) -> Result<(), CouldNot> {
        let path = self.path.join(MARKER);
        place(&self.path.join(UNFINISHED).join("marker"), &path, &marker.content())
            .map_err(|it| failed(&path, &it, output))
    }
}

impl Store for Folder {
    fn marker(&self) -> &Marker {
        &self.marker
    }

    fn read(&self, path: &str, output: &Output) -> Result<Option<Content>, CouldNot> {
        let at = self.path.join(path);
        let read = || -> io::Result<Content> {
            let meta = fs::symlink_metadata(&at)?;
            if meta.is_symlink() {
                return Ok(Content::Link(fs::read_link(&at)?.to_string_lossy().into_owned()));
            }
            Ok(Content::Text(fs::read(&at)?, mode_of(&meta)))
        };
        match read() {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
            // A folder is none of ours: what stands in it is.
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(None),
            Err(error) => Err(failed(&at, &error, output)),
        }
    }

    fn write(&self, changes: &Changes, output: &Output) -> Result<(), CouldNot> {
        if !changes.any() && changes.marker == self.marker {
            return Ok(());
        }
        let unfinished = self.path.join(UNFINISHED);
        let at = |it: &Path, error: &io::Error| failed(it, error, output);
        fs::create_dir_all(&self.path).map_err(|it| at(&self.path, &it))?;
        let _lock = lock::take(&self.path, output)?;
        // What changes was decided by what lay there before another build came between.
        if Self::open(&self.path, output)?.marker != self.marker {
            let why = output.say(
                "was built into by another run of fmc meanwhile",
                "recibió entretanto otra construcción de fmc",
            );
            let hint = output.say("build again", "vuelva a construir");
            return Err(CouldNot::new(format!("{} {why}", self.path.display())).hint(hint));
        }
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(|it| at(&unfinished, &it))?;
        }
        fs::create_dir(&unfinished).map_err(|it| at(&unfinished, &it))?;
        let mut both = self.marker.clone();
        both.files.extend(changes.marker.files.clone());
        let write = || -> Result<(), CouldNot> {
            self.mark(&both, output)?;
            if let Some(change) = changes.list.iter().find(|it| !stays_below(&it.path)) {
                let why = output.say("leads out of the folder", "lleva fuera de la carpeta");
                return Err(CouldNot::new(format!("{} {why}", change.path)));
            }
            let (gone, there): (Vec<&Change>, Vec<&Change>) =
                changes.list.iter().partition(|it| it.kind == Kind::Gone);
            // What is gone may stand where something new belongs.
            for change in gone {
                let target = self.path.join(&change.path);
                remove(&self.path, &target).map_err(|it| at(&target, &it))?;
            }
            let placed = there.par_iter().enumerate().map(|(number, change)| {
                let (Kind::New | Kind::Changed, Some(content)) = (change.kind, &change.content)
                else {
                    return Ok(());
                };
                let target = self.path.join(&change.path);
                let aside = unfinished.join(number.to_string());
                place(&aside, &target, content).map_err(|it| at(&target, &it))
            });
            // Of several failures the first one is told, whichever came first.
            placed.collect::<Vec<_>>().into_iter().collect::<Result<(), CouldNot>>()?;
            self.mark(&changes.marker, output)
        };
        let written = write();
        let _ = fs::remove_dir_all(&unfinished);
        written
    }
}

/// Whether a path leads to somewhere below the folder that it is seen from. What is written follows from
/// names that were checked; this is the second wall.
fn stays_below(path: &str) -> bool {
    Path::new(path).components().all(|it| matches!(it, std::path::Component::Normal(_)))
}

/// Whether a folder is empty or not there, or has only what a killed first build left.
fn is_free(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries {
                if entry?.file_name() != UNFINISHED {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Puts a file or link to its place: who looks meanwhile sees the old one or the new one.
/// It lies `aside` until it is whole.
fn place(aside: &Path, target: &Path, content: &Content) -> io::Result<()> {
    match content {
        Content::Text(text, mode) => write_new(aside, text, *mode)?,
        Content::Link(to) => link(to, aside)?,
    }
    // Most folders are there: they are made once it shows that one is not.
    match fs::rename(aside, target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::rename(aside, target)
        }
        result => result,
    }
}

/// Writes a file that was never open to others than its mode says.
pub(super) fn write_new(path: &Path, text: &[u8], mode: u16) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode.into());
    let mut file = options.open(path)?;
    set_mode(&file, mode)?;
    file.write_all(text)
}

/// Removes a file that was written before, and the folders that it leaves empty.
fn remove(top: &Path, target: &Path) -> io::Result<()> {
    fs::remove_file(target)?;
    let mut folder = target.parent();
    while let Some(it) = folder.filter(|it| *it != top && it.starts_with(top)) {
        if fs::remove_dir(it).is_err() {
            break;
        }
        folder = it.parent();
    }
    Ok(())
}

#[cfg(unix)]
fn set_mode(file: &fs::File, mode: u16) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(mode.into()))
}

#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: u16) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode_of(meta: &fs::Metadata) -> u16 {
    use std::os::unix::fs::PermissionsExt as _;
    (meta.permissions().mode() & 0o7777) as u16
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> u16 {
    0
}

#[cfg(unix)]
fn link(to: &str, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(to: &str, at: &Path) -> io::Result<()> {
    // A system without such links gets a file that names what is meant.
    fs::write(at, to)
}

pub(super) fn failed(path: &Path, error: &io::Error, output: &Output) -> CouldNot {
    let why = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            output.say("you may not write or read it", "no tiene permiso").to_owned()
        }
        io::ErrorKind::NotADirectory => {
            output.say("it is no folder", "no es una carpeta").to_owned()
        }
        _ => error.to_string(),
    };
    CouldNot::new(format!("{}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_paths_below_the_folder_are_written() {
        assert!(super::stays_below("vps/etc/..hosts") && super::stays_below("_people/a/b"));
        for path in ["vps/../../x", "/etc/hosts", "../x", "./x"] {
            assert!(!super::stays_below(path), "{path}");
        }
    }
}

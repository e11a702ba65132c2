//! What all roles of a host said becomes one setup; where two say different things, that is a fault.

use super::{HostPart, units};
use crate::resolve::codes::CONFLICT;
use crate::role::Configuration;
use crate::setup::{Directory, Entry, File, Process, Setup, Sysctl, User};
use crate::text;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::ini::{Ini, IniStyle};
use fmc_config::maps::HashSet;
use fmc_config::{Cause, Document};
use std::collections::BTreeMap;

/// The setup of a host, while it is gathered.
pub(super) struct Merging<'a> {
    part: &'a HostPart<'a>,
    pub(super) setup: Setup,
    /// The paths of files of which nobody wants to know what they say.
    bare: HashSet<String>,
    /// Whether that has to be known after all.
    unclear: bool,
}

impl<'a> Merging<'a> {
    pub(super) fn new(part: &'a HostPart<'a>) -> Self {
        Self { part, setup: Setup::default(), bare: HashSet::default(), unclear: false }
    }

    /// Adds what one role said.
    pub(super) fn add(&mut self, said: Configuration) {
        let Setup {
            entries,
            people,
            sysctls,
            modules,
            mounts,
            users,
            directories,
            processes,
            probes,
            programs,
            credentials,
            relays,
            shares,
            instead,
            essentials,
            diagnostics,
            selinux,
            ..
        } = &mut self.setup;
        relays.extend(said.relays);
        shares.extend(said.shares);
        instead.extend(said.instead);
        essentials.extend(said.essentials);
        let mut conflicts = Conflicts(diagnostics);
        let Self { part, bare, unclear, .. } = self;
        for path in said.bare {
            *unclear |= entries.contains_key(&path) || !bare.insert(path);
        }
        for (path, entry) in said.entries {
            *unclear |= bare.contains(&path);
            let cause = entry.cause().clone();
            conflicts.keep(entries, path, entry, &cause, |it| it.cause(), same_entry);
        }
        for (path, file) in said.people {
            let cause = file.cause.clone();
            conflicts.keep(people, path, file, &cause, |it| &it.cause, same_file);
        }
        for (name, sysctl) in said.sysctls {
            let cause = sysctl.cause.clone();
            conflicts.keep(
                sysctls,
                name,
                sysctl,
                &cause,
                |it| &it.cause,
                |a, b| a.value == b.value,
            );
        }
        for name in said.modules {
            modules.entry(name.to_owned()).or_insert_with(|| said.cause.clone());
        }
        for (folder, mount) in said.mounts {
            let cause = mount.cause.clone();
            conflicts.keep(
                mounts,
                folder,
                mount,
                &cause,
                |it| &it.cause,
                |a, b| (&a.what, &a.kind, &a.options) == (&b.what, &b.kind, &b.options),
            );
        }
        for (name, user) in said.users {
            let cause = user.cause.clone();
            let same = |a: &User, b: &User| (&a.home, &a.shell) == (&b.home, &b.shell);
            conflicts.keep(users, name, user, &cause, |it| &it.cause, same);
        }
        for (path, directory) in said.directories {
            let cause = directory.cause.clone();
            let same = |a: &Directory, b: &Directory| (a.mode, &a.owner) == (b.mode, &b.owner);
            conflicts.keep(directories, path, directory, &cause, |it| &it.cause, same);
        }
        for process in said.processes {
            let path = units::path_of(&process.name);
            if part.whole {
                let file = Entry::File(File::new(units::unit(&process), &process.cause));
                conflicts.keep(entries, path, file, &process.cause, |it| it.cause(), same_entry);
                entries.extend(units::enabled(&process));
            } else {
                *unclear |= entries.contains_key(&path) || !bare.insert(path);
                // Of these the last one stays, whatever was there.
                let enabled = units::enabled_paths(&process).into_iter();
                bare.extend(enabled.inspect(|it| *unclear |= entries.contains_key(it)));
            }
            processes.push(process);
        }
        probes.extend(said.probes);
        for program in said.programs {
            if !programs.contains(&program) {
                programs.push(program);
            }
        }
        for (fact, cause) in said.selinux {
            if part.system.table().selinux && selinux.iter().all(|it| it.0 != fact) {
                selinux.push((fact, cause));
            }
        }
        credentials.extend(said.credentials);
        diagnostics.extend(said.diagnostics);
    }

    /// Lets processes wait for another one, those for which `needs` holds.
    pub(super) fn want(&mut self, other: &str, needs: impl Fn(&Process) -> bool) {
        let Setup { processes, entries, .. } = &mut self.setup;
        for process in processes.iter_mut().filter(|it| needs(it)) {
            process.wants.push(other.to_owned());
            if !self.part.whole {
                continue;
            }
            let file = Entry::File(File::new(units::unit(process), &process.cause));
            entries.insert(units::path_of(&process.name), file);
        }
    }

    /// Adds what a person wrote, and the files that follow from everything else; and tells the paths of
    /// files of which it is not known what they say. `None` where that decides something.
    pub(super) fn finish(mut self) -> Option<(Setup, HashSet<String>)> {
        let Setup { selinux, processes, .. } = &self.setup;
        if let Some(allowed) = super::selinux::selinux(self.part, selinux, processes) {
            self.add(allowed);
        }
        let host = self.part.host;
        for (name, value) in &host.sysctls {
            let place = host.sysctl_places.get(name).copied().unwrap_or(host.origin.place);
            let cause = Cause::new(place, "sysctls");
            let replaces = self.setup.sysctls.remove(name).map(Box::new);
            let sysctl = Sysctl { value: value.clone(), replaces, cause };
            self.setup.sysctls.insert(name.clone(), sysctl);
        }
        self.gather();
        let entries = &mut self.setup.entries;
        for (folder, mount) in &self.setup.mounts {
            let selinux = self.part.system.table().selinux;
            let (path, file, link) = units::mount(folder, mount, selinux);
            entries.insert(path.clone(), file);
            entries.insert(link, Entry::Link(path, mount.cause.clone()));
        }
        for (path, written) in &host.files {
            self.unclear |= self.bare.contains(path);
            let replaces = match entries.remove(path) {
                Some(Entry::File(file)) => Some(Box::new(file)),
                _ => None,
            };
            let file = File {
                document: Document::Text(written.text.clone()),
                mode: written.mode.0,
                owner: written.owner.clone(),
                by_hand: true,
                replaces,
                cause: Cause::new(written.origin.place, "files"),
            };
            entries.insert(path.clone(), Entry::File(file));
        }
        let system = self.part.system;
        let packages = self.setup.programs.iter().filter_map(|it| system.program(it).package);
        self.setup.packages = packages.collect();
        self.setup.packages.sort();
        self.setup.packages.dedup();
        self.setup.sources = system.sources(&self.setup.packages);
        (!self.unclear).then_some((self.setup, self.bare))
    }

    /// The files that follow from parameters, modules, users and folders: whatever lay there goes.
    fn gather(&mut self) {
        let Setup { sysctls, modules, users, directories, entries, .. } = &mut self.setup;
        let cause = self.part.cause("host");
        let (whole, bare, unclear) = (self.part.whole, &mut self.bare, &mut self.unclear);
        let mut add = |path: &str, is_empty: bool, file: &dyn Fn() -> Document| {
            if is_empty {
                return;
            }
            if whole {
                entries.insert(path.to_owned(), Entry::File(File::new(file(), &cause)));
            } else {
                *unclear |= entries.contains_key(path);
                bare.insert(path.to_owned());
            }
        };
        add("/etc/sysctl.d/90-fmc.conf", sysctls.is_empty(), &|| {
            of_sysctls(sysctls, &cause).into()
        });
        add("/etc/modules-load.d/fmc.conf", modules.is_empty(), &|| of_modules(modules).into());
        add("/etc/sysusers.d/fmc.conf", users.is_empty(), &|| of_users(users).into());
        add("/etc/tmpfiles.d/fmc.conf", directories.is_empty(), &|| folders(directories).into());
    }
}

fn same_entry(a: &Entry, b: &Entry) -> bool {
    match (a, b) {
        (Entry::Link(a, _), Entry::Link(b, _)) => a == b,
        (Entry::File(a), Entry::File(b)) => same_file(a, b),
        _ => false,
    }
}

fn same_file(a: &File, b: &File) -> bool {
    let text = |it: &File| it.document.print(&[], &it.cause).text().to_owned();
    (a.mode, &a.owner) == (b.mode, &b.owner) && text(a) == text(b)
}

/// Where what contradicts is told.
struct Conflicts<'a>(&'a mut Vec<crate::Diagnostic>);

impl Conflicts<'_> {
    /// Keeps a value under its name; the first one stays where two contradict each other.
    fn keep<T>(
        &mut self,
        all: &mut BTreeMap<String, T>,
        name: String,
        value: T,
        cause: &Cause,
        cause_of: impl Fn(&T) -> &Cause,
        same: impl Fn(&T, &T) -> bool,
    ) {
        let Some(other) = all.get(&name) else {
            all.insert(name, value);
            return;
        };
        if same(other, &value) {
            return;
        }
        let first = cause_of(other);
        let (a, b) = (&first.by, &cause.by);
        self.0.push(
            CONFLICT
                .at(
                    cause.place,
                    text!(
                        "`{a}` and `{b}` want different things of {name}",
                        "`{a}` y `{b}` quieren cosas distintas de {name}"
                    ),
                )
                .label(first.place, text!("the other one is here", "el otro está aquí"))
                .hint(text!("give one of them to another host", "dé uno de los dos a otro host")),
        );
    }
}

fn of_sysctls(all: &BTreeMap<String, Sysctl>, cause: &Cause) -> Ini {
    let mut ini = Ini::new(IniStyle::Spaced);
    let section = ini.loose(cause);
    for (name, sysctl) in all {
        section.set_because(name, &sysctl.value, &sysctl.cause);
    }
    ini
}

/// As `systemd-modules-load` reads it.
fn of_modules(all: &BTreeMap<String, Cause>) -> Blocks {
    let mut blocks = Blocks::new(BlockStyle::Indented);
    for (name, cause) in all {
        blocks.add([name], cause);
    }
    blocks
}

/// As `systemd-sysusers` reads it.
fn of_users(all: &BTreeMap<String, User>) -> Blocks {
    let mut blocks = Blocks::new(BlockStyle::Indented);
    for (name, user) in all {
        let words = ["u", name, "-", "-", &user.home, &user.shell];
        blocks.add(words, &user.cause);
    }
    blocks
}

/// As `systemd-tmpfiles` reads it.
fn folders(all: &BTreeMap<String, Directory>) -> Blocks {
    let mut blocks = Blocks::new(BlockStyle::Indented);
    for (path, directory) in all {
        let mode = format!("{:04o}", directory.mode);
        blocks.add(["d", path, &mode, &directory.owner, &directory.owner], &directory.cause);
    }
    blocks
}

//! What all roles of a host said becomes one setup; where two say different things, that is a fault.

use super::{HostPart, units};
use crate::resolve::codes::CONFLICT;
use crate::role::Configuration;
use crate::setup::{Directory, Entry, File, Process, Setup, Sysctl, User};
use crate::text;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::ini::{Ini, IniStyle};
use fmc_config::{Cause, Document};
use std::collections::BTreeMap;

/// The setup of a host, while it is gathered.
pub(super) struct Merging<'a> {
    part: &'a HostPart<'a>,
    pub(super) setup: Setup,
}

impl<'a> Merging<'a> {
    pub(super) fn new(part: &'a HostPart<'a>) -> Self {
        Self { part, setup: Setup::default() }
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
            diagnostics,
            selinux,
            ..
        } = &mut self.setup;
        relays.extend(said.relays);
        let mut conflicts = Conflicts(diagnostics);
        for (path, entry) in said.entries {
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
            let unit = units::unit(&process);
            let path = units::path_of(&process.name);
            let file = Entry::File(File::new(unit, &process.cause));
            conflicts.keep(entries, path, file, &process.cause, |it| it.cause(), same_entry);
            entries.extend(units::enabled(&process));
            processes.push(process);
        }
        probes.extend(said.probes);
        for program in said.programs {
            if !programs.contains(&program) {
                programs.push(program);
            }
        }
        for (fact, cause) in said.selinux {
            if self.part.system.table().selinux && selinux.iter().all(|it| it.0 != fact) {
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
            let file = Entry::File(File::new(units::unit(process), &process.cause));
            entries.insert(units::path_of(&process.name), file);
        }
    }

    /// Adds what a person wrote, and the files that follow from everything else.
    pub(super) fn finish(mut self) -> Setup {
        let Setup { selinux, processes, .. } = &self.setup;
        if let Some(allowed) = super::selinux::selinux(self.part, selinux, processes) {
            self.add(allowed);
        }
        let host = self.part.host;
        for (name, value) in &host.sysctls {
            let cause = self.part.cause("sysctls");
            let sysctl = Sysctl { value: value.clone(), cause };
            self.setup.sysctls.insert(name.clone(), sysctl);
        }
        let cause = self.part.cause("host");
        let entries = &mut self.setup.entries;
        if !self.setup.sysctls.is_empty() {
            let path = "/etc/sysctl.d/90-fmc.conf".to_owned();
            entries
                .insert(path, Entry::File(File::new(sysctls(&self.setup.sysctls, &cause), &cause)));
        }
        if !self.setup.modules.is_empty() {
            let path = "/etc/modules-load.d/fmc.conf".to_owned();
            entries.insert(path, Entry::File(File::new(modules(&self.setup.modules), &cause)));
        }
        if !self.setup.users.is_empty() {
            let path = "/etc/sysusers.d/fmc.conf".to_owned();
            entries.insert(path, Entry::File(File::new(users(&self.setup.users), &cause)));
        }
        if !self.setup.directories.is_empty() {
            let path = "/etc/tmpfiles.d/fmc.conf".to_owned();
            entries.insert(path, Entry::File(File::new(folders(&self.setup.directories), &cause)));
        }
        for (folder, mount) in &self.setup.mounts {
            let selinux = self.part.system.table().selinux;
            let (path, file, link) = units::mount(folder, mount, selinux);
            entries.insert(path.clone(), file);
            entries.insert(link, Entry::Link(path, mount.cause.clone()));
        }
        for (path, written) in &host.files {
            let file = File {
                document: Document::Text(written.text.clone()),
                mode: written.mode.0,
                owner: written.owner.clone(),
                by_hand: true,
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
        self.setup
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

fn sysctls(all: &BTreeMap<String, Sysctl>, cause: &Cause) -> Ini {
    let mut ini = Ini::new(IniStyle::Spaced);
    let section = ini.loose(cause);
    for (name, sysctl) in all {
        section.set_because(name, &sysctl.value, &sysctl.cause);
    }
    ini
}

/// As `systemd-modules-load` reads it.
fn modules(all: &BTreeMap<String, Cause>) -> Blocks {
    let mut blocks = Blocks::new(BlockStyle::Indented);
    for (name, cause) in all {
        blocks.add([name], cause);
    }
    blocks
}

/// As `systemd-sysusers` reads it.
fn users(all: &BTreeMap<String, User>) -> Blocks {
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

//! What a host does in a rehearsal: the files that were built for it, the processes that its roles declared,
//! and what differs here from its own machine, each with the reason.

use super::{Ignition, Init};
use fmc_build::{Node, TreeFile};
use fmc_model::cloud::{Host, System};
use fmc_model::setup::{Command, Directory, Entry, PROGRAMS_UNIT, Process, Run, Setup};
use fmc_model::{Cloud, Text, Words, text};
use fmc_secrets::Secrets;
use fmc_sys::{Failure, Placed};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A component that lies outside of the root, by the name of the program that it is.
pub type Components = BTreeMap<String, PathBuf>;

/// What a host does.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its files, at their production paths.
    pub files: Vec<Placed>,
    /// Links by their paths, to the same path elsewhere in its tree or to a program.
    pub links: Vec<(String, String)>,
    /// Programs of the machine that are shown to it: where they lie, and where it looks for them.
    pub programs: Vec<(PathBuf, String)>,
    /// Users that own its files or run its processes and that no package brought.
    pub users: BTreeSet<String>,
    /// Folders that a package would have made, and a stand-in has no package for.
    pub directories: BTreeMap<String, Directory>,
    /// What it runs.
    pub processes: Vec<Process>,
    /// What stands in for something: a sentence each.
    pub stand_ins: Vec<Text>,
    /// What is not run here, and why.
    pub left_out: Vec<(String, Text)>,
    /// Roles that something stands in for, or that do not all run: what they offer may be answered by nobody.
    pub partly: BTreeSet<String>,
    /// Processes whose commands are others here than their units say.
    pub otherwise: BTreeSet<String>,
    /// Who starts what it runs.
    pub init: Init,
    /// What fills it when it starts for the first time; `None` where its files are put to their places.
    pub ignition: Option<Ignition>,
    /// Images of the pods of apps.
    pub images: BTreeSet<String>,
    /// Processes that wait for some of other hosts, as long as these are on their way, by their names: each of these
    /// is a host and its process.
    pub elsewhere: BTreeMap<String, Vec<(String, String)>>,
}

/// What runs otherwise here than on a machine of its own.
const OTHERWISE: &[(&str, &[&str], Words)] = &[(
    "chronyd",
    &["-x"],
    Words(
        "chronyd compares and never sets the clock, which is this machine's (-x)",
        "chronyd compara y nunca pone en hora el reloj, que es el de esta máquina (-x)",
    ),
)];

/// What is not run, by its program.
const NOT_HERE: &[(&str, Words)] = &[(
    "virsh",
    Words(
        "no virtual machines are made here: every host is there already",
        "aquí no se hacen máquinas virtuales: todos los hosts están ya",
    ),
)];

/// Where programs are that no table of Debian names.
const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/cni"];

/// Everything that is asked for to make the part of a host.
pub struct Script<'a> {
    /// The cloud.
    pub cloud: &'a Cloud,
    /// The folder that is the root of every host.
    pub root: &'a Path,
    /// What is not in it.
    pub components: &'a Components,
    /// The values of secrets.
    pub secrets: &'a Secrets,
    /// Whether this machine's kernel has `WireGuard`.
    pub wireguard: bool,
}

impl Script<'_> {
    /// The part of a host, whose files were built.
    ///
    /// # Errors
    /// A secret has no value.
    pub fn part(&self, host: &Host, nodes: &BTreeMap<String, Node>) -> Result<Part, Failure> {
        let setup = self.cloud.setup(host.id);
        let mut part = Part::default();
        for (path, node) in nodes {
            match node {
                Node::File(file) => self.file(path, file, &mut part)?,
                // Units are what systemd would start; here its processes are started from what they were
                // made of.
                Node::Link(to) => part.links.push((path.clone(), to.clone())),
            }
        }
        let stands_in = setup.stand_in.as_deref();
        let system = host.system.unwrap_or(System::Debian);
        let instead: BTreeSet<&str> = stands_in
            .iter()
            .flat_map(|it| &it.processes)
            .map(|it| &*it.cause.by)
            .filter(|role| !self.is_here(system, setup, role))
            .collect();
        for process in &setup.processes {
            if instead.contains(&*process.cause.by) {
                let role = &process.cause.by;
                let why = text!("something stands in for {role}", "algo sustituye a {role}");
                part.left_out.push((process.name.clone(), why));
            } else {
                self.process(system, setup, process, &mut part);
            }
        }
        // Some are started by others: what runs containers, what links pods.
        for program in &setup.programs {
            self.show(system, setup, &system.program(program).path, &mut part);
        }
        if let Some(other) = stands_in.filter(|_| !instead.is_empty()) {
            self.stand_in(other, &instead, &mut part)?;
            part.partly.extend(instead.into_iter().map(str::to_owned));
        }
        if !host.managed {
            super::apps::add(self.cloud, host, &mut part);
            super::engine::add(self.cloud, host, self.components, &mut part);
            super::login::add(self.cloud, host, self.secrets, &mut part);
        }
        Ok(part)
    }

    /// Whether everything that a role runs on a host is there, and some of it is of components of its own: nothing
    /// needs to stand in for it then. What happens to be in the root may be one program of many.
    fn is_here(&self, system: System, setup: &Setup, role: &str) -> bool {
        let own = setup.processes.iter().filter(|it| *it.cause.by == *role);
        let all = own.flat_map(Process::starts).map(|it| self.find(system, setup, it));
        let all: Option<Vec<Found>> = all.collect();
        all.is_some_and(|it| it.iter().any(|it| matches!(it, Found::Outside(_))))
    }

    /// Adds what stands in for these roles of a host.
    fn stand_in(
        &self,
        setup: &Setup,
        roles: &BTreeSet<&str>,
        part: &mut Part,
    ) -> Result<(), Failure> {
        for (path, entry) in &setup.entries {
            // What the host has by itself stays: these are two ways to say the same.
            if path.starts_with("/etc/systemd/") || path.ends_with("fmc.conf") {
                continue;
            }
            match entry {
                Entry::Link(to, _) => part.links.push((path.clone(), to.clone())),
                Entry::File(file) => {
                    let printed = file.document.print(&[], &file.cause);
                    let text = self.filled(path, &printed, part)?;
                    part.own(&file.owner);
                    let placed = Placed::new(path, text).mode(file.mode.into());
                    part.files.push(placed.owner(file.owner.clone()));
                }
            }
        }
        part.directories.clone_from(&setup.directories);
        for process in setup.processes.iter().filter(|it| roles.contains(&*it.cause.by)) {
            if !process.description.is_empty() {
                let what = format!("{}: {}", process.name, process.description);
                part.stand_ins.push(Text::same(&what));
            }
            self.process(System::Debian, setup, process, part);
        }
        Ok(())
    }

    fn file(&self, path: &str, file: &TreeFile, part: &mut Part) -> Result<(), Failure> {
        let text = self.filled(path, &file.printed, part)?;
        part.own(&file.owner);
        let placed = Placed::new(path, text).mode(file.mode.into()).owner(file.owner.clone());
        part.files.push(placed);
        Ok(())
    }

    fn filled(
        &self,
        path: &str,
        printed: &fmc_config::Printed,
        part: &mut Part,
    ) -> Result<String, Failure> {
        let text = printed.fill(|it| self.secrets.value(it));
        let text = text
            .map_err(|missing| Failure::Wrong(format!("{path}: there is no value of {missing}")))?;
        Ok(super::login::with_own(self.cloud, self.secrets, text, part))
    }

    /// Adds a process as it runs here, or that it does not.
    fn process(&self, system: System, setup: &Setup, process: &Process, part: &mut Part) {
        let name = &process.name;
        let mut leave = |why: Text| part.left_out.push((name.clone(), why));
        // What it would fetch is here already.
        if name == PROGRAMS_UNIT {
            return;
        }
        if let Some(module) = process.security {
            return leave(text!(
                "this kernel runs without {module}",
                "este núcleo funciona sin {module}"
            ));
        }
        if process.calendar.is_some() {
            return leave(Text::of("it waits for its hour", "espera a su hora"));
        }
        let starts = process.starts();
        let not_here = NOT_HERE.iter().find(|(name, _)| starts.iter().any(|it| base(it) == *name));
        if let Some((_, why)) = not_here {
            leave((*why).into());
            part.partly.insert(process.cause.by.to_string());
            return;
        }
        let missing = starts.iter().copied().find(|it| self.find(system, setup, it).is_none());
        if let Some(missing) = missing {
            leave(text!(
                "{missing} is not among the components",
                "{missing} no está entre los componentes"
            ));
            part.partly.insert(process.cause.by.to_string());
            return;
        }
        for path in starts {
            self.show(system, setup, path, part);
        }
        part.own(&process.user);
        let here = self.here(process, part);
        if here != *process {
            part.otherwise.insert(name.clone());
        }
        part.processes.push(here);
    }

    /// Shows a host a program where it looks for it, if there is one.
    fn show(&self, system: System, setup: &Setup, path: &str, part: &mut Part) {
        // Whoever has written it by hand has it.
        if part.files.iter().any(|it| it.path().starts_with(path)) {
            return;
        }
        match self.find(system, setup, path) {
            Some(Found::Elsewhere(to)) if part.links.iter().all(|it| it.0 != path) => {
                part.links.push((path.to_owned(), to));
            }
            Some(Found::Outside(from)) if part.programs.iter().all(|it| it.1 != path) => {
                part.programs.push((from, path.to_owned()));
            }
            _ => {}
        }
    }

    /// A process as it runs here.
    fn here(&self, process: &Process, part: &mut Part) -> Process {
        let mut here = process.clone();
        let mut change = |command: &mut Command| {
            for (program, words, why) in OTHERWISE {
                if base(&command.program) == *program {
                    command.arguments.splice(0..0, words.iter().map(|it| (*it).to_owned()));
                    let why = Text::from(*why);
                    if !part.stand_ins.contains(&why) {
                        part.stand_ins.push(why);
                    }
                }
            }
            // A tunnel of the kernel's own is made by a program where the kernel has none.
            if let Some(interface) = tunnel(command).filter(|_| !self.wireguard) {
                *command = Command::new("/usr/bin/wireguard-go", [&interface]);
                part.stand_ins.push(text!(
                    "{interface}: wireguard-go, for this kernel has no WireGuard",
                    "{interface}: wireguard-go, pues este núcleo no tiene WireGuard"
                ));
            }
        };
        here.check.iter_mut().for_each(&mut change);
        match &mut here.run {
            Run::Daemon(command, _) => change(command),
            Run::Once { start, .. } => start.iter_mut().for_each(change),
        }
        here
    }

    /// Where the program at a path of a host is.
    fn find(&self, system: System, setup: &Setup, path: &str) -> Option<Found> {
        let there = |it: &str| self.root.join(it.trim_start_matches('/')).exists();
        let named = setup.programs.iter().copied().find(|it| system.program(it).path == path);
        let name = named.unwrap_or_else(|| base(path));
        // What was pinned comes before what the distribution happens to have.
        if let Some(outside) = self.components.get(name) {
            return Some(Found::Outside(outside.clone()));
        }
        if there(path) {
            return Some(Found::There);
        }
        let of_table = named.map(|it| System::Debian.program(it).path.into_owned());
        let usual = FOLDERS.iter().map(|it| format!("{it}/{name}"));
        of_table.into_iter().chain(usual).find(|it| there(it)).map(Found::Elsewhere)
    }
}

/// Where a program is.
enum Found {
    /// Where it is looked for.
    There,
    /// At another path of the root.
    Elsewhere(String),
    /// Outside of the root.
    Outside(PathBuf),
}

impl Part {
    /// One of its processes.
    pub(crate) fn process(&self, name: &str) -> Option<&Process> {
        self.processes.iter().find(|it| it.name == name)
    }

    /// The kernel parameters that its files set. Those of the machine itself are not ours.
    pub(crate) fn parameters(&self) -> BTreeMap<String, String> {
        let files = self.files.iter().filter(|it| it.path().starts_with("/etc/sysctl.d"));
        let texts: Vec<_> = files.map(|it| String::from_utf8_lossy(it.contents())).collect();
        let lines = texts.iter().flat_map(|it| it.lines()).filter_map(|it| it.split_once('='));
        let all = lines.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        all.filter(|it| it.0.starts_with("net.")).collect()
    }

    fn own(&mut self, owner: &str) {
        self.users.extend(owner.split(':').take(1).map(str::to_owned));
    }
}

/// The name of a program.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The process of a host that makes the interface of a tunnel.
pub(crate) fn maker<'s>(setup: &'s Setup, interface: &str) -> Option<&'s str> {
    let makes = |it: &&Process| match &it.run {
        Run::Once { start, .. } => start.iter().any(|it| tunnel(it).as_deref() == Some(interface)),
        Run::Daemon(..) => false,
    };
    setup.processes.iter().find(makes).map(|it| it.name.as_str())
}

/// The interface of a tunnel that a command makes (ip-link(8)).
fn tunnel(command: &Command) -> Option<String> {
    let words: Vec<&str> = command.arguments.iter().map(String::as_str).collect();
    match (base(&command.program), &words[..]) {
        (
            "ip",
            ["link", "add", name, "type", "wireguard"]
            | ["link", "add", "dev", name, "type", "wireguard"],
        ) => Some((*name).to_owned()),
        _ => None,
    }
}

//! What a role says in the second pass: what the machine of its host must hold.

use crate::cloud::{Cloud, End, Flow, Host, Nic, Outside, Person, RoleUse, System};
use crate::configure::certificates;
use crate::read::Word;
use crate::setup::{
    Attempt, Directory, Entry, Essential, File, Mount, Probe, Process, Relay, Selinux, Share,
    Sysctl, User,
};
use crate::{Credential, Diagnostic, Packaged, Text};
use fmc_config::{Cause, Document, Secret};
use ipnet::IpNet;
use std::collections::HashSet;
use std::fmt::Display;
use std::net::IpAddr;

/// The host that a role configures, and the cloud around it with everything decided.
#[derive(Clone, Copy)]
pub struct Linked<'a> {
    /// The cloud.
    pub cloud: &'a Cloud,
    /// The host.
    pub host: &'a Host,
    /// The role as the host has it, with its settings decided.
    pub role: &'a RoleUse,
    /// The operating system of the host.
    pub system: System,
}

impl<'a> Linked<'a> {
    /// The role itself, as the cause of what it says.
    pub fn cause(&self) -> Cause {
        Cause::new(self.role.origin.place, self.role.name)
    }

    /// The role, for something that was written elsewhere.
    pub fn cause_at(&self, origin: &crate::cloud::Origin) -> Cause {
        Cause::new(origin.place, self.role.name)
    }

    /// The role, for something that follows from a flow.
    pub fn cause_of(&self, flow: &Flow) -> Cause {
        let place = flow.reasons.first().map_or(self.role.origin.place, |it| it.origin.place);
        Cause::through(place, self.role.name, flow.id.as_str())
    }

    /// A setting that [`declare`](crate::role::Role::declare) decided.
    pub fn setting<T: Word>(&self, name: &str) -> Option<T> {
        T::parse(self.role.settings.get(name)?).ok()
    }

    /// Flows in which this host begins.
    pub fn flows_from(&self) -> impl Iterator<Item = &'a Flow> + use<'a> {
        let (cloud, id) = (self.cloud, self.host.id);
        cloud.flows.iter().filter(move |it| matches!(&it.from, End::Hosts(set) if set.contains(id)))
    }

    /// Flows in which this host answers, at an address of its own or one that it may hold.
    pub fn flows_to(&self) -> impl Iterator<Item = &'a Flow> + use<'a> {
        let (cloud, id) = (self.cloud, self.host.id);
        cloud.flows.iter().filter(move |it| match &it.to {
            End::Hosts(set) => set.contains(id),
            End::Vip(name) => cloud.vips.get(name).is_some_and(|it| it.hosts.contains(id)),
            _ => false,
        })
    }

    /// The prefixes from which the packets of a flow come in at this host, after every router on
    /// their way; `None` where they may come from anywhere.
    pub fn sources_of(&self, flow: &Flow) -> Option<Vec<IpNet>> {
        let index = self.cloud.flows.iter().position(|it| it.id == flow.id)?;
        self.cloud.sources_at(self.host.id, index)
    }

    /// The address of another host at which a flow of this one comes in there: one may lead through a
    /// tunnel, while the host's usual address lets nobody in.
    pub fn destination_of(&self, flow: &Flow, other: &Host) -> Option<IpAddr> {
        self.met(flow, self.host, other)
    }

    /// The address of this host at which a flow of another one comes in here.
    pub fn address_for(&self, flow: &Flow, other: &Host) -> Option<IpAddr> {
        self.met(flow, other, self.host)
    }

    fn met(&self, flow: &Flow, from: &Host, to: &Host) -> Option<IpAddr> {
        let index = self.cloud.flows.iter().position(|it| it.id == flow.id)?;
        let networks: Vec<&crate::Name> = self.cloud.networks_at(to.id, index).collect();
        let shared = networks.iter().find(|it| from.nic(it).is_some());
        let nic = shared.or(networks.first()).and_then(|it| to.nic(it));
        let own = nic.and_then(|it| it.addresses.first().map(IpNet::addr));
        own.or_else(|| Self::address_between(from, to))
    }

    /// Tells of hosts whether a resolver of theirs is one of this cloud, which knows its names.
    pub fn knows_names(&self) -> impl Fn(&Host) -> bool + use<> {
        let own: HashSet<IpAddr> = self.cloud.hosts.values().flat_map(Host::addresses).collect();
        move |host| host.resolvers.iter().any(|it| own.contains(it))
    }

    /// The address of another host that this one shares a network with, else its usual one.
    pub fn address_of(&self, other: &Host) -> Option<IpAddr> {
        Self::address_between(self.host, other)
    }

    /// The same of each version of the Internet protocol that it has.
    pub fn addresses_of(&self, other: &Host) -> Vec<IpAddr> {
        let all = Self::addresses_between(self.host, other);
        let of = |v4: bool| all.iter().copied().find(|it| it.is_ipv4() == v4);
        of(true).into_iter().chain(of(false)).collect()
    }

    /// The address of a host that another one shares a network with, else its usual one.
    pub fn address_between(host: &Host, other: &Host) -> Option<IpAddr> {
        Self::addresses_between(host, other).first().copied()
    }

    fn addresses_between(host: &Host, other: &Host) -> Vec<IpAddr> {
        let shared = |it: &&Nic| host.nic(&it.network).is_some() && !it.addresses.is_empty();
        match other.nics.iter().find(shared) {
            Some(nic) => nic.addresses.iter().map(IpNet::addr).collect(),
            None => other.primary_addresses().collect(),
        }
    }
}

/// Everything that one role says of the machine of one host. Filled by calls, in any order.
pub struct Configuration {
    pub(crate) cause: Cause,
    pub(crate) system: System,
    /// Whether what files say is wanted, or only that they are there.
    pub(crate) whole: bool,
    pub(crate) entries: Vec<(String, Entry)>,
    /// The paths of files of which nobody wants to know what they say.
    pub(crate) bare: Vec<String>,
    pub(crate) people: Vec<(String, File)>,
    pub(crate) sysctls: Vec<(String, Sysctl)>,
    pub(crate) modules: Vec<&'static str>,
    pub(crate) mounts: Vec<(String, Mount)>,
    pub(crate) users: Vec<(String, User)>,
    pub(crate) directories: Vec<(String, Directory)>,
    pub(crate) processes: Vec<Process>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) programs: Vec<&'static str>,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) publications: Vec<Publication>,
    pub(crate) shares: Vec<Share>,
    pub(crate) instead: Vec<(String, Secret)>,
    pub(crate) essentials: Vec<Essential>,
    pub(crate) relays: Vec<Relay>,
    pub(crate) selinux: Vec<(Selinux, Cause)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Ports at which a host takes connections in and passes them on by rewriting their destination.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// The flow that arrives here, by its index in the cloud.
    pub arriving: usize,
    /// The flow that goes on from here, by its index in the cloud.
    pub onward: usize,
    /// Where to; connections are spread over several.
    pub targets: Vec<IpAddr>,
}

impl Configuration {
    pub(crate) fn new(cause: Cause, system: System, whole: bool) -> Self {
        Self {
            cause,
            system,
            whole,
            entries: Vec::new(),
            bare: Vec::new(),
            people: Vec::new(),
            sysctls: Vec::new(),
            modules: Vec::new(),
            mounts: Vec::new(),
            users: Vec::new(),
            directories: Vec::new(),
            processes: Vec::new(),
            probes: Vec::new(),
            programs: Vec::new(),
            credentials: Vec::new(),
            publications: Vec::new(),
            relays: Vec::new(),
            shares: Vec::new(),
            instead: Vec::new(),
            essentials: Vec::new(),
            selinux: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// The host has a file, readable by everybody and owned by `root`.
    pub fn file(&mut self, path: impl Into<String>, document: impl Into<Document>) {
        let file = File::new(document, &self.cause);
        self.entry(path, Entry::File(file));
    }

    /// The host has a file as [`file`](Self::file) adds it. What it says is made only if somebody wants to
    /// know: whoever asks what a host does, and not what is written on it, does not pay for that.
    pub fn file_by<D: Into<Document>>(
        &mut self,
        path: impl Into<String>,
        document: impl FnOnce() -> D,
    ) {
        let cause = self.cause.clone();
        self.entry_by(path, || File::new(document(), &cause));
    }

    /// The host has a file, which is made only if somebody wants to know what it says.
    pub fn entry_by(&mut self, path: impl Into<String>, file: impl FnOnce() -> File) {
        if self.whole {
            self.entry(path, Entry::File(file()));
        } else {
            self.bare.push(path.into());
        }
    }

    /// The host has a file or link.
    pub fn entry(&mut self, path: impl Into<String>, entry: Entry) {
        self.entries.push((path.into(), entry));
    }

    /// Somebody outside needs a file to reach this host: it is theirs, and lies on no host.
    pub fn for_person(&mut self, of: &Outside, person: &Person, name: &str, file: File) {
        self.people.push((format!("{}/{}/{name}", of.name, person.name), file));
    }

    /// The host trusts an authority: it has its certificate. Tells where that lies.
    pub fn authority(&mut self, name: &'static str) -> String {
        let (path, entry) = certificates::authority(name, &self.cause);
        self.entries.push((path.clone(), entry));
        path
    }

    /// A kernel parameter has a value.
    pub fn sysctl(&mut self, name: impl Into<String>, value: impl Display) {
        let sysctl = Sysctl { value: value.to_string(), replaces: None, cause: self.cause.clone() };
        self.sysctls.push((name.into(), sysctl));
    }

    /// A module of the kernel is loaded when the host starts.
    pub fn module(&mut self, name: &'static str) {
        self.modules.push(name);
    }

    /// A file system is mounted at a folder.
    pub fn mount(&mut self, folder: impl Into<String>, mount: Mount) {
        self.mounts.push((folder.into(), mount));
    }

    /// There is a user whom no package brings, and who does not log in.
    pub fn user(&mut self, name: impl Into<String>, home: &str) {
        let cause = self.cause.clone();
        let user = User { home: home.to_owned(), shell: "/usr/sbin/nologin".to_owned(), cause };
        self.users.push((name.into(), user));
    }

    /// Somebody has an account, with a shell and a home of its own.
    pub fn account(&mut self, name: &str, cause: &Cause) {
        let home = format!("/home/{name}");
        let shell = "/bin/bash".to_owned();
        let user = User { home: home.clone(), shell, cause: cause.clone() };
        self.users.push((name.to_owned(), user));
        let directory = Directory { mode: 0o700, owner: name.to_owned(), cause: cause.clone() };
        self.directories.push((home, directory));
    }

    /// There is a folder that no package brings.
    pub fn directory(&mut self, path: impl Into<String>, mode: u16, owner: impl Into<String>) {
        let directory = Directory { mode, owner: owner.into(), cause: self.cause.clone() };
        self.directories.push((path.into(), directory));
    }

    /// A process runs.
    pub fn process(&mut self, process: Process) {
        self.processes.push(process);
    }

    /// This tells whether it works.
    pub fn probe(&mut self, what: Text, attempt: Attempt) {
        self.probes.push(Probe { what, attempt, cause: self.cause.clone() });
    }

    /// Whether what tells that it works is wanted at all: whoever asks only what a host does pays for none of
    /// it.
    pub fn wants_probes(&self) -> bool {
        self.whole
    }

    /// A program is needed; where the host's system has it.
    pub fn program(&mut self, name: &'static str) -> Packaged {
        if !self.programs.contains(&name) {
            self.programs.push(name);
        }
        self.system.program(name)
    }

    /// A certificate that the role has asked for is used by a program that this user runs: the key is
    /// theirs. The paths of its files follow from what is returned.
    pub fn credential(
        &mut self,
        authority: &'static str,
        name: &'static str,
        owner: impl Into<String>,
    ) -> Credential {
        let credential = Credential { authority, name, owner: owner.into() };
        self.credentials.push(credential.clone());
        credential
    }

    /// `SELinux` must allow something to what runs here. It is said on every system, and written on those
    /// that have it.
    pub fn selinux(&mut self, fact: Selinux) {
        self.selinux.push((fact, self.cause.clone()));
    }

    /// Connections are taken in and passed on.
    pub fn publish(&mut self, publication: Publication) {
        self.publications.push(publication);
    }

    /// Connections end here and are begun anew.
    pub fn relay(&mut self, relay: Relay) {
        self.relays.push(relay);
    }

    /// A file must say one of these words, whoever writes it; and what is wrong if it does not.
    pub fn essential(
        &mut self,
        path: impl Into<String>,
        words: &'static [&'static str],
        without: Text,
    ) {
        self.essentials.push(Essential { path: path.into(), words, without });
    }

    /// Other hosts may mount a folder.
    pub fn share(&mut self, share: Share) {
        self.shares.push(share);
    }

    /// In a rehearsal the public part of a secret stands in the place of this text, on all hosts: only
    /// somebody else has what belongs to the text.
    pub fn instead(&mut self, text: impl Into<String>, secret: Secret) {
        self.instead.push((text.into(), secret));
    }

    /// Something is wrong with what was written, and only shows now.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether nothing was said.
    pub(crate) fn is_silent(&self) -> bool {
        self.entries.is_empty()
            && self.bare.is_empty()
            && self.people.is_empty()
            && self.sysctls.is_empty()
            && self.modules.is_empty()
            && self.mounts.is_empty()
            && self.users.is_empty()
            && self.directories.is_empty()
            && self.processes.is_empty()
            && self.publications.is_empty()
    }
}

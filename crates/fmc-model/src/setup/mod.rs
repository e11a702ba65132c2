//! What a host's machine must hold, as values: files, kernel parameters, processes, probes.
//!
//! A [`Setup`] is part of the cloud, host by host, and is made when somebody first asks for it
//! ([`Cloud::setup`](crate::Cloud::setup)).

mod download;
mod probe;
mod process;

pub use download::{Download, Install, MissingProgram};
pub use probe::{Answer, Attempt, Expect, On, Probe, Request, Step, Visitor, throwaway_key};
pub use process::{Command, Process, Ready, Reload, Restart, Run};

use crate::{Credential, Diagnostic, Duration, Ports, Text};
use fmc_config::nft::Ruleset;
use fmc_config::{Cause, Document, Secret};
use ipnet::IpNet;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// Where the rules of a host's firewall lie: at a path of our own, for each distribution has another, and
/// flushes everything from it.
pub const FIREWALL_RULES: &str = "/etc/fmc/firewall.nft";

/// The file by which root administers Kubernetes, on every host of a control plane.
pub const KUBERNETES_ADMIN: &str = "/etc/kubernetes/admin.conf";

/// The unit that fetches programs which neither the system nor a package brings.
pub const PROGRAMS_UNIT: &str = "fmc-programs";

/// What the machine of a host must hold, complete.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Files and links by their paths, those that follow from everything else included.
    pub entries: BTreeMap<String, Entry>,
    /// Files that the host has not: people outside need them to reach it. Their paths begin with among
    /// whom those are and who they are, such as `operators/ana/wg0.conf`.
    pub people: BTreeMap<String, File>,
    /// Kernel parameters by name.
    pub sysctls: BTreeMap<String, Sysctl>,
    /// Modules of the kernel that are loaded when the host starts, by name.
    pub modules: BTreeMap<String, Cause>,
    /// File systems that are mounted, by their folder.
    pub mounts: BTreeMap<String, Mount>,
    /// Users besides those that packages bring.
    pub users: BTreeMap<String, User>,
    /// Folders besides those that packages bring, by path.
    pub directories: BTreeMap<String, Directory>,
    /// What runs, in the order in which roles said it.
    pub processes: Vec<Process>,
    /// What tells that all of it works.
    pub probes: Vec<Probe>,
    /// Packages that bring the programs.
    pub packages: Vec<Cow<'static, str>>,
    /// What has to be there before these packages can be had, in order.
    pub sources: Vec<PackageSource>,
    /// What `SELinux` must allow; nothing on a system without it.
    pub selinux: Vec<(Selinux, Cause)>,
    /// Programs that were named.
    pub programs: Vec<&'static str>,
    /// What it fetches, because neither its system nor a package brings it.
    pub downloads: Vec<Download>,
    /// Programs that it runs and that nothing brings.
    pub missing: Vec<MissingProgram>,
    /// Certificates that its programs use, with their keys.
    pub credentials: Vec<Credential>,
    /// The rules of its firewall: the very values that its file is printed from.
    pub firewall: Option<Ruleset>,
    /// Where connections end and are begun anew: balancers and proxies.
    pub relays: Vec<Relay>,
    /// What files must say.
    pub essentials: Vec<Essential>,
    /// Folders that other hosts may mount.
    pub shares: Vec<Share>,
    /// What stands in a rehearsal for what only the host itself could run.
    pub stand_in: Option<Box<Setup>>,
    /// Text of which only somebody else has the private part, and the secret whose public part stands in its
    /// place in a rehearsal: in the files of all hosts.
    pub instead: Vec<(String, Secret)>,
    /// Roles of the host that have nothing to say yet.
    pub silent: Vec<&'static str>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file or a link.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A file.
    File(File),
    /// A symbolic link to a path.
    Link(String, Cause),
}

impl Entry {
    /// Why it is there.
    pub fn cause(&self) -> &Cause {
        match self {
            Self::File(file) => &file.cause,
            Self::Link(_, cause) => cause,
        }
    }
}

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// What is in it.
    pub document: Document,
    /// Its mode.
    pub mode: u16,
    /// Its owner.
    pub owner: String,
    /// Whether a person wrote it, in place of a generated one or besides them.
    pub by_hand: bool,
    /// The generated one in whose place a person wrote it.
    pub replaces: Option<Box<File>>,
    /// Why it is there.
    pub cause: Cause,
}

impl File {
    /// A file that everybody may read and `root` owns.
    pub fn new(document: impl Into<Document>, cause: &Cause) -> Self {
        Self {
            document: document.into(),
            mode: 0o644,
            owner: "root".to_owned(),
            by_hand: false,
            replaces: None,
            cause: cause.clone(),
        }
    }

    /// With another mode.
    pub fn mode(mut self, mode: u16) -> Self {
        self.mode = mode;
        self
    }

    /// With another owner.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }
}

/// A kernel parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Sysctl {
    /// Its value.
    pub value: String,
    /// The derived one in whose place a person wrote it.
    pub replaces: Option<Box<Sysctl>>,
    /// Why it is set.
    pub cause: Cause,
}

/// A file system that is mounted.
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    /// What is mounted: a device, or `host:/path`.
    pub what: String,
    /// Its kind, such as `ext4` or `nfs4`.
    pub kind: String,
    /// Options.
    pub options: Vec<String>,
    /// The type that `SELinux` gives to everything on it, where it has none of its own: what comes by NFS
    /// has not.
    pub selinux: Option<&'static str>,
    /// Whether what is on it is for this host alone: another one that writes there would ruin it.
    pub alone: bool,
    /// Why it is mounted.
    pub cause: Cause,
}

/// A folder that other hosts may mount.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The folder.
    pub folder: String,
    /// Whose packets are let in: the prefixes from which they come.
    pub clients: Vec<IpNet>,
    /// Why it is shared.
    pub cause: Cause,
}

/// What a file must say, whoever writes it: others live by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Essential {
    /// The file.
    pub path: String,
    /// The words of which one must be in it.
    pub words: &'static [&'static str],
    /// What is wrong without them.
    pub without: Text,
}

/// What `SELinux` must allow to what runs on a host, beyond what its policy allows by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selinux {
    /// A boolean of the policy is on.
    Boolean(&'static str),
    /// A port of TCP is of a type.
    Port(&'static str, u16),
    /// A folder, with everything in it, is of a type.
    Folder(&'static str, String),
}

/// Something that packages come from besides what an image of the system has by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageSource {
    /// A repository, which a package of this name brings.
    Repository(&'static str),
    /// A stream of a module: one of several versions.
    Module(&'static str),
}

/// A user of the system.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Its home; `/` for none.
    pub home: String,
    /// Its shell.
    pub shell: String,
    /// Why it is there.
    pub cause: Cause,
}

/// A folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    /// Its mode.
    pub mode: u16,
    /// Its owner.
    pub owner: String,
    /// Why it is there.
    pub cause: Cause,
}

/// Where a connection ends at this host, and another one begins that carries on what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Relay {
    /// The addresses at which it is taken in; every address of the host, where there are none.
    pub at: Vec<IpAddr>,
    /// The ports at which it is taken in.
    pub ports: Ports,
    /// Where it goes on to: one of these.
    pub to: Vec<SocketAddr>,
    /// How it notices that one of them is gone; `None` where nobody knows.
    pub check: Option<RelayCheck>,
    /// Why.
    pub cause: Cause,
}

/// How somebody who passes connections on notices that one of those is gone who get them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayCheck {
    /// Between two checks.
    pub interval: Duration,
    /// How many failed checks count as a failure.
    pub fall: u8,
    /// How long a check may take.
    pub timeout: Duration,
    /// How long connecting may take, where a connection that does not come about is tried with another of
    /// them; `None` where it fails.
    pub connect: Option<Duration>,
}

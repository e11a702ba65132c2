//! What a host can be.
//!
//! A role is the record of what a person writes under its name, and it says what follows from it:
//! what a host that has it offers, needs and promises. It emits values and never acts, and nobody
//! asks which role it is. The whole contract is [`Role`], one [`About`] and one [`Kind`].

mod configuration;
mod declaration;
mod need;
mod offer;
mod redundancy;

pub use configuration::{Configuration, Linked, Publication};

pub(crate) use declaration::Setting;
pub use declaration::{
    Admission, After, Alive, CertificateRequest, Declaration, Forwarding, Record, RecordData,
    Stage, Tunnel, Usage, VipMember, Visit,
};
pub use need::{Need, Selector, SelectorKind, Source, Target};
pub use offer::{Health, Offer};
pub use redundancy::{Redundancy, Takeover, Timer, Waits};

use crate::cloud::{App, Host, HostSet, Kubernetes, Network, Outside, System, Vip};
use crate::read::{Read, Reader, Schemas};
use crate::{Bytes, Domain, Name, Words};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use fmc_config::yaml::Node;
use std::fmt;
use std::sync::Arc;

/// A role as it was written for a host, with its settings.
pub trait Role: fmt::Debug + Send + Sync {
    /// Says what follows for the host `on` that has this role.
    fn declare(&self, on: &Member<'_>, out: &mut Declaration);

    /// Says what the machine of the host must hold, now that the whole cloud is known. A role that
    /// has nothing to say yet is named by whoever builds.
    fn configure(&self, _on: &Linked<'_>, _out: &mut Configuration) {}

    /// Says what whoever runs the host for us must be told, where it is `managed`: files for them.
    fn instruct(&self, _on: &Linked<'_>, _out: &mut Configuration) {}

    /// Says what stands in for the role in a rehearsal, where nobody but its owner can run it, or no
    /// system but its own: it runs on Debian, the root of every rehearsed host.
    fn stand_in(&self, _on: &Linked<'_>, _out: &mut Configuration) {}
}

/// What everybody may know of a role without having one.
#[derive(Debug)]
pub struct About {
    /// What is written under `roles:`.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The name of its icon.
    pub icon: &'static str,
    /// What it does, in one line.
    pub summary: Words,
    /// The upstream manual.
    pub manual: &'static str,
    /// The host systems on which it can run; empty where any does.
    pub systems: &'static [System],
    /// What it needs of a machine at the least, for itself alone.
    pub minimum: Minimum,
    /// The smallest cloud that has it.
    pub example: &'static str,
}

/// The least that a role, or a system, needs of a machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minimum {
    /// Processors.
    pub cpus: u16,
    /// Memory.
    pub memory: Bytes,
    /// Disk.
    pub disk: Bytes,
}

impl Minimum {
    /// So many processors, mebibytes of memory and gibibytes of disk.
    pub const fn of(cpus: u16, memory_mib: u64, disk_gib: u64) -> Self {
        Self { cpus, memory: Bytes::mib(memory_mib), disk: Bytes::gib(disk_gib) }
    }
}

/// An entry in the list of roles: what it is, and how its settings are read.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What it is.
    pub about: &'static About,
    read: fn(&Node, &mut Reader<'_>) -> Option<Arc<dyn Role>>,
    schema: fn(&mut Schemas) -> serde_json::Value,
}

impl Kind {
    /// The entry of the role whose settings are `T`.
    pub const fn of<T: Role + Read + 'static>(about: &'static About) -> Self {
        Self { about, read: read_as::<T>, schema: T::schema }
    }

    /// Reads the settings.
    pub fn read(&self, node: &Node, reader: &mut Reader<'_>) -> Option<Arc<dyn Role>> {
        (self.read)(node, reader)
    }

    /// The JSON Schema of the settings.
    pub fn schema(&self, schemas: &mut Schemas) -> serde_json::Value {
        (self.schema)(schemas)
    }
}

fn read_as<T: Role + Read + 'static>(
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<Arc<dyn Role>> {
    T::read(node, reader).map(|it| Arc::new(it) as Arc<dyn Role>)
}

/// The host that a role declares for, and the cloud around it as far as it is known before the
/// roles have spoken: names, addresses, who has which role.
pub struct Member<'a> {
    /// The host.
    pub host: &'a Host,
    /// The cloud around it.
    pub site: &'a Site,
    /// Where the role was written.
    pub place: Place,
}

/// The cloud before the roles have spoken.
#[derive(Debug)]
pub struct Site {
    /// The domain of all its hosts.
    pub domain: Domain,
    /// The addresses of Kubernetes, if there is one.
    pub kubernetes: Kubernetes,
    /// Networks by name.
    pub networks: IndexMap<Name, Network>,
    /// Virtual addresses by name; their members are not known yet.
    pub vips: IndexMap<Name, Vip>,
    /// What is published, by name.
    pub apps: IndexMap<Name, App>,
    /// People outside, by name.
    pub outside: IndexMap<Name, Outside>,
    /// Hosts by role.
    pub by_role: IndexMap<&'static str, HostSet>,
}

impl Site {
    /// Whether some host has the role.
    pub fn has(&self, role: &str) -> bool {
        self.by_role.contains_key(role)
    }

    /// The hosts that have the role.
    pub fn with(&self, role: &str) -> Option<&HostSet> {
        self.by_role.get(role)
    }

    /// The virtual addresses behind which the hosts of a role serve.
    pub fn vips_of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Vip> {
        self.vips.values().filter(move |it| it.serves.as_deref() == Some(role))
    }

    /// Whether an app is there that people of the Internet may open.
    pub fn is_public(&self) -> bool {
        self.apps.values().any(|it| it.public)
    }
}

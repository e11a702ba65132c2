//! A host, decided.

use super::{End, HostId, Origin, Processor, Route};
use crate::role::Alive;
use crate::{Bytes, FileMode, Mac, Name, Ports, words};
use indexmap::IndexMap;
use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;

words! {
    /// The operating system of a host.
    pub enum System {
        /// Flatcar Container Linux: an immutable system without package manager or Python.
        Flatcar = "flatcar",
        /// AlmaLinux.
        Almalinux = "almalinux",
        /// Rocky Linux.
        Rocky = "rocky",
        /// Debian.
        Debian = "debian",
    }
}

impl System {
    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Flatcar => "Flatcar",
            Self::Almalinux => "AlmaLinux",
            Self::Rocky => "Rocky Linux",
            Self::Debian => "Debian",
        }
    }
}

/// A machine, or a service that somebody else runs for us.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Host {
    /// Its place in the order of the file.
    #[serde(skip)]
    pub id: HostId,
    /// Its name.
    pub name: Name,
    /// Its name with the domain.
    pub fqdn: String,
    /// What people call it.
    pub label: String,
    /// What is to be said of it.
    pub note: Option<String>,
    /// Its icon.
    pub icon: String,
    /// Its operating system; `None` where somebody else runs it.
    pub system: Option<System>,
    /// The architecture of its processors.
    pub processor: Processor,
    /// Whether somebody else runs it, so that nothing is built for it.
    pub managed: bool,
    /// What it is.
    pub roles: Vec<RoleUse>,
    /// Its interfaces; the default route leaves by the first that has a gateway.
    pub nics: Vec<Nic>,
    /// Its routes, but those to the pods of its neighbours (see [`Cloud::routes`](super::Cloud::routes)).
    #[serde(serialize_with = "as_slice")]
    pub routes: Arc<[Route]>,
    /// Whether it forwards packets of others.
    pub forwards: bool,
    /// The network by which its default route leaves; `None` where it has none.
    pub uplink: Option<Name>,
    /// The part of the pod networks that is its own.
    pub pods: Vec<IpNet>,
    /// Prefixes from which its packets come besides its addresses.
    pub sources: Vec<IpNet>,
    /// Whom it asks for names, in order.
    pub resolvers: Vec<IpAddr>,
    /// What it has of processors, memory and disk.
    pub size: Size,
    /// The machine that it runs on; `None` for a machine of its own.
    pub runs_on: Option<Name>,
    /// Kernel parameters written by hand.
    pub sysctls: IndexMap<String, String>,
    /// Firewall rules written by hand, before the derived ones.
    pub firewall: Vec<FirewallRule>,
    /// Files written by hand, by path.
    pub files: IndexMap<String, FileEntry>,
    /// Where it was written.
    pub origin: Origin,
}

fn as_slice<S: serde::Serializer>(routes: &Arc<[Route]>, serializer: S) -> Result<S::Ok, S::Error> {
    routes.as_ref().serialize(serializer)
}

impl Host {
    /// Its interface in a network.
    pub fn nic(&self, network: &Name) -> Option<&Nic> {
        self.nics.iter().find(|it| it.network == *network)
    }

    /// All its addresses, without their prefix lengths.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.nics.iter().flat_map(|it| it.addresses.iter().map(IpNet::addr))
    }

    /// The addresses by which it is known: those of its first interface that has any.
    pub fn primary_addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        let first = self.nics.iter().find(|it| !it.addresses.is_empty());
        first.into_iter().flat_map(|it| it.addresses.iter().map(IpNet::addr))
    }

    /// Whether it has a role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|it| it.name == role)
    }
}

/// A role of a host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoleUse {
    /// Its name.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its settings, decided, by name.
    pub settings: IndexMap<&'static str, String>,
    /// What tells on the host whether it is alive; `None` where nothing was said.
    pub alive: Option<Alive>,
    /// Whether it spreads what arrives at virtual addresses over those who serve behind them.
    pub balances: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// An interface of a host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nic {
    /// Its name on the host.
    pub interface: String,
    /// The network that it is in.
    pub network: Name,
    /// Its addresses, with the prefix length of the network.
    pub addresses: Vec<IpNet>,
    /// Its hardware address, where a hypervisor has to give it one.
    pub mac: Option<Mac>,
    /// What kind of bridge it is, where guests of the host are plugged into it; `None` where it is a
    /// device of its own.
    pub bridge: Option<Bridge>,
    /// Where it was written.
    pub origin: Origin,
}

/// A bridge that guests are plugged into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bridge {
    /// This device is its port: guests are on the same wire as everybody else in the network.
    Port(String),
    /// Guests alone are in its network, and the host routes it; the hypervisor makes it.
    Guests,
}

/// What a machine has. Zero where it was not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Processors, as the system counts them.
    pub cpus: u16,
    /// Memory.
    pub memory: Bytes,
    /// Disk of the system.
    pub disk: Bytes,
    /// A second disk for data.
    pub data: Bytes,
}

words! {
    /// What a rule does with what it matches.
    pub enum Verdict {
        /// Lets it through.
        Accept = "accept",
        /// Drops it without a word.
        Drop = "drop",
    }
}

/// A firewall rule written by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirewallRule {
    /// What it does.
    pub verdict: Verdict,
    /// From whom, as it was written; empty for everybody.
    pub from: Vec<String>,
    /// Whom these words mean.
    pub ends: Vec<End>,
    /// At which ports; empty for all.
    pub ports: Vec<Ports>,
    /// Why, in the words of the file.
    pub reason: Option<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// A file written by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileEntry {
    /// Its text.
    pub text: String,
    /// Its mode.
    pub mode: FileMode,
    /// Its owner.
    pub owner: String,
    /// Where it was written.
    pub origin: Origin,
}

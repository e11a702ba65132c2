//! A host, decided.

use super::{End, HostId, Origin, PodRoute, Processor, Route, Vip};
use crate::role::{Alive, Minimum};
use crate::{Bytes, Duration, FileMode, Mac, Name, Ports, words};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
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
    /// Where each of them was written.
    #[serde(skip)]
    pub sysctl_places: IndexMap<String, Place>,
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
    /// From where the route to the pods of a neighbour holds that goes out by an interface: from anywhere,
    /// and what is answered by where it was asked goes to neighbours' pods directly too.
    pub fn ways_to_pods(
        &self,
        interface: &str,
        node: &PodRoute,
    ) -> impl Iterator<Item = Option<IpNet>> + use<> {
        let by_source = self.routes.iter().find(|it| {
            it.interface == interface && it.from.is_some_and(|it| it.contains(&node.via))
        });
        std::iter::once(None).chain(by_source.map(|it| it.from))
    }

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

    /// The role that answers at a virtual address while this host holds it: the one that it serves, where
    /// it runs here, else the balancer. A member's check is that of this role.
    pub fn answering(&self, vip: &Vip) -> Option<&RoleUse> {
        let serves = self.roles.iter().find(|it| vip.serves.as_deref() == Some(it.name));
        serves.or_else(|| self.roles.iter().find(|it| it.balances))
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
    /// What it needs of its machine at the least, for itself alone.
    #[serde(skip)]
    pub minimum: Minimum,
    /// How much of the data disk of its host it keeps something on; `None` where it uses no such disk.
    #[serde(skip)]
    pub data: Option<Bytes>,
    /// Whether copies of what it keeps are made; `None` where it keeps nothing of its own.
    #[serde(skip)]
    pub copied: Option<bool>,
    /// After how long it ends connections that it passes on and that are silent; `None` where it passes
    /// on none, or never does.
    #[serde(skip)]
    pub hangs_up: Option<Duration>,
    /// How large the pool is in which the disks of its guests lie; `None` where it runs none.
    #[serde(skip)]
    pub pool: Option<Bytes>,
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
    /// Where each was written.
    #[serde(skip)]
    pub places: SizePlaces,
}

/// Where the parts of a size were written; those that were not have the place of nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizePlaces {
    /// The number of processors.
    pub cpus: Place,
    /// The memory.
    pub memory: Place,
    /// The disk of the system.
    pub disk: Place,
    /// The disk for data.
    pub data: Place,
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

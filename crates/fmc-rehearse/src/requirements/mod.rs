//! What a rehearsal needs of the machine that it runs on. Each thing is tried for real, in namespaces that go
//! with the trial: what the kernel says is worth more than what its version promises.
//!
//! A need is fine, or bridged by what stands in for it, or missing: then it is said what cannot be done without
//! it, and the mend. What cannot be tried here is said to be untried.

mod cluster;
mod kernel;
mod network;
mod room;

pub use cluster::instances;
pub use kernel::kernel;
pub use room::{Room, building, disk, memory, neighbours, open_files, port, processes};

use crate::service::base;
use fmc_model::cloud::NetworkKind;
use fmc_model::setup::{Process, Setup};
use fmc_model::{Cloud, Text};
use room::Takes;

/// What a cloud asks of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How many hosts it has.
    pub hosts: usize,
    /// How many networks.
    pub networks: usize,
    /// How many pairs of hosts there are in the same network, each in both directions.
    pub neighbours: usize,
    /// How many ends of tunnels, people's included.
    pub tunnels: usize,
    /// How many folders are mounted from another host.
    pub mounts: usize,
    /// How many virtual addresses.
    pub vips: usize,
    /// How many hosts have a real API server; none where something stands in for Kubernetes.
    pub masters: usize,
    /// How many hosts are nodes of a real Kubernetes.
    pub nodes: usize,
    /// How many hosts systemd starts.
    pub booted: usize,
}

impl Demand {
    /// Everything that there is, for a cloud of a usual size: the founding one.
    pub const USUAL: Self = Self {
        hosts: 17,
        networks: 7,
        neighbours: 100,
        tunnels: 3,
        mounts: 3,
        vips: 2,
        masters: 0,
        nodes: 0,
        booted: 0,
    };

    /// The same with a real Kubernetes.
    pub const WITH_KUBERNETES: Self = Self { masters: 3, nodes: 7, ..Self::USUAL };

    /// That of a cloud.
    pub fn of(cloud: &Cloud) -> Self {
        let tunnels = cloud.networks.values().filter(|it| it.kind == NetworkKind::Wireguard);
        let own = cloud.hosts.values().filter(|it| !it.managed);
        let beside = |name: &fmc_model::Name| {
            let nics = cloud.hosts.values().flat_map(|it| &it.nics);
            let count = nics.filter(|it| it.network == *name).count();
            count * count.saturating_sub(1)
        };
        Self {
            hosts: cloud.hosts.len(),
            networks: cloud.networks.len(),
            neighbours: cloud.networks.keys().map(beside).sum(),
            tunnels: tunnels.map(|it| it.ends.len()).sum(),
            mounts: own.map(|it| cloud.setup(it.id).mounts.len()).sum(),
            vips: cloud.vips.len(),
            masters: 0,
            nodes: 0,
            booted: 0,
        }
    }

    /// That of a cloud whose Kubernetes is the real one.
    pub fn with_kubernetes(cloud: &Cloud) -> Self {
        let run = |program: &str| {
            let own = cloud.hosts.values().map(|it| cloud.setup(it.id));
            let starts = |it: &&Setup| {
                let mut all = it.processes.iter().flat_map(Process::starts);
                all.any(|it| base(it) == program)
            };
            own.filter(starts).count()
        };
        Self { masters: run("kube-apiserver"), nodes: run("kubelet"), ..Self::of(cloud) }
    }
}

impl Demand {
    /// The same where systemd starts each of the hosts that are ours.
    #[must_use]
    pub fn booted(self, cloud: &Cloud) -> Self {
        let own = cloud.hosts.values().filter(|it| !it.managed);
        Self { booted: own.count(), ..self }
    }
}

/// How a need is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// By the machine itself.
    Fine,
    /// By what stands in for it.
    Bridged,
    /// By nothing.
    Missing {
        /// What cannot be done without it.
        cannot: Text,
        /// How to mend it: a command where one does.
        mend: Text,
    },
    /// Nobody knows: it cannot be tried here, or not yet.
    Untried,
}

/// A need, and how it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its word for machines.
    pub name: &'static str,
    /// What is needed.
    pub what: Text,
    /// How it is met.
    pub state: State,
    /// What was seen: a number, a version, what stands in, or why not.
    pub seen: Text,
}

impl Check {
    /// A need that is met.
    pub fn fine(name: &'static str, what: Text, seen: Text) -> Self {
        Self { name, what, state: State::Fine, seen }
    }

    /// A need for which something stands in.
    pub fn bridged(name: &'static str, what: Text, by: Text) -> Self {
        Self { name, what, state: State::Bridged, seen: by }
    }

    /// A need that is not met, and why.
    pub fn missing(
        name: &'static str,
        what: Text,
        why: Text,
        (cannot, mend): (Text, Text),
    ) -> Self {
        Self { name, what, state: State::Missing { cannot, mend }, seen: why }
    }

    /// A need of which nobody knows, and why.
    pub fn untried(name: &'static str, what: Text, why: Text) -> Self {
        Self { name, what, state: State::Untried, seen: why }
    }

    /// Whether it is missing.
    pub fn is_missing(&self) -> bool {
        matches!(self.state, State::Missing { .. })
    }
}

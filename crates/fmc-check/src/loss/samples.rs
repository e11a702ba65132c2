//! Which hosts stand for others that are alike.
//!
//! A thousand workers differ in nothing that a loss asks about but in the machines that they run on. Three
//! of them, on as many machines as there are up to that, say all that there is to say of one or two
//! losses: of what any one will do, one is left. Hosts whose work is their own and hosts on whose number
//! something rests (members of a majority; those who forward or run others) stand for themselves alone, as
//! whoever is alike to nobody does.

use super::element::machines;
use crate::classes::Classes;
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostId};
use fmc_model::role::Redundancy;

/// How many of a kind are looked at: one more than are ever lost at once.
const OF_A_KIND: usize = 3;

/// The hosts that are looked at, and those for whom each stands besides itself.
pub(super) struct Samples {
    pub(super) hosts: Vec<HostId>,
    /// The host that stands for each: itself, if it is looked at.
    pub(super) like: Vec<HostId>,
}

impl Samples {
    pub(super) fn of(cloud: &Cloud, classes: &Classes) -> Self {
        let mut like: Vec<HostId> = cloud.hosts.values().map(|it| it.id).collect();
        for class in classes.iter() {
            let is_one = |it: &HostId| !stands_alone(cloud, cloud.host(*it));
            let hosts: Vec<HostId> = class.iter().copied().filter(is_one).collect();
            let chosen = chosen(cloud, &hosts);
            for host in &hosts {
                let beside = chosen.iter().find(|it| machine(cloud, **it) == machine(cloud, *host));
                let stands = if chosen.contains(host) { Some(host) } else { beside };
                let stands = stands.or(chosen.last());
                like[host.0 as usize] = stands.copied().unwrap_or(*host);
            }
        }
        let all = cloud.hosts.values().map(|it| it.id);
        let hosts = all.filter(|it| like[it.0 as usize] == *it).collect();
        Self { hosts, like }
    }

    pub(super) fn has(&self, host: HostId) -> bool {
        self.like[host.0 as usize] == host
    }
}

/// Those of a kind who stand for all of it: on different machines first.
fn chosen(cloud: &Cloud, hosts: &[HostId]) -> Vec<HostId> {
    let mut chosen: Vec<HostId> = Vec::new();
    for host in hosts {
        let taken = chosen.iter().any(|it| machine(cloud, *it) == machine(cloud, *host));
        if chosen.len() < OF_A_KIND && !taken {
            chosen.push(*host);
        }
    }
    for host in hosts {
        if chosen.len() < OF_A_KIND && !chosen.contains(host) {
            chosen.push(*host);
        }
    }
    chosen
}

/// The machine with which a host falls.
fn machine(cloud: &Cloud, host: HostId) -> Option<HostId> {
    machines(cloud, cloud.host(host)).last().map(|it| it.id)
}

fn stands_alone(cloud: &Cloud, host: &Host) -> bool {
    host.forwards
        || cloud.failure_domains.iter().any(|it| it.machine == host.name && it.hosts.len() > 1)
        || host.roles.iter().any(|role| {
            let group = cloud.redundancy.iter().find(|it| it.role == role.name);
            let offers = || cloud.offers.iter().any(|it| it.role == role.name);
            group.is_some_and(|it| match it.kind {
                Redundancy::Quorum => true,
                Redundancy::Single => offers(),
                Redundancy::AnyOf | Redundancy::Failover | Redundancy::Replicas(_) => false,
            })
        })
}

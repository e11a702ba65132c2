//! What a cloud file means, with nothing left to decide.
//!
//! A [`Cloud`] is made once by [`resolve`](crate::resolve()) and never changed. Its maps are ordered,
//! its collections are complete, and no consumer infers, defaults or allocates anything. It is
//! printed as JSON by `fmc show --json`.

mod certificate;
mod flow;
mod host;
mod hosts;
mod name;
mod network;
mod order;
mod origin;
mod people;
mod program;
mod route;
mod vip;

pub use crate::traffic::{PeerName, TunnelPeer};
pub use certificate::{Certificate, CertificateFiles, authority_file};
pub use flow::{Asker, End, Flow, OfferedService, Reason};
pub use host::{
    Bridge, FileEntry, FirewallRule, Host, Nic, RoleUse, Size, SizePlaces, System, Verdict,
};
pub use hosts::{HostId, HostNames, HostSet, fold_names};
pub use name::{NameRecord, TTL, Zone, ZoneKind};
pub use network::{
    Kubernetes, NODE_PORTS, Network, NetworkKind, Outside, Person, Releases, TunnelEnd,
};
pub use order::{FailureDomain, RedundancyGroup, Step, Wait};
pub use origin::{Addition, Origin, Override, Suppression};
pub use program::{Processor, Program, Programs};
pub use route::{PodRoute, Route, Via};
pub use vip::{App, Group, Pods, Vip, VipMemberUse, Volume, VrrpTimers};

use crate::configure::Deferred;
use crate::{Domain, Name, TimeZone};
use fmc_config::maps::IndexMap;
use serde::Serialize;
use std::sync::Arc;

/// A complete, immutable cloud.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cloud {
    /// Version of the language in which it was written.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// What its picture is called.
    pub title: String,
    /// What is to be said of it.
    pub note: Option<String>,
    /// The language of its labels (`en`, `es`), for the words that `fmc` adds to a picture.
    pub language: &'static str,
    /// The domain of all its hosts.
    pub domain: Domain,
    /// The time zone of all its hosts.
    pub timezone: TimeZone,
    /// The addresses of its Kubernetes; `None` where there is none.
    pub kubernetes: Option<Kubernetes>,
    /// Where programs are fetched that nothing else brings.
    pub programs: Programs,
    /// Networks in the order of the file.
    pub networks: IndexMap<Name, Network>,
    /// People outside, in the order of the file.
    pub outside: IndexMap<Name, Outside>,
    /// Hosts in the order of the file. A host's [`HostId`] is its index here.
    pub hosts: IndexMap<Name, Host>,
    /// Virtual addresses in the order of the file.
    pub vips: IndexMap<Name, Vip>,
    /// What is published, in the order of the file.
    pub apps: IndexMap<Name, App>,
    /// The boxes of the picture, in the order of the file.
    pub groups: IndexMap<Name, Group>,
    /// Who serves what.
    pub offers: Vec<OfferedService>,
    /// Who may reach whom, and why. Everything else is denied.
    pub flows: Vec<Flow>,
    /// The routes to the pods of each network's nodes, by network: every host of that network and
    /// every router in it has them (a node leaves out its own).
    pub pod_routes: IndexMap<Name, Vec<PodRoute>>,
    /// Zones of the DNS.
    pub zones: Vec<Zone>,
    /// Certificates to be issued.
    pub certificates: Vec<Certificate>,
    /// In which order everything starts, with the reasons.
    pub order: Vec<Step>,
    /// What falls together with a machine.
    pub failure_domains: Vec<FailureDomain>,
    /// Who stands in for whom.
    pub redundancy: Vec<RedundancyGroup>,
    /// Derived values that were written by hand.
    pub overrides: Vec<Override>,
    /// What was added to the design that the file describes.
    pub additions: Vec<Addition>,
    /// Findings that shall not be shown.
    pub suppressions: Vec<Suppression>,
    /// The names of all hosts, by their ids: what sets of them are told by.
    #[serde(skip)]
    pub(crate) names: Arc<HostNames>,
    /// What the roles will configure, host by host, when it is asked for (see [`Cloud::setup`]).
    #[serde(skip)]
    pub(crate) deferred: Deferred,
}

impl Cloud {
    /// The host with this id.
    ///
    /// # Panics
    /// If the id is of another cloud.
    pub fn host(&self, id: HostId) -> &Host {
        &self.hosts[id.0 as usize]
    }

    /// Hosts as a set, which is written as the language does: `master[1-3], storage1`.
    pub fn set_of(&self, hosts: impl IntoIterator<Item = HostId>) -> HostSet {
        HostSet::of(&self.names, hosts)
    }

    /// All routes of a host: its own and those to the pods of its neighbours.
    pub fn routes(&self, host: &Host) -> Vec<Route> {
        let mut routes = host.routes.to_vec();
        for nic in &host.nics {
            let Some(nodes) = self.pod_routes.get(&nic.network) else { continue };
            for node in nodes.iter().filter(|it| it.node != host.name) {
                for from in host.ways_to_pods(&nic.interface, node) {
                    routes.push(Route {
                        to: node.to,
                        from,
                        via: Via::Gateway(node.via),
                        interface: nic.interface.clone(),
                        because: node.because(),
                    });
                }
            }
        }
        routes
    }

    /// The hosts that an end of a flow stands for: those behind a virtual address are its members.
    pub fn hosts_at<'a>(&'a self, end: &'a End) -> Option<&'a HostSet> {
        match end {
            End::Hosts(hosts) | End::Pods(hosts) => Some(hosts),
            End::Vip(name) => self.vips.get(name).map(|it| &it.hosts),
            End::Outside(_) | End::Network(_) | End::Internet(_) => None,
        }
    }
}

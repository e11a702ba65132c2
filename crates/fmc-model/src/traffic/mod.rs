//! What traffic each host meets: every flow walked along the routes, hop by hop.
//!
//! Flows join sets of hosts. Hosts with the same routes in the same networks meet the same routers,
//! so one of each class is walked for, and the result holds for all of it. The firewall of a host is
//! made from what is found here; nothing that no flow asks for is ever found.

mod groups;
mod person;
mod tunnel;
mod walk;

use crate::cloud::{Cloud, End, HostId, HostSet, NetworkKind};
use crate::{Name, Protocol};
use fmc_config::maps::HashMap;
use fmc_config::nft::{Addresses, Version};
use groups::{Goal, Start};
use std::sync::Arc;
use walk::{Fate, Walker};

pub(crate) use groups::addresses_of;
pub use tunnel::{PeerName, TunnelPeer};
pub(crate) use walk::network_towards;

/// The traffic of a whole cloud.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// What arrives at hosts, in the order of the flows.
    pub(crate) arrivals: Vec<Arrival>,
    /// What passes through each router, in the order of the flows.
    pub(crate) passes: HashMap<HostId, Vec<Pass>>,
    /// What the pods of hosts begin.
    pub(crate) departures: Vec<Departure>,
    /// What hosts send into tunnels.
    pub(crate) sent: Vec<Departure>,
    /// Everything that is inside: whatever is not there is the Internet.
    pub(crate) inside: Addresses,
}

/// Packets of a flow that arrive at hosts.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// Index of the flow.
    pub(crate) flow: usize,
    /// At which hosts.
    pub(crate) hosts: HostSet,
    /// By their interface in this network.
    pub(crate) network: Name,
    /// From which addresses; `None` for any.
    pub(crate) from: Option<Arc<Addresses>>,
    /// What of the host they are for.
    pub(crate) at: At,
}

/// What of a host packets are for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum At {
    /// Its address in the network by which they come.
    Own,
    /// A virtual address that it may hold.
    Vip(Name),
    /// Its pods.
    Pods,
}

/// Packets of a flow that pass through a router.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pass {
    /// Index of the flow.
    pub(crate) flow: usize,
    /// The network from which they come.
    pub(crate) into: Name,
    /// The network to which they go on.
    pub(crate) out: Name,
    /// From which addresses; `None` for any.
    pub(crate) from: Option<Arc<Addresses>>,
    /// To which addresses; `None` for the Internet.
    pub(crate) to: Option<Arc<Addresses>>,
    /// Whether nobody beyond this router knows the way back to inner addresses.
    pub(crate) leaves: bool,
}

/// Packets of a flow that hosts, or pods on them, begin.
#[derive(Clone, Debug)]
pub(crate) struct Departure {
    /// Index of the flow.
    pub(crate) flow: usize,
    /// On which hosts.
    pub(crate) hosts: HostSet,
    /// To which network they leave.
    pub(crate) network: Name,
    /// To which addresses; `None` for the Internet.
    pub(crate) to: Option<Arc<Addresses>>,
    /// Whether nobody beyond the host knows the way back to its pods.
    pub(crate) leaves: bool,
}

impl Traffic {
    /// Walks every flow.
    pub(crate) fn of(cloud: &Cloud) -> Self {
        let walker = Walker::new(cloud);
        let mut all = Self { inside: inside(cloud), ..Self::default() };
        for (index, flow) in cloud.flows.iter().enumerate() {
            let under = cloud.tunnel_of(&flow.service);
            for start in groups::starts(&walker, &flow.from, under.is_some()) {
                for version in [Version::V4, Version::V6] {
                    all.flow(&walker, index, &start, &flow.to, version, under);
                }
            }
        }
        all
    }

    /// What of it whoever mends a host needs: SSH, and the tunnels by which they come.
    pub(crate) fn of_administration(&self, cloud: &Cloud) -> Self {
        let wanted: Vec<bool> = cloud
            .flows
            .iter()
            .map(|it| it.service == "ssh" || cloud.tunnel_of(&it.service).is_some())
            .collect();
        let arrivals = self.arrivals.iter().filter(|it| wanted[it.flow]).cloned().collect();
        let passes = self.passes.iter().filter_map(|(host, all)| {
            let own: Vec<Pass> = all.iter().filter(|it| wanted[it.flow]).cloned().collect();
            (!own.is_empty()).then_some((*host, own))
        });
        let passes = passes.collect();
        Self { arrivals, passes, inside: self.inside.clone(), ..Self::default() }
    }

    fn flow(
        &mut self,
        walker: &Walker<'_>,
        flow: usize,
        start: &Start,
        to: &End,
        version: Version,
        under: Option<&Name>,
    ) {
        let mut outer = Vec::new();
        let mut reached = false;
        for goal in groups::goals(walker, to, version) {
            let Some(way) = walker.way(start, &goal, version, under) else { continue };
            if way.fate == Fate::Leaves && !goal.is_internet() {
                if let Some(network) = goal.public_network().cloned() {
                    outer.push((goal, way, network));
                }
                continue;
            }
            // Members of a VRRP group hear each other within one segment only (RFC 9568 §5.1.1.3).
            let vrrp =
                walker.cloud.flows[flow].ports.iter().any(|it| it.protocol == Protocol::Vrrp);
            if vrrp && !way.hops.is_empty() {
                continue;
            }
            reached = true;
            let Ok(from) = groups::sources(walker.cloud, start, &way, version) else { continue };
            self.keep(flow, start, &goal, &way, from, walker.cloud);
        }
        // The tunnel itself, before it is there, goes by the Internet, and comes with the address of
        // somebody's router. Nothing else does: it would have to be let in from anywhere.
        for (goal, way, network) in outer.into_iter().filter(|_| !reached && under.is_some()) {
            if let Ok(from) = groups::sources(walker.cloud, start, &way, version) {
                self.keep(flow, start, &goal, &way, from, walker.cloud);
            }
            if let Goal::Hosts(target) = goal {
                let hosts = target.hosts;
                self.arrivals.push(Arrival { flow, hosts, network, from: None, at: At::Own });
            }
        }
    }

    fn keep(
        &mut self,
        flow: usize,
        start: &Start,
        goal: &Goal,
        way: &walk::Way,
        from: Option<Arc<Addresses>>,
        cloud: &Cloud,
    ) {
        let to = goal.addresses();
        if let (Start::Pods(hosts), Some(network)) = (start, &way.left_by) {
            let leaves = way.fate == Fate::Leaves && way.hops.is_empty();
            let (hosts, network) = (hosts.clone(), network.clone());
            self.departures.push(Departure { flow, hosts, network, to: to.clone(), leaves });
        }
        if let (Start::Hosts(hosts), Some(network)) = (start, &way.left_by)
            && cloud.networks.get(network).is_some_and(|it| it.kind == NetworkKind::Wireguard)
        {
            let (hosts, network) = (hosts.clone(), network.clone());
            self.sent.push(Departure { flow, hosts, network, to: to.clone(), leaves: false });
        }
        let last = way.hops.len().saturating_sub(1);
        for (at, hop) in way.hops.iter().enumerate() {
            let leaves = way.fate == Fate::Leaves && at == last;
            let (from, to) = (from.clone(), to.clone());
            let (into, out) = (hop.into.clone(), hop.out.clone());
            let pass = Pass { flow, into, out, from, to, leaves };
            self.passes.entry(hop.router).or_default().push(pass);
        }
        let Some(network) = way.arrived_by.clone().filter(|_| way.fate == Fate::Arrives) else {
            return;
        };
        let (hosts, at) = match goal {
            Goal::Hosts(target) => (target.hosts.clone(), At::Own),
            Goal::Pods(target) => (target.hosts.clone(), At::Pods),
            Goal::Vip(name, _) => match cloud.vips.get(name) {
                Some(vip) => (vip.hosts.clone(), At::Vip(name.clone())),
                None => return,
            },
            Goal::Segment(_) | Goal::Internet(_) => return,
        };
        self.arrivals.push(Arrival { flow, hosts, network, from, at });
    }
}

impl Cloud {
    /// The tunnel that travels as this service, if one does.
    pub fn tunnel_of(&self, service: &str) -> Option<&Name> {
        let of = |it: &&crate::cloud::Network| it.ends.iter().any(|end| end.service == service);
        self.networks.values().find(of).map(|it| &it.name)
    }
}

/// Every prefix that is ours or a neighbour's.
fn inside(cloud: &Cloud) -> Addresses {
    let networks = cloud.networks.values().filter(|it| it.kind != NetworkKind::Public);
    let kubernetes = cloud.kubernetes.iter().flat_map(|it| it.pods.iter().chain(&it.services));
    let prefixes = networks.flat_map(|it| &it.prefixes).chain(kubernetes);
    Addresses::of_prefixes(prefixes.map(|it| (it.addr(), it.prefix_len())))
}

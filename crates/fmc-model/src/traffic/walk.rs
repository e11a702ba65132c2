//! The way of a packet: hop by hop, by nothing but the routes and addresses in the cloud.

use super::groups::{Goal, Start};
use crate::Name;
use crate::cloud::{Cloud, Host, HostId, HostNames, HostSet, Network, NetworkKind, Route, Via};
use fmc_config::maps::{HashMap, IndexMap};
use fmc_config::nft::Version;
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// More routers in a row than a small cloud has; beyond them a way is a circle.
const MOST_HOPS: usize = 16;

/// A way that packets take.
#[derive(Debug)]
pub(super) struct Way {
    /// The network by which they leave the host that sends them.
    pub(super) left_by: Option<Name>,
    /// The routers that forward them.
    pub(super) hops: Vec<Hop>,
    /// The network by which they come to the host that they are for.
    pub(super) arrived_by: Option<Name>,
    /// What becomes of them.
    pub(super) fate: Fate,
}

/// A router on a way.
#[derive(Debug)]
pub(super) struct Hop {
    pub(super) router: HostId,
    /// The network from which packets come to it.
    pub(super) into: Name,
    /// The network to which they go on.
    pub(super) out: Name,
}

/// What becomes of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They come to the host or segment that they are for.
    Arrives,
    /// They leave for the Internet.
    Leaves,
}

/// Where packets go next.
struct Next<'c> {
    network: &'c Network,
    neighbour: Option<IpAddr>,
}

/// The neighbour to which a host sends what is for an address, and by which network.
pub(super) fn neighbour(cloud: &Cloud, host: &Host, to: IpAddr) -> Option<(Name, IpAddr)> {
    let next = decide(cloud, host, None, to, None)?;
    Some((next.network.name.clone(), next.neighbour?))
}

/// The network by which a host sends to an address.
pub(crate) fn network_towards<'c>(
    cloud: &'c Cloud,
    host: &'c Host,
    to: IpAddr,
) -> Option<&'c Name> {
    decide(cloud, host, None, to, None).map(|it| &it.network.name)
}

/// What is looked up on every way.
pub(super) struct Walker<'c> {
    pub(super) cloud: &'c Cloud,
    names: Arc<HostNames>,
    /// Who has an address of its own.
    holders: HashMap<IpAddr, HostId>,
    /// For each host the number of those that have its routes in its networks.
    class_of: Vec<u32>,
}

impl<'c> Walker<'c> {
    pub(super) fn new(cloud: &'c Cloud) -> Self {
        let mut numbers: HashMap<(*const Route, Vec<&Name>, bool), u32> = HashMap::default();
        let mut holders = HashMap::default();
        let mut class_of = Vec::with_capacity(cloud.hosts.len());
        for host in cloud.hosts.values() {
            holders.extend(host.addresses().map(|it| (it, host.id)));
            // Routes that were found once are kept once; hosts without any share none.
            let networks = host.nics.iter().map(|it| &it.network).collect();
            let key = (host.routes.as_ptr(), networks, host.pods.is_empty());
            let count = numbers.len() as u32;
            class_of.push(*numbers.entry(key).or_insert(count));
        }
        let names = HostNames::new(cloud.hosts.keys().cloned().collect());
        Self { cloud, names, holders, class_of }
    }

    /// Hosts in groups whose members have the same ways.
    pub(super) fn classes(&self, hosts: impl Iterator<Item = HostId>) -> Vec<HostSet> {
        let mut groups: IndexMap<u32, HostSet> = IndexMap::default();
        for host in hosts {
            let class = self.class_of[host.0 as usize];
            groups.entry(class).or_insert_with(|| HostSet::empty(&self.names)).insert(host);
        }
        groups.into_values().collect()
    }

    /// The way from a start to a goal. What carries a tunnel takes no way through it (`under`).
    pub(super) fn way(
        &self,
        start: &Start,
        goal: &Goal,
        version: Version,
        under: Option<&Name>,
    ) -> Option<Way> {
        let way = Way { left_by: None, hops: Vec::new(), arrived_by: None, fate: Fate::Arrives };
        match start {
            Start::Hosts(hosts) | Start::Pods(hosts) => {
                let mut samples = hosts.iter();
                let mut first = samples.next()?;
                let (mut goal_host, mut to) = goal.sample(Some(first), version);
                if goal_host == Some(first) {
                    // The goal is this very host: another one of the group goes there.
                    first = samples.next()?;
                    (goal_host, to) = goal.sample(Some(first), version);
                }
                let from = match start {
                    Start::Pods(_) => {
                        let mut pods = self.cloud.host(first).pods.iter().map(IpNet::addr);
                        Some(pods.find(|it| Version::of(*it) == version)?)
                    }
                    _ => None,
                };
                self.go(way, (first, None), (goal_host, to), from, under)
            }
            Start::Segment(network, _) => {
                let (goal_host, to) = goal.sample(None, version);
                let network = self.cloud.networks.get(network)?;
                let beside = goal_host.filter(|it| {
                    self.cloud.host(*it).nic(&network.name).is_some()
                        && network.prefixes.iter().any(|it| it.contains(&to))
                });
                let mut way = way;
                if let Some(host) = beside {
                    way.arrived_by = Some(network.name.clone());
                    self.by_hub(network, None, Some(host), &mut way);
                    return Some(way);
                }
                let router = self.first_router(network, to)?;
                self.go(way, (router, Some(network)), (goal_host, to), None, under)
            }
            Start::Internet(_) => match goal {
                Goal::Hosts(target) if target.is_public => {
                    Some(Way { arrived_by: target.network.clone(), ..way })
                }
                _ => None,
            },
        }
    }

    fn go(
        &self,
        mut way: Way,
        (mut at, mut into): (HostId, Option<&'c Network>),
        (goal, to): (Option<HostId>, IpAddr),
        from: Option<IpAddr>,
        under: Option<&Name>,
    ) -> Option<Way> {
        loop {
            if Some(at) == goal && self.is_at(at, to) {
                way.arrived_by = into.map(|it| it.name.clone());
                return Some(way);
            }
            let host = self.cloud.host(at);
            let next = decide(self.cloud, host, from, to, under)?;
            match into {
                None => way.left_by = Some(next.network.name.clone()),
                Some(into) => {
                    let (into, out) = (into.name.clone(), next.network.name.clone());
                    way.hops.push(Hop { router: at, into, out });
                }
            }
            if way.hops.len() > MOST_HOPS {
                return None;
            }
            let Some(neighbour) = next.neighbour else {
                way.fate = Fate::Leaves;
                return Some(way);
            };
            // More than one host may hold a virtual address: the one that is meant has it now.
            let meant = goal.filter(|it| neighbour == to && self.is_at(*it, to));
            let met = meant.or_else(|| self.holders.get(&neighbour).copied());
            let met = met.filter(|it| self.cloud.host(*it).nic(&next.network.name).is_some());
            self.by_hub(next.network, Some(at), met, &mut way);
            match met {
                Some(met) if Some(met) == goal || self.cloud.host(met).forwards => {
                    (at, into) = (met, Some(next.network));
                }
                None if neighbour == to => return goal.is_none().then_some(way),
                None if next.network.gateways.contains(&neighbour) => {
                    way.fate = Fate::Leaves;
                    return Some(way);
                }
                _ => return None,
            }
        }
    }

    /// In a tunnel, who does not listen meets others who do not at the first that does.
    fn by_hub(&self, network: &Network, from: Option<HostId>, to: Option<HostId>, way: &mut Way) {
        if network.kind != NetworkKind::Wireguard {
            return;
        }
        let listens = |it: &HostId| {
            let name = &self.cloud.host(*it).name;
            network.ends.iter().any(|it| it.host == *name && it.listens.is_some())
        };
        if from.as_ref().is_some_and(listens) || to.as_ref().is_some_and(listens) {
            return;
        }
        if let Some(router) = self.hub(network) {
            let name = &network.name;
            way.hops.push(Hop { router, into: name.clone(), out: name.clone() });
        }
    }

    fn hub(&self, network: &Network) -> Option<HostId> {
        let hub = network.ends.iter().find(|it| it.listens.is_some())?;
        self.cloud.hosts.get(&hub.host).map(|it| it.id)
    }

    /// The router to which somebody in a network turns: its gateway, if that is a host of ours, else
    /// one that knows more than the network itself.
    fn first_router(&self, network: &Network, to: IpAddr) -> Option<HostId> {
        let goes_on = |it: &&Host| {
            let next = decide(self.cloud, it, None, to, None);
            next.is_some_and(|next| next.network.name != network.name)
        };
        if network.kind == NetworkKind::Wireguard {
            // Whoever calls all that listen goes straight to the one behind whom it lies.
            let listens = network.ends.iter().filter(|it| it.listens.is_some());
            let mut listening = listens.filter_map(|it| self.cloud.hosts.get(&it.host));
            let behind = listening.find(goes_on).map(|it| it.id);
            return behind.or_else(|| self.hub(network));
        }
        if let Some(router) = &network.router {
            return self.cloud.hosts.get(router).map(|it| it.id);
        }
        let forwards = |it: &&Host| it.forwards && it.nic(&network.name).is_some();
        let mut routers = self.cloud.hosts.values().filter(forwards);
        routers.find(goes_on).map(|it| it.id)
    }

    /// Whether an address is one of a host's: its own, one that it may hold, or one of its pods.
    fn is_at(&self, id: HostId, address: IpAddr) -> bool {
        let host = self.cloud.host(id);
        let pods = host.pods.iter().any(|it| it.contains(&address));
        let holds = || {
            let mut vips = self.cloud.vips.values();
            vips.any(|it| it.addresses.contains(&address) && it.hosts.contains(id))
        };
        pods || host.addresses().any(|it| it == address) || holds()
    }
}

/// The longest prefix that matches: out of the routes for this source where there are any, else
/// out of connected networks and the other routes.
fn decide<'c>(
    cloud: &'c Cloud,
    host: &'c Host,
    from: Option<IpAddr>,
    to: IpAddr,
    under: Option<&Name>,
) -> Option<Next<'c>> {
    let network_of = |interface: &str| {
        let nic = host.nics.iter().find(|it| it.interface == interface)?;
        cloud.networks.get(&nic.network)
    };
    let is_under = |it: &Network| under == Some(&it.name);
    let counts = |it: &&Route| {
        it.to.contains(&to) && network_of(&it.interface).is_some_and(|it| !is_under(it))
    };
    let is_for =
        |it: &&Route| from.is_some_and(|from| it.from.is_some_and(|net| net.contains(&from)));
    let by_source =
        host.routes.iter().filter(counts).filter(is_for).max_by_key(|it| it.to.prefix_len());
    let mut best: Option<(u8, Next<'c>)> = None;
    let mut offer = |length: u8, network: &'c Network, neighbour: Option<IpAddr>| {
        if best.as_ref().is_none_or(|it| length > it.0) {
            best = Some((length, Next { network, neighbour }));
        }
    };
    let by_route = |route: &Route| match route.via {
        Via::Gateway(gateway) => Some(gateway),
        Via::Link => Some(to),
        Via::Provider => None,
    };
    if let Some(route) = by_source {
        offer(route.to.prefix_len(), network_of(&route.interface)?, by_route(route));
    } else {
        for nic in &host.nics {
            let Some(network) = cloud.networks.get(&nic.network) else { continue };
            let beside = |it: &&IpNet| it.prefix_len() < it.max_prefix_len() && it.contains(&to);
            if let Some(own) = nic.addresses.iter().find(beside).filter(|_| !is_under(network)) {
                offer(own.prefix_len(), network, Some(to));
            }
        }
        for route in host.routes.iter().filter(counts).filter(|it| it.from.is_none()) {
            offer(route.to.prefix_len(), network_of(&route.interface)?, by_route(route));
        }
    }
    to_pods(cloud, host, to, &mut offer);
    best.map(|it| it.1)
}

/// Routes to the pods of neighbours.
fn to_pods<'c>(
    cloud: &'c Cloud,
    host: &Host,
    to: IpAddr,
    offer: &mut impl FnMut(u8, &'c Network, Option<IpAddr>),
) {
    let kubernetes = cloud.kubernetes.iter();
    if !kubernetes.flat_map(|it| &it.pods).any(|it| it.contains(&to)) {
        return;
    }
    for nic in &host.nics {
        let Some(nodes) = cloud.pod_routes.get(&nic.network) else { continue };
        let Some(network) = cloud.networks.get(&nic.network) else { continue };
        for node in nodes.iter().filter(|it| it.to.contains(&to) && it.node != host.name) {
            offer(node.to.prefix_len(), network, Some(node.via));
        }
    }
}

//! Who is met in a tunnel, and which addresses lie behind each: what flows pass through it.

use super::{Traffic, walk};
use crate::cloud::{Cloud, Host, Network, NetworkKind, PodRoute};
use crate::{Duration, Name, WireguardKey};
use fmc_config::nft::{AddressRange, Addresses};
use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use std::net::IpAddr;

/// Somebody at the other end of a tunnel.
#[derive(Clone, Debug, PartialEq)]
pub struct TunnelPeer {
    /// Who it is.
    pub who: PeerName,
    /// Where it is called; `None` where it calls.
    pub endpoint: Option<(IpAddr, u16)>,
    /// How often this host says to it that it is there.
    pub keepalive: Option<Duration>,
    /// Its own addresses, and those that lie behind it. No two peers have one in common.
    pub prefixes: Vec<IpNet>,
    /// The first flow that passes by it, by its index in the cloud.
    pub flow: Option<usize>,
}

/// Who is at an end of a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerName {
    /// A host.
    Host(Name),
    /// Somebody outside who is known by name.
    Person {
        /// Among whom.
        of: Name,
        /// The name.
        name: Name,
        /// Their public key, where they keep the private one to themselves.
        key: Option<WireguardKey>,
    },
}

impl std::fmt::Display for PeerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Host(name) | Self::Person { name, .. } => name.fmt(f),
        }
    }
}

impl Traffic {
    pub(crate) fn tunnel_peers(&self, cloud: &Cloud, host: &Host, name: &Name) -> Vec<TunnelPeer> {
        let Some(tunnel) = cloud.networks.get(name) else { return Vec::new() };
        let own = tunnel.ends.iter().find(|it| it.host == host.name);
        let listens = own.is_some_and(|it| it.listens.is_some());
        let keepalive = own.and_then(|it| it.keepalive);
        let mut peers = Vec::new();
        for end in tunnel.ends.iter().filter(|it| it.host != host.name) {
            let Some(other) = cloud.hosts.get(&end.host) else { continue };
            if !listens && end.listens.is_none() {
                continue;
            }
            let address = endpoint(cloud, Some(host), other);
            peers.push(TunnelPeer {
                who: PeerName::Host(end.host.clone()),
                endpoint: end.listens.and_then(|port| Some((address?, port))),
                keepalive: keepalive.filter(|_| end.listens.is_some()),
                prefixes: singles(other.nic(name).into_iter().flat_map(|it| &it.addresses)),
                flow: None,
            });
        }
        let outside = cloud.outside.values().filter(|it| listens && it.networks.contains(name));
        for (of, person) in outside.flat_map(|of| of.people.iter().map(move |it| (of, it))) {
            let inside = person.in_tunnel(tunnel);
            if inside.is_empty() {
                continue;
            }
            let (of, name) = (of.name.clone(), person.name.clone());
            peers.push(TunnelPeer {
                who: PeerName::Person { of, name, key: person.wireguard_key.clone() },
                endpoint: None,
                keepalive: None,
                prefixes: inside.into_iter().map(IpNet::from).collect(),
                flow: None,
            });
        }
        let beyond = self.beyond(host, name).into_iter().chain(self.answers(cloud, host, name));
        // Where pods lie on several sides, each part of their network is on its own.
        let mut nodes = cloud.pod_routes.values().filter_map(|it| it.first());
        let side = |it: &PodRoute| walk::neighbour(cloud, host, it.to.addr());
        let first = nodes.next().map(side);
        let is_whole = nodes.all(|it| Some(side(it)) == first);
        for (beyond, flow) in beyond {
            for prefix in prefixes(cloud, tunnel, is_whole, &beyond) {
                assign(cloud, host, tunnel, prefix, flow, &mut peers);
            }
        }
        for peer in &mut peers {
            peer.prefixes = IpNet::aggregate(&peer.prefixes);
        }
        peers
    }

    /// The addresses that a host sends to through a tunnel or hears from, flow by flow.
    fn beyond(&self, host: &Host, tunnel: &Name) -> Vec<(Addresses, usize)> {
        let mut all: Vec<(Addresses, usize)> = Vec::new();
        let mut add = |addresses: Option<&Addresses>, flow| {
            all.extend(addresses.map(|it| (it.clone(), flow)));
        };
        for pass in self.passes.get(&host.id).into_iter().flatten() {
            if pass.into == *tunnel {
                add(pass.from.as_deref(), pass.flow);
            }
            if pass.out == *tunnel {
                add(pass.to.as_deref(), pass.flow);
            }
        }
        let here = self.arrivals.iter().filter(|it| it.network == *tunnel);
        for arrival in here.filter(|it| it.hosts.contains(host.id)) {
            add(arrival.from.as_deref(), arrival.flow);
        }
        let sent = self.sent.iter().filter(|it| it.network == *tunnel);
        for it in sent.filter(|it| it.hosts.contains(host.id)) {
            add(it.to.as_deref(), it.flow);
        }
        all
    }

    /// The addresses with which a host meets answers in a tunnel to what went by another network: two
    /// tunnels may join the same two hosts, and each of these sends by its own routes.
    fn answers(&self, cloud: &Cloud, host: &Host, tunnel: &Name) -> Vec<(Addresses, usize)> {
        let first = |it: &Addresses| it.ranges().next().map(|it| it.first);
        let back = |at: &Host, from: &Addresses| walk::neighbour(cloud, at, first(from)?);
        let goes_back =
            |at: &Host, from: &Addresses| back(at, from).is_some_and(|it| it.0 == *tunnel);
        let mut all = Vec::new();
        let tunnels = cloud.networks.values().filter(|it| it.kind == NetworkKind::Wireguard);
        if tunnels.count() < 2 {
            return all;
        }
        for pass in self.passes.get(&host.id).into_iter().flatten() {
            let Some(from) = pass.from.as_deref() else { continue };
            if pass.into != *tunnel && goes_back(host, from) {
                all.push((from.clone(), pass.flow));
            }
            let Some(to) = pass.to.as_deref().filter(|_| pass.out != *tunnel) else { continue };
            let next = first(to).and_then(|it| walk::neighbour(cloud, host, it));
            let beside = next.and_then(|(network, neighbour)| {
                let has = |it: &&Host| {
                    it.nic(&network).is_some() && it.addresses().any(|it| it == neighbour)
                };
                cloud.hosts.values().filter(|it| it.nic(tunnel).is_some()).find(has)
            });
            if beside.is_some_and(|it| goes_back(it, from)) {
                all.push((to.clone(), pass.flow));
            }
        }
        all
    }
}

/// Gives a prefix to the peer by which it is reached: the neighbour itself, or the first that
/// listens, where this host and the neighbour do not. Where this host reaches it by another network,
/// its packets come in by this tunnel all the same, from the same neighbour, and would be refused.
fn assign(
    cloud: &Cloud,
    host: &Host,
    tunnel: &Network,
    prefix: IpNet,
    flow: usize,
    peers: &mut [TunnelPeer],
) {
    let Some((network, neighbour)) = walk::neighbour(cloud, host, prefix.addr()) else { return };
    let is_neighbour = |it: &Name| {
        let other = cloud.hosts.get(it).and_then(|it| it.nic(&network));
        other.is_some_and(|it| it.addresses.iter().any(|it| it.addr() == neighbour))
    };
    let is_own = |it: &TunnelPeer| match &it.who {
        PeerName::Host(name) if network != tunnel.name => is_neighbour(name),
        _ => it
            .prefixes
            .iter()
            .any(|it| it.prefix_len() == it.max_prefix_len() && it.addr() == neighbour),
    };
    let at =
        peers.iter().position(is_own).or_else(|| peers.iter().position(|it| it.endpoint.is_some()));
    let Some(peer) = at.map(|it| &mut peers[it]) else { return };
    peer.flow.get_or_insert(flow);
    if !peer.prefixes.contains(&prefix) {
        peer.prefixes.push(prefix);
    }
}

/// Addresses as prefixes: each one of the tunnel itself, but the whole of any other network, so that
/// one more host in it changes nothing here; of that of pods where it `is_whole`.
fn prefixes(cloud: &Cloud, tunnel: &Network, is_whole: bool, addresses: &Addresses) -> Vec<IpNet> {
    let mut all: Vec<IpNet> = Vec::new();
    let pods = cloud.kubernetes.iter().filter(|_| is_whole);
    let pods = pods.flat_map(|it| it.pods.iter().copied());
    let others = cloud.networks.values();
    let others = others.filter(|it| it.kind != NetworkKind::Public && it.name != tunnel.name);
    let whole: Vec<IpNet> = others.flat_map(|it| it.prefixes.iter().copied()).chain(pods).collect();
    for range in addresses.ranges() {
        match whole.iter().find(|it| it.contains(&range.first)) {
            Some(prefix) if !all.contains(prefix) => all.push(*prefix),
            Some(_) => {}
            None => all.extend(subnets(range)),
        }
    }
    all
}

pub(super) fn subnets(range: AddressRange) -> Vec<IpNet> {
    match (range.first, range.last) {
        (IpAddr::V4(a), IpAddr::V4(b)) => Ipv4Subnets::new(a, b, 0).map(IpNet::V4).collect(),
        (IpAddr::V6(a), IpAddr::V6(b)) => Ipv6Subnets::new(a, b, 0).map(IpNet::V6).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn is_in(network: &Network, address: IpAddr) -> bool {
    network.prefixes.iter().any(|it| it.contains(&address))
}

pub(super) fn singles<'a>(addresses: impl Iterator<Item = &'a IpNet>) -> Vec<IpNet> {
    addresses.map(|it| IpNet::from(it.addr())).collect()
}

/// The address at which a host, or somebody outside, calls another host to come into a tunnel: in a
/// network that both are in, else on the Internet, else its usual one; never one in a tunnel.
pub(super) fn endpoint(cloud: &Cloud, host: Option<&Host>, other: &Host) -> Option<IpAddr> {
    let kind = |it: &Name| cloud.networks.get(it).map(|it| it.kind);
    let outer = || {
        let nics = other.nics.iter().filter(|it| !it.addresses.is_empty());
        nics.filter(|it| kind(&it.network) != Some(NetworkKind::Wireguard))
    };
    let shared = outer().find(|it| {
        kind(&it.network) == Some(NetworkKind::Private)
            && host.is_some_and(|host| host.nic(&it.network).is_some())
    });
    let public = || outer().find(|it| kind(&it.network) == Some(NetworkKind::Public));
    let nic = shared.or_else(public).or_else(|| outer().next())?;
    nic.addresses.first().map(IpNet::addr)
}

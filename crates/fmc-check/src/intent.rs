//! What flows intend: which ports of an address somebody shall reach, and which they may.

use crate::ends::Who;
use crate::matrix::Difference;
use crate::ports::PortSet;
use crate::reach::{Target, TargetKind};
use fmc_config::nft::{PortRange, Transport};
use fmc_model::cloud::{End, Flow, NetworkKind};
use fmc_model::{Cloud, Name, Ports, Protocol};

/// Every port.
const ALL: PortRange = PortRange { first: 1, last: u16::MAX };

/// The ports that flows want somebody to reach at an address.
pub fn required(cloud: &Cloud, from: &Who, to: &Target, transport: Transport) -> PortSet {
    let is = |it: &&Flow| {
        is_at(cloud, to, &it.to)
            && begins(cloud, from, &it.from)
            && comes_from_there(cloud, from, &it.from)
            // A tunnel is dialled at one address of its end, and answers there.
            && cloud.tunnel_of(&it.service).is_none()
    };
    let ports = cloud.flows.iter().filter(is).flat_map(|it| &it.ports);
    ports.filter_map(|it| range(*it, transport)).collect()
}

/// The place of the flow that wants the first port of what is missing.
pub(crate) fn wanted_by(cloud: &Cloud, missing: &Difference<'_, '_>) -> Option<usize> {
    let (pair, port) = (missing.pair, missing.ports.ranges().first()?.first);
    let holds = |it: &Ports| {
        range(*it, pair.transport).is_some_and(|it| (it.first..=it.last).contains(&port))
    };
    cloud.flows.iter().position(|it| {
        is_at(cloud, &pair.to, &it.to)
            && begins(cloud, &pair.from, &it.from)
            && it.ports.iter().any(holds)
    })
}

/// Whether a flow is of something with ports, and carries no tunnel.
pub(crate) fn carries_ports(cloud: &Cloud, flow: &Flow) -> bool {
    let has = |it: &Ports| matches!(it.protocol, Protocol::Tcp | Protocol::Udp | Protocol::Any);
    flow.ports.iter().any(has) && cloud.tunnel_of(&flow.service).is_none()
}

/// The ports that somebody may reach at an address because flows want them for it: who holds a virtual
/// address is the same host, and where the world may come, everybody may.
pub fn permitted(cloud: &Cloud, from: &Who, to: &Target, transport: Transport) -> PortSet {
    let of_world = |it: &Flow| match &it.from {
        End::Internet(_) => true,
        End::Outside(name) => cloud.outside[name].networks.iter().any(|it| is_public(cloud, it)),
        End::Network(name) => is_public(cloud, name),
        _ => false,
    };
    let itself = match to.kind {
        TargetKind::Vip(_) => Target { kind: TargetKind::Host, ..*to },
        _ => *to,
    };
    let is = |it: &&Flow| {
        (is_at(cloud, to, &it.to) || is_at(cloud, &itself, &it.to))
            && (begins(cloud, from, &it.from) || of_world(it))
    };
    let of_flows = cloud.flows.iter().filter(is).flat_map(|it| &it.ports);
    let of_flows = of_flows.filter_map(|it| range(*it, transport));
    // Who dials a tunnel comes from wherever they are.
    let dialled = listens(cloud, to).map(|port| PortRange { first: port, last: port });
    let dialled = dialled.filter(|_| transport == Transport::Udp && to.public);
    of_flows.chain(dialled).collect()
}

/// The ports of a host that rules by hand decide for somebody, be it that they let them in or not.
pub fn by_hand(cloud: &Cloud, from: &Who, to: &Target, transport: Transport) -> PortSet {
    let rules = cloud.host(to.host).firewall.iter();
    let meant =
        rules.filter(|it| it.from.is_empty() || it.ends.iter().any(|end| begins(cloud, from, end)));
    let ports = meant.flat_map(|it| {
        let all = it.ports.is_empty().then_some(ALL);
        all.into_iter().chain(it.ports.iter().filter_map(|it| range(*it, transport)))
    });
    ports.collect()
}

/// The part of a flow's ports that a protocol has.
pub(crate) fn range(ports: Ports, transport: Transport) -> Option<PortRange> {
    match (ports.protocol, transport) {
        (Protocol::Any, _) => Some(ALL),
        (Protocol::Tcp, Transport::Tcp) | (Protocol::Udp, Transport::Udp) => {
            Some(PortRange { first: ports.first, last: ports.last })
        }
        _ => None,
    }
}

fn is_public(cloud: &Cloud, network: &Name) -> bool {
    cloud.networks[network].kind == NetworkKind::Public
}

/// Whether somebody is at the beginning of a flow. Whoever is in a network is meant where everybody in it
/// is.
pub(crate) fn begins(cloud: &Cloud, from: &Who, end: &End) -> bool {
    let is_in = |name: &Name| match from {
        Who::Host(host) => !is_public(cloud, name) && cloud.host(*host).nic(name).is_some(),
        Who::Device(network) => cloud.networks.get_index_of(name) == Some(*network),
        Who::Person(of, _) => cloud.outside[*of].networks.contains(name),
        Who::Internet => is_public(cloud, name),
        _ => false,
    };
    match end {
        End::Hosts(hosts) => matches!(from, Who::Host(host) if hosts.contains(*host)),
        End::Pods(hosts) => matches!(from, Who::Pod(host) if hosts.contains(*host)),
        End::Vip(name) => matches!(from, Who::Host(it) if cloud.vips[name].hosts.contains(*it)),
        End::Network(name) => is_in(name),
        // Some addresses of the world are not all of it.
        End::Internet(names) => names.is_empty() && *from == Who::Internet,
        End::Outside(name) => {
            let outside = &cloud.outside[name];
            let at = cloud.outside.get_index_of(name);
            let own = matches!(from, Who::Person(of, _) if at == Some(*of));
            own || outside.people.is_empty() && outside.networks.iter().any(is_in)
        }
    }
}

/// Whether who is meant because of a network comes from an address in it. A host of several networks,
/// such as the router of the people who are meant, comes from whichever is nearest.
fn comes_from_there(cloud: &Cloud, from: &Who, end: &End) -> bool {
    let Who::Host(host) = from else { return true };
    !matches!(end, End::Network(_) | End::Outside(_)) || cloud.host(*host).nics.len() == 1
}

/// Whether an address is at the end of a flow.
fn is_at(cloud: &Cloud, to: &Target, end: &End) -> bool {
    match (end, to.kind) {
        (End::Pods(hosts), TargetKind::Pods) | (End::Hosts(hosts), TargetKind::Host) => {
            hosts.contains(to.host)
        }
        (End::Vip(name), TargetKind::Vip(at)) => cloud.vips.get_index_of(name) == Some(at),
        (End::Network(name), TargetKind::Host) => cloud.host(to.host).nic(name).is_some(),
        _ => false,
    }
}

/// The ports at which a host is dialled by those who build a tunnel to it.
fn listens<'c>(cloud: &'c Cloud, to: &Target) -> impl Iterator<Item = u16> + use<'c> {
    let name = &cloud.host(to.host).name;
    let ends = cloud.networks.values().flat_map(|it| &it.ends);
    ends.filter(move |it| it.host == *name).filter_map(|it| it.listens)
}

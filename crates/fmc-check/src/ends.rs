//! The ends of a question: who sends, and to whom, by the names that the cloud file has for them.

use crate::machine::Machines;
use crate::packet::{Packet, Payload, PortPair};
use crate::way::Sender;
use fmc_model::cloud::{HostId, HostSet, Network, NetworkKind, Nic, Person, ZoneKind};
use fmc_model::read::Word as _;
use fmc_model::role::{RecordData, Selector};
use fmc_model::{Cloud, Found, Name, Ports, Protocol, Text, text};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The port from which questions come: one of those that nobody listens at
/// ([RFC 6335 §6](https://www.rfc-editor.org/rfc/rfc6335#section-6)).
pub(crate) const FROM_PORT: u16 = 50_000;

/// Somebody in the Internet who is nobody in particular: addresses for documentation
/// ([RFC 5737](https://www.rfc-editor.org/rfc/rfc5737), [RFC 3849](https://www.rfc-editor.org/rfc/rfc3849)).
pub(crate) const ANYBODY: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(203, 0, 113, 77), Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0x77));

/// Who is meant at an end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A process of a host.
    Host(HostId),
    /// A pod on a host.
    Pod(HostId),
    /// A person outside, known by name: among whom, and which of them.
    Person(usize, usize),
    /// A device in a network, by the network's place in the file.
    Device(usize),
    /// Somebody in the Internet.
    Internet,
    /// Whoever has this address.
    Address(IpAddr),
    /// Whoever holds a virtual address, by its place in the file.
    Vip(usize),
    /// An app, by its place in the file.
    App(usize),
}

/// What a name means; several hosts stand for the first of them.
///
/// # Errors
/// Nobody is called so.
pub fn who(cloud: &Cloud, name: &str) -> Result<Who, Text> {
    if let Ok(address) = name.parse() {
        return if is_somebodys(address) {
            Ok(Who::Address(address))
        } else {
            Err(text!("`{name}` is the address of nobody", "`{name}` no es la dirección de nadie"))
        };
    }
    if let Some(node) = name.strip_prefix("pods:") {
        let host = cloud.hosts.get(node).filter(|it| !it.pods.is_empty());
        return host
            .map(|it| Who::Pod(it.id))
            .ok_or_else(|| text!("there are no pods on `{node}`", "no hay pods en `{node}`"));
    }
    let found = Selector::parse(name).ok().and_then(|it| cloud.find(&it));
    let who = match &found {
        Some(Found::Hosts(hosts)) => first(hosts).map(Who::Host),
        // A role is met at the virtual address that it serves, if there is one.
        Some(Found::Role(role, hosts)) => {
            let vip = cloud.vips.values().position(|it| it.serves.as_deref() == Some(role));
            vip.map(Who::Vip).or_else(|| first(hosts).map(Who::Host))
        }
        Some(Found::Vip(name)) => cloud.vips.get_index_of(name).map(Who::Vip),
        Some(Found::App(name)) => cloud.apps.get_index_of(name).map(Who::App),
        Some(Found::Outside(name)) => {
            cloud.outside.get_index_of(name).map(|it| of_outside(cloud, it))
        }
        Some(Found::Network(name)) => {
            let is_public = |it: &usize| cloud.networks[*it].kind == NetworkKind::Public;
            let network = cloud.networks.get_index_of(name);
            network.map(|it| if is_public(&it) { Who::Internet } else { Who::Device(it) })
        }
        None => person(cloud, name),
    };
    who.ok_or_else(|| text!("nobody is called `{name}`", "nadie se llama `{name}`"))
}

/// Somebody outside by their own name, where nothing else is called so.
fn person(cloud: &Cloud, name: &str) -> Option<Who> {
    let mut groups = cloud.outside.values().enumerate();
    groups.find_map(|(at, outside)| {
        let person = outside.people.iter().position(|it| it.name.as_str() == name)?;
        Some(Who::Person(at, person))
    })
}

fn first(hosts: &HostSet) -> Option<HostId> {
    hosts.iter().next()
}

fn of_outside(cloud: &Cloud, at: usize) -> Who {
    let outside = &cloud.outside[at];
    if !outside.people.is_empty() {
        return Who::Person(at, 0);
    }
    let networks = outside.networks.iter();
    let is_private = |it: &usize| cloud.networks[*it].kind != NetworkKind::Public;
    let private = networks.filter_map(|it| cloud.networks.get_index_of(it)).find(is_private);
    private.map_or(Who::Internet, Who::Device)
}

/// Every name that can be asked for, to tell what was probably meant.
pub fn names(cloud: &Cloud) -> impl Iterator<Item = &str> {
    let people = cloud.outside.values().flat_map(|it| &it.people).map(|it| it.name.as_str());
    let roles = cloud.hosts.values().flat_map(|it| &it.roles).map(|it| it.name);
    let named = cloud.hosts.keys().chain(cloud.vips.keys()).chain(cloud.apps.keys());
    let more = cloud.outside.keys().chain(cloud.networks.keys()).chain(cloud.groups.keys());
    named.chain(more).map(Name::as_str).chain(people).chain(roles)
}

/// What a packet carries that goes to a service: to its first port.
pub fn payload(ports: &Ports) -> Payload {
    let pair = PortPair { source: FROM_PORT, destination: ports.first };
    match ports.protocol {
        Protocol::Tcp => Payload::Tcp(pair),
        Protocol::Udp => Payload::Udp(pair),
        other => other.number().map_or(Payload::EchoRequest, Payload::Other),
    }
}

/// A question that can be sent: the sender, and the packet.
#[derive(Clone, Debug)]
pub struct Question<'c> {
    /// Who sends.
    pub sender: Sender<'c>,
    /// What is sent.
    pub packet: Packet,
    /// The host run by somebody else that takes it in first, as a content delivery network does.
    pub door: Option<HostId>,
    /// The hosts of which one must be met, where the address alone does not say so: many answer behind a
    /// public one. Any will do, where there are none.
    pub meant: Vec<HostId>,
}

/// The question that somebody asks of somebody else.
///
/// # Errors
/// One of them cannot send, or has no address that the other could send to.
pub fn question<'c>(
    machines: &Machines<'c>,
    from: &Who,
    to: &Who,
    payload: Payload,
) -> Result<Question<'c>, Text> {
    let cloud = machines.cloud;
    let sender = sender(machines, from)?;
    let (mut door, mut meant) = (None, Vec::new());
    let targets = match (sender, to) {
        (Sender::Internet, Who::Host(host)) if cloud.host(*host).managed => {
            door = Some(*host);
            vec![ANYBODY.0.into()]
        }
        (Sender::Internet, _) => {
            let public = public(cloud, to);
            (door, meant) = (public.1, hosts_of(cloud, to));
            public.0
        }
        (Sender::Host(host), _) if cloud.host(host).managed => {
            meant = hosts_of(cloud, to);
            public(cloud, to).0
        }
        _ => addresses(machines, sender, to),
    };
    let services = cloud.kubernetes.iter().flat_map(|it| &it.services);
    if services.into_iter().any(|it| targets.first().is_some_and(|to| it.contains(to))) {
        return Err(text!(
            "that is an address of a service: name whoever serves it",
            "es una dirección de servicio: nombre a quien lo sirve"
        ));
    }
    let sources = |version_of: IpAddr| source(machines, sender, from, version_of);
    let meets = |it: &IpAddr| Some((*it, sources(*it)?));
    let Some((destination, source)) = targets.iter().find_map(meets) else {
        return Err(text!(
            "it has no address that this sender could send to",
            "no tiene ninguna dirección a la que este remitente pueda enviar"
        ));
    };
    Ok(Question { sender, packet: Packet { source, destination, payload }, door, meant })
}

/// The hosts of which one is met by whoever meets somebody.
fn hosts_of(cloud: &Cloud, who: &Who) -> Vec<HostId> {
    match who {
        Who::Host(host) | Who::Pod(host) => vec![*host],
        Who::Vip(vip) => cloud.vips[*vip].hosts.iter().collect(),
        Who::App(app) => cloud.apps[*app].hosts.iter().collect(),
        Who::Person(..) | Who::Device(_) | Who::Internet | Who::Address(_) => Vec::new(),
    }
}

/// Whether somebody can send from an address, or be sent to
/// ([RFC 6890](https://www.rfc-editor.org/rfc/rfc6890)).
fn is_somebodys(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(it) if it.is_broadcast());
    !(address.is_loopback() || address.is_unspecified() || address.is_multicast() || is_broadcast)
}

fn sender<'c>(machines: &Machines<'c>, who: &Who) -> Result<Sender<'c>, Text> {
    let cloud = machines.cloud;
    Ok(match who {
        Who::Host(host) => Sender::Host(*host),
        Who::Pod(host) => Sender::Pod(*host),
        Who::Internet => Sender::Internet,
        Who::Device(network) => match &cloud.networks[*network] {
            // Whoever is in a tunnel is a host or a person.
            it if it.kind == NetworkKind::Wireguard => {
                return Err(text!(
                    "in a tunnel there are only hosts and people: name one of them",
                    "en un túnel solo hay hosts y personas: nombre a una de ellas"
                ));
            }
            network => Sender::Device(network),
        },
        Who::Person(of, person) => {
            let outside = &cloud.outside[*of];
            let networks = || outside.networks.iter().filter_map(|it| cloud.networks.get(it));
            let is = |kind| networks().find(|it| it.kind == kind);
            match (is(NetworkKind::Wireguard), is(NetworkKind::Private)) {
                (Some(tunnel), _) => Sender::Person(outside, &outside.people[*person], tunnel),
                (None, Some(network)) => Sender::Device(network),
                (None, None) => Sender::Internet,
            }
        }
        Who::Address(address) => of_address(machines, *address)?,
        Who::Vip(vip) => match cloud.vips[*vip].members.first() {
            Some(best) => Sender::Host(cloud.hosts[&best.host].id),
            None => return Err(text!("nobody holds it", "nadie la tiene")),
        },
        Who::App(app) => match first(&cloud.apps[*app].hosts) {
            Some(host) => Sender::Host(host),
            None => return Err(text!("nobody serves it", "nadie la sirve")),
        },
    })
}

fn of_address<'c>(machines: &Machines<'c>, address: IpAddr) -> Result<Sender<'c>, Text> {
    let cloud = machines.cloud;
    if let Some(host) = machines.owner(address) {
        return Ok(Sender::Host(host));
    }
    if let Some(node) = machines.iter().find(|it| it.has_pod(address)) {
        return Ok(Sender::Pod(node.host.id));
    }
    for (at, outside) in cloud.outside.values().enumerate() {
        let has = |it: &Person| it.addresses.iter().any(|it| it.addr() == address);
        if let Some(person) = outside.people.iter().position(has) {
            return sender(machines, &Who::Person(at, person));
        }
    }
    let holds = |it: &Network| it.prefixes.iter().any(|it| it.contains(&address));
    Ok(cloud.networks.values().find(|it| holds(it)).map_or(Sender::Internet, Sender::Device))
}

/// The address that a sender's packets have.
fn source(machines: &Machines<'_>, sender: Sender<'_>, who: &Who, to: IpAddr) -> Option<IpAddr> {
    let of_version = |it: &IpAddr| it.is_ipv4() == to.is_ipv4();
    if let Who::Address(own) = who {
        return Some(*own).filter(of_version);
    }
    match sender {
        Sender::Host(host) => machines.source(host, to),
        Sender::Pod(host) => {
            let pods = machines.get(host).host.pods.iter();
            pods.filter_map(|it| it.hosts().nth(1)).find(of_version)
        }
        Sender::Person(_, person, _) => person.addresses.iter().map(IpNet::addr).find(of_version),
        Sender::Device(network) => {
            // People who are known by name have addresses of their own.
            if let Who::Person(of, person) = who
                && let people = &machines.cloud.outside[*of].people[*person].addresses
                && let Some(own) = people.iter().map(IpNet::addr).find(of_version)
            {
                return Some(own);
            }
            let free = |it: &IpAddr| {
                machines.holder(&network.name, *it).is_none() && !network.gateways.contains(it)
            };
            let prefix = network.prefixes.iter().find(|it| of_version(&it.addr()))?;
            prefix.hosts().skip(99).chain(prefix.hosts()).find(free)
        }
        Sender::Internet => [ANYBODY.0.into(), ANYBODY.1.into()].into_iter().find(of_version),
    }
}

/// The addresses at which somebody is met from inside, best first.
fn addresses(machines: &Machines<'_>, sender: Sender<'_>, to: &Who) -> Vec<IpAddr> {
    let cloud = machines.cloud;
    let of_host = |host: HostId| {
        let own = cloud.host(host);
        let shared = |network: &Name| match sender {
            Sender::Host(from) | Sender::Pod(from) => cloud.host(from).nic(network).is_some(),
            Sender::Device(it) | Sender::Person(_, _, it) => it.name == *network,
            Sender::Internet => false,
        };
        let beside = own.nics.iter().filter(|it| shared(&it.network));
        let beside = beside.flat_map(|it| it.addresses.iter().map(IpNet::addr));
        let mut all: Vec<IpAddr> = beside.collect();
        // A host in front of a public network is met at its addresses inside.
        let is_private = |it: &&Nic| {
            cloud.networks.get(&it.network).is_some_and(|it| it.kind != NetworkKind::Public)
        };
        let inside = own.nics.iter().filter(is_private);
        all.extend(inside.flat_map(|it| it.addresses.iter().map(IpNet::addr)));
        all.extend(own.addresses());
        all
    };
    match to {
        Who::Host(host) => of_host(*host),
        Who::Pod(host) => {
            cloud.host(*host).pods.iter().filter_map(|it| it.hosts().nth(1)).collect()
        }
        Who::Address(address) => vec![*address],
        Who::Vip(vip) => cloud.vips[*vip].addresses.clone(),
        Who::App(app) => {
            let names = &cloud.apps[*app].names;
            let forward = cloud.zones.iter().filter(|it| it.kind == ZoneKind::Forward);
            let named = forward.flat_map(|zone| {
                zone.records.iter().filter(|it| names.contains(&whole(&it.name, &zone.name)))
            });
            named.filter_map(|it| address_of(&it.data)).collect()
        }
        Who::Person(of, person) => {
            cloud.outside[*of].people[*person].addresses.iter().map(IpNet::addr).collect()
        }
        Who::Device(network) => {
            let network = &cloud.networks[*network];
            let device = Sender::Device(network);
            let versions = network.prefixes.iter().map(IpNet::addr);
            versions.filter_map(|it| source(machines, device, to, it)).collect()
        }
        Who::Internet => vec![ANYBODY.0.into(), ANYBODY.1.into()],
    }
}

/// Where the Internet meets somebody: at the address that public names have, or at a public one of the
/// host's own; and the edge that stands before it.
fn public(cloud: &Cloud, to: &Who) -> (Vec<IpAddr>, Option<HostId>) {
    if let Who::Address(address) = to {
        return (vec![*address], None);
    }
    if let Who::Host(host) = to {
        let nics = cloud.host(*host).nics.iter().filter(|it| {
            cloud.networks.get(&it.network).is_some_and(|it| it.kind == NetworkKind::Public)
        });
        let own: Vec<IpAddr> = nics.flat_map(|it| it.addresses.iter().map(IpNet::addr)).collect();
        if !own.is_empty() {
            return (own, None);
        }
    }
    let zones = cloud.zones.iter().filter(|it| it.kind == ZoneKind::Public);
    let records: Vec<_> = zones.flat_map(|it| &it.records).collect();
    let all: Vec<IpAddr> = records.iter().filter_map(|it| address_of(&it.data)).collect();
    let proxied = records.iter().any(|it| it.proxied);
    let edge =
        cloud.hosts.values().find(|it| it.managed && !cloud.outline(it.id).relays.is_empty());
    (all, edge.filter(|_| proxied).map(|it| it.id))
}

fn whole(name: &str, zone: &str) -> String {
    if name == "@" { zone.to_owned() } else { format!("{name}.{zone}") }
}

fn address_of(data: &RecordData) -> Option<IpAddr> {
    match data {
        RecordData::A(it) => Some((*it).into()),
        RecordData::Aaaa(it) => Some((*it).into()),
        _ => None,
    }
}

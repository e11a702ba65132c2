//! The ends of flows, in groups whose members meet the same routers.

use super::walk::{Walker, Way};
use crate::Name;
use crate::cloud::{Cloud, End, Host, HostId, HostSet, Network, NetworkKind};
use fmc_config::maps::IndexMap;
use fmc_config::nft::{Addresses, Version};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Where a flow begins.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// At hosts that have the same ways.
    Hosts(HostSet),
    /// At the pods of such hosts.
    Pods(HostSet),
    /// Somewhere in a network, at one of these addresses.
    Segment(Name, Arc<Addresses>),
    /// On the Internet; at one of these addresses, if it is known at which.
    Internet(Option<Arc<Addresses>>),
}

/// Where a flow ends.
#[derive(Clone, Debug)]
pub(super) enum Goal {
    /// At the addresses that hosts have in a network.
    Hosts(Target),
    /// At the pods of hosts.
    Pods(Target),
    /// At whoever holds a virtual address.
    Vip(Name, Target),
    /// Somewhere in a network, at one of these addresses.
    Segment(Arc<Addresses>),
    /// On the Internet; at one of these addresses, if it is known at which.
    Internet(Option<Arc<Addresses>>),
}

/// Hosts that are met alike, and two of them to try it with: nobody walks to himself.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) hosts: HostSet,
    pub(super) network: Option<Name>,
    pub(super) is_public: bool,
    pub(super) addresses: Arc<Addresses>,
    pub(super) samples: Vec<(HostId, IpAddr)>,
}

/// Addresses that stand for the Internet when a way there is looked for: no network of a cloud has
/// them, for they are Cloudflare's public resolvers.
const SOMEWHERE: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111)),
];

impl Goal {
    /// The public network that it is in, if it is in one.
    pub(super) fn public_network(&self) -> Option<&Name> {
        match self {
            Self::Hosts(target) if target.is_public => target.network.as_ref(),
            _ => None,
        }
    }

    /// Whether it is the Internet itself.
    pub(super) fn is_internet(&self) -> bool {
        matches!(self, Self::Internet(_))
    }

    /// Its addresses; `None` for all of the Internet.
    pub(super) fn addresses(&self) -> Option<Arc<Addresses>> {
        match self {
            Self::Hosts(it) | Self::Pods(it) | Self::Vip(_, it) => Some(Arc::clone(&it.addresses)),
            Self::Segment(addresses) => Some(Arc::clone(addresses)),
            Self::Internet(addresses) => addresses.clone(),
        }
    }

    /// An address of it to try, and the host that has it; not `other`, if there is another one.
    pub(super) fn sample(
        &self,
        other: Option<HostId>,
        version: Version,
    ) -> (Option<HostId>, IpAddr) {
        let somewhere = SOMEWHERE[usize::from(version == Version::V6)];
        match self {
            Self::Hosts(it) | Self::Pods(it) | Self::Vip(_, it) => it
                .samples
                .iter()
                .find(|it| Some(it.0) != other)
                .or(it.samples.first())
                .map_or((None, somewhere), |it| (Some(it.0), it.1)),
            // The last address: the first ones are those of hosts, most of the time.
            Self::Segment(addresses) => {
                (None, addresses.ranges().last().map_or(somewhere, |it| it.last))
            }
            Self::Internet(Some(addresses)) => {
                (None, addresses.ranges().next().map_or(somewhere, |it| it.first))
            }
            Self::Internet(None) => (None, somewhere),
        }
    }
}

/// The groups in which a flow begins. What carries a tunnel begins outside of it.
pub(super) fn starts(walker: &Walker<'_>, end: &End, under_tunnel: bool) -> Vec<Start> {
    let cloud = walker.cloud;
    match end {
        End::Hosts(set) => {
            let (managed, ours): (Vec<HostId>, Vec<HostId>) =
                set.iter().partition(|it| cloud.host(*it).managed);
            let mut all: Vec<Start> =
                walker.classes(ours.into_iter()).into_iter().map(Start::Hosts).collect();
            for id in managed {
                let host = cloud.host(id);
                let prefixes = host.sources.iter().copied();
                let own = host.nics.iter().flat_map(|it| &it.addresses).map(|it| single(it.addr()));
                let known = of_prefixes(prefixes.chain(own));
                all.push(Start::Internet((!known.is_empty()).then(|| Arc::new(known))));
            }
            all
        }
        End::Pods(set) => walker.classes(set.iter()).into_iter().map(Start::Pods).collect(),
        End::Vip(_) => Vec::new(),
        End::Outside(name) => {
            let Some(outside) = cloud.outside.get(name) else { return Vec::new() };
            let networks = outside.networks.iter().filter_map(|it| cloud.networks.get(it));
            networks
                .map(|network| match network.kind {
                    _ if under_tunnel => Start::Internet(None),
                    NetworkKind::Public => Start::Internet(None),
                    NetworkKind::Private | NetworkKind::Wireguard => {
                        let people = people(cloud, name, network);
                        Start::Segment(network.name.clone(), Arc::new(people))
                    }
                })
                .collect()
        }
        End::Network(name) => match cloud.networks.get(name) {
            Some(network) if network.kind == NetworkKind::Public => vec![Start::Internet(None)],
            Some(network) => {
                let prefixes = of_prefixes(network.prefixes.iter().copied());
                vec![Start::Segment(name.clone(), Arc::new(prefixes))]
            }
            None => Vec::new(),
        },
        End::Internet(_) => vec![Start::Internet(None)],
    }
}

/// The groups at which a flow ends, as far as they have addresses of this version.
pub(super) fn goals(walker: &Walker<'_>, end: &End, version: Version) -> Vec<Goal> {
    let cloud = walker.cloud;
    match end {
        End::Hosts(set) => {
            let ours = set.iter().filter(|it| !cloud.host(*it).managed);
            let mut all = Vec::new();
            for hosts in walker.classes(ours) {
                let Some(sample) = hosts.iter().next() else { continue };
                for nic in &cloud.host(sample).nics {
                    let target = own_addresses(cloud, &hosts, &nic.network, version);
                    all.extend(target.map(Goal::Hosts));
                }
            }
            all
        }
        End::Pods(set) => {
            let classes = walker.classes(set.iter()).into_iter();
            classes.filter_map(|it| pods(cloud, it, version)).map(Goal::Pods).collect()
        }
        End::Vip(name) => {
            vip(cloud, name, version).map(|it| Goal::Vip(name.clone(), it)).into_iter().collect()
        }
        End::Outside(name) => {
            let Some(outside) = cloud.outside.get(name) else { return Vec::new() };
            let networks = outside.networks.iter().filter_map(|it| cloud.networks.get(it));
            networks
                .filter_map(|network| segment(network, &people(cloud, name, network), version))
                .collect()
        }
        End::Network(name) => {
            let network = cloud.networks.get(name);
            let all = network.map(|it| (it, of_prefixes(it.prefixes.iter().copied())));
            all.and_then(|it| segment(it.0, &it.1, version)).into_iter().collect()
        }
        End::Internet(names) => {
            let known: Option<Vec<IpNet>> = names.iter().map(|it| prefix(it)).collect();
            match known.filter(|it| !it.is_empty()) {
                None => vec![Goal::Internet(None)],
                Some(known) => {
                    let own = of_prefixes(known.into_iter()).only(version);
                    let some = (!own.is_empty()).then(|| Goal::Internet(Some(Arc::new(own))));
                    some.into_iter().collect()
                }
            }
        }
    }
}

/// Nobody has an address of this version.
pub(super) struct Nobody;

/// From which addresses packets come that took a way; `None` for any.
pub(super) fn sources(
    cloud: &Cloud,
    start: &Start,
    way: &Way,
    version: Version,
) -> Result<Option<Arc<Addresses>>, Nobody> {
    let known = match start {
        Start::Internet(None) => return Ok(None),
        Start::Internet(Some(addresses)) | Start::Segment(_, addresses) => addresses.only(version),
        Start::Hosts(hosts) => {
            let network = way.left_by.as_ref().ok_or(Nobody)?;
            let of = |id| of_host(cloud.host(id), network);
            Addresses::of(hosts.iter().flat_map(of)).only(version)
        }
        Start::Pods(hosts) => {
            of_prefixes(hosts.iter().flat_map(|it| cloud.host(it).pods.iter().copied()))
                .only(version)
        }
    };
    if known.is_empty() { Err(Nobody) } else { Ok(Some(Arc::new(known))) }
}

/// All addresses that an end of a flow stands for; `None` for any.
pub(crate) fn addresses_of(cloud: &Cloud, end: &End) -> Option<Addresses> {
    Some(match end {
        End::Hosts(hosts) => {
            let hosts: Vec<&Host> = hosts.iter().map(|it| cloud.host(it)).collect();
            let own = hosts.iter().flat_map(|it| it.addresses()).map(single);
            of_prefixes(own.chain(hosts.iter().flat_map(|it| it.sources.iter().copied())))
        }
        End::Pods(hosts) => of_prefixes(hosts.iter().flat_map(|it| cloud.host(it).pods.clone())),
        End::Vip(name) => {
            Addresses::of(cloud.vips.get(name).into_iter().flat_map(|it| it.addresses.clone()))
        }
        End::Outside(name) => {
            let outside = cloud.outside.get(name)?;
            let mut all = Addresses::new();
            for network in outside.networks.iter().filter_map(|it| cloud.networks.get(it)) {
                if network.kind == NetworkKind::Public {
                    return None;
                }
                all = all.union(&people(cloud, name, network));
            }
            all
        }
        End::Network(name) => {
            let network = cloud.networks.get(name)?;
            if network.kind == NetworkKind::Public {
                return None;
            }
            of_prefixes(network.prefixes.iter().copied())
        }
        End::Internet(_) => return None,
    })
}

fn of_host<'c>(host: &'c Host, network: &Name) -> impl Iterator<Item = IpAddr> + use<'c> {
    host.nic(network).into_iter().flat_map(|it| it.addresses.iter().map(IpNet::addr))
}

fn own_addresses(
    cloud: &Cloud,
    hosts: &HostSet,
    network: &Name,
    version: Version,
) -> Option<Target> {
    let all = hosts.iter().flat_map(|id| of_host(cloud.host(id), network).map(move |it| (id, it)));
    let own: Vec<(HostId, IpAddr)> = all.filter(|it| Version::of(it.1) == version).collect();
    let addresses = Addresses::of(own.iter().map(|it| it.1));
    let is_public = cloud.networks.get(network).is_some_and(|it| it.kind == NetworkKind::Public);
    (!own.is_empty()).then(|| Target {
        hosts: hosts.clone(),
        network: Some(network.clone()),
        is_public,
        addresses: Arc::new(addresses),
        samples: two_hosts(own),
    })
}

fn pods(cloud: &Cloud, hosts: HostSet, version: Version) -> Option<Target> {
    let all = hosts.iter().flat_map(|id| cloud.host(id).pods.iter().map(move |it| (id, *it)));
    let own: Vec<(HostId, IpNet)> = all.filter(|it| Version::of(it.1.addr()) == version).collect();
    let addresses = Arc::new(of_prefixes(own.iter().map(|it| it.1)));
    let samples = two_hosts(own.into_iter().map(|it| (it.0, it.1.addr())).collect());
    (!samples.is_empty()).then_some(Target {
        hosts,
        network: None,
        is_public: false,
        addresses,
        samples,
    })
}

fn vip(cloud: &Cloud, name: &Name, version: Version) -> Option<Target> {
    let vip = cloud.vips.get(name)?;
    let address = *vip.addresses.iter().find(|it| Version::of(**it) == version)?;
    let samples: Vec<_> = vip.hosts.iter().take(2).map(|it| (it, address)).collect();
    (!samples.is_empty()).then(|| Target {
        hosts: vip.hosts.clone(),
        network: vip.network.clone(),
        is_public: false,
        addresses: Arc::new(Addresses::of([address])),
        samples,
    })
}

/// One address of each of the first two hosts.
fn two_hosts(own: Vec<(HostId, IpAddr)>) -> Vec<(HostId, IpAddr)> {
    let mut found: IndexMap<HostId, IpAddr> = IndexMap::default();
    for (host, address) in own {
        if found.len() == 2 {
            break;
        }
        found.entry(host).or_insert(address);
    }
    found.into_iter().collect()
}

fn segment(network: &Network, addresses: &Addresses, version: Version) -> Option<Goal> {
    if network.kind == NetworkKind::Public {
        return Some(Goal::Internet(None));
    }
    let own = addresses.only(version);
    (!own.is_empty()).then(|| Goal::Segment(Arc::new(own)))
}

/// The addresses of people outside in a network: those of each who is known by name, else all of it.
fn people(cloud: &Cloud, name: &Name, network: &Network) -> Addresses {
    let people = cloud.outside.get(name).into_iter().flat_map(|it| &it.people);
    let own = people.flat_map(|it| &it.addresses).map(IpNet::addr);
    let known = Addresses::of(own.filter(|it| network.prefixes.iter().any(|net| net.contains(it))));
    if known.is_empty() { of_prefixes(network.prefixes.iter().copied()) } else { known }
}

fn of_prefixes(prefixes: impl Iterator<Item = IpNet>) -> Addresses {
    Addresses::of_prefixes(prefixes.map(|it| (it.addr(), it.prefix_len())))
}

fn single(address: IpAddr) -> IpNet {
    IpNet::from(address)
}

/// A name of somebody on the Internet that is an address or a prefix already.
fn prefix(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse().map(single).ok())
}

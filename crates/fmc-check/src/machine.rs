//! The hosts of a cloud as a packet meets them: addresses, routes, rules, tunnels.

use fmc_config::maps::HashMap;
use fmc_config::nft::{Addresses, Ruleset};
use fmc_model::cloud::{Host, HostId, Network, NetworkKind, Nic, Route, Via, Vip};
use fmc_model::setup::{Relay, Setup};
use fmc_model::{Cloud, Name, Protocol};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::neighbours::PodsBeside;

use crate::packet::{Packet, Payload};

/// All hosts of a cloud.
#[derive(Clone)]
pub struct Machines<'c> {
    /// The cloud.
    pub cloud: &'c Cloud,
    all: Vec<Machine<'c>>,
    /// Who has an address in which network; of a virtual one, its best member.
    holders: HashMap<(&'c Name, IpAddr), HostId>,
    /// The routes to the pods of each network's nodes: the same for everybody who is in it.
    pods: Arc<HashMap<&'c Name, PodsBeside<'c>>>,
    /// Everything that any of these leads to.
    to_pods: Arc<Addresses>,
}

/// A host, with what was generated for it.
#[derive(Clone)]
pub struct Machine<'c> {
    /// The host.
    pub host: &'c Host,
    /// What it does (see [`Cloud::outline`]).
    pub setup: &'c Setup,
    firewall: Option<&'c Ruleset>,
    /// Virtual addresses that it has now.
    held: Vec<IpAddr>,
    /// Whether its kernel forwards packets of versions 4 and 6.
    forwards: [bool; 2],
}

/// Where a host sends a packet.
#[derive(Clone, Debug)]
pub struct Next<'c> {
    /// The interface by which it leaves.
    pub interface: &'c str,
    /// The network that it comes to.
    pub network: &'c Network,
    /// The neighbour to whom it is given; `None` where a provider decides.
    pub neighbour: Option<IpAddr>,
    /// The prefix that decided.
    pub prefix: IpNet,
}

/// A route, as far as it decides where a packet goes.
struct Hop<'c> {
    to: IpNet,
    from: Option<IpNet>,
    via: Via,
    interface: &'c str,
}

impl<'c> Hop<'c> {
    fn of(route: &'c Route) -> Self {
        let Route { to, from, via, interface, .. } = route;
        Self { to: *to, from: *from, via: *via, interface }
    }
}

impl<'c> Machines<'c> {
    /// Asks every host for what was generated for it.
    pub fn of(cloud: &'c Cloud) -> Self {
        cloud.sketch();
        let mut holders = HashMap::default();
        let mut held: HashMap<HostId, Vec<IpAddr>> = HashMap::default();
        for host in cloud.hosts.values() {
            for nic in &host.nics {
                holders.extend(nic.addresses.iter().map(|it| ((&nic.network, it.addr()), host.id)));
            }
        }
        for vip in cloud.vips.values() {
            let best = vip.members.first().and_then(|it| cloud.hosts.get(&it.host));
            let (Some(host), Some(network)) = (best, &vip.network) else { continue };
            holders.extend(vip.addresses.iter().map(|it| ((network, *it), host.id)));
            held.entry(host.id).or_default().extend(&vip.addresses);
        }
        let machine = |host: &'c Host| {
            let setup = cloud.outline(host.id);
            let held = held.remove(&host.id).unwrap_or_default();
            let is_on = |name: &str| setup.sysctls.get(name).is_some_and(|it| it.value == "1");
            let forwards = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"].map(is_on);
            Machine { host, setup, firewall: setup.firewall.as_ref(), held, forwards }
        };
        let all = cloud.hosts.values().map(machine).collect();
        let pods = cloud.pod_routes.iter().map(|it| (it.0, PodsBeside::of(it.1))).collect();
        let routes = cloud.pod_routes.values().flatten();
        let to_pods = Addresses::of_prefixes(routes.map(|it| (it.to.addr(), it.to.prefix_len())));
        Self { cloud, all, holders, pods: Arc::new(pods), to_pods: Arc::new(to_pods) }
    }

    /// Gives a virtual address to one of its members, as if all better ones were gone.
    pub fn give(&mut self, vip: &'c Vip, member: HostId) {
        let Some(network) = &vip.network else { return };
        for machine in &mut self.all {
            machine.held.retain(|it| !vip.addresses.contains(it));
        }
        self.holders.extend(vip.addresses.iter().map(|it| ((network, *it), member)));
        self.all[member.0 as usize].held.extend(&vip.addresses);
    }

    /// Has a host other rules than those that were generated for it.
    pub fn load(&mut self, host: HostId, rules: &'c Ruleset) {
        self.all[host.0 as usize].firewall = Some(rules);
    }

    /// The host with this id.
    pub fn get(&self, id: HostId) -> &Machine<'c> {
        &self.all[id.0 as usize]
    }

    /// All hosts, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Machine<'c>> {
        self.all.iter()
    }

    /// Who has an address in a network now.
    pub fn holder(&self, network: &Name, address: IpAddr) -> Option<HostId> {
        self.holders.get(&(network, address)).copied()
    }

    /// Who has an address in any network now: one that everybody can reach, if there are several.
    pub fn owner(&self, address: IpAddr) -> Option<HostId> {
        self.cloud.networks.keys().find_map(|it| self.holder(it, address))
    }

    /// Where a host sends a packet: the longest prefix, out of the routes for its source where any of
    /// these matches, else out of the networks that it is in and its other routes.
    pub fn route(&self, at: HostId, from: Option<IpAddr>, to: IpAddr) -> Option<Next<'c>> {
        let host = self.get(at).host;
        let (mut of_source, mut other): (Option<Next<'c>>, Option<Next<'c>>) = (None, None);
        for nic in &host.nics {
            let holds = |it: &&IpNet| it.prefix_len() < it.max_prefix_len() && it.contains(&to);
            if let Some(own) = nic.addresses.iter().find(holds)
                && is_longer(own, other.as_ref())
            {
                other = self.next(nic, own.trunc(), Some(to)).or(other);
            }
        }
        for hop in self.meant(host, to) {
            let best = match hop.from {
                Some(net) if !from.is_some_and(|it| net.contains(&it)) => continue,
                Some(_) => &mut of_source,
                None => &mut other,
            };
            if !is_longer(&hop.to, best.as_ref()) {
                continue;
            }
            let Some(nic) = host.nics.iter().find(|it| it.interface == hop.interface) else {
                continue;
            };
            let neighbour = match hop.via {
                Via::Gateway(gateway) => Some(gateway),
                Via::Link => Some(to),
                Via::Provider => None,
            };
            if let Some(next) = self.next(nic, hop.to, neighbour) {
                *best = Some(next);
            }
        }
        of_source.or(other)
    }

    /// The routes of a host that lead to an address, its own first, as [`Cloud::routes`] has them.
    fn meant(&self, host: &'c Host, to: IpAddr) -> impl Iterator<Item = Hop<'c>> {
        let own = host.routes.iter().filter(move |it| it.to.contains(&to)).map(Hop::of);
        let nics = if self.to_pods.contains(to) { &host.nics[..] } else { &[] };
        let beside = nics.iter().filter_map(|nic| Some((nic, self.pods.get(&nic.network)?)));
        let to_pods = beside.flat_map(move |(nic, pods)| {
            let others = pods.to(to).filter(|it| it.node != host.name);
            others.flat_map(move |node| {
                host.ways_to_pods(&nic.interface, node).map(|from| Hop {
                    to: node.to,
                    from,
                    via: Via::Gateway(node.via),
                    interface: &nic.interface,
                })
            })
        });
        own.chain(to_pods)
    }

    /// The address that a host's packets to somewhere have.
    pub fn source(&self, host: HostId, to: IpAddr) -> Option<IpAddr> {
        let machine = self.get(host);
        if machine.host.managed {
            return of_managed(machine.host, to);
        }
        if machine.is_own(to) {
            return Some(to);
        }
        let next = self.route(host, None, to);
        let usual = || {
            let all = machine.host.primary_addresses();
            all.into_iter().find(|it| it.is_ipv4() == to.is_ipv4())
        };
        next.and_then(|it| machine.source(&it, to)).or_else(usual)
    }

    fn next(&self, nic: &'c Nic, prefix: IpNet, neighbour: Option<IpAddr>) -> Option<Next<'c>> {
        let network = self.cloud.networks.get(&nic.network)?;
        Some(Next { interface: &nic.interface, network, neighbour, prefix })
    }
}

impl<'c> Machine<'c> {
    /// Whether a packet for this address is for a process of this host.
    pub fn is_own(&self, address: IpAddr) -> bool {
        self.held.contains(&address) || self.host.addresses().any(|it| it == address)
    }

    /// Whether an address is one of its pods'.
    pub fn has_pod(&self, address: IpAddr) -> bool {
        self.host.pods.iter().any(|it| it.contains(&address))
    }

    /// Whether its kernel forwards packets of the version of an address.
    pub fn forwards(&self, address: IpAddr) -> bool {
        self.forwards[usize::from(address.is_ipv6())]
    }

    /// Its firewall; `None` where somebody else runs it.
    pub fn firewall(&self) -> Option<&'c Ruleset> {
        self.firewall
    }

    /// The interface that is in a network.
    pub fn interface(&self, network: &Name) -> Option<&'c str> {
        self.host.nic(network).map(|it| it.interface.as_str())
    }

    /// The address that its packets have which leave by an interface for somewhere.
    pub fn source(&self, next: &Next<'_>, to: IpAddr) -> Option<IpAddr> {
        let nic = self.host.nics.iter().find(|it| it.interface == next.interface)?;
        let of_version = || nic.addresses.iter().filter(|it| it.addr().is_ipv4() == to.is_ipv4());
        let beside = of_version().find(|it| next.neighbour.is_some_and(|to| it.contains(&to)));
        beside.or_else(|| of_version().next()).map(IpNet::addr)
    }

    /// Where a packet that came in ends, to be begun anew.
    pub fn relays(&self, packet: &Packet) -> impl Iterator<Item = &'c Relay> {
        let Packet { destination, .. } = *packet;
        let relays = self.setup.relays.iter();
        relays.filter(move |it| it.at.is_empty() || it.at.contains(&destination)).filter({
            let packet = *packet;
            move |it| packet.is_for(&it.ports)
        })
    }

    /// Whether something answers a packet that is for this host.
    pub fn listens(&self, cloud: &Cloud, packet: &Packet) -> bool {
        let Some(port) = packet.port() else { return true };
        let udp = matches!(packet.payload, Payload::Udp(_));
        let offered = cloud.offers.iter().filter(|it| it.hosts.contains(self.host.id));
        let is_met = |it: &fmc_model::Ports| packet.is_for(it) || it.protocol == Protocol::Any;
        let in_tunnel = |it: &&Network| it.kind == NetworkKind::Wireguard;
        let mut ends = cloud.networks.values().filter(in_tunnel).flat_map(|it| &it.ends);
        let app =
            |it: &fmc_model::cloud::App| !udp && it.port == port && it.hosts.contains(self.host.id);
        offered.flat_map(|it| &it.ports).any(is_met)
            || self.relays(packet).next().is_some()
            || udp && ends.any(|it| it.host == self.host.name && it.listens == Some(port))
            || cloud.apps.values().any(app)
    }
}

/// Whether a prefix is longer than that of the best next hop so far: of equal ones the first counts.
fn is_longer(prefix: &IpNet, best: Option<&Next<'_>>) -> bool {
    best.is_none_or(|it| prefix.prefix_len() > it.prefix.prefix_len())
}

/// An address out of those from which a host sends that somebody else runs.
fn of_managed(host: &Host, to: IpAddr) -> Option<IpAddr> {
    let prefix = host.sources.iter().find(|it| it.addr().is_ipv4() == to.is_ipv4())?;
    prefix.hosts().nth(1).or_else(|| prefix.hosts().next())
}

//! The hosts of a cloud as a packet meets them: addresses, routes, rules, tunnels.

use fmc_config::nft::Ruleset;
use fmc_model::cloud::{Host, HostId, Network, NetworkKind, Nic, Route, Via};
use fmc_model::setup::{Relay, Setup};
use fmc_model::{Cloud, Name, Protocol};
use ipnet::IpNet;
use std::collections::HashMap;
use std::net::IpAddr;

use crate::packet::{Packet, Payload};

/// All hosts of a cloud.
pub struct Machines<'c> {
    /// The cloud.
    pub cloud: &'c Cloud,
    all: Vec<Machine<'c>>,
    /// Who has an address in which network; of a virtual one, its best member.
    holders: HashMap<(&'c Name, IpAddr), HostId>,
}

/// A host, with what was generated for it.
pub struct Machine<'c> {
    /// The host.
    pub host: &'c Host,
    /// What its machine holds.
    pub setup: &'c Setup,
    routes: Vec<Route>,
    /// Virtual addresses that it has now.
    held: Vec<IpAddr>,
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

impl<'c> Machines<'c> {
    /// Asks every host for what was generated for it.
    pub fn of(cloud: &'c Cloud) -> Self {
        let mut holders = HashMap::new();
        let mut held: HashMap<HostId, Vec<IpAddr>> = HashMap::new();
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
        let machine = |host: &'c Host| Machine {
            host,
            setup: cloud.setup(host.id),
            routes: cloud.routes(host),
            held: held.remove(&host.id).unwrap_or_default(),
        };
        let all = cloud.hosts.values().map(machine).collect();
        Self { cloud, all, holders }
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
        let machine = self.get(at);
        let nics = machine.host.nics.iter();
        let meant = || machine.routes.iter().filter(|it| it.to.contains(&to));
        let by_route = |route: &Route| {
            let nic = machine.host.nics.iter().find(|it| it.interface == route.interface)?;
            let neighbour = match route.via {
                Via::Gateway(gateway) => Some(gateway),
                Via::Link => Some(to),
                Via::Provider => None,
            };
            self.next(nic, route.to, neighbour)
        };
        let is_of = |net: IpNet| from.is_some_and(|it| net.contains(&it));
        let of_source = meant().filter(|it| it.from.is_some_and(is_of)).filter_map(by_route);
        let beside = nics.filter_map(|nic| {
            let holds = |it: &&IpNet| it.prefix_len() < it.max_prefix_len() && it.contains(&to);
            let own = nic.addresses.iter().find(holds)?;
            self.next(nic, own.trunc(), Some(to))
        });
        let others = meant().filter(|it| it.from.is_none()).filter_map(by_route);
        // Of equal ones the first counts, so they are looked at from the end.
        let longest =
            |all: Vec<Next<'c>>| all.into_iter().rev().max_by_key(|it| it.prefix.prefix_len());
        longest(of_source.collect()).or_else(|| longest(beside.chain(others).collect()))
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
        let name =
            if address.is_ipv4() { "net.ipv4.ip_forward" } else { "net.ipv6.conf.all.forwarding" };
        self.setup.sysctls.get(name).is_some_and(|it| it.value == "1")
    }

    /// Its firewall; `None` where somebody else runs it.
    pub fn firewall(&self) -> Option<&'c Ruleset> {
        self.setup.firewall.as_ref()
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

/// An address out of those from which a host sends that somebody else runs.
fn of_managed(host: &Host, to: IpAddr) -> Option<IpAddr> {
    let prefix = host.sources.iter().find(|it| it.addr().is_ipv4() == to.is_ipv4())?;
    prefix.hosts().nth(1).or_else(|| prefix.hosts().next())
}

//! Whom somebody outside meets in a tunnel, and which addresses lie behind each: exactly those that
//! they reach or are reached from, since their own network at home may have the same prefixes.

use super::tunnel::{endpoint, is_in, singles, subnets};
use super::{At, PeerName, Traffic, TunnelPeer, addresses_of};
use crate::cloud::{Cloud, End, Host, Network, NetworkKind, Outside, Person};
use crate::{Duration, Name};
use fmc_config::nft::Addresses;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::IpAddr;

/// How often somebody outside says that they are there: the router before them keeps the way back
/// open for half a minute at the least (<https://www.wireguard.com/quickstart/>).
const KEEPALIVE: Duration = Duration::seconds(25);

/// What a flow joins somebody outside with.
struct Met<'c> {
    /// The host that passes it on; `None` where it is in the tunnel itself.
    through: Option<&'c Host>,
    /// The addresses; `None` for the Internet.
    beyond: Option<Addresses>,
    flow: usize,
}

impl Traffic {
    /// The hosts that listen in a tunnel, as one person meets them: each has behind it what it passes on
    /// for them.
    pub(crate) fn peers_of_person(
        &self,
        cloud: &Cloud,
        of: &Outside,
        person: &Person,
        name: &Name,
    ) -> Vec<TunnelPeer> {
        let Some(tunnel) = cloud.networks.get(name) else { return Vec::new() };
        let own = person.in_tunnel(tunnel);
        let has = |address: IpAddr| own.iter().any(|it| it.is_ipv4() == address.is_ipv4());
        let mut peers = Vec::new();
        for end in &tunnel.ends {
            let (Some(port), Some(host)) = (end.listens, cloud.hosts.get(&end.host)) else {
                continue;
            };
            peers.push(TunnelPeer {
                who: PeerName::Host(end.host.clone()),
                endpoint: endpoint(cloud, None, host).map(|it| (it, port)),
                keepalive: Some(KEEPALIVE),
                prefixes: singles(host.nic(name).into_iter().flat_map(|it| &it.addresses)),
                flow: None,
            });
        }
        for Met { through, beyond, flow } in self.met(cloud, of, tunnel) {
            let prefixes: Vec<IpNet> = match beyond {
                Some(addresses) => addresses.ranges().flat_map(subnets).collect(),
                None => vec![Ipv4Net::default().into(), Ipv6Net::default().into()],
            };
            for prefix in prefixes {
                let is_own = |it: &TunnelPeer| match (&it.who, through) {
                    (PeerName::Host(name), Some(host)) => *name == host.name,
                    _ => it.prefixes.contains(&prefix),
                };
                let peer = match peers.iter().position(is_own) {
                    Some(at) => peers.get_mut(at),
                    None => peers.first_mut(),
                };
                let Some(peer) = peer else { continue };
                peer.flow.get_or_insert(flow);
                peer.prefixes.push(prefix);
            }
        }
        for peer in &mut peers {
            peer.prefixes.retain(|it| has(it.addr()));
            peer.prefixes = IpNet::aggregate(&peer.prefixes);
        }
        peers.retain(|it| !it.prefixes.is_empty());
        peers
    }

    /// What the flows of somebody outside join them with through a tunnel, flow by flow.
    fn met<'c>(&self, cloud: &'c Cloud, of: &Outside, tunnel: &Network) -> Vec<Met<'c>> {
        let begins =
            |flow: usize| matches!(&cloud.flows[flow].from, End::Outside(it) if *it == of.name);
        let ends =
            |flow: usize| matches!(&cloud.flows[flow].to, End::Outside(it) if *it == of.name);
        let mut all: Vec<Met<'c>> = Vec::new();
        let listening = tunnel.ends.iter().filter(|it| it.listens.is_some());
        for host in listening.filter_map(|it| cloud.hosts.get(&it.host)) {
            for pass in self.passes.get(&host.id).into_iter().flatten() {
                let (through, flow) = (Some(host), pass.flow);
                if pass.into == tunnel.name && begins(pass.flow) {
                    all.push(Met { through, beyond: pass.to.as_deref().cloned(), flow });
                } else if pass.out == tunnel.name && ends(pass.flow) {
                    all.push(Met { through, beyond: pass.from.as_deref().cloned(), flow });
                }
            }
        }
        let here = |id| {
            let nic = cloud.host(id).nic(&tunnel.name);
            let own = nic.into_iter().flat_map(|it| it.addresses.iter().map(IpNet::addr));
            Addresses::of(own)
        };
        let at = |id, flow| Met { through: None, beyond: Some(here(id)), flow };
        let arrivals = self.arrivals.iter().filter(|it| it.network == tunnel.name);
        for it in arrivals.filter(|it| begins(it.flow)) {
            match &it.at {
                At::Vip(vip) => {
                    let vip = cloud.vips.get(vip).into_iter();
                    let own = Addresses::of(vip.flat_map(|it| it.addresses.clone()));
                    all.push(Met { through: None, beyond: Some(own), flow: it.flow });
                }
                _ => all.extend(it.hosts.iter().map(|id| at(id, it.flow))),
            }
        }
        let sent = self.sent.iter().filter(|it| it.network == tunnel.name);
        for it in sent.filter(|it| ends(it.flow)) {
            all.extend(it.hosts.iter().map(|id| at(id, it.flow)));
        }
        all
    }
}

impl Person {
    /// Their addresses in a tunnel.
    pub fn in_tunnel(&self, tunnel: &Network) -> Vec<IpAddr> {
        let own = self.addresses.iter().map(IpNet::addr);
        own.filter(|it| tunnel.kind == NetworkKind::Wireguard && is_in(tunnel, *it)).collect()
    }
}

impl Cloud {
    /// The hosts that somebody outside meets in a tunnel, and what lies behind each of them.
    pub fn peers_of_person(&self, of: &Outside, person: &Person, tunnel: &Name) -> Vec<TunnelPeer> {
        self.traffic().peers_of_person(self, of, person, tunnel)
    }

    /// The addresses at which somebody outside may ask for names, in the order of the hosts that
    /// serve them.
    pub fn resolvers_of_outside(&self, of: &Outside) -> Vec<IpAddr> {
        let asks = self.flows.iter().filter(|it| {
            it.service == "dns" && matches!(&it.from, End::Outside(name) if *name == of.name)
        });
        let mut all = Vec::new();
        for flow in asks {
            match &flow.to {
                End::Hosts(hosts) => {
                    all.extend(hosts.iter().flat_map(|it| self.host(it).primary_addresses()));
                }
                to => {
                    let addresses = addresses_of(self, to).unwrap_or_default();
                    all.extend(addresses.ranges().map(|it| it.first));
                }
            }
        }
        all
    }
}

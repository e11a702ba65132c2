//! A packet on its way: hop by hop, by nothing but the routes and addresses in the cloud.
//!
//! This knows no more than a kernel would: connected networks, the longest prefix that matches, who
//! answers for an address in a segment, and whether that machine forwards.

use fmc_model::cloud::{Host, Network, NetworkKind, Route, Via};
use fmc_model::{Cloud, Name};
use ipnet::IpNet;
use std::net::IpAddr;

/// More routers than any example has.
const MOST_HOPS: usize = 8;

/// Where a packet ended up.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    /// At the host that it was for.
    There,
    /// In a segment where no host of the cloud has its address: people, or somebody's device.
    Segment(Name),
    /// At a provider's or somebody else's router, on its way to the Internet.
    Out,
}

/// A way that a packet took.
#[derive(Debug)]
pub(crate) struct Way {
    /// The hosts that forwarded it, in their order.
    pub(crate) routers: Vec<Name>,
    /// The last host of the cloud that had it.
    pub(crate) last: Name,
    /// Where it ended up.
    pub(crate) end: End,
    /// The interface by which it left its sender; empty where it never left.
    pub(crate) left_by: String,
}

/// What a host does with a packet: the neighbour, by which interface and network.
struct Next<'c> {
    interface: &'c str,
    network: &'c Network,
    neighbour: Option<IpAddr>,
}

/// Sends a packet from `start` to the address `to`, which `goal` has. A reply comes `from` the
/// address at which its sender was asked; who begins takes the one that its routes give it.
pub(crate) fn walk(
    cloud: &Cloud,
    start: &Host,
    from: Option<IpAddr>,
    to: IpAddr,
    goal: &Host,
) -> Result<Way, String> {
    let mut way = Way {
        routers: Vec::new(),
        last: start.name.clone(),
        end: End::There,
        left_by: String::new(),
    };
    let mut at = start;
    while !(at.name == goal.name && is_at(cloud, goal, to)) {
        let next = decide(cloud, at, from, to)?;
        if at.name == start.name {
            next.interface.clone_into(&mut way.left_by);
        } else {
            way.routers.push(at.name.clone());
        }
        way.last = at.name.clone();
        if way.routers.len() > MOST_HOPS {
            return Err(format!("{to} goes round in circles: {:?}", way.routers));
        }
        let Some(neighbour) = next.neighbour else {
            way.end = End::Out;
            return Ok(way);
        };
        let holder =
            |it: &&Host| it.nic(&next.network.name).is_some() && is_at(cloud, it, neighbour);
        // More than one host may hold a virtual address: the one that is meant has it now.
        let met = Some(goal).filter(holder).or_else(|| cloud.hosts.values().find(holder));
        let is_last = neighbour == to;
        at = match met {
            Some(met) if is_last || met.forwards || is_at(cloud, met, to) => met,
            Some(met) => return Err(format!("{} forwards nothing to {to}", met.name)),
            None if is_last => {
                way.end = End::Segment(next.network.name.clone());
                return Ok(way);
            }
            None if next.network.gateways.contains(&neighbour) => {
                way.end = End::Out;
                return Ok(way);
            }
            None => return Err(format!("nobody in {} has {neighbour}", next.network.name)),
        };
    }
    Ok(way)
}

/// Whether an address is one of a host's: its own, one that it may hold, or one of its pods.
fn is_at(cloud: &Cloud, host: &Host, address: IpAddr) -> bool {
    let holds =
        cloud.vips.values().any(|it| it.addresses.contains(&address) && it.hosts.contains(host.id));
    let pods = host.pods.iter().any(|it| it.contains(&address));
    holds || pods || host.addresses().any(|it| it == address)
}

/// The longest prefix that matches: out of the routes for this source where there are any, else out
/// of connected networks and the other routes.
fn decide<'c>(
    cloud: &'c Cloud,
    host: &'c Host,
    from: Option<IpAddr>,
    to: IpAddr,
) -> Result<Next<'c>, String> {
    let name = &host.name;
    let mut found: Vec<(u8, Next<'c>)> = Vec::new();
    let routes = cloud.routes(host);
    let is_for =
        |route: &Route| from.is_some_and(|it| route.from.is_some_and(|net| net.contains(&it)));
    let by_source = routes.iter().any(|it| is_for(it) && it.to.contains(&to));
    for nic in host.nics.iter().filter(|_| !by_source) {
        let network = &cloud.networks[&nic.network];
        if nic.addresses.iter().any(|it| it.prefix_len() < it.max_prefix_len() && it.contains(&to))
        {
            let length = longest(&nic.addresses, to);
            found.push((length, Next { interface: &nic.interface, network, neighbour: Some(to) }));
        }
    }
    let counts = |it: &&Route| if by_source { is_for(it) } else { it.from.is_none() };
    for route in routes.iter().filter(|it| it.to.contains(&to)).filter(counts) {
        let nic = host
            .nics
            .iter()
            .find(|it| it.interface == route.interface)
            .ok_or_else(|| format!("{name} has no interface {}", route.interface))?;
        let network = &cloud.networks[&nic.network];
        let neighbour = match route.via {
            Via::Gateway(gateway) => {
                if !network.prefixes.iter().any(|it| it.contains(&gateway)) {
                    return Err(format!("{name} has a route by {gateway}, which is not beside it"));
                }
                Some(gateway)
            }
            Via::Link => Some(to),
            Via::Provider if network.kind == NetworkKind::Public => None,
            Via::Provider => return Err(format!("nobody provides {} for {name}", network.name)),
        };
        found.push((route.to.prefix_len(), Next { interface: &nic.interface, network, neighbour }));
    }
    let best = found.iter().map(|it| it.0).max();
    let mut best = found.into_iter().filter(|it| Some(it.0) == best);
    let (_, next) = best.next().ok_or_else(|| format!("{name} has no route to {to}"))?;
    match best.next() {
        Some((_, other)) if other.neighbour != next.neighbour => {
            Err(format!("{name} has two ways to {to}"))
        }
        _ => Ok(next),
    }
}

fn longest(prefixes: &[IpNet], to: IpAddr) -> u8 {
    let matching = prefixes.iter().filter(|it| it.contains(&to));
    matching.map(IpNet::prefix_len).max().unwrap_or_default()
}

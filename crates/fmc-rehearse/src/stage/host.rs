//! A host on the stage.

use super::declared::{Device, Interface, Way};
use super::ip::{ip, routed, ruled};
use super::outside::{self, PROVIDER, by_provider};
use super::{Making, Switches, alone, base, hardware};
use fmc_model::cloud::{Host, NetworkKind, Nic, Via};
use fmc_sys::{Failure, Link, Sandbox};
use ipnet::IpNet;
use std::net::IpAddr;

/// Makes it: ours, or of whoever runs it for us.
pub(super) fn host(
    making: &Making<'_>,
    host: &Host,
    switches: &Switches,
) -> Result<Sandbox, Failure> {
    if host.managed { theirs(making, host, switches) } else { ours(making, host, switches) }
}

/// The interfaces of a host that come with it, and what its files declare of each. Tunnels come later, with all
/// that is theirs.
pub(super) fn interfaces<'a>(
    making: &Making<'a>,
    host: &'a Host,
) -> Vec<(&'a Nic, Device, Option<&'a Interface>)> {
    let Some(declared) = making.declared.get(&host.id) else { return Vec::new() };
    let cloud = making.machines.cloud;
    let own =
        host.nics.iter().filter(|it| cloud.networks[&it.network].kind != NetworkKind::Wireguard);
    let all = own.map(|it| (it, declared.device(it), declared.interface(&it.interface)));
    all.filter(|it| it.1 != Device::Missing).collect()
}

fn ours(making: &Making<'_>, host: &Host, switches: &Switches) -> Result<Sandbox, Failure> {
    let mut setup = base(making, host.name.as_str());
    for (nic, device, declared) in interfaces(making, host) {
        let mut link = match device {
            // A bridge of a hypervisor is the segment itself, to which its interface is the way.
            Device::Wired => Link::new(&nic.interface)
                .hardware(nic.mac.map_or_else(|| hardware(&host.fqdn, &nic.interface), |it| it.0))
                .plugged(&switches[nic.network.as_str()]),
            Device::Loose | Device::Missing => Link::bridge(&nic.interface),
        };
        if let Some(it) = declared {
            link = it.mtu.into_iter().fold(link, Link::mtu);
            link = it.addresses.iter().copied().fold(link, Link::address);
        }
        setup = setup.link(link);
    }
    // These come with the links. A run of `ip` would take as long as all the rest of a host.
    let (plain, others) = ways(making, host);
    setup = plain.into_iter().fold(setup, |it, (to, via)| it.route(to, via));
    // What the machine lacks is looked for by what the system answered.
    let named = |it: Failure| match it {
        Failure::System { what, source } => {
            Failure::System { what: format!("{}: {what}", host.name), source }
        }
        other => Failure::Wrong(format!("{}: {other}", host.name)),
    };
    let sandbox = (making.dress)(host, setup).start().map_err(named)?;
    ip(&sandbox, &others.join("\n")).map_err(named)?;
    Ok(sandbox)
}

/// The routes of a host and the rules that lead to them, as they are said to `ip`.
pub(super) fn routes(making: &Making<'_>, host: &Host) -> Vec<String> {
    let all = interfaces(making, host);
    let lines = all.iter().flat_map(|(nic, _, declared)| {
        let rules = declared.iter().flat_map(|it| &it.rules).map(ruled);
        let ways = declared.iter().flat_map(|it| &it.ways);
        let ways = ways.map(|it| routed(&nic.interface, it));
        rules.chain(ways).collect::<Vec<_>>()
    });
    lines.chain(provided(making, host, &all)).collect()
}

/// Routes that the kernel takes with the links; and the others with their rules, as they are said to `ip`.
fn ways(making: &Making<'_>, host: &Host) -> (Vec<(IpNet, IpAddr)>, Vec<String>) {
    let all = interfaces(making, host);
    let (mut plain, mut others) = (Vec::new(), Vec::new());
    for (nic, _, declared) in &all {
        let Some(declared) = declared else { continue };
        others.extend(declared.rules.iter().map(ruled));
        for way in &declared.ways {
            match by_neighbour(&all, &nic.interface, way) {
                Some(via) => plain.push((way.to, via)),
                None => others.push(routed(&nic.interface, way)),
            }
        }
    }
    others.extend(provided(making, host, &all));
    (plain, others)
}

/// The neighbour of a route that is for whatever source, and to whom no other interface leads: that one need not
/// be said.
fn by_neighbour(
    all: &[(&Nic, Device, Option<&Interface>)],
    interface: &str,
    way: &Way,
) -> Option<IpAddr> {
    let via = way.via?;
    let leads = |it: &Interface| it.addresses.iter().any(|own| own.contains(&via));
    let mut ways = all.iter().filter(|it| it.2.is_some_and(leads));
    let is_it = ways.next().is_some_and(|it| it.0.interface == interface) && ways.next().is_none();
    let is_plain = way.table.is_none() && way.metric.is_none() && !way.on_link;
    (is_it && is_plain).then_some(via)
}

/// What a provider says to interfaces that ask: the way to everybody else.
fn provided(
    making: &Making<'_>,
    host: &Host,
    all: &[(&Nic, Device, Option<&Interface>)],
) -> Vec<String> {
    let routes = making.machines.cloud.routes(host);
    let routes = routes.iter().filter(|it| it.via == Via::Provider);
    let lines = routes.filter_map(|route| {
        let v4 = route.to.addr().is_ipv4();
        let declared = all.iter().find(|it| it.0.interface == route.interface)?.2?;
        if !declared.asks_provider[usize::from(!v4)] {
            return None;
        }
        let rule = |from| declared.rules.iter().find(|it| it.from == from).map(|it| it.table);
        let table = match route.from {
            Some(from) => Some(rule(from)?),
            None => None,
        };
        let via = Some(if v4 { PROVIDER.0.into() } else { PROVIDER.1.into() });
        let way = Way { to: route.to, via, on_link: true, table, metric: None };
        Some(routed(&route.interface, &way))
    });
    lines.collect()
}

/// Whoever runs it has addresses of their own, one of each version is enough, and asks a provider for all.
fn theirs(making: &Making<'_>, host: &Host, switches: &Switches) -> Result<Sandbox, Failure> {
    let cloud = making.machines.cloud;
    let mut setup = base(making, host.name.as_str());
    let public =
        |it: &&fmc_model::cloud::Nic| cloud.networks[&it.network].kind == NetworkKind::Public;
    let nic = host.nics.iter().find(public);
    if let Some(nic) = nic {
        let link = Link::new(&nic.interface).hardware(hardware(&host.fqdn, &nic.interface));
        let link = link.plugged(&switches[nic.network.as_str()]);
        let own = [PROVIDER.0.into(), PROVIDER.1.into()];
        let own =
            own.into_iter().filter_map(|it| outside::public_address(making.machines, host, it));
        setup = setup.link(own.fold(link, |it, own| it.address(alone(own))));
    }
    let sandbox = (making.dress)(host, setup).start()?;
    if let Some(nic) = nic {
        ip(&sandbox, &by_provider(&nic.interface))?;
    }
    Ok(sandbox)
}

//! A host on the stage.

use super::ip::{ip, routed};
use super::outside::{self, PROVIDER, by_provider};
use super::{Making, Switches, alone, base};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, NetworkKind, Nic, Route, Via};
use fmc_sys::{Failure, Link, Sandbox};
use ipnet::IpNet;
use std::net::IpAddr;

/// The bridge of pods of a node, as the CNI plugin `bridge` makes it when the first pod comes.
const PODS: &str = "cni0";

/// Makes it: ours, or of whoever runs it for us.
pub(super) fn host(
    making: &Making<'_>,
    host: &Host,
    switches: &Switches,
) -> Result<Sandbox, Failure> {
    if host.managed { theirs(making, host, switches) } else { ours(making, host, switches) }
}

fn ours(making: &Making<'_>, host: &Host, switches: &Switches) -> Result<Sandbox, Failure> {
    let cloud = making.machines.cloud;
    let mut setup = base(making, host.name.as_str());
    for nic in &host.nics {
        let network = &cloud.networks[&nic.network];
        if network.kind == NetworkKind::Wireguard {
            continue;
        }
        // A bridge of a hypervisor is the segment itself, to which its interface is the way.
        let link = Link::new(&nic.interface).mtu(network.mtu.into());
        let link = link.plugged(&switches[nic.network.as_str()]);
        setup = setup.link(nic.addresses.iter().fold(link, |it, own| it.address(*own)));
    }
    // These come with the links. A run of `ip` would take as long as all the rest of a host.
    let (usual, others): (Vec<_>, Vec<_>) =
        own_routes(cloud, host).into_iter().partition(|it| plain(host, it).is_some());
    let usual = usual.iter().filter_map(|it| plain(host, it));
    setup = usual.fold(setup, |it, (to, via)| it.route(to, via));
    if !host.pods.is_empty() {
        let own = |it: &IpNet| {
            let own = it.hosts().next().unwrap_or(it.addr());
            IpNet::new(own, it.prefix_len()).unwrap_or(*it)
        };
        let pods = host.pods.iter().map(own);
        setup = setup.link(pods.fold(Link::bridge(PODS), Link::address));
    }
    let sandbox = (making.dress)(host, setup).start()?;
    ip(&sandbox, &said(host, &others).join("\n"))?;
    Ok(sandbox)
}

/// The routes of a host and the rules that lead to them, as they are said to `ip`.
pub(super) fn routes(cloud: &Cloud, host: &Host) -> Vec<String> {
    said(host, &own_routes(cloud, host))
}

fn said(host: &Host, routes: &[Route]) -> Vec<String> {
    let mut sources = Vec::new();
    let batch: String = routes.iter().map(|it| routed(host, it, &mut sources)).collect();
    batch.lines().map(str::to_owned).collect()
}

/// The routes of a host, but those of a tunnel, which come with it.
fn own_routes(cloud: &Cloud, host: &Host) -> Vec<Route> {
    let is_tunnel = |interface: &str| {
        let nic = host.nics.iter().find(|it| it.interface == interface);
        nic.is_some_and(|it| cloud.networks[&it.network].kind == NetworkKind::Wireguard)
    };
    cloud.routes(host).into_iter().filter(|it| !is_tunnel(&it.interface)).collect()
}

/// A route for whatever source by a neighbour whom no other interface leads to: that one need not be said.
fn plain(host: &Host, route: &Route) -> Option<(IpNet, IpAddr)> {
    let Via::Gateway(via) = route.via else { return None };
    let leads = |it: &&Nic| it.addresses.iter().any(|own| own.contains(&via));
    let mut ways = host.nics.iter().filter(leads);
    let is_it = ways.next().is_some_and(|it| it.interface == route.interface);
    (is_it && ways.next().is_none() && route.from.is_none()).then_some((route.to, via))
}

/// Whoever runs it has addresses of their own, one of each version is enough, and asks a provider for all.
fn theirs(making: &Making<'_>, host: &Host, switches: &Switches) -> Result<Sandbox, Failure> {
    let cloud = making.machines.cloud;
    let mut setup = base(making, host.name.as_str());
    let public =
        |it: &&fmc_model::cloud::Nic| cloud.networks[&it.network].kind == NetworkKind::Public;
    let nic = host.nics.iter().find(public);
    if let Some(nic) = nic {
        let link = Link::new(&nic.interface).plugged(&switches[nic.network.as_str()]);
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

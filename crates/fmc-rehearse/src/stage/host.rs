//! A host on the stage.

use super::ip::{ip, routed};
use super::outside::{self, PROVIDER, by_provider};
use super::{Making, Switches, alone, base};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, NetworkKind};
use fmc_sys::{Failure, Link, Sandbox};
use std::fmt::Write as _;

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
    let sandbox = (making.dress)(host, setup).start()?;
    if !host.pods.is_empty() {
        let mut batch = format!("link add {PODS} type bridge\nlink set {PODS} up\n");
        for part in &host.pods {
            let own = part.hosts().next().unwrap_or(part.addr());
            let (version, length) = (super::ip::version(own), part.prefix_len());
            let _ = writeln!(batch, "{version}address add {own}/{length} dev {PODS}");
        }
        ip(&sandbox, &batch)?;
    }
    ip(&sandbox, &routes(cloud, host).join("\n"))?;
    Ok(sandbox)
}

/// The routes of a host and the rules that lead to them, as they are said to `ip`.
pub(super) fn routes(cloud: &Cloud, host: &Host) -> Vec<String> {
    let is_tunnel = |interface: &str| {
        let nic = host.nics.iter().find(|it| it.interface == interface);
        nic.is_some_and(|it| cloud.networks[&it.network].kind == NetworkKind::Wireguard)
    };
    let mut sources = Vec::new();
    let mut batch = String::new();
    // Those of a tunnel come with it.
    for route in cloud.routes(host).iter().filter(|it| !is_tunnel(&it.interface)) {
        batch += &routed(host, route, &mut sources);
    }
    batch.lines().map(str::to_owned).collect()
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

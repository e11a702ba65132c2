//! Which machine each host runs on, and which packets each gateway forwards (check C02).

use super::codes::{
    AMBIGUOUS_GATEWAY, AMBIGUOUS_HYPERVISOR, NO_UPLINK, NOT_A_HYPERVISOR, PLACEMENT_LOOP,
    TWO_DEFAULTS, UNKNOWN_NAME,
};
use super::context::Context;
use super::declare::Declared;
use super::expand::Expanded;
use super::networks::on_link;
use crate::cloud::{FailureDomain, Host, HostId, HostNames, HostSet, Network, NetworkKind};
use crate::read::{At, did_you_mean};
use crate::spec::NicSpec;
use crate::{Name, text};
use fmc_config::maps::IndexMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Says for each host which machine it runs on: the one that was written, else the only hypervisor
/// that is in all of its networks.
pub(crate) fn place(
    expanded: &mut Expanded,
    ids: &IndexMap<Name, HostId>,
    hypervisors: &HostSet,
    networks: &IndexMap<Name, Network>,
    context: &mut Context<'_>,
) {
    let machines: Vec<HostId> = hypervisors.iter().collect();
    let mut complained = vec![false; expanded.entries.len()];
    for index in 0..expanded.hosts.len() {
        let entry_index = expanded.entry_of[index];
        let entry = &expanded.entries[entry_index];
        let host = &expanded.hosts[index];
        let first_time = !std::mem::replace(&mut complained[entry_index], true);
        let machine = if let Some(written) = &entry.runs_on {
            named_machine(written, ids, hypervisors, first_time, &expanded.hosts, context)
        } else if host.managed || hypervisors.contains(host.id) {
            None
        } else {
            let fits =
                |it: &&HostId| in_all_networks(&expanded.hosts[it.0 as usize], host, networks);
            let fitting: Vec<HostId> = machines.iter().filter(fits).copied().collect();
            if fitting.len() > 1 && first_time {
                let list: Vec<&str> =
                    fitting.iter().map(|it| expanded.hosts[it.0 as usize].name.as_str()).collect();
                let (name, list) = (&host.name, list.join(", "));
                context.report(
                    AMBIGUOUS_HYPERVISOR
                        .at(
                            host.origin.place,
                            text!(
                                "`{name}` could run on any of: {list}",
                                "`{name}` podría ejecutarse en cualquiera de: {list}"
                            ),
                        )
                        .hint(text!("write `runs_on:`", "escriba `runs_on:`")),
                );
            }
            fitting.first().copied()
        };
        if let Some(machine) = machine {
            let name = expanded.hosts[machine.0 as usize].name.clone();
            let host = &mut expanded.hosts[index];
            host.runs_on = Some(name);
            for nic in &mut host.nics {
                let tunnel =
                    networks.get(&nic.network).is_some_and(|it| it.kind == NetworkKind::Wireguard);
                if nic.mac.is_none() && !tunnel {
                    nic.mac = Some(super::addresses::mac_of(&host.name, &nic.network));
                }
            }
        }
    }
    break_loops(&mut expanded.hosts, ids, context);
    processors(expanded, ids);
}

/// A guest has the processors of its machine where nothing else was written; machines may be guests
/// themselves.
fn processors(expanded: &mut Expanded, ids: &IndexMap<Name, HostId>) {
    for index in 0..expanded.hosts.len() {
        let mut at = index;
        while expanded.entries[expanded.entry_of[at]].processor.is_none() {
            let machine = expanded.hosts[at].runs_on.as_ref().and_then(|it| ids.get(it));
            let Some(machine) = machine else { break };
            at = machine.0 as usize;
        }
        expanded.hosts[index].processor = expanded.hosts[at].processor;
    }
}

fn named_machine(
    written: &At<Name>,
    ids: &IndexMap<Name, HostId>,
    hypervisors: &HostSet,
    first_time: bool,
    hosts: &[Host],
    context: &mut Context<'_>,
) -> Option<HostId> {
    if written.as_str() == "none" {
        return None;
    }
    let found = ids.get(written.as_str()).copied();
    if let Some(id) = found.filter(|it| hypervisors.contains(*it)) {
        return Some(id);
    }
    if first_time {
        let name = &written.value;
        let known: Vec<&str> =
            hypervisors.iter().map(|it| hosts[it.0 as usize].name.as_str()).collect();
        let diagnostic = if found.is_some() {
            NOT_A_HYPERVISOR.at(
                written.place,
                text!("`{name}` runs no other hosts", "`{name}` no ejecuta otros hosts"),
            )
        } else {
            UNKNOWN_NAME.at(
                written.place,
                text!("there is no host `{name}`", "no hay ningún host `{name}`"),
            )
        };
        context.report(match known.as_slice() {
            [] => {
                diagnostic.hint(text!("give it the role `hypervisor`", "déle el rol `hypervisor`"))
            }
            [only] => diagnostic.mend(
                text!("did you mean `{only}`?", "¿quiso decir `{only}`?"),
                written.place,
                *only,
            ),
            _ => did_you_mean(diagnostic, name.as_str(), written.place, &known),
        });
    }
    None
}

/// Whether a machine can plug a guest in: it has an interface in each network of the guest that is
/// not a tunnel, and the guest has at least one.
fn in_all_networks(machine: &Host, guest: &Host, networks: &IndexMap<Name, Network>) -> bool {
    let is_tunnel =
        |name: &Name| networks.get(name).is_some_and(|it| it.kind == NetworkKind::Wireguard);
    let mut wires = guest.nics.iter().filter(|it| !is_tunnel(&it.network)).peekable();
    wires.peek().is_some() && wires.all(|it| machine.nic(&it.network).is_some())
}

fn break_loops(hosts: &mut [Host], ids: &IndexMap<Name, HostId>, context: &mut Context<'_>) {
    for index in 0..hosts.len() {
        let mut machine = hosts[index].runs_on.clone();
        let mut depth = 0;
        while let Some(name) = machine {
            depth += 1;
            if name == hosts[index].name || depth > 8 {
                let host = &mut hosts[index];
                let name = host.name.clone();
                host.runs_on = None;
                context.report(
                    PLACEMENT_LOOP
                        .at(
                            host.origin.place,
                            text!(
                                "`{name}` would run on itself",
                                "`{name}` se ejecutaría en sí mismo"
                            ),
                        )
                        .hint(text!(
                            "write `runs_on: none` at the outermost machine",
                            "escriba `runs_on: none` en la máquina exterior"
                        )),
                );
                break;
            }
            machine = ids.get(&name).and_then(|it| hosts[it.0 as usize].runs_on.clone());
        }
    }
}

/// Says which host is the gateway of each network, and that each host has one default route at the
/// most.
pub(crate) fn gateways(
    expanded: &mut Expanded,
    declared: &Declared,
    networks: &mut IndexMap<Name, Network>,
    vip_addresses: &[IpAddr],
    context: &mut Context<'_>,
) {
    for (id, (forwarding, _)) in &declared.forwarding {
        expanded.hosts[id.0 as usize].forwards = true;
        if let Some(uplink) = &forwarding.uplink {
            let host = &expanded.hosts[id.0 as usize];
            if host.nic(&uplink.value).is_none() {
                let (name, network) = (&host.name, &uplink.value);
                let known: Vec<&str> = host.nics.iter().map(|it| it.network.as_str()).collect();
                let diagnostic = NO_UPLINK.at(
                    uplink.place,
                    text!(
                        "`{name}` has no interface in `{network}`",
                        "`{name}` no tiene interfaz en `{network}`"
                    ),
                );
                context.report(did_you_mean(diagnostic, network.as_str(), uplink.place, &known));
            }
        }
    }
    let hosts = &expanded.hosts;
    for network in networks.values_mut().filter(|it| it.kind == NetworkKind::Private) {
        let routers: Vec<&Host> = declared
            .forwarding
            .iter()
            .filter(|it| it.1.0.uplink.as_ref().is_none_or(|uplink| uplink.value != network.name))
            .map(|it| &hosts[it.0.0 as usize])
            .filter(|it| it.nic(&network.name).is_some_and(|nic| !nic.addresses.is_empty()))
            .collect();
        if network.gateways.is_empty() {
            if let [first, second, ..] = routers.as_slice() {
                let (name, one, two) = (&network.name, &first.name, &second.name);
                let address = first
                    .nic(&network.name)
                    .and_then(|it| it.addresses.first().map(ipnet::IpNet::addr));
                let address = address.map(|it| it.to_string()).unwrap_or_default();
                context.report(
                    AMBIGUOUS_GATEWAY
                        .at(
                            network.origin.place,
                            text!(
                                "both `{one}` and `{two}` could be the gateway of `{name}`",
                                "tanto `{one}` como `{two}` podrían ser la puerta de enlace de `{name}`"
                            ),
                        )
                        .hint(text!("write `gateway: {address}`", "escriba `gateway: {address}`")),
                );
            }
            if let Some(router) = routers.first() {
                let nic = router.nic(&network.name);
                network.gateways =
                    nic.iter().flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr)).collect();
            }
        }
        let holds = |it: &&&Host| it.addresses().any(|address| network.gateways.contains(&address));
        network.router = routers
            .iter()
            .find(holds)
            .or_else(|| {
                // A gateway may be a virtual address that routers share; the first stands for them.
                routers
                    .first()
                    .filter(|_| vip_addresses.iter().any(|it| network.gateways.contains(it)))
            })
            .map(|it| it.name.clone());
    }
    own_gateways(expanded, networks, context);
}

fn own_gateways(
    expanded: &Expanded,
    networks: &IndexMap<Name, Network>,
    context: &mut Context<'_>,
) {
    for entry in &expanded.entries {
        let mut first: Option<(&At<Name>, &NicSpec)> = None;
        for (name, nic) in &entry.nics {
            let Some(network) = networks.get(name.as_str()) else { continue };
            for gateway in &nic.gateway {
                on_link(gateway, &network.prefixes, &network.name, context);
            }
            if nic.gateway.is_empty() {
                continue;
            }
            let Some((_, other)) = first else {
                first = Some((name, nic));
                continue;
            };
            context.report(
                TWO_DEFAULTS
                    .at(
                        nic.gateway[0].place,
                        text!(
                            "a host has one default route, and this would be a second",
                            "un host tiene una ruta por omisión, y esta sería la segunda"
                        ),
                    )
                    .label(
                        other.gateway[0].place,
                        text!("the first is here", "la primera está aquí"),
                    )
                    .hint(text!("take one of them out", "quite una de ellas")),
            );
        }
    }
}

/// What falls together with each machine.
pub(crate) fn failure_domains(
    hosts: &[Host],
    ids: &IndexMap<Name, HostId>,
    names: &Arc<HostNames>,
) -> Vec<FailureDomain> {
    let mut guests: IndexMap<&Name, HostSet> = IndexMap::default();
    for host in hosts.iter().filter(|it| !it.managed) {
        let mut machine = host;
        // A machine inside a machine falls with the outermost one; loops were broken before.
        while let Some(next) = machine.runs_on.as_ref().and_then(|it| ids.get(it)) {
            machine = &hosts[next.0 as usize];
        }
        guests.entry(&machine.name).or_insert_with(|| HostSet::empty(names)).insert(host.id);
    }
    guests
        .into_iter()
        .map(|(machine, hosts)| FailureDomain { machine: machine.clone(), hosts })
        .collect()
}

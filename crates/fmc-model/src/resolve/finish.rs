//! The last facts: resolvers, rules written by hand, certificates, who stands in for whom.

use super::addresses::Taken;
use super::codes::GATEWAY_TAKEN;
use super::context::Context;
use super::declare::Declared;
use super::directory::{Directory, Found};
use super::expand::Expanded;
use super::flows::{offered, well_known};
use crate::cloud::{
    App, Certificate, End, FirewallRule, Flow, Host, HostNames, HostSet, Network, NetworkKind,
    RedundancyGroup,
};
use crate::role::Redundancy;
use crate::{Name, Ports, ServiceWord, text};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Public resolvers for hosts that cannot ask the cloud's own, where nobody said which: Quad9's and
/// Cloudflare's, of each version of the Internet protocol.
const PUBLIC_RESOLVERS: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(9, 9, 9, 9)),
    IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe)),
    IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111)),
];

/// Those that a host can reach: of version 4 where it has such an address, else of version 6.
fn reachable(host: &Host, resolvers: &[IpAddr]) -> Vec<IpAddr> {
    let v4 = host.addresses().any(|it| it.is_ipv4()) || host.addresses().next().is_none();
    let own: Vec<IpAddr> = resolvers.iter().copied().filter(|it| it.is_ipv4() == v4).collect();
    if own.is_empty() { resolvers.to_vec() } else { own }
}

/// A gateway that is some host's address, though that host forwards nothing (check C01).
pub(crate) fn taken_gateways(
    networks: &IndexMap<Name, Network>,
    taken: &Taken,
    vips: &[IpAddr],
    hosts: &[Host],
    context: &mut Context<'_>,
) {
    for network in networks.values().filter(|it| it.kind == NetworkKind::Private) {
        for gateway in &network.gateways {
            let Some(owner) = taken.owner(*gateway) else { continue };
            let forwards =
                hosts.iter().any(|it| it.forwards && it.addresses().any(|it| it == *gateway));
            if forwards || vips.contains(gateway) {
                continue;
            }
            let (name, en, es) = (&network.name, &owner.who.en, &owner.who.es);
            context.report(
                GATEWAY_TAKEN
                    .at(
                        owner.place,
                        crate::Text {
                            en: format!("{gateway} is the gateway of `{name}`, and {en} forwards nothing").into(),
                            es: format!("{gateway} es la puerta de enlace de `{name}`, y {es} no reenvía nada").into(),
                        },
                    )
                    .label(network.origin.place, text!("the network is here", "la red está aquí"))
                    .hint(text!(
                        "give the host another address, or the role `router`",
                        "dé otra dirección al host, o el rol `router`"
                    )),
            );
        }
    }
}

/// Whom every host asks for names.
pub(crate) fn resolvers(
    hosts: &mut [Host],
    declared: &Declared,
    flows: &[Flow],
    names: &Arc<HostNames>,
) {
    let serving: HostSet = offered(&declared.offers, "dns", None)
        .into_iter()
        .fold(HostSet::empty(names), |all, it| all.union(&it.1));
    let inside: Vec<IpAddr> = serving
        .iter()
        .flat_map(|it| hosts[it.0 as usize].primary_addresses().collect::<Vec<_>>())
        .collect();
    let mut outside: Vec<IpAddr> = Vec::new();
    for resolver in serving.iter().filter_map(|it| declared.resolvers.get(&it)).flatten() {
        if !outside.contains(resolver) {
            outside.push(*resolver);
        }
    }
    let outside = if outside.is_empty() { PUBLIC_RESOLVERS.to_vec() } else { outside };
    let clients: HostSet = flows
        .iter()
        .filter(|it| it.service == "dns")
        .filter_map(|it| match (&it.from, &it.to) {
            (End::Hosts(from), End::Hosts(_)) => Some(from),
            _ => None,
        })
        .fold(HostSet::empty(names), |all, it| all.union(it));
    for host in hosts.iter_mut().filter(|it| !it.managed && it.resolvers.is_empty()) {
        host.resolvers = match declared.resolvers.get(&host.id) {
            Some(own) => own.clone(),
            None if clients.contains(host.id) => inside.clone(),
            None => reachable(host, &outside),
        };
    }
}

/// Firewall rules written by hand.
pub(crate) fn firewall(
    expanded: &mut Expanded,
    directory: &Directory,
    apps: &IndexMap<Name, App>,
    declared: &Declared,
    context: &mut Context<'_>,
) {
    let mut rules: Vec<Vec<FirewallRule>> = Vec::with_capacity(expanded.entries.len());
    for entry in &expanded.entries {
        let own = entry.firewall.iter().map(|rule| {
            let found = rule.from.iter().filter_map(|it| directory.find(it, context));
            let ends = found.map(|it| whole(&it, apps, &directory.names)).collect();
            let ports: Vec<Ports> = rule
                .r#for
                .iter()
                .flat_map(|it| match &it.value {
                    ServiceWord::Ports(ports) => vec![*ports],
                    ServiceWord::Named(name) => {
                        let offered = offered(&declared.offers, name, None);
                        let known = offered
                            .first()
                            .map(|it| it.0.ports.clone())
                            .or_else(|| well_known(name));
                        if known.is_none() {
                            unknown_service(name, it.place, declared, context);
                        }
                        known.unwrap_or_default()
                    }
                })
                .collect();
            FirewallRule {
                verdict: rule.verdict.value,
                from: rule.from.iter().map(|it| it.value.to_string()).collect(),
                ends,
                ports,
                reason: rule.reason.as_ref().map(|it| it.value.clone()),
                origin: context.origin(rule.place),
            }
        });
        rules.push(own.collect());
    }
    for (index, host) in expanded.hosts.iter_mut().enumerate() {
        host.firewall.clone_from(&rules[expanded.entry_of[index]]);
    }
    // Told once for all hosts of an entry, under the name of the first.
    let mut told = vec![false; expanded.entries.len()];
    for (host, entry_index) in expanded.hosts.iter().zip(&expanded.entry_of) {
        if std::mem::replace(&mut told[*entry_index], true) {
            continue;
        }
        let (name, entry) = (&host.name, &expanded.entries[*entry_index]);
        for (key, value) in &entry.sysctls {
            by_hand(format!("sysctl {} of {name}", key.value), &value.value, key.place, context);
        }
        for rule in &entry.firewall {
            by_hand(format!("firewall of {name}"), rule.verdict.value.word(), rule.place, context);
        }
        for (path, file) in &entry.files {
            let bytes = file.text.value.len();
            by_hand(
                format!("file {} of {name}", path.value.as_str()),
                &format!("{bytes} bytes"),
                path.place,
                context,
            );
        }
    }
}

/// What was found, as an end of traffic; an app is met at the hosts that serve it.
fn whole(found: &Found, apps: &IndexMap<Name, App>, names: &Arc<HostNames>) -> End {
    match found {
        Found::Hosts(hosts) | Found::Role(_, hosts) => End::Hosts(hosts.clone()),
        Found::Vip(name) => End::Vip(name.clone()),
        Found::Network(name) => End::Network(name.clone()),
        Found::Outside(name) => End::Outside(name.clone()),
        Found::App(name) => {
            End::Hosts(apps.get(name).map_or_else(|| HostSet::empty(names), |it| it.hosts.clone()))
        }
    }
}

fn by_hand(of: String, written: &str, place: Place, context: &mut Context<'_>) {
    let origin = context.origin(place);
    context.overrides.push(crate::cloud::Override {
        of,
        derived: "—".to_owned(),
        written: written.to_owned(),
        origin,
    });
}

fn unknown_service(name: &str, place: Place, declared: &Declared, context: &mut Context<'_>) {
    let known: Vec<&str> = declared.offers.iter().map(|it| it.service.as_str()).collect();
    let diagnostic = super::codes::NOT_OFFERED
        .at(place, text!("no host offers `{name}`", "ningún host ofrece `{name}`"));
    context.report(crate::read::did_you_mean(diagnostic, name, place, &known));
}

/// `after:` of hosts.
pub(crate) fn written_order(
    expanded: &Expanded,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Vec<(HostSet, HostSet, Place)> {
    let mut all = Vec::new();
    for (index, entry) in expanded.entries.iter().enumerate().filter(|it| !it.1.after.is_empty()) {
        let own = expanded.hosts.iter().enumerate().filter(|it| expanded.entry_of[it.0] == index);
        let who = HostSet::of(&directory.names, own.map(|it| it.1.id));
        for selector in &entry.after {
            if let Some(whom) = directory.find_hosts(selector, context) {
                all.push((who.clone(), whom, selector.place));
            }
        }
    }
    all
}

/// Certificates to be issued.
pub(crate) fn certificates(hosts: &[Host], declared: &Declared) -> Vec<Certificate> {
    declared
        .certificates
        .iter()
        .map(|(id, request, origin)| {
            let host = &hosts[id.0 as usize];
            Certificate {
                name: format!("{}/{}", host.name, request.name),
                authority: request.authority,
                host: host.name.clone(),
                common_name: request.common_name.clone(),
                organization: request.organization,
                names: request.names.clone(),
                addresses: request.addresses.clone(),
                usage: request.usage,
                why: request.why.clone(),
                origin: origin.clone(),
            }
        })
        .collect()
}

/// Who stands in for whom, and how many may be lost.
pub(crate) fn redundancy(
    hosts: &[Host],
    directory: &Directory,
    declared: &Declared,
) -> Vec<RedundancyGroup> {
    directory
        .by_role
        .iter()
        .filter_map(|(role, set)| {
            let kind = *declared.redundancy.get(role)?;
            let count = set.len();
            let survives = match kind {
                Redundancy::Single => 0,
                Redundancy::AnyOf | Redundancy::Failover => count - 1,
                Redundancy::Quorum => (count - 1) / 2,
                Redundancy::Replicas(copies) => usize::from(copies).min(count).saturating_sub(1),
            };
            let machines: BTreeSet<&Name> = set
                .iter()
                .map(|it| {
                    let host = &hosts[it.0 as usize];
                    host.runs_on.as_ref().unwrap_or(&host.name)
                })
                .collect();
            Some(RedundancyGroup {
                role,
                kind,
                hosts: set.clone(),
                takeovers: declared.takeovers.get(role).cloned().unwrap_or_default(),
                survives,
                machines: machines.len(),
            })
        })
        .collect()
}

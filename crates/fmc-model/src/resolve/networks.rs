//! Networks: their prefixes, that none overlaps another, and people in them.

use super::addresses::{self, Taken};
use super::codes::{BAD_PREFIX, GATEWAY_OFF_LINK, OVERLAP, PUBLIC_SPACE, UNKNOWN_NETWORK};
use super::context::Context;
use crate::cloud::{Network, NetworkKind, Outside, Person};
use crate::read::{At, codes, did_you_mean};
use crate::spec::{CloudSpec, NetworkSpec};
use crate::{Name, Prefix, Text, text};
use fmc_config::Place;
use indexmap::IndexMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// All networks; which host is the gateway is not known yet.
pub(crate) fn networks(spec: &CloudSpec, context: &mut Context<'_>) -> IndexMap<Name, Network> {
    let mut networks: IndexMap<Name, Network> = IndexMap::new();
    let mut prefixes: Vec<(IpNet, String, Place)> = Vec::new();
    for (name, written) in &spec.networks {
        context.added(
            || text!("network {name}", "red {name}", name = name.value),
            written.added.as_ref(),
        );
        let network = one(name, written, context);
        for prefix in &written.cidr {
            overlap(prefix, name.as_str(), &prefixes, context);
            prefixes.push((prefix.value.0, name.to_string(), prefix.place));
        }
        networks.insert(name.value.clone(), network);
    }
    // Pods and services have addresses too, and nobody thinks of them.
    if let Some(kubernetes_spec) = &spec.kubernetes {
        for (what, list) in [
            ("kubernetes.pods", &kubernetes_spec.pods),
            ("kubernetes.services", &kubernetes_spec.services),
        ] {
            for prefix in list {
                overlap(prefix, what, &prefixes, context);
                prefixes.push((prefix.value.0, what.to_owned(), prefix.place));
            }
        }
    }
    networks
}

fn one(name: &At<Name>, written: &NetworkSpec, context: &mut Context<'_>) -> Network {
    let kind = written.kind.as_ref().map_or(NetworkKind::Private, |it| it.value);
    if written.cidr.is_empty() && kind != NetworkKind::Public {
        context.report(
            codes::MISSING_KEY
                .at(
                    name.place,
                    text!(
                        "network `{name}` needs a `cidr`",
                        "a la red `{name}` le falta `cidr`",
                        name = name.value
                    ),
                )
                .hint(text!("add `cidr: 10.17.3.0/24`", "añada `cidr: 10.17.3.0/24`")),
        );
    }
    for (index, prefix) in written.cidr.iter().enumerate() {
        if kind != NetworkKind::Public {
            private(prefix, name, context);
        }
        let again =
            |it: &At<Prefix>| it.value.0.addr().is_ipv4() == prefix.value.0.addr().is_ipv4();
        if written.cidr.iter().take(index).any(again) {
            context.report(
                BAD_PREFIX
                    .at(
                        prefix.place,
                        text!(
                            "`{name}` has two prefixes of the same version of the Internet protocol",
                            "`{name}` tiene dos prefijos de la misma versión del protocolo de Internet",
                            name = name.value
                        ),
                    )
                    .hint(text!("make it two networks", "haga de ella dos redes")),
            );
        }
    }
    let prefixes: Vec<IpNet> = written.cidr.iter().map(|it| it.value.0).collect();
    let mut gateways = Vec::new();
    for gateway in &written.gateway {
        if on_link(gateway, &prefixes, &name.value, context) {
            gateways.push(gateway.value);
        }
    }
    let usual = if kind == NetworkKind::Wireguard { 1420 } else { 1500 };
    Network {
        name: name.value.clone(),
        label: written.label.as_ref().map_or_else(|| name.to_string(), |it| it.value.clone()),
        note: written.note.as_ref().map(|it| it.value.clone()),
        kind,
        prefixes,
        gateways,
        router: None,
        mtu: context.choose(|| format!("mtu of {}", name.value), usual, written.mtu.as_ref()),
        dhcp: written.dhcp.as_ref().and_then(|it| pool(it, context)),
        origin: context.origin(name.place),
    }
}

/// Whether a gateway can be reached without a gateway (check C02).
pub(crate) fn on_link(
    gateway: &At<IpAddr>,
    prefixes: &[IpNet],
    network: &Name,
    context: &mut Context<'_>,
) -> bool {
    if prefixes.is_empty() || prefixes.iter().any(|it| it.contains(&gateway.value)) {
        return true;
    }
    let address = gateway.value;
    let list: Vec<String> = prefixes.iter().map(IpNet::to_string).collect();
    let list = list.join(", ");
    let diagnostic = GATEWAY_OFF_LINK.at(
        gateway.place,
        text!(
            "the gateway {address} lies outside of `{network}` ({list})",
            "la puerta de enlace {address} está fuera de `{network}` ({list})"
        ),
    );
    let same = prefixes.iter().find(|it| it.addr().is_ipv4() == address.is_ipv4());
    context.report(match same.and_then(|it| addresses::nth(it, 1)) {
        Some(first) => diagnostic.mend(
            text!(
                "the first address of the network is {first}",
                "la primera dirección de la red es {first}"
            ),
            gateway.place,
            first.to_string(),
        ),
        None => diagnostic
            .hint(text!("write an address of the network", "escriba una dirección de la red")),
    });
    false
}

/// Whether private use is what a prefix is for (RFC 1918, 4193, 6598, 5737, 3849).
fn private(prefix: &At<Prefix>, name: &At<Name>, context: &mut Context<'_>) {
    const PRIVATE: [&str; 9] = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "fc00::/7",
        "2001:db8::/32",
    ];
    let net = prefix.value.0;
    let inside = |it: &&str| it.parse::<IpNet>().is_ok_and(|it| it.contains(&net));
    if PRIVATE.iter().any(|it| inside(&it)) {
        return;
    }
    let diagnostic = PUBLIC_SPACE.at(
        prefix.place,
        text!(
            "{net} of `{name}` belongs to somebody on the Internet",
            "{net} de `{name}` es de alguien en Internet",
            name = name.value
        ),
    );
    // 192.198 for 192.168 and 17.10 for 10.17 are what tired hands write.
    let written = net.to_string();
    let near = ["192.168.", "10.", "172.16."].iter().find_map(|start| {
        let parts: Vec<&str> = written.splitn(4, '.').collect();
        let meant = match (*start, parts.as_slice()) {
            ("192.168.", ["192", _, third, rest]) => format!("192.168.{third}.{rest}"),
            _ => return None,
        };
        meant.parse::<IpNet>().is_ok().then_some(meant)
    });
    context.report(match near {
        Some(near) => diagnostic.mend(
            text!("did you mean {near}?", "¿quiso decir {near}?"),
            prefix.place,
            near,
        ),
        None => diagnostic.hint(text!(
            "use private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fd00::/8), or write `kind: public`",
            "use direcciones privadas (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fd00::/8), o escriba `kind: public`"
        )),
    });
}

pub(crate) fn touch(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

fn overlap(
    prefix: &At<Prefix>,
    name: &str,
    others: &[(IpNet, String, Place)],
    context: &mut Context<'_>,
) {
    let net = prefix.value.0;
    for (other, whose, place) in others.iter().filter(|it| touch(&it.0, &net)) {
        context.report(
            OVERLAP
                .at(
                    prefix.place,
                    text!(
                        "{net} of `{name}` overlaps {other} of `{whose}`",
                        "{net} de `{name}` se solapa con {other} de `{whose}`"
                    ),
                )
                .label(*place, text!("the other is here", "la otra está aquí"))
                .hint(text!(
                    "give one of them other addresses",
                    "dé otras direcciones a una de ellas"
                )),
        );
    }
}

/// `192.168.0.100-192.168.0.254`.
fn pool(written: &At<String>, context: &mut Context<'_>) -> Option<(IpAddr, IpAddr)> {
    let bounds = written.split_once('-').and_then(|(first, last)| {
        let first: IpAddr = first.trim().parse().ok()?;
        let last: IpAddr = last.trim().parse().ok()?;
        (first <= last && first.is_ipv4() == last.is_ipv4()).then_some((first, last))
    });
    if bounds.is_none() {
        context.report(
            codes::BAD_VALUE
                .at(
                    written.place,
                    text!(
                        "`{range}` is not a range of addresses",
                        "`{range}` no es un rango de direcciones",
                        range = written.value
                    ),
                )
                .hint(text!(
                    "write `192.168.0.100-192.168.0.254`",
                    "escriba `192.168.0.100-192.168.0.254`"
                )),
        );
    }
    bounds
}

/// People and machines outside, with their addresses.
pub(crate) fn outside(
    spec: &CloudSpec,
    networks: &IndexMap<Name, Network>,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> IndexMap<Name, Outside> {
    let mut all = IndexMap::new();
    for (name, written) in &spec.outside {
        context.added(
            || text!("{name} outside", "{name} fuera", name = name.value),
            written.added.as_ref(),
        );
        let mut own: Vec<&Network> = Vec::new();
        for nic in &written.nics {
            if let Some(network) = networks.get(nic.as_str()) {
                own.push(network);
                continue;
            }
            let diagnostic = UNKNOWN_NETWORK.at(
                nic.place,
                text!(
                    "there is no network `{name}`",
                    "no hay ninguna red `{name}`",
                    name = nic.value
                ),
            );
            let known: Vec<&str> = networks.keys().map(Name::as_str).collect();
            context.report(did_you_mean(diagnostic, nic.as_str(), nic.place, &known));
        }
        let mut people: Vec<Person> = Vec::new();
        for person in &written.people {
            let who = person.name.value.to_string();
            context.added(|| text!("person {who}", "persona {who}"), person.added.as_ref());
            if people.iter().any(|it| it.name == person.name.value) {
                context.report(
                    codes::TWICE
                        .at(
                            person.name.place,
                            text!(
                                "there are two people called `{who}`",
                                "hay dos personas llamadas `{who}`"
                            ),
                        )
                        .hint(text!(
                            "give one of them another name",
                            "dé otro nombre a una de ellas"
                        )),
                );
            }
            let mut addresses = Vec::new();
            for word in &person.address {
                let Some(network) = own.first() else { continue };
                for address in
                    addresses::of_word(word, 0, network, &text!("{who}", "{who}"), context)
                {
                    let owner = Text {
                        en: format!("{who} of {}", name.value).into(),
                        es: format!("{who} de {}", name.value).into(),
                    };
                    taken.take(address.addr(), owner, word.place, context);
                    addresses.push(address);
                }
            }
            people.push(Person {
                name: person.name.value.clone(),
                addresses,
                ssh_keys: person.ssh_key.iter().map(|it| it.value.clone()).collect(),
                origin: context.origin(person.name.place),
            });
        }
        let word = |it: &Option<At<String>>| it.as_ref().map(|it| it.value.clone());
        let outside = Outside {
            name: name.value.clone(),
            label: word(&written.label).unwrap_or_else(|| name.to_string()),
            note: word(&written.note),
            icon: word(&written.icon).unwrap_or_else(|| "users".to_owned()),
            networks: own.iter().map(|it| it.name.clone()).collect(),
            people,
            origin: context.origin(name.place),
        };
        all.insert(name.value.clone(), outside);
    }
    all
}

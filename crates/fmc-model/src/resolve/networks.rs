//! Networks: their prefixes, and that none overlaps another.

use super::addresses;
use super::basics::{USUAL_PODS, USUAL_SERVICES};
use super::codes::{
    ADDRESS_OUTSIDE, ADDRESS_RESERVED, BAD_PREFIX, GATEWAY_OFF_LINK, OVERLAP, PUBLIC_SPACE,
};
use super::context::Context;
use crate::cloud::{Network, NetworkKind};
use crate::read::{At, OneOrMany, codes};
use crate::spec::{CloudSpec, KubernetesSpec, NetworkSpec};
use crate::{Name, Prefix, text};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// All networks; which host is the gateway is not known yet.
pub(crate) fn networks(spec: &CloudSpec, context: &mut Context<'_>) -> IndexMap<Name, Network> {
    let mut networks: IndexMap<Name, Network> = IndexMap::default();
    let mut prefixes: Vec<Claim> = Vec::new();
    for (name, written) in &spec.networks {
        context.added(
            || text!("network {name}", "red {name}", name = name.value),
            written.added.as_ref(),
        );
        let network = one(name, written, spec, context);
        for prefix in &written.cidr {
            claim(prefix, name.as_str(), &mut prefixes, context);
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
                claim(prefix, what, &mut prefixes, context);
            }
        }
        let KubernetesSpec { pods, services, .. } = kubernetes_spec;
        usual("pods", pods, USUAL_PODS, services, context);
        usual("services", services, USUAL_SERVICES, pods, context);
    }
    networks
}

/// Where one of the two is left out, its usual addresses are in use, and the other may not touch
/// them.
fn usual(
    what: &str,
    left_out: &OneOrMany<At<Prefix>>,
    usual: &str,
    others: &OneOrMany<At<Prefix>>,
    context: &mut Context<'_>,
) {
    let touches =
        |it: &&At<Prefix>| usual.parse().is_ok_and(|usual: IpNet| touch(&usual, &it.value.0));
    for other in others.iter().filter(|_| left_out.is_empty()).filter(touches) {
        let net = other.value.0;
        context.report(
            OVERLAP
                .at(
                    other.place,
                    text!(
                        "{net} overlaps {usual}, the usual addresses of Kubernetes' {what}",
                        "{net} se solapa con {usual}, las direcciones habituales de {what} de Kubernetes"
                    ),
                )
                .hint(text!(
                    "choose others, or write `{what}:` too",
                    "elija otras, o escriba también `{what}:`"
                )),
        );
    }
}

fn one(
    name: &At<Name>,
    written: &NetworkSpec,
    spec: &CloudSpec,
    context: &mut Context<'_>,
) -> Network {
    let kind = written.kind.as_ref().map_or(NetworkKind::Private, |it| it.value);
    let unread = written.unread.has("cidr") || written.unread.has("kind");
    if written.cidr.is_empty() && kind != NetworkKind::Public && !unread {
        let example = unused(spec);
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
                .hint(text!(
                    "add `cidr:`, as in `cidr: {example}`",
                    "añada `cidr:`, como en `cidr: {example}`"
                )),
        );
    }
    let mut prefixes: Vec<IpNet> = Vec::new();
    for (index, prefix) in written.cidr.iter().enumerate() {
        let meant = if kind == NetworkKind::Public { None } else { private(prefix, name, context) };
        prefixes.push(meant.unwrap_or(prefix.value.0));
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
    let mut gateways = Vec::new();
    for gateway in &written.gateway {
        if on_link(gateway, &prefixes, &name.value, context) {
            gateways.push(gateway.value);
        }
    }
    let usual = if kind == NetworkKind::Wireguard { 1420 } else { 1500 };
    let dhcp = written.dhcp.as_ref().and_then(|it| pool(it, &prefixes, context));
    Network {
        name: name.value.clone(),
        label: written.label.as_ref().map_or_else(|| name.to_string(), |it| it.value.clone()),
        note: written.note.as_ref().map(|it| it.value.clone()),
        kind,
        prefixes,
        gateways,
        router: None,
        mtu: context.choose(|| format!("mtu of {}", name.value), usual, written.mtu.as_ref()),
        dhcp,
        ends: Vec::new(),
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
    let address = gateway.value;
    let around = prefixes.iter().find(|it| it.contains(&address));
    if let Some(prefix) = around.filter(|it| addresses::is_reserved(address, it)) {
        let diagnostic = ADDRESS_RESERVED.at(
            gateway.place,
            text!(
                "the gateway {address} is no address of a host in {prefix}",
                "la puerta de enlace {address} no es dirección de ningún host en {prefix}"
            ),
        );
        let first = addresses::nth(prefix, 1).unwrap_or(address);
        context.report(diagnostic.mend(
            text!(
                "the first address of the network is {first}",
                "la primera dirección de la red es {first}"
            ),
            gateway.place,
            first.to_string(),
        ));
        return false;
    }
    if prefixes.is_empty() || around.is_some() {
        return true;
    }
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

/// A network that no other one touches, for advice.
fn unused(spec: &CloudSpec) -> String {
    let taken: Vec<IpNet> =
        spec.networks.values().flat_map(|it| it.cidr.iter().map(|it| it.value.0)).collect();
    let all = (0..=u8::MAX).map(|it| format!("10.17.{it}.0/24"));
    let free = |it: &String| {
        it.parse::<IpNet>().is_ok_and(|it| !taken.iter().any(|other| touch(other, &it)))
    };
    all.into_iter().find(free).unwrap_or_else(|| "10.18.0.0/24".to_owned())
}

/// Whether private use is what a prefix is for (RFC 1918, 4193, 6598, 5737, 3849); returns the one
/// that was meant where that can be told.
fn private(prefix: &At<Prefix>, name: &At<Name>, context: &mut Context<'_>) -> Option<IpNet> {
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
    if PRIVATE.iter().any(inside) {
        return None;
    }
    let diagnostic = PUBLIC_SPACE.at(
        prefix.place,
        text!(
            "{net} of `{name}` belongs to somebody on the Internet",
            "{net} de `{name}` es de alguien en Internet",
            name = name.value
        ),
    );
    // 192.198 for 192.168 is what tired hands write.
    let near: Option<IpNet> = match net.to_string().splitn(3, '.').collect::<Vec<_>>().as_slice() {
        ["192", _, rest] => format!("192.168.{rest}").parse().ok(),
        _ => None,
    };
    context.report(match near {
        Some(near) => diagnostic.mend(
            text!("did you mean {near}?", "¿quiso decir {near}?"),
            prefix.place,
            near.to_string(),
        ),
        None => diagnostic.hint(text!(
            "use private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fd00::/8), or write `kind: public`",
            "use direcciones privadas (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fd00::/8), o escriba `kind: public`"
        )),
    });
    near
}

pub(crate) fn touch(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// A prefix that somebody uses.
struct Claim {
    net: IpNet,
    whose: String,
    place: Place,
    /// Whether it was found to overlap one before it: those behind it are not to blame.
    blamed: bool,
}

/// Puts a prefix in use, and tells of those that it overlaps.
fn claim(prefix: &At<Prefix>, name: &str, others: &mut Vec<Claim>, context: &mut Context<'_>) {
    let (net, place) = (prefix.value.0, prefix.place);
    let touched: Vec<&Claim> =
        others.iter().filter(|it| !it.blamed && touch(&it.net, &net)).collect();
    let blamed = !touched.is_empty();
    if let Some(Claim { net: other, whose, .. }) = touched.first() {
        let mut diagnostic = OVERLAP.at(
            place,
            text!(
                "{net} of `{name}` overlaps {other} of `{whose}`",
                "{net} de `{name}` se solapa con {other} de `{whose}`"
            ),
        );
        for Claim { whose, place, .. } in &touched {
            diagnostic =
                diagnostic.label(*place, text!("`{whose}` is here", "`{whose}` está aquí"));
        }
        context.report(diagnostic.hint(text!(
            "give one of them other addresses",
            "dé otras direcciones a una de ellas"
        )));
    }
    others.push(Claim { net, whose: name.to_owned(), place, blamed });
}

/// `192.168.0.100-192.168.0.254`.
fn pool(
    written: &At<String>,
    prefixes: &[IpNet],
    context: &mut Context<'_>,
) -> Option<(IpAddr, IpAddr)> {
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
    let inside = |(first, last): &(IpAddr, IpAddr)| {
        prefixes.is_empty() || prefixes.iter().any(|it| it.contains(first) && it.contains(last))
    };
    if bounds.is_some_and(|it| !inside(&it)) {
        let list: Vec<String> = prefixes.iter().map(IpNet::to_string).collect();
        let (range, list) = (&written.value, list.join(", "));
        context.report(
            ADDRESS_OUTSIDE
                .at(
                    written.place,
                    text!(
                        "`{range}` lies outside of the network ({list})",
                        "`{range}` está fuera de la red ({list})"
                    ),
                )
                .hint(text!(
                    "write the first and the last address that are handed out in it",
                    "escriba la primera y la última dirección que se reparten en ella"
                )),
        );
    }
    bounds
}

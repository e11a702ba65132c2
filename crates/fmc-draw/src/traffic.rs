//! Flows as pictures need them: between cards, cut to the focus, with short labels.

use crate::cards::Cards;
use fmc_model::cloud::{Asker, End, Flow, HostId, NetworkKind};
use fmc_model::{Cloud, Language, Name, Ports, Protocol};

/// One side of a flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side<'a> {
    /// Hosts, or the pods on them, by their cards.
    Cards(Vec<usize>),
    /// A virtual address.
    Vip(&'a Name),
    /// People outside.
    Outside(&'a Name),
    /// Everybody in a network.
    Network(&'a Name),
    /// The Internet, or some names of it.
    Internet(&'a [String]),
}

impl Side<'_> {
    pub(crate) fn cards(&self) -> &[usize] {
        if let Self::Cards(cards) = self { cards } else { &[] }
    }
}

/// A flow between two sides.
#[derive(Clone)]
pub(crate) struct Traffic<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) from: Side<'a>,
    pub(crate) to: Side<'a>,
    /// Whether some hosts are on both sides, before the focus took one of them.
    pub(crate) among: bool,
}

/// All flows; with a focus, those that the host has to do with, and of them the part that is its own.
pub(crate) fn traffic<'a>(
    cloud: &'a Cloud,
    cards: &Cards,
    focus: Option<HostId>,
) -> Vec<Traffic<'a>> {
    let side = |end: &'a End| match end {
        End::Hosts(hosts) | End::Pods(hosts) => Side::Cards(cards.of_hosts(hosts.iter())),
        End::Vip(name) => Side::Vip(name),
        End::Outside(name) => Side::Outside(name),
        End::Network(name) => Side::Network(name),
        End::Internet(names) => Side::Internet(names),
    };
    let mut all = Vec::new();
    for flow in &cloud.flows {
        let (from, to) = (side(&flow.from), side(&flow.to));
        let among = from.cards().iter().any(|card| to.cards().contains(card));
        let Some(host) = focus else {
            all.push(Traffic { flow, from, to, among });
            continue;
        };
        let touches = |end: &End| cloud.hosts_at(end).is_some_and(|hosts| hosts.contains(host));
        let card = cards.of(host);
        let alone = |side: &Side<'a>| match side {
            Side::Cards(_) => Side::Cards(vec![card]),
            other => other.clone(),
        };
        let without = |side: &Side<'a>| match side {
            Side::Cards(all) => Side::Cards(all.iter().copied().filter(|it| *it != card).collect()),
            other => other.clone(),
        };
        let is_empty = |side: &Side<'_>| matches!(side, Side::Cards(cards) if cards.is_empty());
        if touches(&flow.from) {
            let to = without(&to);
            if !is_empty(&to) {
                all.push(Traffic { flow, from: alone(&from), to, among });
            }
        }
        if touches(&flow.to) {
            let from = without(&from);
            if !is_empty(&from) {
                all.push(Traffic { flow, from, to: alone(&to), among });
            }
        }
    }
    all
}

/// Whether a flow is how hosts of one kind keep together: VRRP, a quorum.
pub(crate) fn is_among_peers(flow: &Flow) -> bool {
    flow.from == flow.to
}

/// Whether anything goes, so that there is nothing to tell by a port.
pub(crate) fn is_anything(flow: &Flow) -> bool {
    flow.ports.iter().any(|it| it.protocol == Protocol::Any)
}

/// Whether pods only do what their nodes do too, or ask each node about itself: neither tells more of the whole.
pub(crate) fn is_told_of_nodes(cloud: &Cloud, flow: &Flow) -> bool {
    let End::Pods(nodes) = &flow.from else { return false };
    let is_each = cloud.offers.iter().any(|it| it.each && it.service == flow.service);
    is_each
        || cloud.flows.iter().any(|it| {
            let is_same = it.service == flow.service && it.to == flow.to;
            is_same && matches!(&it.from, End::Hosts(hosts) if nodes.minus(hosts).is_empty())
        })
}

/// Whether people wrote the flow down, or it is what they open.
pub(crate) fn is_access(flow: &Flow) -> bool {
    flow.reasons.iter().any(|it| it.asked_by == Asker::Access)
}

/// The flows on the way that visitors from the Internet take: all that came of the lines of access
/// by which people in a public network may reach something.
pub(crate) fn is_main_path(cloud: &Cloud, flow: &Flow) -> bool {
    let is_public = |name: &Name| {
        let networks = cloud.outside.get(name).map(|it| it.networks.as_slice()).unwrap_or_default();
        networks
            .iter()
            .filter_map(|it| cloud.networks.get(it))
            .any(|it| it.kind == NetworkKind::Public)
    };
    let starts = |it: &&Flow| matches!(&it.from, End::Outside(name) if is_public(name));
    flow.reasons.iter().any(|reason| {
        matches!(reason.asked_by, Asker::Access | Asker::App(_))
            && cloud.flows.iter().filter(starts).any(|start| {
                start
                    .reasons
                    .iter()
                    .any(|it| it.asked_by == reason.asked_by && it.origin == reason.origin)
            })
    })
}

/// What a flow carries, in a word and a number: `DNS 53`.
pub(crate) fn label(cloud: &Cloud, flow: &Flow, language: Language) -> String {
    let name = name(cloud, flow, language);
    let mut numbers: Vec<String> = flow.ports.iter().copied().filter_map(number).collect();
    numbers.sort();
    numbers.dedup();
    match numbers.as_slice() {
        // Three numbers and more say less than the name alone.
        [] | [_, _, _, ..] => name,
        few if name.ends_with(|it: char| it.is_ascii_digit()) && few.len() == 1 => name,
        few => format!("{name} {}", few.join(", ")),
    }
}

fn number(ports: Ports) -> Option<String> {
    match (ports.first, ports.last) {
        (0, 0) => None,
        (first, last) if first == last => Some(first.to_string()),
        (first, last) => Some(format!("{first}-{last}")),
    }
}

/// What people call a service. Protocols have names of their own; a service that has none keeps
/// the word of the file.
fn name(cloud: &Cloud, flow: &Flow, language: Language) -> String {
    let service = flow.service.as_str();
    let app = service.strip_prefix("app-").and_then(|it| cloud.apps.get(it));
    if let Some(app) = app {
        return app.label.clone();
    }
    let known = match service {
        "http" | "https" | "ssh" | "nfs" | "dns" | "vrrp" => return service.to_uppercase(),
        "dns-forward" => "DNS",
        "time" | "time-upstream" => "NTP",
        "postgresql" => "PostgreSQL",
        "wireguard" => "WireGuard",
        "etcd-client" => "etcd",
        "etcd-peer" => "Raft",
        "identity" => "LDAP + Kerberos",
        "acme" => "ACME",
        "cockpit" => "Cockpit",
        "kubelet" => "kubelet",
        "pods" => "pods",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let spoken = match (service, language) {
        ("kubernetes-api", Language::English) => "Kubernetes API",
        ("kubernetes-api", Language::Spanish) => "API de Kubernetes",
        ("updates", Language::English) => "updates",
        ("updates", Language::Spanish) => "actualizaciones",
        ("images", Language::English) => "images",
        ("images", Language::Spanish) => "imágenes",
        (other, _) => other,
    };
    spoken.to_owned()
}

/// What tooltips tell of a flow: its name, and its ports with the reasons and where they were written.
pub(crate) fn detail(flow: &Flow, language: Language) -> (String, String) {
    let ports: Vec<String> = flow.ports.iter().map(ToString::to_string).collect();
    let reasons: Vec<String> =
        flow.reasons.iter().map(|it| format!("{} ({})", it.why.get(language), it.origin)).collect();
    let ends = format!("{} → {}", flow.from, flow.to);
    (flow.id.clone(), format!("{ends}: {}; {}", ports.join(", "), reasons.join("; ")))
}

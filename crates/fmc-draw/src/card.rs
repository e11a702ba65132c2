//! What stands on a card: of hosts, of a virtual address, of people, of a network.

use crate::scope::Scope;
use fmc_diagram::graph::{Line, Node, TextRole};
use fmc_model::cloud::{Host, Network, Nic, Outside, System, Vip};
use ipnet::IpNet;
use std::net::IpAddr;

/// A card shows at most so many addresses of gateways, and so many badges.
const MOST: usize = 4;

fn name(text: impl Into<String>) -> Line {
    Line::new(TextRole::Name, text)
}

fn code(text: impl Into<String>) -> Line {
    Line::new(TextRole::Code, text)
}

fn note(text: impl Into<String>) -> Line {
    Line::new(TextRole::Note, text)
}

/// The card of some hosts.
pub(crate) fn hosts(scope: &Scope<'_>, card: usize) -> Node {
    let first = scope.first(card);
    let count = scope.cards.all[card].len();
    let mut lines = Vec::new();
    if count == 1 {
        if first.managed {
            lines.push(name(&first.label));
        } else if first.label == first.name.as_str() {
            lines.push(name(&first.fqdn));
        } else {
            lines.extend([name(&first.label), code(&first.fqdn)]);
        }
        lines.extend(addresses(scope, first).into_iter().map(code));
    } else {
        lines.push(name(format!("{} ×{count}", range(scope, card))));
        let all =
            |it: usize| scope.hosts(card).nth(it).and_then(|it| it.primary_addresses().next());
        if let (Some(from), Some(to)) = (all(0), all(count - 1)) {
            lines.push(code(format!("{from} – {to}")));
        }
    }
    lines.extend(what(first).into_iter().map(note));
    let mut badges: Vec<String> = Vec::new();
    for role in &first.roles {
        if role.icon != first.icon && !badges.iter().any(|it| it == role.icon) {
            badges.push(role.icon.to_owned());
        }
    }
    badges.truncate(MOST);
    Node {
        id: scope.card_id(card),
        lines,
        icon: icon(first),
        badges,
        tone: scope.card_tone(card),
        details: details(scope, card),
        ..Node::default()
    }
}

/// The card of some hosts with their names and addresses alone.
pub(crate) fn brief(scope: &Scope<'_>, card: usize) -> Node {
    let mut node = hosts(scope, card);
    let first = scope.first(card);
    if scope.cards.all[card].len() == 1 {
        let label = if first.label.is_empty() { first.name.as_str() } else { &first.label };
        let at = first.primary_addresses().map(|it| code(it.to_string()));
        node.lines = std::iter::once(name(label)).chain(at).collect();
    } else {
        node.lines.retain(|it| it.role != TextRole::Note);
    }
    node
}

/// One card for these cards of a box.
pub(crate) fn of_box(scope: &Scope<'_>, group: usize, cards: &[usize]) -> Node {
    let it = &scope.cards.boxes[group];
    let cards: Vec<usize> =
        cards.iter().copied().filter(|it| scope.cards.box_of(*it) == Some(group)).collect();
    let first = cards[0];
    let count: usize = cards.iter().map(|it| scope.cards.all[*it].len()).sum();
    let names: Vec<String> = cards.iter().map(|it| range(scope, *it)).collect();
    Node {
        id: it.id.clone(),
        lines: vec![name(&it.label), note(format!("×{count}"))],
        icon: icon(scope.first(first)),
        tone: scope.common_tone(cards.iter().copied()),
        details: vec![(scope.say("hosts", "hosts").to_owned(), names.join(", "))],
        ..Node::default()
    }
}

fn icon(host: &Host) -> String {
    let system = || host.system.map(|it| it.word().to_owned());
    Some(host.icon.clone()).filter(|it| !it.is_empty()).or_else(system).unwrap_or_default()
}

/// `worker[1-200]`: the names of the hosts of a card.
pub(crate) fn range(scope: &Scope<'_>, card: usize) -> String {
    let names: Vec<&str> = scope.hosts(card).map(|it| it.name.as_str()).collect();
    let (first, last) = (names[0], names[names.len() - 1]);
    let stem = first.trim_end_matches(|it: char| it.is_ascii_digit());
    match last.strip_prefix(stem) {
        Some(end) if names.len() > 1 => format!("{stem}[{}-{end}]", &first[stem.len()..]),
        _ => first.to_owned(),
    }
}

/// The addresses of a host, one in a line, with the name of the network where it is in several.
fn addresses(scope: &Scope<'_>, host: &Host) -> Vec<String> {
    let networks = &scope.cloud.networks;
    let nics: Vec<&Nic> = host.nics.iter().filter(|it| !it.addresses.is_empty()).collect();
    let text = |nic: &Nic| {
        let all: Vec<String> = nic.addresses.iter().map(|it| it.addr().to_string()).collect();
        all.join(" · ")
    };
    if let [only] = nics.as_slice() {
        return only.addresses.iter().map(|it| it.addr().to_string()).collect();
    }
    let mut lines = Vec::new();
    let mut gateways: Vec<String> = Vec::new();
    for (at, nic) in nics.iter().enumerate() {
        let Some(network) = networks.get(&nic.network) else { continue };
        if network.router.as_ref() == Some(&host.name) {
            gateways.push(text(nic));
        } else if host.forwards
            && host.uplink.as_ref() == Some(&network.name)
            && !network.prefixes.is_empty()
        {
            let prefixes: Vec<String> = network.prefixes.iter().map(IpNet::to_string).collect();
            lines.push(format!("{}: {}", network.label, prefixes.join(" · ")));
            lines.push(format!("IP: {}", text(nic)));
        } else if at == 0 && !host.forwards {
            lines.push(text(nic));
        } else {
            lines.push(format!("{}: {}", network.label, text(nic)));
        }
    }
    if gateways.len() > MOST {
        let more = gateways.len() - MOST;
        gateways.truncate(MOST);
        gateways.push(format!("+{more}"));
    }
    if !gateways.is_empty() {
        lines.push(gateways.join(" · "));
    }
    lines
}

/// What a host is, as people write it: `Flatcar / etcd + API`, and what else is to be said.
pub(crate) fn what(host: &Host) -> Vec<String> {
    let system = host.system.map(System::label).unwrap_or_default();
    let roles: Vec<&str> = host.roles.iter().map(|it| it.label).collect();
    let with_system = |rest: &str| match (system.is_empty(), rest.is_empty()) {
        (false, false) => format!("{system} / {rest}"),
        (true, _) => rest.to_owned(),
        (_, true) => system.to_owned(),
    };
    let mut does = roles.clone();
    if host.forwards && host.uplink.is_some() {
        // Whoever passes packets on to a way out translates addresses, and its firewall does that.
        does.extend(["NAT", "nftables"]);
    }
    let derived = if host.managed { String::new() } else { with_system(&does.join(" + ")) };
    let lines = match &host.note {
        // A remark that names the roles in its own words stands for the line made of them.
        Some(note) if names_roles(note, system, &roles) => {
            vec![if note.starts_with(system) { note.clone() } else { with_system(note) }]
        }
        Some(note) => vec![derived, note.clone()],
        None => vec![derived],
    };
    lines.into_iter().filter(|it| !it.is_empty()).collect()
}

fn names_roles(note: &str, system: &str, roles: &[&str]) -> bool {
    let mut parts = note.split(['+', '/']).map(str::trim);
    !system.is_empty()
        && parts.all(|part| {
            let known = |it: &str| it.split(' ').any(|word| word == part) || it == part;
            known(system) || roles.iter().any(|it| known(it))
        })
}

/// What a tooltip tells of hosts.
fn details(scope: &Scope<'_>, card: usize) -> Vec<(String, String)> {
    let host = scope.first(card);
    let mut details = Vec::new();
    let mut tell = |name: &str, value: String| {
        if !value.is_empty() {
            details.push((name.to_owned(), value));
        }
    };
    if scope.cards.all[card].len() > 1 {
        tell(scope.say("hosts", "hosts"), range(scope, card));
    } else {
        tell(scope.say("name", "nombre"), host.fqdn.clone());
        for nic in &host.nics {
            let all: Vec<String> = nic.addresses.iter().map(IpNet::to_string).collect();
            tell(&format!("{} ({})", nic.interface, nic.network), all.join(", "));
        }
    }
    for role in &host.roles {
        let settings: Vec<String> =
            role.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let settings = settings.join(", ");
        let settings = if settings.is_empty() { settings } else { format!(" ({settings})") };
        tell(scope.say("role", "rol"), format!("{}{settings}", role.label));
    }
    tell(scope.say("size", "tamaño"), size(host));
    let machine = host.runs_on.as_ref().map(ToString::to_string).unwrap_or_default();
    tell(scope.say("runs on", "corre en"), machine);
    let pods: Vec<String> = host.pods.iter().map(IpNet::to_string).collect();
    tell(scope.say("pods", "pods"), pods.join(", "));
    let resolvers: Vec<String> = host.resolvers.iter().map(IpAddr::to_string).collect();
    tell(scope.say("resolvers", "resolutores"), resolvers.join(", "));
    tell(scope.say("written at", "escrito en"), host.origin.to_string());
    details
}

/// `2 CPU · 4GiB · 40GB`, as far as it was said.
pub(crate) fn size(host: &Host) -> String {
    let size = host.size;
    let mut parts = Vec::new();
    if size.cpus > 0 {
        parts.push(format!("{} CPU", size.cpus));
    }
    for bytes in [size.memory, size.disk, size.data] {
        if bytes.0 > 0 {
            parts.push(bytes.to_string());
        }
    }
    parts.join(" · ")
}

/// The card of a virtual address.
pub(crate) fn vip(scope: &Scope<'_>, vip: &Vip) -> Node {
    let mut lines = vec![name(if vip.label == vip.name.as_str() {
        format!("VIP {}", vip.label)
    } else {
        vip.label.clone()
    })];
    for word in &vip.names {
        lines.push(code(format!("{word}.{}", scope.cloud.domain)));
    }
    lines.extend(vip.addresses.iter().map(|it| code(it.to_string())));
    lines.extend(vip.note.iter().map(note));
    let network = vip.network.as_ref().and_then(|it| scope.cloud.networks.get(it));
    let mut details = vec![("VRRP".to_owned(), vip.vrid.to_string())];
    for member in &vip.members {
        let word = scope.say("priority", "prioridad");
        let text = format!("{word} {} ({:+})", member.priority, member.weight);
        details.push((member.host.to_string(), text));
    }
    if let Some(slo) = &vip.slo {
        let word = scope.say("may be gone for", "puede faltar");
        details.push((word.to_owned(), slo.to_string()));
    }
    details.push((scope.say("written at", "escrito en").to_owned(), vip.origin.to_string()));
    Node {
        id: format!("vip:{}", vip.name),
        lines,
        icon: "vip".to_owned(),
        tone: network.map(|it| scope.tone(it)).unwrap_or_default(),
        details,
        ..Node::default()
    }
}

/// The card of people outside.
pub(crate) fn outside(scope: &Scope<'_>, outside: &Outside) -> Node {
    let mut lines = vec![name(&outside.label)];
    lines.extend(outside.note.iter().map(note));
    let networks: Vec<String> = outside.networks.iter().map(ToString::to_string).collect();
    let mut details = vec![(scope.say("come from", "vienen de").to_owned(), networks.join(", "))];
    for person in &outside.people {
        let all: Vec<String> = person.addresses.iter().map(|it| it.addr().to_string()).collect();
        details.push((person.name.to_string(), all.join(", ")));
    }
    details.push((scope.say("written at", "escrito en").to_owned(), outside.origin.to_string()));
    Node {
        id: format!("outside:{}", outside.name),
        lines,
        icon: outside.icon.clone(),
        details,
        ..Node::default()
    }
}

/// The card of everybody in a network.
pub(crate) fn network(scope: &Scope<'_>, network: &Network) -> Node {
    let mut lines = vec![name(&network.label)];
    lines.extend(network.prefixes.iter().map(|it| code(it.to_string())));
    Node {
        id: format!("net:{}", network.name),
        lines,
        icon: "network".to_owned(),
        tone: scope.tone(network),
        details: vec![(
            scope.say("written at", "escrito en").to_owned(),
            network.origin.to_string(),
        )],
        ..Node::default()
    }
}

/// The card of the Internet.
pub(crate) fn internet(names: &[String]) -> Node {
    let lines = match names {
        [] => vec![name("Internet")],
        [one] => vec![name(one.as_str())],
        [one, rest @ ..] => vec![name(one.as_str()), note(format!("+{}", rest.len()))],
    };
    let id = if names.is_empty() { String::new() } else { format!(":{}", names.join(",")) };
    Node { id: format!("internet{id}"), lines, icon: "internet".to_owned(), ..Node::default() }
}

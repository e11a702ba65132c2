//! Networks as boxes with who lives in them, and between them the hosts that pass packets on.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::card;
use crate::scope::Scope;
use fmc_diagram::graph::{Cluster, Heads, Line, Node, Stroke, TextRole};
use fmc_model::Words;
use fmc_model::cloud::{Host, Network, NetworkKind, Nic, Route, Via};
use ipnet::IpNet;

/// The card of a router tells so many routes; its tooltip tells all.
const MOST_ROUTES: usize = 6;

pub(crate) const VIEW: View = View {
    name: "network",
    summary: Words(
        "networks, addresses, routers, the ways out and what is translated there",
        "redes, direcciones, routers, las salidas y lo que allí se traduce",
    ),
    title: Words("networks", "redes"),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let mut canvas = Canvas::new(scope);
    canvas.meanings = vec![
        (Stroke::Bold, Words("way out", "salida")),
        (Stroke::Solid, Words("interface", "interfaz")),
        (Stroke::Dashed, Words("not of this cloud", "ajeno a esta nube")),
    ];
    for network in cloud.networks.values() {
        segment(&mut canvas, network);
    }
    let cards: Vec<usize> = (0..canvas.scope.cards.all.len()).collect();
    for card in &cards {
        if canvas.scope.first(*card).forwards {
            let node = router(&canvas.scope, *card);
            canvas.node(node);
        }
    }
    for card in cards {
        interfaces(&mut canvas, card);
    }
    for network in cloud.networks.values() {
        gateway(&mut canvas, network);
    }
    canvas
}

/// Whether a card is drawn inside the box of a network.
fn lives_in(scope: &Scope<'_>, card: usize, network: &Network) -> bool {
    let host = scope.first(card);
    !host.forwards && scope.home(host).is_some_and(|it| it.name == network.name)
}

/// Draws a network with who lives in it.
fn segment(canvas: &mut Canvas<'_>, network: &Network) {
    let cloud = canvas.scope.cloud;
    let mut note: Vec<String> = network.prefixes.iter().map(IpNet::to_string).collect();
    if let Some(router) = &network.router {
        let word = canvas.scope.say("gateway", "puerta de enlace");
        let all: Vec<String> = network.gateways.iter().map(ToString::to_string).collect();
        note.push(format!("{word} {} ({router})", all.join(", ")));
    }
    if network.mtu != 1500 {
        note.push(format!("MTU {}", network.mtu));
    }
    if let Some((first, last)) = network.dhcp {
        note.push(format!("DHCP {first}–{last}"));
    }
    let icon = match network.kind {
        NetworkKind::Public => "internet",
        NetworkKind::Wireguard => "wireguard",
        NetworkKind::Private => "network",
    };
    let cluster = Cluster {
        id: format!("net:{}", network.name),
        label: network.label.clone(),
        note: note.join(" · "),
        icon: icon.to_owned(),
        tone: canvas.scope.tone(network),
        details: vec![(
            canvas.scope.say("written at", "escrito en").to_owned(),
            network.origin.to_string(),
        )],
        ..Cluster::default()
    };
    let cluster = canvas.cluster(cluster);
    for outside in cloud.outside.values().filter(|it| it.networks.first() == Some(&network.name)) {
        let mut node = card::outside(&canvas.scope, outside);
        node.lines.retain(|it| it.role == TextRole::Name);
        for person in &outside.people {
            let all: Vec<String> =
                person.addresses.iter().map(|it| it.addr().to_string()).collect();
            node.lines
                .push(Line::new(TextRole::Code, format!("{} {}", person.name, all.join(" · "))));
        }
        canvas.node(Node { cluster: Some(cluster), ..node });
    }
    for vip in cloud.vips.values().filter(|it| it.network.as_ref() == Some(&network.name)) {
        canvas.vip(vip, Some(cluster), None);
    }
    for card in 0..canvas.scope.cards.all.len() {
        if lives_in(&canvas.scope, card, network) {
            let mut node = card::brief(&canvas.scope, card);
            let pods = &canvas.scope.first(card).pods;
            if !pods.is_empty() && canvas.scope.cards.all[card].len() == 1 {
                let all: Vec<String> = pods.iter().map(IpNet::to_string).collect();
                node.lines.push(Line::new(TextRole::Note, format!("pods {}", all.join(" · "))));
            }
            canvas.node(Node { cluster: Some(cluster), ..node });
        }
    }
}

/// The card of a host that passes packets on, with its routes.
fn router(scope: &Scope<'_>, card: usize) -> Node {
    let mut node = card::brief(scope, card);
    let host = scope.first(card);
    node.lines.retain(|it| it.role == TextRole::Name);
    let routes: Vec<Line> = host.routes.iter().filter(|it| it.from.is_none()).map(route).collect();
    let more = routes.len().saturating_sub(MOST_ROUTES);
    node.lines.extend(routes.into_iter().take(MOST_ROUTES));
    if more > 0 {
        let word = scope.say("routes", "rutas");
        node.lines.push(Line::new(TextRole::Note, format!("+{more} {word}")));
    }
    for route in scope.cloud.routes(host).iter().filter(|it| it.from.is_none()) {
        let way = self::route(route).text;
        let why = format!("{way}; {}", route.because.get(scope.language));
        node.details.push((route.to.to_string(), why));
    }
    node
}

/// A route as one line of a card.
fn route(route: &Route) -> Line {
    let to = match (route.to.prefix_len(), route.to) {
        (0, IpNet::V4(_)) => "0/0".to_owned(),
        (0, IpNet::V6(_)) => "::/0".to_owned(),
        (_, to) => to.to_string(),
    };
    let via = match route.via {
        Via::Gateway(address) => format!("{to} → {address}"),
        Via::Provider => format!("{to} → ISP"),
        Via::Link => format!("{to} → {}", route.interface),
    };
    Line::new(TextRole::Code, via)
}

/// Draws the interfaces of a card: those of routers to every network, those of others to all but the
/// one that they live in.
fn interfaces(canvas: &mut Canvas<'_>, card: usize) {
    let host = canvas.scope.first(card);
    let home = canvas.scope.home(host).map(|it| it.name.clone());
    let own = canvas.of_card(card);
    let public = |nic: &Nic| {
        let network = canvas.scope.cloud.networks.get(&nic.network);
        network.is_some_and(|it| it.kind == NetworkKind::Public)
    };
    let has_public = host.nics.iter().any(public);
    for nic in &host.nics {
        if !host.forwards && Some(&nic.network) == home.as_ref() {
            continue;
        }
        let Some(network) = canvas.scope.cloud.networks.get(&nic.network) else { continue };
        let Some(segment) = canvas.end(&format!("net:{}", nic.network)) else { continue };
        let addresses: Vec<String> = nic.addresses.iter().map(|it| it.addr().to_string()).collect();
        let is_way_out = host.forwards && host.uplink.as_ref() == Some(&nic.network);
        let mut label = addresses.join(" · ");
        if is_way_out {
            label = format!("{label} · NAT");
        }
        let join = Join {
            label,
            style: if is_way_out { Stroke::Bold } else { Stroke::Solid },
            heads: Heads::None,
            tone: canvas.scope.tone(network),
            details: vec![(nic.interface.clone(), nic.origin.to_string())],
            ..Join::default()
        };
        // From the Internet inwards: the way out and the far end of a tunnel lie above.
        let above = match network.kind {
            NetworkKind::Public => true,
            NetworkKind::Wireguard => !has_public,
            NetworkKind::Private => is_way_out,
        };
        if above && host.forwards {
            canvas.join(segment, own, join);
        } else {
            canvas.join(own, segment, join);
        }
    }
}

/// Draws a gateway that is a device and no host of the cloud.
fn gateway(canvas: &mut Canvas<'_>, network: &Network) {
    let is_host = |host: &Host| host.addresses().any(|it| network.gateways.contains(&it));
    if network.gateways.is_empty() || canvas.scope.cloud.hosts.values().any(is_host) {
        return;
    }
    let Some(segment) = canvas.end(&format!("net:{}", network.name)) else { return };
    let mut lines =
        vec![Line::new(TextRole::Name, canvas.scope.say("Gateway", "Puerta de enlace"))];
    lines.extend(network.gateways.iter().map(|it| Line::new(TextRole::Code, it.to_string())));
    let node = Node {
        id: format!("gateway:{}", network.name),
        lines,
        icon: "router".to_owned(),
        tone: canvas.scope.tone(network),
        ..Node::default()
    };
    let gateway = canvas.node(node);
    let join = |style| Join { style, heads: Heads::None, ..Join::default() };
    let public = canvas.scope.cloud.networks.values().find(|it| it.kind == NetworkKind::Public);
    if let Some(internet) = public.and_then(|it| canvas.end(&format!("net:{}", it.name))) {
        canvas.join(internet, gateway, join(Stroke::Dashed));
    }
    canvas.join(gateway, segment, join(Stroke::Dashed));
}

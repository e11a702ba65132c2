//! Zones, what of them the Internet can touch, and what may pass from one to another. Whatever is not
//! drawn is denied.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::card;
use crate::scope::Scope;
use crate::traffic::{self, Side, Traffic};
use fmc_diagram::graph::{Cluster, End, Node, Stroke, TextRole};
use fmc_model::cloud::{Host, Network, NetworkKind, Nic};
use fmc_model::{Name, Words};
use std::collections::BTreeMap;

pub(crate) const VIEW: View = View {
    name: "security",
    summary: Words(
        "zones, what is exposed to the Internet, what may pass between them",
        "zonas, lo que se expone a Internet, lo que puede pasar entre ellas",
    ),
    title: Words("security", "seguridad"),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let mut canvas = Canvas::new(scope);
    canvas.meanings = vec![
        (Stroke::Bold, Words("exposed to the Internet", "expuesto a Internet")),
        (Stroke::Solid, Words("may pass from zone to zone", "puede pasar de zona a zona")),
    ];
    canvas.graph.subtitle = canvas
        .scope
        .say("What is not drawn is denied", "Lo que no está dibujado se deniega")
        .into();
    let exposed = exposed(&canvas.scope);
    for (at, network) in cloud.networks.values().enumerate() {
        zone(&mut canvas, network, at as i32, &exposed);
    }
    let traffic = canvas.scope.traffic.clone();
    for it in &traffic {
        if is_from_internet(&canvas.scope, &it.from) {
            expose(&mut canvas, it);
        } else {
            pass(&mut canvas, it);
        }
    }
    tell_the_way_out(&mut canvas, &traffic);
    canvas
}

/// The zone of a host: that of its first network. Our own machines on the Internet are the edge.
fn zone_of(scope: &Scope<'_>, host: &Host) -> Option<String> {
    let of = |it: &Nic| scope.cloud.networks.get(&it.network);
    let public = host.nics.iter().filter_map(of).find(|it| it.kind == NetworkKind::Public);
    let network = public.or_else(|| scope.home(host))?;
    let is_edge = public.is_some() && !host.managed;
    Some(format!("{}:{}", if is_edge { "edge" } else { "zone" }, network.name))
}

/// Whether a side is the Internet: people in a public network, or a service that somebody runs there.
fn is_from_internet(scope: &Scope<'_>, side: &Side<'_>) -> bool {
    let public = |name| {
        scope.cloud.networks.get(name).is_some_and(|it: &Network| it.kind == NetworkKind::Public)
    };
    match side {
        Side::Internet(_) => true,
        Side::Outside(name) => {
            scope.cloud.outside.get(*name).is_some_and(|it| it.networks.iter().any(public))
        }
        Side::Network(name) => public(*name),
        Side::Cards(cards) => !cards.is_empty() && cards.iter().all(|it| scope.first(*it).managed),
        Side::Vip(_) => false,
    }
}

/// The cards of our machines that the Internet can touch.
fn exposed(scope: &Scope<'_>) -> Vec<usize> {
    let mut cards: Vec<usize> = Vec::new();
    for it in scope.traffic.iter().filter(|it| is_from_internet(scope, &it.from)) {
        cards.extend(it.to.cards().iter().filter(|it| !scope.first(**it).managed));
    }
    cards
}

/// Draws the zone of a network with who is in it, and the edge of a public one.
fn zone(canvas: &mut Canvas<'_>, network: &Network, tier: i32, exposed: &[usize]) {
    let cloud = canvas.scope.cloud;
    let public = network.kind == NetworkKind::Public;
    for (start, label) in [("zone", network.label.as_str()), ("edge", "")] {
        let scope = &canvas.scope;
        let id = format!("{start}:{}", network.name);
        let is_edge = start == "edge";
        let cards: Vec<usize> = (0..scope.cards.all.len())
            .filter(|it| zone_of(scope, scope.first(*it)).as_ref() == Some(&id))
            .collect();
        let mut people: Vec<_> = cloud
            .outside
            .values()
            .filter(|it| it.networks.first() == Some(&network.name))
            .collect();
        if is_edge {
            people.clear();
        }
        if cards.is_empty() && people.is_empty() {
            continue;
        }
        let note = if public && !is_edge {
            ""
        } else if cards.iter().any(|it| exposed.contains(it)) {
            scope.say("exposed to the Internet", "expuesto a Internet")
        } else {
            scope.say("closed to the Internet", "cerrado a Internet")
        };
        let icon = match network.kind {
            NetworkKind::Public if !is_edge => "internet",
            NetworkKind::Wireguard => "wireguard",
            NetworkKind::Public | NetworkKind::Private => "firewall",
        };
        let label = if is_edge { scope.say("Perimeter", "Perímetro") } else { label };
        let cluster = Cluster {
            id,
            label: label.to_owned(),
            note: note.to_owned(),
            icon: icon.to_owned(),
            tone: scope.tone(network),
            tier: Some(2 * tier + i32::from(is_edge)),
            ..Cluster::default()
        };
        let cluster = canvas.cluster(cluster);
        for outside in people {
            let mut node = card::outside(&canvas.scope, outside);
            node.lines.retain(|it| it.role == TextRole::Name);
            canvas.node(Node { cluster: Some(cluster), ..node });
        }
        for card in cards {
            let node = card::brief(&canvas.scope, card);
            canvas.node(Node { cluster: Some(cluster), ..node });
        }
    }
}

/// Draws what the Internet can touch, machine by machine.
fn expose(canvas: &mut Canvas<'_>, it: &Traffic<'_>) {
    let froms = match &it.from {
        Side::Internet(names) => {
            let internet = canvas.scope.cloud.networks.values();
            let public = internet.clone().find(|it| it.kind == NetworkKind::Public);
            let cluster = public.and_then(|it| canvas.end(&format!("zone:{}", it.name)));
            let cluster = if let Some(End::Cluster(at)) = cluster { Some(at) } else { None };
            vec![canvas.node(Node { cluster, ..card::internet(names) })]
        }
        Side::Network(_) => return,
        side => canvas.side(side, &[]),
    };
    let tos: Vec<End> = match &it.to {
        Side::Cards(cards) => cards.iter().map(|card| canvas.of_card(*card)).collect(),
        _ => zones(&canvas.scope, &it.to).iter().filter_map(|it| canvas.end(it)).collect(),
    };
    for from in &froms {
        for to in &tos {
            canvas.flow(*from, *to, it.flow, Join { style: Stroke::Bold, ..Join::default() });
        }
    }
}

/// Draws what may pass from one zone to another; what stays within one is its own matter, and what
/// goes out is told beside the title.
fn pass(canvas: &mut Canvas<'_>, it: &Traffic<'_>) {
    if traffic::is_among_peers(it.flow) {
        return;
    }
    for from in zones(&canvas.scope, &it.from) {
        for to in zones(&canvas.scope, &it.to) {
            if let (Some(from), Some(to)) = (canvas.end(&from), canvas.end(&to)) {
                canvas.flow(from, to, it.flow, Join::default());
            }
        }
    }
}

/// Tells beside the title of each zone what may go out to the Internet.
fn tell_the_way_out(canvas: &mut Canvas<'_>, all: &[Traffic<'_>]) {
    let language = canvas.scope.language;
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for it in all.iter().filter(|it| matches!(it.to, Side::Internet(_))) {
        let label = traffic::label(canvas.scope.cloud, it.flow, language);
        for zone in zones(&canvas.scope, &it.from) {
            let labels = told.entry(zone).or_default();
            if !labels.contains(&label) {
                labels.push(label.clone());
            }
        }
    }
    let word = canvas.scope.say("out", "sale");
    for (zone, labels) in told {
        if let Some(end) = canvas.end(&zone) {
            canvas.remark(end, format!("{word}: {}", labels.join(", ")));
        }
    }
}

/// The ids of the zones that a side touches.
fn zones(scope: &Scope<'_>, side: &Side<'_>) -> Vec<String> {
    let cloud = scope.cloud;
    let zone = |it: &Name| format!("zone:{it}");
    let mut ids: Vec<String> = match side {
        Side::Cards(cards) => {
            cards.iter().filter_map(|it| zone_of(scope, scope.first(*it))).collect()
        }
        Side::Vip(name) => {
            let network = cloud.vips.get(*name).and_then(|it| it.network.as_ref());
            network.map(zone).into_iter().collect()
        }
        Side::Outside(name) => {
            let outside = cloud.outside.get(*name);
            outside.and_then(|it| it.networks.first()).map(zone).into_iter().collect()
        }
        Side::Network(name) => vec![zone(name)],
        Side::Internet(_) => Vec::new(),
    };
    ids.sort();
    ids.dedup();
    ids
}

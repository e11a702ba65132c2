//! Virtual addresses from the left to the right: who asks, who holds the address and who waits for
//! it, and who serves behind.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::card;
use crate::scope::Scope;
use crate::traffic::{self, Side};
use crate::way::behind_vip;
use fmc_diagram::graph::{Cluster, Direction, End, Node, Stroke};
use fmc_model::Words;
use fmc_model::cloud::Vip;

pub(crate) const VIEW: View = View {
    name: "balancing",
    summary: Words(
        "virtual addresses, who holds them, who serves behind them, and the checks",
        "direcciones virtuales, quién las tiene, quién sirve detrás y las comprobaciones",
    ),
    title: Words("balancing", "balanceo"),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let mut canvas = Canvas::new(scope);
    canvas.graph.direction = Direction::Right;
    canvas.meanings = vec![
        (
            Stroke::Bold,
            Words("holds the address, and whom it serves", "tiene la dirección, y a quién sirve"),
        ),
        (Stroke::Dashed, Words("waits for the address", "espera la dirección")),
        (Stroke::Solid, Words("asks", "pregunta")),
    ];
    let vips: Vec<&Vip> = cloud.vips.values().filter(|it| !it.members.is_empty()).collect();
    for vip in &vips {
        canvas.vip(vip, None, Some(1));
        let address = End::Node(canvas.graph.nodes.len() - 1);
        for text in timers(&canvas.scope, vip) {
            canvas.remark(address, text);
        }
    }
    let mut members: Vec<usize> = vips.iter().flat_map(|it| canvas.scope.members(it)).collect();
    members.sort_unstable();
    members.dedup();
    if !members.is_empty() {
        let label = canvas.scope.say("Balancers", "Balanceadores").to_owned();
        let cluster =
            Cluster { id: "balancers".to_owned(), label, tier: Some(2), ..Cluster::default() };
        let cluster = canvas.cluster(cluster);
        for card in &members {
            let node = Node { cluster: Some(cluster), ..card::brief(&canvas.scope, *card) };
            canvas.node(node);
        }
    }
    for vip in &vips {
        hold(&mut canvas, vip);
    }
    let traffic = canvas.scope.traffic.clone();
    for it in &traffic {
        if let Side::Vip(name) = it.to {
            let Some(to) = canvas.end(&format!("vip:{name}")) else { continue };
            let from = askers(&mut canvas, &it.from);
            for from in from {
                canvas.flow(from, to, it.flow, Join::default());
            }
            continue;
        }
        let from_members = it.from.cards().iter().any(|card| members.contains(card));
        let peers = traffic::is_among_peers(it.flow);
        let served =
            !peers && (behind_vip(cloud, it.flow).is_some() || it.flow.service.starts_with("app-"));
        if from_members && served {
            serve(&mut canvas, it, &members);
        }
    }
    canvas
}

/// How fast a failure is seen, in words.
fn timers(scope: &Scope<'_>, vip: &Vip) -> Vec<String> {
    let timers = vip.timers;
    let word = scope.say("check every", "comprobación cada");
    let fails = scope.say("down after failures:", "caída tras fallos:");
    let mut texts = vec![
        format!("VRRP {} · {}", vip.vrid, timers.advert),
        format!("{word} {} · {fails} {}", timers.interval, timers.fall),
    ];
    if let Some(slo) = &vip.slo {
        texts.push(format!("SLO {slo}"));
    }
    texts
}

/// Draws who holds an address and who waits for it, with the priorities that decide it.
fn hold(canvas: &mut Canvas<'_>, vip: &Vip) {
    let Some(from) = canvas.end(&format!("vip:{}", vip.name)) else { return };
    for (at, member) in vip.members.iter().enumerate() {
        let Some(host) = canvas.scope.cloud.hosts.get(&member.host) else { continue };
        let card = canvas.scope.cards.of(host.id);
        let Some(to) = canvas.end(&canvas.scope.card_id(card)) else { continue };
        let join = Join {
            label: format!("{} ({:+})", member.priority, member.weight),
            style: if at == 0 { Stroke::Bold } else { Stroke::Dashed },
            structure: true,
            details: vec![(member.host.to_string(), member.origin.to_string())],
            ..Join::default()
        };
        canvas.join(from, to, join);
    }
}

/// Those who ask a virtual address: people, and boxes as one card each.
fn askers(canvas: &mut Canvas<'_>, side: &Side<'_>) -> Vec<End> {
    let cloud = canvas.scope.cloud;
    let cards = match side {
        Side::Outside(name) => {
            let outside = cloud.outside.get(*name);
            return outside.map(|it| canvas.outside(it, Some(0))).into_iter().collect();
        }
        Side::Network(name) => {
            let network = cloud.networks.get(*name);
            return network.map(|it| canvas.network(it, Some(0))).into_iter().collect();
        }
        Side::Cards(cards) => cards,
        Side::Vip(_) | Side::Internet(_) => return Vec::new(),
    };
    let mut ends = Vec::new();
    for card in cards {
        let group = canvas.scope.cards.box_of(*card);
        let in_box = cards.iter().filter(|it| canvas.scope.cards.box_of(**it) == group).count();
        let node = match group {
            Some(group) if in_box > 1 => card::of_box(&canvas.scope, group, cards),
            _ => card::brief(&canvas.scope, *card),
        };
        // A balancer that asks stands on the left once more, as whoever else does.
        let node = Node { id: format!("asks:{}", node.id), tier: Some(0), ..node };
        let end = canvas.node(node);
        if !ends.contains(&end) {
            ends.push(end);
        }
    }
    ends
}

/// Draws who serves behind the balancers.
fn serve(canvas: &mut Canvas<'_>, it: &traffic::Traffic<'_>, members: &[usize]) {
    let mut tos = Vec::new();
    for card in it.to.cards() {
        let group = canvas.scope.cards.box_of(*card);
        let cluster = group.map(|group| {
            let it = &canvas.scope.cards.boxes[group];
            let id = format!("behind:{}", it.id);
            if let Some(End::Cluster(cluster)) = canvas.end(&id) {
                cluster
            } else {
                let (label, tier) = (it.label.clone(), Some(3));
                canvas.cluster(Cluster { id, label, tier, ..Cluster::default() })
            }
        });
        let node = card::brief(&canvas.scope, *card);
        let node = Node { id: format!("behind:{}", node.id), cluster, tier: Some(3), ..node };
        let end = canvas.node(node);
        let to = cluster.map_or(end, End::Cluster);
        if !tos.contains(&to) {
            tos.push(to);
        }
    }
    let app = it.flow.service.strip_prefix("app-").and_then(|it| canvas.scope.cloud.apps.get(it));
    let language = canvas.scope.language;
    let mut label = traffic::label(canvas.scope.cloud, it.flow, language);
    if let Some(app) = app {
        let word = canvas.scope.say("check", "comprueba");
        label = format!("{label} · {word} {}", app.health);
    }
    // Where all balancers serve alike, one line from their box tells it.
    let all = members.iter().all(|card| it.from.cards().contains(card));
    let froms: Vec<End> = if all && members.len() > 1 {
        canvas.end("balancers").into_iter().collect()
    } else {
        let ids = it.from.cards().iter().map(|card| canvas.scope.card_id(*card));
        ids.filter_map(|it| canvas.end(&it)).collect()
    };
    for from in &froms {
        for to in &tos {
            let join = Join { label: label.clone(), style: Stroke::Bold, ..Join::default() };
            canvas.flow(*from, *to, it.flow, join);
        }
    }
}

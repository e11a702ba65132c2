//! The whole cloud on one sheet: people at the top, what they pass on their way in, then the boxes of
//! the file from the entry to what serves them all. It tells the story and not every flow: lines
//! between the same boxes are one, and what everybody uses is drawn once.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::scope::Scope;
use crate::traffic::{self, Side, Traffic};
use fmc_diagram::graph::{Cluster, End, Heads, Stroke};
use fmc_model::cloud::{Flow, HostId, NetworkKind, Vip};
use fmc_model::{Cloud, Name, Words};
use std::collections::BTreeMap;

pub(crate) const VIEW: View = View {
    name: "global",
    summary: Words(
        "the whole cloud: people, the way in, every box and what joins them",
        "toda la nube: la gente, la entrada, cada caja y lo que las une",
    ),
    title: Words("", ""),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let tiers = Tiers::new(&scope);
    let mut canvas = Canvas::new(scope);
    canvas.meanings = vec![
        (
            Stroke::Bold,
            Words("the way of visitors and of the API", "camino de las visitas y de la API"),
        ),
        (Stroke::Solid, Words("may reach", "puede alcanzar")),
        (Stroke::Dashed, Words("stands by", "en reserva")),
        (Stroke::Dotted, Words("keep together", "se mantienen juntos")),
    ];
    place(&mut canvas, &tiers);
    for vip in cloud.vips.values() {
        hold(&mut canvas, vip);
    }
    let traffic = canvas.scope.traffic.clone();
    // The main path first: what runs along it joins its lines.
    for main in [true, false] {
        for it in &traffic {
            if traffic::is_main_path(cloud, it.flow) == main {
                line(&mut canvas, it, main);
            }
        }
    }
    canvas
}

/// How far from the people each thing stands.
struct Tiers {
    cards: BTreeMap<usize, i32>,
    first_box: i32,
}

impl Tiers {
    /// What is in no box stands by its distance from the people on the main path; what is not on it
    /// stands beside its end.
    fn new(scope: &Scope<'_>) -> Self {
        let mut cards: BTreeMap<usize, i32> = BTreeMap::new();
        let loose = |card: &usize| scope.cards.box_of(*card).is_none();
        let starts = |it: &Traffic<'_>| matches!(it.from, Side::Outside(_));
        let mut main: Vec<&Traffic<'_>> =
            scope.traffic.iter().filter(|it| traffic::is_main_path(scope.cloud, it.flow)).collect();
        if main.is_empty() {
            main = scope.traffic.iter().filter(|it| traffic::is_access(it.flow)).collect();
        }
        let mut ends: Vec<usize> = main
            .iter()
            .filter(|it| starts(it))
            .flat_map(|it| it.to.cards().to_vec())
            .filter(loose)
            .collect();
        let mut tier = 1;
        while !ends.is_empty() && tier < 32 {
            let mut next = Vec::new();
            for card in &ends {
                if cards.contains_key(card) {
                    continue;
                }
                cards.insert(*card, tier);
                for it in main.iter().filter(|it| it.from.cards().contains(card)) {
                    next.extend(it.to.cards().iter().copied().filter(loose));
                    next.extend(hops(scope, *card, &it.to));
                }
            }
            next.retain(|it| !cards.contains_key(it));
            ends = next;
            tier += 1;
        }
        let last = cards.values().copied().max().unwrap_or(1);
        for card in scope.cards.in_box(None) {
            cards.entry(card).or_insert(last);
        }
        Self { cards, first_box: last + 1 }
    }
}

/// Draws everything that has a place: people, what is in no box, the boxes with their hosts and
/// virtual addresses.
fn place(canvas: &mut Canvas<'_>, tiers: &Tiers) {
    let cloud = canvas.scope.cloud;
    for outside in cloud.outside.values() {
        canvas.outside(outside, Some(0));
    }
    let loose: Vec<usize> = canvas.scope.cards.in_box(None).collect();
    for card in loose {
        canvas.card(card, None, tiers.cards.get(&card).copied());
    }
    for at in 0..canvas.scope.cards.boxes.len() {
        let cards: Vec<usize> = canvas.scope.cards.in_box(Some(at)).collect();
        if cards.is_empty() {
            continue;
        }
        let tier = tiers.first_box + at as i32;
        let tone = canvas.scope.common_tone(cards.iter().copied());
        let it = &canvas.scope.cards.boxes[at];
        let cluster = Cluster {
            id: it.id.clone(),
            label: it.label.clone(),
            note: it.note.clone().unwrap_or_default(),
            tone,
            tier: Some(tier),
            details: vec![(
                canvas.scope.say("written at", "escrito en").to_owned(),
                it.origin.clone(),
            )],
            ..Cluster::default()
        };
        let cluster = canvas.cluster(cluster);
        for vip in cloud.vips.values() {
            if home(canvas, vip) == Some(at) {
                canvas.vip(vip, Some(cluster), None);
            }
        }
        for card in cards {
            canvas.card(card, Some(cluster), None);
        }
    }
    for vip in cloud.vips.values().filter(|it| !it.members.is_empty()) {
        canvas.vip(vip, None, Some(tiers.first_box));
    }
}

/// The box in which a virtual address is drawn: that of its holder.
fn home(canvas: &Canvas<'_>, vip: &Vip) -> Option<usize> {
    let holder = canvas.scope.holder(vip)?;
    canvas.scope.cards.box_of(canvas.scope.cards.of(holder))
}

/// Draws who holds a virtual address and who waits for it.
fn hold(canvas: &mut Canvas<'_>, vip: &Vip) {
    let Some(from) = canvas.end(&format!("vip:{}", vip.name)) else { return };
    let members = canvas.scope.members(vip);
    for (at, card) in members.iter().enumerate() {
        let style = if at == 0 { Stroke::Bold } else { Stroke::Dashed };
        let rest: Vec<usize> = if at == 0 { vec![*card] } else { members[1..].to_vec() };
        let vrrp = if at == 0 { "" } else { "VRRP" };
        for to in ends(canvas, &rest, &[]) {
            let details = vec![("VRRP".to_owned(), vip.vrid.to_string())];
            let label = vrrp.to_owned();
            canvas.join(
                from,
                to,
                Join { label, style, structure: true, details, ..Join::default() },
            );
        }
        if at > 0 {
            break;
        }
    }
}

/// Draws a flow, as far as it belongs to the story.
fn line(canvas: &mut Canvas<'_>, it: &Traffic<'_>, main: bool) {
    if !belongs(canvas, it) {
        return;
    }
    if traffic::is_among_peers(it.flow) {
        return peers(canvas, it);
    }
    let cloud = canvas.scope.cloud;
    let behind = behind_vip(cloud, it.flow);
    let style = if main || behind.is_some() { Stroke::Bold } else { Stroke::Solid };
    let mut from = match behind {
        // Who stands by would serve in the same way: one line from the holder tells it.
        Some(holder) if canvas.scope.focus.is_none() => {
            let card = canvas.scope.cards.of(holder);
            vec![canvas.of_card(card)]
        }
        _ => side(canvas, &it.from, it.to.cards()),
    };
    let mut to = side(canvas, &it.to, it.from.cards());
    let mut remark = "";
    if canvas.scope.is_everybody(&it.from) {
        from = nearest(canvas, &from, to.first().copied());
        remark = canvas.scope.say("from everybody", "de todos");
    }
    if canvas.scope.is_everybody(&it.to) {
        to = nearest(canvas, &to, from.first().copied());
        remark = canvas.scope.say("to everybody", "a todos");
    }
    for from in &from {
        for to in &to {
            let join = Join { remark, style, ..Join::default() };
            walk(canvas, *from, *to, it, join, main);
        }
    }
}

/// Whether a flow belongs to the story: what goes to the Internet, what anybody may do, and what
/// hosts of one kind do among themselves does not.
fn belongs(canvas: &Canvas<'_>, it: &Traffic<'_>) -> bool {
    let scope = &canvas.scope;
    if matches!(it.to, Side::Internet(_)) || matches!(it.from, Side::Internet(_)) {
        return false;
    }
    if traffic::is_anything(it.flow) {
        return false;
    }
    let among = it.from.cards().iter().any(|card| it.to.cards().contains(card));
    if among && !traffic::is_among_peers(it.flow) {
        return false;
    }
    // People who come in by a tunnel use what is inside: only their way in is told, and what
    // somebody wrote down for them.
    let inside = |card: &usize| scope.cards.box_of(*card).is_some();
    if matches!(it.from, Side::Outside(_)) && it.to.cards().iter().any(inside) {
        return traffic::is_access(it.flow);
    }
    // Who serves behind a virtual address uses it too, and would close a circle.
    let vip = if let Side::Vip(name) = it.to { scope.cloud.vips.get(name) } else { None };
    let serves = |role: &str| {
        let mut cards = it.from.cards().iter();
        cards.len() > 0 && cards.all(|card| scope.first(*card).has_role(role))
    };
    let circle = vip.and_then(|it| it.serves.as_deref()).is_some_and(serves);
    scope.focus.is_some() || (!circle && !goes_round_a_vip(scope, it))
}

/// Whether the same hosts reach the same service by a virtual address too: one line tells it.
fn goes_round_a_vip(scope: &Scope<'_>, it: &Traffic<'_>) -> bool {
    scope.traffic.iter().any(|other| {
        let Side::Vip(name) = other.to else { return false };
        let role = scope.cloud.vips.get(name).and_then(|it| it.serves.as_deref());
        let serves = |card: &usize| role.is_some_and(|role| scope.first(*card).has_role(role));
        other.flow.service == it.flow.service
            && other.from == it.from
            && !it.to.cards().is_empty()
            && it.to.cards().iter().all(serves)
    })
}

/// Draws a flow from one end to the other, on the main path by every router that lies between.
fn walk(canvas: &mut Canvas<'_>, from: End, to: End, it: &Traffic<'_>, join: Join, main: bool) {
    // A tunnel that is drawn already carries the flow that makes it.
    let forwards = |side: &Side<'_>| {
        !side.cards().is_empty() && side.cards().iter().all(|it| canvas.scope.first(*it).forwards)
    };
    let tunnel = !main && forwards(&it.from) && forwards(&it.to);
    if let Some(at) = canvas.joined(to, from).filter(|_| tunnel) {
        let detail = traffic::detail(it.flow, canvas.scope.language);
        canvas.graph.edges[at].details.push(detail);
        return;
    }
    let mut at = from;
    if let ([card], true) = (it.from.cards(), main) {
        let mut card = *card;
        for hop in hops(&canvas.scope, card, &it.to) {
            let next = canvas.of_card(hop);
            let join = Join { label: segment(&canvas.scope, card, hop), ..join.clone() };
            canvas.flow(at, next, it.flow, join);
            (at, card) = (next, hop);
        }
    }
    // Plain HTTP only leads to HTTPS: on the main path it has no word of its own.
    let known = canvas.joined(at, to).is_some();
    if main && it.flow.service == "http" && known {
        if let Some(edge) = canvas.joined(at, to) {
            let detail = traffic::detail(it.flow, canvas.scope.language);
            canvas.graph.edges[edge].details.push(detail);
        }
        return;
    }
    canvas.flow(at, to, it.flow, join);
}

/// The label of the way from one router to the next: a tunnel is called by its name.
fn segment(scope: &Scope<'_>, from: usize, to: usize) -> String {
    let (from, to) = (scope.first(from), scope.first(to));
    let shared = from.nics.iter().filter(|it| to.nic(&it.network).is_some());
    let mut networks = shared.filter_map(|it| scope.cloud.networks.get(&it.network));
    let Some(network) = networks.next() else { return String::new() };
    match (&network.note, network.kind) {
        (Some(note), NetworkKind::Wireguard) => format!("{}: {note}", network.label),
        _ => network.label.clone(),
    }
}

/// The routers between a card and where a flow goes, without either: the shortest way over hosts
/// that forward packets and share a network with the next.
fn hops(scope: &Scope<'_>, from: usize, to: &Side<'_>) -> Vec<usize> {
    let cloud = scope.cloud;
    let wanted: Vec<&Name> = match to {
        Side::Vip(name) => {
            cloud.vips.get(*name).and_then(|it| it.network.as_ref()).into_iter().collect()
        }
        Side::Cards(cards) => {
            let first = cards.first().and_then(|it| scope.home(scope.first(*it)));
            first.map(|it| &it.name).into_iter().collect()
        }
        _ => return Vec::new(),
    };
    let reaches = |host: HostId| wanted.iter().any(|it| cloud.host(host).nic(it).is_some());
    let start = scope.first(from).id;
    let mut ways = vec![vec![start]];
    let mut seen = vec![start];
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let last = way[way.len() - 1];
        if reaches(last) {
            return way[1..].iter().map(|it| scope.cards.of(*it)).collect();
        }
        for host in cloud.hosts.values().filter(|it| it.forwards) {
            if seen.contains(&host.id) {
                continue;
            }
            let here = cloud.host(last);
            let joined = host.nics.iter().any(|nic| {
                let network = cloud.networks.get(&nic.network);
                let ours = network.is_some_and(|it| it.kind != NetworkKind::Public);
                ours && here.nic(&nic.network).is_some()
            });
            if joined {
                seen.push(host.id);
                ways.push(way.iter().copied().chain([host.id]).collect());
            }
        }
    }
    Vec::new()
}

/// The holder of the virtual address whose members pass this flow on to those behind it.
fn behind_vip(cloud: &Cloud, flow: &Flow) -> Option<HostId> {
    let from = cloud.hosts_at(&flow.from)?;
    let to = cloud.hosts_at(&flow.to)?;
    let vip = cloud.vips.values().find(|vip| {
        let serves =
            |id: HostId| vip.serves.as_deref().is_some_and(|role| cloud.host(id).has_role(role));
        vip.hosts == *from && !to.is_empty() && to.iter().all(serves)
    })?;
    cloud.hosts.get(&vip.members.first()?.host).map(|it| it.id)
}

/// The ends of one side of a flow.
fn side(canvas: &mut Canvas<'_>, side: &Side<'_>, other: &[usize]) -> Vec<End> {
    match side {
        Side::Cards(cards) => ends(canvas, cards, other),
        Side::Vip(name) => canvas.end(&format!("vip:{name}")).into_iter().collect(),
        Side::Outside(name) => canvas.end(&format!("outside:{name}")).into_iter().collect(),
        Side::Network(name) => {
            let Some(network) = canvas.scope.cloud.networks.get(*name) else { return Vec::new() };
            let other = other.first().copied().map(|it| canvas.of_card(it));
            let tier = match other {
                Some(End::Node(node)) => canvas.graph.nodes[node].tier,
                _ => None,
            };
            vec![canvas.network(network, tier.map(|it| (it - 1).max(0)))]
        }
        Side::Internet(_) => Vec::new(),
    }
}

/// The ends that stand for these cards: a box where several of its cards are meant, unless the
/// other side of the line is inside.
fn ends(canvas: &mut Canvas<'_>, cards: &[usize], other: &[usize]) -> Vec<End> {
    let mut ends = Vec::new();
    for card in cards {
        let group = canvas.scope.cards.box_of(*card);
        let together = |it: &usize| group.is_some() && canvas.scope.cards.box_of(*it) == group;
        let end = match group {
            Some(group)
                if cards.iter().filter(|it| together(it)).count() > 1
                    && !other.iter().any(together) =>
            {
                let id = canvas.scope.cards.boxes[group].id.clone();
                canvas.end(&id)
            }
            _ => None,
        };
        let end = end.unwrap_or_else(|| canvas.of_card(*card));
        if !ends.contains(&end) {
            ends.push(end);
        }
    }
    ends
}

/// Of many ends the one that stands for them: the box that is the nearest to the other end.
fn nearest(canvas: &Canvas<'_>, ends: &[End], other: Option<End>) -> Vec<End> {
    let at = other.map_or(0, |it| canvas.tier(it));
    let boxes = || ends.iter().filter(|it| matches!(it, End::Cluster(_)));
    let near = boxes().min_by_key(|it| canvas.tier(**it).abs_diff(at));
    near.or(ends.first()).copied().into_iter().collect()
}

/// Draws how hosts of one kind keep together: a chain through each box.
fn peers(canvas: &mut Canvas<'_>, it: &Traffic<'_>) {
    let cards = it.from.cards();
    for pair in cards.windows(2) {
        if canvas.scope.cards.box_of(pair[0]) != canvas.scope.cards.box_of(pair[1]) {
            continue;
        }
        let (from, to) = (canvas.of_card(pair[0]), canvas.of_card(pair[1]));
        let join =
            Join { style: Stroke::Dotted, heads: Heads::None, peer: true, ..Join::default() };
        canvas.flow(from, to, it.flow, join);
    }
}

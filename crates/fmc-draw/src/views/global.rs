//! The whole cloud on one sheet: people at the top, what they pass on their way in, then the boxes of
//! the file from the entry to what serves them all. It tells the story and not every flow: lines
//! between the same boxes are one, and what everybody uses is drawn once.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::scope::Scope;
use crate::traffic::{self, Side, Traffic};
use crate::way::{behind_vip, closes_a_circle, goes_round_a_vip, hops};
use fmc_diagram::graph::{End, Stroke};
use fmc_model::Words;
use fmc_model::cloud::{NetworkKind, Vip};
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

/// More boxes than these do not stand below each other.
const MOST_STEPS: usize = 12;

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
        // Boxes in the order of the file tell a story as long as a person can follow it; more of
        // them fill the sheet in rows.
        let is_story = canvas.scope.cards.boxes.len() <= MOST_STEPS;
        let tier = if is_story { tiers.first_box + at as i32 } else { tiers.first_box };
        canvas.host_box(at, Some(tier), |_| true);
    }
    for vip in cloud.vips.values().filter(|it| !it.members.is_empty()) {
        canvas.vip(vip, None, Some(tiers.first_box));
    }
}

/// Draws who holds a virtual address and who waits for it.
fn hold(canvas: &mut Canvas<'_>, vip: &Vip) {
    let Some(from) = canvas.end(&format!("vip:{}", vip.name)) else { return };
    let members = canvas.scope.members(vip);
    for (at, card) in members.iter().enumerate() {
        let style = if at == 0 { Stroke::Bold } else { Stroke::Dashed };
        let rest: Vec<usize> = if at == 0 { vec![*card] } else { members[1..].to_vec() };
        let vrrp = if at == 0 { "" } else { "VRRP" };
        for to in canvas.ends(&rest, &[]) {
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
        return canvas.chain(it.from.cards(), it.flow);
    }
    let cloud = canvas.scope.cloud;
    let behind = behind_vip(cloud, it.flow);
    let style = if main || behind.is_some() { Stroke::Bold } else { Stroke::Solid };
    let (mut from, to, remark) = canvas.both_sides(&it.from, &it.to);
    if let Some(holder) = behind.filter(|_| canvas.scope.focus.is_none()) {
        // Who stands by would serve in the same way: one line from the holder tells it.
        let card = canvas.scope.cards.of(holder);
        from = vec![canvas.of_card(card)];
    }
    for from in &from {
        for to in &to {
            let join = Join { remark: remark.clone(), style, ..Join::default() };
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
    if it.among && !traffic::is_among_peers(it.flow)
        || traffic::is_told_of_nodes(scope.cloud, it.flow)
    {
        return false;
    }
    // People who come in by a tunnel use what is inside: only their way in is told, and what
    // somebody wrote down for them.
    let inside = |card: &usize| scope.cards.box_of(*card).is_some();
    if matches!(it.from, Side::Outside(_)) && it.to.cards().iter().any(inside) {
        return traffic::is_access(it.flow);
    }
    let circle = scope.focus.is_none() && closes_a_circle(scope, it);
    !circle && !goes_round_a_vip(scope, it)
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

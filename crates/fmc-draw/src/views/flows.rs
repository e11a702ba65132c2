//! Who may reach what: every flow of the cloud, those between the same ends on one line. Whatever is
//! not drawn is denied.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::scope::Scope;
use crate::traffic::{self, Side};
use fmc_diagram::graph::Stroke;
use fmc_model::Words;

pub(crate) const VIEW: View = View {
    name: "flows",
    summary: Words(
        "who may reach what, at which ports; everything else is denied",
        "quién puede alcanzar qué, en qué puertos; lo demás se deniega",
    ),
    title: Words("who may reach what", "quién alcanza qué"),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let mut canvas = Canvas::new(scope);
    canvas.meanings = vec![
        (Stroke::Bold, Words("somebody wrote it down", "alguien lo escribió")),
        (Stroke::Solid, Words("follows from the roles", "sale de los roles")),
        (Stroke::Dotted, Words("among themselves", "entre ellos")),
    ];
    canvas.graph.subtitle = canvas
        .scope
        .say("What is not drawn is denied", "Lo que no está dibujado se deniega")
        .into();
    let traffic = canvas.scope.traffic.clone();
    for outside in cloud.outside.values() {
        canvas.outside(outside, Some(0));
    }
    let loose: Vec<usize> = canvas.scope.cards.in_box(None).collect();
    for card in loose {
        canvas.card(card, None, Some(1));
    }
    let boxes = canvas.scope.cards.boxes.len();
    for at in 0..boxes {
        canvas.host_box(at, Some(2 + at as i32), |_| true);
    }
    for vip in cloud.vips.values().filter(|it| !it.members.is_empty()) {
        canvas.vip(vip, None, Some(2));
    }
    let outward = |it: &Side<'_>| matches!(it, Side::Internet(_));
    if traffic.iter().any(|it| outward(&it.to) || outward(&it.from)) {
        canvas.internet(&[], Some(2 + boxes as i32));
    }
    for it in &traffic {
        let written = traffic::is_access(it.flow);
        let style = if written { Stroke::Bold } else { Stroke::Solid };
        if it.from == it.to {
            canvas.chain(it.from.cards(), it.flow);
            continue;
        }
        let (from, to, remark) = canvas.both_sides(&it.from, &it.to);
        for from in &from {
            for to in &to {
                let join = Join { remark: remark.clone(), style, ..Join::default() };
                canvas.flow(*from, *to, it.flow, join);
            }
        }
    }
    canvas
}

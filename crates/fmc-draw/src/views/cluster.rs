//! Who keeps whom alive: the machines that run pods, those that decide by majority, those that hold
//! copies, with the volumes and databases that they use. In a cloud without pods, everybody who
//! stands in for another.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::scope::Scope;
use crate::traffic::{self, Side, Traffic};
use crate::way::{behind_vip, closes_a_circle, goes_round_a_vip};
use fmc_diagram::graph::{End, Line, Node, Stroke, TextRole};
use fmc_model::Words;
use fmc_model::cloud::RedundancyGroup;
use fmc_model::role::Redundancy;
use ipnet::IpNet;

pub(crate) const VIEW: View = View {
    name: "cluster",
    summary: Words(
        "Kubernetes, etcd and storage: majorities, copies, pods, volumes",
        "Kubernetes, etcd y almacenamiento: mayorías, copias, pods, volúmenes",
    ),
    title: Words("cluster", "clúster"),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let shown = shown(&scope);
    let mut canvas = Canvas::new(scope);
    canvas.meanings = vec![
        (Stroke::Bold, Words("the way to the API", "camino de la API")),
        (Stroke::Solid, Words("uses", "usa")),
        (Stroke::Dotted, Words("agree among themselves", "se ponen de acuerdo")),
    ];
    if let Some(kubernetes) = &cloud.kubernetes {
        let all = |it: &[IpNet]| it.iter().map(IpNet::to_string).collect::<Vec<_>>().join(" · ");
        let services = canvas.scope.say("services", "servicios");
        canvas.graph.subtitle =
            format!("pods {} · {services} {}", all(&kubernetes.pods), all(&kubernetes.services));
    }
    for app in cloud.apps.values() {
        let lines = vec![
            Line::new(TextRole::Name, app.label.clone()),
            Line::new(TextRole::Code, app.names.join(" · ")),
        ];
        let details =
            vec![(canvas.scope.say("written at", "escrito en").to_owned(), app.origin.to_string())];
        let node = Node {
            id: format!("app:{}", app.name),
            lines,
            icon: "web".to_owned(),
            tier: Some(0),
            details,
            ..Node::default()
        };
        canvas.node(node);
    }
    for at in 0..canvas.scope.cards.boxes.len() {
        canvas.host_box(at, Some(1 + at as i32), |it| shown.contains(&it));
    }
    let loose: Vec<usize> =
        canvas.scope.cards.in_box(None).filter(|it| shown.contains(it)).collect();
    for card in loose {
        canvas.card(card, None, Some(1));
    }
    for vip in cloud.vips.values() {
        let used = canvas.scope.members(vip).iter().any(|it| shown.contains(it));
        if !used {
            continue;
        }
        let from = canvas.vip(vip, None, Some(1));
        let holder = canvas.scope.members(vip).first().copied().filter(|it| shown.contains(it));
        if let Some(card) = holder {
            let to = canvas.of_card(card);
            let join = Join { style: Stroke::Bold, structure: true, ..Join::default() };
            canvas.join(from, to, join);
        }
    }
    for card in &shown {
        inside(&mut canvas, *card);
    }
    for group in &cloud.redundancy {
        stands(&mut canvas, group, &shown);
    }
    for app in cloud.apps.values() {
        let Some(from) = canvas.end(&format!("app:{}", app.name)) else { continue };
        let cards = canvas.scope.cards.of_hosts(app.hosts.iter());
        let cards: Vec<usize> = cards.into_iter().filter(|it| shown.contains(it)).collect();
        for to in canvas.ends(&cards, &[]) {
            let join = Join {
                label: format!(":{}", app.port),
                structure: true,
                details: vec![(app.names.join(", "), app.origin.to_string())],
                ..Join::default()
            };
            canvas.join(from, to, join);
        }
    }
    let traffic = canvas.scope.traffic.clone();
    for it in &traffic {
        line(&mut canvas, it, &shown);
    }
    canvas
}

/// The cards that belong to the picture.
fn shown(scope: &Scope<'_>) -> Vec<usize> {
    let cloud = scope.cloud;
    let runs_pods = |card: usize| scope.hosts(card).any(|it| !it.pods.is_empty());
    let cards = || 0..scope.cards.all.len();
    let mut shown: Vec<usize> = cards().filter(|it| runs_pods(*it)).collect();
    for group in &cloud.redundancy {
        let counts = match group.kind {
            Redundancy::Quorum | Redundancy::Replicas(_) => true,
            Redundancy::AnyOf | Redundancy::Failover => shown.is_empty() && group.survives > 0,
            Redundancy::Single => false,
        };
        if counts {
            shown.extend(scope.cards.of_hosts(group.hosts.iter()));
        }
    }
    // Who holds the address by which they are reached, and what the pods keep their data in.
    for it in &scope.traffic {
        let from_pods = it.from.cards().iter().any(|it| runs_pods(*it));
        match &it.to {
            Side::Vip(name) if from_pods => {
                shown.extend(
                    cloud.vips.get(*name).and_then(|it| scope.members(it).first().copied()),
                );
            }
            Side::Cards(to) if from_pods && !scope.is_everybody(&it.from) && to.len() == 1 => {
                shown.extend(to);
            }
            _ => {}
        }
    }
    shown.sort_unstable();
    shown.dedup();
    // Whoever everybody asks for names and time is no part of it.
    let asked_by_all = |card: &usize| {
        let mut offered = scope.traffic.iter().filter(|it| it.to == Side::Cards(vec![*card]));
        offered.any(|it| scope.is_everybody(&it.from))
    };
    shown.retain(|it| !asked_by_all(it));
    shown
}

/// Tells what runs inside of a host: its part of the pod network, its disks.
fn inside(canvas: &mut Canvas<'_>, card: usize) {
    let host = canvas.scope.first(card);
    let node = canvas.of_card(card);
    let several = canvas.scope.cards.all[card].len() > 1;
    if !host.pods.is_empty() && !several {
        let all: Vec<String> = host.pods.iter().map(IpNet::to_string).collect();
        canvas.remark(node, format!("pods {}", all.join(" · ")));
    }
    if host.size.data.0 > 0 {
        let word = canvas.scope.say("data", "datos");
        canvas.remark(node, format!("{word} {}", host.size.data));
    }
}

/// Tells how the hosts of a role stand in for each other, on their box.
fn stands(canvas: &mut Canvas<'_>, group: &RedundancyGroup, shown: &[usize]) {
    let cards = canvas.scope.cards.of_hosts(group.hosts.iter());
    if group.hosts.len() < 2 || !cards.iter().all(|it| shown.contains(it)) {
        return;
    }
    let first = canvas.scope.first(cards[0]);
    let label =
        first.roles.iter().find(|it| it.name == group.role).map_or(group.role, |it| it.label);
    let (count, lost) = (group.hosts.len(), group.survives);
    let text = match (group.kind, canvas.scope.say("en", "es")) {
        (Redundancy::Quorum, "es") => format!("{label}: {} de {count} deciden", count / 2 + 1),
        (Redundancy::Quorum, _) => format!("{label}: {} of {count} decide", count / 2 + 1),
        (Redundancy::Replicas(copies), "es") => format!("{label}: {copies} copias"),
        (Redundancy::Replicas(copies), _) => format!("{label}: {copies} copies"),
        (Redundancy::AnyOf | Redundancy::Failover, "es") => {
            format!("{label}: pueden faltar {lost}")
        }
        (Redundancy::AnyOf | Redundancy::Failover, _) => format!("{label}: {lost} may be lost"),
        (Redundancy::Single, _) => return,
    };
    for end in canvas.ends(&cards, &[]) {
        if matches!(end, End::Cluster(_)) {
            canvas.remark(end, text.clone());
        }
    }
}

/// Draws a flow between those who are shown.
fn line(canvas: &mut Canvas<'_>, it: &Traffic<'_>, shown: &[usize]) {
    let keep = |side: &Side<'_>| match side {
        Side::Cards(cards) => {
            let some: Vec<usize> = cards.iter().copied().filter(|it| shown.contains(it)).collect();
            (!some.is_empty()).then_some(some)
        }
        _ => Some(Vec::new()),
    };
    let (Some(from_cards), Some(to_cards)) = (keep(&it.from), keep(&it.to)) else { return };
    if matches!(it.from, Side::Outside(_) | Side::Network(_) | Side::Internet(_))
        || matches!(it.to, Side::Outside(_) | Side::Network(_) | Side::Internet(_))
        || canvas.scope.is_everybody(&it.from)
        || canvas.scope.is_everybody(&it.to)
    {
        return;
    }
    let from_side = if from_cards.is_empty() { it.from.clone() } else { Side::Cards(from_cards) };
    let to_side = if to_cards.is_empty() { it.to.clone() } else { Side::Cards(to_cards) };
    if it.among {
        if traffic::is_among_peers(it.flow) {
            canvas.chain(from_side.cards(), it.flow);
        }
        return;
    }
    let told = closes_a_circle(&canvas.scope, it) || goes_round_a_vip(&canvas.scope, it);
    if told || traffic::is_anything(it.flow) || it.flow.service.starts_with("app-") {
        return;
    }
    let behind = behind_vip(canvas.scope.cloud, it.flow).is_some();
    let style = if behind { Stroke::Bold } else { Stroke::Solid };
    let (froms, tos, remark) = canvas.both_sides(&from_side, &to_side);
    for from in &froms {
        for to in &tos {
            let join = Join { style, remark: remark.clone(), ..Join::default() };
            canvas.flow(*from, *to, it.flow, join);
        }
    }
}

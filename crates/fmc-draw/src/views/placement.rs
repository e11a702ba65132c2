//! What runs where, how big it is, and what falls together. Dotted lines join those who stand in for
//! each other on different machines: where there is none, nothing would go on.

use crate::View;
use crate::canvas::{Canvas, Join};
use crate::card;
use crate::scope::Scope;
use fmc_diagram::graph::{Cluster, Heads, Line, Stroke, TextRole};
use fmc_model::cloud::{FailureDomain, Host, RedundancyGroup, Size};
use fmc_model::role::Redundancy;
use fmc_model::{Bytes, Words};
use std::collections::BTreeMap;

/// So many names of what a machine takes down stand beside its title.
const MOST_FALLEN: usize = 4;

pub(crate) const VIEW: View = View {
    name: "placement",
    summary: Words(
        "what runs on which machine, how big it is, and what falls with it",
        "qué corre en qué máquina, cuánto ocupa y qué cae con ella",
    ),
    title: Words("what runs where", "qué corre dónde"),
    draw,
};

fn draw(scope: Scope<'_>) -> Canvas<'_> {
    let cloud = scope.cloud;
    let mut canvas = Canvas::new(scope);
    canvas.meanings =
        vec![(Stroke::Dotted, Words("stand in for each other", "se suplen unos a otros"))];
    for domain in &cloud.failure_domains {
        let Some(machine) = cloud.hosts.get(&domain.machine) else { continue };
        let guests = || domain.hosts.iter().filter(|it| *it != machine.id);
        let own = canvas.scope.cards.of(machine.id);
        if guests().next().is_none() {
            sized(&mut canvas, own, None);
            continue;
        }
        let cluster = canvas.cluster(machine_box(&canvas.scope, domain, machine));
        let guests = canvas.scope.cards.of_hosts(guests());
        let mut inner: BTreeMap<usize, usize> = BTreeMap::new();
        for guest in &guests {
            let group = canvas.scope.cards.box_of(*guest);
            let alike = |it: &&usize| group.is_some() && canvas.scope.cards.box_of(**it) == group;
            let several = guests.iter().filter(alike).count() > 1;
            let around = match group.filter(|_| several) {
                Some(group) => *inner
                    .entry(group)
                    .or_insert_with(|| group_box(&mut canvas, group, machine, cluster)),
                None => cluster,
            };
            sized(&mut canvas, *guest, Some(around));
        }
    }
    stand_ins(&mut canvas);
    canvas
}

/// The box of a group inside of a machine.
fn group_box(canvas: &mut Canvas<'_>, group: usize, machine: &Host, around: usize) -> usize {
    let it = &canvas.scope.cards.boxes[group];
    let cluster = Cluster {
        id: format!("{}@{}", it.id, machine.name),
        label: it.label.clone(),
        parent: Some(around),
        ..Cluster::default()
    };
    canvas.cluster(cluster)
}

/// The card of hosts with their size.
fn sized(canvas: &mut Canvas<'_>, card: usize, cluster: Option<usize>) {
    let mut node = card::brief(&canvas.scope, card);
    node.lines.extend(
        Some(card::size(canvas.scope.first(card)))
            .filter(|it| !it.is_empty())
            .map(|it| Line::new(TextRole::Code, it)),
    );
    node.cluster = cluster;
    canvas.node(node);
}

/// The box of a machine: how much of it is given away.
fn machine_box(scope: &Scope<'_>, domain: &FailureDomain, machine: &Host) -> Cluster {
    let mut given = Size::default();
    let mut count = 0;
    for guest in domain.hosts.iter().filter(|it| *it != machine.id) {
        let size = scope.cloud.host(guest).size;
        given.cpus = given.cpus.saturating_add(size.cpus);
        given.memory = Bytes(given.memory.0.saturating_add(size.memory.0));
        count += 1;
    }
    let mut note = vec![match count {
        1 => scope.say("1 guest", "1 huésped").to_owned(),
        _ => format!("{count} {}", scope.say("guests", "huéspedes")),
    }];
    let of = scope.say("of", "de");
    if machine.size.cpus > 0 {
        note.push(format!("{} {of} {} CPU", given.cpus, machine.size.cpus));
    }
    if machine.size.memory.0 > 0 {
        note.push(format!("{} {of} {}", rounded(given.memory), rounded(machine.size.memory)));
    }
    let mut details = Vec::new();
    let mut falls: Vec<&str> = Vec::new();
    for group in &scope.cloud.redundancy {
        let lost = group.hosts.intersection(&domain.hosts).len();
        if lost > group.survives {
            let text = format!("{lost} {of} {}", group.hosts.len());
            let label = label(scope, group);
            details.push((format!("{} {label}", scope.say("falls:", "cae:")), text));
            if group.hosts.len() > 1 && group.kind != Redundancy::Single {
                falls.push(label);
            }
        }
    }
    if !falls.is_empty() {
        // Only what was meant to go on without one of its hosts is worth a word on the picture.
        let more = falls.len().saturating_sub(MOST_FALLEN);
        falls.truncate(MOST_FALLEN);
        let rest = if more > 0 { format!(" +{more}") } else { String::new() };
        let word = scope.say("takes down", "se lleva");
        note.push(format!("{word} {}{rest}", falls.join(", ")));
    }
    Cluster {
        id: format!("machine:{}", machine.name),
        label: machine.label.clone(),
        note: note.join(" · "),
        icon: machine.icon.clone(),
        details,
        ..Cluster::default()
    }
}

/// What people call the role of a group.
fn label<'a>(scope: &Scope<'a>, group: &RedundancyGroup) -> &'a str {
    let first = group.hosts.iter().next().map(|it| scope.cloud.host(it));
    let role = first.and_then(|it| it.roles.iter().find(|it| it.name == group.role));
    role.map_or(group.role, |it| it.label)
}

/// A size in gibibytes, for sums that would have many digits.
fn rounded(bytes: Bytes) -> String {
    format!("{:.0} GiB", bytes.0 as f64 / f64::from(1 << 30))
}

/// Joins those who stand in for each other on different machines.
fn stand_ins(canvas: &mut Canvas<'_>) {
    let cloud = canvas.scope.cloud;
    for group in cloud.redundancy.iter().filter(|it| it.survives > 0 && it.machines > 1) {
        let mut machines: Vec<(&str, usize)> = Vec::new();
        for host in group.hosts.iter().map(|it| cloud.host(it)) {
            let machine = host.runs_on.as_ref().unwrap_or(&host.name).as_str();
            if machines.iter().all(|it| it.0 != machine) {
                machines.push((machine, canvas.scope.cards.of(host.id)));
            }
        }
        for pair in machines.windows(2) {
            let ends = [pair[0].1, pair[1].1].map(|it| canvas.end(&canvas.scope.card_id(it)));
            let [Some(from), Some(to)] = ends else { continue };
            let join = Join {
                label: label(&canvas.scope, group).to_owned(),
                style: Stroke::Dotted,
                heads: Heads::None,
                peer: true,
                structure: true,
                details: vec![(group.role.to_owned(), group.hosts.to_string())],
                ..Join::default()
            };
            canvas.join(from, to, join);
        }
    }
}

//! In which order everything starts, with the reasons (check C12).
//!
//! What starts is a role on a host, or a host itself. Between those who wait and those they wait for
//! stands a gate, so that ten thousand workers that wait for three masters are ten thousand and three
//! edges and not thirty thousand. Stages are longest ways from the beginning; what starts at the
//! same stage in the same role is one step.

mod graph;

use super::codes::CYCLE;
use super::context::Context;
use super::declare::Declared;
use super::link::StartWait;
use crate::cloud::{Host, HostId, HostNames, HostSet, Step, Wait};
use crate::role::Redundancy;
use crate::{Name, Text, text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, HashSet, IndexMap};
use graph::{Graph, Item, cut, stages};
use std::sync::Arc;

/// The name of what a machine itself is in the order.
pub(crate) const HOST: &str = "host";

/// What the order is made from.
pub(crate) struct Starting<'a> {
    pub(crate) hosts: &'a [Host],
    pub(crate) ids: &'a IndexMap<Name, HostId>,
    pub(crate) names: &'a Arc<HostNames>,
    pub(crate) declared: &'a Declared,
    pub(crate) waits: &'a [StartWait],
    /// Hosts that are up before the services that every other host waits for.
    pub(crate) early: &'a HostSet,
    /// `after:` of hosts, as it was written: who, after whom, where.
    pub(crate) after: &'a [(HostSet, HostSet, Place)],
}

/// All steps in order. A circle is reported and cut at its last wait.
pub(crate) fn order(starting: &Starting<'_>, context: &mut Context<'_>) -> Vec<Step> {
    let mut graph = Graph::new();
    build(starting, &mut graph);
    let stages = loop {
        match stages(&graph) {
            Ok(stages) => break stages,
            Err(cycle) => {
                report(&cycle, starting, &graph, context);
                cut(&mut graph, &cycle);
            }
        }
    };
    steps(starting, &graph, &stages)
}

fn build(starting: &Starting<'_>, graph: &mut Graph) {
    let ours = || starting.hosts.iter().filter(|it| !it.managed);
    let on_host = graph.reason(
        Text::of("a role starts on a host that is up", "un rol arranca en un host que está en pie"),
        Place::default(),
    );
    let in_machine = graph.reason(
        Text::of(
            "a host starts on a machine that runs hosts",
            "un host arranca en una máquina que ejecuta hosts",
        ),
        Place::default(),
    );
    for host in starting.hosts {
        let item = graph.add(Item::Starts(HOST, host.id));
        for role in &host.roles {
            let role = graph.add(Item::Starts(role.name, host.id));
            graph.edge(item, role, on_host);
        }
    }
    for host in ours() {
        let Some(machine) = host.runs_on.as_ref().and_then(|it| starting.ids.get(it)) else {
            continue;
        };
        let after = graph.add(Item::Starts(HOST, host.id));
        // Whatever role makes the machine one that runs hosts, all of its own come before guests.
        for role in &starting.hosts[machine.0 as usize].roles {
            let role = graph.add(Item::Starts(role.name, *machine));
            graph.edge(role, after, in_machine);
        }
    }
    base_services(starting, graph);
    for wait in starting.waits {
        let reason = graph.reason(wait.why.clone(), wait.place);
        let gate = Item::Gate(graph.items.len());
        let gate = graph.add(gate);
        let mut any = false;
        for (role, hosts) in &wait.on {
            for id in hosts.iter() {
                // Who waits for itself and its peers waits for nobody.
                if *role == wait.role && wait.hosts.contains(id) {
                    continue;
                }
                let before = graph.add(Item::Starts(role, id));
                graph.edge(before, gate, reason);
                any = true;
            }
        }
        for id in wait.hosts.iter().filter(|_| any) {
            let after = graph.add(Item::Starts(wait.role, id));
            graph.edge(gate, after, reason);
        }
    }
    for (who, whom, place) in starting.after {
        let reason = graph.reason(Text::of("so it is written", "así está escrito"), *place);
        let gate = Item::Gate(graph.items.len());
        let gate = graph.add(gate);
        for id in whom.iter() {
            let before = graph.add(Item::Starts(HOST, id));
            graph.edge(before, gate, reason);
            for role in &starting.hosts[id.0 as usize].roles {
                let before = graph.add(Item::Starts(role.name, id));
                graph.edge(before, gate, reason);
            }
        }
        for id in who.iter() {
            let after = graph.add(Item::Starts(HOST, id));
            graph.edge(gate, after, reason);
        }
    }
}

/// Hosts find names and the time at their first boot, so those who serve them come first.
fn base_services(starting: &Starting<'_>, graph: &mut Graph) {
    for (service, why) in [
        (
            "dns",
            Text::of(
                "hosts resolve names from their first boot on",
                "los hosts resuelven nombres desde su primer arranque",
            ),
        ),
        (
            "time",
            Text::of(
                "clocks must be right before certificates are checked",
                "los relojes deben estar en hora antes de comprobar certificados",
            ),
        ),
    ] {
        let offers: Vec<_> =
            starting.declared.offers.iter().filter(|it| it.service == service).collect();
        if offers.is_empty() {
            continue;
        }
        let reason = graph.reason(why, Place::default());
        let gate = Item::Gate(graph.items.len());
        let gate = graph.add(gate);
        let mut serving = HostSet::empty(starting.names);
        for offer in offers {
            for id in offer.hosts.iter() {
                let role =
                    starting.hosts[id.0 as usize].roles.iter().find(|it| it.name == offer.role);
                let Some(role) = role else { continue };
                let before = graph.add(Item::Starts(role.name, id));
                graph.edge(before, gate, reason);
            }
            serving = serving.union(&offer.hosts);
        }
        let both = ["dns", "time"].iter().fold(serving, |all, other| {
            let offers = starting.declared.offers.iter().filter(|it| it.service == **other);
            offers.fold(all, |all, it| all.union(&it.hosts))
        });
        for host in starting.hosts.iter().filter(|it| !it.managed) {
            if both.contains(host.id) || starting.early.contains(host.id) {
                continue;
            }
            let after = graph.add(Item::Starts(HOST, host.id));
            graph.edge(gate, after, reason);
        }
    }
}

fn report(
    cycle: &[(usize, usize)],
    starting: &Starting<'_>,
    graph: &Graph,
    context: &mut Context<'_>,
) {
    let name = |item: usize| match graph.items[item] {
        Item::Starts(role, id) => {
            let host = &starting.hosts[id.0 as usize].name;
            Some(if role == HOST { host.to_string() } else { format!("{role}@{host}") })
        }
        Item::Gate(_) => None,
    };
    let mut way: Vec<String> = cycle.iter().filter_map(|it| name(it.0)).collect();
    way.dedup();
    if let Some(first) = way.first().cloned() {
        way.push(first);
    }
    let way = way.join(" → ");
    let mut places: Vec<(&Text, Place)> = Vec::new();
    for (_, reason) in cycle {
        let (why, place) = &graph.reasons[*reason];
        if *place != Place::default() && !places.iter().any(|it| it.1 == *place) {
            places.push((why, *place));
        }
    }
    let host_place = || {
        let found = cycle.iter().find_map(|it| match graph.items[it.0] {
            Item::Starts(_, id) => Some(starting.hosts[id.0 as usize].origin.place),
            Item::Gate(_) => None,
        });
        found.unwrap_or_default()
    };
    let place = places.first().map_or_else(host_place, |it| it.1);
    let mut diagnostic = CYCLE
        .at(place, text!("these wait for each other: {way}", "estos se esperan entre sí: {way}"));
    for (why, place) in places.iter().skip(1).take(4) {
        diagnostic = diagnostic.label(*place, (*why).clone());
    }
    context.report(diagnostic.hint(text!(
        "take one of these waits out, or move one of them to another host",
        "quite una de estas esperas, o lleve uno de ellos a otro host"
    )));
}

fn steps(starting: &Starting<'_>, graph: &Graph, stages: &[usize]) -> Vec<Step> {
    let mut groups: IndexMap<(usize, &'static str), Vec<usize>> = IndexMap::default();
    for (index, item) in graph.items.iter().enumerate() {
        if let Item::Starts(role, _) = item {
            groups.entry((stages[index], role)).or_default().push(index);
        }
    }
    groups.sort_by(|a, x, b, y| a.0.cmp(&b.0).then_with(|| x.first().cmp(&y.first())));
    let mut number_of: Vec<usize> = vec![0; graph.items.len()];
    for (number, (_, items)) in groups.iter().enumerate() {
        for item in items {
            number_of[*item] = number + 1;
        }
    }
    let mut waits: Vec<Vec<Wait>> = vec![Vec::new(); groups.len() + 1];
    let mut seen: HashSet<(usize, usize, usize)> = HashSet::default();
    // Through a gate, everybody behind it waits for everybody before it: the pairs of steps are few.
    let mut into_gate: HashMap<usize, Vec<usize>> = HashMap::default();
    for (item, edges) in graph.followers.iter().enumerate() {
        for edge in edges {
            match (graph.items[item], graph.items[edge.to]) {
                (Item::Starts(..), Item::Gate(_)) => {
                    let from = into_gate.entry(edge.to).or_default();
                    if !from.contains(&number_of[item]) {
                        from.push(number_of[item]);
                    }
                }
                (Item::Starts(..), Item::Starts(..)) => {
                    note(
                        &mut waits,
                        &mut seen,
                        graph,
                        number_of[item],
                        number_of[edge.to],
                        edge.reason,
                    );
                }
                _ => {}
            }
        }
    }
    for (gate, edges) in graph.followers.iter().enumerate() {
        let Some(from) = into_gate.get(&gate) else { continue };
        for edge in edges {
            for before in from {
                note(&mut waits, &mut seen, graph, *before, number_of[edge.to], edge.reason);
            }
        }
    }
    groups
        .iter()
        .enumerate()
        .map(|(index, ((stage, role), items))| {
            let ids = items.iter().filter_map(|it| match graph.items[*it] {
                Item::Starts(_, id) => Some(id),
                Item::Gate(_) => None,
            });
            let hosts = HostSet::of(starting.names, ids);
            let quorum = starting.declared.redundancy.get(role) == Some(&Redundancy::Quorum);
            let mut waits = std::mem::take(&mut waits[index + 1]);
            waits.sort_by_key(|it| it.step);
            Step {
                number: index + 1,
                stage: *stage,
                role,
                one_at_a_time: quorum && hosts.len() > 1,
                hosts,
                waits,
            }
        })
        .collect()
}

fn note(
    waits: &mut [Vec<Wait>],
    seen: &mut HashSet<(usize, usize, usize)>,
    graph: &Graph,
    before: usize,
    after: usize,
    reason: usize,
) {
    if before != after && seen.insert((before, after, reason)) {
        waits[after].push(Wait { step: before, because: graph.reasons[reason].0.clone() });
    }
}

//! What is lost with what: which flows live when a host, a service, an interface, a network or a gateway
//! is gone, or several of them.
//!
//! Nothing here knows a role. Roles say what they need and whether they answer without it
//! ([`Need::vital`](fmc_model::role::Need::vital)), how they stand in for each other
//! ([`Redundancy`](fmc_model::role::Redundancy)), where they pass connections on
//! ([`Relay`](fmc_model::setup::Relay)) and what holds a virtual address; packets say the rest. Every flow is
//! walked once for each of those whom it may come to, and each holder of a virtual address, through what is
//! generated; a loss is then a pass over that part of a graph which rests on it, and no packet is walked
//! again.
//!
//! Where others do the work of what is gone, that takes time ([`Losses::late`]), which
//! [`outage`](crate::outage) predicts.
//!
//! What is not vital stops nobody: names, the time, updates, administration, and what a service reads only
//! when it starts. That it is gone is told for itself.

mod build;
mod dependents;
mod element;
mod graph;
mod outage;
mod passed;
mod samples;
mod told;
mod units;
pub mod words;

pub use element::Element;
pub use graph::Answers;
pub use outage::{Late, Moved};
pub use told::{Group, INTERNET, Kept, Lost, Stopped, Thing, Told, Whom};

use crate::classes::Classes;
use crate::machine::Machines;
use build::{Building, Runs};
use dependents::{Dependents, Lists};
use element::{ElementId, Elements};
use fmc_config::maps::HashMap;
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostId};
use fmc_model::setup::RelayCheck;
use graph::{Graph, NodeId, ServiceId, State};
use units::Unit;

/// A cloud, ready to lose anything.
pub struct Losses<'c> {
    cloud: &'c Cloud,
    elements: Elements,
    graph: Graph,
    dependents: Dependents,
    services: HashMap<(HostId, Runs), ServiceId>,
    /// The same in order.
    running: Vec<(HostId, Runs, ServiceId)>,
    units: Vec<Unit>,
    /// The units of each node.
    of_node: Lists,
    vital: Vec<Vital>,
    checks: HashMap<NodeId, (RelayCheck, &'static str)>,
    /// The host that stands for each.
    like: Vec<HostId>,
    intact: State,
}

/// That a service answers nobody without a flow, for a reason of it.
pub(crate) struct Vital {
    service: ServiceId,
    node: NodeId,
    flow: usize,
    reason: usize,
}

/// What is left after a loss.
#[derive(Debug, PartialEq)]
pub struct After {
    state: State,
    /// What was lost.
    lost: Vec<ElementId>,
    /// The units that nobody answers any more, in order.
    dead: Vec<u32>,
}

impl<'c> Losses<'c> {
    /// Walks every flow of a cloud.
    pub fn of(machines: &Machines<'c>) -> Self {
        Self::among(machines, &Classes::of(machines))
    }

    /// Walks every flow of a cloud, of whose hosts these are alike.
    pub fn among(machines: &Machines<'c>, classes: &Classes) -> Self {
        let cloud = machines.cloud;
        let mut building = Building::new(machines.clone(), classes);
        let units = units::units(&mut building);
        building.quorums();
        let Building { elements, graph, services, vital, checks, samples, .. } = building;
        let intact = graph.evaluate(&[], elements.all.len());
        let dependents = Dependents::of(&graph, elements.all.len());
        let nodes: Vec<(u32, u32)> = units.iter().map(|it| it.node).zip(0..).collect();
        let of_node = Lists::of(graph.nodes.len(), &nodes);
        let mut running: Vec<(HostId, Runs, ServiceId)> =
            services.iter().map(|((host, runs), id)| (*host, *runs, *id)).collect();
        running.sort_unstable();
        let like = samples.like;
        Self {
            cloud,
            elements,
            graph,
            dependents,
            services,
            running,
            units,
            of_node,
            vital,
            checks,
            like,
            intact,
        }
    }

    /// The flows that nobody answers although nothing is lost: of these no loss is told.
    pub fn unanswered(&self) -> Vec<&'c str> {
        let dead = |it: &&Unit| self.intact.answers[it.node as usize] == Answers::Not;
        let mut flows: Vec<&str> = self
            .units
            .iter()
            .filter(dead)
            .map(|it| self.cloud.flows[it.flow].id.as_str())
            .collect();
        flows.dedup();
        flows
    }

    /// Everything that can be lost: hosts first, in the order of the file, each before what is in it.
    pub fn elements(&self) -> &[Element] {
        &self.elements.all
    }

    /// Loses these elements.
    pub fn lose(&self, elements: &[Element]) -> After {
        let lost: Vec<ElementId> =
            elements.iter().filter_map(|it| self.elements.get(*it)).collect();
        let (state, changed) = self.graph.lose(&lost, &self.intact, &self.dependents);
        let mut after = After { state, lost, dead: Vec::new() };
        // Whoever is not answered any more was before.
        let units = changed.iter().flat_map(|it| self.of_node.get(*it)).copied();
        let mut dead: Vec<u32> = units.filter(|it| self.is_dead(*it, &after)).collect();
        dead.sort_unstable();
        after.dead = dead;
        after
    }

    /// The same by a pass over everything, against which the shorter way can be held.
    pub fn lose_anew(&self, elements: &[Element]) -> After {
        let lost: Vec<ElementId> =
            elements.iter().filter_map(|it| self.elements.get(*it)).collect();
        let state = self.graph.evaluate(&lost, self.elements.all.len());
        let mut after = After { state, lost, dead: Vec::new() };
        let all = 0..self.units.len() as u32;
        after.dead = all.filter(|it| self.is_dead(*it, &after)).collect();
        after
    }

    /// Whether anybody who is left is not answered any more.
    pub fn kills(&self, after: &After) -> bool {
        !after.dead.is_empty()
    }

    /// Whether some flow is dead after the loss of both that lives after the loss of either.
    pub fn is_only_of_both(&self, one: &After, other: &After, both: &After) -> bool {
        both.dead.iter().any(|it| !self.is_dead(*it, one) && !self.is_dead(*it, other))
    }

    /// Whether some flow is dead after one loss that is neither dead nor without its sender after another.
    pub fn exceeds(&self, one: &After, other: &After) -> bool {
        let excused = |unit: &Unit| {
            unit.sender_gone(&other.state.lost) || unit.target_gone(&other.state.lost)
        };
        let mut dead = one.dead.iter();
        dead.any(|it| !self.is_dead(*it, other) && !excused(&self.units[*it as usize]))
    }

    /// Whether a unit is dead: it lived, and its sender is still there.
    fn is_dead(&self, unit: u32, after: &After) -> bool {
        self.answers(&self.units[unit as usize], after) == Some(Answers::Not)
    }

    /// How well a unit is answered after a loss; `None` where nobody is left to ask, or nobody ever was
    /// answered.
    fn answers(&self, unit: &Unit, after: &After) -> Option<Answers> {
        let lived = self.intact.answers[unit.node as usize] != Answers::Not;
        let gone = unit.sender_gone(&after.state.lost) || unit.target_gone(&after.state.lost);
        (lived && !gone).then(|| after.state.answers[unit.node as usize])
    }

    /// Whether a host is there after a loss: neither it nor a machine that it runs on is lost.
    pub fn is_there(&self, host: &Host, after: &After) -> bool {
        let mut own = element::machines(self.cloud, host);
        own.all(|it| !self.is_lost(Element::Host(it.id), after))
    }

    fn is_lost(&self, element: Element, after: &After) -> bool {
        self.elements.get(element).is_some_and(|it| after.state.lost[it as usize])
    }

    /// Who holds a virtual address after a loss, by its place among the members.
    pub fn holder(&self, vip: usize, after: &After) -> Option<usize> {
        after.state.holders.get(vip).copied().flatten()
    }

    /// How many conditions there are.
    pub fn size(&self) -> usize {
        self.graph.nodes.len()
    }

    /// Whether an element is one of those that can be lost.
    pub fn has(&self, element: Element) -> bool {
        self.elements.get(element).is_some()
    }

    /// What an element is called.
    pub fn name(&self, element: Element) -> String {
        let cloud = self.cloud;
        match element {
            Element::Host(host) => cloud.host(host).name.to_string(),
            Element::Service(host, role) => {
                let host = cloud.host(host);
                format!("{} ({})", host.name, host.roles[role].name)
            }
            Element::Link(host, nic) => {
                let host = cloud.host(host);
                format!("{} ({})", host.name, host.nics[nic].interface)
            }
            Element::Network(at) => cloud.networks[at].name.to_string(),
            Element::Gateway(at) => {
                let gateways = cloud.networks[at].gateways.iter();
                gateways.map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

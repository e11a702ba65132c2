//! Makes the graph: each way is walked once, and what it passes is written down.

use super::Vital;
use super::element::{self, Element, ElementId, Elements};
use super::graph::{Graph, Holder, Node, NodeId, Service, ServiceId};
use super::passed::Passed;
use super::samples::Samples;
use crate::classes::Classes;
use crate::ends::{self, Who};
use crate::machine::Machines;
use crate::packet::{Packet, Payload};
use crate::walk::{self, Connection};
use crate::way::{Event, Fate, Sender, Way};
use fmc_config::maps::HashMap;
use fmc_model::Cloud;
use fmc_model::cloud::{App, Host, HostId, Network, Vip};
use fmc_model::role::Redundancy;
use fmc_model::setup::RelayCheck;

/// Balancers behind balancers, and tunnels in tunnels: more in a row are a circle.
const DEEPEST: usize = 8;

/// Who sends, so that it can be looked up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum SenderKey<'c> {
    Host(HostId),
    Pod(HostId),
    Person(&'c str, &'c str, &'c str),
    Device(&'c str),
    Internet,
}

impl<'c> SenderKey<'c> {
    fn of(sender: Sender<'c>) -> Self {
        match sender {
            Sender::Host(it) => Self::Host(it),
            Sender::Pod(it) => Self::Pod(it),
            Sender::Person(of, person, network) => {
                Self::Person(of.name.as_str(), person.name.as_str(), network.name.as_str())
            }
            Sender::Device(it) => Self::Device(it.name.as_str()),
            Sender::Internet => Self::Internet,
        }
    }
}

/// The graph while it is made.
pub(super) struct Building<'c> {
    pub(super) cloud: &'c Cloud,
    pub(super) machines: Machines<'c>,
    pub(super) samples: Samples,
    pub(super) elements: Elements,
    pub(super) graph: Graph,
    /// The services of roles by host and role's place there, and of apps by host and app's place.
    pub(super) services: HashMap<(HostId, Runs), ServiceId>,
    /// What services do not answer without.
    pub(super) vital: Vec<Vital>,
    /// How those notice who pass connections on to any of several, and as which role.
    pub(super) checks: HashMap<NodeId, (RelayCheck, &'static str)>,
    /// Each host and the machines that it runs on, from the inside out.
    inside: Vec<Vec<HostId>>,
    legs: HashMap<(SenderKey<'c>, Packet, Apps), NodeId>,
}

/// What runs on a host, by its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Runs {
    /// A role.
    Role(usize),
    /// An app.
    App(usize),
}

/// The apps that are asked for, where a question is about apps.
pub(super) type Apps = Vec<usize>;

impl<'c> Building<'c> {
    pub(super) fn new(machines: Machines<'c>, classes: &Classes) -> Self {
        let cloud = machines.cloud;
        let samples = Samples::of(cloud, classes);
        let elements = Elements::of(cloud, &samples.hosts);
        let outwards = |it: &'c Host| element::machines(cloud, it).map(|it| it.id).collect();
        let inside = cloud.hosts.values().map(outwards).collect();
        let mut building = Self {
            cloud,
            machines,
            samples,
            elements,
            graph: Graph::default(),
            services: HashMap::default(),
            vital: Vec::new(),
            checks: HashMap::default(),
            inside,
            legs: HashMap::default(),
        };
        for id in building.samples.hosts.clone() {
            let host = cloud.host(id);
            for at in 0..host.roles.len() {
                building.service(host, Runs::Role(at));
            }
            for (at, app) in cloud.apps.values().enumerate() {
                if app.hosts.contains(id) {
                    building.service(host, Runs::App(at));
                }
            }
        }
        for vip in cloud.vips.values() {
            let members = vip.members.iter().map(|it| building.holder(vip, it)).collect();
            building.graph.held.push(members);
        }
        building
    }

    fn service(&mut self, host: &'c Host, runs: Runs) {
        let up = match runs {
            Runs::Role(at) => self.of_role(host, at).collect(),
            Runs::App(_) => self.of_host(host).collect(),
        };
        let id = self.graph.services.len() as ServiceId;
        self.graph.services.push(Service { up, vital: Vec::new(), quorum: None });
        self.services.insert((host.id, runs), id);
    }

    /// What must be there for a host to be.
    pub(super) fn of_host(&self, host: &Host) -> impl Iterator<Item = ElementId> + '_ {
        let inside = self.inside[host.id.0 as usize].iter();
        inside.filter_map(|it| self.elements.get(Element::Host(*it)))
    }

    /// What must be there for a role of a host to run.
    pub(super) fn of_role(&self, host: &Host, at: usize) -> impl Iterator<Item = ElementId> + '_ {
        self.of_host(host).chain(self.elements.get(Element::Service(host.id, at)))
    }

    /// What must be there for a host to be in a network: its interface, that of the machine by which it is
    /// in it, and the network.
    pub(super) fn of_interface(
        &self,
        host: &Host,
        network: &'c Network,
    ) -> impl Iterator<Item = ElementId> + '_ {
        let links = self.inside[host.id.0 as usize].iter().filter_map(|it| {
            let nics = &self.cloud.host(*it).nics;
            let nic = nics.iter().position(|it| it.network == network.name)?;
            self.elements.get(Element::Link(*it, nic))
        });
        let at = self.cloud.networks.get_index_of(&network.name);
        links.chain(at.and_then(|it| self.elements.get(Element::Network(it))))
    }

    fn holder(&self, vip: &'c Vip, member: &'c fmc_model::cloud::VipMemberUse) -> Holder {
        let cloud = self.cloud;
        let mut up = Vec::new();
        let mut checked = None;
        if let Some(host) = cloud.hosts.get(&member.host) {
            let position = |name: &str| host.roles.iter().position(|it| it.name == name);
            up = match position(member.role) {
                Some(at) => self.of_role(host, at).collect(),
                None => self.of_host(host).collect(),
            };
            let network = vip.network.as_ref().and_then(|it| cloud.networks.get(it));
            up.extend(network.into_iter().flat_map(|it| self.of_interface(host, it)));
            let answering = host.answering(vip).filter(|it| it.alive.is_some());
            let role = answering.and_then(|it| position(it.name));
            checked = role.map(|it| self.of_role(host, it).collect());
            // Who does not preempt takes over from nobody who is still there, however low he falls.
            if !vip.preempt && member.weight != 0 {
                checked = None;
            }
        }
        let (priority, weight) = (member.priority.into(), member.weight.into());
        Holder { up, checked, priority, weight }
    }

    /// The node of a question, if it can be asked.
    pub(super) fn question(
        &mut self,
        from: &Who,
        to: &Who,
        payload: Payload,
        apps: &[usize],
    ) -> Option<NodeId> {
        let question = ends::question(&self.machines, from, to, payload).ok()?;
        Some(match question.door {
            Some(door) => self.serves(door, question.packet, apps, DEEPEST),
            None => self.leg(question.sender, question.packet, apps, DEEPEST),
        })
    }

    /// The node of a connection: what it passes there and back, and whoever answers in the end.
    pub(super) fn leg(
        &mut self,
        sender: Sender<'c>,
        packet: Packet,
        apps: &[usize],
        deep: usize,
    ) -> NodeId {
        let key = (SenderKey::of(sender), packet, apps.to_vec());
        if let Some(id) = self.legs.get(&key) {
            return *id;
        }
        let node = if deep == 0 {
            self.graph.node(Node::Never)
        } else {
            let (first, choices) = self.choice(sender, packet, 0, apps, deep);
            let mut all = vec![first];
            for choice in 1..choices {
                all.push(self.choice(sender, packet, choice, apps, deep).0);
            }
            self.graph.node(Node::Spread(all))
        };
        self.legs.insert(key, node);
        node
    }

    /// A connection that gets the destination of this number wherever one is rewritten, and how many there
    /// are.
    fn choice(
        &mut self,
        sender: Sender<'c>,
        packet: Packet,
        choice: usize,
        apps: &[usize],
        deep: usize,
    ) -> (NodeId, usize) {
        let (node, there) = self.way(sender, packet, choice, apps, deep);
        let others = there.steps.iter().map(|it| match it.event {
            Event::RewrittenTo(others) => others + 1,
            _ => 1,
        });
        let choices = others.max().unwrap_or(1);
        let (cloud, to) = (self.cloud, there.packet.destination);
        let Some(at) = cloud.vips.values().position(|it| it.addresses.contains(&to)) else {
            return (node, choices);
        };
        let vip = &cloud.vips[at];
        let hosts: Vec<HostId> =
            vip.members.iter().filter_map(|it| Some(cloud.hosts.get(&it.host)?.id)).collect();
        let mut ways = vec![node];
        for member in hosts.iter().skip(1) {
            self.machines.give(vip, *member);
            ways.push(self.way(sender, packet, choice, apps, deep).0);
        }
        if let [best, _, ..] = hosts[..] {
            self.machines.give(vip, best);
        }
        (self.graph.node(Node::Held(at, ways)), choices)
    }

    fn way(
        &mut self,
        sender: Sender<'c>,
        packet: Packet,
        choice: usize,
        apps: &[usize],
        deep: usize,
    ) -> (NodeId, Way<'c>) {
        let mut connection = Connection::choosing(choice);
        let there = walk::send(&self.machines, sender, packet, &mut connection);
        let arrived = matches!(there.fate, Fate::Delivered | Fate::NoListener);
        if !arrived && there.fate != Fate::Left {
            return (self.graph.node(Node::Never), there);
        }
        let mut passed = Passed::default();
        self.pass(sender, &there, &mut passed, deep);
        let came = there.at.filter(|_| arrived);
        if let Some(host) = came {
            let pod = self.machines.get(host).has_pod(there.packet.destination);
            let from = if pod { Sender::Pod(host) } else { Sender::Host(host) };
            let answer = there.packet.answer();
            let back = walk::answer(&self.machines, from, sender, answer, &mut connection);
            if !back.fate.is_good() {
                return (self.graph.node(Node::Never), there);
            }
            self.pass(from, &back, &mut passed, deep);
            if !pod {
                passed.nodes.push(self.serves(host, there.packet, apps, deep - 1));
            }
        }
        passed.elements.sort_unstable();
        passed.elements.dedup();
        let up = self.graph.node(Node::Up(passed.elements));
        passed.nodes.push(up);
        (self.graph.node(Node::All(passed.nodes)), there)
    }

    /// The node of whoever answers a packet that came to a host.
    fn serves(&mut self, id: HostId, packet: Packet, apps: &[usize], deep: usize) -> NodeId {
        let (cloud, host) = (self.cloud, self.cloud.host(id));
        let machine = self.machines.get(id);
        let of_app = |app: &App, cause: &fmc_config::Cause| cause.place == app.origin.place;
        let wanted = |cause: &fmc_config::Cause| {
            let app = cloud.apps.values().position(|it| of_app(it, cause));
            app.is_none_or(|it| apps.contains(&it))
        };
        let relays: Vec<_> = machine.relays(&packet).filter(|it| wanted(&it.cause)).collect();
        let mut all = Vec::new();
        for relay in relays {
            let role = host.roles.iter().position(|it| relay.cause.by == it.name);
            all.extend(role.and_then(|it| self.works(id, Runs::Role(it))));
            if deep == 0 {
                continue;
            }
            let mut any = Vec::new();
            for to in &relay.to {
                let own = self.machines.owner(to.ip());
                if own.is_some_and(|it| !self.samples.has(it)) {
                    continue;
                }
                let Some(source) = self.machines.source(id, to.ip()) else { continue };
                let next = Packet { source, destination: to.ip(), ..packet }.to_port(to.port());
                any.push(self.leg(Sender::Host(id), next, apps, deep - 1));
            }
            let any = self.graph.node(Node::Any(any));
            let by = role.map(|it| host.roles[it].name);
            self.checks.extend(relay.check.zip(by).map(|it| (any, it)));
            all.push(any);
        }
        if all.is_empty() {
            let udp = matches!(packet.payload, Payload::Udp(_));
            let is_app = |it: &App| !udp && packet.port() == Some(it.port) && it.hosts.contains(id);
            let app = cloud.apps.values().position(is_app).map(Runs::App);
            let offer = cloud
                .offers
                .iter()
                .find(|it| it.hosts.contains(id) && it.ports.iter().any(|it| packet.is_for(it)));
            let role = offer.and_then(|of| host.roles.iter().position(|it| it.name == of.role));
            let own = role.filter(|_| app.is_none() && offer.is_some_and(|it| it.each));
            if let Some(role) = own {
                // What is each host's own goes on without what all of the role cannot do without.
                let up = self.of_role(host, role).collect();
                all.push(self.graph.node(Node::Up(up)));
            } else {
                let runs = app.or(role.map(Runs::Role));
                all.extend(runs.and_then(|it| self.works(id, it)));
            }
        }
        if all.is_empty() && !host.managed {
            let up = self.of_host(host).collect();
            all.push(self.graph.node(Node::Up(up)));
        }
        self.graph.node(Node::All(all))
    }

    fn works(&mut self, host: HostId, runs: Runs) -> Option<NodeId> {
        let service = self.services.get(&(host, runs)).copied()?;
        Some(self.graph.node(Node::Serves(service)))
    }

    /// Who of a group of which more than half must be there meets whom.
    pub(super) fn quorums(&mut self) {
        let cloud = self.cloud;
        for group in cloud.redundancy.iter().filter(|it| it.kind == Redundancy::Quorum) {
            let own = |id: HostId| {
                let roles = &cloud.host(id).roles;
                roles.iter().position(|it| it.name == group.role).map(Runs::Role)
            };
            let offers = |id: HostId| {
                let all = cloud.offers.iter().filter(move |it| it.role == group.role);
                all.filter(move |it| it.hosts.contains(id))
            };
            for id in group.hosts.iter() {
                let services: Vec<&str> = offers(id).map(|it| it.service.as_str()).collect();
                let peers = group.hosts.iter().filter(|it| {
                    *it != id
                        && offers(*it).map(|it| it.service.as_str()).eq(services.iter().copied())
                });
                let peers: Vec<HostId> = peers.collect();
                let Some(port) = offers(id).flat_map(|it| &it.ports).next() else { continue };
                let mut others = Vec::new();
                for peer in &peers {
                    let (from, to) = (Who::Host(id), Who::Host(*peer));
                    let met = self.question(&from, &to, ends::payload(port), &[]);
                    others.push(met.unwrap_or_else(|| self.graph.node(Node::Never)));
                }
                let service = own(id).and_then(|it| self.services.get(&(id, it)));
                if let Some(service) = service {
                    let quorum = Some((peers.len() + 1, others));
                    self.graph.services[*service as usize].quorum = quorum;
                }
            }
        }
    }
}

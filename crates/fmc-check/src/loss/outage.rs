//! What takes time after a loss that somebody survives.

use super::element::{self, Element, ElementId};
use super::graph::{Answers, Node, NodeId, ServiceId};
use super::units::Unit;
use super::{After, Losses};
use crate::outage::{self, Back, Leaves, Outage};
use fmc_model::cloud::{Host, HostId, RedundancyGroup};
use fmc_model::role::{Redundancy, Takeover, Timer, Waits};
use fmc_model::{Duration, Text, text};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// A virtual address that goes to another member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The address, by its place in the file.
    pub vip: usize,
    /// Who has it then, by the place among its members.
    pub to: usize,
    /// How long nobody has it.
    pub outage: Outage,
}

/// Something that takes time until it is as before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// What: a virtual address, a group, somebody who passes connections on.
    pub what: Text,
    /// The virtual address, by its place in the file, where it is one.
    pub vip: Option<usize>,
    /// The setting of a role that decides, where one does.
    pub timer: Option<Timer>,
    /// How long.
    pub outage: Outage,
}

fn late(takeover: &Takeover) -> Late {
    let Takeover { least, most, .. } = *takeover;
    let outage = Outage { least, most, sum: takeover.why.clone() };
    Late { what: takeover.what.clone(), vip: None, timer: takeover.timer, outage }
}

impl Losses<'_> {
    /// The virtual addresses that go to another member after a loss.
    pub fn moved(&self, after: &After) -> Vec<Moved> {
        let all = 0..self.graph.held.len();
        all.filter_map(|it| self.moves(it, after)).collect()
    }

    /// How one of them does, by its place in the file.
    pub fn moves(&self, at: usize, after: &After) -> Option<Moved> {
        self.moves_to(at, self.holder(at, after)?, &after.state.lost)
    }

    /// The same after the loss of these elements, of which nothing else is asked.
    pub fn moves_without(&self, at: usize, elements: &[Element]) -> Option<Moved> {
        let mut lost = vec![false; self.elements.all.len()];
        for id in elements.iter().filter_map(|it| self.elements.get(*it)) {
            lost[id as usize] = true;
        }
        self.moves_to(at, self.graph.holder(at, &lost)?, &lost)
    }

    fn moves_to(&self, at: usize, to: usize, lost: &[bool]) -> Option<Moved> {
        let before = self.intact.holders[at].filter(|it| *it != to)?;
        let vip = &self.cloud.vips[at];
        let holder = &self.graph.held[at][before];
        let of_service = |id: u32| matches!(self.elements.all[id as usize], Element::Service(..));
        let up = holder.up.iter().copied();
        let gone: Vec<u32> = up.filter(|it| lost[*it as usize]).collect();
        let leaves = match gone[..] {
            [] => Leaves::Checked(vip.members[before].weight),
            // What holds it is one of the conditions, and a service only where it is that.
            [id] if of_service(id) => Leaves::Stopped,
            _ => Leaves::Silently,
        };
        let outage = outage::moves(&vip.timers, leaves, vip.members[to].priority);
        Some(Moved { vip: at, to, outage })
    }

    /// What others need time to go on with after a loss, where that is not an address that moves.
    pub fn takeovers(&self, after: &After) -> Vec<Late> {
        let mut all = self.noticed(after);
        let cut_off: Vec<HostId> = self.cut_off(after).collect();
        for group in self.cloud.redundancy.iter().filter(|it| !it.takeovers.is_empty()) {
            let counts = |id: &HostId| {
                let service = self.service_of(*id, group.role);
                let works = service.is_some_and(|it| after.state.works[it as usize]);
                works && !cut_off.contains(id)
            };
            let known = group.hosts.iter().filter(|it| self.service_of(*it, group.role).is_some());
            let left = group.hosts.iter().filter(counts).count();
            if left < known.count() && left > 0 {
                all.extend(self.taken_over(group).map(late));
            }
        }
        all
    }

    /// Those who pass connections on and need time to notice that somebody is gone: without a word, or where
    /// they try nothing again.
    fn noticed(&self, after: &After) -> Vec<Late> {
        let mut checks: Vec<_> = self.checks.iter().collect();
        checks.sort_unstable_by_key(|it| it.0);
        let mut all: Vec<Late> = Vec::new();
        for (node, (check, role)) in checks {
            let Node::Any(some) = &self.graph.nodes[*node as usize] else { continue };
            let gone: Vec<NodeId> =
                some.iter().copied().filter(|it| self.stops(*it, after)).collect();
            let is_silent = gone.iter().any(|it| self.is_silent(*it, after));
            let is_passed_by = check.connect.is_some() && !is_silent;
            if gone.is_empty() || self.stops(*node, after) || is_passed_by {
                continue;
            }
            let outage = if is_silent { outage::notices(check) } else { outage::passes_by(check) };
            let what = text!("{role} passes by who is gone", "{role} evita a quien falta");
            let timer = Some(Timer { role, setting: "interval" });
            let late = Late { what, vip: None, timer, outage };
            // Those of several hosts are told once.
            if !all.contains(&late) {
                all.push(late);
            }
        }
        all
    }

    /// Whether nobody says at once that something is gone: not for want of a service on a host that is there, but of the
    /// host, or of the way to it.
    fn is_silent(&self, node: NodeId, after: &After) -> bool {
        match &self.graph.nodes[node as usize] {
            Node::Up(all) => all.iter().any(|it| {
                let is_lost = after.lost.contains(it);
                is_lost && !matches!(self.elements.all[*it as usize], Element::Service(..))
            }),
            Node::All(all) | Node::Any(all) | Node::Spread(all) | Node::Held(_, all) => {
                all.iter().any(|it| self.is_silent(*it, after))
            }
            Node::Serves(_) | Node::Never => false,
        }
    }

    /// Whether something answered, and does not after a loss.
    fn stops(&self, node: NodeId, after: &After) -> bool {
        let node = node as usize;
        self.intact.answers[node] == Answers::Fully && after.state.answers[node] == Answers::Not
    }

    /// The hosts that are there and that nobody meets at their usual address.
    fn cut_off(&self, after: &After) -> impl Iterator<Item = HostId> {
        let lost = after.lost.iter().map(|it| self.elements.all[*it as usize]);
        lost.filter_map(|it| {
            let Element::Link(host, nic) = it else { return None };
            let own = self.cloud.host(host);
            let at = own.nics[nic].addresses.first().map(IpNet::addr);
            (at == own.primary_addresses().next()).then_some(host)
        })
    }

    /// How those of a group go on. Whoever asks any of them at a virtual address waits for that one.
    fn taken_over<'a>(&self, group: &'a RedundancyGroup) -> impl Iterator<Item = &'a Takeover> {
        let mut vips = self.cloud.vips.values();
        let at_vip = group.kind == Redundancy::AnyOf
            && vips.any(|it| it.serves.as_deref() == Some(group.role));
        group.takeovers.iter().filter(move |it| !at_vip || it.waits != Waits::Clients)
    }

    /// What those wait for who asked for something that runs on a host that no longer does.
    fn waits(&self, host: HostId, runs: super::Runs) -> Vec<Late> {
        let host = self.cloud.host(host);
        let groups = self.cloud.redundancy.iter().filter(|it| it.hosts.contains(host.id));
        let all = groups.flat_map(|group| self.taken_over(group).map(move |it| (group, it)));
        let waits = |(group, takeover): &(&RedundancyGroup, &Takeover)| match (runs, takeover.waits)
        {
            (super::Runs::Role(at), Waits::Clients) => host.roles[at].name == group.role,
            (super::Runs::App(at), Waits::Apps(ports)) => {
                // What comes to a host for pods of an app is answered there, and passed on to no other one.
                let app = &self.cloud.apps[at];
                app.pods.is_none() && (ports.first..=ports.last).contains(&app.port)
            }
            _ => false,
        };
        all.filter(waits).map(|it| late(it.1)).collect()
    }

    /// The tunnels that need time of their own after a host that is an end of them is back.
    pub fn returns(&self, host: HostId) -> Vec<Late> {
        let cloud = self.cloud;
        let inside = |it: &Host| element::machines(cloud, it).any(|it| it.id == host);
        let mut all: Vec<Late> = Vec::new();
        for network in cloud.networks.values().filter(|it| it.ends.len() > 1) {
            let ends = network.ends.iter().filter_map(|it| Some((it, cloud.hosts.get(&it.host)?)));
            let (back, others): (Vec<_>, Vec<_>) = ends.partition(|it| inside(it.1));
            // Each of those who are back with each of the others: the slowest of them counts.
            let pairs = back.iter().flat_map(|it| others.iter().map(move |other| (it.0, other.0)));
            let outage = pairs.filter_map(|(it, other)| match (it.listens, other.listens) {
                (Some(_), Some(_)) => outage::returns(Back::Both, None),
                (None, Some(_)) => outage::returns(Back::Caller, it.keepalive),
                (Some(_), None) => outage::returns(Back::Listener, other.keepalive),
                (None, None) => None,
            });
            let Some(outage) = outage.max_by_key(|it| it.most) else { continue };
            let name = &network.name;
            let what = text!("{name}", "{name}");
            all.push(Late { what, vip: None, timer: None, outage });
        }
        all
    }

    fn service_of(&self, host: HostId, role: &str) -> Option<ServiceId> {
        let at = self.cloud.host(host).roles.iter().position(|it| it.name == role)?;
        self.services.get(&(host, super::Runs::Role(at))).copied()
    }

    /// What takes longest until those who survive a loss are answered as before, of a flow by its place in
    /// the cloud; nothing where nobody notices, or nobody survives.
    pub fn late(&self, flow: usize, after: &After) -> Option<Late> {
        // Where nothing moved and nothing stopped, nothing takes time.
        let moved = self.intact.holders != after.state.holders;
        let is_quiet = !moved
            && self.intact.works == after.state.works
            && self.intact.answers == after.state.answers;
        if is_quiet {
            return None;
        }
        let units = self.units.iter().filter(|it| it.flow == flow);
        let alive = units.filter(|it| self.answers(it, after).is_some_and(|it| it != Answers::Not));
        let all = alive.flat_map(|it| self.all_late(it, after));
        all.max_by_key(|it| (it.outage.most, it.outage.least))
    }

    fn all_late(&self, unit: &Unit, after: &After) -> Vec<Late> {
        let mut all = Vec::new();
        let stops = |it: &NodeId| self.stops(*it, after);
        // Who is cut off goes on for himself, and counts as lost for all others.
        for host in self.cut_off(after) {
            let of_host = |it: &&usize| self.cloud.apps[**it].hosts.contains(host);
            let apps = unit.apps.iter().filter(of_host);
            all.extend(apps.flat_map(|it| self.waits(host, super::Runs::App(*it))));
        }
        for node in self.rests_on(unit.node, after) {
            match &self.graph.nodes[node as usize] {
                Node::Held(vip, _) => all.extend(self.moves(*vip, after).map(|it| {
                    let name = &self.cloud.vips[it.vip].name;
                    let what = text!("{name} moves", "{name} se mueve");
                    Late { what, vip: Some(it.vip), timer: None, outage: it.outage }
                })),
                Node::Any(some) if some.iter().any(stops) && !stops(&node) => {
                    if let Some((check, role)) = self.checks.get(&node) {
                        let what = Text::of(
                            "connections pass by who is gone",
                            "las conexiones evitan a quien falta",
                        );
                        let setting = if check.connect.is_some() { "connect" } else { "interval" };
                        let timer = Some(Timer { role, setting });
                        let outage = outage::passes_by(check);
                        all.push(Late { what, vip: None, timer, outage });
                    }
                }
                Node::Serves(id) => {
                    let id = *id as usize;
                    if self.intact.works[id] && !after.state.works[id] {
                        let owner = self.services.iter().find(|it| *it.1 as usize == id);
                        all.extend(owner.into_iter().flat_map(|it| self.waits(it.0.0, it.0.1)));
                    }
                }
                _ => {}
            }
        }
        all.retain(|it| it.outage.most > Duration(0));
        all
    }

    /// The hosts, and what runs on them, of which two may be lost while a virtual address still has a
    /// holder.
    pub fn vip_rests_on(&self, vip: usize) -> Vec<Element> {
        let held = &self.graph.held[vip];
        let all = held.iter().flat_map(|it| it.up.iter().chain(it.checked.iter().flatten()));
        self.that_fall(all.copied())
    }

    /// The hosts, and what runs on them, on which a flow rests in one way or another, by its place in the
    /// cloud.
    pub fn flow_rests_on(&self, flow: usize) -> Vec<Element> {
        let units = self.units.iter().filter(|it| it.flow == flow);
        let mut next: Vec<NodeId> = units.map(|it| it.node).collect();
        let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
        while let Some(node) = next.pop() {
            if !seen.insert(node) {
                continue;
            }
            match &self.graph.nodes[node as usize] {
                Node::All(some) | Node::Any(some) | Node::Spread(some) => next.extend(some),
                Node::Held(vip, ways) => {
                    next.extend(ways);
                    let held = self.graph.held[*vip].iter();
                    all.extend(held.flat_map(|it| it.up.iter().chain(it.checked.iter().flatten())));
                }
                Node::Serves(id) => {
                    let service = &self.graph.services[*id as usize];
                    all.extend(&service.up);
                    next.extend(&service.vital);
                    next.extend(service.quorum.iter().flat_map(|it| &it.1));
                }
                Node::Up(some) => all.extend(some),
                Node::Never => {}
            }
        }
        self.that_fall(all.into_iter().copied())
    }

    fn that_fall(&self, all: impl Iterator<Item = ElementId>) -> Vec<Element> {
        let all: BTreeSet<ElementId> = all.collect();
        let all = all.into_iter().map(|it| self.elements.all[it as usize]);
        all.filter(|it| matches!(it, Element::Host(_) | Element::Service(..))).collect()
    }

    /// Every node on which one rests after a loss.
    fn rests_on(&self, node: NodeId, after: &After) -> BTreeSet<NodeId> {
        let mut seen = BTreeSet::new();
        let mut next = vec![node];
        while let Some(node) = next.pop() {
            if !seen.insert(node) {
                continue;
            }
            match &self.graph.nodes[node as usize] {
                Node::All(all) | Node::Any(all) | Node::Spread(all) => next.extend(all),
                Node::Held(vip, ways) => {
                    let holder = self.holder(*vip, after);
                    next.extend(holder.and_then(|it| ways.get(it)));
                }
                Node::Serves(id) => {
                    let service = &self.graph.services[*id as usize];
                    next.extend(&service.vital);
                    next.extend(service.quorum.iter().flat_map(|it| &it.1));
                }
                Node::Up(_) | Node::Never => {}
            }
        }
        seen
    }
}

//! Everybody against everybody: which ports of whom somebody reaches, for all pairs and all ports.
//!
//! Two sets stand beside each other for each pair: what the flows of the cloud *intend*, and what is
//! *predicted* by walking packets through what is generated. Nothing is sampled (see
//! [`alike`](crate::alike)).

use crate::alike::Alike;
use crate::classes::Classes;
use crate::ends::{self, Who};
use crate::machine::Machines;
use crate::packet::{Packet, Payload, PortPair};
use crate::ports::PortSet;
use crate::ruleset::RuleAt;
use crate::trace::connection;
use crate::walk::Connection;
use crate::way::{Event, Fate, Sender, Way};
use fmc_config::nft::{Hook, PortRange, Transport};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostId, NetworkKind};
use rayon::prelude::*;
use std::net::IpAddr;

/// Both protocols with ports.
pub const TRANSPORTS: [Transport; 2] = [Transport::Tcp, Transport::Udp];

/// An address of the cloud that somebody may send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The address.
    pub address: IpAddr,
    /// What is there.
    pub kind: TargetKind,
    /// The host that has it now.
    pub host: HostId,
    /// Whether it is in a public network, so that it is met from outside.
    pub public: bool,
}

/// What has an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A host, itself.
    Host,
    /// Whoever holds a virtual address, by its place in the file.
    Vip(usize),
    /// The pods of a host.
    Pods,
}

/// Ports in a row with one fate.
#[derive(Clone, Debug)]
pub struct Stretch<'c> {
    /// The ports.
    pub ports: PortRange,
    /// What becomes of a connection to one of them.
    pub fate: Fate,
    /// Where it ends.
    pub at: Option<HostId>,
    /// The rule by which its end takes it in, or by which somebody drops it.
    pub by: Option<RuleAt<'c>>,
}

impl Stretch<'_> {
    fn ends_as(&self, other: &Self) -> bool {
        let by_same = match (&self.by, &other.by) {
            (Some(a), Some(b)) => a.is(b),
            (a, b) => a.is_none() && b.is_none(),
        };
        (self.fate, self.at) == (other.fate, other.at) && by_same
    }

    /// Whether a packet comes to its host, be it that nothing listens there.
    pub fn arrives(&self) -> bool {
        matches!(self.fate, Fate::Delivered | Fate::NoListener)
    }
}

/// One sender and one address; each stands for all that are alike (see [`classes`](crate::classes)).
#[derive(Clone, Debug)]
pub struct Pair<'c> {
    /// Who sends.
    pub from: Who,
    /// To where.
    pub to: Target,
    /// By which protocol.
    pub transport: Transport,
    /// What becomes of it, port by port; all ports in order.
    pub stretches: Vec<Stretch<'c>>,
}

impl Pair<'_> {
    /// The ports at which packets arrive.
    pub fn reached(&self) -> PortSet {
        self.stretches.iter().filter(|it| it.arrives()).map(|it| it.ports).collect()
    }
}

/// Everybody who may send: hosts, those that others run for us, pods, people, devices in networks, and
/// the Internet.
pub fn senders(cloud: &Cloud) -> Vec<Who> {
    let hosts = cloud.hosts.values().map(|it| Who::Host(it.id));
    let pods = cloud.hosts.values().filter(|it| !it.pods.is_empty()).map(|it| Who::Pod(it.id));
    let people = cloud.outside.values().enumerate().flat_map(|(at, outside)| {
        let has_place = |it: &usize| !outside.people[*it].addresses.is_empty();
        (0..outside.people.len()).filter(has_place).map(move |it| Who::Person(at, it))
    });
    let networks = cloud.networks.values().enumerate();
    let devices = networks.filter(|it| it.1.kind == NetworkKind::Private);
    let devices = devices.map(|it| Who::Device(it.0));
    let is_public = |it: &fmc_model::cloud::Network| it.kind == NetworkKind::Public;
    let internet = cloud.networks.values().any(is_public).then_some(Who::Internet);
    hosts.chain(pods).chain(people).chain(devices).chain(internet).collect()
}

/// Every address of a host that is ours, of a group, and one for the pods of each node.
pub fn targets(machines: &Machines<'_>) -> Vec<Target> {
    let cloud = machines.cloud;
    let mut all = Vec::new();
    for host in cloud.hosts.values().filter(|it| !it.managed) {
        for nic in &host.nics {
            let public = cloud.networks[&nic.network].kind == NetworkKind::Public;
            let own = nic.addresses.iter().map(|it| (it.addr(), TargetKind::Host, public));
            all.extend(own.map(|it| target(it, host)));
        }
        let pods = host.pods.iter().filter_map(|it| it.hosts().nth(1));
        all.extend(pods.map(|it| target((it, TargetKind::Pods, false), host)));
    }
    for (at, vip) in cloud.vips.values().enumerate() {
        for address in &vip.addresses {
            if let Some(host) = machines.owner(*address) {
                let kind = TargetKind::Vip(at);
                all.push(target((*address, kind, false), cloud.host(host)));
            }
        }
    }
    all
}

fn target((address, kind, public): (IpAddr, TargetKind, bool), host: &Host) -> Target {
    Target { address, kind, host: host.id, public }
}

/// Walks every sender to every target that they could meet, at every port, on all processors. Of hosts that
/// are alike the first one is asked about, and how they reach each other by its way to the second.
pub fn all<'c>(machines: &Machines<'c>, classes: &Classes) -> Vec<Pair<'c>> {
    let host = |it: &Who| match it {
        Who::Host(host) | Who::Pod(host) => Some(*host),
        _ => None,
    };
    let mut senders = senders(machines.cloud);
    senders.retain(|it| host(it).is_none_or(|it| classes.first(it) == it));
    let mut targets = targets(machines);
    targets.retain(|it| classes.is_among_first(it.host, 2));
    let meant = |from: &Who, to: &Target| match host(from) {
        _ if matches!(to.kind, TargetKind::Vip(_)) => true,
        Some(from) if classes.first(to.host) == from => from != to.host,
        _ => classes.first(to.host) == to.host,
    };
    let pairs: Vec<(Who, Target)> = senders
        .into_iter()
        .flat_map(|from| targets.iter().map(move |to| (from.clone(), *to)))
        .filter(|(from, to)| meant(from, to) && meets(machines.cloud, from, to))
        .collect();
    let walked = pairs.into_par_iter().flat_map_iter(|(from, to)| {
        let pair = |transport| {
            let stretches = stretches(machines, &from, to, transport)?;
            Some(Pair { from: from.clone(), to, transport, stretches })
        };
        TRANSPORTS.into_iter().filter_map(pair).collect::<Vec<_>>()
    });
    walked.collect()
}

/// Whether somebody would send to an address: addresses in public networks are met from outside, and
/// nobody sends to themselves.
fn meets(cloud: &Cloud, from: &Who, to: &Target) -> bool {
    let from_outside = match from {
        Who::Internet => true,
        Who::Host(host) => cloud.host(*host).managed,
        _ => false,
    };
    let to_itself = match from {
        Who::Host(from) | Who::Pod(from) => *from == to.host,
        _ => false,
    };
    from_outside == to.public && !to_itself
}

/// What becomes of connections from somebody to an address, for all ports. `None` where this sender has no
/// address to send from, as of the other version.
pub fn stretches<'c>(
    machines: &Machines<'c>,
    from: &Who,
    to: Target,
    transport: Transport,
) -> Option<Vec<Stretch<'c>>> {
    let mut all: Vec<Stretch<'c>> = Vec::new();
    let first = payload(transport, 1);
    let question = ends::question(machines, from, &Who::Address(to.address), first).ok()?;
    let mut next = Some(1);
    while let Some(port) = next {
        let alike = Alike::to(port);
        let packet = question.packet.to_port(port);
        let stretch = stretch(machines, question.sender, packet, &alike);
        next = stretch.ports.last.checked_add(1);
        // What a decision tells apart need not end differently.
        match all.last_mut() {
            Some(last) if last.ends_as(&stretch) => last.ports.last = stretch.ports.last,
            _ => all.push(stretch),
        }
    }
    Some(all)
}

fn payload(transport: Transport, port: u16) -> Payload {
    let pair = PortPair { source: ends::FROM_PORT, destination: port };
    match transport {
        Transport::Tcp => Payload::Tcp(pair),
        Transport::Udp => Payload::Udp(pair),
    }
}

fn stretch<'c>(
    machines: &Machines<'c>,
    sender: Sender<'c>,
    packet: Packet,
    alike: &Alike,
) -> Stretch<'c> {
    let (there, back) = connection(machines, sender, packet, &mut Connection::noting(alike));
    let decisive = back.as_ref().filter(|it| !it.fate.is_good()).unwrap_or(&there);
    let by = decided_by(decisive);
    Stretch { ports: alike.range(), fate: decisive.fate, at: decisive.at, by }
}

/// The rule that took a packet in at its end, or dropped it.
fn decided_by<'c>(way: &Way<'c>) -> Option<RuleAt<'c>> {
    let mut steps = way.steps.iter().rev();
    let ended = steps.next()?;
    let took = way.fate.is_good() || way.fate == Fate::NoListener;
    let last = steps.find(|it| matches!(it.event, Event::Accepted(Hook::Input | Hook::Forward)));
    ended.rule.or_else(|| last.filter(|_| took).and_then(|it| it.rule))
}

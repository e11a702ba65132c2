//! The way of one packet, and of its answer, through what was generated: routes, tunnels, rules.
//!
//! Flows are never asked. What a host remembers of a connection is kept as its kernel does, so an answer
//! that takes another way than the question meets hosts that know nothing of it.

pub use crate::connection::Connection;

use crate::connection::Tracked;
use crate::machine::{Machines, Next};
use crate::packet::{Packet, Payload, is_private};
use crate::ruleset::{Decision, Known, Meeting, Outcome, RuleAt, decide};
use crate::way::{Event, Fate, Sender, Step, Way};
use fmc_config::nft::{ChainKind, Hook};
use fmc_model::cloud::{HostId, Network, NetworkKind, PeerName, TunnelPeer};
use ipnet::IpNet;
use std::net::IpAddr;

/// More hosts in a row than a small cloud has; beyond them a way is a circle. A packet lives for no more
/// than 64 hops on Linux (`net.ipv4.ip_default_ttl`).
const MOST_HOPS: usize = 64;

/// The interface by which a host meets itself.
const LOOPBACK: &str = "lo";

/// The interface of a pod on its node: any name that no network card has.
const POD: &str = "(pod)";

/// Where a packet is.
enum Spot<'c> {
    /// At a host, come by an interface.
    At(HostId, Option<&'c str>),
    Ended(Fate, Option<HostId>),
}

/// One direction of a connection.
struct Walk<'w, 'n, 'c> {
    machines: &'w Machines<'c>,
    connection: &'w mut Connection<'n>,
    /// Whether it answers, and to whom it goes back if that is no host.
    back: Option<Sender<'c>>,
    steps: Vec<Step<'c>>,
    packet: Packet,
    /// The rule by which it ended.
    by: Option<RuleAt<'c>>,
}

/// Sends the first packet of a connection.
pub fn send<'c>(
    machines: &Machines<'c>,
    sender: Sender<'c>,
    packet: Packet,
    connection: &mut Connection<'_>,
) -> Way<'c> {
    let walk = Walk { machines, connection, back: None, steps: Vec::new(), packet, by: None };
    walk.run(sender)
}

/// Sends the answer to what came to a host, which goes back to who asked.
pub fn answer<'c>(
    machines: &Machines<'c>,
    from: Sender<'c>,
    asker: Sender<'c>,
    packet: Packet,
    connection: &mut Connection<'_>,
) -> Way<'c> {
    let walk =
        Walk { machines, connection, back: Some(asker), steps: Vec::new(), packet, by: None };
    walk.run(from)
}

impl<'n, 'c> Walk<'_, 'n, 'c> {
    fn run(mut self, sender: Sender<'c>) -> Way<'c> {
        let mut spot = self.begin(sender);
        for _ in 0..MOST_HOPS {
            match spot {
                Spot::At(host, into) => spot = self.at(host, into),
                Spot::Ended(..) => break,
            }
        }
        let (fate, at) = match spot {
            Spot::Ended(fate, at) => (fate, at),
            Spot::At(host, _) => (Fate::Loop, Some(host)),
        };
        let fate = match fate {
            Fate::Left if self.is_inside() => Fate::Astray,
            Fate::Left if is_private(self.packet.destination) => Fate::PrivateDestination,
            fate => fate,
        };
        let by = self.by.take();
        self.note(at, Event::Ended(fate), by);
        Way { steps: self.steps, fate, at, packet: self.packet }
    }

    /// Whether its destination lies in the cloud.
    fn is_inside(&self) -> bool {
        let cloud = self.machines.cloud;
        let pods = cloud.kubernetes.iter().flat_map(|it| &it.pods);
        let prefixes = cloud.networks.values().flat_map(|it| &it.prefixes).chain(pods);
        prefixes.into_iter().any(|it| it.contains(&self.packet.destination))
    }

    fn note(&mut self, host: Option<HostId>, event: Event<'c>, rule: Option<RuleAt<'c>>) {
        self.steps.push(Step { host, event, rule, packet: self.packet });
    }

    fn begin(&mut self, sender: Sender<'c>) -> Spot<'c> {
        match sender {
            Sender::Host(host) if self.machines.get(host).host.managed => {
                self.over_the_internet(Some(host))
            }
            Sender::Host(host) => Spot::At(host, None),
            Sender::Pod(host) => Spot::At(host, Some(POD)),
            Sender::Internet => self.over_the_internet(None),
            Sender::Device(network) => self.begin_at_device(network),
            Sender::Person(of, person, network) => {
                let peers = self.machines.cloud.peers_of_person(of, person, &network.name);
                match peer_behind(&peers, self.packet.destination) {
                    Some(peer) => self.through_tunnel(None, network, peer),
                    None => Spot::Ended(Fate::NoPeer, None),
                }
            }
        }
    }

    /// What a host does with a packet that came by an interface, or begins there.
    fn at(&mut self, host: HostId, into: Option<&'c str>) -> Spot<'c> {
        let machine = self.machines.get(host);
        // What a host sends to itself never leaves it.
        let to_itself = into.is_none() && machine.is_own(self.packet.destination);
        let into = if to_itself { Some(LOOPBACK) } else { into };
        let first = self.packet;
        let known = self.recognize(host);
        let rules = machine.firewall();
        let mut rewritten = false;
        if let (Known::New, Some(rules), Some(_), None) = (known, rules, into, self.back)
            && !to_itself
        {
            let meeting = self.meeting(into, None, known, first, false);
            if let Some(Decision { outcome: Outcome::To(targets, port), rule }) =
                decide(rules, ChainKind::Nat, Hook::Prerouting, &meeting)
                && let Some(target) = targets.get(self.connection.choice % targets.len().max(1))
            {
                self.packet.destination = *target;
                self.packet = port.map_or(self.packet, |it| self.packet.to_port(it));
                rewritten = true;
                self.note(Some(host), Event::RewrittenTo(targets.len() - 1), rule);
            }
        }
        let (original, was) = match self.entry(host, first) {
            Some(entry) if self.back.is_some() => (entry.first, entry.rewritten),
            _ => (first, rewritten),
        };
        let to = self.packet.destination;
        if into.is_some() && machine.is_own(to) {
            let meeting = self.meeting(into, None, known, original, was);
            if let Some(denied) = self.filter(host, Hook::Input, &meeting) {
                return denied;
            }
            self.remember(host, first, rewritten);
            // An answer comes to the process that asked.
            let fate = match self.back {
                None if !machine.listens(self.machines.cloud, &self.packet) => Fate::NoListener,
                _ => Fate::Delivered,
            };
            return Spot::Ended(fate, Some(host));
        }
        if into.is_some() && !machine.forwards(to) {
            return Spot::Ended(Fate::NotForwarded, Some(host));
        }
        if machine.has_pod(to) {
            let meeting = self.meeting(into, Some(POD), known, original, was);
            if into.is_some()
                && let Some(denied) = self.filter(host, Hook::Forward, &meeting)
            {
                return denied;
            }
            self.remember(host, first, rewritten);
            return Spot::Ended(Fate::Delivered, Some(host));
        }
        let Some(next) = self.machines.route(host, Some(self.packet.source), to) else {
            return Spot::Ended(Fate::NoRoute, Some(host));
        };
        self.note(Some(host), Event::Routed(next.clone()), None);
        let meeting = self.meeting(into, Some(next.interface), known, original, was);
        if into.is_some()
            && let Some(denied) = self.filter(host, Hook::Forward, &meeting)
        {
            return denied;
        }
        if self.back.is_some() {
            self.put_back(host, first);
        } else if let (Known::New, Some(rules)) = (known, rules)
            && let Some(Decision { outcome: Outcome::Masqueraded, rule }) =
                decide(rules, ChainKind::Nat, Hook::Postrouting, &meeting)
            && let Some(source) = machine.source(&next, to)
        {
            self.packet.source = source;
            self.note(Some(host), Event::Masqueraded, rule);
        }
        self.remember(host, first, rewritten);
        self.deliver(host, &next)
    }

    fn meeting<'m>(
        &self,
        into: Option<&'m str>,
        out: Option<&'m str>,
        known: Known,
        originally: Packet,
        rewritten: bool,
    ) -> Meeting<'m>
    where
        'n: 'm,
    {
        let alike = self.connection.alike;
        Meeting { packet: self.packet, into, out, known, originally, rewritten, alike }
    }

    /// Asks the firewall; tells how it ends if it does.
    fn filter(&mut self, host: HostId, hook: Hook, meeting: &Meeting<'_>) -> Option<Spot<'c>> {
        let rules = self.machines.get(host).firewall()?;
        let decision = decide(rules, ChainKind::Filter, hook, meeting)?;
        if decision.outcome == Outcome::Accepted {
            self.note(Some(host), Event::Accepted(hook), decision.rule);
            return None;
        }
        let fate = match hook {
            _ if self.back.is_some() && meeting.known != Known::Established => Fate::Asymmetric,
            Hook::Input => Fate::DeniedIn,
            _ => Fate::DeniedForward,
        };
        self.by = decision.rule;
        Some(Spot::Ended(fate, Some(host)))
    }

    /// What a host knows of the packet. An answer that it expects gets the destination back that it had
    /// before the source of the question was rewritten.
    fn recognize(&mut self, host: HostId) -> Known {
        if self.back.is_none() {
            return Known::New;
        }
        let Some(entry) = self.entry(host, self.packet) else {
            return match self.packet.payload {
                // Nothing begins with an answer, but for what knows no beginnings.
                Payload::Tcp(_) | Payload::EchoReply => Known::Invalid,
                _ => Known::New,
            };
        };
        let asked = entry.first.answer();
        let changed = self.packet.destination != asked.destination;
        self.packet.destination = asked.destination;
        if changed {
            self.note(Some(host), Event::PutBack, None);
        }
        Known::Established
    }

    /// What a host remembers of the connection that a packet answers.
    fn entry(&self, host: HostId, packet: Packet) -> Option<&Tracked> {
        self.connection.tracked.iter().find(|it| it.host == host && it.answer == packet)
    }

    /// An answer leaves with the source that the question went to.
    fn put_back(&mut self, host: HostId, came: Packet) {
        let Some(entry) = self.entry(host, came) else { return };
        let asked = entry.first.answer();
        if self.packet != asked {
            self.packet = asked;
            self.note(Some(host), Event::PutBack, None);
        }
    }

    fn remember(&mut self, host: HostId, first: Packet, rewritten: bool) {
        if self.back.is_none() {
            let answer = self.packet.answer();
            self.connection.tracked.push(Tracked { host, first, answer, rewritten });
        }
    }

    /// Gives a packet to the neighbour that a route tells.
    fn deliver(&mut self, host: HostId, next: &Next<'c>) -> Spot<'c> {
        let network = next.network;
        match network.kind {
            NetworkKind::Wireguard => {
                let machine = self.machines.get(host).host;
                let peers = self.machines.cloud.tunnel_peers(machine, &network.name);
                match peer_behind(&peers, self.packet.destination) {
                    Some(peer) => self.through_tunnel(Some(host), network, peer),
                    None => Spot::Ended(Fate::NoPeer, Some(host)),
                }
            }
            NetworkKind::Public => self.over_the_internet(Some(host)),
            NetworkKind::Private => {
                let Some(neighbour) = next.neighbour else { return Spot::Ended(Fate::Left, None) };
                self.beside(host, network, neighbour)
            }
        }
    }

    /// Gives a packet to whoever has an address in the same network.
    fn beside(&mut self, from: HostId, network: &'c Network, neighbour: IpAddr) -> Spot<'c> {
        match self.machines.holder(&network.name, neighbour) {
            Some(host) => Spot::At(host, self.machines.get(host).interface(&network.name)),
            None if self.is_asker_in(network) && neighbour == self.packet.destination => {
                Spot::Ended(Fate::Delivered, None)
            }
            None if network.gateways.contains(&neighbour) => Spot::Ended(Fate::Left, None),
            None => Spot::Ended(Fate::NobodyThere, Some(from)),
        }
    }

    fn is_asker_in(&self, network: &Network) -> bool {
        matches!(self.back, Some(Sender::Device(own)) if own.name == network.name)
    }

    /// A device asks whoever is beside it, else the gateway of its network.
    fn begin_at_device(&mut self, network: &'c Network) -> Spot<'c> {
        let to = self.packet.destination;
        let beside = network.prefixes.iter().any(|it| it.contains(&to));
        let of_version = |it: &&IpAddr| it.is_ipv4() == to.is_ipv4();
        let neighbour =
            if beside { Some(to) } else { network.gateways.iter().find(of_version).copied() };
        let Some(neighbour) = neighbour else { return Spot::Ended(Fate::NoRoute, None) };
        match self.machines.holder(&network.name, neighbour) {
            Some(host) => Spot::At(host, self.machines.get(host).interface(&network.name)),
            None if beside => Spot::Ended(Fate::NobodyThere, None),
            None => Spot::Ended(Fate::Left, None),
        }
    }

    fn over_the_internet(&mut self, from: Option<HostId>) -> Spot<'c> {
        let is_managed = from.is_some_and(|it| self.machines.get(it).host.managed);
        if from.is_some() && !is_managed && is_private(self.packet.source) {
            return Spot::Ended(Fate::PrivateSource, from);
        }
        let to = self.packet.destination;
        let public = |it: &&Network| it.kind == NetworkKind::Public;
        for network in self.machines.cloud.networks.values().filter(public) {
            if let Some(host) = self.machines.holder(&network.name, to) {
                return Spot::At(host, self.machines.get(host).interface(&network.name));
            }
        }
        match self.back {
            Some(Sender::Internet) => Spot::Ended(Fate::Delivered, None),
            // Who runs a host for us answers from addresses of their own.
            Some(Sender::Host(asker)) if self.machines.get(asker).host.managed => {
                Spot::Ended(Fate::Delivered, Some(asker))
            }
            _ => Spot::Ended(Fate::Left, None),
        }
    }

    /// A tunnel carries a packet to a peer, who takes it only if the source lies behind the sender.
    fn through_tunnel(
        &mut self,
        from: Option<HostId>,
        network: &'c Network,
        peer: &TunnelPeer,
    ) -> Spot<'c> {
        let who = peer.who.to_string();
        self.note(from, Event::Tunnelled(who), None);
        let PeerName::Host(name) = &peer.who else { return Spot::Ended(Fate::Delivered, None) };
        let Some(host) = self.machines.cloud.hosts.get(name) else {
            return Spot::Ended(Fate::NobodyThere, from);
        };
        let peers = self.machines.cloud.tunnel_peers(host, &network.name);
        let is_sender = |it: &&TunnelPeer| match (&it.who, from) {
            (PeerName::Host(name), Some(from)) => *name == self.machines.get(from).host.name,
            (PeerName::Person { .. }, None) => true,
            _ => false,
        };
        let takes = |it: &TunnelPeer| behind(it, self.packet.source).is_some();
        if !peers.iter().filter(is_sender).any(takes) {
            return Spot::Ended(Fate::SourceRefused, Some(host.id));
        }
        // Of a tunnel that neither end can call there is none. People call from wherever they are.
        let calls = |who: HostId, it: &TunnelPeer| {
            it.endpoint.is_some_and(|to| self.machines.route(who, None, to.0).is_some())
        };
        let is_called = from.is_none_or(|from| calls(from, peer));
        if !is_called && !peers.iter().filter(is_sender).any(|it| calls(host.id, it)) {
            return Spot::Ended(Fate::NoRoute, from);
        }
        Spot::At(host.id, self.machines.get(host.id).interface(&network.name))
    }
}

/// The peer behind whom an address lies: the longest prefix, as WireGuard looks it up.
fn peer_behind(peers: &[TunnelPeer], to: IpAddr) -> Option<&TunnelPeer> {
    peers.iter().filter(|it| behind(it, to).is_some()).max_by_key(|it| behind(it, to))
}

fn behind(peer: &TunnelPeer, address: IpAddr) -> Option<u8> {
    peer.prefixes.iter().filter(|it| it.contains(&address)).map(IpNet::prefix_len).max()
}

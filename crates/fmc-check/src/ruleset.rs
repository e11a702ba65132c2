//! What a firewall does with a packet: the meaning of the rules that `build` prints.
//!
//! The rules are those of [`fmc_config::nft`]; what they mean is nftables' own
//! (<https://www.netfilter.org/projects/nftables/manpage.html>). A limit of a rate counts as kept: one
//! packet is asked about, and no flood.

use crate::alike::Alike;
use crate::packet::{Packet, Payload};
use fmc_config::nft::{
    Action, Addresses, Chain, ChainKind, Hook, IcmpType, MapKey, Match, Place, Policy, PortRange,
    Rule, Ruleset, State, Transport, Verdict, Version,
};
use serde::Serialize;
use std::net::IpAddr;

/// Jumps within jumps: nftables allows no more (`NFT_JUMP_STACK_SIZE`).
const DEEPEST: usize = 16;

/// A packet at a point of its way through a host.
#[derive(Clone, Debug)]
pub struct Meeting<'a> {
    /// The packet as it is here.
    pub packet: Packet,
    /// The interface by which it came, unless it begins here.
    pub into: Option<&'a str>,
    /// The interface by which it will leave, as far as that is decided here.
    pub out: Option<&'a str>,
    /// What is known of its connection.
    pub known: Known,
    /// Its destination before it was rewritten: that of the first packet of its connection.
    pub originally: Packet,
    /// Whether the destination of its connection was rewritten on this host.
    pub rewritten: bool,
    /// What takes note of which other ports are treated alike, if anybody wants to know.
    pub alike: Option<&'a Alike>,
}

/// What a host knows of the connection of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// Nothing: it begins one.
    New,
    /// Packets of both directions were seen, or this is the first that answers.
    Established,
    /// It belongs to another connection.
    Related,
    /// It belongs to none that is known and begins none.
    Invalid,
}

/// What was decided, and by what.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<'r> {
    /// What becomes of the packet.
    pub outcome: Outcome,
    /// The rule that decided; `None` for the policy of a chain.
    pub rule: Option<RuleAt<'r>>,
}

/// A rule at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleAt<'r> {
    /// Its chain.
    pub chain: &'r Chain,
    /// Its place in the chain, from 0.
    pub index: usize,
}

impl<'r> RuleAt<'r> {
    /// The rule.
    pub fn rule(&self) -> &'r Rule {
        &self.chain.rules[self.index]
    }

    /// Whether both are the same rule of the same host.
    pub fn is(&self, other: &RuleAt<'_>) -> bool {
        std::ptr::eq(self.chain, other.chain) && self.index == other.index
    }
}

/// What becomes of a packet at a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It goes on as it is.
    Accepted,
    /// It is dropped.
    Dropped,
    /// Its destination is rewritten: to one of these, and this port if one is told.
    To(Vec<IpAddr>, Option<u16>),
    /// Its source becomes an address of the interface by which it leaves.
    Masqueraded,
}

/// Has all chains of a kind at a hook decide. `None` where there is no such chain.
pub fn decide<'r>(
    rules: &'r Ruleset,
    kind: ChainKind,
    hook: Hook,
    meeting: &Meeting<'_>,
) -> Option<Decision<'r>> {
    let mut last = None;
    // Of several at one point, which have one priority, the kernel asks the one first that came last
    // (`nf_hook_entries_grow`).
    for chain in rules.chains.iter().rev() {
        let Some(base) = chain.base.filter(|it| it.kind == kind && it.hook == hook) else {
            continue;
        };
        let decision = walk(rules, chain, meeting, DEEPEST).unwrap_or(Decision {
            outcome: match base.policy {
                Policy::Accept => Outcome::Accepted,
                Policy::Drop => Outcome::Dropped,
            },
            rule: None,
        });
        // A drop is final, and so is a rewriting; what one chain accepts the next one may drop.
        if decision.outcome != Outcome::Accepted {
            return Some(decision);
        }
        last = Some(decision);
    }
    last
}

/// The rules of a chain in order; `None` where none of them decides.
fn walk<'r>(
    rules: &'r Ruleset,
    chain: &'r Chain,
    meeting: &Meeting<'_>,
    deep: usize,
) -> Option<Decision<'r>> {
    for (index, rule) in chain.rules.iter().enumerate() {
        if !rule.matches.iter().all(|it| matches(rules, it, meeting)) {
            continue;
        }
        let at = Some(RuleAt { chain, index });
        let verdict = match &rule.action {
            // How long segments may be decides nothing about whether they pass.
            Action::Continue | Action::ClampSegments => continue,
            // No packet becomes one of the other version: it goes on to the next rule.
            Action::RewriteDestination(targets, port) => {
                let of_version = |it: &IpAddr| it.is_ipv4() == meeting.packet.source.is_ipv4();
                if !targets.iter().all(of_version) {
                    continue;
                }
                let outcome = Outcome::To(targets.clone(), *port);
                return Some(Decision { outcome, rule: at });
            }
            Action::Masquerade => {
                return Some(Decision { outcome: Outcome::Masqueraded, rule: at });
            }
            Action::Verdict(verdict) => Some(verdict),
            Action::ByState(verdicts) => {
                verdicts.iter().find(|it| is_state(it.0, meeting.known)).map(|it| &it.1)
            }
            Action::ByMap(key, name) => looked_up(rules, *key, name, meeting),
        };
        match verdict {
            None => {}
            Some(Verdict::Accept) => {
                return Some(Decision { outcome: Outcome::Accepted, rule: at });
            }
            Some(Verdict::Drop) => return Some(Decision { outcome: Outcome::Dropped, rule: at }),
            Some(Verdict::Jump(name)) => {
                let decided = rules
                    .chain(name)
                    .filter(|_| deep > 0)
                    .and_then(|it| walk(rules, it, meeting, deep - 1));
                if decided.is_some() {
                    return decided;
                }
            }
        }
    }
    None
}

fn looked_up<'r>(
    rules: &'r Ruleset,
    key: MapKey,
    name: &str,
    meeting: &Meeting<'_>,
) -> Option<&'r Verdict> {
    let wanted: Vec<&str> = match key {
        MapKey::In => vec![meeting.into?],
        MapKey::InOut => vec![meeting.into?, meeting.out?],
    };
    let map = rules.maps.iter().find(|it| it.name == name && it.key == key)?;
    map.entries.iter().find(|it| it.0.iter().eq(wanted.iter().copied())).map(|it| &it.1)
}

fn matches(rules: &Ruleset, condition: &Match, meeting: &Meeting<'_>) -> bool {
    let Meeting { packet, into, out, originally, .. } = meeting;
    let is_in = |ports: &[PortRange], port: u16| {
        if let Some(alike) = meeting.alike {
            alike.narrow(port, ports);
        }
        ports.iter().any(|it| (it.first..=it.last).contains(&port))
    };
    let is_one = |name: Option<&str>, names: &[String]| {
        name.is_some_and(|it| names.iter().any(|own| own == it))
    };
    // What belongs to no connection goes to where none went originally.
    let belongs = meeting.known != Known::Invalid;
    match condition {
        Match::In(names) => is_one(*into, names),
        Match::NotIn(names) => !is_one(*into, names),
        Match::Out(names) => is_one(*out, names),
        Match::From(place) => is_at(rules, place, packet.source),
        Match::To(place) => is_at(rules, place, packet.destination),
        Match::OriginallyTo(set) => belongs && set.contains(originally.destination),
        Match::OriginallyToPorts(ports) => {
            belongs && originally.port().is_some_and(|port| is_in(ports, port))
        }
        Match::Protocol(protocol) => number_of(packet) == protocol.0,
        Match::ToPorts(transport, ports) => match (packet.payload, transport) {
            (Payload::Tcp(it), Transport::Tcp) | (Payload::Udp(it), Transport::Udp) => {
                is_in(ports, it.destination)
            }
            _ => false,
        },
        Match::State(states) => states.iter().any(|it| is_state(*it, meeting.known)),
        Match::DestinationRewritten => meeting.rewritten,
        // A segment that is asked about begins a connection, or is the first that answers.
        Match::BeginsTcp => matches!(packet.payload, Payload::Tcp(_)),
        Match::Icmp(types) => packet.source.is_ipv4() && is_echo(types, packet),
        Match::Icmpv6(types) => packet.source.is_ipv6() && is_echo(types, packet),
    }
}

/// Whether an address is at a place. A place of one version says nothing of the other's packets.
fn is_at(rules: &Ruleset, place: &Place, address: IpAddr) -> bool {
    let named = |name: &str| rules.set(name).is_some_and(|it| it.addresses.contains(address));
    let is_of = |set: &Addresses| set.versions().any(|it| it == Version::of(address));
    match place {
        Place::Literal(set) => set.contains(address),
        Place::Except(set) => is_of(set) && !set.contains(address),
        Place::Set(version, name) => *version == Version::of(address) && named(name),
        Place::NotSet(version, name) => *version == Version::of(address) && !named(name),
    }
}

fn is_state(state: State, known: Known) -> bool {
    matches!(
        (state, known),
        (State::Established, Known::Established)
            | (State::Related, Known::Related)
            | (State::Invalid, Known::Invalid)
    )
}

fn is_echo(types: &[IcmpType], packet: &Packet) -> bool {
    let name = match packet.payload {
        Payload::EchoRequest => "echo-request",
        Payload::EchoReply => "echo-reply",
        _ => return false,
    };
    types.iter().any(|it| it.0 == name)
}

/// The number of the protocol that a packet carries.
fn number_of(packet: &Packet) -> u8 {
    match packet.payload {
        Payload::Tcp(_) => 6,
        Payload::Udp(_) => 17,
        Payload::EchoRequest | Payload::EchoReply if packet.source.is_ipv4() => 1,
        Payload::EchoRequest | Payload::EchoReply => 58,
        Payload::Other(number) => number,
    }
}

#[cfg(test)]
mod tests;

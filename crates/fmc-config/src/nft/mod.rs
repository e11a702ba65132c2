//! Rules of a firewall as values: what a packet meets, in the terms of nftables.
//!
//! These values are printed for `nft -f`, and they are what questions about packets are answered
//! from. So they say what a rule means, and the syntax is the printer's affair alone
//! (<https://www.netfilter.org/projects/nftables/manpage.html>).

mod addresses;
mod print;

pub use addresses::{AddressRange, Addresses, Version};

use crate::Cause;
use std::net::IpAddr;

/// One table of the family `inet`, which a file replaces as a whole and nobody else touches.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruleset {
    /// Its name.
    pub table: String,
    /// Named sets of addresses, each of one version.
    pub sets: Vec<AddressSet>,
    /// Named maps from interfaces to verdicts.
    pub maps: Vec<VerdictMap>,
    /// Its chains.
    pub chains: Vec<Chain>,
    /// Why it is there.
    pub cause: Cause,
}

/// A named set of addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct AddressSet {
    /// Its name.
    pub name: String,
    /// Of which version they are.
    pub version: Version,
    /// The addresses.
    pub addresses: Addresses,
    /// Why it is there.
    pub cause: Cause,
}

/// A named map from the interfaces of a packet to what becomes of it. A packet that is in none of
/// its keys goes on to the next rule.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictMap {
    /// Its name.
    pub name: String,
    /// What is looked up.
    pub key: MapKey,
    /// Keys and verdicts.
    pub entries: Vec<(Vec<String>, Verdict, Cause)>,
    /// Why it is there.
    pub cause: Cause,
}

/// What is looked up in a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapKey {
    /// The interface by which a packet came.
    In,
    /// The interfaces by which a packet came and will leave.
    InOut,
}

/// A chain of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Its name.
    pub name: String,
    /// Where packets come into it; `None` where rules jump into it.
    pub base: Option<Base>,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
    /// Why it is there.
    pub cause: Cause,
}

/// Where packets come into a chain by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Base {
    /// What it may do.
    pub kind: ChainKind,
    /// At which point of a packet's way.
    pub hook: Hook,
    /// What becomes of a packet that no rule decided.
    pub policy: Policy,
}

/// What a chain may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainKind {
    /// Let through or not.
    Filter,
    /// Rewrite addresses; it sees the first packet of a connection alone.
    Nat,
}

/// A point of a packet's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hook {
    /// Before routing.
    Prerouting,
    /// On its way to a process of this host.
    Input,
    /// On its way through this host.
    Forward,
    /// After routing.
    Postrouting,
}

/// What becomes of a packet that no rule decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// It goes on.
    Accept,
    /// It is dropped.
    Drop,
}

/// A rule: if all of it matches, what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What must be true of the packet.
    pub matches: Vec<Match>,
    /// The rule matches no more often than this.
    pub limit: Option<Limit>,
    /// What it writes to the kernel's log, if anything, before the name of the interface.
    pub log: Option<String>,
    /// Whether packets and bytes are counted.
    pub counter: bool,
    /// What becomes of the packet.
    pub action: Action,
    /// For people: the name of the flow, most of the time.
    pub comment: Option<String>,
    /// Why it is there.
    pub cause: Cause,
}

/// So many packets in a second, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Packets in a second.
    pub per_second: u32,
    /// Packets beyond it that may come at once.
    pub burst: u32,
}

/// Something that must be true of a packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// It came by one of these interfaces.
    In(Vec<String>),
    /// It came by none of these interfaces.
    NotIn(Vec<String>),
    /// It leaves by one of these interfaces.
    Out(Vec<String>),
    /// It comes from here.
    From(Place),
    /// It goes to here.
    To(Place),
    /// Before its destination was rewritten, it went to one of these addresses.
    OriginallyTo(Addresses),
    /// Before its destination was rewritten, it went to one of these ports.
    OriginallyToPorts(Vec<PortRange>),
    /// It carries this protocol.
    Protocol(Protocol),
    /// It goes to one of these ports.
    ToPorts(Transport, Vec<PortRange>),
    /// Its connection has one of these states.
    State(Vec<State>),
    /// The destination of its connection was rewritten on this host.
    DestinationRewritten,
    /// It begins a connection of TCP, or answers the one that does: it says how long the segments may
    /// be that its sender takes.
    BeginsTcp,
    /// It is a message of this kind of ICMP.
    Icmp(Vec<IcmpType>),
    /// It is a message of this kind of ICMPv6.
    Icmpv6(Vec<IcmpType>),
}

/// An end of a packet's way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// One of these addresses. All are of one version.
    Literal(Addresses),
    /// None of these addresses. All are of one version, and so is the packet.
    Except(Addresses),
    /// An address in the named set of this name.
    Set(Version, String),
    /// An address of this version that is not in the named set of this name.
    NotSet(Version, String),
}

/// Ports, first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The first port.
    pub first: u16,
    /// The last port, itself included.
    pub last: u16,
}

/// A protocol that has ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A protocol above IP, by its number
/// (<https://www.iana.org/assignments/protocol-numbers>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protocol(pub u8);

/// State of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Packets of both directions were seen.
    Established,
    /// It belongs to another connection, as an error message does.
    Related,
    /// It belongs to none that is known and begins none.
    Invalid,
}

/// A kind of message of ICMP or ICMPv6, by the name that `nft` has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IcmpType(pub &'static str);

/// What becomes of a packet that a rule matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The packet goes on to the next rule.
    Continue,
    /// It is decided.
    Verdict(Verdict),
    /// By the state of its connection; another state goes on to the next rule.
    ByState(Vec<(State, Verdict)>),
    /// By the named map.
    ByMap(MapKey, String),
    /// Its destination becomes one of these addresses of one version, in turn, connection by
    /// connection.
    RewriteDestination(Vec<IpAddr>, Option<u16>),
    /// Its source becomes the address of the interface by which it leaves.
    Masquerade,
    /// The segments that it asks for become no longer than what passes whole on its way, there and
    /// back; the packet goes on to the next rule.
    ClampSegments,
}

/// What is decided of a packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It goes on out of this chain.
    Accept,
    /// It is dropped without a word.
    Drop,
    /// The rules of the chain of this name decide, and if they do not, the next rule does.
    Jump(String),
}

impl Rule {
    /// A rule that counts what it decides.
    pub fn new(matches: Vec<Match>, action: Action, cause: &Cause) -> Self {
        Self {
            matches,
            limit: None,
            log: None,
            counter: false,
            action,
            comment: None,
            cause: cause.clone(),
        }
    }

    /// Packets and bytes are counted.
    pub fn counted(mut self) -> Self {
        self.counter = true;
        self
    }

    /// With a comment.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Matches no more often than so many times in a second, and so many times at once.
    pub fn limited(mut self, per_second: u32, burst: u32) -> Self {
        self.limit = Some(Limit { per_second, burst });
        self
    }

    /// Writes to the kernel's log.
    pub fn logged(mut self, prefix: impl Into<String>) -> Self {
        self.log = Some(prefix.into());
        self
    }
}

impl Chain {
    /// A chain without rules yet.
    pub fn new(name: impl Into<String>, base: Option<Base>, cause: &Cause) -> Self {
        Self { name: name.into(), base, rules: Vec::new(), cause: cause.clone() }
    }
}

impl Ruleset {
    /// The chain of this name.
    pub fn chain(&self, name: &str) -> Option<&Chain> {
        self.chains.iter().find(|it| it.name == name)
    }

    /// The set of this name.
    pub fn set(&self, name: &str) -> Option<&AddressSet> {
        self.sets.iter().find(|it| it.name == name)
    }
}

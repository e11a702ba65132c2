//! Random rules, of everything that `fmc_config::nft` can say and the kernel takes.
//!
//! What is left out, with why: matches on addresses of both versions in one rule, and on two protocols, for
//! `nft` refuses them; rewriting where a chain may not; and names of messages of ICMP beyond the echoes and
//! the discovery of neighbours, for a packet of the prediction has none.

use crate::router::{HOSTS, WIRES, Wire};
use clouds::random::Random;
use fmc_config::nft::{
    Action, AddressSet, Addresses, Base, Chain, ChainKind, Hook, IcmpType, MapKey, Match, Place,
    Policy, PortRange, Protocol, Rule, Ruleset, State, Transport, Verdict, VerdictMap, Version,
};
use fmc_config::{Cause, Place as Written};
use std::net::IpAddr;

/// Ports that rules and packets name.
pub const PORTS: [u16; 7] = [22, 53, 80, 443, 1024, 8080, 40_000];

/// Protocols that nobody has a handler for, by their numbers (unassigned ones, and those for experiments:
/// <https://www.iana.org/assignments/protocol-numbers>).
pub const OTHERS: std::ops::RangeInclusive<u8> = 149..=254;

/// Names of interfaces in rules; one of them no host has.
const INTERFACES: [&str; 5] = ["eth0", "eth1", "wan", "lo", "absent"];

/// The rules of a seed.
pub fn ruleset(seed: u64) -> Ruleset {
    let mut making = Making { random: Random::new(seed), cause: cause(), version: None };
    making.ruleset()
}

fn cause() -> Cause {
    Cause::new(Written::default(), "test")
}

/// What rules are made of.
struct Making {
    random: Random,
    cause: Cause,
    /// The version that the rule at hand is about, if one.
    version: Option<Version>,
}

/// Where a rule stands.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Base(ChainKind, Hook),
    /// In a chain that others jump to: those of filters, or of rewriting before routing.
    Jumped(ChainKind),
}

impl Making {
    fn ruleset(&mut self) -> Ruleset {
        let sets = (0..4).map(|it| self.set(it)).collect();
        let mut chains = Vec::new();
        let mut maps = Vec::new();
        for (name, key) in [("by-in", MapKey::In), ("by-both", MapKey::InOut)] {
            let mut entries = Vec::new();
            for first in ["eth0", "eth1", "wan"] {
                for second in if key == MapKey::In { &[""][..] } else { &["eth0", "eth1", "wan"] } {
                    if self.random.percent(50) {
                        let keys = [first, second].map(str::to_owned);
                        let keys = keys.into_iter().filter(|it| !it.is_empty()).collect();
                        entries.push((keys, self.verdict("filter", 0), self.cause.clone()));
                    }
                }
            }
            maps.push(VerdictMap { name: name.into(), key, entries, cause: self.cause.clone() });
        }
        for (at, chance) in [
            (At::Base(ChainKind::Filter, Hook::Prerouting), 25),
            (At::Base(ChainKind::Filter, Hook::Input), 90),
            (At::Base(ChainKind::Filter, Hook::Input), 10),
            (At::Base(ChainKind::Filter, Hook::Forward), 90),
            (At::Base(ChainKind::Filter, Hook::Forward), 10),
            (At::Base(ChainKind::Filter, Hook::Postrouting), 25),
            (At::Base(ChainKind::Nat, Hook::Prerouting), 60),
            (At::Base(ChainKind::Nat, Hook::Prerouting), 15),
            (At::Base(ChainKind::Nat, Hook::Postrouting), 60),
        ] {
            if self.random.percent(chance) {
                let name = format!("base-{}", chains.len());
                chains.push(self.chain(&name, at, 0));
            }
        }
        for kind in [ChainKind::Filter, ChainKind::Nat] {
            for number in 0..JUMPED {
                let name = format!("{}-{number}", kind_name(kind));
                chains.push(self.chain(&name, At::Jumped(kind), number + 1));
            }
        }
        Ruleset { table: "fmc".into(), sets, maps, chains, cause: self.cause.clone() }
    }

    fn set(&mut self, number: usize) -> AddressSet {
        let version = if number.is_multiple_of(2) { Version::V4 } else { Version::V6 };
        let empty = self.random.percent(10);
        let addresses = if empty { Addresses::new() } else { self.addresses(version) };
        AddressSet { name: format!("set-{number}"), version, addresses, cause: self.cause.clone() }
    }

    /// One chain, which jumps to none before this one.
    fn chain(&mut self, name: &str, at: At, below: usize) -> Chain {
        let base = match at {
            At::Base(kind, hook) => {
                // What is not decided passes more often than not before and after routing.
                let open = if matches!(hook, Hook::Input | Hook::Forward) { 40 } else { 85 };
                let policy = if self.random.percent(open) { Policy::Accept } else { Policy::Drop };
                Some(Base { kind, hook, policy })
            }
            At::Jumped(_) => None,
        };
        let count = self.random.below(7);
        let rules = (0..count).map(|_| self.rule(at, below)).collect();
        Chain { rules, ..Chain::new(name, base, &self.cause) }
    }

    fn rule(&mut self, at: At, below: usize) -> Rule {
        self.version = [None, Some(Version::V4), Some(Version::V6)][self.random.below(3)];
        let mut matches = Vec::new();
        if self.random.percent(25) {
            let some = |it: Vec<&str>| it.into_iter().map(str::to_owned).collect();
            let names = some(self.random.some(&INTERFACES, 1, 3));
            matches.push(match self.random.below(3) {
                0 => Match::In(names),
                1 => Match::NotIn(names),
                _ => Match::Out(names),
            });
        }
        if let Some(version) = self.version {
            if self.random.percent(50) {
                matches.push(Match::From(self.place(version)));
            }
            if self.random.percent(50) {
                matches.push(Match::To(self.place(version)));
            }
            if self.random.percent(10) {
                matches.push(Match::OriginallyTo(self.addresses(version)));
            }
        }
        let transport = self.carried(at, &mut matches);
        // `nft` wants to know of whose ports it is before.
        let is_carried = |it: &Match| matches!(it, Match::Protocol(Protocol(6 | 17)));
        if matches.iter().any(is_carried) && self.random.percent(50) {
            matches.push(Match::OriginallyToPorts(self.ports()));
        }
        if self.random.percent(10) {
            let states = [State::Established, State::Related, State::Invalid];
            matches.push(Match::State(self.random.some(&states, 1, 3)));
        }
        if self.random.percent(8) {
            matches.push(Match::DestinationRewritten);
        }
        let action = self.action(at, below, transport, &matches);
        let mut rule = Rule::new(matches, action, &self.cause);
        if self.random.percent(10) {
            // More than are sent: one packet is asked about, and no flood.
            rule = rule.limited(100_000, 100_000);
        }
        if self.random.percent(5) {
            rule = rule.logged("fmc test: ");
        }
        if self.random.percent(30) {
            rule = rule.counted();
        }
        if self.random.percent(10) {
            rule = rule.comment("a \"comment\"");
        }
        rule
    }

    /// What the packet carries; tells whether that has ports.
    fn carried(&mut self, at: At, matches: &mut Vec<Match>) -> bool {
        let icmp = vec![IcmpType("echo-request")];
        let more = vec![IcmpType("echo-reply"), IcmpType("echo-request")];
        match self.random.below(10) {
            0 | 1 => matches.push(Match::ToPorts(Transport::Tcp, self.ports())),
            2 => matches.push(Match::ToPorts(Transport::Udp, self.ports())),
            3 => {
                let other = OTHERS.start() + self.random.below(OTHERS.len()) as u8;
                let numbers = [6, 17, 1, 58, other];
                let number = *self.random.one(&numbers);
                matches.push(Match::Protocol(Protocol(number)));
                return matches!(number, 6 | 17);
            }
            4 if self.version != Some(Version::V6) => {
                self.version = Some(Version::V4);
                matches.push(Match::Icmp(if self.random.percent(50) { icmp } else { more }));
                return false;
            }
            5 if self.version != Some(Version::V4) => {
                self.version = Some(Version::V6);
                let neighbours = vec![IcmpType("nd-neighbor-solicit"), IcmpType("echo-request")];
                matches.push(Match::Icmpv6(if self.random.percent(50) {
                    more
                } else {
                    neighbours
                }));
                return false;
            }
            // A reset that this host sends says nothing of lengths, and the prediction knows of none.
            6 if at != At::Base(ChainKind::Filter, Hook::Postrouting)
                && at != At::Jumped(ChainKind::Filter) =>
            {
                matches.push(Match::BeginsTcp);
                return false;
            }
            _ => return false,
        }
        true
    }

    fn action(&mut self, at: At, below: usize, transport: bool, matches: &[Match]) -> Action {
        let kind = match at {
            At::Base(kind, _) | At::Jumped(kind) => kind,
        };
        let before = matches!(at, At::Base(ChainKind::Nat, Hook::Prerouting))
            || at == At::Jumped(ChainKind::Nat);
        let begins = matches.contains(&Match::BeginsTcp);
        let after = matches!(at, At::Base(_, Hook::Forward));
        match self.random.below(20) {
            0 => Action::Continue,
            1 | 2 if kind == ChainKind::Filter && !has_state(matches) => self.by_state(),
            3 | 4 if kind == ChainKind::Filter && below == 0 => {
                Action::ByMap(MapKey::In, "by-in".into())
            }
            5 if kind == ChainKind::Filter && below == 0 => {
                Action::ByMap(MapKey::InOut, "by-both".into())
            }
            6 if begins && after => Action::ClampSegments,
            7..=15 if before => self.rewriting(transport),
            7..=15 if at == At::Base(ChainKind::Nat, Hook::Postrouting) => Action::Masquerade,
            _ => {
                // Chains of rewriting before routing are for those alone.
                let jumps = if kind == ChainKind::Filter || before { kind_name(kind) } else { "" };
                Action::Verdict(self.verdict(jumps, below))
            }
        }
    }

    fn by_state(&mut self) -> Action {
        let states = [State::Established, State::Related, State::Invalid];
        let mut verdicts = Vec::new();
        for state in self.random.some(&states, 1, 3) {
            verdicts.push((state, self.verdict("", 0)));
        }
        Action::ByState(verdicts)
    }

    /// Accepts mostly; jumps to a chain of a kind that is not above.
    fn verdict(&mut self, chains: &str, below: usize) -> Verdict {
        match self.random.below(10) {
            0..=1 => Verdict::Drop,
            2..=4 if !chains.is_empty() && below < JUMPED => {
                let number = below + self.random.below(JUMPED - below);
                Verdict::Jump(format!("{chains}-{number}"))
            }
            _ => Verdict::Accept,
        }
    }

    fn rewriting(&mut self, transport: bool) -> Action {
        let version = self.version.unwrap_or(Version::V4);
        let mut targets: Vec<IpAddr> = Vec::new();
        for _ in 0..=self.random.below(3) {
            let wire = &WIRES[self.random.below(3)];
            let target = if self.random.percent(15) {
                wire.router(version)
            } else {
                wire.host(version, *self.random.one(&HOSTS))
            };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        let port = (transport && self.random.percent(40)).then(|| *self.random.one(&PORTS));
        Action::RewriteDestination(targets, port)
    }

    fn place(&mut self, version: Version) -> Place {
        let set = format!("set-{}", 2 * self.random.below(2) + usize::from(version == Version::V6));
        match self.random.below(6) {
            0 => Place::Except(self.addresses(version)),
            1 => Place::Set(version, set),
            2 => Place::NotSet(version, set),
            _ => Place::Literal(self.addresses(version)),
        }
    }

    /// Hosts, ranges of them, networks, and all that there is.
    fn addresses(&mut self, version: Version) -> Addresses {
        let mut all = Addresses::new();
        for _ in 0..=self.random.below(3) {
            let wire = &WIRES[self.random.below(3)];
            let host = wire.host(version, *self.random.one(&HOSTS));
            let part = match self.random.below(5) {
                0 => Addresses::of([host]),
                1 => Addresses::of(HOSTS.map(|it| wire.host(version, it))),
                2 => Addresses::of([wire.router(version)]),
                3 => {
                    let most = if version == Version::V4 { 32 } else { 128 };
                    Addresses::of_prefixes([(host, *self.random.one(&[0, 7, 16, most - 3]))])
                }
                _ => wire.prefix(version),
            };
            all = all.union(&part);
        }
        all
    }

    fn ports(&mut self) -> Vec<PortRange> {
        let mut some = self.random.some(&PORTS, 1, 4);
        some.sort_unstable();
        let mut ranges: Vec<PortRange> =
            some.into_iter().map(|it| PortRange { first: it, last: it }).collect();
        if ranges.len() > 1 && self.random.percent(40) {
            let last = ranges.remove(1).last;
            ranges[0].last = last;
        }
        ranges
    }
}

/// Chains of each kind that rules jump to.
const JUMPED: usize = 3;

fn kind_name(kind: ChainKind) -> &'static str {
    match kind {
        ChainKind::Filter => "filter",
        ChainKind::Nat => "nat",
    }
}

fn has_state(matches: &[Match]) -> bool {
    matches.iter().any(|it| matches!(it, Match::State(_)))
}

impl Wire {
    fn prefix(&self, version: Version) -> Addresses {
        let length = if version == Version::V4 { 24 } else { 64 };
        Addresses::of_prefixes([(self.router(version), length)])
    }
}

//! Random rules, loaded into the kernel, and what they do to packets.
//!
//! Limits count as kept and are never reached; what a limit does is not asked here.

#![expect(clippy::print_stdout, reason = "who asks for it is told what was tried")]

use agree::predicted::{self, End, Prediction};
use agree::router::{HOSTS, Router, WIRES};
use agree::rulesets::{OTHERS, PORTS, ruleset};
use agree::wire::{self, Kind, Seen};
use clouds::random::Random;
use fmc_check::packet::{Packet, Payload, PortPair};
use fmc_check::ruleset::Known;
use fmc_config::nft::{Action, Match, Ruleset, Verdict, Version};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Rulesets that are tried, and packets that each of them is asked about first.
const RULESETS: u64 = 1_000;
const PACKETS: usize = 60;

/// How long is waited for what must come, and for what may come or not.
const LONG: Duration = Duration::from_secs(2);
const SHORT: Duration = Duration::from_millis(20);

/// Ports that packets come from. Each is for one packet, so that none belongs to what went before; and so is
/// each protocol without ports. When there are no more, another router takes the turn.
const FIRST_PORT: u16 = 1_100;
const LAST_PORT: u16 = u16::MAX - 2 * PACKETS as u16;

/// What was tried.
#[derive(Default)]
struct Tried {
    wrong: Vec<String>,
    /// How many of each kind agreed.
    agreed: BTreeMap<&'static str, usize>,
}

impl Tried {
    fn note(&mut self, what: &'static str) {
        *self.agreed.entry(what).or_default() += 1;
    }
}

/// One ruleset, and what goes through it.
struct Trial<'t> {
    router: &'t Router,
    seed: u64,
    /// What is asked about, and what is loaded.
    rules: &'t Ruleset,
    text: String,
    random: Random,
    /// The last port that a packet came from.
    port: &'t mut u16,
    /// Protocols that are left.
    others: &'t mut Vec<u8>,
    tried: &'t mut Tried,
}

impl Trial<'_> {
    fn packet(&mut self, from_router: bool) -> (Option<usize>, Packet) {
        let version = if self.random.percent(50) { Version::V4 } else { Version::V6 };
        let into = self.random.below(3);
        let other = (into + 1 + self.random.below(2)) % 3;
        let host = |random: &mut Random| *random.one(&HOSTS);
        let source = if from_router {
            WIRES[into].router(version)
        } else {
            WIRES[into].host(version, host(&mut self.random))
        };
        let to_router = !from_router && self.random.percent(40);
        let destination = if to_router {
            WIRES[self.random.below(3)].router(version)
        } else {
            WIRES[other].host(version, host(&mut self.random))
        };
        *self.port += 1;
        let ports = PortPair { source: *self.port, destination: *self.random.one(&PORTS) };
        let payload = match self.random.below(10) {
            _ if from_router => Payload::Udp(ports),
            0..=4 => Payload::Tcp(ports),
            5..=6 => Payload::Udp(ports),
            7 if !to_router => self.others.pop().map_or(Payload::EchoRequest, Payload::Other),
            _ => Payload::EchoRequest,
        };
        ((!from_router).then_some(into), Packet { source, destination, payload })
    }

    /// A packet that begins something, and then what answers it.
    fn asks(&mut self) {
        let (into, packet) = self.packet(false);
        let Some(into) = into.map(|it| &WIRES[it]) else { return };
        let number = *self.port;
        let bytes = wire::bytes(&packet, Kind::Asks, number);
        let told = self.router.send(into, &bytes).expect("a wire");
        let may = predicted::first(self.rules, Some(into.name), packet, Known::New);
        let Some(Prediction { end, connection }) = self.compare(&packet, into.name, &may, told)
        else {
            return;
        };
        let End::Out(out, left) = end else { return };
        // Nothing is known to answer a protocol that has no questions.
        if matches!(packet.payload, Payload::Other(_)) {
            return;
        }
        let wire = WIRES.iter().find(|it| it.name == out).expect("a wire");
        let error = matches!(packet.payload, Payload::Udp(_)) && self.random.percent(50);
        let back = connection.answer;
        let bytes = if error {
            wire::refusal(&left, &wire::bytes(&left, Kind::Asks, number))
        } else {
            wire::bytes(&back, Kind::Answers, number)
        };
        let told = self.router.send(wire, &bytes).expect("a wire");
        let end = predicted::answer(self.rules, out, connection, error);
        let may = [Prediction { end, connection }];
        let is_told = self.compare(&back, out, &may, told).is_some();
        if is_told {
            self.tried.note(if error { "errors" } else { "answers" });
        }
    }

    /// A packet that belongs to nothing.
    fn strays(&mut self) {
        let (into, packet) = self.packet(false);
        let Some(into) = into.map(|it| &WIRES[it]) else { return };
        let payload = match packet.payload {
            Payload::Tcp(it) => Payload::Tcp(it),
            // What the router itself does with an echo that it never asked for cannot be seen.
            Payload::EchoRequest if WIRES.iter().all(|it| !is_router(it, &packet)) => {
                Payload::EchoReply
            }
            _ => return,
        };
        let packet = Packet { payload, ..packet };
        let told = self.router.send(into, &wire::bytes(&packet, Kind::Answers, *self.port));
        let may = predicted::first(self.rules, Some(into.name), packet, Known::Invalid);
        if self.compare(&packet, into.name, &may, told.expect("a wire")).is_some() {
            self.tried.note("strays");
        }
    }

    /// A packet of the router's own, and what answers it.
    fn own(&mut self) {
        let (_, packet) = self.packet(true);
        let Payload::Udp(ports) = packet.payload else { return };
        let socket = self.router.socket(packet.source, ports.source).expect("a socket");
        // That it may not be sent is no error here, and told by silence.
        let _ = socket.send_to(&[], (packet.destination, ports.destination));
        let told = self.router.heard().expect("wires");
        let may = predicted::first(self.rules, None, packet, Known::New);
        let Some(Prediction { end: End::Out(out, _), connection }) =
            self.compare(&packet, "itself", &may, told)
        else {
            return;
        };
        self.tried.note("own");
        let wire = WIRES.iter().find(|it| it.name == out).expect("a wire");
        let bytes = wire::bytes(&connection.answer, Kind::Answers, 0);
        assert_eq!(self.router.send(wire, &bytes).expect("a wire"), [], "it is for the router");
        let should = predicted::answer(self.rules, out, connection, false) != End::Silence;
        let until = Instant::now() + if should { LONG } else { Duration::ZERO };
        let mut came = socket.recv_from(&mut [0; 8]).is_ok();
        while !came && Instant::now() < until {
            std::thread::yield_now();
            came = socket.recv_from(&mut [0; 8]).is_ok();
        }
        if came == should {
            self.tried.note("answers to its own");
        } else {
            self.differ(
                &connection.answer,
                out,
                &format!("it comes: {should}"),
                &format!("{came}"),
            );
        }
    }

    /// Holds what was told against what may be; gives back what was.
    fn compare(
        &mut self,
        packet: &Packet,
        into: &str,
        may: &[Prediction],
        mut told: Vec<(&'static str, Seen)>,
    ) -> Option<Prediction> {
        // A kernel that has much to do hands some of it to a thread of its own.
        let silent = may.iter().filter(|it| it.end == End::Silence).count();
        let patience = match silent {
            0 => LONG,
            some if some < may.len() => SHORT,
            _ => Duration::ZERO,
        };
        let until = Instant::now() + patience;
        while told.is_empty() && Instant::now() < until {
            std::thread::yield_now();
            told = self.router.heard().expect("wires");
        }
        let is = |it: &&Prediction| match (it.end, &*told) {
            (End::Silence, []) => true,
            (End::Out(out, packet), [(wire, seen)]) => out == *wire && packet == seen.packet,
            (End::Answer(out, packet, kind), [(wire, seen)]) => {
                (out, packet, kind) == (*wire, seen.packet, seen.kind)
            }
            _ => false,
        };
        if let Some(found) = may.iter().find(is) {
            self.tried.note(match found.end {
                End::Silence => "silent",
                End::Out(..) => "passed",
                End::Answer(_, _, Kind::Refuses) => "refused",
                End::Answer(..) => "answered",
            });
            if let End::Out(_, left) = found.end {
                let first = found.connection.first;
                if left.source != packet.source && first == *packet {
                    self.tried.note("with another source");
                }
                if left.destination != packet.destination && first == *packet {
                    self.tried.note("with another destination");
                }
            }
            return Some(*found);
        }
        let ends: Vec<End> = may.iter().map(|it| it.end).collect();
        self.differ(packet, into, &format!("{ends:?}"), &format!("{told:?}"));
        None
    }

    fn differ(&mut self, packet: &Packet, into: &str, predicted: &str, told: &str) {
        self.tried.wrong.push(format!(
            "seed {}: {packet} by {into}\n  predicted {predicted}\n  measured  {told}\n{}",
            self.seed, self.text
        ));
    }
}

fn is_router(wire: &agree::router::Wire, packet: &Packet) -> bool {
    wire.router(Version::of(packet.destination)) == packet.destination
}

/// Tries the rulesets of these seeds; what is asked about is what is loaded, unless a plant changes it.
fn trial(seeds: impl Iterator<Item = u64>, plant: &dyn Fn(&mut Ruleset)) -> Tried {
    let mut tried = Tried::default();
    let (mut port, mut others) = (FIRST_PORT, Vec::new());
    let mut router = None;
    for seed in seeds {
        if port > LAST_PORT || others.is_empty() {
            (port, others) = (FIRST_PORT, OTHERS.collect());
            router = Some(Router::start().unwrap_or_else(|it| panic!("{it}")));
        }
        let Some(router) = &router else { unreachable!("it was started") };
        let loaded = ruleset(seed);
        let mut rules = loaded.clone();
        plant(&mut rules);
        let text = match router.load(&loaded) {
            Ok(text) => text,
            Err(why) => {
                tried.wrong.push(format!("seed {seed}: {why}"));
                continue;
            }
        };
        tried.note("rulesets");
        let random = Random::new(!seed);
        let (rules, tried, port, others) = (&rules, &mut tried, &mut port, &mut others);
        let mut trial = Trial { router, seed, rules, text, random, port, others, tried };
        let before = trial.tried.wrong.len();
        for _ in 0..PACKETS {
            // One of each is enough to look at.
            if trial.tried.wrong.len() > before {
                break;
            }
            match trial.random.below(10) {
                0 => trial.strays(),
                1 => trial.own(),
                _ => trial.asks(),
            }
        }
        let late = router.heard().expect("wires");
        if !late.is_empty() {
            tried.wrong.push(format!("seed {seed}: {late:?} came late"));
        }
    }
    tried
}

#[test]
fn the_kernel_does_what_rules_are_said_to_mean() {
    let halves = [0..RULESETS / 2, RULESETS / 2..RULESETS];
    let all = std::thread::scope(|scope| {
        let halves = halves.map(|it| scope.spawn(|| trial(it, &|_| {})));
        halves.map(|it| it.join().expect("no panic"))
    });
    let mut agreed: BTreeMap<&str, usize> = BTreeMap::new();
    for (what, count) in all.iter().flat_map(|it| &it.agreed) {
        *agreed.entry(what).or_default() += count;
    }
    let wrong: Vec<&String> = all.iter().flat_map(|it| &it.wrong).collect();
    let some: Vec<&str> = wrong.iter().take(4).map(|it| it.as_str()).collect();
    assert!(wrong.is_empty(), "{} disagree; {agreed:?} agree\n{}", wrong.len(), some.join("\n"));
    println!("{agreed:?}");
    // Nothing of it is seldom.
    for what in [
        "rulesets",
        "passed",
        "silent",
        "answered",
        "refused",
        "answers",
        "errors",
        "strays",
        "own",
        "answers to its own",
        "with another source",
        "with another destination",
    ] {
        let count = agreed.get(what).copied().unwrap_or_default();
        assert!(count >= RULESETS as usize / 2, "{what}: {count} of {agreed:?}");
    }
}

/// Of how many of these rulesets it is told that the kernel does something else, if the ones that are asked
/// about are not those that are loaded.
fn noticed(plant: &dyn Fn(&mut Ruleset)) -> usize {
    let wrong = trial(0..PLANTED, plant).wrong;
    let seeds = wrong.iter().filter_map(|it| it.split(':').next());
    seeds.collect::<std::collections::BTreeSet<&str>>().len()
}

const PLANTED: u64 = 60;

#[test]
fn one_accept_that_became_a_drop_is_noticed() {
    let seen = noticed(&|rules| {
        let rules = rules.chains.iter_mut().filter(|it| it.base.is_some());
        let mut actions = rules.flat_map(|it| &mut it.rules).map(|it| &mut it.action);
        let accept = actions.find(|it| **it == Action::Verdict(Verdict::Accept));
        if let Some(accept) = accept {
            *accept = Action::Verdict(Verdict::Drop);
        }
    });
    // Many a rule decides the same as those that follow.
    assert!(seen >= PLANTED as usize / 5, "{seen} of {PLANTED}");
}

#[test]
fn one_wrong_port_is_noticed() {
    let seen = noticed(&|rules| {
        let rules = rules.chains.iter_mut().flat_map(|it| &mut it.rules);
        let mut ports = rules.flat_map(|it| &mut it.matches).filter_map(|it| match it {
            Match::ToPorts(_, ports) => Some(ports),
            _ => None,
        });
        if let Some(ports) = ports.next() {
            for range in ports {
                (range.first, range.last) = (range.first + 1, range.last + 1);
            }
        }
    });
    assert!(seen >= PLANTED as usize / 10, "{seen} of {PLANTED}");
}

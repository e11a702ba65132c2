//! What rules mean, as the kernel was seen to take them.

use super::*;
use crate::packet::PortPair;
use fmc_config::nft::{Base, Protocol, VerdictMap};
use fmc_config::{Cause, Place as Written};

fn cause() -> Cause {
    Cause::new(Written::default(), "test")
}

fn rule(matches: Vec<Match>, action: Action) -> Rule {
    Rule::new(matches, action, &cause())
}

fn accept() -> Action {
    Action::Verdict(Verdict::Accept)
}

fn jump(name: &str) -> Action {
    Action::Verdict(Verdict::Jump(name.into()))
}

fn chain(name: &str, hook: Option<Hook>, policy: Policy, rules: Vec<Rule>) -> Chain {
    let base = hook.map(|hook| Base { kind: ChainKind::Filter, hook, policy });
    Chain { rules, ..Chain::new(name, base, &cause()) }
}

fn ruleset(chains: Vec<Chain>) -> Ruleset {
    let maps = vec![VerdictMap {
        name: "arriving".into(),
        key: MapKey::In,
        entries: vec![(vec!["eth0".into()], Verdict::Jump("in-lan".into()), cause())],
        cause: cause(),
    }];
    Ruleset { table: "fmc".into(), sets: Vec::new(), maps, chains, cause: cause() }
}

fn tcp(to: &str, port: u16) -> Packet {
    Packet {
        source: if to.contains(':') { "fd00::9" } else { "10.0.0.9" }.parse().expect("one"),
        destination: to.parse().expect("one"),
        payload: Payload::Tcp(PortPair { source: 50_000, destination: port }),
    }
}

fn meeting(packet: Packet, known: Known) -> Meeting<'static> {
    let (into, out) = (Some("eth0"), None);
    Meeting { packet, into, out, known, originally: packet, rewritten: false, alike: None }
}

fn asked<'r>(rules: &'r Ruleset, meeting: &Meeting<'_>) -> (Outcome, Option<(&'r str, usize)>) {
    let decision = decide(rules, ChainKind::Filter, Hook::Input, meeting).expect("a chain");
    (decision.outcome, decision.rule.map(|it| (it.chain.name.as_str(), it.index)))
}

#[test]
fn chains_return_where_nothing_in_them_decides() {
    let ports = |port| Match::ToPorts(Transport::Tcp, vec![PortRange { first: port, last: port }]);
    let rules = ruleset(vec![
        chain(
            "input",
            Some(Hook::Input),
            Policy::Drop,
            vec![
                rule(vec![], Action::ByState(vec![(State::Established, Verdict::Accept)])),
                rule(vec![], Action::ByMap(MapKey::In, "arriving".into())),
                rule(vec![ports(22)], jump("deeper")),
                rule(vec![Match::Protocol(Protocol(17))], accept()),
            ],
        ),
        chain("in-lan", None, Policy::Drop, vec![rule(vec![ports(443)], accept())]),
        chain("deeper", None, Policy::Drop, vec![rule(vec![], jump("deeper"))]),
    ]);
    let new = |port| meeting(tcp("10.0.0.1", port), Known::New);
    assert_eq!(asked(&rules, &new(443)), (Outcome::Accepted, Some(("in-lan", 0))));
    assert_eq!(asked(&rules, &new(80)), (Outcome::Dropped, None), "the policy");
    assert_eq!(asked(&rules, &new(22)), (Outcome::Dropped, None), "no circle hangs");
    let known = meeting(tcp("10.0.0.1", 80), Known::Established);
    assert_eq!(asked(&rules, &known), (Outcome::Accepted, Some(("input", 0))));
    let elsewhere = Meeting { into: Some("eth1"), ..new(443) };
    assert_eq!(asked(&rules, &elsewhere), (Outcome::Dropped, None));
    assert_eq!(decide(&rules, ChainKind::Filter, Hook::Forward, &new(443)), None);
}

#[test]
fn a_place_of_one_version_says_nothing_of_the_other() {
    let lan = Addresses::of_prefixes([("10.0.0.0".parse().expect("one"), 24)]);
    let except = vec![rule(vec![Match::To(Place::Except(lan.clone()))], accept())];
    let rules = ruleset(vec![chain("input", Some(Hook::Input), Policy::Drop, except)]);
    let is = |to: &str| asked(&rules, &meeting(tcp(to, 80), Known::New)).0 == Outcome::Accepted;
    assert!(is("10.1.0.1") && !is("10.0.0.1"));
    assert!(!is("fd00::1"), "`ip daddr != …` is for packets of version 4");
}

#[test]
fn what_the_kernel_was_seen_to_do() {
    let nat = |name: &str, to: &str| {
        let hook = Hook::Prerouting;
        let base = Base { kind: ChainKind::Nat, hook, policy: Policy::Accept };
        let to = Action::RewriteDestination(vec![to.parse().expect("one")], None);
        Chain { rules: vec![rule(vec![], to)], ..Chain::new(name, Some(base), &cause()) }
    };
    let rules = ruleset(vec![nat("a", "10.0.0.2"), nat("b", "10.0.0.3"), nat("c", "fd00::2")]);
    let rewritten = |to: &str| {
        let meeting = meeting(tcp(to, 80), Known::New);
        decide(&rules, ChainKind::Nat, Hook::Prerouting, &meeting).expect("a chain").outcome
    };
    let to = |address: &str| Outcome::To(vec![address.parse().expect("one")], None);
    assert_eq!(rewritten("10.0.0.1"), to("10.0.0.3"), "the chain that came last, of its version");
    assert_eq!(rewritten("fd00::1"), to("fd00::2"));

    let all = Addresses::of_prefixes([("0.0.0.0".parse().expect("one"), 0)]);
    let input = |condition| {
        let rules = vec![rule(vec![condition], accept())];
        ruleset(vec![chain("input", Some(Hook::Input), Policy::Drop, rules)])
    };
    let (original, begins) = (input(Match::OriginallyTo(all)), input(Match::BeginsTcp));
    let is = |rules, known| asked(rules, &meeting(tcp("10.0.0.1", 80), known)).0;
    assert_eq!(is(&original, Known::Established), Outcome::Accepted);
    assert_eq!(is(&original, Known::Invalid), Outcome::Dropped, "it is of no connection");
    assert_eq!(is(&begins, Known::Established), Outcome::Accepted, "the first answer says it too");
}

//! Random clouds: everybody asks everybody at every port, in namespaces with what was generated.

#![expect(clippy::print_stdout, reason = "who asks for it is told what was tried")]

use agree::matrix::{self, Change, Tried};
use clouds::sound::sound;
use fmc_config::nft::{Action, Match, Policy, Ruleset, Verdict};
use fmc_model::cloud::Host;
use fmc_model::{Cloud, Date, Language};
use std::sync::atomic::{AtomicU64, Ordering};

/// What clouds may have, by words of their files.
const HAS: [&str; 8] = [
    "kind: wireguard",
    "kind: public",
    "router:",
    "gateway:",
    "vips:",
    "apps:",
    "firewall:",
    "udp/",
];

/// Clouds that are tried, and how many hosts they have at the most.
const CLOUDS: u64 = 200;
const OPEN: u64 = 25;
const HOSTS: usize = 8;

/// How many are tried at the same time: most of the time nobody answers, and is waited for.
const AT_ONCE: usize = 6;

fn cloud(text: &str) -> Cloud {
    let none = &mut |path: &str| Err(format!("{path} is not there"));
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, none);
    let (cloud, found) =
        fmc_model::resolve(&loaded, fmc_roles::ROLES, Date::from_unix_days(20_600));
    let errors = found.iter().filter(|it| it.is_error());
    let errors: Vec<&str> = errors.map(|it| it.message(Language::English)).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    cloud.expect("a cloud")
}

/// Tries the clouds of these seeds; each disagreement begins with its seed.
fn trial(seeds: std::ops::Range<u64>, change: Change<'_>, plant: Change<'_>) -> Tried {
    let next = AtomicU64::new(seeds.start);
    let some = || {
        let mut all = Tried::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return all;
            }
            let text = sound(seed, HOSTS);
            match matrix::of(&cloud(&text), change, plant) {
                Ok(mut tried) => {
                    for (at, it) in tried.wrong.iter_mut().enumerate() {
                        // The first one shows the file.
                        let rest = if at == 0 { text.as_str() } else { "" };
                        *it = format!("seed {seed}: {it}\n{rest}");
                    }
                    all.add(tried);
                }
                Err(why) => all.wrong.push(format!("seed {seed}: {why}\n{text}")),
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(some)).collect();
        let mut all = Tried::default();
        for it in threads {
            all.add(it.join().expect("no panic"));
        }
        all
    })
}

/// No change.
fn as_it_is(_: &Host, _: &mut Ruleset) {}

/// A host that lets everything pass, and rewrites as before.
fn open(_: &Host, rules: &mut Ruleset) {
    for chain in &mut rules.chains {
        chain.rules.retain(|it| it.action != Action::Verdict(Verdict::Drop));
        for rule in &mut chain.rules {
            if let Action::ByState(verdicts) = &mut rule.action {
                verdicts.retain(|it| it.1 != Verdict::Drop);
            }
        }
        if let Some(base) = &mut chain.base {
            base.policy = Policy::Accept;
        }
    }
}

#[test]
fn everybody_meets_whom_they_are_said_to_meet() {
    let Tried { agreed, of_people, wrong } = trial(0..CLOUDS, &as_it_is, &as_it_is);
    let some: Vec<&str> = wrong.iter().take(5).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} disagree; {agreed:?} agree\n{}", wrong.len(), some.join("\n"));
    for word in HAS.into_iter().chain(["10.0.0.0/24", "fd00:0::/64"]) {
        let count = (0..CLOUDS).filter(|it| sound(*it, HOSTS).contains(word)).count();
        assert!(count > 10, "{count} clouds have `{word}`");
        println!("{count} with `{word}`");
    }
    println!("{CLOUDS} clouds: {agreed:?} answered, refused, without an answer");
    println!("{of_people} people were answered in tunnels");
    // None of them is seldom.
    let [made, refused, silent] = agreed;
    assert!(made > 4_000 && refused > 4_000 && silent > 50_000, "{agreed:?}");
    assert!(of_people > 20, "{of_people}");
}

#[test]
fn routes_alone_lead_where_they_are_said_to() {
    // Of all hosts, and of every other one: an answer may meet a host that never saw the question.
    let some = |host: &Host, rules: &mut Ruleset| {
        if host.id.0.is_multiple_of(2) {
            open(host, rules);
        }
    };
    for (seeds, change) in [(0..OPEN, &open as Change<'_>), (OPEN..2 * OPEN, &some)] {
        let Tried { agreed, wrong, .. } = trial(seeds, change, &as_it_is);
        let some: Vec<&str> = wrong.iter().take(5).map(String::as_str).collect();
        assert!(
            wrong.is_empty(),
            "{} disagree; {agreed:?} agree\n{}",
            wrong.len(),
            some.join("\n")
        );
        println!("{OPEN} open clouds: {agreed:?} answered, refused, without an answer");
    }
}

#[test]
fn one_accept_that_became_a_drop_is_noticed() {
    let plant = |_: &Host, rules: &mut Ruleset| {
        // The last one, which is for a flow.
        let rules = rules.chains.iter_mut().flat_map(|it| &mut it.rules);
        let mut actions = rules.filter(|it| it.comment.is_some()).map(|it| &mut it.action);
        if let Some(it) = actions.find(|it| **it == Action::Verdict(Verdict::Accept)) {
            *it = Action::Verdict(Verdict::Drop);
        }
    };
    assert!(trial(0..4, &as_it_is, &plant).wrong.len() > 4);
}

#[test]
fn one_wrong_port_is_noticed() {
    let plant = |_: &Host, rules: &mut Ruleset| {
        let matches =
            rules.chains.iter_mut().flat_map(|it| &mut it.rules).flat_map(|it| &mut it.matches);
        let ports = matches.filter_map(|it| match it {
            Match::ToPorts(_, ports) => Some(ports),
            _ => None,
        });
        // One that has a next one.
        if let Some(range) = ports.flatten().find(|it| it.last < u16::MAX) {
            (range.first, range.last) = (range.first + 1, range.last + 1);
        }
    };
    assert!(trial(0..4, &as_it_is, &plant).wrong.len() > 4);
}

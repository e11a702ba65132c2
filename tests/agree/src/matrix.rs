//! Everybody asks everybody at every port: what is predicted, and what came of it.

use crate::listeners::Listeners;
use crate::stage;
use fmc_check::machine::Machines;
use fmc_config::nft::Ruleset;
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Ports, Protocol};
use fmc_rehearse::measure::asked::{self, Came, Target};
use fmc_rehearse::measure::predicted::{predicted, way};
use fmc_rehearse::measure::questions;
use fmc_rehearse::stage::{Player, Stage};
use fmc_sys::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

/// What was tried.
#[derive(Default)]
pub struct Tried {
    /// Questions that came to what was predicted: answered, refused, without an answer.
    pub agreed: [usize; 3],
    /// How many of those that were answered came from people in a tunnel.
    pub of_people: usize,
    /// The others: who asked whom, both answers.
    pub wrong: Vec<String>,
}

impl Tried {
    /// Adds what was tried elsewhere.
    pub fn add(&mut self, other: Self) {
        for (all, own) in self.agreed.iter_mut().zip(other.agreed) {
            *all += own;
        }
        self.of_people += other.of_people;
        self.wrong.extend(other.wrong);
    }
}

/// One question to be tried.
struct Try {
    to: Target,
    predicted: Came,
    /// What was predicted, in words.
    said: String,
}

/// Who changes the rules of hosts.
pub type Change<'c> = &'c (dyn Fn(&Host, &mut Ruleset) + Sync);

/// Puts a cloud on a stage, and tries all questions. The rules of its hosts are those that were generated,
/// changed by somebody, and changed once more where they are loaded, but not where they are asked about.
///
/// # Errors
/// There is no stage.
pub fn of(cloud: &Cloud, change: Change<'_>, plant: Change<'_>) -> Result<Tried, Failure> {
    let changed = |host: &Host| {
        let mut rules = cloud.setup(host.id).firewall.clone()?;
        change(host, &mut rules);
        Some((host.id, rules))
    };
    let rules: BTreeMap<HostId, Ruleset> = cloud.hosts.values().filter_map(changed).collect();
    let mut machines = Machines::of(cloud);
    for (host, rules) in &rules {
        machines.load(*host, rules);
    }
    let is_left_out = |it: &Ports| questions::is_tunnel(cloud, it);
    let all = questions::all(&machines, is_left_out);
    let others = questions::sources(&all);
    let mut asks: BTreeMap<Player, Vec<Try>> = BTreeMap::new();
    for ask in &all {
        let predicted = predicted(&machines, &ask.question).came;
        let said = way(&machines, &ask.question);
        let datagram = ask.port.protocol == Protocol::Udp;
        let to = SocketAddr::new(ask.question.packet.destination, ask.port.first);
        let to = Target { to, datagram, from: None };
        asks.entry(ask.player).or_default().push(Try { to, predicted, said });
    }
    let loaded = rules.iter().map(|(host, rules)| {
        let mut rules = rules.clone();
        plant(cloud.host(*host), &mut rules);
        (*host, rules)
    });
    let stage = stage::make(&machines, &others, &loaded.collect())?;
    let targets = questions::targets(cloud);
    let mut ports: BTreeSet<Ports> = questions::ports(cloud);
    ports.retain(|it| !is_left_out(it));
    let listeners = Listeners::start(&machines, &stage, &targets, &ports)?;
    let tried = measure(cloud, &stage, &asks)?;
    drop(listeners);
    Ok(tried)
}

/// Tries everything, everybody at once; then, with patience, what was silent and should not have been.
fn measure(
    cloud: &Cloud,
    stage: &Stage,
    asks: &BTreeMap<Player, Vec<Try>>,
) -> Result<Tried, Failure> {
    let mut threads = Vec::new();
    for (player, tries) in asks {
        let to: Vec<Target> = tries.iter().map(|it| it.to).collect();
        let expected: Vec<bool> = tries.iter().map(|it| it.predicted != Came::Nothing).collect();
        let work = move || asked::patiently(&to, &expected);
        threads.push((*player, tries, stage.players[player].thread(work)?));
    }
    let mut tried = Tried::default();
    for (player, tries, thread) in threads {
        let came = thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it));
        for (it, came) in tries.iter().zip(came) {
            if it.predicted == came {
                let is_person = matches!(player, Player::Person(..));
                tried.of_people += usize::from(is_person && matches!(came, Came::Answered(_)));
                tried.agreed[match came {
                    Came::Answered(_) => 0,
                    Came::Refused => 1,
                    Came::Nothing => 2,
                }] += 1;
                continue;
            }
            let who = player.name(cloud);
            let (predicted, said) = (it.predicted, &it.said);
            tried.wrong.push(format!(
                "{who} to {} {}\n  predicted {predicted:?}: {said}\n  measured  {came:?}",
                if it.to.datagram { "udp" } else { "tcp" },
                it.to.to
            ));
        }
    }
    Ok(tried)
}

//! What a loss means, in the words of the file: who loses what, what they keep, what stops.

use super::build::Runs;
use super::graph::Answers;
use super::units::{From, Unit};
use super::{After, Losses};
use fmc_model::cloud::{End, HostId, HostSet, RedundancyGroup};
use fmc_model::role::Redundancy;
use fmc_model::{Name, Text, text};
use std::collections::{BTreeMap, BTreeSet};

/// What of the world is out of reach, as it is told.
pub const INTERNET: &str = "Internet";

/// Who loses or keeps something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// People outside, or everybody in a network, by their name.
    People(Name),
    /// Every host that is left, and all people who might.
    Anybody,
    /// These hosts.
    Hosts(HostSet),
}

/// Something that is asked for: an app or a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// Where, if somebody in particular is asked.
    pub at: Option<String>,
    /// What.
    pub what: String,
}

impl Thing {
    fn anywhere(what: impl Into<String>) -> Self {
        Self { at: None, what: what.into() }
    }
}

/// Something that somebody has no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Who.
    pub whom: Whom,
    /// What. Nothing where it is all that they could reach.
    pub what: Vec<Thing>,
}

/// What people still reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Who.
    pub whom: Name,
    /// What.
    pub what: Vec<Thing>,
}

/// Something that is there and answers nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The host.
    pub host: HostId,
    /// The role or the app.
    pub what: String,
    /// Why.
    pub why: Text,
}

/// A group of which some are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The role.
    pub role: &'static str,
    /// How many work, and how many there are.
    pub left: (usize, usize),
}

/// What a loss means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What is out of reach.
    pub lost: Vec<Lost>,
    /// What is out of reach for some of those connections that are sent to somebody who is gone.
    pub partly: Vec<Lost>,
    /// What people still reach.
    pub kept: Vec<Kept>,
    /// What stops, though its host is there.
    pub stopped: Vec<Stopped>,
    /// Groups that lost somebody.
    pub groups: Vec<Group>,
}

/// What people ask for, each with how it is answered and as which service.
type Asked<'c> = BTreeMap<Thing, (Answers, Option<&'c str>)>;

impl Losses<'_> {
    /// What a loss means.
    pub fn tell(&self, after: &After) -> Told {
        let mut told = Told::default();
        let people = self.people(after);
        let services = self.services_of_hosts(after);
        let gone = |(service, internet): &(&str, bool), (dead, asked): &(Vec<HostId>, usize)| {
            let by_people = || people.iter().flat_map(|it| it.1.values());
            let still = by_people().any(|it| it.1 == Some(service) && it.0 != Answers::Not);
            !internet && !still && dead.len() == *asked
        };
        let nobody: Vec<&str> =
            services.iter().filter(|it| gone(it.0, it.1)).map(|it| it.0.0).collect();
        for (from, asked) in &people {
            self.tell_people(*from, asked, &nobody, &mut told);
        }
        if !nobody.is_empty() {
            let what = nobody.iter().map(|it| Thing::anywhere(*it)).collect();
            told.lost.push(Lost { whom: Whom::Anybody, what });
        }
        let mut offline: Vec<HostId> = Vec::new();
        for ((service, internet), (dead, _)) in &services {
            if *internet {
                offline.extend(dead);
            } else if !dead.is_empty() && !nobody.contains(service) {
                let (whom, what) =
                    (Whom::Hosts(self.all_like(dead, after)), Thing::anywhere(*service));
                match told.lost.iter_mut().find(|it| it.whom == whom) {
                    Some(same) => same.what.push(what),
                    None => told.lost.push(Lost { whom, what: vec![what] }),
                }
            }
        }
        if !offline.is_empty() {
            let whom = Whom::Hosts(self.all_like(&offline, after));
            told.lost.push(Lost { whom, what: vec![Thing::anywhere(INTERNET)] });
        }
        told.stopped = self.stopped(after);
        told.groups = self.groups(after);
        told
    }

    /// What of it is out of reach, which is found sooner where that is nothing.
    pub fn lost(&self, after: &After) -> Vec<Lost> {
        if self.kills(after) { self.tell(after).lost } else { Vec::new() }
    }

    /// What people ask for.
    fn people(&self, after: &After) -> BTreeMap<From, Asked<'_>> {
        let mut people: BTreeMap<From, Asked<'_>> = BTreeMap::new();
        for unit in self.units.iter().filter(|it| !matches!(it.from, From::Host(_))) {
            let Some(answers) = self.answers(unit, after) else { continue };
            let asked = people.entry(unit.from).or_default();
            let service =
                unit.apps.is_empty().then(|| self.cloud.flows[unit.flow].service.as_str());
            for what in self.things(unit) {
                // One that answers at one of its ports alone is broken.
                let all = asked.entry(what).or_insert((answers, service));
                all.0 = all.0.min(answers);
            }
        }
        people
    }

    /// What people ask for by a flow, by its place in the cloud.
    pub fn asked(&self, flow: usize) -> Vec<Thing> {
        let mut all = Vec::new();
        for unit in self.units.iter().filter(|it| it.flow == flow) {
            for thing in self.things(unit) {
                if !all.contains(&thing) {
                    all.push(thing);
                }
            }
        }
        all
    }

    /// What a unit of people is about.
    fn things(&self, unit: &Unit) -> Vec<Thing> {
        let flow = &self.cloud.flows[unit.flow];
        if !unit.apps.is_empty() {
            let app = |it: &usize| Thing::anywhere(self.cloud.apps[*it].name.to_string());
            return unit.apps.iter().map(app).collect();
        }
        let whom = match (&flow.to, unit.to) {
            (End::Vip(name), _) => name.to_string(),
            (_, Some(host)) => self.cloud.host(host).name.to_string(),
            (to, None) => to.to_string(),
        };
        vec![Thing { at: Some(whom), what: flow.service.clone() }]
    }

    fn tell_people(&self, from: From, asked: &Asked<'_>, nobody: &[&str], told: &mut Told) {
        let name = match from {
            From::Outside(at) => self.cloud.outside[at].name.clone(),
            From::Network(at) => self.cloud.networks[at].name.clone(),
            From::Host(_) => return,
        };
        let are = |wanted: Answers| {
            let all = asked.iter().filter(move |it| it.1.0 == wanted);
            all.map(|it| (it.0.clone(), it.1.1))
        };
        let whom = || Whom::People(name.clone());
        let dead: Vec<_> = are(Answers::Not).collect();
        if dead.len() > 1 && dead.len() == asked.len() {
            told.lost.push(Lost { whom: whom(), what: Vec::new() });
        } else {
            // What nobody has is told once.
            let own = dead.into_iter().filter(|it| it.1.is_none_or(|it| !nobody.contains(&it)));
            let what: Vec<Thing> = own.map(|it| it.0).collect();
            if !what.is_empty() {
                told.lost.push(Lost { whom: whom(), what });
            }
        }
        let partly: Vec<Thing> = are(Answers::Partly).map(|it| it.0).collect();
        if !partly.is_empty() {
            told.partly.push(Lost { whom: whom(), what: partly });
        }
        let kept: Vec<Thing> = are(Answers::Fully).map(|it| it.0).collect();
        if !kept.is_empty() {
            told.kept.push(Kept { whom: name, what: kept });
        }
    }

    /// For each service, and whether it lies in the world: the hosts that do not reach it, and how many
    /// ask for it.
    fn services_of_hosts(&self, after: &After) -> BTreeMap<(&str, bool), (Vec<HostId>, usize)> {
        let mut asked: BTreeMap<(&str, bool), BTreeMap<HostId, Answers>> = BTreeMap::new();
        for unit in &self.units {
            let From::Host(host) = unit.from else { continue };
            let Some(answers) = self.answers(unit, after) else { continue };
            let flow = &self.cloud.flows[unit.flow];
            // What a group says among itself is told by what it no longer does for others.
            if flow.from == flow.to {
                continue;
            }
            let internet = matches!(flow.to, End::Internet(_));
            let service = if internet { "" } else { flow.service.as_str() };
            let of = asked.entry((service, internet)).or_default().entry(host).or_insert(answers);
            // A host is cut off from the world when nothing there is reached, from what others say of
            // themselves when none of them is, and from a service when one is not whose work is its own.
            let any = internet || unit.is_about_target();
            *of = if any { (*of).max(answers) } else { (*of).min(answers) };
        }
        let told = asked.into_iter().map(|(key, hosts)| {
            let dead = hosts.iter().filter(|it| *it.1 == Answers::Not).map(|it| *it.0).collect();
            (key, (dead, hosts.len()))
        });
        told.collect()
    }

    /// Hosts as a set.
    pub fn hosts(&self, hosts: &[HostId]) -> HostSet {
        self.cloud.set_of(hosts.iter().copied())
    }

    /// Hosts, with all of those for whom they stand.
    fn all_like(&self, hosts: &[HostId], after: &After) -> HostSet {
        let there = self.cloud.hosts.values().filter(|it| self.is_there(it, after));
        let all = there.map(|it| it.id);
        let hosts: BTreeSet<HostId> = hosts.iter().copied().collect();
        let all: Vec<HostId> = all.filter(|it| hosts.contains(&self.like[it.0 as usize])).collect();
        self.hosts(&all)
    }

    fn stopped(&self, after: &After) -> Vec<Stopped> {
        let mut stopped = Vec::new();
        for (host, runs, id) in self.running.iter().copied() {
            let service = &self.graph.services[id as usize];
            let gone = service.up.iter().any(|it| after.state.lost[*it as usize]);
            let worked = self.intact.works[id as usize];
            if gone || !worked || after.state.works[id as usize] {
                continue;
            }
            let dead = |node: u32| after.state.answers[node as usize] == Answers::Not;
            let vital = self.vital.iter().find(|it| it.service == id && dead(it.node));
            let why = match (vital, &service.quorum) {
                (Some(vital), _) => self.cloud.flows[vital.flow].reasons[vital.reason].why.clone(),
                (None, Some((members, others))) => {
                    let left = 1 + others.iter().filter(|it| !dead(**it)).count();
                    text!("{left} of {members} is no majority", "{left} de {members} no es mayoría")
                }
                (None, None) => continue,
            };
            let what = match runs {
                Runs::Role(at) => self.cloud.host(host).roles[at].name.to_owned(),
                Runs::App(at) => self.cloud.apps[at].name.to_string(),
            };
            stopped.push(Stopped { host, what, why });
        }
        stopped
    }

    fn groups(&self, after: &After) -> Vec<Group> {
        let mut groups = Vec::new();
        let several = |it: &&RedundancyGroup| it.kind != Redundancy::Single && it.hosts.len() > 1;
        for group in self.cloud.redundancy.iter().filter(several) {
            let place = |id: HostId| {
                let roles = &self.cloud.host(id).roles;
                roles.iter().position(|it| it.name == group.role).map(Runs::Role)
            };
            let works = |id: &HostId| {
                let like = self.like[id.0 as usize];
                let there = self.is_there(self.cloud.host(*id), after);
                let id = place(like).and_then(|it| self.services.get(&(like, it)));
                there && id.is_none_or(|it| after.state.works[*it as usize])
            };
            let left = group.hosts.iter().filter(works).count();
            if left < group.hosts.len() {
                groups.push(Group { role: group.role, left: (left, group.hosts.len()) });
            }
        }
        groups
    }
}

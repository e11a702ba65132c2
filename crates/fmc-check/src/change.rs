//! What two versions of a cloud let through differently: who reaches more, and who reaches less.

use crate::ends::Who;
use crate::matrix::Matrix;
use crate::names;
use crate::outage::{self, Outage};
use crate::ports::PortSet;
use crate::reach::TargetKind;
use fmc_config::maps::IndexMap;
use fmc_config::nft::Transport;
use fmc_model::cloud::{HostId, TTL, Zone, ZoneKind};
use fmc_model::role::RecordData;
use fmc_model::{Cloud, Text, text};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Some reach some others at ports, in one of two clouds and not in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whether it is in the new one alone.
    pub gained: bool,
    /// Who, one by one.
    pub from: Vec<Text>,
    /// Whom, one by one.
    pub to: Vec<Text>,
    /// By which protocol.
    pub transport: Transport,
    /// At which ports.
    pub ports: PortSet,
}

/// A name that has other addresses than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The name, with its domain.
    pub name: String,
    /// The addresses that it no longer has.
    pub from: Vec<IpAddr>,
    /// Those that it has now.
    pub to: Vec<IpAddr>,
    /// For how long those who asked before go on to the old ones.
    pub outage: Outage,
}

/// The names that moved: whoever asked before has the old address until it may be kept no longer.
///
/// Only a name that lost an address moved. What an edge hides stays where it is for everybody.
pub fn renamed(old: &Cloud, new: &Cloud) -> Vec<Renamed> {
    let after = addresses(new);
    let moved = addresses(old).into_iter().filter_map(|((name, kind), before)| {
        let now = after.get(&(name.clone(), kind))?;
        let from: Vec<IpAddr> = before.difference(now).copied().collect();
        let (to, outage) = (now.iter().copied().collect(), outage::renamed(TTL));
        (!from.is_empty()).then_some(Renamed { name, from, to, outage })
    });
    let mut all: Vec<Renamed> = moved.collect();
    all.dedup();
    all
}

/// The addresses of each name, inside and for the Internet.
fn addresses(cloud: &Cloud) -> BTreeMap<(String, ZoneKind), BTreeSet<IpAddr>> {
    let mut all: BTreeMap<(String, ZoneKind), BTreeSet<IpAddr>> = BTreeMap::new();
    let whole = |zone: &Zone, name: &str| match name {
        "@" => zone.name.clone(),
        _ => format!("{name}.{}", zone.name),
    };
    for zone in &cloud.zones {
        for record in zone.records.iter().filter(|it| !it.proxied) {
            let address = match record.data {
                RecordData::A(it) => it.into(),
                RecordData::Aaaa(it) => it.into(),
                _ => continue,
            };
            all.entry((whole(zone, &record.name), zone.kind)).or_default().insert(address);
        }
    }
    all
}

/// Who, whom and how: names are compared, not addresses, so a host that moved is the same one.
type Key = (Text, Text, Transport);

/// Compares what is predicted of two clouds. What is alike for many is one change.
pub fn between(old: &Matrix<'_>, new: &Matrix<'_>) -> Vec<Change> {
    let (before, after) = (reached(old), reached(new));
    let none = PortSet::new();
    let mut changes = Vec::new();
    for (gained, these, those) in [(false, &before, &after), (true, &after, &before)] {
        // First whom one sender reaches at the same ports, then who all reaches the same ones.
        let mut of_sender: IndexMap<(&Text, Transport, PortSet), Vec<Text>> = IndexMap::default();
        for (key, ports) in these {
            let other = those.get(key).unwrap_or(&none);
            let only = ports.minus(other);
            if !only.is_empty() {
                of_sender.entry((&key.0, key.2, only)).or_default().push(key.1.clone());
            }
        }
        each_other(&mut of_sender);
        let mut alike: IndexMap<(Vec<Text>, Transport, PortSet), Vec<Text>> = IndexMap::default();
        for ((from, transport, ports), to) in of_sender {
            alike.entry((to, transport, ports)).or_default().push(from.clone());
        }
        changes.extend(alike.into_iter().map(|((to, transport, ports), from)| Change {
            gained,
            from,
            to,
            transport,
            ports,
        }));
    }
    changes
}

/// Several who reach each other reach all of themselves, as a flow among them says it: nobody is told of
/// as somebody who reaches himself.
fn each_other(of_sender: &mut IndexMap<(&Text, Transport, PortSet), Vec<Text>>) {
    // Everybody's list with himself put in is the same list, whose order is that of the targets.
    let targets: BTreeSet<&Text> = of_sender.values().flatten().collect();
    let senders = of_sender.keys().map(|it| it.0).filter(|it| targets.contains(it));
    let mut order: IndexMap<Text, usize> = IndexMap::default();
    for name in senders.chain(of_sender.values().flatten()) {
        let next = order.len();
        order.entry(name.clone()).or_insert(next);
    }
    let with_itself = |from: &Text, to: &[Text]| {
        let own = order.get(from)?;
        let mut all: Vec<usize> = to.iter().filter_map(|it| order.get(it)).copied().collect();
        all.push(*own);
        all.sort_unstable();
        all.dedup();
        (all.len() > to.len()).then_some(all)
    };
    let mut groups: IndexMap<(Vec<usize>, Transport, PortSet), usize> = IndexMap::default();
    for ((from, transport, ports), to) in of_sender.iter() {
        if let Some(all) = with_itself(from, to) {
            *groups.entry((all, *transport, ports.clone())).or_default() += 1;
        }
    }
    for ((from, transport, ports), to) in of_sender.iter_mut() {
        let Some(all) = with_itself(from, to) else { continue };
        let key = (all, *transport, ports.clone());
        if groups[&key] == key.0.len() {
            let named = key.0.iter().filter_map(|it| order.get_index(*it));
            *to = named.map(|it| it.0.clone()).collect();
        }
    }
    // So that those who reach all of them too are beside them, all lists have one order.
    for to in of_sender.values_mut() {
        to.sort_by_key(|it| order.get(it).copied());
    }
}

fn reached(matrix: &Matrix<'_>) -> IndexMap<Key, PortSet> {
    let mut all: IndexMap<Key, PortSet> = IndexMap::default();
    for pair in &matrix.pairs {
        let reached = pair.reached();
        if reached.is_empty() {
            continue;
        }
        for from in matrix.senders(pair) {
            for host in matrix.receivers(pair) {
                // Of a class that reaches itself, each reaches the others.
                if from == Who::Host(*host) {
                    continue;
                }
                let to = target(matrix.cloud, pair.to.kind, *host);
                let key = (names::of(matrix.cloud, [&from]), to, pair.transport);
                let ports = all.entry(key).or_default();
                *ports = ports.union(&reached);
            }
        }
    }
    all
}

fn target(cloud: &Cloud, kind: TargetKind, host: HostId) -> Text {
    let host = &cloud.host(host).name;
    match kind {
        TargetKind::Host => Text::same(host.as_str()),
        TargetKind::Vip(at) => Text::same(cloud.vips[at].name.as_str()),
        TargetKind::Pods => text!("pods on {host}", "pods en {host}"),
    }
}

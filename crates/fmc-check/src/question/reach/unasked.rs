//! Flows of which no packet can even be sent: whoever begins has no address from which the other could be
//! met.

use super::arrives::CODE;
use super::other_version_of_pods;
use crate::ends::Who;
use crate::intent::{begins, carries_ports};
use crate::names;
use crate::question::Subject;
use crate::reach::{TargetKind, senders};
use fmc_config::maps::{HashMap, HashSet, IndexMap};
use fmc_model::cloud::{End, Flow, HostId};
use fmc_model::{Diagnostic, text};

/// One finding for each flow that has such a pair.
pub(super) fn found(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (cloud, matrix) = (subject.cloud, subject.matrix());
    let first = |it: &Who| match it {
        Who::Host(host) => Who::Host(matrix.classes.first(*host)),
        Who::Pod(host) => Who::Pod(matrix.classes.first(*host)),
        other => other.clone(),
    };
    let walked: HashSet<(Who, HostId, TargetKind)> = matrix
        .pairs
        .iter()
        .map(|it| (first(&it.from), matrix.classes.first(it.to.host), it.to.kind))
        .collect();
    let all = senders(cloud);
    let mut found = Vec::new();
    for flow in cloud.flows.iter().filter(|it| carries_ports(cloud, it)) {
        let mut missing: IndexMap<bool, (Vec<Who>, Vec<HostId>)> = IndexMap::default();
        let targets = targets(subject, flow);
        let classes: HashSet<(HostId, TargetKind)> =
            targets.iter().map(|it| (matrix.classes.first(it.0), it.1)).collect();
        // Of senders that are alike all meet everybody, or none.
        let mut meet_all: HashMap<Who, bool> = HashMap::default();
        for from in all.iter().filter(|it| begins(cloud, it, &flow.from)) {
            let meets_all = *meet_all.entry(first(from)).or_insert_with_key(|own| {
                classes.iter().all(|it| walked.contains(&(own.clone(), it.0, it.1)))
            });
            if meets_all {
                continue;
            }
            for (host, kind) in targets.iter().copied() {
                let itself = matches!(from, Who::Host(own) | Who::Pod(own) if *own == host);
                let by_others = matches!(from, Who::Host(own) if cloud.host(*own).managed);
                let asked = (first(from), matrix.classes.first(host), kind);
                if itself || by_others || cloud.host(host).managed || walked.contains(&asked) {
                    continue;
                }
                let (who, whom) = missing.entry(*from == Who::Internet).or_default();
                who.push(from.clone());
                whom.push(host);
            }
        }
        found.extend(
            missing.into_iter().map(|(world, (who, whom))| told(subject, flow, world, &who, whom)),
        );
    }
    found
}

/// Whom a flow is for: hosts, or the holder of a virtual address now.
fn targets(subject: &Subject<'_>, flow: &Flow) -> Vec<(HostId, TargetKind)> {
    match &flow.to {
        End::Hosts(hosts) => hosts.iter().map(|it| (it, TargetKind::Host)).collect(),
        End::Vip(name) => {
            let vip = subject.cloud.vips.get_full(name);
            let held = vip.and_then(|(at, _, vip)| {
                let holder = vip.addresses.iter().find_map(|it| subject.machines.owner(*it));
                Some((holder?, TargetKind::Vip(at)))
            });
            held.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn told(
    subject: &Subject<'_>,
    flow: &Flow,
    world: bool,
    who: &[Who],
    whom: Vec<HostId>,
) -> Diagnostic {
    let place = flow.reasons.first().map(|it| it.origin.place).unwrap_or_default();
    let advice = other_version_of_pods(subject.cloud, who);
    let (who, whom) = (names::of(subject.cloud, who), subject.cloud.set_of(whom));
    let (id, en, es) = (&flow.id, &who.en, &who.es);
    if world {
        let what = text!(
            "{en} → {whom}, which `{id}` wants: no address of it can be sent to from the Internet",
            "{es} → {whom}, que quiere `{id}`: no tiene dirección a la que enviar desde Internet"
        );
        return CODE.at(place, what).hint(text!(
            "give it an address in a public network, or publish it as an app through a host that has one",
            "déle una dirección en una red pública, o publíquelo como app por un host que la tenga"
        ));
    }
    let what = text!(
        "{en} → {whom}, which `{id}` wants: they have no address of one version in common",
        "{es} → {whom}, que quiere `{id}`: no tienen ninguna dirección de la misma versión"
    );
    CODE.at(place, what).hint(advice.unwrap_or_else(|| {
        text!(
            "give both an address of version 4, or both one of version 6",
            "dé a ambos una dirección de la versión 4, o a ambos una de la versión 6"
        )
    }))
}

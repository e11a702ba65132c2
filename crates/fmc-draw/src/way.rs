//! Ways through the cloud: over which routers, and past which virtual address.

use crate::scope::Scope;
use crate::traffic::{Side, Traffic};
use fmc_model::cloud::{Flow, HostId, NetworkKind};
use fmc_model::{Cloud, Name};

/// The routers between a card and where a flow goes, without either: the shortest way over hosts
/// that forward packets and share a network with the next.
pub(crate) fn hops(scope: &Scope<'_>, from: usize, to: &Side<'_>) -> Vec<usize> {
    let cloud = scope.cloud;
    let wanted: Vec<&Name> = match to {
        Side::Vip(name) => {
            cloud.vips.get(*name).and_then(|it| it.network.as_ref()).into_iter().collect()
        }
        Side::Cards(cards) => {
            let first = cards.first().and_then(|it| scope.home(scope.first(*it)));
            first.map(|it| &it.name).into_iter().collect()
        }
        _ => return Vec::new(),
    };
    let reaches = |host: HostId| wanted.iter().any(|it| cloud.host(host).nic(it).is_some());
    let start = scope.first(from).id;
    let mut ways = vec![vec![start]];
    let mut seen = vec![start];
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let last = way[way.len() - 1];
        if reaches(last) {
            return way[1..].iter().map(|it| scope.cards.of(*it)).collect();
        }
        for host in cloud.hosts.values().filter(|it| it.forwards) {
            if seen.contains(&host.id) {
                continue;
            }
            let here = cloud.host(last);
            let joined = host.nics.iter().any(|nic| {
                let network = cloud.networks.get(&nic.network);
                let ours = network.is_some_and(|it| it.kind != NetworkKind::Public);
                ours && here.nic(&nic.network).is_some()
            });
            if joined {
                seen.push(host.id);
                ways.push(way.iter().copied().chain([host.id]).collect());
            }
        }
    }
    Vec::new()
}

/// The holder of the virtual address whose members pass this flow on to those behind it.
pub(crate) fn behind_vip(cloud: &Cloud, flow: &Flow) -> Option<HostId> {
    let from = cloud.hosts_at(&flow.from)?;
    let to = cloud.hosts_at(&flow.to)?;
    let vip = cloud.vips.values().find(|vip| {
        let serves =
            |id: HostId| vip.serves.as_deref().is_some_and(|role| cloud.host(id).has_role(role));
        vip.hosts == *from && !to.is_empty() && to.iter().all(serves)
    })?;
    cloud.hosts.get(&vip.members.first()?.host).map(|it| it.id)
}

/// Whether those who serve behind a virtual address, or hold it, use it too: the line to them tells
/// it already, and one back would close a circle.
pub(crate) fn closes_a_circle(scope: &Scope<'_>, it: &Traffic<'_>) -> bool {
    let Side::Vip(name) = it.to else { return false };
    let cards = it.from.cards();
    let Some(vip) = scope.cloud.vips.get(name) else { return false };
    let members = scope.members(vip);
    let home = |card: &usize| scope.cards.box_of(*card);
    let holds = |card: &usize| {
        members.contains(card) && members.first().is_some_and(|it| home(it) == home(card))
    };
    !cards.is_empty()
        && (cards.iter().all(|card| serves_behind(scope, name, *card)) || cards.iter().all(holds))
}

/// Whether the same hosts reach the same service by a virtual address too: one line tells it.
pub(crate) fn goes_round_a_vip(scope: &Scope<'_>, it: &Traffic<'_>) -> bool {
    let cards = it.to.cards();
    if behind_vip(scope.cloud, it.flow).is_some() {
        return false;
    }
    scope.traffic.iter().any(|other| {
        let Side::Vip(name) = other.to else { return false };
        other.flow.service == it.flow.service
            && other.from == it.from
            && !cards.is_empty()
            && cards.iter().all(|card| serves_behind(scope, name, *card))
    })
}

fn serves_behind(scope: &Scope<'_>, vip: &Name, card: usize) -> bool {
    let role = scope.cloud.vips.get(vip).and_then(|it| it.serves.as_deref());
    role.is_some_and(|role| scope.first(card).has_role(role))
}

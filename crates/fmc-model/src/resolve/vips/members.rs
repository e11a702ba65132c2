//! Who holds a virtual address: priorities, weights, and whether they would make it move.

use crate::cloud::{Host, HostNames, HostSet, Vip, VipMemberUse};
use crate::read::{At, closest, did_you_mean};
use crate::resolve::codes::{
    BAD_PRIORITY, MEMBER_OFF_SEGMENT, NO_FAILOVER, NO_MEMBERS, NOBODY_BEHIND, SAME_PRIORITY,
    SINGLE_MEMBER, UNKNOWN_SERVED, UNKNOWN_VIP,
};
use crate::resolve::context::Context;
use crate::resolve::declare::{Declared, Membership, some_names};
use crate::role::Site;
use crate::spec::CloudSpec;
use crate::{Name, text};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use std::sync::Arc;

/// The priority of the last member.
const LOWEST_PRIORITY: u8 = 100;
/// The least weight that keepalived takes.
const LEAST_WEIGHT: i32 = -253;
/// How far members are apart, where there are few enough of them.
const PRIORITY_STEP: u8 = 10;

/// Puts the members in and decides priorities and weights.
pub(crate) fn members(
    spec: &CloudSpec,
    site: &mut Site,
    declared: &Declared,
    hosts: &[Host],
    names: &Arc<HostNames>,
    context: &mut Context<'_>,
) {
    let mut groups: IndexMap<Name, Vec<&Membership>> = IndexMap::default();
    let mut lost = false;
    for membership in &declared.members {
        match joined_group(&membership.member.vip, site, context) {
            Some(name) => groups.entry(name).or_default().push(membership),
            None => lost = true,
        }
    }
    let mut joined: IndexMap<u32, usize> = IndexMap::default();
    for membership in &declared.members {
        *joined.entry(membership.host.0).or_default() += 1;
    }
    let by_role = site.by_role.clone();
    for (name, vip) in &mut site.vips {
        let mut members = groups.shift_remove(name).unwrap_or_default();
        // A host that holds this address alone is better at it than one with other work.
        members.sort_by_key(|it| (joined.get(&it.host.0).copied().unwrap_or_default(), it.host));
        let written = spec.vips.get(name.as_str());
        let place =
            written.and_then(|it| it.address.first()).map_or(vip.origin.place, |it| it.place);
        let count = members.len();
        match count {
            // Whoever names a group that is not there may mean this one.
            0 | 1 if lost => {}
            0 => context.report(
                NO_MEMBERS
                    .at(vip.origin.place, text!("nobody holds `{name}`", "nadie tiene `{name}`"))
                    .hint(text!(
                        "give two hosts the role `keepalived: {{ vips: [{name}] }}`",
                        "dé a dos hosts el rol `keepalived: {{ vips: [{name}] }}`"
                    )),
            ),
            1 => {
                let only = &hosts[members[0].host.0 as usize].name;
                context.report(
                    SINGLE_MEMBER
                        .at(
                            place,
                            text!(
                                "`{name}` has one member, {only}: it cannot move",
                                "`{name}` tiene un solo miembro, {only}: no se puede mover"
                            ),
                        )
                        .label(members[0].member.vip.place, text!("joined here", "se une aquí"))
                        .hint(text!(
                            "let a second host hold it too",
                            "que la tenga también un segundo host"
                        )),
                );
            }
            _ => {}
        }
        vip.members = uses(vip, &members, hosts, context);
        vip.hosts = HostSet::of(names, members.iter().map(|it| it.host));
        arithmetic(vip, &members, hosts, context);
        if let Some(serves) = written.and_then(|it| it.serves.as_ref()) {
            behind(vip, serves, &members, &by_role, declared, (hosts, names), context);
        }
    }
}

/// The virtual address that a member names, or the one that it means.
fn joined_group(vip: &At<Name>, site: &Site, context: &mut Context<'_>) -> Option<Name> {
    if site.vips.contains_key(&vip.value) {
        return Some(vip.value.clone());
    }
    let known: Vec<&str> = site.vips.keys().map(Name::as_str).collect();
    let diagnostic = UNKNOWN_VIP.at(
        vip.place,
        text!(
            "there is no virtual address `{name}`",
            "no hay ninguna dirección virtual `{name}`",
            name = vip.value
        ),
    );
    context.report(did_you_mean(diagnostic, vip.as_str(), vip.place, &known));
    closest(vip.as_str(), known).map(Name::new)
}

/// The members with their numbers, the best one first.
fn uses(
    vip: &Vip,
    members: &[&Membership],
    hosts: &[Host],
    context: &mut Context<'_>,
) -> Vec<VipMemberUse> {
    let count = members.len();
    // Up to sixteen members are ten apart; more share what there is between 100 and 254.
    let step = (154 / (count.max(2) - 1)).clamp(1, PRIORITY_STEP as usize);
    let priorities: Vec<u8> = members
        .iter()
        .enumerate()
        .map(|(rank, it)| {
            let derived = usize::from(LOWEST_PRIORITY) + step * (count - 1 - rank).min(154);
            let written = |it: &Membership| it.member.priority.as_ref().map(|it| it.place);
            let shared = members.iter().filter(|other| written(other) == written(it)).count() > 1;
            priority(vip, it, derived.min(254) as u8, shared, hosts, context)
        })
        .collect();
    // Whoever fails falls below all others, wherever they stand.
    let best = priorities.iter().max().copied().unwrap_or_default();
    let last = priorities.iter().min().copied().unwrap_or_default();
    let fall = -((usize::from(best - last) + step).min(253) as i16);
    let mut uses: Vec<VipMemberUse> = members
        .iter()
        .zip(priorities)
        .map(|(it, priority)| member(vip, it, priority, fall, hosts, context))
        .collect();
    uses.sort_by_key(|it| std::cmp::Reverse(it.priority));
    uses
}

fn priority(
    vip: &Vip,
    membership: &Membership,
    derived: u8,
    shared: bool,
    hosts: &[Host],
    context: &mut Context<'_>,
) -> u8 {
    let written = membership.member.priority.as_ref();
    if let Some(bad) = written.filter(|it| !(1..=254).contains(&it.value)) {
        let wrong = BAD_PRIORITY
            .at(bad.place, text!("a priority is 1 to 254", "una prioridad va de 1 a 254"));
        // Whatever one number stood there, all hosts of the range would have it.
        context.report(if shared {
            wrong.hint(text!(
                "leave priorities out, and they are chosen",
                "omita las prioridades y se elegirán"
            ))
        } else {
            let what = text!("write {derived}", "escriba {derived}");
            wrong.mend(what, bad.place, derived.to_string())
        });
        return derived;
    }
    let (name, host) = (&vip.name, &hosts[membership.host.0 as usize].name);
    context.choose(|| format!("priority of {host} in {name}"), derived, written)
}

fn member(
    vip: &Vip,
    membership: &Membership,
    priority: u8,
    fall: i16,
    hosts: &[Host],
    context: &mut Context<'_>,
) -> VipMemberUse {
    let host = &hosts[membership.host.0 as usize];
    let written = &membership.member;
    let (name, host_name) = (&vip.name, &host.name);
    let weight = context.choose(
        || format!("weight of {host_name} in {name}"),
        fall,
        written.weight.as_ref(),
    );
    let nic = vip.network.as_ref().and_then(|it| host.nic(it));
    if let (None, Some(network)) = (nic, &vip.network) {
        context.report(
            MEMBER_OFF_SEGMENT
                .at(
                    written.vip.place,
                    text!(
                        "{host_name} has no interface in `{network}`, where `{name}` is",
                        "{host_name} no tiene interfaz en `{network}`, donde está `{name}`"
                    ),
                )
                .label(vip.origin.place, text!("the address is here", "la dirección está aquí"))
                .hint(text!(
                    "give it an interface in `{network}`, or take it out of the group",
                    "déle una interfaz en `{network}`, o quítelo del grupo"
                )),
        );
    }
    VipMemberUse {
        role: membership.role,
        host: host.name.clone(),
        interface: nic.map(|it| it.interface.clone()).unwrap_or_default(),
        priority,
        weight,
        origin: context.origin(written.vip.place),
    }
}

/// Whether the address moves when the check of its holder fails: its priority must then be below the
/// next one's. A weight of zero takes the holder out altogether.
fn arithmetic(vip: &Vip, members: &[&Membership], hosts: &[Host], context: &mut Context<'_>) {
    let member_of = |it: &VipMemberUse| {
        let membership =
            members.iter().find(|member| hosts[member.host.0 as usize].name == it.host);
        membership.map(|it| &it.member)
    };
    let joined = |it: &VipMemberUse| member_of(it).map_or(vip.origin.place, |it| it.vip.place);
    let priority_of = |it: &VipMemberUse| member_of(it)?.priority.map(|it| it.place);
    let weight_of = |it: &VipMemberUse| member_of(it)?.weight.map(|it| it.place);
    let name = &vip.name;
    for pair in vip.members.windows(2) {
        let (better, next) = (&pair[0], &pair[1]);
        let (one, two, priority) = (&better.host, &next.host, better.priority);
        if better.priority == next.priority {
            // The one that was written is the one that can be changed.
            let both = [(next, better), (better, next)];
            let (this, other) =
                *both.iter().find(|it| priority_of(it.0).is_some()).unwrap_or(&both[0]);
            let other_place = priority_of(other).unwrap_or_else(|| joined(other));
            context.report(
                SAME_PRIORITY
                    .at(
                        priority_of(this).unwrap_or_else(|| joined(this)),
                        text!(
                            "{one} and {two} both have priority {priority} in `{name}`",
                            "{one} y {two} tienen la misma prioridad {priority} en `{name}`"
                        ),
                    )
                    .label(other_place, text!("the other is here", "la otra está aquí"))
                    .hint(text!(
                        "leave priorities out, and they are chosen",
                        "omita las prioridades y se elegirán"
                    )),
            );
            continue;
        }
        let (weight, other) = (better.weight, next.priority);
        let failed = i32::from(priority) + i32::from(weight.min(0));
        let healthy = i32::from(other) + i32::from(next.weight.max(0));
        if weight == 0 || failed < healthy {
            continue;
        }
        let gap = healthy - i32::from(priority);
        let least = gap - 1;
        let diagnostic = NO_FAILOVER
            .at(
                weight_of(better).unwrap_or_else(|| joined(better)),
                text!(
                    "`{name}` does not move when the check on {one} fails: {priority} {weight:+} = {failed} is not below the {healthy} of {two}",
                    "`{name}` no se mueve cuando falla la comprobación en {one}: {priority} {weight:+} = {failed} no es menor que {healthy} de {two}"
                ),
            )
            .label(
                priority_of(next).unwrap_or_else(|| joined(next)),
                text!("the next one is here", "el siguiente está aquí"),
            );
        let better_weight = (least - 9).clamp(LEAST_WEIGHT, -20);
        context.report(match weight_of(better) {
            _ if least < LEAST_WEIGHT => diagnostic.hint(text!(
                "no weight below {LEAST_WEIGHT} counts: bring the priorities closer together",
                "ningún peso inferior a {LEAST_WEIGHT} cuenta: acerque las prioridades"
            )),
            Some(place) => diagnostic.mend(
                text!(
                    "write a weight of {least} or less, such as {better_weight}",
                    "escriba un peso de {least} o menos, como {better_weight}"
                ),
                place,
                better_weight.to_string(),
            ),
            None => diagnostic.hint(text!(
                "write `weight: {better_weight}`, or leave the priorities out",
                "escriba `weight: {better_weight}`, u omita las prioridades"
            )),
        });
    }
}

/// Whether somebody serves behind the address, wherever it is.
fn behind(
    vip: &mut Vip,
    serves: &At<String>,
    members: &[&Membership],
    by_role: &IndexMap<&'static str, HostSet>,
    declared: &Declared,
    (hosts, names): (&[Host], &Arc<HostNames>),
    context: &mut Context<'_>,
) {
    let name = &vip.name;
    let known = || by_role.keys().copied();
    let mut role = serves.as_str();
    if !by_role.contains_key(role) {
        let diagnostic = UNKNOWN_SERVED.at(
            serves.place,
            text!(
                "no host has the role `{role}` that `{name}` serves",
                "ningún host tiene el rol `{role}` al que sirve `{name}`"
            ),
        );
        let all: Vec<&str> = known().collect();
        context.report(did_you_mean(diagnostic, role, serves.place, &all));
        // The role that was meant stands in, so that what needs it finds the address.
        let Some(near) = closest(role, known()) else { return };
        role = near;
        vip.serves = Some(near.to_owned());
    }
    let Some(servers) = by_role.get(role) else { return };
    let mut idle: IndexMap<Place, HostSet> = IndexMap::default();
    for membership in members {
        let id = membership.host;
        if !servers.contains(id) && !declared.balancers.contains_key(&id) {
            let place = membership.member.vip.place;
            idle.entry(place).or_insert_with(|| HostSet::empty(names)).insert(id);
        }
    }
    for (place, idle) in idle {
        let names = some_names(hosts, &idle);
        context.report(
            NOBODY_BEHIND
                .at(
                    place,
                    text!(
                        "`{name}` may move to {names}, where neither a `{role}` nor a balancer answers",
                        "`{name}` puede pasar a {names}, donde no responde ni un `{role}` ni un balanceador"
                    ),
                )
                .label(serves.place, text!("this is what it serves", "esto es a lo que sirve"))
                .hint(text!("give it the role `haproxy` too", "déle también el rol `haproxy`")),
        );
    }
}

//! Who holds a virtual address: priorities, weights, and whether they would make it move.

use crate::cloud::{Host, HostNames, HostSet, Vip, VipMemberUse};
use crate::read::{At, did_you_mean};
use crate::resolve::codes::{
    BAD_PRIORITY, MEMBER_OFF_SEGMENT, NO_FAILOVER, NO_MEMBERS, NOBODY_BEHIND, SAME_PRIORITY,
    SINGLE_MEMBER, UNKNOWN_SERVED, UNKNOWN_VIP,
};
use crate::resolve::context::Context;
use crate::resolve::declare::{Declared, Membership};
use crate::role::Site;
use crate::spec::CloudSpec;
use crate::{Name, text};
use indexmap::IndexMap;
use std::sync::Arc;

/// The priority of the last member.
const LOWEST_PRIORITY: u8 = 100;
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
    let mut groups: IndexMap<Name, Vec<&Membership>> = IndexMap::new();
    for membership in &declared.members {
        let vip = &membership.member.vip;
        if !site.vips.contains_key(&vip.value) {
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
            continue;
        }
        groups.entry(vip.value.clone()).or_default().push(membership);
    }
    let mut joined: IndexMap<u32, usize> = IndexMap::new();
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
        vip.members = members
            .iter()
            .enumerate()
            .map(|(rank, it)| member(vip, it, rank, count, hosts, context))
            .collect();
        vip.members.sort_by_key(|it| std::cmp::Reverse(it.priority));
        vip.hosts = HostSet::of(names, members.iter().map(|it| it.host));
        arithmetic(vip, &members, hosts, context);
        if let Some(serves) = written.and_then(|it| it.serves.as_ref()) {
            behind(vip, serves, by_role.get(serves.as_str()), &by_role, declared, hosts, context);
        }
    }
}

fn member(
    vip: &Vip,
    membership: &Membership,
    rank: usize,
    count: usize,
    hosts: &[Host],
    context: &mut Context<'_>,
) -> VipMemberUse {
    let host = &hosts[membership.host.0 as usize];
    let written = &membership.member;
    // Up to sixteen members are ten apart; more share what there is between 100 and 254.
    let step = (154 / (count.max(2) - 1)).clamp(1, PRIORITY_STEP as usize);
    let derived = usize::from(LOWEST_PRIORITY) + step * (count - 1 - rank).min(154);
    let fall = -((step * count).min(253) as i16);
    let (name, host_name) = (&vip.name, &host.name);
    let priority = context.choose(
        || format!("priority of {host_name} in {name}"),
        derived.min(254) as u8,
        written.priority.as_ref(),
    );
    if let Some(written) = written.priority.as_ref().filter(|it| !(1..=254).contains(&it.value)) {
        context.report(
            BAD_PRIORITY
                .at(written.place, text!("a priority is 1 to 254", "una prioridad va de 1 a 254"))
                .mend(
                    text!("write {derived}", "escriba {derived}"),
                    written.place,
                    derived.to_string(),
                ),
        );
    }
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
    let place_of = |use_: &VipMemberUse, weight: bool| {
        let membership = members.iter().find(|it| hosts[it.host.0 as usize].name == use_.host);
        let written = membership.map(|it| &it.member);
        let number = written.and_then(|it| {
            if weight {
                it.weight.as_ref().map(|it| it.place)
            } else {
                it.priority.as_ref().map(|it| it.place)
            }
        });
        number.or_else(|| written.map(|it| it.vip.place)).unwrap_or(vip.origin.place)
    };
    let name = &vip.name;
    for pair in vip.members.windows(2) {
        let (better, next) = (&pair[0], &pair[1]);
        let (one, two, priority) = (&better.host, &next.host, better.priority);
        if better.priority == next.priority {
            context.report(
                SAME_PRIORITY
                    .at(
                        place_of(next, false),
                        text!(
                            "{one} and {two} both have priority {priority} in `{name}`",
                            "{one} y {two} tienen la misma prioridad {priority} en `{name}`"
                        ),
                    )
                    .label(place_of(better, false), text!("the other is here", "la otra está aquí"))
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
                place_of(better, true),
                text!(
                    "`{name}` does not move when the check on {one} fails: {priority} {weight:+} = {failed} is not below the {healthy} of {two}",
                    "`{name}` no se mueve cuando falla la comprobación en {one}: {priority} {weight:+} = {failed} no es menor que {healthy} de {two}"
                ),
            )
            .label(place_of(next, false), text!("the next one is here", "el siguiente está aquí"));
        let membership = members.iter().find(|it| hosts[it.host.0 as usize].name == *one);
        let place = membership.and_then(|it| it.member.weight.as_ref()).map(|it| it.place);
        let better_weight = (least - 9).min(-20).max(-253);
        context.report(match place {
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
    vip: &Vip,
    serves: &At<String>,
    servers: Option<&HostSet>,
    by_role: &IndexMap<&'static str, HostSet>,
    declared: &Declared,
    hosts: &[Host],
    context: &mut Context<'_>,
) {
    let (name, role) = (&vip.name, &serves.value);
    let Some(servers) = servers else {
        let known: Vec<&str> = by_role.keys().copied().collect();
        let diagnostic = UNKNOWN_SERVED.at(
            serves.place,
            text!(
                "no host has the role `{role}` that `{name}` serves",
                "ningún host tiene el rol `{role}` al que sirve `{name}`"
            ),
        );
        context.report(did_you_mean(diagnostic, role, serves.place, &known));
        return;
    };
    for id in vip.hosts.iter() {
        if !servers.contains(id) && !declared.balancers.contains_key(&id) {
            let host = &hosts[id.0 as usize].name;
            context.report(
                NOBODY_BEHIND
                    .at(
                        serves.place,
                        text!(
                            "{host} may hold `{name}`, but is neither a `{role}` nor a balancer before them",
                            "{host} puede tener `{name}`, pero no es `{role}` ni un balanceador delante de ellos"
                        ),
                    )
                    .label(hosts[id.0 as usize].origin.place, text!("the host is here", "el host está aquí"))
                    .hint(text!("give it the role `haproxy` too", "déle también el rol `haproxy`")),
            );
        }
    }
}

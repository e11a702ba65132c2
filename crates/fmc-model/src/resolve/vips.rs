//! Virtual addresses: where they are, who holds them, and whether they would really move (check
//! C03).

use super::addresses::Taken;
use super::codes::{
    BAD_PRIORITY, DUPLICATE_VRID, MEMBER_OFF_SEGMENT, NO_FAILOVER, NO_MEMBERS, NOBODY_BEHIND,
    SAME_PRIORITY, SINGLE_MEMBER, UNKNOWN_SERVED, UNKNOWN_VIP, VIP_OUTSIDE,
};
use super::context::Context;
use super::declare::{Declared, Membership};
use crate::cloud::{Host, HostNames, HostSet, Network, Vip, VipMemberUse, VrrpTimers};
use crate::read::{At, codes, did_you_mean};
use crate::role::Site;
use crate::spec::{CloudSpec, VipSpec};
use crate::{Duration, Name, text};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// The first virtual router id that is given; lower ones are left to what is already there.
const FIRST_VRID: u8 = 51;
/// The priority of the last member.
const LOWEST_PRIORITY: u8 = 100;
/// How far members are apart, where there are few enough of them.
const PRIORITY_STEP: u8 = 10;

/// All virtual addresses; their members are not known yet.
pub(crate) fn vips(
    spec: &CloudSpec,
    networks: &IndexMap<Name, Network>,
    names: &Arc<HostNames>,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> IndexMap<Name, Vip> {
    let mut vips = IndexMap::new();
    let mut vrids: BTreeSet<u8> =
        spec.vips.values().filter_map(|it| it.vrid.as_ref().map(|it| it.value)).collect();
    let mut next = FIRST_VRID;
    for (name, written) in &spec.vips {
        context.added(
            || text!("virtual address {name}", "dirección virtual {name}", name = name.value),
            written.added.as_ref(),
        );
        if written.address.is_empty() {
            context.report(
                codes::MISSING_KEY
                    .at(
                        name.place,
                        text!(
                            "`{name}` needs an `address`",
                            "a `{name}` le falta `address`",
                            name = name.value
                        ),
                    )
                    .hint(text!("add `address: 10.17.5.10`", "añada `address: 10.17.5.10`")),
            );
        }
        for address in &written.address {
            taken.take(
                address.value,
                text!("virtual address {name}", "la dirección virtual {name}", name = name.value),
                address.place,
                context,
            );
        }
        while written.vrid.is_none() && vrids.contains(&next) && next < u8::MAX {
            next += 1;
        }
        let vrid =
            context.choose(|| format!("vrid of {}", name.value), next, written.vrid.as_ref());
        vrids.insert(vrid);
        vips.insert(name.value.clone(), one(name, written, vrid, networks, names, context));
    }
    duplicate_vrids(spec, &vips, context);
    vips
}

fn one(
    name: &At<Name>,
    written: &VipSpec,
    vrid: u8,
    networks: &IndexMap<Name, Network>,
    names: &Arc<HostNames>,
    context: &mut Context<'_>,
) -> Vip {
    let addresses: Vec<IpAddr> = written.address.iter().map(|it| it.value).collect();
    let holds = |it: &&Network, address: &IpAddr| it.prefixes.iter().any(|it| it.contains(address));
    let network = addresses.first().and_then(|first| networks.values().find(|it| holds(it, first)));
    for address in &written.address {
        if network.is_some_and(|it| holds(&it, &address.value)) {
            continue;
        }
        let (vip, value) = (&name.value, address.value);
        let list: Vec<String> =
            networks.values().flat_map(|it| &it.prefixes).map(ToString::to_string).collect();
        let list = list.join(", ");
        let message = match network {
            Some(network) => {
                let other = &network.name;
                text!(
                    "{value} of `{vip}` lies outside of `{other}`, where its other address is",
                    "{value} de `{vip}` está fuera de `{other}`, donde está su otra dirección"
                )
            }
            None => text!(
                "{value} of `{vip}` lies in none of the networks",
                "{value} de `{vip}` no está en ninguna de las redes"
            ),
        };
        context.report(VIP_OUTSIDE.at(address.place, message).hint(text!(
            "nobody would answer for it; choose an address inside one of {list}",
            "nadie respondería por ella; elija una dirección dentro de una de {list}"
        )));
    }
    let timers = timers(name, written, context);
    let own_names: Vec<String> = written.names.iter().map(|it| it.value.to_string()).collect();
    Vip {
        name: name.value.clone(),
        label: written.label.as_ref().map_or_else(|| name.to_string(), |it| it.value.clone()),
        note: written.note.as_ref().map(|it| it.value.clone()),
        addresses,
        network: network.map(|it| it.name.clone()),
        names: if own_names.is_empty() { vec![name.to_string()] } else { own_names },
        serves: written.serves.as_ref().map(|it| it.value.clone()),
        vrid,
        slo: written.slo.as_ref().map(|it| it.value),
        timers,
        preempt: context.choose(
            || format!("preempt of {}", name.value),
            true,
            written.preempt.as_ref(),
        ),
        members: Vec::new(),
        hosts: HostSet::empty(names),
        origin: context.origin(name.place),
    }
}

/// The timers of a group, from the longest time that its address may be gone.
///
/// A dead host is noticed after three adverts and a skew of less than one more; a dead service after
/// `fall` checks and a timeout, and then as late as a dead host. With an eighth of the time for each
/// of advert, interval and timeout that is 4/8 + 3/8, which leaves an eighth to spare. VRRP version 3
/// counts in hundredths of a second (RFC 9568 §5.2.7), so nothing finer is given.
fn timers(name: &At<Name>, written: &VipSpec, context: &mut Context<'_>) -> VrrpTimers {
    let eighth = written.slo.as_ref().map(|it| (it.value.0 / 8 / 10 * 10).max(10));
    let usual =
        |from_slo: u64, otherwise: u64| Duration(eighth.map_or(otherwise, |it| it.min(from_slo)));
    let mut choose = |what: &str, derived: Duration, written: &Option<At<Duration>>| {
        context.choose(|| format!("{what} of {}", name.value), derived, written.as_ref())
    };
    let advert = choose("advert", usual(1000, 1000), &written.advert);
    let interval = choose("interval", usual(2000, 2000), &written.interval);
    let timeout = choose("timeout", usual(1000, 1000), &written.timeout);
    let fall = context.choose(|| format!("fall of {}", name.value), 2, written.fall.as_ref());
    let rise = context.choose(|| format!("rise of {}", name.value), 2, written.rise.as_ref());
    VrrpTimers { advert, interval, timeout, fall, rise }
}

fn duplicate_vrids(spec: &CloudSpec, vips: &IndexMap<Name, Vip>, context: &mut Context<'_>) {
    for (index, (name, vip)) in vips.iter().enumerate() {
        let Some(written) = spec.vips.get(name.as_str()) else { continue };
        let place = written.vrid.as_ref().map_or(vip.origin.place, |it| it.place);
        let vrid = vip.vrid;
        if vrid == 0 {
            context.report(
                BAD_PRIORITY
                    .at(
                        place,
                        text!(
                            "a virtual router id is 1 to 255",
                            "un identificador de router virtual va de 1 a 255"
                        ),
                    )
                    .hint(text!("leave it out, and it is chosen", "omítalo y se elegirá")),
            );
        }
        // Two groups with one id hear each other on the same segment; on different ones they do not.
        let same =
            vips.values().take(index).find(|it| it.vrid == vrid && it.network == vip.network);
        if let Some(other) = same {
            let other_name = &other.name;
            context.report(
                DUPLICATE_VRID
                    .at(
                        place,
                        text!(
                            "`{name}` and `{other_name}` both have the virtual router id {vrid} in one segment",
                            "`{name}` y `{other_name}` tienen el mismo identificador de router virtual {vrid} en un segmento"
                        ),
                    )
                    .label(other.origin.place, text!("the other is here", "el otro está aquí"))
                    .hint(text!("leave `vrid` out, and it is chosen", "omita `vrid` y se elegirá")),
            );
        }
    }
}

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

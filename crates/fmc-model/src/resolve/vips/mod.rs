//! Virtual addresses: where they are, who holds them, and whether they would really move (check
//! C03).

mod members;

pub(crate) use members::members;

use super::addresses::{Taken, Wish, unfit};
use super::codes::{BAD_PRIORITY, DUPLICATE_VRID, VIP_OUTSIDE};
use super::context::Context;
use crate::cloud::{HostNames, HostSet, Network, NetworkKind, Vip, VrrpTimers};
use crate::read::{At, codes};
use crate::spec::{CloudSpec, VipSpec};
use crate::{AddressWord, Duration, Name, text};
use fmc_config::maps::IndexMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// The first virtual router id that is given; lower ones are left to what is already there.
const FIRST_VRID: u8 = 51;

/// Gives virtual addresses out before those of hosts: it is the hosts that are many.
pub(crate) fn take(spec: &CloudSpec, networks: &IndexMap<Name, Network>, taken: &mut Taken) {
    for (name, written) in &spec.vips {
        for address in &written.address {
            let around = segment(address.value, networks);
            let wish = |it: &Network| Wish {
                word: AddressWord::Address(address.value),
                network: it.name.clone(),
                count: 1,
            };
            let who =
                text!("virtual address {name}", "la dirección virtual {name}", name = name.value);
            if let Some(network) = around
                && let Some(it) = unfit(address.value, &who, address.place, network)
            {
                taken.refuse(it, Some(wish(network)));
            }
            let wish = around.map(wish);
            taken.take(address.value, who, address.place, wish);
        }
    }
}

/// The network that an address lies in; the narrowest, where they overlap.
fn segment(address: IpAddr, networks: &IndexMap<Name, Network>) -> Option<&Network> {
    let length = |it: &Network| {
        let around = it.prefixes.iter().filter(|it| it.contains(&address));
        around.map(ipnet::IpNet::prefix_len).max()
    };
    let around = networks.values().filter_map(|it| Some((length(it)?, it)));
    around.reduce(|best, it| if it.0 > best.0 { it } else { best }).map(|it| it.1)
}

/// All virtual addresses; their members are not known yet.
pub(crate) fn vips(
    spec: &CloudSpec,
    networks: &IndexMap<Name, Network>,
    names: &Arc<HostNames>,
    context: &mut Context<'_>,
) -> IndexMap<Name, Vip> {
    let mut vips = IndexMap::default();
    let mut vrids: BTreeSet<u8> =
        spec.vips.values().filter_map(|it| it.vrid.as_ref().map(|it| it.value)).collect();
    for (name, written) in &spec.vips {
        context.added(
            || text!("virtual address {name}", "dirección virtual {name}", name = name.value),
            written.added.as_ref(),
        );
        if written.address.is_empty() && !written.unread.has("address") {
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
                    .hint(text!(
                        "add `address:` with an address of the network of its holders",
                        "añada `address:` con una dirección de la red de quienes la tienen"
                    )),
            );
        }
        let next = free_vrid(&vrids);
        let vrid =
            context.choose(|| format!("vrid of {}", name.value), next, written.vrid.as_ref());
        vrids.insert(vrid);
        vips.insert(name.value.clone(), one(name, written, vrid, networks, names, context));
    }
    duplicate_vrids(spec, &vips, free_vrid(&vrids), context);
    vips
}

/// The first virtual router id that nobody has.
fn free_vrid(vrids: &BTreeSet<u8>) -> u8 {
    (FIRST_VRID..u8::MAX).find(|it| !vrids.contains(it)).unwrap_or(u8::MAX)
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
    let network = addresses.first().and_then(|first| segment(*first, networks));
    // It may lie in a network whose prefix is missing, which was said there.
    let unknown = |it: &Network| it.prefixes.is_empty() && it.kind != NetworkKind::Public;
    let unknown = networks.values().any(unknown);
    for address in &written.address {
        if unknown || network.is_some_and(|it| holds(&it, &address.value)) {
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
/// `fall` checks and a timeout, and then as late as a dead host. Keepalived runs checks at whole
/// seconds only (2.2.7 refuses `interval 0.2`), so checks come first: an eighth of the time, one
/// second at the least, and two failures where they fit into half of it. Of what is left, an eighth
/// goes into each advert and a quarter into the timeout: 4/8 + 2/8, which leaves a quarter to spare.
/// VRRP version 3 counts in hundredths of a second (RFC 9568 §5.2.7), so nothing finer is given.
fn timers(name: &At<Name>, written: &VipSpec, context: &mut Context<'_>) -> VrrpTimers {
    let (advert, interval, timeout, fall) = match written.slo.as_ref().map(|it| it.value.0) {
        None => (1000, 2000, 1000, 2),
        Some(slo) => {
            let interval = (slo / 8 / 1000 * 1000).clamp(1000, 2000);
            let fall = if 2 * interval <= slo / 2 { 2 } else { 1 };
            // Shorter than the checks alone cannot be kept; the shortest timers come nearest to it.
            let rest = slo.saturating_sub(u64::from(fall) * interval);
            let part = |of: u64| (rest / of / 10 * 10).clamp(10, 1000);
            (part(8), interval, part(4).max(100), fall)
        }
    };
    let mut choose = |what: &str, derived: Duration, written: &Option<At<Duration>>| {
        context.choose(|| format!("{what} of {}", name.value), derived, written.as_ref())
    };
    let advert = choose("advert", Duration(advert), &written.advert);
    let interval = choose("interval", Duration(interval), &written.interval);
    let timeout = choose("timeout", Duration(timeout), &written.timeout);
    let fall = context.choose(|| format!("fall of {}", name.value), fall, written.fall.as_ref());
    let rise = context.choose(|| format!("rise of {}", name.value), 2, written.rise.as_ref());
    VrrpTimers { advert, interval, timeout, fall, rise }
}

fn duplicate_vrids(
    spec: &CloudSpec,
    vips: &IndexMap<Name, Vip>,
    free: u8,
    context: &mut Context<'_>,
) {
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
                    .mend(
                        text!(
                            "write {free}, or leave it out, and it is chosen",
                            "escriba {free}, u omítalo y se elegirá"
                        ),
                        place,
                        free.to_string(),
                    ),
            );
        }
        // Two groups with one id hear each other on the same segment; on different ones they do not.
        let same =
            vips.values().take(index).find(|it| it.vrid == vrid && it.network == vip.network);
        if let Some(other) = same {
            let other_name = &other.name;
            let diagnostic = DUPLICATE_VRID
                .at(
                    place,
                    text!(
                        "`{name}` and `{other_name}` both have the virtual router id {vrid} in one segment",
                        "`{name}` y `{other_name}` tienen el mismo identificador de router virtual {vrid} en un segmento"
                    ),
                )
                .label(other.origin.place, text!("the other is here", "el otro está aquí"));
            let hint = text!(
                "write {free}, or leave `vrid` out, and it is chosen",
                "escriba {free}, u omita `vrid` y se elegirá"
            );
            context.report(if written.vrid.is_some() {
                diagnostic.mend(hint, place, free.to_string())
            } else {
                diagnostic.hint(hint)
            });
        }
    }
}

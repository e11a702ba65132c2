//! What goes wrong with virtual addresses and those who hold them.

use super::addresses::{elsewhere, four};
use super::{Kind, Mutant, changed, some};
use crate::draft::{self, Draft, Vip};
use clouds::random::Random;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "unknown virtual address", codes: &["FMC0204"], mutate: unknown },
    Kind { name: "nobody has the role served", codes: &["FMC0205"], mutate: served },
    Kind { name: "virtual address in no network", codes: &["FMC0401"], mutate: nowhere },
    Kind { name: "nobody holds the address", codes: &["FMC0402"], mutate: nobody },
    Kind { name: "a single member", codes: &["FMC0403"], mutate: single },
    Kind { name: "member in another segment", codes: &["FMC0404"], mutate: off_segment },
    Kind { name: "same priority", codes: &["FMC0405"], mutate: same_priority },
    Kind { name: "weight below the gap", codes: &["FMC0406"], mutate: weight },
    Kind { name: "weight for all below the gap", codes: &["FMC0406"], mutate: weight_of_all },
    Kind { name: "router id twice", codes: &["FMC0407"], mutate: router_id },
    Kind { name: "priority of an owner", codes: &["FMC0408"], mutate: priority },
    Kind { name: "nobody behind a member", codes: &["FMC0409"], mutate: nobody_behind },
    Kind { name: "virtual address of a host", codes: &["FMC0301"], mutate: of_a_host },
    Kind { name: "two virtual addresses at once", codes: &["FMC0301"], mutate: twice },
    Kind { name: "check between seconds", codes: &["FMC0509"], mutate: half_seconds },
    Kind { name: "virtual broadcast address", codes: &["FMC0303"], mutate: broadcast },
    Kind { name: "virtual address of DHCP", codes: &["FMC0305"], mutate: handed_out },
];

/// A virtual address and the entry that holds it alone.
fn held(draft: &Draft, random: &mut Random) -> Option<(usize, usize)> {
    let at = random.between(0, draft.vips.len().checked_sub(1)?);
    let named = format!("[{}]", draft.vips[at].name);
    let fits =
        |it: &draft::Entry| it.roles.iter().any(|it| it.0 == "keepalived" && it.1.contains(&named));
    Some((at, *draft.entries_that(fits).first()?))
}

/// The members say something else of their membership.
fn said(draft: &Draft, random: &mut Random, settings: &str) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    let settings = settings.replace("VIP", &draft.vips[vip].name);
    changed(draft, format!("keepalived: {settings}"), |it| {
        if let Some(of) = it.entries[at].role("keepalived") {
            *of = settings;
        }
    })
}

/// Members hold an address that is misspelt.
fn unknown(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    said(draft, random, "{ vips: [VIPx] }")
}

/// An address is for a role that is misspelt.
fn served(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, _) = held(draft, random)?;
    changed(draft, format!("{} serves a role that is not there", draft.vips[vip].name), |it| {
        it.vips[vip].serves.push('x');
    })
}

/// An address lies where no network is.
fn nowhere(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, _) = held(draft, random)?;
    let prefixes = &draft.network(&draft.vips[vip].network).prefixes;
    let addresses = prefixes.iter().map(elsewhere).collect();
    changed(draft, format!("{} is elsewhere", draft.vips[vip].name), |it| {
        it.vips[vip].addresses = addresses;
    })
}

/// The members forget their role.
fn nobody(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    changed(draft, format!("nobody holds {}", draft.vips[vip].name), |it| {
        it.entries[at].roles.retain(|it| it.0 != "keepalived");
    })
}

/// One of the two members goes.
fn single(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    changed(draft, format!("{} has one member", draft.vips[vip].name), |it| {
        let entry = &mut it.entries[at];
        let (old, new) = (entry.pattern(), entry.stem.clone());
        entry.count = 1;
        entry.nics[0].1 = entry.nics[0].1.replace('+', "");
        for group in &mut it.groups {
            group.1 = group.1.replace(&old, &new);
        }
    })
}

/// An address moves to a network in which its members are not.
fn off_segment(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    let fits = |it: &&draft::Network| {
        it.kind == draft::Kind::Private && !draft.entries[at].is_in(&it.name)
    };
    let network = draft.networks.iter().find(fits)?;
    changed(draft, format!("{} is in {}", draft.vips[vip].name, network.name), |it| {
        it.vips[vip].addresses = network.nth(240);
    })
}

/// One priority is written for all members.
fn same_priority(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    said(draft, random, "{ vips: { VIP: { priority: 120 } } }")
}

/// A failed check takes as much away as members are apart.
fn weight(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let weight = random.between(1, 10);
    said(draft, random, &format!("{{ vips: {{ VIP: {{ weight: -{weight} }} }} }}"))
}

/// The same, written for all addresses of a member.
fn weight_of_all(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    said(draft, random, "{ vips: [VIP], weight: -5 }")
}

/// A second address has the same router id.
fn router_id(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    let network = draft.network(&draft.vips[vip].network);
    changed(draft, format!("another address has the router id of {}", draft.vips[vip].name), |it| {
        let first = &mut it.vips[vip];
        first.more.push("vrid: 77".to_owned());
        let second = Vip {
            name: "second".to_owned(),
            addresses: network.nth(241),
            more: vec!["vrid: 77".to_owned()],
            ..first.clone()
        };
        let both = format!("{{ vips: [{}, second] }}", first.name);
        it.vips.push(second);
        if let Some(settings) = it.entries[at].role("keepalived") {
            *settings = both;
        }
    })
}

/// A priority that only whoever owns the address has.
fn priority(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    said(draft, random, "{ vips: { VIP: { priority: 255 } } }")
}

/// The members stop serving or balancing.
fn nobody_behind(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    if !draft.entries[at].has("haproxy") {
        return None;
    }
    changed(draft, format!("the members of {} do not balance", draft.vips[vip].name), |it| {
        it.entries[at].roles.retain(|it| it.0 != "haproxy");
    })
}

/// A virtual address is that of a host.
fn of_a_host(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, _) = held(draft, random)?;
    let network = draft.network(&draft.vips[vip].network);
    let at = some(draft, random, |it| it.number(&network.name).is_some())?;
    let addresses = network.nth(draft.entries[at].number(&network.name)?);
    changed(draft, format!("{} is {}", draft.vips[vip].name, draft.entries[at].first()), |it| {
        it.vips[vip].addresses = addresses;
    })
}

/// Two virtual addresses are one.
fn twice(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, at) = held(draft, random)?;
    let both = format!("{{ vips: [{}, second] }}", draft.vips[vip].name);
    changed(draft, format!("{} is there twice", draft.vips[vip].name), |it| {
        let second = Vip { name: "second".to_owned(), ..it.vips[vip].clone() };
        it.vips.push(second);
        if let Some(settings) = it.entries[at].role("keepalived") {
            *settings = both;
        }
    })
}

/// Keepalived checks at whole seconds.
fn half_seconds(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, _) = held(draft, random)?;
    changed(draft, format!("{} is checked every 1500 ms", draft.vips[vip].name), |it| {
        it.vips[vip].more = vec!["interval: 1500ms".to_owned()];
    })
}

/// A virtual address is the last one of its network.
fn broadcast(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, _) = held(draft, random)?;
    let address = four(draft, &draft.vips[vip].network)?.broadcast();
    changed(draft, format!("{} is {address}", draft.vips[vip].name), |it| {
        it.vips[vip].addresses = vec![address];
    })
}

/// A virtual address is among those that somebody else hands out.
fn handed_out(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let (vip, _) = held(draft, random)?;
    let network = draft.vips[vip].network.clone();
    four(draft, &network)?;
    let range = [200, 209].map(|it| draft.network(&network).nth(it)[0]);
    changed(draft, format!("{} and more are handed out", range[0]), |it| {
        it.network_mut(&network).more = vec![format!("dhcp: {}-{}", range[0], range[1])];
    })
}

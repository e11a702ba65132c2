//! What goes wrong with the addresses of hosts.

use super::{Kind, Mutant, changed, ordinary, some};
use crate::draft::{Draft, listed};
use clouds::random::Random;
use ipnet::IpNet;
use std::net::IpAddr;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "duplicate address", codes: &["FMC0301"], mutate: duplicate },
    Kind { name: "address outside", codes: &["FMC0302"], mutate: outside },
    Kind { name: "address of the network", codes: &["FMC0303"], mutate: first },
    Kind { name: "broadcast address", codes: &["FMC0303"], mutate: last },
    Kind { name: "address left out", codes: &["FMC0304"], mutate: unsaid },
    Kind { name: "address of DHCP", codes: &["FMC0305"], mutate: handed_out },
    Kind { name: "number too large", codes: &["FMC0306"], mutate: too_large },
    Kind { name: "person at an address of a host", codes: &["FMC0301"], mutate: person },
    Kind { name: "two gateways at one host", codes: &["FMC0313"], mutate: two_gateways },
    Kind { name: "gateway of a host outside", codes: &["FMC0310"], mutate: own_gateway },
    Kind { name: "host in no network", codes: &["FMC0304"], mutate: no_network },
    Kind { name: "hardware address twice", codes: &["FMC0301"], mutate: hardware },
    Kind { name: "interface twice", codes: &["FMC0510"], mutate: interface },
];

/// An address that is in no generated network, of the version that a network has.
pub(super) fn elsewhere(prefix: &IpNet) -> IpAddr {
    let text = if prefix.addr().is_ipv4() { "192.0.2.7" } else { "2001:db8:ffff::7" };
    text.parse().expect("an address")
}

/// An entry takes the number of another one in its network.
fn duplicate(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| !it.has("router") && it.nics.len() == 1)?;
    let (name, network) = (draft.entries[at].stem.clone(), draft.entries[at].nics[0].0.clone());
    let others: Vec<u32> = draft
        .entries
        .iter()
        .filter(|it| it.stem != name)
        .filter_map(|it| it.number(&network))
        .collect();
    let number = *random.pick(&others)?;
    changed(draft, format!("{name} has number {number} in {network}, too"), |it| {
        let plus = if it.entries[at].count > 1 { "+" } else { "" };
        it.entries[at].nics[0].1 = format!("{number}{plus}");
    })
}

/// A host writes a whole address that its network does not have.
fn outside(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let network = draft.network(&draft.entries[at].nics[0].0);
    let all: Vec<IpAddr> = network.prefixes.iter().map(elsewhere).collect();
    let written = listed(&all);
    changed(draft, format!("{} is at {written}", draft.entries[at].stem), |it| {
        it.entries[at].nics[0].1 = written;
    })
}

/// A host has the number that stands for the network.
fn first(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    numbered(draft, random, "0")
}

/// A host has the last number of a network of version 4.
fn last(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| ordinary(it) && four(draft, &it.nics[0].0).is_some())?;
    let prefix = four(draft, &draft.entries[at].nics[0].0)?;
    let number = (1u32 << (32 - prefix.prefix_len())) - 1;
    changed(draft, format!("{} has number {number}", draft.entries[at].stem), |it| {
        it.entries[at].nics[0].1 = number.to_string();
    })
}

pub(super) fn four(draft: &Draft, network: &str) -> Option<IpNet> {
    draft.network(network).prefixes.iter().find(|it| it.addr().is_ipv4()).copied()
}

fn numbered(draft: &Draft, random: &mut Random, number: &str) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    changed(draft, format!("{} has number {number}", draft.entries[at].stem), |it| {
        number.clone_into(&mut it.entries[at].nics[0].1);
    })
}

/// A host forgets its address.
fn unsaid(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    numbered(draft, random, "")
}

/// A host is where somebody else hands addresses out.
fn handed_out(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| ordinary(it) && four(draft, &it.nics[0].0).is_some())?;
    let network = draft.entries[at].nics[0].0.clone();
    let number = draft.entries[at].number(&network)?;
    let ends = [number, number + 1].map(|it| draft.network(&network).nth(it)[0]);
    let range = format!("dhcp: {}-{}", ends[0], ends[1]);
    changed(draft, format!("{network} has {range}"), |it| {
        it.network_mut(&network).more = vec![range];
    })
}

/// A host has a number that its network of version 4 does not have.
fn too_large(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| ordinary(it) && four(draft, &it.nics[0].0).is_some())?;
    changed(draft, format!("{} has number 70000", draft.entries[at].stem), |it| {
        "70000".clone_into(&mut it.entries[at].nics[0].1);
    })
}

/// Somebody outside has the address of an end of the tunnel.
fn person(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let at = draft.outside.iter().position(|it| it.1.contains("address: 50"))?;
    changed(draft, "ana has number 1 in the tunnel".to_owned(), |it| {
        it.outside[at].1 = it.outside[at].1.replace("address: 50", "address: 1");
    })
}

/// A host gets a second interface, and both have a gateway of their own.
fn two_gateways(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let (first, number) = draft.entries[at].nics[0].clone();
    let is_other = |it: &&crate::draft::Network| {
        it.kind == crate::draft::Kind::Private && it.name != first && it.name != "lan"
    };
    let second = draft.networks.iter().find(is_other)?.name.clone();
    changed(
        draft,
        format!("{} has a gateway in {first} and {second}", draft.entries[at].stem),
        |it| {
            let written = |name: &str, number: &str| {
                let gateway = listed(&draft.network(name).nth(1));
                format!("{{ address: {number}, gateway: {gateway} }}")
            };
            let one = (first.clone(), written(&first, &number));
            let two = (second.clone(), written(&second, "190"));
            it.entries[at].nics = vec![one, two];
        },
    )
}

/// A host has a gateway that is no neighbour.
fn own_gateway(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let (network, number) = draft.entries[at].nics[0].clone();
    let gateway = elsewhere(&draft.network(&network).prefixes[0]);
    changed(draft, format!("{} has the gateway {gateway}", draft.entries[at].stem), |it| {
        let gateway = listed(&[gateway]);
        it.entries[at].nics[0].1 = format!("{{ address: {number}, gateway: {gateway} }}");
    })
}

/// A host loses its only interface.
fn no_network(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    changed(draft, format!("{} is in no network", draft.entries[at].stem), |it| {
        it.entries[at].nics.clear();
    })
}

/// One hardware address is written for many hosts.
fn hardware(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.count > 1 && it.nics.len() == 1)?;
    changed(draft, format!("all of {} have one hardware address", draft.entries[at].stem), |it| {
        let number = it.entries[at].nics[0].1.clone();
        let long = format!("{{ address: {number}, mac: \"52:54:00:12:34:56\" }}");
        it.entries[at].nics[0].1 = long;
    })
}

/// Two networks are at one interface.
fn interface(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let plain = |it: &(String, String)| it.1.parse::<u32>().is_ok();
    let at = some(draft, random, |it| it.nics.iter().filter(|it| plain(it)).count() > 1)?;
    changed(draft, format!("{} has one interface", draft.entries[at].stem), |it| {
        for nic in it.entries[at].nics.iter_mut().filter(|it| plain(it)) {
            nic.1 = format!("{{ address: {}, interface: enp1s0 }}", nic.1);
        }
    })
}

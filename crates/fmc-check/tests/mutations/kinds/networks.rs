//! What goes wrong with networks, their gateways and routers.

use super::addresses::{elsewhere, four};
use super::{Kind, Mutant, changed, ordinary, some};
use crate::draft::{self, Draft, Network};
use clouds::random::Random;
use ipnet::IpNet;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "overlapping networks", codes: &["FMC0307"], mutate: overlap },
    Kind { name: "network around another", codes: &["FMC0307"], mutate: around },
    Kind { name: "pods in a network", codes: &["FMC0307"], mutate: pods_in_a_network },
    Kind { name: "addresses of somebody else", codes: &["FMC0308"], mutate: public_space },
    Kind { name: "two prefixes of one version", codes: &["FMC0309"], mutate: two_prefixes },
    Kind { name: "gateway outside", codes: &["FMC0310"], mutate: gateway_outside },
    Kind { name: "gateway that forwards nothing", codes: &["FMC0311"], mutate: idle_gateway },
    Kind { name: "two routers", codes: &["FMC0312"], mutate: two_routers },
    Kind { name: "uplink without interface", codes: &["FMC0314"], mutate: no_uplink },
    Kind { name: "too few pods", codes: &["FMC0315"], mutate: few_pods },
    Kind { name: "network without prefix", codes: &["FMC0104"], mutate: no_prefix },
    Kind { name: "gateway at the broadcast address", codes: &["FMC0303"], mutate: last_gateway },
    Kind { name: "pool of another network", codes: &["FMC0302"], mutate: pool },
    Kind { name: "prefix that is too long", codes: &["FMC0306"], mutate: too_long },
];

fn private(draft: &Draft, fit: impl Fn(&Network) -> bool) -> Vec<String> {
    let fits = |it: &&Network| it.kind == draft::Kind::Private && fit(it);
    draft.networks.iter().filter(fits).map(|it| it.name.clone()).collect()
}

fn prefix(text: &str) -> IpNet {
    text.parse().expect("a prefix")
}

/// A network has the prefixes of another one.
fn overlap(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let all = private(draft, |it| it.gateways.is_empty());
    let (one, two) = (random.pick(&all)?.clone(), random.pick(&all)?.clone());
    let prefixes = draft.network(&two).prefixes.clone();
    changed(draft, format!("{one} has the prefixes of {two}"), |it| {
        it.network_mut(&one).prefixes = prefixes;
    })
}

/// Somebody writes a prefix that is far too short.
fn around(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let fits =
        |it: &Network| four(draft, &it.name).is_some_and(|it| it.to_string().starts_with("10."));
    let all = private(draft, fits);
    if all.len() < 2 {
        return None;
    }
    let name = random.pick(&all)?.clone();
    changed(draft, format!("{name} is 10.0.0.0/8"), |it| {
        let of = it.network_mut(&name);
        for net in of.prefixes.iter_mut().filter(|it| it.addr().is_ipv4()) {
            *net = prefix("10.0.0.0/8");
        }
    })
}

/// Pods have the addresses of a network.
fn pods_in_a_network(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    draft.entries.iter().find(|it| it.has("worker"))?;
    let name = random.pick(&private(draft, |it| four(draft, &it.name).is_some()))?.clone();
    let pods = four(draft, &name)?;
    changed(draft, format!("pods are in {pods} of {name}"), |it| {
        it.head.push(format!("kubernetes: {{ pods: {pods} }}"));
    })
}

/// Tired hands write 192.198 for 192.168.
fn public_space(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let all = private(draft, |it| it.gateways.is_empty() && four(draft, &it.name).is_some());
    let name = random.pick(&all)?.clone();
    changed(draft, format!("{name} is 192.198.77.0/24"), |it| {
        for net in it.network_mut(&name).prefixes.iter_mut().filter(|it| it.addr().is_ipv4()) {
            *net = prefix("192.198.77.0/24");
        }
    })
}

/// A network gets a second prefix of version 4.
fn two_prefixes(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let all = private(draft, |it| four(draft, &it.name).is_some());
    let name = random.pick(&all)?.clone();
    changed(draft, format!("{name} has 10.250.0.0/24, too"), |it| {
        it.network_mut(&name).prefixes.push(prefix("10.250.0.0/24"));
    })
}

/// A network's gateway is in no network.
fn gateway_outside(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let name = random.pick(&private(draft, |_| true))?.clone();
    let gateway = elsewhere(&draft.network(&name).prefixes[0]);
    changed(draft, format!("the gateway of {name} is {gateway}"), |it| {
        it.network_mut(&name).gateways = vec![gateway];
    })
}

/// A network's gateway is a host that forwards nothing.
fn idle_gateway(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let name = draft.entries[at].nics[0].0.clone();
    let gateways = draft.network(&name).nth(draft.entries[at].number(&name)?);
    changed(draft, format!("the gateway of {name} is {}", draft.entries[at].stem), |it| {
        it.network_mut(&name).gateways = gateways;
    })
}

/// A second host forwards in a network that does not say which one is its gateway.
fn two_routers(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let fits = |network: &str| draft.network(network).gateways.is_empty();
    let at = some(draft, random, |it| ordinary(it) && fits(&it.nics[0].0))?;
    changed(draft, format!("{} is a router, too", draft.entries[at].stem), |it| {
        it.entries[at].roles.push(("router".to_owned(), String::new()));
    })
}

/// A router reaches the rest by a network in which it is not.
fn no_uplink(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("router"))?;
    changed(draft, format!("the uplink of {} is wan", draft.entries[at].stem), |it| {
        if let Some(settings) = it.entries[at].role("router") {
            "{ uplink: wan }".clone_into(settings);
        }
    })
}

/// There is a part of the pod network for one node, and there are more nodes.
fn few_pods(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    draft.entries.iter().find(|it| it.has("worker") && it.count > 1)?;
    // Where pods are of version 6, addresses of them were written already.
    draft.networks.iter().find(|it| four(draft, &it.name).is_some())?;
    changed(draft, "there are pods for one node".to_owned(), |it| {
        it.head.push("kubernetes: { pods: 10.142.0.0/24 }".to_owned());
    })
}

/// Somebody forgets the prefix of a network.
fn no_prefix(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let all = private(draft, |it| it.gateways.is_empty());
    let name = random.pick(&all)?.clone();
    changed(draft, format!("{name} has no prefix"), |it| {
        let network = it.network_mut(&name);
        network.prefixes.clear();
        network.more.push("label: Network".to_owned());
    })
}

/// The gateway of a network is its last address.
fn last_gateway(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let name = random.pick(&private(draft, |it| four(draft, &it.name).is_some()))?.clone();
    let gateway = four(draft, &name)?.broadcast();
    changed(draft, format!("the gateway of {name} is {gateway}"), |it| {
        it.network_mut(&name).gateways = vec![gateway];
    })
}

/// What is handed out in a network is in none.
fn pool(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let name = random.pick(&private(draft, |it| four(draft, &it.name).is_some()))?.clone();
    changed(draft, format!("192.0.2.10 to .99 are handed out in {name}"), |it| {
        it.network_mut(&name).more = vec!["dhcp: 192.0.2.10-192.0.2.99".to_owned()];
    })
}

/// A network is smaller than the numbers of its hosts.
fn too_long(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let numbered = |it: &Network| {
        draft.entries.iter().any(|entry| entry.number(&it.name).is_some_and(|it| it > 7))
    };
    let all = private(draft, |it| it.gateways.is_empty() && numbered(it));
    let name = random.pick(&all)?.clone();
    let length = |net: IpNet| net.max_prefix_len() - 3;
    changed(draft, format!("{name} has eight addresses"), |it| {
        for net in &mut it.network_mut(&name).prefixes {
            *net = IpNet::new(net.network(), length(*net)).expect("a prefix");
        }
    })
}

//! What is intended and what is predicted agree: for every pair of hosts and every port that anybody
//! offers, a packet that is walked through the generated rules arrives exactly if a flow wants it to.

use clouds::sound::sound;
use fmc_check::classes::Classes;
use fmc_check::ends::{self, Who};
use fmc_check::machine::Machines;
use fmc_check::matrix::{Difference, Matrix};
use fmc_check::reach::Pair;
use fmc_check::trace::trace;
use fmc_check::way::Fate;
use fmc_model::cloud::{End, Flow, Host, HostId, NetworkKind};
use fmc_model::{Cloud, Date, Language, Name, Ports, Protocol, load};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let entries =
        fs::read_dir(folder).expect("the examples").map(|it| it.expect("an entry").path());
    let mut all: Vec<PathBuf> =
        entries.filter(|it| it.extension().is_some_and(|it| it == "yaml")).collect();
    all.sort();
    assert!(all.len() > 4, "{all:?}");
    all
}

/// Random clouds whose flows are asked too, and how many hosts they have at the most.
const RANDOM: u64 = 200;
const HOSTS: usize = 12;

/// The examples, the clouds on which validators are tried, and the smallest cloud of every role.
fn clouds() -> Vec<(String, Cloud)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let more = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/validators/clouds");
    let more = fs::read_dir(more).expect("clouds").map(|it| it.expect("an entry").path());
    for path in examples().into_iter().chain(more) {
        let text = fs::read_to_string(&path).expect("a text");
        texts.push((path.file_name().expect("a name").to_string_lossy().into_owned(), text));
    }
    for role in fmc_roles::ROLES {
        texts.push((role.about.name.to_owned(), role.about.example.to_owned()));
    }
    resolved(texts)
}

/// Those of them that are sound.
fn resolved(texts: Vec<(String, String)>) -> Vec<(String, Cloud)> {
    let mut clouds = Vec::new();
    for (name, text) in texts {
        let none = &mut |path: &str| Err(format!("{path} is not there"));
        let loaded = load(&name, text.as_bytes(), fmc_roles::ROLES, none);
        let today = Date::from_unix_days(20_600);
        let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
        // What is drawn and not sound is nothing that could be built.
        if let (Some(cloud), false) = (cloud, found.has_errors()) {
            clouds.push((name, cloud));
        }
    }
    assert!(clouds.len() > 20, "{}", clouds.len());
    clouds
}

/// Ports that anybody in a cloud offers, each with its protocol; the first of a range stands for it.
fn ports(cloud: &Cloud) -> BTreeSet<Ports> {
    let offered = cloud.offers.iter().flat_map(|it| &it.ports).copied();
    let asked = cloud.flows.iter().flat_map(|it| &it.ports).copied();
    let has_ports = |it: &Ports| matches!(it.protocol, Protocol::Tcp | Protocol::Udp);
    let offered = offered.filter(|it| !carries_a_tunnel(cloud, *it));
    let asked = asked.filter(|it| !carries_a_tunnel(cloud, *it));
    offered.chain(asked).filter(has_ports).map(|it| Ports { last: it.first, ..it }).collect()
}

/// Whether a tunnel travels by it: it goes to addresses of the world.
fn carries_a_tunnel(cloud: &Cloud, ports: Ports) -> bool {
    let mut ends = cloud.networks.values().flat_map(|it| &it.ends);
    ports.protocol == Protocol::Udp && ends.any(|it| it.listens == Some(ports.first))
}

/// Whether a flow wants a port of one host to be reached from another.
fn is_wanted(cloud: &Cloud, from: &Host, to: &Host, port: Ports) -> bool {
    let holds = |it: &Ports| {
        it.protocol == Protocol::Any
            || it.protocol == port.protocol && (it.first..=it.last).contains(&port.first)
    };
    let is = |flow: &Flow| {
        // Somebody in a network is every host in it, too.
        let begins = match &flow.from {
            End::Hosts(hosts) => hosts.contains(from.id),
            End::Network(name) => from.nic(name).is_some(),
            End::Outside(name) => {
                let outside = &cloud.outside[name];
                let beside = outside.networks.iter().any(|it| from.nic(it).is_some());
                beside && outside.people.is_empty()
            }
            _ => false,
        };
        begins
            && matches!(&flow.to, End::Hosts(hosts) if hosts.contains(to.id))
            && flow.ports.iter().any(holds)
    };
    cloud.flows.iter().any(is)
}

/// Whether the whole world may come to a port of a host: that it is closed to the inside, nobody asks.
fn is_public(cloud: &Cloud, to: &Host, port: Ports) -> bool {
    cloud.flows.iter().any(|flow| {
        let world = match &flow.from {
            End::Internet(_) => true,
            End::Outside(name) => cloud.outside[name]
                .networks
                .iter()
                .any(|it| cloud.networks[it].kind == NetworkKind::Public),
            _ => false,
        };
        world
            && matches!(&flow.to, End::Hosts(hosts) if hosts.contains(to.id))
            && flow.ports.iter().any(|it| (it.first..=it.last).contains(&port.first))
    })
}

#[test]
fn hosts_reach_what_flows_want_and_nothing_else() {
    let mut asked = 0;
    let mut wrong = Vec::new();
    for (name, cloud) in clouds() {
        let machines = Machines::of(&cloud);
        let ours = || cloud.hosts.values().filter(|it| !it.managed);
        let ports = ports(&cloud);
        for (from, to) in ours().flat_map(|from| ours().map(move |to| (from, to))) {
            if from.id == to.id {
                continue;
            }
            for port in &ports {
                let mut reached = Vec::new();
                for nic in &to.nics {
                    // How the world is reached from inside is its own.
                    if cloud.networks[&nic.network].prefixes.is_empty() {
                        continue;
                    }
                    for address in &nic.addresses {
                        let payload = ends::payload(port);
                        let target = Who::Address(address.addr());
                        let Ok(question) =
                            ends::question(&machines, &Who::Host(from.id), &target, payload)
                        else {
                            continue;
                        };
                        asked += 1;
                        let fate = trace(&machines, &question).leg.own_fate();
                        reached.push((address.addr(), fate));
                    }
                }
                // That nothing listens is another matter than that it is let through.
                let arrives = |it: &(_, Fate)| matches!(it.1, Fate::Delivered | Fate::NoListener);
                let wanted = is_wanted(&cloud, from, to, *port);
                if is_public(&cloud, to, *port) {
                    continue;
                }
                if !reached.is_empty() && wanted != reached.iter().any(arrives) {
                    let (from, to) = (&from.name, &to.name);
                    wrong.push(format!("{name}: {from} → {to} {port}: {wanted}, {reached:?}"));
                }
            }
        }
    }
    assert!(asked > 10_000, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked}\n{}", wrong.len(), wrong.join("\n"));
}

/// Everybody at an end of a flow.
fn everybody(cloud: &Cloud, end: &End) -> Vec<Who> {
    match end {
        End::Hosts(hosts) => hosts.iter().map(Who::Host).collect(),
        End::Pods(hosts) => hosts.iter().map(Who::Pod).collect(),
        End::Vip(name) => cloud.vips.get_index_of(name).map(Who::Vip).into_iter().collect(),
        End::Outside(name) => {
            let at = cloud.outside.get_index_of(name).expect("it is there");
            let people = cloud.outside[at].people.len();
            match people {
                0 => ends::who(cloud, name.as_str()).into_iter().collect(),
                several => (0..several).map(|it| Who::Person(at, it)).collect(),
            }
        }
        // Which addresses in the world are meant, nobody knows here.
        End::Network(_) | End::Internet(_) => Vec::new(),
    }
}

#[test]
fn every_flow_reaches_both_ways() {
    let mut asked = 0;
    let mut wrong = Vec::new();
    let random = (0..RANDOM).map(|seed| (format!("random cloud {seed}"), sound(seed, HOSTS)));
    for (name, cloud) in clouds().into_iter().chain(resolved(random.collect())) {
        let machines = Machines::of(&cloud);
        let is_managed = |it: &Who| matches!(it, Who::Host(id) if cloud.host(*id).managed);
        // Somebody may have a name and no place in the tunnel yet.
        let is_nowhere = |it: &Who| match it {
            Who::Person(of, person) => {
                let outside = &cloud.outside[*of];
                let tunnel = |it: &Name| cloud.networks[it].kind == NetworkKind::Wireguard;
                outside.networks.iter().any(tunnel) && outside.people[*person].addresses.is_empty()
            }
            _ => false,
        };
        for flow in &cloud.flows {
            let (froms, tos) = (everybody(&cloud, &flow.from), everybody(&cloud, &flow.to));
            let has_ports =
                |it: &&Ports| it.protocol != Protocol::Vrrp && !carries_a_tunnel(&cloud, **it);
            for port in flow.ports.iter().filter(has_ports) {
                for (from, to) in froms.iter().flat_map(|from| tos.iter().map(move |to| (from, to)))
                {
                    if from == to || is_managed(to) || is_nowhere(from) || is_nowhere(to) {
                        continue;
                    }
                    asked += 1;
                    let told = match ends::question(&machines, from, to, ends::payload(port)) {
                        Ok(question) => {
                            let fate = trace(&machines, &question).leg.own_fate();
                            if matches!(fate, Fate::Delivered | Fate::NoListener) {
                                continue;
                            }
                            format!("{fate:?} {}", question.packet)
                        }
                        Err(why) => why.get(Language::English).to_owned(),
                    };
                    wrong.push(format!("{name}: {} {port}: {from:?} → {to:?}: {told}", flow.id));
                }
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn all_ports_of_all_pairs_are_as_flows_intend() {
    let (mut pairs, mut wrong) = (0, Vec::new());
    for (name, cloud) in clouds() {
        let machines = Machines::of(&cloud);
        let matrix = Matrix::of(&machines);
        pairs += matrix.pairs.len();
        let told = |word: &str, it: &Difference<'_, '_>| {
            let (from, to, transport) = (&it.pair.from, it.pair.to, it.pair.transport);
            let host = &cloud.host(to.host).name;
            format!("{name}: {word} {from:?} → {host} {to:?} {transport:?} {}", it.ports)
        };
        wrong.extend(matrix.more().iter().map(|it| told("more", it)));
        wrong.extend(matrix.less().iter().map(|it| told("less", it)));
    }
    assert!(pairs > 4_000, "{pairs}");
    assert!(wrong.is_empty(), "{} of {pairs}\n{}", wrong.len(), wrong.join("\n"));
}

/// What becomes of each port, without saying which of those that are alike it meets.
fn fates(matrix: &Matrix<'_>, pair: &Pair<'_>) -> Vec<(u16, u16, Fate, Option<HostId>)> {
    let at = |it: HostId| matrix.classes.first(it);
    let mut all: Vec<(u16, u16, Fate, Option<HostId>)> = Vec::new();
    for it in &pair.stretches {
        let end = it.at.map(at);
        match all.last_mut() {
            // Another rule of the same host may have decided.
            Some(last) if (last.2, last.3) == (it.fate, end) => last.1 = it.ports.last,
            _ => all.push((it.ports.first, it.ports.last, it.fate, end)),
        }
    }
    all
}

#[test]
fn who_is_alike_is_alike_for_everybody() {
    let (mut alike, mut compared, mut wrong) = (0, 0, Vec::new());
    for (name, cloud) in clouds() {
        let machines = Machines::of(&cloud);
        let classes = Classes::of(&machines);
        let folded = Matrix::of(&machines);
        let whole = Matrix::among(&machines, Classes::apart(&cloud));
        alike += cloud.hosts.values().filter(|it| classes.first(it.id) != it.id).count();
        let first = |it: &Who| match it {
            Who::Host(host) => Who::Host(classes.first(*host)),
            Who::Pod(host) => Who::Pod(classes.first(*host)),
            other => other.clone(),
        };
        let key = |it: &Pair<'_>| {
            // Which of its addresses it is.
            let own = |host: HostId| cloud.host(host).addresses();
            let place = own(it.to.host).position(|own| own == it.to.address);
            let place = place.ok_or(it.to.address.is_ipv4());
            (first(&it.from), classes.first(it.to.host), it.to.kind, place, it.transport)
        };
        let asked: HashMap<_, _> = folded.pairs.iter().map(|it| (key(it), it)).collect();
        for pair in &whole.pairs {
            compared += 1;
            let told = asked.get(&key(pair)).map(|it| fates(&folded, it));
            if told.as_ref() != Some(&fates(&folded, pair)) {
                let (from, to) = (&pair.from, pair.to);
                wrong.push(format!("{name}: {from:?} → {to:?} {:?}", pair.transport));
            }
        }
    }
    assert!(alike > 20 && compared > 5_000, "{alike}, {compared}");
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong.join("\n"));
}

//! Hosts that are alike: exchange two of them, with their addresses and pods, and nothing of the cloud has
//! changed. What is asked of one holds for all.
//!
//! Two hosts are alike if they have the same interfaces, routes and rules (their own addresses standing for
//! each other), if each set of addresses in any rule of the cloud has both or neither, and if each flow,
//! offer and tunnel does. Whoever is somebody special (a router, a balancer, a member of a group) is alike
//! to nobody.

use crate::machine::{Machine, Machines};
use fmc_config::maps::{HashSet, IndexMap};
use fmc_config::nft::{Action, Addresses, Match, Place, Ruleset};
use fmc_model::Cloud;
use fmc_model::cloud::{End, Host, HostId};
use foldhash::quality::{FixedState, FoldHasher};
use ipnet::IpNet;
use rayon::prelude::*;
use std::hash::{BuildHasher, Hash, Hasher};
use std::net::IpAddr;

/// Hosts by what they are alike to.
#[derive(Clone)]
pub struct Classes {
    /// Each class in the order of the file.
    members: Vec<Vec<HostId>>,
    /// The class of each host.
    of: Vec<usize>,
}

impl Classes {
    /// Finds out who is alike.
    pub fn of(machines: &Machines<'_>) -> Self {
        let shared = Shared::of(machines);
        let all: Vec<&Machine<'_>> = machines.iter().collect();
        let signatures: Vec<Signature> = all.par_iter().map(|it| shared.signature(it)).collect();
        let mut classes: IndexMap<Signature, Vec<HostId>> = IndexMap::default();
        for (machine, signature) in all.iter().zip(&signatures) {
            classes.entry(*signature).or_default().push(machine.host.id);
        }
        let at = |it: &Signature| classes.get_index_of(it).unwrap_or_default();
        let of = signatures.iter().map(at).collect();
        Self { members: classes.into_values().collect(), of }
    }

    /// Every host for itself.
    pub fn apart(cloud: &Cloud) -> Self {
        let hosts = || cloud.hosts.values().map(|it| it.id);
        Self { members: hosts().map(|it| vec![it]).collect(), of: (0..cloud.hosts.len()).collect() }
    }

    /// Every class.
    pub fn iter(&self) -> impl Iterator<Item = &[HostId]> {
        self.members.iter().map(Vec::as_slice)
    }

    /// Everybody who is alike to a host, itself included.
    pub fn members(&self, host: HostId) -> &[HostId] {
        &self.members[self.of[host.0 as usize]]
    }

    /// The first who is alike to a host.
    pub fn first(&self, host: HostId) -> HostId {
        self.members(host)[0]
    }

    /// Whether a host is one of the first so many of its class.
    pub fn is_among_first(&self, host: HostId, count: usize) -> bool {
        self.members(host).iter().take(count).any(|it| *it == host)
    }
}

/// Room for what is told of a host, in bytes: rules of most take no more.
const ROOM: usize = 8 << 10;

/// What hosts that are alike have in common, as two independent digests of it.
type Signature = (u64, u64);

/// What is looked at for every host.
struct Shared<'c> {
    cloud: &'c Cloud,
    /// Every set of addresses that a rule, a route or a tunnel of anybody tells from others, but those that
    /// are a host's own.
    sets: Vec<Addresses>,
}

impl<'c> Shared<'c> {
    fn of(machines: &Machines<'c>) -> Self {
        let cloud = machines.cloud;
        let mut sets: HashSet<Addresses> = HashSet::default();
        let prefixes = |it: IpNet| Addresses::of_prefixes([(it.addr(), it.prefix_len())]);
        for machine in machines.iter() {
            let host = machine.host;
            for set in machine.firewall().into_iter().flat_map(addresses) {
                if !is_own(host, set) && !sets.contains(set) {
                    sets.insert(set.clone());
                }
            }
            let routes = host.routes.iter().flat_map(|it| [Some(it.to), it.from]).flatten();
            let sources = host.sources.iter().copied();
            sets.extend(routes.chain(sources).map(prefixes).filter(|it| !is_own(host, it)));
        }
        for network in cloud.networks.values() {
            for host in network.ends.iter().filter_map(|it| cloud.hosts.get(&it.host)) {
                let peers = cloud.tunnel_peers(host, &network.name);
                sets.extend(peers.iter().flat_map(|it| &it.prefixes).map(|it| prefixes(*it)));
            }
        }
        Self { cloud, sets: sets.into_iter().collect() }
    }

    fn signature(&self, machine: &Machine<'_>) -> Signature {
        let mut told = Told(Vec::with_capacity(ROOM));
        self.describe(machine, &mut told);
        told.signature()
    }

    fn describe(&self, machine: &Machine<'_>, to: &mut Told) {
        let host = machine.host;
        if self.is_somebody(machine) {
            return host.name.as_str().hash(to);
        }
        for nic in &host.nics {
            (&nic.network, &nic.interface, nic.addresses.len()).hash(to);
            nic.addresses.iter().for_each(|it| it.prefix_len().hash(to));
        }
        for route in &*host.routes {
            let from = route.from.map(|it| (own(host, it.addr()), it.prefix_len()));
            (route.to, from, route.via, &route.interface).hash(to);
        }
        host.roles.iter().for_each(|it| it.name.hash(to));
        (host.pods.len(), machine.forwards(IpAddr::from([0; 4]))).hash(to);
        host.pods.iter().for_each(|it| it.prefix_len().hash(to));
        machine.forwards(IpAddr::from([0; 16])).hash(to);
        if let Some(rules) = machine.firewall() {
            shape(host, rules, to);
        }
        let addresses: Vec<IpAddr> = own_addresses(host).collect();
        // Their order is that of a map, so what is told of each is added up.
        let has = |set: &&Addresses| addresses.iter().any(|it| set.contains(*it));
        let told = self.sets.iter().filter(has).map(|set| {
            digest(|it| {
                set.hash(it);
                for own in &addresses {
                    set.contains(*own).hash(it);
                }
            })
        });
        told.fold(0_u64, u64::wrapping_add).hash(to);
        for (at, flow) in self.cloud.flows.iter().enumerate() {
            let is = |end: &End| match end {
                End::Hosts(hosts) | End::Pods(hosts) => hosts.contains(host.id),
                _ => false,
            };
            if is(&flow.from) || is(&flow.to) {
                (at, is(&flow.from), is(&flow.to)).hash(to);
            }
        }
        for (at, offer) in self.cloud.offers.iter().enumerate() {
            if offer.hosts.contains(host.id) {
                at.hash(to);
            }
        }
        for (at, app) in self.cloud.apps.values().enumerate() {
            if app.hosts.contains(host.id) {
                at.hash(to);
            }
        }
    }

    /// Whether a host is alike to nobody.
    fn is_somebody(&self, machine: &Machine<'_>) -> bool {
        let host = machine.host;
        let cloud = self.cloud;
        host.managed
            || !machine.setup.relays.is_empty()
            || cloud.vips.values().any(|it| it.hosts.contains(host.id))
            || cloud.networks.values().any(|it| {
                it.router.as_ref() == Some(&host.name)
                    || it.ends.iter().any(|it| it.host == host.name)
                    || host.addresses().any(|own| it.gateways.contains(&own))
            })
    }
}

/// The rules of a host, without their causes and with its own addresses standing for themselves.
fn shape(host: &Host, rules: &Ruleset, to: &mut Told) {
    let set = |it: &Addresses, to: &mut Told| {
        if is_own(host, it) {
            it.ranges().for_each(|range| own(host, range.first).hash(to));
        } else {
            it.hash(to);
        }
    };
    for named in &rules.sets {
        named.name.hash(to);
        set(&named.addresses, to);
    }
    for map in &rules.maps {
        map.name.hash(to);
        map.entries.iter().for_each(|it| (&it.0, &it.1).hash(to));
    }
    for chain in &rules.chains {
        (&chain.name, chain.base).hash(to);
        for rule in &chain.rules {
            for condition in &rule.matches {
                std::mem::discriminant(condition).hash(to);
                match condition {
                    Match::From(Place::Literal(it) | Place::Except(it))
                    | Match::To(Place::Literal(it) | Place::Except(it)) => {
                        matches!(
                            condition,
                            Match::From(Place::Except(_)) | Match::To(Place::Except(_))
                        )
                        .hash(to);
                        set(it, to);
                    }
                    Match::OriginallyTo(it) => set(it, to),
                    other => other.hash(to),
                }
            }
            match &rule.action {
                Action::RewriteDestination(targets, port) => {
                    for it in targets {
                        own(host, *it).hash(to);
                    }
                    port.hash(to);
                }
                other => other.hash(to),
            }
        }
    }
}

/// Every set of addresses in rules.
fn addresses(rules: &Ruleset) -> impl Iterator<Item = &Addresses> {
    let named = rules.sets.iter().map(|it| &it.addresses);
    let conditions = rules.chains.iter().flat_map(|it| &it.rules).flat_map(|it| &it.matches);
    named.chain(conditions.filter_map(|it| match it {
        Match::From(Place::Literal(it) | Place::Except(it))
        | Match::To(Place::Literal(it) | Place::Except(it))
        | Match::OriginallyTo(it) => Some(it),
        _ => None,
    }))
}

/// Whether a set has nothing but addresses of a host and of its pods.
fn is_own(host: &Host, set: &Addresses) -> bool {
    let mut ranges = set.ranges().peekable();
    let has = |it: IpAddr| {
        host.addresses().any(|own| own == it) || host.pods.iter().any(|pods| pods.contains(&it))
    };
    ranges.peek().is_some() && ranges.all(|it| has(it.first) && has(it.last))
}

/// An address, or which of a host's own it is.
fn own(host: &Host, address: IpAddr) -> Result<usize, IpAddr> {
    let at = host.addresses().position(|it| it == address);
    let pods = host.pods.iter().position(|it| it.contains(&address));
    at.or(pods.map(|it| host.nics.len() + it)).ok_or(address)
}

/// The addresses of a host, and one for each part of the pods' that is its own.
fn own_addresses(host: &Host) -> impl Iterator<Item = IpAddr> {
    host.addresses().chain(host.pods.iter().filter_map(|it| it.hosts().nth(1)))
}

/// What is told of a host, to be digested as a whole.
struct Told(Vec<u8>);

impl Told {
    /// Two digests of one thing: that two things have both of them alike is left to no chance.
    fn signature(&self) -> Signature {
        let [one, other] = [1, 2].map(|seed| {
            let mut hasher = FixedState::with_seed(seed).build_hasher();
            hasher.write(&self.0);
            hasher.finish()
        });
        (one, other)
    }
}

impl Hasher for Told {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        self.signature().0
    }
}

fn digest(describe: impl FnOnce(&mut FoldHasher<'static>)) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    describe(&mut hasher);
    hasher.finish()
}

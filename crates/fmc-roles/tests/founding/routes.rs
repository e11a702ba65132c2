//! Every flow can really go its way, and its replies come back by the same routers: a firewall that
//! sees only one half of a connection drops it.

use crate::walk::{End as Fate, Way, walk};
use crate::{EXAMPLES, example};
use fmc_model::cloud::{End, Flow, Host, HostSet, NetworkKind};
use fmc_model::{Cloud, Name};
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Somewhere on the Internet (RFC 5737, RFC 3849).
const ELSEWHERE: [&str; 2] = ["203.0.113.7", "2001:db8:ffff::7"];

/// All walks through one cloud, with what went wrong and how many there were.
struct Walks<'c> {
    cloud: &'c Cloud,
    wrong: Vec<String>,
    version4: usize,
    version6: usize,
}

impl<'c> Walks<'c> {
    fn of(cloud: &'c Cloud) -> Self {
        Self { cloud, wrong: Vec::new(), version4: 0, version6: 0 }
    }

    fn flow(&mut self, flow: &Flow) {
        let cloud = self.cloud;
        match (&flow.from, &flow.to) {
            (End::Internet(_), to) => self.all_public(flow, to),
            (from, End::Internet(_)) => {
                for host in hosts(cloud, from).filter(|it| !it.managed) {
                    let sources = if let End::Pods(_) = from { pods(host) } else { Vec::new() };
                    self.out(flow, host, &sources);
                }
            }
            (End::Outside(people), to) => {
                for network in &cloud.outside[people].networks {
                    let given = cloud.outside[people].people.iter().flat_map(|it| &it.addresses);
                    let given: Vec<IpAddr> = given.map(IpNet::addr).collect();
                    self.visitors(flow, network, &given, to);
                }
            }
            (End::Network(network), to) => self.visitors(flow, network, &[], to),
            (from, to) => {
                for host in hosts(cloud, from) {
                    for goal in hosts(cloud, to).filter(|it| it.name != host.name) {
                        self.pair(flow, host, goal);
                    }
                }
            }
        }
    }

    /// From one host, or the pods on it, to another.
    fn pair(&mut self, flow: &Flow, host: &Host, goal: &Host) {
        // The tunnel itself cannot go by the tunnel, and a managed host knows no other way.
        if flow.service == "wireguard" || host.managed {
            let public = |it: &Host| self.public_addresses(it).next().is_some();
            let direct = public(goal) && (host.managed || !public(host));
            if !direct {
                self.wrong.push(format!("{}: {} is not public", flow.id, goal.name));
            }
            for address in self.public_addresses(goal).collect::<Vec<_>>() {
                if !host.managed {
                    self.expect_out(flow, host, address);
                }
                self.expect_out(flow, goal, elsewhere(address.is_ipv4()));
            }
            return;
        }
        let targets = match &flow.to {
            End::Pods(_) => pods(goal),
            End::Vip(name) => self.cloud.vips[name].addresses.clone(),
            // Members hear each other in the segment of the address that they hold, nowhere else.
            _ if flow.service == "vrrp" => self.in_segment(flow, goal),
            _ => self.own_addresses(goal),
        };
        if targets.is_empty() {
            self.wrong.push(format!("{}: {} has no address inside", flow.id, goal.name));
        }
        for target in targets {
            let sources = if let End::Pods(_) = flow.from { pods(host) } else { Vec::new() };
            self.there_and_back(&flow.id, host, &sources, goal, target);
        }
    }

    /// One packet to a host, and one back to where it came from.
    fn there_and_back(
        &mut self,
        about: &str,
        host: &Host,
        sources: &[IpAddr],
        goal: &Host,
        target: IpAddr,
    ) {
        self.count(target);
        let there = walk(self.cloud, host, None, target, goal);
        let source = there.as_ref().ok().and_then(|it| source(host, sources, it, target));
        let back = source.map(|it| walk(self.cloud, goal, Some(target), it, host));
        let said = format!("{about}: {} to {target} ({})", host.name, goal.name);
        match (there, back) {
            (Err(why), _) => self.wrong.push(format!("{said}: {why}")),
            (Ok(way), None) => self.wrong.push(format!("{said}: no address to come from, {way:?}")),
            (_, Some(Err(why))) => self.wrong.push(format!("{said}: the reply: {why}")),
            (Ok(there), Some(Ok(back))) => {
                let mut reply = back.routers.clone();
                reply.reverse();
                let arrived = there.end == Fate::There && back.end == Fate::There;
                if !arrived || there.routers != reply {
                    self.wrong.push(format!("{said}: {there:?}, and back {back:?}"));
                }
            }
        }
    }

    /// To the Internet, and back from the last host of ours, which translates addresses.
    fn out(&mut self, flow: &Flow, host: &Host, sources: &[IpAddr]) {
        let versions: BTreeSet<bool> =
            host.addresses().chain(sources.iter().copied()).map(|it| it.is_ipv4()).collect();
        for v4 in versions {
            let Some(there) = self.expect_out(flow, host, elsewhere(v4)) else { continue };
            let last = &self.cloud.hosts[&there.last];
            let Some(source) = source(host, sources, &there, elsewhere(v4)) else { continue };
            if last.name != host.name {
                let back = walk(self.cloud, last, None, source, host);
                if !back.as_ref().is_ok_and(|it| it.end == Fate::There) {
                    self.wrong.push(format!("{}: {} does not hear: {back:?}", flow.id, host.name));
                }
            }
        }
    }

    fn expect_out(&mut self, flow: &Flow, host: &Host, to: IpAddr) -> Option<Way> {
        self.count(to);
        let way = walk(self.cloud, host, None, to, host);
        if !way.as_ref().is_ok_and(|it| it.end == Fate::Out) {
            self.wrong.push(format!("{}: {} to the Internet: {way:?}", flow.id, host.name));
        }
        way.ok()
    }

    /// From people in a network to hosts: their packets enter where they are met, and the replies
    /// must reach that segment.
    fn visitors(&mut self, flow: &Flow, network: &Name, given: &[IpAddr], to: &End) {
        let network = &self.cloud.networks[network];
        if network.kind == NetworkKind::Public || flow.service == "wireguard" {
            self.all_public(flow, to);
            return;
        }
        // Nobody has the next to last address of a segment in any example.
        let last = network.prefixes.iter().filter_map(|it| it.hosts().nth(249));
        let people: Vec<IpAddr> = if given.is_empty() { last.collect() } else { given.to_vec() };
        let entries: Vec<&Host> = match network.kind {
            NetworkKind::Wireguard => self.listening().collect(),
            _ => hosts(self.cloud, to).filter(|it| it.nic(&network.name).is_some()).collect(),
        };
        assert!(!entries.is_empty() && !people.is_empty(), "{}: nobody comes in", flow.id);
        for entry in entries {
            for goal in hosts(self.cloud, to) {
                let targets = match to {
                    End::Vip(name) => self.cloud.vips[name].addresses.clone(),
                    _ => self.own_addresses(goal),
                };
                for target in targets {
                    self.count(target);
                    let there = walk(self.cloud, entry, None, target, goal);
                    let person = people.iter().find(|it| it.is_ipv4() == target.is_ipv4());
                    let back = person.map(|it| walk(self.cloud, goal, Some(target), *it, entry));
                    let comes_back = back.as_ref().is_some_and(|it| {
                        it.as_ref().is_ok_and(|it| it.end == Fate::Segment(network.name.clone()))
                    });
                    if !there.as_ref().is_ok_and(|it| it.end == Fate::There) || !comes_back {
                        let id = &flow.id;
                        self.wrong.push(format!("{id}: {target}: {there:?}, and back {back:?}"));
                    }
                }
            }
        }
    }

    /// The hosts that take people into the tunnel.
    fn listening(&self) -> impl Iterator<Item = &'c Host> {
        let cloud = self.cloud;
        let enters = |it: &&Flow| it.service == "wireguard" && matches!(it.from, End::Outside(_));
        cloud.flows.iter().filter(enters).flat_map(|it| hosts(cloud, &it.to))
    }

    /// Everybody there has an address, or a name, on the Internet, and answers by it.
    fn all_public(&mut self, flow: &Flow, to: &End) {
        for goal in hosts(self.cloud, to) {
            if self.public_networks(goal).next().is_none() {
                self.wrong.push(format!("{}: {} is not public", flow.id, goal.name));
            }
            for address in self.public_addresses(goal).collect::<Vec<_>>() {
                self.expect_out(flow, goal, elsewhere(address.is_ipv4()));
            }
        }
    }

    fn public_networks<'h>(&self, host: &'h Host) -> impl Iterator<Item = &'h Name> {
        let networks = &self.cloud.networks;
        let public = move |it: &&Name| networks[*it].kind == NetworkKind::Public;
        host.nics.iter().map(|it| &it.network).filter(public)
    }

    fn public_addresses<'h>(&self, host: &'h Host) -> impl Iterator<Item = IpAddr> + use<'h> {
        let public: Vec<&Name> = self.public_networks(host).collect();
        host.nics
            .iter()
            .filter(move |it| public.contains(&&it.network))
            .flat_map(|it| it.addresses.iter().map(IpNet::addr))
    }

    /// The addresses of a host in networks of ours.
    fn own_addresses(&self, host: &Host) -> Vec<IpAddr> {
        let public: Vec<IpAddr> = self.public_addresses(host).collect();
        host.addresses().filter(|it| !public.contains(it)).collect()
    }

    /// The addresses of a member in the segment of the virtual addresses that its group holds.
    fn in_segment(&self, flow: &Flow, member: &Host) -> Vec<IpAddr> {
        let held =
            self.cloud.vips.values().filter(|it| Some(&it.hosts) == self.cloud.hosts_at(&flow.to));
        let nics = held.filter_map(|it| member.nic(it.network.as_ref()?));
        nics.flat_map(|it| it.addresses.iter().map(IpNet::addr)).collect()
    }

    fn count(&mut self, to: IpAddr) {
        if to.is_ipv4() {
            self.version4 += 1;
        } else {
            self.version6 += 1;
        }
    }
}

/// The hosts at an end: those behind a virtual address are its members.
fn hosts<'c>(cloud: &'c Cloud, end: &'c End) -> impl Iterator<Item = &'c Host> {
    cloud.hosts_at(end).into_iter().flat_map(HostSet::iter).map(|it| cloud.host(it))
}

/// One pod of a node for each version.
fn pods(host: &Host) -> Vec<IpAddr> {
    host.pods.iter().filter_map(|it| it.hosts().nth(4)).collect()
}

fn elsewhere(v4: bool) -> IpAddr {
    ELSEWHERE[usize::from(!v4)].parse().expect("an address")
}

/// The address from which a packet comes: a pod's own, or that of the interface by which it left.
fn source(host: &Host, pods: &[IpAddr], way: &Way, to: IpAddr) -> Option<IpAddr> {
    let left_by = host.nics.iter().filter(|it| it.interface == way.left_by);
    let own: Vec<IpAddr> = left_by.flat_map(|it| it.addresses.iter().map(IpNet::addr)).collect();
    let sources = if pods.is_empty() { &own } else { pods };
    sources.iter().copied().find(|it| it.is_ipv4() == to.is_ipv4())
}

#[test]
fn every_flow_arrives_and_its_replies_come_back_by_the_same_routers() {
    for (name, _) in EXAMPLES {
        let cloud = example(name).cloud;
        let mut walks = Walks::of(&cloud);
        for flow in &cloud.flows {
            let before = walks.version4 + walks.version6 + walks.wrong.len();
            walks.flow(flow);
            let after = walks.version4 + walks.version6 + walks.wrong.len();
            let managed = hosts(&cloud, &flow.to).any(|it| it.managed);
            assert!(after > before || managed, "{name}: {} was not walked", flow.id);
        }
        assert!(walks.wrong.is_empty(), "{name}:\n{}", walks.wrong.join("\n"));
        if name == "two-sites.yaml" {
            let (v4, v6) = (walks.version4, walks.version6);
            assert!(v6 * 10 > v4 * 9, "both versions: {v4} walks of one, {v6} of the other");
        }
    }
}

#[test]
fn pods_of_every_node_reach_those_of_every_other() {
    for (name, _) in EXAMPLES.into_iter().filter(|it| it.0 != "minimal.yaml") {
        let cloud = example(name).cloud;
        let mut walks = Walks::of(&cloud);
        let nodes: Vec<&Host> = cloud.hosts.values().filter(|it| !it.pods.is_empty()).collect();
        for host in &nodes {
            for goal in nodes.iter().filter(|it| it.name != host.name) {
                for target in pods(goal) {
                    walks.there_and_back("pods", host, &pods(host), goal, target);
                }
            }
        }
        assert!(walks.wrong.is_empty(), "{name}:\n{}", walks.wrong.join("\n"));
        let versions = nodes[0].pods.len();
        let pairs = nodes.len() * (nodes.len() - 1);
        assert_eq!(nodes.len(), 7, "{name}");
        assert_eq!(walks.version4 + walks.version6, pairs * versions, "{name}");
    }
}

#[test]
fn a_packet_without_a_route_is_noticed() {
    // The walk is only worth something if it can fail.
    let mut cloud = example(crate::FOUNDING).cloud;
    cloud.pod_routes.clear();
    let mut walks = Walks::of(&cloud);
    let pair = |cloud: &Cloud, name: &str| cloud.hosts[name].clone();
    let (one, other) = (pair(&cloud, "worker1"), pair(&cloud, "worker2"));
    for target in pods(&other) {
        walks.there_and_back("pods", &one, &pods(&one), &other, target);
    }
    assert!(!walks.wrong.is_empty());
    cloud.hosts["physical1"].forwards = false;
    let mut walks = Walks::of(&cloud);
    let (one, other) = (pair(&cloud, "worker1"), pair(&cloud, "storage1"));
    let target = other.addresses().next().expect("an address");
    walks.there_and_back("nfs", &one, &[], &other, target);
    let said = "nfs: worker1 to 10.17.3.27 (storage1): physical1 forwards nothing to 10.17.3.27";
    assert_eq!(walks.wrong, [said]);
}

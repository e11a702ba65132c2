//! Cloud files in which nothing is wrong, as text.
//!
//! They have one to three networks of version 4, of version 6, or of both; one router between all of them, or
//! two in a row; the Internet before them, by a tunnel too, a device of a provider, or nothing; hosts that serve and need
//! each other, some of them in two networks; a virtual address before an ingress or a balancer; sites for
//! visitors, who are passed on by the router; people; and rules by hand.

use crate::random::Random;
use std::fmt::Write as _;

/// The cloud file of a seed, with three to so many hosts.
///
/// # Panics
/// It is asked for fewer than three.
pub fn sound(seed: u64, most: usize) -> String {
    assert!(most >= 3, "{most} hosts are too few");
    let mut random = Random::new(seed);
    let shape = Shape::of(&mut random, most);
    let mut cloud =
        Cloud { random, shape, hosts: Vec::new(), served: Vec::new(), more: String::new() };
    cloud.routers();
    cloud.front();
    while cloud.hosts.len() < cloud.shape.hosts {
        cloud.server();
    }
    cloud.accesses();
    cloud.text(seed)
}

/// Names of the networks.
const NETWORKS: [&str; 3] = ["front", "middle", "back"];

/// People who come in by the tunnel.
const OPERATORS: &str =
    "operators: { nics: tunnel, people: [{ name: ana, address: 20 }, { name: kim, address: 21 }] }";

/// What is decided first.
#[expect(clippy::struct_excessive_bools, reason = "each is a coin that is tossed for itself")]
#[derive(Clone, Copy)]
struct Shape {
    hosts: usize,
    networks: usize,
    /// Whether there are two routers in a row, and not one between all networks.
    row: bool,
    uplink: Uplink,
    v4: bool,
    v6: bool,
    visitors: bool,
    staff: bool,
    entry: Entry,
}

/// What is before the first network.
#[derive(Clone, Copy, PartialEq)]
enum Uplink {
    Nothing,
    Provider,
    Internet,
    /// A device of a provider, through which a tunnel leads to a host in the Internet.
    Tunnel,
}

/// What takes requests in.
#[derive(Clone, Copy, PartialEq)]
enum Entry {
    Nothing,
    Ingress,
    /// Two of them at one virtual address.
    IngressPair,
    /// Two balancers at a virtual address before all who serve.
    Balancers,
}

impl Shape {
    fn of(random: &mut Random, most: usize) -> Self {
        let hosts = 3 + random.below(most - 2);
        let networks = (1 + random.below(3)).min(if hosts < 5 { 2 } else { 3 });
        let versions = random.below(20);
        let uplink = *random.one(&[
            Uplink::Nothing,
            Uplink::Provider,
            Uplink::Internet,
            Uplink::Internet,
            Uplink::Tunnel,
        ]);
        // Small clouds have no hosts to spare for the ends of a tunnel.
        let uplink = if uplink == Uplink::Tunnel && hosts < 6 { Uplink::Provider } else { uplink };
        let entry = match random.below(4) {
            0 => Entry::Nothing,
            1 => Entry::Ingress,
            2 if hosts >= 4 => Entry::IngressPair,
            _ if hosts >= 6 => Entry::Balancers,
            _ => Entry::Ingress,
        };
        let row = networks == 3 && random.percent(50);
        // The Internet is behind a router, and so is a tunnel, at each of its ends.
        let public = matches!(uplink, Uplink::Internet | Uplink::Tunnel);
        let routers = usize::from(row) + usize::from(networks > 1 || public);
        let routers = routers + usize::from(uplink == Uplink::Tunnel);
        let visitors =
            public && matches!(entry, Entry::Ingress | Entry::IngressPair) && hosts > routers + 2;
        let (v4, v6) = (versions >= 3, !(3..12).contains(&versions));
        Self { hosts, networks, row, uplink, v4, v6, visitors, staff: random.percent(60), entry }
    }
}

/// A cloud on its way to be a text.
struct Cloud {
    random: Random,
    shape: Shape,
    /// Names, and what is written of each.
    hosts: Vec<(String, String)>,
    served: Vec<Served>,
    /// Lines besides the hosts.
    more: String,
}

/// Who serves what.
#[derive(Clone)]
struct Served {
    host: String,
    service: String,
    port: u16,
    /// Whether it is in the first network.
    beside: bool,
}

impl Cloud {
    /// Whether the first network has a device of a provider as its gateway, which knows of no other one.
    fn is_apart(&self) -> bool {
        matches!(self.shape.uplink, Uplink::Provider | Uplink::Tunnel)
    }

    /// The next number of a host: they are counted over all networks.
    fn number(&self) -> usize {
        11 + self.hosts.len()
    }

    fn add(&mut self, name: &str, os: &str, nics: &str, rest: &str) {
        self.hosts.push((name.to_owned(), format!("os: {os}, nics: {{ {nics} }}{rest}")));
    }

    fn public(&self, number: usize) -> String {
        let v4 = self.shape.v4.then(|| format!("198.51.100.{number}"));
        let v6 = self.shape.v6.then(|| format!("\"2001:db8::{number}\""));
        format!("[{}]", [v4, v6].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn routers(&mut self) {
        let Shape { networks, row, uplink, .. } = self.shape;
        if networks == 1 && matches!(uplink, Uplink::Nothing | Uplink::Provider) {
            return;
        }
        let first = if row { 2 } else { networks };
        let mut nics: Vec<String> = NETWORKS[..first].iter().map(|it| format!("{it}: 1")).collect();
        let mut role = "router: ".to_owned();
        match uplink {
            Uplink::Internet => nics.insert(0, format!("internet: {}", self.public(9))),
            Uplink::Provider => "router: { uplink: front }".clone_into(&mut role),
            Uplink::Tunnel => {
                nics.push("tunnel: 2".to_owned());
                "wireguard: , router: { uplink: front }".clone_into(&mut role);
                let nics = format!("internet: {}, tunnel: 1", self.public(9));
                let rest = ", roles: { wireguard: { listens: true }, router: }";
                self.add("outpost", "debian", &nics, rest);
            }
            Uplink::Nothing => {}
        }
        let rest = format!(", roles: {{ {role} }}");
        self.add("gate", "debian", &nics.join(", "), &rest);
        if row {
            let rest = ", roles: { router: { uplink: middle } }";
            self.add("inner-gate", "rocky", "middle: 2, back: 1", rest);
        }
    }

    /// What takes requests in, and an address that moves.
    fn front(&mut self) {
        let reached = if self.shape.staff && self.is_apart() { 1 } else { self.shape.networks };
        let network = *self.random.one(&NETWORKS[..reached]);
        let role = match self.shape.entry {
            Entry::Nothing => return,
            Entry::Ingress => {
                let nics = format!("{network}: {}", self.number());
                self.add("ingress", "debian", &nics, ", roles: { traefik: }");
                return;
            }
            Entry::IngressPair => "traefik",
            Entry::Balancers => "haproxy",
        };
        let serves = if role == "traefik" { "traefik" } else { "service" };
        let index = NETWORKS.iter().position(|it| *it == network).unwrap_or_default();
        let address = [
            self.shape.v4.then(|| format!("10.{index}.0.100")),
            self.shape.v6.then(|| format!("\"fd00:{index}::100\"")),
        ];
        let address = address.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let _ =
            writeln!(self.more, "vips: {{ site: {{ address: [{address}], serves: {serves} }} }}");
        for name in ["first", "second"] {
            let nics = format!("{network}: {}", self.number());
            let rest = format!(", roles: {{ {role}: , keepalived: {{ vips: [site] }} }}");
            self.add(&format!("{role}-{name}"), "debian", &nics, &rest);
        }
    }

    /// A host that serves something, and may need what others serve.
    fn server(&mut self) {
        let (number, at) = (self.number(), self.hosts.len());
        let mut networks = vec![*self.random.one(&NETWORKS[..self.shape.networks])];
        let other = *self.random.one(&NETWORKS[..self.shape.networks]);
        if !networks.contains(&other) && self.random.percent(25) {
            networks.push(other);
        }
        let nics: Vec<String> = networks.iter().map(|it| format!("{it}: {number}")).collect();
        let os = *self.random.one(&["debian", "rocky", "almalinux", "flatcar"]);
        // Behind a balancer all serve the same.
        let balanced = self.shape.entry == Entry::Balancers;
        let (service, port) = if balanced {
            ("site".to_owned(), 8080)
        } else {
            (format!("service-{at}"), *self.random.one(&[8080, 9000, 5432, 3000]))
        };
        let name = format!("server-{at}");
        let needs = if !self.served.is_empty() && !balanced && self.random.percent(50) {
            let service = &self.random.one(&self.served).service;
            format!(", needs: [{service}]")
        } else {
            String::new()
        };
        let protocol = if !balanced && self.random.percent(20) { "udp" } else { "tcp" };
        let mut rest = format!(
            ", roles: {{ service: {{ ports: {{ {service}: {protocol}/{port} }}, \
             command: /usr/local/bin/serve{needs} }} }}"
        );
        if self.random.percent(25) {
            let verdict = *self.random.one(&["accept", "drop"]);
            let from = match (self.random.below(3), self.served.first()) {
                (0, Some(first)) => first.host.as_str(),
                _ => *self.random.one(&NETWORKS[..self.shape.networks]),
            };
            // What is dropped by hand is nothing that anybody needs.
            let port = if verdict == "drop" { 6000 } else { *self.random.one(&[port, 22, 7000]) };
            let _ = write!(
                rest,
                ", firewall: [{{ verdict: {verdict}, from: {from}, for: tcp/{port}, \
                 reason: a test }}]"
            );
        }
        self.add(&name, os, &nics.join(", "), &rest);
        let beside = networks.contains(&NETWORKS[0]);
        self.served.push(Served { host: name, service, port, beside });
    }

    /// Sites, and who may go where.
    fn accesses(&mut self) {
        let Shape { visitors, staff, entry, networks, .. } = self.shape;
        let mut lines = Vec::new();
        if self.shape.uplink == Uplink::Tunnel {
            let Served { host, port, .. } = self.random.one(&self.served);
            lines.push(format!("  - {{ from: operators, to: {host}, for: tcp/{port} }}\n"));
        }
        for _ in 0..self.random.below(4) {
            let Served { host: to, port, beside, .. } = self.random.one(&self.served).clone();
            let port = if self.random.percent(60) { port } else { *self.random.one(&[22, 7000]) };
            let from = match self.random.below(4) {
                3 if self.shape.uplink == Uplink::Tunnel => "operators".to_owned(),
                0 if staff => "staff".to_owned(),
                1 => (*self.random.one(&NETWORKS[..networks])).to_owned(),
                _ => self.random.one(&self.hosts).0.clone(),
            };
            // Who gives to a provider's device what is not beside them gets nowhere else.
            if self.is_apart() && !beside && (from == "staff" || from == NETWORKS[0]) {
                continue;
            }
            if from != to {
                // Now and then, everything.
                let all = self.random.percent(20);
                let ports = if all { "1-65535".to_owned() } else { port.to_string() };
                lines.push(format!("  - {{ from: {from}, to: {to}, for: tcp/{ports} }}\n"));
            }
        }
        if !lines.is_empty() {
            let _ = write!(self.more, "access:\n{}", lines.concat());
        }
        let is_ingress = matches!(entry, Entry::Ingress | Entry::IngressPair);
        if is_ingress && !self.served.is_empty() && (visitors || staff) {
            let Served { host, port, .. } = self.random.one(&self.served).clone();
            let who = match (visitors, staff) {
                (true, true) => "[public, staff]",
                (true, false) => "public",
                _ => "staff",
            };
            let _ = writeln!(
                self.more,
                "apps: {{ shop: {{ hosts: {host}, port: {port}, for: {who} }} }}"
            );
        }
    }

    fn text(&self, seed: u64) -> String {
        let Shape { networks, uplink, v4, v6, visitors, staff, .. } = self.shape;
        let mut text = format!("version: 1\nname: cloud-{seed}\ndomain: example.net\nnetworks:\n");
        if matches!(uplink, Uplink::Internet | Uplink::Tunnel) {
            text += "  internet: { kind: public }\n";
        }
        if uplink == Uplink::Tunnel {
            let cidrs = [v4.then_some("10.9.0.0/24"), v6.then_some("\"fd09::/64\"")];
            let cidrs = cidrs.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "  tunnel: {{ kind: wireguard, cidr: [{cidrs}] }}");
        }
        for (index, name) in NETWORKS[..networks].iter().enumerate() {
            let cidrs = [
                v4.then(|| format!("10.{index}.0.0/24")),
                v6.then(|| format!("\"fd00:{index}::/64\"")),
            ];
            let cidrs = cidrs.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let gateways = [
                v4.then(|| format!("10.{index}.0.254")),
                v6.then(|| format!("\"fd00:{index}::fe\"")),
            ];
            let gateways = gateways.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let gateway = if index == 0 && matches!(uplink, Uplink::Provider | Uplink::Tunnel) {
                format!(", gateway: [{gateways}]")
            } else {
                String::new()
            };
            let _ = writeln!(text, "  {name}: {{ cidr: [{cidrs}]{gateway} }}");
        }
        let public = visitors.then_some("public: { nics: internet }");
        let staff = staff.then_some("staff: { nics: front }");
        let operators = (uplink == Uplink::Tunnel).then_some(OPERATORS);
        let outside =
            public.into_iter().chain(staff).chain(operators).collect::<Vec<_>>().join(", ");
        if !outside.is_empty() {
            let _ = writeln!(text, "outside: {{ {outside} }}");
        }
        text += "hosts:\n";
        for (name, host) in &self.hosts {
            let _ = writeln!(text, "  {name}: {{ {host} }}");
        }
        text + &self.more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_cloud() {
        for seed in 0..100 {
            let text = sound(seed, 8);
            assert_eq!(text, sound(seed, 8));
            let hosts = text.lines().filter(|it| it.contains(", nics: {")).count();
            assert!((3..=8).contains(&hosts), "{hosts}: {text}");
        }
        assert_ne!(sound(1, 8), sound(2, 8));
    }
}

//! Where a generated cloud is: its networks, who forwards between them, and the machines below.

use crate::draft::{Draft, Entry, Kind, Network, Size, listed};
use clouds::random::Random;
use ipnet::IpNet;
use std::net::IpAddr;

/// Which versions of the Internet protocol a cloud has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versions {
    Four,
    Both,
    Six,
}

/// How a cloud meets the world.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One network, whose gateway is somebody else's.
    Flat,
    /// A router behind somebody else's, with networks of its own.
    Behind,
    /// A router with a public address.
    Direct,
    /// As `Behind`, and a host in the world with a tunnel to it.
    Hub,
    /// Two routers with public addresses, and a tunnel between them.
    Sites,
}

/// A cloud that grows.
pub(crate) struct Growing {
    pub(crate) draft: Draft,
    pub(crate) random: Random,
    pub(crate) versions: Versions,
    pub(crate) shape: Shape,
    /// Networks in which servers stand.
    pub(crate) inner: Vec<String>,
    pub(crate) people: People,
    used: usize,
}

/// Who is outside, by name.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) public: Option<String>,
    pub(crate) operators: Option<String>,
}

const INNER: [&str; 8] = ["servers", "nodes", "dmz", "data", "office", "lab", "cams", "guests"];

/// Systems that have every role that a package brings.
pub(crate) const SYSTEMS: [&str; 3] = ["debian", "almalinux", "rocky"];

impl Growing {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let versions = *random.one(&[
            Versions::Four,
            Versions::Four,
            Versions::Four,
            Versions::Both,
            Versions::Both,
            Versions::Six,
        ]);
        let shape =
            *random.one(&[Shape::Flat, Shape::Behind, Shape::Direct, Shape::Hub, Shape::Sites]);
        let mut it = Self {
            draft: Draft::default(),
            random,
            versions,
            shape,
            inner: Vec::new(),
            people: People::default(),
            used: 0,
        };
        it.draft.head = vec![format!("name: cloud-{seed}")];
        if it.random.percent(60) {
            it.draft.head.push("domain: example.org".to_owned());
        }
        if it.random.percent(40) {
            let zone = *it.random.one(&["Europe/Madrid", "Asia/Tokyo", "America/Lima", "UTC"]);
            it.draft.head.push(format!("timezone: {zone}"));
        }
        it.networks();
        it
    }

    /// A network of our own, with prefixes that no other one has.
    fn private(&mut self, name: &str, kind: Kind) -> String {
        self.used += 1;
        let (third, length) = (self.used * 4, *self.random.one(&[24, 24, 24, 23, 22]));
        let base = *self.random.one(&["10.20", "172.18", "192.168"]);
        let four = format!("{base}.{third}.0/{length}");
        let six = format!("fd{:02x}:0:0:{}::/64", 0x20 + self.random.between(0, 60), self.used);
        let prefix = |it: &str| it.parse::<IpNet>().expect("a prefix");
        let prefixes = match self.versions {
            Versions::Four => vec![prefix(&four)],
            Versions::Both => vec![prefix(&four), prefix(&six)],
            Versions::Six => vec![prefix(&six)],
        };
        let network = Network {
            name: name.to_owned(),
            kind,
            prefixes,
            gateways: Vec::new(),
            next: 11,
            more: Vec::new(),
        };
        self.draft.networks.push(network);
        name.to_owned()
    }

    fn networks(&mut self) {
        if matches!(self.shape, Shape::Direct | Shape::Hub | Shape::Sites) {
            let (name, kind) = ("internet".to_owned(), Kind::Public);
            let empty = (Vec::new(), Vec::new(), Vec::new());
            let (prefixes, gateways, more) = empty;
            self.draft.networks.push(Network { name, kind, prefixes, gateways, next: 0, more });
            self.outside("public", "internet");
            self.people.public = Some("public".to_owned());
        }
        match self.shape {
            Shape::Flat => {
                let lan = self.lan();
                self.inner.push(lan);
            }
            Shape::Behind | Shape::Hub => {
                self.lan();
                let count = self.random.between(1, 4);
                for name in INNER.into_iter().take(count) {
                    let network = self.private(name, Kind::Private);
                    self.inner.push(network);
                }
                self.router("gate", Some("lan"), &["lan"], count);
                // Devices in the outer network ask its own gateway, which knows none of the inner ones.
                let inner = self.inner[0].clone();
                self.outside("crew", &inner);
                self.people.operators = Some("crew".to_owned());
            }
            Shape::Direct => {
                let count = self.random.between(1, 4);
                for name in INNER.into_iter().skip(1).take(count) {
                    let network = self.private(name, Kind::Private);
                    self.inner.push(network);
                }
                self.router("gate", None, &["internet"], count);
            }
            Shape::Sites => self.sites(),
        }
        if self.shape == Shape::Hub {
            self.hub();
        }
    }

    /// A network whose gateway is somebody else's.
    fn lan(&mut self) -> String {
        let name = self.private("lan", Kind::Private);
        let last = self.random.percent(50);
        let lan = self.draft.network_mut(&name);
        let number = if last { 250 } else { 1 };
        lan.gateways = lan.nth(number);
        // Somebody else hands addresses out behind ours.
        let range = (lan.prefixes[0].network(), lan.nth(150)[0], lan.nth(199)[0]);
        if self.random.percent(30) && range.0.is_ipv4() {
            let more = format!("dhcp: {}-{}", range.1, range.2);
            self.draft.network_mut(&name).more.push(more);
        }
        self.outside("family", &name);
        if self.shape == Shape::Flat {
            self.people.operators = Some("family".to_owned());
        }
        name
    }

    fn outside(&mut self, name: &str, network: &str) {
        self.draft.outside.push((name.to_owned(), format!("{{ nics: {network} }}")));
    }

    /// The host that forwards for the inner networks from `from` on.
    fn router(&mut self, name: &str, uplink: Option<&str>, outer: &[&str], count: usize) {
        let mut entry = Entry { stem: name.to_owned(), count: 1, ..Entry::default() };
        entry.os = Some(*self.random.one(&SYSTEMS));
        for network in outer {
            let written = if *network == "internet" { self.world(1) } else { self.number(network) };
            entry.nics.push(((*network).to_owned(), written));
        }
        for network in self.inner.iter().rev().take(count).rev() {
            entry.nics.push((network.clone(), "1".to_owned()));
        }
        entry.size = Some(Size { cpus: 2, memory: 2048, disk: 40, data: 0 });
        let settings = uplink.map(|it| format!("{{ uplink: {it} }}")).unwrap_or_default();
        entry.roles.push(("router".to_owned(), settings));
        self.draft.entries.push(entry);
    }

    /// Addresses of the world, out of those that documents may use.
    fn world(&self, number: usize) -> String {
        let four: IpAddr = format!("203.0.113.{number}").parse().expect("an address");
        let six: IpAddr = format!("2001:db8::{number}").parse().expect("an address");
        listed(&match self.versions {
            Versions::Four => vec![four],
            Versions::Both => vec![four, six],
            Versions::Six => vec![six],
        })
    }

    fn hub(&mut self) {
        let tunnel = self.private("tunnel", Kind::Tunnel);
        let mut vps = Entry { stem: "vps".to_owned(), count: 1, ..Entry::default() };
        vps.os = Some(*self.random.one(&SYSTEMS));
        vps.nics = vec![("internet".to_owned(), self.world(9)), (tunnel.clone(), "1".to_owned())];
        vps.size = Some(Size { cpus: 1, memory: 1536, disk: 20, data: 0 });
        vps.roles.push(("wireguard".to_owned(), "{ listens: true }".to_owned()));
        vps.roles.push(("router".to_owned(), String::new()));
        let gate = &mut self.draft.entries[0];
        gate.nics.push((tunnel.clone(), "2".to_owned()));
        gate.roles.push(("wireguard".to_owned(), String::new()));
        self.draft.entries.push(vps);
        self.operators(&tunnel);
    }

    fn operators(&mut self, tunnel: &str) {
        let count = self.random.between(1, 3);
        let people: Vec<String> = ["ana", "bo", "chidi"]
            .iter()
            .zip(50..)
            .take(count)
            .map(|(name, number)| format!("{{ name: {name}, address: {number} }}"))
            .collect();
        let entry = format!("{{ nics: {tunnel}, people: [{}] }}", people.join(", "));
        self.draft.outside.push(("operators".to_owned(), entry));
        self.people.operators = Some("operators".to_owned());
    }

    fn sites(&mut self) {
        let tunnel = self.private("tunnel", Kind::Tunnel);
        for (site, number) in [("east", 1), ("west", 2)] {
            let count = self.random.between(1, 2);
            for name in ["a", "b"].into_iter().take(count) {
                let network = self.private(&format!("{site}-{name}"), Kind::Private);
                self.inner.push(network);
            }
            self.router(&format!("gate-{site}"), None, &[], count);
            let world = self.world(number);
            let gate = self.draft.entries.last_mut().expect("a gate");
            gate.nics.insert(0, ("internet".to_owned(), world));
            gate.nics.push((tunnel.clone(), number.to_string()));
            gate.roles.push(("wireguard".to_owned(), "{ listens: true }".to_owned()));
        }
        self.operators(&tunnel);
    }

    /// The next number of a network that nobody has; gaps are left as people leave them.
    pub(crate) fn number(&mut self, network: &str) -> String {
        self.numbers(network, 1)
    }

    /// As many numbers in a row as there are hosts of an entry.
    pub(crate) fn numbers(&mut self, network: &str, count: usize) -> String {
        let gap = u32::from(self.random.percent(30)) * 2;
        let network = self.draft.network_mut(network);
        let first = network.next + gap;
        network.next = first + count as u32;
        if count == 1 { first.to_string() } else { format!("{first}+") }
    }

    /// A network in which a server may stand.
    pub(crate) fn place(&mut self) -> String {
        self.random.pick(&self.inner).expect("a network inside").clone()
    }
}

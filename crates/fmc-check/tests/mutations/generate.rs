//! Random clouds in which nothing is wrong: what people build at home, in a school or in a small
//! company, of 3 to 60 hosts.

use crate::draft::{Draft, Entry, Size, Vip};
use crate::shape::{Growing, SYSTEMS, Shape, Versions};
use clouds::random::Random;

/// The fewest hosts of a cloud.
pub(crate) const LEAST: usize = 3;
/// The most hosts of a cloud.
pub(crate) const MOST: usize = 60;

/// Hypervisors that come on top of the hosts that were wanted.
const MACHINES: usize = 3;
/// Up to so many hosts a cloud has nothing but names, time and ordinary hosts.
const SMALL: usize = 7;

/// What a machine needs beside its guests: more than the 200 MiB for each and 1 GiB that are counted.
const PER_GUEST: usize = 256;
const OF_MACHINE: usize = 2048;

/// The cloud of a seed.
pub(crate) fn cloud(seed: u64) -> Draft {
    let mut it = Growing::new(seed);
    let wanted = it.random.between(LEAST, MOST - MACHINES);
    it.names();
    // Small clouds are small in every way.
    if wanted > SMALL {
        it.ingress();
        it.kubernetes();
        it.storage();
        it.balanced();
        it.identity();
    }
    it.fill(wanted);
    it.people();
    it.groups();
    it.machines();
    it.draft
}

impl Growing {
    /// Hosts of one kind in one network.
    fn add(&mut self, stem: &str, count: usize, os: &'static str, size: Size) -> usize {
        let network = self.place();
        self.add_in(stem, count, os, size, &network)
    }

    fn add_in(
        &mut self,
        stem: &str,
        count: usize,
        os: &'static str,
        size: Size,
        network: &str,
    ) -> usize {
        let written = self.numbers(network, count);
        let entry = Entry {
            stem: stem.to_owned(),
            count,
            os: Some(os),
            nics: vec![(network.to_owned(), written)],
            size: Some(size),
            ..Entry::default()
        };
        self.draft.entries.push(entry);
        self.draft.entries.len() - 1
    }

    fn give(&mut self, entry: usize, role: &str, settings: &str) {
        self.draft.entries[entry].roles.push((role.to_owned(), settings.to_owned()));
    }

    fn system(random: &mut Random) -> &'static str {
        random.one::<&str>(&SYSTEMS)
    }

    /// Resolvers and clocks, on hosts of their own or on the router.
    fn names(&mut self) {
        if self.random.percent(15) {
            return;
        }
        let (own, count) = (self.random.percent(60), self.random.between(1, 2));
        let router = self.draft.entries_that(|it| it.has("router")).first().copied();
        let host = match router {
            Some(router) if !own => router,
            _ => {
                let os = Self::system(&mut self.random);
                self.add("names", count, os, SERVER)
            }
        };
        self.give(host, "coredns", "");
        if self.random.percent(80) {
            self.give(host, "chrony", "");
        }
    }

    fn vip(&mut self, name: &str, network: &str, serves: &str) {
        let number = 200 + self.draft.vips.len() as u32;
        let addresses = self.draft.network(network).nth(number);
        let mut more = Vec::new();
        if self.random.percent(50) {
            more.push(format!("slo: {}s", self.random.between(3, 10)));
        }
        let (name, network) = (name.to_owned(), network.to_owned());
        let serves = serves.to_owned();
        self.draft.vips.push(Vip { name, network, addresses, serves, more });
    }

    fn ingress(&mut self) {
        if self.random.percent(30) {
            return;
        }
        let (count, os) = (self.random.between(1, 2), Self::system(&mut self.random));
        let front = self.add("front", count, os, SERVER);
        self.give(front, "traefik", "");
        if count == 2 && self.random.percent(80) {
            let network = self.draft.entries[front].nics[0].0.clone();
            self.vip("web", &network, "traefik");
            self.give(front, "keepalived", "{ vips: [web] }");
        }
    }

    fn kubernetes(&mut self) {
        if self.random.percent(45) {
            return;
        }
        let masters = *self.random.one(&[1, 3, 3, 5]);
        let master = self.add("master", masters, "flatcar", NODE);
        self.give(master, "etcd", "");
        self.give(master, "control-plane", "");
        if masters > 1 && self.random.percent(75) {
            let (network, os) = (self.place(), Self::system(&mut self.random));
            let balancer = self.add_in("api-lb", 2, os, SERVER, &network);
            self.vip("api", &network, "control-plane");
            self.give(balancer, "haproxy", "");
            self.give(balancer, "keepalived", "{ vips: [api] }");
        }
        if self.versions == Versions::Six {
            // The usual addresses of pods are of version 4, which these nodes cannot pass on.
            let own = "kubernetes: { pods: \"fde2::/48\", services: \"fde3::/108\" }";
            self.draft.head.push(own.to_owned());
        }
        let workers = self.random.between(1, 6);
        let os = *self.random.one(&["flatcar", "flatcar", "debian"]);
        let worker = self.add("worker", workers, os, NODE);
        self.give(worker, "worker", "");
        if workers > 2 && self.random.percent(40) {
            self.give(worker, "longhorn", "");
            self.draft.entries[worker].size =
                Some(Size { cpus: 4, memory: 8192, disk: 40, data: 100 });
        }
    }

    /// Databases, shares, and those who use them.
    fn storage(&mut self) {
        if self.random.percent(25) {
            return;
        }
        let (os, count) = (Self::system(&mut self.random), self.random.between(1, 4));
        let app = self.add("app", count, os, SERVER);
        let clients = self.draft.entries[app].pattern();
        self.give(
            app,
            "service",
            "{ ports: { web: tcp/8080 }, needs: [postgresql], command: /opt/app/serve }",
        );
        let database = self.add("database", 1, os, STORE);
        let shared = self.random.percent(30);
        let data = if shared { "data: \"files:/srv/nfs/database\", " } else { "" };
        let quoted = format!("{{ {data}clients: [\"{clients}\"] }}");
        self.give(database, "postgres", &quoted);
        if shared {
            let files = self.add("files", 1, os, STORE);
            let exports = format!(
                "{{ exports: {{ /srv/nfs/database: database, /srv/nfs/shared: [\"{clients}\"] }} }}"
            );
            self.give(files, "nfs", &exports);
        }
    }

    /// A service of one's own behind a virtual address.
    fn balanced(&mut self) {
        if self.random.percent(60) {
            return;
        }
        // What is behind it must be the only service, for the address serves the role as a whole.
        if self.draft.entries.iter().any(|it| it.has("service")) {
            return;
        }
        let (network, os) = (self.place(), Self::system(&mut self.random));
        let balancer = self.add_in("lb", 2, os, SERVER, &network);
        let count = self.random.between(2, 4);
        let lobby = self.add("lobby", count, os, SERVER);
        self.give(
            lobby,
            "service",
            "{ ports: { lobby: tcp/7000 }, command: /opt/lobby/serve, redundancy: any-of }",
        );
        self.vip("lobby", &network, "service");
        self.give(balancer, "haproxy", "");
        self.give(balancer, "keepalived", "{ vips: [lobby] }");
    }

    fn identity(&mut self) {
        if self.random.percent(50) {
            let os = Self::system(&mut self.random);
            let jump = self.add("jump", 1, os, SERVER);
            self.give(jump, "bastion", "");
        }
        if self.random.percent(20) {
            let os = *self.random.one(&["almalinux", "rocky"]);
            let ident = self.add("ident", 1, os, STORE);
            let clients = self.draft.entries_that(|it| it.has("bastion"));
            // Left out, those are the clients anyhow.
            if clients.is_empty() {
                let clients = self.draft.entries[0].pattern();
                self.give(ident, "freeipa", &format!("{{ clients: [\"{clients}\"] }}"));
            } else {
                self.give(ident, "freeipa", "");
            }
        }
    }

    /// Ordinary hosts, until there are as many as were wanted.
    fn fill(&mut self, wanted: usize) {
        let stems =
            ["www", "mail", "wiki", "git", "chat", "cam", "sensor", "build", "desk", "game"];
        for (port, stem) in (3000..).zip(stems) {
            let left = wanted.saturating_sub(self.draft.size());
            if left == 0 {
                return;
            }
            let count = if stem == "game" { left } else { self.random.between(1, left.min(8)) };
            let os = *self.random.one(&["debian", "debian", "almalinux", "rocky", "flatcar"]);
            let entry = self.add(stem, count, os, SERVER);
            // Behind an address that serves services there are only those that were meant.
            let balanced = self.draft.vips.iter().any(|it| it.serves == "service");
            if !balanced && self.random.percent(60) {
                let service =
                    format!("{{ ports: {{ {stem}: tcp/{port} }}, command: /opt/{stem} }}");
                self.give(entry, "service", &service);
            }
            self.settle(entry);
        }
    }

    /// More of what people write about ordinary hosts.
    fn settle(&mut self, entry: usize) {
        if self.random.percent(10) {
            self.draft.entries[entry].more.push("sysctls: { vm.swappiness: \"10\" }".to_owned());
        }
        if self.random.percent(10) {
            let line = "files: { /etc/motd: { text: \"Be kind\" } }".to_owned();
            self.draft.entries[entry].more.push(line);
        }
        let network = self.draft.entries[entry].nics[0].0.clone();
        if self.random.percent(10) {
            let rule = format!("firewall: [{{ verdict: drop, from: {network}, for: tcp/23 }}]");
            self.draft.entries[entry].more.push(rule);
        }
        if entry > 0 && self.random.percent(10) {
            let first = self.draft.entries[0].first();
            self.draft.entries[entry].more.push(format!("after: {first}"));
        }
    }

    /// Apps, and who may reach what.
    fn people(&mut self) {
        let ingress = self.draft.entries_that(|it| it.has("traefik")).first().copied();
        let serving = self.draft.entries_that(|it| {
            it.has("worker") || it.roles.iter().any(|it| it.1.contains("web: tcp/8080"))
        });
        let who = [self.people.public.clone(), self.people.operators.clone()];
        let who: Vec<String> = who.into_iter().flatten().collect();
        if let (Some(_), Some(entry)) = (ingress, self.random.pick(&serving).copied()) {
            let entry = &self.draft.entries[entry];
            let port = if entry.has("worker") { 30080 } else { 8080 };
            let (hosts, visitor) = (entry.pattern(), self.random.pick(&who).cloned());
            let visitor = visitor.unwrap_or_else(|| self.draft.outside[0].0.clone());
            let keys = vec![
                "names: [shop]".to_owned(),
                format!("hosts: \"{hosts}\""),
                format!("port: {port}"),
                format!("for: {visitor}"),
            ];
            self.draft.apps.push(("shop".to_owned(), keys));
        }
        let Some(operators) = self.people.operators.clone() else { return };
        for (role, line) in
            [("bastion", "jump: ssh"), ("control-plane", "control-plane: kubernetes-api")]
        {
            if self.draft.entries.iter().any(|it| it.has(role)) {
                self.draft.access.push(format!("{operators} -> {line}"));
            }
        }
        if self.random.percent(50) {
            let first = self.draft.entries[0].first();
            self.draft.access.push(format!("{operators} -> {first}: ssh"));
        }
    }

    fn groups(&mut self) {
        if !self.random.percent(50) {
            return;
        }
        for at in 0..self.draft.entries.len() {
            let entry = &self.draft.entries[at];
            if entry.count > 1 {
                let group = (format!("all-{}", entry.stem), format!("\"{}\"", entry.pattern()));
                self.draft.groups.push(group);
            }
        }
    }

    /// Hypervisors that carry what is laid upon them, in clouds of one network or behind one router.
    fn machines(&mut self) {
        if !self.random.percent(45) || matches!(self.shape, Shape::Sites | Shape::Direct) {
            return;
        }
        let asked: usize = self
            .draft
            .entries
            .iter()
            .map(|it| it.count * (it.size.map_or(0, |it| it.memory) + PER_GUEST))
            .sum();
        let cpus: usize =
            self.draft.entries.iter().map(|it| it.count * it.size.map_or(0, |it| it.cpus)).sum();
        let disk: usize = self
            .draft
            .entries
            .iter()
            .map(|it| it.count * it.size.map_or(0, |it| it.disk + it.data))
            .sum();
        let size = Size { cpus: cpus + 4, memory: asked + OF_MACHINE, disk: disk + 200, data: 0 };
        if self.shape != Shape::Flat {
            let gate = &mut self.draft.entries[0];
            gate.roles.insert(0, ("hypervisor".to_owned(), String::new()));
            gate.size = Some(size);
            return;
        }
        let count = self.random.between(1, 3);
        let lan = self.inner[0].clone();
        for at in 0..self.draft.entries.len() {
            let machine =
                if count == 1 { "metal".to_owned() } else { format!("metal{}", at % count + 1) };
            if self.draft.entries[at].size.is_some() && (count > 1 || self.random.percent(30)) {
                self.draft.entries[at].runs_on = Some(machine);
            }
        }
        let metal = self.add_in("metal", count, "rocky", size, &lan);
        self.give(metal, "hypervisor", "");
    }
}

const SERVER: Size = Size { cpus: 1, memory: 2048, disk: 30, data: 0 };
const NODE: Size = Size { cpus: 2, memory: 4096, disk: 40, data: 0 };
const STORE: Size = Size { cpus: 2, memory: 4096, disk: 120, data: 0 };

//! What a role says of one host: offers, needs, promises, certificates, records.

use super::Need;
use super::need::Selector;
use super::offer::{Health, Offer};
use super::redundancy::{Redundancy, Takeover};
use crate::read::At;
use crate::{Bytes, Diagnostic, Duration, Name, Ports, Text};
use fmc_config::Place;
use ipnet::IpNet;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Display;
use std::net::IpAddr;

/// Everything that one role says of one host. Filled by calls, in any order.
#[derive(Debug, Default)]
pub struct Declaration {
    pub(crate) offers: Vec<Offer>,
    pub(crate) needs: Vec<Need>,
    pub(crate) admissions: Vec<Admission>,
    pub(crate) vips: Vec<VipMember>,
    pub(crate) balances: Option<Text>,
    pub(crate) data_disk: Option<Bytes>,
    pub(crate) copied: Option<bool>,
    pub(crate) hangs_up: Option<Duration>,
    pub(crate) alive: Option<Alive>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) certificates: Vec<CertificateRequest>,
    pub(crate) records: Vec<Record>,
    pub(crate) redundancy: Option<Redundancy>,
    /// How long those of a role need, its own where none is named.
    pub(crate) takeovers: Vec<(Option<&'static str>, Takeover)>,
    pub(crate) after: Vec<After>,
    pub(crate) sources: Vec<IpNet>,
    pub(crate) resolvers: Vec<IpAddr>,
    pub(crate) runs_pods: bool,
    pub(crate) runs_hosts: Option<Bytes>,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) tunnels: Vec<Tunnel>,
    pub(crate) settings: Vec<Setting>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Declaration {
    /// The host serves `service` at `ports`.
    pub fn offer(&mut self, service: impl Into<Cow<'static, str>>, ports: impl Into<Vec<Ports>>) {
        self.offer_checked(service, ports, Health::Connect);
    }

    /// The host serves `service` at `ports`, and it is made to be reached by anybody in the Internet.
    pub fn offer_to_all(
        &mut self,
        service: impl Into<Cow<'static, str>>,
        ports: impl Into<Vec<Ports>>,
    ) {
        self.offer(service, ports);
        let Some(last) = self.offers.last_mut() else { return };
        last.open = true;
    }

    /// The host serves `service` at `ports`, and this tells whether it is well.
    pub fn offer_checked(
        &mut self,
        service: impl Into<Cow<'static, str>>,
        ports: impl Into<Vec<Ports>>,
        health: Health,
    ) {
        let (service, ports) = (service.into(), ports.into());
        self.offers.push(Offer { service, ports, health, open: false, each: false, silence: None });
    }

    /// What was offered last is something else on each host: no virtual address stands for it.
    pub fn is_each_its_own(&mut self) {
        let Some(last) = self.offers.last_mut() else { return };
        last.each = true;
    }

    /// Connections to what was offered last may be silent for so long, and are still counted on.
    pub fn may_be_silent(&mut self, silence: Duration) {
        let Some(last) = self.offers.last_mut() else { return };
        last.silence = Some(silence);
    }

    /// The host ends connections that it passes on when they were silent for so long.
    pub fn hangs_up(&mut self, after: Duration) {
        self.hangs_up = Some(after);
    }

    /// This tells on the host itself whether the role is alive.
    pub fn alive(&mut self, alive: Alive) {
        self.alive = Some(alive);
    }

    /// The host needs something.
    pub fn need(&mut self, need: Need) {
        self.needs.push(need);
    }

    /// The host lets others in whom it names itself.
    pub fn admit(&mut self, admission: Admission) {
        self.admissions.push(admission);
    }

    /// The host is a member of the group that holds a virtual address.
    pub fn hold(&mut self, member: VipMember) {
        self.vips.push(member);
    }

    /// The host spreads what arrives at its virtual addresses over those who serve behind them.
    pub fn balance(&mut self, why: Text) {
        self.balances = Some(why);
    }

    /// The role keeps something on the data disk of its host: so much that it must be that large.
    pub fn data_disk(&mut self, size: Bytes) {
        self.data_disk = Some(size);
    }

    /// The role keeps data of its own, and whether copies of it are made from time to time.
    pub fn keep(&mut self, copied: bool) {
        self.copied = Some(copied);
    }

    /// The host passes visitors on, at this stage of their way.
    pub fn pass_on(&mut self, stage: Stage) {
        self.stages.push(stage);
    }

    /// The host needs a certificate.
    pub fn certificate(&mut self, request: CertificateRequest) {
        self.certificates.push(request);
    }

    /// The zone of the cloud holds a record.
    pub fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    /// How the hosts of this role stand in for each other. The last word counts.
    pub fn redundancy(&mut self, redundancy: Redundancy) {
        self.redundancy = Some(redundancy);
    }

    /// How long the others need to go on when one of them is lost, where that takes time of its own.
    pub fn takeover(&mut self, takeover: Takeover) {
        self.takeovers.push((None, takeover));
    }

    /// How long the hosts of another role need, where this one decides when one of them counts as lost.
    pub fn takeover_of(&mut self, role: &'static str, takeover: Takeover) {
        self.takeovers.push((Some(role), takeover));
    }

    /// On this host the role starts after other roles.
    pub fn after(&mut self, after: After) {
        self.after.push(after);
    }

    /// Packets of this host come from these prefixes too.
    pub fn sends_from(&mut self, prefixes: impl IntoIterator<Item = IpNet>) {
        self.sources.extend(prefixes);
    }

    /// This host resolves names with these resolvers, whatever the others use.
    pub fn resolve_with(&mut self, resolvers: impl IntoIterator<Item = IpAddr>) {
        self.resolvers.extend(resolvers);
    }

    /// Pods run on this host, which therefore gets a pod network.
    pub fn run_pods(&mut self) {
        self.runs_pods = true;
    }

    /// Other hosts run on this one, and their disks lie in a pool of this size.
    pub fn run_hosts(&mut self, pool: Bytes) {
        self.runs_hosts = Some(pool);
    }

    /// This host forwards packets of others.
    pub fn forward(&mut self, forwarding: Forwarding) {
        self.forwarding = Some(forwarding);
    }

    /// Somebody on the Internet comes by the way of the visitors.
    pub fn visited_by(&mut self, visit: Visit) {
        self.visits.push(visit);
    }

    /// This host is an end of a tunnel.
    pub fn tunnel(&mut self, tunnel: Tunnel) {
        self.tunnels.push(tunnel);
    }

    /// Decides a setting: what was written, else what is derived.
    pub fn setting<T: Display + Clone + PartialEq>(
        &mut self,
        name: &'static str,
        derived: T,
        written: Option<&At<T>>,
    ) -> T {
        let words = derived.to_string();
        let value = written.map_or(derived, |it| it.value.clone());
        self.settings.push(Setting {
            name,
            value: value.to_string(),
            derived: words,
            written: written.map(|it| it.place),
        });
        value
    }

    /// Something is wrong with what was written.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// A decided setting of a role.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) derived: String,
    pub(crate) written: Option<Place>,
}

/// How a host forwards packets of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarding {
    /// The network by which it reaches what it does not know itself; it is no gateway in it.
    pub uplink: Option<At<Name>>,
}

/// An end of a tunnel on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// The network that the tunnel is.
    pub network: Name,
    /// The service as which it travels itself.
    pub service: String,
    /// The port at which others call this host; `None` where it calls them.
    pub listens: Option<u16>,
    /// How often it says that it is there.
    pub keepalive: Option<Duration>,
}

/// Somebody on the Internet who comes by the way of the visitors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Visit {
    /// Who, by names of the DNS.
    pub who: Cow<'static, str>,
    /// For which service.
    pub service: Cow<'static, str>,
    /// Why.
    pub why: Text,
}

/// What tells on a host itself whether a role is alive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alive {
    /// That this path is answered with success at a socket of the file system.
    Socket(&'static str, &'static str),
    /// That this path is answered with success at a port of the loopback interface.
    Port(u16, &'static str),
}

/// Others whom an offering host lets in by its own word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Admission {
    /// To which service of this host.
    pub service: Cow<'static, str>,
    /// Who.
    pub from: At<Selector>,
    /// Whether their pods are meant as well.
    pub pods: bool,
    /// Whether nobody of that name is an error: it is one where a person wrote it.
    pub written: bool,
    /// Why.
    pub why: Text,
}

/// A host's part in the group that holds a virtual address.
#[derive(Clone, Debug)]
pub struct VipMember {
    /// The virtual address.
    pub vip: At<Name>,
    /// A priority written by hand.
    pub priority: Option<At<u8>>,
    /// A weight written by hand: what a failed check adds to the priority.
    pub weight: Option<At<i16>>,
}

/// Where on a visitor's way a host passes him on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// At the edge of the Internet: a content delivery network.
    Edge,
    /// At the public address: forwarding by address and port.
    Entry,
    /// Before the applications: by host name and path.
    Ingress,
}

/// A certificate that a host needs.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    /// Its name, unique on the host.
    pub name: Cow<'static, str>,
    /// The authority that issues it: one per purpose.
    pub authority: &'static str,
    /// Subject: common name.
    pub common_name: String,
    /// Subject: organization, which Kubernetes reads as group.
    pub organization: Option<&'static str>,
    /// Alternative names of the DNS.
    pub names: Vec<String>,
    /// Alternative addresses.
    pub addresses: Vec<IpAddr>,
    /// What it is good for.
    pub usage: Usage,
    /// Why.
    pub why: Text,
}

/// What a certificate is good for
/// ([RFC 5280 §4.2.1.12](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Usage {
    /// To be shown by a server.
    Server,
    /// To be shown by a client.
    Client,
    /// Both, as among peers.
    Both,
}

/// A record of the DNS that a role adds to the zone of the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name below the domain of the cloud.
    pub name: String,
    /// What it says.
    pub data: RecordData,
}

/// What a record of the DNS says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE", tag = "type", content = "data")]
pub enum RecordData {
    /// An address of version 4.
    A(std::net::Ipv4Addr),
    /// An address of version 6.
    Aaaa(std::net::Ipv6Addr),
    /// Another name.
    Cname(String),
    /// The name that belongs to an address.
    Ptr(String),
    /// Where a service is ([RFC 2782](https://www.rfc-editor.org/rfc/rfc2782)): priority, weight,
    /// port, host.
    Srv(u16, u16, u16, String),
    /// Text.
    Txt(String),
}

/// The role starts after other roles.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct After {
    /// The other role.
    pub role: &'static str,
    /// Only the one on the same host.
    pub here: bool,
    /// Why.
    pub why: Text,
}

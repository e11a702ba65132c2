//! The first pass over the roles: each says what follows from it, host by host. What many hosts say
//! alike is kept once, with the set of those who said it.

use super::codes::UNUSED_DISK;
use super::context::Context;
use super::expand::Expanded;
use crate::cloud::{Host, HostId, HostNames, HostSet, OfferedService, Origin, TunnelEnd};
use crate::role::Setting;
use crate::role::{
    Admission, After, CertificateRequest, Declaration, Forwarding, Member, Need, Record,
    Redundancy, Site, Stage, Takeover, VipMember, Visit,
};
use crate::spec::HostSpec;
use crate::{Name, Text, text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, HashSet, IndexMap};
use std::sync::Arc;

/// Something that hosts of a role said alike.
pub(crate) struct Said<T> {
    pub(crate) role: &'static str,
    pub(crate) what: T,
    pub(crate) hosts: HostSet,
    /// Where the first of them was given the role.
    pub(crate) place: Place,
}

/// A membership in the group of a virtual address.
pub(crate) struct Membership {
    pub(crate) role: &'static str,
    pub(crate) host: HostId,
    pub(crate) member: VipMember,
}

/// Everything that all roles said.
pub(crate) struct Declared {
    pub(crate) offers: Vec<OfferedService>,
    pub(crate) needs: Vec<Said<Need>>,
    pub(crate) admissions: Vec<Said<Admission>>,
    pub(crate) after: Vec<Said<After>>,
    pub(crate) visits: Vec<Said<Visit>>,
    pub(crate) members: Vec<Membership>,
    /// Hosts that balance, with the role that does and why.
    pub(crate) balancers: IndexMap<HostId, (&'static str, Text, Place)>,
    pub(crate) stages: Vec<(Stage, &'static str, HostSet)>,
    pub(crate) certificates: Vec<(HostId, CertificateRequest, Origin)>,
    pub(crate) records: Vec<(Record, Origin)>,
    pub(crate) redundancy: IndexMap<&'static str, Redundancy>,
    pub(crate) takeovers: IndexMap<&'static str, Vec<Takeover>>,
    pub(crate) forwarding: IndexMap<HostId, (Forwarding, Place)>,
    pub(crate) hypervisors: HostSet,
    pub(crate) pod_hosts: HostSet,
    pub(crate) resolvers: HashMap<HostId, Vec<std::net::IpAddr>>,
    /// Ends of tunnels, by network.
    pub(crate) tunnels: Vec<(Name, TunnelEnd)>,
}

/// Keeps what was said alike together, in the order in which it was first said.
struct Gather<T> {
    index: HashMap<(&'static str, T), usize>,
    said: Vec<Said<T>>,
}

impl<T: Clone + Eq + std::hash::Hash> Gather<T> {
    fn new() -> Self {
        Self { index: HashMap::default(), said: Vec::new() }
    }

    fn add(
        &mut self,
        role: &'static str,
        what: T,
        host: HostId,
        place: Place,
        names: &Arc<HostNames>,
    ) {
        // Neighbours say the same: looking at the last ones first saves most of the hashing.
        let at = *self.index.entry((role, what)).or_insert_with_key(|key| {
            self.said.push(Said { role, what: key.1.clone(), hosts: HostSet::empty(names), place });
            self.said.len() - 1
        });
        self.said[at].hosts.insert(host);
    }
}

/// Asks every role of every host.
pub(crate) fn declare(
    expanded: &mut Expanded,
    names: &Arc<HostNames>,
    site: &Site,
    context: &mut Context<'_>,
) -> Declared {
    let mut all = Declared {
        offers: Vec::new(),
        needs: Vec::new(),
        admissions: Vec::new(),
        after: Vec::new(),
        visits: Vec::new(),
        members: Vec::new(),
        balancers: IndexMap::default(),
        stages: Vec::new(),
        certificates: Vec::new(),
        records: Vec::new(),
        redundancy: IndexMap::default(),
        takeovers: IndexMap::default(),
        forwarding: IndexMap::default(),
        hypervisors: HostSet::empty(names),
        pod_hosts: HostSet::empty(names),
        resolvers: HashMap::default(),
        tunnels: Vec::new(),
    };
    let (mut needs, mut admissions) = (Gather::new(), Gather::new());
    let (mut after, mut visits) = (Gather::new(), Gather::new());
    let Expanded { hosts, entry_of, entries } = expanded;
    let mut settled: HashSet<(Place, &'static str)> = HashSet::default();
    for host in hosts.iter_mut() {
        let entry: &HostSpec = &entries[entry_of[host.id.0 as usize]];
        let mut keeps_data = false;
        for role in &entry.roles.0 {
            let name = role.kind.about.name;
            let place = role.kind.place;
            let mut out = Declaration::default();
            role.role.declare(&Member { host, site, place }, &mut out);
            let balances = out.balances.is_some();
            keeps_data |= out.data_disk.is_some();
            for offer in out.offers {
                match all.offers.iter_mut().find(|it| it.matches(name, &offer)) {
                    Some(it) => it.hosts.insert(host.id),
                    None => all.offers.push(OfferedService {
                        role: name.to_owned(),
                        service: offer.service.into_owned(),
                        ports: offer.ports,
                        health: offer.health,
                        open: offer.open,
                        each: offer.each,
                        silence: offer.silence,
                        hosts: HostSet::of(names, [host.id]),
                    }),
                }
            }
            for need in out.needs {
                needs.add(name, need, host.id, place, names);
            }
            for admission in out.admissions {
                admissions.add(name, admission, host.id, place, names);
            }
            for it in out.after {
                after.add(name, it, host.id, place, names);
            }
            for it in out.visits {
                visits.add(name, it, host.id, place, names);
            }
            for member in out.vips {
                all.members.push(Membership { role: name, host: host.id, member });
            }
            if let Some(why) = out.balances {
                all.balancers.insert(host.id, (name, why, place));
            }
            for stage in out.stages {
                match all.stages.iter_mut().find(|it| it.0 == stage && it.1 == name) {
                    Some(it) => it.2.insert(host.id),
                    None => all.stages.push((stage, name, HostSet::of(names, [host.id]))),
                }
            }
            for request in out.certificates {
                all.certificates.push((host.id, request, context.origin(place)));
            }
            for record in out.records {
                all.records.push((record, context.origin(place)));
            }
            for (of, takeover) in out.takeovers {
                // Every host of a role says the same.
                let said = all.takeovers.entry(of.unwrap_or(name)).or_default();
                if said.iter().all(|it| it.what != takeover.what) {
                    said.push(takeover);
                }
            }
            if let Some(redundancy) = out.redundancy {
                all.redundancy.insert(name, redundancy);
            }
            if let Some(forwarding) = out.forwarding {
                all.forwarding.insert(host.id, (forwarding, place));
            }
            for tunnel in out.tunnels {
                let end = TunnelEnd {
                    host: host.name.clone(),
                    listens: tunnel.listens,
                    keepalive: tunnel.keepalive,
                    service: tunnel.service,
                    origin: context.origin(place),
                };
                all.tunnels.push((tunnel.network, end));
            }
            if out.runs_hosts.is_some() {
                all.hypervisors.insert(host.id);
            }
            if out.runs_pods {
                all.pod_hosts.insert(host.id);
            }
            if !out.resolvers.is_empty() {
                all.resolvers.insert(host.id, out.resolvers);
            }
            for diagnostic in out.diagnostics {
                context.report(diagnostic);
            }
            host.sources.extend(out.sources);
            if let Some(own) = host.roles.iter_mut().find(|it| it.name == name) {
                own.alive = out.alive;
                own.balances = balances;
                (own.data, own.pool) = (out.data_disk, out.runs_hosts);
                (own.copied, own.hangs_up) = (out.copied, out.hangs_up);
            }
            settle(host, name, out.settings, &mut settled, context);
        }
        let data = entry.size.as_ref().and_then(|it| it.data.as_ref());
        if let Some(data) = data.filter(|it| it.value.0 > 0 && !keeps_data) {
            // Hosts of one entry are alike, and it is said once.
            if settled.insert((data.place, "")) {
                let host = &host.name;
                context.report(
                    UNUSED_DISK
                        .at(
                            data.place,
                            text!(
                                "no role of {host} uses its data disk",
                                "ningún rol de {host} usa su disco de datos"
                            ),
                        )
                        .hint(text!(
                            "leave it out, and write its size as that of `disk`",
                            "quítelo, y escriba su tamaño en `disk`"
                        )),
                );
            }
        }
    }
    all.needs = needs.said;
    all.admissions = admissions.said;
    all.after = after.said;
    all.visits = visits.said;
    base_offers(hosts, names, &mut all);
    all
}

/// Keeps the settings of a role; what was written over a derived value is an override, told once for
/// all hosts of an entry.
fn settle(
    host: &mut Host,
    role: &'static str,
    settings: Vec<Setting>,
    settled: &mut HashSet<(Place, &'static str)>,
    context: &mut Context<'_>,
) {
    let Some(own) = host.roles.iter_mut().find(|it| it.name == role) else { return };
    for setting in settings {
        if let Some(place) = setting.written.filter(|_| setting.value != setting.derived)
            && settled.insert((place, setting.name))
        {
            let origin = context.origin(place);
            context.overrides.push(crate::cloud::Override {
                of: format!("{} of {role} on {}", setting.name, host.name),
                derived: setting.derived,
                written: setting.value.clone(),
                origin,
            });
        }
        own.settings.insert(setting.name, setting.value);
    }
}

/// What every host that is ours offers without being asked.
fn base_offers(hosts: &[Host], names: &Arc<HostNames>, all: &mut Declared) {
    let ours = HostSet::of(names, hosts.iter().filter(|it| !it.managed).map(|it| it.id));
    // A host whose role says how it serves SSH is not counted twice.
    let said: HostSet = all
        .offers
        .iter()
        .filter(|it| it.service == "ssh")
        .fold(HostSet::empty(names), |set, it| set.union(&it.hosts));
    let hosts = ours.minus(&said);
    if !hosts.is_empty() {
        all.offers.push(OfferedService {
            role: "host".to_owned(),
            service: "ssh".to_owned(),
            ports: vec![crate::Ports::tcp(22)],
            health: crate::role::Health::Connect,
            open: false,
            each: false,
            silence: None,
            hosts,
        });
    }
}

/// The names of the hosts in a set, for messages: the first few.
pub(crate) fn some_names(hosts: &[Host], set: &HostSet) -> String {
    let mut names: Vec<&Name> = set.iter().take(4).map(|it| &hosts[it.0 as usize].name).collect();
    let more = set.len().saturating_sub(3);
    if set.len() > 4 {
        names.pop();
        let list: Vec<&str> = names.iter().map(|it| it.as_str()).collect();
        return format!("{} (+{more})", list.join(", "));
    }
    let list: Vec<&str> = names.iter().map(|it| it.as_str()).collect();
    list.join(", ")
}

//! The second pass over the roles: each says what the machine of its host must hold, now that the
//! whole cloud is known. What follows without any role (firewall, interfaces, units) is added here.
//!
//! It is done host by host when somebody first asks, so a picture of ten thousand hosts does not pay
//! for their files. Whoever asks what hosts do and not what is written on them, as the questions of
//! `fmc check` do, does not pay for them either ([`Cloud::outline`]).

mod base;
pub(crate) mod certificates;
mod clock;
mod files;
mod firewall;
mod interfaces;
mod merge;
mod pinned;
mod programs;
mod selinux;
mod units;

use crate::cloud::{Cloud, Host, HostId, Releases, System, TunnelPeer};
use crate::role::{Configuration, Linked, Publication, Role};
use crate::setup::{Entry, Setup};
use crate::spec::{HostSpec, RolesSpec};
use crate::traffic::{At, Traffic};
use crate::{Diagnostics, Name};
use fmc_config::Cause;
use fmc_config::nft::{AddressRange, Addresses};
use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use merge::Merging;
use rayon::prelude::*;
use std::net::IpAddr;
use std::sync::OnceLock;

/// What a cloud decides when it is first asked for: the roles that will say it, and what they said.
#[derive(Default)]
pub(crate) struct Deferred {
    /// The roles of each entry of `hosts:`.
    roles: Vec<RolesSpec>,
    /// The entry of each host.
    entry_of: Vec<usize>,
    traffic: OnceLock<Traffic>,
    /// Why a firewall lets each flow through, where that is written.
    because: OnceLock<Vec<Option<Cause>>>,
    /// What of the traffic is left where a firewall cannot be loaded.
    administration: OnceLock<Traffic>,
    setups: Vec<OnceLock<Setup>>,
    /// The same without what generated files say.
    outlines: Vec<OnceLock<Setup>>,
}

impl Deferred {
    pub(crate) fn new(entries: Vec<HostSpec>, entry_of: Vec<usize>) -> Self {
        let roles = entries.into_iter().map(|it| it.roles).collect();
        Self { roles, ..Self::unasked(entry_of) }
    }

    /// Of hosts of these entries, with nothing asked for yet.
    fn unasked(entry_of: Vec<usize>) -> Self {
        let unmade = || entry_of.iter().map(|_| OnceLock::new()).collect();
        Self { setups: unmade(), outlines: unmade(), entry_of, ..Self::default() }
    }
}

/// A copy knows the same roles and has yet to ask them.
impl Clone for Deferred {
    fn clone(&self) -> Self {
        Self { roles: self.roles.clone(), ..Self::unasked(self.entry_of.clone()) }
    }
}

/// What follows from equal clouds is equal, whether it was asked for or not.
impl PartialEq for Deferred {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Deferred {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let asked = self.setups.iter().filter(|it| it.get().is_some()).count();
        write!(f, "Deferred({asked} of {} hosts)", self.setups.len())
    }
}

/// A host that is being configured.
pub(crate) struct HostPart<'a> {
    pub(crate) cloud: &'a Cloud,
    pub(crate) host: &'a Host,
    pub(crate) system: System,
    /// Whether what generated files say is made.
    whole: bool,
}

impl<'a> HostPart<'a> {
    /// The part of a host that is ours; `None` where somebody else runs it.
    fn of(cloud: &'a Cloud, host: &'a Host) -> Option<Self> {
        let system = host.system.filter(|_| !host.managed)?;
        Some(Self { cloud, host, system, whole: true })
    }

    /// What is said of it, with nothing in it yet.
    fn says(&self, cause: Cause) -> Configuration {
        Configuration::new(cause, self.system, self.whole)
    }

    /// The cause of what is there because the host is, as `by` made it.
    pub(crate) fn cause(&self, by: &'static str) -> Cause {
        Cause::new(self.host.origin.place, by)
    }
}

impl Cloud {
    /// The same cloud, with what its hosts hold written for other releases of Kubernetes.
    #[must_use]
    pub fn written_for(mut self, releases: Releases) -> Self {
        if let Some(kubernetes) = self.kubernetes.as_mut().filter(|it| it.releases != releases) {
            kubernetes.releases = releases;
            // Roles may have been asked already.
            self.deferred = self.deferred.clone();
        }
        self
    }

    /// What the machine of a host must hold; where somebody else runs it, files that they are told.
    ///
    /// # Panics
    /// If the id is of another cloud.
    pub fn setup(&self, id: HostId) -> &Setup {
        self.deferred.setups[id.0 as usize].get_or_init(|| configure(self, self.host(id)))
    }

    /// The same as far as it tells what a host does: its rules, what runs, what it mounts and shares, kernel
    /// parameters, what it fetches, what is wrong. Of its files there are only those that people wrote, with
    /// what these replace.
    ///
    /// # Panics
    /// If the id is of another cloud.
    pub fn outline(&self, id: HostId) -> &Setup {
        let at = id.0 as usize;
        match self.deferred.setups[at].get() {
            Some(whole) => whole,
            None => self.deferred.outlines[at].get_or_init(|| outline(self, self.host(id))),
        }
    }

    /// Whom a host meets in a tunnel, and what lies behind each of them.
    pub fn tunnel_peers(&self, host: &Host, tunnel: &Name) -> Vec<TunnelPeer> {
        self.traffic().tunnel_peers(self, host, tunnel)
    }

    /// From which prefixes a flow, by its index, comes in at a host; `None` for any.
    pub(crate) fn sources_at(&self, host: HostId, flow: usize) -> Option<Vec<IpNet>> {
        let arrivals = self.traffic().arrivals.iter();
        let mut all = Addresses::new();
        for arrival in arrivals.filter(|it| it.flow == flow && it.hosts.contains(host)) {
            all = all.union(arrival.from.as_deref()?);
        }
        Some(all.ranges().flat_map(prefixes).collect())
    }

    /// The networks by which a flow, by its index, comes in at a host that it is for.
    pub(crate) fn networks_at(&self, host: HostId, flow: usize) -> impl Iterator<Item = &Name> {
        let arrivals = self.traffic().arrivals.iter();
        let own = arrivals.filter(move |it| it.flow == flow && it.at == At::Own);
        own.filter(move |it| it.hosts.contains(host)).map(|it| &it.network)
    }

    pub(crate) fn traffic(&self) -> &Traffic {
        self.deferred.traffic.get_or_init(|| Traffic::of(self))
    }

    /// Makes what every machine must hold, on all processors: whoever will ask for all of it asks faster.
    pub fn configure(&self) {
        (0..self.hosts.len()).into_par_iter().for_each(|it| {
            self.setup(self.hosts[it].id);
        });
    }

    /// Makes the outlines of all hosts, on all processors.
    pub fn sketch(&self) {
        (0..self.hosts.len()).into_par_iter().for_each(|it| {
            self.outline(self.hosts[it].id);
        });
    }

    /// What is wrong with what the roles configure, on every host; alike findings are told once.
    pub fn configured(&self) -> Diagnostics {
        self.sketch();
        let mut found = Diagnostics::new();
        let mut last = None;
        let mut pinned = pinned::Pinned::of(&self.programs);
        for host in self.hosts.values() {
            let Some(part) = HostPart::of(self, host) else { continue };
            let setup = self.outline(host.id);
            pinned.note(&part, setup);
            for diagnostic in &setup.diagnostics {
                if last.as_ref() != Some(diagnostic) {
                    found.push(diagnostic.clone());
                    last = Some(diagnostic.clone());
                }
            }
        }
        for diagnostic in pinned.wrong() {
            found.push(diagnostic);
        }
        found.sorted()
    }
}

/// A range of addresses in as few prefixes as there can be.
fn prefixes(range: AddressRange) -> Vec<IpNet> {
    match (range.first, range.last) {
        (IpAddr::V4(a), IpAddr::V4(b)) => Ipv4Subnets::new(a, b, 0).map(IpNet::V4).collect(),
        (IpAddr::V6(a), IpAddr::V6(b)) => Ipv6Subnets::new(a, b, 0).map(IpNet::V6).collect(),
        _ => Vec::new(),
    }
}

fn configure(cloud: &Cloud, host: &Host) -> Setup {
    let Some(part) = HostPart::of(cloud, host) else { return managed(cloud, host) };
    let mut setup = said(&part).expect("all files are made");
    setup.stand_in = stand_in(cloud, host);
    setup
}

fn outline(cloud: &Cloud, host: &Host) -> Setup {
    let Some(part) = HostPart::of(cloud, host) else { return managed(cloud, host) };
    let bare = HostPart { whole: false, ..part };
    let mut setup = said(&bare).or_else(|| said(&part)).expect("all files are made");
    setup.entries.retain(|_, it| matches!(it, Entry::File(it) if it.by_hand));
    let Setup { people, probes, credentials, packages, users, directories, .. } = &mut setup;
    people.clear();
    users.clear();
    directories.clear();
    (*probes, *credentials, *packages) = Default::default();
    setup.processes.shrink_to_fit();
    setup
}

/// Everything that is said of a host that is ours. `None` where what files say would have to be made and is
/// not: two are said to lie at one place, or a person wrote one in place of another.
fn said(part: &HostPart<'_>) -> Option<Setup> {
    let (cloud, host) = (part.cloud, part.host);
    let (mut merging, publications) = roles(part, |role, on, out| role.configure(on, out));
    let ruleset = firewall::ruleset(part, cloud.traffic(), &publications);
    merging.add(base::firewall(part, &ruleset));
    merging.add(base::names(part));
    merging.add(clock::clock(part));
    merging.add(interfaces::interfaces(part));
    let wanted = programs::wanted(part, &merging.setup);
    merging.want(programs::UNIT, |it| programs::needs(it, &wanted.downloads));
    merging.add(programs::fetching(part, &wanted.downloads));
    let files = certificates::files(part, &merging.setup);
    merging.add(files);
    let (mut setup, bare) = merging.finish()?;
    setup.firewall = Some(ruleset);
    (setup.downloads, setup.missing) = (wanted.downloads, wanted.missing);
    let in_the_way = files::in_the_way(host, &setup, &bare);
    setup.diagnostics.extend(in_the_way);
    Some(setup)
}

/// What is said to whoever runs a host for us, and what stands in for it.
fn managed(cloud: &Cloud, host: &Host) -> Setup {
    let part = HostPart { cloud, host, system: System::Debian, whole: true };
    let (told, _) = roles(&part, |role, on, out| role.instruct(on, out));
    let (mut told, _) = told.finish().expect("all files are made");
    // That a role has nothing to say to them is the usual case.
    told.silent.clear();
    told.stand_in = stand_in(cloud, host);
    told
}

/// What stands in for what only the host itself could run.
fn stand_in(cloud: &Cloud, host: &Host) -> Option<Box<Setup>> {
    let part = HostPart { cloud, host, system: System::Debian, whole: true };
    let (said, _) = roles(&part, |role, on, out| role.stand_in(on, out));
    let runs = !said.setup.processes.is_empty();
    let (said, _) = said.finish().filter(|_| runs)?;
    Some(Box::new(said))
}

/// What the roles of a host say when they are asked for it, and what it passes on.
fn roles<'a>(
    part: &'a HostPart<'a>,
    ask: impl Fn(&dyn Role, &Linked<'_>, &mut Configuration),
) -> (Merging<'a>, Vec<Publication>) {
    let HostPart { cloud, host, system, .. } = *part;
    let deferred = &cloud.deferred;
    let mut merging = Merging::new(part);
    let mut publications = Vec::new();
    for spec in &deferred.roles[deferred.entry_of[host.id.0 as usize]].0 {
        let name = spec.kind.about.name;
        let Some(role) = host.roles.iter().find(|it| it.name == name) else { continue };
        let linked = Linked { cloud, host, role, system };
        let mut out = part.says(linked.cause());
        ask(spec.role.as_ref(), &linked, &mut out);
        if out.is_silent() {
            merging.setup.silent.push(name);
        }
        publications.append(&mut out.publications);
        merging.add(out);
    }
    (merging, publications)
}

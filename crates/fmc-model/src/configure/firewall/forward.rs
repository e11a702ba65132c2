//! What a host lets through: a router from network to network, a node to and from its pods.

use super::Making;
use super::input::Nobody;
use crate::Name;
use crate::cloud::{End, NetworkKind};
use crate::traffic::{At, Pass, network_towards};
use fmc_config::maps::IndexMap;
use fmc_config::nft::{
    Action, Addresses, Base, Chain, ChainKind, Hook, MapKey, Match, Place, Policy, PortRange,
    Protocol, Rule, Verdict, VerdictMap, Version,
};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// The map from pairs of interfaces to what may pass between them.
const PASSING: &str = "passing";

/// From whom to whom; `None` for anybody.
type Pair = (Option<Arc<Addresses>>, Option<Arc<Addresses>>);

impl Making<'_> {
    pub(super) fn forward(&mut self) {
        let base = Base { kind: ChainKind::Filter, hook: Hook::Forward, policy: Policy::Drop };
        let mut forward = Chain::new("forward", Some(base), &self.cause);
        forward.rules.push(self.by_state());
        let mut chains = Vec::new();
        self.pods(&mut forward, &mut chains);
        let mut between: IndexMap<(Name, Name), Vec<Rule>> = IndexMap::default();
        self.published(&mut between);
        self.passing(&mut between);
        // They come first: the answer to a first packet is of a connection that is known, and its
        // state would decide it.
        forward.rules.splice(0..0, self.clamped(between.keys()));
        let mut entries = Vec::new();
        for ((into, out), rules) in between {
            let (Some(from), Some(to)) = (self.interface(&into), self.interface(&out)) else {
                continue;
            };
            let mut chain = Chain::new(format!("from-{into}-to-{out}"), None, &self.cause);
            chain.rules = rules;
            let jump = Verdict::Jump(chain.name.clone());
            entries.push((vec![from, to], jump, self.cause.clone()));
            chains.push(chain);
        }
        if !entries.is_empty() {
            let by_map = Action::ByMap(MapKey::InOut, PASSING.to_owned());
            forward.rules.push(Rule::new(Vec::new(), by_map, &self.cause));
            let (name, cause) = (PASSING.to_owned(), self.cause.clone());
            self.ruleset.maps.push(VerdictMap { name, key: MapKey::InOut, entries, cause });
        }
        forward.rules.extend(self.rest("forward"));
        self.ruleset.chains.push(forward);
        self.ruleset.chains.append(&mut chains);
    }

    /// Ends of connections that pass through a tunnel of this host agree on segments that fit into it.
    /// They know nothing of it, and what would tell them (ICMP) is dropped by many on the way: then
    /// connections open, and stand still with the first full packet
    /// ([RFC 2923 §2.1](https://www.rfc-editor.org/rfc/rfc2923#section-2.1)).
    fn clamped<'n>(&self, passing: impl Iterator<Item = &'n (Name, Name)>) -> Vec<Rule> {
        let mut used: Vec<&Name> = passing.flat_map(|(into, out)| [into, out]).collect();
        if !self.own_pods().is_empty() {
            used.extend(self.part.host.nics.iter().map(|it| &it.network));
        }
        let networks = &self.part.cloud.networks;
        let tunnels = self.part.host.nics.iter().filter(|it| used.contains(&&it.network));
        let tunnels = tunnels.filter(|it| {
            networks.get(&it.network).is_some_and(|it| it.kind == NetworkKind::Wireguard)
        });
        let tunnels: Vec<String> = tunnels.map(|it| it.interface.clone()).collect();
        if tunnels.is_empty() || !self.whole {
            return Vec::new();
        }
        [Match::In(tunnels.clone()), Match::Out(tunnels)]
            .into_iter()
            .map(|by| Rule::new(vec![by, Match::BeginsTcp], Action::ClampSegments, &self.cause))
            .map(|it| it.comment("segments fit into the tunnel"))
            .collect()
    }

    /// What routers pass on.
    fn passing(&mut self, between: &mut IndexMap<(Name, Name), Vec<Rule>>) {
        let traffic = self.traffic;
        let passes = traffic.passes.get(&self.part.host.id);
        let mut known: IndexMap<(usize, &Name, &Name), Vec<&Pass>> = IndexMap::default();
        for pass in passes.into_iter().flatten() {
            known.entry((pass.flow, &pass.into, &pass.out)).or_default().push(pass);
        }
        for ((flow, into, out), passes) in known {
            let pairs = merged(passes.iter().map(|it| (it.from.clone(), it.to.clone())));
            let chain = (into.clone(), out.clone());
            for (from, to) in pairs {
                let rules = self.pair(flow, from.as_deref(), to.as_deref(), &[]);
                between.entry(chain.clone()).or_default().extend(rules);
            }
        }
    }

    /// Rules for a flow from some to others, in each version of the Internet protocol.
    fn pair(
        &mut self,
        flow: usize,
        from: Option<&Addresses>,
        to: Option<&Addresses>,
        first: &[Match],
    ) -> Vec<Rule> {
        let mut rules = Vec::new();
        for version in [Version::V4, Version::V6] {
            let Ok(from) = self.from(flow, from, version) else { continue };
            let Ok(to) = self.to(flow, to, version) else { continue };
            let matches: Vec<Match> = first.iter().cloned().chain(from).chain([to]).collect();
            rules.extend(self.accept(flow, matches));
        }
        rules
    }

    /// To whom a flow goes, in one version; out of everything that is inside where to the Internet.
    fn to(
        &mut self,
        flow: usize,
        to: Option<&Addresses>,
        version: Version,
    ) -> Result<Match, Nobody> {
        let Some(all) = to else {
            let inside = self.traffic.inside.only(version);
            return if inside.is_empty() {
                Err(Nobody)
            } else {
                let cause = self.cause.clone();
                Ok(Match::To(self.sets.all_but(inside, "inside", &cause)))
            };
        };
        let own = all.only(version);
        if own.is_empty() {
            return Err(Nobody);
        }
        let (cloud, cause) = (self.part.cloud, self.because(flow));
        Ok(Match::To(self.sets.place(cloud, own, &cloud.flows[flow].to, &cause)))
    }

    /// What was taken in at a public address and goes on to somebody behind.
    fn published(&mut self, between: &mut IndexMap<(Name, Name), Vec<Rule>>) {
        let (traffic, id) = (self.traffic, self.part.host.id);
        let publications = self.publications;
        for publication in publications {
            let arrivals = traffic.arrivals.iter();
            let own =
                arrivals.filter(|it| it.flow == publication.arriving && it.hosts.contains(id));
            for arrival in own {
                for target in &publication.targets {
                    let Some(out) = network_towards(self.part.cloud, self.part.host, *target)
                    else {
                        continue;
                    };
                    let to = Addresses::of([*target]);
                    let chain = (arrival.network.clone(), out.clone());
                    let first = [Match::DestinationRewritten];
                    let rules =
                        self.pair(publication.arriving, arrival.from.as_deref(), Some(&to), &first);
                    between.entry(chain).or_default().extend(rules);
                }
            }
        }
    }

    /// What a node lets through to its pods and from them. The interfaces of pods are those of the
    /// container runtime, so they are told apart by not being ours.
    fn pods(&mut self, forward: &mut Chain, chains: &mut Vec<Chain>) {
        let own = self.own_pods();
        if own.is_empty() {
            return;
        }
        let from = self.begun_by_pods();
        let to = self.meant_for_pods();
        let ports = self.node_ports();
        let interfaces = self.interfaces();
        // It serves these ports wherever it is met, be it at an address that it has for a time.
        let vips = self.part.cloud.vips.values().filter(|it| it.hosts.contains(self.part.host.id));
        let vips = vips.flat_map(|it| it.addresses.iter().copied());
        let host = Addresses::of(self.part.host.addresses().chain(vips));
        // What pods say to a service is rewritten too: it was met at an address of nobody.
        let at_host = |version| Some(host.only(version)).filter(|it| !it.is_empty());
        for version in own.versions() {
            let pods = own.only(version);
            let place = || Place::Literal(pods.clone());
            let jump = |chain: &Chain| Action::Verdict(Verdict::Jump(chain.name.clone()));
            let leaving = vec![Match::NotIn(interfaces.clone()), Match::From(place())];
            let arriving = vec![Match::In(interfaces.clone()), Match::To(place())];
            // Who may reach pods may not for that reason reach them at ports of this host, which only a
            // flow opens: they were met at an address of the host, and are its to let in. No flow leads
            // from pods to an app.
            let rest =
                |met: &[Match]| self.rest("forward").map(|it| Rule { matches: met.to_vec(), ..it });
            if let Some(host) = at_host(version) {
                let met = vec![Match::DestinationRewritten, Match::OriginallyTo(host)];
                forward.rules.extend(rest(&[leaving.clone(), met].concat()));
            }
            let met = [arriving.clone(), vec![Match::DestinationRewritten]].concat();
            if !ports.rules.is_empty() {
                forward.rules.push(Rule::new(met.clone(), jump(&ports), &self.cause));
            }
            forward.rules.extend(rest(&met));
            forward.rules.push(Rule::new(leaving, jump(&from), &self.cause));
            forward.rules.push(Rule::new(arriving, jump(&to), &self.cause));
        }
        if !ports.rules.is_empty() {
            let jump = Action::Verdict(Verdict::Jump(ports.name.clone()));
            forward.rules.push(Rule::new(vec![Match::DestinationRewritten], jump, &self.cause));
            chains.push(ports);
        }
        chains.extend([from, to]);
    }

    fn begun_by_pods(&mut self) -> Chain {
        let id = self.part.host.id;
        let mut chain = Chain::new("from-own-pods", None, &self.cause);
        let traffic = self.traffic;
        let mut known: IndexMap<(usize, &Name), Vec<Pair>> = IndexMap::default();
        for it in traffic.departures.iter().filter(|it| it.hosts.contains(id)) {
            known.entry((it.flow, &it.network)).or_default().push((None, it.to.clone()));
        }
        for ((flow, network), pairs) in known {
            let Some(interface) = self.interface(network) else { continue };
            for (_, to) in merged(pairs.into_iter()) {
                let first = [Match::Out(vec![interface.clone()])];
                chain.rules.extend(self.pair(flow, None, to.as_deref(), &first));
            }
        }
        // From pod to pod on this very host.
        let own = self.own_pods();
        for (index, flow) in self.part.cloud.flows.iter().enumerate() {
            if let (End::Pods(from), End::Pods(to)) = (&flow.from, &flow.to)
                && from.contains(id)
                && to.contains(id)
            {
                chain.rules.extend(self.pair(index, None, Some(&own), &[]));
            }
        }
        chain
    }

    fn meant_for_pods(&mut self) -> Chain {
        let id = self.part.host.id;
        let mut chain = Chain::new("to-own-pods", None, &self.cause);
        let traffic = self.traffic;
        let mut known: IndexMap<(usize, &Name), Vec<Pair>> = IndexMap::default();
        let here = |it: &&crate::traffic::Arrival| it.at == At::Pods && it.hosts.contains(id);
        for it in traffic.arrivals.iter().filter(here) {
            known.entry((it.flow, &it.network)).or_default().push((it.from.clone(), None));
        }
        for ((flow, network), pairs) in known {
            let Some(interface) = self.interface(network) else { continue };
            for (from, _) in merged(pairs.into_iter()) {
                let own = self.own_pods();
                let first = [Match::In(vec![interface.clone()])];
                chain.rules.extend(self.pair(flow, from.as_deref(), Some(&own), &first));
            }
        }
        chain
    }

    /// Ports of this host behind which pods serve: the service proxy rewrites their destination to a
    /// pod before any of these rules sees it, so they ask for the one that it had before.
    fn node_ports(&mut self) -> Chain {
        let (host, id) = (self.part.host, self.part.host.id);
        let mut chain = Chain::new("node-ports", None, &self.cause);
        let traffic = self.traffic;
        for arrival in
            traffic.arrivals.iter().filter(|it| it.at == At::Own && it.hosts.contains(id))
        {
            let ports = self.served(arrival.flow);
            let Some(nic) = host.nic(&arrival.network).filter(|_| !ports.is_empty()) else {
                continue;
            };
            let addresses: Vec<IpAddr> = nic.addresses.iter().map(IpNet::addr).collect();
            let interface = nic.interface.clone();
            for version in [Version::V4, Version::V6] {
                let own = Addresses::of(addresses.iter().copied()).only(version);
                let Ok(from) = self.from(arrival.flow, arrival.from.as_deref(), version) else {
                    continue;
                };
                if own.is_empty() {
                    continue;
                }
                let met = [
                    Match::Protocol(Protocol(6)),
                    Match::OriginallyTo(own),
                    Match::OriginallyToPorts(ports.clone()),
                ];
                let by = [Match::In(vec![interface.clone()])].into_iter().chain(from);
                let accept = Action::Verdict(Verdict::Accept);
                let cause = self.because(arrival.flow);
                let rule = Rule::new(by.chain(met).collect(), accept, &cause);
                chain.rules.push(rule.comment(&self.flow(arrival.flow).id));
            }
        }
        chain
    }

    /// The ports of a flow at which pods of this host serve.
    fn served(&self, flow: usize) -> Vec<PortRange> {
        let id = self.part.host.id;
        let served = self.flow(flow).ports.iter().filter(|ports| {
            let mut apps = self.part.cloud.apps.values();
            apps.any(|it| it.hosts.contains(id) && (ports.first..=ports.last).contains(&it.port))
        });
        served.map(|it| PortRange { first: it.first, last: it.last }).collect()
    }
}

/// Joins pairs: those with one source become one with all their destinations, and then those with
/// one destination become one with all their sources.
fn merged(pairs: impl Iterator<Item = Pair>) -> Vec<Pair> {
    let mut by_from: IndexMap<Option<Arc<Addresses>>, Option<Arc<Addresses>>> = IndexMap::default();
    for (from, to) in pairs {
        by_from.entry(from).and_modify(|all| *all = union(all.take(), to.clone())).or_insert(to);
    }
    let mut by_to: IndexMap<Option<Arc<Addresses>>, Option<Arc<Addresses>>> = IndexMap::default();
    for (from, to) in by_from {
        by_to.entry(to).and_modify(|all| *all = union(all.take(), from.clone())).or_insert(from);
    }
    by_to.into_iter().map(|(to, from)| (from, to)).collect()
}

fn union(a: Option<Arc<Addresses>>, b: Option<Arc<Addresses>>) -> Option<Arc<Addresses>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Arc::new(a.union(&b))),
        _ => None,
    }
}

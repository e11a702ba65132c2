//! What a host lets in for itself.

use super::{Making, by_protocol};
use crate::cloud::{End, Verdict as Written};
use crate::traffic::{At, addresses_of};
use crate::{Name, Protocol};
use fmc_config::maps::IndexMap;
use fmc_config::nft::{
    Action, Addresses, Base, Chain, ChainKind, Hook, IcmpType, MapKey, Match, Place, Policy, Rule,
    Verdict, VerdictMap, Version,
};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where members of a VRRP group hear each other if they do not send to each one
/// (RFC 9568 §5.1.1.2 and §5.1.2.2).
const VRRP_GROUPS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(224, 0, 0, 18)),
    IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12)),
];

/// Echo requests that are answered in a second: people may ping, nobody may flood.
const PINGS_PER_SECOND: u32 = 20;

/// The map from interfaces to what may come in by each.
const ARRIVING: &str = "arriving";

/// Without these, no host of version 6 finds another
/// ([RFC 4890 §4.4.1](https://www.rfc-editor.org/rfc/rfc4890#section-4.4.1)).
const NEIGHBOURS: [IcmpType; 5] = [
    IcmpType("nd-router-solicit"),
    IcmpType("nd-router-advert"),
    IcmpType("nd-neighbor-solicit"),
    IcmpType("nd-neighbor-advert"),
    IcmpType("mld-listener-query"),
];

impl Making<'_> {
    pub(super) fn input(&mut self) {
        let base = Base { kind: ChainKind::Filter, hook: Hook::Input, policy: Policy::Drop };
        let mut input = Chain::new("input", Some(base), &self.cause);
        let accept = || Action::Verdict(Verdict::Accept);
        let rule = |matches: Vec<Match>| Rule::new(matches, accept(), &self.cause);
        let ping = vec![IcmpType("echo-request")];
        input.rules.extend([
            self.by_state(),
            rule(vec![Match::In(vec!["lo".to_owned()])]),
            rule(vec![Match::Icmp(ping.clone())]).limited(PINGS_PER_SECOND, PINGS_PER_SECOND),
            rule(vec![Match::Icmpv6(NEIGHBOURS.into())]),
            rule(vec![Match::Icmpv6(ping)]).limited(PINGS_PER_SECOND, PINGS_PER_SECOND),
        ]);
        input.rules.extend(self.by_hand());
        let mut chains: Vec<Chain> = self.own_pods_in().into_iter().collect();
        for version in self.own_pods().versions().filter(|_| !chains.is_empty()) {
            let pods = self.own_pods().only(version);
            let from = Match::From(Place::Literal(pods));
            let jump = Action::Verdict(Verdict::Jump(chains[0].name.clone()));
            input.rules.push(Rule::new(
                vec![Match::NotIn(self.interfaces()), from],
                jump,
                &self.cause,
            ));
        }
        let mut entries = Vec::new();
        for (network, rules) in self.arrivals() {
            let Some(interface) = self.interface(&network) else { continue };
            let mut chain = Chain::new(format!("in-{network}"), None, &self.cause);
            chain.rules = rules;
            let jump = Verdict::Jump(chain.name.clone());
            entries.push((vec![interface], jump, self.cause.clone()));
            chains.push(chain);
        }
        if !entries.is_empty() {
            input.rules.push(Rule::new(
                Vec::new(),
                Action::ByMap(MapKey::In, ARRIVING.to_owned()),
                &self.cause,
            ));
            self.ruleset.maps.push(VerdictMap {
                name: ARRIVING.to_owned(),
                key: MapKey::In,
                entries,
                cause: self.cause.clone(),
            });
        }
        input.rules.extend(self.rest("input"));
        self.ruleset.chains.push(input);
        self.ruleset.chains.append(&mut chains);
    }

    /// Rules that a person wrote, which come before the derived ones.
    fn by_hand(&mut self) -> Vec<Rule> {
        let mut rules = Vec::new();
        for written in &self.part.host.firewall {
            let cause = fmc_config::Cause::new(written.origin.place, "firewall");
            let verdict = match written.verdict {
                Written::Accept => Verdict::Accept,
                Written::Drop => Verdict::Drop,
            };
            let mut sources: Vec<Option<Match>> = Vec::new();
            for end in &written.ends {
                let Some(addresses) = addresses_of(self.part.cloud, end) else {
                    sources.push(None);
                    continue;
                };
                for version in addresses.versions() {
                    let place =
                        self.sets.place(self.part.cloud, addresses.only(version), end, &cause);
                    sources.push(Some(Match::From(place)));
                }
            }
            // A rule from people who are not there is for nobody; one without people is for all.
            if written.from.is_empty() {
                sources.push(None);
            }
            let ports =
                if written.ports.is_empty() { vec![None] } else { by_protocol(&written.ports) };
            for source in &sources {
                for ports in &ports {
                    let matches = source.iter().chain(ports).cloned().collect();
                    let action = Action::Verdict(verdict.clone());
                    let comment = written.reason.as_deref().unwrap_or("written by hand");
                    rules.push(Rule::new(matches, action, &cause).comment(comment));
                }
            }
        }
        rules
    }

    /// What may come in, by the network from which it comes.
    fn arrivals(&mut self) -> IndexMap<Name, Vec<Rule>> {
        let (host, id) = (self.part.host, self.part.host.id);
        let traffic = self.traffic;
        let mut known: IndexMap<(usize, &Name, Option<&Name>), Option<Addresses>> =
            IndexMap::default();
        for arrival in traffic.arrivals.iter().filter(|it| it.hosts.contains(id)) {
            let vip = match &arrival.at {
                At::Pods => continue,
                At::Own => None,
                At::Vip(name) => Some(name),
            };
            // What is passed on at once never comes in.
            if self.publications.iter().any(|it| it.arriving == arrival.flow) {
                continue;
            }
            let from = arrival.from.as_deref();
            known
                .entry((arrival.flow, &arrival.network, vip))
                .and_modify(|all| {
                    *all = match (all.take(), from) {
                        (Some(a), Some(b)) => Some(a.union(b)),
                        _ => None,
                    }
                })
                .or_insert_with(|| from.cloned());
        }
        let mut rules: IndexMap<Name, Vec<Rule>> = IndexMap::default();
        for ((flow, network, vip), from) in known {
            let at: Vec<IpAddr> = if let Some(vip) = vip.and_then(|it| self.part.cloud.vips.get(it))
            {
                vip.addresses.clone()
            } else {
                let nic = host.nic(network).into_iter();
                nic.flat_map(|it| it.addresses.iter().map(IpNet::addr)).collect()
            };
            let vrrp = self.flow(flow).ports.iter().any(|it| it.protocol == Protocol::Vrrp);
            for version in [Version::V4, Version::V6] {
                let mut own: Vec<IpAddr> =
                    at.iter().copied().filter(|it| Version::of(*it) == version).collect();
                if own.is_empty() {
                    continue;
                }
                if vrrp {
                    own.push(VRRP_GROUPS[usize::from(version == Version::V6)]);
                }
                let own = Match::To(Place::Literal(Addresses::of(own)));
                let matches = match self.from(flow, from.as_ref(), version) {
                    Ok(from) => from.into_iter().chain([own]).collect::<Vec<_>>(),
                    Err(Nobody) => continue,
                };
                rules.entry(network.clone()).or_default().extend(self.accept(flow, matches));
            }
        }
        rules
    }

    /// What the pods of this host may reach of the host itself: it comes by no interface of ours.
    fn own_pods_in(&self) -> Option<Chain> {
        let (host, id) = (self.part.host, self.part.host.id);
        let mut chain = Chain::new("in-own-pods", None, &self.cause);
        for (index, flow) in self.part.cloud.flows.iter().enumerate() {
            let (End::Pods(from), End::Hosts(to)) = (&flow.from, &flow.to) else { continue };
            if !from.contains(id) || !to.contains(id) {
                continue;
            }
            let own = Addresses::of(host.addresses());
            for version in self.own_pods().versions() {
                let own = own.only(version);
                if !own.is_empty() {
                    chain.rules.extend(self.accept(index, vec![Match::To(Place::Literal(own))]));
                }
            }
        }
        (!chain.rules.is_empty()).then_some(chain)
    }

    /// From whom a flow comes, in one version; no match where from anybody.
    pub(super) fn from(
        &mut self,
        flow: usize,
        from: Option<&Addresses>,
        version: Version,
    ) -> Result<Option<Match>, Nobody> {
        let Some(all) = from else { return Ok(None) };
        let own = all.only(version);
        if own.is_empty() {
            return Err(Nobody);
        }
        let (cloud, cause) = (self.part.cloud, self.because(flow));
        Ok(Some(Match::From(self.sets.place(cloud, own, &cloud.flows[flow].from, &cause))))
    }
}

/// Nobody comes from there in this version of the Internet protocol.
pub(super) struct Nobody;

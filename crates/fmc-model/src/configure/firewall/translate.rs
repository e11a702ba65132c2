//! Where addresses are rewritten: published ports to who serves behind, and inner addresses to the
//! router's own where nobody beyond knows the way back.

use super::{Making, by_protocol};
use crate::Name;
use crate::cloud::NetworkKind;
use crate::traffic::network_towards;
use fmc_config::Cause;
use fmc_config::maps::IndexMap;
use fmc_config::nft::{
    Action, Addresses, Base, Chain, ChainKind, Hook, Match, Place, Policy, Rule, Version,
};
use ipnet::IpNet;
use std::net::IpAddr;

impl Making<'_> {
    pub(super) fn translate(&mut self) {
        let base = |hook| Base { kind: ChainKind::Nat, hook, policy: Policy::Accept };
        let mut before = Chain::new("prerouting", Some(base(Hook::Prerouting)), &self.cause);
        let mut after = Chain::new("postrouting", Some(base(Hook::Postrouting)), &self.cause);
        self.publish(&mut before, &mut after);
        self.masquerade(&mut after);
        for chain in [before, after] {
            if !chain.rules.is_empty() {
                self.ruleset.chains.push(chain);
            }
        }
    }

    fn publish(&mut self, before: &mut Chain, after: &mut Chain) {
        let (traffic, host) = (self.traffic, self.part.host);
        let publications = self.publications;
        for publication in publications {
            let flow = publication.arriving;
            let arrivals = traffic.arrivals.iter();
            for arrival in arrivals.filter(|it| it.flow == flow && it.hosts.contains(host.id)) {
                let Some(nic) = host.nic(&arrival.network) else { continue };
                let (interface, own) = (nic.interface.clone(), nic.addresses.clone());
                for version in [Version::V4, Version::V6] {
                    let at: Vec<IpAddr> = own
                        .iter()
                        .map(IpNet::addr)
                        .filter(|it| Version::of(*it) == version)
                        .collect();
                    let of_version = |it: &&IpAddr| Version::of(**it) == version;
                    let targets: Vec<IpAddr> =
                        publication.targets.iter().filter(of_version).copied().collect();
                    let Ok(from) = self.from(flow, arrival.from.as_deref(), version) else {
                        continue;
                    };
                    if at.is_empty() || targets.is_empty() {
                        continue;
                    }
                    let at = Match::To(Place::Literal(Addresses::of(at)));
                    for ports in by_protocol(&self.flow(flow).ports) {
                        let came = Match::In(vec![interface.clone()]);
                        let matches =
                            [came].into_iter().chain(from.clone()).chain([at.clone()]).chain(ports);
                        let action = Action::RewriteDestination(targets.clone(), None);
                        let rule = Rule::new(matches.collect(), action, &self.because(flow));
                        before.rules.push(rule.comment(&self.flow(flow).id));
                    }
                    self.answered_here(publication.onward, &targets, after);
                }
            }
        }
    }

    /// What was passed on comes from this host, as the flow behind says; otherwise the answer would
    /// leave by another line.
    fn answered_here(&mut self, onward: usize, targets: &[IpAddr], after: &mut Chain) {
        let mut by_network: IndexMap<&Name, Vec<IpAddr>> = IndexMap::default();
        for target in targets {
            if let Some(network) = network_towards(self.part.cloud, self.part.host, *target) {
                by_network.entry(network).or_default().push(*target);
            }
        }
        let cause = self.because(onward);
        for (network, targets) in by_network {
            let Some(interface) = self.interface(network) else { continue };
            let to = Match::To(Place::Literal(Addresses::of(targets)));
            for ports in by_protocol(&self.flow(onward).ports) {
                let out = Match::Out(vec![interface.clone()]);
                let matches =
                    [out, Match::DestinationRewritten, to.clone()].into_iter().chain(ports);
                let rule = Rule::new(matches.collect(), Action::Masquerade, &cause);
                let rule = rule.comment(&self.flow(onward).id);
                if !after.rules.contains(&rule) {
                    after.rules.push(rule);
                }
            }
        }
    }

    /// What leaves for the Internet leaves with the address of the uplink.
    fn masquerade(&mut self, after: &mut Chain) {
        let (traffic, host) = (self.traffic, self.part.host);
        let mut leaving: IndexMap<&Name, Addresses> = IndexMap::default();
        for pass in traffic.passes.get(&host.id).into_iter().flatten().filter(|it| it.leaves) {
            let Some(from) = &pass.from else { continue };
            let entry = leaving.entry(&pass.out).or_default();
            *entry = entry.union(from);
        }
        let own = self.own_pods();
        for it in traffic.departures.iter().filter(|it| it.leaves && it.hosts.contains(host.id)) {
            let entry = leaving.entry(&it.network).or_default();
            *entry = entry.union(&own);
        }
        for (network, from) in leaving {
            let Some(nic) = host.nic(network) else { continue };
            let (interface, cause) =
                (nic.interface.clone(), Cause::new(nic.origin.place, "firewall"));
            let public = self
                .part
                .cloud
                .networks
                .get(network)
                .is_some_and(|it| it.kind == NetworkKind::Public);
            for version in from.versions() {
                // A public address of version 6 needs nobody to stand in for it.
                if public && version == Version::V6 && !self.inside_holds(&from.only(version)) {
                    continue;
                }
                let from = from.only(version);
                let inside = self.traffic.inside.only(version);
                let inside = self.sets.all_but(inside, "inside", &self.cause);
                let from = self.sets.named(from, |_| format!("behind-{network}"), &cause);
                let matches =
                    vec![Match::Out(vec![interface.clone()]), Match::From(from), Match::To(inside)];
                let rule = Rule::new(matches, Action::Masquerade, &cause);
                after.rules.push(rule.comment("leaves with the address of the uplink"));
            }
        }
    }

    /// Whether addresses are those of networks inside.
    fn inside_holds(&self, addresses: &Addresses) -> bool {
        addresses.ranges().all(|it| self.traffic.inside.contains(it.first))
    }
}

//! The firewalls of the founding cloud: every accept has its flow, every flow has its accepts, and
//! the rest is dropped.

use super::founding;
use fmc_config::nft::{Action, Hook, Match, Place, Policy, Rule, Ruleset, Verdict};
use fmc_model::cloud::{End, Flow};
use fmc_model::{Cloud, Protocol};
use std::collections::BTreeSet;

fn rules<'c>(cloud: &'c Cloud, host: &str) -> &'c Ruleset {
    cloud.setup(cloud.hosts[host].id).firewall.as_ref().expect("a firewall")
}

fn every_rule(cloud: &Cloud) -> impl Iterator<Item = (&str, &str, &Rule)> {
    let ours = cloud.hosts.values().filter(|it| !it.managed);
    ours.flat_map(move |host| {
        let chains = rules(cloud, host.name.as_str()).chains.iter();
        chains.flat_map(move |chain| {
            chain.rules.iter().map(move |it| (host.name.as_str(), chain.name.as_str(), it))
        })
    })
}

#[test]
fn every_host_drops_what_no_rule_accepts() {
    let cloud = founding().cloud;
    for host in cloud.hosts.values().filter(|it| !it.managed) {
        let ruleset = rules(&cloud, host.name.as_str());
        for hook in [Hook::Input, Hook::Forward] {
            let chain = ruleset.chains.iter().find(|it| it.base.is_some_and(|it| it.hook == hook));
            let chain = chain.unwrap_or_else(|| panic!("{}: {hook:?}", host.name));
            assert_eq!(chain.base.map(|it| it.policy), Some(Policy::Drop), "{}", host.name);
            let [.., log, last] = chain.rules.as_slice() else { panic!("{}", host.name) };
            assert!(log.limit.is_some() && log.log.is_some(), "{}", host.name);
            assert!(last.counter && last.action == Action::Verdict(Verdict::Drop), "{}", host.name);
        }
    }
}

/// Rules that accept without a flow: what every host has, and nothing else.
#[test]
fn every_accept_is_that_of_a_flow() {
    let cloud = founding().cloud;
    let flows: BTreeSet<&str> = cloud.flows.iter().map(|it| it.id.as_str()).collect();
    for (host, chain, rule) in every_rule(&cloud) {
        if rule.action != Action::Verdict(Verdict::Accept) {
            continue;
        }
        let base =
            matches!(rule.matches.as_slice(), [Match::Icmp(_) | Match::Icmpv6(_) | Match::In(_)]);
        if chain == "input" && base {
            continue;
        }
        let comment = rule.comment.as_deref().unwrap_or_default();
        assert!(flows.contains(comment), "{host} {chain}: {rule:?}");
        assert_eq!(rule.cause.through.as_deref(), Some(comment), "{host} {chain}");
    }
}

/// A flow between hosts of ours is let in by somebody; one to the Internet leaves by a router, unless
/// who begins it is on the Internet itself.
#[test]
fn every_flow_is_let_through() {
    let cloud = founding().cloud;
    let accepted: BTreeSet<&str> =
        every_rule(&cloud).filter_map(|it| it.2.comment.as_deref()).collect();
    let ours = |hosts: &fmc_model::cloud::HostSet| hosts.iter().any(|it| !cloud.host(it).managed);
    let needs_a_rule = |flow: &Flow| match &flow.to {
        End::Hosts(hosts) => ours(hosts),
        End::Pods(_) | End::Vip(_) => true,
        End::Internet(_) => match &flow.from {
            // The hypervisor and the VPS send by themselves, and nobody of ours is on their way.
            End::Hosts(hosts) => hosts.iter().any(|it| cloud.host(it).runs_on.is_some()),
            _ => true,
        },
        End::Outside(_) | End::Network(_) => false,
    };
    let missing: Vec<&str> = cloud
        .flows
        .iter()
        .filter(|it| needs_a_rule(it) && !accepted.contains(it.id.as_str()))
        .map(|it| it.id.as_str())
        .collect();
    // Traefik stands behind the edge: who proves the names comes by the way of the visitors.
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn visitors_are_let_in_from_the_edge_alone_and_answered_by_the_tunnel() {
    let cloud = founding().cloud;
    let ruleset = rules(&cloud, "vps");
    let before = ruleset.chain("prerouting").expect("a chain");
    let ingress = "10.17.3.30".parse().unwrap();
    for rule in &before.rules {
        assert_eq!(rule.action, Action::RewriteDestination(vec![ingress], None));
        let from = rule.matches.iter().find_map(|it| match it {
            Match::From(Place::Set(_, name)) => ruleset.set(name),
            _ => None,
        });
        let from = &from.expect("the ranges of the edge").addresses;
        assert!(from.contains("173.245.48.1".parse().unwrap()));
        assert!(!from.contains("203.0.113.7".parse().unwrap()));
    }
    assert_eq!(before.rules.len(), 2);
    let after = &ruleset.chain("postrouting").expect("a chain").rules;
    assert!(after.iter().all(|it| it.action == Action::Masquerade));
    assert!(after.iter().all(|it| it.matches.contains(&Match::Out(vec!["wg0".to_owned()]))));
}

#[test]
fn only_members_hear_vrrp_and_no_router_passes_it_on() {
    let cloud = founding().cloud;
    let vrrp: Vec<&str> = cloud
        .flows
        .iter()
        .filter(|it| it.ports.iter().any(|it| it.protocol == Protocol::Vrrp))
        .map(|it| it.id.as_str())
        .collect();
    let hosts: BTreeSet<&str> = every_rule(&cloud)
        .filter(|it| it.2.comment.as_deref().is_some_and(|id| vrrp.contains(&id)))
        .map(|it| it.0)
        .collect();
    assert_eq!(hosts, BTreeSet::from(["k8s-api-lb", "loadbalancer1", "loadbalancer2"]));
}

#[test]
fn the_router_hides_inner_addresses_on_the_uplink_alone() {
    let cloud = founding().cloud;
    let rules = &rules(&cloud, "physical1").chain("postrouting").expect("a chain").rules;
    let [rule] = rules.as_slice() else { panic!("{rules:?}") };
    assert_eq!(rule.action, Action::Masquerade);
    assert!(rule.matches.contains(&Match::Out(vec!["enp3s0f0".to_owned()])));
    // What stays inside keeps its address, or the hosts of the LAN could not tell who asks.
    assert!(rule.matches.iter().any(|it| matches!(it, Match::To(Place::NotSet(..)))));
}

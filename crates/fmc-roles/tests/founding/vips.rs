//! Virtual addresses: who holds them in which order, that they really move, and how fast.

use crate::{EXAMPLES, FOUNDING, example, founding};
use fmc_model::cloud::Vip;

fn members(vip: &Vip) -> Vec<String> {
    let members = vip.members.iter();
    members
        .map(|it| format!("{} {} {:+} {}", it.host, it.priority, it.weight, it.interface))
        .collect()
}

#[test]
fn the_two_groups_of_the_founding_cloud() {
    let cloud = founding().cloud;
    assert_eq!(cloud.vips.len(), 2);
    let api = &cloud.vips["api"];
    assert_eq!((api.vrid, api.serves.as_deref()), (51, Some("control-plane")));
    assert_eq!(api.network.as_ref().map(fmc_model::Name::as_str), Some("api"));
    assert_eq!(
        members(api),
        ["k8s-api-lb 120 -30 eth0", "loadbalancer1 110 -30 eth1", "loadbalancer2 100 -30 eth1"]
    );
    let ingress = &cloud.vips["ingress"];
    assert_eq!((ingress.vrid, ingress.serves.as_deref()), (52, Some("traefik")));
    assert_eq!(ingress.network.as_ref().map(fmc_model::Name::as_str), Some("infra"));
    assert_eq!(members(ingress), ["loadbalancer1 110 -20 eth0", "loadbalancer2 100 -20 eth0"]);
}

#[test]
fn the_groups_of_the_other_examples() {
    let drawn = example("as-drawn.yaml").cloud;
    let expected: [(&str, &[&str]); 1] = [("api", &["k8s-api-lb 100 -10 eth0"])];
    assert_eq!(drawn.vips.len(), expected.len());
    for (name, expected) in expected {
        assert_eq!(members(&drawn.vips[name]), expected);
    }
    let deployed = example("as-deployed.yaml").cloud;
    assert_eq!(
        members(&deployed.vips["api"]),
        ["k8s-api-lb2 110 -10 eth0", "k8s-api-lb 100 -10 eth0"]
    );
    let sites = example("two-sites.yaml").cloud;
    let both = ["balancer-east 110 -20 eth0", "balancer-west 100 -20 eth0"];
    for vip in sites.vips.values() {
        assert_eq!(members(vip), both);
        assert_eq!(vip.addresses.len(), 2, "one address for each version");
    }
    assert_eq!(sites.vips.values().map(|it| it.vrid).collect::<Vec<_>>(), [51, 52]);
}

#[test]
fn a_failed_check_puts_the_holder_below_everybody_who_is_well() {
    for (name, _) in EXAMPLES.into_iter().filter(|it| it.0 != "as-deployed.yaml") {
        for vip in example(name).cloud.vips.values() {
            // Whoever of them fails, in whatever order: the best of the others has the address.
            for failed in 0..1_u32 << vip.members.len() {
                let is_well = |rank: usize| failed >> rank & 1 == 0;
                let effective = vip.members.iter().enumerate().map(|(rank, it)| {
                    let weight = if is_well(rank) { it.weight.max(0) } else { it.weight.min(0) };
                    (i32::from(it.priority) + i32::from(weight), rank)
                });
                let holder = effective.max().map(|it| it.1).expect("a member");
                let first_well = (0..vip.members.len()).find(|it| is_well(*it));
                if let Some(first) = first_well {
                    assert_eq!(holder, first, "{name}: {}: {failed:b} failed", vip.name);
                }
            }
        }
    }
}

#[test]
fn the_deployed_group_ties_instead_of_moving() {
    let cloud = example("as-deployed.yaml").cloud;
    let group = &cloud.vips["api"].members;
    let failed = i32::from(group[0].priority) + i32::from(group[0].weight);
    assert_eq!(failed, i32::from(group[1].priority));
}

#[test]
fn an_address_is_gone_no_longer_than_was_promised() {
    let mut promised = 0;
    for (name, _) in EXAMPLES {
        for vip in example(name).cloud.vips.values() {
            let Some(slo) = vip.slo else { continue };
            promised += 1;
            let timers = vip.timers;
            let (advert, fall) = (timers.advert.0, u64::from(timers.fall));
            let slowest = vip.members.iter().map(|it| u64::from(it.priority)).min().expect("one");
            // Three adverts and the skew of the lowest priority (RFC 9568 §6.1), after the checks
            // that notice a dead service on a living host.
            let skew = (256 - slowest) * advert / 256;
            let noticed = fall * timers.interval.0 + timers.timeout.0;
            let gone = 3 * advert + skew + noticed;
            assert!(gone <= slo.0, "{name}: {}: {gone} ms of {slo}", vip.name);
            assert!(advert > 0 && advert % 10 == 0, "hundredths of a second: {}", timers.advert);
        }
    }
    assert_eq!(promised, 4, "two in {FOUNDING}, two in two-sites.yaml");
}

#[test]
fn every_member_answers_for_what_it_holds() {
    for (name, _) in EXAMPLES {
        let cloud = example(name).cloud;
        for vip in cloud.vips.values() {
            let network = vip.network.as_ref().expect("a network");
            for member in &vip.members {
                let host = &cloud.hosts[&member.host];
                let nic = host.nic(network).expect("an interface in the segment");
                assert_eq!(nic.interface, member.interface, "{name}");
                let serves = vip.serves.as_deref().is_some_and(|it| host.has_role(it));
                assert!(serves || host.has_role("haproxy"), "{name}: {}", host.name);
            }
        }
    }
}

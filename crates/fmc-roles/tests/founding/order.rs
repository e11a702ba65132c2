//! In which order everything starts: nothing before what it needs, and nothing twice.

use crate::{EXAMPLES, FOUNDING, example, founding};
use fmc_model::Cloud;
use fmc_model::cloud::Step;
use std::collections::BTreeSet;

/// The steps at which a role (`host` for the machine) starts on hosts that have `host` among them;
/// all steps of the role where that is empty.
fn steps<'c>(cloud: &'c Cloud, role: &str, host: &str) -> Vec<&'c Step> {
    let at = |it: &&Step| host.is_empty() || it.hosts.names().any(|it| it.as_str() == host);
    let found: Vec<&Step> = cloud.order.iter().filter(|it| it.role == role).filter(at).collect();
    assert!(!found.is_empty(), "{role} {host} never starts");
    found
}

/// Whether a step waits for another, directly or by others.
fn waits_for(cloud: &Cloud, step: &Step, other: usize) -> bool {
    step.waits
        .iter()
        .any(|it| it.step == other || waits_for(cloud, &cloud.order[it.step - 1], other))
}

/// Who starts, on which host, after whom, on which host, and why. Empty means any host.
#[rustfmt::skip]
const NEEDS: &[(&str, &str, &str, &str, &str)] = &[
    ("host", "infra-cluster", "router", "physical1", "a guest needs a network that routes"),
    ("host", "infra-cluster", "hypervisor", "physical1", "a guest needs a machine"),
    ("host", "infra-cluster", "wireguard", "physical1", "the uplink is whole before guests use it"),
    ("coredns", "", "host", "infra-cluster", "a role needs its host"),
    ("chrony", "", "coredns", "", "servers of time have names"),
    ("host", "bastion1", "coredns", "", "resolvers are there at the first boot"),
    ("host", "loadbalancer1", "chrony", "", "clocks are right before certificates are checked"),
    ("host", "master1", "coredns", "", "resolvers are there at the first boot"),
    ("host", "master1", "chrony", "", "clocks are right before etcd"),
    ("host", "worker3", "chrony", "", "clocks are right before certificates are checked"),
    ("host", "storage1", "coredns", "", "resolvers are there at the first boot"),
    ("host", "postgresql1", "chrony", "", "resolvers and clocks at the first boot"),
    ("haproxy", "", "host", "k8s-api-lb", "a role needs its host"),
    ("keepalived", "", "host", "k8s-api-lb", "a role needs its host"),
    ("keepalived", "", "host", "loadbalancer2", "the peers of the group are there too"),
    ("etcd", "", "chrony", "", "members compare clocks"),
    ("control-plane", "", "etcd", "", "the API keeps its state there"),
    ("control-plane", "", "haproxy", "", "the one address answers before others join by it"),
    ("control-plane", "", "keepalived", "", "the one address answers before others join by it"),
    ("worker", "", "control-plane", "", "nodes join"),
    ("worker", "", "haproxy", "", "nodes join by the one address"),
    ("longhorn", "", "worker", "", "it runs as pods"),
    ("longhorn", "", "nfs", "", "the disks of storage1 are laid out"),
    ("nfs", "", "host", "storage1", "a role needs its host"),
    ("postgres", "", "nfs", "", "its data is on the share"),
    ("traefik", "", "control-plane", "", "it reads Ingress objects"),
    ("traefik", "", "haproxy", "", "it reads them by the one address"),
    ("traefik", "", "keepalived", "", "it reads them by the one address"),
    ("cdn", "", "traefik", "", "public names lead somewhere only when the way is open"),
    ("cdn", "", "router", "vps", "the same"),
    ("freeipa", "", "host", "freeipa1", "a role needs its host"),
    ("bastion", "", "host", "bastion1", "a role needs its host"),
];

#[test]
fn nothing_starts_before_what_it_needs() {
    let cloud = founding().cloud;
    for (role, host, needed, on, why) in NEEDS {
        for step in steps(&cloud, role, host) {
            for before in steps(&cloud, needed, on) {
                let said =
                    format!("{role} {host} (step {}) after {needed} {on}: {why}", step.number);
                assert!(step.number > before.number, "{said}");
                // Data disks are no role of their own, so only the order by number speaks of them.
                let waits = waits_for(&cloud, step, before.number);
                assert!(waits || (*role, *needed) == ("longhorn", "nfs"), "{said}: does not wait");
            }
        }
    }
}

#[test]
fn storage_waits_for_no_kubernetes() {
    let cloud = founding().cloud;
    for role in ["nfs", "postgres", "freeipa", "bastion"] {
        for step in steps(&cloud, role, "") {
            for other in ["etcd", "control-plane", "worker"] {
                for kubernetes in steps(&cloud, other, "") {
                    assert!(!waits_for(&cloud, step, kubernetes.number), "{role} and {other}");
                }
            }
        }
    }
}

#[test]
fn only_members_of_etcd_start_one_at_a_time() {
    for (name, _) in EXAMPLES {
        for step in &example(name).cloud.order {
            let expected = step.role == "etcd" && step.hosts.len() > 1;
            assert_eq!(step.one_at_a_time, expected, "{name}: step {}", step.number);
        }
    }
}

#[test]
fn steps_wait_for_earlier_ones_and_say_why() {
    for (name, _) in EXAMPLES {
        let order = example(name).cloud.order;
        for (index, step) in order.iter().enumerate() {
            let said = format!("{name}: step {}", step.number);
            assert_eq!(step.number, index + 1, "{said}");
            assert!(!step.hosts.is_empty(), "{said}");
            let behind = step.waits.iter().map(|it| order[it.step - 1].stage + 1).max();
            assert_eq!(step.stage, behind.unwrap_or(0), "{said}: as early as it can be");
            for wait in &step.waits {
                assert!(wait.step < step.number, "{said} waits for {}", wait.step);
                assert!(!wait.because.en.is_empty() && !wait.because.es.is_empty(), "{said}");
            }
            assert!(index == 0 || order[index - 1].stage <= step.stage, "{said}");
        }
    }
}

#[test]
fn every_host_and_every_role_of_it_starts_once() {
    for (name, _) in EXAMPLES {
        let cloud = example(name).cloud;
        let mut started: BTreeSet<(String, &str)> = BTreeSet::new();
        for step in &cloud.order {
            for host in step.hosts.names() {
                assert!(
                    started.insert((host.to_string(), step.role)),
                    "{name}: {host} {}",
                    step.role
                );
            }
        }
        let expected: BTreeSet<(String, &str)> = cloud
            .hosts
            .values()
            .flat_map(|host| {
                let roles = host.roles.iter().map(|it| it.name);
                roles.chain(["host"]).map(|it| (host.name.to_string(), it)).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(started, expected, "{name}");
    }
    assert_eq!(founding().cloud.order.len(), 20, "{FOUNDING}");
}

//! What falls together, who stands in for whom, and what a hand has written over or added.

use crate::origins::Paths;
use crate::{EXAMPLES, FOUNDING, example, founding, read, sorted, text_of};
use fmc_model::Cloud;
use fmc_model::role::Redundancy;

/// Role, how its hosts stand in for each other, how many may be lost, on how many machines.
fn redundancy(cloud: &Cloud) -> Vec<(&str, Redundancy, usize, usize)> {
    cloud.redundancy.iter().map(|it| (it.role, it.kind, it.survives, it.machines)).collect()
}

#[test]
fn the_founding_cloud_falls_with_its_one_machine() {
    let cloud = founding().cloud;
    let domains: Vec<(String, String)> = cloud
        .failure_domains
        .iter()
        .map(|it| (it.machine.to_string(), it.hosts.to_string()))
        .collect();
    let with_physical1 = "physical1, bastion1, infra-cluster, loadbalancer[1-2], k8s-api-lb, \
                          master[1-3], worker[1-3], storage1, postgresql1, freeipa1";
    let expected = [("vps", "vps"), ("physical1", with_physical1)];
    assert_eq!(domains, expected.map(|it| (it.0.to_owned(), it.1.to_owned())));
}

#[test]
fn who_stands_in_for_whom() {
    use Redundancy::{AnyOf, Failover, Quorum, Replicas, Single};
    let cloud = founding().cloud;
    let expected = [
        ("cdn", AnyOf, 0, 1),
        ("wireguard", Single, 0, 2),
        ("router", Single, 0, 2),
        ("hypervisor", Single, 0, 1),
        ("bastion", AnyOf, 0, 1),
        ("coredns", AnyOf, 0, 1),
        ("chrony", AnyOf, 0, 1),
        ("traefik", AnyOf, 1, 1),
        ("haproxy", AnyOf, 2, 1),
        ("keepalived", Failover, 2, 1),
        // Two of three are more than half.
        ("etcd", Quorum, 1, 1),
        ("control-plane", AnyOf, 2, 1),
        ("worker", AnyOf, 3, 1),
        // Three copies on four nodes.
        ("longhorn", Replicas(3), 2, 1),
        ("nfs", Single, 0, 1),
        ("postgres", Single, 0, 1),
        ("freeipa", Single, 0, 1),
    ];
    assert_eq!(redundancy(&cloud), expected);
}

#[test]
fn two_sites_are_two_machines() {
    let cloud = example("two-sites.yaml").cloud;
    let domains: Vec<String> =
        cloud.failure_domains.iter().map(|it| format!("{}: {}", it.machine, it.hosts)).collect();
    assert_eq!(domains.len(), 3);
    for (machine, guests) in [
        ("metal-east", ["names-east", "balancer-east", "master-east[1-2]", "worker-east[1-2]"]),
        ("metal-west", ["names-west", "balancer-west", "master-west1", "worker-west[1-2]"]),
    ] {
        let domain = domains.iter().find(|it| it.starts_with(machine)).expect("the machine");
        for guest in guests {
            assert!(domain.contains(guest), "{domain}");
        }
    }
    let spread = redundancy(&cloud);
    for role in
        ["coredns", "chrony", "traefik", "haproxy", "keepalived", "etcd", "control-plane", "worker"]
    {
        let group = spread.iter().find(|it| it.0 == role).expect("the role");
        assert_eq!(group.3, 2, "{role} on two machines");
    }
    let etcd = spread.iter().find(|it| it.0 == "etcd");
    assert_eq!(etcd.map(|it| it.2), Some(1));
}

#[test]
fn every_guest_runs_on_a_hypervisor_and_is_in_its_domain_alone() {
    for (name, _) in EXAMPLES {
        let cloud = example(name).cloud;
        for host in cloud.hosts.values().filter(|it| !it.managed) {
            let domains = cloud.failure_domains.iter().filter(|it| it.hosts.contains(host.id));
            let domains: Vec<&str> = domains.map(|it| it.machine.as_str()).collect();
            let machine = host.runs_on.as_ref().unwrap_or(&host.name);
            assert_eq!(domains, [machine.as_str()], "{name}: {}", host.name);
            if let Some(machine) = &host.runs_on {
                assert!(cloud.hosts[machine].has_role("hypervisor"), "{name}: {}", host.name);
                assert!(host.nics.iter().all(|it| it.mac.is_some()), "{name}: {}", host.name);
            }
        }
    }
}

#[test]
fn what_was_written_over() {
    let read = founding();
    let paths = Paths::of(text_of(FOUNDING));
    let overrides: Vec<String> = read
        .cloud
        .overrides
        .iter()
        .map(|it| format!("{}: {} → {} ({})", it.of, it.derived, it.written, paths.to(&it.origin)))
        .collect();
    let expected = [
        "interface of physical1 in lan: eth0 → enp3s0f0 (hosts.physical1.nics.lan.interface)",
        "pool of hypervisor on physical1: 1500GB → 500GB (hosts.physical1.roles.hypervisor.pool)",
        "disk of longhorn on storage1: 80GiB → 40GiB (hosts.storage1.roles.longhorn.disk)",
        "data of postgres on postgresql1: /var/lib/postgresql → storage1:/srv/nfs/postgresql \
         (hosts.postgresql1.roles.postgres.data)",
    ];
    assert_eq!(sorted(overrides), sorted(expected));
}

#[test]
fn what_was_added_is_exactly_what_says_so() {
    for (name, text) in EXAMPLES {
        let read = read(name, text);
        let paths = Paths::of(text);
        let told = read.cloud.additions.iter().map(|it| {
            // The words of the file are told as they stand there.
            assert!(text.contains(&it.why), "{name}: {}", it.why);
            paths.to(&it.origin)
        });
        assert_eq!(sorted(told), sorted(paths.ending_in("added")), "{name}");
    }
    // What the drawing lacks for working at all, whatever else is told of it.
    let cloud = founding().cloud;
    for added in [
        "physical1 in network tunnel",
        "loadbalancer[1-2] in network api",
        "role haproxy of loadbalancer[1-2]",
        "role keepalived of loadbalancer[1-2]",
        "freeipa1 in network infra",
        "operators outside",
        "virtual address ingress",
        "app web",
    ] {
        assert!(cloud.additions.iter().any(|it| it.what.en == added), "{added}");
    }
}

//! What each role offers and asks for, in the smallest cloud that has it: the contract that firewalls
//! are made of, written out once more by hand.

use fmc_model::cloud::{Cloud, System};
use fmc_model::role::Kind;
use fmc_model::{Date, Language, Ports};
use fmc_roles::ROLES;
use std::collections::BTreeSet;

/// A role, what it offers (hosts, service, ports), and the flows that it asks for.
type Contract = (&'static str, &'static [&'static str], &'static [&'static str]);

const IDENTITY: &str =
    "freeipa1: identity tcp/80 tcp/443 tcp/389 tcp/636 tcp/88 tcp/464 udp/88 udp/464";

#[rustfmt::skip]
const CONTRACTS: [Contract; 18] = [
    ("cdn", &["edge: http tcp/80", "edge: https tcp/443"], &[]),
    ("wireguard", &["vps: wireguard udp/51820"], &["home → vps udp/51820", "outside:operators → vps udp/51820"]),
    ("router", &[], &[]),
    ("hypervisor", &["physical1: cockpit tcp/9090"], &[]),
    ("bastion", &["bastion1: ssh tcp/22"], &["bastion1 → server tcp/22"]),
    ("traefik", &["ingress: http tcp/80", "ingress: https tcp/443"], &[]),
    ("haproxy", &[], &["lb[1-2] → server[1-2] tcp/8080"]),
    ("keepalived", &[], &["lb[1-2] → lb[1-2] vrrp"]),
    ("etcd", &["master[1-3]: etcd-client tcp/2379", "master[1-3]: etcd-peer tcp/2380"], &[
        "master[1-3] → master[1-3] tcp/2380",
        "master[1-3] → master[1-3] tcp/2379",
    ]),
    ("control-plane", &["master[1-3]: kubernetes-api tcp/6443", "master[1-3]: kubelet tcp/10250"], &[
        "master[1-3] → master[1-3] tcp/2379",
        "master[1-3] → master[1-3] tcp/6443",
        "master[1-3] → master[1-3] tcp/10250",
        "master[1-3] → pods:master[1-3] any",
        "pods:master[1-3] → master[1-3] tcp/10250",
        "master[1-3] → internet:registry.k8s.io, docker.io, ghcr.io, quay.io tcp/443",
        "pods:master[1-3] → pods:master[1-3] any",
        "pods:master[1-3] → master[1-3] tcp/6443",
        "pods:master[1-3] → internet tcp/443",
    ]),
    ("worker", &["worker[1-3]: kubelet tcp/10250"], &[
        "worker[1-3] → master1 tcp/6443",
        "pods:worker[1-3] → master1 tcp/10250",
        "pods:worker[1-3] → worker[1-3] tcp/10250",
        "worker[1-3] → internet:registry.k8s.io, docker.io, ghcr.io, quay.io tcp/443",
        "pods:worker[1-3] → pods:master1, worker[1-3] any",
        "worker[1-3] → pods:master1, worker[1-3] any",
        "pods:worker[1-3] → master1 tcp/6443",
        "pods:worker[1-3] → internet tcp/443",
    ]),
    // All of Longhorn runs as pods: no port of a host is open for it.
    ("longhorn", &[], &["pods:worker[1-3] → pods:master1, worker[1-3] any"]),
    ("nfs", &["storage1: nfs tcp/2049"], &["app[1-2] → storage1 tcp/2049"]),
    ("coredns", &["names: dns udp/53 tcp/53"], &["names → internet:8.8.8.8, 8.8.4.4 udp/53 tcp/53"]),
    ("chrony", &["clock: time udp/123"], &["clock → internet:0.pool.ntp.org, 1.pool.ntp.org, 2.pool.ntp.org udp/123"]),
    ("postgres", &["database: postgresql tcp/5432"], &["app → database tcp/5432"]),
    ("freeipa", &[IDENTITY], &["bastion1 → freeipa1 tcp/80 tcp/443 tcp/389 tcp/636 tcp/88 tcp/464 udp/88 udp/464"]),
    ("service", &["broker: mqtt tcp/1883"], &["sensor → broker tcp/1883"]),
];

/// The example of a role, which has nothing wrong with it.
fn example(kind: &Kind) -> Cloud {
    let mut none = |path: &str| Err(path.to_owned());
    let text = kind.about.example.as_bytes();
    let loaded = fmc_model::load("cloud.yaml", text, ROLES, &mut none);
    let (cloud, found) = fmc_model::resolve(&loaded, ROLES, Date::from_unix_days(0));
    assert!(found.is_empty(), "{}: {:?}", kind.about.name, found.iter().next());
    cloud.expect("a cloud")
}

fn list(ports: &[Ports]) -> String {
    ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_offers_and_asks_for_what_it_says_and_no_more() {
    assert_eq!(ROLES.len(), CONTRACTS.len());
    for (kind, (name, offers, flows)) in ROLES.iter().zip(CONTRACTS) {
        assert_eq!(kind.about.name, name);
        let cloud = example(kind);
        let offered: Vec<String> = cloud
            .offers
            .iter()
            .filter(|it| it.role == name)
            .map(|it| format!("{}: {} {}", it.hosts, it.service, list(&it.ports)))
            .collect();
        assert_eq!(offered, offers, "{name}");
        let asked_by = format!("role {name}");
        let asked: Vec<String> = cloud
            .flows
            .iter()
            .filter(|it| it.reasons.iter().any(|it| it.asked_by.to_string() == asked_by))
            .map(|it| format!("{} → {} {}", it.from, it.to, list(&it.ports)))
            .collect();
        assert_eq!(asked, flows, "{name}");
    }
}

#[test]
fn each_says_what_it_is_in_both_languages() {
    let mut icons = std::collections::BTreeSet::new();
    for kind in ROLES {
        let about = kind.about;
        let (english, spanish) =
            (about.summary.get(Language::English), about.summary.get(Language::Spanish));
        for summary in [english, spanish] {
            assert!(summary.len() > 10 && !summary.ends_with('.'), "{}: {summary}", about.name);
        }
        assert_ne!(english, spanish, "{}", about.name);
        assert!(about.manual.starts_with("https://"), "{}", about.name);
        assert!(!about.label.is_empty() && !about.icon.is_empty(), "{}", about.name);
        assert!(icons.insert(about.icon), "{} has an icon of its own", about.name);
    }
}

#[test]
fn each_example_has_the_role_on_a_system_that_can_run_it() {
    for kind in ROLES {
        let cloud = example(kind);
        let name = kind.about.name;
        let having: Vec<_> = cloud.hosts.values().filter(|it| it.has_role(name)).collect();
        assert!(!having.is_empty(), "{name}");
        for host in having {
            assert!(host.system.is_none_or(|it| runs_on(kind, it)), "{name} on {}", host.name);
        }
        for group in cloud.redundancy.iter().filter(|it| it.role == name) {
            assert!(group.survives < group.hosts.len(), "{name}");
        }
        // An immutable system without package manager runs what comes as one binary or image.
        let packaged = ["hypervisor", "nfs", "postgres", "freeipa", "chrony"];
        let on_flatcar = runs_on(kind, System::Flatcar);
        assert_eq!(on_flatcar, !packaged.contains(&name), "{name} on Flatcar");
    }
}

fn runs_on(kind: &Kind, system: System) -> bool {
    kind.about.systems.is_empty() || kind.about.systems.contains(&system)
}

/// A program without a row is looked for where a system usually has some, which is a guess.
#[test]
fn every_program_that_a_role_names_has_its_row_in_each_system() {
    for kind in ROLES {
        let cloud = example(kind);
        let programs: BTreeSet<&str> = cloud
            .hosts
            .values()
            .flat_map(|it| cloud.setup(it.id).programs.iter().copied())
            .collect();
        for system in SYSTEMS.into_iter().filter(|it| runs_on(kind, *it)) {
            let missing: Vec<&&str> = programs.iter().filter(|it| !system.knows(it)).collect();
            assert!(missing.is_empty(), "{} on {system:?}: {missing:?}", kind.about.name);
        }
    }
}

/// Whoever names the files of a certificate has asked for it, of the same authority.
#[test]
fn every_certificate_that_is_used_is_issued() {
    let mut used = 0;
    for kind in ROLES {
        let cloud = example(kind);
        for host in cloud.hosts.values() {
            for credential in &cloud.setup(host.id).credentials {
                let name = format!("{}/{}", host.name, credential.name);
                let issued = cloud.certificates.iter().find(|it| it.name == name);
                assert_eq!(issued.map(|it| it.authority), Some(credential.authority), "{name}");
                used += 1;
            }
        }
    }
    assert!(used > 4, "{used}");
}

const SYSTEMS: [System; 4] = [System::Flatcar, System::Almalinux, System::Rocky, System::Debian];

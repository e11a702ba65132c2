//! What holds for all icons.

use super::*;

/// Every name that a role, a host or a host system is drawn with.
const NEEDED: &[&str] = &[
    "almalinux",
    "bastion",
    "chrony",
    "cloudflare",
    "coredns",
    "debian",
    "etcd",
    "flatcar",
    "freeipa",
    "haproxy",
    "keepalived",
    "kubernetes",
    "kubernetes-node",
    "libvirt",
    "longhorn",
    "nfs",
    "nftables",
    "postgresql",
    "rocky",
    "router",
    "server",
    "service",
    "traefik",
    "users",
    "user",
    "vip",
    "vps",
    "wireguard",
    "internet",
    "firewall",
    "vpn",
    "tunnel",
    "hypervisor",
    "load-balancer",
    "database",
    "dns",
    "clock",
    "storage",
    "container",
    "pod",
    "cloud",
    "cdn",
    "datacenter",
    "network",
    "identity",
    "blank",
    "k3s",
    "kafka",
    "docker",
    "ceph",
    "linux",
    "rabbitmq",
    "redis",
    "mongodb",
    "nginx",
    "pfsense",
    "prometheus",
    "grafana",
    "vault",
    "gitlab",
    "jenkins",
    "qemu",
];

#[test]
fn what_clouds_are_drawn_with_is_there() {
    let missing: Vec<_> = NEEDED.iter().filter(|it| find(it).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_icon_loads_and_can_be_seen() {
    let all = all();
    let report = load_report(all.iter().map(|it| it.name.as_str()), &Library::default());
    assert_eq!((report.loaded, report.failures), (all.len(), Vec::new()));
    assert!(all.len() > 4_890, "{}", all.len());
}

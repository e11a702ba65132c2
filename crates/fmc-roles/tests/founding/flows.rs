//! Who may reach whom in the founding cloud: every flow that the system behind it is known to need,
//! the line that asks for it, and not one flow more.

use crate::origins::Paths;
use crate::{FOUNDING, differences, founding, sorted, text_of};
use fmc_model::cloud::Asker;

/// A flow: which known fact it is, from whom, to whom, at which ports, and who asked for it where.
/// Facts whose number begins with `+` are not of the original system: they follow from the repairs.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const NODES: &str = "worker[1-3], storage1";
const PODS: &str = "pods:worker[1-3], storage1";
const PLANE: &str = "pods:master[1-3]";
const EACH: &str = "pods:master[1-3], worker[1-3], storage1";
const CLIENTS: &str = "bastion1, loadbalancer[1-2], k8s-api-lb, master[1-3], worker[1-3], storage1, postgresql1, freeipa1";
const MACHINES: &str = "vps, physical1, infra-cluster, loadbalancer[1-2], k8s-api-lb, master[1-3], worker[1-3], storage1, postgresql1, freeipa1";
const ALL: &str = "vps, physical1, bastion1, infra-cluster, loadbalancer[1-2], k8s-api-lb, master[1-3], worker[1-3], storage1, postgresql1, freeipa1";
const IDENTITY: &str = "tcp/80 tcp/443 tcp/389 tcp/636 tcp/88 tcp/464 udp/88 udp/464";

const WEB: &str = "access: access[0]";
const HOST: &str = "every host";
const TRAEFIK: &str = "role traefik: hosts.loadbalancer[1-2].roles.traefik";
const HAPROXY: &str = "role haproxy: hosts.loadbalancer[1-2].roles.haproxy";
const ETCD: &str = "role etcd: hosts.master[1-3].roles.etcd";
const MASTER: &str = "role control-plane: hosts.master[1-3].roles.control-plane";
const WORKER: &str = "role worker: hosts.worker[1-3].roles.worker";
const LONGHORN: &str = "role longhorn: hosts.worker[1-3].roles.longhorn";
const NFS: &str = "role nfs: hosts.storage1.roles.nfs";
const FILES: &str = "app web: apps.web.pods.volumes./data";
const POSTGRES: &str = "role postgres: hosts.postgresql1.roles.postgres";
const FREEIPA: &str = "role freeipa: hosts.freeipa1.roles.freeipa";
const COREDNS: &str = "role coredns: hosts.infra-cluster.roles.coredns";
const CHRONY: &str = "role chrony: hosts.infra-cluster.roles.chrony";
const BASTION: &str = "role bastion: hosts.bastion1.roles.bastion";

#[rustfmt::skip]
const FLOWS: &[Row] = &[
    // The public web.
    ("F01", "outside:public", "cloudflare", "tcp/443", &[WEB]),
    ("F01", "outside:public", "cloudflare", "tcp/80", &[WEB]),
    ("F02", "cloudflare", "vps", "tcp/443", &[WEB]),
    ("F02", "cloudflare", "vps", "tcp/80", &[WEB, TRAEFIK]),
    // The side behind the home router calls; what the tunnel carries is F04.
    ("F03", "physical1", "vps", "udp/51820", &["role wireguard: hosts.physical1.roles.wireguard"]),
    ("F04", "vps", "vip:ingress", "tcp/443", &[WEB]),
    ("F04", "vps", "vip:ingress", "tcp/80", &[WEB, TRAEFIK]),
    // Web traffic is not offered to storage1, though it is a node.
    ("F05", "loadbalancer[1-2]", "worker[1-3]", "tcp/31541", &[WEB]),
    ("F06", "loadbalancer[1-2]", "vip:api", "tcp/6443", &[TRAEFIK]),
    // What Ingress objects lead to is met at its pods.
    ("F05", "loadbalancer[1-2]", EACH, "any", &[TRAEFIK]),
    ("F10", "internet:Let's Encrypt", "cloudflare", "tcp/80", &[TRAEFIK]),
    ("F10", "loadbalancer[1-2]", "internet:acme-v02.api.letsencrypt.org", "tcp/443", &[TRAEFIK]),
    // Operators.
    ("F11", "outside:operators", "vps", "udp/51820", &["role wireguard: hosts.vps.roles.wireguard"]),
    ("F12", "outside:operators", "bastion1", "tcp/22", &["access: access[1]"]),
    ("F13", "bastion1", MACHINES, "tcp/22", &[BASTION]),
    ("F14", "outside:operators", "vip:api", "tcp/6443", &["access: access[2]"]),
    ("F14", "bastion1", "vip:api", "tcp/6443", &[BASTION]),
    ("F15", "outside:operators", "vip:ingress", "tcp/443", &["access: access[3]"]),
    ("F16", "network:lan", "physical1", "tcp/22", &["access: access[4]"]),
    ("F16", "network:lan", "physical1", "tcp/9090", &["access: access[4]"]),
    // The control plane.
    ("F20", "loadbalancer[1-2], k8s-api-lb", "master[1-3]", "tcp/6443", &[HAPROXY]),
    ("F21", "master[1-3]", "vip:api", "tcp/6443", &[MASTER]),
    ("F21", NODES, "vip:api", "tcp/6443", &[WORKER]),
    ("F22", PODS, "master[1-3]", "tcp/6443", &[WORKER]),
    ("F23", "master[1-3]", "master[1-3]", "tcp/2380", &[ETCD]),
    ("F23", "master[1-3]", "master[1-3]", "tcp/2379", &[ETCD, MASTER]),
    ("F24", "master[1-3]", NODES, "tcp/10250", &[MASTER]),
    ("F24", PODS, NODES, "tcp/10250", &[WORKER]),
    ("F26", NODES, "internet:registry.k8s.io, docker.io, ghcr.io, quay.io", "tcp/443", &[WORKER]),
    ("F26", PODS, "internet", "tcp/443", &[WORKER]),
    ("F27", "loadbalancer[1-2], k8s-api-lb", "loadbalancer[1-2], k8s-api-lb", "vrrp", &["role keepalived: vips.api"]),
    ("F27", "loadbalancer[1-2]", "loadbalancer[1-2]", "vrrp", &["role keepalived: vips.ingress"]),
    // Names, time, data, identities.
    ("F30", CLIENTS, "infra-cluster", "udp/53 tcp/53", &[HOST]),
    ("F30", PODS, "infra-cluster", "udp/53 tcp/53", &[WORKER]),
    ("F30", "outside:operators", "infra-cluster", "udp/53 tcp/53", &[COREDNS]),
    ("F31", "infra-cluster", "internet:8.8.8.8, 8.8.4.4", "udp/53 tcp/53", &[COREDNS]),
    ("F32", CLIENTS, "infra-cluster", "udp/123", &[HOST]),
    ("F33", "infra-cluster", "internet:europe.pool.ntp.org", "udp/123", &[CHRONY]),
    ("F34", "pods:worker[1-3]", "postgresql1", "tcp/5432", &["app web: apps.web.needs[0]"]),
    ("F34", PODS, "postgresql1", "tcp/5432", &[POSTGRES]),
    ("F34", NODES, "postgresql1", "tcp/5432", &[POSTGRES]),
    ("F35", "postgresql1", "storage1", "tcp/2049", &[POSTGRES, NFS]),
    ("F36", "worker[1-3]", "storage1", "tcp/2049", &[NFS, FILES]),
    ("F38", ALL, "internet", "tcp/80 tcp/443", &[HOST]),
    ("F39", "bastion1", "freeipa1", IDENTITY, &[FREEIPA]),
    ("F39", "loadbalancer[1-2]", "freeipa1", IDENTITY, &[FREEIPA]),
    ("F39", "master[1-3]", "freeipa1", IDENTITY, &[FREEIPA]),
    // All that Longhorn says to itself (F40 to F44) and webhooks travel between pods, which are
    // routed natively: no port of a host is open for them, and no tunnel (F25) is there.
    ("F40", PODS, EACH, "any", &[WORKER, LONGHORN]),
    ("F40", "master[1-3]", EACH, "any", &[MASTER, MASTER]),
    ("F40", NODES, EACH, "any", &[WORKER]),
    // Masters are nodes too, on which runs what belongs to a control plane.
    ("+nodes", "master[1-3]", "internet:registry.k8s.io, docker.io, ghcr.io, quay.io", "tcp/443", &[MASTER]),
    ("+nodes", "master[1-3]", "master[1-3]", "tcp/10250", &[MASTER]),
    ("+nodes", PODS, "master[1-3]", "tcp/10250", &[WORKER]),
    ("+nodes", PLANE, NODES, "tcp/10250", &[MASTER]),
    ("+nodes", PLANE, "master[1-3]", "tcp/10250", &[MASTER]),
    ("+nodes", PLANE, "master[1-3]", "tcp/6443", &[MASTER]),
    ("+nodes", PLANE, "infra-cluster", "udp/53 tcp/53", &[MASTER]),
    ("+nodes", PLANE, "internet", "tcp/443", &[MASTER]),
    ("+nodes", PLANE, EACH, "any", &[MASTER]),
    // What must be up before the cloud's own resolver and clock are asks public ones.
    ("+dns", "vps, physical1", "internet", "udp/53 tcp/53", &[HOST]),
    ("+time", "vps, physical1", "internet", "udp/123", &[HOST]),
];

fn row(from: &str, to: &str, ports: &str, reasons: &[String]) -> String {
    format!("{from} → {to} at {ports} for {}", reasons.join(" and "))
}

#[test]
fn every_known_flow_is_there_with_the_line_that_asked_for_it_and_no_other() {
    let read = founding();
    let paths = Paths::of(text_of(FOUNDING));
    let expected = FLOWS.iter().map(|(_, from, to, ports, reasons)| {
        let reasons: Vec<String> = reasons.iter().map(|it| (*it).to_owned()).collect();
        row(from, to, ports, &reasons)
    });
    let found = read.cloud.flows.iter().map(|flow| {
        assert!(!flow.reasons.is_empty(), "{}", flow.id);
        let reasons: Vec<String> = flow
            .reasons
            .iter()
            .map(|it| match it.asked_by {
                Asker::Host => it.asked_by.to_string(),
                _ => format!("{}: {}", it.asked_by, paths.to(&it.origin)),
            })
            .collect();
        let ports: Vec<String> = flow.ports.iter().map(ToString::to_string).collect();
        row(&flow.from.to_string(), &flow.to.to_string(), &ports.join(" "), &reasons)
    });
    let (expected, found) = (sorted(expected), sorted(found));
    let differences = differences(&expected, &found);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
    assert_eq!(expected, found, "each flow once");
}

#[test]
fn every_known_fact_has_a_flow() {
    let wanted = [
        (1..=6).chain(10..=16).collect::<Vec<u32>>(),
        vec![20, 21, 22, 23, 24, 26, 27],
        (30..=36).chain([38, 39, 40]).collect(),
    ];
    for number in wanted.concat() {
        let fact = format!("F{number:02}");
        assert!(FLOWS.iter().any(|it| it.0 == fact), "{fact}");
    }
}

#[test]
fn what_every_host_needs_is_asked_for_by_a_host() {
    let read = founding();
    let paths = Paths::of(text_of(FOUNDING));
    let hosts: Vec<String> = read.cloud.hosts.values().map(|it| paths.to(&it.origin)).collect();
    for flow in &read.cloud.flows {
        for reason in flow.reasons.iter().filter(|it| it.asked_by == Asker::Host) {
            let path = paths.to(&reason.origin);
            assert!(hosts.contains(&path), "{}: {path}", flow.id);
        }
    }
}

#[test]
fn flows_have_names_of_their_own_and_a_time_where_one_was_written() {
    let cloud = founding().cloud;
    let ids: std::collections::BTreeSet<&str> =
        cloud.flows.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids.len(), cloud.flows.len());
    let timed: Vec<String> = cloud
        .flows
        .iter()
        .filter_map(|it| Some(format!("{} → {} in {}", it.from, it.to, it.slo?)))
        .collect();
    assert_eq!(timed, ["outside:operators → vip:api in 2s"]);
}

#[test]
fn what_was_never_to_be_open_is_not() {
    let cloud = founding().cloud;
    let from_outside = |it: &str| it.starts_with("outside:public") || it.starts_with("internet");
    for flow in &cloud.flows {
        let (from, to) = (flow.from.to_string(), flow.to.to_string());
        let public = !from_outside(&from) || to == "cloudflare";
        assert!(public, "{}: the Internet reaches the edge alone", flow.id);
        if to.starts_with("vip:api") {
            assert!(from != "outside:public" && from != "network:lan", "{}", flow.id);
        }
        let ports: Vec<String> = flow.ports.iter().map(ToString::to_string).collect();
        // No VXLAN, no remote desktop, no SSH but by the bastion and to the machine itself.
        for port in ["udp/8472", "tcp/3389"] {
            assert!(!ports.iter().any(|it| it == port), "{}: {port}", flow.id);
        }
        if ports.iter().any(|it| it == "tcp/22") {
            let known = ["bastion1", "outside:operators", "network:lan"];
            assert!(known.contains(&from.as_str()), "{}: {from}", flow.id);
        }
    }
}

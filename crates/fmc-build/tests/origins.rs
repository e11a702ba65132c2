//! Every generated line leads back to a line of the cloud file.

mod common;

use common::{EXAMPLES, FOUNDING, built};
use fmc_build::{Node, build};

#[test]
fn every_line_of_every_file_has_an_origin() {
    for (name, text) in EXAMPLES {
        let (cloud, loaded) = built(text);
        for (host, files) in &build(&cloud, "(test)", |_| true).hosts {
            for (path, node) in files.nodes.iter().chain(&files.artifacts) {
                let Node::File(file) = node else { continue };
                let lines = file.printed.text().lines().count();
                assert_eq!(file.printed.causes().len(), lines, "{name}: {host}{path}");
                for line in 1..=lines {
                    let why = files.why(path, line, &cloud, &loaded.sources);
                    let why = why.unwrap_or_else(|| panic!("{name}: {host}{path}:{line}"));
                    assert!(!why.written.trim().is_empty(), "{name}: {host}{path}:{line}");
                    assert!(why.place.start < why.place.end, "{name}: {host}{path}:{line} {why:?}");
                }
            }
        }
    }
}

/// Follows the first line of a file that holds `text` back to the cloud file.
#[track_caller]
fn check(host: &str, path: &str, text: &str, written: &str, by: &str, flow: Option<&str>) {
    let (cloud, loaded) = built(FOUNDING);
    let tree = build(&cloud, "(test)", |it| it.name.as_str() == host);
    let files = &tree.hosts[host];
    let Some(Node::File(file)) = files.node(path) else { panic!("no file {path}") };
    let line = file.printed.text().lines().position(|it| it.contains(text)).expect(text) + 1;
    let why = files.why(path, line, &cloud, &loaded.sources).expect("a reason");
    assert!(why.written.contains(written), "{why:?}");
    assert_eq!((why.by, why.flow.map(|it| it.id.as_str())), (by, flow));
}

#[test]
fn lines_lead_to_what_caused_them() {
    check(
        "physical1",
        "/etc/fmc/firewall.nft",
        "access.operators-api",
        "from: operators, to: api, for: kubernetes-api",
        "firewall",
        Some("access.operators-api.kubernetes-api"),
    );
    check(
        "loadbalancer1",
        "/etc/haproxy/haproxy.cfg",
        "server master2",
        "haproxy:",
        "haproxy",
        Some("haproxy.kubernetes-api"),
    );
    check("loadbalancer1", "/etc/haproxy/haproxy.cfg", "bind 10.17.5.10", "api:", "haproxy", None);
    check(
        "k8s-api-lb",
        "/etc/keepalived/keepalived.conf",
        "priority",
        "keepalived: { vips: [api] }",
        "keepalived",
        None,
    );
    check(
        "vps",
        "/etc/wireguard/wg0.conf",
        "10.17.0.10/32",
        "operators",
        "wireguard",
        Some("access.operators-bastion1.ssh"),
    );
    // By the virtual address, although the host also passes it on to the masters.
    check(
        "loadbalancer1",
        "/etc/traefik/kubeconfig",
        "https://10.17.5.10:6443",
        "traefik:",
        "traefik",
        None,
    );
    check(
        "postgresql1",
        "/etc/fmc/postgresql/pg_hba.conf",
        "10.17.3.27/32",
        "postgres:",
        "postgres",
        Some("postgres.postgresql.worker-postgresql1"),
    );
    check(
        "worker1",
        "/etc/systemd/network/10-fmc-eth0.network",
        "Address=10.17.4.24/24",
        "nodes: 24+",
        "host",
        None,
    );
    // In an artifact a line leads to where the same line of the file leads, or to why the file is there.
    check(
        "loadbalancer1",
        "loadbalancer1.nocloud/user-data",
        "server master2",
        "haproxy:",
        "haproxy",
        Some("haproxy.kubernetes-api"),
    );
    check("worker1", "worker1.ign", "10-fmc-eth0.network", "worker[1-3]:", "host", None);
    check(
        "bastion1",
        "bastion1.nocloud/network-config",
        "192.168.0.20/24",
        "lan: 20",
        "host",
        None,
    );
    let domain = "/etc/fmc/libvirt/domains/worker1.xml";
    check("physical1", domain, "<mac ", "nodes: 24+", "hypervisor", None);
    check("physical1", domain, "<memory ", "worker[1-3]:", "hypervisor", None);
}

//! What a change of the cloud changes in the files, and what it leaves alone.

mod common;

use common::{EXAMPLES, FOUNDING, built, nodes};

#[test]
fn the_same_cloud_is_built_the_same() {
    for (name, text) in EXAMPLES {
        assert_eq!(nodes(&built(text).0), nodes(&built(text).0), "{name}");
    }
}

/// One more worker is in the rules of those who reach it or whom it reaches, in the routes of its
/// neighbours, and nowhere else: no file of a service that does not serve it changes.
#[test]
fn one_more_worker_changes_only_what_it_must() {
    let before = nodes(&built(FOUNDING).0);
    let after = nodes(&built(&FOUNDING.replace("worker[1-3]:", "worker[1-4]:")).0);
    let mut changed: Vec<&str> = Vec::new();
    for (path, text) in &after {
        if before.get(path) != Some(text) && !path.starts_with("worker4") {
            changed.push(path);
        }
    }
    assert!(before.keys().all(|it| after.contains_key(it)));
    let of = |file: &'static str| move |host: &str| format!("{host}{file}");
    // Whoever reaches workers or pods, or is reached by them, says so in its rules.
    let firewalls = [
        "infra-cluster",
        "k8s-api-lb",
        "loadbalancer1",
        "loadbalancer2",
        "master1",
        "master2",
        "master3",
        "physical1",
        "postgresql1",
        "storage1",
        "worker1",
        "worker2",
        "worker3",
    ];
    // Whoever is in the network of the nodes has a route to the pods of each.
    let nodes = ["master1", "master2", "master3", "worker1", "worker2", "worker3"];
    let mut expected: Vec<String> = firewalls.map(of("/etc/fmc/firewall.nft")).into();
    expected.extend(nodes.map(of("/etc/systemd/network/10-fmc-eth0.network")));
    // It has a name. Who asks for the time is admitted by networks, of which it brings no new one.
    let zones = ["4.17.10.in-addr.arpa", "cefaslocalserver.com"];
    expected.extend(zones.map(|it| format!("infra-cluster/etc/coredns/zones/{it}.zone")));
    // It is reached by SSH, serves the site, and uses the database and the share.
    let others = [
        "bastion1.nocloud/user-data",
        "_people/operators/ana/bastion1.ssh_config",
        "bastion1/etc/ssh/ssh_config.d/fmc.conf",
        "physical1/etc/fmc/firewall-fallback.nft",
        "loadbalancer1/etc/traefik/sites/fmc.yml",
        "loadbalancer2/etc/traefik/sites/fmc.yml",
        "postgresql1/etc/fmc/postgresql/pg_hba.conf",
        "storage1/etc/ganesha/ganesha.conf",
    ];
    expected.extend(others.map(str::to_owned));
    // It keeps volumes and serves the site, and the control plane tells Kubernetes so.
    let masters = ["master1", "master2", "master3"];
    expected.extend(masters.map(of("/etc/kubernetes/objects/1-node-worker4.yaml")));
    expected.extend(masters.map(of("/etc/kubernetes/objects/2-daemonset-web.yaml")));
    // What a machine is started from holds its files.
    let flatcar = |it: &&str| nodes.contains(it);
    expected.extend(firewalls.iter().filter(|it| flatcar(it)).map(|it| format!("{it}.ign")));
    let others = firewalls.iter().filter(|it| !flatcar(it));
    expected.extend(others.map(|it| format!("{it}.nocloud/user-data")));
    // The machine that it runs on knows it, and the way to its pods.
    expected.extend(
        [
            "etc/fmc/libvirt/domains/worker4.xml",
            "etc/fmc/libvirt/networks/nodes.xml",
            "etc/fmc/libvirt/volumes/worker4-data.xml",
            "etc/fmc/libvirt/volumes/worker4.xml",
            "etc/systemd/system/fmc-libvirt.service",
        ]
        .map(|it| format!("physical1/{it}")),
    );
    expected.sort();
    assert_eq!(changed, expected);
}

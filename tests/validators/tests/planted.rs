//! Faults that are planted into good files: the tools see them, so the other tests are known to bite.

mod common;

use common::{EXAMPLES, cloud, files, hosts, sandbox, secrets, tools};

/// A host, a file of it, what is replaced in it, and by what.
const FAULTS: [(&str, &str, &str, &str); 30] = [
    ("vps", "/etc/fmc/firewall.nft", "jump in-tunnel", "jump in-tunel"),
    ("vps", "/etc/fmc/firewall.nft", "198.51.100.10", "198.51.100.310"),
    ("vps", "/etc/fmc/firewall.nft", "@host-cloudflare", "@hosts-cloudflare"),
    ("vps", "/etc/fmc/firewall.nft", " accept comment", " acceptll comment"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "default_backend api-", "default_backend apy-"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "roundrobin", "roundrobbin"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "server master2", "server master1"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "10.17.4.21:6443", "10.17.4.210.1:6443"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "interface eth1", "interface eth9"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "priority 110", "priority 300"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "vrrp_version 3", "vrrp_version 2"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "advert_int", "advrt_int"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "/usr/bin/curl", "/usr/bin/kurl"),
    (
        "physical1",
        "/etc/wireguard/wg0.conf",
        "AllowedIPs = 10.17.0.1/32",
        "AllowedIPs = 10.17.0.1/33",
    ),
    ("physical1", "/etc/wireguard/wg0.conf", "PublicKey = ", "PublicKey = A"),
    ("physical1", "/etc/wireguard/wg0.conf", "PrivateKey", "Address = 10.17.0.2/24\nPrivateKey"),
    ("loadbalancer1", "/etc/systemd/system/haproxy.service", "[Service]", "[Servize]"),
    (
        "loadbalancer1",
        "/etc/systemd/system/haproxy.service",
        "Restart=on-failure",
        "Restart=allways",
    ),
    (
        "loadbalancer1",
        "/etc/systemd/system/haproxy.service",
        "/usr/sbin/haproxy -Ws",
        "/usr/sbin/haproxi -Ws",
    ),
    ("vps", "/etc/sysctl.d/90-fmc.conf", "ip_forward", "ip_forwarding"),
    ("vps", "/etc/sysctl.d/90-fmc.conf", "= 1", "= one"),
    ("vps", "/etc/sysctl.d/90-fmc.conf", "net.ipv4", "net.ipv5"),
    (
        "worker1",
        "/etc/systemd/network/10-fmc-eth0.network",
        "Gateway=10.17.4.1\n",
        "Gateway=10.17.4.1000\n",
    ),
    ("worker1", "/etc/systemd/network/10-fmc-eth0.network", "Destination=", "Destinaton="),
    ("worker1", "/etc/systemd/network/10-fmc-eth0.network", "Name=eth0", "Name=eth1"),
    ("bastion1", "/etc/hosts", "192.168.0.20", "127.0.1.1"),
    ("master1", "/etc/fmc/pki/etcd/etcd-server.crt", "BEGIN CERTIFICATE", "BEGIN CERTIFICAT"),
    ("master1", "/etc/fmc/pki/etcd/etcd-server.key", "BEGIN PRIVATE KEY", "BEGIN PUBLIC KEY"),
    ("master1", "/etc/fmc/pki/etcd/etcd-server.key", "-----END", "AAAA-----END"),
    ("master1", "/etc/fmc/pki/etcd/ca.crt", "\nMII", "\nMIJ"),
];

#[test]
fn every_planted_fault_is_seen() {
    let cloud = cloud(EXAMPLES[0].1);
    let (hosts, secrets) = (hosts(&cloud), secrets(&cloud));
    let mut unseen = Vec::new();
    for (name, path, from, to) in FAULTS {
        let (host, tree) = hosts.iter().find(|it| it.0.name.as_str() == name).expect(name);
        let mut all = files(tree, &secrets);
        let file = all.iter_mut().find(|it| it.path == path).expect(path);
        assert!(file.text.contains(from), "{path} does not say {from}");
        file.text = file.text.replace(from, to);
        let file = file.clone();
        let on = sandbox(&cloud, host, &all);
        if tools::ask(&file, host, &on) == Some(Ok(())) {
            unseen.push(format!("{name}:{path}: {from} -> {to}"));
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

//! Debian 12 (<https://packages.debian.org/bookworm/>).

use super::{Clock, Interfaces, Table, row};

pub(super) const TABLE: Table = Table {
    rows: &[
        row("chronyc", "/usr/bin/chronyc", "root", Some("chrony")),
        row("chronyd", "/usr/sbin/chronyd", "_chrony", Some("chrony")),
        row("cni-plugins", "/usr/lib/cni", "root", Some("containernetworking-plugins")),
        row("containerd", "/usr/bin/containerd", "root", Some("containerd")),
        row("coredns", "/usr/local/bin/coredns", "coredns", None),
        row("curl", "/usr/bin/curl", "root", Some("curl")),
        row("etcd", "/usr/bin/etcd", "etcd", Some("etcd-server")),
        row("ganesha.nfsd", "/usr/bin/ganesha.nfsd", "root", Some("nfs-ganesha")),
        row("haproxy", "/usr/sbin/haproxy", "haproxy", Some("haproxy")),
        row("initdb", "/usr/lib/postgresql/15/bin/initdb", "postgres", Some("postgresql-15")),
        row("install", "/usr/bin/install", "root", None),
        row("ip", "/usr/sbin/ip", "root", Some("iproute2")),
        row("iscsid", "/usr/sbin/iscsid", "root", Some("open-iscsi")),
        row("keepalived", "/usr/sbin/keepalived", "root", Some("keepalived")),
        row("kube-apiserver", "/usr/local/bin/kube-apiserver", "kube-apiserver", None),
        row(
            "kube-controller-manager",
            "/usr/local/bin/kube-controller-manager",
            "kube-controller-manager",
            None,
        ),
        row("kube-proxy", "/usr/local/bin/kube-proxy", "root", None),
        row("kube-scheduler", "/usr/local/bin/kube-scheduler", "kube-scheduler", None),
        row("kubectl", "/usr/local/bin/kubectl", "root", None),
        row("kubelet", "/usr/local/bin/kubelet", "root", None),
        row("mount.nfs", "/usr/sbin/mount.nfs", "root", Some("nfs-common")),
        row(
            "nfs-ganesha-vfs",
            "/usr/lib/x86_64-linux-gnu/ganesha/libfsalvfs.so",
            "root",
            Some("nfs-ganesha-vfs"),
        ),
        row("nft", "/usr/sbin/nft", "root", Some("nftables")),
        row("postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres", Some("postgresql-15")),
        row("runc", "/usr/sbin/runc", "root", Some("runc")),
        row("sshd", "/usr/sbin/sshd", "root", Some("openssh-server")),
        row("traefik", "/usr/local/bin/traefik", "traefik", None),
        row("wg", "/usr/bin/wg", "root", Some("wireguard-tools")),
    ],
    folder: "/usr/sbin",
    packages: true,
    network: Interfaces::Networkd,
    clock: Clock::Timesyncd,
    terms: &[
        ("/etc/chrony.conf", "/etc/chrony/chrony.conf"),
        ("chronyd", "chrony"),
        ("sshd", "ssh"),
    ],
    // Its `/etc/nftables.conf` begins with `flush ruleset`.
    masked: &["nftables.service"],
};

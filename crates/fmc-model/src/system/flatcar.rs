//! Flatcar Container Linux (<https://www.flatcar.org/docs/latest/>): `/usr` is read-only and there is
//! no package manager, so what the image does not have is put into `/opt/bin`.

use super::{Clock, Interfaces, Table, row};

pub(super) const TABLE: Table = Table {
    rows: &[
        row("cni-plugins", "/opt/cni/bin", "root", None),
        row("containerd", "/usr/bin/containerd", "root", None),
        row("coredns", "/opt/bin/coredns", "coredns", None),
        row("curl", "/usr/bin/curl", "root", None),
        row("etcd", "/opt/bin/etcd", "etcd", None),
        row("haproxy", "/opt/bin/haproxy", "haproxy", None),
        row("ip", "/usr/bin/ip", "root", None),
        row("iscsid", "/usr/sbin/iscsid", "root", None),
        row("keepalived", "/opt/bin/keepalived", "root", None),
        row("kube-apiserver", "/opt/bin/kube-apiserver", "kube-apiserver", None),
        row(
            "kube-controller-manager",
            "/opt/bin/kube-controller-manager",
            "kube-controller-manager",
            None,
        ),
        row("kube-proxy", "/opt/bin/kube-proxy", "root", None),
        row("kube-scheduler", "/opt/bin/kube-scheduler", "kube-scheduler", None),
        row("kubectl", "/opt/bin/kubectl", "root", None),
        row("kubelet", "/opt/bin/kubelet", "root", None),
        row("mount.nfs", "/usr/sbin/mount.nfs", "root", None),
        row("nft", "/usr/sbin/nft", "root", None),
        row("runc", "/usr/bin/runc", "root", None),
        row("sshd", "/usr/sbin/sshd", "root", None),
        row("traefik", "/opt/bin/traefik", "traefik", None),
        row("wg", "/usr/bin/wg", "root", None),
    ],
    folder: "/opt/bin",
    packages: false,
    network: Interfaces::Networkd,
    clock: Clock::Timesyncd,
    selinux: false,
    sources: &[],
    terms: &[],
    // The second starts a machine anew when it has an update: three masters might go at once.
    masked: &["nftables.service", "locksmithd.service"],
};

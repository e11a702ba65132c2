//! Flatcar Container Linux (<https://www.flatcar.org/docs/latest/>): `/usr` is read-only and there is
//! no package manager, so what the image does not have is put into `/opt/bin`.

use super::{Clock, Interfaces, Table, fetched, row};
use crate::role::Minimum;

pub(super) const TABLE: Table = Table {
    rows: &[
        row("ca-certificates", "/etc/ssl/certs/ca-certificates.crt", "root", None),
        fetched("cni-plugins", "/opt/cni/bin", "root"),
        row("containerd", "/usr/bin/containerd", "root", None),
        fetched("coredns", "/opt/bin/coredns", "coredns"),
        row("curl", "/usr/bin/curl", "root", None),
        fetched("etcd", "/opt/bin/etcd", "etcd"),
        fetched("haproxy", "/opt/bin/haproxy", "haproxy"),
        row("ip", "/usr/bin/ip", "root", None),
        row("iscsid", "/usr/sbin/iscsid", "root", None),
        fetched("keepalived", "/opt/bin/keepalived", "root"),
        fetched("kube-apiserver", "/opt/bin/kube-apiserver", "kube-apiserver"),
        fetched(
            "kube-controller-manager",
            "/opt/bin/kube-controller-manager",
            "kube-controller-manager",
        ),
        fetched("kube-proxy", "/opt/bin/kube-proxy", "root"),
        fetched("kube-scheduler", "/opt/bin/kube-scheduler", "kube-scheduler"),
        fetched("kubectl", "/opt/bin/kubectl", "root"),
        fetched("kubelet", "/opt/bin/kubelet", "root"),
        row("mount.nfs", "/usr/sbin/mount.nfs", "root", None),
        row("nft", "/usr/sbin/nft", "root", None),
        row("runc", "/usr/bin/runc", "root", None),
        row("sshd", "/usr/sbin/sshd", "root", None),
        row("tar", "/usr/bin/tar", "root", None),
        fetched("traefik", "/opt/bin/traefik", "traefik"),
        row("wg", "/usr/bin/wg", "root", None),
    ],
    folder: "/opt/bin",
    packages: false,
    network: Interfaces::Networkd,
    clock: Clock::Timesyncd,
    selinux: false,
    sources: &[],
    terms: &[],
    // Its own script for QEMU gives it 1 GiB (`flatcar_production_qemu.sh`), and an installation takes 8 GB
    // (<https://www.flatcar.org/docs/latest/installing/bare-metal/installing-to-disk/>).
    minimum: Minimum::of(1, 1024, 8),
    // The second starts a machine anew when it has an update: three masters might go at once.
    masked: &["nftables.service", "locksmithd.service"],
};

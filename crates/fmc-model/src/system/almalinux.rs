//! AlmaLinux 9 (<https://wiki.almalinux.org/>): packages of Enterprise Linux.

use super::{Clock, Interfaces, Row, Table, fetched, row};
use crate::role::Minimum;
use crate::setup::PackageSource;

/// The same in every rebuild of Enterprise Linux 9.
pub(super) const ROWS: &[Row] = &[
    row("ca-certificates", "/etc/pki/tls/certs/ca-bundle.crt", "root", Some("ca-certificates")),
    row("chronyc", "/usr/bin/chronyc", "root", Some("chrony")),
    row("chronyd", "/usr/sbin/chronyd", "chrony", Some("chrony")),
    row("cni-plugins", "/usr/libexec/cni", "root", Some("containernetworking-plugins")),
    row("cockpit", "/usr/bin/cockpit-bridge", "root", Some("cockpit")),
    fetched("containerd", "/usr/local/bin/containerd", "root"),
    fetched("coredns", "/usr/local/bin/coredns", "coredns"),
    row("curl", "/usr/bin/curl", "root", Some("curl-minimal")),
    fetched("etcd", "/usr/local/bin/etcd", "etcd"),
    row("ganesha.nfsd", "/usr/bin/ganesha.nfsd", "root", Some("nfs-ganesha")),
    row("getsebool", "/usr/sbin/getsebool", "root", Some("libselinux-utils")),
    row("haproxy", "/usr/sbin/haproxy", "haproxy", Some("haproxy")),
    row("initdb", "/usr/bin/initdb", "postgres", Some("postgresql-server")),
    row("install", "/usr/bin/install", "root", None),
    row("ip", "/usr/sbin/ip", "root", Some("iproute")),
    row("ipa-server-install", "/usr/sbin/ipa-server-install", "root", Some("ipa-server")),
    row("iscsid", "/usr/sbin/iscsid", "root", Some("iscsi-initiator-utils")),
    row("keepalived", "/usr/sbin/keepalived", "root", Some("keepalived")),
    fetched("kube-apiserver", "/usr/local/bin/kube-apiserver", "kube-apiserver"),
    fetched(
        "kube-controller-manager",
        "/usr/local/bin/kube-controller-manager",
        "kube-controller-manager",
    ),
    fetched("kube-proxy", "/usr/local/bin/kube-proxy", "root"),
    fetched("kube-scheduler", "/usr/local/bin/kube-scheduler", "kube-scheduler"),
    fetched("kubectl", "/usr/local/bin/kubectl", "root"),
    fetched("kubelet", "/usr/local/bin/kubelet", "root"),
    row("libvirt", "/usr/sbin/virtqemud", "root", Some("libvirt-daemon-kvm")),
    row("mount.nfs", "/usr/sbin/mount.nfs", "root", Some("nfs-utils")),
    row("nfs-ganesha-vfs", "/usr/lib64/ganesha/libfsalvfs.so", "root", Some("nfs-ganesha-vfs")),
    row("nft", "/usr/sbin/nft", "root", Some("nftables")),
    row("pg_archivecleanup", "/usr/bin/pg_archivecleanup", "root", Some("postgresql-contrib")),
    row("pg_basebackup", "/usr/bin/pg_basebackup", "root", Some("postgresql-server")),
    row("postgres", "/usr/bin/postgres", "postgres", Some("postgresql-server")),
    row("psql", "/usr/bin/psql", "root", Some("postgresql")),
    row("python3", "/usr/bin/python3", "root", Some("python3")),
    row("qemu", "/usr/libexec/qemu-kvm", "root", Some("qemu-kvm")),
    row("restorecon", "/usr/sbin/restorecon", "root", Some("policycoreutils")),
    row("runc", "/usr/bin/runc", "root", Some("runc")),
    row("semanage", "/usr/sbin/semanage", "root", Some("policycoreutils-python-utils")),
    row("setsebool", "/usr/sbin/setsebool", "root", Some("policycoreutils")),
    row("sshd", "/usr/sbin/sshd", "root", Some("openssh-server")),
    row("tar", "/usr/bin/tar", "root", Some("tar")),
    fetched("traefik", "/usr/local/bin/traefik", "traefik"),
    row("virsh", "/usr/bin/virsh", "root", Some("libvirt-client")),
    row("wg", "/usr/bin/wg", "root", Some("wireguard-tools")),
];

/// NFS-Ganesha is packaged by the Storage SIG of `CentOS` (<https://sigs.centos.org/storage/>), whose
/// repository a package of `extras` brings. Of PostgreSQL, Enterprise Linux 9 has 13 unless a stream of
/// its module is chosen: this is the version that Debian 12 has as well, so that a cloud has one.
pub(super) const SOURCES: &[(&str, PackageSource)] = &[
    ("nfs-ganesha", PackageSource::Repository("centos-release-nfs-ganesha5")),
    ("nfs-ganesha-vfs", PackageSource::Repository("centos-release-nfs-ganesha5")),
    ("postgresql-contrib", PackageSource::Module("postgresql:15")),
    ("postgresql-server", PackageSource::Module("postgresql:15")),
];

/// Units that undo what ours do: firewalld has tables of its own, and what it drops stays dropped
/// whatever another table accepts; `nftables.service` may flush the whole ruleset.
pub(super) const MASKED: &[&str] = &["firewalld.service", "nftables.service"];

/// Enterprise Linux 9 asks for 1.5 GiB of memory and 10 GiB of disk
/// (<https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/interactively_installing_rhel_from_installation_media/system-requirements-and-supported-architectures>).
/// Below it `dnf` is what is ended first, for it holds the lists of all repositories in memory.
pub(super) const MINIMUM: Minimum = Minimum::of(1, 1536, 10);

pub(super) const TABLE: Table = Table {
    rows: ROWS,
    folder: "/usr/sbin",
    packages: true,
    network: Interfaces::NetworkManager,
    clock: Clock::Chronyd,
    selinux: true,
    sources: SOURCES,
    terms: &[],
    minimum: MINIMUM,
    masked: MASKED,
};

//! Debian 12 (<https://packages.debian.org/bookworm/>).

use super::{Clock, Interfaces, Table, row};

pub(super) const TABLE: Table = Table {
    rows: &[
        row("chronyc", "/usr/bin/chronyc", "root", Some("chrony")),
        row("chronyd", "/usr/sbin/chronyd", "_chrony", Some("chrony")),
        row("coredns", "/usr/local/bin/coredns", "coredns", None),
        row("curl", "/usr/bin/curl", "root", Some("curl")),
        row("dscreate", "/usr/sbin/dscreate", "root", Some("389-ds-base")),
        row("dsctl", "/usr/sbin/dsctl", "root", Some("389-ds-base")),
        row("etcd", "/usr/bin/etcd", "etcd", Some("etcd-server")),
        row("ganesha.nfsd", "/usr/bin/ganesha.nfsd", "root", Some("nfs-ganesha")),
        row("haproxy", "/usr/sbin/haproxy", "haproxy", Some("haproxy")),
        row("initdb", "/usr/lib/postgresql/15/bin/initdb", "postgres", Some("postgresql-15")),
        row("install", "/usr/bin/install", "root", None),
        row("ip", "/usr/sbin/ip", "root", Some("iproute2")),
        row("kadmin.local", "/usr/sbin/kadmin.local", "root", Some("krb5-admin-server")),
        row("kdb5_util", "/usr/sbin/kdb5_util", "root", Some("krb5-kdc")),
        row("keepalived", "/usr/sbin/keepalived", "root", Some("keepalived")),
        row("krb5kdc", "/usr/sbin/krb5kdc", "root", Some("krb5-kdc")),
        row("modsecurity-crs", "/usr/share/modsecurity-crs/rules", "root", Some("modsecurity-crs")),
        row("mount.nfs", "/usr/sbin/mount.nfs", "root", Some("nfs-common")),
        row(
            "nfs-ganesha-vfs",
            "/usr/lib/x86_64-linux-gnu/ganesha/libfsalvfs.so",
            "root",
            Some("nfs-ganesha-vfs"),
        ),
        row("nft", "/usr/sbin/nft", "root", Some("nftables")),
        row("nginx", "/usr/sbin/nginx", "www-data", Some("nginx-light")),
        row(
            "nginx-modsecurity",
            "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so",
            "root",
            Some("libnginx-mod-http-modsecurity"),
        ),
        row("ns-slapd", "/usr/sbin/ns-slapd", "dirsrv", Some("389-ds-base")),
        row("openssl", "/usr/bin/openssl", "root", Some("openssl")),
        row("postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres", Some("postgresql-15")),
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

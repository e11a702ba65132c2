//! Debian 12 (<https://packages.debian.org/bookworm/>).

use super::{Interfaces, Table, row};

pub(super) const TABLE: Table = Table {
    rows: &[
        row("curl", "/usr/bin/curl", "root", Some("curl")),
        row("haproxy", "/usr/sbin/haproxy", "haproxy", Some("haproxy")),
        row("ip", "/usr/sbin/ip", "root", Some("iproute2")),
        row("keepalived", "/usr/sbin/keepalived", "root", Some("keepalived")),
        row("nft", "/usr/sbin/nft", "root", Some("nftables")),
        row("wg", "/usr/bin/wg", "root", Some("wireguard-tools")),
    ],
    folder: "/usr/sbin",
    packages: true,
    network: Interfaces::Networkd,
    // Its `/etc/nftables.conf` begins with `flush ruleset`.
    masked: &["nftables.service"],
};

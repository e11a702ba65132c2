//! AlmaLinux 9 (<https://wiki.almalinux.org/>): packages of Enterprise Linux.

use super::{Interfaces, Row, Table, row};

/// The same in every rebuild of Enterprise Linux 9.
pub(super) const ROWS: &[Row] = &[
    row("curl", "/usr/bin/curl", "root", Some("curl-minimal")),
    row("haproxy", "/usr/sbin/haproxy", "haproxy", Some("haproxy")),
    row("ip", "/usr/sbin/ip", "root", Some("iproute")),
    row("keepalived", "/usr/sbin/keepalived", "root", Some("keepalived")),
    row("nft", "/usr/sbin/nft", "root", Some("nftables")),
    row("wg", "/usr/bin/wg", "root", Some("wireguard-tools")),
];

/// Units that undo what ours do: firewalld has tables of its own, and what it drops stays dropped
/// whatever another table accepts; `nftables.service` may flush the whole ruleset.
pub(super) const MASKED: &[&str] = &["firewalld.service", "nftables.service"];

pub(super) const TABLE: Table = Table {
    rows: ROWS,
    folder: "/usr/sbin",
    packages: true,
    network: Interfaces::NetworkManager,
    masked: MASKED,
};

//! Debian 12 (<https://packages.debian.org/bookworm/>).

use super::{Interfaces, Table, row};

pub(super) const TABLE: Table = Table {
    rows: &[
        row("cockpit", "/usr/bin/cockpit-bridge", "root", Some("cockpit")),
        row("curl", "/usr/bin/curl", "root", Some("curl")),
        row("haproxy", "/usr/sbin/haproxy", "haproxy", Some("haproxy")),
        row("ip", "/usr/sbin/ip", "root", Some("iproute2")),
        row("keepalived", "/usr/sbin/keepalived", "root", Some("keepalived")),
        row("libvirt", "/usr/sbin/libvirtd", "root", Some("libvirt-daemon-system")),
        row("nft", "/usr/sbin/nft", "root", Some("nftables")),
        row("qemu", "/usr/bin/qemu-system-x86_64", "root", Some("qemu-system-x86")),
        row("virsh", "/usr/bin/virsh", "root", Some("libvirt-clients")),
        row("wg", "/usr/bin/wg", "root", Some("wireguard-tools")),
    ],
    folder: "/usr/sbin",
    packages: true,
    network: Interfaces::Networkd,
    // Its `/etc/nftables.conf` begins with `flush ruleset`.
    masked: &["nftables.service"],
};

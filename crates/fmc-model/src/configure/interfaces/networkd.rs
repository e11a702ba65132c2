//! systemd-networkd
//! (<https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html>).

use super::{HostPart, Link, RULE_PRIORITY};
use crate::cloud::{Nic, Route, Via};
use crate::role::Configuration;
use fmc_config::ini::{Ini, IniStyle, Section};

/// The file of an interface; and where a device is its port, the bridge itself and the file of that.
pub(super) fn files<'a>(
    part: &HostPart<'_>,
    nic: &Nic,
    port: Option<&str>,
    link: impl Fn() -> Link<'a>,
    out: &mut Configuration,
) {
    let path =
        |interface: &str, kind: &str| format!("/etc/systemd/network/10-fmc-{interface}.{kind}");
    let interface = &nic.interface;
    if let Some(port) = port {
        out.file_by(path(interface, "netdev"), || bridge(&link()));
        out.file_by(path(port, "network"), || of_port(port, &link()));
    }
    out.file_by(path(interface, "network"), || network(part, &link()));
}

fn network(part: &HostPart<'_>, link: &Link<'_>) -> Ini {
    let cause = &link.cause;
    let mut ini = Ini::new(IniStyle::Tight);
    ini.section("Match", cause).set("Name", &link.nic.interface);
    ini.section("Link", cause).set("MTUBytes", link.mtu);
    let network = ini.section("Network", cause);
    if link.by_provider {
        network.set("DHCP", "yes");
    }
    for address in &link.nic.addresses {
        network.set("Address", address);
    }
    network.set("LinkLocalAddressing", "ipv6");
    if link.first {
        for resolver in &part.host.resolvers {
            network.set("DNS", resolver);
        }
        network.set("Domains", part.cloud.domain.as_str());
    }
    for route in &link.routes {
        write(route, ini.section("Route", cause));
    }
    for (from, table, routes) in &link.by_source {
        let rule = ini.section("RoutingPolicyRule", cause);
        rule.set("From", from).set("Table", table).set("Priority", RULE_PRIORITY);
        for route in routes {
            let section = ini.section("Route", cause);
            write(route, section);
            section.set("Table", table);
        }
    }
    ini
}

/// The bridge itself.
fn bridge(link: &Link<'_>) -> Ini {
    let cause = &link.cause;
    let mut ini = Ini::new(IniStyle::Tight);
    let device = ini.section("NetDev", cause);
    device.set("Name", &link.nic.interface).set("Kind", "bridge").set("MTUBytes", link.mtu);
    // Guests cannot make a loop, and would wait for half a minute until a port forwards.
    ini.section("Bridge", cause).set("STP", "no");
    ini
}

/// The device that is the port of a bridge.
fn of_port(port: &str, link: &Link<'_>) -> Ini {
    let cause = &link.cause;
    let mut ini = Ini::new(IniStyle::Tight);
    ini.section("Match", cause).set("Name", port);
    ini.section("Link", cause).set("MTUBytes", link.mtu);
    ini.section("Network", cause).set("Bridge", &link.nic.interface);
    ini
}

fn write(route: &Route, section: &mut Section) {
    section.set("Destination", route.to);
    match route.via {
        Via::Gateway(gateway) => section.set("Gateway", gateway),
        Via::Link | Via::Provider => section.set("Scope", "link"),
    };
}

//! systemd-networkd
//! (<https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html>).

use super::{HostPart, Link, RULE_PRIORITY};
use crate::cloud::{Route, Via};
use crate::role::Configuration;
use fmc_config::ini::{Ini, IniStyle, Section};

pub(super) fn file(part: &HostPart<'_>, link: &Link<'_>, out: &mut Configuration) {
    let cause = &link.cause;
    let interface = &link.nic.interface;
    let mut ini = Ini::new(IniStyle::Tight);
    ini.section("Match", cause).set("Name", interface);
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
    out.file(format!("/etc/systemd/network/10-fmc-{interface}.network"), ini);
}

fn write(route: &Route, section: &mut Section) {
    section.set("Destination", route.to);
    match route.via {
        Via::Gateway(gateway) => section.set("Gateway", gateway),
        Via::Link | Via::Provider => section.set("Scope", "link"),
    };
}

//! Keyfiles of NetworkManager
//! (<https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html>).

use super::{HostPart, Link, RULE_PRIORITY};
use crate::cloud::{Nic, Route, Via};
use crate::role::Configuration;
use crate::setup::File;
use fmc_config::Cause;
use fmc_config::ini::{Ini, IniStyle, Section};
use ipnet::IpNet;
use std::net::IpAddr;

/// The file of an interface, and that of the device that is its port, if there is one.
pub(super) fn files<'a>(
    part: &HostPart<'_>,
    nic: &Nic,
    port: Option<&str>,
    link: impl Fn() -> Link<'a>,
    out: &mut Configuration,
) {
    let mut add = |interface: &str, make: &dyn Fn(&Link<'_>) -> Ini| {
        let path = format!("/etc/NetworkManager/system-connections/fmc-{interface}.nmconnection");
        // NetworkManager reads no keyfile that others may read.
        out.entry_by(path, || {
            let link = link();
            File::new(make(&link), &link.cause).mode(0o600)
        });
    };
    if let Some(port) = port {
        add(port, &|it| of_port(port, it));
    }
    add(&nic.interface, &|it| network(part, it));
}

fn network(part: &HostPart<'_>, link: &Link<'_>) -> Ini {
    let cause = &link.cause;
    let interface = &link.nic.interface;
    let mut ini = Ini::new(IniStyle::Tight);
    connection(interface, if link.port.is_some() { "bridge" } else { "ethernet" }, &mut ini, cause);
    ini.section("ethernet", cause).set("mtu", link.mtu);
    if link.port.is_some() {
        // Guests cannot make a loop, and would wait for half a minute until a port forwards.
        ini.section("bridge", cause).set("stp", "false");
    }
    for (name, v4) in [("ipv4", true), ("ipv6", false)] {
        version(part, link, v4, ini.section(name, cause));
    }
    ini
}

/// The device that is the port of a bridge.
fn of_port(port: &str, link: &Link<'_>) -> Ini {
    let cause = &link.cause;
    let mut ini = Ini::new(IniStyle::Tight);
    connection(port, "ethernet", &mut ini, cause)
        .set("master", &link.nic.interface)
        .set("slave-type", "bridge");
    ini.section("ethernet", cause).set("mtu", link.mtu);
    ini
}

/// The section that says what a connection is.
fn connection<'a>(interface: &str, kind: &str, ini: &'a mut Ini, cause: &Cause) -> &'a mut Section {
    let connection = ini.section("connection", cause);
    connection.set("id", format!("fmc-{interface}")).set("type", kind);
    connection.set("interface-name", interface);
    // Above whatever else the system made for the same interface.
    connection.set("autoconnect-priority", 100);
    connection
}

fn version(part: &HostPart<'_>, link: &Link<'_>, v4: bool, section: &mut Section) {
    let of_version = |it: &IpAddr| it.is_ipv4() == v4;
    let addresses: Vec<&IpNet> =
        link.nic.addresses.iter().filter(|it| of_version(&it.addr())).collect();
    section.set(
        "method",
        match (link.by_provider, addresses.is_empty(), v4) {
            (true, _, _) => "auto",
            (false, false, _) => "manual",
            (false, true, true) => "disabled",
            (false, true, false) => "link-local",
        },
    );
    for (index, address) in (1..).zip(&addresses) {
        section.set(&format!("address{index}"), address);
    }
    if addresses.is_empty() && !link.by_provider {
        return;
    }
    if link.first {
        let resolvers: Vec<String> = part
            .host
            .resolvers
            .iter()
            .filter(|it| of_version(it))
            .map(ToString::to_string)
            .collect();
        if !resolvers.is_empty() {
            section.set("dns", format!("{};", resolvers.join(";")));
        }
        section.set("dns-search", format!("{};", part.cloud.domain));
    }
    let mut number = 0;
    let mut write = |route: &Route, table: Option<usize>, section: &mut Section| {
        number += 1;
        let gateway = match route.via {
            Via::Gateway(gateway) => format!(",{gateway}"),
            Via::Link | Via::Provider => String::new(),
        };
        section.set(&format!("route{number}"), format!("{}{gateway}", route.to));
        if let Some(table) = table {
            section.set(&format!("route{number}_options"), format!("table={table}"));
        }
    };
    for route in link.routes.iter().filter(|it| of_version(&it.to.addr())) {
        write(route, None, section);
    }
    let by_source = link.by_source.iter().filter(|it| of_version(&it.0.addr()));
    for (index, (from, table, routes)) in (1..).zip(by_source) {
        let rule = format!("priority {RULE_PRIORITY} from {from} table {table}");
        section.set(&format!("routing-rule{index}"), rule);
        for route in routes {
            write(route, Some(*table), section);
        }
    }
}

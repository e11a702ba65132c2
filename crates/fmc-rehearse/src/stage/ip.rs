//! Addresses, routes and rules, in the words of `ip` (ip-route(8), ip-rule(8)).

use super::outside::PROVIDER;
use fmc_model::cloud::{Host, Route, Via};
use fmc_sys::{Command, Failure, Host as _, Sandbox};
use ipnet::IpNet;
use std::fmt::Write as _;
use std::net::IpAddr;

/// Where the tables of routes by source begin, and what is asked before the main one: as in what is generated.
const FIRST_TABLE: usize = 101;
pub(super) const RULE_PRIORITY: usize = 1000;

/// A route as `ip` reads it, with the rule that leads to it where it is by source and none did before.
pub(super) fn routed(host: &Host, route: &Route, sources: &mut Vec<(IpNet, usize)>) -> String {
    let index = host.nics.iter().position(|it| it.interface == route.interface);
    let table = FIRST_TABLE + index.unwrap_or_default();
    let mut text = String::new();
    let mut into = String::new();
    if let Some(from) = route.from {
        if !sources.contains(&(from, table)) {
            sources.push((from, table));
            let version = version(from.addr());
            let _ = writeln!(
                text,
                "{version}rule add from {from} table {table} priority {RULE_PRIORITY}"
            );
        }
        into = format!(" table {table}");
    }
    let to = if route.to.prefix_len() == 0 { "default".into() } else { route.to.to_string() };
    let via = match route.via {
        Via::Gateway(gateway) => format!(" via {gateway}"),
        Via::Provider if route.to.addr().is_ipv4() => format!(" via {} onlink", PROVIDER.0),
        Via::Provider => format!(" via {} onlink", PROVIDER.1),
        Via::Link => String::new(),
    };
    let (version, interface) = (version(route.to.addr()), &route.interface);
    let _ = writeln!(text, "{version}route add {to}{via} dev {interface}{into}");
    text
}

/// How a line begins that is about an address of this version.
pub(crate) fn version(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "" } else { "-6 " }
}

/// Runs commands of `ip`, one a line. Each begins with its version if that is 6.
pub(crate) fn ip(sandbox: &Sandbox, batch: &str) -> Result<(), Failure> {
    // One run takes commands of one version.
    let (six, four): (Vec<&str>, Vec<&str>) = batch.lines().partition(|it| it.starts_with("-6 "));
    for (lines, option) in [(four, "-4"), (six, "-6")] {
        if lines.is_empty() {
            continue;
        }
        let lines: Vec<&str> = lines.iter().map(|it| it.trim_start_matches("-6 ")).collect();
        let command = Command::new("ip").args([option, "-batch", "-"]);
        sandbox.run(&command.input(lines.join("\n") + "\n"))?.ok()?;
    }
    Ok(())
}

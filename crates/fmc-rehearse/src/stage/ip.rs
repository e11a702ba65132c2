//! Addresses, routes and rules, in the words of `ip` (ip-route(8), ip-rule(8)).

use super::declared::{Rule, Way};
use fmc_sys::{Command, Failure, Host as _, Sandbox};
use std::fmt::Write as _;
use std::net::IpAddr;

/// What is asked before the main table, as in what is generated.
pub(super) const RULE_PRIORITY: usize = 1000;

/// A route out of an interface as `ip` reads it.
pub(super) fn routed(interface: &str, way: &Way) -> String {
    let Way { to, via, on_link, table, metric } = way;
    let default = to.prefix_len() == 0;
    let name = if default { "default".into() } else { to.to_string() };
    let mut text = format!("{}route add {name}", version(to.addr()));
    if let Some(it) = via {
        let _ = write!(text, " via {it}");
    }
    let _ = write!(text, " dev {interface}");
    for (word, value) in [("table", table), ("metric", metric)] {
        if let Some(it) = value {
            let _ = write!(text, " {word} {it}");
        }
    }
    if *on_link {
        text += " onlink";
    }
    text
}

/// A rule that leads to a table, as `ip` reads it.
pub(super) fn ruled(Rule { from, table, priority }: &Rule) -> String {
    let priority = priority.map(|it| format!(" priority {it}")).unwrap_or_default();
    format!("{}rule add from {from} table {table}{priority}", version(from.addr()))
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

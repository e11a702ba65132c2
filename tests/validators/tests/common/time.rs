//! chronyd is started with its file, never touching the clock, and asked whom it would answer.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, told};
use fmc_sys::Command;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Addresses of nobody: they are for documents (RFC 5737, RFC 3849).
const STRANGERS: [&str; 2] = ["203.0.113.77", "2001:db8::77"];

/// It is accepted; whoever is to ask is answered, and nobody else.
pub(crate) fn chronyd(path: &str, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    one(&Command::new("chronyd").args(["-p", "-f", path]), on)?;
    // `-x`: whatever it thinks of the time, the clock of this machine is left alone.
    let command = Command::new("chronyd").args(["-x", "-d", "-f", path]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let ask = |words: &[&str]| run(&Command::new("chronyc").arg("-n").args(words), on);
    let start = std::time::Instant::now();
    while !ask(&["tracking"])?.success() {
        daemon.wait_until(PATIENCE / 100, |_| false).map_err(|it| it.to_string())?;
        if start.elapsed() > PATIENCE {
            return Err(told(&command, daemon.so_far()));
        }
    }
    for client in clients(stage) {
        let told = ask(&["accheck", &client.to_string()])?.talk();
        if !told.contains("Access allowed") {
            return Err(format!("{client}: {told}"));
        }
    }
    for stranger in STRANGERS {
        let told = ask(&["accheck", stranger])?.talk();
        if !told.contains("Access denied") {
            return Err(format!("{stranger}: {told}"));
        }
    }
    let sources = ask(&["-c", "sources"])?.text();
    if daemon.so_far().talk().contains("Fatal") { Err(sources) } else { Ok(()) }
}

/// The addresses of hosts that follow this clock.
fn clients(stage: &Stage<'_>) -> BTreeSet<IpAddr> {
    use fmc_model::cloud::End;
    let own = |end: &End| matches!(end, End::Hosts(set) if set.contains(stage.host.id));
    let flows = stage.cloud.flows.iter().filter(|it| it.service == "time" && own(&it.to));
    let hosts = flows.filter_map(|it| match &it.from {
        End::Hosts(from) => Some(from),
        _ => None,
    });
    // They come from the network that both are in, else from where they are known.
    let address = |id| {
        let client = stage.cloud.host(id);
        let shared = client.nics.iter().find(|it| stage.host.nic(&it.network).is_some());
        let own = shared.into_iter().flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr));
        own.chain(client.primary_addresses()).next()
    };
    hosts.flat_map(|it| it.iter()).filter_map(address).collect()
}

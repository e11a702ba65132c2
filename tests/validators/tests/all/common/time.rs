//! chronyd is started with its file, never touching the clock, and asked whom it would answer.

use super::clients::clients;
use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, told};
use fmc_sys::Command;

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
    for client in clients("time", stage) {
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

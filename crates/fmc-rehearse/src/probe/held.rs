//! Who holds what moves.

use super::AGAIN;
use super::attempt::run;
use crate::rehearsal::Live;
use fmc_check::machine::Machines;
use fmc_model::cloud::{HostId, Vip};
use fmc_model::{Text, text};
use fmc_sys::Command;
use std::net::IpAddr;
use std::time::Duration;

/// Exactly one has a virtual address, and still does when whoever hears nobody would have taken it.
pub(super) fn held(vip: &Vip, live: &Live<'_>, machines: &Machines<'_>) -> Result<(), Text> {
    held_now(vip, live, machines)?;
    // Three adverts, and less than one more (RFC 9568 §6.1); a check of scripts may come between.
    let advert = Duration::from_millis(vip.timers.advert.0);
    std::thread::sleep(4 * advert + AGAIN);
    held_now(vip, live, machines)
}

/// Whether exactly one of its members has each of its addresses now.
fn held_now(vip: &Vip, live: &Live<'_>, machines: &Machines<'_>) -> Result<(), Text> {
    for address in &vip.addresses {
        let holders = holders(vip, *address, live, machines)?;
        if holders.len() != 1 {
            let names = holders.iter().map(|it| machines.cloud.host(*it).name.as_str());
            let names: Vec<&str> = names.collect();
            let who = names.join(", ");
            return Err(if who.is_empty() {
                text!("{address} is held by nobody", "{address} no lo tiene nadie")
            } else {
                text!("{address} is held by {who}", "{address} lo tienen {who}")
            });
        }
    }
    Ok(())
}

/// Who of its members has one of its addresses now.
pub(super) fn holders(
    vip: &Vip,
    address: IpAddr,
    live: &Live<'_>,
    machines: &Machines<'_>,
) -> Result<Vec<HostId>, Text> {
    let mut holders = Vec::new();
    for member in &vip.members {
        let Some(host) = machines.cloud.hosts.get(&member.host) else { continue };
        let show = Command::new("ip").args(["-o", "address", "show", "to", &address.to_string()]);
        if !run(&show, live.stage.host(host.id))?.trim().is_empty() {
            holders.push(host.id);
        }
    }
    Ok(holders)
}

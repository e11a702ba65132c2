//! A segment that links of several sandboxes are plugged into.
//!
//! It is a bridge in a network namespace of its own, in which there is nothing else: no address, no
//! rule, nobody who listens. The namespace has no name and goes with the last who holds it.

use super::keeper::unshare;
use super::net::Netlink;
use crate::Failure;
use crate::failure::Doing;
use netlink_packet_route::link::InfoKind;
use rustix::thread::UnshareFlags;
use std::fs::File;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The number of the bridge among the links of its namespace, in which only the loopback was before.
const BRIDGE: u32 = 2;

/// A segment: whoever is plugged into it (see [`Link::plugged`](super::Link::plugged)) meets everybody
/// else in it, as at a switch.
#[derive(Clone, Debug)]
pub struct Switch(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    namespace: File,
    there: Mutex<Netlink>,
    next: AtomicU32,
}

impl Switch {
    /// A segment that nobody is in yet.
    pub fn new() -> Result<Self, Failure> {
        // A thread of its own, for this one stays where it is.
        let thread = std::thread::Builder::new().name("fmc-switch".into()).spawn(make);
        let thread = thread.doing("starting a thread for a switch")?;
        let parts = thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it))?;
        Ok(Self(Arc::new(parts)))
    }

    /// The namespace to put the far end of a link into, and the name that it must have there.
    pub(super) fn socket(&self) -> (&File, String) {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        (&self.0.namespace, format!("port{number}"))
    }

    /// Takes the far end of a link in, under the name that [`socket`](Self::socket) gave.
    pub(super) fn plug(&self, port: &str) -> Result<(), Failure> {
        let there = self.0.there.lock().unwrap_or_else(PoisonError::into_inner);
        there.bring_up(port, Some(BRIDGE))
    }
}

fn make() -> Result<Parts, Failure> {
    unshare(UnshareFlags::NEWNET)?;
    let path = "/proc/thread-self/ns/net";
    let namespace = File::open(path).doing(format!("opening {path}"))?;
    // The bridge carries packets and sends none of its own. A kernel without version 6 needs no word.
    let quiet = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
    let _ = std::fs::write(quiet, "1");
    let there = Netlink::open()?;
    there.device("switch", BRIDGE, InfoKind::Bridge).doing("making a switch")?;
    there.bring_up("switch", None)?;
    Ok(Parts { namespace, there: Mutex::new(there), next: AtomicU32::new(0) })
}

//! Becoming root without being it.

use crate::Failure;
use crate::failure::Doing;
use rustix::thread::{UnshareFlags, unshare_unsafe};
use std::fs;

/// Enters a user namespace in which this process is root, unless it is root already.
///
/// That is root over what it makes there (namespaces, mounts, links) and nobody over the rest: of
/// this machine's users only its own exists inside, as root, so no command can run there as another.
///
/// The kernel allows it only to a process with one thread. Call it first in `main`; where it is too
/// late, the [`Failure`] says so.
pub fn become_root() -> Result<(), Failure> {
    let (user, group) = (rustix::process::geteuid(), rustix::process::getegid());
    if user.is_root() {
        return Ok(());
    }
    enter()?;
    for (file, text) in [
        ("/proc/self/setgroups", "deny".to_owned()),
        ("/proc/self/uid_map", format!("0 {} 1", user.as_raw())),
        ("/proc/self/gid_map", format!("0 {} 1", group.as_raw())),
    ] {
        fs::write(file, text).doing(format!("writing {file}"))?;
    }
    Ok(())
}

#[expect(unsafe_code, reason = "unshare can split the table of open files")]
fn enter() -> Result<(), Failure> {
    // SAFETY: as in `sandbox::keeper`: the table of open files stays one.
    unsafe { unshare_unsafe(UnshareFlags::NEWUSER) }.map_err(|error| match error {
        rustix::io::Errno::INVAL => {
            Failure::Wrong("only a process with one thread can become root".into())
        }
        error => Failure::System { what: "entering a user namespace".into(), source: error.into() },
    })
}

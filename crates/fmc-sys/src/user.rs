//! Becoming root without being it.

use crate::Failure;
use crate::failure::Doing;
use rustix::io::Errno;
use rustix::thread::{UnshareFlags, unshare_unsafe};
use std::fs;
use std::time::Duration;

/// Enters a user namespace in which this process is root, unless it is root already.
///
/// That is root over what it makes there (namespaces, mounts, links) and nobody over the rest: of
/// this machine's users only its own exists inside, as root, so no command can run there as another.
///
/// The kernel allows it only to a process with one thread. Call it first in `main`; where it is too
/// late, the [`Failure`] says so. Threads that were joined do not count, though the kernel may still
/// be clearing them away.
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

/// Whether this process is root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// How many open files are enough for anything that is made here: a host of a rehearsal takes seven of them, so
/// that it is room for thousands.
const ENOUGH_FILES: u64 = 1 << 16;

/// Lets this process, and what it starts, have as many open files as it may ever have: a few hundred
/// sandboxes and their conversations need more than the thousand that most systems begin with. Root may
/// give itself more than it was given.
pub fn raise_limits() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let most = now.maximum.map(|it| it.max(ENOUGH_FILES));
    // Where one is refused the other is not; where both are, what needs them says so.
    for maximum in [most, now.maximum] {
        if setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok() {
            break;
        }
    }
}

/// How many files this process may have open at once; `None` where nobody counts.
pub fn open_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

/// How often, and how long, a refusal is waited for: a joined thread is gone for its joiner before
/// it is for the kernel, which wakes the joiner first. A busy machine may take its time between both.
const PATIENCE: (u32, Duration) = (500, Duration::from_millis(2));

fn enter() -> Result<(), Failure> {
    for _ in 0..PATIENCE.0 {
        match unshare_user() {
            Err(Errno::INVAL) => std::thread::sleep(PATIENCE.1),
            result => return result.doing("entering a user namespace"),
        }
    }
    Err(Failure::Wrong("only a process with one thread can become root".into()))
}

#[expect(unsafe_code, reason = "unshare can split the table of open files")]
fn unshare_user() -> Result<(), Errno> {
    // SAFETY: as in `sandbox::keeper`: the table of open files stays one.
    unsafe { unshare_unsafe(UnshareFlags::NEWUSER) }
}

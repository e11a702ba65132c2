//! Whether this machine gives what sandboxes are made of. Each thing is tried alone and for real, by a thread
//! whose namespaces go with it; nothing of it is seen outside, and nothing is left.

use super::keeper::unshare;
use super::mounts;
use crate::Failure;
use crate::failure::Doing;
use rustix::thread::{UnshareFlags, unshare_unsafe};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

/// Something that sandboxes are made of (namespaces(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// A network of its own.
    Network,
    /// Mounts of its own.
    Mounts,
    /// Process numbers of its own.
    Processes,
    /// Queues and shared memory of its own.
    Messages,
    /// A host name of its own.
    HostName,
    /// A root of the control groups of its own.
    ControlGroups,
    /// Users of its own: what makes root of who is not. Root needs none.
    Users,
}

impl Trial {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Network,
        Self::Mounts,
        Self::Processes,
        Self::Messages,
        Self::HostName,
        Self::ControlGroups,
        Self::Users,
    ];

    /// Tries it.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn run(self) -> Result<(), Failure> {
        let flag = match self {
            Self::Network => UnshareFlags::NEWNET,
            Self::Mounts => UnshareFlags::NEWNS,
            Self::Processes => UnshareFlags::NEWPID,
            Self::Messages => UnshareFlags::NEWIPC,
            Self::HostName => UnshareFlags::NEWUTS,
            Self::ControlGroups => UnshareFlags::NEWCGROUP,
            Self::Users => return users(),
        };
        alone(move || unshare(flag))
    }
}

/// Lays a sandbox's root over a folder, as every host has it, and lets go of it.
///
/// # Errors
/// The kernel has no overlay file system, or none over this folder.
pub fn overlay(root: &Path) -> Result<(), Failure> {
    let root = root.to_owned();
    alone(move || {
        unshare(UnshareFlags::NEWNS)?;
        mounts::over(&root)
    })
}

/// Has something done by a thread of its own, which takes what it made along.
fn alone(work: impl FnOnce() -> Result<(), Failure> + Send + 'static) -> Result<(), Failure> {
    let thread = std::thread::Builder::new().name("fmc-trial".into()).spawn(work);
    let thread = thread.doing("starting a thread for a trial")?;
    thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it))
}

/// Only a process with one thread may enter a user namespace: a child does, before it is anything.
#[expect(unsafe_code, reason = "what runs between fork and exec is for its author to judge")]
fn users() -> Result<(), Failure> {
    let mut child = std::process::Command::new("/proc/self/exe");
    child.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // SAFETY: the table of open files stays one, as in `keeper::unshare`.
    let hook = || Ok(unsafe { unshare_unsafe(UnshareFlags::NEWUSER) }?);
    // SAFETY: the closure runs in the child of a process that may have other threads, so it may only do what
    // is safe in a signal handler. It makes one system call, allocates nothing and takes no lock.
    unsafe { child.pre_exec(hook) };
    child.status().doing("entering a user namespace").map(|_| ())
}

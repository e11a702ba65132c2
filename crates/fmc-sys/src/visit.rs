//! Going into a sandbox that another process keeps.

use crate::failure::Doing;
use crate::sandbox::{PATH, renounce, unshare};
use crate::{Command, Failure, Status};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use rustix::thread::{ThreadNameSpaceType, UnshareFlags, move_into_thread_name_spaces};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;

/// All that a sandbox has of its own.
const ALL: ThreadNameSpaceType = ThreadNameSpaceType::MOUNT
    .union(ThreadNameSpaceType::CONTROL_GROUP)
    .union(ThreadNameSpaceType::HOST_NAME_AND_NIS_DOMAIN_NAME)
    .union(ThreadNameSpaceType::INTER_PROCESS_COMMUNICATION)
    .union(ThreadNameSpaceType::PROCESS_ID)
    .union(ThreadNameSpaceType::NETWORK);

/// Runs a command in the sandbox whose first process has this number ([`Sandbox::id`]), with the
/// terminal and the streams of this process, and waits for its end. Its limit, its input and its log
/// are not looked at: whoever sits before it ends it. Of our environment it has `TERM` where that is
/// given to it.
///
/// It belongs to the sandbox: it ends with it.
///
/// # Errors
/// There is no such process, it is nobody's whom we may visit, or there is no such program in there.
///
/// [`Sandbox::id`]: crate::Sandbox::id
pub fn visit(id: u32, command: &Command) -> Result<Status, Failure> {
    let pid = Pid::from_raw(id as i32).ok_or_else(|| Failure::Wrong("no process is 0".into()))?;
    let what = format!("finding process {id}");
    let sandbox = pidfd_open(pid, PidfdFlags::empty()).doing(what)?;
    let command = command.clone();
    // Who enters never comes back: a thread of its own does.
    let inside = move || {
        // The folder and the root of a thread are those of all others until it lets go of them.
        unshare(UnshareFlags::FS)?;
        move_into_thread_name_spaces(sandbox.as_fd(), ALL).doing("entering a sandbox")?;
        renounce()?;
        let mut prepared = std::process::Command::new(&command.program);
        prepared.args(&command.arguments).env_clear();
        prepared.envs([("PATH", PATH), ("LC_ALL", "C.UTF-8"), ("HOME", "/root")]);
        prepared.envs(command.environment.iter().map(|(name, value)| (name, value)));
        prepared.current_dir(command.folder.as_deref().unwrap_or("/".as_ref()));
        let status = prepared.status().doing(format!("starting `{command}` in a sandbox"))?;
        Ok(match (status.code(), status.signal()) {
            (Some(code), _) => Status::Exited(code),
            (None, signal) => Status::Signalled(signal.unwrap_or_default()),
        })
    };
    let thread = std::thread::Builder::new().name("fmc-visit".into()).spawn(inside);
    let thread = thread.doing("starting a thread for a visit")?;
    thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it))
}

/// Does something in the network of the sandbox whose first process has this number: what is opened there stays of it.
///
/// # Errors
/// There is no such process, or it is nobody's whom we may visit.
pub fn in_network<T: Send + 'static>(
    id: u32,
    act: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let pid = Pid::from_raw(id as i32).ok_or_else(|| Failure::Wrong("no process is 0".into()))?;
    let sandbox = pidfd_open(pid, PidfdFlags::empty()).doing(format!("finding process {id}"))?;
    // Who enters never comes back: a thread of its own does.
    let inside = move || {
        let network = ThreadNameSpaceType::NETWORK;
        move_into_thread_name_spaces(sandbox.as_fd(), network).doing("entering a network")?;
        Ok(act())
    };
    let thread = std::thread::Builder::new().name("fmc-network".into()).spawn(inside);
    let thread = thread.doing("starting a thread for a network")?;
    thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it))
}

//! This machine itself.

use crate::failure::Doing;
use crate::{Command, Failure, Host, Outcome, Process, process};
use rustix::process::{Signal, set_parent_process_death_signal};
use std::os::unix::process::CommandExt;

/// This machine, as the user who runs us: the environment and the folder are ours, and what a
/// command changes stays changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine;

impl Machine {
    /// Starts a command. It is killed, with what it started and kept in its process group, when
    /// the [`Process`] is dropped; it alone is when the thread that started it ends.
    pub fn spawn(&self, command: &Command) -> Result<Process<'_>, Failure> {
        if command.user.is_some() {
            return Err(Failure::Wrong(format!("`{command}`: on this machine we are who we are")));
        }
        let mut prepared = process::prepare(command, None)?;
        prepared.envs(command.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &command.folder {
            prepared.current_dir(folder);
        }
        die_with_parent(&mut prepared);
        let child = prepared.spawn().doing(format!("starting `{command}`"))?;
        Process::watch(command, child, true)
    }
}

impl Host for Machine {
    fn watch(
        &self,
        command: &Command,
        go_on: &mut dyn FnMut(&Outcome) -> bool,
    ) -> Result<Outcome, Failure> {
        self.spawn(command)?.wait_watched(go_on)
    }
}

/// Has the kernel kill a command when we die, however we do.
#[expect(unsafe_code, reason = "what runs between fork and exec is for its author to judge")]
fn die_with_parent(prepared: &mut std::process::Command) {
    let hook = || Ok(set_parent_process_death_signal(Some(Signal::KILL))?);
    // SAFETY: the closure runs in the child of a process that may have other threads, so it may
    // only do what is safe in a signal handler. It makes one system call (prctl), allocates
    // nothing and takes no lock.
    unsafe { prepared.pre_exec(hook) };
}

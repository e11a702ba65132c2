//! A process tree in namespaces of its own, over a root of its own.

mod files;
mod init;
mod keeper;
mod mounts;
mod net;
mod setup;

pub use files::Placed;
pub use net::Link;
pub use setup::Setup;

use crate::failure::Doing;
use crate::{Command, Failure, Host, Outcome, Process, Status, process};
use keeper::Keeper;
use std::os::unix::process::CommandExt;
use std::process::Child;

/// A running sandbox, made by [`Setup::start`]. Dropping it ends everything in it.
#[derive(Debug)]
pub struct Sandbox {
    keeper: Keeper,
}

/// Where programs are looked for: Debian's path of root.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Sandbox {
    /// Starts a command and goes on. Of our environment it has nothing, unless the sandbox is
    /// [of this machine](Setup::machine).
    pub fn spawn(&self, command: &Command) -> Result<Process<'_>, Failure> {
        let mut prepared = process::prepare(command)?;
        if !self.keeper.of_machine {
            prepared.env_clear().envs([("PATH", PATH), ("LC_ALL", "C.UTF-8"), ("HOME", "/root")]);
        }
        prepared.envs(command.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &command.folder {
            prepared.current_dir(folder);
        }
        let (user, shown) = (command.user.clone(), command.to_string());
        let child = self.keeper.inside(move || -> Result<Child, Failure> {
            if let Some(user) = user {
                let (user, group) = files::owner(&user)?;
                prepared.uid(user).gid(group);
            }
            prepared.spawn().doing(format!("starting `{shown}` in a sandbox"))
        })??;
        Process::watch(command, child, false)
    }

    /// Calls a function inside: on the thread whose network, files and name are the sandbox's. It
    /// can open sockets and files there; it cannot start threads, and everything else waits for it.
    pub fn inside<T: Send + 'static>(
        &self,
        function: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.keeper.inside(function)
    }
}

impl Host for Sandbox {
    /// Runs a command to its end. One that runs into its limit or is stopped takes the whole sandbox with it:
    /// what it may have left behind in there cannot be told from what belongs there.
    fn watch(
        &self,
        command: &Command,
        go_on: &mut dyn FnMut(&Outcome) -> bool,
    ) -> Result<Outcome, Failure> {
        let outcome = self.spawn(command)?.wait_watched(go_on)?;
        if matches!(outcome.status, Status::TimedOut(_) | Status::Stopped) {
            self.keeper.kill();
        }
        Ok(outcome)
    }
}

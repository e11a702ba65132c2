//! A process tree in namespaces of its own, over a root of its own.

mod files;
mod init;
mod keeper;
mod mounts;
mod net;
mod setup;
mod switch;
mod trial;
mod tun;

pub use files::Placed;
pub use net::Link;
pub use setup::Setup;
pub use switch::Switch;
pub use trial::{Trial, overlay};
pub use tun::Tun;

use crate::failure::Doing;
use crate::{Command, Failure, Host, Outcome, Process, Status, process};
use keeper::Keeper;
pub use keeper::given_up;
pub(crate) use keeper::{renounce, unshare};
use rustix::fs::{Access, access};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::JoinHandle;

/// A running sandbox, made by [`Setup::start`]. Dropping it ends everything in it.
#[derive(Debug)]
pub struct Sandbox {
    keeper: Keeper,
}

/// Where programs are looked for: Debian's path of root.
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Sandbox {
    /// Starts a command and goes on. Of our environment it has nothing, unless the sandbox is
    /// [of this machine](Setup::machine).
    pub fn spawn(&self, command: &Command) -> Result<Process<'_>, Failure> {
        let program = self.program(command)?;
        let mut prepared = process::prepare(command, program.as_deref())?;
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

    /// Where the program of a command lies that is only named. The library looks for it after a fork, which copies
    /// the tables of all our memory; what has a path it starts without (`posix_spawn(3)`). With a hundred hosts,
    /// those copies were most of what we cost.
    fn program(&self, command: &Command) -> Result<Option<PathBuf>, Failure> {
        let has_path = command.program.as_bytes().contains(&b'/');
        if has_path || self.keeper.of_machine {
            return Ok(None);
        }
        let folders = command.variable("PATH").unwrap_or_else(|| PATH.as_ref()).to_owned();
        let name = command.program.clone();
        self.inside(move || {
            let folders = folders.as_bytes().split(|it| *it == b':').map(OsStr::from_bytes);
            let mut all = folders.map(|it| Path::new(it).join(&name));
            all.find(|it| it.is_file() && access(it, Access::EXEC_OK).is_ok())
        })
    }

    /// Calls a function inside: on the thread whose network, files and name are the sandbox's. It
    /// can open sockets and files there; it cannot start threads, and everything else waits for it.
    pub fn inside<T: Send + 'static>(
        &self,
        function: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.keeper.inside(function)
    }

    /// Starts a thread whose network is the sandbox's, for work that others need not wait for: sockets
    /// that it opens are in there. Files and processes are this machine's.
    pub fn thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, Failure> {
        self.keeper.thread(work)
    }

    /// The same in another network, to which the sandbox has given a name: a file that stands for it (`ip-netns(8)`).
    ///
    /// # Errors
    /// There is no such file, or it stands for no network.
    pub fn thread_of<T: Send + 'static>(
        &self,
        network: &Path,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, Failure> {
        let path = network.to_owned();
        let network = self.inside(move || File::open(path).doing("opening a network"))??;
        Keeper::thread_in(Some(network), work)
    }

    /// The number of its first process, as this machine sees it: with it, another process can
    /// [`visit`](crate::visit()) it.
    pub fn id(&self) -> u32 {
        self.keeper.id()
    }

    /// Has its first process become the program that it was given ([`Setup::first_process`]). Whether that one comes
    /// up is seen by what it does.
    ///
    /// # Errors
    /// It was given none, or has ended.
    pub fn boot(&self) -> Result<(), Failure> {
        self.keeper.boot()
    }

    /// Puts files to their places, in order: users whom [`Setup::file`](Setup::file) could not know yet may
    /// own them.
    pub fn place(&self, files: Vec<Placed>) -> Result<(), Failure> {
        files.iter().try_for_each(Placed::check)?;
        self.inside(move || files.iter().try_for_each(Placed::place))?
    }

    /// Kills every process inside, and goes on: who ends many of them waits once.
    pub fn kill(&self) {
        self.keeper.kill();
    }

    /// Adds an interface at whose other end the caller is.
    pub fn tun(&self, link: Link) -> Result<Tun, Failure> {
        self.inside(move || Tun::make(&link))?
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

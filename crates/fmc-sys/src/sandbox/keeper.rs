//! The thread that lives inside.
//!
//! It enters its namespaces once and never leaves them. Others hand it what is to be done there.
//! When it ends, its first process ends with it, and so do all.

use super::init::Init;
use super::{Setup, mounts, net};
use crate::Failure;
use crate::failure::Doing;
use rustix::thread::{UnshareFlags, unshare_unsafe};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Debug)]
pub(super) struct Keeper {
    /// Whether the files and the environment are those of this machine.
    pub(super) of_machine: bool,
    init: Arc<Init>,
    /// `None` only while it is being dropped.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts the thread, and waits until everything inside is as the setup says.
    pub(super) fn start(setup: Setup) -> Result<Self, Failure> {
        let of_machine = setup.root.is_none();
        let (jobs, todo) = channel();
        let (said, ready) = channel();
        let thread = std::thread::Builder::new()
            .name("fmc-sandbox".into())
            .spawn(move || live(&setup, &todo, &said))
            .doing("starting a thread for a sandbox")?;
        match ready.recv() {
            Ok(Ok(init)) => Ok(Self { of_machine, init, jobs: Some(jobs), thread: Some(thread) }),
            Ok(Err(failure)) => {
                let _ = thread.join();
                Err(failure)
            }
            // It can only have panicked; so do we.
            Err(_) => match thread.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => Err(gone()),
            },
        }
    }

    /// Has a function called by the thread. Its panic is ours.
    pub(super) fn inside<T: Send + 'static>(
        &self,
        function: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        if self.init.is_dead() {
            return Err(gone());
        }
        let (done, result) = channel();
        let job: Job = Box::new(move || {
            // Nobody listens any more only if who asked has panicked meanwhile.
            let _ = done.send(catch_unwind(AssertUnwindSafe(function)));
        });
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(job).map_err(|_| gone())?;
        match result.recv().map_err(|_| gone())? {
            Ok(value) => Ok(value),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Kills every process inside. The sandbox is of no use any more.
    pub(super) fn kill(&self) {
        self.init.kill();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.init.kill();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn gone() -> Failure {
    Failure::Wrong("the sandbox has ended: a command in it ran longer than it may".into())
}

/// The life of the thread.
fn live(setup: &Setup, jobs: &Receiver<Job>, said: &Sender<Result<Arc<Init>, Failure>>) {
    match enter(setup) {
        Ok((init, _wires)) => {
            let init = Arc::new(init);
            let _ = said.send(Ok(Arc::clone(&init)));
            for job in jobs {
                job();
            }
            init.end();
        }
        Err(failure) => {
            let _ = said.send(Err(failure));
        }
    }
}

/// Enters new namespaces and makes the inside of them. The wires are to be kept: they, and with
/// them the links, would go with the last who holds their namespace.
fn enter(setup: &Setup) -> Result<(Init, Option<net::Wires>), Failure> {
    let wires = match &setup.root {
        Some(_) => Some(net::Wires::enter()?),
        None => None,
    };
    let mut flags = UnshareFlags::NEWNS | UnshareFlags::NEWPID | UnshareFlags::NEWIPC;
    if setup.root.is_some() {
        flags |= UnshareFlags::NEWUTS | UnshareFlags::NEWCGROUP;
    }
    unshare(flags)?;
    if let Some(name) = &setup.hostname {
        rustix::system::sethostname(name.as_bytes())
            .doing(format!("setting the host name `{name}`"))?;
    }
    mounts::enter(setup)?;
    let init = Init::start()?;
    mounts::leave(setup)?;
    if let Some(wires) = &wires {
        net::sysctls(&setup.sysctls)?;
        wires.connect(&setup.links, &setup.routes)?;
    }
    for file in &setup.files {
        file.place()?;
    }
    Ok((init, wires))
}

/// Takes this thread alone into new namespaces.
#[expect(unsafe_code, reason = "unshare can split the table of open files")]
pub(super) fn unshare(flags: UnshareFlags) -> Result<(), Failure> {
    // SAFETY: the only flag that endangers others is the one that splits the table of open files
    // (CLONE_FILES): descriptors would mean other files in this thread. No caller asks for it.
    unsafe { unshare_unsafe(flags) }.doing(format!("entering new namespaces ({flags:?})"))
}

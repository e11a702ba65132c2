//! The thread that lives inside.
//!
//! It enters its namespaces once and never leaves them. Others hand it what is to be done there.
//! When it ends, its first process ends with it, and so do all.

use super::init::Init;
use super::{Setup, mounts, net};
use crate::Failure;
use crate::failure::Doing;
use rustix::thread::{
    CapabilitySet, LinkNameSpaceType, UnshareFlags, move_into_link_name_space,
    remove_capability_from_bounding_set, unshare_unsafe,
};
use std::fs::File;
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

type Job = Box<dyn FnOnce() + Send>;

/// The first process inside, and the network namespace.
type Inside = (Arc<Init>, Option<File>);

#[derive(Debug)]
pub(super) struct Keeper {
    /// Whether the files and the environment are those of this machine.
    pub(super) of_machine: bool,
    init: Arc<Init>,
    /// Its network namespace; `None` where that is this machine's.
    network: Option<File>,
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
            Ok(Ok((init, network))) => {
                Ok(Self { of_machine, init, network, jobs: Some(jobs), thread: Some(thread) })
            }
            Ok(Err(failure)) => {
                // It may wait for work already.
                drop(jobs);
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

    /// Starts a thread that is in the network of the sandbox and in nothing else of it.
    pub(super) fn thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, Failure> {
        let what = "the network of a sandbox";
        let network = self.network.as_ref().map(File::try_clone).transpose().doing(what)?;
        Self::thread_in(network, work)
    }

    /// Starts a thread that is in a network and in nothing else; in that of who asks, if none is given.
    pub(super) fn thread_in<T: Send + 'static>(
        network: Option<File>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, Failure> {
        let what = "entering the network of a sandbox";
        let (said, entered) = channel();
        let begin = move || {
            let kind = Some(LinkNameSpaceType::Network);
            let enter = |it: &File| move_into_link_name_space(it.as_fd(), kind);
            let is_in = network.as_ref().map_or(Ok(()), enter);
            let go_on = is_in.is_ok();
            // Nobody listens any more only if who asked has panicked meanwhile.
            let _ = said.send(is_in);
            // Who asked has the error, and lets go of this thread: there is nobody to see its end.
            if go_on { work() } else { resume_unwind(Box::new("not inside")) }
        };
        let thread = std::thread::Builder::new().name("fmc-inside".into()).spawn(begin);
        let thread = thread.doing("starting a thread for a sandbox")?;
        entered.recv().map_err(|_| gone())?.doing(what)?;
        Ok(thread)
    }

    /// Has the first process become its program.
    pub(super) fn boot(&self) -> Result<(), Failure> {
        self.init.become_program()
    }

    /// The number of the first process inside.
    pub(super) fn id(&self) -> u32 {
        self.init.id()
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
fn live(setup: &Setup, jobs: &Receiver<Job>, said: &Sender<Result<Inside, Failure>>) {
    match enter(setup) {
        Ok((init, wires)) => {
            let init = Arc::new(init);
            let inside = wires.as_ref().map(|it| it.inside.try_clone()).transpose();
            let inside = inside.doing("holding the network of a sandbox");
            let _ = said.send(inside.map(|it| (Arc::clone(&init), it)));
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
        Some(_) => Some(net::Wires::enter(&setup.links)?),
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
    let init = Init::start(setup.first.as_deref())?;
    mounts::leave(setup)?;
    if let Some(wires) = &wires {
        net::sysctls(&setup.sysctls)?;
        wires.connect(&setup.links, &setup.routes)?;
    }
    for file in &setup.files {
        file.place()?;
    }
    if setup.root.is_some() {
        renounce()?;
    }
    Ok((init, wires))
}

/// What no host has: these are the machine's own, and no namespace stands between. Its clock, its kernel, its
/// ports, its devices, its power.
pub(super) const NOT_OURS: [CapabilitySet; 6] = [
    CapabilitySet::SYS_TIME,
    CapabilitySet::SYS_MODULE,
    CapabilitySet::SYS_RAWIO,
    CapabilitySet::MKNOD,
    CapabilitySet::SYS_BOOT,
    CapabilitySet::SYSLOG,
];

/// The names of what no host has, as `capabilities(7)` has them without `CAP_`.
pub fn given_up() -> impl Iterator<Item = &'static str> {
    NOT_OURS.iter().flat_map(|it| it.iter_names().map(|it| it.0))
}

/// Whatever this thread starts from now on, as whichever user, cannot have them (capabilities(7)).
pub(crate) fn renounce() -> Result<(), Failure> {
    NOT_OURS.iter().try_for_each(|it| {
        remove_capability_from_bounding_set(*it).doing("giving up what is the machine's own")
    })
}

/// Takes this thread alone into new namespaces.
#[expect(unsafe_code, reason = "unshare can split the table of open files")]
pub(crate) fn unshare(flags: UnshareFlags) -> Result<(), Failure> {
    // SAFETY: the only flag that endangers others is the one that splits the table of open files
    // (CLONE_FILES): descriptors would mean other files in this thread. No caller asks for it.
    unsafe { unshare_unsafe(flags) }.doing(format!("entering new namespaces ({flags:?})"))
}

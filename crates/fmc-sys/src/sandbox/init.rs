//! The first process of a sandbox, on whose life all others in it hang.
//!
//! The kernel kills every process of a PID namespace when its first one ends. Ours is a fork of us
//! that executes nothing: it mounts the `/proc` of its namespace (only a process in there can) and
//! then waits for us to go. It is killed with the thread that forked it; where it was not told in
//! time, it sees the end of a pipe. Orphans are its children, and the kernel reaps them for it.
//!
//! A sandbox may have a program for it (systemd, say): then it becomes that one when it is told, and what
//! hangs on its life still does.

use super::keeper::NOT_OURS;
use crate::Failure;
use crate::failure::Doing;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::mount::{MountFlags, mount};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, pidfd_send_signal,
    set_parent_process_death_signal, setsid, waitpid,
};
use rustix::thread::remove_capability_from_bounding_set;
use std::ffi::{CStr, CString, c_char};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug)]
pub(super) struct Init {
    pid: Pid,
    pidfd: OwnedFd,
    dead: AtomicBool,
    /// Whether it has a program to become.
    has_program: bool,
    /// The end of a pipe of which the first process holds the other: it ends with us. A byte in it tells it to
    /// become its program.
    life: OwnedFd,
}

/// What every program of a first process is told of its environment: that a kernel is not its own
/// (<https://systemd.io/CONTAINER_INTERFACE>).
const ENVIRONMENT: [&CStr; 2] = [c"container=fmc", c"PATH=/usr/sbin:/usr/bin:/sbin:/bin"];

impl Init {
    /// Forks the first process into the PID namespace that this thread has unshared, and waits
    /// until its `/proc` is mounted.
    pub(super) fn start(program: Option<&Path>) -> Result<Self, Failure> {
        let what = "starting the first process of a sandbox";
        let (watched, life) = pipe_with(PipeFlags::CLOEXEC).doing(what)?;
        let (ready, tell) = pipe_with(PipeFlags::CLOEXEC).doing(what)?;
        // Made before the fork: after it, nothing may be.
        let program = program.map(|it| CString::new(it.as_os_str().as_bytes())).transpose();
        let program = program.doing(what)?;
        let has_program = program.is_some();
        let pid = fork(&tell, &watched, program.as_deref()).doing(what)?;
        drop((tell, watched));
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).doing(what)?;
        let init = Self { pid, pidfd, dead: AtomicBool::new(false), has_program, life };
        let mut code = [0; 4];
        let told = File::from(ready).read_exact(&mut code).map(|()| i32::from_ne_bytes(code));
        let error = match told {
            Ok(0) => return Ok(init),
            Ok(code) => std::io::Error::from_raw_os_error(code),
            Err(error) => error,
        };
        init.end();
        Err(error).doing("mounting the /proc of a sandbox")
    }

    /// Has it become its program.
    pub(super) fn become_program(&self) -> Result<(), Failure> {
        if !self.has_program {
            let why = "the first process of this sandbox has no program to become";
            return Err(Failure::Wrong(why.to_owned()));
        }
        let what = "starting the program of the first process of a sandbox";
        rustix::io::write(&self.life, &[1]).doing(what).map(|_| ())
    }

    /// Its number, as this process sees it.
    pub(super) fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Kills every process of the namespace.
    pub(super) fn kill(&self) {
        self.dead.store(true, Ordering::Release);
        // That it is gone already is as good.
        let _ = pidfd_send_signal(&self.pidfd, Signal::KILL);
    }

    /// Whether it was killed.
    pub(super) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Acquire)
    }

    /// Kills every process, and waits until none is left.
    pub(super) fn end(&self) {
        self.kill();
        while matches!(waitpid(Some(self.pid), WaitOptions::empty()), Err(Errno::INTR)) {}
    }
}

/// Forks; the child never comes back from here.
#[expect(unsafe_code, reason = "there is no safe fork in a process with threads")]
fn fork(tell: &OwnedFd, watched: &OwnedFd, program: Option<&CStr>) -> Result<Pid, Errno> {
    // SAFETY: in the child of a process with threads only that may be done which is safe in a
    // signal handler, since another thread may have held any lock. `first_process` keeps to that,
    // and does not return.
    let pid = unsafe { libc::fork() };
    match pid {
        0 => first_process(tell, watched, program),
        _ => Pid::from_raw(pid).filter(|_| pid > 0).ok_or_else(|| {
            Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::AGAIN)
        }),
    }
}

/// All that the first process does: nothing but system calls, on values that were made before the
/// fork. It neither allocates nor panics nor prints.
fn first_process(tell: &OwnedFd, watched: &OwnedFd, program: Option<&CStr>) -> ! {
    let hang_up = |timeout: Option<&Timespec>| {
        let mut descriptors = [PollFd::new(watched, PollFlags::IN)];
        !matches!(poll(&mut descriptors, timeout), Ok(0) | Err(_))
    };
    let named = set_parent_process_death_signal(Some(Signal::KILL));
    // Who forked us may have died before the line above.
    if named.is_err() || hang_up(Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
        exit();
    }
    // Signals of a terminal are for us to pass on, not for it to be reached by.
    let _ = setsid();
    let _ = rustix::thread::set_name(c"fmc-init");
    close_all_but(tell, watched);
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    let mounted = mount(c"proc", c"/proc", c"proc", flags, None);
    let code = mounted.err().map_or(0, Errno::raw_os_error);
    let _ = rustix::io::write(tell, &code.to_ne_bytes());
    while !hang_up(None) {}
    // What is there is a byte, or the end.
    if let Some(program) = program
        && matches!(rustix::io::read(watched, &mut [0; 1]), Ok(1))
    {
        execute(program);
    }
    exit()
}

/// Becomes a program; comes back only where that cannot be. That whoever forked us takes this process along
/// with it, the kernel remembers (`PR_SET_PDEATHSIG`): it forgets it for programs that gain rights, and nobody
/// has more than all.
#[expect(unsafe_code, reason = "the library's own way to execute allocates")]
fn execute(program: &CStr) {
    // It waits for its children itself.
    // SAFETY: the default of a signal is no handler.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
    // Whatever runs in its place from now on cannot have them: each is one system call.
    if NOT_OURS.iter().any(|it| remove_capability_from_bounding_set(*it).is_err()) {
        return;
    }
    let arguments: [*const c_char; 2] = [program.as_ptr(), std::ptr::null()];
    let [kind, path] = ENVIRONMENT;
    let environment: [*const c_char; 3] = [kind.as_ptr(), path.as_ptr(), std::ptr::null()];
    // SAFETY: all three are texts that end with a zero, and lists of such that end with a null, and live
    // until the call is over.
    unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
}

/// Lets the kernel reap its children, and closes what it inherited: pipes of other sandboxes among
/// them, whose ends must be seen.
#[expect(unsafe_code, reason = "rustix has neither of these system calls")]
fn close_all_but(one: &OwnedFd, other: &OwnedFd) {
    // SAFETY: to ignore a signal installs no handler.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
    let (first, last) =
        (one.as_raw_fd().min(other.as_raw_fd()), one.as_raw_fd().max(other.as_raw_fd()));
    for (from, to) in [(0, first - 1), (first + 1, last - 1), (last + 1, i32::MAX)] {
        if from <= to {
            // SAFETY: nothing in this process uses those descriptors any more: it has one thread,
            // and that one never leaves `first_process`, which knows two of them.
            unsafe { libc::syscall(libc::SYS_close_range, from, to, 0) };
        }
    }
}

#[expect(unsafe_code, reason = "nothing that runs at an ordinary end may run in a fork")]
fn exit() -> ! {
    // SAFETY: `_exit` ends the process at once, without running anything of ours.
    unsafe { libc::_exit(0) }
}

//! A process that runs: its output is gathered while it does, and it never outlives who watches it.

use crate::failure::Doing;
use crate::{Command, Failure, Outcome, Status};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, OFlags, SeekFrom, fcntl_getfl, fcntl_setfl, memfd_create, seek};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How much of each stream is kept. A daemon that prints in a circle must not eat the memory of
/// who tests it.
const KEPT: usize = 16 << 20;

/// How often a stream is read before the clock is looked at again: enough to empty a pipe.
const READS: usize = 64;

/// How often a condition is looked at again that does not only depend on the process: often enough
/// for who presses Ctrl-C.
const AGAIN: Duration = Duration::from_millis(100);

/// A command that was started. Dropping it kills it.
///
/// It borrows where it runs: a sandbox cannot be taken down under it.
#[derive(Debug)]
pub struct Process<'host> {
    child: Child,
    pidfd: OwnedFd,
    outcome: Outcome,
    limit: Duration,
    started: Instant,
    /// Its whole process group is killed with it.
    group: bool,
    /// It was waited for.
    ended: bool,
    host: PhantomData<&'host ()>,
}

/// Makes the command of the standard library out of ours, with all but who it runs as. Where its program lies is
/// told, or it is looked for.
pub(crate) fn prepare(
    command: &Command,
    program: Option<&Path>,
) -> Result<std::process::Command, Failure> {
    let mut prepared =
        std::process::Command::new(program.map_or(&*command.program, Path::as_os_str));
    prepared.arg0(&command.program);
    prepared.args(&command.arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(log) = &command.log {
        let what = format!("opening the log {}", log.display());
        let file = File::options().append(true).create(true).open(log).doing(&what)?;
        prepared.stdout(file.try_clone().doing(&what)?).stderr(file);
    }
    // In a group of its own, a Ctrl-C at our terminal is for us to pass on.
    prepared.process_group(0);
    if command.input.is_empty() {
        prepared.stdin(Stdio::null());
    } else {
        // A file in memory: nothing waits for anybody, as a pipe would.
        let what = "keeping a command's input in memory";
        let memory = memfd_create("input", MemfdFlags::CLOEXEC).doing(what)?;
        let mut file = File::from(memory);
        file.write_all(&command.input).doing(what)?;
        seek(&file, SeekFrom::Start(0)).doing(what)?;
        prepared.stdin(Stdio::from(file));
    }
    Ok(prepared)
}

impl Process<'_> {
    /// Watches a child that was just started.
    pub(crate) fn watch(command: &Command, child: Child, group: bool) -> Result<Self, Failure> {
        let mut child = child;
        let shown = command.to_string();
        let pid = Pid::from_child(&child);
        let watched = pidfd_open(pid, PidfdFlags::empty()).and_then(|pidfd| {
            for stream in
                [child.stdout.as_ref().map(AsFd::as_fd), child.stderr.as_ref().map(AsFd::as_fd)]
                    .into_iter()
                    .flatten()
            {
                fcntl_setfl(stream, fcntl_getfl(stream)? | OFlags::NONBLOCK)?;
            }
            Ok(pidfd)
        });
        if watched.is_err() {
            // It must not go on unwatched.
            let _ = child.kill().and_then(|()| child.wait());
        }
        let pidfd = watched.doing(format!("watching `{shown}`"))?;
        let outcome = Outcome { command: shown, ..Outcome::default() };
        let (limit, started) = (command.limit, Instant::now());
        Ok(Self { child, pidfd, outcome, limit, started, group, ended: false, host: PhantomData })
    }

    /// Its number, as this process (not the sandbox) sees it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What is known of it so far.
    pub fn so_far(&self) -> &Outcome {
        &self.outcome
    }

    /// How it is now.
    pub fn status(&mut self) -> Result<Status, Failure> {
        if self.outcome.status == Status::Running {
            let now = Instant::now();
            self.pump(now).doing(format!("watching `{}`", self.outcome.command))?;
        }
        Ok(self.outcome.status)
    }

    /// Waits until what is known of the process satisfies a condition: a daemon has written that it
    /// is ready, say. Tells whether it did before the process ended or `limit` had passed; the
    /// process then goes on.
    pub fn wait_until(
        &mut self,
        limit: Duration,
        mut condition: impl FnMut(&Outcome) -> bool,
    ) -> Result<bool, Failure> {
        let until = Instant::now() + limit;
        loop {
            if condition(&self.outcome) {
                return Ok(true);
            }
            if self.outcome.status != Status::Running || Instant::now() >= until {
                return Ok(false);
            }
            self.pump(until.min(Instant::now() + AGAIN))
                .doing(format!("watching `{}`", self.outcome.command))?;
        }
    }

    /// Waits for the end, killing the process when the limit of its command has passed since it
    /// was started.
    pub fn wait(self) -> Result<Outcome, Failure> {
        self.wait_watched(&mut |_| true)
    }

    /// Waits as [`wait`](Self::wait) does, and asks now and then whether it shall go on.
    pub(crate) fn wait_watched(
        mut self,
        go_on: &mut dyn FnMut(&Outcome) -> bool,
    ) -> Result<Outcome, Failure> {
        let left = self.limit.saturating_sub(self.started.elapsed());
        let mut stopped = false;
        self.wait_until(left, |it| {
            stopped = !go_on(it);
            stopped || it.status != Status::Running
        })?;
        if self.outcome.status == Status::Running {
            self.outcome.status =
                if stopped { Status::Stopped } else { Status::TimedOut(self.limit) };
        }
        Ok(self.end())
    }

    /// Asks the process to end by SIGTERM, gives it `grace` to do so, and kills it if it did not.
    pub fn terminate(self, grace: Duration) -> Result<Outcome, Failure> {
        self.terminate_by(Signal::TERM, grace)
    }

    /// Asks the process to end by a signal of its own, gives it `grace` to do so, and kills it if it did not.
    pub fn terminate_by(mut self, signal: Signal, grace: Duration) -> Result<Outcome, Failure> {
        self.signal(signal);
        self.wait_until(grace, |it| it.status != Status::Running)?;
        if self.outcome.status == Status::Running {
            self.outcome.status = Status::TimedOut(grace);
        }
        Ok(self.end())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        // That it is gone already is what a killer wants.
        let _ = pidfd_send_signal(&self.pidfd, signal);
    }

    /// Ends the process, if it has not ended, and takes what it said.
    fn end(mut self) -> Outcome {
        self.kill();
        std::mem::take(&mut self.outcome)
    }

    fn kill(&mut self) {
        if self.ended {
            return;
        }
        if self.group {
            // The group has its leader's number, which is nobody else's until the leader is waited
            // for. A child that left the group is not reached.
            let _ = rustix::process::kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        self.signal(Signal::KILL);
        let _ = self.child.wait();
        self.ended = true;
        let _ = self.drain();
    }

    /// Waits for output or the end, at most until then, and takes note of it.
    fn pump(&mut self, until: Instant) -> std::io::Result<()> {
        let left = until.saturating_duration_since(Instant::now());
        let timeout =
            Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        let ended = {
            let mut descriptors = vec![PollFd::new(&self.pidfd, PollFlags::IN)];
            descriptors.extend(self.child.stdout.iter().map(|it| PollFd::new(it, PollFlags::IN)));
            descriptors.extend(self.child.stderr.iter().map(|it| PollFd::new(it, PollFlags::IN)));
            match poll(&mut descriptors, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            descriptors[0].revents().contains(PollFlags::IN)
        };
        // What it printed before its end is in the pipes by now. Whoever else holds them (a daemon
        // that it left behind) is not waited for.
        self.drain()?;
        if ended {
            let status = self.child.wait()?;
            self.ended = true;
            self.outcome.status = match (status.code(), status.signal()) {
                (Some(code), _) => Status::Exited(code),
                (None, signal) => Status::Signalled(signal.unwrap_or_default()),
            };
        }
        Ok(())
    }

    fn drain(&mut self) -> std::io::Result<()> {
        take(&mut self.child.stdout, &mut self.outcome.stdout)?;
        take(&mut self.child.stderr, &mut self.outcome.stderr)
    }
}

/// Readable once it has ended, for who waits for several things at once.
impl AsFd for Process<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl Drop for Process<'_> {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads what a stream has, and lets go of it at its end.
fn take<T: Read>(stream: &mut Option<T>, kept: &mut Vec<u8>) -> std::io::Result<()> {
    let mut buffer = [0; 1 << 14];
    // A bound, so that who prints without end is still asked whether its time is over.
    for _ in 0..READS {
        let Some(open) = stream else { break };
        match open.read(&mut buffer) {
            Ok(0) => *stream = None,
            Ok(count) => {
                let room = KEPT.saturating_sub(kept.len());
                kept.extend_from_slice(&buffer[..count.min(room)]);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

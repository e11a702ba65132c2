//! One process under supervision: started, known to be there, read anew, ended.

use super::first::First;
use super::part::base;
use super::{Board, State};
use crate::why::{ended, of, told};
use fmc_model::setup::{self, Process, Ready, Reload, Restart, Run};
use fmc_model::{Text, text};
use fmc_sys::{Command, Failure, Outcome, Sandbox, Signal, Status};
use std::collections::VecDeque;
use std::io::Write as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a process may take to be there: a database that is made for the first time, on a busy machine.
const CAP: Duration = Duration::from_secs(90);

/// How long it waits for processes of other hosts that fail, or of which nothing is known. Without them it begins
/// all the same, as on its own machine.
pub(super) const MOMENT: Duration = Duration::from_secs(5);

/// How long it waits for those that are on their way and have not failed yet: who asks in vain asks ever more
/// seldom, and would know late that they have come.
pub(super) const COMING: Duration = Duration::from_secs(30);

/// How long it may take to end in order.
const GRACE: Duration = Duration::from_secs(10);

/// How long it rests before it is started again, as its unit says.
const REST: Duration = Duration::from_secs(1);

/// A process under supervision.
pub(super) struct Kept<'s> {
    pub(super) process: Process,
    /// Its number on the board.
    pub(super) at: usize,
    pub(super) state: State,
    pub(super) running: Option<fmc_sys::Process<'s>>,
    /// What it has to do once, one after the other: the first of these is what runs.
    pub(super) to_do: VecDeque<setup::Command>,
    /// What each of these reads.
    pub(super) input: Vec<u8>,
    pub(super) notify: Option<UnixDatagram>,
    pub(super) since: Instant,
    /// Whether it ended by itself, and well.
    pub(super) in_order: bool,
    /// Processes of other hosts that it waits for at its start: the host and the name of each.
    pub(super) elsewhere: Vec<(String, String)>,
    /// What it makes once.
    pub(super) first: Option<First>,
    pub(super) log: PathBuf,
}

impl<'s> Kept<'s> {
    /// Whether nobody waits for it any more: it is there, was done, or failed for good. As with units that are
    /// wanted and not required, what comes after it starts all the same (systemd.unit(5)).
    pub(super) fn is_over(&self) -> bool {
        let for_good = matches!(self.state, State::Failed(_)) && !self.begins_again();
        self.state.is_good() || for_good
    }

    /// Whether it is started again after it ended as it did.
    fn begins_again(&self) -> bool {
        match self.process.restart {
            Restart::Always => true,
            Restart::OnFailure => !self.in_order,
            Restart::Never => false,
        }
    }

    fn fail(&mut self, why: Text, sandbox: &Sandbox) {
        self.running = None;
        self.notify = None;
        self.since = Instant::now();
        self.state = State::Failed(why);
        self.at_end(sandbox);
    }

    pub(super) fn start(&mut self, sandbox: &'s Sandbox) {
        (self.since, self.in_order) = (Instant::now(), false);
        if let Err(why) = self.try_start(sandbox) {
            self.fail(why, sandbox);
        }
    }

    fn try_start(&mut self, sandbox: &'s Sandbox) -> Result<(), Text> {
        let process = &self.process.clone();
        for folder in &process.run_folders {
            let owner = process.user.as_str();
            let make = Command::new("install").args(["-d", "-o", owner, &format!("/run/{folder}")]);
            self.run(&make, sandbox)?;
        }
        let input = match &process.input {
            None => Vec::new(),
            Some(path) => {
                let path = path.clone();
                let read = sandbox.inside(move || std::fs::read(&path)).map_err(told)?;
                read.map_err(|it| text!("its input: {it}", "su entrada: {it}"))?
            }
        };
        if let Some(check) = &process.check {
            self.run(&self.command(check), sandbox)?;
        }
        match &process.run {
            Run::Once { start, .. } => {
                if self.is_made(sandbox)? {
                    self.state = State::Done;
                    return Ok(());
                }
                self.to_do = start.iter().cloned().collect();
                self.input = input;
                self.go_on(sandbox)?;
            }
            Run::Daemon(command, ready) => {
                let mut command = self.command(command).input(input).log(&self.log);
                self.notify = None;
                if *ready == Ready::Notifies {
                    let path = format!("/run/fmc-rehearsal.{}", process.name);
                    command = command.env("NOTIFY_SOCKET", &path);
                    let socket = sandbox.inside(move || listen(&path)).map_err(told)?;
                    self.notify =
                        Some(socket.map_err(|it| text!("its socket: {it}", "su socket: {it}"))?);
                }
                self.running = Some(sandbox.spawn(&command).map_err(told)?);
                self.state = State::Starts;
            }
        }
        Ok(())
    }

    /// Begins with the next that it has to do once, if there is anything; others of its host begin meanwhile.
    fn go_on(&mut self, sandbox: &'s Sandbox) -> Result<(), Text> {
        (self.running, self.in_order) = (None, false);
        while let Some(next) = self.to_do.front() {
            let command = self.command(next).input(self.input.clone()).log(&self.log);
            match sandbox.spawn(&command) {
                Ok(running) => {
                    self.running = Some(running);
                    self.since = Instant::now();
                    self.state = State::Starts;
                    return Ok(());
                }
                Err(why) if next.may_fail => self.note(&why),
                Err(why) => return Err(told(why)),
            }
            self.to_do.pop_front();
        }
        if let Some(first) = &self.first {
            // It is there: that it will be made again is no failure, and stands in its log.
            if let Err(why) = first.keep(sandbox) {
                self.note(&why);
            }
        }
        self.state = State::Done;
        Ok(())
    }

    /// Whether what it does once goes on, and with what.
    fn work(&mut self, sandbox: &'s Sandbox) {
        let status = match self.ended() {
            Some(status) => status,
            None if self.since.elapsed() > CAP => Status::TimedOut(CAP),
            None => return,
        };
        let Some(done) = self.to_do.pop_front() else { return };
        let gone_on = if status == Status::Exited(0) || done.may_fail {
            self.go_on(sandbox)
        } else {
            Err(of(base(&done.program), &ended(status)))
        };
        if let Err(why) = gone_on {
            self.fail(why, sandbox);
        }
    }

    /// Has it read its files again.
    ///
    /// # Errors
    /// Its own check refuses them, or it does not run.
    pub(super) fn reload(&mut self, sandbox: &'s Sandbox) -> Result<(), Text> {
        if let Some(check) = &self.process.check {
            self.run(&self.command(check), sandbox)?;
        }
        match &self.process.reload {
            Some(Reload::Command(command)) => self.run(&self.command(command), sandbox).map(|_| ()),
            Some(Reload::Signal(name)) => {
                let signal = signal(name)
                    .ok_or_else(|| text!("{name} is no signal", "{name} no es una señal"))?;
                self.running
                    .as_ref()
                    .ok_or(Text::of("it does not run", "no está en marcha"))?
                    .signal(signal);
                Ok(())
            }
            None => Err(Text::of("it never reads its files again", "nunca relee sus ficheros")),
        }
    }

    /// Ends it, in order if it can.
    pub(super) fn end(&mut self, sandbox: &'s Sandbox) {
        self.to_do.clear();
        if let Some(running) = self.running.take() {
            let signal = self.process.stop_signal.and_then(signal).unwrap_or(Signal::TERM);
            let _ = running.terminate_by(signal, GRACE);
        }
        if let Run::Once { stop, .. } = &self.process.run {
            for it in stop {
                // What it undoes may be gone already.
                let _ = self.run(&self.command(it), sandbox);
            }
        }
        self.at_end(sandbox);
        self.notify = None;
        self.state = State::Waits;
    }

    /// Whether what it makes once is there, be it that it was kept.
    fn is_made(&self, sandbox: &Sandbox) -> Result<bool, Text> {
        let Some(done) = self.process.done.clone() else { return Ok(false) };
        let there = || {
            let done = done.clone();
            sandbox.inside(move || Path::new(&done).exists()).map_err(told)
        };
        // What is there is in use, and newer than what was kept.
        if there()? {
            return Ok(true);
        }
        if let Some(Err(why)) = self.first.as_ref().map(|it| it.restore(sandbox)) {
            self.note(&why);
        }
        there()
    }

    /// What is done whenever it has ended or could not start, as its unit does (`ExecStopPost`).
    fn at_end(&self, sandbox: &Sandbox) {
        if let Some(command) = &self.process.at_end {
            // That it fails is in its log, and no worse than what went before.
            let _ = self.run(&self.command(command), sandbox);
        }
    }

    fn note(&self, what: &Failure) {
        note_in(&self.log, what);
    }

    /// A command as its unit would run it: as its user, with what that one may do besides.
    fn command(&self, command: &fmc_model::setup::Command) -> Command {
        let process = &self.process;
        let mut made = if process.user == "root" {
            Command::new(&command.program)
        } else {
            let user = &process.user;
            let mut words = vec![format!("--reuid={user}"), format!("--regid={user}")];
            words.push("--init-groups".to_owned());
            let names = process.capabilities.iter();
            let names: Vec<String> = names
                .map(|it| format!("+{}", it.trim_start_matches("CAP_").to_lowercase()))
                .collect();
            if !names.is_empty() {
                let names = names.join(",");
                words.extend([format!("--inh-caps={names}"), format!("--ambient-caps={names}")]);
            }
            Command::new("setpriv").args(words).arg("--").arg(&command.program)
        };
        made = made.args(&command.arguments);
        process.environment.iter().fold(made, |it, (name, value)| it.env(name, value))
    }

    /// Runs a command to its end; what it said is kept in the log.
    fn run(&self, command: &Command, sandbox: &Sandbox) -> Result<Outcome, Text> {
        // One that takes too long ends alone, and its host goes on.
        let command = command.clone().log(&self.log);
        let outcome = sandbox.spawn(&command).and_then(fmc_sys::Process::wait).map_err(told)?;
        if outcome.success() {
            return Ok(outcome);
        }
        let program = outcome.command.split(' ').map(base).next().unwrap_or_default().to_owned();
        Err(of(program, &ended(outcome.status)))
    }

    /// Whether it is there by now.
    pub(super) fn look(&mut self, sandbox: &'s Sandbox) {
        if let Run::Once { .. } = self.process.run {
            return self.work(sandbox);
        }
        if let Some(status) = self.ended() {
            return self.fail(ended(status), sandbox);
        }
        let is_there = match &self.notify {
            None => true,
            Some(socket) => {
                let mut bytes = [0; 4096];
                let mut is_there = false;
                while let Ok(length) = socket.recv(&mut bytes) {
                    is_there |=
                        String::from_utf8_lossy(&bytes[..length]).lines().any(|it| it == "READY=1");
                }
                is_there
            }
        };
        if is_there {
            self.state = State::Runs;
        } else if self.since.elapsed() > CAP {
            let seconds = CAP.as_secs();
            let why = text!(
                "it did not say that it is ready within {seconds} s",
                "no dijo que está listo en {seconds} s"
            );
            self.fail(why, sandbox);
        }
    }

    /// Whether it runs on.
    pub(super) fn watch(&mut self, sandbox: &Sandbox) {
        // What it says of itself later is let go.
        if let Some(socket) = &self.notify {
            while socket.recv(&mut [0; 4096]).is_ok() {}
        }
        if let Some(status) = self.ended() {
            self.fail(ended(status), sandbox);
        }
    }

    fn ended(&mut self) -> Option<Status> {
        let status = self.running.as_mut()?.status();
        // Who cannot be watched is as good as gone.
        let status = status.unwrap_or(Status::Stopped);
        self.in_order = status == Status::Exited(0);
        (status != Status::Running).then_some(status)
    }

    /// Starts it again, if it is one that is.
    pub(super) fn again(&mut self, sandbox: &'s Sandbox, board: &Board) {
        if !self.begins_again() || self.since.elapsed() < REST {
            return;
        }
        board.change(self.at, |it| it.restarts += 1);
        self.start(sandbox);
    }
}

/// Adds a line of our own to the log of a process.
pub(super) fn note_in(log: &Path, what: &Failure) {
    let log = std::fs::File::options().append(true).create(true).open(log);
    let _ = log.and_then(|mut it| writeln!(it, "fmc: {what}"));
}

fn listen(path: &str) -> std::io::Result<UnixDatagram> {
    let _ = std::fs::remove_file(path);
    let socket = UnixDatagram::bind(path)?;
    socket.set_nonblocking(true)?;
    // Whoever the program runs as, it may speak.
    let all = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(path, all)?;
    Ok(socket)
}

/// The signals by which daemons are told something (signal(7)).
fn signal(name: &str) -> Option<Signal> {
    Some(match name {
        "HUP" => Signal::HUP,
        "INT" => Signal::INT,
        "QUIT" => Signal::QUIT,
        "TERM" => Signal::TERM,
        "USR1" => Signal::USR1,
        "USR2" => Signal::USR2,
        "WINCH" => Signal::WINCH,
        _ => return None,
    })
}

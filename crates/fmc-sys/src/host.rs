//! What a machine can be asked to do, wherever it is: [`Host`], the [`Command`] it runs and the
//! [`Outcome`] it gives back.
//!
//! The trait holds what is needed today. What an executor needs later (reading and writing files,
//! services, packages) joins it here, and every implementation with it.

use crate::Failure;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A machine, or what stands for one: this one, a [`Sandbox`](crate::Sandbox), a
/// [`Fake`](crate::Fake).
pub trait Host {
    /// Runs a command to its end, and asks again and again, with what is known of it so far, whether
    /// it shall go on; else it is killed. That it ran and failed is no error here: ask
    /// [`Outcome::ok`]. An error is that it could not be started or watched.
    fn watch(
        &self,
        command: &Command,
        go_on: &mut dyn FnMut(&Outcome) -> bool,
    ) -> Result<Outcome, Failure>;

    /// Runs a command to its end, as [`watch`](Self::watch) does.
    fn run(&self, command: &Command) -> Result<Outcome, Failure> {
        self.watch(command, &mut |_| true)
    }
}

/// A command to run on a [`Host`]: a program found on the host's path, its words, and limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) input: Vec<u8>,
    pub(crate) limit: Duration,
    pub(crate) user: Option<String>,
    pub(crate) log: Option<PathBuf>,
}

/// How long a command may run that says nothing else. Every validator that was measured is done in
/// a tenth of it on a busy machine; what needs longer (a download, a build) says so.
const LIMIT: Duration = Duration::from_secs(30);

impl Command {
    /// A command without arguments or input, which may run for half a minute.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
            input: Vec::new(),
            limit: LIMIT,
            user: None,
            log: None,
        }
    }

    /// The words after the program, for who pretends to be it.
    pub fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    /// A variable that was set for it, for who pretends to be it.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let found = self.environment.iter().rev().find(|it| it.0 == name);
        found.map(|it| it.1.as_os_str())
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|it| it.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The folder to run in; `/` in a sandbox, and that of this process on this machine, if none
    /// is named.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// What the command reads on its standard input; nothing if none is given.
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// How long the command may run before it is killed.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The user to run as, `name` or `name:group`, as the host's own `/etc/passwd` and `/etc/group`
    /// know them. Supplementary groups are given up.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// A file of this machine, wherever the command runs, at whose end both of its streams are written
    /// instead of being kept: what runs for hours says more than memory has room for.
    pub fn log(mut self, file: impl Into<PathBuf>) -> Self {
        self.log = Some(file.into());
        self
    }
}

/// The command line as a person would type it. The input and the environment are not shown: they
/// may hold secrets.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in std::iter::once(&self.program).chain(&self.arguments).enumerate() {
            let word = word.to_string_lossy();
            let plain = |it: char| it.is_ascii_alphanumeric() || "-_./:=,+@%^".contains(it);
            let space = if at == 0 { "" } else { " " };
            if !word.is_empty() && word.chars().all(plain) {
                write!(f, "{space}{word}")?;
            } else {
                write!(f, "{space}'{}'", word.replace('\'', r"'\''"))?;
            }
        }
        Ok(())
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It ended by itself, with this code.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
    /// It ran longer than its limit and was killed.
    TimedOut(Duration),
    /// Who watched it did not want it to go on, and it was killed.
    Stopped,
    /// It still runs: seen only by who watches it.
    #[default]
    Running,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exit status {code}"),
            Self::Signalled(signal) => write!(f, "killed by signal {signal}"),
            Self::TimedOut(limit) => write!(f, "killed after its limit of {limit:?}"),
            Self::Stopped => write!(f, "stopped"),
            Self::Running => write!(f, "still running"),
        }
    }
}

/// What came of a command: how it ended and all that it printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The command line as a person would type it.
    pub command: String,
    /// How it ended.
    pub status: Status,
    /// What it printed on standard output: the first 16 MiB of it.
    pub stdout: Vec<u8>,
    /// What it printed on standard error: the first 16 MiB of it.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Whether it ended by itself with code 0.
    pub fn success(&self) -> bool {
        self.status == Status::Exited(0)
    }

    /// The outcome of a command that had to succeed; a [`Failure`] with everything that is known
    /// if it did not.
    pub fn ok(self) -> Result<Self, Failure> {
        if self.success() { Ok(self) } else { Err(Failure::Command(Box::new(self))) }
    }

    /// Standard output as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard output and then standard error as text, for who looks for a message and does not
    /// care which of the two a daemon writes to.
    pub fn talk(&self) -> String {
        self.text() + &String::from_utf8_lossy(&self.stderr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed_and_keeps_its_secrets() {
        let command = Command::new("nft").args(["-c", "-f", "two words", "it's", ""]);
        let command = command.input("secret").env("TOKEN", "secret");
        assert_eq!(command.to_string(), r"nft -c -f 'two words' 'it'\''s' ''");
    }
}

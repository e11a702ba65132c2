//! What runs on a host.

use fmc_config::Cause;
use std::collections::BTreeMap;

/// A process that the host runs. Its systemd unit is made of it, and so is whatever a rehearsal
/// starts in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its name: that of its unit, without the suffix.
    pub name: String,
    /// What it is, in one line.
    pub description: String,
    /// The upstream manual.
    pub manual: &'static str,
    /// What is run, and how it is known to be there.
    pub run: Run,
    /// The user that runs it; `root` where the program itself steps down.
    pub user: String,
    /// Variables of its environment.
    pub environment: BTreeMap<String, String>,
    /// A file that it reads as its standard input: what must be on no command line.
    pub input: Option<String>,
    /// When it is started, by the calendar, such as `*-*-* 03:00:00` (systemd.time(7)); `None` for with
    /// its host. What was missed while the host was off is made up for.
    pub calendar: Option<String>,
    /// When it is started again.
    pub restart: Restart,
    /// Must succeed before it starts, and before it is told to read its files again.
    pub check: Option<Command>,
    /// Runs whenever it has ended, and where it could not start: what waits for it waits for this too.
    pub at_end: Option<Command>,
    /// Makes it read its files again; `None` where it has to be restarted.
    pub reload: Option<Reload>,
    /// Processes on this host after which it starts.
    pub after: Vec<String>,
    /// Processes on this host that start after it.
    pub before: Vec<String>,
    /// A security module without which it is not run, as systemd calls it.
    pub security: Option<&'static str>,
    /// Processes on this host that start with it, and after which it starts. It goes on when one of
    /// them is started anew.
    pub wants: Vec<String>,
    /// Whether it comes before any interface is up.
    pub before_network: bool,
    /// Folders of its own below `/run`.
    pub run_folders: Vec<String>,
    /// What it may do besides what its user may, such as `CAP_NET_BIND_SERVICE`.
    pub capabilities: Vec<&'static str>,
    /// Folders whose file systems must be mounted before it starts; it stops when they go.
    pub mounts: Vec<String>,
    /// A path that tells that it was done before and is not to be done again.
    pub done: Option<String>,
    /// Files and folders that it makes and that serve any machine that is new: who starts the same machine
    /// again and again may keep them.
    pub makes: Vec<String>,
    /// The signal that makes it stop in order, where that is not `TERM`.
    pub stop_signal: Option<&'static str>,
    /// Whether what it started lives on when it is stopped or started again.
    pub spares_children: bool,
    /// Whether it keeps control groups of its own below that of its unit, and as many tasks as it
    /// likes: what runs containers does.
    pub delegates: bool,
    /// Files that make it start anew, or read anew, when they change.
    pub files: Vec<String>,
    /// Those of them that it reads at its start alone, although it reads others anew.
    pub at_start: Vec<String>,
    /// Why it is there.
    pub cause: Cause,
}

/// What is run.
#[derive(Clone, Debug, PartialEq)]
pub enum Run {
    /// A process that stays.
    Daemon(Command, Ready),
    /// Commands that run one after the other and end; and those that undo them.
    Once {
        /// What is done.
        start: Vec<Command>,
        /// What undoes it.
        stop: Vec<Command>,
    },
}

/// How a process that stays is known to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// When its program was started.
    Started,
    /// When it says so, by `sd_notify`.
    Notifies,
}

/// How a process is made to read its files again.
#[derive(Clone, Debug, PartialEq)]
pub enum Reload {
    /// By a signal to its main process, such as `HUP`.
    Signal(&'static str),
    /// By a command.
    Command(Command),
}

/// When a process is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Whenever it ended.
    Always,
    /// When it failed.
    OnFailure,
    /// Never.
    Never,
}

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Where the program lies.
    pub program: String,
    /// What it is given.
    pub arguments: Vec<String>,
    /// Whether it may fail without harm.
    pub may_fail: bool,
}

impl Command {
    /// A program with its arguments.
    pub fn new<A: ToString>(
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(|it| it.to_string()).collect();
        Self { program: program.into(), arguments, may_fail: false }
    }

    /// It may fail without harm.
    pub fn may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }
}

impl Process {
    /// A process that stays, run as root, started again when it failed.
    pub fn daemon(name: impl Into<String>, command: Command, ready: Ready, cause: Cause) -> Self {
        Self::new(name, Run::Daemon(command, ready), Restart::OnFailure, cause)
    }

    /// Commands that run once, as root.
    pub fn once(name: impl Into<String>, start: Vec<Command>, cause: Cause) -> Self {
        Self::new(name, Run::Once { start, stop: Vec::new() }, Restart::Never, cause)
    }

    /// With a line that says what it is, and its manual.
    pub fn described(mut self, description: impl Into<String>, manual: &'static str) -> Self {
        self.description = description.into();
        self.manual = manual;
        self
    }

    /// The paths of the programs that it starts itself, in order.
    pub fn starts(&self) -> Vec<&str> {
        let mut all: Vec<&Command> = self.check.iter().collect();
        match &self.run {
            Run::Daemon(command, _) => all.push(command),
            Run::Once { start, stop } => all.extend(start.iter().chain(stop)),
        }
        if let Some(Reload::Command(command)) = &self.reload {
            all.push(command);
        }
        all.into_iter().map(|it| it.program.as_str()).collect()
    }

    fn new(name: impl Into<String>, run: Run, restart: Restart, cause: Cause) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            manual: "",
            run,
            user: "root".to_owned(),
            environment: BTreeMap::new(),
            input: None,
            calendar: None,
            restart,
            check: None,
            at_end: None,
            reload: None,
            after: Vec::new(),
            before: Vec::new(),
            security: None,
            wants: Vec::new(),
            before_network: false,
            run_folders: Vec::new(),
            capabilities: Vec::new(),
            mounts: Vec::new(),
            done: None,
            makes: Vec::new(),
            stop_signal: None,
            spares_children: false,
            delegates: false,
            files: Vec::new(),
            at_start: Vec::new(),
            cause,
        }
    }
}

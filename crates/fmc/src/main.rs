//! `fmc`: one file for a small cloud.
//!
//! This crate is the only one that reads arguments, the environment and files, and the only one that
//! prints; everything else is a function from values to values.

mod args;
mod commands;
mod input;
mod interrupt;
mod lock;
mod output;
mod report;
mod revision;
mod secrets;
mod tables;
mod watch;

use args::{Arguments, Command};
use clap::{CommandFactory, FromArgMatches};
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

/// Everything is fine.
const FINE: u8 = 0;
/// Something was found.
const FINDINGS: u8 = 1;
/// It could not be done.
const COULD_NOT: u8 = 2;

/// What went wrong outside of the cloud file: a sentence, and advice where there is some.
struct CouldNot {
    what: String,
    hint: Option<String>,
}

impl CouldNot {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How a command ended: its exit code, or why it could not run.
type Ended = Result<u8, CouldNot>;

/// Trees of small values are what this program makes: with the allocator of the system, a fifth of the time
/// of a build goes into it. It asks for no huge pages: where the kernel has none at hand that is clean, a
/// picture of 10 ms would wait as long again for memory that it hardly uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs what only root may, as root.
fn as_root(output: &Output, run: impl FnOnce() -> Ended) -> Ended {
    match commands::rehearse::parts::as_root(None, output)? {
        Some(code) => Ok(code),
        None => run(),
    }
}

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some((verb, language)) = args::planned(&words) {
        let output = Output::new(language);
        let why = output
            .say("is not in this version of fmc yet", "no está todavía en esta versión de fmc");
        let version = env!("CARGO_PKG_VERSION");
        output.error(&CouldNot::new(format!("`{verb}` {why} ({version})")));
        return ExitCode::from(COULD_NOT);
    }
    let matches = args::grouped_help(Arguments::command()).get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let output = Output::new(arguments.language);
    let ended = match &arguments.command {
        Command::Draw(it) => commands::draw::run(it, &output),
        Command::Build(it) => commands::build::run(it, &output),
        Command::Check(it) => commands::check::run(it, &output),
        Command::Trace(it) => commands::trace::run(it, &output),
        Command::Up(it) => commands::up::run(it, &output),
        Command::Rehearse(it) => commands::rehearse::run(it, &output),
        Command::Exec(it) => as_root(&output, || commands::living::exec(it, &output)),
        Command::Kubectl(it) => as_root(&output, || commands::living::kubectl(it, &output)),
        Command::Kubeconfig(it) => as_root(&output, || commands::kubeconfig::run(it, &output)),
        Command::Shell(it) => as_root(&output, || commands::living::shell(it, &output)),
        Command::Logs(it) => as_root(&output, || commands::living::logs(it, &output)),
        Command::Capture(it) => as_root(&output, || commands::living::capture(it, &output)),
        Command::Status(it) => as_root(&output, || commands::living::status(it, &output)),
        Command::Stop(it) => as_root(&output, || commands::living::stop(it, &output)),
        Command::Show(it) => commands::show::run(it, &output),
        Command::Secrets(it) => commands::secrets::run(it, &output),
        Command::Explain(it) => commands::explain::run(it, &output),
        Command::Icons(it) => commands::icons::run(it, &output),
        Command::Components(it) => commands::components::run(it, &output),
        Command::Doctor(it) => commands::doctor::run(it, &output),
        Command::Schema(it) => commands::schema::run(it, &output),
        Command::Fmt(it) => commands::fmt::run(it, &output),
        Command::New(it) => commands::new::run(it, &output),
        Command::Completions(it) => Ok(commands::completions::run(it, &output)),
        Command::Man(it) => commands::man::run(it, &output),
    };
    match output.lost().map_or(ended, Err) {
        Ok(code) => ExitCode::from(code),
        Err(could_not) => {
            output.error(&could_not);
            ExitCode::from(COULD_NOT)
        }
    }
}

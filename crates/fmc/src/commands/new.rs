//! `fmc new`: a file to start from.

use crate::output::Output;
use crate::{CouldNot, Ended, FINE};
use clap::{Args, ValueEnum};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// `fmc new`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc new > cloud.yaml               a commented file with three hosts
  fmc new --from founding -o fmc.yaml  the whole founding cloud")]
pub(crate) struct Arguments {
    /// What to start from
    #[arg(long, value_enum, default_value_t = From::Starter)]
    from: From,
    /// Write to this file instead of standard output; a file that is there is kept
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// A small cloud with a comment on everything
    Starter,
    /// `FlatcarMicroCloud`, the founding cloud
    Founding,
    /// Three hosts and no comments
    Minimal,
    /// Two hypervisors, masters on both, both versions of the Internet protocol
    TwoSites,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let text = match arguments.from {
        From::Starter => include_str!("../../starter.yaml"),
        From::Founding => include_str!("../../../../examples/flatcarmicrocloud.yaml"),
        From::Minimal => include_str!("../../../../examples/minimal.yaml"),
        From::TwoSites => include_str!("../../../../examples/two-sites.yaml"),
    };
    let Some(path) = &arguments.output else {
        output.data(text);
        return Ok(FINE);
    };
    let shown = path.display();
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            let why = output.say("it is there already", "ya existe");
            CouldNot::new(format!("{shown}: {why}"))
                .hint(output.say("choose another name", "elija otro nombre"))
        } else {
            CouldNot::new(format!("{shown}: {error}"))
        }
    })?;
    file.write_all(text.as_bytes()).map_err(|error| CouldNot::new(format!("{shown}: {error}")))?;
    output.talk(&format!("{} {shown}\n", output.say("wrote", "escrito")));
    Ok(FINE)
}

//! `fmc man`: manual pages.

use crate::output::Output;
use crate::{CouldNot, Ended, FINE};
use clap::{Args, CommandFactory};
use std::path::PathBuf;

/// `fmc man`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc man | man -l -                 read the manual
  fmc man --out ~/.local/share/man/man1")]
pub(crate) struct Arguments {
    /// Write a page for each command into this folder instead of printing the first
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let command = crate::args::Arguments::command();
    let Some(folder) = &arguments.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(|error| CouldNot::new(format!("cannot make the page: {error}")))?;
        output.bytes(&page);
        return Ok(FINE);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|error| CouldNot::new(format!("cannot write to {}: {error}", folder.display())))?;
    Ok(FINE)
}

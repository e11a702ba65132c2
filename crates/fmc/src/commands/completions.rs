//! `fmc completions`: a script that completes commands in a shell.

use crate::FINE;
use crate::output::Output;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// `fmc completions`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc completions bash > /etc/bash_completion.d/fmc
  fmc completions fish > ~/.config/fish/completions/fmc.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> u8 {
    let mut command = crate::args::Arguments::command();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "fmc", &mut script);
    output.bytes(&script);
    FINE
}

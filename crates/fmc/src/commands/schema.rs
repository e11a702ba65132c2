//! `fmc schema`: what may be written in a cloud file, for editors and for people.

use crate::output::Output;
use crate::{Ended, FINE, tables};
use clap::Args;

/// `fmc schema`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc schema > cloud.schema.json     then, at the top of a cloud file:
                                     # yaml-language-server: $schema=cloud.schema.json
  fmc schema --markdown | less       the same for people")]
pub(crate) struct Arguments {
    /// Print a reference in Markdown instead of JSON Schema
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let schema = fmc_model::json_schema(fmc_roles::ROLES);
    if arguments.markdown {
        output.data(&tables::reference::markdown(&schema));
    } else {
        output.data(&format!("{schema:#}\n"));
    }
    Ok(FINE)
}

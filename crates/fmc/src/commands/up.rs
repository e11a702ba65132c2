//! `fmc up`: a cloud checked, drawn and rehearsed, in one go.

use crate::commands::{draw, rehearse};
use crate::output::Output;
use crate::{COULD_NOT, CouldNot, Ended, FINDINGS, FINE, input, report};
use clap::{Args, Parser};

/// `fmc up`.
#[derive(Args)]
#[command(
    after_help = "What is wrong is told, the picture is drawn, and the cloud is started on this machine as `fmc rehearse`
does it, until Ctrl-C.

Examples:
  fmc up               the only cloud file of this folder
  fmc up cloud.yaml    one by its name
  fmc up --once        all of it, and leave
  fmc up --kubernetes  with a real Kubernetes
  fmc up --kubernetes-bin bin
                       with your own programs of Kubernetes, in the folder bin

Exit codes: 0 all agree, 1 something is wrong, disagrees or did not come up, 2 could not."
)]
pub(crate) struct Arguments {
    /// The cloud file; the only one of this folder if left out
    file: Option<String>,
    #[command(flatten)]
    staying: rehearse::Staying,
}

/// The arguments of `fmc draw`, as if they were written.
#[derive(Parser)]
struct Drawing {
    #[command(flatten)]
    arguments: draw::Arguments,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let today = input::today();
    let file = input::choose(arguments.file.as_deref(), output)?;
    let read = input::read(&file, today, output)?;
    let found = read.with_questions(today);
    output.talk(&report::text(&found, &read.loaded.sources, output.language()));
    let drawing = Drawing::parse_from(["draw", file.as_str(), "--legend"]);
    let drawn = draw::run(&drawing.arguments, output)?;
    if found.has_errors() {
        let what =
            output.say("has errors, and is not rehearsed\n", "tiene errores y no se ensaya\n");
        output.talk(&format!("{file} {what}"));
        return Ok(COULD_NOT);
    }
    // What is done already is said with what could not be.
    let rehearsed = rehearse::of(&file, &arguments.staying, output).map_err(|it| {
        let done = output.say(
            "is checked and drawn, and not rehearsed",
            "se ha comprobado y dibujado, y no se ensaya",
        );
        CouldNot { what: format!("{file} {done}: {}", it.what), ..it }
    })?;
    Ok(if drawn == FINE { rehearsed } else { rehearsed.max(FINDINGS) })
}

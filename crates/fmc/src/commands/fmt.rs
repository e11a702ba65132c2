//! `fmc fmt`: lays cloud files out anew.

use crate::output::Output;
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report};
use clap::Args;
use fmc_model::yaml::{Fault, FormatError, FormatErrorKind, format};
use fmc_model::{Diagnostics, Place, Source, Sources};
use std::io::Read;
use std::path::Path;

/// `fmc fmt`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc fmt                      the only cloud file of this folder, in place
  fmc fmt --check *.yaml       only tells which files would change
  fmc fmt - < a.yaml > b.yaml  from standard input to standard output

Exit codes: 0 fine, 1 with --check a file would change, 2 could not.")]
pub(crate) struct Arguments {
    /// Files to lay out in place; `-` for standard input
    files: Vec<String>,
    /// Change nothing; say which files would change
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let mut files = arguments.files.clone();
    if files.is_empty() {
        files.push(input::choose(None, output)?);
    }
    let mut changed = false;
    for file in &files {
        let before = text_of(file, output)?;
        let after = format(&before).map_err(|error| why_not(file, &before, error, output))?;
        if file == "-" && !arguments.check {
            output.data(&after);
            continue;
        }
        if before == after {
            continue;
        }
        changed = true;
        if arguments.check {
            output.data(&format!("{file}\n"));
        } else {
            replace(Path::new(file), &after)
                .map_err(|error| CouldNot::new(format!("{file}: {error}")))?;
            output.talk(&format!("{} {file}\n", output.say("laid out", "dispuesto")));
        }
    }
    Ok(if changed && arguments.check { FINDINGS } else { FINE })
}

fn text_of(file: &str, output: &Output) -> Result<String, CouldNot> {
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| CouldNot::new(format!("-: {error}")))?;
        bytes
    } else {
        input::bytes(file, output)?
    };
    String::from_utf8(bytes).map_err(|_| {
        CouldNot::new(format!(
            "{file}: {}",
            output
                .say("this is not a text file in UTF-8", "esto no es un fichero de texto en UTF-8")
        ))
    })
}

/// Writes beside the file and renames, so that it is never half written; its mode stays.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = std::fs::canonicalize(path)?;
    let mode = std::fs::metadata(&path)?.permissions();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = path.with_file_name(format!(".{name}.fmc-{}", std::process::id()));
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, mode))
        .and_then(|()| std::fs::rename(&beside, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

fn why_not(file: &str, text: &str, error: FormatError, output: &Output) -> CouldNot {
    match error.kind {
        FormatErrorKind::Unreadable(kind) => {
            let mut sources = Sources::new();
            let id = sources.add(Source::new(file, text));
            let mut found = Diagnostics::new();
            found.push(fmc_model::of_yaml(Fault {
                place: Place::new(id, error.at, error.at),
                kind,
            }));
            output.talk(&report::text(&found, &sources, output.language()));
            CouldNot::new(format!(
                "{file}: {}",
                output.say("it is left as it is", "se deja como está")
            ))
        }
        FormatErrorKind::Changed => CouldNot::new(format!(
            "{file}: {}",
            output.say(
                "laying it out would change what it says, so it is left as it is",
                "disponerlo cambiaría lo que dice, así que se deja como está"
            )
        ))
        .hint(output.say(
            "this is a fault of fmc: please report it with the file",
            "es un fallo de fmc: comuníquelo, por favor, con el fichero",
        )),
    }
}

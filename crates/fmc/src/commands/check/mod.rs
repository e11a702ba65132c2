//! `fmc check`: everything wrong with a cloud, and what changed of who reaches whom.

mod changes;

use crate::output::Output;
use crate::watch::{self, Once};
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report};
use changes::Changes;
use clap::{Args, ValueEnum};
use fmc_check::change::{between, renamed};
use fmc_check::machine::Machines;
use fmc_check::matrix::Matrix;
use fmc_model::{Date, Severity, codes};
use serde_json::json;
use std::path::{Path, PathBuf};

/// `fmc check`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc check                              the only cloud file of this folder
  fmc check examples/as-deployed.yaml    one by its name
  fmc check --watch                      again whenever the file is saved
  fmc check new.yaml --against old.yaml  and who reaches more or less than before
  fmc check --against HEAD:cloud.yaml    than at a revision of git
  fmc check --format sarif > fmc.sarif   for a code forge

What a finding means is told by `fmc explain CODE`. One that is known and accepted is left out with a
line in the file: `suppress: [{ code: FMC1101, about: metal, reason: it swaps, until: \"2027-01-01\" }]`.

Exit codes: 0 nothing found, 1 findings or changes, 2 could not.")]
pub(crate) struct Arguments {
    /// The cloud file; the only one of this folder if left out
    file: Option<String>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Tell as well who reaches more or less than in this file, or in a file at a revision of git
    #[arg(long, value_name = "FILE|REV:FILE")]
    against: Option<String>,
    /// Check again whenever a file that was read is saved
    #[arg(long)]
    watch: bool,
    /// The day on which suppressions are judged, such as 2026-11-23; today if left out
    #[arg(long, value_name = "DAY", value_parser = input::day)]
    today: Option<Date>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A list of objects
    Json,
    /// SARIF 2.1.0
    Sarif,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let format = if arguments.json { Format::Json } else { arguments.format };
    if format == Format::Sarif && arguments.against.is_some() {
        let what = output.say(
            "SARIF is about one file, and changes are about two",
            "SARIF trata de un fichero, y los cambios tratan de dos",
        );
        return Err(CouldNot::new(what).hint("--format json"));
    }
    let file = input::choose(arguments.file.as_deref(), output)?;
    let once = || {
        let mut read = vec![PathBuf::from(&file)];
        let ended = check(&file, format, arguments, &mut read, output);
        Once { ended, read }
    };
    if arguments.watch { watch::run(output, once) } else { once().ended }
}

/// Checks once. Every file that it depends on is added to `files`.
fn check(
    file: &str,
    format: Format,
    arguments: &Arguments,
    files: &mut Vec<PathBuf>,
    output: &Output,
) -> Ended {
    let today = arguments.today.unwrap_or_else(input::today);
    let read = input::read(file, today, output)?;
    files.extend(input::included(&read));
    let read = input::Read { diagnostics: read.with_questions(today).by_severity(), ..read };
    let (sources, found) = (&read.loaded.sources, &read.diagnostics);
    // What is wrong with the new file is told in any case.
    let is_sound = !found.iter().any(|it| it.is_error() && !codes::is_of_question(it.code.id));
    let changes = match &arguments.against {
        Some(old) if is_sound => Some(changes(old, file, &read, today, files, output)?),
        _ => None,
    };
    match format {
        Format::Text => {
            output.data(&report::text(found, sources, output.language()));
            output.data(&changes.as_ref().map_or_else(String::new, |it| changes::text(it, output)));
            output.talk(&summary(file, &read, output));
            if arguments.against.is_some() && changes.is_none() {
                output.talk(output.say(
                    "who reaches more or less than before is not known: the file has errors\n",
                    "no se sabe quién alcanza más o menos que antes: el fichero tiene errores\n",
                ));
            }
        }
        Format::Json => {
            let language = output.machine_language();
            let findings = report::json(found, sources, language);
            let json = match (&changes, &arguments.against) {
                (Some(it), _) => {
                    let names = changes::names(&it.renamed);
                    let changes = changes::json(&it.reached, language);
                    json!({ "findings": findings, "changes": changes, "names": names })
                }
                (None, Some(_)) => json!({ "findings": findings, "changes": null }),
                (None, None) => findings,
            };
            output.data(&format!("{json:#}\n"));
        }
        Format::Sarif => {
            let sarif = report::sarif(found, sources, output.machine_language());
            output.data(&format!("{sarif:#}\n"));
        }
    }
    let any = !found.is_empty() || changes.is_some_and(|it| !it.is_empty());
    Ok(if any { FINDINGS } else { FINE })
}

/// Who reaches more or less than in another file.
fn changes(
    old: &str,
    file: &str,
    read: &input::Read,
    today: Date,
    files: &mut Vec<PathBuf>,
    output: &Output,
) -> Result<Changes, CouldNot> {
    if Path::new(old).exists() {
        files.push(PathBuf::from(old));
    }
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let before = input::read_old(old, folder, today, output)?;
    files.extend(input::included(&before));
    if before.cloud.is_none() || before.with_configured().has_errors() {
        let what = output.say(
            "has errors, so nobody knows who reaches whom",
            "tiene errores, así que no se sabe quién alcanza a quién",
        );
        return Err(CouldNot::new(format!("{old} {what}")).hint(format!("fmc check {old}")));
    }
    let (Some(before), Some(after)) = (&before.cloud, &read.cloud) else {
        return Ok(Changes { reached: Vec::new(), renamed: Vec::new() });
    };
    let renamed = renamed(before, after);
    let (before, after) = (Machines::of(before), Machines::of(after));
    Ok(Changes { reached: between(&Matrix::of(&before), &Matrix::of(&after)), renamed })
}

fn summary(file: &str, read: &input::Read, output: &Output) -> String {
    let (errors, warnings) = (read.count(Severity::Error), read.count(Severity::Warning));
    if read.diagnostics.is_empty() {
        let cloud = read.cloud.as_ref();
        let (hosts, flows) = cloud.map_or((0, 0), |it| (it.hosts.len(), it.flows.len()));
        return match output.say("en", "es") {
            "es" => format!("{file}: nada que objetar ({hosts} hosts, {flows} flujos)\n"),
            _ => format!("{file}: nothing to find fault with ({hosts} hosts, {flows} flows)\n"),
        };
    }
    match output.say("en", "es") {
        "es" => format!("{file}: errores: {errors}, avisos: {warnings}\n"),
        _ => format!("{file}: errors: {errors}, warnings: {warnings}\n"),
    }
}

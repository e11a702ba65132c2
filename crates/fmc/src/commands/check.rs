//! `fmc check`: everything wrong with a cloud.

use crate::output::Output;
use crate::{Ended, FINDINGS, FINE, input, report};
use clap::{Args, ValueEnum};
use fmc_model::{Date, Severity};

/// `fmc check`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc check                              the only cloud file of this folder
  fmc check examples/as-deployed.yaml    one by its name
  fmc check --format sarif > fmc.sarif   for a code forge

Exit codes: 0 nothing found, 1 findings, 2 could not.")]
pub(crate) struct Arguments {
    /// The cloud file; the only one of this folder if left out
    file: Option<String>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
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
    let file = input::choose(arguments.file.as_deref(), output)?;
    let read = input::read(&file, arguments.today.unwrap_or_else(input::today), output)?;
    let read = input::Read { diagnostics: read.with_configured(), ..read };
    let (sources, found) = (&read.loaded.sources, &read.diagnostics);
    let format = if arguments.json { Format::Json } else { arguments.format };
    match format {
        Format::Text => {
            output.data(&report::text(found, sources, output.language()));
            output.talk(&summary(&file, &read, output));
        }
        Format::Json => {
            let json = report::json(found, sources, output.machine_language());
            output.data(&format!("{json:#}\n"));
        }
        Format::Sarif => {
            let sarif = report::sarif(found, sources, output.machine_language());
            output.data(&format!("{sarif:#}\n"));
        }
    }
    Ok(if found.is_empty() { FINE } else { FINDINGS })
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

//! `fmc build`: the files of every host.

mod changes;
mod folder;
mod say;
mod why;

use crate::output::Output;
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report};
use changes::Changes;
use clap::Args;
use fmc_build::Tree;
use fmc_model::read::closest;
use fmc_model::{Cloud, Date, Name};
use folder::Folder;
use std::path::PathBuf;

/// `fmc build`.
#[derive(Args)]
#[command(
    after_help = "The folder gets one folder for each host, with its files at the paths that they have there. Only what
fmc wrote is ever replaced or removed; a second build of the same cloud writes nothing.

Examples:
  fmc build -o out                                   the only cloud file of this folder
  fmc build cloud.yaml -o out --host vps             one host
  fmc build cloud.yaml -o out --check                is out up to date?
  fmc build --why vps:/etc/fmc/firewall.nft:61       why is this line there?
  fmc build cloud.yaml -o out --json | jq .changes   for machines

Exit codes: 0 fine, 1 the cloud has errors, or with --check the folder is not up to date, 2 could not."
)]
pub(crate) struct Arguments {
    /// The cloud file; the only one of this folder if left out
    file: Option<String>,
    /// The folder to write to
    #[arg(short, long, value_name = "DIR", required_unless_present = "why")]
    output: Option<PathBuf>,
    /// Only this host; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Write nothing, and say whether the folder is up to date
    #[arg(long)]
    check: bool,
    /// Say why a line is there: a host, a path on it, and the number of the line
    #[arg(long, value_name = "HOST:/PATH:LINE", conflicts_with_all = ["output", "check", "host"])]
    why: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The day on which suppressions are judged, such as 2026-11-23; today if left out
    #[arg(long, value_name = "DAY", value_parser = input::day)]
    today: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let file = input::choose(arguments.file.as_deref(), output)?;
    let read = input::read(&file, arguments.today.unwrap_or_else(input::today), output)?;
    let found = read.with_configured();
    let sources = &read.loaded.sources;
    if found.has_errors() {
        output.data(&report::text(&found, sources, output.language()));
        output.talk(
            output.say(
                "a cloud with errors is not built\n",
                "una nube con errores no se construye\n",
            ),
        );
        return Ok(FINDINGS);
    }
    let Some(cloud) = &read.cloud else { return Ok(FINDINGS) };
    if let Some(asked) = &arguments.why {
        return why::run(asked, cloud, sources, arguments.json, output);
    }
    for host in &arguments.host {
        known_host(cloud, host, output)?;
    }
    let wanted = |name: &Name| {
        arguments.host.is_empty() || arguments.host.iter().any(|it| it == name.as_str())
    };
    let tree = fmc_build::build(cloud, env!("CARGO_PKG_VERSION"), |it| wanted(&it.name));
    let Some(path) = &arguments.output else { return Ok(FINE) };
    let folder = Folder::open(path, output)?;
    let changes = Changes::between(&folder, cloud, &tree, !arguments.host.is_empty(), output)?;
    if !arguments.check {
        folder.write(&changes, output)?;
    }
    tell(arguments, cloud, &tree, &changes, output);
    Ok(if arguments.check && changes.any() { FINDINGS } else { FINE })
}

fn tell(arguments: &Arguments, cloud: &Cloud, tree: &Tree, changes: &Changes, output: &Output) {
    if arguments.json {
        let json = say::json(cloud, tree, changes, arguments.check);
        output.data(&format!("{json:#}\n"));
    } else {
        output.data(&say::text(tree, changes, output));
        output.talk(&say::summary(cloud, tree, changes, arguments.check, output));
    }
}

/// Fails if there is no such host, or if nothing is built for it.
fn known_host(cloud: &Cloud, name: &str, output: &Output) -> Result<(), CouldNot> {
    let Some(host) = cloud.hosts.get(name) else {
        let what = output.say("there is no host", "no hay ningún host");
        let could_not = CouldNot::new(format!("{what} `{name}`"));
        return Err(match closest(name, cloud.hosts.keys().map(Name::as_str)) {
            Some(near) => {
                could_not.hint(format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")))
            }
            None => could_not,
        });
    };
    if host.managed {
        let why = output.say(
            "is run by somebody else, and nothing is built for it",
            "lo lleva otra gente, y no se construye nada para él",
        );
        return Err(CouldNot::new(format!("`{name}` {why}")));
    }
    Ok(())
}

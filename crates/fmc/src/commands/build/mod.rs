//! `fmc build`: the files of every host.

mod archive;
mod changes;
mod fill;
mod folder;
mod say;
mod why;

use crate::output::Output;
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report, secrets};
use archive::Archive;
use changes::Changes;
use clap::Args;
use fill::Filling;
use fmc_build::Tree;
use fmc_model::read::closest;
use fmc_model::{Cloud, Date, Name};
use folder::{Folder, Store};
use std::path::PathBuf;

/// The version that headers name.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `fmc build`.
#[derive(Args)]
#[command(after_help = "The folder gets, for each host:
  HOST/…                 its files, at the paths that they have there
  HOST.ign               Flatcar: the Ignition configuration that its machine is started from
  HOST.nocloud/…         others: user-data, meta-data and network-config for cloud-init
and `_people` with the files of people outside: each gets a file for WireGuard. The folder of a host
that somebody else runs has what they are told: bodies of requests at the paths of their API.
Where DIR ends in `.tar`, one archive is written that has the same in it. Only what fmc wrote is ever
replaced or removed; a second build of the same cloud writes nothing. With --host, files of people stay
as they are.

Keys, passwords and certificates are made once and kept in a sealed store beside the cloud file:
cloud.yaml has cloud.secrets.age. Files with secrets are sealed too (NAME.age); `age -d` opens both with
your identity, which is made when it is first needed.

Examples:
  fmc build -o out                                   the only cloud file of this folder
  fmc build cloud.yaml -o out --host vps             one host
  fmc build cloud.yaml -o out.tar                    everything in one archive
  fmc build cloud.yaml -o out --check                is out up to date?
  fmc build cloud.yaml -o out --with-secrets         secrets in plain text, mode 0600
  fmc build --why vps:/etc/fmc/firewall.nft:61       why is this line there?
  fmc build --why vps.nocloud/user-data:40           and this one?
  fmc build --why _people/operators/ana/wg0.conf:8   and this one?
  fmc build cloud.yaml -o out --json | jq .changes   for machines

Exit codes: 0 fine, 1 the cloud has errors, or with --check the folder is not up to date, 2 could not.")]
pub(crate) struct Arguments {
    /// The cloud file; the only one of this folder if left out
    file: Option<String>,
    /// The folder to write to, or an archive whose name ends in `.tar`
    #[arg(short, long, value_name = "DIR", required_unless_present = "why")]
    output: Option<PathBuf>,
    /// Only this host; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Write nothing, and say whether the folder is up to date
    #[arg(long)]
    check: bool,
    /// Say why a line is there: a host and a path on it, or an artifact, and the number of the line
    #[arg(long, value_name = "HOST:/PATH:LINE", conflicts_with_all = ["output", "check", "host"])]
    why: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write secrets in plain text, mode 0600, and not sealed; git must not track the folder
    #[arg(long)]
    with_secrets: bool,
    #[command(flatten)]
    identity: secrets::Identity,
    /// The day on which suppressions and certificates are judged, such as 2026-11-23; today if left out
    #[arg(long, value_name = "DAY", value_parser = input::day)]
    today: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let file = input::choose(arguments.file.as_deref(), output)?;
    let today = arguments.today.unwrap_or_else(input::today);
    let read = input::read(&file, today, output)?;
    if let Some(cloud) = read.cloud.as_ref().filter(|_| !read.diagnostics.has_errors()) {
        // All files will be made: then what is wrong with them is found on the way.
        cloud.configure();
    }
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
    let tree = fmc_build::files(cloud, VERSION, |it| wanted(&it.name));
    let Some(path) = &arguments.output else { return Ok(FINE) };
    let meant = Archive::is_meant(path);
    let store: Box<dyn Store> = if meant {
        Box::new(Archive::open(path, output)?)
    } else {
        Box::new(Folder::open(path, output)?)
    };
    let some = !arguments.host.is_empty();
    if arguments.with_secrets && !arguments.check {
        let plain = if meant { vec![path.clone()] } else { fill::plain_paths(path, cloud, &tree) };
        secrets::refuse_tracked(&plain, output)?;
    }
    let place = secrets::Place::beside(&file, &arguments.identity);
    let kept = place.complete(cloud, &tree, today, !arguments.check, output)?;
    let filling = Filling::of(&kept.store, arguments.with_secrets);
    let tree = tree.knowing(cloud, VERSION, &|it| filling.value(it));
    let changes = Changes::between(store.as_ref(), cloud, &tree, &filling, some, output)?;
    if !arguments.check {
        store.write(&changes, output)?;
    }
    tell(arguments, cloud, &tree, &changes, output);
    if !arguments.check {
        output.talk(&place.told(&kept, !some, output));
    }
    let ended = if arguments.check && changes.any() { FINDINGS } else { FINE };
    // The program ends here, and the system takes back at once what would be given back piece by piece.
    std::mem::forget((tree, changes, read));
    Ok(ended)
}

fn tell(arguments: &Arguments, cloud: &Cloud, tree: &Tree, changes: &Changes, output: &Output) {
    if arguments.json {
        let json = say::json(cloud, tree, changes, arguments.check);
        output.data(&format!("{json:#}\n"));
    } else {
        output.data(&say::text(tree, changes, output));
        let how = (arguments.check, arguments.with_secrets);
        output.talk(&say::summary(cloud, tree, changes, how, output));
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
    if !fmc_build::has_files(cloud, host) {
        let why = output.say(
            "is run by somebody else, and nothing is built for it",
            "lo lleva otra gente, y no se construye nada para él",
        );
        return Err(CouldNot::new(format!("`{name}` {why}")));
    }
    Ok(())
}

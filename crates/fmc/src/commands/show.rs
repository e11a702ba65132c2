//! `fmc show`: everything that follows from a cloud file.

use crate::output::Output;
use crate::tables::Topic;
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report, secrets, tables};
use clap::Args;
use fmc_model::read::closest;
use fmc_model::{Cloud, Date, Name};

/// `fmc show`.
#[derive(Args)]
#[command(after_help = "Topics:
  hosts  host NAME  networks  vips  apps  flows  flow ID  names  certificates  programs
  order  failures  losses  settings  overrides  additions

Examples:
  fmc show                                     all of the only cloud file of this folder
  fmc show cloud.yaml flows                    who may reach whom, and why
  fmc show cloud.yaml flows --host worker1     only what worker1 has to do with
  fmc show cloud.yaml host loadbalancer1       one host with its routes
  fmc show cloud.yaml flows --expand           every pair of hosts
  fmc show cloud.yaml certificates             with the days left, once they were made
  fmc show cloud.yaml programs                 what is run, and what brings it
  fmc show cloud.yaml losses                   what is lost with what, and what takes over
  fmc show cloud.yaml --json | jq .hosts       for machines

Exit codes: 0 fine, 1 the file has errors (what could be made out is shown), 2 could not.")]
pub(crate) struct Arguments {
    /// The cloud file (the only one of this folder if left out), a topic, and what it is about
    #[arg(value_name = "FILE|TOPIC|NAME")]
    words: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print a line for each pair of hosts of a flow
    #[arg(long)]
    expand: bool,
    /// Only flows and programs that this host has to do with
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// The day from which the days left of certificates are counted, such as 2026-11-23; today if left out
    #[arg(long, value_name = "DAY", value_parser = input::day)]
    today: Option<Date>,
    #[command(flatten)]
    identity: secrets::Identity,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let (file, topic, name) = parse(&arguments.words, output)?;
    let file = input::choose(file, output)?;
    let today = arguments.today.unwrap_or_else(input::today);
    let read = input::read(&file, today, output)?;
    let faults = report::text(&read.diagnostics, &read.loaded.sources, output.language());
    output.talk(&faults);
    let Some(cloud) = &read.cloud else { return Ok(FINDINGS) };
    let flows: Vec<&str> = cloud.flows.iter().map(|it| it.id.as_str()).collect();
    if let Some(flow) = name.filter(|it| topic == Topic::Flow && !flows.contains(it)) {
        let what = output.say("there is no flow", "no hay ningún flujo");
        return Err(unknown(what, flow, &flows, output));
    }
    for host in name.iter().filter(|_| topic == Topic::Host).chain(&arguments.host.as_deref()) {
        known_host(cloud, host, output)?;
    }
    // What is not sound cannot lose anything.
    if topic == Topic::Losses && read.diagnostics.has_errors() {
        return Ok(FINDINGS);
    }
    // All the rest can be shown without the secrets, and to whoever may not open them.
    let place = secrets::Place::beside(&file, &arguments.identity);
    let store = match topic {
        Topic::Certificates => place.open(output).unwrap_or_else(|why| {
            output.warning(&why);
            None
        }),
        _ => None,
    };
    let wanted = tables::Wanted {
        topic,
        name,
        host: arguments.host.as_deref(),
        expand: arguments.expand,
        language: output.language(),
        made: store.as_ref().map(|it| (&it.secrets, today)),
    };
    if arguments.json {
        let json = tables::json(cloud, &wanted);
        output.data(&format!("{json:#}\n"));
    } else {
        output.data(&tables::text(cloud, &wanted));
    }
    Ok(if read.diagnostics.has_errors() { FINDINGS } else { FINE })
}

/// Which file, which topic, about what. A word is a topic if it is one, else the file, else a name,
/// which only one host and one flow have.
fn parse<'a>(
    words: &'a [String],
    output: &Output,
) -> Result<(Option<&'a str>, Topic, Option<&'a str>), CouldNot> {
    let mut words = words.iter().map(String::as_str).peekable();
    let file = words.next_if(|it| Topic::of(it).is_none());
    let Some(topic_word) = words.next() else { return Ok((file, Topic::All, None)) };
    let Some(topic) = Topic::of(topic_word) else {
        let say = output.say("there is no topic", "no hay ningún tema");
        let could_not = CouldNot::new(format!("{say} `{topic_word}`"));
        let known: Vec<&str> = Topic::WORDS.iter().map(|it| it.0).collect();
        return Err(could_not.hint(match closest(topic_word, known.iter().copied()) {
            Some(near) => format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")),
            None => known.join(", "),
        }));
    };
    let name = words.next_if(|_| matches!(topic, Topic::Host | Topic::Flow));
    if name.is_none() && matches!(topic, Topic::Host | Topic::Flow) {
        return Err(CouldNot::new(output.say("a name is missing", "falta un nombre"))
            .hint(format!("fmc show {topic_word} NAME")));
    }
    if let Some(extra) = words.next() {
        return Err(CouldNot::new(format!(
            "{} `{extra}`",
            output.say("too many words:", "sobran palabras:")
        )));
    }
    Ok((file, topic, name))
}

fn known_host(cloud: &Cloud, name: &str, output: &Output) -> Result<(), CouldNot> {
    if cloud.hosts.contains_key(name) {
        return Ok(());
    }
    let known: Vec<&str> = cloud.hosts.keys().map(Name::as_str).collect();
    Err(unknown(output.say("there is no host", "no hay ningún host"), name, &known, output))
}

fn unknown(what: &str, name: &str, known: &[&str], output: &Output) -> CouldNot {
    let could_not = CouldNot::new(format!("{what} `{name}`"));
    match closest(name, known.iter().copied()) {
        Some(near) => {
            could_not.hint(format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")))
        }
        None => could_not,
    }
}

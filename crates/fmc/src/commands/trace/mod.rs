//! `fmc trace`: the way of one packet, and of its answer, through the generated files.

mod json;
mod text;
mod words;

use crate::output::Output;
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report};
use clap::Args;
use fmc_check::ends::{self, Who};
use fmc_check::machine::Machines;
use fmc_check::packet::Payload;
use fmc_check::ruleset::RuleAt;
use fmc_check::trace::{Leg, Trace, trace};
use fmc_check::{lines, way};
use fmc_config::Sources;
use fmc_model::cloud::HostId;
use fmc_model::read::closest;
use fmc_model::{Cloud, Date, Ports};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

/// `fmc trace`.
#[derive(Args)]
#[command(
    after_help = "FROM and TO are hosts, virtual addresses, apps, people, networks, roles, `pods:HOST` or addresses. After TO
stands a port (`:443`, `:53/udp`) or the name of a service (`:ssh`); without one, it is a ping.

Examples:
  fmc trace cloud.yaml public traefik:443         from the Internet to whoever serves
  fmc trace cloud.yaml ana bastion1:ssh           somebody outside, through the tunnel
  fmc trace cloud.yaml worker1 postgresql1:5432   between two hosts
  fmc trace pods:worker1 infra-cluster:53/udp     the only cloud file of this folder
  fmc trace cloud.yaml lan worker1:22 --json      for machines

What is walked are the routes, tunnels, rules and balancers that `fmc build` writes, never the flows.

Exit codes: 0 it arrives and the answer comes back, 1 it does not, 2 could not."
)]
pub(crate) struct Arguments {
    /// The cloud file (the only one of this folder if left out), who sends, and to whom
    #[arg(value_name = "FILE|FROM|TO:PORT", num_args = 2..=3, required = true)]
    words: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The day on which suppressions are judged, such as 2026-11-23; today if left out
    #[arg(long, value_name = "DAY", value_parser = input::day)]
    today: Option<Date>,
}

/// What is shown of a trace, and with what.
struct Shown<'a> {
    cloud: &'a Cloud,
    sources: &'a Sources,
    output: &'a Output,
    /// The lines of rules that were found, by their hosts' files.
    trees: RefCell<HashMap<HostId, Option<fmc_build::HostTree>>>,
}

/// Where a rule stands, and where it follows from.
struct Stands {
    /// `vps:/etc/fmc/firewall.nft:61`.
    generated: Option<String>,
    /// `cloud.yaml:180:5`.
    origin: String,
    /// The flow that it is for.
    flow: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let (file, from, to) = match arguments.words.as_slice() {
        [file, from, to] => (Some(file.as_str()), from, to),
        [file, from] if Path::new(file).is_file() => {
            let what = output.say("TO is missing", "falta A");
            return Err(CouldNot::new(what).hint(format!("fmc trace {file} {from} TO:PORT")));
        }
        [from, to] => (None, from, to),
        _ => return Err(CouldNot::new("FROM TO:PORT")),
    };
    let file = input::choose(file, output)?;
    let read = input::read(&file, arguments.today.unwrap_or_else(input::today), output)?;
    let sources = &read.loaded.sources;
    let found = read.with_configured();
    let (Some(cloud), false) = (&read.cloud, found.has_errors()) else {
        output.talk(&report::text(&found, sources, output.language()));
        let what = output.say(
            "a cloud with errors has no ways to follow",
            "una nube con errores no tiene caminos que seguir",
        );
        return Err(CouldNot::new(what));
    };
    let (target, payload) = target(cloud, to, output)?;
    let sender = meant(cloud, from, output)?;
    let machines = Machines::of(cloud);
    let question = ends::question(&machines, &sender, &target, payload)
        .map_err(|why| CouldNot::new(format!("{from} → {to}: {}", why.get(output.language()))))?;
    let trace = trace(&machines, &question);
    let trees = RefCell::default();
    let shown = Shown { cloud, sources, output, trees };
    if arguments.json {
        output.data(&format!("{:#}\n", json::whole(&shown, (from, to), &trace)));
    } else {
        output.data(&text::whole(&shown, (from, to), &trace));
    }
    Ok(if arrives(&trace) { FINE } else { FINDINGS })
}

/// Whether everything came to where it should, and every answer back.
fn arrives(trace: &Trace<'_>) -> bool {
    trace.fate().is_good()
}

fn meant(cloud: &Cloud, name: &str, output: &Output) -> Result<Who, CouldNot> {
    ends::who(cloud, name).map_err(|why| {
        let could_not = CouldNot::new(why.get(output.language()).to_owned());
        match closest(name, ends::names(cloud)) {
            Some(near) => {
                could_not.hint(format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")))
            }
            None => could_not.hint(output.say(
                "`fmc show` lists the names of a cloud",
                "`fmc show` enumera los nombres de una nube",
            )),
        }
    })
}

/// Whom a word names, and what is sent there.
fn target(cloud: &Cloud, word: &str, output: &Output) -> Result<(Who, Payload), CouldNot> {
    // An address of version 6 has colons of its own, and stands in brackets before a port.
    if let Some(bare) = word.strip_prefix('[')
        && let Some((address, rest)) = bare.split_once(']')
    {
        let port = rest
            .strip_prefix(':')
            .map_or(Ok(Payload::EchoRequest), |it| port(cloud, it, output))?;
        return Ok((meant(cloud, address, output)?, port));
    }
    if word.parse::<std::net::IpAddr>().is_ok() || ends::who(cloud, word).is_ok() {
        return Ok((meant(cloud, word, output)?, Payload::EchoRequest));
    }
    match word.rsplit_once(':') {
        Some((name, service)) => Ok((meant(cloud, name, output)?, port(cloud, service, output)?)),
        None => Ok((meant(cloud, word, output)?, Payload::EchoRequest)),
    }
}

/// What goes to a port, which is written `443`, `53/udp` or by the name of a service.
fn port(cloud: &Cloud, word: &str, output: &Output) -> Result<Payload, CouldNot> {
    let (number, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    match (number.parse(), protocol) {
        (Ok(port), "tcp") => return Ok(ends::payload(&Ports::tcp(port))),
        (Ok(port), "udp") => return Ok(ends::payload(&Ports::udp(port))),
        _ => {}
    }
    let offered = cloud.offers.iter().find(|it| it.service == word);
    if let Some(ports) = offered.and_then(|it| it.ports.first()) {
        return Ok(ends::payload(ports));
    }
    let what = output.say("is no port and no service", "no es ni un puerto ni un servicio");
    let could_not = CouldNot::new(format!("`{word}` {what}"));
    Err(match closest(word, cloud.offers.iter().map(|it| it.service.as_str())) {
        Some(near) => {
            could_not.hint(format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")))
        }
        None => could_not.hint(output.say(
            "write `443`, `53/udp` or the name of a service such as `ssh`",
            "escriba `443`, `53/udp` o el nombre de un servicio como `ssh`",
        )),
    })
}

impl Shown<'_> {
    fn host(&self, host: HostId) -> &str {
        self.cloud.host(host).name.as_str()
    }

    /// Where a rule of a host stands.
    fn stands(&self, host: HostId, rule: &RuleAt<'_>) -> Stands {
        let mut trees = self.trees.borrow_mut();
        let tree = trees.entry(host).or_insert_with(|| {
            let version = env!("CARGO_PKG_VERSION");
            let mut built = fmc_build::files(self.cloud, version, |it| it.id == host);
            built.hosts.swap_remove(self.host(host))
        });
        let setup = self.cloud.setup(host);
        let line = tree.as_ref().and_then(|it| lines::line_of(setup, it, rule));
        let cause = &rule.rule().cause;
        Stands {
            generated: line.map(|(path, line)| format!("{}:{path}:{line}", self.host(host))),
            origin: self.origin(cause.place),
            flow: cause.through.as_deref().map(ToOwned::to_owned),
        }
    }

    fn origin(&self, place: fmc_config::Place) -> String {
        let at = self.sources.line_column(place);
        format!("{}:{at}", self.sources.get(place.file).name())
    }

    fn sender(&self, leg: &Leg<'_>) -> String {
        match leg.sender {
            way::Sender::Host(host) => self.host(host).to_owned(),
            way::Sender::Pod(host) => format!("pods:{}", self.host(host)),
            way::Sender::Person(_, person, _) => person.name.to_string(),
            way::Sender::Device(network) => network.name.to_string(),
            way::Sender::Internet => "Internet".to_owned(),
        }
    }
}

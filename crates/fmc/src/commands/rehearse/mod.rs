//! `fmc rehearse`: the whole cloud on this machine, for real.

mod desk;
mod lacking;
pub(crate) mod parts;
mod programs;
mod progress;
mod report;
mod version;

use crate::output::Output;
use crate::{COULD_NOT, CouldNot, Ended, FINDINGS, FINE, input, interrupt};
use clap::{Args, ValueEnum};
use desk::Desk;
use fmc_check::machine::Machines;
use fmc_model::{Cloud, Text};
use fmc_rehearse::crew::perform;
use fmc_rehearse::door::Door;
use fmc_rehearse::home::{self, Home, Taken};
use fmc_rehearse::rehearsal::Place;
use fmc_rehearse::requirements::Demand;
use fmc_rehearse::service::{Firsts, State};
use fmc_rehearse::stage::has_wireguard;
use fmc_sys::{Failure, Groups};
use programs::Programs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use version::{Version, With};

/// `fmc rehearse`.
#[derive(Args)]
#[command(
    after_help = "Every host becomes a set of namespaces with its addresses, routes, firewall and files; the real
daemons run in them. Then everybody asks everybody at every port, and what is measured is held against
what is intended and what is predicted. Nothing leaves this machine and nothing of it is changed; all of
it is gone when it ends, however it ends, but what is kept in the cache so that the next time is
quicker.

Examples:
  fmc rehearse                       the only cloud file of this folder, until Ctrl-C
  fmc rehearse cloud.yaml --once     measures, and leaves
  fmc rehearse --once --json         the report, for machines
  fmc rehearse --init systemd        each host with its own systemd, from the units that were built
  fmc rehearse --kubernetes          a real Kubernetes, and pods on its nodes
  fmc rehearse --kubernetes-bin bin  the same by your own programs of Kubernetes, in the folder bin
  fmc rehearse cloud.yaml            again, while it runs: changes in place what changed in the file
  fmc exec loadbalancer1 ip addr     in another terminal: a command on a host
  fmc logs loadbalancer1 haproxy -f  what a daemon says
  fmc status; fmc stop               how it is, and its end

It needs root: without it, fmc runs itself again by sudo.

Exit codes: 0 all agree, 1 something disagrees or did not come up, 2 could not."
)]
pub(crate) struct Arguments {
    /// The cloud file; the only one of this folder if left out
    file: Option<String>,
    #[command(flatten)]
    staying: Staying,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Whether another command has begun this one.
    #[arg(skip)]
    again: bool,
}

/// How long it stays, and how it is met meanwhile.
#[derive(Args, Clone)]
pub(crate) struct Staying {
    /// Measure, and leave
    #[arg(long)]
    once: bool,
    /// What it is called; the name of the cloud if left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The port of this machine by which a browser comes in as somebody in the Internet
    #[arg(long, value_name = "PORT", default_value = "8443")]
    port: Option<u16>,
    /// Take no port of this machine
    #[arg(long)]
    no_ports: bool,
    /// Who starts what runs on a host; fmc if left out
    #[arg(long, value_name = "WHO")]
    init: Option<Init>,
    /// Run the real Kubernetes, which is built for it the first time; else something stands in for it
    #[arg(long)]
    kubernetes: bool,
    /// Run the real Kubernetes by the programs in this folder, such as `./v1.36.3/bin`: kube-apiserver,
    /// kube-controller-manager, kube-scheduler, kubelet, kube-proxy and kubectl, and etcd if it is there
    #[arg(long, value_name = "DIR")]
    kubernetes_bin: Option<PathBuf>,
}

/// Who starts what runs on a host.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Init {
    /// fmc, from what the units of systemd are made of: the quickest
    #[default]
    Fmc,
    /// systemd, from the units themselves
    Systemd,
}

impl Init {
    /// The word that says it.
    const fn word(self) -> &'static str {
        match self {
            Self::Fmc => "fmc",
            Self::Systemd => "systemd",
        }
    }
}

impl Staying {
    /// Whether Kubernetes is the real one.
    fn kubernetes(&self) -> bool {
        self.kubernetes || self.kubernetes_bin.is_some()
    }

    /// The words of `fmc rehearse` that mean the same.
    fn words(&self, file: &str, output: &Output) -> Vec<String> {
        let language = output.say("en", "es");
        let mut words: Vec<String> =
            ["rehearse", file, "--lang", language].map(str::to_owned).into();
        words.extend(self.once.then(|| "--once".to_owned()));
        words.extend(self.no_ports.then(|| "--no-ports".to_owned()));
        words.extend(self.kubernetes.then(|| "--kubernetes".to_owned()));
        if let Some(folder) = &self.kubernetes_bin {
            words.extend(["--kubernetes-bin".to_owned(), folder.display().to_string()]);
        }
        words.extend(self.init.into_iter().flat_map(|it| ["--init", it.word()].map(str::to_owned)));
        for (name, value) in
            [("--name", self.name.clone()), ("--port", self.port.map(|it| it.to_string()))]
        {
            words.extend(value.into_iter().flat_map(|it| [name.to_owned(), it]));
        }
        words
    }
}

/// The same for who has told what is wrong already, and asks for no report but that for people.
pub(crate) fn of(file: &str, staying: &Staying, output: &Output) -> Ended {
    let file = Some(file.to_owned());
    run(&Arguments { file, staying: staying.clone(), json: false, again: true }, output)
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let staying = &arguments.staying;
    let init = staying.init.unwrap_or_default();
    let has_kubernetes = staying.kubernetes();
    let today = input::today();
    let file = input::choose(arguments.file.as_deref(), output)?;
    let read = input::read(&file, today, output)?;
    let found = read.with_configured();
    let Some(cloud) = read.cloud.as_ref().filter(|_| !found.has_errors()) else {
        let text = crate::report::text(&found, &read.loaded.sources, output.language());
        output.talk(&text);
        let what = output.say("has errors, and is not rehearsed", "tiene errores y no se ensaya");
        output.error(&CouldNot::new(format!("{file} {what}")));
        return Ok(COULD_NOT);
    };
    if has_kubernetes {
        needs_kubernetes(&file, cloud, output)?;
    }
    let folder = staying.kubernetes_bin.as_deref();
    let found = programs::found(folder, output)?;
    let words = arguments.again.then(|| staying.words(&file, output));
    if let Some(code) = parts::as_root(words.as_deref(), output)? {
        return Ok(code);
    }
    fmc_sys::raise_limits();
    let cache = crate::commands::components::cache(output)?;
    let name = staying.name.clone().unwrap_or_else(|| slug(&cloud.name));
    if !staying.once
        && let Some(told) = desk::change(&cache, &name, (&file, staying), output)?
    {
        return Ok(told.show(arguments.json, output));
    }
    // From here on there is something to be ended in order. Whoever only waits may simply go.
    let enough = interrupt::watched(output)?;
    let root = parts::root(output)?;
    let programs = match folder.zip(found) {
        Some((folder, found)) => {
            Some(Programs::brought(programs::asked(&root, folder, found, output)?)?)
        }
        None if has_kubernetes => Some(Programs::built()?),
        None => None,
    };
    let read = read.written_for(programs.as_ref());
    let Some(cloud) = read.cloud.as_ref() else { return Ok(COULD_NOT) };
    let components = parts::components(cloud, programs.as_ref(), output)?;
    let demand = if has_kubernetes { Demand::with_kubernetes(cloud) } else { Demand::of(cloud) };
    let systemd = init == Init::Systemd;
    let demand = if systemd { demand.booted(cloud) } else { demand };
    let from = |it: &Failure| lacking::of(it, (&root, &cache), &demand, output);
    let home = Home::take(&cache, &name).map_err(|it| taken(it, &name, output, &from))?;
    lacking::room(&cache, &demand, output)?;
    let firsts = Firsts::new(&cache, &name, &root);
    let door = match staying.port.filter(|_| !staying.once && !staying.no_ports) {
        Some(port) => Door::take(&Machines::of(cloud), port).map_err(|it| {
            CouldNot::new(it.to_string()).hint(output.say(
                "choose another one by --port, or none by --no-ports",
                "elija otro con --port, o ninguno con --no-ports",
            ))
        })?,
        None => None,
    };
    let groups = if systemd || has_kubernetes {
        Some(Groups::make().map_err(|it| {
            CouldNot::new(it.to_string()).hint(output.say(
                "systemd and nodes of Kubernetes need control groups of version 2; nothing else does",
                "systemd y los nodos de Kubernetes necesitan grupos de control de la versión 2; nada más los necesita",
            ))
        })?)
    } else {
        None
    };
    let (tree, secrets) = parts::built(cloud, today, &firsts, output)?;
    let wireguard = has_wireguard(&root);
    let groups = groups.as_ref();
    let place = Place { home: &home, firsts: &firsts, door: door.as_ref(), groups, systemd };
    let desk = Desk::new(&file, staying);
    let with = With {
        file: &file,
        name: &name,
        today,
        root: &root,
        programs: programs.as_ref(),
        wireguard,
        staying,
        json: arguments.json,
        place: &place,
        desk: &desk,
        enough: &enough,
        output,
    };
    let ended = perform(&place, &|| with.has_enough(), |crew| {
        let end = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _ends = Ends(&end);
            let served = scope.spawn(|| home.serve(&end, &|what| desk.answer(what, &end)));
            let first = Version { read, tree, secrets, components };
            let last = with.all(crew, first, &|| served.is_finished())?;
            if served.is_finished() {
                // Nobody could ask it, nor end it.
                served.join().unwrap_or_else(|it| std::panic::resume_unwind(it))?;
            }
            if let Err(why) = lacking::room(&cache, &demand, output) {
                // Somebody has filled the disk meanwhile, and logs are not whole.
                output.warning(&why);
            }
            Ok(last)
        })
    });
    match ended {
        Ok(Some(true)) => Ok(FINE),
        Ok(None) => {
            output.talk(
                output.say("ended before it was there\n", "terminado antes de estar listo\n"),
            );
            Ok(COULD_NOT)
        }
        Ok(Some(false)) => {
            let kept = home.keep();
            let words = output.say("what it left is in", "lo que dejó está en");
            output.talk(&format!("{words} {}\n", kept.display()));
            Ok(FINDINGS)
        }
        Err(failure) => {
            let why = from(&failure);
            // Who failed before anything ran has left nothing to look at.
            if why.hint.is_some() || !home.logs().exists() {
                return Err(why);
            }
            let kept = home.keep();
            let hint = output.say("what it left is in", "lo que dejó está en");
            Err(why.hint(format!("{hint} {}", kept.display())))
        }
    }
}

/// Whoever asks for the real Kubernetes has a cloud with one.
pub(crate) fn needs_kubernetes(file: &str, cloud: &Cloud, output: &Output) -> Result<(), CouldNot> {
    if parts::has_kubernetes(cloud) {
        return Ok(());
    }
    let what = output.say("has no host of Kubernetes", "no tiene ningún host de Kubernetes");
    let hint = output.say("leave --kubernetes out", "prescinda de --kubernetes");
    Err(CouldNot::new(format!("{file} {what}")).hint(hint))
}

/// Ends who serves, whichever way it is left.
struct Ends<'e>(&'e AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

fn taken(
    taken: Taken,
    name: &str,
    output: &Output,
    from: &dyn Fn(&Failure) -> CouldNot,
) -> CouldNot {
    match taken {
        Taken::Name => {
            let what = output.say("no rehearsal can be called", "ningún ensayo puede llamarse");
            CouldNot::new(format!("{what} `{name}`")).hint(output.say(
                "give it a name of letters, digits, `-`, `_` and `.`",
                "déle un nombre de letras, cifras, `-`, `_` y `.`",
            ))
        }
        Taken::Runs => {
            let what = output.say("a rehearsal runs already:", "ya hay un ensayo en marcha:");
            CouldNot::new(format!("{what} {name}")).hint(output.say(
                "end it by `fmc stop`, or give this one another name by --name",
                "termínelo con `fmc stop`, o dé otro nombre a este con --name",
            ))
        }
        Taken::Failed(failure) => from(&failure),
    }
}

/// A name as that of a folder.
pub(crate) fn slug(name: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let name: String = name.trim_matches('-').chars().take(home::LONGEST).collect();
    if name.is_empty() { "cloud".to_owned() } else { name }
}

/// What went wrong with a process, for people.
fn why(state: &State) -> Option<&Text> {
    match state {
        State::Failed(why) => Some(why),
        _ => None,
    }
}

impl From<Failure> for CouldNot {
    fn from(failure: Failure) -> Self {
        Self::new(failure.to_string())
    }
}

//! Living in a rehearsal: commands on its hosts, what its daemons say, how it is, its end.

use crate::commands::components::cache;
use crate::output::{Output, plain};
use crate::{COULD_NOT, CouldNot, Ended, FINDINGS, FINE, interrupt};
use clap::Args;
use fmc_rehearse::home;
use fmc_rehearse::stage::told;
use fmc_sys::{Command, Status as Ending};
use serde_json::Value;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Which rehearsal is meant.
#[derive(Args)]
pub(crate) struct Which {
    /// The rehearsal; the only one that runs if left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl Which {
    /// This one.
    pub(crate) fn of(name: String) -> Self {
        Self { name: Some(name) }
    }

    /// Its name, where it was told.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}

/// `fmc exec`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc exec loadbalancer1 ip address
  fmc exec master1 -- etcdctl version

Exit codes: that of the command; 2 could not.")]
pub(crate) struct Exec {
    #[command(flatten)]
    which: Which,
    /// The host
    host: String,
    /// The command, with its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// `fmc shell`.
#[derive(Args)]
#[command(after_help = "Example:
  fmc shell worker1

Exit codes: that of the shell; 2 could not.")]
pub(crate) struct Shell {
    #[command(flatten)]
    which: Which,
    /// The host
    host: String,
}

/// `fmc kubectl`.
#[derive(Args)]
#[command(
    after_help = "It runs on a host of the control plane, as whoever is root there; what it is to read comes by
its standard input.

Examples:
  fmc kubectl get nodes
  fmc kubectl apply -f - < deployment.yaml

Exit codes: that of kubectl; 2 could not."
)]
pub(crate) struct Kubectl {
    #[command(flatten)]
    which: Which,
    /// What it is told
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// `fmc logs`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc logs loadbalancer1              which processes it has
  fmc logs loadbalancer1 haproxy -f   what one says, and goes on saying

Exit codes: 0 fine, 2 could not.")]
pub(crate) struct Logs {
    #[command(flatten)]
    which: Which,
    /// The host
    host: String,
    /// The process; all are listed if left out
    service: Option<String>,
    /// Go on until Ctrl-C
    #[arg(short, long)]
    follow: bool,
}

/// `fmc capture`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc capture physical1:wg0 > tunnel.pcap
  fmc capture loadbalancer1:eth0 tcp port 443 | wireshark -k -i -

Exit codes: that of tcpdump; 2 could not.")]
pub(crate) struct Capture {
    #[command(flatten)]
    which: Which,
    /// The host and its interface
    #[arg(value_name = "HOST:INTERFACE")]
    link: String,
    /// Which packets, in the words of pcap-filter(7), and more options of tcpdump
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    filter: Vec<String>,
}

/// `fmc status`.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 all is there, 1 something is not, 2 could not.")]
pub(crate) struct Status {
    #[command(flatten)]
    which: Which,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `fmc stop`.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 it has ended, 2 could not.")]
pub(crate) struct Stop {
    #[command(flatten)]
    which: Which,
}

pub(crate) fn exec(arguments: &Exec, output: &Output) -> Ended {
    let (program, rest) = arguments.command.split_first().ok_or_else(|| {
        CouldNot::new(output.say("no command is named", "no se nombra ninguna orden"))
    })?;
    visit(&arguments.which, &arguments.host, &Command::new(program).args(rest), output)
}

/// Where kubectl lies, on one system or another.
const KUBECTL_PATH: &str = "PATH=/opt/bin:/usr/local/bin:/usr/bin:/bin";

pub(crate) fn kubectl(arguments: &Kubectl, output: &Output) -> Ended {
    let (_, status) = ask(&arguments.which, "status", output)?;
    let command = Command::new("env").args([KUBECTL_PATH, "kubectl", "--kubeconfig"]);
    let command = command.arg(fmc_model::setup::KUBERNETES_ADMIN).args(&arguments.words);
    visit(&arguments.which, api(&status, output)?, &command, output)
}

/// A host on which an API of Kubernetes runs.
pub(crate) fn api<'v>(status: &'v Value, output: &Output) -> Result<&'v str, CouldNot> {
    let mut services = status["services"].as_array().into_iter().flatten();
    let api = services.find(|it| word(it, "name") == "kube-apiserver" && it["state"] == "runs");
    api.map(|it| word(it, "host")).ok_or_else(|| {
        let what = output.say("no API of Kubernetes runs", "no funciona ninguna API de Kubernetes");
        let is_real = status["kubernetes"].as_bool() == Some(true);
        CouldNot::new(what).hint(if is_real { "fmc status" } else { "fmc rehearse --kubernetes" })
    })
}

/// The first process of a host.
pub(crate) fn process(status: &Value, host: &str) -> Option<u32> {
    let mut hosts = status["hosts"].as_array().into_iter().flatten();
    let process = hosts.find(|it| is_called(word(it, "name"), host))?["process"].as_u64()?;
    u32::try_from(process).ok()
}

pub(crate) fn shell(arguments: &Shell, output: &Output) -> Ended {
    visit(&arguments.which, &arguments.host, &Command::new("bash"), output)
}

pub(crate) fn capture(arguments: &Capture, output: &Output) -> Ended {
    let Some((host, interface)) = arguments.link.split_once(':') else {
        let what = output.say("no interface is named", "no se nombra ninguna interfaz");
        return Err(CouldNot::new(what).hint("fmc capture HOST:INTERFACE"));
    };
    let command = Command::new("tcpdump").args(["-U", "-w", "-", "-i", interface]);
    visit(&arguments.which, host, &command.args(&arguments.filter), output)
}

pub(crate) fn logs(arguments: &Logs, output: &Output) -> Ended {
    let (_, status) = ask(&arguments.which, "status", output)?;
    let services = status["services"].as_array().into_iter().flatten();
    let is_own = |it: &&Value| is_called(word(it, "host"), &arguments.host);
    let own: Vec<&Value> = services.filter(is_own).collect();
    if own.is_empty() {
        let hosts = status["hosts"].as_array().into_iter().flatten();
        return Err(no_host(&arguments.host, hosts, output));
    }
    let Some(wanted) = &arguments.service else {
        for it in own {
            output.data(&format!("{}\n", word(it, "name")));
        }
        return Ok(FINE);
    };
    let Some(service) = own.iter().find(|it| it["name"] == wanted.as_str()) else {
        let names: Vec<&str> = own.iter().map(|it| word(it, "name")).collect();
        let what = output.say("has no process", "no tiene ningún proceso");
        return Err(
            CouldNot::new(format!("{} {what} `{wanted}`", arguments.host)).hint(names.join(", "))
        );
    };
    follow(Path::new(word(service, "log")), arguments.follow, output)
}

/// Prints a log, and what is added to it if that is asked for.
fn follow(path: &Path, on: bool, output: &Output) -> Ended {
    let enough = interrupt::watched(output)?;
    let mut at = 0;
    loop {
        let mut bytes = Vec::new();
        if let Ok(mut file) = std::fs::File::open(path) {
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_to_end(&mut bytes));
            at += read.unwrap_or_default() as u64;
        } else if at > 0 {
            return Ok(FINE);
        }
        output.bytes(&bytes);
        if !on || enough.load(Ordering::Acquire) {
            return Ok(FINE);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

pub(crate) fn status(arguments: &Status, output: &Output) -> Ended {
    let (name, status) = ask(&arguments.which, "status", output)?;
    let services = || status["services"].as_array().into_iter().flatten();
    let is_bad = |it: &&Value| !matches!(it["state"].as_str(), Some("runs" | "done"));
    let bad = services().filter(is_bad).count();
    // Nothing is known of anything while hosts are being made.
    let is_begun = services().next().is_some() || !status["agreement"].is_null();
    let code = if bad == 0 && is_begun { FINE } else { FINDINGS };
    if arguments.json {
        output.data(&format!("{status:#}\n"));
        return Ok(code);
    }
    let seconds = status["seconds"].as_f64().unwrap_or_default();
    output.data(&format!("{name}  {}  {seconds:.0} s\n", word(&status, "file")));
    for it in services() {
        let (state, why) = match &it["state"] {
            Value::String(state) => (state.as_str(), ""),
            _ => ("failed", word(&it["why"], output.say("en", "es"))),
        };
        let state = match state {
            "waits" => output.say("waits", "espera"),
            "starts" => output.say("starts", "arranca"),
            "runs" => output.say("runs", "en marcha"),
            "done" => output.say("done", "hecho"),
            "failed" => output.say("failed", "falló"),
            other => other,
        };
        let (host, service) = (told(word(it, "host")), word(it, "name"));
        let host = host.get(output.language());
        let again = it["restarts"].as_u64().filter(|it| *it > 0);
        let again = again.map(|it| format!(" ({it}×)")).unwrap_or_default();
        output.data(&plain(&format!("  {host:<16} {service:<28} {state}{again} {why}")));
        output.data("\n");
    }
    Ok(code)
}

/// How long a rehearsal may take to end: what is being tried comes to its end first, a flood at the longest.
const LONGEST: Duration = Duration::from_secs(90);

pub(crate) fn stop(arguments: &Stop, output: &Output) -> Ended {
    let (name, _) = ask(&arguments.which, "stop", output)?;
    let cache = cache(output)?;
    let until = Instant::now() + LONGEST;
    while home::running(&cache).contains(&name) {
        if Instant::now() > until {
            let what = output.say("does not end", "no termina");
            return Err(CouldNot::new(format!("{name} {what}")));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(FINE)
}

/// The rehearsal that is meant, and what it answers.
pub(crate) fn ask(which: &Which, what: &str, output: &Output) -> Result<(String, Value), CouldNot> {
    let cache = cache(output)?;
    let running = home::running(&cache);
    let name = match (&which.name, running.as_slice()) {
        (Some(name), _) if running.contains(name) => name.clone(),
        (None, [only]) => only.clone(),
        (_, []) => {
            let what = output.say("no rehearsal runs", "no hay ningún ensayo en marcha");
            return Err(CouldNot::new(what).hint("fmc rehearse"));
        }
        (_, many) => {
            let what = output.say("which rehearsal is meant?", "¿a qué ensayo se refiere?");
            return Err(CouldNot::new(what).hint(format!("--name {}", many.join(" | --name "))));
        }
    };
    let answer = home::ask(&cache, &name, what)?;
    Ok((name, answer))
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Whether somebody is meant by a name: that of commands, or one of those for people.
fn is_called(name: &str, meant: &str) -> bool {
    let told = told(name);
    name == meant || told.en == meant || told.es == meant
}

fn no_host<'v>(host: &str, all: impl Iterator<Item = &'v Value>, output: &Output) -> CouldNot {
    let what = output.say("nothing runs on a host", "nada se ejecuta en un host");
    let names: Vec<&str> = all.map(|it| word(it, "name")).collect();
    CouldNot::new(format!("{what} `{host}`")).hint(names.join(", "))
}

/// Runs a command on a host, at this terminal.
fn visit(which: &Which, host: &str, command: &Command, output: &Output) -> Ended {
    let (_, status) = ask(which, "status", output)?;
    let Some(process) = process(&status, host) else {
        return Err(no_host(host, status["hosts"].as_array().into_iter().flatten(), output));
    };
    // Ctrl-C is for the command.
    let _enough = interrupt::watched(output)?;
    let terminal = std::env::var_os("TERM");
    let command = terminal.into_iter().fold(command.clone(), |it, term| it.env("TERM", term));
    Ok(match fmc_sys::visit(process, &command)? {
        Ending::Exited(code) => u8::try_from(code).unwrap_or(COULD_NOT),
        Ending::Signalled(signal) => 128 + u8::try_from(signal).unwrap_or_default(),
        _ => COULD_NOT,
    })
}

//! `fmc doctor`: what this machine has of what a rehearsal needs, tried beforehand.

mod fetching;
mod show;

use crate::commands::components::{cache, folder};
use crate::commands::rehearse::{self, parts};
use crate::output::Output;
use crate::{COULD_NOT, CouldNot, Ended, FINDINGS, FINE, input};
use clap::Args;
use fmc_components::{Component, State, Store, When};
use fmc_model::{Cloud, Text, text};
use fmc_rehearse::home;
use fmc_rehearse::requirements::{self, Check, Demand};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// `fmc doctor`.
#[derive(Args)]
#[command(
    after_help = "Everything is tried for real, in namespaces that are gone when it was tried; nothing is fetched,
installed or changed. What the kernel lacks and something stands in for is bridged. What is missing
is said with what cannot be done without it, and with the mend.

Examples:
  fmc doctor                 whether clouds can be rehearsed on this machine
  fmc doctor cloud.yaml      whether this one can, and only what it needs
  fmc doctor --kubernetes    whether it can be the real Kubernetes too
  sudo fmc doctor            the same as root: who is not root cannot try all of it
  fmc doctor --json | jq '.checks[] | select(.state != \"fine\")'

Exit codes: 0 nothing is missing, 1 something is, 2 could not."
)]
pub(crate) struct Arguments {
    /// A cloud file: then only what this cloud needs is asked for
    file: Option<String>,
    /// Ask too for what a real Kubernetes needs
    #[arg(long)]
    kubernetes: bool,
    /// The port of this machine by which a browser is to come in
    #[arg(long, value_name = "PORT", default_value = "8443")]
    port: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let list = fmc_components::list().map_err(CouldNot::new)?;
    let (store, cache) = (Store::new(folder(output)?), cache(output)?);
    let is_root = fmc_sys::is_root();
    let rights = rights(is_root);
    let may_be_root = !rights.is_missing();
    // Tools are asked for as who one is. Whoever is not root then becomes it over what is tried, which has to
    // be done before there is a second thread.
    let kubernetes = arguments.kubernetes;
    let tools = fetching::tools(&list, &store, (may_be_root, kubernetes));
    let inside = if is_root { Ok(()) } else { fmc_sys::become_root() };
    let read = match &arguments.file {
        None => None,
        Some(file) => match cloud(file, output)? {
            Some(it) => Some(it),
            None => return Ok(COULD_NOT),
        },
    };
    if let Some((file, cloud)) = arguments.file.as_ref().zip(read.as_ref()).filter(|_| kubernetes) {
        rehearse::needs_kubernetes(file, cloud, output)?;
    }
    let demand = match &read {
        Some(cloud) if kubernetes => Demand::with_kubernetes(cloud),
        Some(cloud) => Demand::of(cloud),
        None if kubernetes => Demand::WITH_KUBERNETES,
        None => Demand::USUAL,
    };
    let mut checks = vec![rights];
    match inside {
        Ok(()) => {
            let root = fmc_components::find(&list, "debian").ok().map(|it| store.state(it));
            let root: Option<PathBuf> = root.and_then(|it| match it {
                State::Here(entry) => std::path::absolute(entry.path()).ok(),
                State::Missing => None,
            });
            checks.extend(requirements::kernel(root.as_deref(), &demand, is_root));
        }
        Err(why) => {
            let what = Text::of("what is needed of the kernel", "lo que hace falta del núcleo");
            let why = format!("{why}: sudo fmc doctor");
            checks.push(Check::untried("kernel", what, Text::same(&why)));
        }
    }
    fmc_sys::raise_limits();
    checks.extend([
        requirements::open_files(&demand),
        requirements::processes(&demand),
        requirements::neighbours(&demand),
        requirements::memory(&demand),
    ]);
    checks.extend(requirements::instances(&demand));
    let programs = read.as_ref().map(|it| (it, parts::programs(it)));
    let is_needed = |component: &Component| {
        programs.as_ref().is_none_or(|(cloud, programs)| match component.fetched {
            When::Asked => parts::is_for(component, cloud),
            _ => parts::is_needed(&component.name, programs),
        })
    };
    let (fetched, missing) = fetching::checks(&list, &store, &tools, kubernetes, &is_needed);
    checks.push(requirements::disk(&cache, missing));
    checks.extend(fetched);
    checks.push(requirements::port(arguments.port));
    if let Some(cloud) = &read {
        checks.push(name(&rehearse::slug(&cloud.name), &home::running(&cache)));
    }
    if arguments.json {
        let file = arguments.file.as_deref();
        output.data(&format!("{:#}\n", show::json(file, &demand, &checks, output)));
    } else {
        output.data(&show::text(&checks, output));
        output.talk(&show::summary(&checks, output));
    }
    Ok(if checks.iter().any(Check::is_missing) { FINDINGS } else { FINE })
}

/// The cloud of a file; `None` where it has errors, which are told.
fn cloud(file: &str, output: &Output) -> Result<Option<Cloud>, CouldNot> {
    let read = input::read(file, input::today(), output)?;
    let found = read.with_configured();
    if found.has_errors() {
        output.talk(&crate::report::text(&found, &read.loaded.sources, output.language()));
        let what = output.say("has errors, and is not rehearsed", "tiene errores y no se ensaya");
        output.error(&CouldNot::new(format!("{file} {what}")));
        return Ok(None);
    }
    Ok(read.cloud)
}

/// Whether who asks is root, or may become it.
fn rights(is_root: bool) -> Check {
    let what = Text::of("root", "root");
    if is_root {
        return Check::fine("root", what, Text::of("it is you", "es usted"));
    }
    let asked = Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match asked {
        Ok(status) if status.success() => {
            let seen = Text::of("by sudo, without a password", "con sudo, sin contraseña");
            Check::fine("root", what, seen)
        }
        Ok(_) => {
            let why = Text::of(
                "by sudo, if it takes your password: `sudo -v` tells",
                "con sudo, si acepta su contraseña: lo dice `sudo -v`",
            );
            Check::untried("root", what, why)
        }
        Err(error) => {
            let why = text!("sudo cannot be run: {error}", "no se puede ejecutar sudo: {error}");
            let cannot = Text::of(
                "nothing can be rehearsed; `fmc up` still checks and draws",
                "no se puede ensayar nada; `fmc up` sí comprueba y dibuja",
            );
            let mend = Text::of(
                "run it as root (`su -c 'fmc rehearse …'`), or `apt-get install sudo` as root",
                "ejecútelo como root (`su -c 'fmc rehearse …'`), o `apt-get install sudo` como root",
            );
            Check::missing("root", what, why, (cannot, mend))
        }
    }
}

/// Whether a rehearsal is called so already.
fn name(name: &str, running: &[String]) -> Check {
    let what = text!("the name {name}", "el nombre {name}");
    let seen = if running.iter().any(|it| it == name) {
        Text::of(
            "runs already: of the same file, it would be changed in place",
            "ya está en marcha: si es del mismo fichero, se cambiaría en su sitio",
        )
    } else {
        Text::of("free", "libre")
    };
    Check::fine("name", what, seen)
}

//! What a rehearsal is made of: rights, components, files and secrets.

use super::programs::Programs;
use crate::commands::components::waiting::Waiting;
use crate::commands::components::{cache, could_not, folder};
use crate::output::Output;
use crate::secrets::random;
use crate::{COULD_NOT, CouldNot, interrupt};
use fmc_build::Tree;
use fmc_components::{Component, When};
use fmc_model::{Cloud, Date};
use fmc_rehearse::service::{Components, Firsts};
use fmc_secrets::{Secrets, Store, Wanted};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// The component that is the root of every host.
const ROOT: &str = "debian";

/// What sudo keeps of our environment: where the cache lies, and the language.
const KEPT: &str = "--preserve-env=HOME,XDG_CACHE_HOME,FMC_CACHE,LANG,LC_ALL,LC_MESSAGES,NO_COLOR";

/// Runs fmc again as root, unless it is, with these words or those that it was called with; then its exit code is
/// ours.
pub(crate) fn as_root(words: Option<&[String]>, output: &Output) -> Result<Option<u8>, CouldNot> {
    if fmc_sys::is_root() {
        return Ok(None);
    }
    let own = std::env::current_exe();
    let own = own.map_err(|it| CouldNot::new(format!("where is this program? {it}")))?;
    // Root would make it root's, and everything else in it.
    let _ = std::fs::create_dir_all(cache(output)?);
    output.talk(output.say(
        "namespaces need root: running again by sudo\n",
        "los espacios de nombres necesitan root: se ejecuta otra vez con sudo\n",
    ));
    // Ctrl-C is for whoever has something to clear away.
    let _enough = interrupt::watched(output)?;
    let hint = output.say("run it as root", "ejecútelo como root");
    let may = Command::new("sudo").arg("-v").status();
    match may {
        Ok(status) if status.success() => {}
        Ok(_) => {
            let what = output.say("sudo does not let you", "sudo no se lo permite");
            return Err(CouldNot::new(what).hint(hint));
        }
        Err(error) => {
            let what = output.say("sudo cannot be run", "no se puede ejecutar sudo");
            return Err(CouldNot::new(format!("{what}: {error}")).hint(hint));
        }
    }
    let mut again = Command::new("sudo");
    again.arg(KEPT).arg(own);
    match words {
        Some(words) => again.args(words),
        None => again.args(std::env::args_os().skip(1)),
    };
    let status = again.status().map_err(|it| CouldNot::new(format!("sudo: {it}")))?;
    let code = status.code().and_then(|it| u8::try_from(it).ok());
    Ok(Some(code.unwrap_or(COULD_NOT)))
}

/// What the processes of a cloud start, each by its name.
pub(crate) fn programs(cloud: &Cloud) -> BTreeSet<String> {
    let setups = cloud.hosts.values().map(|it| cloud.setup(it.id));
    let both = setups.flat_map(|it| std::iter::once(it).chain(it.stand_in.as_deref()));
    let mut all = BTreeSet::new();
    for setup in both {
        all.extend(setup.programs.iter().map(|it| (*it).to_owned()));
        let starts = setup.processes.iter().flat_map(fmc_model::setup::Process::starts);
        all.extend(starts.filter_map(|it| it.rsplit('/').next().map(str::to_owned)));
    }
    all
}

/// Whether anything of a cloud is of Kubernetes.
pub(super) fn has_kubernetes(cloud: &Cloud) -> bool {
    let programs = programs(cloud);
    ["kube-apiserver", "kubelet"].iter().any(|it| programs.contains(*it))
}

/// Whether a component is needed by who starts these programs: the root of hosts, and what answers for the names
/// of the Internet, always are.
pub(crate) fn is_needed(component: &str, programs: &BTreeSet<String>) -> bool {
    [ROOT, "coredns"].contains(&component) || programs.contains(component)
}

/// Whether a cloud has what a component is for.
pub(crate) fn is_for(component: &Component, cloud: &Cloud) -> bool {
    let has = |role: &String| cloud.hosts.values().any(|it| it.has_role(role));
    component.role.as_ref().is_none_or(has)
}

/// The root of hosts, fetched where it is missing.
pub(super) fn root(output: &Output) -> Result<PathBuf, CouldNot> {
    let list = fmc_components::list().map_err(CouldNot::new)?;
    let store = fmc_components::Store::new(folder(output)?);
    had(&list, &store, ROOT, &mut Waiting::new(output)?, output)
}

/// What a cloud starts that is not in the root of hosts, fetched where it is missing; of Kubernetes there are the
/// programs, if it is the real one.
pub(super) fn components(
    cloud: &Cloud,
    kubernetes: Option<&Programs>,
    output: &Output,
) -> Result<Components, CouldNot> {
    let programs = programs(cloud);
    let list = fmc_components::list().map_err(CouldNot::new)?;
    let store = fmc_components::Store::new(folder(output)?);
    let mut waiting = Waiting::new(output)?;
    let mut all = Components::new();
    let needed = |it: &&Component| match it.fetched {
        When::Always => is_needed(&it.name, &programs),
        When::ForOthers | When::Named => false,
        // All of these are for Kubernetes: whoever edits the cloud may bring a node later.
        When::Asked => is_for(it, cloud) && kubernetes.is_some_and(|programs| programs.wants(it)),
    };
    for component in list.iter().filter(needed) {
        let path = had(&list, &store, &component.name, &mut waiting, output)?;
        for program in component.programs() {
            all.insert(program.to_owned(), component.program(&path, program));
        }
    }
    if let Some(programs) = kubernetes {
        programs.put(&mut all);
    }
    Ok(all)
}

/// Where a component lies, which is fetched if it is missing.
fn had(
    list: &[Component],
    store: &fmc_components::Store,
    name: &str,
    waiting: &mut Waiting<'_>,
    output: &Output,
) -> Result<PathBuf, CouldNot> {
    let entry = store.need(list, name, waiting).map_err(|it| could_not(&it, output))?;
    std::path::absolute(entry.path()).map_err(|it| CouldNot::new(format!("{name}: {it}")))
}

/// The files of all hosts, and secrets that are good for nothing but rehearsals of this name: they are kept, as
/// what was made with them is.
pub(super) fn built(
    cloud: &Cloud,
    today: Date,
    firsts: &Firsts<'_>,
    output: &Output,
) -> Result<(Tree, Secrets), CouldNot> {
    let tree = fmc_build::build(cloud, env!("CARGO_PKG_VERSION"), |_| true);
    let besides = fmc_rehearse::rehearsal::secrets(cloud);
    let cannot = output.say("cannot be made", "no se puede hacer");
    let unmakeable = |it: fmc_secrets::Unmakeable| {
        CouldNot::new(format!("{} {cannot}: {}", it.id, it.why.get(output.language())))
    };
    // What cannot be read is made anew: nobody has anything else from it.
    let kept = firsts.kept_secrets().and_then(|it| Store::read(&it).ok());
    let mut store = kept.unwrap_or_else(|| Store::new([], &mut random));
    let wanted = Wanted::of(cloud, tree.secrets().chain(&besides)).map_err(unmakeable)?;
    let before = store.secrets.clone();
    store.secrets.complete(&wanted, today, &mut random).map_err(unmakeable)?;
    drop(wanted);
    if store.secrets != before {
        firsts.keep_secrets(&store.plain())?;
    }
    Ok((tree, store.secrets))
}

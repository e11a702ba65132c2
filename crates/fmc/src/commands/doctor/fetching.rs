//! What is there of the components, and what it takes to fetch the rest.

use fmc_components::{Component, State, Store, Trouble, When};
use fmc_model::{Text, text};
use fmc_rehearse::requirements::{self, Check};
use fmc_sys::Machine;
use std::collections::BTreeMap;

/// What would fetch each component that is missing: what else would be fetched for it, or why it cannot be.
pub(super) type Tools<'l> = BTreeMap<&'l str, Result<Option<&'l Component>, Trouble>>;

/// How much more a fetch takes of the disk while it goes on, beside what is kept.
const MEANWHILE: u64 = 1_000_000_000;

/// The same of what takes much memory to be built: for Kubernetes, sources of 0.8 GB were seen, and 3.2 GB that they
/// are compiled to.
const TO_BUILD: u64 = 4_000_000_000;

/// Whether a component is fetched for a rehearsal, be it one with a real Kubernetes.
fn is_fetched(component: &Component, kubernetes: bool) -> bool {
    match component.fetched {
        When::Always => true,
        When::ForOthers | When::Named => false,
        When::Asked => kubernetes,
    }
}

/// Looks for the tools, for what is missing.
pub(super) fn tools<'l>(
    list: &'l [Component],
    store: &Store,
    (may_be_root, kubernetes): (bool, bool),
) -> Tools<'l> {
    let missing = list
        .iter()
        .filter(|it| is_fetched(it, kubernetes) && matches!(store.state(it), State::Missing));
    let of = |component: &'l Component| {
        let ready = match fmc_components::ready(&Machine, list, component) {
            // A rehearsal fetches as root.
            Err(Trouble::Root) if may_be_root => Ok(None),
            ready => ready,
        };
        (component.name.as_str(), ready)
    };
    missing.map(of).collect()
}

/// What is there of the components that are needed, and how many bytes of the disk the rest takes.
pub(super) fn checks(
    list: &[Component],
    store: &Store,
    tools: &Tools<'_>,
    kubernetes: bool,
    is_needed: &dyn Fn(&Component) -> bool,
) -> (Vec<Check>, u64) {
    let mut checks = Vec::new();
    let (mut bytes, mut meanwhile) = (0, 0);
    let needed = |it: &&Component| is_fetched(it, kubernetes) && is_needed(it);
    for component in list.iter().filter(needed) {
        let what = text!(
            "{name} {version}, {en}",
            "{name} {version}, {es}",
            name = component.name,
            version = component.version,
            en = component.purpose().en,
            es = component.purpose().es,
        );
        if let State::Here(entry) = store.state(component) {
            let size = entry.stamp.size.div_ceil(1_000_000);
            let seen = text!("fetched, {size} MB", "descargado, {size} MB");
            checks.push(Check::fine("component", what, seen));
            continue;
        }
        let tool = tools.get(component.name.as_str());
        let other = tool.and_then(|it| it.as_ref().ok().copied().flatten());
        let all = [Some(component), other];
        let takes = || all.into_iter().flatten().map(|it| it.takes);
        let (size, seconds) = (
            takes().map(|it| it.megabytes).sum::<u64>(),
            takes().map(|it| it.seconds).sum::<u64>(),
        );
        bytes += size * 1_000_000;
        let why = text!(
            "not fetched yet: about {size} MB, and {seconds} s on two processors",
            "sin descargar: unos {size} MB, y {seconds} s con dos procesadores"
        );
        let cannot = Text::of(
            "the first rehearsal fetches it before it begins",
            "el primer ensayo lo descarga antes de empezar",
        );
        let name = &component.name;
        let mend = format!("fmc components fetch {name}");
        checks.push(Check::missing("component", what, why, (cannot, Text::same(&mend))));
        checks.extend(tool.map(|it| of_tool(component, it)));
        checks.extend(component.takes.memory.map(|it| requirements::building(name, it)));
        let is_big = component.takes.memory.is_some();
        meanwhile = meanwhile.max(if is_big { TO_BUILD } else { MEANWHILE });
    }
    (checks, bytes + meanwhile)
}

/// What fetches a component.
fn of_tool(component: &Component, found: &Result<Option<&Component>, Trouble>) -> Check {
    let name = &component.name;
    let what = text!("what fetches {name}", "lo que descarga {name}");
    match found {
        Ok(None) => Check::fine("tool", what, Text::of("it is here", "está aquí")),
        Ok(Some(other)) => {
            let (name, version) = (&other.name, &other.version);
            let by = text!(
                "{name} {version}, which pip fetches, for this machine has none or an old one",
                "{name} {version}, que descarga pip, pues esta máquina no lo tiene o es viejo"
            );
            Check::bridged("tool", what, by)
        }
        Err(trouble) => {
            let cannot = text!("{name} cannot be fetched", "no se puede descargar {name}");
            let mend = match trouble {
                Trouble::Tool { package, .. } => Text::same(&format!("apt-get install {package}")),
                other => other.hint().unwrap_or_else(|| Text::same("fmc components")),
            };
            Check::missing("tool", what, trouble.what(), (cannot, mend))
        }
    }
}

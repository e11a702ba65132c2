//! What is there of the components, for people and for machines.

use crate::output::Output;
use crate::tables::table;
use fmc_components::{Component, Module, Package, Source, State, Store, When};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

/// How much of a digest is shown to people: enough to compare, and `--json` has the rest.
const DIGEST: usize = 12;

/// Each component in a line.
pub(super) fn text(store: &Store, list: &[Component], output: &Output) -> String {
    let header = match output.say("en", "es") {
        "es" => ["nombre", "versión", "origen", "SHA-256", "tamaño", "para"],
        _ => ["name", "version", "source", "SHA-256", "size", "use"],
    };
    let rows = list.iter().map(|component| {
        let entry = here(store, component);
        let digest = entry.as_ref().map(|it| it.stamp.sha256.clone()).or(component.pinned());
        let size = match &entry {
            Some(entry) => size(entry.stamp.size),
            None => match component.fetched {
                When::Always => output.say("missing", "falta"),
                When::ForOthers => output.say("if needed", "si hace falta"),
                When::Asked => output.say("if asked for", "si se pide"),
                When::Named => output.say("if named", "si se nombra"),
            }
            .into(),
        };
        vec![
            component.name.clone(),
            component.version.clone(),
            component.from(),
            digest.map(|it| it[..DIGEST.min(it.len())].to_owned()).unwrap_or_default(),
            size,
            component.purpose().get(output.language()).to_owned(),
        ]
    });
    table(&header, rows.collect())
}

/// What is to be said beside it: where it is, what is newer than what was tested, what is old.
pub(super) fn remarks(
    store: &Store,
    list: &[Component],
    old: &[PathBuf],
    output: &Output,
) -> String {
    let all: Vec<&Component> = list.iter().collect();
    let mut text = newer(store, &all, output);
    let folder = store.folder().display();
    let _ = match output.say("en", "es") {
        "es" => writeln!(text, "en {folder}"),
        _ => writeln!(text, "in {folder}"),
    };
    let missing = |it: &&Component| it.fetched == When::Always && here(store, it).is_none();
    if list.iter().any(|it| missing(&it)) {
        let words = [
            "`fmc components fetch` fetches what is missing\n",
            "`fmc components fetch` descarga lo que falta\n",
        ];
        text.push_str(output.say(words[0], words[1]));
    }
    if !old.is_empty() {
        let count = old.len();
        let _ = match output.say("en", "es") {
            "es" => writeln!(text, "{count} ya no se usan: `fmc components prune` los quita"),
            _ => writeln!(text, "{count} not used any more: `fmc components prune` removes them"),
        };
    }
    text
}

/// The packages that came in another version than was tested.
pub(super) fn newer(store: &Store, wanted: &[&Component], output: &Output) -> String {
    let mut text = String::new();
    for entry in wanted.iter().filter_map(|it| here(store, it)) {
        for Package { name, version, tested, .. } in &entry.stamp.packages {
            let Some(tested) = tested else { continue };
            let _ = match output.say("en", "es") {
                "es" => writeln!(text, "{name} es {version}; se probó con {tested}"),
                _ => writeln!(text, "{name} is {version}; {tested} was tested"),
            };
        }
    }
    text
}

/// Each component that is there with its path.
pub(super) fn paths(store: &Store, wanted: &[&Component]) -> String {
    let mut text = String::new();
    for entry in wanted.iter().filter_map(|it| here(store, it)) {
        let (stamp, path) = (&entry.stamp, entry.path());
        let size = size(stamp.size);
        let _ = writeln!(text, "{} {}  {size}  {}", stamp.name, stamp.version, path.display());
    }
    text
}

/// All of it.
pub(super) fn json(store: &Store, list: &[Component], old: &[PathBuf], output: &Output) -> Value {
    let components = list.iter().map(|component| {
        let entry = here(store, component);
        let source = match &component.source {
            Source::Debian { suite, packages } => json!({
                "kind": "debian", "suite": suite, "packages": packages,
            }),
            Source::Wheel { project, path, sha256 } => json!({
                "kind": "wheel", "project": project, "file": path, "sha256": sha256,
            }),
            Source::Go(Module { module, needs, programs, replaces, .. }) => json!({
                "kind": "go", "module": module, "needs": needs, "programs": programs,
                "replaces": replaces,
            }),
        };
        let mut shown = json!({
            "name": component.name,
            "version": component.version,
            "use": component.purpose().get(output.machine_language()),
            "fetched": component.fetched,
            "role": component.role,
            "source": source,
            "pinned": component.pinned(),
            "here": entry.is_some(),
        });
        if let Some(entry) = entry {
            let stamp = &entry.stamp;
            shown["path"] = json!(entry.path().display().to_string());
            shown["size"] = json!(stamp.size);
            shown["sha256"] = json!(stamp.sha256);
            shown["made_with"] = json!(stamp.made_with);
            shown["packages"] = json!(stamp.packages);
        }
        shown
    });
    json!({
        "folder": store.folder().display().to_string(),
        "components": components.collect::<Vec<_>>(),
        "old": old.iter().map(|it| it.display().to_string()).collect::<Vec<_>>(),
    })
}

fn here(store: &Store, component: &Component) -> Option<fmc_components::Entry> {
    match store.state(component) {
        State::Here(entry) => Some(*entry),
        State::Missing => None,
    }
}

/// A number of bytes as people say it.
fn size(bytes: u64) -> String {
    match bytes.div_ceil(1_000_000) {
        thousands @ 10_000.. => format!("{} GB", thousands.div_ceil(1000)),
        millions => format!("{millions} MB"),
    }
}

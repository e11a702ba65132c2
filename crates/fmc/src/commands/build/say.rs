//! What a build changed, for people and for machines.

use super::changes::{Changes, Content, Kind};
use crate::output::{Output, plain};
use crate::tables;
use fmc_build::{HostTree, Node, PEOPLE, Tree};
use fmc_model::{Cloud, Name};
use serde_json::{Value, json};
use similar::TextDiff;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Lines around a change in a diff.
const CONTEXT: usize = 3;

/// What changed since the last build, file by file, and each host in a line.
pub(super) fn text(tree: &Tree, changes: &Changes, output: &Output) -> String {
    let mut text = String::new();
    for change in &changes.list {
        let path = &change.path;
        match change.kind {
            Kind::New => {}
            Kind::Changed if change.secret => {
                let _ = writeln!(text, "~ {path} {}", output.say("(secret)", "(secreto)"));
            }
            Kind::Changed => text.push_str(&coloured(&diff_of(change))),
            Kind::Gone => {
                let _ = writeln!(text, "- {path}");
            }
            Kind::Kept => {
                let why = output.say(
                    "belongs to nothing any more; it was changed by hand, so it stays",
                    "ya no pertenece a nada; se cambió a mano, así que se queda",
                );
                let _ = writeln!(text, "! {path} {why}");
            }
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let folders = folders(tree);
    let longest = folders.iter().map(|it| it.0.len()).max().unwrap_or_default();
    let mut counts: HashMap<&str, [usize; 3]> = HashMap::new();
    for change in &changes.list {
        let column = match change.kind {
            Kind::New => 0,
            Kind::Changed => 1,
            Kind::Gone => 2,
            Kind::Kept => continue,
        };
        counts.entry(&change.host).or_default()[column] += 1;
    }
    for (host, count) in folders {
        let [new, changed, gone] = counts.get(host).copied().unwrap_or_default();
        let words = [
            (new, output.say("new", "nuevos")),
            (changed, output.say("changed", "cambiados")),
            (gone, output.say("gone", "quitados")),
        ];
        let mut line: Vec<String> =
            words.iter().filter(|it| it.0 > 0).map(|it| format!("{} {}", it.0, it.1)).collect();
        if line.is_empty() {
            line.push(output.say("as before", "como antes").to_owned());
        }
        let word = output.say("files", "ficheros");
        let _ = writeln!(text, "{host:<longest$}  {count:>3} {word}  {}", line.join(", "));
    }
    text
}

/// The folders of a build, each with how many files it has.
fn folders(tree: &Tree) -> Vec<(&str, usize)> {
    let hosts =
        tree.hosts.iter().map(|(name, it)| (name.as_str(), it.nodes.len() + it.artifacts.len()));
    let people = (!tree.people.is_empty()).then_some((PEOPLE, tree.people.len()));
    hosts.chain(people).collect()
}

/// What is to be said beside it: how much there is, and what is not in it.
pub(super) fn summary(
    cloud: &Cloud,
    tree: &Tree,
    changes: &Changes,
    (checked, in_plain): (bool, bool),
    output: &Output,
) -> String {
    let files = tree.written().count();
    let hosts = tree.hosts.len();
    let changed = changes.list.iter().filter(|it| it.kind != Kind::Kept).count();
    let spanish = output.say("", "es") == "es";
    let mut text = match (spanish, checked) {
        (false, false) => format!("{files} files of {hosts} hosts, {changed} written or removed\n"),
        (true, false) => {
            format!("{files} ficheros de {hosts} hosts, {changed} escritos o quitados\n")
        }
        (false, true) => format!("{files} files of {hosts} hosts, {changed} not up to date\n"),
        (true, true) => format!("{files} ficheros de {hosts} hosts, {changed} sin actualizar\n"),
    };
    let by_hand = changes.list.iter().filter(|it| it.by_hand && it.kind == Kind::Changed);
    for change in by_hand {
        let why = output.say(
            "was changed by hand since it was built",
            "se cambió a mano desde que se construyó",
        );
        let _ = writeln!(text, "{}: {why}", change.path);
    }
    let silent = silent(tree);
    if !silent.is_empty() {
        let head = output.say("roles that write no files:", "roles que no escriben ficheros:");
        let _ = writeln!(text, "{head} {}", silent.keys().copied().collect::<Vec<_>>().join(", "));
    }
    let secret = secrets(tree);
    if secret > 0 {
        let words = if in_plain {
            output.say("files hold secrets in plain text", "ficheros contienen secretos sin cifrar")
        } else {
            output.say(
                "files hold secrets and are sealed",
                "ficheros contienen secretos y van sellados",
            )
        };
        let _ = writeln!(text, "{secret} {words}");
    }
    for (name, hosts) in missing(cloud, tree) {
        let why = output.say(
            "is brought by no package and no release: put it there, or write it under `programs:`",
            "no lo trae ningún paquete ni publicación: póngalo ahí, o escríbalo en `programs:`",
        );
        let _ = writeln!(text, "{} ({}): {why}", plain(&name), hosts.join(", "));
    }
    let managed = cloud.hosts.values().filter(|it| !fmc_build::has_files(cloud, it)).count();
    if managed > 0 {
        let words =
            output.say("run by somebody else, without files", "los lleva otra gente, sin ficheros");
        let _ = writeln!(text, "{managed} host(s): {words}");
    }
    text
}

/// The same for machines.
pub(super) fn json(cloud: &Cloud, tree: &Tree, changes: &Changes, checked: bool) -> Value {
    let hosts: serde_json::Map<String, Value> =
        tree.hosts.iter().map(|(name, it)| (name.to_string(), host(cloud, name, it))).collect();
    let list: Vec<Value> = changes
        .list
        .iter()
        .map(|it| {
            let shown = it.kind == Kind::Changed && !it.secret;
            let diff = shown.then(|| diff_of(it));
            json!({
                "path": it.path, "host": it.host, "kind": it.kind, "by_hand": it.by_hand, "secret": it.kind == Kind::Changed && it.secret, "diff": diff,
            })
        })
        .collect();
    json!({
        "cloud": cloud.name,
        "model": tree.model,
        "up_to_date": !changes.any(),
        "written": !checked && changes.any(),
        "hosts": hosts,
        "people": files(&tree.people),
        "silent_roles": silent(tree),
        "changes": list,
    })
}

fn host(cloud: &Cloud, name: &Name, tree: &HostTree) -> Value {
    let artifacts: Vec<&String> = tree.artifacts.keys().collect();
    let setup = cloud.hosts.get(name).map(|it| cloud.setup(it.id));
    let programs: Vec<Value> =
        setup.iter().flat_map(|it| &it.downloads).map(tables::programs::download).collect();
    let missing: Vec<&str> =
        setup.iter().flat_map(|it| &it.missing).map(|it| it.path.as_str()).collect();
    json!({
        "files": files(&tree.nodes), "artifacts": artifacts, "units": tree.units,
        "packages": tree.packages, "programs": programs, "missing_programs": missing,
    })
}

/// Programs that nothing brings, by their paths, with the hosts that run them.
fn missing<'a>(cloud: &'a Cloud, tree: &'a Tree) -> BTreeMap<String, Vec<&'a str>> {
    let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for host in tree.hosts.keys().filter_map(|it| cloud.hosts.get(it)) {
        for it in &cloud.setup(host.id).missing {
            all.entry(it.path.clone()).or_default().push(host.name.as_str());
        }
    }
    all
}

fn files(nodes: &BTreeMap<String, Node>) -> serde_json::Map<String, Value> {
    nodes
        .iter()
        .map(|(path, node)| {
            let value = match node {
                Node::Link(to) => json!({ "link": to }),
                Node::File(file) => {
                    let secrets: Vec<String> =
                        file.printed.holes().iter().map(|it| it.secret.name.clone()).collect();
                    json!({
                        "mode": format!("{:04o}", file.mode), "owner": file.owner,
                        "by_hand": file.by_hand, "secrets": secrets,
                    })
                }
            };
            (path.clone(), value)
        })
        .collect()
}

/// Roles that write no files yet, with the hosts that have them.
fn silent(tree: &Tree) -> BTreeMap<&'static str, Vec<&str>> {
    let mut all: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for (host, files) in &tree.hosts {
        for role in &files.silent {
            all.entry(role).or_default().push(host.as_str());
        }
    }
    all
}

fn secrets(tree: &Tree) -> usize {
    let is_secret = |it: &Node| matches!(it, Node::File(file) if file.secret);
    tree.written().filter(|it| is_secret(it.2)).count()
}

/// The difference that a change makes, as `diff -u` writes it.
fn diff_of(change: &super::changes::Change) -> String {
    let text = |content: &Option<Content>| match content {
        None => String::new(),
        Some(Content::Text(text, _)) => String::from_utf8_lossy(text).into_owned(),
        Some(Content::Link(to)) => format!("-> {to}\n"),
    };
    let (before, after) = (text(&change.before), text(&change.content));
    let mut mode = String::new();
    if let (Some(Content::Text(_, a)), Some(Content::Text(_, b))) =
        (&change.before, &change.content)
        && a != b
    {
        mode = format!("mode {a:04o} -> {b:04o} {}\n", change.path);
    }
    let diff = TextDiff::from_lines(&before, &after);
    let (old, new) = (format!("a/{}", change.path), format!("b/{}", change.path));
    let unified = diff.unified_diff().context_radius(CONTEXT).header(&old, &new).to_string();
    format!("{mode}{}", plain(&unified))
}

/// A diff in the colours that everybody knows it by.
fn coloured(diff: &str) -> String {
    let mut text = String::new();
    for line in diff.lines() {
        let colour = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") => "1",
            Some(b'+') => "32",
            Some(b'-') => "31",
            Some(b'@') => "36",
            _ => "0",
        };
        let _ = writeln!(text, "\x1b[{colour}m{line}\x1b[0m");
    }
    text
}

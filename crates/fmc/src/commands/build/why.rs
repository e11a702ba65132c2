//! `fmc build --why`: the reason of one generated line.

use crate::output::{Output, plain};
use crate::{CouldNot, Ended, FINE};
use fmc_build::{Node, PEOPLE, Why};
use fmc_model::read::closest;
use fmc_model::{Cloud, Sources};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) fn run(
    asked: &str,
    cloud: &Cloud,
    sources: &Sources,
    as_json: bool,
    output: &Output,
) -> Ended {
    if let Some((path, line)) = of_people(asked) {
        let people = fmc_build::people(cloud, super::VERSION);
        let why = people.get(path).and_then(|it| it.why(line, cloud, sources));
        let Some(why) = why else {
            return Err(missing(&people.iter().collect(), PEOPLE, path, output));
        };
        told(asked, (PEOPLE, path, line), &why, as_json, output);
        return Ok(FINE);
    }
    let (host, path, line) =
        parse(asked).ok_or_else(|| {
            let what = output.say("is no line of a file", "no es una línea de un fichero");
            CouldNot::new(format!("`{asked}` {what}")).hint(output.say(
                "write `vps:/etc/fmc/firewall.nft:61`",
                "escriba `vps:/etc/fmc/firewall.nft:61`",
            ))
        })?;
    super::known_host(cloud, host, output)?;
    let mut tree = fmc_build::build(cloud, super::VERSION, |it| it.name.as_str() == host);
    let Some(tree) = tree.hosts.swap_remove(host) else {
        let what = output.say("there are no files for", "no hay ficheros para");
        return Err(CouldNot::new(format!("{what} `{host}`")));
    };
    let Some(why) = tree.why(path, line, cloud, sources) else {
        let nodes = tree.nodes.iter().chain(&tree.artifacts).collect();
        return Err(missing(&nodes, host, path, output));
    };
    told(asked, (host, path, line), &why, as_json, output);
    Ok(FINE)
}

fn told(
    asked: &str,
    (host, path, line): (&str, &str, usize),
    why: &Why<'_>,
    as_json: bool,
    output: &Output,
) {
    if as_json {
        let value = json!({
            "host": host, "path": path, "line": line, "text": why.line,
            "origin": why.origin, "written": why.written, "by": why.by,
            "flow": why.flow,
        });
        output.data(&format!("{value:#}\n"));
    } else {
        output.data(&text(asked, why, output));
    }
}

fn text(asked: &str, why: &Why<'_>, output: &Output) -> String {
    let mut text = format!("{asked}\n    {}\n", plain(why.line.trim()));
    let from = output.say("follows from", "viene de");
    let _ = writeln!(text, "{from} {}\n    {}", why.origin, plain(why.written.trim()));
    let by = output.say("made by", "lo hizo");
    let _ = writeln!(text, "{by} {}", why.by);
    if let Some(flow) = why.flow {
        let word = output.say("flow", "flujo");
        let ports: Vec<String> = flow.ports.iter().map(ToString::to_string).collect();
        let (id, from, to) = (&flow.id, &flow.from, &flow.to);
        let _ = writeln!(text, "{word} {id}\n    {from} -> {to} {}", ports.join(", "));
        for reason in &flow.reasons {
            let words = reason.why.get(output.language());
            let _ = writeln!(text, "    {}: {} ({})", reason.asked_by, plain(words), reason.origin);
        }
    }
    text
}

/// A host, a path on it or that of an artifact beside its folder, and the number of a line.
fn parse(asked: &str) -> Option<(&str, &str, usize)> {
    let (file, line) = asked.rsplit_once(':')?;
    let line = line.parse().ok()?;
    match file.split_once(':') {
        Some((host, path)) => path.starts_with('/').then_some((host, path, line)),
        None => Some((super::changes::host_of(file), file, line)),
    }
}

/// A path below the folder of people, and the number of a line.
fn of_people(asked: &str) -> Option<(&str, usize)> {
    let (path, line) = asked.strip_prefix(PEOPLE)?.strip_prefix('/')?.rsplit_once(':')?;
    Some((path, line.parse().ok()?))
}

fn missing(nodes: &BTreeMap<&String, &Node>, host: &str, path: &str, output: &Output) -> CouldNot {
    match nodes.get(&path.to_owned()) {
        Some(Node::File(file)) => {
            let lines = file.printed.causes().len();
            let what = output.say("has so many lines:", "tiene tantas líneas:");
            let file =
                if path.starts_with('/') { format!("{host}:{path}") } else { path.to_owned() };
            CouldNot::new(format!("{file} {what} {lines}"))
        }
        Some(Node::Link(to)) => {
            let what = output.say("is a link to", "es un enlace a");
            CouldNot::new(format!("{host}:{path} {what} {to}"))
        }
        None => {
            let what = output.say("has no file", "no tiene ningún fichero");
            let could_not = CouldNot::new(format!("{host} {what} {path}"));
            let near = closest(path, nodes.keys().map(|it| it.as_str()));
            could_not.hint(near.map_or_else(
                || nodes.keys().map(|it| it.as_str()).collect::<Vec<_>>().join(" "),
                |it| format!("{} `{it}`?", output.say("did you mean", "¿quiso decir")),
            ))
        }
    }
}

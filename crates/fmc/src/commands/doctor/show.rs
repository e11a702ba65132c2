//! What was found, for people and for machines.

use crate::output::{Output, plain};
use fmc_rehearse::requirements::{Check, Demand, State};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The width of the words below.
const WIDTH: usize = 10;

/// Each need in a line; below what is missing, what cannot be done and the mend.
pub(super) fn text(checks: &[Check], output: &Output) -> String {
    let language = output.language();
    let mut text = String::new();
    for check in checks {
        let (word, colour) = match check.state {
            State::Fine => (output.say("fine", "bien"), "32"),
            State::Bridged => (output.say("bridged", "suplido"), "33"),
            State::Missing { .. } => (output.say("missing", "falta"), "31"),
            State::Untried => (output.say("untried", "sin probar"), "33"),
        };
        let space = " ".repeat(WIDTH.saturating_sub(word.chars().count()));
        let (what, seen) = (check.what.get(language), plain(check.seen.get(language)));
        let _ = writeln!(text, "\x1b[{colour}m{word}\x1b[0m{space} {what}: {seen}");
        if let State::Missing { cannot, mend } = &check.state {
            let space = " ".repeat(WIDTH);
            let word = output.say("mend", "remedio");
            let (cannot, mend) = (cannot.get(language), mend.get(language));
            let _ = writeln!(text, "{space} {cannot}\n{space} {word}: {mend}");
        }
    }
    text
}

/// What it comes to.
pub(super) fn summary(checks: &[Check], output: &Output) -> String {
    let count = |of: fn(&Check) -> bool| checks.iter().filter(|it| of(it)).count();
    let missing = count(Check::is_missing);
    let bridged = count(|it| it.state == State::Bridged);
    let untried = count(|it| it.state == State::Untried);
    let mut text = match missing {
        0 => output.say("nothing is missing", "no falta nada").to_owned(),
        _ => format!("{missing} {}", output.say("missing", "faltan")),
    };
    for (number, english, spanish) in
        [(bridged, "bridged", "suplidos"), (untried, "untried", "sin probar")]
    {
        if number > 0 {
            let _ = write!(text, ", {number} {}", output.say(english, spanish));
        }
    }
    text + "\n"
}

/// All of it.
pub(super) fn json(
    file: Option<&str>,
    demand: &Demand,
    checks: &[Check],
    output: &Output,
) -> Value {
    let language = output.machine_language();
    let of = |check: &Check| {
        let state = match check.state {
            State::Fine => "fine",
            State::Bridged => "bridged",
            State::Missing { .. } => "missing",
            State::Untried => "untried",
        };
        let mut shown = json!({
            "name": check.name,
            "state": state,
            "what": check.what.get(language),
            "seen": check.seen.get(language),
        });
        if let State::Missing { cannot, mend } = &check.state {
            shown["cannot"] = json!(cannot.get(language));
            shown["mend"] = json!(mend.get(language));
        }
        shown
    };
    json!({
        "file": file,
        "needs": {
            "hosts": demand.hosts,
            "networks": demand.networks,
            "neighbours": demand.neighbours,
            "tunnels": demand.tunnels,
            "mounts": demand.mounts,
            "vips": demand.vips,
            "masters": demand.masters,
            "nodes": demand.nodes,
        },
        "checks": checks.iter().map(of).collect::<Vec<_>>(),
        "missing": checks.iter().filter(|it| it.is_missing()).count(),
    })
}

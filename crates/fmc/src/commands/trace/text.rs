//! A trace for people: connection by connection, host by host.

use super::{Shown, words};
use crate::output::plain;
use fmc_check::trace::{Leg, Trace};
use fmc_check::way::{Step, Way};
use std::fmt::Write as _;

pub(super) fn whole(shown: &Shown<'_>, (from, to): (&str, &str), trace: &Trace<'_>) -> String {
    let mut text = String::new();
    connection(shown, &trace.leg, None, &mut 0, &mut text);
    let verdict = trace.fate();
    let (colour, word) = if super::arrives(trace) {
        (
            "1;32",
            shown.output.say("arrives, and the answer comes back", "llega, y la respuesta vuelve"),
        )
    } else {
        ("1;31", words::fate(verdict, shown.output))
    };
    let _ = writeln!(text, "\x1b[{colour}m{}\x1b[0m: {word}", plain(&format!("{from} → {to}")));
    text
}

/// A connection, and those that follow from it.
fn connection(
    shown: &Shown<'_>,
    leg: &Leg<'_>,
    why: Option<&str>,
    count: &mut usize,
    text: &mut String,
) {
    *count += 1;
    let head = format!("{count}. {} {}", shown.sender(leg), leg.packet);
    let _ = writeln!(
        text,
        "\x1b[1m{head}\x1b[0m{}",
        why.map(|it| format!("  {it}")).unwrap_or_default()
    );
    if let Some(there) = &leg.there {
        way(shown, there, text);
    } else if let Some(host) = leg.at {
        let word = shown
            .output
            .say("is run by somebody else and takes it in", "lo lleva otra gente y lo recibe");
        let _ = writeln!(text, "   {} {word}", shown.host(host));
    }
    if let Some(back) = &leg.back {
        let word = shown.output.say("and back", "y de vuelta");
        let _ = writeln!(text, "   \x1b[2m{word}\x1b[0m");
        way(shown, back, text);
    }
    text.push('\n');
    for onward in &leg.onward {
        let origin = shown.origin(onward.cause.place);
        let spread = match onward.legs.len() {
            0 | 1 => String::new(),
            n => format!("{} {n}; ", shown.output.say("one of", "uno de")),
        };
        let why = format!("({spread}{}, {origin})", onward.cause.by);
        // Those that fare alike are told once.
        for (index, next) in onward.legs.iter().enumerate() {
            let alike = |it: &Leg<'_>| it.fate() == next.fate();
            if onward.legs[..index].iter().any(alike) {
                continue;
            }
            connection(shown, next, Some(&why), count, text);
        }
    }
}

fn way(shown: &Shown<'_>, way: &Way<'_>, text: &mut String) {
    let longest = way.steps.iter().filter_map(|it| it.host).map(|it| shown.host(it).len()).max();
    let longest = longest.unwrap_or_default();
    let mut last = None;
    for step in &way.steps {
        let name = match step.host {
            Some(host) if last == Some(host) => "",
            Some(host) => shown.host(host),
            None => "",
        };
        last = step.host.or(last);
        let _ = writeln!(text, "   {name:<longest$}  {}", line(shown, step, longest + 7));
    }
}

/// What happens in a step, and below it the rule that decided it.
fn line(shown: &Shown<'_>, step: &Step<'_>, margin: usize) -> String {
    let words = words::event(&step.event, &step.packet, shown.output);
    let (Some(host), Some(rule)) = (step.host, &step.rule) else { return words };
    let stands = shown.stands(host, rule);
    let flow = stands.flow.map(|it| format!(" ({it})")).unwrap_or_default();
    let generated = stands.generated.map(|it| format!("{it} ← ")).unwrap_or_default();
    format!("{words}\n{:margin$}\x1b[2m{generated}{}{flow}\x1b[0m", "", stands.origin)
}

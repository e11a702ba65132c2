//! A trace for machines.

use super::{Shown, words};
use fmc_check::trace::{Leg, Trace};
use fmc_check::way::{Event, Step, Way};
use serde_json::{Value, json};

pub(super) fn whole(shown: &Shown<'_>, (from, to): (&str, &str), trace: &Trace<'_>) -> Value {
    json!({
        "from": from,
        "to": to,
        "arrives": super::arrives(trace),
        "fate": words::fate_word(trace.fate()),
        "connection": connection(shown, &trace.leg),
    })
}

fn connection(shown: &Shown<'_>, leg: &Leg<'_>) -> Value {
    let onward: Vec<Value> = leg
        .onward
        .iter()
        .map(|it| {
            let legs: Vec<Value> = it.legs.iter().map(|it| connection(shown, it)).collect();
            json!({
                "by": it.cause.by, "origin": shown.origin(it.cause.place), "connections": legs,
            })
        })
        .collect();
    json!({
        "sender": shown.sender(leg),
        "packet": leg.packet,
        "there": leg.there.as_ref().map(|it| way(shown, it)),
        "back": leg.back.as_ref().map(|it| way(shown, it)),
        "at": leg.at.map(|it| shown.host(it)),
        "fate": words::fate_word(leg.own_fate()),
        "onward": onward,
    })
}

fn way(shown: &Shown<'_>, way: &Way<'_>) -> Value {
    let steps: Vec<Value> = way.steps.iter().map(|it| step(shown, it)).collect();
    json!({ "steps": steps, "fate": words::fate_word(way.fate) })
}

fn step(shown: &Shown<'_>, step: &Step<'_>) -> Value {
    let stands = step.host.zip(step.rule.as_ref()).map(|it| shown.stands(it.0, it.1));
    let mut value = json!({
        "host": step.host.map(|it| shown.host(it)),
        "event": word(&step.event),
        "packet": step.packet,
    });
    match &step.event {
        Event::Routed(next) => {
            value["interface"] = json!(next.interface);
            value["prefix"] = json!(next.prefix);
            value["neighbour"] = json!(next.neighbour);
        }
        Event::Tunnelled(peer) => value["peer"] = json!(peer),
        Event::Accepted(hook) => value["hook"] = json!(words::hook_word(*hook)),
        Event::Ended(fate) => value["fate"] = words::fate_word(*fate),
        Event::RewrittenTo(_) | Event::Masqueraded | Event::PutBack => {}
    }
    if let Some(stands) = stands {
        value["generated"] = json!(stands.generated);
        value["origin"] = json!(stands.origin);
        value["flow"] = json!(stands.flow);
    }
    value
}

fn word(event: &Event<'_>) -> &'static str {
    match event {
        Event::Routed(_) => "routed",
        Event::RewrittenTo(_) => "destination-rewritten",
        Event::Masqueraded => "source-rewritten",
        Event::PutBack => "put-back",
        Event::Tunnelled(_) => "tunnelled",
        Event::Accepted(_) => "accepted",
        Event::Ended(_) => "ended",
    }
}

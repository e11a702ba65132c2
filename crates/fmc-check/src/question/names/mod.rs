//! Family 12: names and time.

mod asks_itself;
mod circle;
mod long;
mod no_resolver;
mod nobody;
mod one_version;
mod two_views;
mod unknown;
mod unreachable;

use super::{Question, Subject};
use crate::ends;
use crate::packet::{Packet, Payload, PortPair};
use crate::trace::trace;
use crate::way::{Fate, Sender};
use fmc_model::cloud::{End, Flow, Host};
use fmc_model::{Text, text};
use std::net::IpAddr;

pub(super) const QUESTIONS: &[&Question] = &[
    &no_resolver::QUESTION,
    &unreachable::QUESTION,
    &two_views::QUESTION,
    &circle::QUESTION,
    &asks_itself::QUESTION,
    &unknown::QUESTION,
    &long::QUESTION,
    &one_version::QUESTION,
    &nobody::QUESTION,
];

/// The service of names, as every host asks for it.
const DNS: &str = "dns";

/// Resolvers of a host that give no answer, with the reason. Those that it was given by derivation are
/// those of its flows, and a flow that does not reach is told as such.
fn silent_resolvers(subject: &Subject<'_>, host: &Host) -> Vec<(IpAddr, Text)> {
    let cloud = subject.cloud;
    let is_own = |it: &&Flow| {
        it.service == DNS && matches!(&it.from, End::Hosts(from) if from.contains(host.id))
    };
    let derived = |resolver: IpAddr| {
        cloud.flows.iter().filter(is_own).any(|it| match &it.to {
            End::Hosts(to) => subject.machines.owner(resolver).is_some_and(|it| to.contains(it)),
            End::Internet(names) => names.is_empty(),
            _ => false,
        })
    };
    let by_hand = host.resolvers.iter().filter(|it| !derived(**it));
    by_hand.filter_map(|it| Some((*it, refused(subject, host, *it)?))).collect()
}

/// Why a resolver does not answer a host; `None` if it does, or is nobody of whom anything is known.
fn refused(subject: &Subject<'_>, host: &Host, resolver: IpAddr) -> Option<Text> {
    let machines = &subject.machines;
    if machines.owner(resolver) == Some(host.id) {
        return None;
    }
    let Some(source) = machines.source(host.id, resolver) else {
        return Some(text!("it has no way there", "no tiene camino hasta allí"));
    };
    let ports = PortPair { source: ends::FROM_PORT, destination: 53 };
    let packet = Packet { source, destination: resolver, payload: Payload::Udp(ports) };
    let question =
        ends::Question { sender: Sender::Host(host.id), packet, door: None, meant: Vec::new() };
    let trace = trace(machines, &question);
    let leg = &trace.leg;
    let at = leg.back.as_ref().or(leg.there.as_ref()).and_then(|it| it.at);
    let at = at.or(leg.at).map(|it| machines.get(it).host.name.to_string()).unwrap_or_default();
    match leg.own_fate() {
        // A device that is no host of the cloud may well be there.
        Fate::Delivered | Fate::Left | Fate::NobodyThere => None,
        Fate::DeniedIn | Fate::DeniedForward | Fate::Asymmetric => {
            Some(text!("the firewall of {at} drops it", "el cortafuegos de {at} lo descarta"))
        }
        Fate::NoListener => {
            Some(text!("nobody answers names on {at}", "nadie responde nombres en {at}"))
        }
        Fate::NotForwarded => Some(text!("{at} does not forward it", "{at} no lo reenvía")),
        Fate::PrivateSource => Some(text!(
            "it leaves {at} with an address that the Internet does not know",
            "sale de {at} con una dirección que Internet no conoce"
        )),
        Fate::NoPeer | Fate::SourceRefused => {
            Some(text!("no tunnel of {at} leads there", "ningún túnel de {at} lleva allí"))
        }
        Fate::NoRoute | Fate::PrivateDestination | Fate::Elsewhere | Fate::Astray | Fate::Loop => {
            Some(text!("there is no way there", "no hay camino hasta allí"))
        }
    }
}

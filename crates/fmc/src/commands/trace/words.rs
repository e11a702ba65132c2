//! What happens to a packet, in words.

use crate::output::Output;
use fmc_check::packet::Packet;
use fmc_check::way::{Event, Fate};
use fmc_config::nft::Hook;
use fmc_model::Words;

/// What became of a packet.
pub(super) fn fate(fate: Fate, output: &Output) -> &'static str {
    let Words(english, spanish) = fate.words();
    output.say(english, spanish)
}

/// The same as one word for machines.
pub(super) fn fate_word(fate: Fate) -> serde_json::Value {
    serde_json::to_value(fate).unwrap_or_default()
}

/// Something that happens.
pub(super) fn event(event: &Event<'_>, packet: &Packet, output: &Output) -> String {
    match event {
        Event::Routed(next) => {
            let by = output.say("routed by", "enrutado por");
            let (prefix, interface) = (next.prefix, next.interface);
            match next.neighbour.filter(|it| *it != packet.destination) {
                Some(neighbour) => format!("{by} {prefix} → {interface} ({neighbour})"),
                None => format!("{by} {prefix} → {interface}"),
            }
        }
        Event::RewrittenTo(others) => {
            let word = output.say("destination becomes", "el destino pasa a ser");
            let target = socket(packet);
            match others {
                0 => format!("{word} {target}"),
                n => {
                    let or = output.say("or one of so many others:", "o uno de otros tantos:");
                    format!("{word} {target} ({or} {n})")
                }
            }
        }
        Event::Masqueraded => {
            let word = output.say("source becomes", "el origen pasa a ser");
            format!("{word} {}", packet.source)
        }
        Event::PutBack => {
            let word = output.say("put back:", "deshecho:");
            format!("{word} {packet}")
        }
        Event::Tunnelled(peer) => {
            format!("{} {peer}", output.say("into the tunnel to", "por el túnel a"))
        }
        Event::Accepted(hook) => {
            let word = output.say("let through", "aceptado");
            format!("{word} ({})", hook_word(*hook))
        }
        Event::Ended(it) => fate(*it, output).to_owned(),
    }
}

fn socket(packet: &Packet) -> String {
    match packet.port() {
        Some(port) => std::net::SocketAddr::new(packet.destination, port).to_string(),
        None => packet.destination.to_string(),
    }
}

/// A hook as nftables calls it.
pub(super) fn hook_word(hook: Hook) -> &'static str {
    match hook {
        Hook::Prerouting => "prerouting",
        Hook::Input => "input",
        Hook::Forward => "forward",
        Hook::Postrouting => "postrouting",
    }
}

//! What happens to a packet, in words.

use crate::output::Output;
use fmc_check::packet::Packet;
use fmc_check::way::{Event, Fate};
use fmc_config::nft::Hook;

/// What became of a packet.
pub(super) fn fate(fate: Fate, output: &Output) -> &'static str {
    let (english, spanish) = match fate {
        Fate::Delivered => ("arrives", "llega"),
        Fate::NoListener => ("arrives, and nothing listens there", "llega, y nadie escucha ahí"),
        Fate::DeniedIn => (
            "dropped by the firewall of the host that it is for",
            "descartado por el cortafuegos del host al que va",
        ),
        Fate::DeniedForward => (
            "dropped by the firewall of a host on its way",
            "descartado por el cortafuegos de un host del camino",
        ),
        Fate::NoRoute => ("there is no route", "no hay ruta"),
        Fate::NotForwarded => {
            ("dropped: this host does not forward", "descartado: este host no reenvía")
        }
        Fate::NoPeer => (
            "no peer of the tunnel has this address behind it (AllowedIPs)",
            "ningún extremo del túnel tiene detrás esta dirección (AllowedIPs)",
        ),
        Fate::SourceRefused => (
            "dropped by the tunnel: this source does not lie behind the sender (AllowedIPs)",
            "descartado por el túnel: este origen no está detrás de quien envía (AllowedIPs)",
        ),
        Fate::NobodyThere => ("nobody has this address", "nadie tiene esta dirección"),
        Fate::PrivateSource => (
            "leaves for the Internet with a private source: no answer comes back",
            "sale a Internet con un origen privado: no vuelve ninguna respuesta",
        ),
        Fate::Left => ("leaves the cloud", "sale de la nube"),
        Fate::PrivateDestination => (
            "leaves for the Internet, which knows no way to this address",
            "sale a Internet, donde nadie sabe llegar a esta dirección",
        ),
        Fate::Elsewhere => {
            ("is not reached: somebody else answers there", "no se alcanza: ahí responde otro")
        }
        Fate::Astray => (
            "leaves the cloud, though its destination lies in it",
            "sale de la nube, aunque su destino está en ella",
        ),
        Fate::Loop => ("goes round in a circle", "da vueltas en círculo"),
        Fate::Asymmetric => (
            "the answer takes another way, and is dropped by a host that knows nothing of the question",
            "la respuesta va por otro camino, y la descarta un host que no sabe de la pregunta",
        ),
    };
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

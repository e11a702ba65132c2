//! Tunnels whose own packets would go through themselves.

use super::calls;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// The way to the other end leads through the tunnel.
const CODE: Code = Code {
    id: "FMC1304",
    severity: Severity::Error,
    title: Words("tunnel that would carry itself", "túnel que se llevaría a sí mismo"),
    reason: Words(
        "The packets of a tunnel go to the address of its other end, by the routes of the host like any \
         others. Here the best of these routes is the tunnel, or leads through another one that goes \
         through this: each packet would be put into another for ever, so none leaves the host.",
        "Los paquetes de un túnel van a la dirección de su otro extremo, por las rutas del host como \
         cualquier otro. Aquí la mejor de esas rutas es el propio túnel, o lleva por otro que pasa por \
         este: cada paquete se metería en otro sin fin, así que ninguno sale del host.",
    ),
    failing: "\
version: 1
name: sites
networks:
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
  house: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 }
  office: { cidr: 192.168.2.0/24, gateway: 192.168.2.1 }
hosts:
  house: { os: debian, nics: { house: 10, tunnel: 1 }, roles: { wireguard: { listens: true }, router: { uplink: house } } }
  office: { os: debian, nics: { office: 10, tunnel: 2 }, roles: { wireguard: } }
",
    mended: "\
version: 1
name: sites
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
  house: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 }
  office: { cidr: 192.168.2.0/24, gateway: 192.168.2.1 }
hosts:
  house: { os: debian, nics: { internet: 198.51.100.10, house: 10, tunnel: 1 }, roles: { wireguard: { listens: true }, router: { uplink: internet } } }
  office: { os: debian, nics: { office: 10, tunnel: 2 }, roles: { wireguard: } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for call in calls(subject) {
        let (address, _) = call.endpoint;
        let Some(next) = subject.machines.route(call.from.id, None, address) else { continue };
        if next.network.name != call.tunnel.name {
            continue;
        }
        let (from, to, tunnel, by) =
            (&call.from.name, &call.to.name, &call.tunnel.name, next.prefix);
        let told = CODE.at(
            call.tunnel.origin.place,
            text!(
                "{from} calls {to} at {address}, and its way there, {by}, is {tunnel} itself",
                "{from} llama a {to} en {address}, y su camino hasta allí, {by}, es el propio {tunnel}"
            ),
        );
        found.push(told.hint(text!(
            "give {to} an address in a network that {from} reaches without {tunnel}",
            "dé a {to} una dirección en una red a la que {from} llegue sin {tunnel}"
        )));
    }
    found
}

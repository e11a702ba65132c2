//! Whether whoever passes something on gets it back.

use crate::ends::FROM_PORT;
use crate::packet::{Packet, Payload, PortPair};
use crate::question::{Question, Subject};
use fmc_config::maps::HashSet;
use fmc_model::setup::Relay;
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use std::net::{IpAddr, SocketAddr};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A balancer whose servers are balancers for the same.
const CODE: Code = Code {
    id: "FMC0806",
    severity: Severity::Error,
    title: Words("passed on to itself", "pasado a sí mismo"),
    reason: Words(
        "An ingress or a balancer passes a request on to a port at which it takes in the same request \
         again: round and round, until somebody gives up. Its health checks go through itself as well, \
         so it finds a server well that is nobody, or dead what is alive. Its servers are those who do \
         the work.",
        "Un punto de entrada o un balanceador pasa una petición a un puerto en el que vuelve a recibir \
         la misma petición: vuelta tras vuelta, hasta que alguien se rinde. Sus comprobaciones pasan \
         también por él, así que encuentra bien a un servidor que no es nadie, o muerto lo que vive. \
         Sus servidores son quienes hacen el trabajo.",
    ),
    failing: "\
version: 1
name: home
domain: example.com
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
apps: { wiki: { hosts: door, port: 443, for: family } }
hosts:
  door: { os: debian, nics: { lan: 10 }, roles: { traefik: } }
  web: { os: debian, nics: { lan: 11 } }
",
    mended: "\
version: 1
name: home
domain: example.com
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
apps: { wiki: { hosts: web, port: 8080, for: family } }
hosts:
  door: { os: debian, nics: { lan: 10 }, roles: { traefik: } }
  web: { os: debian, nics: { lan: 11 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    // Of the many to whom something is passed on nearly all pass on nothing.
    let relaying = subject.machines.iter().filter(|it| !it.setup.relays.is_empty());
    let own = relaying.flat_map(|it| it.host.addresses());
    let virtual_ones = subject.cloud.vips.values().flat_map(|it| it.addresses.iter().copied());
    let relaying: HashSet<IpAddr> = own.chain(virtual_ones).collect();
    for machine in subject.machines.iter() {
        for relay in &machine.setup.relays {
            let place = relay.cause.place;
            let mut near = relay.to.iter().filter(|it| relaying.contains(&it.ip()));
            let to = near.find(|it| comes_back(subject, relay, **it));
            // Every host of a role passes the same on.
            if let Some(to) = to.filter(|_| found.iter().all(|it| it.place != place)) {
                let by = &relay.cause.by;
                let told = text!(
                    "`{by}` passes this on to {to}, where `{by}` itself takes it in again",
                    "`{by}` pasa esto a {to}, donde lo recibe otra vez el propio `{by}`"
                );
                found.push(CODE.at(place, told).hint(text!(
                    "name those who serve it, and the port at which they do",
                    "nombre a quienes lo sirven, y el puerto en que lo hacen"
                )));
            }
        }
    }
    found
}

/// Whether what is sent there is passed on for the same reason again.
fn comes_back(subject: &Subject<'_>, relay: &Relay, to: SocketAddr) -> bool {
    let Some(owner) = subject.machines.owner(to.ip()) else { return false };
    let ports = PortPair { source: FROM_PORT, destination: to.port() };
    let packet = Packet { source: to.ip(), destination: to.ip(), payload: Payload::Tcp(ports) };
    let same = |it: &Relay| it.cause.place == relay.cause.place && it.cause.by == relay.cause.by;
    subject.machines.get(owner).relays(&packet).any(same)
}

//! Origins that anybody reaches without the edge that stands before them.

use crate::ends;
use crate::ends::{ANYBODY, FROM_PORT};
use crate::packet::{Packet, Payload, PortPair};
use crate::question::{Question, Subject};
use crate::trace::trace;
use crate::way::{Event, Sender};
use fmc_model::cloud::ZoneKind;
use fmc_model::role::RecordData;
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use std::net::IpAddr;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A way past the edge.
const CODE: Code = Code {
    id: "FMC1307",
    severity: Severity::Warning,
    title: Words("a way past the edge", "un camino que esquiva el borde"),
    reason: Words(
        "Public names lead to the edge, which filters, caches and hides where the site really is. That \
         holds only as long as the site answers nobody but the edge: whoever learns its address (from an \
         old record, a certificate, a mail) else asks it directly, past every filter.",
        "Los nombres públicos llevan al borde, que filtra, guarda en caché y oculta dónde está de verdad el \
         sitio. Eso vale solo mientras el sitio no responda más que al borde: si no, quien averigüe su \
         dirección (por un registro viejo, un certificado, un correo) le pregunta directamente, sin filtro.",
    ),
    failing: "\
version: 1
name: site
domain: example.com
networks: { internet: { kind: public } }
outside: { public: { nics: internet } }
apps: { web: { names: [www], hosts: web, port: 8080, for: public } }
hosts:
  cloudflare: { managed: true, nics: { internet: }, roles: { cdn: } }
  web:
    os: debian
    nics: { internet: 198.51.100.10 }
    roles: { traefik: }
    firewall: [{ verdict: accept, for: https, reason: to test }]
",
    mended: "\
version: 1
name: site
domain: example.com
networks: { internet: { kind: public } }
outside: { public: { nics: internet } }
apps: { web: { names: [www], hosts: web, port: 8080, for: public } }
hosts:
  cloudflare: { managed: true, nics: { internet: }, roles: { cdn: } }
  web:
    os: debian
    nics: { internet: 198.51.100.10 }
    roles: { traefik: }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let mut ports: Vec<u16> = Vec::new();
    for edge in cloud.hosts.values().filter(|it| it.managed) {
        let relays = &subject.machines.get(edge.id).setup.relays;
        ports.extend(relays.iter().map(|it| it.ports.first));
    }
    ports.sort_unstable();
    ports.dedup();
    let public = cloud.zones.iter().filter(|it| it.kind == ZoneKind::Public);
    let hidden = public.flat_map(|it| &it.records).filter(|it| it.proxied);
    let mut addresses: Vec<IpAddr> = hidden
        .filter_map(|it| match it.data {
            RecordData::A(it) => Some(it.into()),
            RecordData::Aaaa(it) => Some(it.into()),
            _ => None,
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    let mut found: Vec<Diagnostic> = Vec::new();
    for address in addresses {
        for port in &ports {
            if let Some(told) = bypassed(subject, address, *port)
                && found.iter().all(|it| it.place != told.place)
            {
                found.push(told);
            }
        }
    }
    found
}

fn bypassed(subject: &Subject<'_>, destination: IpAddr, port: u16) -> Option<Diagnostic> {
    let source: IpAddr = if destination.is_ipv4() { ANYBODY.0.into() } else { ANYBODY.1.into() };
    let payload = Payload::Tcp(PortPair { source: FROM_PORT, destination: port });
    let packet = Packet { source, destination, payload };
    let question =
        ends::Question { sender: Sender::Internet, packet, door: None, meant: Vec::new() };
    let trace = trace(&subject.machines, &question);
    if !trace.leg.own_fate().is_good() {
        return None;
    }
    let steps = &trace.leg.there.as_ref()?.steps;
    let mut accepted = steps.iter().filter(|it| matches!(it.event, Event::Accepted(_)));
    let step = accepted.next_back()?;
    let name = &subject.machines.get(step.host?).host.name;
    let place = step.rule.as_ref().map(|it| it.rule().cause.place)?;
    let told = CODE.at(
        place,
        text!(
            "anybody reaches port {port} of {name} at {destination}, past the edge that stands before it",
            "cualquiera llega al puerto {port} de {name} en {destination}, sin pasar por el borde que está delante"
        ),
    );
    Some(told.hint(text!(
        "take this out: the edge is let in by itself",
        "quite esto: al borde se le deja entrar por sí solo"
    )))
}

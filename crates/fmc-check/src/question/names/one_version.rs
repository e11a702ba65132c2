//! Names with addresses of both versions of the Internet protocol, of which one leads nowhere.

use crate::ends::{self, FROM_PORT, Who};
use crate::packet::{Payload, PortPair};
use crate::question::{Question, Subject};
use crate::trace::trace;
use crate::way::Fate;
use fmc_model::cloud::{App, Zone, ZoneKind};
use fmc_model::role::RecordData;
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use std::net::IpAddr;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// An app that answers by one version of its name alone.
const CODE: Code = Code {
    id: "FMC1208",
    severity: Severity::Warning,
    title: Words("answers by one version alone", "responde por una sola versión"),
    reason: Words(
        "A name of an app has an address of version 4 and one of version 6, and connections to one of \
         them do not arrive. Browsers try both and hide it behind a short wait; everything else takes \
         the first address that it gets, which is that of version 6, and fails: checks, programs, and \
         people who say that it does not work for them alone.",
        "Un nombre de una aplicación tiene una dirección de la versión 4 y una de la 6, y las conexiones \
         a una de ellas no llegan. Los navegadores prueban ambas y lo ocultan tras una espera corta; todo \
         lo demás toma la primera dirección que recibe, que es la de la versión 6, y falla: \
         comprobaciones, programas, y gente que dice que solo a ella no le va.",
    ),
    failing: "\
version: 1
name: site
domain: example.com
networks: { internet: { kind: public }, lan: { cidr: 192.168.0.0/24 } }
outside: { public: { nics: internet } }
apps: { www: { hosts: web, port: 8080, for: public } }
hosts:
  gate: { os: debian, nics: { internet: [198.51.100.10, \"2001:db8::10\"], lan: 1 }, roles: { router: } }
  door: { os: debian, nics: { lan: 11 }, roles: { traefik: } }
  web: { os: debian, nics: { lan: 21 } }
",
    mended: "\
version: 1
name: site
domain: example.com
networks: { internet: { kind: public }, lan: { cidr: 192.168.0.0/24 } }
outside: { public: { nics: internet } }
apps: { www: { hosts: web, port: 8080, for: public } }
hosts:
  gate: { os: debian, nics: { internet: 198.51.100.10, lan: 1 }, roles: { router: } }
  door: { os: debian, nics: { lan: 11 }, roles: { traefik: } }
  web: { os: debian, nics: { lan: 21 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    // Where a flow does not arrive that shall, that is told with its reason.
    let both = |it: &&App| {
        let all = [ZoneKind::Public, ZoneKind::Forward].map(|kind| addresses(subject, it, kind));
        all.iter().any(|it| it.iter().any(IpAddr::is_ipv4) && it.iter().any(IpAddr::is_ipv6))
    };
    let apps: Vec<&App> = subject.cloud.apps.values().filter(both).collect();
    if apps.is_empty() || !subject.matrix().less().is_empty() {
        return Vec::new();
    }
    apps.into_iter().filter_map(|it| app(subject, it)).collect()
}

fn app(subject: &Subject<'_>, app: &App) -> Option<Diagnostic> {
    let cloud = subject.cloud;
    let people = app.audience.iter().filter_map(|it| ends::who(cloud, it).ok());
    for who in people {
        let kind = if who == Who::Internet { ZoneKind::Public } else { ZoneKind::Forward };
        let addresses = addresses(subject, app, kind);
        for port in [HTTPS, app.port] {
            let answers = |it: &IpAddr| Some((*it, answers(subject, &who, *it, port)?));
            let all: Vec<(IpAddr, bool)> = addresses.iter().filter_map(answers).collect();
            let dead = all.iter().map(|it| it.0).find(|dead| {
                let of_version = |it: &&(IpAddr, bool)| it.0.is_ipv4() == dead.is_ipv4();
                all.iter().filter(of_version).all(|it| !it.1)
            });
            if let Some(dead) = dead.filter(|_| all.iter().any(|it| it.1)) {
                return Some(told(subject, app, dead));
            }
        }
    }
    None
}

/// Where an ingress takes people in; without one they go to the app's own port.
const HTTPS: u16 = 443;

/// The addresses that the names of an app have, as far as no edge stands before them.
fn addresses(subject: &Subject<'_>, app: &App, kind: ZoneKind) -> Vec<IpAddr> {
    let zones = subject.cloud.zones.iter().filter(|it| it.kind == kind);
    let whole = |zone: &Zone, name: &str| match name {
        "@" => zone.name.clone(),
        _ => format!("{name}.{}", zone.name),
    };
    let records = zones.flat_map(|zone| zone.records.iter().map(move |it| (zone, it)));
    let own =
        records.filter(|(zone, it)| !it.proxied && app.names.contains(&whole(zone, &it.name)));
    let mut all: Vec<IpAddr> = own
        .filter_map(|it| match it.1.data {
            RecordData::A(it) => Some(it.into()),
            RecordData::Aaaa(it) => Some(it.into()),
            _ => None,
        })
        .collect();
    all.dedup();
    all
}

/// Whether somebody is answered at an address; `None` where he cannot send to it.
fn answers(subject: &Subject<'_>, who: &Who, to: IpAddr, port: u16) -> Option<bool> {
    let payload = Payload::Tcp(PortPair { source: FROM_PORT, destination: port });
    let question = ends::question(&subject.machines, who, &Who::Address(to), payload).ok()?;
    Some(trace(&subject.machines, &question).leg.own_fate() == Fate::Delivered)
}

fn told(subject: &Subject<'_>, app: &App, dead: IpAddr) -> Diagnostic {
    let (name, version) = (&app.name, if dead.is_ipv4() { 4 } else { 6 });
    let found = CODE.at(
        app.origin.place,
        text!(
            "`{name}` is named at {dead} too, where nobody answers its people by version {version}",
            "`{name}` tiene también el nombre en {dead}, donde nadie responde a su gente por la versión {version}"
        ),
    );
    let owner = subject.machines.owner(dead).map(|it| subject.cloud.host(it));
    let found = match owner {
        Some(host) => found
            .label(host.origin.place, text!("{name} has it", "la tiene {name}", name = host.name)),
        None => found,
    };
    found.hint(text!(
        "give everybody on the way an address of version {version}, or leave {dead} out",
        "dé a todos los del camino una dirección de la versión {version}, o quite {dead}"
    ))
}

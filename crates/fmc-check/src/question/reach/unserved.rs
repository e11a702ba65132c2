//! Whether an app is asked for where what its hosts run answers.

use crate::question::{Question, Subject};
use fmc_model::cloud::{App, OfferedService};
use fmc_model::{Code, Diagnostic, Ports, Protocol, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A port at which nobody answers, beside one for which nobody asks.
const CODE: Code = Code {
    id: "FMC0807",
    severity: Severity::Warning,
    title: Words("port that its service does not offer", "puerto que su servicio no ofrece"),
    reason: Words(
        "An app says at which port of its hosts it is served. What was written to run there answers at \
         another port, and nobody asks for that one: every request is refused, and every host counts as \
         dead. Of a program that is described nowhere nothing is known, and nothing is said.",
        "Una aplicación dice en qué puerto de sus hosts se sirve. Lo que se escribió que se ejecute allí \
         responde en otro puerto, por el que nadie pregunta: toda petición se rechaza, y cada host se da \
         por muerto. De un programa que no se describe en ninguna parte no se sabe nada, y nada se dice.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
apps: { wiki: { hosts: web, port: 8080, for: family } }
hosts:
  web:
    os: debian
    nics: { lan: 10 }
    roles: { service: { ports: { wiki-web: tcp/8081 }, command: /usr/bin/wiki } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
apps: { wiki: { hosts: web, port: 8081, for: family } }
hosts:
  web:
    os: debian
    nics: { lan: 10 }
    roles: { service: { ports: { wiki-web: tcp/8081 }, command: /usr/bin/wiki } }
",
};

/// The role of which people write themselves what it runs and at which ports it answers. Of every other
/// one the ports are right, and what it serves is itself and no app.
const OWN: &str = "service";

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.cloud.apps.values().filter_map(|it| unserved(subject, it)).collect()
}

fn unserved(subject: &Subject<'_>, app: &App) -> Option<Diagnostic> {
    let cloud = subject.cloud;
    let all = || cloud.offers.iter().filter(|it| app.hosts.intersection(&it.hosts) == app.hosts);
    let mut own = all().filter(|it| it.role == OWN && tcp(it).next().is_some());
    let is_served =
        |it: &OfferedService| tcp(it).any(|it| it.first <= app.port && app.port <= it.last);
    let wanted = |it: &OfferedService| {
        cloud.flows.iter().any(|flow| flow.service == it.service)
            || cloud.apps.values().any(|other| {
                other.name != app.name
                    && !other.hosts.intersection(&it.hosts).is_empty()
                    && tcp(it).any(|it| it.first <= other.port && other.port <= it.last)
            })
    };
    if app.hosts.is_empty() || app.pods.is_some() || all().any(is_served) {
        return None;
    }
    // What somebody else asks for may have nothing to do with the app.
    let idle = own.find(|it| !wanted(it))?;
    let (name, port, hosts, service) = (&app.name, app.port, &app.hosts, &idle.service);
    let right = tcp(idle).next()?;
    let host = cloud.host(hosts.iter().next()?);
    let role = host.roles.iter().find(|it| it.name == OWN)?;
    Some(
        CODE.at(
            app.origin.place,
            text!(
                "`{name}` is asked for at port {port} of {hosts}, where `{service}` answers at {right}",
                "por `{name}` se pregunta en el puerto {port} de {hosts}, donde `{service}` responde en {right}"
            ),
        )
        .label(
            role.origin.place,
            text!("nobody asks for this one", "por este no pregunta nadie"),
        )
        .hint(text!(
            "write `port: {first}`, or let the service answer at tcp/{port}",
            "escriba `port: {first}`, o que el servicio responda en tcp/{port}",
            first = right.first
        )),
    )
}

fn tcp(offer: &OfferedService) -> impl Iterator<Item = &Ports> {
    offer.ports.iter().filter(|it| it.protocol == Protocol::Tcp)
}

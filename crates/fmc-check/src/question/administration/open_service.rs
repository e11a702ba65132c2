//! What is made for those inside, and open to the Internet.

use super::is_anybody;
use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_model::cloud::{Asker, Host, OfferedService, Verdict};
use fmc_model::{Code, Diagnostic, Ports, Protocol, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Administration, or a service of the inside, that anybody reaches.
const CODE: Code = Code {
    id: "FMC1403",
    severity: Severity::Warning,
    title: Words("inner service open to everybody", "servicio interior abierto a todos"),
    reason: Words(
        "Sites and tunnels are made to be reached by anybody. Administration (SSH, Cockpit, the API of \
         Kubernetes), databases, etcd, shares and resolvers are not: within minutes of being open they are \
         found and tried, day and night, and one weak password or one fault of theirs is enough. People \
         come in by a tunnel or a bastion, and are let in from there alone.",
        "Los sitios y los túneles se hacen para que llegue cualquiera. La administración (SSH, Cockpit, la \
         API de Kubernetes), las bases de datos, etcd, las carpetas y los servidores de nombres no: a los \
         minutos de estar abiertos los encuentran y los prueban, día y noche, y basta una contraseña débil o \
         un fallo suyo. La gente entra por un túnel o un bastión, y solo desde allí se la deja pasar.",
    ),
    failing: "\
version: 1
name: home
networks: { internet: { kind: public } }
outside: { world: { nics: internet } }
hosts:
  server: { os: debian, nics: { internet: 198.51.100.10 } }
access:
  - world -> server: ssh
",
    mended: "\
version: 1
name: home
networks: { internet: { kind: public }, tunnel: { kind: wireguard, cidr: 10.17.0.0/24 } }
outside: { operators: { nics: tunnel, people: [{ name: ana, address: 10 }] } }
hosts:
  server: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
access:
  - operators -> server: ssh
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = by_access(subject);
    for host in subject.ours() {
        by_rule(subject, host, &mut found);
    }
    found
}

fn by_access(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let mut found = Vec::new();
    for flow in cloud.flows.iter().filter(|it| is_anybody(subject, &it.from)) {
        let Some(reason) = flow.reasons.iter().find(|it| it.asked_by == Asker::Access) else {
            continue;
        };
        let Some(hosts) = cloud.hosts_at(&flow.to) else { continue };
        let is_it = |it: &&OfferedService| {
            it.service == flow.service
                || !it.hosts.intersection(hosts).is_empty()
                    && it.ports.iter().any(|own| flow.ports.iter().any(|it| meet(*own, *it)))
        };
        let meant: Vec<&OfferedService> = cloud.offers.iter().filter(is_it).collect();
        // What another service has in common with it is not what was meant.
        let named: Vec<&&OfferedService> =
            meant.iter().filter(|it| it.service == flow.service).collect();
        let inner = match (named.first(), meant.iter().find(|it| !it.open)) {
            (Some(it), _) if it.open => continue,
            (Some(it), _) => &it.service,
            (None, Some(it)) => &it.service,
            (None, None) => continue,
        };
        found.push(told(reason.origin.place, inner, &flow.to.to_string()));
    }
    found
}

fn by_rule(subject: &Subject<'_>, host: &Host, found: &mut Vec<Diagnostic>) {
    for rule in host.firewall.iter().filter(|it| it.verdict == Verdict::Accept) {
        let open = rule.from.is_empty() || rule.ends.iter().any(|it| is_anybody(subject, it));
        if !open || rule.ports.is_empty() {
            continue;
        }
        // A rule opens what is there to come in: behind a router that passes nothing on, that is nothing.
        let own = subject.cloud.offers.iter().filter(|it| {
            it.hosts.contains(host.id)
                && !it.open
                && subject.matrix().is_exposed(host.id, &it.ports)
        });
        let named =
            own.filter(|it| it.ports.iter().any(|own| rule.ports.iter().any(|it| meet(*own, *it))));
        for offer in named {
            let told = told(rule.origin.place, &offer.service, host.name.as_str());
            // Hosts of one entry have it from one line.
            if !found.iter().any(|it| it.place == told.place) {
                found.push(told);
            }
        }
    }
}

fn told(place: Place, service: &str, to: &str) -> Diagnostic {
    let told = CODE.at(
        place,
        text!(
            "anybody may reach `{service}` of {to}, which is made for those inside",
            "cualquiera puede llegar a `{service}` de {to}, que está hecho para los de dentro"
        ),
    );
    told.hint(text!(
        "let in those who come by a tunnel, or a network of your own",
        "deje entrar a quienes vienen por un túnel, o a una red propia"
    ))
}

/// Whether two sets of ports have one in common.
fn meet(a: Ports, b: Ports) -> bool {
    let same = a.protocol == b.protocol || [a.protocol, b.protocol].contains(&Protocol::Any);
    same && a.first <= b.last && b.first <= a.last
}

//! Whether what flows want arrives, and its answer comes back.

use super::foreign::is_foreign;
use super::{Reason, other_version_of_pods, ports, unasked};
use crate::ends::Who;
use crate::intent::wanted_by;
use crate::matrix::Difference;
use crate::names;
use crate::question::{Question, Subject};
use crate::way::Fate;
use fmc_config::maps::IndexMap;
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A flow that does not arrive.
pub(super) const CODE: Code = Code {
    id: "FMC0801",
    severity: Severity::Error,
    title: Words("does not arrive", "no llega"),
    reason: Words(
        "Somebody shall reach something, and the files that are built do not let it: a rule written \
         by hand drops it, a host on the way does not forward, or the answer finds no way back. \
         Each flow is walked as a packet is, there and back, through the routes, tunnels, rules and \
         rewriting of every host; `fmc trace` shows the way of one of them, hop by hop.",
        "Alguien debe alcanzar algo y los ficheros que se construyen no lo permiten: una regla \
         escrita a mano lo descarta, un host del camino no reenvía, o la respuesta no encuentra la \
         vuelta. Cada flujo se recorre como lo haría un paquete, de ida y de vuelta, por las rutas, \
         túneles, reglas y traducciones de cada host; `fmc trace` muestra el camino de uno de \
         ellos, salto a salto.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  web:
    os: debian
    nics: { lan: 10 }
    roles: { service: { ports: { wiki: 8080 }, command: /usr/bin/wiki } }
    firewall: [{ verdict: drop, from: lan, for: 8080 }]
access: [lan -> web: wiki]
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  web:
    os: debian
    nics: { lan: 10 }
    roles: { service: { ports: { wiki: 8080 }, command: /usr/bin/wiki } }
access: [lan -> web: wiki]
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let less = subject.matrix().less();
    // One finding for each flow and reason, whoever of many it is that does not arrive.
    let mut groups: IndexMap<(usize, Reason), Vec<&Difference<'_, '_>>> = IndexMap::default();
    for difference in &less {
        let flow = wanted_by(subject.cloud, difference);
        let reason = Reason::of(difference)
            .filter(|it| !is_foreign(subject.cloud, &difference.pair.from, *it));
        if let (Some(flow), Some(reason)) = (flow, reason) {
            groups.entry((flow, reason)).or_default().push(difference);
        }
    }
    let dropped = groups.into_iter();
    let dropped = dropped.map(|((flow, reason), all)| told(subject, flow, reason, &all));
    dropped.chain(unasked::found(subject)).collect()
}

fn told(
    subject: &Subject<'_>,
    flow: usize,
    reason: Reason,
    all: &[&Difference<'_, '_>],
) -> Diagnostic {
    let cloud = subject.cloud;
    let flow = &cloud.flows[flow];
    let origin = flow.reasons.first().map(|it| it.origin.place).unwrap_or_default();
    let matrix = subject.matrix();
    let senders: Vec<Who> = all.iter().flat_map(|it| matrix.senders(it.pair)).collect();
    let who = names::of(cloud, &senders);
    let hosts = all.iter().flat_map(|it| matrix.receivers(it.pair)).copied();
    let hosts = cloud.set_of(hosts);
    let ports = all.first().map(|it| ports(it)).unwrap_or_default();
    let fate = reason.fate.words();
    let at = reason.at.map(|it| cloud.host(it).name.to_string()).unwrap_or_default();
    let place = if at.is_empty() { String::new() } else { format!(" ({at})") };
    let what = Text {
        en: format!("{} → {hosts} {ports}, which `{}` wants: {}{place}", who.en, flow.id, fate.0)
            .into(),
        es: format!("{} → {hosts} {ports}, que quiere `{}`: {}{place}", who.es, flow.id, fate.1)
            .into(),
    };
    let mut found = CODE.at(origin, what);
    if let Some(place) = reason.rule.filter(|it| *it != origin) {
        found = found
            .label(place, text!("decided by what is written here", "lo decide lo escrito aquí"));
    }
    let advice = other_version_of_pods(cloud, &senders);
    found.hint(advice.unwrap_or_else(|| hint(reason, &at)))
}

fn hint(reason: Reason, at: &str) -> Text {
    match reason.fate {
        Fate::DeniedIn | Fate::DeniedForward => text!(
            "take away the rule that drops it, or let nobody want it",
            "quite la regla que lo descarta, o que nadie lo quiera"
        ),
        Fate::NotForwarded => text!(
            "let {at} forward: its kernel parameters must not turn it off",
            "deje que {at} reenvíe: sus parámetros del núcleo no deben impedirlo"
        ),
        _ => text!(
            "`fmc trace` shows how far it comes; mend what is written at that host",
            "`fmc trace` muestra hasta dónde llega; arregle lo escrito en ese host"
        ),
    }
}

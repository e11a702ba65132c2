//! Whether rules that were written by hand ever decide anything.

use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_config::maps::{HashSet, IndexMap};
use fmc_model::cloud::{FirewallRule, HostId};
use fmc_model::{Code, Diagnostic, Protocol, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A rule that no packet meets.
const CODE: Code = Code {
    id: "FMC0804",
    severity: Severity::Warning,
    title: Words("rule that never decides", "regla que nunca decide"),
    reason: Words(
        "No packet that anybody can send to this host is decided by this rule: an earlier one decides \
         all that it matches, or those whom it names have no way to come here. Whoever wrote it \
         believes that it opens or closes something.",
        "Ningún paquete que alguien pueda enviar a este host lo decide esta regla: una anterior decide \
         todo lo que abarca, o quienes nombra no tienen camino hasta aquí. Quien la escribió cree que \
         abre o cierra algo.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  web:
    os: debian
    nics: { lan: 10 }
    firewall:
      - { verdict: drop, from: lan, for: 8000-9000 }
      - { verdict: drop, from: lan, for: 8080 }
access: [lan -> web: ssh]
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  web:
    os: debian
    nics: { lan: 10 }
    firewall: [{ verdict: drop, from: lan, for: 8000-9000 }]
access: [lan -> web: ssh]
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let written = || {
        let hosts = subject.cloud.hosts.values().filter(|it| !it.managed);
        hosts.flat_map(|host| host.firewall.iter().map(move |it| (host, it)))
    };
    if written().next().is_none() {
        return Vec::new();
    }
    let stretches = subject.matrix().pairs.iter().flat_map(|it| &it.stretches);
    let decided: HashSet<Place> =
        stretches.filter_map(|it| it.by.as_ref()).map(|it| it.rule().cause.place).collect();
    // Hosts of one entry have it from one line.
    let mut idle: IndexMap<Place, Vec<HostId>> = IndexMap::default();
    for (host, rule) in written() {
        if is_walked(rule) && !decided.contains(&rule.origin.place) {
            idle.entry(rule.origin.place).or_default().push(host.id);
        }
    }
    idle.into_iter()
        .map(|(place, hosts)| {
            let name = subject.cloud.set_of(hosts);
            let what = text!(
                "no packet that can come to {name} is decided by this rule",
                "ningún paquete que pueda llegar a {name} lo decide esta regla"
            );
            CODE.at(place, what).hint(text!(
                "take it away; or put it before the one that decides first, or let those whom it names come here with a line of `access:`",
                "quítela; o póngala antes de la que decide primero, o deje venir con una línea de `access:` a quienes nombra"
            ))
        })
        .collect()
}

/// Whether it is about packets that are walked: those with ports.
fn is_walked(rule: &FirewallRule) -> bool {
    let has_ports = |it: Protocol| matches!(it, Protocol::Tcp | Protocol::Udp | Protocol::Any);
    rule.ports.is_empty() || rule.ports.iter().any(|it| has_ports(it.protocol))
}

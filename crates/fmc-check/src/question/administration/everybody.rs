//! Rules that switch a firewall off.

use super::is_anybody;
use crate::question::{Question, Subject};
use fmc_model::cloud::Verdict;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A rule that lets everybody in at every port.
const CODE: Code = Code {
    id: "FMC1404",
    severity: Severity::Warning,
    title: Words("firewall that lets everybody in", "cortafuegos que deja entrar a todos"),
    reason: Words(
        "Rules by hand come before the derived ones, and the first that matches decides. One that accepts \
         from everybody at every port matches everything: none of the others is ever asked, and the host \
         has no firewall, though one is loaded and looks like one.",
        "Las reglas a mano van antes que las derivadas, y decide la primera que coincide. Una que acepta de \
         todos en cualquier puerto coincide con todo: nunca se pregunta a las demás, y el host no tiene \
         cortafuegos, aunque haya uno cargado y lo parezca.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: debian, nics: { lan: 11 }, firewall: [{ verdict: accept, reason: to see whether it helps }] }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: debian, nics: { lan: 11 } }
access: [lan -> server: tcp/8080]
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for host in subject.ours() {
        for rule in host.firewall.iter().filter(|it| it.verdict == Verdict::Accept) {
            let open = rule.from.is_empty() || rule.ends.iter().any(|it| is_anybody(subject, it));
            let place = rule.origin.place;
            if !open || !rule.ports.is_empty() || found.iter().any(|it| it.place == place) {
                continue;
            }
            let name = &host.name;
            let message = text!(
                "everybody who reaches {name} is let in, at every port",
                "a todo el que llega a {name} se le deja entrar, en cualquier puerto"
            );
            found.push(CODE.at(place, message).hint(text!(
                "say from whom (`from`) and for what (`for`)",
                "diga de quién (`from`) y para qué (`for`)"
            )));
        }
    }
    found
}

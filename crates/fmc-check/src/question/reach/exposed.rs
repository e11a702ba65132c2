//! Whether anybody in the Internet reaches what no flow wants.

use super::undeclared::{every_port, found, receivers};
use crate::ends::Who;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Anybody in the Internet reaches what nobody declared.
pub(super) const CODE: Code = Code {
    id: "FMC0803",
    severity: Severity::Warning,
    title: Words("open to the Internet", "abierto a Internet"),
    reason: Words(
        "A port that answers the whole Internet is found within hours and tried for as long as it is \
         open. What is meant to be public stands in `access:`, from people in a public network; this \
         was opened by a rule that names nobody, or more than was meant.",
        "Un puerto que responde a todo Internet se encuentra en horas y se prueba mientras siga \
         abierto. Lo que debe ser público está en `access:`, desde gente en una red pública; esto lo \
         abrió una regla que no nombra a nadie, o a más gente de la prevista.",
    ),
    failing: "\
version: 1
name: home
networks: { internet: { kind: public } }
outside: { public: { nics: internet } }
hosts:
  web:
    os: debian
    nics: { internet: 198.51.100.10 }
    roles: { service: { ports: { site: 443 }, command: /usr/bin/site } }
    firewall: [{ verdict: accept, for: 3389 }]
access: [public -> web: site]
",
    mended: "\
version: 1
name: home
networks: { internet: { kind: public } }
outside: { public: { nics: internet } }
hosts:
  web:
    os: debian
    nics: { internet: 198.51.100.10 }
    roles: { service: { ports: { site: 443 }, command: /usr/bin/site } }
access: [public -> web: site]
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    found(subject, |it| *it == Who::Internet)
        .into_iter()
        .map(|(place, all)| {
            let (name, ports) = (receivers(subject, &all), every_port(&all));
            let what = text!(
                "anybody in the Internet may reach {ports} of {name}, and no flow asks for it",
                "cualquiera en Internet puede alcanzar {ports} de {name}, y ningún flujo lo pide"
            );
            CODE.at(place, what).hint(text!(
                "say with `from` who shall reach it, or better with a line of `access:`",
                "diga con `from` quién debe alcanzarlo, o mejor con una línea de `access:`"
            ))
        })
        .collect()
}

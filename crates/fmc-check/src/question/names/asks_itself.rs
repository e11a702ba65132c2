//! Resolvers and clocks that ask themselves.

use super::DNS;
use super::circle::{asks, lost};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Itself is among those whom a host asks.
const CODE: Code = Code {
    id: "FMC1205",
    severity: Severity::Warning,
    title: Words("asks itself", "se pregunta a sí mismo"),
    reason: Words(
        "A clock that has itself among its sources never selects it, and counts one source more than it \
         has. A resolver that forwards to itself answers some names by going round in a circle until it \
         gives up. Both work as long as the others do, and worse than without it. Where clocks have nobody but \
         each other, the cloud keeps a time of its own, which drifts from that of the world until \
         certificates seem not to be valid yet.",
        "Un reloj que se tiene a sí mismo entre sus fuentes nunca la elige, y cuenta una fuente más de las \
         que tiene. Un servidor de nombres que se reenvía a sí mismo responde algunos nombres dando \
         vueltas hasta que se rinde. Ambos funcionan mientras lo hagan los otros, y peor que sin ello. Donde los \
         relojes solo se tienen unos a otros, la nube lleva una hora propia, que se aleja de la del mundo hasta \
         que los certificados parecen no valer todavía.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: , chrony: { upstream: [0.pool.ntp.org, names.home.internal] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: , chrony: { upstream: [0.pool.ntp.org, 1.pool.ntp.org] } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let lost = lost(subject);
    for it in asks(subject) {
        let host = subject.cloud.host(it.host);
        let Some(flow) = it.flow else { continue };
        let place = flow.reasons.first().map_or(host.origin.place, |it| it.origin.place);
        let (name, service) = (&host.name, it.service);
        let alone = lost.iter().any(|them| them.host == it.host && them.service == service);
        let own = it.whom.iter().find(|whom| whom.1 == Some(it.host)).map(|it| &it.0);
        let told = match own {
            // That of names is another finding.
            _ if alone && service == DNS => continue,
            _ if alone => {
                let whom: Vec<&str> = it.whom.iter().map(|it| it.0.as_str()).collect();
                let whom = whom.join(", ");
                let message = text!(
                    "`{service}` of {name} asks nobody but {whom}: none of them asks the world",
                    "`{service}` de {name} solo pregunta a {whom}: ninguno pregunta al mundo"
                );
                CODE.at(place, message).hint(text!(
                    "let it ask somebody outside of the cloud",
                    "haga que pregunte a alguien de fuera de la nube"
                ))
            }
            Some(own) => {
                let message = text!(
                    "{name} serves `{service}`, and asks {own} for it, which is itself",
                    "{name} sirve `{service}`, y lo pregunta a {own}, que es él mismo"
                );
                CODE.at(place, message)
                    .hint(text!("take {own} out of that list", "quite {own} de esa lista"))
            }
            None => continue,
        };
        found.push(told);
    }
    found
}

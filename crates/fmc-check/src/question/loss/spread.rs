//! Whether connections are sent to somebody who is gone.

use crate::loss::{Element, words};
use crate::question::{Question, Subject};
use fmc_config::nft::Action;
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Connections are spread, and nobody asks whether those live who get them.
const CODE: Code = Code {
    id: "FMC0903",
    severity: Severity::Warning,
    title: Words("spread without a check", "reparto sin comprobación"),
    reason: Words(
        "A firewall that rewrites the destination of connections to one of several hosts does not \
         ask whether that one lives. When it is gone, its part of all connections fails for as long \
         as it is: with two of them every second one, which looks like a fault of everything but \
         this. A virtual address that moves, or a balancer that checks, sends nobody to who is \
         gone.",
        "Un cortafuegos que reescribe el destino de las conexiones hacia uno de varios hosts no \
         pregunta si ese vive. Cuando falta, su parte de todas las conexiones falla mientras dure: \
         con dos, una de cada dos, lo que parece un fallo de cualquier cosa menos de esto. Una \
         dirección virtual que se mueve, o un balanceador que comprueba, no manda a nadie a quien \
         no está.",
    ),
    failing: "\
version: 1
name: site
networks: { internet: { kind: public }, lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { public: { nics: internet } }
hosts:
  gate: { os: debian, nics: { internet: 198.51.100.10, lan: 1 }, roles: { router: } }
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: } }
  web[1-2]: { os: debian, nics: { lan: 21+ } }
apps: { www: { hosts: web*, port: 8080, for: public } }
",
    mended: "\
version: 1
name: site
networks: { internet: { kind: public }, lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { public: { nics: internet } }
vips: { ingress: { address: 192.168.0.10, serves: traefik } }
hosts:
  gate: { os: debian, nics: { internet: 198.51.100.10, lan: 1 }, roles: { router: } }
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
  web[1-2]: { os: debian, nics: { lan: 21+ } }
apps: { www: { hosts: web*, port: 8080, for: public } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.machines.iter().filter_map(|it| spreads(subject, it.host)).collect()
}

/// The hosts over which one spreads connections, and what people lose of theirs with any of them.
fn spreads(subject: &Subject<'_>, host: &Host) -> Option<Diagnostic> {
    let rules = subject.machines.get(host.id).firewall()?;
    let (rule, over) =
        rules.chains.iter().flat_map(|it| &it.rules).find_map(|it| match &it.action {
            Action::RewriteDestination(targets, _) if targets.len() > 1 => Some((it, targets)),
            _ => None,
        })?;
    let targets: Vec<HostId> = over.iter().filter_map(|it| subject.machines.owner(*it)).collect();
    let losses = subject.losses();
    let partly = |id: &HostId| losses.tell(&losses.lose(&[Element::Host(*id)])).partly;
    let partly = targets.iter().map(partly).find(|it| !it.is_empty()).unwrap_or_default();
    let mut what: Vec<_> = partly.into_iter().flat_map(|it| it.what).collect();
    what.dedup();
    let (name, count) = (&host.name, over.len());
    let Text { en, es } = words::hosts(&losses.hosts(&targets));
    let told = if what.is_empty() {
        text!(
            "{name} spreads connections over {en} without a check: while one is gone, 1 of {count} fails",
            "{name} reparte conexiones entre {es} sin comprobar: mientras falta uno, falla 1 de cada {count}"
        )
    } else {
        let Text { en: what, es: que } = words::things(&what, "", ("and", "y"));
        text!(
            "{name} spreads connections over {en} without a check: while one is gone, 1 of {count} to {what} fails",
            "{name} reparte conexiones entre {es} sin comprobar: mientras falta uno, falla 1 de cada {count} a {que}"
        )
    };
    let role = host.roles.iter().find(|it| rule.cause.by == it.name);
    let place = role.map_or(host.origin.place, |it| it.origin.place);
    Some(CODE.at(place, told).hint(text!(
        "give them one address that moves: a line in `vips:`, and `keepalived` on each of them",
        "déles una dirección que se mueva: una línea en `vips:`, y `keepalived` en cada uno"
    )))
}

//! Whether an address stays with a member that nobody may take it from.

use crate::question::{Question, Subject};
use fmc_model::cloud::Vip;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A failed check lowers a priority that nobody looks at.
const CODE: Code = Code {
    id: "FMC1004",
    severity: Severity::Warning,
    title: Words("kept by a dead service", "retenida por un servicio muerto"),
    reason: Words(
        "With `preempt: false` no member takes the address from one that is still there, however \
         low its priority falls: that is what it means. A failed check that lowers the priority \
         then changes nothing, and the address stays where the service is dead. A weight of zero \
         takes the member out instead, and the others go on.",
        "Con `preempt: false` ningún miembro quita la dirección a uno que sigue ahí, por mucho que \
         baje su prioridad: eso es lo que significa. Una comprobación fallida que baja la \
         prioridad no cambia entonces nada, y la dirección se queda donde el servicio ha muerto. \
         Un peso de cero, en cambio, saca al miembro, y los demás siguen.",
    ),
    failing: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik, preempt: false } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
    mended: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik, preempt: false } }
hosts:
  lb[1-2]:
    os: debian
    nics: { lan: 11+ }
    roles: { traefik: , keepalived: { vips: [ingress], weight: 0 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.cloud.vips.values().filter_map(|it| stays(subject, it)).collect()
}

fn stays(subject: &Subject<'_>, vip: &Vip) -> Option<Diagnostic> {
    let hosts = &subject.cloud.hosts;
    let checked = vip.members.iter().find(|it| {
        let answering = hosts.get(&it.host).and_then(|host| host.answering(vip));
        it.weight != 0 && answering.is_some_and(|it| it.alive.is_some())
    })?;
    if vip.preempt || vip.members.len() < 2 {
        return None;
    }
    let (name, host, weight) = (&vip.name, &checked.host, checked.weight);
    let written = subject.cloud.overrides.iter().find(|it| it.of == format!("preempt of {name}"));
    let place = written.map_or(vip.origin.place, |it| it.origin.place);
    let found = CODE.at(
        place,
        text!(
            "`{name}` stays on {host} when its check fails there: nobody preempts, and a weight of {weight} does not take it out",
            "`{name}` se queda en {host} cuando su comprobación falla allí: nadie se adelanta, y un peso de {weight} no lo saca"
        ),
    );
    Some(found.label(checked.origin.place, text!("joined here", "se une aquí")).hint(text!(
        "write `weight: 0` at its members, or leave `preempt` out",
        "escriba `weight: 0` en sus miembros, u omita `preempt`"
    )))
}

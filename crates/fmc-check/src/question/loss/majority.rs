//! Whether a majority is one that can lose somebody.

use crate::question::{Question, Subject};
use fmc_model::cloud::RedundancyGroup;
use fmc_model::role::Redundancy;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// An even number of members.
const CODE: Code = Code {
    id: "FMC0902",
    severity: Severity::Warning,
    title: Words("even number of a majority", "número par para una mayoría"),
    reason: Words(
        "More than half of the members must be there. Of two both must, so that they fail twice as \
         often as one alone; of four three must, so that the fourth adds nothing but one more that \
         can fail. An odd number is always better: one, three or five.",
        "Debe haber más de la mitad de los miembros. De dos hacen falta ambos, así que fallan el \
         doble que uno solo; de cuatro hacen falta tres, así que el cuarto no añade más que otro \
         que puede fallar. Siempre es mejor un número impar: uno, tres o cinco.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master[1-2]: { os: flatcar, nics: { nodes: 21+ }, roles: { etcd: } }
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master[1-3]: { os: flatcar, nics: { nodes: 21+ }, roles: { etcd: } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let groups = subject.cloud.redundancy.iter();
    groups.filter_map(|it| even(subject, it)).collect()
}

fn even(subject: &Subject<'_>, group: &RedundancyGroup) -> Option<Diagnostic> {
    let count = group.hosts.len();
    if group.kind != Redundancy::Quorum || count % 2 == 1 {
        return None;
    }
    let last = subject.cloud.host(group.hosts.iter().last()?);
    let role = last.roles.iter().find(|it| it.name == group.role)?;
    let (name, hosts, survives) = (group.role, &group.hosts, group.survives);
    let (fewer, more) = (count - 1, count + 1);
    let told = match survives {
        0 => text!(
            "`{name}` on {hosts} answers only while both are there: less often than on one alone",
            "`{name}` en {hosts} responde solo mientras están ambos: menos veces que en uno solo"
        ),
        _ => text!(
            "`{name}` on {hosts} may lose {survives} of {count} members, no more than of {fewer}",
            "`{name}` en {hosts} puede perder {survives} de {count} miembros, no más que de {fewer}"
        ),
    };
    Some(
        CODE.at(role.origin.place, told)
            .hint(text!("have {more} or {fewer} of them", "tenga {more} o {fewer}")),
    )
}

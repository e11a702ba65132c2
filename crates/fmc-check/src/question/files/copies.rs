//! More copies than there are hosts for them.

use crate::question::{Question, Subject};
use fmc_model::role::Redundancy;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Copies that have no place.
const CODE: Code = Code {
    id: "FMC1504",
    severity: Severity::Warning,
    title: Words("more copies than hosts", "más copias que hosts"),
    reason: Words(
        "Each copy of a volume lies on another host, for two on one would be lost together. With more \
         copies than hosts the rest of them are never made: every volume counts as degraded from its first \
         day, and a real loss is not seen among all these warnings.",
        "Cada copia de un volumen está en otro host, pues dos en uno se perderían juntas. Con más copias que \
         hosts, las que sobran no se hacen nunca: todo volumen figura como degradado desde el primer día, y una \
         pérdida de verdad no se ve entre tanto aviso.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-2]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: , longhorn: { replicas: 3 } } }
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-2]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: , longhorn: { replicas: 2 } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let told = subject.cloud.redundancy.iter().filter_map(|group| {
        let Redundancy::Replicas(copies) = group.kind else { return None };
        let (role, count) = (group.role, group.hosts.len());
        if usize::from(copies) <= count {
            return None;
        }
        let first = subject.cloud.host(group.hosts.iter().next()?);
        let own = first.roles.iter().find(|it| it.name == role)?;
        let message = text!(
            "`{role}` is to keep {copies} copies, and {count} hosts have it",
            "`{role}` debe guardar {copies} copias, y lo tienen {count} hosts"
        );
        Some(CODE.at(own.origin.place, message).hint(text!(
            "keep {count} copies, or give the role to more hosts",
            "guarde {count} copias, o dé el rol a más hosts"
        )))
    });
    told.collect()
}

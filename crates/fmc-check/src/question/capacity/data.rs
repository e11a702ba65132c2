//! Whether a data disk is as large as what is kept on it.

use super::alike;
use crate::question::{Question, Subject};
use fmc_model::{Bytes, Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// More on a data disk than it holds.
const CODE: Code = Code {
    id: "FMC1106",
    severity: Severity::Warning,
    title: Words("more data than its disk holds", "más datos de los que caben en su disco"),
    reason: Words(
        "A role says how much of the data disk it keeps for itself. If the disk is smaller, what is \
         scheduled there by that number fails when it is written; without any data disk it lies on \
         that of the system, and fills it until the host itself stops.",
        "Un rol dice cuánto del disco de datos se reserva. Si el disco es menor, lo que se coloque allí \
         según ese número falla al escribirlo; sin disco de datos queda en el del sistema, y lo llena \
         hasta que el propio host se detiene.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-3]:
    os: flatcar
    nics: { nodes: 24+ }
    size: { cpus: 4, memory: 8GiB, disk: 20GB, data: 40GB }
    roles: { worker: , longhorn: { disk: 60GB } }
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-3]:
    os: flatcar
    nics: { nodes: 24+ }
    size: { cpus: 4, memory: 8GiB, disk: 20GB, data: 60GB }
    roles: { worker: , longhorn: { disk: 60GB } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let full = subject.ours().filter_map(|host| {
        let wanting = || host.roles.iter().filter(|it| it.data.is_some_and(|it| it.0 > 0));
        let all =
            wanting().filter_map(|it| it.data).fold(0_u64, |sum, it| sum.saturating_add(it.0));
        let said = host.size.disk.0 > 0 || host.size.data.0 > 0;
        let names: Vec<&str> = wanting().map(|it| it.name).collect();
        let first = wanting().next()?;
        (said && all > host.size.data.0).then(|| {
            let place =
                if host.size.data.0 > 0 { host.size.places.data } else { first.origin.place };
            (host, place, (Bytes(all), host.size.data, names))
        })
    });
    let told = alike(full).into_iter().map(|(hosts, place, (all, has, names))| {
        let (who, roles) = (subject.called(hosts), names.join("`, `"));
        if has.0 == 0 {
            let told = CODE.at(
                place,
                text!(
                    "`{roles}` keeps {all} on a data disk, and there is none in {who}",
                    "`{roles}` guarda {all} en un disco de datos, y no hay ninguno en {who}"
                ),
            );
            return told.hint(text!(
                "write `data: {all}` as part of its size",
                "escriba `data: {all}` como parte de su tamaño"
            ));
        }
        let told = CODE.at(
            place,
            text!(
                "`{roles}` keeps {all} on a data disk, and there is one of {has} in {who}",
                "`{roles}` guarda {all} en un disco de datos, y hay uno de {has} en {who}"
            ),
        );
        told.mend(text!("write `data: {all}`", "escriba `data: {all}`"), place, all.to_string())
    });
    told.collect()
}

//! Data that is laid on the disk of the system.

use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// The disk of the system, taken for that of data.
const CODE: Code = Code {
    id: "FMC1503",
    severity: Severity::Error,
    title: Words("the disk of the system as data disk", "el disco del sistema como disco de datos"),
    reason: Words(
        "The first disk of a guest, `/dev/vda`, has its system; the second, `/dev/vdb`, is for data. The \
         first cannot be mounted as a whole, so nothing that lies on it starts; and whoever makes a file \
         system there, as for a new disk, ends the host.",
        "El primer disco de un huésped, `/dev/vda`, tiene su sistema; el segundo, `/dev/vdb`, es para datos. El \
         primero no se puede montar entero, así que no arranca nada de lo que esté en él; y quien haga allí un \
         sistema de ficheros, como en un disco nuevo, acaba con el host.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  metal: { os: rocky, nics: { nodes: 2 }, size: { cpus: 16, memory: 64GiB, disk: 1TB }, roles: { hypervisor: } }
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker1:
    os: flatcar
    nics: { nodes: 24 }
    size: { cpus: 4, memory: 8GiB, disk: 20GB, data: 40GB }
    roles: { worker: , longhorn: { device: /dev/vda } }
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  metal: { os: rocky, nics: { nodes: 2 }, size: { cpus: 16, memory: 64GiB, disk: 1TB }, roles: { hypervisor: } }
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker1:
    os: flatcar
    nics: { nodes: 24 }
    size: { cpus: 4, memory: 8GiB, disk: 20GB, data: 40GB }
    roles: { worker: , longhorn: { device: /dev/vdb } }
",
};

/// The disk of the system, as a guest sees it: the first of those that are plugged in as virtio.
const SYSTEM: &str = "/dev/vda";

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    // Of a machine that nobody here runs it is not known which of its disks is the first.
    for host in subject.ours().filter(|it| it.runs_on.is_some()) {
        for (folder, mount) in &subject.machines.get(host.id).setup.mounts {
            let place = mount.cause.place;
            if !mount.what.starts_with(SYSTEM) || found.iter().any(|it| it.place == place) {
                continue;
            }
            let (name, device) = (&host.name, &mount.what);
            let told = CODE.at(
                place,
                text!(
                    "{name} mounts {device} at {folder}, and its system is on that disk",
                    "{name} monta {device} en {folder}, y su sistema está en ese disco"
                ),
            );
            found.push(told.hint(text!("write `/dev/vdb`", "escriba `/dev/vdb`")));
        }
    }
    found
}

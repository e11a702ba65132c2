//! What keeps volumes on several nodes at once: the engine of Longhorn, shown to the pods of a node where Longhorn
//! itself would have put it. What drives it is a probe; managers, and the iSCSI by which volumes come to their nodes,
//! are not here (<https://longhorn.io/docs/latest/concepts/>).

use super::{Components, Part};
use fmc_model::cloud::{Host, RedundancyGroup};
use fmc_model::role::Redundancy;
use fmc_model::{Cloud, Text, text};

/// The component.
const NAME: &str = "longhorn-engine";

/// Where pods find it on their node.
pub(crate) const PATH: &str = "/run/rehearsed-longhorn-engine";

/// Where volumes lie on a node, as Longhorn is told.
pub(crate) const DATA: &str = "/var/lib/longhorn";

/// Whether a host keeps copies of what others keep too.
pub(crate) fn keeps_copies(cloud: &Cloud, host: &Host) -> bool {
    let of = |it: &RedundancyGroup| matches!(it.kind, Redundancy::Replicas(_));
    cloud.redundancy.iter().any(|it| of(it) && it.hosts.contains(host.id))
}

/// Shows it to a node of a real Kubernetes that is to keep copies of volumes.
pub(super) fn add(cloud: &Cloud, host: &Host, components: &Components, part: &mut Part) {
    let Some(engine) = components.get(NAME) else { return };
    if part.process("kubelet").is_none() || !keeps_copies(cloud, host) {
        return;
    }
    part.programs.push((engine.clone(), PATH.to_owned()));
    part.stand_ins.extend([
        Text::of(
            "the engine of Longhorn in pods of a probe, for all of it: nothing here makes a device of a volume (iSCSI)",
            "el motor de Longhorn en pods de una prueba, por todo él: aquí nada hace un dispositivo de un volumen (iSCSI)",
        ),
        text!(
            "{DATA}: a folder of this machine, for one of the data disk",
            "{DATA}: una carpeta de esta máquina, por una del disco de datos"
        ),
    ]);
}

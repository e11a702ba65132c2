//! Volumes that are kept on several nodes at once.
//!
//! All of its parts run as pods, so what they say to each other travels between pods and needs no
//! opening of a host's firewall.

use fmc_model::read::At;
use fmc_model::role::{
    About, After, Declaration, Kind, Member, Minimum, Need, Redundancy, Role, Target,
};
use fmc_model::{Bytes, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Longhorn>(&About {
    name: "longhorn",
    label: "Longhorn",
    icon: "longhorn",
    summary: Words(
        "keeps volumes on several nodes at once",
        "guarda volúmenes en varios nodos a la vez",
    ),
    manual: "https://longhorn.io/docs/",
    systems: &[],
    minimum: Minimum::of(2, 2048, 20),
    example: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-3]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: , longhorn: { disk: 40GiB } } }
",
});

record! {
    /// A node that keeps volumes.
    pub struct Longhorn ("role `longhorn`", "rol `longhorn`") {
        /// How much of the data disk is for volumes; all of it if left out.
        disk: Option<At<Bytes>>,
        /// On how many nodes each volume lies; 3 if left out.
        replicas: Option<At<u8>>,
    }
}

impl Role for Longhorn {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        let replicas = out.setting("replicas", 3, self.replicas.as_ref());
        out.redundancy(Redundancy::Replicas(replicas));
        out.setting("disk", on.host.size.data, self.disk.as_ref());
        out.need(
            Need::of(
                "pods",
                Text::of(
                    "replicas of volumes follow each other",
                    "las réplicas de los volúmenes se siguen",
                ),
            )
            .to(Target::Pods)
            .from_pods(),
        );
        out.after(After {
            role: "worker",
            here: true,
            why: Text::of("it runs as pods of the node", "se ejecuta como pods del nodo"),
        });
    }
}

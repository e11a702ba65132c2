//! Shares folders with other hosts by NFS, version 4.
//!
//! Only the clients that are named for a folder may mount it, and root there is nobody here.

use fmc_model::cloud::System;
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, Map, OneOrMany};
use fmc_model::role::{
    About, Admission, Declaration, Kind, Member, Minimum, Redundancy, Role, Selector,
};
use fmc_model::{Ports, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Nfs>(&About {
    name: "nfs",
    label: "NFS",
    icon: "nfs",
    summary: Words("shares folders with other hosts", "comparte carpetas con otros hosts"),
    manual: "https://github.com/nfs-ganesha/nfs-ganesha/wiki",
    systems: &[System::Almalinux, System::Rocky, System::Debian],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: shared
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage1: { os: almalinux, nics: { lan: 27 }, roles: { nfs: { exports: { /srv/nfs/shared: app* } } } }
  app[1-2]: { os: debian, nics: { lan: 31+ } }
",
});

record! {
    /// Shares folders by NFS.
    pub struct Nfs ("role `nfs`", "rol `nfs`") {
        /// Who may mount which folder.
        exports: Map<OneOrMany<At<Selector>>, String>,
    }
}

impl Role for Nfs {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        out.offer("nfs", [Ports::tcp(2049)]);
        for (path, clients) in &self.exports {
            let folder = &path.value;
            if !folder.starts_with('/') {
                out.report(
                    ROLE_SETTING
                        .at(
                            path.place,
                            text!(
                                "`{folder}` is not a whole path",
                                "`{folder}` no es una ruta completa"
                            ),
                        )
                        .mend(
                            text!("write `/{folder}`", "escriba `/{folder}`"),
                            path.place,
                            format!("/{folder}"),
                        ),
                );
            }
            for client in clients {
                out.admit(Admission {
                    service: "nfs".into(),
                    from: client.clone(),
                    pods: false,
                    written: true,
                    why: text!("mounts {folder}", "monta {folder}"),
                });
            }
        }
    }
}

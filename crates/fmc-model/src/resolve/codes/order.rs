//! `FMC06xx`: the order in which everything starts.

use crate::{Code, Severity, Words};

/// Every code of this family, in order.
pub(super) const CODES: &[&Code] = &[&CYCLE];

/// Things that wait for each other.
pub const CYCLE: Code = Code {
    id: "FMC0601",
    severity: Severity::Error,
    title: Words("waiting in a circle", "espera circular"),
    reason: Words(
        "Each of these waits for the next, and the last for the first, so after a power cut none \
         of them would start and the cloud would stay dark. Waits follow from roles (a guest \
         after its machine, a worker after the API, every host after the resolver) and from \
         `after:`.",
        "Cada uno espera al siguiente, y el último al primero, así que tras un corte de luz no \
         arrancaría ninguno y la nube seguiría apagada. Las esperas se derivan de los roles (un \
         huésped tras su máquina, un worker tras la API, cada host tras el servidor de nombres) y \
         de `after:`.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  web: { os: debian, nics: { lan: 10 }, after: db }
  db: { os: debian, nics: { lan: 11 }, after: web }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  web: { os: debian, nics: { lan: 10 }, after: db }
  db: { os: debian, nics: { lan: 11 } }
",
};

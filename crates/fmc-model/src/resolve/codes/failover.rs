//! `FMC0405` to `FMC0409`: whether a virtual address would really move.

use crate::{Code, Severity, Words};

/// The codes of this file, in order.
pub(super) const CODES: &[&Code] =
    &[&SAME_PRIORITY, &NO_FAILOVER, &DUPLICATE_VRID, &BAD_PRIORITY, &NOBODY_BEHIND];

/// Two members with one priority.
pub const SAME_PRIORITY: Code = Code {
    id: "FMC0405",
    severity: Severity::Error,
    title: Words("same priority", "misma prioridad"),
    reason: Words(
        "Two members of a group have the same priority, as when one is written for a whole range. \
         VRRP then lets the higher IP address decide, which is nobody's intention, and at the \
         start both may take the address for a moment. Left out, priorities are counted out in \
         the order of the file.",
        "Dos miembros de un grupo tienen la misma prioridad, como cuando se escribe una para todo \
         un rango. VRRP deja entonces que decida la dirección IP mayor, cosa que nadie pretende, \
         y al arrancar ambos pueden tomar la dirección por un momento. Si se omiten, las \
         prioridades se reparten según el orden del fichero.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]:
    os: debian
    nics: { lan: 11+ }
    roles: { keepalived: { vips: { web: { priority: 100 } } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]:
    os: debian
    nics: { lan: 11+ }
    roles: { keepalived: { vips: [web] } }
",
};

/// Arithmetic by which the address stays where the service is dead.
pub const NO_FAILOVER: Code = Code {
    id: "FMC0406",
    severity: Severity::Error,
    title: Words("would not move", "no se movería"),
    reason: Words(
        "When the check on the holder fails, its weight is added to its priority, and the address \
         moves only if the sum falls below the priority of the next member. With 110, 100 and a \
         weight of -10 both stand at 100, and keepalived 2.2.7 leaves the address where the \
         service is dead; with -20 it moves.",
        "Cuando falla la comprobación en quien tiene la dirección, su peso se suma a su \
         prioridad, y la dirección solo se mueve si la suma queda por debajo de la prioridad del \
         siguiente. Con 110, 100 y un peso de -10 ambos quedan en 100, y keepalived 2.2.7 deja la \
         dirección donde el servicio ha muerto; con -20 se mueve.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1:
    os: debian
    nics: { lan: 11 }
    roles: { keepalived: { vips: { web: { priority: 110, weight: -10 } } } }
  lb2:
    os: debian
    nics: { lan: 12 }
    roles: { keepalived: { vips: { web: { priority: 100 } } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1:
    os: debian
    nics: { lan: 11 }
    roles: { keepalived: { vips: { web: { priority: 110, weight: -20 } } } }
  lb2:
    os: debian
    nics: { lan: 12 }
    roles: { keepalived: { vips: { web: { priority: 100 } } } }
",
};

/// Two groups with one virtual router id in a segment.
pub const DUPLICATE_VRID: Code = Code {
    id: "FMC0407",
    severity: Severity::Error,
    title: Words("virtual router id twice", "identificador de router virtual repetido"),
    reason: Words(
        "Two groups in one segment have the same virtual router id, by which VRRP tells groups \
         apart. On one host keepalived refuses a file with both; on different hosts a group may \
         take the holder of the other for its own and give its address up.",
        "Dos grupos de un segmento tienen el mismo identificador de router virtual, que es como \
         VRRP distingue los grupos. En un mismo host, keepalived rechaza un fichero con ambos; en \
         hosts distintos, un grupo puede tomar al titular del otro por el suyo y soltar su \
         dirección.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips:
  web: { address: 192.168.1.5, vrid: 60 }
  mail: { address: 192.168.1.6, vrid: 60 }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web, mail] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips:
  web: { address: 192.168.1.5, vrid: 60 }
  mail: { address: 192.168.1.6, vrid: 61 }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web, mail] } } }
",
};

/// A priority or a virtual router id that VRRP does not have.
pub const BAD_PRIORITY: Code = Code {
    id: "FMC0408",
    severity: Severity::Error,
    title: Words("number that VRRP does not have", "número que VRRP no tiene"),
    reason: Words(
        "A priority is 1 to 254, and a virtual router id 1 to 255 (RFC 9568). Priority 255 \
         belongs to whoever has the address as its own, and 0 tells the others that the holder is \
         leaving, so keepalived would do something else than was meant.",
        "Una prioridad va de 1 a 254, y un identificador de router virtual de 1 a 255 (RFC 9568). \
         La prioridad 255 es de quien tiene la dirección como propia, y 0 avisa a los demás de \
         que el titular se va, así que keepalived haría algo distinto de lo pretendido.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1:
    os: debian
    nics: { lan: 11 }
    roles: { keepalived: { vips: { web: { priority: 255, weight: -200 } } } }
  lb2:
    os: debian
    nics: { lan: 12 }
    roles: { keepalived: { vips: [web] } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1:
    os: debian
    nics: { lan: 11 }
    roles: { keepalived: { vips: { web: { priority: 250, weight: -200 } } } }
  lb2:
    os: debian
    nics: { lan: 12 }
    roles: { keepalived: { vips: [web] } }
",
};

/// A member that neither serves nor balances.
pub const NOBODY_BEHIND: Code = Code {
    id: "FMC0409",
    severity: Severity::Error,
    title: Words("nobody behind the address", "nadie detrás de la dirección"),
    reason: Words(
        "A member may hold the virtual address, and neither serves the role itself nor balances \
         to those who do. Nobody notices while the others are up; after a failover the address \
         answers pings and refuses connections.",
        "Un miembro puede tener la dirección virtual, y ni cumple el rol ni reparte entre quienes \
         lo cumplen. Nadie lo nota mientras los otros están en pie; tras una conmutación, la \
         dirección responde a los pings y rechaza las conexiones.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5, serves: traefik } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { traefik: , keepalived: { vips: [web] } } }
  lb2: { os: debian, nics: { lan: 12 }, roles: { keepalived: { vips: [web] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5, serves: traefik } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { traefik: , keepalived: { vips: [web] } } }
  lb2: { os: debian, nics: { lan: 12 }, roles: { traefik: , keepalived: { vips: [web] } } }
",
};

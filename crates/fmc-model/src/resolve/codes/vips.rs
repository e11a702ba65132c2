//! `FMC0401` to `FMC0404`: where a virtual address is, and who holds it.

use crate::{Code, Severity, Words};

/// The codes of this file, in order.
pub(super) const CODES: &[&Code] =
    &[&VIP_OUTSIDE, &NO_MEMBERS, &SINGLE_MEMBER, &MEMBER_OFF_SEGMENT];

/// A virtual address that lies in no network, or in another one than its first.
pub const VIP_OUTSIDE: Code = Code {
    id: "FMC0401",
    severity: Severity::Error,
    title: Words("virtual address in no network", "dirección virtual fuera de las redes"),
    reason: Words(
        "A virtual address is announced by ARP in one segment, so it must lie in the prefix of \
         that network. Anywhere else no router knows a way to it and nobody answers for it.",
        "Una dirección virtual se anuncia por ARP en un segmento, así que debe estar en el \
         prefijo de esa red. En cualquier otro sitio ningún router sabe llegar a ella y nadie \
         responde por ella.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.2.5 } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web] } } }
",
};

/// A virtual address that nobody holds.
pub const NO_MEMBERS: Code = Code {
    id: "FMC0402",
    severity: Severity::Error,
    title: Words("nobody holds the address", "nadie tiene la dirección"),
    reason: Words(
        "No host has the role `keepalived` for this virtual address. It would stand in the DNS \
         and in the settings of every client, and no machine would ever answer.",
        "Ningún host tiene el rol `keepalived` para esta dirección virtual. Estaría en el DNS y \
         en los ajustes de todos los clientes, y ninguna máquina respondería nunca.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web] } } }
",
};

/// A virtual address that cannot move.
pub const SINGLE_MEMBER: Code = Code {
    id: "FMC0403",
    severity: Severity::Warning,
    title: Words("a single member", "un solo miembro"),
    reason: Words(
        "One host alone may hold the virtual address, so the two go down together. That is a fine \
         beginning, since clients need no change when a second host joins; until then it is an \
         ordinary address with more parts that can break.",
        "Un solo host puede tener la dirección virtual, así que caen juntos. Es un buen comienzo, \
         porque los clientes no cambian nada cuando se une otro host; hasta entonces es una \
         dirección corriente con más piezas que se pueden romper.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { keepalived: { vips: [web] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web] } } }
",
};

/// A member that is not in the segment of the virtual address.
pub const MEMBER_OFF_SEGMENT: Code = Code {
    id: "FMC0404",
    severity: Severity::Error,
    title: Words("member in another segment", "miembro en otro segmento"),
    reason: Words(
        "A virtual address belongs to one segment, where its holder answers ARP for it. A member \
         without an interface in that network could take it and nobody would find it there, \
         because no router sends what is meant for it to another segment.",
        "Una dirección virtual es de un segmento, en el que su titular responde por ella con ARP. \
         Un miembro sin interfaz en esa red podría tomarla y allí nadie la encontraría, porque \
         ningún router manda a otro segmento lo que es para ella.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 }, dmz: { cidr: 192.168.2.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { keepalived: { vips: [web] } } }
  lb2: { os: debian, nics: { dmz: 12 }, roles: { keepalived: { vips: [web] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 }, dmz: { cidr: 192.168.2.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { keepalived: { vips: [web] } } }
  lb2: { os: debian, nics: { lan: 12 }, roles: { keepalived: { vips: [web] } } }
",
};

//! `FMC0201` to `FMC0207`: names that mean nothing, or not what belongs there.

use crate::{Code, Severity, Words};

/// The codes of this file, in order.
pub(super) const CODES: &[&Code] = &[
    &UNKNOWN_NAME,
    &UNKNOWN_NETWORK,
    &UNKNOWN_TEMPLATE,
    &UNKNOWN_VIP,
    &UNKNOWN_SERVED,
    &NOBODY,
    &AMBIGUOUS_SIDE,
];

/// A name that nothing has.
pub const UNKNOWN_NAME: Code = Code {
    id: "FMC0201",
    severity: Severity::Error,
    title: Words("unknown name", "nombre desconocido"),
    reason: Words(
        "Nothing here has this name: no host, group, role, address, app or network. If it were \
         passed over, the rule that names it would be missing from every firewall, and somebody \
         would look for the fault in the network.",
        "Nada se llama así: ni host, ni grupo, ni rol, ni dirección, ni app, ni red. Si se pasara \
         por alto, la regla que lo nombra faltaría en todos los cortafuegos, y alguien buscaría \
         el fallo en la red.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
access:
  - lan -> sever: ssh
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
access:
  - lan -> server: ssh
",
};

/// A network that is not there.
pub const UNKNOWN_NETWORK: Code = Code {
    id: "FMC0202",
    severity: Severity::Error,
    title: Words("unknown network", "red desconocida"),
    reason: Words(
        "An interface, or somebody outside, is in a network that is not under `networks:`. \
         Without its prefix there is no address to give, no route and no bridge to plug into.",
        "Una interfaz, o alguien de fuera, está en una red que no figura en `networks:`. Sin su \
         prefijo no hay dirección que dar, ni ruta, ni puente al que conectarse.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lna: 10 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
",
};

/// A template that is not there.
pub const UNKNOWN_TEMPLATE: Code = Code {
    id: "FMC0203",
    severity: Severity::Error,
    title: Words("unknown template", "plantilla desconocida"),
    reason: Words(
        "A host takes what it does not say itself from a template that is not under `templates:`. \
         It would come up without its size, its roles or its networks, and look healthy.",
        "Un host toma lo que él no dice de una plantilla que no figura en `templates:`. \
         Arrancaría sin su tamaño, sus roles o sus redes, y parecería sano.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
templates: { small: { size: { cpus: 1, memory: 1GiB } } }
hosts: { server: { template: smal, os: debian, nics: { lan: 10 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
templates: { small: { size: { cpus: 1, memory: 1GiB } } }
hosts: { server: { template: small, os: debian, nics: { lan: 10 } } }
",
};

/// A virtual address that is not there.
pub const UNKNOWN_VIP: Code = Code {
    id: "FMC0204",
    severity: Severity::Error,
    title: Words("unknown virtual address", "dirección virtual desconocida"),
    reason: Words(
        "A host wants to hold a virtual address that is not under `vips:`. Keepalived would be \
         set up for a group without an address, and whoever relies on it would find nobody there.",
        "Un host quiere tener una dirección virtual que no figura en `vips:`. Keepalived se \
         configuraría para un grupo sin dirección, y quien confiase en ella no encontraría a \
         nadie.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5 } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { keepalived: { vips: [web, mail] } } }
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

/// A virtual address that serves a role which no host has.
pub const UNKNOWN_SERVED: Code = Code {
    id: "FMC0205",
    severity: Severity::Error,
    title: Words("nobody has the role that is served", "nadie tiene el rol al que se sirve"),
    reason: Words(
        "A virtual address says which role serves behind it, and no host has that role. Whatever \
         arrives at the address would be passed on to nobody, and no check could tell a good \
         member from a broken one.",
        "Una dirección virtual dice qué rol atiende detrás de ella, y ningún host lo tiene. Lo \
         que llegase a la dirección no se entregaría a nadie, y ninguna comprobación distinguiría \
         un miembro sano de uno averiado.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5, serves: trefik } }
hosts:
  lb[1-2]:
    { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [web] } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
vips: { web: { address: 192.168.1.5, serves: traefik } }
hosts:
  lb[1-2]:
    { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [web] } } }
",
};

/// A selector that means nobody, or nobody who could come.
pub const NOBODY: Code = Code {
    id: "FMC0206",
    severity: Severity::Error,
    title: Words("means nobody", "no se refiere a nadie"),
    reason: Words(
        "No host fits the pattern or has the role; or a line lets in a virtual address or an app, \
         from which no packet ever comes. Nothing would be opened, and whoever wrote the line \
         believes that something is.",
        "Ningún host encaja en el patrón o tiene el rol; o una línea deja entrar a una dirección \
         virtual o a una app, de las que nunca viene un paquete. No se abriría nada, y quien \
         escribió la línea cree que sí.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  worker[1-2]: { os: debian, nics: { lan: 11+ } }
access:
  - lan -> wokrer*: ssh
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  worker[1-2]: { os: debian, nics: { lan: 11+ } }
access:
  - lan -> worker*: ssh
",
};

/// Something else where only hosts make sense.
pub const AMBIGUOUS_SIDE: Code = Code {
    id: "FMC0207",
    severity: Severity::Error,
    title: Words("not a host", "no es un host"),
    reason: Words(
        "Only hosts make sense here, and the name means something else: a network, people \
         outside, an app, a virtual address. None of these can be put in a box of the picture, \
         serve an app or be waited for. Where names collide, `host:`, `group:` or `role:` before \
         the name says which is meant.",
        "Aquí solo tienen sentido los hosts, y el nombre es de otra cosa: una red, gente de \
         fuera, una app, una dirección virtual. Nada de eso cabe en una caja de la imagen, sirve \
         una app o se puede esperar. Si hay nombres iguales, `host:`, `group:` o `role:` delante \
         dice a cuál se refiere.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
groups: { house: { hosts: lan } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
groups: { house: { hosts: server } }
",
};

//! `FMC0208` to `FMC0211`: what may be there once, and how much of it.

use crate::{Code, Severity, Words};

/// The codes of this file, in order.
pub(super) const CODES: &[&Code] = &[&DUPLICATE_HOST, &TOO_MANY_HOSTS, &NAME_TAKEN, &GROUPED_TWICE];

/// Two hosts of one name.
pub const DUPLICATE_HOST: Code = Code {
    id: "FMC0208",
    severity: Severity::Error,
    title: Words("two hosts of one name", "dos hosts con el mismo nombre"),
    reason: Words(
        "Two entries of `hosts:` make a host of the same name, mostly because a range reaches \
         further than its author remembers. Only one of them could have the name in the DNS, the \
         key in `known_hosts` and the disk on the hypervisor.",
        "Dos entradas de `hosts:` crean un host con el mismo nombre, casi siempre porque un rango \
         llega más lejos de lo que recuerda su autor. Solo uno podría tener el nombre en el DNS, \
         la clave en `known_hosts` y el disco en el hipervisor.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  node[1-2]: { os: debian, nics: { lan: 11+ } }
  node2: { os: debian, nics: { lan: 20 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  node[1-2]: { os: debian, nics: { lan: 11+ } }
  node3: { os: debian, nics: { lan: 20 } }
",
};

/// More hosts than a cloud may have.
pub const TOO_MANY_HOSTS: Code = Code {
    id: "FMC0209",
    severity: Severity::Error,
    title: Words("too many hosts", "demasiados hosts"),
    reason: Words(
        "A cloud may have 131072 hosts, many more than the small clouds that this language is \
         for. Whoever writes more has a digit too many in a range, and is told so instead of \
         waiting for every file of every host.",
        "Una nube puede tener 131072 hosts, muchos más que las nubes pequeñas para las que es \
         este lenguaje. A quien escribe más le sobra una cifra en algún rango, y es mejor \
         decírselo que hacerle esperar a los ficheros de todos los hosts.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  a[1-60000]: { managed: true }
  b[1-60000]: { managed: true }
  c[1-60000]: { managed: true }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  a[1-60000]: { managed: true }
  b[1-60000]: { managed: true }
  c[1-6000]: { managed: true }
",
};

/// Two things that want one name in the DNS.
pub const NAME_TAKEN: Code = Code {
    id: "FMC0210",
    severity: Severity::Error,
    title: Words("name wanted twice", "nombre pedido dos veces"),
    reason: Words(
        "Two of the hosts, virtual addresses and apps want the same name in the zone. The DNS \
         would answer with the addresses of both in turn, so every other visitor would arrive at \
         the wrong one.",
        "Dos de los hosts, direcciones virtuales y apps quieren el mismo nombre en la zona. El \
         DNS respondería con las direcciones de ambos por turnos, y uno de cada dos visitantes \
         llegaría al sitio equivocado.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { www: { os: debian, nics: { lan: 10 } } }
apps: { www: { hosts: www, port: 8080, for: lan } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { www: { os: debian, nics: { lan: 10 } } }
apps: { www: { names: site, hosts: www, port: 8080, for: lan } }
",
};

/// A host in two boxes of the picture.
pub const GROUPED_TWICE: Code = Code {
    id: "FMC0211",
    severity: Severity::Error,
    title: Words("in two groups", "en dos grupos"),
    reason: Words(
        "Groups are the boxes of the picture, and a picture shows each host once. Drawn in two \
         boxes, one machine would look like two to everybody who counts.",
        "Los grupos son las cajas de la imagen, y una imagen muestra cada host una vez. Dibujado \
         en dos cajas, un host parecería dos máquinas a quien las cuente.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  web[1-2]: { os: debian, nics: { lan: 11+ } }
  db: { os: debian, nics: { lan: 20 } }
groups: { front: { hosts: web* }, back: { hosts: [web2, db] } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  web[1-2]: { os: debian, nics: { lan: 11+ } }
  db: { os: debian, nics: { lan: 20 } }
groups: { front: { hosts: web* }, back: { hosts: db } }
",
};

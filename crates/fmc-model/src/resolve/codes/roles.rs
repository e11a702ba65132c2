//! `FMC05xx`: what roles need and offer, and the machines that they run on.

use crate::{Code, Severity, Words};

/// Every code of this family, in order.
pub(super) const CODES: &[&Code] = &[
    &NEED_UNMET,
    &NOT_OFFERED,
    &NO_PATH,
    &WRONG_SYSTEM,
    &NO_SYSTEM,
    &AMBIGUOUS_HYPERVISOR,
    &NOT_A_HYPERVISOR,
    &PLACEMENT_LOOP,
    &ROLE_SETTING,
    &CONFLICT,
    &UNUSED_DISK,
    &super::APP_IN_PODS,
];

/// A need that nobody meets.
pub const NEED_UNMET: Code = Code {
    id: "FMC0501",
    severity: Severity::Error,
    title: Words("need that nobody meets", "necesidad que nadie cubre"),
    reason: Words(
        "A role cannot work without a service that no host offers: a worker without an API to \
         join, a control plane without etcd. Everything would be installed and nothing would \
         start.",
        "Un rol no puede trabajar sin un servicio que ningún host ofrece: un worker sin API a la \
         que unirse, un plano de control sin etcd. Se instalaría todo y no arrancaría nada.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  master1: { os: flatcar, nics: { lan: 21 }, roles: { control-plane: } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  master1: { os: flatcar, nics: { lan: 21 }, roles: { etcd: , control-plane: } }
",
};

/// A service that its target does not offer.
pub const NOT_OFFERED: Code = Code {
    id: "FMC0502",
    severity: Severity::Error,
    title: Words("service that is not offered", "servicio que no se ofrece"),
    reason: Words(
        "An access line, an app or a firewall rule names a service that its target does not \
         offer, so nobody knows which ports to open. Write the name by which a role offers it, or \
         the ports themselves (`tcp/8080`).",
        "Una línea de acceso, una app o una regla de cortafuegos nombra un servicio que su \
         destino no ofrece, así que no se sabe qué puertos abrir. Escriba el nombre con el que lo \
         ofrece un rol, o los propios puertos (`tcp/8080`).",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
access:
  - lan -> server: shh
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

/// A public app that nobody can reach.
pub const NO_PATH: Code = Code {
    id: "FMC0503",
    severity: Severity::Error,
    title: Words("no way for visitors", "sin camino para los visitantes"),
    reason: Words(
        "An app is open to people on the Internet, but neither its hosts nor a router or an \
         ingress before them have an interface there. There is no address to publish for it, and \
         no visitor would ever arrive.",
        "Una app está abierta a gente de Internet, pero ni sus hosts ni un router o un ingress \
         delante de ellos tienen una interfaz allí. No hay dirección que publicar para ella, y \
         ningún visitante llegaría nunca.",
    ),
    failing: "\
version: 1
name: home
networks: { internet: { kind: public }, lan: { cidr: 192.168.1.0/24 } }
outside: { public: { nics: internet } }
hosts:
  gw: { os: debian, nics: { internet: 198.51.100.10, lan: 1 } }
  web: { os: debian, nics: { lan: 10 } }
apps: { shop: { hosts: web, port: 8080, for: public } }
",
    mended: "\
version: 1
name: home
networks: { internet: { kind: public }, lan: { cidr: 192.168.1.0/24 } }
outside: { public: { nics: internet } }
hosts:
  gw: { os: debian, nics: { internet: 198.51.100.10, lan: 1 }, roles: { router: } }
  web: { os: debian, nics: { lan: 10 } }
apps: { shop: { hosts: web, port: 8080, for: public } }
",
};

/// A role on a system where it cannot run.
pub const WRONG_SYSTEM: Code = Code {
    id: "FMC0504",
    severity: Severity::Error,
    title: Words("role that the system cannot run", "rol que el sistema no puede ejecutar"),
    reason: Words(
        "Each role is set up in the way of a system: with packages on Debian, AlmaLinux and Rocky \
         Linux, with containers on Flatcar, which has no package manager. Elsewhere it would fail \
         at the first boot, where nobody is watching.",
        "Cada rol se instala a la manera de un sistema: con paquetes en Debian, AlmaLinux y Rocky \
         Linux, con contenedores en Flatcar, que no tiene gestor de paquetes. En otro fallaría en \
         el primer arranque, cuando nadie mira.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { clock: { os: flatcar, nics: { lan: 10 }, roles: { chrony: } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { clock: { os: debian, nics: { lan: 10 }, roles: { chrony: } } }
",
};

/// A host of ours without an operating system.
pub const NO_SYSTEM: Code = Code {
    id: "FMC0505",
    severity: Severity::Error,
    title: Words("no operating system", "sin sistema operativo"),
    reason: Words(
        "A host of ours has no `os:`. Whether it boots from Ignition or cloud-init, what is a \
         package and what a container, where its files go: all of it follows from the system. A \
         host that somebody else runs says `managed: true` instead.",
        "Un host nuestro no tiene `os:`. Si arranca con Ignition o con cloud-init, qué es paquete \
         y qué contenedor, dónde van sus ficheros: todo depende del sistema. Un host que gestiona \
         otro dice en su lugar `managed: true`.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { nics: { lan: 10 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
",
};

/// More than one machine that could run a host.
pub const AMBIGUOUS_HYPERVISOR: Code = Code {
    id: "FMC0506",
    severity: Severity::Error,
    title: Words("several possible machines", "varias máquinas posibles"),
    reason: Words(
        "More than one hypervisor is in all networks of this host, and no `runs_on:` chooses one. \
         It matters which: what runs on one machine falls with it, and three masters on one \
         machine are no safer than a single master.",
        "Más de un hipervisor está en todas las redes de este host, y ningún `runs_on:` elige \
         uno. Importa cuál: lo que se ejecuta en una máquina cae con ella, y tres nodos de \
         control en una máquina no son más seguros que uno.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  metal[1-2]: { os: rocky, nics: { lan: 1+ }, roles: { hypervisor: } }
  guest: { os: debian, nics: { lan: 10 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  metal[1-2]: { os: rocky, nics: { lan: 1+ }, roles: { hypervisor: } }
  guest: { os: debian, nics: { lan: 10 }, runs_on: metal1 }
",
};

/// A machine that runs no hosts.
pub const NOT_A_HYPERVISOR: Code = Code {
    id: "FMC0507",
    severity: Severity::Error,
    title: Words("not a hypervisor", "no es un hipervisor"),
    reason: Words(
        "`runs_on:` names a host that runs no others. A machine for guests has the role \
         `hypervisor`, from which its packages, its bridges and its place for disks follow.",
        "`runs_on:` nombra un host que no ejecuta otros. Una máquina para huéspedes tiene el rol \
         `hypervisor`, del que se derivan sus paquetes, sus puentes y su sitio para discos.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  metal: { os: rocky, nics: { lan: 2 } }
  guest: { os: debian, nics: { lan: 10 }, runs_on: metal }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  metal: { os: rocky, nics: { lan: 2 }, roles: { hypervisor: } }
  guest: { os: debian, nics: { lan: 10 }, runs_on: metal }
",
};

/// Machines that run on each other.
pub const PLACEMENT_LOOP: Code = Code {
    id: "FMC0508",
    severity: Severity::Error,
    title: Words("runs on itself", "se ejecuta en sí mismo"),
    reason: Words(
        "Going from guest to machine by `runs_on:`, one comes back to where one began. The \
         outermost machine must be a physical one, which runs on no other.",
        "Yendo de huésped a máquina por `runs_on:` se vuelve al punto de partida. La máquina \
         exterior tiene que ser física y no ejecutarse en ninguna otra.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  metal: { os: rocky, nics: { lan: 2 }, runs_on: inner, roles: { hypervisor: } }
  inner: { os: rocky, nics: { lan: 3 }, runs_on: metal, roles: { hypervisor: } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  metal: { os: rocky, nics: { lan: 2 }, runs_on: none, roles: { hypervisor: } }
  inner: { os: rocky, nics: { lan: 3 }, runs_on: metal, roles: { hypervisor: } }
",
};

/// What is written for a role does not fit its host.
pub const ROLE_SETTING: Code = Code {
    id: "FMC0509",
    severity: Severity::Error,
    title: Words("role that does not fit its host", "rol que no encaja en su host"),
    reason: Words(
        "What is written for a role does not go together with the host that has it, such as \
         `wireguard` on a host that is in no tunnel. It would be installed and do nothing, or not \
         start at all.",
        "Lo que se escribe para un rol no casa con el host que lo tiene, como `wireguard` en un \
         host que no está en ningún túnel. Se instalaría y no haría nada, o ni siquiera \
         arrancaría.",
    ),
    failing: "\
version: 1
name: home
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
hosts:
  vps:
    os: debian
    nics: { internet: 198.51.100.10, tunnel: 1 }
    roles: { wireguard: { listens: true } }
  laptop: { os: debian, nics: { internet: }, roles: { wireguard: } }
",
    mended: "\
version: 1
name: home
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
hosts:
  vps:
    os: debian
    nics: { internet: 198.51.100.10, tunnel: 1 }
    roles: { wireguard: { listens: true } }
  laptop: { os: debian, nics: { internet: , tunnel: 2 }, roles: { wireguard: } }
",
};

/// Two things on one host that contradict each other.
pub const CONFLICT: Code = Code {
    id: "FMC0510",
    severity: Severity::Error,
    title: Words("contradiction on one host", "contradicción en un host"),
    reason: Words(
        "Two roles of one host write the same file, unit or kernel parameter, and not the same into \
         it, or would listen at the same port; or two of its interfaces have one name. Whichever came \
         last would win, and the other would not work as it says. What a person \
         writes under `files:` or `sysctls:` is no contradiction: it is meant to win, but where a \
         folder must be there can be no file.",
        "Dos roles de un host escriben el mismo fichero, unidad o parámetro del núcleo, y no lo \
         mismo en él, o escucharían en el mismo puerto; o dos de sus interfaces tienen un solo \
         nombre. Ganaría el último, y el otro no funcionaría como dice. Lo que una persona \
         escribe en `files:` o `sysctls:` no es una contradicción: debe ganar, aunque donde tiene \
         que haber una carpeta no puede haber un fichero.",
    ),
    failing: "\
version: 1
name: balanced
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { site: { address: 192.168.0.10, serves: service } }
hosts:
  lb[1-2]:
    os: debian
    nics: { lan: 11+ }
    roles: { haproxy: , keepalived: { vips: [site] }, service: { ports: { site: tcp/8080 }, command: /opt/own/haproxy } }
",
    mended: "\
version: 1
name: balanced
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { site: { address: 192.168.0.10, serves: service } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { haproxy: , keepalived: { vips: [site] } } }
  own: { os: debian, nics: { lan: 21 }, roles: { service: { ports: { site: tcp/8080 }, command: /opt/own/haproxy } } }
",
};

/// A data disk that no role uses.
pub const UNUSED_DISK: Code = Code {
    id: "FMC0511",
    severity: Severity::Warning,
    title: Words("data disk that nobody uses", "disco de datos que nadie usa"),
    reason: Words(
        "A machine has a second disk for data, and none of its roles puts anything there: it would \
         neither get a file system nor be mounted, and what is meant for it would fill the disk of \
         the system. Today `longhorn` uses it, and mounts it at `/srv` for whatever else the host \
         serves from there.",
        "Una máquina tiene un segundo disco para datos, y ninguno de sus roles guarda nada en él: no \
         tendría sistema de ficheros ni se montaría, y lo destinado a él llenaría el disco del \
         sistema. Hoy lo usa `longhorn`, que lo monta en `/srv` para lo demás que el host sirva \
         desde ahí.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: debian, nics: { lan: 21 }, size: { data: 40GiB }, roles: { postgres: { clients: [app] } } }
  app: { os: debian, nics: { lan: 22 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: debian, nics: { lan: 21 }, size: { disk: 60GiB }, roles: { postgres: { clients: [app] } } }
  app: { os: debian, nics: { lan: 22 } }
",
};

//! `FMC0307` to `FMC0315`: prefixes, gateways and the networks of pods.

use crate::{Code, Severity, Words};

/// The codes of this file, in order.
pub(super) const CODES: &[&Code] = &[
    &OVERLAP,
    &PUBLIC_SPACE,
    &BAD_PREFIX,
    &GATEWAY_OFF_LINK,
    &GATEWAY_TAKEN,
    &AMBIGUOUS_GATEWAY,
    &TWO_DEFAULTS,
    &NO_UPLINK,
    &PODS_DO_NOT_FIT,
];

/// Two networks that share addresses.
pub const OVERLAP: Code = Code {
    id: "FMC0307",
    severity: Severity::Error,
    title: Words("networks overlap", "redes que se solapan"),
    reason: Words(
        "Two networks share addresses, or one of them shares some with the pods or services of \
         Kubernetes. There is one way to each address, so the hosts of one of the two cannot be \
         reached, and replies go astray even where requests arrive.",
        "Dos redes comparten direcciones, o una de ellas las comparte con los pods o servicios de \
         Kubernetes. A cada dirección lleva un solo camino, así que a los hosts de una de las dos \
         no se puede llegar, y las respuestas se pierden incluso donde llegan las peticiones.",
    ),
    failing: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/16 }
  dmz: { cidr: 192.168.2.0/24 }
",
    mended: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.1.0/24 }
  dmz: { cidr: 192.168.2.0/24 }
",
};

/// Addresses of the Internet in a private network.
pub const PUBLIC_SPACE: Code = Code {
    id: "FMC0308",
    severity: Severity::Error,
    title: Words("addresses of somebody else", "direcciones ajenas"),
    reason: Words(
        "A private network has addresses that belong to somebody on the Internet, as when 192.198 \
         is written for 192.168. Inside everything works; but that somebody can no longer be \
         reached, and what leaves by mistake goes to strangers.",
        "Una red privada tiene direcciones que son de alguien en Internet, como cuando se escribe \
         192.198 por 192.168. Dentro todo funciona; pero a ese alguien ya no se puede llegar, y \
         lo que sale por error va a parar a desconocidos.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.198.0.0/24 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24 } }
",
};

/// Prefixes that cannot go together.
pub const BAD_PREFIX: Code = Code {
    id: "FMC0309",
    severity: Severity::Error,
    title: Words("prefix that cannot be used", "prefijo que no sirve"),
    reason: Words(
        "A network, or Kubernetes, has two prefixes of one version of the Internet protocol, or \
         `node_prefix` is no part of the pod network. A host number such as `11` stands for one \
         address of each version, and the part of a node must lie in the whole and have room for \
         pods.",
        "Una red, o Kubernetes, tiene dos prefijos de la misma versión del protocolo de Internet, \
         o `node_prefix` no es una parte de la red de pods. Un número de host como `11` \
         representa una dirección de cada versión, y la parte de un nodo debe estar en el todo y \
         tener sitio para pods.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: [192.168.1.0/24, 192.168.2.0/24] } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 }, dmz: { cidr: 192.168.2.0/24 } }
",
};

/// A gateway that only a gateway could reach.
pub const GATEWAY_OFF_LINK: Code = Code {
    id: "FMC0310",
    severity: Severity::Error,
    title: Words("gateway outside of its network", "puerta de enlace fuera de su red"),
    reason: Words(
        "A gateway must be reachable without a gateway, so its address lies in the network \
         itself. Linux refuses any other (`Nexthop has invalid gateway`), and the host comes up \
         without a way out.",
        "A una puerta de enlace se debe llegar sin puerta de enlace, así que su dirección está en \
         la propia red. Linux rechaza cualquier otra (`Nexthop has invalid gateway`), y el host \
         arranca sin salida.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, gateway: 192.168.0.1 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 } }
",
};

/// A gateway that forwards nothing.
pub const GATEWAY_TAKEN: Code = Code {
    id: "FMC0311",
    severity: Severity::Error,
    title: Words("gateway that forwards nothing", "puerta de enlace que no reenvía"),
    reason: Words(
        "The address of the network's gateway belongs to a host that forwards nothing. Either two \
         devices have one address, or every packet to elsewhere goes to a host that drops it.",
        "La dirección de la puerta de enlace de la red es de un host que no reenvía nada. O dos \
         aparatos tienen la misma dirección, o todo paquete hacia otro sitio va a un host que lo \
         descarta.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 } }
hosts: { server: { os: debian, nics: { lan: 1 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
",
};

/// Two routers, and no word on which is the gateway.
pub const AMBIGUOUS_GATEWAY: Code = Code {
    id: "FMC0312",
    severity: Severity::Error,
    title: Words("two possible gateways", "dos puertas de enlace posibles"),
    reason: Words(
        "Two routers have an address in a network that names no `gateway:`. Their order in the \
         file would decide, and replies could come back through the other one, whose firewall \
         never saw the request and drops them.",
        "Dos routers tienen dirección en una red que no nombra ninguna `gateway:`. Decidiría su \
         orden en el fichero, y las respuestas podrían volver por el otro, cuyo cortafuegos no \
         vio la petición y las descarta.",
    ),
    failing: "\
version: 1
name: home
networks: { internet: { kind: public }, lan: { cidr: 192.168.1.0/24 } }
hosts:
  gw[1-2]: { os: debian, nics: { internet: , lan: 1+ }, roles: { router: } }
",
    mended: "\
version: 1
name: home
networks:
  { internet: { kind: public }, lan: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 } }
hosts:
  gw[1-2]: { os: debian, nics: { internet: , lan: 1+ }, roles: { router: } }
",
};

/// Two interfaces with a gateway of their own.
pub const TWO_DEFAULTS: Code = Code {
    id: "FMC0313",
    severity: Severity::Error,
    title: Words("two default routes", "dos rutas por omisión"),
    reason: Words(
        "Two interfaces of one host have a gateway of their own, and a host has one default \
         route. With two, the order in which the interfaces come up decides, replies leave by the \
         wrong side, and the next reboot may change it.",
        "Dos interfaces de un host tienen puerta de enlace propia, y un host tiene una sola ruta \
         por omisión. Con dos, decide el orden en que se levantan las interfaces, las respuestas \
         salen por el lado equivocado, y el siguiente reinicio puede cambiarlo.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 }, dmz: { cidr: 192.168.2.0/24 } }
hosts:
  server:
    os: debian
    nics:
      lan: { address: 10, gateway: 192.168.1.1 }
      dmz: { address: 10, gateway: 192.168.2.1 }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 }, dmz: { cidr: 192.168.2.0/24 } }
hosts:
  server:
    os: debian
    nics:
      lan: { address: 10, gateway: 192.168.1.1 }
      dmz: { address: 10 }
",
};

/// A router without an interface towards its uplink.
pub const NO_UPLINK: Code = Code {
    id: "FMC0314",
    severity: Severity::Error,
    title: Words("uplink without interface", "enlace de salida sin interfaz"),
    reason: Words(
        "The `uplink` of a router names a network in which it has no interface. What it does not \
         know itself it could send nowhere, and everything behind it would be cut off.",
        "El `uplink` de un router nombra una red en la que no tiene interfaz. Lo que él mismo no \
         conoce no podría enviarlo a ninguna parte, y todo lo que hay detrás quedaría aislado.",
    ),
    failing: "\
version: 1
name: home
networks: { internet: { kind: public }, lan: { cidr: 192.168.1.0/24 } }
hosts:
  gw: { os: debian, nics: { lan: 1 }, roles: { router: { uplink: internet } } }
",
    mended: "\
version: 1
name: home
networks: { internet: { kind: public }, lan: { cidr: 192.168.1.0/24 } }
hosts:
  gw: { os: debian, nics: { internet: , lan: 1 }, roles: { router: { uplink: internet } } }
",
};

/// More nodes than the pod network has parts.
pub const PODS_DO_NOT_FIT: Code = Code {
    id: "FMC0315",
    severity: Severity::Error,
    title: Words("pods do not fit", "los pods no caben"),
    reason: Words(
        "Each node gets a part of the pod network for its own pods, and there are more nodes than \
         parts. The nodes that go without would stay `NotReady`, because no pod on them gets an \
         address.",
        "Cada nodo recibe una parte de la red de pods para los suyos, y hay más nodos que partes. \
         Los nodos que se quedan sin ella seguirían en `NotReady`, porque ninguno de sus pods \
         recibe dirección.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
kubernetes: { pods: 10.42.0.0/24 }
hosts:
  master1: { os: flatcar, nics: { lan: 21 }, roles: { etcd: , control-plane: } }
  worker[1-2]: { os: flatcar, nics: { lan: 24+ }, roles: { worker: } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
kubernetes: { pods: 10.42.0.0/16 }
hosts:
  master1: { os: flatcar, nics: { lan: 21 }, roles: { etcd: , control-plane: } }
  worker[1-2]: { os: flatcar, nics: { lan: 24+ }, roles: { worker: } }
",
};

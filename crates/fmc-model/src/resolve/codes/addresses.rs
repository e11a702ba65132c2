//! `FMC0301` to `FMC0306`: addresses of hosts.

use crate::{Code, Severity, Words};

/// The codes of this file, in order.
pub(super) const CODES: &[&Code] = &[
    &ADDRESS_TAKEN,
    &ADDRESS_OUTSIDE,
    &ADDRESS_RESERVED,
    &ADDRESS_UNSAID,
    &IN_DHCP,
    &RANGE_DOES_NOT_FIT,
];

/// One address for two.
pub const ADDRESS_TAKEN: Code = Code {
    id: "FMC0301",
    severity: Severity::Error,
    title: Words("address taken", "dirección ocupada"),
    reason: Words(
        "Two interfaces, people or virtual addresses want one address. Packets go to whichever \
         answers ARP first, so connections break now and then and nobody can say why; and a \
         virtual address that is also a host's own cannot move. The same goes for hardware addresses.",
        "Dos interfaces, personas o direcciones virtuales quieren la misma dirección. Los \
         paquetes van a quien antes conteste por ARP, así que las conexiones se cortan de vez en \
         cuando y nadie sabe por qué; y una dirección virtual que es además la de un host no se \
         puede mover. Lo mismo vale para las direcciones físicas.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  server: { os: debian, nics: { lan: 10 } }
  printer: { managed: true, nics: { lan: 10 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  server: { os: debian, nics: { lan: 10 } }
  printer: { managed: true, nics: { lan: 11 } }
",
};

/// An address that is not in the network of its interface.
pub const ADDRESS_OUTSIDE: Code = Code {
    id: "FMC0302",
    severity: Severity::Error,
    title: Words("address outside of its network", "dirección fuera de su red"),
    reason: Words(
        "The address of an interface lies outside of the network that the interface is in. Its \
         neighbours would send what is meant for it to the gateway, which would look for it in \
         another segment. So it is with a range of DHCP (`dhcp:`) that is in no prefix.",
        "La dirección de una interfaz está fuera de la red en la que está la interfaz. Sus \
         vecinos enviarían lo que es para ella a la puerta de enlace, y esta la buscaría en otro \
         segmento. Así ocurre también con un rango de DHCP (`dhcp:`) que no está en ningún prefijo.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 192.168.2.10 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 192.168.1.10 } } }
",
};

/// An address that no host may have.
pub const ADDRESS_RESERVED: Code = Code {
    id: "FMC0303",
    severity: Severity::Error,
    title: Words("reserved address", "dirección reservada"),
    reason: Words(
        "The first address of a network stands for the network itself, and in version 4 the last \
         one is its broadcast address: every host listens to it and none may have it. Linux lets \
         a host take it, and then no connection to that host succeeds.",
        "La primera dirección de una red representa a la propia red y, en la versión 4, la última \
         es la de difusión: todos los hosts la escuchan y ninguno puede tenerla. Linux deja que \
         un host la tome, y después ninguna conexión con ese host prospera.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 255 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 254 } } }
",
};

/// No address where one is needed.
pub const ADDRESS_UNSAID: Code = Code {
    id: "FMC0304",
    severity: Severity::Error,
    title: Words("address not said", "dirección sin decir"),
    reason: Words(
        "A host of ours is in a private network or a tunnel and has no address there, or is in no \
         network at all. Firewalls, \
         certificates, zones and the files of other hosts all hold it, so it cannot be left to \
         DHCP or to chance.",
        "Un host nuestro está en una red privada o en un túnel y no tiene dirección en ella, o no \
         está en ninguna red. La \
         llevan dentro los cortafuegos, los certificados, las zonas y los ficheros de otros \
         hosts, así que no se puede dejar a DHCP ni al azar.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
",
};

/// An address that somebody else may hand out.
pub const IN_DHCP: Code = Code {
    id: "FMC0305",
    severity: Severity::Error,
    title: Words("address that DHCP hands out", "dirección que reparte DHCP"),
    reason: Words(
        "The address lies in the range that is handed out in its network by somebody else's DHCP \
         server (`dhcp:`). One evening a telephone gets it, and until that lease ends the host \
         loses its packets to it.",
        "La dirección está en el rango que reparte en su red un servidor DHCP ajeno (`dhcp:`). \
         Una tarde se la lleva un teléfono y, hasta que venza esa concesión, el host pierde sus \
         paquetes.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, dhcp: 192.168.1.100-192.168.1.254 } }
hosts: { server: { os: debian, nics: { lan: 110 } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, dhcp: 192.168.1.100-192.168.1.254 } }
hosts: { server: { os: debian, nics: { lan: 11 } } }
",
};

/// A host number beyond the end of its network.
pub const RANGE_DOES_NOT_FIT: Code = Code {
    id: "FMC0306",
    severity: Severity::Error,
    title: Words("number does not fit", "número que no cabe"),
    reason: Words(
        "A host number is larger than its network, because it was written so or because a range \
         counted on past the end. There is no such address, and any other would be a guess.",
        "Un número de host es mayor que su red, porque se escribió así o porque un rango siguió \
         contando más allá del final. Esa dirección no existe, y cualquier otra sería una \
         suposición.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  node[1-3]: { os: debian, nics: { lan: 300+ } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts:
  node[1-3]: { os: debian, nics: { lan: 30+ } }
",
};

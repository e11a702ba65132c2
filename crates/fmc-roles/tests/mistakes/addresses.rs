//! Slips in networks and addresses.

use super::{Mistake, wrote};

pub(super) const ALL: &[Mistake] = &[
    // An address that is not one of the network.
    wrote("nics: { api: 20 }", "nics: { api: «10.17.4.20» }").is("FMC0302").edit("10.17.5.20"),
    wrote("nics: { api: 20 }", "nics: { api: «fd17:5::20» }")
        .is("FMC0302")
        .hand("choose another address of the network", "nics: { api: 20 }"),
    wrote("nics: { api: 20 }", "nics: { api: «10.17.5.256» }")
        .is("FMC0106")
        .hand("a host number such as `11`", "nics: { api: 20 }"),
    wrote("address: 198.51.100.10", "address: «10»")
        .is("FMC0302")
        .hand("write a whole address", "address: 198.51.100.10"),
    wrote("nics: { lan: 20 }", "nics: { lan: «256» }").is("FMC0306").edit("2"),
    wrote("nics: { lan: 20 }", "nics: { lan: «0» }").is("FMC0303").edit("2"),
    wrote("nics: { lan: 20 }", "nics: { lan: «192.168.0.255» }").is("FMC0303").edit("192.168.0.2"),
    wrote("nics: { lan: 20 }", "nics: { «lan»: }")
        .is("FMC0304")
        .hand("write its host number, as in `lan: 2`", "nics: { lan: 20 }"),
    wrote("interface: enp3s0f0", "interface: «/../../enp3s0f0»")
        .is("FMC0106")
        .hand("enp3s0f0", "interface: enp3s0f1"),
    wrote("interface: enp3s0f0", "interface: «enp0s31f6-of-the-lan»")
        .is("FMC0106")
        .hand("enp3s0f0", "interface: enp3s0f1"),
    wrote("interface: enp3s0f0", "interface: enp3s0f0, mac: «53:54:00:aa:bb:cc»")
        .is("FMC0106")
        .edit("52:54:00:aa:bb:cc"),
    // An address that somebody else has.
    wrote("nics: { infra: 14 }", "nics: { infra: «11» }").is("FMC0301").edit("14"),
    wrote("nics: { infra: 14 }", "nics: { infra: «10.17.3.12» }").is("FMC0301").edit("10.17.3.14"),
    wrote("nics: { nodes: 24+ }", "nics: { nodes: «22+» }").is("FMC0301").edit("24+"),
    wrote("nics: { infra: 27 }", "nics: { infra: «30» }").is("FMC0301").edit("31"),
    wrote("nics: { lan: 20 }", "nics: { lan: «1» }")
        .is("FMC0311")
        .hand("give the host another address", "nics: { lan: 20 }"),
    wrote("address: 10.17.3.30", "address: «10.17.3.11»")
        .at("nics: { infra: «11» }")
        .is("FMC0301")
        .edit("16"),
    wrote("        address: 10\n", "        address: «1»\n").is("FMC0301").edit("3"),
    wrote("gateway: 192.168.0.1 }", "gateway: 192.168.0.1, dhcp: 192.168.0.20-192.168.0.99 }")
        .at("nics: { lan: «20» }")
        .is("FMC0305")
        .edit("100"),
    wrote("gateway: 192.168.0.1 }", "gateway: 192.168.0.1, dhcp: «192.168.0.100» }")
        .is("FMC0106")
        .hand(
            "write `192.168.0.100-192.168.0.254`",
            "gateway: 192.168.0.1, dhcp: 192.168.0.100-192.168.0.254 }",
        ),
    // Ranges.
    wrote("infra: 12+\n", "infra: «12»\n").is("FMC0301").edit("12+"),
    wrote("nics: { nodes: 21+ }", "nics: { nodes: «10.17.4.21» }")
        .is("FMC0301")
        .edit("10.17.4.21+"),
    wrote(
        "worker[1-3]:\n    note: Flatcar / Longhorn\n    template: node\n    nics: { nodes: 24+ }",
        "worker[1-10]:\n    note: Flatcar / Longhorn\n    template: \
         node\n    nics: { nodes: «250+» }",
    )
    .is("FMC0306")
    .edit("2+"),
    wrote("  worker[1-3]:", "  «worker[3-1]»:").is("FMC0106").edit("worker[1-3]"),
    wrote("  worker[1-3]:", "  «worker[1-3»:").is("FMC0106").edit("worker[1-3]"),
    wrote("  worker[1-3]:", "  «worker[1-»:")
        .is("FMC0106")
        .hand("a range such as", "  worker[1-3]:"),
    wrote("  worker[1-3]:", "  «worker[a-c]»:")
        .is("FMC0106")
        .hand("a range such as", "  worker[1-3]:"),
    wrote("  worker[1-3]:", "  «worker[1-900000]»:")
        .is("FMC0106")
        .hand("a range such as", "  worker[1-3]:"),
    // Networks.
    wrote("cidr: 10.17.4.0/24", "cidr: «10.17.3.0/24»")
        .is("FMC0307")
        .hand("give one of them other addresses", "cidr: 10.17.4.0/24"),
    wrote("cidr: 10.17.4.0/24", "cidr: «10.17.0.0/16»")
        .is("FMC0307")
        .hand("give one of them other addresses", "cidr: 10.17.4.0/24"),
    wrote("cidr: 192.168.0.0/24", "cidr: «192.198.0.0/24»").is("FMC0308").edit("192.168.0.0/24"),
    wrote("cidr: 10.17.4.0/24", "cidr: «17.10.4.0/24»")
        .is("FMC0308")
        .hand("use private addresses", "cidr: 10.17.4.0/24"),
    wrote("cidr: 10.17.4.0/24", "cidr: «10.17.4.21/24»").is("FMC0106").edit("10.17.4.0/24"),
    wrote("cidr: 10.17.4.0/24", "cidr: «10.17.4.0»").is("FMC0106").edit("10.17.4.0/24"),
    wrote("cidr: 10.17.4.0/24", "cidr: «10.17.4.0/33»")
        .is("FMC0106")
        .hand("a network such as", "cidr: 10.17.4.0/24"),
    wrote(", cidr: 10.17.4.0/24", "").at("\n  «nodes»:").is("FMC0104").hand_at(
        "add `cidr:`",
        "label: Red de nodos",
        "label: Red de nodos, cidr: 10.17.4.0/24",
    ),
    wrote("cidr: 10.17.4.0/24", "cidr: «10.42.4.0/24»").is("FMC0307").hand_at(
        "under `kubernetes: { pods: … }`",
        "networks:\n",
        "kubernetes: { pods: 10.128.0.0/16 }\nnetworks:\n",
    ),
    wrote("networks:\n", "kubernetes: { services: «10.17.0.0/16» }\nnetworks:\n")
        .is("FMC0307")
        .hand("give one of them other addresses", "networks:\n"),
    wrote("networks:\n", "kubernetes: { pods: «10.43.0.0/16» }\nnetworks:\n").is("FMC0307").hand(
        "write `services:` too",
        "kubernetes: { pods: 10.43.0.0/16, services: 10.44.0.0/16 }\nnetworks:\n",
    ),
    wrote("networks:\n", "kubernetes: { node_prefix: «12» }\nnetworks:\n").is("FMC0309").edit("24"),
    // Gateways.
    wrote("gateway: 192.168.0.1 }", "gateway: «192.168.1.1» }").is("FMC0310").edit("192.168.0.1"),
    wrote("interface: enp3s0f0", "interface: enp3s0f0, gateway: «10.17.3.11»")
        .is("FMC0310")
        .edit("192.168.0.1"),
    wrote(
        "interface: enp3s0f0 }\n      tunnel: { address: 2,",
        "interface: enp3s0f0, gateway: 192.168.0.1 }\n      tunnel: { address: 2, \
         gateway: «10.17.0.1»,",
    )
    .is("FMC0313")
    .hand("take one of them out", "interface: enp3s0f0 }\n      tunnel: { address: 2,"),
    wrote(
        "chrony: { upstream: europe.pool.ntp.org } }",
        "chrony: { upstream: europe.pool.ntp.org }, router: }",
    )
    .at("\n  «infra»:")
    .is("FMC0312")
    .hand_at(
        "write `gateway: 10.17.3.1`",
        "cidr: 10.17.3.0/24",
        "cidr: 10.17.3.0/24, gateway: 10.17.3.1",
    ),
];

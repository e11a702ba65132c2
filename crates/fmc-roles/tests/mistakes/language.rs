//! Slips in the language itself: keys, kinds of values, words, the grammar of YAML.

use super::{Mistake, wrote};

/// Keys, the shape of the file, and what must be in it.
pub(super) const ALL: &[Mistake] = &[
    // A key that is nearly one.
    wrote("timezone: Europe/Madrid", "«timezon»: Europe/Madrid").is("FMC0103").edit("timezone"),
    wrote("gateway: 192.168.0.1 }", "«gatewy»: 192.168.0.1 }").is("FMC0103").edit("gateway"),
    wrote("cidr: 192.168.0.0/24, gateway", "«cird»: 192.168.0.0/24, gateway")
        .is("FMC0103")
        .edit("cidr"),
    wrote("    os: debian\n", "    «oss»: debian\n").is("FMC0103").edit("os"),
    wrote("interface: enp3s0f0", "«interfase»: enp3s0f0").is("FMC0103").edit("interface"),
    wrote("{ listens: true }", "{ «listen»: true }").is("FMC0103").edit("listens"),
    wrote("serves: control-plane", "«serve»: control-plane").is("FMC0103").edit("serves"),
    wrote("port: 31541", "«prot»: 31541").is("FMC0103").edit("port"),
    wrote("{ label: Kubernetes Ingress,", "{ «lable»: Kubernetes Ingress,")
        .is("FMC0103")
        .edit("label"),
    wrote("from: operators, to: bastion1", "«form»: operators, to: bastion1")
        .is("FMC0103")
        .edit("from"),
    wrote("nics: tunnel\n", "«nic»: tunnel\n").is("FMC0103").edit("nics"),
    wrote("ssh_key: ssh-ed25519", "«sshkey»: ssh-ed25519").is("FMC0103").edit("ssh_key"),
    wrote("size: { cpus: 24,", "size: { «cpu»: 24,").is("FMC0103").edit("cpus"),
    wrote("templates:\n", "«template»:\n").is("FMC0103").edit("templates"),
    wrote("node: { os: flatcar", "node: { «so»: flatcar").is("FMC0103").edit("os"),
    // What Ansible calls it, and YAML 1.1 reads as true.
    wrote("    hosts: worker*\n", "    «on»: worker*\n").is("FMC0103").edit("hosts"),
    // A key that is like no other.
    wrote("title: Flatcar", "«heading»: Flatcar")
        .is("FMC0103")
        .hand("there are: title, note", "title: Flatcar"),
    wrote("{ from: operators, to: bastion1", "{ «who»: operators, to: bastion1")
        .is("FMC0103")
        .hand("there are: from, slo", "{ from: operators, to: bastion1"),
    wrote("name: FlatcarMicroCloud\n", "name: FlatcarMicroCloud\n«Version»: 1\n")
        .is("FMC0103")
        .hand("there are", "name: FlatcarMicroCloud\n"),
    // What must be there.
    wrote("version: 1\n", "«»").is("FMC0104").edit("version: 1\n"),
    wrote("name: FlatcarMicroCloud\n", "").at("«»version: 1").is("FMC0104").edit("name: home\n"),
    wrote("port: 31541\n    pods", "pods").at("  «web»:\n").is("FMC0104").hand_at(
        "add `port: …`",
        "hosts: worker*\n",
        "hosts: worker*\n    port: 31541\n",
    ),
    wrote("    for: public\n", "").at("  «web»:\n").is("FMC0104").hand_at(
        "add `for: …`",
        "    port: 31541\n",
        "    port: 31541\n    for: public\n",
    ),
    wrote("{ from: operators, to: bastion1, for: ssh }", "«{» from: operators, to: bastion1 }")
        .is("FMC0104")
        .hand("add `for: …`", "{ from: operators, to: bastion1, for: ssh }"),
    wrote("- name: ana\n        address", "- «address»")
        .is("FMC0104")
        .hand("add `name: …`", "- name: ana\n        address"),
    // Versions.
    wrote("version: 1\n", "version: «2»\n").is("FMC0112").edit("1"),
    wrote("version: 1\n", "version: «one»\n")
        .is("FMC0106")
        .hand("write a whole number", "version: 1\n"),
    // Said twice.
    wrote("{ cpus: 24, memory", "{ cpus: 24, «cpus»: 12, memory")
        .is("FMC0102")
        .hand("keep one of the two", "{ cpus: 24, memory"),
    wrote("domain: cefas", "«name»: Otra\ndomain: cefas")
        .is("FMC0102")
        .hand("keep one of the two", "domain: cefas"),
    wrote("  freeipa1:\n", "  «bastion1»:\n    os: rocky\n  freeipa1:\n")
        .is("FMC0102")
        .hand("keep one of the two", "  freeipa1:\n"),
    // Not YAML, or not the part of it that is used.
    wrote("  bastion1:\n    label", "  bastion1:\n«\t»label").is("FMC0101").edit("    "),
    wrote("roles: { bastion: }", "roles: «{» bastion:")
        .is("FMC0101")
        .hand("the bracket that closes it", "roles: { bastion: }"),
    wrote("[8.8.8.8, 8.8.4.4]", "«[»8.8.8.8, 8.8.4.4")
        .is("FMC0101")
        .hand("brackets, quotes and colons", "[8.8.8.8, 8.8.4.4]"),
    wrote("  - public -> web", "  public -> web")
        .at("«{» from: operators, to: bastion1")
        .is("FMC0101")
        .hand("brackets, quotes and colons", "  - public -> web"),
    wrote("domain: cefas", "«d»omain cefas")
        .is("FMC0101")
        .hand("brackets, quotes and colons", "domain: cefas"),
    wrote("label: Bastion Node", "label: «\"»Bastion Node")
        .is("FMC0101")
        .hand("the same quote at its end", "label: \"Bastion Node\""),
    wrote("label: Bastion Node", "label: «'»Bastion Node")
        .is("FMC0101")
        .hand("brackets, quotes and colons", "label: 'Bastion Node'"),
    wrote("label: Red LAN, ", "label: «!!str» Red LAN, ").is("FMC0108").edit(""),
    wrote(
        "    template: node\n    nics: { nodes: 21+ }",
        "    «<<»: { os: flatcar }\n    nics: { nodes: 21+ }",
    )
    .is("FMC0108")
    .hand("with `template:`", "    template: node\n    nics: { nodes: 21+ }"),
    wrote("groups:\n", "«---»\ngroups:\n").is("FMC0108").hand("a file of its own", "groups:\n"),
];

/// Values that are not what belongs in their place.
pub(super) const VALUES: &[Mistake] = &[
    // A list, a map or a word where another of them belongs.
    wrote("    nics: { lan: 20 }", "    nics: «[lan]»")
        .is("FMC0105")
        .hand("write a map", "    nics: { lan: 20 }"),
    wrote(
        "lan: { label: Red LAN, cidr: 192.168.0.0/24, gateway: 192.168.0.1 }",
        "lan: «192.168.0.0/24»",
    )
    .is("FMC0105")
    .hand("cidr, gateway", "lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }"),
    wrote("{ worker: , longhorn: { disk: 40GiB } }", "{ worker: , longhorn: «40GiB» }")
        .is("FMC0105")
        .hand("disk, replicas", "{ worker: , longhorn: { disk: 40GiB } }"),
    wrote(
        "size: { cpus: 24, memory: 35902MiB,",
        "size: { cpus: «{ count: 24 }», memory: 35902MiB,",
    )
    .is("FMC0105")
    .hand("write a whole number", "size: { cpus: 24, memory: 35902MiB,"),
    wrote("- operators -> traefik: https", "- «operators -> traefik»")
        .is("FMC0105")
        .hand("write an access line such as", "- operators -> traefik: https"),
    wrote("- public -> web: [https, http]", "- «public -> web»:")
        .is("FMC0104")
        .hand("write a service such as", "- public -> web: [https, http]"),
    wrote("- operators -> traefik", "- operators «=>» traefik").is("FMC0106").edit("->"),
    // Amounts.
    wrote("memory: 512MiB", "memory: «512»").is("FMC0106").hand("write a size", "memory: 512MiB"),
    wrote("memory: 4GiB, disk: 10GiB", "memory: «4G», disk: 10GiB").is("FMC0106").edit("4GB"),
    wrote("data: 80GiB", "data: «80 gigas»").is("FMC0106").hand("write a size", "data: 80GiB"),
    wrote("slo: 2s\n  ingress", "slo: «2 sec»\n  ingress").is("FMC0106").edit("2s"),
    wrote("slo: 2s }", "slo: «2» }").is("FMC0106").hand("write a time", "slo: 2s }"),
    wrote("rate_limit: 100/s", "rate_limit: «100»")
        .is("FMC0106")
        .hand("write a rate", "rate_limit: 100/s"),
    wrote("cpus: 24, memory", "cpus: «1.5», memory")
        .is("FMC0106")
        .hand("write a whole number", "cpus: 24, memory"),
    // Pods are met at ports of nodes, and only at some.
    wrote("port: 31541", "port: «8443»")
        .is("FMC0512")
        .hand("a port of 30000 to 32767", "port: 31541"),
    wrote("hosts: worker*\n    port", "hosts: [worker*, bastion1]\n    port")
        .at("pods: «{ image: ghcr.io/stefanprodan/podinfo:6.7.1, port: 9898, volumes: { /data: \"storage1:/srv/nfs/shared\" } }»\n")
        .is("FMC0512")
        .hand_at("give it the role `worker`", "[worker*, bastion1]", "worker*"),
    wrote("/data: ", "«data»: ").is("FMC0106").edit("/data"),
    wrote("/data: \"storage1:/srv/nfs/shared\"", "/data: «/srv/nfs/shared»")
        .is("FMC0106")
        .hand("a folder that a host shares", "/data: \"storage1:/srv/nfs/shared\""),
    wrote("port: 31541", "port: «315410»").is("FMC0106").hand("from 0 to 65535", "port: 31541"),
    // Words out of closed sets.
    wrote("Europe/Madrid", "«Europe/Madird»").is("FMC0106").edit("Europe/Madrid"),
    wrote("Europe/Madrid", "«Madrid»").is("FMC0106").edit("Europe/Madrid"),
    wrote("Europe/Madrid", "«Hora española»")
        .is("FMC0106")
        .hand("such as `Europe/Madrid`", "Europe/Madrid"),
    wrote("    os: debian\n", "    os: «debain»\n").is("FMC0106").edit("debian"),
    wrote("    os: rocky\n", "    os: «windows»\n")
        .is("FMC0106")
        .hand("there are: ", "    os: rocky\n"),
    wrote("kind: wireguard", "kind: «wiregard»").is("FMC0106").edit("wireguard"),
    wrote("kind: public", "kind: «internet»").is("FMC0106").hand("there are: ", "kind: public"),
    wrote("language: es", "language: «sp»").is("FMC0106").hand("there are: en, es", "language: es"),
    wrote("waf: managed", "waf: «manged»").is("FMC0106").edit("managed"),
    // What YAML 1.1 reads in another way.
    wrote("listens: true", "listens: «yes»").is("FMC0106").edit("true"),
    wrote("managed: true", "managed: «on»").is("FMC0106").edit("true"),
    wrote("note: etcd + API", "note: «no»").is("FMC0107").edit("\"no\""),
    wrote("port: 31541", "port: «031541»").is("FMC0107").edit("\"031541\""),
    wrote(
        "    roles: { bastion: }",
        "    roles: { bastion: }\n    files: { /etc/motd: { text: Hola, mode: «0644» } }",
    )
    .is("FMC0107")
    .edit("\"0644\""),
    wrote(
        "domain: cefas",
        "suppress: [{ code: FMC0403, reason: pronto, until: «2027-01-31» }]\ndomain: cefas",
    )
    .is("FMC0107")
    .edit("\"2027-01-31\""),
    // Names.
    wrote("  bastion1:\n", "  «Bastion1»:\n").is("FMC0106").edit("bastion1"),
    wrote("  extra: { label", "  «Extra_1»: { label").is("FMC0106").edit("extra-1"),
    wrote("domain: cefaslocalserver.com", "domain: «CefasLocalServer.com»")
        .is("FMC0106")
        .edit("cefaslocalserver.com"),
    wrote("europe.pool.ntp.org", "«europe pool ntp org»")
        .is("FMC0106")
        .hand("write a domain", "europe.pool.ntp.org"),
    // Keys of people.
    wrote(
        "ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC \
         ana@example.com",
        "ssh_key: «\"-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1rZXk=\"»",
    )
    .is("FMC0106")
    .hand("`.pub`", "ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx ana@example.com"),
];

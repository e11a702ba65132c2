//! Slips in roles: which, on what, with which settings, and what follows from them.

use super::{Mistake, wrote};

pub(super) const ALL: &[Mistake] = &[
    // Roles that nobody wrote.
    wrote("{ bastion: }", "{ «basiton»: }").is("FMC0114").edit("bastion"),
    wrote("{ etcd: , control-plane: }", "{ «etdc»: , control-plane: }").is("FMC0114").edit("etcd"),
    wrote("{ etcd: , control-plane: }", "{ etcd: , «controlplane»: }")
        .is("FMC0114")
        .edit("control-plane"),
    wrote("{ bastion: }", "[bastion, «chroni»]").is("FMC0114").edit("chrony"),
    wrote("{ bastion: }", "{ bastion: , «teleport»: }")
        .is("FMC0114")
        .hand("there are: cdn, wireguard", "{ bastion: }"),
    wrote("{ bastion: }", "{ bastion: , service: { ports: { web: «http» } } }")
        .is("FMC0509")
        .hand("write `tcp/8080`", "{ bastion: , service: { ports: { web: tcp/8080 } } }"),
    // Times in which nothing could be agreed, and what is no device.
    wrote("{ etcd: , control-plane: }", "{ etcd: , control-plane: { lease: «1s» } }")
        .is("FMC0509")
        .edit("2s"),
    wrote("{ etcd: , control-plane: }", "{ etcd: , control-plane: { grace: «3500ms» } }")
        .is("FMC0509")
        .edit("4s"),
    wrote(
        "    roles: { worker: , longhorn: { disk: 40GiB } }",
        "    roles: { worker: , longhorn: { disk: 40GiB, device: «vdb» } }",
    )
    .is("FMC0509")
    .hand(
        "write `/dev/NAME`",
        "    roles: { worker: , longhorn: { disk: 40GiB, device: /dev/vdc } }",
    ),
    // People and files that would take the place of what is the system's.
    wrote("      - name: ana\n", "      - name: «root»\n")
        .is("FMC0509")
        .hand("another name", "      - name: eva\n"),
    wrote("{ bastion: }", "{ bastion: }\n    files: { «\"/etc/../../motd\"»: { text: hi } }")
        .is("FMC0106")
        .hand("/etc/motd", "{ bastion: }\n    files: { /etc/motd: { text: hi } }"),
    wrote("{ bastion: }", "{ bastion: }\n    files: { /etc/motd: { text: hi, mode: «\"0999\"» } }")
        .is("FMC0106")
        .hand("0644", "{ bastion: }\n    files: { /etc/motd: { text: hi, mode: \"0640\" } }"),
    wrote("{ bastion: }", "{ bastion: }\n    files: { «/etc»: { text: hi } }")
        .is("FMC0510")
        .hand("a file that is in a folder", "{ bastion: }\n    files: { /etc/motd: { text: hi } }"),
    wrote("{ bastion: }", "{ bastion: }\n    files: { «/etc/fmc»: { text: hi } }")
        .is("FMC0510")
        .hand(
            "a file that is in a folder",
            "{ bastion: }\n    files: { /etc/fmc/own: { text: hi } }",
        ),
    wrote("{ bastion: }", "{ bastion: }\n    files: { «/etc/hostname/own»: { text: hi } }")
        .is("FMC0510")
        .hand("a file that is in a folder", "{ bastion: }\n    files: { /etc/own: { text: hi } }"),
    // Systems.
    wrote("    os: debian\n", "").at("  «vps»:\n").is("FMC0505").hand_at(
        "add `os: debian`",
        "    note: WireGuard Gateway\n",
        "    note: WireGuard Gateway\n    os: debian\n",
    ),
    wrote("    os: rocky\n", "    os: flatcar\n")
        .at("roles: { «hypervisor»:")
        .is("FMC0504")
        .edit("almalinux"),
    wrote(
        "Autenticación y DNS\n    template: server\n",
        "Autenticación y DNS\n    template: node\n",
    )
    .at("{ «freeipa»:")
    .is("FMC0504")
    .edit("os: almalinux\n    "),
    wrote(
        "microservicios\n    template: server\n",
        "microservicios\n    template: node\n    os: flatcar\n",
    )
    .at("{ «postgres»:")
    .is("FMC0504")
    .edit("almalinux"),
    // Machines.
    wrote(
        "note: Control de acceso seguro\n",
        "note: Control de acceso seguro\n    runs_on: «vps»\n",
    )
    .is("FMC0507")
    .edit("physical1"),
    wrote(
        "note: Control de acceso seguro\n",
        "note: Control de acceso seguro\n    runs_on: «physical2»\n",
    )
    .is("FMC0201")
    .edit("physical1"),
    // Routers and tunnels.
    wrote("router: { uplink: lan }", "router: { uplink: «wan» }").is("FMC0314").edit("lan"),
    wrote("router: { uplink: lan }", "router: { uplink: «internet» }")
        .is("FMC0314")
        .hand("there are: lan, tunnel, infra", "router: { uplink: lan }"),
    wrote("      tunnel: 1\n", "")
        .at("{ «wireguard»: { listens")
        .is("FMC0509")
        .hand("in a network of `kind: wireguard`", "      tunnel: 1\n"),
    wrote("wireguard: { listens: true }, router: }", "«wireguard»: , router: }")
        .is("FMC0501")
        .hand("the role `wireguard: { listens: true }`", "wireguard: { listens: true }, router: }"),
    wrote("rate_limit: 100/s", "«ratelimit»: 100/s").is("FMC0103").edit("rate_limit"),
    // Needs.
    wrote("{ etcd: , control-plane: }", "{ «control-plane»: }")
        .is("FMC0501")
        .hand("give a host the role `etcd`", "{ etcd: , control-plane: }"),
    wrote("\"storage1:/srv/nfs/p", "\"«physical1»:/srv/nfs/p")
        .is("FMC0501")
        .hand("give physical1 the role `nfs`", "\"storage1:/srv/nfs/p"),
    wrote("\"storage1:/srv/nfs/postgresql\"", "«\"storage1:srv/nfs/postgresql\"»")
        .is("FMC0509")
        .hand("write `/path` or `host:/path`", "\"storage1:/srv/nfs/postgresql\""),
    wrote("\"storage1:/srv/nfs/postgresql\"", "«\"/srv/pg data\"»")
        .is("FMC0509")
        .hand("use letters, digits", "/srv/pg-data"),
    wrote("\"storage1:/srv/nfs/postgresql\"", "«\"/srv/$HOME\"»")
        .is("FMC0509")
        .hand("use letters, digits", "\"/srv/données\""),
    wrote("\"storage1:/srv/nfs/postgresql\"", "«\"storage1:/srv/nfs/it's\"»")
        .is("FMC0509")
        .hand("use letters, digits", "\"storage1:/srv/nfs/postgresql\""),
    wrote("postgresql\" }", "postgresql\", keep: «0» }")
        .is("FMC0509")
        .hand("keep at least one", "postgresql\", keep: 1 }"),
    wrote("/srv/nfs/shared: worker*", "«srv/nfs/shared»: worker*")
        .is("FMC0509")
        .edit("/srv/nfs/shared"),
    wrote("forward: [8.8.8.8, 8.8.4.4]", "forward: [8.8.8.8, «8.8.4.444»]")
        .is("FMC0106")
        .hand("write an address", "forward: [8.8.8.8, 8.8.4.4]"),
    wrote("{ bastion: }", "{ bastion: , service: { needs: [«mqtt»] } }")
        .is("FMC0501")
        .hand("the role `service`", "{ bastion: }"),
    // The order of starting.
    wrote("sincronización horaria\n", "sincronización horaria\n    after: «bastion1»\n")
        .is("FMC0601")
        .hand("take one of these waits out", "sincronización horaria\n"),
    wrote("label: Servidor Físico\n", "label: Servidor Físico\n    after: «postgresql1»\n")
        .is("FMC0601")
        .hand("take one of these waits out", "label: Servidor Físico\n"),
    wrote(
        "{ label: Kubernetes Ingress, hosts: loadbalancer* }",
        "{ label: Kubernetes Ingress, hosts: «ingress» }",
    )
    .is("FMC0207")
    .hand("name hosts, a group or a role", "{ label: Kubernetes Ingress, hosts: loadbalancer* }"),
    // Firewalls of one's own.
    wrote(
        "    roles: { bastion: }",
        "    roles: { bastion: }\n    firewall: [{ verdict: «acept», from: lan, for: ssh }]",
    )
    .is("FMC0106")
    .edit("accept"),
    wrote(
        "    roles: { bastion: }",
        "    roles: { bastion: }\n    firewall: [{ verdict: drop, from: «lam», for: ssh }]",
    )
    .is("FMC0201")
    .edit("lan"),
    wrote(
        "    roles: { bastion: }",
        "    roles: { bastion: }\n    firewall: [{ verdict: drop, from: lan, for: «shh» }]",
    )
    .is("FMC0502")
    .edit("ssh"),
];

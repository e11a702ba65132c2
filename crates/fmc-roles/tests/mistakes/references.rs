//! Names of what is not there, or is something else.

use super::{Mistake, wrote};

pub(super) const ALL: &[Mistake] = &[
    // Templates, networks, hosts.
    wrote(
        "    template: node\n    nics: { nodes: 21+ }",
        "    template: «nodo»\n    nics: { nodes: 21+ }",
    )
    .is("FMC0203")
    .edit("node"),
    wrote(
        "    template: node\n    nics: { nodes: 21+ }",
        "    template: «big»\n    nics: { nodes: 21+ }",
    )
    .is("FMC0203")
    .hand("there are: node, server", "    template: node\n    nics: { nodes: 21+ }"),
    wrote("nics: { api: 20 }", "nics: { «apy»: 20 }").is("FMC0202").edit("api"),
    wrote("nics: { nodes: 21+ }", "nics: { «masters»: 21+ }")
        .is("FMC0202")
        .hand("there are: internet, tunnel, lan", "nics: { nodes: 21+ }"),
    wrote("nics: tunnel\n", "nics: «tunel»\n").is("FMC0202").edit("tunnel"),
    wrote("to: bastion1", "to: «bastoin1»").is("FMC0201").edit("bastion1"),
    wrote(
        "hosts: [infra-cluster, postgresql1, freeipa1]",
        "hosts: [infra-cluster, «postgresq1», freeipa1]",
    )
    .is("FMC0201")
    .edit("postgresql1"),
    wrote("/srv/nfs/postgresql: postgresql1", "/srv/nfs/postgresql: «posgresql1»")
        .is("FMC0201")
        .edit("postgresql1"),
    wrote("\"storage1:/srv/nfs/p", "\"«storag1»:/srv/nfs/p").is("FMC0201").edit("storage1"),
    // Folders in pods.
    wrote("\"storage1:/srv/nfs/s", "\"«storag1»:/srv/nfs/s").is("FMC0201").edit("storage1"),
    wrote("\"storage1:/srv/nfs/s", "\"«postgresql1»:/srv/nfs/s")
        .is("FMC0502")
        .hand("the role `nfs`", "\"storage1:/srv/nfs/s"),
    wrote("hosts: k8s-api-lb", "hosts: «edge-proxies»")
        .is("FMC0201")
        .hand("there are: cloudflare, vps", "hosts: k8s-api-lb"),
    // Patterns.
    wrote("hosts: master*", "hosts: «mater*»").is("FMC0206").edit("master*"),
    wrote("hosts: master*", "hosts: «zzz*»")
        .is("FMC0206")
        .hand("name hosts that are there", "hosts: master*"),
    wrote("    hosts: worker*\n", "    hosts: «worker[1-4]»\n").is("FMC0201").edit("worker[1-3]"),
    wrote("    hosts: worker*\n", "    hosts: «worker[3-1]»\n").is("FMC0106").edit("worker[1-3]"),
    wrote("    hosts: worker*\n", "    hosts: «\"worker[1-\"»\n")
        .is("FMC0106")
        .hand("a name or a pattern", "    hosts: worker*\n"),
    wrote("    hosts: worker*\n", "    hosts: «rol:worker»\n").is("FMC0106").edit("role:worker"),
    wrote("    hosts: worker*\n", "    hosts: «role:workr»\n").is("FMC0201").edit("worker"),
    wrote("    hosts: worker*\n", "    hosts: «role:service»\n")
        .is("FMC0206")
        .hand("name hosts that are there", "    hosts: worker*\n"),
    wrote("    hosts: worker*\n", "    hosts: «Worker1»\n").is("FMC0106").edit("worker1"),
    // Access.
    wrote("public -> web", "«pubic» -> web").is("FMC0201").edit("public"),
    wrote("public -> web", "public -> «wep»").is("FMC0201").edit("web"),
    wrote("operators -> traefik: https", "operators -> traefik: «htps»")
        .is("FMC0502")
        .edit("https"),
    wrote("for: kubernetes-api", "for: «kubernets-api»").is("FMC0502").edit("kubernetes-api"),
    wrote("[ssh, cockpit]", "[ssh, «cokpit»]").is("FMC0502").edit("cockpit"),
    wrote("[ssh, cockpit]", "[ssh, «smtp»]").is("FMC0502").hand("there are: ", "[ssh, cockpit]"),
    wrote("[ssh, cockpit]", "[ssh, «SSH»]").is("FMC0106").edit("ssh"),
    wrote("[ssh, cockpit]", "[ssh, «tcp/99999»]")
        .is("FMC0106")
        .hand("ports such as", "[ssh, cockpit]"),
    wrote("from: operators, to: api", "from: «ingress», to: api")
        .is("FMC0206")
        .edit("group:ingress"),
    wrote("needs: [postgresql]", "needs: [«postgres»]").is("FMC0502").edit("postgresql"),
    wrote("for: public\n", "for: «publik»\n").is("FMC0201").edit("public"),
    wrote("hosts: master*", "hosts: «infra»")
        .is("FMC0207")
        .hand("name hosts, a group or a role", "hosts: master*"),
    // Said twice.
    wrote(
        "hosts: [infra-cluster, postgresql1, freeipa1]",
        "hosts: [infra-cluster, postgresql1, freeipa1, «worker2»]",
    )
    .is("FMC0211")
    .hand("take it out of one group", "hosts: [infra-cluster, postgresql1, freeipa1]"),
    wrote("  postgresql1:\n", "  «worker3»: { os: debian, nics: { infra: 90 } }\n  postgresql1:\n")
        .is("FMC0208")
        .hand("another name", "  postgresql1:\n"),
    wrote("names: [\"@\", www]", "names: [\"@\", www, «bastion1»]")
        .is("FMC0210")
        .hand("choose another name", "names: [\"@\", www]"),
    wrote("names: [\"@\", www]", "names: [\"@\", «WWW»]").is("FMC0106").edit("www"),
    wrote("ana@example.com\n", "ana@example.com\n      - { name: «ana», address: 11 }\n")
        .is("FMC0102")
        .hand("give one of them another name", "ana@example.com\n"),
    // Other files.
    wrote("networks:\n", "include: «hardware.yaml»\nnetworks:\n")
        .is("FMC0113")
        .hand("write its path as seen from this file", "networks:\n"),
    wrote("networks:\n", "include: «/etc/fmc/hardware.yaml»\nnetworks:\n")
        .is("FMC0113")
        .hand("write its path as seen from this file", "networks:\n"),
    wrote("networks:\n", "include: «cloud.yaml»\nnetworks:\n")
        .is("FMC0113")
        .hand("take it out", "networks:\n"),
    // Suppressions.
    wrote("networks:\n", "suppress: [{ code: «FMC0430», reason: pronto }]\nnetworks:\n")
        .is("FMC0702")
        .edit("FMC0403"),
    wrote("networks:\n", "suppress: [{ code: «FMC0301», reason: pronto }]\nnetworks:\n")
        .is("FMC0702")
        .hand("mend what it says", "networks:\n"),
    wrote("networks:\n", "suppress: [«{» code: FMC0403 }]\nnetworks:\n")
        .is("FMC0104")
        .hand("add `reason: …`", "suppress: [{ code: FMC0403, reason: pronto }]\nnetworks:\n"),
    wrote(
        "networks:\n",
        "suppress: [{ code: «FMC0403», reason: pronto, until: \"2026-06-30\" }]\nnetworks:\n",
    )
    .is("FMC0703")
    .hand(
        "give the suppression another day",
        "suppress: [{ code: FMC0403, reason: pronto, until: \"2026-12-31\" }]\nnetworks:\n",
    ),
];

//! Slips in virtual addresses and in the groups that hold them.

use super::{Mistake, wrote};

const LB: &str = "roles: { haproxy: , keepalived: { vips: [api] } }";

pub(super) const ALL: &[Mistake] = &[
    // Where they are.
    wrote("address: 10.17.5.10", "address: «10.17.6.10»")
        .is("FMC0401")
        .hand("an address inside one of", "address: 10.17.5.10"),
    wrote("address: 10.17.5.10\n", "address: «10.17.5»\n")
        .is("FMC0106")
        .hand("write an address", "address: 10.17.5.10\n"),
    wrote("    address: 10.17.5.10\n", "").at("  «api»:\n    label: VIP").is("FMC0104").hand_at(
        "add `address:",
        "    serves: control-plane\n",
        "    serves: control-plane\n    address: 10.17.5.10\n",
    ),
    wrote("names: [k8s-api]", "names: [«k8s-api-lb»]")
        .is("FMC0210")
        .hand("choose another name", "names: [k8s-api]"),
    // Who holds them.
    wrote("  loadbalancer[1-2]:", "  loadbalancer1:")
        .at("address: «10.17.3.30»")
        .is("FMC0403")
        .hand("let a second host hold it too", "  loadbalancer[1-2]:"),
    wrote("{ vips: [ingress, api],", "{ vips: [api],")
        .at("  «ingress»:\n    label: VIP")
        .is("FMC0402")
        .hand(
            "give two hosts the role `keepalived: { vips: [ingress] }`",
            "{ vips: [ingress, api],",
        ),
    wrote("{ vips: [ingress, api],", "{ vips: [«ingres», api],").is("FMC0204").edit("ingress"),
    wrote("{ vips: [ingress, api],", "{ vips: [ingress, api, «public»],")
        .is("FMC0204")
        .hand("there are: api, ingress", "{ vips: [ingress, api],"),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: [api, «ingress»] } }")
        .is("FMC0404")
        .hand("give it an interface in `infra`", LB),
    wrote(LB, "roles: { keepalived: { vips: [«api»] } }")
        .is("FMC0409")
        .hand("give it the role `haproxy` too", LB),
    wrote(
        "      haproxy: { added: tras la VIP de la API debe haber un balanceador \
         en cada miembro }\n",
        "",
    )
    .at("vips: [ingress, «api»]")
    .is("FMC0409")
    .hand_at(
        "give it the role `haproxy` too",
        "      traefik:\n",
        "      traefik:\n      haproxy:\n",
    ),
    wrote("serves: traefik", "serves: «traefk»").is("FMC0205").edit("traefik"),
    wrote("serves: control-plane", "serves: «nginx»")
        .is("FMC0205")
        .hand("there are: ", "serves: control-plane"),
    // Who of them comes first, and whether it moves.
    wrote(LB, "roles: { haproxy: , keepalived: { vips: { api: { priority: «110» } } } }")
        .is("FMC0405")
        .hand("leave priorities out", LB),
    wrote(
        "keepalived: { vips: [ingress, api],",
        "keepalived: { vips: { ingress: { priority: «150» }, api: },",
    )
    .is("FMC0405")
    .hand("leave priorities out", "keepalived: { vips: [ingress, api],"),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: { api: { weight: «-5» } } } }")
        .is("FMC0406")
        .edit("-20"),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: [api], weight: «-10» } }")
        .is("FMC0406")
        .edit("-20"),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: { api: { priority: «255» } } } }")
        .is("FMC0408")
        .edit("120"),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: { api: { priority: «300» } } } }")
        .is("FMC0106")
        .hand("write a whole number from 0 to 255", LB),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: { api: { «prority»: 200 } } } }")
        .is("FMC0103")
        .edit("priority"),
    wrote(LB, "roles: { haproxy: , keepalived: { vips: [api], mode: «unicst» } }")
        .is("FMC0106")
        .edit("unicast"),
    // Virtual router ids.
    wrote("slo: 2s\n    added", "vrid: «0»\n    slo: 2s\n    added").is("FMC0408").edit("52"),
    wrote("slo: 2s\n    added", "vrid: «256»\n    slo: 2s\n    added")
        .is("FMC0106")
        .hand("write a whole number from 0 to 255", "slo: 2s\n    added"),
    wrote(
        "    address: 10.17.5.10
    serves: control-plane
    names: [k8s-api]
    slo: 2s
  ingress:
    label: VIP de entrada
    address: 10.17.3.30
",
        "    address: 10.17.5.10
    serves: control-plane
    names: [k8s-api]
    vrid: 60
  ingress:
    label: VIP de entrada
    address: 10.17.5.30
    vrid: «60»
",
    )
    .is("FMC0407")
    .edit("51"),
];

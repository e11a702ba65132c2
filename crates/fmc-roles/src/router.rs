//! Forwards packets between networks, and rewrites addresses where that must be.
//!
//! In a network of ours it is the gateway. With an interface on the Internet it also takes visitors
//! in and passes them on to the ingress behind.

use fmc_model::cloud::NetworkKind;
use fmc_model::read::At;
use fmc_model::role::{
    About, Declaration, Forwarding, Kind, Member, Minimum, Redundancy, Role, Stage,
};
use fmc_model::{Name, Ports, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Router>(&About {
    name: "router",
    label: "Router",
    icon: "router",
    summary: Words(
        "forwards packets between networks and translates addresses",
        "reenvía paquetes entre redes y traduce direcciones",
    ),
    manual: "https://wiki.nftables.org/",
    systems: &[],
    minimum: Minimum::of(1, 128, 1),
    example: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  infra: { cidr: 10.17.3.0/24 }
hosts:
  physical1: { os: rocky, nics: { lan: 19, infra: 1 }, roles: { router: { uplink: lan } } }
  server: { os: debian, nics: { infra: 11 } }
",
});

record! {
    /// Forwards packets between the networks of its host.
    pub struct Router ("role `router`", "rol `router`") {
        /// The network by which it reaches what it does not know; the public one if it has one.
        uplink: Option<At<Name>>,
        /// Whether it takes visitors from the Internet in; `true` if left out.
        publish: Option<At<bool>>,
    }
}

impl Role for Router {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        out.forward(Forwarding { uplink: self.uplink.clone() });
        let public = on.host.nics.iter().any(|it| {
            on.site.networks.get(&it.network).is_some_and(|it| it.kind == NetworkKind::Public)
        });
        if !public {
            return;
        }
        let publish = out.setting("publish", true, self.publish.as_ref());
        if publish && on.site.is_public() {
            out.offer("http", [Ports::tcp(80)]);
            out.offer("https", [Ports::tcp(443)]);
            out.pass_on(Stage::Entry);
        }
    }
}

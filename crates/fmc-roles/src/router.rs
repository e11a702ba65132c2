//! Forwards packets between networks, and rewrites addresses where that must be.
//!
//! In a network of ours it is the gateway. With an interface on the Internet it also takes visitors
//! in and passes them on to the ingress behind.

use fmc_model::cloud::{End, Flow, NetworkKind, Via};
use fmc_model::read::At;
use fmc_model::role::{
    About, Configuration, Declaration, Forwarding, Kind, Linked, Member, Minimum, Publication,
    Redundancy, Role, Stage,
};
use fmc_model::{Name, Ports, Words, record};
use std::net::IpAddr;

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
            out.offer_to_all("http", [Ports::tcp(80)]);
            out.offer_to_all("https", [Ports::tcp(443)]);
            out.pass_on(Stage::Entry);
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        out.sysctl("net.ipv4.ip_forward", 1);
        if on.host.addresses().any(|it| it.is_ipv6()) {
            out.sysctl("net.ipv6.conf.all.forwarding", 1);
            // A router hears no advertisements unless it is told to, and would lose what its
            // provider says.
            let by_provider = on.host.routes.iter().filter(|it| it.via == Via::Provider);
            for route in by_provider.filter(|it| it.to.addr().is_ipv6()) {
                out.sysctl(format!("net.ipv6.conf.{}.accept_ra", route.interface), 2);
            }
        }
        self.pass_visitors_on(on, out);
    }
}

impl Router {
    /// What visitors ask for arrives here and goes on to whoever serves it behind: for each flow of
    /// visitors that arrives, the one of the same service that goes on.
    fn pass_visitors_on(&self, on: &Linked<'_>, out: &mut Configuration) {
        if on.setting::<bool>("publish") != Some(true) {
            return;
        }
        let (cloud, id) = (on.cloud, on.host.id);
        let ours = |service: &str| {
            let offers = cloud.offers.iter().filter(|it| it.role == on.role.name);
            offers.clone().any(|it| it.service == service && it.hosts.contains(id))
        };
        let here = |end: &End| matches!(end, End::Hosts(hosts) if hosts.contains(id));
        for (arriving, flow) in cloud.flows.iter().enumerate() {
            if !here(&flow.to) || !ours(&flow.service) {
                continue;
            }
            let goes_on =
                |it: &Flow| here(&it.from) && it.service == flow.service && it.ports == flow.ports;
            let Some(onward) = cloud.flows.iter().position(goes_on) else { continue };
            let targets: Vec<IpAddr> = match &cloud.flows[onward].to {
                End::Vip(name) => {
                    cloud.vips.get(name).map(|it| it.addresses.clone()).unwrap_or_default()
                }
                End::Hosts(hosts) => {
                    hosts.iter().flat_map(|it| on.addresses_of(cloud.host(it))).collect()
                }
                _ => continue,
            };
            out.publish(Publication { arriving, onward, targets });
        }
    }
}

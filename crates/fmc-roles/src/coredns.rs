//! The names of the cloud, forward and reverse; everything else is asked of public resolvers.

use fmc_model::cloud::NetworkKind;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, Admission, Declaration, Kind, Member, Minimum, Need, Redundancy, Role, Selector,
    SelectorKind, Target,
};
use fmc_model::{Ports, Text, Words, record};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(crate) const ROLE: Kind = Kind::of::<Coredns>(&About {
    name: "coredns",
    label: "CoreDNS",
    icon: "coredns",
    summary: Words("answers for the names of the cloud", "responde por los nombres de la nube"),
    manual: "https://coredns.io/manual/toc/",
    systems: &[],
    minimum: Minimum::of(1, 128, 5),
    example: "\
version: 1
name: named
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: { forward: [8.8.8.8, 8.8.4.4] } } }
  server: { os: debian, nics: { lan: 12 } }
",
});

record! {
    /// The resolver of the cloud.
    pub struct Coredns ("role `coredns`", "rol `coredns`") {
        /// Public resolvers for all other names; 9.9.9.9 and 1.1.1.1 (or their version 6 addresses) if left out.
        forward: OneOrMany<At<IpAddr>>,
    }
}

const FORWARD: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(9, 9, 9, 9)), IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1))];
/// The same two for a host that has no address of version 4.
const FORWARD_V6: [IpAddr; 2] = [
    IpAddr::V6(Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe)),
    IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111)),
];

impl Role for Coredns {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer("dns", [Ports::udp(53), Ports::tcp(53)]);
        let mut forward: Vec<IpAddr> = self.forward.iter().map(|it| it.value).collect();
        if forward.is_empty() {
            let v4 = on.host.addresses().any(|it| it.is_ipv4());
            forward = if v4 { FORWARD } else { FORWARD_V6 }.into();
        }
        // The resolver itself must resolve before it runs, so it asks where it forwards to.
        out.resolve_with(forward.iter().copied());
        let names = forward.iter().map(|it| it.to_string().into()).collect();
        out.need(
            Need::of(
                "dns-forward",
                Text::of(
                    "asks public resolvers for all other names",
                    "pregunta a servidores públicos por los demás nombres",
                ),
            )
            .to(Target::Outside(names, vec![Ports::udp(53), Ports::tcp(53)])),
        );
        let in_tunnel = |name: &fmc_model::Name| {
            on.site.networks.get(name).is_some_and(|it| it.kind == NetworkKind::Wireguard)
        };
        for people in on.site.outside.values().filter(|it| it.networks.iter().any(in_tunnel)) {
            let from =
                Selector { kind: Some(SelectorKind::Outside), pattern: people.name.to_string() };
            out.admit(Admission {
                service: "dns".into(),
                from: At::new(from, people.origin.place),
                pods: false,
                written: false,
                why: Text::of(
                    "people in the tunnel use the names of the cloud",
                    "la gente del túnel usa los nombres de la nube",
                ),
            });
        }
    }
}

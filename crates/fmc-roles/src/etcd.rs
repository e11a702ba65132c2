//! The store that Kubernetes keeps everything in: as long as more than half of its members are
//! there, nothing is lost and writing goes on.

use fmc_model::role::{
    About, CertificateRequest, Declaration, Kind, Member, Minimum, Need, Redundancy, Role, Target,
    Usage,
};
use fmc_model::{Ports, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Etcd>(&About {
    name: "etcd",
    label: "etcd",
    icon: "etcd",
    summary: Words(
        "keeps the state of Kubernetes on a majority of its members",
        "guarda el estado de Kubernetes en la mayoría de sus miembros",
    ),
    manual: "https://etcd.io/docs/",
    systems: &[],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: store
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master[1-3]: { os: flatcar, nics: { nodes: 21+ }, roles: { etcd: } }
",
});

record! {
    /// A member of etcd.
    pub struct Etcd ("role `etcd`", "rol `etcd`") {}
}

impl Role for Etcd {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Quorum);
        out.offer("etcd-client", [Ports::tcp(2379)]);
        out.offer("etcd-peer", [Ports::tcp(2380)]);
        let why =
            Text::of("members agree among themselves", "los miembros se ponen de acuerdo entre sí");
        out.need(Need::of("etcd-peer", why.clone()).to(Target::Peers));
        out.need(Need::of("etcd-client", why).to(Target::Peers));
        let mut addresses: Vec<_> = on.host.primary_addresses().collect();
        addresses.push(std::net::Ipv4Addr::LOCALHOST.into());
        let names = vec![on.host.name.to_string(), on.host.fqdn.clone(), "localhost".to_owned()];
        for (name, why) in [
            (
                "etcd-server",
                Text::of(
                    "members answer clients by TLS",
                    "los miembros responden a los clientes por TLS",
                ),
            ),
            (
                "etcd-peer",
                Text::of("members know each other by TLS", "los miembros se reconocen por TLS"),
            ),
        ] {
            out.certificate(CertificateRequest {
                name: name.into(),
                authority: "etcd",
                common_name: on.host.fqdn.clone(),
                organization: None,
                names: names.clone(),
                addresses: addresses.clone(),
                usage: Usage::Both,
                why,
            });
        }
    }
}

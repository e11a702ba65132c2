//! The one way in for people with a shell: SSH to it, and from it to every host.

use fmc_model::role::{About, Declaration, Kind, Member, Minimum, Need, Redundancy, Role, Target};
use fmc_model::{Ports, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Bastion>(&About {
    name: "bastion",
    label: "Bastion",
    icon: "bastion",
    summary: Words(
        "the one way in by SSH, and from it to every host",
        "la única entrada por SSH, y desde ella a cada host",
    ),
    manual: "https://www.openssh.com/manual.html",
    systems: &[],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  bastion1: { os: almalinux, nics: { lan: 20 }, roles: { bastion: } }
  server: { os: debian, nics: { lan: 21 } }
access:
  - lan -> bastion1: ssh
",
});

record! {
    /// The one way in by SSH.
    pub struct Bastion ("role `bastion`", "rol `bastion`") {}
}

impl Role for Bastion {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer("ssh", [Ports::tcp(22)]);
        out.need(
            Need::of(
                "ssh",
                Text::of("administration starts here", "la administración empieza aquí"),
            )
            .to(Target::EachOffered),
        );
        out.need(Need::of(
            "kubernetes-api",
            Text::of("kubectl is used here", "aquí se usa kubectl"),
        ));
    }
}

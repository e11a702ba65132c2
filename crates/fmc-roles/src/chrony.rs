//! The time of the cloud: one host asks the world, all others ask it.

use fmc_model::cloud::System;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, After, Declaration, Kind, Member, Minimum, Need, Redundancy, Role, Target,
};
use fmc_model::{Domain, Ports, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Chrony>(&About {
    name: "chrony",
    label: "Chrony",
    icon: "chrony",
    summary: Words("keeps the time of the cloud", "lleva la hora de la nube"),
    manual: "https://chrony-project.org/documentation.html",
    systems: &[System::Almalinux, System::Rocky, System::Debian],
    minimum: Minimum::of(1, 64, 1),
    example: "\
version: 1
name: timed
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  clock: { os: debian, nics: { lan: 11 }, roles: { chrony: } }
  server: { os: debian, nics: { lan: 12 } }
",
});

record! {
    /// The clock of the cloud.
    pub struct Chrony ("role `chrony`", "rol `chrony`") {
        /// Whom it asks; servers of `pool.ntp.org` if left out.
        upstream: OneOrMany<At<Domain>>,
    }
}

const UPSTREAM: [&str; 3] = ["0.pool.ntp.org", "1.pool.ntp.org", "2.pool.ntp.org"];

impl Role for Chrony {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer("time", [Ports::udp(123)]);
        let mut upstream: Vec<_> =
            self.upstream.iter().map(|it| it.value.to_string().into()).collect();
        if upstream.is_empty() {
            upstream = UPSTREAM.map(Into::into).into();
        }
        out.need(
            Need::of(
                "time-upstream",
                Text::of("asks the world for the time", "pregunta la hora al mundo"),
            )
            .to(Target::Outside(upstream, vec![Ports::udp(123)])),
        );
        out.after(After {
            role: "coredns",
            here: false,
            why: Text::of(
                "the clocks of the world have names",
                "los relojes del mundo tienen nombres",
            ),
        });
    }
}

//! Spreads connections to a virtual address over those who serve behind it.
//!
//! What it balances follows from the virtual addresses that its host may hold (role `keepalived`)
//! and what they serve; a service that runs on the same host needs no balancer.

use fmc_model::read::At;
use fmc_model::role::{About, Declaration, Kind, Member, Minimum, Redundancy, Role};
use fmc_model::{Duration, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Haproxy>(&About {
    name: "haproxy",
    label: "HAProxy",
    icon: "haproxy",
    summary: Words(
        "spreads connections over those who serve behind a virtual address",
        "reparte conexiones entre quienes sirven tras una dirección virtual",
    ),
    manual: "https://docs.haproxy.org/",
    systems: &[],
    minimum: Minimum::of(1, 128, 5),
    example: "\
version: 1
name: balanced
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { site: { address: 192.168.0.10, serves: service } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { haproxy: , keepalived: { vips: [site] } } }
  server[1-2]: { os: debian, nics: { lan: 21+ }, roles: { service: { ports: { site: tcp/8080 } } } }
",
});

record! {
    /// A balancer.
    pub struct Haproxy ("role `haproxy`", "rol `haproxy`") {
        /// Time between two checks of a server; 1s if left out.
        interval: Option<At<Duration>>,
        /// How many failed checks count as a failure; 2 if left out.
        fall: Option<At<u8>>,
        /// How many good checks count as recovery; 2 if left out.
        rise: Option<At<u8>>,
        /// How long connecting to a server may take; 1s if left out.
        connect: Option<At<Duration>>,
        /// How long a client may be silent; 1h if left out, for watches of Kubernetes are.
        client: Option<At<Duration>>,
        /// How long a server may be silent; 1h if left out.
        server: Option<At<Duration>>,
        /// How often connecting is tried again; 3 if left out.
        retries: Option<At<u8>>,
        /// How many connections there may be; 4096 if left out.
        maxconn: Option<At<u32>>,
    }
}

impl Role for Haproxy {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.setting("interval", Duration::seconds(1), self.interval.as_ref());
        out.setting("fall", 2, self.fall.as_ref());
        out.setting("rise", 2, self.rise.as_ref());
        out.setting("connect", Duration::seconds(1), self.connect.as_ref());
        out.setting("client", Duration::seconds(3600), self.client.as_ref());
        out.setting("server", Duration::seconds(3600), self.server.as_ref());
        out.setting("retries", 3, self.retries.as_ref());
        out.setting("maxconn", 4096, self.maxconn.as_ref());
        out.balance(Text::of(
            "the balancer checks its servers and passes on to them",
            "el balanceador comprueba sus servidores y les pasa las conexiones",
        ));
    }
}

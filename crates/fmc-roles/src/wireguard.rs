//! A tunnel between hosts, and for people who work from outside.
//!
//! One side listens at a public address; the others, behind somebody's router, call it and keep
//! calling, so that the way back stays open.

use fmc_model::cloud::{Network, NetworkKind};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::At;
use fmc_model::role::{
    About, Admission, Declaration, Kind, Member, Minimum, Need, Redundancy, Role, Selector,
    SelectorKind, Target,
};
use fmc_model::{Duration, Ports, Text, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Wireguard>(&About {
    name: "wireguard",
    label: "WireGuard",
    icon: "wireguard",
    summary: Words(
        "a tunnel between hosts, and for people outside",
        "un túnel entre hosts, y para la gente de fuera",
    ),
    manual: "https://www.wireguard.com/",
    systems: &[],
    minimum: Minimum::of(1, 64, 1),
    example: "\
version: 1
name: tunnel
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
outside: { operators: { nics: tunnel, people: [{ name: ana, address: 10 }] } }
hosts:
  vps: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: } }
",
});

record! {
    /// An end of a tunnel.
    pub struct Wireguard ("role `wireguard`", "rol `wireguard`") {
        /// Whether others call this host; it needs an address that they can reach.
        listens: Option<At<bool>>,
        /// The port at which it listens; 51820 if left out. A second tunnel has the next one.
        port: Option<At<u16>>,
        /// How often the side that calls says that it is there; 25s if left out.
        keepalive: Option<At<Duration>>,
    }
}

impl Role for Wireguard {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        let mut tunnels: Vec<&Network> = on
            .host
            .nics
            .iter()
            .filter_map(|it| on.site.networks.get(&it.network))
            .filter(|it| it.kind == NetworkKind::Wireguard)
            .collect();
        if tunnels.is_empty() {
            let host = &on.host.name;
            out.report(
                ROLE_SETTING
                    .at(
                        on.place,
                        text!(
                            "{host} has no interface in a tunnel",
                            "{host} no tiene interfaz en un túnel"
                        ),
                    )
                    .hint(text!(
                        "give it an address in a network of `kind: wireguard`",
                        "déle una dirección en una red de `kind: wireguard`"
                    )),
            );
        }
        let listens = self.listens.is_some_and(|it| it.value);
        if tunnels.is_empty() && listens {
            // It was to listen in one of them: that nobody does would be a second finding.
            let all = on.site.networks.values();
            tunnels = all.filter(|it| it.kind == NetworkKind::Wireguard).collect();
        }
        if !listens {
            out.setting("keepalive", Duration::seconds(25), self.keepalive.as_ref());
        }
        let first = self.port.as_ref().map_or(51820, |it| it.value);
        if listens && !tunnels.is_empty() {
            out.setting("port", 51820, self.port.as_ref());
        }
        for (tunnel, port) in tunnels.into_iter().zip(first..) {
            let service = service_of(tunnel, on);
            if listens {
                out.offer(service.clone(), [Ports::udp(port)]);
                admit_people(tunnel, &service, on, out);
            }
            let calls = Text::of(
                "who is behind a router calls who listens, and who listen call each other",
                "quien está tras un router llama a quien escucha, y los que escuchan se llaman entre sí",
            );
            let need = Need::of(service, calls).to(Target::EachOffered);
            let giver = "wireguard: { listens: true }";
            out.need(if listens { need } else { need.required(giver) });
        }
    }
}

/// The service of a tunnel: each has its own listeners, and its own port where a host is in several.
fn service_of(tunnel: &Network, on: &Member<'_>) -> String {
    let tunnels = on.site.networks.values().filter(|it| it.kind == NetworkKind::Wireguard);
    if tunnels.count() == 1 { "wireguard".to_owned() } else { format!("wireguard-{}", tunnel.name) }
}

fn admit_people(tunnel: &Network, service: &str, on: &Member<'_>, out: &mut Declaration) {
    for people in on.site.outside.values().filter(|it| it.networks.contains(&tunnel.name)) {
        let from = Selector { kind: Some(SelectorKind::Outside), pattern: people.name.to_string() };
        out.admit(Admission {
            service: service.to_owned().into(),
            from: At::new(from, people.origin.place),
            pods: false,
            written: false,
            why: Text::of(
                "people outside come in by the tunnel",
                "la gente de fuera entra por el túnel",
            ),
        });
    }
}

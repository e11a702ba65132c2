//! Tunnels that people outside are to call where nobody outside can call.

use crate::packet::is_private;
use crate::question::{Question, Subject};
use fmc_model::cloud::{Host, NetworkKind};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// People are told an address that the Internet does not know.
const CODE: Code = Code {
    id: "FMC1303",
    severity: Severity::Warning,
    title: Words("tunnel that nobody outside can call", "túnel al que nadie de fuera puede llamar"),
    reason: Words(
        "People outside get a file with the address at which the tunnel listens. All addresses of this \
         host are private, which the Internet carries nowhere: who is on the same segment comes in, and \
         who is at home or on the way does not. A router before it that passes the port on would have to \
         be called instead, and is not in this file.",
        "La gente de fuera recibe un fichero con la dirección en la que escucha el túnel. Todas las \
         direcciones de este host son privadas, y a esas Internet no lleva nada: quien esté en el mismo \
         segmento entra, y quien esté en casa o de camino no. Habría que llamar a un router delante que \
         pase el puerto, y no está en este fichero.",
    ),
    failing: "\
version: 1
name: tunnel
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
outside: { operators: { nics: tunnel, people: [{ name: ana, address: 10 }] } }
hosts:
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: { listens: true } } }
",
    mended: "\
version: 1
name: tunnel
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
outside: { operators: { nics: tunnel, people: [{ name: ana, address: 10 }] } }
hosts:
  home: { os: debian, nics: { internet: 198.51.100.19, lan: 19, tunnel: 2 }, roles: { wireguard: { listens: true } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let mut found = Vec::new();
    for tunnel in cloud.networks.values().filter(|it| it.kind == NetworkKind::Wireguard) {
        let Some(people) = cloud.outside.values().find(|it| {
            it.networks.contains(&tunnel.name)
                && !it.people.is_empty()
                // Who is beside it needs no public address.
                && it.networks.iter().all(|it| *it == tunnel.name)
        }) else {
            continue;
        };
        for end in tunnel.ends.iter().filter(|it| it.listens.is_some()) {
            let Some(host) = cloud.hosts.get(&end.host) else { continue };
            if called(subject, host).any(|it| !is_private(it)) {
                continue;
            }
            let Some(address) = called(subject, host).next() else { continue };
            let (name, who, tunnel) = (&host.name, &people.name, &tunnel.name);
            let told = CODE.at(
                end.origin.place,
                text!(
                    "{who} are told to call {name} at {address} for {tunnel}, which the Internet does not know",
                    "a {who} se les dice que llamen a {name} en {address} para {tunnel}, que Internet no conoce"
                ),
            );
            found.push(told.label(people.origin.place, text!("these people", "esta gente")).hint(
                text!(
                    "let a host with a public address listen, and this one call it",
                    "haga que escuche un host con dirección pública, y que este le llame"
                ),
            ));
        }
    }
    found
}

/// The addresses of a host outside of tunnels.
fn called<'h>(
    subject: &Subject<'h>,
    host: &'h Host,
) -> impl Iterator<Item = std::net::IpAddr> + use<'h> {
    let networks = &subject.cloud.networks;
    let outer = host
        .nics
        .iter()
        .filter(|it| networks.get(&it.network).is_some_and(|it| it.kind != NetworkKind::Wireguard));
    outer.flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr))
}

//! Tunnels whose packets do not fit into what carries them.

use super::{Call, calls};
use crate::ends::FROM_PORT;
use crate::packet::{Packet, Payload, PortPair};
use crate::question::{Question, Subject};
use crate::walk::{Connection, send};
use crate::way::{Event, Sender};
use fmc_model::cloud::Network;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A tunnel's packets are larger than those of a network that carries them.
const CODE: Code = Code {
    id: "FMC1301",
    severity: Severity::Warning,
    title: Words("tunnel larger than what carries it", "túnel mayor que lo que lo lleva"),
    reason: Words(
        "WireGuard puts each packet into another one, which adds 60 bytes over version 4 of the Internet \
         protocol and 80 over version 6. If the sum is more than a network on the way takes, every full \
         packet is cut in two or dropped: a login works, and the first long answer hangs.",
        "WireGuard mete cada paquete en otro, lo que añade 60 bytes sobre la versión 4 del protocolo de \
         Internet y 80 sobre la 6. Si la suma es más de lo que admite una red del camino, cada paquete \
         lleno se parte en dos o se descarta: un acceso funciona, y la primera respuesta larga se cuelga.",
    ),
    failing: "\
version: 1
name: tunnel
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1, mtu: 1460 }
hosts:
  vps: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: } }
",
    mended: "\
version: 1
name: tunnel
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24, mtu: 1400 }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1, mtu: 1460 }
hosts:
  vps: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: } }
",
};

/// What WireGuard adds to a packet: the headers of IP (20 or 40 bytes) and UDP (8), and 32 of its own
/// (<https://www.wireguard.com/papers/wireguard.pdf>, §5.4.6).
fn overhead(call: &Call<'_>) -> u16 {
    if call.endpoint.0.is_ipv4() { 60 } else { 80 }
}

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut tightest: Vec<(Call<'_>, &Network)> = Vec::new();
    for call in calls(subject) {
        let Some(narrow) = narrowest(subject, &call) else { continue };
        let room = |call: &Call<'_>, narrow: &Network| {
            i32::from(narrow.mtu) - i32::from(overhead(call)) - i32::from(call.tunnel.mtu)
        };
        if room(&call, narrow) >= 0 {
            continue;
        }
        match tightest.iter_mut().find(|it| it.0.tunnel.name == call.tunnel.name) {
            Some(it) if room(&it.0, it.1) <= room(&call, narrow) => {}
            Some(it) => *it = (call, narrow),
            None => tightest.push((call, narrow)),
        }
    }
    tightest.iter().map(|(call, narrow)| told(call, narrow)).collect()
}

fn told(call: &Call<'_>, narrow: &Network) -> Diagnostic {
    let (tunnel, own, by) = (&call.tunnel.name, call.tunnel.mtu, overhead(call));
    let (name, takes, all) = (&narrow.name, narrow.mtu, u32::from(own) + u32::from(by));
    let fits = takes.saturating_sub(by);
    let (from, to) = (&call.from.name, &call.to.name);
    let told = CODE.at(
        call.tunnel.origin.place,
        text!(
            "a full packet in {tunnel} has {own} + {by} = {all} bytes outside, and {name} takes {takes}",
            "un paquete lleno de {tunnel} tiene {own} + {by} = {all} bytes por fuera, y {name} admite {takes}"
        ),
    );
    let told = told.label(
        narrow.origin.place,
        text!("it carries the tunnel from {from} to {to}", "lleva el túnel de {from} a {to}"),
    );
    told.hint(text!("write `mtu: {fits}` for {tunnel}", "escriba `mtu: {fits}` para {tunnel}"))
}

/// The network with the smallest packets on the way of a tunnel's own packets.
fn narrowest<'c>(subject: &Subject<'c>, call: &Call<'c>) -> Option<&'c Network> {
    let (destination, port) = call.endpoint;
    let source = subject.machines.source(call.from.id, destination)?;
    let ports = PortPair { source: FROM_PORT, destination: port };
    let packet = Packet { source, destination, payload: Payload::Udp(ports) };
    let mut connection = Connection::default();
    let way = send(&subject.machines, Sender::Host(call.from.id), packet, &mut connection);
    let routed = way.steps.iter().filter_map(|it| match &it.event {
        Event::Routed(next) => Some(next.network),
        _ => None,
    });
    let own =
        call.to.nics.iter().filter(|it| it.addresses.iter().any(|it| it.addr() == destination));
    let last = own.filter_map(|it| subject.cloud.networks.get(&it.network));
    // A tunnel that would carry itself is another finding.
    let carrying = routed.chain(last).filter(|it| it.name != call.tunnel.name);
    carrying.min_by_key(|it| it.mtu)
}

//! Files of tunnels in which two peers have one address.

use crate::question::files::wireguard::{TunnelFile, tunnels_by_hand};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use ipnet::IpNet;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// One address behind two peers.
const CODE: Code = Code {
    id: "FMC1305",
    severity: Severity::Warning,
    title: Words("one address behind two peers", "una dirección tras dos pares"),
    reason: Words(
        "WireGuard sends each address to one peer alone. Of a prefix that two have, the last one in the \
         file gets it, without a word, and the first gets no packet any more; of one within the other, \
         the smaller counts, and the other peer's packets from there are refused.",
        "WireGuard envía cada dirección a un solo par. Un prefijo que tienen dos se lo lleva el último del \
         fichero, sin decir nada, y el primero ya no recibe ningún paquete; si uno está dentro del otro, \
         cuenta el menor, y los paquetes de allí del otro par se rechazan.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  gate:
    os: debian
    nics: { lan: 19 }
    files:
      /etc/wireguard/wg7.conf:
        mode: \"0600\"
        text: |
          [Interface]
          ListenPort = 51827
          [Peer]
          PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
          AllowedIPs = 10.8.0.2/32, 10.9.0.0/24
          [Peer]
          PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
          AllowedIPs = 10.8.0.3/32, 10.9.0.0/24
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  gate:
    os: debian
    nics: { lan: 19 }
    files:
      /etc/wireguard/wg7.conf:
        mode: \"0600\"
        text: |
          [Interface]
          ListenPort = 51827
          [Peer]
          PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
          AllowedIPs = 10.8.0.2/32, 10.9.0.0/24
          [Peer]
          PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
          AllowedIPs = 10.8.0.3/32
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    tunnels_by_hand(subject).iter().filter_map(overlapping).collect()
}

fn overlapping(file: &TunnelFile<'_>) -> Option<Diagnostic> {
    let all = || file.peers.iter().flat_map(|peer| peer.allowed.iter().map(move |it| (peer, *it)));
    let meet = |a: &IpNet, b: &IpNet| a.contains(b) || b.contains(a);
    let (second, first, shared) = all().find_map(|(peer, prefix)| {
        let before = all().take_while(|(it, _)| it.line != peer.line);
        let other = before.filter(|(_, it)| meet(it, &prefix)).last()?;
        Some((peer.line, other.0.line, prefix))
    })?;
    let (host, path) = (&file.host.name, file.path);
    let told = CODE.at(
        file.place,
        text!(
            "two peers have {shared} in {path} of {host}: those of its lines {first} and {second}",
            "dos pares tienen {shared} en {path} de {host}: los de sus líneas {first} y {second}"
        ),
    );
    Some(told.hint(text!(
        "leave {shared} to the peer behind which it is",
        "deje {shared} al par tras el que está"
    )))
}

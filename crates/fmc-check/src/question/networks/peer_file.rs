//! Files of tunnels that cannot work as they are written.

use crate::question::files::wireguard::{TunnelFile, tunnels_by_hand};
use crate::question::{Question, Subject};
use fmc_model::cloud::NetworkKind;
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A tunnel's file by hand that does not load, or leads to itself.
const CODE: Code = Code {
    id: "FMC1306",
    severity: Severity::Warning,
    title: Words("file of a tunnel that cannot work", "fichero de un túnel que no puede funcionar"),
    reason: Words(
        "A file for WireGuard has one key on each line and no continued lines: `wg` stops at the first \
         that it does not know, and there is no tunnel. A peer is called at an address that is not this \
         host's own (that is the other side's file) and that does not lie among the addresses that go \
         into the tunnel, or the tunnel would carry itself. A network that the host is in needs no tunnel, \
         and with one its neighbours are gone.",
        "Un fichero de WireGuard tiene una clave por línea y ninguna línea continuada: `wg` se detiene en \
         la primera que no conoce, y no hay túnel. A un par se le llama en una dirección que no es de este \
         host (ese es el fichero del otro lado) y que no está entre las direcciones que van al túnel, o el \
         túnel se llevaría a sí mismo. Una red en la que está el host no necesita túnel, y con él \
         desaparecen sus vecinos.",
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
          Endpoint = 192.168.0.19:51827
          AllowedIPs = 10.8.0.2/32
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
          Endpoint = 198.51.100.7:51827
          AllowedIPs = 10.8.0.2/32
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let files = tunnels_by_hand(subject);
    let told = files.iter().flat_map(|file| {
        let (host, path) = (&file.host.name, file.path);
        wrong(subject, file).into_iter().map(move |(line, en_es, hint)| {
            let (en, es) = (&en_es.en, &en_es.es);
            let message = Text {
                en: format!("line {line} of {path} on {host}: {en}").into(),
                es: format!("línea {line} de {path} en {host}: {es}").into(),
            };
            CODE.at(file.place, message).hint(hint)
        })
    });
    told.collect()
}

fn wrong(subject: &Subject<'_>, file: &TunnelFile<'_>) -> Vec<(usize, Text, Text)> {
    let mut found = Vec::new();
    if let Some(line) = file.unread {
        found.push((
            line,
            text!(
                "`wg` does not read it, and there is no tunnel",
                "`wg` no lo lee, y no hay túnel"
            ),
            text!(
                "write one `Key = value` on each line",
                "escriba un `Clave = valor` en cada línea"
            ),
        ));
    }
    for peer in &file.peers {
        let line = peer.line;
        let endpoint = peer.endpoint;
        if let Some(own) = endpoint.filter(|it| file.host.addresses().any(|own| own == *it)) {
            found.push((
                line,
                text!(
                    "the peer is called at {own}, which is this host itself",
                    "al par se le llama en {own}, que es este mismo host"
                ),
                text!("write the address of the other side", "escriba la dirección del otro lado"),
            ));
            continue;
        }
        // The default route is taken in another way, which leaves the tunnel's own packets out.
        let narrow = || peer.allowed.iter().filter(|it| it.prefix_len() > 0);
        if let Some(at) = endpoint
            && let Some(prefix) = narrow().find(|it| it.contains(&at))
        {
            found.push((
                line,
                text!(
                    "the peer is called at {at}, and {prefix} sends that into the tunnel itself",
                    "al par se le llama en {at}, y {prefix} lo manda al propio túnel"
                ),
                text!("leave {prefix} out of `AllowedIPs`", "quite {prefix} de `AllowedIPs`"),
            ));
        }
        let beside = file.host.nics.iter().find_map(|nic| {
            let network = subject.cloud.networks.get(&nic.network)?;
            let is_segment = network.kind == NetworkKind::Private;
            let own =
                nic.addresses.iter().find(|it| narrow().any(|wide| wide.contains(&it.trunc())));
            own.filter(|_| is_segment).map(|_| &network.name)
        });
        if let Some(name) = beside {
            found.push((
                line,
                text!(
                    "`AllowedIPs` has all of {name}, and the host is in it",
                    "`AllowedIPs` tiene toda {name}, y el host está en ella"
                ),
                text!("leave {name} out of `AllowedIPs`", "quite {name} de `AllowedIPs`"),
            ));
        }
    }
    found
}

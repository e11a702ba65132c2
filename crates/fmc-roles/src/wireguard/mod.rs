//! A tunnel between hosts, and for people who work from outside.
//!
//! One side listens at a public address; the others, behind somebody's router, call it and keep
//! calling, so that the way back stays open.

mod people;

use fmc_config::ini::{Ini, IniStyle};
use fmc_config::{Cause, Secret, SecretKind, SecretPart, Value};
use fmc_model::cloud::{Network, NetworkKind, Nic, PeerName, TunnelEnd, TunnelPeer, Via};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::At;
use fmc_model::role::{
    About, Admission, Configuration, Declaration, Kind, Linked, Member, Minimum, Need, Redundancy,
    Role, Selector, SelectorKind, Target, Tunnel,
};
use fmc_model::setup::{Attempt, Command, Entry, File, Process, Reload, Run};
use fmc_model::{Duration, Name, Ports, Text, Words, record, text};
use std::net::SocketAddr;

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
        let keepalive = (!listens)
            .then(|| out.setting("keepalive", Duration::seconds(25), self.keepalive.as_ref()));
        let first = self.port.as_ref().map_or(51820, |it| it.value);
        if listens && !tunnels.is_empty() {
            out.setting("port", 51820, self.port.as_ref());
        }
        for (tunnel, port) in tunnels.into_iter().zip(first..) {
            let service = service_of(tunnel, on);
            if on.host.nic(&tunnel.name).is_some() {
                out.tunnel(Tunnel {
                    network: tunnel.name.clone(),
                    service: service.clone(),
                    listens: listens.then_some(port),
                    keepalive,
                });
            }
            if listens {
                out.offer_to_all(service.clone(), [Ports::udp(port)]);
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

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        for nic in &on.host.nics {
            let Some(tunnel) = on.cloud.networks.get(&nic.network) else { continue };
            let Some(end) = tunnel.ends.iter().find(|it| it.host == on.host.name) else { continue };
            let peers = on.cloud.tunnel_peers(on.host, &tunnel.name);
            let path = format!("/etc/wireguard/{}.conf", nic.interface);
            let file = File::new(Self::file(on, tunnel, end, &peers), &on.cause()).mode(0o600);
            out.entry(&path, Entry::File(file));
            people::files(on, tunnel, out);
            let process = Self::process(on, nic, &path, out);
            out.process(process);
            for peer in peers.iter().filter(|it| it.endpoint.is_some()) {
                let (who, name) = (&peer.who, &tunnel.name);
                if let Some(address) = peer.prefixes.first() {
                    let what = text!("{who} answers in {name}", "{who} responde en {name}");
                    out.probe(what, Attempt::Ping(address.addr()));
                }
            }
        }
    }
}

impl Wireguard {
    /// The file of `wg setconf`: the keys by their names, and what lies behind each peer.
    fn file(on: &Linked<'_>, tunnel: &Network, end: &TunnelEnd, peers: &[TunnelPeer]) -> Ini {
        let cause = on.cause();
        let mut ini = Ini::new(IniStyle::Spaced);
        let interface = ini.section("Interface", &cause);
        let key = key_of_host(tunnel, &on.host.name, SecretPart::Private);
        interface.set("PrivateKey", Value::Secret(key));
        if let Some(port) = end.listens {
            interface.set("ListenPort", port);
        }
        for peer in peers {
            let flow = peer.flow.and_then(|it| on.cloud.flows.get(it));
            let cause = flow.map_or_else(|| on.cause(), |it| on.cause_of(it));
            let key = match &peer.who {
                PeerName::Host(name) => {
                    Value::Secret(key_of_host(tunnel, name, SecretPart::Public))
                }
                PeerName::Person { key: Some(key), .. } => key.as_str().into(),
                PeerName::Person { of, name, key: None } => {
                    Value::Secret(key_of_person(tunnel, of, name, SecretPart::Public))
                }
            };
            peer_section(&mut ini, peer, key, &cause);
        }
        ini
    }

    /// What makes the interface: `wg` knows keys and peers, and `ip` all the rest.
    fn process(on: &Linked<'_>, nic: &Nic, path: &str, out: &mut Configuration) -> Process {
        let name = nic.interface.as_str();
        let wg = out.program("wg").path.into_owned();
        let ip = out.program("ip").path.into_owned();
        let ip = |words: &[&str]| Command::new(ip.clone(), words);
        let mtu = on.cloud.networks.get(&nic.network).map_or(1420, |it| it.mtu).to_string();
        let mut start = vec![
            ip(&["link", "add", name, "type", "wireguard"]).may_fail(),
            Command::new(wg.clone(), ["setconf", name, path]),
        ];
        for address in &nic.addresses {
            start.push(ip(&["address", "replace", &address.to_string(), "dev", name]));
        }
        start.push(ip(&["link", "set", name, "mtu", &mtu, "up"]));
        for route in
            on.cloud.routes(on.host).iter().filter(|it| it.interface == name && it.from.is_none())
        {
            let to = route.to.to_string();
            start.push(match route.via {
                Via::Gateway(gateway) => {
                    ip(&["route", "replace", &to, "via", &gateway.to_string(), "dev", name])
                }
                Via::Link | Via::Provider => ip(&["route", "replace", &to, "dev", name]),
            });
        }
        let mut process = Process::once(format!("wireguard-{name}"), start, on.cause())
            .described(format!("tunnel {}", nic.network), ROLE.about.manual);
        process.reload = Some(Reload::Command(Command::new(wg, ["syncconf", name, path])));
        process.files = vec![path.to_owned()];
        if let Run::Once { stop, .. } = &mut process.run {
            stop.push(ip(&["link", "delete", name]));
        }
        process
    }
}

/// The key of a host in a tunnel.
fn key_of_host(tunnel: &Network, host: &Name, part: SecretPart) -> Secret {
    let name = format!("wireguard/{}/{host}", tunnel.name);
    Secret { name, kind: SecretKind::X25519, part }
}

/// The key of somebody outside: by among whom they are too, for a host may be called as they are.
fn key_of_person(tunnel: &Network, of: &Name, person: &Name, part: SecretPart) -> Secret {
    let name = format!("wireguard/{}/{of}/{person}", tunnel.name);
    Secret { name, kind: SecretKind::X25519, part }
}

/// Somebody at the other end, and what lies behind them.
fn peer_section(ini: &mut Ini, peer: &TunnelPeer, key: Value, cause: &Cause) {
    let section = ini.section("Peer", cause);
    section.set("PublicKey", key);
    if let Some((address, port)) = peer.endpoint {
        section.set("Endpoint", SocketAddr::new(address, port));
    }
    let prefixes: Vec<String> = peer.prefixes.iter().map(ToString::to_string).collect();
    section.set("AllowedIPs", prefixes.join(", "));
    if let Some(keepalive) = peer.keepalive {
        section.set("PersistentKeepalive", keepalive.0.div_ceil(1000));
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

//! What somebody outside needs to come into a tunnel: a file for `wg-quick`
//! (<https://man.archlinux.org/man/wg-quick.8>), which WireGuard's programs for telephones and other
//! systems read as well.

use super::{key_of_host, key_of_person, peer_section};
use fmc_config::ini::{Ini, IniStyle};
use fmc_config::{SecretPart, Value};
use fmc_model::cloud::{Network, NetworkKind, Outside, PeerName, Person};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::File;
use std::net::IpAddr;

/// Everybody who comes into a tunnel and is known by name, where this host is the first that listens:
/// it is the one behind which everything else lies for them.
pub(super) fn files(on: &Linked<'_>, tunnel: &Network, out: &mut Configuration) {
    let first = tunnel.ends.iter().find(|it| it.listens.is_some());
    if first.is_none_or(|it| it.host != on.host.name) {
        return;
    }
    let tunnels = on.cloud.networks.values().filter(|it| it.kind == NetworkKind::Wireguard);
    // An interface is called as its file is, in 15 letters at the most: a network may have a longer name.
    let number = tunnels.take_while(|it| it.name != tunnel.name).count();
    let name = format!("wg{number}.conf");
    let outside = on.cloud.outside.values().filter(|it| it.networks.contains(&tunnel.name));
    for (of, person) in outside.flat_map(|of| of.people.iter().map(move |it| (of, it))) {
        let addresses = person.in_tunnel(tunnel);
        if !addresses.is_empty() {
            let document = file(on, tunnel, of, person, &addresses);
            let file = File::new(document, &on.cause_at(&person.origin)).mode(0o600);
            out.for_person(of, person, &name, file);
        }
    }
}

fn file(
    on: &Linked<'_>,
    tunnel: &Network,
    of: &Outside,
    person: &Person,
    addresses: &[IpAddr],
) -> Ini {
    let cause = on.cause_at(&person.origin);
    let mut ini = Ini::new(IniStyle::Spaced);
    let interface = ini.section("Interface", &cause);
    if person.wireguard_key.is_some() {
        interface.note("The private key is with its owner: put it here, as `PrivateKey = …`.");
    } else {
        let key = key_of_person(tunnel, &of.name, &person.name, SecretPart::Private);
        interface.set("PrivateKey", Value::Secret(key));
    }
    // Each alone: with the prefix of the tunnel, the whole of it would be sent there.
    let list = |all: &[IpAddr]| {
        all.iter().map(|it| ipnet::IpNet::from(*it).to_string()).collect::<Vec<_>>().join(", ")
    };
    interface.set("Address", list(addresses));
    let has = |it: &IpAddr| addresses.iter().any(|own| own.is_ipv4() == it.is_ipv4());
    let resolvers: Vec<IpAddr> =
        on.cloud.resolvers_of_outside(of).into_iter().filter(|it| has(it)).collect();
    if !resolvers.is_empty() {
        // What is no address in this list is a domain in which short names are looked for.
        let domain = std::iter::once(on.cloud.domain.to_string());
        let words: Vec<String> = resolvers.iter().map(ToString::to_string).chain(domain).collect();
        interface.set("DNS", words.join(", "));
    }
    interface.set_because("MTU", tunnel.mtu, &on.cause_at(&tunnel.origin));
    for peer in on.cloud.peers_of_person(of, person, &tunnel.name) {
        let PeerName::Host(host) = &peer.who else { continue };
        let key = Value::Secret(key_of_host(tunnel, host, SecretPart::Public));
        let flow = peer.flow.and_then(|it| on.cloud.flows.get(it));
        let cause = flow.map_or_else(|| cause.clone(), |it| on.cause_of(it));
        peer_section(&mut ini, &peer, key, &cause);
    }
    ini
}

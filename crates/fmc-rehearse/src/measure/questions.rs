//! Everything that is asked: everybody asks every address at every port that anybody names, and at some that
//! nobody does.

use crate::stage::Player;
use fmc_check::ends::{self, Question, Who};
use fmc_check::machine::Machines;
use fmc_model::cloud::NetworkKind;
use fmc_model::{Cloud, Name, Ports, Protocol};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Ports that are tried although nobody may name them: of SSH, and those of nobody.
const ALWAYS: [Ports; 3] = [Ports::tcp(22), Ports::tcp(12_345), Ports::udp(12_345)];

/// Something that somebody asks.
#[derive(Clone, Debug)]
pub struct Ask<'c> {
    /// Who asks.
    pub player: Player,
    /// The same, for who predicts.
    pub who: Who,
    /// At which port, of one port.
    pub port: Ports,
    /// The packet that begins it.
    pub question: Question<'c>,
}

/// Everything that is asked, sender by sender; who it is for leaves ports out by `skip`.
pub fn all<'c>(machines: &Machines<'c>, skip: impl Fn(&Ports) -> bool) -> Vec<Ask<'c>> {
    let cloud = machines.cloud;
    let (targets, ports) = (targets(cloud), ports(cloud));
    let mut all = Vec::new();
    for (player, who) in players(cloud) {
        for target in &targets {
            // What somebody does in the Internet besides is asked of somebody in the Internet.
            let public = is_public(cloud, *target);
            if matches!(player, Player::Person(..)) && public {
                continue;
            }
            // Who runs a host for us is outside.
            let is_theirs = matches!(who, Who::Host(host) if cloud.host(host).managed);
            if is_theirs && !public {
                continue;
            }
            for port in ports.iter().filter(|it| !skip(it)) {
                let payload = ends::payload(port);
                let to = Who::Address(*target);
                if let Ok(question) = ends::question(machines, &who, &to, payload) {
                    all.push(Ask { player, who: who.clone(), port: *port, question });
                }
            }
        }
    }
    all
}

/// The addresses that those have who ask, for the stage.
pub fn sources(asks: &[Ask<'_>]) -> BTreeMap<Player, Vec<IpAddr>> {
    let mut all: BTreeMap<Player, Vec<IpAddr>> = BTreeMap::new();
    for ask in asks {
        let own = all.entry(ask.player).or_default();
        let source = ask.question.packet.source;
        if !own.contains(&source) {
            own.push(source);
        }
    }
    all
}

/// Whether it is an address in the Internet.
fn is_public(cloud: &Cloud, address: IpAddr) -> bool {
    let nics = cloud.hosts.values().flat_map(|it| &it.nics);
    let mut public = nics.filter(|it| cloud.networks[&it.network].kind == NetworkKind::Public);
    public.any(|it| it.addresses.iter().any(|it| it.addr() == address))
}

/// Everybody who asks.
pub fn players(cloud: &Cloud) -> Vec<(Player, Who)> {
    let mut all: Vec<(Player, Who)> =
        cloud.hosts.values().map(|it| (Player::of(it.id), Who::Host(it.id))).collect();
    let nodes = cloud.hosts.values().filter(|it| !it.pods.is_empty());
    all.extend(nodes.map(|it| (Player::Pod(it.id.0), Who::Pod(it.id))));
    for (at, network) in cloud.networks.values().enumerate() {
        match network.kind {
            NetworkKind::Private => all.push((Player::Device(at), Who::Device(at))),
            NetworkKind::Public => all.push((Player::Internet, Who::Internet)),
            NetworkKind::Wireguard => {}
        }
    }
    let mut internet = false;
    all.retain(|it| it.0 != Player::Internet || !std::mem::replace(&mut internet, true));
    for (of, outside) in cloud.outside.values().enumerate() {
        let is_tunnel = |it: &Name| cloud.networks[it].kind == NetworkKind::Wireguard;
        if outside.networks.iter().any(is_tunnel) {
            let people = 0..outside.people.len();
            all.extend(people.map(|it| (Player::Person(of, it), Who::Person(of, it))));
        }
    }
    all
}

/// Every address of every host of ours, and those that move.
pub fn targets(cloud: &Cloud) -> Vec<IpAddr> {
    let ours = cloud.hosts.values().filter(|it| !it.managed);
    let own = ours.flat_map(|it| &it.nics).flat_map(|it| &it.addresses);
    let virtuals = cloud.vips.values().flat_map(|it| it.addresses.iter().copied());
    own.map(IpNet::addr).chain(virtuals).collect()
}

/// Every port that anybody in the cloud names, and some more.
pub fn ports(cloud: &Cloud) -> BTreeSet<Ports> {
    let offered = cloud.offers.iter().flat_map(|it| &it.ports);
    let asked = cloud.flows.iter().flat_map(|it| &it.ports);
    let by_hand = cloud.hosts.values().flat_map(|it| &it.firewall).flat_map(|it| &it.ports);
    let named = offered.chain(asked).chain(by_hand).copied();
    let named = named.filter(|it| matches!(it.protocol, Protocol::Tcp | Protocol::Udp));
    let single = |it: Ports, port| Ports { first: port, last: port, ..it };
    let named = named.flat_map(|it| [single(it, it.first), single(it, it.last)]);
    let apps = cloud.apps.values().map(|it| Ports::tcp(it.port));
    named.chain(apps).chain(ALWAYS).collect()
}

/// Whether a port is one at which an end of a tunnel is dialled. It answers nobody whom it does not know.
pub fn is_tunnel(cloud: &Cloud, port: &Ports) -> bool {
    let mut ends = cloud.networks.values().flat_map(|it| &it.ends);
    port.protocol == Protocol::Udp && ends.any(|end| end.listens == Some(port.first))
}

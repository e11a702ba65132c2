//! Those beside our hosts: devices, people, gateways of providers, and the Internet.

use super::ip::{RULE_PRIORITY, ip, version};
use super::{Making, Switches, alone, base, hardware};
use fmc_check::machine::Machines;
use fmc_model::Cloud;
use fmc_model::cloud::{Host, Network, NetworkKind};
use fmc_sys::{Failure, Link, Sandbox};
use ipnet::IpNet;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a provider has its own address, beside whoever is anybody in the Internet (RFC 5737, RFC 3849).
pub(crate) const PROVIDER: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(203, 0, 113, 1), Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 1));

/// The address that the first device of a provider has in the Internet; others follow it.
const GATEWAYS: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(203, 0, 113, 200), Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0x200));

/// How many there may be.
const MOST_GATEWAYS: usize = 50;

/// From which number on people are at home, and how many there may be.
const PEOPLE: (u8, usize) = (100, 64);

/// What the Internet carries for nobody (RFC 1918, RFC 4193).
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// The interface of whoever has one.
const OWN: &str = "eth0";

const FORWARD: [&str; 2] = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"];

/// The segment of the Internet where no network of the cloud is: no network can be called so.
pub(super) const WORLD: &str = "";

/// The network of the cloud by which the Internet is met first.
pub(super) fn public(cloud: &Cloud) -> Option<&Network> {
    cloud.networks.values().find(|it| it.kind == NetworkKind::Public)
}

/// The address from which a host that somebody else runs sends to an address, and at which it is met on a
/// stage.
pub fn public_address(machines: &Machines<'_>, host: &Host, to: IpAddr) -> Option<IpAddr> {
    machines.source(host.id, to)
}

/// The address that somebody known by name has in the Internet.
fn at_home(person: usize) -> [IpAddr; 2] {
    let number = PEOPLE.0 + person as u8;
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 1, number.into());
    [Ipv4Addr::new(203, 0, 113, number).into(), v6.into()]
}

fn gateway_address(at: usize) -> [IpAddr; 2] {
    let (v4, v6) = (u32::from(GATEWAYS.0), u128::from(GATEWAYS.1));
    [Ipv4Addr::from(v4 + at as u32).into(), Ipv6Addr::from(v6 + at as u128).into()]
}

/// What a provider's device carries: who is behind it may ask whom they like out there, under its address. Of
/// our own hosts out there only the ends of tunnels are called so, which is all that is predicted of it.
fn gateway_rules(machines: &Machines<'_>) -> String {
    let cloud = machines.cloud;
    let ends = cloud.networks.values().flat_map(|it| &it.ends);
    let ports: Vec<String> = ends.filter_map(|it| it.listens).map(|it| it.to_string()).collect();
    let is_public = |it: &&fmc_model::cloud::Nic| {
        cloud.networks.get(&it.network).is_some_and(|it| it.kind == NetworkKind::Public)
    };
    let own = cloud.hosts.values().flat_map(|it| &it.nics).filter(is_public);
    let own: Vec<IpAddr> = own.flat_map(|it| &it.addresses).map(IpNet::addr).collect();
    let mut rules = String::new();
    if !ports.is_empty() {
        let ports = ports.join(", ");
        let _ = writeln!(rules, "    oifname \"out\" udp dport {{ {ports} }} accept");
    }
    for it in own {
        let word = if it.is_ipv4() { "ip" } else { "ip6" };
        let _ = writeln!(rules, "    oifname \"out\" {word} daddr {it} drop");
    }
    format!(
        "table inet gateway {{
  chain forward {{
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
{rules}    oifname \"out\" accept
  }}
  chain after {{
    type nat hook postrouting priority srcnat;
    oifname \"out\" masquerade
  }}
}}
"
    )
}

/// What leads from each network to the Internet whose gateway is no host.
pub(super) fn gateways(making: &Making<'_>, switches: &Switches) -> Result<Vec<Sandbox>, Failure> {
    let machines = making.machines;
    let networks = || machines.cloud.networks.values();
    let name = public(machines.cloud).map_or(WORLD, |it| it.name.as_str());
    let Some(world) = switches.get(name) else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for network in networks().filter(|it| it.kind == NetworkKind::Private) {
        let is_device = |it: &&IpAddr| machines.holder(&network.name, **it).is_none();
        let own: Vec<IpAddr> = network.gateways.iter().filter(is_device).copied().collect();
        if own.is_empty() {
            continue;
        }
        if all.len() == MOST_GATEWAYS {
            return Err(Failure::Wrong(format!("more than {MOST_GATEWAYS} gateways of providers")));
        }
        let setup = FORWARD.iter().fold(base(making, "gateway"), |it, name| it.sysctl(*name, "1"));
        let whose = format!("the gateway of {}", network.name);
        let link = Link::new("out").hardware(hardware(&whose, "out")).plugged(world);
        let link =
            gateway_address(all.len()).into_iter().fold(link, |it, own| it.address(alone(own)));
        let setup = setup.link(link).link(beside(network, &whose, &own, switches));
        let sandbox = setup.ruleset(gateway_rules(machines)).start()?;
        ip(&sandbox, &by_provider("out"))?;
        all.push(sandbox);
    }
    Ok(all)
}

/// The interface of somebody in a network, with these addresses of it.
fn beside(network: &Network, whose: &str, own: &[IpAddr], switches: &Switches) -> Link {
    let link = Link::new(OWN).mtu(network.mtu.into()).hardware(hardware(whose, OWN));
    let link = link.plugged(&switches[network.name.as_str()]);
    let prefix = |it: IpAddr| network.prefixes.iter().find(move |net| net.contains(&it));
    let with_length = |it: IpAddr| {
        let length = prefix(it).map_or(alone(it).prefix_len(), IpNet::prefix_len);
        IpNet::new(it, length).unwrap_or(alone(it))
    };
    own.iter().fold(link, |link, it| link.address(with_length(*it)))
}

/// The addresses of a device: those that it was given, and those of whoever is known by one in its network and
/// comes by no tunnel.
fn addresses_of_device(cloud: &Cloud, network: &Network, own: &[IpAddr]) -> Vec<IpAddr> {
    let outside = cloud.outside.values().filter(|it| it.networks.contains(&network.name));
    let known = outside.flat_map(|it| &it.people).flat_map(|it| &it.addresses).map(IpNet::addr);
    let known = known.filter(|it| network.prefixes.iter().any(|net| net.contains(it)));
    let mut all = own.to_vec();
    all.extend(known.filter(|it| !own.contains(it)));
    all
}

/// A device in a network, which gives to the gateway what is not beside it.
pub(super) fn device(
    making: &Making<'_>,
    network: &Network,
    own: &[IpAddr],
    switches: &Switches,
) -> Result<Sandbox, Failure> {
    let all = addresses_of_device(making.machines.cloud, network, own);
    let link = beside(network, &format!("a device in {}", network.name), &all, switches);
    let sandbox = base(making, "device").link(link).start()?;
    let mut batch = String::new();
    let has = |six: bool| own.iter().any(|it| it.is_ipv6() == six);
    for gateway in network.gateways.iter().filter(|it| has(it.is_ipv6())) {
        let _ = writeln!(batch, "{}route add default via {gateway} dev {OWN}", version(*gateway));
    }
    ip(&sandbox, &batch)?;
    Ok(sandbox)
}

/// Somebody at home. The files with which they call a tunnel are for who makes the stage.
pub(super) fn person(
    making: &Making<'_>,
    (of, at): (usize, usize),
    switches: &Switches,
) -> Result<Sandbox, Failure> {
    let cloud = making.machines.cloud;
    let before: usize = cloud.outside.values().take(of).map(|it| it.people.len()).sum();
    let name = cloud.outside[of].people[at].name.as_str();
    if before + at >= PEOPLE.1 {
        let most = PEOPLE.1;
        return Err(Failure::Wrong(format!("{name}: a stage has room for {most} people")));
    }
    let public = public(cloud).ok_or_else(|| {
        Failure::Wrong(format!("{name} calls a tunnel, and there is no public network to call in"))
    })?;
    let whose = format!("{name} of {}", cloud.outside[of].name);
    let link = Link::new(OWN).hardware(hardware(&whose, OWN));
    let link = link.plugged(&switches[public.name.as_str()]);
    let link = at_home(before + at).into_iter().fold(link, |it, own| it.address(alone(own)));
    let sandbox = base(making, name).link(link).start()?;
    ip(&sandbox, &by_provider(OWN))?;
    Ok(sandbox)
}

/// The routes of whoever asks a provider for all.
pub(super) fn by_provider(interface: &str) -> String {
    let (v4, v6) = PROVIDER;
    let route = |via: IpAddr| {
        format!("{}route add default via {via} dev {interface} onlink\n", version(via))
    };
    route(v4.into()) + &route(v6.into())
}

/// The interfaces of the Internet, with the network that each is in.
fn interfaces(cloud: &Cloud, has_world: bool) -> Vec<(String, &str)> {
    let is_public = |it: &&Network| it.kind == NetworkKind::Public;
    let names = cloud.networks.values().filter(is_public).map(|it| it.name.as_str());
    let all = names.chain(Some(WORLD).filter(|_| has_world));
    all.enumerate().map(|(index, network)| (format!("eth{index}"), network)).collect()
}

/// The Internet: somebody in it, and whoever carries packets between those who have public addresses.
pub(super) fn internet(
    making: &Making<'_>,
    own: &[IpAddr],
    switches: &Switches,
) -> Result<Sandbox, Failure> {
    let cloud = making.machines.cloud;
    let mut setup = FORWARD.iter().fold(base(making, "internet"), |it, name| it.sysctl(*name, "1"));
    for (index, (name, network)) in
        interfaces(cloud, switches.contains_key(WORLD)).into_iter().enumerate()
    {
        let own_address = hardware("the Internet", &name);
        let mut link = Link::new(name).hardware(own_address).plugged(&switches[network]);
        // Whoever is anybody lives at the first of them.
        let of_first = own.iter().copied().filter(|_| index == 0);
        for it in [PROVIDER.0.into(), PROVIDER.1.into()].into_iter().chain(of_first) {
            link = link.address(alone(it));
        }
        setup = setup.link(link);
    }
    let world = making.world.iter();
    let setup = world.fold(setup, |it, (outside, inside)| it.bind(outside, *inside));
    let sandbox = setup.start()?;
    ip(&sandbox, &ways(making.machines, own).join("\n"))?;
    Ok(sandbox)
}

/// The routes of the Internet and what it does not carry, as they are said to `ip`.
pub(super) fn ways(machines: &Machines<'_>, own: &[IpAddr]) -> Vec<String> {
    let cloud = machines.cloud;
    let mut lines = Vec::new();
    for net in PRIVATE.iter().filter_map(|it| it.parse::<IpNet>().ok()) {
        let version = version(net.addr());
        lines.push(format!("{version}rule add from {net} priority {RULE_PRIORITY} blackhole"));
    }
    let mut route = |to: IpAddr, name: &str| {
        // Whoever is anybody sends from the address that says so.
        let source = own.iter().find(|it| it.is_ipv4() == to.is_ipv4());
        let source = source.map(|it| format!(" src {it}")).unwrap_or_default();
        lines.push(format!("{}route add {} dev {name}{source}", version(to), alone(to)));
    };
    for (index, (name, network)) in
        interfaces(cloud, public(cloud).is_none()).into_iter().enumerate()
    {
        if index == 0 {
            let people = cloud.outside.values().map(|it| it.people.len()).sum::<usize>();
            let gateways = cloud.networks.len().min(MOST_GATEWAYS);
            (0..gateways).flat_map(gateway_address).for_each(|it| route(it, &name));
            (0..people.min(PEOPLE.1)).flat_map(at_home).for_each(|it| route(it, &name));
        }
        let nics = |host: &Host| host.nics.iter().any(|it| it.network.as_str() == network);
        for host in cloud.hosts.values().filter(|it| nics(it)) {
            let own = host.nics.iter().filter(|it| it.network.as_str() == network);
            let own = own.flat_map(|it| it.addresses.iter().map(IpNet::addr));
            own.for_each(|it| route(it, &name));
            if host.managed {
                let theirs = [PROVIDER.0.into(), PROVIDER.1.into()].into_iter();
                let theirs = theirs.filter_map(|it| public_address(machines, host, it));
                theirs.for_each(|it| route(it, &name));
            }
        }
    }
    lines
}

/// What somebody beside our hosts is made of, in words that are only compared: who is the same stays when the
/// cloud becomes another one.
pub(super) fn shape(making: &Making<'_>, player: super::Player, own: &[IpAddr]) -> String {
    let cloud = making.machines.cloud;
    match player {
        super::Player::Host(_) | super::Player::Pod(_) => String::new(),
        super::Player::Device(at) => {
            let network = &cloud.networks[at];
            let own = addresses_of_device(cloud, network, own);
            let (prefixes, gateways) = (&network.prefixes, &network.gateways);
            format!("{own:?} {prefixes:?} {gateways:?} {}", network.mtu)
        }
        super::Player::Internet => {
            format!("{own:?} {:?}", interfaces(cloud, public(cloud).is_none()))
        }
        super::Player::Person(of, at) => {
            let before: usize = cloud.outside.values().take(of).map(|it| it.people.len()).sum();
            let own = &cloud.outside[of].people[at].name;
            let own = format!("{}/{own}/", cloud.outside[of].name);
            let files = crate::tunnels::people(cloud).into_iter();
            let files = files.filter(|it| it.0.starts_with(&own)).map(|it| it.1.text().to_owned());
            let world = public(cloud).map(|it| &it.name);
            format!("{} {world:?} {:?}", before + at, files.collect::<Vec<_>>())
        }
    }
}

/// What the devices of providers are made of, in words that are only compared.
pub(super) fn shape_of_gateways(machines: &Machines<'_>) -> String {
    let networks = machines.cloud.networks.values().filter(|it| it.kind == NetworkKind::Private);
    let own = networks.map(|network| {
        let is_device = |it: &&IpAddr| machines.holder(&network.name, **it).is_none();
        let own: Vec<_> = network.gateways.iter().filter(is_device).collect();
        format!("{} {own:?} {:?} {}", network.name, network.prefixes, network.mtu)
    });
    let world = public(machines.cloud).map(|it| &it.name);
    format!("{world:?} {:?} {}", own.collect::<Vec<_>>(), gateway_rules(machines))
}

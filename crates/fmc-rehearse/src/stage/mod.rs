//! A cloud as namespaces: every host with its addresses, routes and kernel parameters, a device in each
//! network, whoever runs hosts for us, people, and the Internet. Nobody on it does anything yet: what a host
//! has besides, and what runs there, is for who makes the stage.
//!
//! Nothing of it has a name outside, and all of it goes with who made it, however that ends.

mod declared;
mod host;
mod ip;
mod outside;

use fmc_check::machine::Machines;
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Text, Words, text};
use fmc_sys::{Command, Failure, Host as _, Sandbox, Setup, Switch};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use declared::of_parts;
pub use declared::{Declared, Interface, Rule, Way, declared};
pub(crate) use ip::{ip, version};
pub(crate) use outside::PROVIDER;
pub use outside::public_address;

/// Who is on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Player {
    /// A host, by its place in the file.
    Host(u32),
    /// A device in a network, by its place in the file.
    Device(usize),
    /// Somebody in the Internet.
    Internet,
    /// Somebody who is known by name and comes in by a tunnel: among whom, and which of them.
    Person(usize, usize),
    /// A pod on a host, by the host's place in the file. It has no sandbox of its own: it comes and goes.
    Pod(u32),
}

impl Player {
    /// The player of a host.
    pub fn of(host: HostId) -> Self {
        Self::Host(host.0)
    }

    /// What it is called in any version of a cloud, and by nobody who reads it.
    fn key(self, cloud: &Cloud) -> String {
        match self {
            Self::Host(_) => format!("host/{}", self.name(cloud)),
            Self::Device(at) => format!("device/{}", cloud.networks[at].name),
            Self::Internet => "internet".to_owned(),
            Self::Person(of, _) => {
                format!("person/{}/{}", cloud.outside[of].name, self.name(cloud))
            }
            Self::Pod(_) => self.name(cloud),
        }
    }

    /// What it is called by commands and in reports for machines; [`told`] says it to people.
    pub fn name(self, cloud: &Cloud) -> String {
        match self {
            Self::Host(id) => cloud.host(HostId(id)).name.to_string(),
            Self::Device(at) => format!("{DEVICE}{}", cloud.networks[at].name),
            Self::Internet => INTERNET.0.to_owned(),
            Self::Person(of, at) => cloud.outside[of].people[at].name.to_string(),
            Self::Pod(id) => format!("{POD}{}", cloud.host(HostId(id)).name),
        }
    }
}

/// The Internet, and how a device is called before its network.
const INTERNET: Words = Words("the Internet", "Internet");
const DEVICE: &str = "a device in ";

/// How pods are called before their host: as whoever asks for their ways calls them.
const POD: &str = "pods:";

/// For people: whoever has this [name](Player::name). No host, network or person has a name with spaces.
pub fn told(name: &str) -> Text {
    if name == INTERNET.0 {
        return INTERNET.into();
    }
    if let Some(network) = name.strip_prefix(DEVICE) {
        return text!("{DEVICE}{network}", "un dispositivo de {network}");
    }
    match name.strip_prefix(POD) {
        Some(host) => text!("a pod on {host}", "un pod de {host}"),
        None => Text::same(name),
    }
}

/// A cloud that packets can be sent through.
#[derive(Debug, Default)]
pub struct Stage {
    /// Everybody, each in a sandbox.
    pub players: BTreeMap<Player, Arc<Sandbox>>,
    /// Whoever was made for this one, and was not there before.
    pub made: BTreeSet<Player>,
    /// What everybody is called in any version of the cloud, and what they are made of.
    known: BTreeMap<Player, (String, String)>,
    /// Devices of a provider that lead from a network to the Internet, and what they are made of.
    gateways: (Vec<Arc<Sandbox>>, String),
    switches: Switches,
}

/// What a stage is made of.
#[derive(Clone, Copy)]
pub struct Making<'a> {
    /// The cloud, with what was generated for it.
    pub machines: &'a Machines<'a>,
    /// The folder that is the root of everybody.
    pub root: &'a Path,
    /// What the files of its hosts declare.
    pub declared: &'a BTreeMap<HostId, Declared>,
    /// Those beside the hosts and what runs on these, with the addresses that they have of their own.
    pub others: &'a BTreeMap<Player, Vec<IpAddr>>,
    /// Programs of this machine that are shown to the Internet: where they lie, and where it looks for them.
    pub world: &'a [(PathBuf, &'static str)],
    /// Adds to the setup of a host what it has besides.
    pub dress: &'a (dyn Fn(&Host, Setup) -> Setup + Sync),
}

/// The segments of networks, by their names.
type Switches = BTreeMap<String, Switch>;

/// What is told to everybody: addresses can be used at once, nobody is told of better ways, and refusals are
/// not rationed.
const ALWAYS: [(&str, &str); 7] = [
    ("net.ipv6.conf.default.accept_dad", "0"),
    ("net.ipv4.conf.all.send_redirects", "0"),
    ("net.ipv4.conf.default.send_redirects", "0"),
    ("net.ipv4.icmp_ratelimit", "0"),
    ("net.ipv4.icmp_ratemask", "0"),
    ("net.ipv6.icmp.ratelimit", "0"),
    ("net.ipv6.icmp.ratemask", "127"),
];

impl Stage {
    /// Makes it, on all processors.
    ///
    /// # Errors
    /// It cannot be made here, or the kernel refuses what was generated.
    pub fn make(making: &Making<'_>) -> Result<Self, Failure> {
        Self::default().changed_into(making, &|_| false)
    }

    /// Makes another one of it: hosts that stay are taken over as they are, and so is whoever beside them is the
    /// same as before.
    ///
    /// # Errors
    /// As for [`make`](Self::make).
    pub fn changed_into(
        self,
        making: &Making<'_>,
        stays: &(dyn Fn(&Host) -> bool + Sync),
    ) -> Result<Self, Failure> {
        let cloud = making.machines.cloud;
        let Self { players: mut before, known: mut names, gateways, mut switches, .. } = self;
        let mut old: BTreeMap<String, (String, Arc<Sandbox>)> = BTreeMap::new();
        for (player, it) in std::mem::take(&mut before) {
            if let Some((name, shape)) = names.remove(&player) {
                old.insert(name, (shape, it));
            }
        }
        switches
            .retain(|name, _| name == outside::WORLD || cloud.networks.contains_key(name.as_str()));
        for name in cloud.networks.keys() {
            if !switches.contains_key(name.as_str()) {
                switches.insert(name.to_string(), Switch::new()?);
            }
        }
        let is_apart =
            making.others.contains_key(&Player::Internet) && outside::public(cloud).is_none();
        if is_apart && !switches.contains_key(outside::WORLD) {
            // Gateways of providers lead there all the same.
            switches.insert(outside::WORLD.to_owned(), Switch::new()?);
        }
        let shape = outside::shape_of_gateways(making.machines);
        let gateways = if gateways.1 == shape {
            gateways
        } else {
            drop(gateways);
            let all = outside::gateways(making, &switches)?.into_iter().map(Arc::new);
            (all.collect(), shape)
        };
        let hosts = cloud.hosts.values().map(|it| Player::of(it.id));
        let others = making.others.keys();
        let others = others.filter(|it| !matches!(it, Player::Host(_) | Player::Pod(_)));
        let everybody: Vec<Player> = hosts.chain(others.copied()).collect();
        let mut stage = Self { gateways, switches, ..Self::default() };
        let mut missing = Vec::new();
        for player in everybody {
            let (name, shape) = (player.key(cloud), Self::shape(making, player));
            let is_same = |old: &str| match player {
                Player::Host(id) => stays(cloud.host(HostId(id))),
                _ => old == shape,
            };
            match old.remove(&name) {
                Some((was, sandbox)) if is_same(&was) => {
                    stage.players.insert(player, sandbox);
                }
                _ => missing.push(player),
            }
            stage.known.insert(player, (name, shape));
        }
        // Whoever is no more makes place for others.
        drop(old);
        let switches = &stage.switches;
        let made = all(&missing, |player| {
            let own = || making.others.get(player).map_or(&[][..], |it| it);
            match *player {
                Player::Host(id) => host::host(making, cloud.host(HostId(id)), switches),
                Player::Pod(_) => Err(Failure::Wrong("a pod has no sandbox of its own".into())),
                Player::Device(at) => outside::device(making, &cloud.networks[at], own(), switches),
                Player::Internet => outside::internet(making, own(), switches),
                Player::Person(of, at) => outside::person(making, (of, at), switches),
            }
        });
        for (player, sandbox) in missing.into_iter().zip(made) {
            stage.players.insert(player, Arc::new(sandbox?));
            stage.made.insert(player);
        }
        Ok(stage)
    }

    /// What somebody beside the hosts is made of, in words that are only compared.
    pub(crate) fn shape(making: &Making<'_>, player: Player) -> String {
        let own = making.others.get(&player).map_or(&[][..], |it| it);
        outside::shape(making, player, own)
    }

    /// Forgets people, who are made anew with the next version.
    pub(crate) fn forget_people(&mut self) {
        self.players.retain(|it, _| !matches!(it, Player::Person(..)));
    }

    /// What is said to `ip` for the addresses of a host.
    pub(crate) fn addresses(making: &Making<'_>, host: &Host) -> Vec<String> {
        let all = host::interfaces(making, host).into_iter();
        let all = all.flat_map(|(nic, _, declared)| {
            declared.into_iter().flat_map(|it| &it.addresses).map(|it| (it, &nic.interface))
        });
        let lines = all.map(|(it, interface)| {
            format!("{}address add {it} dev {interface}", version(it.addr()))
        });
        lines.collect()
    }

    /// What is said to `ip` for the routes of somebody, in order.
    pub(crate) fn routes(making: &Making<'_>, player: Player) -> Vec<String> {
        let cloud = making.machines.cloud;
        match player {
            Player::Host(id) => host::routes(making, cloud.host(HostId(id))),
            Player::Internet => {
                let own = making.others.get(&player).map_or(&[][..], |it| it);
                outside::ways(making.machines, own)
            }
            _ => Vec::new(),
        }
    }

    /// The sandbox of a host.
    pub fn host(&self, id: HostId) -> &Sandbox {
        &self.players[&Player::of(id)]
    }
}

/// Whether this machine's kernel makes tunnels of `WireGuard`, be it that it has to load the part first.
pub fn has_wireguard(root: &Path) -> bool {
    let add = Command::new("ip").args(["link", "add", "probe", "type", "wireguard"]);
    let made = Setup::over(root).start().and_then(|it| it.run(&add));
    made.is_ok_and(|it| it.success())
}

/// What everybody is.
fn base(making: &Making<'_>, name: &str) -> Setup {
    bare(making.root, name)
}

/// A host with nothing in it, and no link to anywhere.
pub(crate) fn bare(root: &Path, name: &str) -> Setup {
    let setup = Setup::over(root).hostname(name);
    ALWAYS.iter().fold(setup, |it, (name, value)| it.sysctl(*name, *value))
}

/// What a piece of work comes to for each of a list, in its order, on all processors. What is made here waits
/// for the kernel more than it counts, and must be done by threads that nobody else gives work to.
pub(crate) fn all<T: Sync, R: Send>(list: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    all_by(2 * threads, list, work)
}

/// The same by so many threads.
pub(crate) fn all_by<T: Sync, R: Send>(
    threads: usize,
    list: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(list.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(list.len()) {
            scope.spawn(|| {
                while let Some((at, it)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    list.get(at).map(|it| (at, it))
                } {
                    let result = work(it);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|it| it.0);
    done.into_iter().map(|it| it.1).collect()
}

/// The hardware address of an interface of somebody, which stays the same when they are made anew. Else their
/// neighbours would send to the one before until they ask again, which takes up to a minute (arp(7)).
fn hardware(whose: &str, interface: &str) -> [u8; 6] {
    let digest = fmc_build::digest(format!("{whose} {interface}").as_bytes());
    let byte = |at: usize| u8::from_str_radix(&digest[2 * at..2 * at + 2], 16);
    // Locally administered, and of one interface (IEEE 802, 8.2).
    let mut own = [0x02; 6];
    for (at, it) in own.iter_mut().enumerate().skip(1) {
        *it = byte(at).unwrap_or_default();
    }
    own
}

/// A single address as a network of itself.
fn alone(address: IpAddr) -> IpNet {
    IpNet::from(address)
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn people_are_told_of_everybody_in_their_language() {
        for (name, spanish) in [
            ("the Internet", "Internet"),
            ("a device in lan", "un dispositivo de lan"),
            ("worker1", "worker1"),
        ] {
            let told = told(name);
            assert_eq!((&*told.en, &*told.es), (name, spanish));
        }
    }
}

//! What the files of a host declare of its network: its interfaces with their addresses, MTUs, routes and rules.
//!
//! A stage is made of this and not of what the model wants, so a route that no file has is missing on it too. A
//! file that says what is not known here is refused with its line: what it does to a host nobody could tell.

mod keyfile;
mod libvirt;
mod lines;
mod networkd;

use crate::service::Part;
use fmc_build::{Node, Tree};
use fmc_model::Cloud;
use fmc_model::cloud::{Bridge, Host, HostId, Nic, System};
use fmc_sys::{Failure, Placed};
use ipnet::IpNet;
use lines::At;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What a host declares, by its interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    interfaces: BTreeMap<String, Interface>,
}

/// What is declared of an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// The longest packet, where one is said.
    pub mtu: Option<u32>,
    /// Its addresses, with the lengths of their networks' prefixes.
    pub addresses: Vec<IpNet>,
    /// What goes out by it.
    pub ways: Vec<Way>,
    /// What leads to tables of routes.
    pub rules: Vec<Rule>,
    /// Whether whoever provides the network is asked for what version 4 needs, and version 6.
    pub asks_provider: [bool; 2],
    /// Whether it is a bridge.
    pub is_bridge: bool,
    /// The bridge whose port it is.
    pub port_of: Option<String>,
}

/// A route, without the interface that it goes out by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// To where; a prefix of length zero is the default route.
    pub to: IpNet,
    /// By which neighbour, or by none.
    pub via: Option<IpAddr>,
    /// Whether the neighbour is there though no address of the interface says so.
    pub on_link: bool,
    /// In which table, if it is not the main one.
    pub table: Option<u32>,
    /// Which one of several comes first, where it is said.
    pub metric: Option<u32>,
}

/// What looks into a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Packets from here.
    pub from: IpNet,
    /// The table.
    pub table: u32,
    /// When it is asked, where that is said.
    pub priority: Option<u32>,
}

/// What an interface of a host is like in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// Plugged into the segment of its network.
    Wired,
    /// There, with nothing behind it.
    Loose,
    /// Made by nobody.
    Missing,
}

/// The number of the main table, which routes are in of which nothing else is said (ip-route(8)).
const MAIN_TABLE: u32 = 254;

/// The folder of the files of systemd-networkd, of those of `NetworkManager`, and of networks of libvirt.
const NETWORKD: &str = "/etc/systemd/network/";
const KEYFILES: &str = "/etc/NetworkManager/system-connections/";
const LIBVIRT: &str = "/etc/fmc/libvirt/networks/";

/// What the hosts of a cloud declare by the files that were built for them. Those that somebody else runs declare
/// nothing.
///
/// # Errors
/// A file says what is not known here.
pub fn declared(cloud: &Cloud, tree: &Tree) -> Result<BTreeMap<HostId, Declared>, Failure> {
    each(cloud, |host| {
        let nodes = tree.hosts.get(&host.name).into_iter().flat_map(|it| &it.nodes);
        let files = nodes.filter(|it| is_meant(it.0)).filter_map(|(path, node)| match node {
            Node::File(it) => Some(Placed::new(path, it.printed.text()).mode(it.mode.into())),
            Node::Link(_) => None,
        });
        Declared::of(host, &files.collect::<Vec<_>>())
    })
}

/// The same by the files of their parts.
pub(crate) fn of_parts(
    cloud: &Cloud,
    parts: &BTreeMap<HostId, Part>,
) -> Result<BTreeMap<HostId, Declared>, Failure> {
    each(cloud, |host| Declared::of(host, parts.get(&host.id).map_or(&[][..], |it| &it.files)))
}

fn each(
    cloud: &Cloud,
    of: impl Fn(&Host) -> Result<Declared, Failure>,
) -> Result<BTreeMap<HostId, Declared>, Failure> {
    let own = cloud.hosts.values().filter(|it| !it.managed);
    own.map(|host| {
        let declared = of(host)?;
        // Of a device that nobody has, files may say what they like; a bridge would be there.
        let is_known = |name: &str| host.nics.iter().any(|it| it.interface == name);
        let unknown = declared.interfaces().find(|(name, it)| it.is_bridge && !is_known(name));
        if let Some((bridge, _)) = unknown {
            let name = &host.name;
            let why = format!("{name}: a file makes the bridge {bridge}, which no interface is");
            return Err(Failure::Wrong(why));
        }
        Ok((host.id, declared))
    })
    .collect()
}

fn is_meant(path: &str) -> bool {
    [NETWORKD, KEYFILES, LIBVIRT].iter().any(|it| path.starts_with(it))
}

impl Declared {
    /// What a host declares that has these files, among others of which it is not asked.
    ///
    /// # Errors
    /// A file says what is not known here.
    pub fn of(host: &Host, files: &[Placed]) -> Result<Self, Failure> {
        let named = |it: Failure| Failure::Wrong(format!("{}: {it}", host.name));
        let mut texts = Vec::new();
        for file in files {
            let Some(path) = file.path().to_str().filter(|it| is_meant(it)) else { continue };
            let text = str::from_utf8(file.contents());
            let text = text.map_err(|it| named(At::start(path).wrong(&it.to_string())))?;
            texts.push(Source { path, text, mode: file.permissions().0 });
        }
        // Whoever reads a folder reads it in this order.
        texts.sort_by_key(|it| it.path);
        let within = |folder| texts.iter().filter(move |it| it.path.starts_with(folder));
        let all = match host.system.unwrap_or(System::Debian) {
            System::Debian | System::Flatcar => networkd::read(within(NETWORKD)),
            System::Almalinux | System::Rocky => keyfile::read(within(KEYFILES)),
        };
        let mut interfaces = all.map_err(named)?;
        for file in within(LIBVIRT) {
            let Some((name, it)) = libvirt::read(file).map_err(named)? else { continue };
            if interfaces.insert(name.clone(), it).is_some() {
                let why = format!("another file makes {name} too");
                return Err(named(At::start(file.path).wrong(&why)));
            }
        }
        Ok(Self { interfaces })
    }

    /// What is declared of an interface, if anything is.
    pub fn interface(&self, name: &str) -> Option<&Interface> {
        self.interfaces.get(name)
    }

    /// The interfaces that something is declared of.
    pub fn interfaces(&self) -> impl Iterator<Item = (&str, &Interface)> {
        self.interfaces.iter().map(|(name, it)| (name.as_str(), it))
    }

    /// What an interface of the host comes to: a device is there whatever files say, a bridge by them alone.
    pub(crate) fn device(&self, nic: &Nic) -> Device {
        let own = self.interface(&nic.interface).is_some_and(|it| it.is_bridge);
        let is_plugged = |port: &str| {
            let bridge = self.interface(port).and_then(|it| it.port_of.as_deref());
            bridge == Some(&nic.interface)
        };
        match &nic.bridge {
            Some(_) if !own => Device::Missing,
            Some(Bridge::Port(port)) if !is_plugged(port) => Device::Loose,
            None | Some(_) => Device::Wired,
        }
    }
}

/// A file that is read.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
    mode: u32,
}

/// What files of one kind declare.
type Interfaces = BTreeMap<String, Interface>;

impl Interface {
    /// A route to everything by a neighbour.
    fn default_by(&mut self, via: IpAddr) {
        let to = everything(via.is_ipv4());
        self.ways.push(Way { to, via: Some(via), on_link: false, table: None, metric: None });
    }
}

/// All addresses of a version.
fn everything(v4: bool) -> IpNet {
    if v4 { IpNet::V4(ipnet::Ipv4Net::default()) } else { IpNet::V6(ipnet::Ipv6Net::default()) }
}

/// A prefix, or an address that is one of itself.
fn prefix(at: At<'_>, value: &str) -> Result<IpNet, Failure> {
    let alone = |_| value.parse().map(|it: IpAddr| IpNet::from(it));
    value.parse::<IpNet>().or_else(alone).map_err(|_| at.wrong(&format!("{value} is no address")))
}

/// The number of a table, if it is not the main one.
fn table(at: At<'_>, value: &str) -> Result<Option<u32>, Failure> {
    let table = if value == "main" { MAIN_TABLE } else { at.read(value)? };
    Ok(Some(table).filter(|it| *it != MAIN_TABLE))
}

//! A host in a sandbox that has three wires, at whose other ends we are.

use crate::wire::{self, Seen};
use fmc_config::nft::{Ruleset, Version};
use fmc_config::{Cause, Document, Place};
use fmc_sys::{Command, Failure, Host as _, Link, Sandbox, Setup, Tun};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};

/// A wire of the router, with a network on it.
#[derive(Clone, Copy, Debug)]
pub struct Wire {
    /// The router's interface.
    pub name: &'static str,
    number: u8,
}

/// The wires.
pub const WIRES: [Wire; 3] = [
    Wire { name: "eth0", number: 1 },
    Wire { name: "eth1", number: 2 },
    Wire { name: "wan", number: 3 },
];

/// Hosts on each wire, by the last part of their addresses.
pub const HOSTS: [u8; 5] = [10, 11, 12, 13, 200];

/// Ports of TCP at which the router listens; every other one is refused. It has none of UDP.
pub const LISTENS: [u16; 3] = [22, 80, 8080];

impl Wire {
    /// The router's address on it.
    pub fn router(&self, version: Version) -> IpAddr {
        self.host(version, 1)
    }

    /// The address of a host on it.
    pub fn host(&self, version: Version, host: u8) -> IpAddr {
        match version {
            Version::V4 => Ipv4Addr::new(10, self.number, 0, host).into(),
            Version::V6 => {
                Ipv6Addr::new(0xfd00, self.number.into(), 0, 0, 0, 0, 0, host.into()).into()
            }
        }
    }

    /// The wire that an address is on.
    pub fn of(address: IpAddr) -> Option<&'static Self> {
        WIRES.iter().find(|it| match address {
            IpAddr::V4(own) => own.octets()[..3] == [10, it.number, 0],
            IpAddr::V6(own) => own.segments()[..2] == [0xfd00, it.number.into()],
        })
    }
}

/// The router.
pub struct Router {
    sandbox: Sandbox,
    tuns: Vec<Tun>,
    _listeners: Vec<TcpListener>,
}

/// What a kernel must be told so that what it does depends on the rules alone.
const SYSCTLS: [(&str, &str); 12] = [
    ("net.ipv4.ip_forward", "1"),
    ("net.ipv6.conf.all.forwarding", "1"),
    ("net.ipv4.conf.all.rp_filter", "0"),
    ("net.ipv4.conf.default.rp_filter", "0"),
    // A packet that leaves as it came is told about no better way.
    ("net.ipv4.conf.all.send_redirects", "0"),
    ("net.ipv4.conf.default.send_redirects", "0"),
    // Refusals are not rationed.
    ("net.ipv4.icmp_ratelimit", "0"),
    ("net.ipv4.icmp_ratemask", "0"),
    ("net.ipv6.icmp.ratelimit", "0"),
    ("net.ipv6.icmp.ratemask", "127"),
    // What asks is answered and forgotten, so nothing is ever said twice.
    ("net.ipv4.tcp_syncookies", "2"),
    ("net.ipv6.conf.default.accept_dad", "0"),
];

impl Router {
    /// A router without rules.
    ///
    /// # Errors
    /// It cannot be made here.
    ///
    /// # Panics
    /// Somebody listens in it already.
    pub fn start() -> Result<Self, Failure> {
        let setup = Setup::over(crate::root());
        let setup = SYSCTLS.iter().fold(setup, |it, (name, value)| it.sysctl(*name, *value));
        let sandbox = setup.start()?;
        let mut tuns = Vec::new();
        for wire in &WIRES {
            let link = [(Version::V4, 24), (Version::V6, 64)].into_iter().fold(
                Link::new(wire.name),
                |link, (version, length)| {
                    let own = IpNet::new(wire.router(version), length);
                    link.address(own.expect("a length"))
                },
            );
            tuns.push(sandbox.tun(link)?);
        }
        let listen = |port| TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).expect("a port");
        let listeners = sandbox.inside(move || LISTENS.map(listen).into())?;
        Ok(Self { sandbox, tuns, _listeners: listeners })
    }

    /// Loads rules in the place of those before, and tells what was loaded.
    ///
    /// # Errors
    /// `nft` refuses them.
    pub fn load(&self, rules: &Ruleset) -> Result<String, Failure> {
        let document = Document::from(rules.clone());
        let printed = document.print(&[], &Cause::new(Place::default(), "test"));
        let text = printed.text().to_owned();
        self.sandbox.run(&Command::new("nft").args(["-f", "-"]).input(&*text))?.ok()?;
        Ok(text)
    }

    /// Sends a packet into a wire, and gives back all that comes out, with the wire that it comes out of.
    ///
    /// # Errors
    /// The kernel takes no packets.
    pub fn send(&self, wire: &Wire, packet: &[u8]) -> Result<Vec<(&'static str, Seen)>, Failure> {
        self.tuns[usize::from(wire.number) - 1].send(packet)?;
        self.heard()
    }

    /// What has come out of all wires.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn heard(&self) -> Result<Vec<(&'static str, Seen)>, Failure> {
        let mut all = Vec::new();
        for (tun, wire) in self.tuns.iter().zip(&WIRES) {
            while let Some(bytes) = tun.receive()? {
                all.extend(wire::read(&bytes).map(|it| (wire.name, it)));
            }
        }
        Ok(all)
    }

    /// Opens a socket of the router's own.
    ///
    /// # Errors
    /// The sandbox has ended.
    ///
    /// # Panics
    /// The port is taken.
    pub fn socket(&self, own: IpAddr, port: u16) -> Result<UdpSocket, Failure> {
        self.sandbox.inside(move || {
            let socket = UdpSocket::bind((own, port)).expect("a port");
            socket.set_nonblocking(true).expect("a socket");
            socket
        })
    }
}

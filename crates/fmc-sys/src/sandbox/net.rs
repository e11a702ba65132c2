//! The network of a sandbox, made by messages to the kernel (netlink).
//!
//! The packages of netlink that wait for nothing are used: the thread that asks is the one that is
//! inside. A link is one end of a pair (veth); the other end lies in a namespace of wires, where
//! nothing listens, so that the link has a carrier and nothing on it answers. Kernels without the
//! dummy device have these too.

use super::Switch;
use super::keeper::unshare;
use crate::Failure;
use crate::failure::Doing;
use ipnet::IpNet;
use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage,
    NetlinkPayload,
};
use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage,
};
use netlink_packet_route::route::{
    RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use rustix::net::SocketType;
use rustix::thread::UnshareFlags;
use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::os::fd::AsRawFd;

/// A network interface: up, with a carrier, and nobody at the other end, unless it is plugged into a
/// switch or a bridge itself.
#[derive(Clone, Debug)]
pub struct Link {
    name: String,
    addresses: Vec<IpNet>,
    hardware: Option<[u8; 6]>,
    mtu: Option<u32>,
    end: End,
}

/// What is at the other end of a link.
#[derive(Clone, Debug)]
enum End {
    Nobody,
    Switch(Switch),
    /// There is none: it is a bridge, to which others may be plugged from inside.
    Bridge,
}

impl Link {
    /// An interface without an address.
    pub fn new(name: impl Into<String>) -> Self {
        let (addresses, hardware, mtu) = (Vec::new(), None, None);
        Self { name: name.into(), addresses, hardware, mtu, end: End::Nobody }
    }

    /// A bridge inside that nothing is plugged to yet, and that has no carrier so.
    pub fn bridge(name: impl Into<String>) -> Self {
        Self { end: End::Bridge, ..Self::new(name) }
    }

    /// Adds an address with the length of its network's prefix, such as `10.17.3.12/24`.
    pub fn address(mut self, address: IpNet) -> Self {
        self.addresses.push(address);
        self
    }

    /// Its hardware address; the kernel chooses one if none is given.
    pub fn hardware(mut self, address: [u8; 6]) -> Self {
        self.hardware = Some(address);
        self
    }

    /// The longest packet, in bytes; 1500 if nothing is said.
    pub fn mtu(mut self, mtu: u32) -> Self {
        self.mtu = Some(mtu);
        self
    }

    /// Plugs it into a switch, where it meets the links of other sandboxes.
    pub fn plugged(mut self, switch: &Switch) -> Self {
        self.end = End::Switch(switch.clone());
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Gives the interface, which is up, its addresses.
    pub(super) fn dress(&self, here: &Netlink) -> Result<(), Failure> {
        for address in &self.addresses {
            let what = format!("giving {address} to `{}`", self.name);
            here.address(&self.name, *address).doing(what)?;
        }
        Ok(())
    }

    /// Whether the kernel would take the name (`dev_valid_name` of `net/core/dev.c`).
    pub(super) fn check(&self) -> Result<(), Failure> {
        let name = &self.name;
        let bad = |it: char| it == '/' || it == ':' || it == '\0' || it.is_whitespace();
        if name.is_empty() || name.len() > 15 || name.contains(bad) || name == "." || name == ".." {
            let why = "1 to 15 bytes, without `/`, `:` and space";
            return Err(Failure::Wrong(format!("`{name}` is no name of an interface: {why}")));
        }
        Ok(())
    }
}

/// The namespaces of a network: that of the sandbox, in which the thread now is, and that of the wires where
/// a link leads to no switch. A socket belongs to the one in which it was opened.
pub(super) struct Wires {
    /// That of the sandbox, for threads that are to enter it.
    pub(super) inside: File,
    here: Netlink,
    there: Option<(File, Netlink)>,
}

impl Wires {
    /// Takes this thread into a new network, in which there are to be these links.
    pub(super) fn enter(links: &[Link]) -> Result<Self, Failure> {
        let path = "/proc/thread-self/ns/net";
        let new = || -> Result<(File, Netlink), Failure> {
            unshare(UnshareFlags::NEWNET)?;
            Ok((File::open(path).doing(format!("opening {path}"))?, Netlink::open()?))
        };
        // A namespace more takes the kernel as long as all the rest of a network.
        let is_alone = |it: &Link| matches!(it.end, End::Nobody);
        let there = links.iter().any(is_alone).then(new).transpose()?;
        let (inside, here) = new()?;
        Ok(Self { inside, here, there })
    }

    /// Makes all links and routes.
    pub(super) fn connect(
        &self,
        links: &[Link],
        routes: &[(IpNet, IpAddr)],
    ) -> Result<(), Failure> {
        self.here.bring_up("lo", None)?;
        for (number, link) in links.iter().enumerate() {
            let what = format!("making the link `{}`", link.name);
            match (&link.end, &self.there) {
                (End::Switch(switch), _) => {
                    let (namespace, port) = switch.socket();
                    self.here.pair(link, &port, namespace).doing(&what)?;
                    switch.plug(&port)?;
                }
                (End::Bridge, _) => {
                    self.here.device(&link.name, 0, InfoKind::Bridge).doing(&what)?;
                }
                (End::Nobody, there) => {
                    let (namespace, there) = there.as_ref().ok_or_else(|| {
                        Failure::Wrong(format!("{what}: there is no namespace of wires"))
                    })?;
                    let wire = format!("wire{number}");
                    self.here.pair(link, &wire, namespace).doing(&what)?;
                    there.bring_up(&wire, None)?;
                }
            }
            self.here.bring_up(&link.name, None)?;
            link.dress(&self.here)?;
        }
        for (to, via) in routes {
            let what = format!("routing {to} by {via}");
            self.here.route(*to, *via).doing(what)?;
        }
        Ok(())
    }
}

/// Sets kernel parameters: those under `net` are the ones of the network of who writes them.
pub(super) fn sysctls(sysctls: &[(String, String)]) -> Result<(), Failure> {
    for (name, value) in sysctls {
        // As sysctl(8) does: dots part the names, and a slash stands for a dot in one.
        let swap = |it| match it {
            '.' => '/',
            '/' => '.',
            it => it,
        };
        let path = format!("/proc/sys/{}", name.chars().map(swap).collect::<String>());
        std::fs::write(path, value).doing(format!("setting {name} = {value}"))?;
    }
    Ok(())
}

/// A conversation with the kernel about links, addresses and routes.
pub(super) struct Netlink {
    socket: Socket,
}

impl std::fmt::Debug for Netlink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Netlink({})", self.socket.as_raw_fd())
    }
}

impl Netlink {
    pub(super) fn open() -> Result<Self, Failure> {
        let open = || -> io::Result<Socket> {
            let mut socket = Socket::new(NETLINK_ROUTE)?;
            socket.bind_auto()?;
            socket.connect(&SocketAddr::new(0, 0))?;
            Ok(socket)
        };
        Ok(Self { socket: open().doing("opening a netlink socket")? })
    }

    /// Sends a request and waits for the kernel's word on it.
    fn ask(&self, message: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(message));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;
        let (answer, _) = self.socket.recv_from_full()?;
        let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&answer)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        match answer.payload {
            NetlinkPayload::Error(error) if error.code.is_some() => Err(error.to_io()),
            NetlinkPayload::Error(_) => Ok(()),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn pair(&self, link: &Link, wire: &str, wires: &File) -> io::Result<()> {
        let mut peer = LinkMessage::default();
        peer.attributes.push(LinkAttribute::IfName(wire.to_owned()));
        peer.attributes.push(LinkAttribute::NetNsFd(wires.as_raw_fd()));
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::IfName(link.name.clone()));
        message.attributes.extend(link.hardware.map(|it| LinkAttribute::Address(it.to_vec())));
        if let Some(mtu) = link.mtu {
            message.attributes.push(LinkAttribute::Mtu(mtu));
            peer.attributes.push(LinkAttribute::Mtu(mtu));
        }
        message.attributes.push(LinkAttribute::LinkInfo(vec![
            LinkInfo::Kind(InfoKind::Veth),
            LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer))),
        ]));
        self.ask(RouteNetlinkMessage::NewLink(message), NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Makes a device of a kind, with this number; the kernel chooses one if it is 0.
    pub(super) fn device(&self, name: &str, index: u32, kind: InfoKind) -> io::Result<()> {
        let mut message = LinkMessage::default();
        message.header.index = index;
        message.attributes.push(LinkAttribute::IfName(name.to_owned()));
        message.attributes.push(LinkAttribute::LinkInfo(vec![LinkInfo::Kind(kind)]));
        self.ask(RouteNetlinkMessage::NewLink(message), NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Brings an interface up, as the port of a bridge if one is named by its number.
    pub(super) fn bring_up(&self, name: &str, bridge: Option<u32>) -> Result<(), Failure> {
        let mut message = LinkMessage::default();
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
        message.attributes.push(LinkAttribute::IfName(name.to_owned()));
        message.attributes.extend(bridge.map(LinkAttribute::Controller));
        self.ask(RouteNetlinkMessage::SetLink(message), 0).doing(format!("bringing `{name}` up"))
    }

    fn address(&self, link: &str, address: IpNet) -> io::Result<()> {
        let mut message = AddressMessage::default();
        message.header.family = family(address.addr());
        message.header.prefix_len = address.prefix_len();
        let any = rustix::net::socket(rustix::net::AddressFamily::INET, SocketType::DGRAM, None)?;
        message.header.index = rustix::net::netdevice::name_to_index(&any, link)?;
        message.attributes.push(AddressAttribute::Local(address.addr()));
        message.attributes.push(AddressAttribute::Address(address.addr()));
        match address {
            IpNet::V4(it) if it.prefix_len() < 31 => {
                message.attributes.push(AddressAttribute::Broadcast(it.broadcast()));
            }
            // Nobody else is on this wire: an address need not be asked for before it is used.
            IpNet::V6(_) => message.attributes.push(AddressAttribute::Flags(AddressFlags::Nodad)),
            IpNet::V4(_) => {}
        }
        self.ask(RouteNetlinkMessage::NewAddress(message), NLM_F_CREATE | NLM_F_EXCL)
    }

    fn route(&self, to: IpNet, via: IpAddr) -> io::Result<()> {
        let mut message = RouteMessage::default();
        message.header.address_family = family(to.addr());
        message.header.destination_prefix_length = to.prefix_len();
        message.header.table = RouteHeader::RT_TABLE_MAIN;
        message.header.protocol = RouteProtocol::Static;
        message.header.scope = RouteScope::Universe;
        message.header.kind = RouteType::Unicast;
        message.attributes.push(RouteAttribute::Destination(to.network().into()));
        message.attributes.push(RouteAttribute::Gateway(via.into()));
        self.ask(RouteNetlinkMessage::NewRoute(message), NLM_F_CREATE | NLM_F_EXCL)
    }
}

fn family(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    }
}

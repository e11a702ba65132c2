//! Networks (<https://libvirt.org/formatnetwork.html>).

use crate::Cause;
use crate::xml::Element;
use std::net::IpAddr;

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// Its identifier (see [`uuid`](super::uuid)).
    pub uuid: String,
    /// The bridge.
    pub bridge: String,
    /// How packets go in and out.
    pub forward: Forward,
}

/// How packets of a network go in and out. There is none by NAT: libvirt would reject what other
/// networks send, in chains that no firewall beside it can overrule, and rewrite what goes to them.
#[derive(Clone, Debug, PartialEq)]
pub enum Forward {
    /// The host routes them, and libvirt makes the bridge with these addresses and adds no rule to any
    /// firewall: that is the host's own.
    Open {
        /// The largest packet, in bytes.
        mtu: u16,
        /// The host's addresses.
        addresses: Vec<NetworkAddress>,
        /// Routes of the host by neighbours in the network.
        routes: Vec<NetworkRoute>,
    },
    /// The bridge is there already, with a wire.
    Bridge,
}

/// An address of the host in a network.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkAddress {
    /// The address.
    pub address: IpAddr,
    /// How long the prefix of the network is.
    pub prefix: u8,
    /// Why it is there.
    pub cause: Cause,
}

/// A route of the host by a neighbour in a network.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkRoute {
    /// To where.
    pub address: IpAddr,
    /// How long its prefix is.
    pub prefix: u8,
    /// By which neighbour.
    pub gateway: IpAddr,
    /// Why it is there.
    pub cause: Cause,
}

impl Network {
    pub(super) fn element(&self, cause: &Cause) -> Element {
        let element =
            Element::new("network", cause).leaf("name", &self.name).leaf("uuid", &self.uuid);
        let bridge = Element::new("bridge", cause).with("name", &self.bridge);
        match &self.forward {
            Forward::Bridge => {
                element.child(Element::new("forward", cause).with("mode", "bridge")).child(bridge)
            }
            Forward::Open { mtu, addresses, routes } => element
                .child(Element::new("forward", cause).with("mode", "open"))
                .child(bridge.with("stp", "off").with("delay", 0))
                .child(Element::new("mtu", cause).with("size", mtu))
                // The cloud has its own names, and addresses that are not handed out.
                .child(Element::new("dns", cause).with("enable", "no"))
                .children(addresses.iter().map(|it| {
                    Element::new("ip", &it.cause)
                        .with("family", family(it.address))
                        .with("address", it.address)
                        .with("prefix", it.prefix)
                }))
                .children(routes.iter().map(|it| {
                    Element::new("route", &it.cause)
                        .with("family", family(it.address))
                        .with("address", it.address)
                        .with("prefix", it.prefix)
                        .with("gateway", it.gateway)
                })),
        }
    }
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "ipv4" } else { "ipv6" }
}

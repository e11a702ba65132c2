//! A packet: what of its headers decides its way.

use fmc_model::{Ports, Protocol};
use serde::Serialize;
use std::fmt;
use std::net::IpAddr;

/// The headers of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Packet {
    /// Where it comes from.
    pub source: IpAddr,
    /// Where it goes.
    pub destination: IpAddr,
    /// What it carries.
    pub payload: Payload,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// A segment of TCP ([RFC 9293](https://www.rfc-editor.org/rfc/rfc9293)).
    Tcp(PortPair),
    /// A datagram of UDP ([RFC 768](https://www.rfc-editor.org/rfc/rfc768)).
    Udp(PortPair),
    /// A request of ICMP or ICMPv6 for an echo.
    EchoRequest,
    /// The echo.
    EchoReply,
    /// Another protocol, by its number
    /// (<https://www.iana.org/assignments/protocol-numbers>).
    Other(u8),
}

/// The ports of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PortPair {
    /// That of the sender.
    pub source: u16,
    /// That of the receiver.
    pub destination: u16,
}

impl Packet {
    /// The packet that answers it.
    #[must_use]
    pub fn answer(&self) -> Self {
        let turned = |it: PortPair| PortPair { source: it.destination, destination: it.source };
        let payload = match self.payload {
            Payload::Tcp(ports) => Payload::Tcp(turned(ports)),
            Payload::Udp(ports) => Payload::Udp(turned(ports)),
            Payload::EchoRequest => Payload::EchoReply,
            other => other,
        };
        Self { source: self.destination, destination: self.source, payload }
    }

    /// The port that it goes to, if it has ports.
    pub fn port(&self) -> Option<u16> {
        match self.payload {
            Payload::Tcp(ports) | Payload::Udp(ports) => Some(ports.destination),
            _ => None,
        }
    }

    /// It with another port to go to, where it has ports.
    #[must_use]
    pub fn to_port(mut self, port: u16) -> Self {
        if let Payload::Tcp(ports) | Payload::Udp(ports) = &mut self.payload {
            ports.destination = port;
        }
        self
    }

    /// Whether it goes to one of these ports.
    pub fn is_for(&self, ports: &Ports) -> bool {
        let is_in = |it: PortPair| (ports.first..=ports.last).contains(&it.destination);
        match (self.payload, ports.protocol) {
            (_, Protocol::Any) => true,
            (Payload::Tcp(own), Protocol::Tcp) | (Payload::Udp(own), Protocol::Udp) => is_in(own),
            (Payload::Other(number), protocol) => protocol.number() == Some(number),
            _ => false,
        }
    }
}

/// Whether the Internet knows no way to an address
/// ([RFC 1918](https://www.rfc-editor.org/rfc/rfc1918), [RFC 4193](https://www.rfc-editor.org/rfc/rfc4193)).
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => it.is_private() || it.is_link_local() || it.is_loopback(),
        IpAddr::V6(it) => it.is_unique_local() || it.is_unicast_link_local() || it.is_loopback(),
    }
}

/// `10.17.4.21:50000 > 10.17.3.30:443 tcp`, each end as addresses and ports are written together.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, destination, payload } = self;
        let with = |address: &IpAddr, port: u16| std::net::SocketAddr::new(*address, port);
        match payload {
            Payload::Tcp(it) | Payload::Udp(it) => {
                let name = if matches!(payload, Payload::Tcp(_)) { "tcp" } else { "udp" };
                let (from, to) = (with(source, it.source), with(destination, it.destination));
                write!(f, "{from} > {to} {name}")
            }
            Payload::EchoRequest => write!(f, "{source} > {destination} echo request"),
            Payload::EchoReply => write!(f, "{source} > {destination} echo reply"),
            Payload::Other(number) => write!(f, "{source} > {destination} protocol {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_goes_back() {
        let ports = PortPair { source: 50_000, destination: 443 };
        let packet = Packet {
            source: "10.0.0.1".parse().expect("an address"),
            destination: "fd00::1".parse().expect("an address"),
            payload: Payload::Tcp(ports),
        };
        assert_eq!(packet.to_string(), "10.0.0.1:50000 > [fd00::1]:443 tcp");
        assert_eq!(packet.answer().to_string(), "[fd00::1]:443 > 10.0.0.1:50000 tcp");
        assert_eq!(packet.answer().answer(), packet);
        let ping = Packet { payload: Payload::EchoRequest, ..packet };
        assert_eq!(ping.answer().payload, Payload::EchoReply);
        assert_eq!((ping.port(), packet.port()), (None, Some(443)));
    }
}

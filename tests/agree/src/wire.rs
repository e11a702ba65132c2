//! Packets as bytes.

use etherparse::{
    IcmpEchoHeader, Icmpv4Header, Icmpv4Type, Icmpv6Header, Icmpv6Type, IpNumber, Ipv4Header,
    Ipv6FlowLabel, Ipv6Header, NetSlice, SlicedPacket, TcpHeader, TransportSlice, UdpHeader,
    icmpv4, icmpv6,
};
use fmc_check::packet::{Packet, Payload, PortPair};
use std::net::IpAddr;

/// What a packet is beside its addresses and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks: a segment that begins a connection, or anything that is no segment.
    Asks,
    /// It answers one that asked.
    Answers,
    /// It says that nobody listens: a reset, or an error of ICMP.
    Refuses,
}

/// A packet that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its headers. An error of ICMP is shown as the answer to what it is about.
    pub packet: Packet,
    /// What it is.
    pub kind: Kind,
}

/// Hops that a packet has left.
const LIFE: u8 = 64;

/// A packet as bytes. The number tells echo requests apart.
///
/// # Panics
/// Its addresses are of two versions.
pub fn bytes(packet: &Packet, kind: Kind, number: u16) -> Vec<u8> {
    let Packet { source, destination, payload } = *packet;
    let (protocol, body) = match payload {
        Payload::Tcp(ports) => (IpNumber::TCP, segment(packet, ports, kind)),
        Payload::Udp(ports) => (IpNumber::UDP, datagram(packet, ports)),
        Payload::EchoRequest | Payload::EchoReply => {
            let is_request = payload == Payload::EchoRequest;
            let echo = IcmpEchoHeader { id: number, seq: 1 };
            if let (IpAddr::V6(source), IpAddr::V6(destination)) = (source, destination) {
                let echo = if is_request {
                    Icmpv6Type::EchoRequest(echo)
                } else {
                    Icmpv6Type::EchoReply(echo)
                };
                let (from, to) = (source.octets(), destination.octets());
                let header = Icmpv6Header::with_checksum(echo, from, to, &[]);
                (IpNumber::IPV6_ICMP, header.expect("it is short").to_bytes().to_vec())
            } else {
                let echo = if is_request {
                    Icmpv4Type::EchoRequest(echo)
                } else {
                    Icmpv4Type::EchoReply(echo)
                };
                let header = Icmpv4Header::with_checksum(echo, &[]);
                (IpNumber::ICMP, header.to_bytes().to_vec())
            }
        }
        Payload::Other(number) => (IpNumber(number), vec![0; 8]),
    };
    enclosed(source, destination, protocol, &body)
}

/// The error by which a host says that nobody listens at the port of a packet; that packet as it came there.
///
/// # Panics
/// Its addresses are of two versions.
pub fn refusal(about: &Packet, bytes: &[u8]) -> Vec<u8> {
    let (source, destination) = (about.destination, about.source);
    if let (IpAddr::V6(from), IpAddr::V6(to)) = (source, destination) {
        let kind = Icmpv6Type::DestinationUnreachable(icmpv6::DestUnreachableCode::Port);
        let header = Icmpv6Header::with_checksum(kind, from.octets(), to.octets(), bytes);
        let body = [&header.expect("it is short").to_bytes()[..], bytes].concat();
        enclosed(source, destination, IpNumber::IPV6_ICMP, &body)
    } else {
        let kind = Icmpv4Type::DestinationUnreachable(icmpv4::DestUnreachableHeader::Port);
        let header = Icmpv4Header::with_checksum(kind, bytes);
        let body = [&header.to_bytes()[..], bytes].concat();
        enclosed(source, destination, IpNumber::ICMP, &body)
    }
}

fn enclosed(source: IpAddr, destination: IpAddr, protocol: IpNumber, body: &[u8]) -> Vec<u8> {
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let length = body.len() as u16;
            let header =
                Ipv4Header::new(length, LIFE, protocol, source.octets(), destination.octets());
            let mut header = header.expect("it is short");
            header.header_checksum = header.calc_header_checksum();
            [&header.to_bytes()[..], body].concat()
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let header = Ipv6Header {
                traffic_class: 0,
                flow_label: Ipv6FlowLabel::ZERO,
                payload_length: body.len() as u16,
                next_header: protocol,
                hop_limit: LIFE,
                source: source.octets(),
                destination: destination.octets(),
            };
            [&header.to_bytes()[..], body].concat()
        }
        _ => panic!("{source} and {destination} are of two versions"),
    }
}

fn segment(packet: &Packet, ports: PortPair, kind: Kind) -> Vec<u8> {
    let mut header = TcpHeader::new(ports.source, ports.destination, 1, 64_000);
    header.syn = kind != Kind::Refuses;
    header.rst = kind == Kind::Refuses;
    header.ack = kind != Kind::Asks;
    // Whoever asked began with 1.
    header.acknowledgment_number = if header.ack { 2 } else { 0 };
    let sum = match (packet.source, packet.destination) {
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            header.calc_checksum_ipv6_raw(from.octets(), to.octets(), &[])
        }
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            header.calc_checksum_ipv4_raw(from.octets(), to.octets(), &[])
        }
        _ => panic!("{packet} is of two versions"),
    };
    header.checksum = sum.expect("it is short");
    header.to_bytes().to_vec()
}

fn datagram(packet: &Packet, ports: PortPair) -> Vec<u8> {
    let mut header = UdpHeader {
        source_port: ports.source,
        destination_port: ports.destination,
        length: 8,
        checksum: 0,
    };
    let sum = match (packet.source, packet.destination) {
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            header.calc_checksum_ipv6_raw(from.octets(), to.octets(), &[])
        }
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            header.calc_checksum_ipv4_raw(from.octets(), to.octets(), &[])
        }
        _ => panic!("{packet} is of two versions"),
    };
    header.checksum = sum.expect("it is short");
    header.to_bytes().to_vec()
}

/// Reads a packet. `None` for what a host sends of itself, to find its neighbours and groups.
///
/// # Panics
/// The kernel sent what cannot be read.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let sliced = SlicedPacket::from_ip(bytes).unwrap_or_else(|it| panic!("{it}: {bytes:?}"));
    let (source, destination, protocol): (IpAddr, IpAddr, IpNumber) = match &sliced.net {
        Some(NetSlice::Ipv4(it)) => {
            let header = it.header();
            (header.source_addr().into(), header.destination_addr().into(), it.payload().ip_number)
        }
        Some(NetSlice::Ipv6(it)) => {
            let header = it.header();
            if header.source_addr().is_unicast_link_local() || header.source_addr().is_unspecified()
            {
                return None;
            }
            (header.source_addr().into(), header.destination_addr().into(), it.payload().ip_number)
        }
        _ => return None,
    };
    let (payload, kind) = match &sliced.transport {
        Some(TransportSlice::Tcp(it)) => {
            let ports = PortPair { source: it.source_port(), destination: it.destination_port() };
            let kind = match (it.rst(), it.ack()) {
                (true, _) => Kind::Refuses,
                (false, true) => Kind::Answers,
                (false, false) => Kind::Asks,
            };
            (Payload::Tcp(ports), kind)
        }
        Some(TransportSlice::Udp(it)) => {
            let ports = PortPair { source: it.source_port(), destination: it.destination_port() };
            (Payload::Udp(ports), Kind::Asks)
        }
        Some(TransportSlice::Icmpv4(it)) => match it.icmp_type() {
            Icmpv4Type::EchoRequest(_) => (Payload::EchoRequest, Kind::Asks),
            Icmpv4Type::EchoReply(_) => (Payload::EchoReply, Kind::Asks),
            _ => return about(source, destination, it.payload()),
        },
        Some(TransportSlice::Icmpv6(it)) => match it.icmp_type() {
            Icmpv6Type::EchoRequest(_) => (Payload::EchoRequest, Kind::Asks),
            Icmpv6Type::EchoReply(_) => (Payload::EchoReply, Kind::Asks),
            _ => return about(source, destination, it.payload()),
        },
        None => (Payload::Other(protocol.0), Kind::Asks),
    };
    Some(Seen { packet: Packet { source, destination, payload }, kind })
}

/// An error, as the answer to what it is about.
fn about(source: IpAddr, destination: IpAddr, inner: &[u8]) -> Option<Seen> {
    let sliced = etherparse::LaxSlicedPacket::from_ip(inner).ok()?;
    let payload = match sliced.transport? {
        TransportSlice::Tcp(it) => {
            Payload::Tcp(PortPair { source: it.destination_port(), destination: it.source_port() })
        }
        TransportSlice::Udp(it) => {
            Payload::Udp(PortPair { source: it.destination_port(), destination: it.source_port() })
        }
        TransportSlice::Icmpv4(_) | TransportSlice::Icmpv6(_) => Payload::EchoReply,
    };
    Some(Seen { packet: Packet { source, destination, payload }, kind: Kind::Refuses })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let ports = PortPair { source: 50_000, destination: 443 };
        let payloads = [
            Payload::Tcp(ports),
            Payload::Udp(ports),
            Payload::EchoRequest,
            Payload::EchoReply,
            Payload::Other(112),
        ];
        for (source, destination) in [("10.0.0.1", "10.0.0.2"), ("fd00::1", "fd00::2")] {
            let ends = [source, destination].map(|it| it.parse().expect("an address"));
            for payload in payloads {
                let packet = Packet { source: ends[0], destination: ends[1], payload };
                let kinds: &[Kind] = match payload {
                    Payload::Tcp(_) => &[Kind::Asks, Kind::Answers, Kind::Refuses],
                    _ => &[Kind::Asks],
                };
                for kind in kinds {
                    let seen = read(&bytes(&packet, *kind, 1));
                    assert_eq!(seen, Some(Seen { packet, kind: *kind }));
                }
            }
            let packet =
                Packet { source: ends[0], destination: ends[1], payload: Payload::Udp(ports) };
            let seen = read(&refusal(&packet, &bytes(&packet, Kind::Asks, 1)));
            assert_eq!(seen, Some(Seen { packet: packet.answer(), kind: Kind::Refuses }));
        }
    }
}

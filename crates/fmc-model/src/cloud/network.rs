//! Networks, and the people outside.

use super::{Host, Origin};
use crate::{Bytes, Cores, Duration, Image, Name, Ports, SshKey, WireguardKey, words};
use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;
use std::ops::RangeInclusive;

words! {
    /// What kind of network it is.
    pub enum NetworkKind {
        /// The Internet, or a provider's part of it: addresses in it are public.
        Public = "public",
        /// A segment of our own.
        Private = "private",
        /// A tunnel between hosts.
        Wireguard = "wireguard",
    }
}

/// A network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Network {
    /// Its name.
    pub name: Name,
    /// What people call it.
    pub label: String,
    /// What is to be said of it.
    pub note: Option<String>,
    /// What kind it is.
    pub kind: NetworkKind,
    /// Its prefixes; none on the Internet.
    pub prefixes: Vec<IpNet>,
    /// Where packets to elsewhere go, one for each version of the Internet protocol.
    pub gateways: Vec<IpAddr>,
    /// The host that is the gateway; `None` where it is a device that is no host of this cloud.
    pub router: Option<Name>,
    /// The largest packet, in bytes.
    pub mtu: u16,
    /// Addresses that somebody else hands out in it, first to last.
    pub dhcp: Option<(IpAddr, IpAddr)>,
    /// Of a tunnel: the hosts at its ends. Who does not listen meets the others at the first that
    /// does.
    pub ends: Vec<TunnelEnd>,
    /// Where it was written.
    pub origin: Origin,
}

/// A host at an end of a tunnel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TunnelEnd {
    /// The host.
    pub host: Name,
    /// The port at which others call it; `None` where it calls them.
    pub listens: Option<u16>,
    /// How often it says that it is there, so that the router before it keeps the way back open.
    pub keepalive: Option<Duration>,
    /// The service as which the tunnel itself travels.
    pub service: String,
    /// Where it was written.
    pub origin: Origin,
}

/// People or machines outside of the cloud.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outside {
    /// Their name.
    pub name: Name,
    /// What people call them.
    pub label: String,
    /// What is to be said of them.
    pub note: Option<String>,
    /// Their icon.
    pub icon: String,
    /// The networks from which they come.
    pub networks: Vec<Name>,
    /// Each of them who is known by name.
    pub people: Vec<Person>,
    /// Where they were written.
    pub origin: Origin,
}

/// Somebody who is known by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// Name.
    pub name: Name,
    /// Addresses in the tunnel.
    pub addresses: Vec<IpNet>,
    /// Public keys for SSH.
    pub ssh_keys: Vec<SshKey>,
    /// Their public key for WireGuard; `None` where a pair is made for them.
    pub wireguard_key: Option<WireguardKey>,
    /// Where it was written.
    pub origin: Origin,
}

/// The ports at which every node passes on to the pods of a service: those of `--service-node-port-range` of
/// kube-apiserver where nothing is said, and nothing is.
pub const NODE_PORTS: Ports = Ports { last: 32767, ..Ports::tcp(30000) };

/// The addresses of Kubernetes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kubernetes {
    /// Out of which each node gets a part for its pods.
    pub pods: Vec<IpNet>,
    /// How long the prefix of a node's part is, one for each of `pods`.
    pub node_prefixes: Vec<u8>,
    /// Addresses of services.
    pub services: Vec<IpNet>,
    /// The domain of services inside the cluster.
    pub domain: String,
    /// The image of what answers pods for the names of services.
    pub dns: Image,
    /// Which of its releases flags and files are written for.
    pub releases: Releases,
}

impl Kubernetes {
    /// What each node keeps for its kubelet and what runs containers (`kubeReserved`): of its processors and of its
    /// memory.
    pub const RESERVED: (Cores, Bytes) = (Cores(100), Bytes::mib(256));

    /// The same where the control plane and etcd run beside pods: they are no pods, so the kubelet counts them as
    /// little as itself.
    pub const RESERVED_BESIDE_API: (Cores, Bytes) = (Cores(500), Bytes::mib(1280));

    /// Whether a node runs only what belongs to a control plane: nobody wrote that it is a worker too.
    pub fn is_tainted(host: &Host) -> bool {
        host.has_role("control-plane") && !host.has_role("worker")
    }

    /// What a node keeps for what runs beside pods.
    pub fn reserved(host: &Host) -> (Cores, Bytes) {
        if host.has_role("control-plane") { Self::RESERVED_BESIDE_API } else { Self::RESERVED }
    }

    /// How much memory of a node is free, or pods are evicted (`evictionHard`): the kubelet's own number, which it
    /// gives to no pod.
    pub const EVICTED_BELOW: Bytes = Bytes::mib(100);

    /// What a pod asks for that answers for names, as upstream's does.
    pub const DNS_ASKS: (Cores, Bytes) = (Cores(100), Bytes::mib(70));
}

/// Minor versions of Kubernetes 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Releases {
    /// That of the API server, and of what stands beside it.
    pub control: u16,
    /// That of the kubelet, and of what stands beside it.
    pub nodes: u16,
}

impl Releases {
    /// Those for which flags and files can be written. The first one is that in which kube-proxy speaks nftables
    /// without being asked twice, the last one that for which they are written where nobody says otherwise.
    pub const KNOWN: RangeInclusive<u16> = 31..=36;
}

impl Default for Releases {
    fn default() -> Self {
        let last = *Self::KNOWN.end();
        Self { control: last, nodes: last }
    }
}

//! Routes, to networks and to pods.

use crate::{Name, Text, text};
use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

/// A route of a host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// To where; a prefix of length zero is the default route.
    pub to: IpNet,
    /// Only for packets that come from this prefix, for which these routes come before all others.
    /// A host in several networks answers by the one at which it was asked: the firewall between
    /// would drop half a connection.
    pub from: Option<IpNet>,
    /// By which neighbour.
    pub via: Via,
    /// Out of which interface.
    pub interface: String,
    /// Why.
    pub because: Text,
}

/// The neighbour of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// This address.
    Gateway(IpAddr),
    /// Whatever the provider of a public network says by DHCP or router advertisement.
    Provider,
    /// Nobody: whoever is meant is at the other end of the tunnel.
    Link,
}

/// The route to the pods of one node, for its neighbours in one network. They need it even if they
/// run no pods: a reply that went by the gateway would meet a firewall that never saw the request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PodRoute {
    /// The node's part of the pod network.
    pub to: IpNet,
    /// The node's address.
    pub via: IpAddr,
    /// The node.
    pub node: Name,
}

impl PodRoute {
    /// Why it is there.
    pub fn because(&self) -> Text {
        let node = &self.node;
        text!("pods on {node}", "pods de {node}")
    }
}

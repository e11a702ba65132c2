//! Family 13: tunnels, addresses of networks, and what the edge stands before.

mod beside_edge;
mod carries_itself;
mod keepalive;
mod mtu;
mod out_of_reach;
mod overlap;
mod peer_file;

use super::{Question, Subject};
use fmc_model::cloud::{Host, Network, NetworkKind, PeerName, TunnelPeer};
use std::net::IpAddr;

pub(super) const QUESTIONS: &[&Question] = &[
    &mtu::QUESTION,
    &keepalive::QUESTION,
    &out_of_reach::QUESTION,
    &carries_itself::QUESTION,
    &overlap::QUESTION,
    &peer_file::QUESTION,
    &beside_edge::QUESTION,
];

/// A host that calls another one into a tunnel.
struct Call<'c> {
    tunnel: &'c Network,
    from: &'c Host,
    peer: TunnelPeer,
    /// The other host.
    to: &'c Host,
    /// Where it is called.
    endpoint: (IpAddr, u16),
}

/// Everybody who calls a host into a tunnel.
fn calls<'c>(subject: &Subject<'c>) -> Vec<Call<'c>> {
    let cloud = subject.cloud;
    let mut all = Vec::new();
    for tunnel in cloud.networks.values().filter(|it| it.kind == NetworkKind::Wireguard) {
        for end in &tunnel.ends {
            let Some(from) = cloud.hosts.get(&end.host).filter(|it| !it.managed) else { continue };
            for peer in cloud.tunnel_peers(from, &tunnel.name) {
                let (PeerName::Host(name), Some(endpoint)) = (&peer.who, peer.endpoint) else {
                    continue;
                };
                let Some(to) = cloud.hosts.get(name) else { continue };
                all.push(Call { tunnel, from, peer, to, endpoint });
            }
        }
    }
    all
}

//! What a way passes: hosts, interfaces, networks, gateways, and what a tunnel rests on.

use super::build::Building;
use super::element::{Element, ElementId};
use super::graph::{Node, NodeId};
use crate::ends::{self, Who};
use crate::packet::{Packet, Payload, PortPair};
use crate::way::{Event, Sender, Way};
use fmc_model::cloud::{HostId, Network, NetworkKind};

/// What a way passes, while it is written down.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) elements: Vec<ElementId>,
    pub(super) nodes: Vec<NodeId>,
}

impl<'c> Building<'c> {
    /// Writes down what a way passes.
    pub(super) fn pass(
        &mut self,
        sender: Sender<'c>,
        way: &Way<'c>,
        passed: &mut Passed,
        deep: usize,
    ) {
        let cloud = self.cloud;
        let mut network = match sender {
            Sender::Device(it) | Sender::Person(_, _, it) => Some(it),
            Sender::Host(_) | Sender::Pod(_) | Sender::Internet => None,
        };
        let mut here: Option<HostId> = None;
        for step in &way.steps {
            if let Some(id) = step.host.filter(|it| here != Some(*it)) {
                let host = cloud.host(id);
                passed.elements.extend(self.of_host(host));
                let by = network.take().or_else(|| {
                    // From the Internet it comes by whatever interface is there.
                    let from_world = here.is_none() && matches!(sender, Sender::Internet);
                    let public = |it: &&Network| it.kind == NetworkKind::Public;
                    let own = host.nics.iter().filter_map(|it| cloud.networks.get(&it.network));
                    own.into_iter().find(public).filter(|_| from_world)
                });
                passed.elements.extend(by.into_iter().flat_map(|it| self.of_interface(host, it)));
                here = Some(id);
            }
            match &step.event {
                Event::Routed(next) => {
                    if let Some(id) = step.host {
                        let own = self.of_interface(cloud.host(id), next.network);
                        passed.elements.extend(own);
                    }
                    let outside = next.neighbour.is_some_and(|it| {
                        next.network.gateways.contains(&it)
                            && self.machines.holder(&next.network.name, it).is_none()
                    });
                    let at = cloud.networks.get_index_of(&next.network.name);
                    let gateway = at.filter(|_| outside).map(Element::Gateway);
                    passed.elements.extend(gateway.and_then(|it| self.elements.get(it)));
                    network = Some(next.network);
                }
                Event::Tunnelled(who) => {
                    let tunnel = network.or_else(|| {
                        let own = cloud.host(here?).nics.iter();
                        let own = own.filter_map(|it| cloud.networks.get(&it.network));
                        own.into_iter().find(|it| it.kind == NetworkKind::Wireguard)
                    });
                    if let Some(tunnel) = tunnel {
                        self.tunnelled(here, tunnel, who, passed, deep);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a tunnel rests on: what runs for it at both ends, and the way of what carries it, from whoever
    /// calls to whoever listens.
    fn tunnelled(
        &mut self,
        from: Option<HostId>,
        tunnel: &'c Network,
        to: &str,
        passed: &mut Passed,
        deep: usize,
    ) {
        let cloud = self.cloud;
        let ends = [from, cloud.hosts.get(to).map(|it| it.id)];
        for host in ends.into_iter().flatten().map(|it| cloud.host(it)) {
            let end = tunnel.ends.iter().find(|it| it.host == host.name);
            let role = end.and_then(|end| {
                host.roles.iter().position(|it| it.origin.place == end.origin.place)
            });
            match role {
                Some(it) => passed.elements.extend(self.of_role(host, it)),
                None => passed.elements.extend(self.of_host(host)),
            }
        }
        let listens = |id: HostId| {
            let end = tunnel.ends.iter().find(|it| it.host == cloud.host(id).name);
            end.and_then(|it| it.listens)
        };
        let udp = |port| Payload::Udp(PortPair { source: port, destination: port });
        let carrier = match ends {
            [Some(one), Some(other)] => {
                let (caller, called) =
                    if listens(other).is_some() { (one, other) } else { (other, one) };
                let peers = cloud.tunnel_peers(cloud.host(caller), &tunnel.name);
                let name = &cloud.host(called).name;
                let peer = peers.iter().find(|it| it.who.to_string() == name.as_str());
                peer.and_then(|it| it.endpoint).and_then(|(address, port)| {
                    let source = self.machines.source(caller, address)?;
                    let packet = Packet { source, destination: address, payload: udp(port) };
                    // The world carries it on to whoever is called.
                    let called = cloud.host(called);
                    let nics = called
                        .nics
                        .iter()
                        .filter(|it| it.addresses.iter().any(|it| it.addr() == address));
                    let nics = nics.filter_map(|it| cloud.networks.get(&it.network));
                    passed.elements.extend(nics.flat_map(|it| self.of_interface(called, it)));
                    Some(self.leg(Sender::Host(caller), packet, &[], deep - 1))
                })
            }
            [one, other] => one.or(other).and_then(|hub| {
                let payload = udp(listens(hub)?);
                let question =
                    ends::question(&self.machines, &Who::Internet, &Who::Host(hub), payload)
                        .ok()?;
                Some(self.leg(question.sender, question.packet, &[], deep - 1))
            }),
        };
        // How a person comes to it from where they are is known to them alone.
        passed.nodes.extend(carrier.filter(|it| self.graph.nodes[*it as usize] != Node::Never));
    }
}

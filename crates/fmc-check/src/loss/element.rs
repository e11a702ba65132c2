//! What can be lost, each by itself.

use fmc_config::maps::HashMap;
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostId, NetworkKind, RoleUse};
use fmc_model::setup::Setup;

/// Something that can be lost. What somebody else runs for us is none of it, nor is the Internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A host, with every host that runs on it.
    Host(HostId),
    /// What runs for a role on a host, by the role's place there.
    Service(HostId, usize),
    /// An interface of a host, by its place there.
    Link(HostId, usize),
    /// A network of our own or a tunnel: whatever carries packets between its hosts.
    Network(usize),
    /// The gateway of a network that is no host of the cloud, with the line behind it.
    Gateway(usize),
}

/// An element, by its place among those of its cloud.
pub(super) type ElementId = u32;

/// All elements of a cloud.
#[derive(Default)]
pub(super) struct Elements {
    pub(super) all: Vec<Element>,
    ids: HashMap<Element, ElementId>,
}

impl Elements {
    /// The elements of a cloud, as far as these hosts are looked at.
    pub(super) fn of(cloud: &Cloud, hosts: &[HostId]) -> Self {
        let mut elements = Self::default();
        for host in hosts.iter().map(|it| cloud.host(*it)).filter(|it| !it.managed) {
            elements.id(Element::Host(host.id));
            for (at, role) in host.roles.iter().enumerate() {
                if runs(cloud.outline(host.id), role) {
                    elements.id(Element::Service(host.id, at));
                }
            }
            for (at, nic) in host.nics.iter().enumerate() {
                let network = cloud.networks.get(&nic.network);
                if network.is_some_and(|it| it.kind != NetworkKind::Wireguard) {
                    elements.id(Element::Link(host.id, at));
                }
            }
        }
        for (at, network) in cloud.networks.values().enumerate() {
            if network.kind != NetworkKind::Public {
                elements.id(Element::Network(at));
                if network.kind == NetworkKind::Private
                    && network.router.is_none()
                    && !network.gateways.is_empty()
                {
                    elements.id(Element::Gateway(at));
                }
            }
        }
        elements
    }

    /// The id of an element.
    pub(super) fn id(&mut self, element: Element) -> ElementId {
        let all = &mut self.all;
        *self.ids.entry(element).or_insert_with(|| {
            all.push(element);
            (all.len() - 1) as ElementId
        })
    }

    /// The id of an element that is there.
    pub(super) fn get(&self, element: Element) -> Option<ElementId> {
        self.ids.get(&element).copied()
    }
}

/// Whether anything runs for a role.
fn runs(setup: &Setup, role: &RoleUse) -> bool {
    setup.processes.iter().any(|it| it.cause.by == role.name && it.calendar.is_none())
}

/// A host and the machines that it runs on, from the inside out.
pub(super) fn machines<'c>(cloud: &'c Cloud, host: &'c Host) -> impl Iterator<Item = &'c Host> {
    let outer = |it: &&'c Host| it.runs_on.as_ref().and_then(|name| cloud.hosts.get(name));
    // More machines inside each other than that were refused as a circle.
    std::iter::successors(Some(host), outer).take(cloud.hosts.len())
}

//! Who asks for what: each flow, sender by sender, as far as somebody would notice that it is gone.

use super::Vital;
use super::build::{Building, Runs};
use super::element::ElementId;
use super::graph::{Node, NodeId};
use crate::ends::{self, Who};
use fmc_model::cloud::{Asker, End, Flow, HostId, HostSet, NetworkKind, Reason};
use fmc_model::role::Redundancy;
use fmc_model::{Cloud, Ports, Protocol};

/// Somebody who asks somebody for something.
pub(super) struct Unit {
    /// The flow, by its place in the cloud.
    pub(super) flow: usize,
    pub(super) from: From,
    /// The only host that is asked, where it is one; `None` for any of several, or nobody of ours.
    pub(super) to: Option<HostId>,
    /// The apps that are meant by it, by their places in the cloud.
    pub(super) apps: Vec<usize>,
    pub(super) node: NodeId,
    /// Without these there is nobody to ask.
    sender: Vec<ElementId>,
    /// Without these there is nobody to be asked, which is told of them and not of the flow.
    target: Vec<ElementId>,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum From {
    /// People outside, by their place in the file.
    Outside(usize),
    /// Everybody in a network, by its place in the file.
    Network(usize),
    /// A host, or its pods.
    Host(HostId),
}

impl Unit {
    /// Whether it asks somebody about himself, such as for his logs.
    pub(super) fn is_about_target(&self) -> bool {
        !self.target.is_empty()
    }

    pub(super) fn sender_gone(&self, lost: &[bool]) -> bool {
        self.sender.iter().any(|it| lost[*it as usize])
    }

    pub(super) fn target_gone(&self, lost: &[bool]) -> bool {
        self.target.iter().any(|it| lost[*it as usize])
    }
}

/// How many of those who are asked are enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enough {
    /// Any one of them.
    Any,
    /// Each, for each one's work is its own.
    Each,
    /// Each, as long as it is there: it is asked about itself.
    EachThere,
}

/// Every unit of a cloud; what is vital to services is told to them on the way.
pub(super) fn units(building: &mut Building<'_>) -> Vec<Unit> {
    let mut units = Vec::new();
    for (at, flow) in building.cloud.flows.iter().enumerate() {
        if building.cloud.tunnel_of(&flow.service).is_some() {
            continue;
        }
        let payload = flow.ports.iter().find(|it| it.protocol != Protocol::Vrrp);
        let Some(port) = payload else { continue };
        let told = !is_hop(building.cloud, flow);
        let apps = apps(building.cloud, flow);
        for (from, who, sender) in senders(building, flow) {
            // Each of several apps behind one door is there or not by itself.
            let each: Vec<&[usize]> =
                if apps.is_empty() { vec![&[]] } else { apps.chunks(1).collect() };
            for apps in each {
                for asked in targets(building, flow, &who, *port, apps) {
                    vital(building, at, from, asked.node);
                    if told {
                        let (sender, apps) = (sender.clone(), apps.to_vec());
                        let Asked { to, node, target } = asked;
                        units.push(Unit { flow: at, from, to, apps, node, sender, target });
                    }
                }
            }
        }
    }
    units
}

fn is_of_people(end: &End) -> bool {
    matches!(end, End::Outside(_) | End::Network(_) | End::Internet(_))
}

/// Whether people ask by it and go on by others.
fn is_errand(reason: &Reason) -> bool {
    match reason.asked_by {
        Asker::Access => true,
        Asker::App(_) => !reason.vital,
        Asker::Role(_) | Asker::Host => false,
    }
}

/// Whether it is a part of the way of people whose own flow stands for all of it.
fn is_hop(cloud: &Cloud, flow: &Flow) -> bool {
    let shares =
        |other: &Flow, reason: &Reason| is_of_people(&other.from) && other.reasons.contains(reason);
    !is_of_people(&flow.from)
        && flow
            .reasons
            .iter()
            .filter(|it| is_errand(it))
            .any(|reason| cloud.flows.iter().any(|it| shares(it, reason)))
}

/// The apps that a flow leads to.
fn apps(cloud: &Cloud, flow: &Flow) -> Vec<usize> {
    let leads = |name: &fmc_model::Name| {
        let service = format!("app-{name}");
        let errands = flow.reasons.iter().filter(|it| is_errand(it));
        cloud
            .flows
            .iter()
            .filter(|it| it.service == service)
            .any(|last| errands.clone().any(|it| last.reasons.contains(it)))
    };
    let all = cloud.apps.keys().enumerate();
    all.filter(|it| leads(it.1)).map(|it| it.0).collect()
}

/// Everybody who sends a flow, each with what must be there for that.
fn senders(building: &Building<'_>, flow: &Flow) -> Vec<(From, Who, Vec<ElementId>)> {
    let cloud = building.cloud;
    let of_hosts = |hosts: &HostSet, who: fn(HostId) -> Who| {
        let all = hosts.iter().filter(|it| building.samples.has(*it));
        let ours = all.filter(|it| !cloud.host(*it).managed);
        ours.map(|it| (From::Host(it), who(it), building.of_host(cloud.host(it)).collect()))
            .collect()
    };
    match &flow.from {
        End::Hosts(hosts) => of_hosts(hosts, Who::Host),
        End::Pods(hosts) => of_hosts(hosts, Who::Pod),
        End::Outside(name) => {
            let Some(at) = cloud.outside.get_index_of(name) else { return Vec::new() };
            let people = &cloud.outside[at].people;
            // Those of one group stand where one of them does.
            let placed = people.iter().position(|it| !it.addresses.is_empty());
            let who = match placed {
                Some(person) => Some(Who::Person(at, person)),
                None => ends::who(cloud, &format!("outside:{name}")).ok(),
            };
            who.into_iter().map(|it| (From::Outside(at), it, Vec::new())).collect()
        }
        End::Network(name) => {
            let Some(at) = cloud.networks.get_index_of(name) else { return Vec::new() };
            let public = cloud.networks[at].kind == NetworkKind::Public;
            let who = if public { Who::Internet } else { Who::Device(at) };
            vec![(From::Network(at), who, Vec::new())]
        }
        // Somebody else's program comes again by itself, such as that of an authority.
        End::Internet(_) | End::Vip(_) => Vec::new(),
    }
}

/// Somebody who is asked.
struct Asked {
    to: Option<HostId>,
    node: NodeId,
    target: Vec<ElementId>,
}

fn targets(
    building: &mut Building<'_>,
    flow: &Flow,
    from: &Who,
    port: Ports,
    apps: &[usize],
) -> Vec<Asked> {
    let cloud = building.cloud;
    let payload = ends::payload(&port);
    let (hosts, who, enough): (&HostSet, fn(HostId) -> Who, Enough) = match &flow.to {
        End::Hosts(hosts) => (hosts, Who::Host, enough(cloud, flow, hosts)),
        End::Pods(hosts) => (hosts, Who::Pod, Enough::EachThere),
        End::Vip(name) => {
            let vip = cloud.vips.get_index_of(name).map(Who::Vip);
            let node = vip.and_then(|it| building.question(from, &it, payload, apps));
            return node
                .map(|node| Asked { to: None, node, target: Vec::new() })
                .into_iter()
                .collect();
        }
        End::Internet(names) => {
            // Of several addresses one is asked that the host can send to.
            let addresses = names.iter().filter_map(|it| it.parse().ok()).map(Who::Address);
            let mut world = addresses.chain([Who::Internet]);
            let node = world.find_map(|it| building.question(from, &it, payload, apps));
            return node
                .map(|node| Asked { to: None, node, target: Vec::new() })
                .into_iter()
                .collect();
        }
        End::Outside(_) | End::Network(_) => return Vec::new(),
    };
    let looked_at: Vec<HostId> = hosts.iter().filter(|it| building.samples.has(*it)).collect();
    let mut all = Vec::new();
    for host in looked_at {
        let to = who(host);
        if to == *from && enough != Enough::Any {
            continue;
        }
        if let Some(node) = building.question(from, &to, payload, apps) {
            let target = match enough {
                Enough::EachThere => building.of_host(cloud.host(host)).collect(),
                Enough::Any | Enough::Each => Vec::new(),
            };
            all.push(Asked { to: Some(host), node, target });
        }
    }
    if enough == Enough::Any && !all.is_empty() {
        let to = if let [one] = &all[..] { one.to } else { None };
        let node = building.graph.node(Node::Any(all.iter().map(|it| it.node).collect()));
        return vec![Asked { to, node, target: Vec::new() }];
    }
    all
}

/// How many hosts of a flow's end are enough: as those stand in for each other who offer it.
fn enough(cloud: &Cloud, flow: &Flow, hosts: &HostSet) -> Enough {
    let offers = |it: &&fmc_model::cloud::OfferedService| {
        it.service == flow.service
            && it.ports == flow.ports
            && !it.hosts.intersection(hosts).is_empty()
    };
    let Some(offer) = cloud.offers.iter().find(offers) else {
        let is_app = flow.service.starts_with("app-");
        return if is_app { Enough::Any } else { Enough::EachThere };
    };
    match cloud.redundancy.iter().find(|it| it.role == offer.role).map(|it| it.kind) {
        None => Enough::EachThere,
        Some(Redundancy::Single) => Enough::Each,
        Some(_) => Enough::Any,
    }
}

/// Tells the services of a sender what they do not answer without.
fn vital(building: &mut Building<'_>, flow: usize, from: From, node: NodeId) {
    let From::Host(id) = from else { return };
    let cloud = building.cloud;
    let reasons = cloud.flows[flow].reasons.iter().enumerate();
    for (at, reason) in reasons.filter(|it| it.1.vital) {
        let runs = match &reason.asked_by {
            Asker::Role(role) => {
                let roles = &cloud.host(id).roles;
                roles.iter().position(|it| it.name == role).map(Runs::Role)
            }
            Asker::App(app) => cloud.apps.get_index_of(app.as_str()).map(Runs::App),
            Asker::Access | Asker::Host => None,
        };
        let service = runs.and_then(|it| building.services.get(&(id, it))).copied();
        if let Some(service) = service {
            building.graph.services[service as usize].vital.push(node);
            building.vital.push(Vital { service, node, flow, reason: at });
        }
    }
}

//! Whether somebody else's router knows the way into the cloud.

use super::Reason;
use crate::ends::Who;
use crate::intent::wanted_by;
use crate::question::{Question, Subject};
use crate::way::Fate;
use fmc_config::maps::IndexMap;
use fmc_model::cloud::{Host, HostId, Network, NetworkKind};
use fmc_model::{Cloud, Code, Diagnostic, Severity, Words, text};
use std::net::IpAddr;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A router that is not of this cloud must be told a way.
const CODE: Code = Code {
    id: "FMC0805",
    severity: Severity::Warning,
    title: Words("needs a route at somebody else's router", "necesita una ruta en un router ajeno"),
    reason: Words(
        "Devices that are no hosts of this cloud send what is not for their own network to its gateway. \
         Where that is the router of a provider, it sends packets for networks inside to the Internet, \
         which knows no way to them. Everything here is ready; that one device has to be told, and no \
         file that is built can do it.",
        "Los aparatos que no son hosts de esta nube envían a la puerta de enlace lo que no es de su \
         propia red. Si esta es el router de un proveedor, manda a Internet los paquetes para redes \
         internas, y allí nadie sabe llegar. Aquí todo está preparado; a ese aparato hay que decírselo, \
         y ningún fichero que se construya puede hacerlo.",
    ),
    failing: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.1.0.0/24 }
hosts:
  gate: { os: debian, nics: { lan: 2, inner: 1 }, roles: { router: { uplink: lan } } }
  server: { os: debian, nics: { inner: 10 } }
access: [lan -> server: ssh]
",
    mended: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.1.0.0/24 }
hosts:
  gate: { os: debian, nics: { lan: 2, inner: 1 }, roles: { router: { uplink: lan }, bastion: } }
  server: { os: debian, nics: { inner: 10 } }
access: [lan -> gate: ssh]
",
};

/// Whether a device sends it to a router of somebody else, which does not know where it goes.
pub(super) fn is_foreign(cloud: &Cloud, from: &Who, reason: Reason) -> bool {
    let lost = [Fate::Astray, Fate::PrivateDestination, Fate::NoRoute, Fate::Left];
    home(cloud, from).is_some() && reason.at.is_none() && lost.contains(&reason.fate)
}

/// The network, by its place in the file, in which somebody is who is no host: of people who are known by
/// name, the one that is no tunnel.
fn home(cloud: &Cloud, from: &Who) -> Option<usize> {
    match from {
        Who::Device(network) => Some(*network),
        Who::Person(of, _) => {
            let networks = cloud.outside[*of].networks.iter();
            let mut all = networks.filter_map(|it| cloud.networks.get_full(it));
            let is_tunnel = |it: &Network| it.kind == NetworkKind::Wireguard;
            if all.clone().any(|it| is_tunnel(it.2)) {
                return None;
            }
            all.find(|it| it.2.kind == NetworkKind::Private).map(|it| it.0)
        }
        _ => None,
    }
}

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let mut groups: IndexMap<(usize, usize), Vec<HostId>> = IndexMap::default();
    for difference in subject.matrix().less() {
        let (flow, reason) = (wanted_by(cloud, &difference), Reason::of(&difference));
        if let (Some(flow), Some(reason), Some(network)) =
            (flow, reason, home(cloud, &difference.pair.from))
            && is_foreign(cloud, &difference.pair.from, reason)
        {
            let hosts = groups.entry((flow, network)).or_default();
            hosts.extend(subject.matrix().receivers(difference.pair));
        }
    }
    groups.into_iter().map(|((flow, network), hosts)| told(subject, flow, network, hosts)).collect()
}

fn told(subject: &Subject<'_>, flow: usize, network: usize, hosts: Vec<HostId>) -> Diagnostic {
    let cloud = subject.cloud;
    let flow = &cloud.flows[flow];
    let network = &cloud.networks[network];
    let place = flow.reasons.first().map(|it| it.origin.place).unwrap_or_default();
    let to = cloud.set_of(hosts);
    let (name, id) = (&network.name, &flow.id);
    let what = match network.gateways.first() {
        Some(gateway) => text!(
            "devices in {name} send what is for {to} to {gateway}, which is no host of this cloud and must know the way (`{id}`)",
            "los aparatos de {name} envían lo que va a {to} a {gateway}, que no es host de esta nube y debe conocer el camino (`{id}`)"
        ),
        None => text!(
            "devices in {name} have no gateway, and must be told the way to {to} (`{id}`)",
            "los aparatos de {name} no tienen puerta de enlace, y hay que decirles el camino a {to} (`{id}`)"
        ),
    };
    let found = CODE.at(place, what);
    match router(subject, network) {
        Some((router, address)) => {
            let router = &router.name;
            found.hint(text!(
                "give it a route to that network by {address}, which is {router}, and suppress this; or let them come to a host in {name}",
                "déle una ruta a esa red por {address}, que es {router}, y suprima esto; o que vengan a un host de {name}"
            ))
        }
        None => {
            found.hint(text!("let them come to a host in {name}", "que vengan a un host de {name}"))
        }
    }
}

/// A host that forwards and has an address in a network.
fn router<'c>(subject: &Subject<'c>, network: &Network) -> Option<(&'c Host, IpAddr)> {
    let mut forwarding = subject.ours().filter(|it| it.forwards);
    forwarding.find_map(|it| {
        let nic = it.nic(&network.name)?;
        Some((it, nic.addresses.first()?.addr()))
    })
}

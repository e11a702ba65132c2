//! Addresses of whom somebody asks and that nobody has.

use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use fmc_model::cloud::{End, HostId, Network, NetworkKind};
use fmc_model::{Cloud, Code, Diagnostic, Severity, Words, text};
use std::net::IpAddr;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// An address inside that nobody has.
const CODE: Code = Code {
    id: "FMC1209",
    severity: Severity::Warning,
    title: Words("asked at an address of nobody", "preguntado en una dirección de nadie"),
    reason: Words(
        "A host asks for names, for the time or for something else at an address in a network of the \
         cloud, and no host, no virtual address and no gateway there has it: it waits for an answer that \
         never comes. Told is it of networks that lead out over hosts of the cloud alone and in which \
         nobody is who is not in the file; in a network with somebody else's router a device may well be \
         there of which the file says nothing.",
        "Un host pregunta por nombres, por la hora o por otra cosa en una dirección de una red de la \
         nube, y no la tiene ningún host, ninguna dirección virtual ni puerta de enlace: espera una \
         respuesta que nunca llega. Se dice de redes que solo salen por hosts de la nube y en las que no \
         hay nadie que no esté en el fichero; en una red con el router de otro bien puede haber un \
         aparato del que el fichero no dice nada.",
    ),
    failing: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.0.1.0/24 }
hosts:
  router: { os: debian, nics: { lan: 10, inner: 1 }, roles: { router: { uplink: lan } } }
  server: { os: debian, nics: { inner: 12 }, resolvers: 10.0.1.11 }
",
    mended: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.0.1.0/24 }
hosts:
  router: { os: debian, nics: { lan: 10, inner: 1 }, roles: { router: { uplink: lan } } }
  names: { os: debian, nics: { inner: 11 }, roles: { coredns: } }
  server: { os: debian, nics: { inner: 12 }, resolvers: 10.0.1.11 }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    // Who asks, by the line, the address and the service.
    let mut asked: IndexMap<(Place, IpAddr, &str), Vec<HostId>> = IndexMap::default();
    for host in subject.ours() {
        for resolver in &host.resolvers {
            let key = (host.origin.place, *resolver, super::DNS);
            asked.entry(key).or_default().push(host.id);
        }
    }
    for flow in &cloud.flows {
        let (End::Hosts(from), End::Internet(names)) = (&flow.from, &flow.to) else { continue };
        let Some(reason) = flow.reasons.first() else { continue };
        for address in names.iter().filter_map(|it| it.parse().ok()) {
            let key = (reason.origin.place, address, flow.service.as_str());
            asked.entry(key).or_default().extend(from.iter());
        }
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut told: Vec<(IpAddr, HostId)> = Vec::new();
    for ((place, address, service), mut hosts) in asked {
        // What a resolver asks for itself is what it asks for others.
        hosts.retain(|it| !told.contains(&(address, *it)));
        let Some(network) = missing(subject, address).filter(|_| !hosts.is_empty()) else {
            continue;
        };
        told.extend(hosts.iter().map(|it| (address, *it)));
        let (name, who) = (&network.name, subject.called(hosts.iter().map(|it| cloud.host(*it))));
        found.push(
            CODE.at(
                place,
                text!(
                    "{who} asks {address} for {service}, and nobody in {name} has that address",
                    "{who} pregunta a {address} por {service}, y nadie en {name} tiene esa dirección"
                ),
            )
            .hint(text!(
                "name an address that somebody has, or add the host to which it belongs",
                "nombre una dirección que alguien tenga, o añada el host al que pertenece"
            )),
        );
    }
    found
}

/// The network that an address lies in and nobody has it, where everybody in it is known.
fn missing<'c>(subject: &Subject<'c>, address: IpAddr) -> Option<&'c Network> {
    let cloud = subject.cloud;
    let mut networks = cloud.networks.values().filter(|it| it.kind == NetworkKind::Private);
    let network = networks.find(|it| it.prefixes.iter().any(|net| net.contains(&address)))?;
    let held = subject.machines.owner(address).is_some() || network.gateways.contains(&address);
    let lent = network.dhcp.is_some_and(|(first, last)| first <= address && address <= last);
    (!held && !lent && is_known(cloud, network)).then_some(network)
}

/// Whether everybody in a network is in the file: nobody else's router is, nor people's devices.
fn is_known(cloud: &Cloud, network: &Network) -> bool {
    let foreign = network.router.is_none() && !network.gateways.is_empty();
    let people = cloud.outside.values().any(|it| it.networks.contains(&network.name));
    let devices = cloud.flows.iter().any(|it| it.from == End::Network(network.name.clone()));
    !foreign && !people && !devices
}

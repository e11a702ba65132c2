//! The networks of pods: which part of them each node has, and who needs routes to it; and apps that run as pods.

use super::codes::{APP_IN_PODS, OVERLAP, PODS_DO_NOT_FIT};
use super::context::Context;
use super::declare::Declared;
use super::expand::Expanded;
use super::networks::touch;
use crate::cloud::{App, Host, Kubernetes, NODE_PORTS, Network, Nic, PodRoute};
use crate::spec::CloudSpec;
use crate::{Name, text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, IndexMap};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Apps whose pods would run nowhere, or whose port is none that nodes pass on to pods.
pub(crate) fn apps(
    spec: &CloudSpec,
    apps: &IndexMap<Name, App>,
    declared: &Declared,
    context: &mut Context<'_>,
) {
    let mut taken: HashMap<u16, (&Name, Place)> = HashMap::default();
    for (name, written) in &spec.apps {
        let Some((app, pods)) = apps.get(&name.value).zip(written.pods.as_ref()) else { continue };
        let bare = app.hosts.minus(&declared.pod_hosts);
        if let Some(host) = bare.names().next() {
            let what = text!("{host} runs no pods", "{host} no ejecuta pods");
            context.report(APP_IN_PODS.at(pods.place, what).hint(text!(
                "give it the role `worker`, or leave it out of `hosts` of the app",
                "dele el rol `worker`, o quítelo de `hosts` de la app"
            )));
        }
        let port = &written.port;
        // That there is none, or none that can be read, was said.
        if port.value == 0 || written.unread.has("port") {
            continue;
        }
        // Every node passes it on to the same pods, whether they are there or not.
        match taken.entry(port.value) {
            Entry::Vacant(free) => {
                free.insert((&name.value, port.place));
            }
            Entry::Occupied(by) => {
                let (other, first) = *by.get();
                let port = port.value;
                let diagnostic = APP_IN_PODS.at(
                    written.port.place,
                    text!(
                        "port {port} is that of the pods of `{other}` on every node",
                        "el puerto {port} es el de los pods de `{other}` en todos los nodos"
                    ),
                );
                let said = text!("it is taken here", "se toma aquí");
                context.report(diagnostic.label(first, said).hint(text!(
                    "write another port: apps in pods share none, on whichever hosts they are",
                    "escriba otro puerto: las apps en pods no comparten ninguno, estén en los hosts que estén"
                )));
            }
        }
        let (first, last) = (NODE_PORTS.first, NODE_PORTS.last);
        if !(first..=last).contains(&port.value) {
            let what = text!(
                "nodes pass no connections to port {port} on to pods",
                "los nodos no pasan a ningún pod las conexiones al puerto {port}",
                port = port.value
            );
            let diagnostic = APP_IN_PODS.at(port.place, what);
            let diagnostic = diagnostic
                .label(pods.place, text!("the app is served by pods", "la app la sirven pods"));
            context.report(diagnostic.hint(text!(
                "write a port of {first} to {last}; that of the image is written in `pods`",
                "escriba un puerto de {first} a {last}; el de la imagen se escribe en `pods`"
            )));
        }
    }
}

/// Gives each node its part of the pod networks. The part has the number of the node's own address
/// where that is free, so that one more node does not move the others.
pub(crate) fn pods(
    spec: &CloudSpec,
    expanded: &mut Expanded,
    declared: &Declared,
    kubernetes: &Kubernetes,
    networks: &IndexMap<Name, Network>,
    context: &mut Context<'_>,
) {
    let mut nodes: Vec<usize> = declared.pod_hosts.iter().map(|it| it.0 as usize).collect();
    if nodes.is_empty() {
        return;
    }
    overlaps(spec, kubernetes, context);
    // Networks in the order of the file decide who is asked first, not the order of the hosts.
    let rank = |index: &usize| {
        let nic = expanded.hosts[*index].nics.first();
        nic.and_then(|it| networks.get_index_of(&it.network)).unwrap_or(usize::MAX)
    };
    nodes.sort_by_key(|it| (rank(it), *it));
    for (prefix, length) in kubernetes.pods.iter().zip(&kubernetes.node_prefixes) {
        let bits = u32::from(length - prefix.prefix_len()).min(24);
        let capacity = 1_usize << bits;
        if nodes.len() > capacity {
            let count = nodes.len();
            let mut written = spec.kubernetes.iter().flat_map(|it| &it.pods);
            let place = written
                .find(|it| it.value.0 == *prefix)
                .map_or(expanded.hosts[nodes[0]].origin.place, |it| it.place);
            context.report(
                PODS_DO_NOT_FIT
                    .at(
                        place,
                        text!(
                            "{prefix} has room for {capacity} nodes of /{length}, and there are {count}",
                            "en {prefix} caben {capacity} nodos de /{length}, y hay {count}"
                        ),
                    )
                    .hint(text!(
                        "write `kubernetes: {{ pods: 10.128.0.0/9 }}`, or a longer `node_prefix`",
                        "escriba `kubernetes: {{ pods: 10.128.0.0/9 }}`, o un `node_prefix` más largo"
                    )),
            );
        }
        let mut free = FreeNumbers::new(capacity);
        for index in &nodes {
            let host = &mut expanded.hosts[*index];
            let wanted = host.primary_addresses().next().map_or(0, host_bits) % capacity;
            let Some(number) = free.take(wanted) else { break };
            if let Some(part) = part(prefix, *length, number) {
                host.pods.push(part);
            }
        }
    }
}

/// The bits of an address that tell hosts apart: the last two bytes.
fn host_bits(address: IpAddr) -> usize {
    match address {
        IpAddr::V4(it) => u32::from(it) as usize & 0xffff,
        IpAddr::V6(it) => usize::from(it.segments()[7]),
    }
}

/// Numbers that are still free, the next one found in nearly constant time.
struct FreeNumbers(Vec<u32>);

impl FreeNumbers {
    fn new(capacity: usize) -> Self {
        Self((0..=capacity as u32).collect())
    }

    /// The first free number from `wanted` on, and from the beginning behind the last.
    fn take(&mut self, wanted: usize) -> Option<usize> {
        let last = self.0.len() - 1;
        let mut number = self.find(wanted);
        if number == last {
            number = self.find(0);
        }
        if number == last {
            return None;
        }
        self.0[number] = number as u32 + 1;
        Some(number)
    }

    fn find(&mut self, from: usize) -> usize {
        let mut root = from;
        while self.0[root] as usize != root {
            root = self.0[root] as usize;
        }
        let mut at = from;
        while self.0[at] as usize != root && at != root {
            at = std::mem::replace(&mut self.0[at], root as u32) as usize;
        }
        root
    }
}

/// The `number`th part of `length` of a prefix.
fn part(prefix: &IpNet, length: u8, number: usize) -> Option<IpNet> {
    match prefix {
        IpNet::V4(net) => {
            let shift = 32 - u32::from(length);
            let address =
                u32::from(net.network()) | (number as u32).checked_shl(shift).unwrap_or(0);
            Ipv4Net::new(Ipv4Addr::from(address), length).ok().map(IpNet::V4)
        }
        IpNet::V6(net) => {
            let shift = 128 - u32::from(length);
            let address =
                u128::from(net.network()) | (number as u128).checked_shl(shift).unwrap_or(0);
            Ipv6Net::new(Ipv6Addr::from(address), length).ok().map(IpNet::V6)
        }
    }
}

/// The usual addresses of Kubernetes against the networks. Those that were written stand for
/// themselves (see `networks`).
fn overlaps(spec: &CloudSpec, kubernetes: &Kubernetes, context: &mut Context<'_>) {
    let written = spec.kubernetes.as_ref();
    let pods = written.is_none_or(|it| it.pods.is_empty()).then_some(&kubernetes.pods);
    let services = written.is_none_or(|it| it.services.is_empty()).then_some(&kubernetes.services);
    let own = [("pods", pods), ("services", services)];
    let own = own.iter().flat_map(|it| it.1.into_iter().flatten().map(|net| (it.0, net)));
    for (what, net) in own {
        for (name, network) in &spec.networks {
            let Some(prefix) = network.cidr.iter().find(|it| touch(&it.value.0, net)) else {
                continue;
            };
            let name = &name.value;
            context.report(
                OVERLAP
                    .at(
                        prefix.place,
                        text!(
                            "`{name}` overlaps {net}, the addresses of Kubernetes' {what}",
                            "`{name}` se solapa con {net}, las direcciones de {what} de Kubernetes"
                        ),
                    )
                    .hint(text!(
                        "write other addresses under `kubernetes: {{ {what}: … }}`",
                        "escriba otras direcciones en `kubernetes: {{ {what}: … }}`"
                    )),
            );
        }
    }
}

/// By which of its interfaces each node's pods are met: the one in whose network there are the most nodes, so that as
/// few as possible need a router between them; the first of several.
pub(crate) fn met_at(hosts: &[Host]) -> HashMap<&Name, &Nic> {
    let nodes = || hosts.iter().filter(|it| !it.pods.is_empty());
    let mut count: HashMap<&Name, usize> = HashMap::default();
    for nic in nodes().flat_map(|it| it.nics.iter().filter(|it| !it.addresses.is_empty())) {
        *count.entry(&nic.network).or_default() += 1;
    }
    let mut met = HashMap::default();
    for node in nodes() {
        let own = node.nics.iter().rev().filter(|it| !it.addresses.is_empty());
        met.extend(own.max_by_key(|it| count[&it.network]).map(|it| (&node.name, it)));
    }
    met
}

/// The routes to the pods of each network's nodes.
pub(crate) fn pod_routes(hosts: &[Host]) -> IndexMap<Name, Vec<PodRoute>> {
    let mut routes: IndexMap<Name, Vec<PodRoute>> = IndexMap::default();
    let met = met_at(hosts);
    for node in hosts {
        let Some(nic) = met.get(&node.name) else { continue };
        let table = routes.entry(nic.network.clone()).or_default();
        for to in &node.pods {
            let via = nic
                .addresses
                .iter()
                .map(IpNet::addr)
                .find(|it| it.is_ipv4() == to.addr().is_ipv4());
            table.extend(via.map(|via| PodRoute { to: *to, via, node: node.name.clone() }));
        }
    }
    routes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_once() {
        let mut free = FreeNumbers::new(4);
        let given: Vec<_> = [2, 2, 2, 2, 2].into_iter().map(|it| free.take(it)).collect();
        assert_eq!(given, [Some(2), Some(3), Some(0), Some(1), None]);
    }

    #[test]
    fn parts() {
        let v4: IpNet = "10.42.0.0/16".parse().expect("a prefix");
        assert_eq!(part(&v4, 24, 27).map(|it| it.to_string()).as_deref(), Some("10.42.27.0/24"));
        let v6: IpNet = "fd42::/48".parse().expect("a prefix");
        assert_eq!(part(&v6, 64, 27).map(|it| it.to_string()).as_deref(), Some("fd42:0:0:1b::/64"));
    }
}

//! Routes of every host, so that what goes out also comes back, and the networks of pods.
//!
//! Hosts in the same networks with the same gateway have the same routes, but for the word that is
//! their own; routes are therefore found once for each such class, and ten thousand workers in one
//! segment cost no more than one.

use super::codes::{OVERLAP, PODS_DO_NOT_FIT};
use super::context::Context;
use super::declare::Declared;
use super::expand::Expanded;
use super::networks::touch;
use crate::cloud::{Host, Kubernetes, Network, NetworkKind, PodRoute, Route, Via};
use crate::{Name, text};
use indexmap::IndexMap;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// A router's leg in a network.
struct Leg {
    router: usize,
    addresses: Vec<IpAddr>,
}

/// What two hosts must share to have the same routes: interfaces in the same networks under the
/// same names, the same gateways of their own, and not being a router.
type Class = Vec<(Name, String, Vec<IpAddr>)>;

/// Decides all routes but those to pods.
pub(crate) fn routes(
    expanded: &mut Expanded,
    networks: &IndexMap<Name, Network>,
    kubernetes: Option<&Kubernetes>,
) {
    let routers: Vec<usize> =
        expanded.hosts.iter().enumerate().filter(|it| it.1.forwards).map(|it| it.0).collect();
    let mut legs: IndexMap<&Name, Vec<Leg>> = IndexMap::new();
    for (name, _) in networks {
        let found = routers.iter().filter_map(|router| {
            let nic = expanded.hosts[*router].nic(name)?;
            let addresses: Vec<IpAddr> = nic.addresses.iter().map(IpNet::addr).collect();
            (!addresses.is_empty()).then_some(Leg { router: *router, addresses })
        });
        legs.insert(name, found.collect());
    }
    let mut known: HashMap<Class, Arc<[Route]>> = HashMap::new();
    let mut decided: Vec<Arc<[Route]>> = Vec::with_capacity(expanded.hosts.len());
    for (index, host) in expanded.hosts.iter().enumerate() {
        let entry = &expanded.entries[expanded.entry_of[index]];
        let own = |network: &Name| -> Vec<IpAddr> {
            let nic = entry.nics.get(network.as_str());
            nic.into_iter().flat_map(|it| it.gateway.iter().map(|it| it.value)).collect()
        };
        let class: Class = host
            .nics
            .iter()
            .map(|it| (it.network.clone(), it.interface.clone(), own(&it.network)))
            .collect();
        let make = || {
            let scene =
                Scene { host, index, class: &class, networks, legs: &legs, hosts: &expanded.hosts };
            Arc::from(scene.routes(kubernetes))
        };
        let routes = if host.forwards || host.managed {
            make()
        } else {
            Arc::clone(known.entry(class.clone()).or_insert_with(make))
        };
        decided.push(routes);
    }
    for (host, routes) in expanded.hosts.iter_mut().zip(decided) {
        host.routes = routes;
    }
}

struct Scene<'a> {
    host: &'a Host,
    index: usize,
    class: &'a Class,
    networks: &'a IndexMap<Name, Network>,
    legs: &'a IndexMap<&'a Name, Vec<Leg>>,
    hosts: &'a [Host],
}

impl Scene<'_> {
    fn routes(&self, kubernetes: Option<&Kubernetes>) -> Vec<Route> {
        if self.host.managed {
            return Vec::new();
        }
        let mut routes = self.defaults();
        let gateways: Vec<IpAddr> = routes
            .iter()
            .filter_map(|it| match it.via {
                Via::Gateway(address) => Some(address),
                Via::Provider | Via::Link => None,
            })
            .collect();
        let mut steps: IndexMap<&Name, (usize, &Name)> = IndexMap::new();
        self.walk(&mut steps);
        for (name, network) in self.networks {
            if network.kind == NetworkKind::Public || self.host.nic(name).is_some() {
                continue;
            }
            let Some((router, over)) = steps.get(name) else { continue };
            for prefix in &network.prefixes {
                self.add(
                    &mut routes,
                    &gateways,
                    *prefix,
                    *router,
                    over,
                    &text!("network {name}", "red {name}"),
                );
            }
        }
        if let Some(kubernetes) = kubernetes {
            self.pods(kubernetes, &steps, &gateways, &mut routes);
        }
        routes
    }

    /// By the first interface that has a gateway.
    fn defaults(&self) -> Vec<Route> {
        let because = text!("everything else", "todo lo demás");
        for (network_name, interface, own) in self.class {
            let Some(network) = self.networks.get(network_name) else { continue };
            let mine: Vec<IpAddr> = self.host.addresses().collect();
            let gateways: Vec<IpAddr> =
                if own.is_empty() { network.gateways.clone() } else { own.clone() };
            let gateways: Vec<IpAddr> =
                gateways.into_iter().filter(|it| !mine.contains(it)).collect();
            // A gateway that is this very host leads nowhere.
            let own_router = network.router.as_ref() == Some(&self.host.name);
            if !gateways.is_empty() && !own_router {
                return gateways
                    .into_iter()
                    .map(|gateway| Route {
                        to: everywhere(gateway.is_ipv4()),
                        via: Via::Gateway(gateway),
                        interface: interface.clone(),
                        because: because.clone(),
                    })
                    .collect();
            }
            if network.kind == NetworkKind::Public && gateways.is_empty() {
                let nic = self.host.nic(network_name);
                let six = nic.is_some_and(|it| it.addresses.iter().any(|it| it.addr().is_ipv6()));
                let versions: &[bool] = if six { &[true, false] } else { &[true] };
                return versions
                    .iter()
                    .map(|v4| Route {
                        to: everywhere(*v4),
                        via: Via::Provider,
                        interface: interface.clone(),
                        because: because.clone(),
                    })
                    .collect();
            }
        }
        Vec::new()
    }

    /// For each network that is not its own: the first router on the shortest way there, and the
    /// network by which that router is met.
    fn walk<'s>(&'s self, steps: &mut IndexMap<&'s Name, (usize, &'s Name)>) {
        let mut queue: VecDeque<&Name> = VecDeque::new();
        let mut seen: BTreeSet<&Name> = BTreeSet::new();
        for (name, _, _) in self.class {
            // Nobody sends what is for a segment of ours out to the Internet first.
            let public = self.networks.get(name).is_some_and(|it| it.kind == NetworkKind::Public);
            if !public && seen.insert(name) {
                queue.push_back(name);
            }
        }
        while let Some(name) = queue.pop_front() {
            let Some(legs) = self.legs.get(name) else { continue };
            for leg in legs.iter().filter(|it| it.router != self.index) {
                let first = steps.get(name).copied().unwrap_or((leg.router, name));
                for nic in &self.hosts[leg.router].nics {
                    let Some((next, network)) = self.networks.get_key_value(&nic.network) else {
                        continue;
                    };
                    if network.kind != NetworkKind::Public && seen.insert(next) {
                        steps.insert(next, first);
                        queue.push_back(next);
                    }
                }
            }
        }
    }

    /// A route by a router, unless the default route goes there anyhow.
    fn add(
        &self,
        routes: &mut Vec<Route>,
        defaults: &[IpAddr],
        to: IpNet,
        router: usize,
        over: &Name,
        because: &crate::Text,
    ) {
        let Some(leg) = self.legs.get(over).and_then(|it| it.iter().find(|it| it.router == router))
        else {
            return;
        };
        let Some(via) = leg.addresses.iter().find(|it| it.is_ipv4() == to.addr().is_ipv4()) else {
            return;
        };
        if defaults.contains(via) {
            return;
        }
        let Some(nic) = self.host.nic(over) else { return };
        routes.push(Route {
            to,
            via: Via::Gateway(*via),
            interface: nic.interface.clone(),
            because: because.clone(),
        });
    }

    /// To pods that are not in a network of this host: by the router to the first network with
    /// nodes.
    fn pods(
        &self,
        kubernetes: &Kubernetes,
        steps: &IndexMap<&Name, (usize, &Name)>,
        defaults: &[IpAddr],
        routes: &mut Vec<Route>,
    ) {
        let beside_nodes = self.hosts.iter().any(|it| {
            !it.pods.is_empty() && it.nics.iter().any(|nic| self.host.nic(&nic.network).is_some())
        });
        if self.host.forwards && beside_nodes {
            self.pods_of_routers(steps, defaults, routes);
            return;
        }
        let first = steps.iter().find(|it| {
            self.networks.get(*it.0).is_some_and(|network| {
                self.hosts
                    .iter()
                    .any(|host| !host.pods.is_empty() && host.nic(&network.name).is_some())
            })
        });
        // A host beside the nodes still meets the router for pods in other networks.
        let beside = || {
            self.class.iter().find_map(|(name, _, _)| {
                let leg = self.legs.get(name)?.iter().find(|it| it.router != self.index)?;
                let (name, _) = self.networks.get_key_value(name)?;
                Some((leg.router, name))
            })
        };
        let Some((router, over)) = first.map(|it| *it.1).or_else(beside) else { return };
        for prefix in &kubernetes.pods {
            self.add(routes, defaults, *prefix, router, over, &text!("pods", "pods"));
        }
    }

    /// A router meets the nodes of its own networks directly (see [`pod_routes`]); for those in
    /// networks behind another router it needs a route to each.
    fn pods_of_routers(
        &self,
        steps: &IndexMap<&Name, (usize, &Name)>,
        defaults: &[IpAddr],
        routes: &mut Vec<Route>,
    ) {
        for node in self.hosts.iter().filter(|it| !it.pods.is_empty()) {
            if node.nics.iter().any(|it| self.host.nic(&it.network).is_some()) {
                continue;
            }
            let Some(network) = node.nics.first().map(|it| &it.network) else { continue };
            let Some((router, over)) = steps.get(network) else { continue };
            let name = &node.name;
            for prefix in &node.pods {
                self.add(
                    routes,
                    defaults,
                    *prefix,
                    *router,
                    over,
                    &text!("pods on {name}", "pods de {name}"),
                );
            }
        }
    }
}

fn everywhere(v4: bool) -> IpNet {
    if v4 {
        IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0))
    } else {
        IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0))
    }
}

/// Gives each node its part of the pod networks. The part has the number of the node's own address
/// where that is free, so that one more node does not move the others.
pub(crate) fn pods(
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
    overlaps(kubernetes, networks, context);
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
            let place = declared
                .needs
                .iter()
                .find(|it| it.hosts.len() == count)
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

fn overlaps(
    kubernetes: &Kubernetes,
    networks: &IndexMap<Name, Network>,
    context: &mut Context<'_>,
) {
    let own = kubernetes
        .pods
        .iter()
        .map(|it| ("pods", it))
        .chain(kubernetes.services.iter().map(|it| ("services", it)));
    for (what, net) in own {
        for network in networks.values() {
            if network.prefixes.iter().any(|it| touch(it, net)) {
                let name = &network.name;
                context.report(
                    OVERLAP
                        .at(
                            network.origin.place,
                            text!("`{name}` overlaps {net}, the addresses of Kubernetes' {what}", "`{name}` se solapa con {net}, las direcciones de {what} de Kubernetes"),
                        )
                        .hint(text!(
                            "write other addresses under `kubernetes: {{ {what}: … }}`",
                            "escriba otras direcciones en `kubernetes: {{ {what}: … }}`"
                        )),
                );
            }
        }
    }
}

/// The routes to the pods of each network's nodes.
pub(crate) fn pod_routes(hosts: &[Host]) -> IndexMap<Name, Vec<PodRoute>> {
    let mut routes: IndexMap<Name, Vec<PodRoute>> = IndexMap::new();
    for node in hosts.iter().filter(|it| !it.pods.is_empty()) {
        let Some(nic) = node.nics.iter().find(|it| !it.addresses.is_empty()) else { continue };
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

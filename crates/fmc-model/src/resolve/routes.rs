//! Routes of every host, so that what goes out also comes back.
//!
//! Hosts in the same networks with the same gateway have the same routes, but for the word that is
//! their own; routes are therefore found once for each such class, and ten thousand workers in one
//! segment cost no more than one.

use super::declare::Declared;
use super::expand::Expanded;
use super::pods::met_at;
use crate::cloud::{Host, Kubernetes, Network, NetworkKind, Route, Via};
use crate::{Name, text};
use fmc_config::maps::{HashMap, IndexMap};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::collections::{BTreeSet, VecDeque};
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
    declared: &Declared,
    kubernetes: Option<&Kubernetes>,
) {
    let routers: Vec<usize> =
        expanded.hosts.iter().enumerate().filter(|it| it.1.forwards).map(|it| it.0).collect();
    let mut legs: IndexMap<&Name, Vec<Leg>> = IndexMap::default();
    for (name, _) in networks {
        let found = routers.iter().filter_map(|router| {
            let nic = expanded.hosts[*router].nic(name)?;
            let addresses: Vec<IpAddr> = nic.addresses.iter().map(IpNet::addr).collect();
            (!addresses.is_empty()).then_some(Leg { router: *router, addresses })
        });
        legs.insert(name, found.collect());
    }
    let mut known: HashMap<Class, Arc<[Route]>> = HashMap::default();
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
            let forwarding = declared.forwarding.get(&host.id);
            let uplink = forwarding.and_then(|it| it.0.uplink.as_ref()).map(|it| &it.value);
            let hosts = &expanded.hosts;
            let scene = Scene { host, index, uplink, class: &class, networks, legs: &legs, hosts };
            Arc::from(scene.routes(kubernetes))
        };
        // An address without a network around it is a prefix of its own.
        let single = |it: &IpNet| it.prefix_len() == it.max_prefix_len();
        let alone = host.nics.iter().any(|it| it.addresses.iter().any(single));
        let routes = if host.forwards || host.managed || alone {
            make()
        } else {
            Arc::clone(known.entry(class.clone()).or_insert_with(make))
        };
        decided.push(routes);
    }
    for (host, routes) in expanded.hosts.iter_mut().zip(decided) {
        let default = routes.iter().find(|it| it.to.prefix_len() == 0 && it.from.is_none());
        let leaves =
            default.and_then(|it| host.nics.iter().find(|nic| nic.interface == it.interface));
        host.uplink = leaves.map(|it| it.network.clone());
        host.routes = routes;
    }
}

struct Scene<'a> {
    host: &'a Host,
    index: usize,
    /// The network by which a router was told to reach what it does not know.
    uplink: Option<&'a Name>,
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
        let mut steps: IndexMap<&Name, (usize, &Name)> = IndexMap::default();
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
        let by_source = self.by_source(&routes);
        routes.extend(by_source);
        routes
    }

    /// Where a host that forwards nothing has interfaces in several networks with a way out: the
    /// routes of each for what comes from its own prefix. Whatever leaves by an interface anyhow
    /// stands among them too.
    fn by_source(&self, others: &[Route]) -> Vec<Route> {
        let because = text!("answers by where it was asked", "responde por donde le preguntaron");
        let mut ways: Vec<(&str, IpNet, Via)> = Vec::new();
        let mut networks = 0;
        for (name, interface, own) in self.class {
            let Some(network) = self.networks.get(name) else { continue };
            let gateways = if own.is_empty() { &network.gateways } else { own };
            let public = network.kind == NetworkKind::Public && gateways.is_empty();
            let before = ways.len();
            for address in self.host.nic(name).iter().flat_map(|it| &it.addresses) {
                // Of a public address without a network only itself is known.
                let prefix = address.trunc();
                let same = |it: &&IpAddr| it.is_ipv4() == prefix.addr().is_ipv4();
                let via = match gateways.iter().find(same) {
                    Some(gateway) => Via::Gateway(*gateway),
                    None if public => Via::Provider,
                    None => continue,
                };
                if !ways.iter().any(|it| it.1 == prefix) {
                    ways.push((interface, prefix, via));
                }
            }
            networks += usize::from(ways.len() > before);
        }
        if self.host.forwards || networks < 2 {
            return Vec::new();
        }
        let mut routes = Vec::new();
        for (interface, prefix, via) in ways {
            let v4 = prefix.addr().is_ipv4();
            let route = |to: IpNet, via: Via| Route {
                to,
                from: Some(prefix),
                via,
                interface: interface.to_owned(),
                because: because.clone(),
            };
            routes.push(route(prefix, Via::Link));
            let alike = |it: &&Route| {
                it.interface == interface && it.to.addr().is_ipv4() == v4 && it.to.prefix_len() > 0
            };
            routes.extend(others.iter().filter(alike).map(|it| route(it.to, it.via)));
            routes.push(route(everywhere(v4), via));
        }
        routes
    }

    /// By the uplink that was written, else by the interface with a gateway of its own, else by the
    /// first whose network has one.
    fn defaults(&self) -> Vec<Route> {
        let because = text!("everything else", "todo lo demás");
        let mut ranked: Vec<_> = self.class.iter().collect();
        ranked.sort_by_key(|it| (self.uplink != Some(&it.0), it.2.is_empty()));
        for (network_name, interface, own) in ranked {
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
                        from: None,
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
                        from: None,
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
            from: None,
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
        let met = met_at(self.hosts);
        let beside_nodes = met.values().any(|it| self.host.nic(&it.network).is_some());
        if self.host.forwards && beside_nodes {
            self.pods_of_each(None, steps, defaults, routes);
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
        // Those behind another router answer by that one.
        self.pods_of_each(Some(router), steps, defaults, routes);
    }

    /// A router meets the nodes of its own networks directly (see [`pod_routes`](super::pods::pod_routes)); for those in
    /// networks behind another router it needs a route to each, as a host does for those that are not behind the `usual`
    /// one.
    fn pods_of_each(
        &self,
        usual: Option<usize>,
        steps: &IndexMap<&Name, (usize, &Name)>,
        defaults: &[IpAddr],
        routes: &mut Vec<Route>,
    ) {
        let met = met_at(self.hosts);
        for node in self.hosts.iter().filter(|it| !it.pods.is_empty()) {
            let Some(network) = met.get(&node.name).map(|it| &it.network) else { continue };
            if self.host.nic(network).is_some() {
                continue;
            }
            let Some((router, over)) = steps.get(network).filter(|it| Some(it.0) != usual) else {
                continue;
            };
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

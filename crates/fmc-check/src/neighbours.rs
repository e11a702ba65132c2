//! The routes to the pods of the nodes of one network.
//!
//! Everybody in a network of thousands of nodes has a route to each of them. They are looked up here, once
//! for all, rather than held by every host.

use fmc_config::maps::HashMap;
use fmc_model::cloud::PodRoute;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Routes to pods, found by the addresses that they lead to.
pub(crate) struct PodsBeside<'c> {
    all: &'c [PodRoute],
    /// The places of those to each prefix.
    to: HashMap<IpNet, Vec<usize>>,
    /// How long prefixes are, of which version.
    lengths: BTreeSet<(bool, u8)>,
}

impl<'c> PodsBeside<'c> {
    pub(crate) fn of(all: &'c [PodRoute]) -> Self {
        let mut to: HashMap<IpNet, Vec<usize>> = HashMap::default();
        let mut lengths = BTreeSet::new();
        for (at, route) in all.iter().enumerate() {
            to.entry(route.to.trunc()).or_default().push(at);
            lengths.insert((route.to.addr().is_ipv4(), route.to.prefix_len()));
        }
        Self { all, to, lengths }
    }

    /// Those that lead to an address, in their order.
    pub(crate) fn to(&self, address: IpAddr) -> impl Iterator<Item = &'c PodRoute> {
        let own = self.lengths.iter().filter(|it| it.0 == address.is_ipv4());
        let prefixes = own.filter_map(|it| IpNet::new(address, it.1).ok());
        let mut places: Vec<usize> =
            prefixes.filter_map(|it| self.to.get(&it.trunc())).flatten().copied().collect();
        places.sort_unstable();
        let all = self.all;
        places.into_iter().map(move |it| &all[it])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_model::Name;

    #[test]
    fn they_are_those_whose_prefix_holds_the_address() {
        let net = |it: &str| it.parse::<IpNet>().expect("a prefix");
        let routes: Vec<PodRoute> = ["10.1.0.0/24", "10.1.0.0/16", "fd00::/64", "10.1.0.0/24"]
            .iter()
            .enumerate()
            .map(|(at, to)| PodRoute {
                to: net(to),
                via: IpAddr::from([10, 0, 0, 1]),
                node: Name::new(&format!("node{at}")),
            })
            .collect();
        let beside = PodsBeside::of(&routes);
        for to in ["10.1.0.7", "10.1.9.9", "10.2.0.1", "fd00::1", "fd01::1"] {
            let to: IpAddr = to.parse().expect("an address");
            let one_by_one: Vec<&Name> =
                routes.iter().filter(|it| it.to.contains(&to)).map(|it| &it.node).collect();
            let found: Vec<&Name> = beside.to(to).map(|it| &it.node).collect();
            assert_eq!(found, one_by_one, "{to}");
        }
    }
}

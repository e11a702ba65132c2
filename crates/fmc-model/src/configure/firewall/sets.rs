//! Named sets of addresses: the same addresses are one set, whatever flow they come from.

use crate::Name;
use crate::cloud::{Cloud, End, Network};
use fmc_config::Cause;
use fmc_config::maps::HashMap;
use fmc_config::nft::{AddressSet, Addresses, Place, Version};

/// The sets of a ruleset, while they are gathered.
#[derive(Default)]
pub(super) struct Sets {
    pub(super) list: Vec<AddressSet>,
    known: HashMap<Addresses, String>,
}

impl Sets {
    /// How a rule says these addresses, all of one version: as they are where one word says them,
    /// else as a set that is called after an end of a flow.
    pub(super) fn place(
        &mut self,
        cloud: &Cloud,
        addresses: Addresses,
        end: &End,
        cause: &Cause,
    ) -> Place {
        self.named(addresses, |it| name_of(cloud, it, end), cause)
    }

    /// How a rule says all other addresses of the same version.
    pub(super) fn all_but(&mut self, addresses: Addresses, name: &str, cause: &Cause) -> Place {
        match self.named(addresses, |_| name.to_owned(), cause) {
            Place::Set(version, name) => Place::NotSet(version, name),
            Place::Literal(addresses) => Place::Except(addresses),
            other => other,
        }
    }

    /// The same with a name for the set.
    pub(super) fn named(
        &mut self,
        addresses: Addresses,
        name: impl FnOnce(&Addresses) -> String,
        cause: &Cause,
    ) -> Place {
        let version = addresses.versions().next().unwrap_or(Version::V4);
        if addresses.len() == 1 {
            return Place::Literal(addresses);
        }
        if let Some(name) = self.known.get(&addresses) {
            return Place::Set(version, name.clone());
        }
        let plain = name(&addresses);
        let plain = if version == Version::V6 { format!("{plain}-v6") } else { plain };
        let numbered = (2..).map(|it| format!("{plain}-{it}"));
        let free = |it: &String| !self.list.iter().any(|set| set.name == *it);
        let name = std::iter::once(plain.clone()).chain(numbered).find(free).unwrap_or(plain);
        self.known.insert(addresses.clone(), name.clone());
        let cause = cause.clone();
        self.list.push(AddressSet { name: name.clone(), version, addresses, cause });
        Place::Set(version, name)
    }
}

/// A name for the set of an end's addresses. The kind before it keeps it apart from the keywords of
/// `nft`, which a host may be called like.
fn name_of(cloud: &Cloud, addresses: &Addresses, end: &End) -> String {
    match end {
        End::Hosts(hosts) if hosts.len() == 1 => {
            format!("host-{}", hosts.names().next().map(Name::as_str).unwrap_or_default())
        }
        End::Hosts(_) => match network_of(cloud, addresses) {
            Some(network) => format!("hosts-in-{network}"),
            None => "hosts".to_owned(),
        },
        End::Pods(_) => "pods".to_owned(),
        End::Vip(name) => format!("vip-{name}"),
        End::Outside(name) => format!("people-{name}"),
        End::Network(name) => format!("network-{name}"),
        End::Internet(_) => "internet".to_owned(),
    }
}

/// The network that all of these addresses are in.
fn network_of<'c>(cloud: &'c Cloud, addresses: &Addresses) -> Option<&'c Name> {
    let holds = |network: &Network| {
        let mut ends = addresses.ranges().flat_map(|it| [it.first, it.last]);
        ends.all(|it| network.prefixes.iter().any(|prefix| prefix.contains(&it)))
    };
    cloud.networks.values().find(|it| holds(it)).map(|it| &it.name)
}

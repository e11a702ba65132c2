//! Interfaces by which a machine's guests are plugged in are bridges.

use super::expand::Expanded;
use crate::cloud::{Bridge, Network, NetworkKind};
use crate::{InterfaceName, Name};
use fmc_config::maps::IndexMap;

const LONGEST: usize = InterfaceName::LONGEST;

/// Says for each machine that runs others which of its interfaces are bridges, and how they are called.
///
/// A network that only guests of this machine are in, and that it routes itself, needs no wire: its
/// bridge is made by the hypervisor. In any other network the machine's own device becomes a port of
/// the bridge, so that guests are on the same wire as everybody else.
pub(crate) fn bridges(expanded: &mut Expanded, networks: &IndexMap<Name, Network>) {
    // How many hosts are in each network, and how many of them run on each machine.
    let mut members: IndexMap<Name, usize> = IndexMap::default();
    let mut guests: IndexMap<Name, IndexMap<Name, usize>> = IndexMap::default();
    for host in expanded.hosts.iter().filter(|it| !it.managed) {
        for nic in &host.nics {
            *members.entry(nic.network.clone()).or_default() += 1;
            if let Some(machine) = &host.runs_on {
                let of_machine = guests.entry(machine.clone()).or_default();
                *of_machine.entry(nic.network.clone()).or_default() += 1;
            }
        }
    }
    let mut found = Vec::new();
    for (index, machine) in expanded.hosts.iter().enumerate() {
        let Some(guests) = guests.get(&machine.name) else { continue };
        let entry = &expanded.entries[expanded.entry_of[index]];
        let mut names: Vec<String> = machine.nics.iter().map(|it| it.interface.clone()).collect();
        for (at, nic) in machine.nics.iter().enumerate() {
            let Some(network) = networks.get(&nic.network) else { continue };
            let Some(count) = guests.get(&network.name) else { continue };
            if network.kind == NetworkKind::Wireguard {
                continue;
            }
            let routes_it = network.router.as_ref() == Some(&machine.name);
            let alone = members.get(&network.name) == Some(&(count + 1));
            let written = entry
                .nics
                .get(network.name.as_str())
                .and_then(|it| it.interface.as_ref())
                .is_some();
            let bridge = if routes_it && alone {
                Bridge::Guests
            } else {
                Bridge::Port(nic.interface.clone())
            };
            let name = if written && bridge == Bridge::Guests {
                nic.interface.clone()
            } else {
                let name = name(&network.name, &names);
                names.push(name.clone());
                name
            };
            found.push((index, at, name, bridge));
        }
    }
    for (host, nic, name, bridge) in found {
        let nic = &mut expanded.hosts[host].nics[nic];
        nic.interface = name;
        nic.bridge = Some(bridge);
    }
}

/// The name of the bridge of a network: short enough, and none of those that are taken.
fn name(network: &Name, taken: &[String]) -> String {
    let whole = format!("br-{network}");
    let mut name: String = whole.chars().take(LONGEST).collect();
    let mut count = 1;
    while (count == 1 && whole.len() > LONGEST) || taken.contains(&name) {
        count += 1;
        let end = format!("-{count}");
        name = whole.chars().take(LONGEST - end.len()).collect::<String>() + &end;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::Name;

    #[test]
    fn names_fit_and_differ() {
        let mut taken = vec!["br-lan".to_owned()];
        for (network, expected) in [
            ("infra", "br-infra"),
            ("lan", "br-lan-2"),
            ("exactly-twel", "br-exactly-twel"),
            ("a-rather-long-name", "br-a-rather-l-2"),
            ("a-rather-long-one", "br-a-rather-l-3"),
        ] {
            let name = name(&Name::new(network), &taken);
            assert_eq!(name, expected);
            assert!(name.len() <= 15);
            taken.push(name);
        }
    }
}

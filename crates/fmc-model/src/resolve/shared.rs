//! What one machine, or one segment, has once, and two want: ports, names of interfaces, hardware
//! addresses.

use super::codes::{ADDRESS_TAKEN, CONFLICT};
use super::context::Context;
use super::declare::Declared;
use super::expand::Expanded;
use crate::cloud::{Host, OfferedService};
use crate::role::Stage;
use crate::{Mac, Name, Ports, Protocol, text};
use fmc_config::Place;
use fmc_config::maps::HashMap;

/// Ports of one host at which two of its roles would listen. A router that takes visitors in does not
/// listen itself: it passes on what comes for another one.
pub(crate) fn ports(declared: &Declared, hosts: &[Host], context: &mut Context<'_>) {
    let passes = |role: &str| declared.stages.iter().any(|it| it.0 == Stage::Entry && it.1 == role);
    let offers: Vec<&OfferedService> =
        declared.offers.iter().filter(|it| !passes(&it.role)).collect();
    for (index, second) in offers.iter().enumerate() {
        for first in offers.iter().take(index).filter(|it| it.role != second.role) {
            let Some(port) = both(&first.ports, &second.ports) else { continue };
            let Some(id) = first.hosts.intersection(&second.hosts).iter().next() else { continue };
            let host = &hosts[id.0 as usize];
            let place_of =
                |role: &str| host.roles.iter().find(|it| it.name == role).map(|it| it.origin.place);
            let place = place_of(&second.role).unwrap_or(host.origin.place);
            let (name, one, two) = (&host.name, &first.role, &second.role);
            let mut diagnostic = CONFLICT.at(
                place,
                text!(
                    "`{one}` and `{two}` of {name} would both listen at {port}",
                    "`{one}` y `{two}` de {name} escucharían los dos en {port}"
                ),
            );
            if let Some(other) = place_of(&first.role).filter(|it| *it != place) {
                diagnostic =
                    diagnostic.label(other, text!("the other is here", "el otro está aquí"));
            }
            context.report(diagnostic.hint(text!(
                "give one of them another port, or another host",
                "dé a uno de ellos otro puerto, u otro host"
            )));
        }
    }
}

/// A port that is in both lists.
fn both(first: &[Ports], second: &[Ports]) -> Option<Ports> {
    let listens = |it: &&Ports| matches!(it.protocol, Protocol::Tcp | Protocol::Udp);
    first.iter().filter(listens).find_map(|one| {
        let meets = |it: &&Ports| {
            it.protocol == one.protocol && it.first <= one.last && one.first <= it.last
        };
        let two = second.iter().find(meets)?;
        let port = one.first.max(two.first);
        Some(Ports { protocol: one.protocol, first: port, last: port })
    })
}

/// Interfaces of one host with one name, and interfaces of one network with one hardware address, as
/// they are written.
pub(crate) fn interfaces(expanded: &Expanded, context: &mut Context<'_>) {
    let mut owners: HashMap<(&Name, Mac), (&Name, Place)> = HashMap::default();
    for (index, host) in expanded.hosts.iter().enumerate() {
        let entry = &expanded.entries[expanded.entry_of[index]];
        let is_first = index == 0 || expanded.entry_of[index] != expanded.entry_of[index - 1];
        for (position, nic) in host.nics.iter().enumerate() {
            let written = entry.nics.get(nic.network.as_str());
            let named = written.and_then(|it| it.interface.as_ref()).map(|it| it.place);
            let other = host.nics.iter().take(position).find(|it| it.interface == nic.interface);
            if let (true, Some(other)) = (is_first, other) {
                let (name, one, two) = (&nic.interface, &other.network, &nic.network);
                context.report(
                    CONFLICT
                        .at(
                            named.unwrap_or(nic.origin.place),
                            text!(
                                "`{name}` would be in both `{one}` and `{two}`",
                                "`{name}` estaría tanto en `{one}` como en `{two}`"
                            ),
                        )
                        .label(other.origin.place, text!("the other is here", "la otra está aquí"))
                        .hint(text!(
                            "each network has an interface of its own: write another name",
                            "cada red tiene su propia interfaz: escriba otro nombre"
                        )),
                );
            }
            let Some(mac) = written.and_then(|it| it.mac.as_ref()) else { continue };
            let Some((owner, first)) = owners.get(&(&nic.network, mac.value)).copied() else {
                owners.insert((&nic.network, mac.value), (&host.name, mac.place));
                continue;
            };
            // Of the hosts of a range the second one speaks for all.
            if first == mac.place && expanded.hosts[index - 1].name != *owner {
                continue;
            }
            let (address, name) = (mac.value, &host.name);
            context.report(
                ADDRESS_TAKEN
                    .at(
                        mac.place,
                        text!(
                            "{address} is the hardware address of {owner} already, and {name} wants it too",
                            "{address} ya es la dirección física de {owner}, y también la quiere {name}"
                        ),
                    )
                    .label(first, text!("it is given here", "se da aquí"))
                    .hint(text!(
                        "leave it out, and each has its own",
                        "omítala, y cada uno tendrá la suya"
                    )),
            );
        }
    }
}

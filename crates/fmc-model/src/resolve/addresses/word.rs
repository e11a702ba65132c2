//! What a written address stands for in its network, and whether a host may have it.

use super::{last_number, nth, offset};
use crate::cloud::{Network, NetworkKind};
use crate::read::At;
use crate::resolve::codes::{
    ADDRESS_OUTSIDE, ADDRESS_RESERVED, ADDRESS_TAKEN, IN_DHCP, RANGE_DOES_NOT_FIT,
};
use crate::resolve::context::Context;
use crate::{AddressWord, Text, text};
use fmc_config::Place;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses that a word stands for in a network, for the `index`th of those who share it.
pub(crate) fn of_word(
    word: &At<AddressWord>,
    index: usize,
    network: &Network,
    who: &Text,
    context: &mut Context<'_>,
) -> Vec<IpNet> {
    let step = index as u32;
    let (number, address) = match word.value {
        AddressWord::Number(number) => (Some(u64::from(number)), None),
        AddressWord::NumberOnwards(number) => (Some(u64::from(number) + u64::from(step)), None),
        AddressWord::Address(address) => (None, Some(address)),
        AddressWord::AddressOnwards(start) => (None, offset(start, step)),
    };
    let counts =
        matches!(word.value, AddressWord::NumberOnwards(_) | AddressWord::AddressOnwards(_));
    if !counts && index > 0 {
        // The first host of the range has it; saying so once for each would bury the reason.
        if index == 1 {
            let (en, es) = (&who.en, &who.es);
            let start = match word.value {
                AddressWord::Number(it) | AddressWord::NumberOnwards(it) => it.to_string(),
                AddressWord::Address(it) | AddressWord::AddressOnwards(it) => it.to_string(),
            };
            context.report(
                ADDRESS_TAKEN
                    .at(
                        word.place,
                        Text {
                            en: format!(
                                "every host of the range would have this address, {en} too"
                            )
                            .into(),
                            es: format!(
                                "todos los hosts del rango tendrían esta dirección, {es} también"
                            )
                            .into(),
                        },
                    )
                    .mend(
                        text!("write `{start}+` to count on", "escriba `{start}+` para contar"),
                        word.place,
                        format!("{start}+"),
                    ),
            );
        }
        return Vec::new();
    }
    if let Some(number) = number {
        if network.prefixes.is_empty() {
            context.report(
                ADDRESS_OUTSIDE
                    .at(
                        word.place,
                        text!(
                            "`{network}` has no `cidr`, so {number} is no address in it",
                            "`{network}` no tiene `cidr`, así que {number} no es una dirección suya",
                            network = network.name
                        ),
                    )
                    .hint(text!("write a whole address", "escriba una dirección completa")),
            );
            return Vec::new();
        }
        return network
            .prefixes
            .iter()
            .filter_map(|prefix| {
                let address = nth(prefix, number);
                if address.is_none() {
                    does_not_fit(word.place, number, prefix, who, context);
                }
                usable(address?, prefix, word.place, network, who, context)
            })
            .collect();
    }
    let Some(address) = address else {
        return Vec::new();
    };
    let Some(prefix) = network.prefixes.iter().find(|it| it.contains(&address)) else {
        if network.kind == NetworkKind::Public && network.prefixes.is_empty() {
            return vec![IpNet::from(address)];
        }
        outside(word.place, address, network, who, context);
        return Vec::new();
    };
    usable(address, prefix, word.place, network, who, context).into_iter().collect()
}

fn does_not_fit(place: Place, number: u64, prefix: &IpNet, who: &Text, context: &mut Context<'_>) {
    let (en, es) = (&who.en, &who.es);
    let last = last_number(prefix);
    context.report(
        RANGE_DOES_NOT_FIT
            .at(
                place,
                Text {
                    en: format!("{en} would be number {number} of {prefix}, which ends at {last}")
                        .into(),
                    es: format!("{es} sería el número {number} de {prefix}, que acaba en {last}")
                        .into(),
                },
            )
            .hint(text!(
                "count from a lower number, or give the network a shorter prefix",
                "cuente desde un número menor, o dé a la red un prefijo más corto"
            )),
    );
}

fn outside(
    place: Place,
    address: IpAddr,
    network: &Network,
    who: &Text,
    context: &mut Context<'_>,
) {
    let (en, es) = (&who.en, &who.es);
    let prefixes: Vec<String> = network.prefixes.iter().map(IpNet::to_string).collect();
    let prefixes = prefixes.join(", ");
    let diagnostic = ADDRESS_OUTSIDE.at(
        place,
        Text {
            en: format!("{address} of {en} lies outside of `{}` ({prefixes})", network.name).into(),
            es: format!("{address} de {es} está fuera de `{}` ({prefixes})", network.name).into(),
        },
    );
    // The same host number inside the network is what was meant more often than not.
    let near = network.prefixes.iter().find_map(|it| match (it, address) {
        (IpNet::V4(net), IpAddr::V4(address)) => {
            let host = u32::from(address) & u32::from(net.hostmask());
            Some(IpAddr::from(Ipv4Addr::from(u32::from(net.network()) | host)))
        }
        (IpNet::V6(net), IpAddr::V6(address)) => {
            let host = u128::from(address) & u128::from(net.hostmask());
            Some(IpAddr::from(Ipv6Addr::from(u128::from(net.network()) | host)))
        }
        _ => None,
    });
    context.report(match near {
        Some(near) => diagnostic.mend(
            text!("did you mean {near}?", "¿quiso decir {near}?"),
            place,
            near.to_string(),
        ),
        None => diagnostic
            .hint(text!("choose an address of the network", "elija una dirección de la red")),
    });
}

/// The address with its prefix length, unless it is one that no host may have.
fn usable(
    address: IpAddr,
    prefix: &IpNet,
    place: Place,
    network: &Network,
    who: &Text,
    context: &mut Context<'_>,
) -> Option<IpNet> {
    let (en, es) = (&who.en, &who.es);
    let small = prefix.max_prefix_len() - prefix.prefix_len() <= 1;
    let reserved = if small {
        None
    } else if address == prefix.network() {
        Some(text!("the network itself", "la propia red"))
    } else if prefix.addr().is_ipv4() && address == prefix.broadcast() {
        Some(text!("the broadcast address", "la dirección de difusión"))
    } else {
        None
    };
    if let Some(what) = reserved {
        let name = &network.name;
        context.report(
            ADDRESS_RESERVED
                .at(
                    place,
                    Text {
                        en: format!("{address} of {en} is {} of `{name}`", what.en).into(),
                        es: format!("{address} de {es} es {} de `{name}`", what.es).into(),
                    },
                )
                .hint(text!("choose a number in between", "elija un número intermedio")),
        );
        return None;
    }
    if let Some((first, last)) = network.dhcp.filter(|it| (it.0..=it.1).contains(&address)) {
        context.report(
            IN_DHCP
                .at(
                    place,
                    Text {
                        en: format!("{address} of {en} lies among the addresses that DHCP hands out ({first} to {last})").into(),
                        es: format!("{address} de {es} está entre las direcciones que reparte DHCP ({first} a {last})").into(),
                    },
                )
                .hint(text!("choose an address outside of that range", "elija una dirección fuera de ese rango")),
        );
    }
    IpNet::new(address, prefix.prefix_len()).ok()
}

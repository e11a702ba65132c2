//! What a written address stands for in its network, and whether a host may have it.

use super::taken::{Claimant, Taken, unfit};
use super::{last_number, nth, offset};
use crate::cloud::NetworkKind;
use crate::resolve::codes::{ADDRESS_OUTSIDE, ADDRESS_RESERVED, ADDRESS_TAKEN, RANGE_DOES_NOT_FIT};
use crate::resolve::context::Context;
use crate::{AddressWord, Text, text};
use ipnet::IpNet;
use std::net::IpAddr;

/// The addresses that a word stands for in a network, for the `index`th of those who share it. They
/// are theirs then.
pub(crate) fn of_word(
    claimant: &Claimant<'_>,
    index: usize,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> Vec<IpNet> {
    let Claimant { network, word, .. } = claimant;
    // That a network has no prefix was said where it was written.
    if network.prefixes.is_empty() && network.kind != NetworkKind::Public {
        return Vec::new();
    }
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
            shared(claimant, context);
        }
        return Vec::new();
    }
    let found: Vec<IpNet> = match (number, address) {
        (Some(number), _) if network.prefixes.is_empty() => {
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
            Vec::new()
        }
        (Some(number), _) => {
            let of = |prefix: &IpNet| {
                let address = nth(prefix, number);
                if address.is_none() {
                    does_not_fit(claimant, number, prefix, taken);
                }
                usable(claimant, address?, prefix, taken)
            };
            network.prefixes.iter().filter_map(of).collect()
        }
        (None, Some(address)) => match network.prefixes.iter().find(|it| it.contains(&address)) {
            Some(prefix) => usable(claimant, address, prefix, taken).into_iter().collect(),
            None if network.prefixes.is_empty() => vec![IpNet::from(address)],
            None => {
                outside(claimant, address, taken);
                Vec::new()
            }
        },
        (None, None) => Vec::new(),
    };
    for address in &found {
        taken.take(address.addr(), claimant.owner.clone(), word.place, Some(claimant.wish()));
    }
    found
}

/// A word that does not count on, over many hosts.
fn shared(claimant: &Claimant<'_>, context: &mut Context<'_>) {
    let (en, es) = (&claimant.who.en, &claimant.who.es);
    let start = match claimant.word.value {
        AddressWord::Number(it) | AddressWord::NumberOnwards(it) => it.to_string(),
        AddressWord::Address(it) | AddressWord::AddressOnwards(it) => it.to_string(),
    };
    let message = Text {
        en: format!("every host of the range would have this address, {en} too").into(),
        es: format!("todos los hosts del rango tendrían esta dirección, {es} también").into(),
    };
    let place = claimant.word.place;
    context.report(ADDRESS_TAKEN.at(place, message).mend(
        text!("write `{start}+` to count on", "escriba `{start}+` para contar"),
        place,
        format!("{start}+"),
    ));
}

fn does_not_fit(claimant: &Claimant<'_>, number: u64, prefix: &IpNet, taken: &mut Taken) {
    let (en, es) = (&claimant.who.en, &claimant.who.es);
    let last = last_number(prefix);
    let message = Text {
        en: format!("{en} would be number {number} of {prefix}, which ends at {last}").into(),
        es: format!("{es} sería el número {number} de {prefix}, que acaba en {last}").into(),
    };
    let diagnostic = RANGE_DOES_NOT_FIT.at(claimant.word.place, message);
    taken.refuse(diagnostic, Some(claimant.wish()));
}

fn outside(claimant: &Claimant<'_>, address: IpAddr, taken: &mut Taken) {
    let (en, es) = (&claimant.who.en, &claimant.who.es);
    let name = &claimant.network.name;
    let prefixes: Vec<String> = claimant.network.prefixes.iter().map(IpNet::to_string).collect();
    let prefixes = prefixes.join(", ");
    let message = Text {
        en: format!("{address} of {en} lies outside of `{name}` ({prefixes})").into(),
        es: format!("{address} de {es} está fuera de `{name}` ({prefixes})").into(),
    };
    taken.refuse(ADDRESS_OUTSIDE.at(claimant.word.place, message), Some(claimant.wish()));
}

/// The address with its prefix length, unless it is one that no host may have.
fn usable(
    claimant: &Claimant<'_>,
    address: IpAddr,
    prefix: &IpNet,
    taken: &mut Taken,
) -> Option<IpNet> {
    if let Some(diagnostic) = unfit(address, &claimant.who, claimant.word.place, claimant.network) {
        let nobody_has_it = *diagnostic.code == ADDRESS_RESERVED;
        taken.refuse(diagnostic, Some(claimant.wish()));
        if nobody_has_it {
            return None;
        }
    }
    IpNet::new(address, prefix.prefix_len()).ok()
}

//! Which addresses are somebody's, and which free one would do instead of one that cannot be given.

use super::{last_number, nth};
use crate::cloud::Network;
use crate::read::At;
use crate::resolve::codes::{
    ADDRESS_OUTSIDE, ADDRESS_RESERVED, ADDRESS_TAKEN, ADDRESS_UNSAID, IN_DHCP, RANGE_DOES_NOT_FIT,
};
use crate::resolve::context::Context;
use crate::{AddressWord, Diagnostic, Name, Text, text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, HashSet, IndexMap};
use ipnet::IpNet;
use std::net::IpAddr;

/// How far a free address is looked for: whoever has more than these in a row knows better.
const REACH: u64 = 1024;

/// Somebody who wants an address in a network.
pub(crate) struct Claimant<'a> {
    /// The host or person.
    pub(crate) who: Text,
    /// The same, as the owner of an address.
    pub(crate) owner: Text,
    pub(crate) network: &'a Network,
    pub(crate) word: &'a At<AddressWord>,
    /// How many share the word.
    pub(crate) count: usize,
}

impl Claimant<'_> {
    /// What is wanted.
    pub(crate) fn wish(&self) -> Wish {
        let (word, network) = (self.word.value, self.network.name.clone());
        Wish { word, network, count: self.count }
    }
}

/// An address, or as many from one on as share the word, in a network.
pub(crate) struct Wish {
    pub(crate) word: AddressWord,
    pub(crate) network: Name,
    pub(crate) count: usize,
}

/// Who has an address, and where that was written.
pub(crate) struct Owner {
    pub(crate) who: Text,
    pub(crate) place: Place,
    network: Option<Name>,
}

/// Every address that is somebody's, and what could not be given.
#[derive(Default)]
pub(crate) struct Taken {
    owners: HashMap<IpAddr, Owner>,
    refused: IndexMap<Place, (Diagnostic, Option<Wish>)>,
}

impl Taken {
    /// Gives an address to somebody, or keeps in mind that it cannot be given.
    pub(crate) fn take(&mut self, address: IpAddr, who: Text, place: Place, wish: Option<Wish>) {
        let network = wish.as_ref().map(|it| it.network.clone());
        let Some(owner) = self.owners.get(&address) else {
            self.owners.insert(address, Owner { who, place, network });
            return;
        };
        // Networks that overlap were reported, and an address in both is no news.
        if owner.network.is_some() && network.is_some() && owner.network != network {
            return;
        }
        let (first, second) = (&owner.who, &who);
        let message = Text {
            en: format!(
                "{address} belongs to {} already, and {} wants it too",
                first.en, second.en
            )
            .into(),
            es: format!("{address} ya es de {}, y también la quiere {}", first.es, second.es)
                .into(),
        };
        let diagnostic = ADDRESS_TAKEN
            .at(place, message)
            .label(owner.place, text!("it is given here", "se da aquí"));
        self.refuse(diagnostic, wish);
    }

    /// Keeps a refusal in mind until all addresses are known. Of the hosts of a range only the first
    /// is told, and that the range is too long before all else.
    pub(crate) fn refuse(&mut self, diagnostic: Diagnostic, wish: Option<Wish>) {
        let too_long = *diagnostic.code == RANGE_DOES_NOT_FIT;
        match self.refused.get_mut(&diagnostic.place) {
            Some(first) if too_long && *first.0.code != RANGE_DOES_NOT_FIT => {
                *first = (diagnostic, wish);
            }
            Some(_) => {}
            None => {
                self.refused.insert(diagnostic.place, (diagnostic, wish));
            }
        }
    }

    /// The owner of an address.
    pub(crate) fn owner(&self, address: IpAddr) -> Option<&Owner> {
        self.owners.get(&address)
    }

    /// Tells what could not be given, and what is free instead.
    pub(crate) fn settle(&mut self, networks: &IndexMap<Name, Network>, context: &mut Context<'_>) {
        // A network without a free address has none for the next one either.
        let mut full: HashSet<Name> = HashSet::default();
        for (place, (diagnostic, wish)) in std::mem::take(&mut self.refused) {
            let free = wish.and_then(|it| {
                let network = networks.get(&it.network).filter(|it| !full.contains(&it.name))?;
                let Some(free) = self.free(&it, place, network) else {
                    let small = network.prefixes.iter().all(|it| last_number(it) <= REACH);
                    full.extend((it.count == 1 && small).then_some(it.network));
                    return None;
                };
                Some((free, it))
            });
            let code = diagnostic.code;
            context.report(match free {
                Some((free, Wish { network, .. })) if *code == ADDRESS_UNSAID => {
                    diagnostic.hint(text!(
                        "write its host number, as in `{network}: {free}`",
                        "escriba su número de host, como en `{network}: {free}`"
                    ))
                }
                Some((free, _)) if *code == ADDRESS_OUTSIDE => diagnostic.mend(
                    text!("did you mean `{free}`?", "¿quiso decir `{free}`?"),
                    place,
                    free,
                ),
                Some((free, _)) => {
                    diagnostic.mend(text!("`{free}` is free", "`{free}` está libre"), place, free)
                }
                None if *code == RANGE_DOES_NOT_FIT => diagnostic.hint(text!(
                    "count from a lower number, or give the network a shorter prefix",
                    "cuente desde un número menor, o dé a la red un prefijo más corto"
                )),
                None => diagnostic.hint(text!(
                    "choose another address of the network",
                    "elija otra dirección de la red"
                )),
            });
        }
    }

    /// The nearest word from the wanted one on, else the first of the network, whose addresses are
    /// all free for who wrote at `place`.
    fn free(&self, wish: &Wish, place: Place, network: &Network) -> Option<String> {
        let (prefixes, wanted, written): (&[IpNet], u64, Option<&IpNet>) = match wish.word {
            AddressWord::Number(number) | AddressWord::NumberOnwards(number) => {
                (&network.prefixes, u64::from(number), None)
            }
            AddressWord::Address(address) | AddressWord::AddressOnwards(address) => {
                let same = |it: &&IpNet| it.addr().is_ipv4() == address.is_ipv4();
                let prefix = network.prefixes.iter().find(same)?;
                (std::slice::from_ref(prefix), number_of(address, prefix), Some(prefix))
            }
        };
        let onwards =
            matches!(wish.word, AddressWord::NumberOnwards(_) | AddressWord::AddressOnwards(_));
        let count = if onwards { wish.count as u64 } else { 1 };
        let last = prefixes.iter().map(last_number).min()?;
        let is_free = |number: u64| {
            prefixes.iter().all(|prefix| {
                nth(prefix, number).is_some_and(|it| self.is_free(it, place, network, prefix))
            })
        };
        let first_of = |numbers: std::ops::RangeInclusive<u64>| {
            let mut run = 0;
            numbers.into_iter().find_map(|it| {
                run = if is_free(it) { run + 1 } else { 0 };
                (run == count).then(|| it + 1 - count)
            })
        };
        let reach = count.saturating_add(REACH);
        let start = first_of(wanted..=last.min(wanted.saturating_add(reach)))
            .or_else(|| first_of(1..=last.min(reach)))?;
        let plus = if onwards { "+" } else { "" };
        match written {
            Some(prefix) => nth(prefix, start).map(|it| format!("{it}{plus}")),
            None => Some(format!("{start}{plus}")),
        }
    }

    fn is_free(&self, address: IpAddr, place: Place, network: &Network, prefix: &IpNet) -> bool {
        let whose = self.owners.get(&address);
        !is_reserved(address, prefix)
            && !network.gateways.contains(&address)
            && !network.dhcp.is_some_and(|it| (it.0..=it.1).contains(&address))
            && whose.is_none_or(|it| it.place == place)
    }
}

/// Why nobody may have an address in a network, if so: it stands for something else, or somebody
/// hands it out.
pub(crate) fn unfit(
    address: IpAddr,
    who: &Text,
    place: Place,
    network: &Network,
) -> Option<Diagnostic> {
    let (name, en, es) = (&network.name, &who.en, &who.es);
    let prefix = network.prefixes.iter().find(|it| it.contains(&address))?;
    if is_reserved(address, prefix) {
        let what = if address == prefix.network() {
            text!("the network itself", "la propia red")
        } else {
            text!("the broadcast address", "la dirección de difusión")
        };
        let message = Text {
            en: format!("{address} of {en} is {} of `{name}`", what.en).into(),
            es: format!("{address} de {es} es {} de `{name}`", what.es).into(),
        };
        return Some(ADDRESS_RESERVED.at(place, message));
    }
    let (first, last) = network.dhcp.filter(|it| (it.0..=it.1).contains(&address))?;
    let message = Text {
        en: format!(
            "{address} of {en} lies among the addresses that DHCP hands out ({first} to {last})"
        )
        .into(),
        es: format!(
            "{address} de {es} está entre las direcciones que reparte DHCP ({first} a {last})"
        )
        .into(),
    };
    Some(IN_DHCP.at(place, message))
}

/// Whether an address is the network itself or the broadcast address of a prefix; one of two
/// addresses or a single one is neither.
pub(crate) fn is_reserved(address: IpAddr, prefix: &IpNet) -> bool {
    let small = prefix.max_prefix_len() - prefix.prefix_len() <= 1;
    let broadcast = prefix.addr().is_ipv4() && address == prefix.broadcast();
    !small && (address == prefix.network() || broadcast)
}

/// Which one of a prefix has the same bits behind its length as an address.
fn number_of(address: IpAddr, prefix: &IpNet) -> u64 {
    match (prefix, address) {
        (IpNet::V4(net), IpAddr::V4(it)) => u64::from(u32::from(it) & u32::from(net.hostmask())),
        (IpNet::V6(net), IpAddr::V6(it)) => {
            u64::try_from(u128::from(it) & u128::from(net.hostmask())).unwrap_or(u64::MAX)
        }
        _ => 0,
    }
}

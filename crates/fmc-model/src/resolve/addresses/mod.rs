//! Which address every interface has, and that no two have the same (check C01).

mod word;

pub(crate) use word::of_word;

use super::codes::{ADDRESS_TAKEN, ADDRESS_UNSAID, UNKNOWN_NETWORK};
use super::context::Context;
use crate::cloud::{Network, NetworkKind, Nic, Origin};
use crate::notation::HostPattern;
use crate::read::{At, did_you_mean};
use crate::spec::{HostSpec, NicSpec};
use crate::{Mac, Name, Text, text};
use fmc_config::Place;
use indexmap::IndexMap;
use ipnet::IpNet;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who has an address, and where that was written.
pub(crate) struct Owner {
    pub(crate) who: Text,
    pub(crate) place: Place,
}

/// Every address that is somebody's.
#[derive(Default)]
pub(crate) struct Taken(HashMap<IpAddr, Owner>);

impl Taken {
    /// Gives an address to somebody, or says who has it.
    pub(crate) fn take(
        &mut self,
        address: IpAddr,
        who: Text,
        place: Place,
        context: &mut Context<'_>,
    ) {
        let Some(owner) = self.0.get(&address) else {
            self.0.insert(address, Owner { who, place });
            return;
        };
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
        context.report(match self.next_free(address) {
            Some(free) => diagnostic.hint(text!("{free} is free", "{free} está libre")),
            None => diagnostic.hint(text!("choose another address", "elija otra dirección")),
        });
    }

    /// The owner of an address.
    pub(crate) fn owner(&self, address: IpAddr) -> Option<&Owner> {
        self.0.get(&address)
    }

    fn next_free(&self, address: IpAddr) -> Option<IpAddr> {
        (1..64_u32).filter_map(|it| offset(address, it)).find(|it| !self.0.contains_key(it))
    }
}

/// An interface of an entry of `hosts:`, ready to be counted out over its hosts.
pub(crate) struct NicPlan<'a> {
    network: &'a Network,
    spec: &'a NicSpec,
    interface: String,
    origin: Origin,
}

/// Looks at the interfaces of an entry once, for all of its hosts.
pub(crate) fn plan<'a>(
    key: &At<HostPattern>,
    entry: &'a HostSpec,
    networks: &'a IndexMap<Name, Network>,
    context: &mut Context<'_>,
) -> Vec<NicPlan<'a>> {
    let mut plans = Vec::new();
    let mut ethernet = 0;
    let mut tunnels = 0;
    for (name, nic) in &entry.nics {
        let Some(network) = networks.get(name.as_str()) else {
            let diagnostic = UNKNOWN_NETWORK.at(
                name.place,
                text!(
                    "there is no network `{name}`",
                    "no hay ninguna red `{name}`",
                    name = name.value
                ),
            );
            let known: Vec<&str> = networks.keys().map(Name::as_str).collect();
            context.report(did_you_mean(diagnostic, name.as_str(), name.place, &known));
            continue;
        };
        let (stem, count) = match network.kind {
            NetworkKind::Wireguard => ("wg", &mut tunnels),
            _ => ("eth", &mut ethernet),
        };
        let derived = format!("{stem}{count}");
        *count += 1;
        let host = &key.text;
        let interface = context.choose(
            || format!("interface of {host} in {}", network.name),
            derived,
            nic.interface.as_ref(),
        );
        let somebody_else = entry.managed.as_ref().is_some_and(|it| it.value);
        if nic.address.is_empty() && network.kind != NetworkKind::Public && !somebody_else {
            context.report(
                ADDRESS_UNSAID
                    .at(
                        Place { end: nic.place.end.max(name.place.end), ..name.place },
                        text!(
                            "`{host}` has no address in `{network}`",
                            "`{host}` no tiene dirección en `{network}`",
                            network = network.name
                        ),
                    )
                    .hint(text!(
                        "write its host number, as in `{network}: 11`",
                        "escriba su número de host, como en `{network}: 11`",
                        network = network.name
                    )),
            );
        }
        plans.push(NicPlan { network, spec: nic, interface, origin: context.origin(name.place) });
    }
    plans
}

/// The interfaces of the `index`th host of an entry.
pub(crate) fn allot(
    plans: &[NicPlan<'_>],
    index: usize,
    host: &Name,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> Vec<Nic> {
    let mut nics = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut addresses = Vec::new();
        for word in &plan.spec.address {
            for address in of_word(word, index, plan.network, &host_text(host), context) {
                let who = Text {
                    en: format!("{host} in {}", plan.network.name).into(),
                    es: format!("{host} en {}", plan.network.name).into(),
                };
                taken.take(address.addr(), who, word.place, context);
                addresses.push(address);
            }
        }
        nics.push(Nic {
            interface: plan.interface.clone(),
            network: plan.network.name.clone(),
            addresses,
            mac: plan.spec.mac.as_ref().map(|it| it.value),
            origin: plan.origin.clone(),
        });
    }
    nics
}

fn host_text(host: &Name) -> Text {
    text!("{host}", "{host}")
}

/// The address `number` places behind the beginning of a prefix.
pub(crate) fn nth(prefix: &IpNet, number: u64) -> Option<IpAddr> {
    if number > last_number(prefix) {
        return None;
    }
    match prefix {
        IpNet::V4(net) => u32::try_from(number)
            .ok()
            .map(|it| Ipv4Addr::from(u32::from(net.network()).wrapping_add(it)).into()),
        IpNet::V6(net) => {
            Some(Ipv6Addr::from(u128::from(net.network()) + u128::from(number)).into())
        }
    }
}

fn last_number(prefix: &IpNet) -> u64 {
    let bits = prefix.max_prefix_len() - prefix.prefix_len();
    if bits >= 64 { u64::MAX } else { (1_u64 << bits) - 1 }
}

fn offset(address: IpAddr, by: u32) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => u32::from(it).checked_add(by).map(|it| Ipv4Addr::from(it).into()),
        IpAddr::V6(it) => {
            u128::from(it).checked_add(u128::from(by)).map(|it| Ipv6Addr::from(it).into())
        }
    }
}

/// A hardware address for a guest, always the same for the same host and network: the prefix that
/// QEMU uses, and three bytes out of the names (FNV-1a, 32 bits).
pub(crate) fn mac_of(host: &Name, network: &Name) -> Mac {
    let text = format!("{host}/{network}");
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_be_bytes();
    Mac([0x52, 0x54, 0x00, a ^ d, b, c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_prefix() {
        let v4: IpNet = "10.17.3.0/24".parse().expect("a prefix");
        let v6: IpNet = "fd17:3::/64".parse().expect("a prefix");
        assert_eq!(nth(&v4, 11).map(|it| it.to_string()).as_deref(), Some("10.17.3.11"));
        assert_eq!(nth(&v4, 256), None);
        assert_eq!(nth(&v6, 11).map(|it| it.to_string()).as_deref(), Some("fd17:3::b"));
        assert_eq!(mac_of(&Name::new("worker1"), &Name::new("nodes")).to_string().len(), 17);
    }
}

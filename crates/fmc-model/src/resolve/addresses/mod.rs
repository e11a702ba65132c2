//! Which address every interface has, and that no two have the same (check C01).

mod taken;
mod word;

pub(crate) use taken::{Claimant, Taken, Wish, is_reserved, unfit};
pub(crate) use word::of_word;

use super::codes::{ADDRESS_UNSAID, UNKNOWN_NETWORK};
use super::context::Context;
use crate::cloud::{Network, NetworkKind, Nic, Origin};
use crate::notation::HostPattern;
use crate::read::{At, closest, did_you_mean};
use crate::spec::{HostSpec, NicSpec};
use crate::{AddressWord, Mac, Name, text};
use fmc_config::maps::IndexMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An interface of an entry of `hosts:`, ready to be counted out over its hosts.
pub(crate) struct NicPlan<'a> {
    network: &'a Network,
    spec: &'a NicSpec,
    interface: String,
    origin: Origin,
    /// How many hosts share it.
    count: usize,
}

/// Looks at the interfaces of an entry once, for all of its hosts.
pub(crate) fn plan<'a>(
    key: &At<HostPattern>,
    entry: &'a HostSpec,
    networks: &'a IndexMap<Name, Network>,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> Vec<NicPlan<'a>> {
    let mut plans = Vec::new();
    let mut ethernet = 0;
    let mut tunnels = 0;
    let somebody_else = entry.managed.as_ref().is_some_and(|it| it.value);
    if entry.nics.is_empty() && !somebody_else && !entry.unread.has("nics") {
        let host = &key.text;
        let what = text!("`{host}` is in no network", "`{host}` no está en ninguna red");
        context.report(ADDRESS_UNSAID.at(key.place, what).hint(text!(
            "give it an address: `nics: {{ NETWORK: NUMBER }}`",
            "déle una dirección: `nics: {{ RED: NÚMERO }}`"
        )));
    }
    for (name, nic) in &entry.nics {
        let known = networks.get(name.as_str()).or_else(|| {
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
            // The network that was meant stands in, unless the host is in it anyhow.
            let near = closest(name.as_str(), known)?;
            networks.get(near).filter(|_| !entry.nics.contains_key(near))
        });
        let Some(network) = known else { continue };
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
            nic.interface
                .as_ref()
                .map(|it| At::new(it.value.as_str().to_owned(), it.place))
                .as_ref(),
        );
        let unread = nic.unread.has("address") || somebody_else;
        if nic.address.is_empty() && network.kind != NetworkKind::Public && !unread {
            let network_name = &network.name;
            let diagnostic = ADDRESS_UNSAID.at(
                name.place,
                text!(
                    "`{host}` has no address in `{network_name}`",
                    "`{host}` no tiene dirección en `{network_name}`"
                ),
            );
            let word = if key.names.len() > 1 {
                AddressWord::NumberOnwards(1)
            } else {
                AddressWord::Number(1)
            };
            let wish = Wish { word, network: network_name.clone(), count: key.names.len() };
            taken.refuse(diagnostic, Some(wish));
        }
        let (origin, count) = (context.origin(name.place), key.names.len());
        plans.push(NicPlan { network, spec: nic, interface, origin, count });
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
            let network = &plan.network.name;
            let claimant = Claimant {
                who: text!("{host}", "{host}"),
                owner: text!("{host} in {network}", "{host} en {network}"),
                network: plan.network,
                word,
                count: plan.count,
            };
            addresses.extend(of_word(&claimant, index, taken, context));
        }
        nics.push(Nic {
            interface: plan.interface.clone(),
            network: plan.network.name.clone(),
            addresses,
            mac: plan.spec.mac.as_ref().map(|it| it.value),
            bridge: None,
            origin: plan.origin.clone(),
        });
    }
    nics
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

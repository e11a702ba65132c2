//! Zones of the DNS: names to addresses, addresses to names, and what the Internet may know.

use super::codes::NAME_TAKEN;
use super::context::Context;
use super::declare::Declared;
use crate::cloud::{App, Host, NameRecord, Network, NetworkKind, Origin, Vip, Zone, ZoneKind};
use crate::read::At;
use crate::role::{RecordData, Stage};
use crate::spec::CloudSpec;
use crate::{Domain, Name, natural_order, text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, IndexMap};
use ipnet::IpNet;
use std::net::IpAddr;

/// What zones are made from.
pub(crate) struct Named<'a> {
    pub(crate) domain: &'a Domain,
    pub(crate) hosts: &'a [Host],
    pub(crate) vips: &'a IndexMap<Name, Vip>,
    pub(crate) apps: &'a IndexMap<Name, App>,
    pub(crate) networks: &'a IndexMap<Name, Network>,
    pub(crate) declared: &'a Declared,
    pub(crate) spec: &'a CloudSpec,
}

impl Named<'_> {
    /// All zones.
    pub(crate) fn zones(&self, context: &mut Context<'_>) -> Vec<Zone> {
        let mut zones = vec![self.forward(context)];
        zones.extend(self.reverse());
        let public = self.public();
        if !public.records.is_empty() {
            zones.push(public);
        }
        for zone in &mut zones {
            zone.records
                .sort_by(|a, b| natural_order(&a.name, &b.name).then_with(|| a.data.cmp(&b.data)));
            zone.records.dedup_by(|a, b| a.name == b.name && a.data == b.data);
        }
        zones
    }

    /// The name below the domain, or `None` where it lies elsewhere.
    fn below<'n>(&self, full: &'n str) -> Option<&'n str> {
        if full == self.domain.as_str() {
            return Some("@");
        }
        full.strip_suffix(self.domain.as_str())?.strip_suffix('.')
    }

    fn forward(&self, context: &mut Context<'_>) -> Zone {
        let mut records: Vec<NameRecord> = Vec::new();
        let mut owners: HashMap<String, (String, Origin)> = HashMap::default();
        let mut add = |name: &str,
                       addresses: &[IpAddr],
                       what: String,
                       origin: &Origin,
                       written: Option<Place>,
                       context: &mut Context<'_>| {
            match owners.get(name) {
                Some((other, first)) if *other != what => {
                    let hint = if written.is_some() {
                        text!("choose another name", "elija otro nombre")
                    } else {
                        text!(
                            "write `names:` for one of them",
                            "escriba `names:` para uno de ellos"
                        )
                    };
                    context.report(
                        NAME_TAKEN
                            .at(
                                written.unwrap_or(origin.place),
                                text!(
                                    "{what} and {other} both want the name `{name}`",
                                    "{what} y {other} quieren el mismo nombre `{name}`"
                                ),
                            )
                            .label(first.place, text!("the other is here", "el otro está aquí"))
                            .hint(hint),
                    );
                    return;
                }
                Some(_) => {}
                None => {
                    owners.insert(name.to_owned(), (what, origin.clone()));
                }
            }
            records.extend(addresses.iter().map(|it| address_record(name, *it, origin, false)));
        };
        for host in self.hosts {
            let addresses = self.inside_addresses(host);
            if !addresses.is_empty() {
                add(
                    host.name.as_str(),
                    &addresses,
                    format!("host {}", host.name),
                    &host.origin,
                    None,
                    context,
                );
            }
        }
        for vip in self.vips.values() {
            for name in &vip.names {
                let words = self.spec.vips.get(vip.name.as_str()).map(|it| &it.names);
                let word = words.and_then(|it| it.iter().find(|it| it.as_str() == name));
                let written = word.map(|it| it.place);
                let what = format!("vip {}", vip.name);
                add(name, &vip.addresses, what, &vip.origin, written, context);
            }
        }
        for app in self.apps.values() {
            let addresses = self.inside_of(app);
            let words = self.spec.apps.get(app.name.as_str()).map(|it| &it.names);
            for full in &app.names {
                let Some(name) = self.below(full) else { continue };
                let is_it = |it: &&At<String>| it.value == name || it.value == *full;
                let written = words.and_then(|it| it.iter().find(is_it)).map(|it| it.place);
                let what = format!("app {}", app.name);
                add(name, &addresses, what, &app.origin, written, context);
            }
        }
        for (record, origin) in &self.declared.records {
            records.push(NameRecord {
                name: record.name.clone(),
                data: record.data.clone(),
                proxied: false,
                origin: origin.clone(),
            });
        }
        Zone { name: self.domain.to_string(), kind: ZoneKind::Forward, records }
    }

    /// The addresses by which somebody inside finds a host: those of its first interface that is not
    /// on the Internet, or else of its first. Who went out to come in would change his address.
    fn inside_addresses(&self, host: &Host) -> Vec<IpAddr> {
        let inside = host.nics.iter().find(|it| {
            let network = self.networks.get(&it.network);
            !it.addresses.is_empty() && network.is_some_and(|it| it.kind != NetworkKind::Public)
        });
        match inside {
            Some(nic) => nic.addresses.iter().map(IpNet::addr).collect(),
            None => host.primary_addresses().collect(),
        }
    }

    /// Where somebody inside finds an app: at the ingress, else at its hosts.
    fn inside_of(&self, app: &App) -> Vec<IpAddr> {
        let ingress = self.declared.stages.iter().find(|it| it.0 == Stage::Ingress);
        let Some((_, role, hosts)) = ingress else {
            return app
                .hosts
                .iter()
                .flat_map(|it| self.hosts[it.0 as usize].primary_addresses())
                .collect();
        };
        let serves = |it: &&Vip| it.serves.as_deref() == Some(*role);
        let virtual_ones: Vec<IpAddr> =
            self.vips.values().filter(serves).flat_map(|it| it.addresses.clone()).collect();
        if !virtual_ones.is_empty() {
            return virtual_ones;
        }
        hosts.iter().flat_map(|it| self.hosts[it.0 as usize].primary_addresses()).collect()
    }

    fn reverse(&self) -> Vec<Zone> {
        let mut zones: IndexMap<String, Vec<NameRecord>> = IndexMap::default();
        // One walk over the hosts, however many networks there are.
        let mut add = |address: IpNet, name: &str, origin: &Origin| {
            let Some((zone, label)) = reverse_name(address) else { return };
            zones.entry(zone).or_default().push(NameRecord {
                name: label,
                data: RecordData::Ptr(format!("{name}.{}", self.domain)),
                proxied: false,
                origin: origin.clone(),
            });
        };
        for network in self.networks.values().filter(|it| it.kind != NetworkKind::Public) {
            for vip in self.vips.values().filter(|it| it.network.as_ref() == Some(&network.name)) {
                for address in &vip.addresses {
                    let prefix = network.prefixes.iter().find(|it| it.contains(address));
                    let with_length =
                        prefix.and_then(|it| IpNet::new(*address, it.prefix_len()).ok());
                    if let (Some(it), Some(name)) = (with_length, vip.names.first()) {
                        add(it, name, &vip.origin);
                    }
                }
            }
        }
        for host in self.hosts {
            for nic in &host.nics {
                let private = self
                    .networks
                    .get(&nic.network)
                    .is_some_and(|it| it.kind != NetworkKind::Public);
                for address in nic.addresses.iter().filter(|_| private) {
                    add(*address, host.name.as_str(), &host.origin);
                }
            }
        }
        zones.sort_keys();
        zones
            .into_iter()
            .map(|(name, records)| Zone { name, kind: ZoneKind::Reverse, records })
            .collect()
    }

    /// The names of public apps, at the first host that visitors from the Internet meet and that has
    /// a public address; hidden behind the edge where there is one.
    fn public(&self) -> Zone {
        let edge = self.declared.stages.iter().any(|it| it.0 == Stage::Edge);
        let public = |host: &Host| -> Vec<IpAddr> {
            let nics = host.nics.iter().filter(|it| {
                self.networks.get(&it.network).is_some_and(|it| it.kind == NetworkKind::Public)
            });
            nics.flat_map(|it| it.addresses.iter().map(IpNet::addr)).collect()
        };
        let first = [Stage::Ingress, Stage::Entry].iter().find_map(|stage| {
            let hosts =
                self.declared.stages.iter().filter(|it| it.0 == *stage).flat_map(|it| it.2.iter());
            let all: Vec<IpAddr> =
                hosts.flat_map(|it| public(&self.hosts[it.0 as usize])).collect();
            (!all.is_empty()).then_some(all)
        });
        let mut records = Vec::new();
        for app in self.apps.values().filter(|it| it.public) {
            let addresses = first.clone().unwrap_or_else(|| {
                app.hosts.iter().flat_map(|it| public(&self.hosts[it.0 as usize])).collect()
            });
            for name in app.names.iter().filter_map(|it| self.below(it)) {
                records.extend(
                    addresses.iter().map(|it| address_record(name, *it, &app.origin, edge)),
                );
            }
        }
        Zone { name: self.domain.to_string(), kind: ZoneKind::Public, records }
    }
}

fn address_record(name: &str, address: IpAddr, origin: &Origin, proxied: bool) -> NameRecord {
    let data = match address {
        IpAddr::V4(it) => RecordData::A(it),
        IpAddr::V6(it) => RecordData::Aaaa(it),
    };
    NameRecord { name: name.to_owned(), data, proxied, origin: origin.clone() }
}

/// The reverse zone of an address's network and the address's name in it. Zones end at whole bytes
/// (version 4, RFC 1035 §3.5) or at whole nibbles (version 6, RFC 3596 §2.5).
fn reverse_name(address: IpNet) -> Option<(String, String)> {
    let (labels, kept, suffix): (Vec<String>, usize, &str) = match address {
        IpNet::V4(it) => {
            let labels = it.addr().octets().iter().map(ToString::to_string).collect();
            (labels, usize::from(it.prefix_len() / 8).min(3), "in-addr.arpa")
        }
        IpNet::V6(it) => {
            let nibbles = it.addr().octets();
            let labels = nibbles
                .iter()
                .flat_map(|it| [it >> 4, it & 15])
                .map(|it| format!("{it:x}"))
                .collect();
            (labels, usize::from(it.prefix_len() / 4).min(31), "ip6.arpa")
        }
    };
    let backwards = |part: &[String]| part.iter().rev().cloned().collect::<Vec<_>>().join(".");
    (kept > 0)
        .then(|| (format!("{}.{suffix}", backwards(&labels[..kept])), backwards(&labels[kept..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverse_names() {
        let name = |text: &str| text.parse().ok().and_then(reverse_name).expect("a name");
        assert_eq!(name("10.17.3.11/24"), ("3.17.10.in-addr.arpa".into(), "11".into()));
        assert_eq!(name("10.17.3.11/16"), ("17.10.in-addr.arpa".into(), "11.3".into()));
        assert_eq!(name("10.17.3.11/28"), ("3.17.10.in-addr.arpa".into(), "11".into()));
        let (zone, label) = name("fd17:3::b/64");
        assert_eq!(zone, "0.0.0.0.0.0.0.0.3.0.0.0.7.1.d.f.ip6.arpa");
        assert_eq!(label, "b.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0");
    }
}

//! `network-config` of `NoCloud`, in its version 2
//! (<https://cloudinit.readthedocs.io/en/latest/reference/network-config-format-v2.html>).
//!
//! It is for the first start alone: packages come by it. From the second start on the host's own files
//! say everything, routes by source too. Interfaces of a guest are found by the hardware address that
//! its hypervisor gives them, and get their names by it at every start.

use super::Source;
use super::cloud_init::head;
use super::yaml::{self, Step};
use fmc_config::{Cause, Printed};
use fmc_model::cloud::{self, NetworkKind, Nic, Via};
use indexmap::IndexMap;
use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

#[derive(Serialize)]
struct NetworkConfig<'a> {
    version: u8,
    ethernets: IndexMap<&'a str, Ethernet<'a>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    bridges: IndexMap<&'a str, Bridge<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ethernet<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    r#match: Option<Match>,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_name: Option<&'a str>,
    #[serde(flatten)]
    link: Link<'a>,
}

#[derive(Serialize)]
struct Match {
    macaddress: String,
}

#[derive(Serialize)]
struct Bridge<'a> {
    interfaces: Vec<&'a str>,
    parameters: Parameters,
    #[serde(flatten)]
    link: Link<'a>,
}

#[derive(Serialize)]
struct Parameters {
    stp: bool,
}

/// What every kind of interface has.
#[derive(Serialize)]
struct Link<'a> {
    mtu: u16,
    dhcp4: bool,
    dhcp6: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<IpNet>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nameservers: Option<Nameservers<'a>>,
}

#[derive(Serialize)]
struct Route {
    to: IpNet,
    via: IpAddr,
}

#[derive(Serialize)]
struct Nameservers<'a> {
    search: Vec<&'a str>,
    addresses: Vec<IpAddr>,
}

pub(super) fn print(source: &Source<'_>) -> Printed {
    let host = source.host;
    let routes = source.cloud.routes(host);
    // What a hypervisor makes is not there at the first start, and tunnels make themselves.
    let wires = host.nics.iter().filter(|it| {
        source.cloud.networks[&it.network].kind != NetworkKind::Wireguard
            && it.bridge != Some(cloud::Bridge::Guests)
    });
    let (mut ethernets, mut bridges) = (IndexMap::new(), IndexMap::new());
    for (index, nic) in wires.enumerate() {
        let link = link(nic, index == 0, &routes, source);
        let ethernet = |name, link| Ethernet {
            r#match: nic.mac.map(|it| Match { macaddress: it.to_string() }),
            set_name: nic.mac.map(|_| name),
            link,
        };
        if let Some(cloud::Bridge::Port(port)) = &nic.bridge {
            let port = port.as_str();
            ethernets.insert(port, ethernet(port, Link::bare(link.mtu)));
            let (interfaces, parameters) = (vec![port], Parameters { stp: false });
            bridges.insert(nic.interface.as_str(), Bridge { interfaces, parameters, link });
        } else {
            let name = nic.interface.as_str();
            ethernets.insert(name, ethernet(name, link));
        }
    }
    let mut out = Printed::default();
    head(source, &mut out);
    yaml::print(&NetworkConfig { version: 2, ethernets, bridges }, &mut out, &|way, _| {
        let [Step::Key(_), Step::Key(name), ..] = way else { return source.cause.clone() };
        let is_port = |it: &Nic| it.bridge == Some(cloud::Bridge::Port((*name).to_owned()));
        let nic = host.nics.iter().find(|it| it.interface == *name || is_port(it));
        nic.map_or_else(|| source.cause.clone(), |it| Cause::new(it.origin.place, "host"))
    });
    out
}

fn link<'a>(nic: &Nic, first: bool, routes: &[cloud::Route], source: &Source<'a>) -> Link<'a> {
    let own = || routes.iter().filter(|it| it.interface == nic.interface && it.from.is_none());
    let by_provider = own().any(|it| it.via == Via::Provider);
    let via = |it: &cloud::Route| match it.via {
        Via::Gateway(via) => Some(Route { to: it.to, via }),
        Via::Provider | Via::Link => None,
    };
    let nameservers = Nameservers {
        search: vec![source.cloud.domain.as_str()],
        addresses: source.host.resolvers.clone(),
    };
    Link {
        mtu: source.cloud.networks[&nic.network].mtu,
        dhcp4: by_provider,
        dhcp6: by_provider,
        addresses: nic.addresses.clone(),
        routes: own().filter_map(via).collect(),
        nameservers: first.then_some(nameservers),
    }
}

impl Link<'_> {
    /// One that says nothing of its own: the port of a bridge.
    fn bare(mtu: u16) -> Self {
        let (addresses, routes) = (Vec::new(), Vec::new());
        Self { mtu, dhcp4: false, dhcp6: false, addresses, routes, nameservers: None }
    }
}

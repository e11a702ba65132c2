//! The interfaces of a host: addresses, routes and resolvers, in the words of what sets them up on
//! its system. Tunnels are not among them: whoever makes them gives them theirs.

mod keyfile;
mod networkd;

use super::HostPart;
use crate::cloud::{Bridge, NetworkKind, Nic, Route, Via};
use crate::role::Configuration;
use crate::system::Interfaces;
use fmc_config::Cause;
use fmc_config::blocks::{BlockStyle, Blocks};
use ipnet::IpNet;
use std::cell::LazyCell;

/// The first table for routes by source; each interface has one of its own.
const FIRST_TABLE: usize = 101;

/// Rules for routes by source come before the main table's, which is asked at 32766.
const RULE_PRIORITY: usize = 1000;

/// An interface with everything that goes out by it.
struct Link<'a> {
    nic: &'a Nic,
    /// The device that is its port, if it is a bridge.
    port: Option<&'a str>,
    mtu: u16,
    /// Whether the provider says its address and routes.
    by_provider: bool,
    /// Whether it is the first, at which names are resolved.
    first: bool,
    /// Routes for all packets.
    routes: Vec<Route>,
    /// Routes for packets from a prefix: the prefix, the number of their table, and they.
    by_source: Vec<(IpNet, usize, Vec<Route>)>,
    cause: Cause,
}

/// The files that set up the interfaces of a host.
pub(super) fn interfaces(part: &HostPart<'_>) -> Configuration {
    let cause = part.cause("host");
    let mut out = part.says(cause.clone());
    let all = LazyCell::new(|| part.cloud.routes(part.host));
    let mut first = true;
    for (index, nic) in part.host.nics.iter().enumerate() {
        let Some(network) = part.cloud.networks.get(&nic.network) else { continue };
        // What hypervisors make, they also give its addresses and routes.
        if network.kind == NetworkKind::Wireguard || nic.bridge == Some(Bridge::Guests) {
            continue;
        }
        let port = match &nic.bridge {
            Some(Bridge::Port(port)) => Some(port.as_str()),
            Some(Bridge::Guests) | None => None,
        };
        let is_first = std::mem::replace(&mut first, false);
        let link = || Link::of(nic, port, network.mtu, is_first, FIRST_TABLE + index, &all);
        match part.system.table().network {
            Interfaces::Networkd => networkd::files(part, nic, port, link, &mut out),
            Interfaces::NetworkManager => keyfile::files(part, nic, port, link, &mut out),
        }
    }
    // Debian resolves without systemd-resolved; the others write this file themselves.
    if part.system == crate::cloud::System::Debian {
        out.file_by("/etc/resolv.conf", || {
            let mut resolv = Blocks::new(BlockStyle::Indented);
            resolv.add(["search", part.cloud.domain.as_str()], &cause);
            for resolver in &part.host.resolvers {
                resolv.add(["nameserver".to_owned(), resolver.to_string()], &cause);
            }
            resolv
        });
    }
    out
}

impl<'a> Link<'a> {
    /// An interface with those routes that go out by it; those by source are in a table of this number.
    fn of(
        nic: &'a Nic,
        port: Option<&'a str>,
        mtu: u16,
        first: bool,
        table: usize,
        routes: &[Route],
    ) -> Self {
        let own = routes.iter().filter(|it| it.interface == nic.interface);
        let mut link = Self {
            nic,
            port,
            mtu,
            by_provider: own.clone().any(|it| it.via == Via::Provider),
            first,
            routes: Vec::new(),
            by_source: Vec::new(),
            cause: Cause::new(nic.origin.place, "host"),
        };
        for route in own.filter(|it| it.via != Via::Provider) {
            match route.from {
                None => link.routes.push(route.clone()),
                Some(from) => match link.by_source.iter_mut().find(|it| it.0 == from) {
                    Some(it) => it.2.push(route.clone()),
                    None => link.by_source.push((from, table, vec![route.clone()])),
                },
            }
        }
        link
    }
}

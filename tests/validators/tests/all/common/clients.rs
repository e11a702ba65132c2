//! Clients of a host, without another host: a connection to an own address gets the address of
//! somebody else as its source.

use super::Stage;
use super::tools::{Verdict, one};
use fmc_model::cloud::End;
use fmc_sys::{Command, Sandbox};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Somebody whom no flow names (RFC 5737, RFC 3849), in the version of an address.
pub(crate) fn stranger(of: IpAddr) -> IpAddr {
    let text = if of.is_ipv4() { "203.0.113.77" } else { "2001:db8::77" };
    text.parse().expect("an address")
}

/// From now on, connections to `server` come from `client`.
pub(crate) fn come_from(client: IpAddr, server: IpAddr, on: &Sandbox) -> Verdict {
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), on)?;
    let address = ipnet::IpNet::from(client).to_string();
    let add = Command::new("ip").args(["address", "replace", &address, "dev", "lo"]);
    // One of version 6 could not be used before it is known that nobody else has it.
    one(&add.args((!client.is_ipv4()).then_some("nodad")), on)?;
    let (to, from) = (server.to_string(), client.to_string());
    if server.is_ipv4() {
        let route = Command::new("ip").args(["route", "replace", "local", &to, "dev", "lo"]);
        return one(&route.args(["table", "local", "src", &from]), on);
    }
    // Of routes to own addresses of version 6 the kernel does not take the source.
    let rules = format!(
        "table ip6 came {{}}\ndelete table ip6 came\ntable ip6 came {{\n chain out {{\n  type nat hook \
         postrouting priority srcnat;\n  ip6 daddr {to} snat to {from};\n }}\n}}\n"
    );
    one(&Command::new("nft").args(["-f", "-"]).input(rules), on)
}

/// Addresses of whoever has a flow of a service to the host, in the version of its own: hosts in the network that
/// both are in, else as they are known; the first pod of each node.
pub(crate) fn clients(service: &str, stage: &Stage<'_>) -> BTreeSet<IpAddr> {
    let mut all = BTreeSet::new();
    let own = |end: &End| matches!(end, End::Hosts(set) if set.contains(stage.host.id));
    let flows = stage.cloud.flows.iter().filter(|it| it.service == service && own(&it.to));
    for flow in flows {
        match &flow.from {
            End::Hosts(hosts) => {
                for client in hosts.iter().map(|it| stage.cloud.host(it)) {
                    let shared =
                        client.nics.iter().find(|it| stage.host.nic(&it.network).is_some());
                    let own = shared
                        .into_iter()
                        .flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr));
                    all.extend(own.chain(client.primary_addresses()).next());
                }
            }
            End::Pods(hosts) => {
                let pods = hosts.iter().flat_map(|it| stage.cloud.host(it).pods.clone());
                all.extend(pods.filter_map(|it| it.hosts().next()));
            }
            _ => {}
        }
    }
    all.retain(|it| own_address(stage).is_some_and(|own| own.is_ipv4() == it.is_ipv4()));
    all
}

/// The first address by which the host is known.
pub(crate) fn own_address(stage: &Stage<'_>) -> Option<IpAddr> {
    stage.host.primary_addresses().next()
}

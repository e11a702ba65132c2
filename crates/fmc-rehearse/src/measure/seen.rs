//! Which datagrams came in behind the firewall of a host: the kernel notes them. Silence tells nothing of a
//! datagram, for whoever took it need not answer.

use crate::stage::{Stage, all as spread};
use fmc_model::cloud::HostId;
use fmc_sys::{Command, Failure, Host as _, Sandbox};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// From where questions are sent, which nothing else on a stage is: below the ports that a kernel gives
/// (`net.ipv4.ip_local_port_range`), above those of services.
pub(super) const FROM: std::ops::Range<u16> = 16_000..30_000;

/// A datagram that came in: from which port, to which address, to which port.
pub(super) type Seen = (u16, IpAddr, u16);

/// The table is beside that of the host, behind whose chains it comes.
const TABLE: &str = "fmc_rehearsal";

/// Has a host note what comes in. What was noted before is forgotten.
///
/// # Errors
/// Its kernel cannot.
pub(super) fn note(sandbox: &Sandbox) -> Result<(), Failure> {
    let (first, last) = (FROM.start, FROM.end - 1);
    let set = |name: &str, kind: &str| {
        format!(
            "  set {name} {{
    type inet_service . {kind} . inet_service
    flags dynamic
    size 65535
  }}
"
        )
    };
    let rule = |name: &str, version: &str| {
        format!(
            "    meta nfproto {version} udp sport {first}-{last} add @{name} \
             {{ udp sport . {} daddr . udp dport }}
",
            if version == "ipv4" { "ip" } else { "ip6" }
        )
    };
    let rules = format!(
        "add table inet {TABLE}
delete table inet {TABLE}
table inet {TABLE} {{
{}{}  chain behind {{
    type filter hook input priority 100; policy accept;
{}{}  }}
}}
",
        set("seen4", "ipv4_addr"),
        set("seen6", "ipv6_addr"),
        rule("seen4", "ipv4"),
        rule("seen6", "ipv6")
    );
    sandbox.run(&Command::new("nft").args(["-f", "-"]).input(rules))?.ok().map(|_| ())
}

/// What a host noted.
///
/// # Errors
/// Nothing notes there.
fn seen(sandbox: &Sandbox) -> Result<BTreeSet<Seen>, Failure> {
    let list = ["-j", "list", "table", "inet", TABLE];
    let text = sandbox.run(&Command::new("nft").args(list))?.ok()?.text();
    let value: Value = serde_json::from_str(&text)
        .map_err(|it| Failure::Wrong(format!("what nft lists is no JSON: {it}")))?;
    let objects = value["nftables"].as_array().into_iter().flatten();
    let elements = objects.filter_map(|it| it["set"]["elem"].as_array()).flatten();
    Ok(elements.filter_map(read).collect())
}

/// What came in at some hosts.
pub(super) fn by_all(stage: &Stage, hosts: &[HostId]) -> Result<BTreeSet<Seen>, Failure> {
    let mut all = BTreeSet::new();
    for noted in spread(hosts, |it| seen(stage.host(*it))) {
        all.extend(noted?);
    }
    Ok(all)
}

fn read(element: &Value) -> Option<Seen> {
    let element = element.get("elem").map_or(element, |it| &it["val"]);
    let [from, to, port] = element["concat"].as_array()?.as_slice() else { return None };
    let number = |it: &Value| it.as_u64().and_then(|it| u16::try_from(it).ok());
    Some((number(from)?, to.as_str()?.parse().ok()?, number(port)?))
}

//! The syntax of `nft -f`.
//!
//! One rule a line: a rule before a closing brace on one line would need a semicolon (seen with nft
//! 1.0.6). Names of chains and sets come with a prefix from whoever makes them, for some words, such
//! as `fwd`, are keywords.

use super::{
    Action, Addresses, Base, Chain, ChainKind, Hook, MapKey, Match, Place, Policy, PortRange, Rule,
    Ruleset, State, Transport, Verdict, Version,
};
use crate::Printed;
use crate::printed::Line;
use std::net::IpAddr;

/// How many elements of a set stand on one line.
const ELEMENTS: usize = 4;

/// `nft` refuses longer comments (`NFTNL_UDATA_COMMENT_MAXLEN`).
const LONGEST_COMMENT: usize = 128;

impl Ruleset {
    pub(crate) fn print(&self, out: &mut Printed) {
        let (table, cause) = (&self.table, &self.cause);
        out.blank(cause);
        // All of one file is one transaction: the old table is gone at the moment the new one is
        // there. It is declared first, for deleting what is not there would be an error.
        out.text_line(0, &format!("table inet {table}"), cause);
        out.text_line(0, &format!("delete table inet {table}"), cause);
        out.blank(cause);
        out.text_line(0, &format!("table inet {table} {{"), cause);
        for set in &self.sets {
            out.text_line(2, &format!("set {} {{", set.name), &set.cause);
            let kind = match set.version {
                Version::V4 => "ipv4_addr",
                Version::V6 => "ipv6_addr",
            };
            out.text_line(4, &format!("type {kind}"), &set.cause);
            let elements: Vec<String> = set.addresses.ranges().map(|it| it.to_string()).collect();
            if set.addresses.ranges().any(|it| it.first != it.last) {
                out.text_line(4, "flags interval", &set.cause);
            }
            if !elements.is_empty() {
                out.text_line(4, "elements = {", &set.cause);
                for some in elements.chunks(ELEMENTS) {
                    out.text_line(6, &format!("{},", some.join(", ")), &set.cause);
                }
                out.text_line(4, "}", &set.cause);
            }
            out.text_line(2, "}", &set.cause);
        }
        for map in &self.maps {
            let kind = match map.key {
                MapKey::In => "ifname",
                MapKey::InOut => "ifname . ifname",
            };
            out.text_line(2, &format!("map {} {{", map.name), &map.cause);
            out.text_line(4, &format!("type {kind} : verdict"), &map.cause);
            if !map.entries.is_empty() {
                out.text_line(4, "elements = {", &map.cause);
                for (keys, verdict, cause) in &map.entries {
                    let keys: Vec<String> = keys.iter().map(|it| quoted(it)).collect();
                    let text = format!("{} : {},", keys.join(" . "), show(verdict));
                    out.text_line(6, &text, cause);
                }
                out.text_line(4, "}", &map.cause);
            }
            out.text_line(2, "}", &map.cause);
        }
        for chain in &self.chains {
            print_chain(chain, out);
        }
        out.text_line(0, "}", cause);
    }
}

fn print_chain(chain: &Chain, out: &mut Printed) {
    out.blank(&chain.cause);
    out.text_line(2, &format!("chain {} {{", chain.name), &chain.cause);
    if let Some(base) = chain.base {
        out.text_line(4, &head(base), &chain.cause);
    }
    for rule in &chain.rules {
        out.line(4, &rule.cause, |line| print_rule(rule, line));
    }
    out.text_line(2, "}", &chain.cause);
}

fn head(base: Base) -> String {
    let kind = match base.kind {
        ChainKind::Filter => "filter",
        ChainKind::Nat => "nat",
    };
    let hook = match base.hook {
        Hook::Prerouting => "prerouting",
        Hook::Input => "input",
        Hook::Forward => "forward",
        Hook::Postrouting => "postrouting",
    };
    let priority = match (base.kind, base.hook) {
        (ChainKind::Filter, _) => "filter",
        (ChainKind::Nat, Hook::Prerouting) => "dstnat",
        (ChainKind::Nat, _) => "srcnat",
    };
    let policy = match base.policy {
        Policy::Accept => "accept",
        Policy::Drop => "drop",
    };
    format!("type {kind} hook {hook} priority {priority}; policy {policy};")
}

fn print_rule(rule: &Rule, line: &mut Line<'_>) {
    let mut words: Vec<String> = rule.matches.iter().map(condition).collect();
    if let Some(limit) = rule.limit {
        words.push(format!("limit rate {}/second burst {} packets", limit.per_second, limit.burst));
    }
    if rule.counter {
        words.push("counter".to_owned());
    }
    if let Some(prefix) = &rule.log {
        words.push(format!("log prefix {}", quoted(prefix)));
    }
    words.extend(action(&rule.action));
    if let Some(comment) = &rule.comment {
        let mut end = comment.len().min(LONGEST_COMMENT);
        while !comment.is_char_boundary(end) {
            end -= 1;
        }
        words.push(format!("comment {}", quoted(&comment[..end])));
    }
    line.text(&words.join(" "));
}

fn condition(it: &Match) -> String {
    match it {
        Match::In(names) => format!("iifname {}", interfaces(names)),
        Match::NotIn(names) => format!("iifname != {}", interfaces(names)),
        Match::Out(names) => format!("oifname {}", interfaces(names)),
        Match::From(place) => place_words("saddr", place),
        Match::To(place) => place_words("daddr", place),
        Match::OriginallyTo(set) => {
            format!("ct original {} daddr {}", family(set), addresses(set))
        }
        Match::OriginallyToPorts(ports) => format!("ct original proto-dst {}", port_list(ports)),
        Match::Protocol(protocol) => format!("meta l4proto {}", protocol.0),
        Match::ToPorts(transport, ports) => {
            let name = match transport {
                Transport::Tcp => "tcp",
                Transport::Udp => "udp",
            };
            format!("{name} dport {}", port_list(ports))
        }
        Match::State(states) => {
            let names: Vec<&str> = states.iter().map(|it| state(*it)).collect();
            format!("ct state {}", names.join(","))
        }
        Match::DestinationRewritten => "ct status dnat".to_owned(),
        Match::BeginsTcp => "tcp flags syn / syn,rst".to_owned(),
        Match::Icmp(types) => format!("icmp type {}", list(types.iter().map(|it| it.0.to_owned()))),
        Match::Icmpv6(types) => {
            format!("icmpv6 type {}", list(types.iter().map(|it| it.0.to_owned())))
        }
    }
}

fn place_words(field: &str, place: &Place) -> String {
    match place {
        Place::Literal(set) => format!("{} {field} {}", family(set), addresses(set)),
        Place::Except(set) => format!("{} {field} != {}", family(set), addresses(set)),
        Place::Set(Version::V4, name) => format!("ip {field} @{name}"),
        Place::Set(Version::V6, name) => format!("ip6 {field} @{name}"),
        Place::NotSet(Version::V4, name) => format!("ip {field} != @{name}"),
        Place::NotSet(Version::V6, name) => format!("ip6 {field} != @{name}"),
    }
}

fn family(set: &Addresses) -> &'static str {
    if set.versions().any(|it| it == Version::V6) { "ip6" } else { "ip" }
}

fn addresses(set: &Addresses) -> String {
    list(set.ranges().map(|it| it.to_string()))
}

fn port_list(ports: &[PortRange]) -> String {
    list(ports.iter().map(|it| {
        if it.first == it.last { it.first.to_string() } else { format!("{}-{}", it.first, it.last) }
    }))
}

fn interfaces(names: &[String]) -> String {
    list(names.iter().map(|it| quoted(it)))
}

/// One element as it is, several in braces.
fn list(elements: impl Iterator<Item = String>) -> String {
    let elements: Vec<String> = elements.collect();
    match elements.as_slice() {
        [only] => only.clone(),
        several => format!("{{ {} }}", several.join(", ")),
    }
}

fn action(action: &Action) -> Option<String> {
    Some(match action {
        Action::Continue => return None,
        Action::Verdict(verdict) => show(verdict),
        Action::ByState(verdicts) => {
            let pairs: Vec<String> = verdicts
                .iter()
                .map(|(it, verdict)| format!("{} : {}", state(*it), show(verdict)))
                .collect();
            format!("ct state vmap {{ {} }}", pairs.join(", "))
        }
        Action::ByMap(MapKey::In, name) => format!("iifname vmap @{name}"),
        Action::ByMap(MapKey::InOut, name) => format!("iifname . oifname vmap @{name}"),
        Action::RewriteDestination(targets, port) => destination(targets, *port),
        Action::Masquerade => "masquerade".to_owned(),
        Action::ClampSegments => "tcp option maxseg size set rt mtu".to_owned(),
    })
}

fn destination(targets: &[IpAddr], port: Option<u16>) -> String {
    let family = if targets.first().is_some_and(IpAddr::is_ipv6) { "ip6" } else { "ip" };
    match (targets, port) {
        ([IpAddr::V6(only)], Some(port)) => format!("dnat {family} to [{only}]:{port}"),
        ([only], Some(port)) => format!("dnat {family} to {only}:{port}"),
        ([only], None) => format!("dnat {family} to {only}"),
        (several, port) => {
            let pairs: Vec<String> =
                several.iter().enumerate().map(|(at, it)| format!("{at} : {it}")).collect();
            let port = port.map(|it| format!(" : {it}")).unwrap_or_default();
            let (count, pairs) = (several.len(), pairs.join(", "));
            format!("dnat {family} to numgen inc mod {count} map {{ {pairs} }}{port}")
        }
    }
}

fn show(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accept => "accept".to_owned(),
        Verdict::Drop => "drop".to_owned(),
        Verdict::Jump(chain) => format!("jump {chain}"),
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Established => "established",
        State::Related => "related",
        State::Invalid => "invalid",
    }
}

/// A string as `nft` reads it. It has no way to write a quote inside of one.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['"', '\\'], "'"))
}

//! Files of systemd-networkd
//! (<https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html>,
//! <https://www.freedesktop.org/software/systemd/man/latest/systemd.netdev.html>).

use super::lines::{At, Key, Known, Section, sections};
use super::{Interface, Interfaces, Rule, Source, Way, everything, prefix, table};
use fmc_sys::Failure;

/// What changes no address and no route.
const ELSEWHERE: Known = &[
    ("Link", &["RequiredForOnline"]),
    (
        "Network",
        &[
            "ConfigureWithoutCarrier",
            "Description",
            "DNS",
            "DNSOverTLS",
            "DNSSEC",
            "Domains",
            "LLDP",
            "LLMNR",
            "MulticastDNS",
            "NTP",
        ],
    ),
    ("NetDev", &["Description"]),
    ("Bridge", &["ForwardDelaySec", "STP"]),
];

/// What they declare.
pub(super) fn read<'f, 'a: 'f>(
    files: impl Iterator<Item = &'f Source<'a>>,
) -> Result<Interfaces, Failure> {
    let (mut made, mut all) = (Interfaces::new(), Interfaces::new());
    for file in files {
        let sections = sections(file)?;
        let at = At::start(file.path);
        match file.path.rsplit('.').next() {
            Some("netdev") => {
                let (name, it) = device(&sections, at)?;
                made.entry(name).or_insert(it);
            }
            Some("network") => {
                let (names, it) = network(&sections, at)?;
                // The first file that is meant for an interface is the only one.
                for name in names {
                    all.entry(name).or_insert_with(|| it.clone());
                }
            }
            _ => return Err(at.wrong("a rehearsal does not know files of this kind")),
        }
    }
    for (name, device) in made {
        let it = all.entry(name).or_default();
        it.is_bridge = device.is_bridge;
        it.mtu = it.mtu.or(device.mtu);
    }
    Ok(all)
}

/// An interface that is made.
fn device(sections: &[Section<'_>], start: At<'_>) -> Result<(String, Interface), Failure> {
    let (mut name, mut it) = (None, Interface::default());
    for (section, key) in keys(sections) {
        match (section.name, key.name) {
            ("NetDev", "Name") => name = Some(key.value.to_owned()),
            ("NetDev", "Kind") if key.value == "bridge" => it.is_bridge = true,
            ("NetDev", "MTUBytes") => it.mtu = Some(key.at.read(key.value)?),
            _ => section.passes(key, ELSEWHERE)?,
        }
    }
    let name = name.filter(|_| it.is_bridge);
    Ok((name.ok_or_else(|| start.wrong("it makes no bridge with a name"))?, it))
}

/// What is said of the interfaces that it is meant for.
fn network(sections: &[Section<'_>], start: At<'_>) -> Result<(Vec<String>, Interface), Failure> {
    let (mut names, mut it) = (Vec::new(), Interface::default());
    for section in sections {
        match section.name {
            "Route" => it.ways.push(route(section)?),
            "RoutingPolicyRule" => it.rules.push(rule(section)?),
            "Match" | "Link" | "Network" | "Address" => {
                for key in &section.keys {
                    match (section.name, key.name) {
                        ("Match", "Name") => names.extend(matched(key)?),
                        _ => own(section, key, &mut it)?,
                    }
                }
            }
            _ => return Err(section.unknown()),
        }
    }
    if names.is_empty() {
        return Err(start.wrong("it is meant for no interface by its name"));
    }
    Ok((names, it))
}

/// What an interface is to have, but routes and rules.
fn own(section: &Section<'_>, key: &Key<'_>, it: &mut Interface) -> Result<(), Failure> {
    let (at, value) = (key.at, key.value);
    match (section.name, key.name) {
        ("Link", "MTUBytes") => it.mtu = Some(at.read(value)?),
        ("Network" | "Address", "Address") => it.addresses.push(prefix(at, value)?),
        ("Network", "Gateway") => it.default_by(at.read(value)?),
        ("Network", "Bridge") => it.port_of = Some(value.to_owned()),
        ("Network", "DHCP") => {
            it.asks_provider = match value {
                "ipv4" => [true, false],
                "ipv6" => [false, true],
                _ => [at.is(value)?; 2],
            }
        }
        // The kernel gives these addresses itself.
        ("Network", "LinkLocalAddressing") if value == "ipv6" => {}
        // Nobody advertises anything on a stage.
        ("Network", "IPv6AcceptRA") => {
            at.is(value)?;
        }
        _ => section.passes(key, ELSEWHERE)?,
    }
    Ok(())
}

fn route(section: &Section<'_>) -> Result<Way, Failure> {
    let (mut to, mut via, mut on_link) = (None, None, false);
    let (mut into, mut metric) = (None, None);
    for key in &section.keys {
        let (at, value) = (key.at, key.value);
        match key.name {
            "Destination" => to = Some(prefix(at, value)?),
            "Gateway" => via = Some(at.read(value)?),
            "GatewayOnLink" => on_link = at.is(value)?,
            "Table" => into = table(at, value)?,
            "Metric" => metric = Some(at.read(value)?),
            // What it is without a neighbour, and with one.
            "Scope" if matches!(value, "link" | "global") => {}
            _ => return Err(section.stranger(key)),
        }
    }
    let to = to.or(via.map(|it: std::net::IpAddr| everything(it.is_ipv4())));
    let to = to.ok_or_else(|| section.at.wrong("a route to nowhere"))?;
    Ok(Way { to, via, on_link, table: into, metric })
}

fn rule(section: &Section<'_>) -> Result<Rule, Failure> {
    let (mut from, mut into, mut priority) = (None, None, None);
    for key in &section.keys {
        match key.name {
            "From" => from = Some(prefix(key.at, key.value)?),
            "Table" => into = Some(key.at.read(key.value)?),
            "Priority" => priority = Some(key.at.read(key.value)?),
            _ => return Err(section.stranger(key)),
        }
    }
    match (from, into) {
        (Some(from), Some(table)) => Ok(Rule { from, table, priority }),
        _ => Err(section.at.wrong("a rule needs From= and Table= here")),
    }
}

/// The interfaces that a file is meant for, by their names alone.
fn matched(key: &Key<'_>) -> Result<Vec<String>, Failure> {
    if key.value.contains(['*', '?', '[', '!']) {
        return Err(key.at.wrong("a rehearsal knows interfaces by whole names alone"));
    }
    Ok(key.value.split_whitespace().map(str::to_owned).collect())
}

fn keys<'s, 'a>(
    sections: &'s [Section<'a>],
) -> impl Iterator<Item = (&'s Section<'a>, &'s Key<'a>)> {
    sections.iter().flat_map(|section| section.keys.iter().map(move |key| (section, key)))
}

//! Keyfiles of `NetworkManager`
//! (<https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html>).

use super::lines::{At, Key, Known, Section, sections};
use super::{Interface, Interfaces, Rule, Source, Way, prefix, table};
use fmc_sys::Failure;
use std::collections::BTreeMap;

/// What changes no address and no route.
const ELSEWHERE: Known = &[
    ("connection", &["id", "timestamp", "uuid"]),
    ("bridge", &["forward-delay", "stp"]),
    ("ipv4", IP),
    ("ipv6", IP),
    ("proxy", &[]),
];
const IP: &[&str] = &["dns", "dns-options", "dns-priority", "dns-search", "may-fail"];

/// Who may read a keyfile beside its owner: nobody, else it is not read at all.
const OTHERS: u32 = 0o077;

/// What they declare.
pub(super) fn read<'f, 'a: 'f>(
    files: impl Iterator<Item = &'f Source<'a>>,
) -> Result<Interfaces, Failure> {
    let mut all: BTreeMap<String, (i32, Interface)> = BTreeMap::new();
    for file in files {
        let at = At::start(file.path);
        if file.mode & OTHERS != 0 {
            return Err(at.wrong("NetworkManager reads no keyfile that others may read"));
        }
        let Connection { name, priority, own } = connection(&sections(file)?, at)?;
        match all.get(&name) {
            Some((other, _)) if *other == priority => {
                return Err(at.wrong(&format!("another file is as much for {name} as this one")));
            }
            Some((other, _)) if *other > priority => {}
            _ => {
                all.insert(name, (priority, own));
            }
        }
    }
    Ok(all.into_iter().map(|(name, it)| (name, it.1)).collect())
}

/// A connection, with the name of its interface and how much it is wanted for it.
struct Connection {
    name: String,
    priority: i32,
    own: Interface,
}

fn connection(sections: &[Section<'_>], start: At<'_>) -> Result<Connection, Failure> {
    let (mut name, mut priority, mut own) = (None, 0, Interface::default());
    let mut versions = [false; 2];
    for section in sections {
        match section.name {
            "ipv4" | "ipv6" => {
                let v4 = section.name == "ipv4";
                versions[usize::from(!v4)] = true;
                version(section, v4, &mut own)?;
                continue;
            }
            "connection" | "ethernet" | "bridge" | "proxy" => {}
            _ => return Err(section.unknown()),
        }
        for key in &section.keys {
            let (at, value) = (key.at, key.value);
            match (section.name, key.name) {
                ("connection", "interface-name") => name = Some(value.to_owned()),
                ("connection", "autoconnect-priority") => priority = at.read(value)?,
                ("connection", "autoconnect") if at.is(value)? => {}
                ("connection", "type") if value == "ethernet" => {}
                ("connection", "type") if value == "bridge" => own.is_bridge = true,
                ("connection", "master" | "controller") => own.port_of = Some(value.to_owned()),
                ("connection", "slave-type" | "port-type") if value == "bridge" => {}
                ("ethernet", "mtu") => own.mtu = Some(at.read(value)?),
                _ => section.passes(key, ELSEWHERE)?,
            }
        }
    }
    let name = name.ok_or_else(|| start.wrong("it is meant for no interface by its name"))?;
    // What nothing is said of is asked for, unless it is a bridge that has it.
    if own.port_of.is_none() {
        for (asks, is_said) in own.asks_provider.iter_mut().zip(versions) {
            *asks |= !is_said;
        }
    }
    Ok(Connection { name, priority, own })
}

/// Addresses, routes and rules of a version.
fn version(section: &Section<'_>, v4: bool, own: &mut Interface) -> Result<(), Failure> {
    let mut method = None;
    let mut options: BTreeMap<&str, &Key<'_>> = BTreeMap::new();
    let (mut routes, mut has_any) = (Vec::new(), false);
    for key in &section.keys {
        let (at, value) = (key.at, key.value);
        match (kind(key.name), key.name) {
            (_, "method") => method = Some((at, value)),
            (_, "gateway") => own.default_by(at.read(value)?),
            ("address", _) => {
                let (address, gateway) = value.split_once(',').unwrap_or((value, ""));
                own.addresses.push(prefix(at, address)?);
                if !gateway.is_empty() {
                    own.default_by(at.read(gateway)?);
                }
            }
            ("route", _) => routes.push(key),
            ("route_options", name) => {
                options.insert(name.trim_end_matches("_options"), key);
            }
            ("routing-rule", _) => own.rules.push(rule(at, value)?),
            _ => {
                section.passes(key, ELSEWHERE)?;
                continue;
            }
        }
        has_any |= key.name != "method";
    }
    for key in routes {
        let way = route(key, options.remove(key.name))?;
        own.ways.push(way);
    }
    if let Some(key) = options.values().next() {
        return Err(key.at.wrong("options of a route that is not there"));
    }
    let Some((at, method)) = method else {
        return Err(section.at.wrong("it needs a method"));
    };
    match (method, v4) {
        ("auto", _) => own.asks_provider[usize::from(!v4)] = true,
        ("manual", _) => {}
        ("disabled", true) | ("link-local", false) if !has_any => {}
        _ => return Err(at.wrong(&format!("a rehearsal does not know `{method}` with the rest"))),
    }
    Ok(())
}

/// What a key that is counted is for: `route` of `route2`, `route_options` of `route2_options`.
fn kind(key: &str) -> &str {
    let (name, is_options) = match key.strip_suffix("_options") {
        Some(it) => (it, true),
        None => (key, false),
    };
    match name.trim_end_matches(|it: char| it.is_ascii_digit()) {
        it if it.len() == name.len() => "",
        "route" if is_options => "route_options",
        it if !is_options => it,
        _ => "",
    }
}

fn route(key: &Key<'_>, options: Option<&Key<'_>>) -> Result<Way, Failure> {
    let mut words = key.value.split(',');
    let to = prefix(key.at, words.next().unwrap_or_default())?;
    let via = words.next().filter(|it| !it.is_empty());
    let via = via.map(|it| key.at.read(it)).transpose()?;
    let metric = words.next().map(|it| key.at.read(it)).transpose()?;
    if words.next().is_some() {
        return Err(key.at.wrong("a route has three parts at most"));
    }
    let mut way = Way { to, via, on_link: false, table: None, metric };
    for (at, option) in options.iter().flat_map(|it| it.value.split(',').map(|own| (it.at, own))) {
        match option.split_once('=') {
            Some(("table", value)) => way.table = table(at, value)?,
            Some(("onlink", value)) => way.on_link = at.is(value)?,
            _ => return Err(at.wrong(&format!("a rehearsal does not know `{option}` of routes"))),
        }
    }
    Ok(way)
}

/// A rule, in words of which each second one is a value.
fn rule(at: At<'_>, value: &str) -> Result<Rule, Failure> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let (mut from, mut into, mut priority) = (None, None, None);
    for pair in words.chunks(2) {
        match pair {
            ["from", it] => from = Some(prefix(at, it)?),
            ["table", it] => into = Some(at.read(it)?),
            ["priority", it] => priority = Some(at.read(it)?),
            _ => return Err(at.wrong(&format!("a rehearsal does not know `{}`", pair.join(" ")))),
        }
    }
    match (from, into) {
        (Some(from), Some(table)) => Ok(Rule { from, table, priority }),
        _ => Err(at.wrong("a rule needs `from` and `table` here")),
    }
}

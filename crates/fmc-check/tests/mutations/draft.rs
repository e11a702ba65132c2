//! A cloud before it is written: what a generator and mutations put together, and its text.

use ipnet::IpNet;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a network is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Public,
    Tunnel,
    Private,
}

#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) prefixes: Vec<IpNet>,
    /// Gateways that are written, since no host of ours is one.
    pub(crate) gateways: Vec<IpAddr>,
    /// The next host number that nobody has.
    pub(crate) next: u32,
    /// More keys of it, as they are written.
    pub(crate) more: Vec<String>,
}

impl Network {
    /// The address with a number, in each of its prefixes.
    pub(crate) fn nth(&self, number: u32) -> Vec<IpAddr> {
        self.prefixes.iter().map(|it| nth(it, number)).collect()
    }
}

fn nth(prefix: &IpNet, number: u32) -> IpAddr {
    match prefix {
        IpNet::V4(it) => Ipv4Addr::from(u32::from(it.network()) + number).into(),
        IpNet::V6(it) => Ipv6Addr::from(u128::from(it.network()) + u128::from(number)).into(),
    }
}

/// A list as YAML has it; a single one stands for itself. Colons of addresses need quotes.
pub(crate) fn listed<T: ToString>(all: &[T]) -> String {
    let quoted: Vec<String> = all
        .iter()
        .map(ToString::to_string)
        .map(|it| if it.contains(':') { format!("\"{it}\"") } else { it })
        .collect();
    match quoted.as_slice() {
        [only] => only.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}

/// An entry of `hosts:`, for one host or many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// The name without numbers.
    pub(crate) stem: String,
    /// How many of them there are; a single one has no number.
    pub(crate) count: usize,
    pub(crate) os: Option<&'static str>,
    pub(crate) template: Option<String>,
    pub(crate) managed: bool,
    /// Networks, each with what is written there.
    pub(crate) nics: Vec<(String, String)>,
    pub(crate) size: Option<Size>,
    /// Roles, each with its settings in braces, or nothing.
    pub(crate) roles: Vec<(String, String)>,
    pub(crate) runs_on: Option<String>,
    /// More keys of it, as they are written.
    pub(crate) more: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) cpus: usize,
    /// In MiB.
    pub(crate) memory: usize,
    /// In GB.
    pub(crate) disk: usize,
    /// In GB, and nothing if there is no second disk.
    pub(crate) data: usize,
}

impl Entry {
    /// The key under which it stands.
    pub(crate) fn key(&self) -> String {
        if self.count == 1 { self.stem.clone() } else { format!("{}[1-{}]", self.stem, self.count) }
    }

    /// What means all of its hosts.
    pub(crate) fn pattern(&self) -> String {
        if self.count == 1 { self.stem.clone() } else { self.key() }
    }

    /// The name of its first host.
    pub(crate) fn first(&self) -> String {
        if self.count == 1 { self.stem.clone() } else { format!("{}1", self.stem) }
    }

    pub(crate) fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|it| it.0 == role)
    }

    pub(crate) fn role(&mut self, role: &str) -> Option<&mut String> {
        self.roles.iter_mut().find(|it| it.0 == role).map(|it| &mut it.1)
    }

    pub(crate) fn is_in(&self, network: &str) -> bool {
        self.nics.iter().any(|it| it.0 == network)
    }

    /// The number of its first host in a network, where a number is written.
    pub(crate) fn number(&self, network: &str) -> Option<u32> {
        let written = &self.nics.iter().find(|it| it.0 == network)?.1;
        written.trim_end_matches('+').parse().ok()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Vip {
    pub(crate) name: String,
    pub(crate) network: String,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) serves: String,
    pub(crate) more: Vec<String>,
}

/// A whole cloud.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) head: Vec<String>,
    pub(crate) networks: Vec<Network>,
    /// People outside, each with the rest of their entry.
    pub(crate) outside: Vec<(String, String)>,
    pub(crate) vips: Vec<Vip>,
    /// Apps, each with the keys of its entry.
    pub(crate) apps: Vec<(String, Vec<String>)>,
    pub(crate) templates: Vec<Entry>,
    pub(crate) entries: Vec<Entry>,
    /// Groups, each with who is in it.
    pub(crate) groups: Vec<(String, String)>,
    pub(crate) access: Vec<String>,
    /// More keys of the file, as they are written.
    pub(crate) tail: Vec<String>,
}

impl Draft {
    pub(crate) fn network(&self, name: &str) -> &Network {
        self.networks.iter().find(|it| it.name == name).expect("a network of that name")
    }

    pub(crate) fn network_mut(&mut self, name: &str) -> &mut Network {
        self.networks.iter_mut().find(|it| it.name == name).expect("a network of that name")
    }

    /// How many hosts there are.
    pub(crate) fn size(&self) -> usize {
        self.entries.iter().map(|it| it.count).sum()
    }

    /// Where entries are that fit.
    pub(crate) fn entries_that(&self, fit: impl Fn(&Entry) -> bool) -> Vec<usize> {
        (0..self.entries.len()).filter(|it| fit(&self.entries[*it])).collect()
    }

    /// Its text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("version: 1\n");
        for line in &self.head {
            let _ = writeln!(text, "{line}");
        }
        text.push_str("networks:\n");
        for it in &self.networks {
            let mut keys = Vec::new();
            match it.kind {
                Kind::Public => keys.push("kind: public".to_owned()),
                Kind::Tunnel => keys.push("kind: wireguard".to_owned()),
                Kind::Private => {}
            }
            if !it.prefixes.is_empty() {
                keys.push(format!("cidr: {}", listed(&it.prefixes)));
            }
            if !it.gateways.is_empty() {
                keys.push(format!("gateway: {}", listed(&it.gateways)));
            }
            keys.extend(it.more.iter().cloned());
            let _ = writeln!(text, "  {}: {{ {} }}", it.name, keys.join(", "));
        }
        section(&mut text, "outside", self.outside.iter().map(|it| format!("{}: {}", it.0, it.1)));
        section(&mut text, "vips", self.vips.iter().map(vip_text));
        let app = |it: &(String, Vec<String>)| format!("{}: {{ {} }}", it.0, it.1.join(", "));
        section(&mut text, "apps", self.apps.iter().map(app));
        section(&mut text, "templates", self.templates.iter().map(entry_text));
        section(&mut text, "hosts", self.entries.iter().map(entry_text));
        let group = |it: &(String, String)| format!("{}: {{ hosts: {} }}", it.0, it.1);
        section(&mut text, "groups", self.groups.iter().map(group));
        section(&mut text, "access", self.access.iter().map(|it| format!("- {it}")));
        for line in &self.tail {
            let _ = writeln!(text, "{line}");
        }
        text
    }
}

fn section(text: &mut String, name: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(text, "{name}:");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
    }
}

fn vip_text(vip: &Vip) -> String {
    let mut keys = vec![format!("address: {}", listed(&vip.addresses))];
    keys.push(format!("serves: {}", vip.serves));
    keys.extend(vip.more.iter().cloned());
    format!("{}: {{ {} }}", vip.name, keys.join(", "))
}

/// An entry in many lines, one for each of its keys.
fn entry_text(entry: &Entry) -> String {
    let mut lines = vec![format!("{}:", entry.key())];
    if let Some(template) = &entry.template {
        lines.push(format!("template: {template}"));
    }
    if let Some(os) = entry.os {
        lines.push(format!("os: {os}"));
    }
    if entry.managed {
        lines.push("managed: true".to_owned());
    }
    let nics: Vec<String> = entry.nics.iter().map(|it| format!("{}: {}", it.0, it.1)).collect();
    if !nics.is_empty() {
        lines.push(format!("nics: {{ {} }}", nics.join(", ")));
    }
    if let Some(Size { cpus, memory, disk, data }) = entry.size {
        let data = if data == 0 { String::new() } else { format!(", data: {data}GB") };
        lines.push(format!("size: {{ cpus: {cpus}, memory: {memory}MiB, disk: {disk}GB{data} }}"));
    }
    let roles: Vec<String> = entry.roles.iter().map(|it| format!("{}: {}", it.0, it.1)).collect();
    if !roles.is_empty() {
        lines.push(format!("roles: {{ {} }}", roles.join(", ")));
    }
    if let Some(machine) = &entry.runs_on {
        lines.push(format!("runs_on: {machine}"));
    }
    lines.extend(entry.more.iter().cloned());
    lines.join("\n    ")
}

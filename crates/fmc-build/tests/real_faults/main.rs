//! Faults that the founding cloud really had and that show in the text of files, none of which may
//! come of any cloud of the project: each test names those that it stands for, as
//! `docs/real-faults.md` lists them. What the values alone show is tested beside the roles.

#[path = "../common/mod.rs"]
mod common;
mod kubernetes;
mod names;
mod storage;

use common::{EXAMPLES, built, nodes};
use fmc_model::Cloud;
use fmc_model::cloud::Host;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Other clouds than the examples: other systems, version 6, none of what the founding cloud has.
const OTHERS: [(&str, &str); 4] = [
    ("cluster", include_str!("../../../../tests/validators/clouds/cluster.yaml")),
    ("office", include_str!("../../../../tests/validators/clouds/office.yaml")),
    ("tunnels", include_str!("../../../../tests/validators/clouds/tunnels.yaml")),
    ("version-6", include_str!("../../../../tests/validators/clouds/version-6.yaml")),
];

/// A cloud and all of its files.
struct Built {
    name: &'static str,
    cloud: Cloud,
    files: BTreeMap<String, String>,
}

static CLOUDS: LazyLock<Vec<Built>> = LazyLock::new(|| {
    let all = EXAMPLES.into_iter().chain(OTHERS);
    all.map(|(name, text)| {
        let cloud = built(text).0;
        let files = nodes(&cloud);
        Built { name, cloud, files }
    })
    .collect()
});

impl Built {
    /// Hosts that are ours, with what to call them.
    fn hosts(&self) -> impl Iterator<Item = (String, &Host)> {
        let ours = self.cloud.hosts.values().filter(|it| !it.managed);
        ours.map(|it| (format!("{} {}", self.name, it.name), it))
    }

    /// The text of a file of a host.
    fn file(&self, host: &Host, path: &str) -> Option<&str> {
        self.files.get(&format!("{}{path}", host.name)).map(String::as_str)
    }

    /// The files of a host by path, without what it is started from.
    fn files_of(&self, host: &Host) -> impl Iterator<Item = (&str, &str)> {
        let folder = host.name.to_string();
        self.files.iter().filter_map(move |(path, text)| {
            let path = path.strip_prefix(&folder)?;
            path.starts_with('/').then_some((path, text.as_str()))
        })
    }

    fn host_at(&self, address: IpAddr) -> Option<&Host> {
        self.cloud.hosts.values().find(|it| it.addresses().any(|own| own == address))
    }
}

/// Lines that are no comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|it| !it.starts_with(['#', ';']))
}

/// What follows a word at the beginning of lines.
fn after<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    lines(text).filter_map(move |it| it.strip_prefix(word))
}

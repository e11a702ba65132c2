//! A cloud as the files of each of its hosts: text, mode, owner, and for every line the reason why
//! it is there.
//!
//! Nothing is decided here. What a host must hold is in the cloud ([`Cloud::setup`]); this prints it
//! under headers, and adds what tells two builds apart. Writing the files is somebody else's.

mod archive;
mod artifact;
mod header;
mod tree;

pub use archive::{Content, pack, unpack};
pub use artifact::names as artifact_names;
pub use header::digest;
pub use tree::{HostTree, Node, TreeFile, Why};

use fmc_config::Secret;
use fmc_model::cloud::Host;
use fmc_model::{Cloud, Name};
use indexmap::IndexMap;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// All files of a cloud.
#[derive(Debug)]
pub struct Tree {
    /// The digest of the whole cloud: two builds with the same one are the same.
    pub model: String,
    /// Hosts that are built for, in the order of the file.
    pub hosts: IndexMap<Name, HostTree>,
    /// Files of people outside, by paths such as `operators/ana/wg0.conf`. Only where every host is
    /// built for.
    pub people: BTreeMap<String, Node>,
}

/// The folder of a build in which the files of people lie. No host can be called so.
pub const PEOPLE: &str = "_people";

impl Tree {
    /// It with what machines are started from. That holds the files whose secrets `values` knows, and
    /// nobody else may read it if one of these is private. The files of the hosts themselves have
    /// placeholders all the same, which whoever writes them fills.
    #[must_use]
    pub fn knowing(
        mut self,
        cloud: &Cloud,
        version: &str,
        values: &(dyn Fn(&Secret) -> Option<String> + Sync),
    ) -> Self {
        self.hosts.iter_mut().par_bridge().for_each(|(name, tree)| {
            if let Some(host) = cloud.hosts.get(name) {
                tree.artifacts = artifact::artifacts(cloud, host, tree, version, values);
            }
        });
        self
    }

    /// Every secret that a file names, some several times.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let files = self.written().filter_map(|it| match it.2 {
            Node::File(file) => Some(file),
            Node::Link(_) => None,
        });
        files.flat_map(|it| it.printed.holes()).map(|it| &it.secret)
    }

    /// Everything that is written: the folder of whom it is for, its path in the folder of the build,
    /// and what it is.
    pub fn written(&self) -> impl Iterator<Item = (&str, String, &Node)> {
        let of_hosts = self.hosts.iter().flat_map(|(host, files)| {
            files.written(host).map(move |(path, node)| (host.as_str(), path, node))
        });
        let of_people = self.people.iter();
        of_hosts.chain(of_people.map(|(path, it)| (PEOPLE, format!("{PEOPLE}/{path}"), it)))
    }
}

/// Whether a host has files: its own, or those that whoever runs it is told.
pub fn has_files(cloud: &Cloud, host: &Host) -> bool {
    if host.managed { !cloud.setup(host.id).entries.is_empty() } else { host.system.is_some() }
}

/// Builds every host that has files and for which `wanted` holds. `version` is that of the program, for
/// the headers. No value of a secret is in it.
pub fn build(cloud: &Cloud, version: &str, wanted: impl Fn(&Host) -> bool) -> Tree {
    files(cloud, version, wanted).knowing(cloud, version, &|_| None)
}

/// The same without what machines are started from, for who will add it by [`Tree::knowing`].
pub fn files(cloud: &Cloud, version: &str, wanted: impl Fn(&Host) -> bool) -> Tree {
    let built = cloud.hosts.values().filter(|it| has_files(cloud, it));
    let (wanted, others): (Vec<&Host>, Vec<&Host>) = built.partition(|it| wanted(it));
    let people = if others.is_empty() { people(cloud, version) } else { BTreeMap::new() };
    let print = |it: &&Host| (it.name.clone(), HostTree::of(cloud, it, version));
    // The digest alone takes as long as some of the hosts: it is made beside them.
    let (model, hosts): (String, Vec<_>) =
        rayon::join(|| model(cloud), || wanted.par_iter().map(print).collect());
    Tree { model, hosts: hosts.into_iter().collect(), people }
}

/// The files of people outside, as the hosts say them that they come to.
pub fn people(cloud: &Cloud, version: &str) -> BTreeMap<String, Node> {
    let said = cloud.hosts.values().flat_map(|it| &cloud.setup(it.id).people);
    said.map(|(path, file)| {
        let who = path.split('/').nth(1).unwrap_or(path);
        (path.clone(), Node::File(TreeFile::of(file, who, version)))
    })
    .collect()
}

/// The digest of everything that a cloud means.
pub fn model(cloud: &Cloud) -> String {
    // A cloud is made of maps with text for keys, numbers and text, all of which JSON can say.
    digest(&serde_json::to_vec(cloud).unwrap_or_default())
}

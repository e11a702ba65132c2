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
pub use header::digest;
pub use tree::{HostTree, Node, TreeFile, Why};

use fmc_config::Secret;
use fmc_model::cloud::Host;
use fmc_model::{Cloud, Name};
use indexmap::IndexMap;

/// All files of a cloud.
#[derive(Debug)]
pub struct Tree {
    /// The digest of the whole cloud: two builds with the same one are the same.
    pub model: String,
    /// Hosts that are built for, in the order of the file.
    pub hosts: IndexMap<Name, HostTree>,
}

impl Tree {
    /// It with artifacts that hold the files whose secrets `values` knows, and that nobody else may read
    /// if one of these is private. The files of the hosts themselves have placeholders all the same,
    /// which whoever writes them fills.
    #[must_use]
    pub fn knowing(
        mut self,
        cloud: &Cloud,
        version: &str,
        values: &dyn Fn(&Secret) -> Option<String>,
    ) -> Self {
        for (name, tree) in &mut self.hosts {
            if let Some(host) = cloud.hosts.get(name) {
                tree.know(cloud, host, version, values);
            }
        }
        self
    }

    /// Every secret that a file names, some several times.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let nodes = self.hosts.values().flat_map(|it| it.nodes.values());
        let files = nodes.filter_map(|it| match it {
            Node::File(file) => Some(file),
            Node::Link(_) => None,
        });
        files.flat_map(|it| it.printed.holes()).map(|it| &it.secret)
    }
}

/// Builds every host for which `wanted` holds; those that somebody else runs have no files. `version`
/// is that of the program, for the headers. No value of a secret is in it: see [`Tree::knowing`].
pub fn build(cloud: &Cloud, version: &str, wanted: impl Fn(&Host) -> bool) -> Tree {
    let built = cloud.hosts.values().filter(|it| !it.managed && it.system.is_some());
    let hosts = built
        .filter(|it| wanted(it))
        .map(|it| (it.name.clone(), HostTree::of(cloud, it, version)))
        .collect();
    Tree { model: model(cloud), hosts }
}

/// The digest of everything that a cloud means.
pub fn model(cloud: &Cloud) -> String {
    // A cloud is made of maps with text for keys, numbers and text, all of which JSON can say.
    digest(&serde_json::to_vec(cloud).unwrap_or_default())
}

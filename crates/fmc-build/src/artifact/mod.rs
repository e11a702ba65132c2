//! What a machine is started from for the first time: one artifact for each way in which a system
//! takes its first configuration. They say nothing of their own: each is made of the same files as
//! the folder of its host.
//!
//! A file that holds a secret is left out of them as long as the secret's value is not handed over:
//! whoever may read an artifact (a hypervisor, a provider, every process of the guest that may ask for
//! its user data) would else know the secret. Whoever applies the cloud puts these files in their
//! places.

mod cloud_init;
mod ignition;
mod lines;
mod network;
mod yaml;

use crate::tree::{HostTree, Node, TreeFile};
use fmc_config::{Cause, Printed, Secret};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, NetworkKind, System};
use fmc_model::setup::{Download, Mount, Setup};
use std::collections::BTreeMap;

/// What an artifact is made from.
pub(crate) struct Source<'a> {
    cloud: &'a Cloud,
    host: &'a Host,
    setup: &'a Setup,
    version: &'a str,
    /// Files with their whole text, those apart that hold a secret which is not known.
    files: Vec<SourceFile<'a>>,
    /// Links: path, target, cause.
    links: Vec<(&'a str, &'a str, &'a Cause)>,
    /// Files that are left out.
    left_out: Vec<&'a str>,
    /// Whether the value of a secret is in it.
    secret: bool,
    /// Why the host is there.
    cause: Cause,
}

/// A file that an artifact holds.
struct SourceFile<'a> {
    path: &'a str,
    text: String,
    mode: u16,
    user: &'a str,
    group: &'a str,
    causes: &'a [Cause],
    cause: &'a Cause,
}

/// What the artifacts of a host are called, beside its folder: none for one that somebody else runs.
pub fn names(host: &Host) -> Vec<String> {
    let name = &host.name;
    match host.system.filter(|_| !host.managed) {
        None => Vec::new(),
        Some(System::Flatcar) => vec![format!("{name}.ign")],
        Some(System::Almalinux | System::Rocky | System::Debian) => {
            ["meta-data", "network-config", "user-data"]
                .map(|it| format!("{name}.nocloud/{it}"))
                .into()
        }
    }
}

/// The artifacts of a host, by their paths beside its folder.
pub(crate) fn artifacts(
    cloud: &Cloud,
    host: &Host,
    tree: &HostTree,
    version: &str,
    values: &dyn Fn(&Secret) -> Option<String>,
) -> BTreeMap<String, Node> {
    let source = Source::of(cloud, host, tree, version, values);
    let printers: &[fn(&Source<'_>) -> Printed] = match host.system {
        Some(System::Flatcar) => &[ignition::print],
        _ => &[cloud_init::meta_data, network::print, cloud_init::user_data],
    };
    let made = names(host).into_iter().zip(printers.iter().map(|it| it(&source)));
    let secret = source.secret;
    let mode = if secret { 0o600 } else { 0o644 };
    let owner = || "root".to_owned();
    let file =
        |printed| Node::File(TreeFile { printed, mode, owner: owner(), by_hand: false, secret });
    made.map(|(path, printed)| (path, file(printed))).collect()
}

impl<'a> Source<'a> {
    fn of(
        cloud: &'a Cloud,
        host: &'a Host,
        tree: &'a HostTree,
        version: &'a str,
        values: &dyn Fn(&Secret) -> Option<String>,
    ) -> Self {
        let setup = cloud.setup(host.id);
        let cause = Cause::new(host.origin.place, "host");
        let mut source = Self {
            cloud,
            host,
            setup,
            version,
            files: Vec::new(),
            links: Vec::new(),
            left_out: Vec::new(),
            secret: false,
            cause,
        };
        for (path, node) in &tree.nodes {
            let Some(cause) = setup.entries.get(path).map(fmc_model::setup::Entry::cause) else {
                continue;
            };
            match node {
                Node::Link(target) => source.links.push((path, target, cause)),
                Node::File(file) => match file.printed.fill(values) {
                    Err(_) => source.left_out.push(path),
                    Ok(text) => {
                        source.secret |= file.printed.is_secret();
                        let (user, group) =
                            file.owner.split_once(':').unwrap_or((&file.owner, &file.owner));
                        let (mode, causes) = (file.mode, file.printed.causes());
                        let path = path.as_str();
                        source.files.push(SourceFile {
                            path,
                            text,
                            mode,
                            user,
                            group,
                            causes,
                            cause,
                        });
                    }
                },
            }
        }
        source
    }

    /// What stands at the head of an artifact, in a format that has comments.
    fn header(&self) -> Vec<String> {
        let (version, name) = (self.version, &self.host.name);
        vec![
            format!("Generated by fmc {version} for {name}, from the files of its folder."),
            "Changes made here are lost: change the cloud file, and build again.".to_owned(),
        ]
    }

    /// What stands there too where files are left out.
    fn missing(&self) -> Vec<String> {
        if self.left_out.is_empty() {
            return Vec::new();
        }
        let why =
            "Left out, for they hold secrets; whoever applies this puts them in their places:";
        let paths = self.left_out.iter().map(|it| format!("  {it}"));
        std::iter::once(why.to_owned()).chain(paths).collect()
    }

    /// And where something is run that nothing brings.
    fn unbrought(&self) -> Vec<String> {
        if self.setup.missing.is_empty() {
            return Vec::new();
        }
        let why =
            "Brought by nothing; whoever runs this host puts them there, or into `programs:`:";
        let paths = self.setup.missing.iter().map(|it| format!("  {}", it.path));
        std::iter::once(why.to_owned()).chain(paths).collect()
    }

    /// What a host can fetch before it has its own addresses: somebody hands some out by DHCP, and no
    /// machine of this cloud is on the way or at its end, whose firewall would let nothing of them
    /// through. Ignition tries for ever, so it is not told of what it could not get.
    fn fetched_at_first(&self) -> Vec<&'a Download> {
        let uplink = self.host.uplink.as_ref().and_then(|it| self.cloud.networks.get(it));
        let is_out = uplink.is_some_and(|it| {
            let given = it.dhcp.is_some() || it.kind == NetworkKind::Public;
            given && it.router.is_none()
        });
        self.setup.downloads.iter().filter(|it| is_out && !it.inside).collect()
    }

    /// Disks that are mounted, each once: they need a file system before they can be.
    fn disks(&self) -> Vec<&'a Mount> {
        let mounts = self.setup.mounts.values().filter(|it| it.what.starts_with("/dev/"));
        let mut disks: Vec<&Mount> = mounts.collect();
        disks.sort_by_key(|it| &it.what);
        disks.dedup_by_key(|it| &it.what);
        disks
    }

    /// Public keys of everybody who may log in as the system's own user, which may become root: on a
    /// bastion too, where people have accounts of their own, with which nobody could administer it.
    fn keys(&self) -> Vec<&'a str> {
        let people = self.cloud.administrators(self.host);
        let mut keys: Vec<&str> = people
            .iter()
            .flat_map(|it| it.ssh_keys.iter().map(fmc_model::SshKey::as_str))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

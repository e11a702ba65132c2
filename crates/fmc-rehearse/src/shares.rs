//! Folders that one host shares and others mount. This machine's kernel may have no client for NFS: a folder of
//! this machine is shown to all of them instead.

use crate::service::{ENGINE_DATA, keeps_copies};
use fmc_model::Cloud;
use fmc_model::cloud::Host;
use std::path::{Path, PathBuf};

/// A folder of this machine that a host sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Where it lies.
    pub(crate) outside: PathBuf,
    /// Where it is seen.
    pub(crate) inside: String,
    /// Whether it is mounted from another host.
    pub(crate) mounted: bool,
    /// What it is of a host that shares it, where pods find it.
    pub(crate) shared: Option<String>,
}

/// Where a node sees what it mounts for its pods, by the addresses of those who share it.
pub(crate) const MOUNTED: &str = "/run/rehearsed-volumes";

/// Where a folder that a host shares lies.
fn place(folder: &Path, server: &Host, path: &str) -> PathBuf {
    folder.join(server.name.as_str()).join(path.trim_start_matches('/').replace('/', "+"))
}

/// The folders of other hosts that a host mounts for pods of apps, which it does when one starts: by whichever
/// address of a server.
pub(crate) fn of_pods(cloud: &Cloud, host: &Host, folder: &Path) -> Vec<Shown> {
    let apps = cloud.apps.values().filter(|it| it.hosts.contains(host.id));
    let mut all: Vec<Shown> = Vec::new();
    for volume in apps.flat_map(|it| &it.pods).flat_map(|it| &it.volumes) {
        let Some(server) = cloud.hosts.get(&volume.shared.host) else { continue };
        let path = volume.shared.folder.as_str();
        // What nobody shares is nowhere.
        let shares = &cloud.setup(server.id).shares;
        if shares.iter().all(|it| it.folder.trim_end_matches('/') != path) {
            continue;
        }
        for address in server.addresses() {
            let inside = format!("{MOUNTED}/{address}{path}");
            let (outside, shared) = (place(folder, server, path), Some(volume.shared.to_string()));
            let shown = Shown { outside, inside, mounted: true, shared };
            if !all.contains(&shown) {
                all.push(shown);
            }
        }
    }
    all
}

/// The folders that a host sees: those that it shares, and those of others that it mounts.
pub(crate) fn of(cloud: &Cloud, host: &Host, folder: &Path) -> Vec<Shown> {
    let setup = cloud.setup(host.id);
    let own = setup.shares.iter().map(|it| Shown {
        outside: place(folder, host, &it.folder),
        inside: it.folder.clone(),
        mounted: false,
        shared: None,
    });
    let mounted = setup.mounts.iter().filter_map(|(inside, mount)| {
        let (server, path) = split(&mount.what)?;
        let server = cloud.hosts.values().find(|it| is_called(it, server))?;
        let shares = &cloud.setup(server.id).shares;
        let is_below = |share: &str| {
            path.strip_prefix(share).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let share = shares.iter().find(|it| is_below(&it.folder))?;
        let rest = path[share.folder.len()..].trim_start_matches('/');
        let outside = place(folder, server, &share.folder).join(rest);
        Some(Shown { outside, inside: inside.clone(), mounted: true, shared: None })
    });
    own.chain(mounted).collect()
}

/// The folder of the copies of volumes that a host keeps. They lie on a disk: who keeps them asks its file system where
/// there is anything in a file, which those in memory do not know.
pub(crate) fn kept(cloud: &Cloud, host: &Host, folder: &Path) -> Option<Shown> {
    keeps_copies(cloud, host).then(|| Shown {
        outside: place(folder, host, ENGINE_DATA),
        inside: ENGINE_DATA.to_owned(),
        mounted: false,
        shared: None,
    })
}

/// The host and the folder of a remote file system.
fn split(what: &str) -> Option<(&str, &str)> {
    let at = what.find(":/")?;
    Some((what[..at].trim_matches(['[', ']']), &what[at + 1..]))
}

fn is_called(host: &Host, name: &str) -> bool {
    host.name.as_str() == name
        || host.fqdn == name
        || host.addresses().any(|it| it.to_string() == name)
}

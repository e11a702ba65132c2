//! Folders that one host shares and others mount. This machine's kernel may have no client for NFS: a folder of
//! this machine is shown to all of them instead.

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
}

/// The folders that a host sees: those that it shares, and those of others that it mounts.
pub(crate) fn of(cloud: &Cloud, host: &Host, folder: &Path) -> Vec<Shown> {
    let setup = cloud.setup(host.id);
    let place = |server: &Host, path: &str| {
        folder.join(server.name.as_str()).join(path.trim_start_matches('/').replace('/', "+"))
    };
    let own = setup.shares.iter().map(|it| Shown {
        outside: place(host, &it.folder),
        inside: it.folder.clone(),
        mounted: false,
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
        let outside = place(server, &share.folder).join(rest);
        Some(Shown { outside, inside: inside.clone(), mounted: true })
    });
    own.chain(mounted).collect()
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

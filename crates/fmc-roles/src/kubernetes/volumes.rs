//! Folders of other hosts in the pods of apps: a volume that is there beforehand, and the claim that is bound to it
//! (<https://kubernetes.io/docs/concepts/storage/persistent-volumes/>).
//!
//! A node mounts it by NFS as it does folders of its own. What a volume says is never another thing later, so both
//! are called after where the folder lies: another one is another volume, and the files of the old one stay.

use super::apps::{NAMESPACE, in_namespace, labelled, part};
use super::objects::{About, Kind, Object, object};
use super::workload::{Claimed, Mount, Volume};
use fmc_config::{Cause, typed};
use fmc_model::cloud::{App, Cloud, Pods};
use fmc_model::role::Linked;
use std::net::IpAddr;

/// How much is claimed. It must be said, and nothing holds anybody to it: a share has as much room as the disk below
/// it. One number for all, since no claim may become smaller.
const ROOM: &str = "1Gi";

/// As a host mounts a share for itself, but that programs may lie there: whose image it is decides. It waits for a
/// server that is gone rather than to lose what it was told to write.
const OPTIONS: [&str; 4] = ["vers=4.2", "hard", "nosuid", "nodev"];

/// Several nodes write into it.
const MODE: &str = "ReadWriteMany";

/// The variable by which an image is told where its volumes are.
pub(super) const VARIABLE: &str = "VOLUMES";

typed! {
    /// Room for files
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/>).
    pub(crate) struct PersistentVolume {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// Where it is.
        what: Room = "spec",
    }

    /// Where room for files is.
    pub(crate) struct Room {
        /// How much of it.
        size: Size = "capacity",
        /// How it may be used.
        modes: Vec<&'static str> = "accessModes",
        /// What becomes of it afterwards.
        afterwards: &'static str = "persistentVolumeReclaimPolicy",
        /// Who makes such; nobody.
        class: String = "storageClassName",
        /// How it is mounted.
        options: Vec<&'static str> = "mountOptions",
        /// On which share.
        share: Share = "nfs",
        /// Whose it is.
        claim: Owner = "claimRef",
    }

    /// An amount of room.
    pub(crate) struct Size {
        /// For files.
        storage: &'static str = "storage",
    }

    /// A share.
    pub(crate) struct Share {
        /// Who shares it.
        server: String = "server",
        /// The folder there.
        path: String = "path",
    }

    /// The claim for which room is kept.
    pub(crate) struct Owner {
        /// Its namespace.
        namespace: &'static str = "namespace",
        /// Its name.
        name: String = "name",
    }

    /// A claim to room for files
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/>).
    pub(crate) struct PersistentVolumeClaim {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What it is to.
        what: Claim = "spec",
    }

    /// What a claim is to.
    pub(crate) struct Claim {
        /// How it is to be used.
        modes: Vec<&'static str> = "accessModes",
        /// Who would make it; nobody.
        class: String = "storageClassName",
        /// How much of it.
        size: Requests = "resources",
        /// This very volume.
        volume: String = "volumeName",
    }

    /// How much is claimed.
    pub(crate) struct Requests {
        /// At the least.
        least: Size = "requests",
    }
}

/// A share that pods of an app find in theirs.
pub(super) struct Found<'c> {
    /// What its objects are called.
    pub(super) name: String,
    /// Where its server is met.
    server: IpAddr,
    /// What.
    volume: &'c fmc_model::cloud::Volume,
}

/// The shares that pods of an app find in theirs, each once.
pub(super) fn found<'c>(cloud: &'c Cloud, app: &'c App, pods: &'c Pods) -> Vec<Found<'c>> {
    let mut all: Vec<Found<'_>> = Vec::new();
    for volume in &pods.volumes {
        let Some(found) = find(cloud, app, volume) else { continue };
        if all.iter().all(|it| it.name != found.name) {
            all.push(found);
        }
    }
    all
}

fn find<'c>(
    cloud: &'c Cloud,
    app: &App,
    volume: &'c fmc_model::cloud::Volume,
) -> Option<Found<'c>> {
    let server = cloud.hosts.get(&volume.shared.host)?;
    let mut met = app.hosts.iter().map(|it| Linked::address_between(cloud.host(it), server));
    let first = met.next()??;
    // One object tells all nodes the same.
    let server =
        if met.all(|it| it == Some(first)) { first } else { server.primary_addresses().next()? };
    let name = part(app, &digest(&format!("{server}:{}", volume.shared.folder)));
    Some(Found { name, server, volume })
}

/// The objects of a share.
pub(super) fn objects<'c>(found: &Found<'c>) -> [Object<'c>; 2] {
    let (name, server, volume) = (&found.name, found.server, found.volume);
    let cause = Cause::new(volume.origin.place, "control-plane");
    let size = || Size { storage: ROOM };
    let (server, own) = (server.to_string(), name.clone());
    let room = move |about: About| PersistentVolume {
        version: PersistentVolume::VERSION,
        kind: PersistentVolume::KIND,
        what: Room {
            size: size(),
            modes: vec![MODE],
            // What is in it is not ours to delete.
            afterwards: "Retain",
            class: String::new(),
            options: OPTIONS.to_vec(),
            share: Share { server, path: volume.shared.folder.to_string() },
            claim: Owner { namespace: NAMESPACE, name: own.clone() },
        },
        about: About { labels: labelled(&own), ..about },
    };
    let own = name.clone();
    let claim = move |about: About| PersistentVolumeClaim {
        version: PersistentVolumeClaim::VERSION,
        kind: PersistentVolumeClaim::KIND,
        what: Claim {
            modes: vec![MODE],
            class: String::new(),
            size: Requests { least: size() },
            volume: own.clone(),
        },
        about: in_namespace(about, &own),
    };
    [object(name, &cause, room), object(name, &cause, claim)]
}

/// Shares as a pod has them, and where its container finds them.
pub(super) fn mounts(
    cloud: &Cloud,
    app: &App,
    pods: &Pods,
) -> (Vec<Volume>, Vec<Mount>, Option<String>) {
    let all = found(cloud, app, pods);
    let called = |at: usize| format!("volume-{}", at + 1);
    let volumes = all.iter().enumerate().map(|(at, it)| Volume {
        claim: Some(Claimed { name: it.name.clone() }),
        ..Volume::called(called(at))
    });
    let mounts = pods.volumes.iter().filter_map(|it| {
        let own = find(cloud, app, it)?.name;
        let at = all.iter().position(|it| it.name == own)?;
        Some(Mount { name: called(at), path: it.at.to_string(), read_only: None })
    });
    let mounts: Vec<Mount> = mounts.collect();
    let folders: Vec<&str> = mounts.iter().map(|it| it.path.as_str()).collect();
    let told = (!folders.is_empty()).then(|| folders.join(":"));
    (volumes.collect(), mounts, told)
}

/// Some text in eight digits, the same ones always (FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(super) fn digest(text: &str) -> String {
    let step = |sum: u32, it: u8| (sum ^ u32::from(it)).wrapping_mul(0x0100_0193);
    format!("{:08x}", text.bytes().fold(0x811c_9dc5, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_everybody() {
        assert_eq!(
            [digest(""), digest("a"), digest("foobar")],
            ["811c9dc5", "e40c292c", "bf9cf968"]
        );
    }
}

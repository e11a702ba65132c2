//! What Longhorn is told through Kubernetes: which nodes keep volumes, where, and how much.

use super::{DATA, NAMESPACE, ROLE};
use crate::kubernetes::{Object, objects};
use fmc_config::tree::{Tree, TreeStyle};
use fmc_config::{Cause, Document, typed};
use fmc_model::Bytes;
use fmc_model::cloud::{Cloud, Host, RoleUse};
use fmc_model::read::Word;

typed! {
    /// The settings with which Longhorn begins
    /// (<https://longhorn.io/docs/latest/references/settings/>).
    pub(crate) struct Settings {
        /// Whether only nodes that say so keep volumes.
        labelled: bool = "create-default-disk-labeled-nodes",
        /// Where they keep them.
        path: &'static str = "default-data-path",
        /// On how many nodes each lies.
        replicas: u64 = "default-replica-count",
        /// Whether two copies of one volume may lie on one node.
        together: bool = "replica-soft-anti-affinity",
        /// What becomes of pods whose node is lost, and with it their hold on a volume.
        lost: &'static str = "node-down-pod-deletion-policy",
    }
}

/// The objects that say it, but those of the nodes themselves; none where no node keeps volumes.
pub(crate) fn objects(cloud: &Cloud) -> Vec<Object<'_>> {
    let nodes: Vec<(&Host, &RoleUse)> = cloud
        .hosts
        .values()
        .filter_map(|host| Some((host, host.roles.iter().find(|it| it.name == ROLE.about.name)?)))
        .collect();
    let Some((_, first)) = nodes.first() else { return Vec::new() };
    let cause = Cause::new(first.origin.place, ROLE.about.name);
    let copies = nodes.iter().filter_map(|it| u8::parse(it.1.settings.get("replicas")?).ok());
    let settings = Settings {
        labelled: true,
        path: DATA,
        // More copies than nodes would never all be there.
        replicas: copies.max().map_or(1, usize::from).min(nodes.len()) as u64,
        together: false,
        lost: "delete-both-statefulset-and-deployment-pod",
    };
    let of_text = cause.clone();
    let text = move || {
        let tree = Tree::of(TreeStyle::Yaml, &settings, &of_text);
        Document::from(tree).print(&[], &of_text).text().to_owned()
    };
    let name = (NAMESPACE, "longhorn-default-setting");
    let file = ("default-setting.yaml", text);
    vec![objects::namespace(NAMESPACE, &cause), objects::settings(name, file, &cause)]
}

/// By which label and which annotation Longhorn knows that a node keeps volumes, and where.
pub(crate) fn of_node(
    host: &Host,
    role: &RoleUse,
) -> ((&'static str, &'static str), (&'static str, String)) {
    let disks = ("node.longhorn.io/default-disks-config", disks(host, role));
    (("node.longhorn.io/create-default-disk", "config"), disks)
}

/// The disk of a node, in Longhorn's own words
/// (<https://longhorn.io/docs/latest/nodes-and-volumes/nodes/default-disk-and-node-config/>). What of it
/// is not for volumes is kept free: others on the host keep their data there.
fn disks(host: &Host, role: &RoleUse) -> String {
    let parse = |it: &String| Bytes::parse(it).ok();
    let disk = role.settings.get("disk").and_then(parse).unwrap_or(host.size.data);
    let reserved = host.size.data.0.saturating_sub(disk.0);
    serde_json::json!([{
        "path": DATA,
        "allowScheduling": true,
        "storageReserved": reserved,
        "tags": [],
    }])
    .to_string()
}

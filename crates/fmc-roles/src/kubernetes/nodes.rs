//! What the cloud says of nodes, beside what their kubelets do.

use super::objects::{About, Kind, Node, Object, Taint, Wanted, object};
use crate::{control_plane, longhorn};
use fmc_config::Cause;
use fmc_config::tree::Named;
use fmc_model::cloud::{Cloud, Host, Kubernetes};

/// The label of who has a part of the control plane, and what keeps from it whoever does not belong there: by them
/// others know it too (<https://kubernetes.io/docs/reference/labels-annotations-taints/>).
const LABEL: &str = "node-role.kubernetes.io/control-plane";
pub(crate) const CONTROL_PLANE: Taint = Taint { key: LABEL, effect: "NoSchedule" };

/// Whether a host runs pods of its control plane alone: nobody wrote that it is a worker too.
pub(crate) fn is_tainted(host: &Host) -> bool {
    Kubernetes::is_tainted(host)
}

/// Everybody on whom pods run.
pub(super) fn all(cloud: &Cloud) -> impl Iterator<Item = &Host> {
    cloud.hosts.values().filter(|it| !it.pods.is_empty())
}

/// The nodes on which anybody's pods run.
pub(crate) fn workers(cloud: &Cloud) -> impl Iterator<Item = &Host> {
    all(cloud).filter(|it| !is_tainted(it))
}

/// The objects of those nodes of which there is something to say. One may be there before its kubelet is: whoever
/// comes first makes it, and the other one adds what it knows.
pub(crate) fn nodes(cloud: &Cloud) -> Vec<Object<'_>> {
    all(cloud)
        .filter_map(|host| {
            let of = |name| host.roles.iter().find(|it| it.name == name);
            let (plane, longhorn) =
                (of(control_plane::ROLE.about.name), of(longhorn::ROLE.about.name));
            let cause = Cause::new(plane.or(longhorn)?.origin.place, plane.or(longhorn)?.name);
            Some(object(host.name.as_str(), &cause, move |about| {
                let mut labels: Vec<_> =
                    plane.map(|_| (LABEL.to_owned(), String::new())).into_iter().collect();
                let mut annotations = Vec::new();
                if let Some(role) = longhorn {
                    let (label, (name, value)) = longhorn::of_node(host, role);
                    labels.push((label.0.to_owned(), label.1.to_owned()));
                    annotations.push((name.to_owned(), value));
                }
                Node {
                    version: Node::VERSION,
                    kind: Node::KIND,
                    about: About {
                        labels: Named(labels),
                        annotations: Named(annotations),
                        ..about
                    },
                    what: is_tainted(host).then(|| Wanted { taints: vec![CONTROL_PLANE] }),
                }
            }))
        })
        .collect()
}

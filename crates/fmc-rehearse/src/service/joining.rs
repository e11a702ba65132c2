//! In which order a cluster comes up here, where all of its hosts share the processors of one machine: the API of one
//! host, then the nodes and the APIs of the others, as if they joined it.
//!
//! Several APIs that start at once take the processors from each other, and the last one is what everybody waits for.
//! A kubelet that asks before anybody answers asks again after up to seven seconds (`registerWithAPIServer` of the
//! kubelet), and a balancer passes on to nobody until it has found the API well. So somebody asks for it where nodes do.

use super::nodes::KUBELET;
use super::{Init, Part};
use fmc_model::Cloud;
use fmc_model::cloud::HostId;
use fmc_model::setup::{Command, Process};
use std::collections::BTreeMap;

/// What they join.
const API: &str = "kube-apiserver";

/// What tells it everything that follows from the cloud, of which pods are made.
const OBJECTS: &str = "kubernetes-objects";

/// The process that asks for it, on one node.
const NAME: &str = "rehearsed-api";

/// Asks until the API is ready, where the kubelet of this host meets it. Where that takes too long others go on without.
const SCRIPT: &str = r#"
url=$(grep --only-matching --max-count=1 'https://[^"]*' /etc/kubernetes/kubelet.conf)
for _ in $(seq 100); do
    curl --silent --fail --insecure --max-time 1 --output /dev/null "$url/readyz" && break
    sleep 0.2
done
"#;

/// Has nodes wait for the API that they join, and the APIs of other hosts for the first one. Where systemd starts what
/// runs on hosts it knows nothing of others.
pub(crate) fn join(cloud: &Cloud, parts: &mut BTreeMap<HostId, Part>) {
    let first = |of: &str| {
        let mut all = parts.iter().filter(|it| it.1.init != Init::Systemd);
        all.find_map(|(id, part)| Some((*id, part.process(of)?.cause.clone())))
    };
    let (Some((api, _)), Some((asks, cause))) = (first(API), first(KUBELET)) else { return };
    let command = Command::new("/bin/sh", ["-c", SCRIPT]);
    if let Some(part) = parts.get_mut(&asks) {
        part.processes.push(Process::once(NAME, vec![command], cause));
    }
    let called = |host: HostId, name: &str| (cloud.host(host).name.to_string(), name.to_owned());
    let (asked, applied) = (called(asks, NAME), called(api, OBJECTS));
    for (id, part) in parts {
        if part.process(KUBELET).is_some() {
            part.elsewhere.entry(KUBELET.to_owned()).or_default().push(asked.clone());
        }
        if part.process(API).is_some() && *id != api {
            let waits = part.elsewhere.entry(API.to_owned()).or_default();
            waits.extend([asked.clone(), applied.clone()]);
        }
    }
}

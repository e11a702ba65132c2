//! In which order a cluster comes up here, where all of its hosts share the processors of one machine: the API of one
//! host, then the nodes and the APIs of the others, as if they joined it.
//!
//! Several APIs that start at once take the processors from each other, and the last one is what everybody waits for.
//! A kubelet that asks before anybody answers asks again after up to seven seconds (`registerWithAPIServer` of the
//! kubelet), and a balancer passes on to nobody until it has found the API well. So somebody asks for it where nodes do.
//! Nobody waits for long: who was not met by then is joined in vain, or later, as on machines of their own.

use super::nodes::KUBELET;
use super::{Init, Part};
use fmc_model::cloud::HostId;
use fmc_model::setup::{Command, Process};
use std::collections::BTreeMap;

/// What they join.
const API: &str = "kube-apiserver";

/// What tells it everything that follows from the cloud, of which pods are made.
const OBJECTS: &str = "kubernetes-objects";

/// The process that asks for it, on one node.
const NAME: &str = "rehearsed-api";

/// Asks until the API is ready, where the kubelet of this host meets it, for as long as the others wait. Whether it came
/// is for probes to tell: a machine that is slow has lost nothing by that.
const SCRIPT: &str = r#"
url=$(grep --only-matching --max-count=1 'https://[^"]*' /etc/kubernetes/kubelet.conf) || exit 0
end=$(($(date +%s) + 30))
until curl --silent --fail --insecure --max-time 1 --output /dev/null "$url/readyz"; do
    [ "$(date +%s)" -lt "$end" ] || { echo "nobody is ready at $url"; break; }
    sleep 0.2
done
"#;

/// Has nodes wait for the API that they join, and the APIs of other hosts for the first one and what it is told; `named`
/// are the hosts. Where systemd starts what runs on hosts it knows nothing of others.
pub(crate) fn join(parts: &mut BTreeMap<HostId, Part>, named: impl Fn(HostId) -> String) {
    let first = |of: &str| {
        let mut all = parts.iter().filter(|it| it.1.init != Init::Systemd);
        all.find_map(|(id, part)| Some((*id, part.process(of)?.cause.clone())))
    };
    let (Some((api, _)), Some((asks, cause))) = (first(API), first(KUBELET)) else { return };
    let command = Command::new("/bin/sh", ["-c", SCRIPT]);
    if let Some(part) = parts.get_mut(&asks) {
        part.processes.push(Process::once(NAME, vec![command], cause));
    }
    let called = |host: HostId, name: &str| (named(host), name.to_owned());
    let (asked, told) = (called(asks, NAME), called(api, OBJECTS));
    for (id, part) in parts {
        if part.process(KUBELET).is_some() {
            part.elsewhere.entry(KUBELET.to_owned()).or_default().push(asked.clone());
        }
        if part.process(API).is_some() && *id != api {
            let waits = part.elsewhere.entry(API.to_owned()).or_default();
            waits.extend([asked.clone(), told.clone()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_config::{Cause, Place};
    use fmc_model::setup::Ready;

    /// Hosts that run something, by their numbers, and what of it waits for what of whom.
    fn waits(hosts: &[&[&str]], init: &Init) -> Vec<String> {
        let part = |runs: &&[&str]| {
            let cause = Cause::new(Place::default(), "worker");
            let daemon = |name: &&str| {
                let command = Command::new("/x", [""; 0]);
                Process::daemon(*name, command, Ready::Started, cause.clone())
            };
            let processes = runs.iter().map(daemon).collect();
            Part { processes, init: init.clone(), ..Part::default() }
        };
        let all = hosts.iter().zip(0..).map(|(it, id)| (HostId(id), part(it)));
        let mut parts: BTreeMap<HostId, Part> = all.collect();
        join(&mut parts, |id| id.0.to_string());
        let mut told = Vec::new();
        for (id, part) in &parts {
            for (name, others) in &part.elsewhere {
                let others = others.iter().map(|(host, name)| format!("{name} of {host}"));
                let others = others.collect::<Vec<_>>().join(", ");
                told.push(format!("{name} of {}: {others}", id.0));
            }
        }
        let asks = parts.values().filter(|it| it.process(NAME).is_some()).count();
        assert_eq!(asks, usize::from(!told.is_empty()), "one asks for all");
        told
    }

    #[test]
    fn all_others_join_one_api() {
        let hosts: [&[&str]; 4] = [&[KUBELET], &[API, KUBELET], &["nginx"], &[API]];
        let expected = [
            "kubelet of 0: rehearsed-api of 0",
            "kubelet of 1: rehearsed-api of 0",
            "kube-apiserver of 3: rehearsed-api of 0, kubernetes-objects of 1",
        ];
        assert_eq!(waits(&hosts, &Init::Ours), expected);
        assert_eq!(waits(&[&[API, KUBELET]], &Init::Ours), ["kubelet of 0: rehearsed-api of 0"]);
    }

    #[test]
    fn nobody_waits_without_an_api_or_nodes_or_where_systemd_starts_them() {
        assert!(waits(&[&[KUBELET], &["nginx"]], &Init::Ours).is_empty());
        assert!(waits(&[&[API], &[API]], &Init::Ours).is_empty());
        assert!(waits(&[&[API, KUBELET], &[API]], &Init::Systemd).is_empty());
    }
}

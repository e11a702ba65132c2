//! A real Kubernetes on the nodes of a rehearsal.

use super::agree::report_by;
use crate::{beside, example};
use serde_json::Value;

#[test]
fn the_founding_cloud_runs_a_real_kubernetes() {
    let _beside = beside();
    let file = example("flatcarmicrocloud.yaml");
    let report = report_by(&file, "test-kubernetes", &["--kubernetes"]);
    assert_eq!(report["agreement"]["disagree"], Value::Array(Vec::new()));
    let services = report["services"].as_array().expect("services");
    for (name, count) in [
        ("etcd", 3),
        ("kube-apiserver", 3),
        ("kube-controller-manager", 3),
        ("kube-scheduler", 3),
        ("containerd", 4),
        ("kubelet", 4),
        ("kube-proxy", 4),
    ] {
        let runs = |it: &&Value| it["name"] == name && it["state"] == "runs";
        assert_eq!(services.iter().filter(runs).count(), count, "{name}");
    }
    // Nothing stands in for it, and what its pods are made of is said.
    let stand_ins = report["stand_ins"].to_string();
    assert!(!stand_ins.contains("the API of Kubernetes"), "{stand_ins}");
    assert!(stand_ins.contains("for those of a registry"), "{stand_ins}");
    let probes = report["probes"].as_array().expect("probes");
    for expected in ["every node is ready", "pods start on every node"] {
        let is_it = |it: &&Value| it["what"].as_str().is_some_and(|it| it.contains(expected));
        assert!(probes.iter().any(|it| is_it(&it)), "{expected}");
    }
}

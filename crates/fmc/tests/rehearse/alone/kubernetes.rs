//! A real Kubernetes on the nodes of a rehearsal. It is alone: several of it, or one beside hosts with their own
//! systemd, need more instances of inotify(7) than one user may have where nobody says otherwise.

use super::living::{
    PATIENCE, Running, ended, is_as_before, is_measured, said, seen, signal, status,
};
use super::{behaves, failing};
use crate::beside::changing::{Folder, again};
use crate::losses::{Losing, opens};
use crate::{ROOT, alone, example, fmc, home};
use fmc_sys::Signal;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A port that nobody has who tests something else.
const PORT: &str = "18444";

/// Has its programs built, which takes longer than anybody waits for a rehearsal.
fn built() {
    said(&["components", "fetch", "cluster-dns", "demo", "etcd", "kubernetes"]);
}

/// What is told of the founding cloud with a Kubernetes: everything that it consists of, and nothing instead of it.
fn is_real(report: &Value) {
    assert_eq!(report["agreement"]["disagree"], Value::Array(Vec::new()));
    let services = report["services"].as_array().expect("services");
    for (name, count) in [
        ("etcd", 3),
        ("kube-apiserver", 3),
        ("kube-controller-manager", 3),
        ("kube-scheduler", 3),
        ("containerd", 7),
        ("kubelet", 7),
        ("kube-proxy", 7),
    ] {
        let runs = |it: &&Value| it["name"] == name && it["state"] == "runs";
        assert_eq!(services.iter().filter(runs).count(), count, "{name}");
    }
    // Nothing stands in for it, and what its pods are made of is said.
    let stand_ins = report["stand_ins"].to_string();
    assert!(!stand_ins.contains("the API of Kubernetes"), "{stand_ins}");
    assert!(stand_ins.contains("for those of a registry"), "{stand_ins}");
    assert!(stand_ins.contains("fmc.invalid/demo:1, for ghcr.io/"), "{stand_ins}");
    // Where pods serve the site, nothing else does.
    assert!(!stand_ins.contains("nginx, for the app web"), "{stand_ins}");
    let probes = report["probes"].as_array().expect("probes");
    let failed: Vec<&Value> = probes.iter().filter(|it| !it["failed"].is_null()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    for expected in [
        "every node is ready",
        "pods start on every node",
        "a deployment becomes as many pods as it is told",
        "have settled who leads",
        "a pod of web runs on each of its hosts",
        "the world opens https://cefaslocalserver.com",
    ] {
        let is_it = |it: &&Value| it["what"].as_str().is_some_and(|it| it.contains(expected));
        assert!(probes.iter().any(|it| is_it(&it)), "{expected}");
    }
}

/// The report of a rehearsal that stays, which is whole a moment after it is known.
fn report(told: &Path) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let text = std::fs::read(told).expect("it is there");
        match serde_json::from_slice(&text) {
            Ok(report) => return report,
            Err(why) => assert!(Instant::now() < until, "{why}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_real_kubernetes_runs_grows_and_a_kill_leaves_nothing_of_it() {
    const NAME: &str = "test-kubernetes-edits";
    let _alone = alone();
    built();
    let (before, machine) = (seen(), failing::seen());
    let folder = Folder::new(NAME);
    let file = folder.0.join("cloud.yaml");
    let text = std::fs::read_to_string(Path::new(ROOT).join("examples/flatcarmicrocloud.yaml"));
    let text = text.expect("the founding cloud");
    std::fs::write(&file, &text).expect("written");
    let told = folder.0.join("report.json");
    let mut command = fmc(&["rehearse", "--json", "--kubernetes", "--port", PORT, "--name", NAME]);
    let command = command.arg(&file).stdout(std::fs::File::create(&told).expect("a file"));
    let mut running = Running(command.stderr(Stdio::null()).spawn().expect("it can be run"));
    status(NAME, is_measured);
    is_real(&report(&told));
    behaves::all(NAME);
    let kubectl = |words: &[&str]| said(&[&["kubectl", "--name", NAME][..], words].concat());
    let nodes = || kubectl(&["get", "nodes", "-o", "name"]);
    let masters = "node/master1\nnode/master2\nnode/master3\n";
    let workers = "node/storage1\nnode/worker1\nnode/worker2\nnode/worker3\n";
    assert_eq!(nodes(), format!("{masters}{workers}"));
    // Whoever does not belong to a control plane keeps away from it.
    let keep = ["get", "nodes", "--selector", "node-role.kubernetes.io/control-plane", "-o"];
    let keep = [&keep[..], &["jsonpath={.items[*].spec.taints[*].effect}"]].concat();
    assert_eq!(kubectl(&keep), "NoSchedule NoSchedule NoSchedule");
    // Whoever comes to the port of a host is answered by the pod of that host, and told the way.
    let page = said(&["exec", "--name", NAME, "loadbalancer1", "curl", "-sSi", "10.17.4.25:31541"]);
    assert!(page.contains("X-Answered-By: web-"), "{page}");
    for hop in ["the visitor <code>10.17.3.12</code>", "the node worker2", ":9898</code>"] {
        assert!(page.contains(hop), "{hop}: {page}");
    }
    // What is applied is what the API says that it understands, to the last word.
    let words = ["apply", "--server-side", "--dry-run=server", "--validate=strict"];
    let words = words.iter().chain(&["--force-conflicts", "--filename", "/etc/kubernetes/objects"]);
    let applied = kubectl(&words.copied().collect::<Vec<_>>());
    assert!(applied.contains("daemonset.apps/web serverside-applied"), "{applied}");
    let losing = Losing { name: NAME, fmc, folder: &folder.0 };
    // All of it heals, and no object is lost that was acknowledged. The times are for who measures them.
    losing.of_the_api();
    let [site, pod] = losing.of_a_worker(&|| opens(PORT));
    assert!(site.gap < pod.gap, "nobody answers as long as a worker is lost: {site}, {pod}");
    let bigger = text.replace("worker[1-3]", "worker[1-4]");
    assert_ne!(bigger, text);
    std::fs::write(&file, bigger).expect("written");
    let (code, told) = again(NAME, &file);
    assert!(code == Some(0) && told.contains("0 disagree"), "{told}");
    assert!(nodes().contains("node/worker4\n"), "{told}");
    // An app that is called otherwise has its port, and nothing of what it was is left.
    let text = std::fs::read_to_string(&file).expect("the file");
    let renamed = text.replace("\n  web:\n", "\n  site:\n").replace("-> web:", "-> site:");
    assert_ne!(renamed, text);
    std::fs::write(&file, renamed).expect("written");
    let (code, told) = again(NAME, &file);
    assert!(code == Some(0) && told.contains("0 disagree"), "{told}");
    let apps = kubectl(&["get", "daemonset,service", "--namespace", "apps", "-o", "name"]);
    assert_eq!(apps, "daemonset.apps/site\nservice/site\n");
    // There are containers when it is killed.
    kubectl(&["run", "demo", "--image=fmc.invalid/demo:1", "--image-pull-policy=Never"]);
    kubectl(&["wait", "--for=condition=Ready", "pod/demo", "--timeout=60s"]);
    signal(&running.0, Signal::KILL);
    ended(&mut running.0);
    std::fs::remove_dir_all(home(NAME)).expect("who is killed leaves it");
    is_as_before(&before);
    failing::nothing_is_left(&machine, NAME);
}

#[test]
fn who_asks_for_kubernetes_where_it_cannot_be_is_told() {
    let _alone = alone();
    let founding = example("flatcarmicrocloud.yaml");
    let minimal = example("minimal.yaml");
    for (words, expected) in [
        (&["rehearse", &founding, "--once", "--kubernetes", "--init", "systemd"][..], "together"),
        (&["rehearse", &minimal, "--once", "--kubernetes"], "has no host of Kubernetes"),
        (&["kubectl", "get", "nodes"], "no rehearsal runs"),
    ] {
        let outcome = fmc(words).output().expect("it can be run");
        let told = String::from_utf8_lossy(&outcome.stderr);
        assert!(outcome.status.code() == Some(2) && told.contains(expected), "{told}");
    }
}

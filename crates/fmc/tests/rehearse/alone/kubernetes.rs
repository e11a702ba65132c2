//! A real Kubernetes on the nodes of a rehearsal. It is alone: several of it, or one beside hosts with their own
//! systemd, need more instances of inotify(7) than one user may have where nobody says otherwise.

use super::living::{
    PATIENCE, Running, ended, is_as_before, is_measured, said, seen, signal, status,
};
use super::{behaves, failing};
use crate::beside::changing::{Folder, again};
use crate::losses::{Losing, opens};
use crate::{ROOT, alone, cache, example, fmc, home};
use fmc_sys::Signal;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What the rehearsal is called.
const NAME: &str = "test-kubernetes-edits";
/// A cloud of two workers.
const PODS: &str = "crates/fmc/tests/rehearse/pods.yaml";

/// A port that nobody has who tests something else.
const PORT: &str = "18444";

/// Has its programs built, which takes longer than anybody waits for a rehearsal.
fn built() {
    let all = ["cluster-dns", "demo", "etcd", "kubernetes", "longhorn-engine"];
    said(&[&["components", "fetch"][..], &all].concat());
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
    // The others join one API, when it answers where they meet it.
    let after = |name: &str| -> Vec<f64> {
        let own = services.iter().filter(|it| it["name"] == name);
        own.filter_map(|it| it["after"].as_f64()).collect()
    };
    let asked = after("rehearsed-api")[0];
    assert!(after("kubelet").iter().all(|it| *it > asked), "{services:?}");
    assert_eq!(after("kube-apiserver").iter().filter(|it| **it < asked).count(), 1);
    // Nothing stands in for it, and what its pods are made of is said.
    let stand_ins = report["stand_ins"].to_string();
    assert!(!stand_ins.contains("the API of Kubernetes"), "{stand_ins}");
    assert!(stand_ins.contains("for those of a registry"), "{stand_ins}");
    assert!(stand_ins.contains("fmc.invalid/demo:1, for ghcr.io/"), "{stand_ins}");
    for volume in [
        "storage1:/srv/nfs/shared: a folder of this machine, for a volume of pods by NFS",
        "the engine of Longhorn in pods of a probe",
    ] {
        assert!(stand_ins.contains(volume), "{stand_ins}");
    }
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
        "web logs in to its own database",
        "a volume on 3 nodes outlives a copy of it, is whole again, and outlives all others",
        "the world opens https://cefaslocalserver.com",
    ] {
        let is_it = |it: &&Value| it["what"].as_str().is_some_and(|it| it.contains(expected));
        assert!(probes.iter().any(|it| is_it(&it)), "{expected}");
    }
}

/// A kubectl that is in no rehearsal, and of another minor version, reaches the API by the file that it is told, which
/// goes with the command; and all behaves for it as it should.
fn by_tools_of_this_machine(folder: &Path) {
    said(&["components", "fetch", "kubectl-next"]);
    let file = folder.join("kubeconfig");
    let kubectl = built_in(&["kubectl-next"]).remove(0).0;
    let by = || {
        let mut command = std::process::Command::new(&kubectl);
        command.env("KUBECONFIG", &file);
        command
    };
    let mut command = fmc(&["kubeconfig", "--name", NAME, "--port", "16443"]);
    let mut running = Running(command.arg(&file).spawn().expect("it can be run"));
    let until = Instant::now() + PATIENCE;
    loop {
        let told = by().args(["get", "nodes", "-o", "name"]).output().expect("it can be run");
        if told.status.success() {
            assert_eq!(String::from_utf8_lossy(&told.stdout).lines().count(), 7);
            break;
        }
        assert!(Instant::now() < until, "{}", String::from_utf8_lossy(&told.stderr));
        std::thread::sleep(Duration::from_millis(100));
    }
    behaves::all(&by);
    let taken = fmc(&["kubeconfig", "--name", NAME]).arg(&file).output().expect("it can be run");
    assert_eq!(taken.status.code(), Some(2), "a file that is there is left alone");
    signal(&running.0, Signal::INT);
    assert_eq!(ended(&mut running.0), Some(0));
    assert!(!file.exists());
}

/// What pods write to a database and to a folder of another host is there for whoever asks another pod of the app;
/// and a node mounts nothing that is not shared with it.
fn keeps() {
    let exec =
        |host: &str, words: &[&str]| said(&[&["exec", "--name", NAME, host][..], words].concat());
    let mut last = 0;
    for worker in 24..=26 {
        let page = exec("loadbalancer1", &["curl", "-sS", &format!("10.17.4.{worker}:31541")]);
        let told = "the database app_web of postgresql1.cefaslocalserver.com: <code>visit number ";
        let (_, rest) = page.split_once(told).unwrap_or_else(|| panic!("{page}"));
        let (count, rest) = rest.split_once(", ").expect("a count");
        assert!(rest.starts_with("as app_web, by TLSv1.3</code>"), "{page}");
        let count: u64 = count.parse().expect("a number");
        assert!(count > last, "{count} after {last}");
        last = count;
        let node = worker - 23;
        assert!(page.contains("the volume at /data: <code>seen-by-worker1 "), "{page}");
        assert!(page.contains(&format!("seen-by-worker{node} 20")), "{page}");
    }
    // It is where NFS serves it from, of the user of the pods.
    let owners = exec("storage1", &["stat", "-c", "%u %n", "/srv/nfs/shared/seen-by-worker2"]);
    assert_eq!(owners, "65534 /srv/nfs/shared/seen-by-worker2\n");
    for what in ["10.17.3.27:/srv/nfs/postgresql", "10.17.3.28:/srv/nfs/shared"] {
        let script = "mount -t nfs \"$1\" /mnt 2>&1 && exit 1; exit 0";
        let told = exec("worker1", &["sh", "-c", script, "sh", what]);
        assert!(told.contains("mount.nfs: ") && told.contains(what), "{told}");
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
    keeps();
    // What is applied is what the API says that it understands, to the last word.
    let words = ["apply", "--server-side", "--dry-run=server", "--validate=strict"];
    let words = words.iter().chain(&["--force-conflicts", "--filename", "/etc/kubernetes/objects"]);
    let applied = kubectl(&words.copied().collect::<Vec<_>>());
    assert!(applied.contains("daemonset.apps/web serverside-applied"), "{applied}");
    by_tools_of_this_machine(&folder.0);
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
    let apps = kubectl(&["get", "daemonset,service,secret", "--namespace", "apps", "-o", "name"]);
    assert_eq!(apps, "daemonset.apps/site\nservice/site\nsecret/site.postgres\n");
    let volumes =
        kubectl(&["get", "persistentvolume", "-o", "jsonpath={.items[*].spec.claimRef.name}"]);
    assert!(volumes.starts_with("site.") && !volumes.contains(' '), "{volumes}");
    // There are containers when it is killed.
    kubectl(&["run", "demo", "--image=fmc.invalid/demo:1", "--image-pull-policy=Never"]);
    kubectl(&["wait", "--for=condition=Ready", "pod/demo", "--timeout=60s"]);
    signal(&running.0, Signal::KILL);
    ended(&mut running.0);
    std::fs::remove_dir_all(home(NAME)).expect("who is killed leaves it");
    is_as_before(&before);
    failing::nothing_is_left(&machine, NAME);
}

/// A folder of links to the programs that were built.
fn links(name: &str) -> Folder {
    let folder = Folder::new(name);
    for (component, _) in built_in(&["kubernetes", "etcd"]) {
        for program in std::fs::read_dir(component).expect("a component").flatten() {
            let link = folder.0.join(program.file_name());
            std::os::unix::fs::symlink(program.path(), link).expect("a link");
        }
    }
    folder
}

/// Where components lie, and their versions.
fn built_in(names: &[&str]) -> Vec<(PathBuf, String)> {
    let store = fmc_components::Store::new(cache().join("components"));
    let list = fmc_components::list().expect("a list");
    let of = |name: &&str| {
        let component = fmc_components::find(&list, name).expect("it is in the list");
        match store.state(component) {
            fmc_components::State::Here(entry) => (entry.path(), component.version.clone()),
            fmc_components::State::Missing => panic!("{name} is not there"),
        }
    };
    names.iter().map(of).collect()
}

/// Puts a program in the place of another that prints this.
fn prints(folder: &Folder, program: &str, text: &str) {
    let path = folder.0.join(program);
    std::fs::remove_file(&path).expect("a link");
    std::fs::write(&path, format!("#!/bin/sh\necho '{text}'\n")).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("a program");
}

/// From their units by a systemd on each host, too: of a small cloud, since one user may by default have too few
/// instances of inotify(7) for the founding one.
#[test]
fn programs_that_somebody_brings_run_in_the_place_of_ours() {
    const NAME: &str = "test-kubernetes-brought";
    let _alone = alone();
    built();
    let folder = links(NAME);
    // Without etcd, ours is there.
    for program in ["etcd", "etcdctl"] {
        std::fs::remove_file(folder.0.join(program)).expect("a link");
    }
    let shown = folder.0.display().to_string();
    let words = ["rehearse", PODS, "--once", "--json", "--name", NAME, "--init", "systemd"];
    let outcome = fmc(&words).args(["--kubernetes-bin", &shown]).output().expect("it can be run");
    let talk = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(0), "{talk}");
    let report: Value = serde_json::from_slice(&outcome.stdout).expect("a report");
    let of = built_in(&["kubernetes", "etcd"]);
    let programs = report["kubernetes"]["programs"].as_array().expect("programs");
    assert_eq!(programs.len(), 8, "{programs:#?}");
    for it in programs {
        let name = it["name"].as_str().expect("a name");
        let (version, from) = if name.starts_with("etcd") {
            (of[1].1.clone(), Value::Null)
        } else {
            (format!("v{}", of[0].1), Value::from(&*shown))
        };
        assert_eq!((&it["version"], &it["from"]), (&Value::from(version), &from), "{it}");
    }
    assert_eq!(report["agreement"]["disagree"], Value::Array(Vec::new()));
    assert_eq!(report["good"], Value::Bool(true), "{report:#}");
    let services = report["services"].as_array().expect("services");
    for (name, count) in [("systemd", 5), ("kube-apiserver", 1), ("containerd", 3), ("kubelet", 3)]
    {
        let runs = |it: &&Value| it["name"] == name && it["state"] == "runs";
        assert_eq!(services.iter().filter(runs).count(), count, "{name}");
    }
}

#[test]
fn programs_that_cannot_be_taken_are_told_before_anything_is_begun() {
    const NAME: &str = "test-kubernetes-refused";
    let _alone = alone();
    built();
    let founding = example("flatcarmicrocloud.yaml");
    let told = |folder: &Path, language: &str| {
        let shown = folder.display().to_string();
        let words = ["--lang", language, "rehearse", &founding, "--once", "--name", NAME];
        let outcome = fmc(&words).args(["--kubernetes-bin", &shown]).output();
        let outcome = outcome.expect("it can be run");
        assert_eq!(outcome.status.code(), Some(2), "{outcome:?}");
        String::from_utf8_lossy(&outcome.stderr).into_owned()
    };
    let nowhere = told("/dev/null".as_ref(), "en");
    assert!(nowhere.contains("/dev/null is no folder"), "{nowhere}");
    let cases: [(&str, Option<&str>, &str, &str); 7] = [
        ("kubelet", None, "has no kubelet", "no tiene kubelet"),
        ("kubelet", Some("Kubernetes v1.99.0"), "1.99, newer than", "1.99, más nuevo que"),
        ("kube-apiserver", Some("Kubernetes v1.30.1"), "for 1.31 to 1.36", "para 1.31 a 1.36"),
        ("kube-scheduler", Some("Kubernetes v1.34.1"), "too old for", "demasiado viejo"),
        ("kube-proxy", Some("hello"), "tells no version that", "no dice ninguna versión"),
        ("kubectl", Some("Client Version: v1.36.3"), "tells no version that", "ninguna versión"),
        ("etcd", Some("3.6"), "tells no version that", "no dice ninguna versión"),
    ];
    for (program, text, english, spanish) in cases {
        let folder = links(NAME);
        match text {
            Some(text) => prints(&folder, program, text),
            None => std::fs::remove_file(folder.0.join(program)).expect("a link"),
        }
        for (language, expected) in [("en", english), ("es", spanish)] {
            let told = told(&folder.0, language);
            assert!(told.contains(expected), "{program}: {told}");
            assert!(told.contains("--kubernetes-bin") && told.contains(program), "{told}");
        }
    }
    // What is no program of this machine, and what ends badly.
    for text in ["", "#!/bin/sh\necho no >&2\nexit 3\n", "#!/lib/ld-nowhere.so\n"] {
        let folder = links(NAME);
        prints(&folder, "kubelet", "");
        std::fs::write(folder.0.join("kubelet"), text).expect("written");
        let told = told(&folder.0, "en");
        assert!(told.contains("kubelet does not run: "), "{text}: {told}");
    }
    assert!(!home(NAME).exists());
}

#[test]
fn who_asks_for_kubernetes_where_it_cannot_be_is_told() {
    let _alone = alone();
    let minimal = example("minimal.yaml");
    for (words, expected) in [
        (&["rehearse", &minimal, "--once", "--kubernetes"][..], "has no host of Kubernetes"),
        (&["kubectl", "get", "nodes"], "no rehearsal runs"),
    ] {
        let outcome = fmc(words).output().expect("it can be run");
        let told = String::from_utf8_lossy(&outcome.stderr);
        assert!(outcome.status.code() == Some(2) && told.contains(expected), "{told}");
    }
}

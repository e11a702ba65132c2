//! `fmc doctor` with an empty cache and tools that only pretend: what is missing, what mends it, and that nothing
//! is made by asking.

use crate::{Folder, Ran, command, run};
use serde_json::Value;
use std::net::{Ipv4Addr, TcpListener};

/// With a cache that is not there, and of all tools only those in the folder's `bin`.
fn doctor(folder: &Folder, words: &[&str]) -> Ran {
    let mut all = vec!["doctor"];
    all.extend(words);
    let mut command = command(folder.path(), &all);
    command.env("FMC_CACHE", folder.path().join("cache"));
    command.env("PATH", folder.path().join("bin"));
    run(command)
}

fn named<'r>(report: &'r Value, name: &str) -> Vec<&'r Value> {
    let checks = report["checks"].as_array().expect("a list");
    checks.iter().filter(|it| it["name"] == name).collect()
}

#[test]
fn what_is_missing_is_told_with_the_mend_and_nothing_is_made() {
    let folder = Folder::new();
    let ran = doctor(&folder, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for words in [
        "missing    debian 12, the root",
        "not fetched yet: about 941 MB",
        "mend: fmc components fetch debian",
        "missing    what fetches debian: `mmdebstrap` is not installed here",
        "mend: apt-get install mmdebstrap",
        "bridged    mounts by NFS",
    ] {
        let is_there =
            ran.out.contains(words) || words.contains("NFS") && ran.out.contains("untried");
        assert!(is_there, "{words}: {ran:?}");
    }
    assert!(ran.err.contains(" missing"), "{ran:?}");
    let spanish = doctor(&folder, &["--lang", "es"]);
    assert!(spanish.out.contains("falta      debian 12, la raíz"), "{spanish:?}");
    assert!(spanish.out.contains("remedio: apt-get install mmdebstrap"), "{spanish:?}");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn a_cloud_is_asked_for_what_it_needs_and_no_more() {
    let folder = Folder::new();
    let small = folder.write("small.yaml", "version: 1\nname: small\ndomain: example.com\nnetworks:\n  lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 }\nhosts:\n  one: { os: debian, nics: { lan: 10 }, roles: { bastion: } }\n");
    let report = doctor(&folder, &[&small, "--json"]).json();
    assert_eq!(report["needs"]["hosts"], 1, "{report:#}");
    let components: Vec<String> = named(&report, "component")
        .iter()
        .map(|it| it["what"].as_str().expect("words").to_owned())
        .collect();
    assert!(components.iter().any(|it| it.starts_with("debian")), "{components:?}");
    assert!(!components.iter().any(|it| it.starts_with("traefik")), "{components:?}");
    for absent in ["wireguard", "tun", "vrrp", "nfs"] {
        assert!(named(&report, absent).is_empty(), "{absent}: {report:#}");
    }
    assert_eq!(named(&report, "name")[0]["state"], "fine");
    for check in report["checks"].as_array().expect("a list") {
        // Who says that something is missing says what follows, and the mend.
        assert_eq!(check["state"] == "missing", check["mend"].is_string(), "{check}");
        assert_eq!(check["state"] == "missing", check["cannot"].is_string(), "{check}");
    }
    let founding = format!("{}/{}", crate::ROOT, crate::FOUNDING);
    let report = doctor(&folder, &[&founding, "--json"]).json();
    let count = named(&report, "component").len();
    assert!(report["needs"]["tunnels"] != 0 && count == 3, "{report:#}");
}

/// Who asks for a real Kubernetes is told what it needs besides, and who does not is not.
#[test]
fn a_real_kubernetes_needs_more_and_has_to_be_in_the_cloud() {
    let folder = Folder::new();
    let founding = format!("{}/{}", crate::ROOT, crate::FOUNDING);
    for (file, masters, nodes) in [(None, 3, 7), (Some(&*founding), 3, 7)] {
        let words: Vec<&str> = file.into_iter().chain(["--json"]).collect();
        let plain = doctor(&folder, &words).json();
        let report = doctor(&folder, &[&words[..], &["--kubernetes"]].concat()).json();
        assert_eq!(report["needs"]["masters"], masters, "{report:#}");
        assert_eq!(report["needs"]["nodes"], nodes, "{report:#}");
        for name in ["node-groups", "node-layers", "inotify", "memory-to-build"] {
            assert_eq!(named(&report, name).len(), 1, "{name}: {report:#}");
            assert!(named(&plain, name).is_empty(), "{name}: {plain:#}");
        }
        let components = |report: &Value| named(report, "component").len();
        assert_eq!(components(&report), components(&plain) + 5, "{report:#}");
        for check in report["checks"].as_array().expect("a list") {
            assert_eq!(check["state"] == "missing", check["mend"].is_string(), "{check}");
        }
    }
    // What nobody in a cloud needs is not asked for.
    let pods = format!("{}/crates/fmc/tests/rehearse/pods.yaml", crate::ROOT);
    let without = doctor(&folder, &[&pods, "--json", "--kubernetes"]).json();
    let names = |name: &str| {
        let told = |it: &&Value| it["what"].as_str().is_some_and(|it| it.starts_with(name));
        named(&without, "component").iter().any(told)
    };
    assert!(names("kubernetes ") && !names("longhorn-engine "), "{without:#}");
    let spanish = doctor(&folder, &["--kubernetes", "--lang", "es"]);
    assert!(spanish.out.contains("memoria para compilar kubernetes"), "{spanish:?}");
    let minimal = format!("{}/examples/minimal.yaml", crate::ROOT);
    let none = doctor(&folder, &[&minimal, "--kubernetes"]);
    assert!(none.code == Some(2) && none.err.contains("has no host of Kubernetes"), "{none:?}");
}

#[test]
fn a_taken_port_is_told() {
    let folder = Folder::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let report = doctor(&folder, &["--json", "--port", &port]).json();
    assert_eq!(named(&report, "port")[0]["state"], "missing", "{report:#}");
    drop(listener);
    let report = doctor(&folder, &["--json", "--port", &port]).json();
    assert_eq!(named(&report, "port")[0]["state"], "fine", "{report:#}");
}

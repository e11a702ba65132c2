//! What is intended, predicted and measured agrees, for every cloud of the project.

use crate::{beside, cache, example, fmc};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// Rehearses a cloud once, and gives back its report, which must be good.
fn report(file: &str, name: &str) -> Value {
    report_by(file, name, &[])
}

/// The same, said with more words.
pub(crate) fn report_by(file: &str, name: &str, words: &[&str]) -> Value {
    let mut command = fmc(&["rehearse", file, "--once", "--json", "--name", name]);
    let outcome = command.args(words).output();
    let outcome = outcome.expect("it can be run");
    let said = String::from_utf8_lossy(&outcome.stderr);
    let report: Value =
        serde_json::from_slice(&outcome.stdout).unwrap_or_else(|it| panic!("{file}: {it}\n{said}"));
    let bad = |list: &str, is_bad: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        let all = report[list].as_array().expect(list);
        all.iter().filter(|it| is_bad(it)).cloned().collect()
    };
    let failed = bad("services", &|it| it["state"].is_object());
    let probes = bad("probes", &|it| !it["failed"].is_null());
    let disagree = &report["agreement"]["disagree"];
    assert_eq!(
        outcome.status.code(),
        Some(0),
        "{file}: {failed:#?} {probes:#?} {disagree:#}\n{said}"
    );
    report
}

fn number(report: &Value, key: &str) -> u64 {
    report["agreement"][key].as_u64().expect(key)
}

#[test]
fn the_founding_cloud_is_what_it_says() {
    let _beside = beside();
    let report = report(&example("flatcarmicrocloud.yaml"), "test-founding");
    let (tried, denied) = (number(&report, "tried"), number(&report, "denied"));
    assert!(tried >= 3_000 && denied > tried / 2, "{tried} pairs, {denied} denied");
    assert_eq!(report["agreement"]["disagree"], Value::Array(Vec::new()));
    // The real daemons run, each on every host that has it.
    for (service, count) in [
        ("etcd", 3),
        ("haproxy", 3),
        ("keepalived", 3),
        ("traefik", 2),
        ("coredns", 1),
        ("postgresql", 1),
        ("nfs-ganesha", 1),
        ("sshd", 15),
        ("wireguard-wg0", 2),
        ("fmc-firewall", 16),
    ] {
        let services = report["services"].as_array().expect("services");
        let runs = services.iter().filter(|it| it["name"] == service).count();
        assert_eq!(runs, count, "{service}");
    }
    // What is not real is said.
    let said = |what: &str| report["stand_ins"].to_string().contains(what);
    for what in [
        "Debian 12",
        "for systemd",
        "for a mount by NFS",
        "the edge",
        "the API of Kubernetes",
        "the app web",
        "the Internet",
        "-x",
    ] {
        assert!(said(what), "{what}: {}", report["stand_ins"]);
    }
    let probes = report["probes"].as_array().expect("probes");
    let has =
        |what: &str| probes.iter().any(|it| it["what"].as_str().expect("words").contains(what));
    for what in ["the world opens https://", "exactly one holds api", "resolves every name"] {
        assert!(has(what), "{what}");
    }
}

#[test]
fn the_other_clouds_are_what_they_say() {
    let _beside = beside();
    for (file, least) in [
        (example("as-drawn.yaml"), 3_000),
        (example("minimal.yaml"), 50),
        (example("two-sites.yaml"), 3_000),
        ("tests/validators/clouds/cluster.yaml".to_owned(), 1_000),
        ("tests/validators/clouds/office.yaml".to_owned(), 500),
        ("tests/validators/clouds/version-6.yaml".to_owned(), 300),
        ("crates/fmc/tests/rehearse/small.yaml".to_owned(), 1_000),
    ] {
        let tried = number(&report(&file, "test-others"), "tried");
        assert!(tried >= least, "{file}: {tried}");
    }
}

/// What was kept of what processes make once, by its name and the time at which it was written.
fn kept(name: &str) -> BTreeMap<String, SystemTime> {
    let all = std::fs::read_dir(cache().join("first-start").join(name)).into_iter().flatten();
    let all = all.map(|it| it.expect("an entry"));
    let dated = all.map(|it| {
        let written = it.metadata().and_then(|it| it.modified()).expect("a time");
        (it.file_name().into_string().expect("a name"), written)
    });
    dated.collect()
}

#[test]
fn what_is_made_once_is_kept_for_the_next_time() {
    let _beside = beside();
    let name = "test-first-start";
    let _ = std::fs::remove_dir_all(cache().join("first-start").join(name));
    let small = "crates/fmc/tests/rehearse/small.yaml";
    report(small, name);
    let first = kept(name);
    let is_database = |it: &String| it.starts_with("data+postgresql-init+");
    assert_eq!(first.len(), 2, "a database and secrets: {first:?}");
    assert!(first.keys().any(is_database), "{first:?}");
    // The database that was put back is one with which the whole cloud agrees.
    report(small, name);
    assert_eq!(kept(name), first);
    std::fs::remove_dir_all(cache().join("first-start").join(name)).expect("it is ours");
}

#[test]
fn a_cloud_with_errors_is_not_rehearsed() {
    let outcome = fmc(&["rehearse", &example("as-deployed.yaml"), "--once"]).output();
    let outcome = outcome.expect("it can be run");
    let said = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(2), "{said}");
    assert!(said.contains("has errors, and is not rehearsed"), "{said}");
}

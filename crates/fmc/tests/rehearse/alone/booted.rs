//! Hosts whose own systemd starts them from the units that were built.

use super::failing;
use super::living::{ended, is_as_before, is_measured, said, seen, signal, status};
use crate::beside::agree::report_by;
use crate::beside::changing::{Folder, begin, edited};
use crate::whole::{Built, told};
use crate::{alone, example};
use fmc_build::Node;
use fmc_sys::Signal;
use serde_json::Value;

const SYSTEMD: [&str; 2] = ["--init", "systemd"];

#[test]
fn the_units_of_the_founding_cloud_start_it() {
    let _alone = alone();
    let before = seen();
    let report = report_by(&example("flatcarmicrocloud.yaml"), "test-booted", &SYSTEMD);
    assert_eq!(report["agreement"]["disagree"], Value::Array(Vec::new()));
    assert!(report["agreement"]["tried"].as_u64() >= Some(3_000), "{}", report["agreement"]);
    let all = report["services"].as_array().expect("services");
    let runs =
        |name: &str| all.iter().filter(|it| it["name"] == name && it["state"] == "runs").count();
    // Sixteen hosts are ours; whoever runs the edge is nobody's to boot.
    assert_eq!((runs("systemd"), runs("etcd"), runs("keepalived")), (16, 3, 3));
    let stand_ins = report["stand_ins"].to_string();
    assert!(stand_ins.contains("for what sets up interfaces, kernel parameters and mounts"));
    assert!(!stand_ins.contains("for systemd"), "{stand_ins}");
    is_as_before(&before);
}

#[test]
fn what_is_edited_agrees_in_place_and_a_kill_leaves_nothing() {
    const NAME: &str = "test-booted-edits";
    let _alone = alone();
    let (before, machine) = (seen(), failing::seen());
    let folder = Folder::new(NAME);
    let file = folder.0.join("cloud.yaml");
    let text = include_str!("../small.yaml").to_owned();
    std::fs::write(&file, &text).expect("written");
    let mut running = begin(NAME, &file, &SYSTEMD);
    status(NAME, is_measured);
    let on = |host: &str, words: &[&str]| {
        said(&[&["exec", "--name", NAME, host, "--"][..], words].concat())
    };
    // No unit failed on the way up, those of the root among them.
    assert_eq!(on("home", &["systemctl", "is-system-running", "--wait"]), "running\n");
    // The machine's own kernel parameters are out of reach.
    for what in ["echo 7 > /proc/sys/fs/nr_open", "chmod 600 /dev/null", "chown 1 /dev/net/tun"] {
        let refused = on("home", &["sh", "-c", &format!("{what} || echo refused")]);
        assert_eq!(refused, "refused\n", "{what}");
    }
    // What is in a database is there whatever is edited: it is not what was kept of the first start.
    let asks = |port: &str, what: &str| {
        on("data", &["runuser", "-u", "postgres", "--", "psql", "-p", port, "-c", what])
    };
    asks("5432", "create table kept (it int)");
    edited(NAME, &file, text);
    asks("6432", "select it from kept");
    signal(&running.0, Signal::KILL);
    ended(&mut running.0);
    std::fs::remove_dir_all(crate::home(NAME)).expect("who is killed leaves it");
    is_as_before(&before);
    failing::nothing_is_left(&machine, NAME);
}

/// Ignition is real: what a first configuration says otherwise than the folder of its host is told.
#[test]
fn what_a_first_configuration_says_otherwise_is_found() {
    const NAMES: &str = "/etc/hosts";
    let _alone = alone();
    let mut built = Built::of("small.yaml", include_str!("../small.yaml"));
    let site = built.tree.hosts.get_mut("site1").expect("it is built");
    let Some(Node::File(file)) = site.nodes.get_mut(NAMES) else { panic!("no {NAMES}") };
    assert_eq!(file.mode, 0o644);
    file.mode = 0o600;
    let told = told(&built, "test-ignition", false, |parts| {
        // And who calls a tunnel waits for who is called.
        let id = |name: &str| built.cloud.hosts.get(name).expect("a host").id;
        let waits = |name: &str| parts[&id(name)].elsewhere.get("wireguard-wg0").cloned();
        let called = ("vps".to_owned(), "wireguard-wg0".to_owned());
        assert_eq!(waits("home"), Some(vec![called]));
        assert_eq!(waits("vps"), Some(Vec::new()));
    });
    let is_it = |it: &String| it.contains("site1") && it.contains("Ignition") && it.contains(NAMES);
    assert!(told.wrong.iter().any(is_it), "{:#?}", told.wrong);
}

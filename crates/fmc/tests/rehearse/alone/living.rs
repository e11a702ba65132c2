//! Living in a rehearsal, and what is left when it ends: nothing, however it ends.

use super::failing;
use crate::{alone, cache, fmc, home};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SMALL: &str = "crates/fmc/tests/rehearse/small.yaml";

/// A port that nobody has who tests something else.
const PORT: &str = "18443";

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// What must not change on this machine, and what must be gone.
#[derive(Debug)]
pub(crate) struct Seen {
    namespaces: BTreeSet<String>,
    mounts: String,
    links: BTreeSet<String>,
    forwards: String,
    folders: BTreeSet<String>,
    groups: BTreeSet<String>,
    parameters: String,
    devices: Vec<(u32, u32, i64)>,
}

impl Seen {
    /// Whether nothing is there that was not before: others may have ended meanwhile.
    fn is_within(&self, before: &Self) -> bool {
        self.namespaces.is_subset(&before.namespaces)
            && self.folders.is_subset(&before.folders)
            && self.groups.is_subset(&before.groups)
            && self.parameters == before.parameters
            && self.devices == before.devices
            && self.mounts == before.mounts
            && self.links == before.links
            && self.forwards == before.forwards
    }
}

pub(crate) fn seen() -> Seen {
    let mut namespaces = BTreeSet::new();
    for process in fs::read_dir("/proc").expect("/proc").flatten() {
        if let Ok(it) = fs::read_link(process.path().join("ns/net")) {
            namespaces.insert(it.display().to_string());
        }
    }
    let names = |folder: &std::path::Path| {
        let all = fs::read_dir(folder).into_iter().flatten().flatten();
        all.map(|it| it.file_name().to_string_lossy().into_owned()).collect()
    };
    Seen {
        namespaces,
        mounts: read("/proc/self/mounts"),
        links: names("/sys/class/net".as_ref()),
        forwards: read("/proc/sys/net/ipv4/ip_forward"),
        folders: names(&cache().join("rehearsals")),
        groups: control_groups(),
        // Those that systemd sets on a machine of its own.
        parameters: ["file-max", "nr_open"].map(|it| read(&format!("/proc/sys/fs/{it}"))).concat(),
        devices: devices(),
    }
}

/// Whose the devices are that hosts are shown, their modes, and when that was changed.
fn devices() -> Vec<(u32, u32, i64)> {
    let all = ["null", "zero", "full", "random", "urandom", "fuse", "net/tun"];
    let all = all.iter().filter_map(|it| fs::metadata(format!("/dev/{it}")).ok());
    all.map(|it| (it.mode(), it.uid(), it.ctime())).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|it| panic!("{path}: {it}"))
}

/// The control groups of rehearsals, wherever those of version 2 are.
fn control_groups() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut folders = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].map(PathBuf::from).to_vec();
    while let Some(folder) = folders.pop() {
        let inside: Vec<PathBuf> =
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
        if !inside.iter().any(|it| it.ends_with("cgroup.procs")) {
            continue;
        }
        let name = folder.file_name().map(|it| it.to_string_lossy().into_owned());
        all.extend(name.filter(|it| it.starts_with("fmc-")));
        folders.extend(inside.into_iter().filter(|it| it.is_dir()));
    }
    all
}

/// The kernel clears away what ended, which takes it a moment.
pub(crate) fn is_as_before(before: &Seen) {
    let until = Instant::now() + PATIENCE;
    while !seen().is_within(before) {
        assert!(Instant::now() < until, "{:#?}\nwas {before:#?}", seen());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A rehearsal in the background, which a test that fails does not leave there.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // In order, if it can: what it made goes with it, and its folder too.
        let until = Instant::now() + PATIENCE;
        if matches!(self.0.try_wait(), Ok(None)) {
            signal(&self.0, Signal::INT);
        }
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a rehearsal in the background.
fn start(name: &str) -> Running {
    let mut command = fmc(&["rehearse", SMALL, "--name", name, "--port", PORT]);
    Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be run"))
}

/// What a rehearsal says of itself, once it is there.
pub(crate) fn status(name: &str, is_there: impl Fn(&Value) -> bool) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let outcome = fmc(&["status", "--json", "--name", name]).output().expect("it can be run");
        if let Ok(status) = serde_json::from_slice::<Value>(&outcome.stdout)
            && is_there(&status)
        {
            return status;
        }
        assert!(Instant::now() < until, "{}", String::from_utf8_lossy(&outcome.stderr));
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn is_measured(status: &Value) -> bool {
    !status["agreement"].is_null()
}

pub(crate) fn said(words: &[&str]) -> String {
    let outcome = fmc(words).output().expect("it can be run");
    let talk = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(0), "{words:?}: {talk}");
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

pub(crate) fn ended(child: &mut Child) -> Option<i32> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status.code();
        }
        assert!(Instant::now() < until, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("it runs");
}

#[test]
fn one_lives_in_it_and_nothing_is_left_when_it_is_stopped() {
    let _alone = alone();
    let before = seen();
    let name = "test-living";
    let mut child = start(name);
    status(name, is_measured);
    // Its hosts have their own addresses, names, files and processes.
    let address = said(&["exec", "--name", name, "home", "ip", "-4", "-o", "address"]);
    assert!(address.contains("10.7.0.1/24") && address.contains("192.168.7.2/24"), "{address}");
    let host = said(&["exec", "--name", name, "site2", "--", "hostname"]);
    assert!(host.starts_with("site2."), "{host} is not what its file says");
    // What is started by Ignition was filled by it, and nothing else was.
    for (host, is_filled) in [("site1", true), ("gate", false)] {
        let looks =
            ["exec", "--name", name, host, "--", "test", "-e", "/etc/.ignition-result.json"];
        assert_eq!(fmc(&looks).status().expect("it can be run").success(), is_filled, "{host}");
    }
    let page = ["exec", "--name", name, "ingress1", "--", "curl", "-s", "http://10.7.0.21:8080/"];
    assert!(said(&page).contains("site1"));
    let code = fmc(&["exec", "--name", name, "names", "--", "sh", "-c", "exit 7"]).status();
    assert_eq!(code.expect("it can be run").code(), Some(7));
    // A browser of this machine is somebody in the Internet, and meets the app by its name.
    let url = format!("https://127.0.0.1:{PORT}/");
    let page = Command::new("curl").args(["-sSk", "--max-time", "20", &url]).output();
    let page = page.expect("curl is there");
    let page = String::from_utf8_lossy(&page.stdout).into_owned();
    assert!(page.contains("<h1>web</h1>") && page.contains("site"), "{page}");
    // What daemons say is kept, and told.
    let all = said(&["logs", "--name", name, "names"]);
    assert!(all.lines().any(|it| it == "coredns"), "{all}");
    assert!(said(&["logs", "--name", name, "names", "coredns"]).contains("CoreDNS-"));
    assert!(said(&["status", "--name", name]).contains("keepalived"));
    // What no namespace divides is not theirs.
    let clock = fmc(&["exec", "--name", name, "site1", "--", "date", "-s", "2001-01-01"]).output();
    assert!(!clock.expect("it can be run").status.success());
    // Packets of an interface.
    let mut capture =
        fmc(&["capture", "--name", name, "names:eth0", "-c", "1", "udp", "port", "53"]);
    let capture = capture.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let dig = ["exec", "--name", name, "data", "--", "dig", "+short", "www.small.example"];
    let until = Instant::now() + PATIENCE;
    let mut capture = capture;
    while capture.try_wait().expect("it is ours").is_none() {
        assert!(Instant::now() < until, "no packet was seen");
        assert_eq!(said(&dig), "10.7.0.30\n");
    }
    let captured = capture.wait_with_output().expect("it has ended").stdout;
    // The magic number of pcap, in either order, in microseconds.
    assert!(captured.starts_with(&[0xd4, 0xc3, 0xb2, 0xa1]) && captured.len() > 24, "{captured:?}");
    // One of the same name is refused, one of another name is not.
    let twice = fmc(&["rehearse", SMALL, "--once", "--name", name]).output().expect("it runs");
    assert_eq!(twice.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("a rehearsal runs already"));
    let other = fmc(&["rehearse", SMALL, "--once", "--name", "test-beside"]).output();
    assert_eq!(other.expect("it runs").status.code(), Some(0));
    said(&["stop", "--name", name]);
    assert_eq!(ended(&mut child.0), Some(0));
    is_as_before(&before);
}

#[test]
fn ctrl_c_leaves_nothing_behind_at_any_moment() {
    let _alone = alone();
    let before = seen();
    // Nor does who ends it otherwise in order, or closes its terminal. Once it has a folder it hears of signals,
    // ends by itself, and says how.
    let ways = [(100, Signal::INT), (400, Signal::TERM), (1500, Signal::HUP), (4000, Signal::INT)];
    for (at, (wait, how)) in ways.into_iter().enumerate() {
        let mut child = start("test-interrupted");
        let until = Instant::now() + PATIENCE;
        while at > 0 && !home("test-interrupted").exists() {
            assert!(Instant::now() < until, "it has no folder");
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(wait));
        signal(&child.0, how);
        let code = ended(&mut child.0);
        assert!(code.is_some() || at == 0, "it was ended by {how:?}");
        let _ = fs::remove_dir_all(home("test-interrupted"));
        is_as_before(&before);
    }
}

#[test]
fn a_kill_leaves_nothing_but_a_folder_in_the_cache_which_the_next_one_clears() {
    let _alone = alone();
    let before = seen();
    for is_there in [(|_| true) as fn(&Value) -> bool, is_measured] {
        // Not even a process, whoever its new parent is.
        let machine = failing::seen();
        let mut child = start("test-killed");
        status("test-killed", is_there);
        signal(&child.0, Signal::KILL);
        ended(&mut child.0);
        let until = Instant::now() + PATIENCE;
        while !seen().namespaces.is_subset(&before.namespaces) {
            assert!(Instant::now() < until, "namespaces are left");
            std::thread::sleep(Duration::from_millis(20));
        }
        let next = fmc(&["rehearse", "examples/minimal.yaml", "--once", "--name", "test-next"]);
        let next = { next }.output().expect("it runs");
        assert_eq!(next.status.code(), Some(0), "{}", String::from_utf8_lossy(&next.stderr));
        is_as_before(&before);
        failing::nothing_is_left(&machine, "test-killed");
    }
}

#[test]
fn as_few_open_files_as_a_system_begins_with_are_enough() {
    let _alone = alone();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -Sn 1024 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_fmc")]);
    shell.args(["rehearse", SMALL, "--once", "--name", "test-few"]).current_dir(crate::ROOT);
    let outcome = shell.output().expect("it can be run");
    let said = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(0), "{said}");
}

#[test]
fn who_asks_for_what_is_not_there_is_told() {
    let _alone = alone();
    for words in [&["status"][..], &["stop"], &["exec", "a", "b"], &["logs", "a"]] {
        let outcome = fmc(words).output().expect("it can be run");
        let said = String::from_utf8_lossy(&outcome.stderr);
        assert_eq!(outcome.status.code(), Some(2), "{said}");
        assert!(said.contains("no rehearsal runs") && said.contains("fmc rehearse"), "{said}");
    }
}

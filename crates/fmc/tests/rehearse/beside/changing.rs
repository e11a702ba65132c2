//! A rehearsal that becomes another cloud while people use it.

use crate::alone::living::{Running, is_measured, status};
use crate::{ROOT, alone, beside, fmc, home};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Opens the site again and again as somebody in the Internet, until a file is there; tells how often it did, and
/// how often in vain.
const VISITS: &str = "all=0 bad=0
while [ ! -e /run/enough ]; do
  all=$((all + 1))
  code=$(curl -sk --max-time 5 -o /dev/null -w '%{http_code}' \\
    --resolve cefaslocalserver.com:443:173.245.48.2 https://cefaslocalserver.com/?$all)
  [ $code = 200 ] || { bad=$((bad + 1)); echo request $all: $code; }
  sleep 0.05
done
echo $all requests, $bad in vain";

pub(crate) struct Folder(pub(crate) PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Every process of hosts that stay: how often it was started again, and since when it is there.
fn running(status: &Value) -> BTreeMap<String, Value> {
    let all = status["services"].as_array().expect("services").iter();
    let text = |it: &Value, key: &str| it[key].as_str().expect(key).to_owned();
    let of = |it: &Value| (format!("{}:{}", text(it, "host"), text(it, "name")), it.clone());
    let all = all.map(of).map(|(name, it)| {
        (name, Value::from(vec![it["after"].clone(), it["restarts"].clone(), it["state"].clone()]))
    });
    all.collect()
}

/// Makes each edit in turn of what runs from a file with this text; the text that it comes to is given back.
pub(crate) fn edited(name: &str, file: &Path, text: String) -> String {
    let mut text = text;
    for edits in EDITS {
        for (what, instead, _) in edits {
            assert!(text.contains(what), "{what}:\n{text}");
            text = text.replace(what, instead);
        }
        std::fs::write(file, &text).expect("written");
        let (code, said) = again(name, file);
        let missing = edits.iter().find(|it| !said.contains(it.2));
        assert!(code == Some(0) && missing.is_none(), "{missing:?} of {edits:?} in\n{said}");
        assert!(said.contains("0 disagree") && !said.contains("could not be done"), "{said}");
    }
    text
}

/// Runs it again, and gives back the exit code and what it said.
pub(crate) fn again(name: &str, file: &Path) -> (Option<i32>, String) {
    let file = file.to_str().expect("a path");
    let outcome = fmc(&["rehearse", file, "--name", name, "--no-ports"]).output();
    let outcome = outcome.expect("it can be run");
    let said = [outcome.stdout, outcome.stderr].concat();
    (outcome.status.code(), String::from_utf8_lossy(&said).into_owned())
}

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("fmc-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

/// Starts a rehearsal of a file in the background.
pub(crate) fn begin(name: &str, file: &Path, words: &[&str]) -> Running {
    let file = file.to_str().expect("a path");
    let mut command = fmc(&["rehearse", file, "--name", name, "--no-ports"]);
    let command = command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    Running(command.spawn().expect("it can be run"))
}

/// An edit: what stands there, what instead, and what must be told of it.
type Edit = (&'static str, &'static str, &'static str);

/// Edits of `small.yaml`, those of each line together upon all before.
const EDITS: [&[Edit]; 4] = [
    // Addresses: of hosts, of the one by whom the world comes in, of people.
    &[
        ("inner: 21+", "inner: 31+", "site1: addresses and routes"),
        ("198.51.100.10", "198.51.100.11", "vps: addresses and routes"),
        (
            "address: 10 }]",
            "address: 10 }, { name: kim, address: 11 }]",
            "vps: wireguard-wg0 reads",
        ),
    ],
    // What is run, in another way and not any more; and what needs another machine.
    &[
        ("postgres: { clients", "postgres: { port: 6432, clients", "data: postgresql"),
        ("coredns: , chrony: }", "coredns: }", "names: chronyd"),
        ("bastion: }", "bastion: , nfs: { exports: { /srv/x: data } } }", "gate: is made anew"),
    ],
    // A role more; an address that nobody has any more.
    &[
        ("coredns: }", "coredns: , chrony: }", "names: chronyd"),
        ("vips:\n  ingress: { address: 10.7.0.30, serves: traefik }\n", "", "names: coredns reads"),
        (", keepalived: { vips: [ingress] }", "", "ingress2: keepalived ends"),
    ],
    // Another Internet.
    &[(
        "internet: { kind: public }",
        "internet: { kind: public }\n  other: { kind: public }",
        "the Internet: is made anew",
    )],
];

#[test]
fn whatever_is_edited_agrees_in_place() {
    const NAME: &str = "test-edits";
    let _beside = beside();
    let folder = Folder::new(NAME);
    let file = folder.0.join("cloud.yaml");
    let text = include_str!("../small.yaml").to_owned();
    std::fs::write(&file, &text).expect("written");
    let _running = begin(NAME, &file, &[]);
    status(NAME, is_measured);
    // What is in a database is there whatever is edited, unless its host is made anew.
    let asks = |port: &str, what: &str| {
        let words = ["exec", "--name", NAME, "data", "runuser", "-u", "postgres", "--"];
        let outcome = fmc(&words).args(["psql", "-p", port, "-c", what]).output();
        let outcome = outcome.expect("it can be run");
        assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    };
    asks("5432", "create table kept (it int)");
    let text = edited(NAME, &file, text);
    asks("6432", "select it from kept");
    // What the kernel refuses is told. What that left of a host is known to nobody, so it is made anew.
    let ports = |value: &str| {
        let set = format!("gate: {{ sysctls: {{ net.ipv4.ip_local_port_range: {value} }}, os");
        let edited = text.replace("gate: { os", &set);
        assert_ne!(edited, text);
        std::fs::write(&file, edited).expect("written");
        again(NAME, &file)
    };
    // It keeps its hardware address, by which its neighbours know it.
    let address = || {
        let words = ["exec", "--name", NAME, "gate", "--", "cat", "/sys/class/net/eth0/address"];
        let outcome = fmc(&words).output().expect("it can be run");
        assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
        outcome.stdout
    };
    let before = address();
    let (code, said) = ports("\"9 8\"");
    assert!(code == Some(1) && said.contains("could not be done"), "{said}");
    let (code, said) = ports("\"9000 9999\"");
    assert!(code == Some(0) && said.contains("gate: is made anew"), "{said}");
    assert_eq!(address(), before);
    // A host that cannot go on is told. Once it can, running it again with the same file brings it back.
    let grown = text.replace("site[1-2]", "site[1-3]");
    assert_ne!(grown, text);
    std::fs::write(&file, grown).expect("written");
    let in_the_way = home(NAME).join("logs/site3");
    std::fs::write(&in_the_way, "").expect("written");
    let (code, said) = again(NAME, &file);
    assert!(code == Some(1) && said.contains("making a folder for logs"), "{said}");
    std::fs::remove_file(&in_the_way).expect("it is there");
    let (code, said) = again(NAME, &file);
    assert!(code == Some(0) && said.contains("site3: is made anew"), "{said}");
}

#[test]
fn a_cloud_grows_and_shrinks_while_it_runs_and_nobody_notices() {
    const NAME: &str = "test-changing";
    let _alone = alone();
    let folder = Folder::new(NAME);
    let file = folder.0.join("cloud.yaml");
    let example = Path::new(ROOT).join("examples/flatcarmicrocloud.yaml");
    let small = std::fs::read_to_string(example).expect("the founding cloud");
    let big = small.replace("worker[1-3]", "worker[1-6]");
    assert_ne!(small, big);
    std::fs::write(&file, &small).expect("written");
    let _running = begin(NAME, &file, &[]);
    let before = running(&status(NAME, is_measured));

    let visits = ["exec", "--name", NAME, "the Internet", "--", "sh", "-c", VISITS];
    let visits = fmc(&visits).stdout(Stdio::piped()).spawn().expect("it can be run");
    std::fs::write(&file, &big).expect("written");
    let (code, said) = again(NAME, &file);
    assert_eq!(code, Some(0), "{said}");
    for name in ["worker4", "worker5", "worker6"] {
        assert!(said.contains(&format!("{name}: is made")), "{said}");
    }
    assert!(said.contains("coredns reads its files again"), "{said}");
    assert!(!said.contains("begins again") && !said.contains("made anew"), "{said}");
    assert!(said.contains("0 disagree"), "{said}");
    let grown = running(&status(NAME, is_measured));
    assert!(grown.keys().any(|it| it.starts_with("worker6:")), "{grown:?}");
    for (name, was) in &before {
        assert_eq!(grown.get(name), Some(was), "{name}");
    }

    // What cannot be read changes nothing.
    std::fs::write(&file, "version: 1\nname: [").expect("written");
    let (code, said) = again(NAME, &file);
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(running(&status(NAME, is_measured)), grown);

    std::fs::write(&file, &small).expect("written");
    let (code, said) = again(NAME, &file);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("worker6: is taken down"), "{said}");
    assert_eq!(running(&status(NAME, is_measured)), before);
    let (code, said) = again(NAME, &file);
    assert!(code == Some(0) && said.contains("nothing had to be changed"), "{said}");

    let enough = fmc(&["exec", "--name", NAME, "the Internet", "touch", "/run/enough"]).status();
    assert!(enough.expect("it can be run").success());
    let outcome = visits.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&outcome.stdout);
    let count: u32 = said.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or_default();
    assert!(count > 0 && said.contains(", 0 in vain"), "{said}");
}

//! Secrets from end to end: made once, kept sealed, put into files, and shown nowhere.

use super::{FOUNDING, Folder, ROOT, Ran, command, fmc_in, run};
use age::x25519::Identity;
use fmc_secrets::{Store, open};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

pub(super) const IDENTITY: &str = ".config/fmc/identity.txt";
pub(super) const STORE: &str = "cloud.secrets.age";

/// The day of these tests, so that certificates have the same days left in every year.
pub(super) const TODAY: &str = "2026-07-01";

/// A folder with the founding cloud in it.
pub(super) fn folder() -> Folder {
    let folder = Folder::new();
    let text = fs::read_to_string(Path::new(ROOT).join(FOUNDING)).expect("the example");
    folder.write("cloud.yaml", text);
    folder
}

/// Builds the cloud of a folder into another one.
pub(super) fn build(folder: &Folder, to: &str, more: &[&str]) -> Ran {
    fmc_in(folder, &[&["build", "cloud.yaml", "-o", to, "--today", TODAY], more].concat())
}

pub(super) fn identity(folder: &Folder) -> Identity {
    let text = folder.read(IDENTITY);
    let line = text.lines().find(|it| it.starts_with("AGE-SECRET-KEY-1")).expect("a key");
    Identity::from_str(line).expect("an identity")
}

fn opened(folder: &Folder) -> Store {
    let sealed = fs::read(folder.path().join(STORE)).expect("the store");
    Store::read(&open(&sealed, &[identity(folder)]).expect("ours")).expect("a store")
}

/// Every file below a folder, with its mode.
fn files(at: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u32)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(at).expect("a folder") {
        let path = entry.expect("an entry").path();
        let meta = fs::symlink_metadata(&path).expect("there");
        if meta.is_dir() {
            all.extend(files(&path));
        } else if meta.is_file() {
            let mode = meta.permissions().mode() & 0o777;
            all.insert(path.clone(), (fs::read(&path).expect("bytes"), mode));
        }
    }
    all
}

/// The files below a folder by their paths in it.
fn built(folder: &Folder, name: &str) -> BTreeMap<String, Vec<u8>> {
    let top = folder.path().join(name);
    let name = |it: &Path| it.strip_prefix(&top).expect("below").to_string_lossy().into_owned();
    files(&top).into_iter().map(|(path, it)| (name(&path), it.0)).collect()
}

/// The words by which a value would be recognized, be it in PEM or in base64.
fn words(store: &Store, folder: &Folder) -> Vec<String> {
    let mut all: Vec<String> = store
        .secrets
        .private_values()
        // What follows in PEM is the public key, which the certificate holds too.
        .flat_map(|it| it.lines().filter(|it| !it.starts_with("-----")).take(2))
        .map(str::to_owned)
        .collect();
    all.extend(folder.read(IDENTITY).lines().filter(|it| !it.starts_with('#')).map(str::to_owned));
    all
}

#[test]
fn no_value_is_printed_or_written_in_plain_text() {
    let folder = folder();
    let first = build(&folder, "out", &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let store = opened(&folder);
    let words = words(&store, &folder);
    assert!(words.len() > 60, "{}", words.len());
    // More is said of what changes, so something does: another address, and another key.
    let mut said = vec![first];
    let text = folder.read("cloud.yaml");
    let moved = text.replace("10.17.5.10", "10.17.5.11").replace("worker[1-3]:", "worker[1-2]:");
    folder.write("cloud.yaml", moved);
    for arguments in [
        &["build", "cloud.yaml", "-o", "out", "--check"][..],
        &["build", "cloud.yaml", "-o", "out", "--check", "--json"],
        &["build", "cloud.yaml", "-o", "out", "--json", "--lang", "es"],
        &["build", "cloud.yaml", "--why", "vps:/etc/wireguard/wg0.conf:3"],
        &["build", "cloud.yaml", "--why", "master1:/etc/fmc/pki/etcd/etcd-server.key:3", "--json"],
        &["show"],
        &["show", "--json"],
        &["show", "certificates"],
        &["show", "certificates", "--json"],
        &["secrets"],
        &["secrets", "--json"],
        &["secrets", "rotate", "wireguard/tunnel/vps"],
        &["build", "cloud.yaml", "-o", "out"],
        &["secrets", "forget"],
        &["secrets", "identity"],
        &["check", "--json"],
    ] {
        let ran = fmc_in(&folder, arguments);
        let may_find = arguments.contains(&"--check") || arguments[0] == "check";
        assert!(ran.code == Some(0) || may_find, "{arguments:?} {ran:?}");
        said.push(ran);
    }
    let said: String = said.iter().flat_map(|it| [it.out.as_str(), it.err.as_str()]).collect();
    assert!(said.contains("~ vps/etc/wireguard/wg0.conf.age (secret)"), "{said}");
    let ours = folder.path().join(IDENTITY);
    let written: Vec<_> = files(folder.path()).into_iter().filter(|it| it.0 != ours).collect();
    assert!(written.iter().any(|it| it.0.ends_with("out/vps/etc/wireguard/wg0.conf.age")));
    for word in self::words(&opened(&folder), &folder).iter().chain(&words) {
        assert!(!said.contains(word.as_str()), "said");
        for (path, (bytes, _)) in &written {
            let found = bytes.windows(word.len()).any(|it| it == word.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn the_same_store_gives_the_same_bytes_and_a_second_build_writes_nothing() {
    let folder = folder();
    let first = build(&folder, "out", &[]);
    assert!(first.err.contains("made your identity"), "{first:?}");
    assert!(first.err.contains("cloud.secrets.age: "), "{first:?}");
    assert!(first.err.contains("files hold secrets and are sealed"), "{first:?}");
    let mode = |it: &str| files(folder.path())[&folder.path().join(it)].1;
    assert_eq!((mode(IDENTITY), mode(STORE)), (0o600, 0o600));
    let times = || -> BTreeMap<PathBuf, std::time::SystemTime> {
        let time = |it: &PathBuf| fs::metadata(it).and_then(|it| it.modified()).expect("a time");
        files(folder.path()).into_keys().map(|it| (it.clone(), time(&it))).collect()
    };
    let before = times();
    let second = build(&folder, "out", &[]);
    assert!(second.out.lines().all(|it| it.ends_with("as before")), "{second:?}");
    assert!(!second.err.contains("made"), "{second:?}");
    assert_eq!(times(), before);
    assert_eq!(build(&folder, "out", &["--check"]).code, Some(0));
    build(&folder, "other", &[]);
    assert_eq!(built(&folder, "out"), built(&folder, "other"));
    // What is sealed is what is written in plain text where that is asked for.
    let plain = build(&folder, "plain", &["--with-secrets"]);
    assert!(plain.err.contains("in plain text"), "{plain:?}");
    let (sealed, plain) = (built(&folder, "out"), built(&folder, "plain"));
    let key = identity(&folder);
    let mut count = 0;
    let is_artifact = |it: &str| [".ign", ".nocloud/user-data"].iter().any(|end| it.ends_with(end));
    for (path, bytes) in sealed.iter().filter(|it| it.0 != ".fmc-build.json") {
        match path.strip_suffix(".age") {
            // What machines are started from holds these files then; see below.
            None if is_artifact(path) => {}
            None => assert_eq!(plain.get(path), Some(bytes), "{path}"),
            Some(name) => {
                assert_eq!(plain[name], age::decrypt(&key, bytes).expect("opened"), "{name}");
                let at = folder.path().join("plain").join(name);
                assert_eq!(files(folder.path())[&at].1, 0o600, "{name}");
                count += 1;
            }
        }
    }
    assert!(count > 25, "{count}");
    assert_eq!(sealed.len(), plain.len());
    let artifact = "vps.nocloud/user-data";
    let has_key = |it: &BTreeMap<String, Vec<u8>>| {
        String::from_utf8_lossy(&it[artifact]).contains("PrivateKey = ")
    };
    assert_eq!((has_key(&sealed), has_key(&plain)), (false, true));
    let mode = |it: &str| files(folder.path())[&folder.path().join(it).join(artifact)].1;
    assert_eq!((mode("out"), mode("plain")), (0o644, 0o600));
    // Certificates are no secrets: a machine has them from its first start on.
    let ignition = String::from_utf8_lossy(&sealed["master1.ign"]).into_owned();
    assert!(ignition.contains("/etc/fmc/pki/etcd/ca.crt") && !ignition.contains("PRIVATE"));
    // One archive is as private as the most private file in it.
    assert_eq!(build(&folder, "plain.tar", &["--with-secrets"]).code, Some(0));
    assert_eq!(files(folder.path())[&folder.path().join("plain.tar")].1, 0o600);
    // From one to the other, nothing is left of the one.
    build(&folder, "plain", &[]);
    assert_eq!(built(&folder, "plain"), sealed);
}

#[test]
fn looking_at_it_makes_nothing() {
    let folder = folder();
    let ran = build(&folder, "out", &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    fmc_in(&folder, &["show", "certificates"]);
    assert_eq!(fmc_in(&folder, &["secrets"]).code, Some(2));
    assert_eq!(folder.names(), ["cloud.yaml"]);
    // A cloud that asks for nothing has no store.
    folder.write("cloud.yaml", super::build::CLOUD);
    let ran = build(&folder, "out", &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(folder.names(), ["cloud.yaml", "out"]);
}

#[test]
fn days_left_are_shown_and_certificates_renewed() {
    let folder = folder();
    build(&folder, "out", &[]);
    let show = |day: &str, more: &[&str]| {
        let words = [&["show", "certificates", "--today", day], more].concat();
        fmc_in(&folder, &words)
    };
    let row = |ran: &Ran, name: &str| -> Vec<String> {
        let line = ran.out.lines().find(|it| it.split_whitespace().next() == Some(name));
        line.expect("its row").split_whitespace().map(str::to_owned).collect()
    };
    let says = |ran: &Ran, name: &str, days: &str, until: &str| {
        let row = row(ran, name);
        let at = row.iter().position(|it| it == until);
        at.is_some_and(|it| row[it - 1] == days)
    };
    let table = show(TODAY, &[]);
    assert!(says(&table, "master1/etcd-server", "365", "2027-07-01"), "{}", table.out);
    assert!(says(&table, "etcd", "3650", "2036-06-28"), "{}", table.out);
    let over = show("2027-07-03", &["--lang", "es"]);
    assert!(says(&over, "master1/etcd-server", "-2", "2027-07-01"), "{}", over.out);
    let json = show("2026-07-11", &["--json"]).json();
    assert_eq!(json[0]["issued"]["days_left"], 355);
    assert_eq!(json[0]["authority_issued"]["until"], "2036-06-28");
    let key = "master1/etc/fmc/pki/etcd/etcd-server.key.age";
    let before = built(&folder, "out");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--today", "2027-05-02"]);
    assert!(ran.err.contains("certificates renewed"), "{ran:?}");
    let after = built(&folder, "out");
    assert_eq!(before[key], after[key]);
    let public = "master1/etc/fmc/pki/etcd/etcd-server.crt";
    assert_ne!(before[public], after[public]);
    assert!(says(&show("2027-05-02", &[]), "master1/etcd-server", "365", "2028-05-01"));
}

#[test]
fn what_is_no_longer_asked_for_is_told_and_not_deleted() {
    let folder = folder();
    build(&folder, "out", &[]);
    let text = folder.read("cloud.yaml");
    folder.write("cloud.yaml", text.replace("worker[1-3]:", "worker[1-2]:"));
    let ran = build(&folder, "out", &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.err.contains("no longer asked for") && ran.err.contains("worker3/kubelet"),
        "{ran:?}"
    );
    let list = fmc_in(&folder, &["secrets"]).out;
    assert!(list.contains("certificate:worker3/kubelet"), "{list}");
    let before = built(&folder, "out");
    let gone = fmc_in(&folder, &["secrets", "forget"]);
    let expected = "- certificate:worker3/kube-proxy\n- certificate:worker3/kubelet\n";
    assert_eq!(gone.out, expected, "{gone:?}");
    assert!(!build(&folder, "out", &[]).err.contains("no longer asked for"));
    assert_eq!(built(&folder, "out"), before);
}

#[test]
fn a_rotated_secret_is_another_one_and_the_others_stay() {
    let folder = folder();
    build(&folder, "out", &["--with-secrets"]);
    let before = built(&folder, "out");
    let ran = fmc_in(&folder, &["secrets", "cloud.yaml", "rotate", "wireguard/tunnel/vps"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    build(&folder, "out", &["--with-secrets"]);
    let after = built(&folder, "out");
    let changed: Vec<&str> = after
        .iter()
        .filter(|it| before.get(it.0) != Some(it.1) && it.0 != ".fmc-build.json")
        .map(|it| it.0.as_str())
        .collect();
    // Its own file, and those of its peers, who know the public key, wherever these are.
    let expected = [
        "_people/operators/ana/wg0.conf",
        "physical1.nocloud/user-data",
        "physical1/etc/wireguard/wg0.conf",
        "vps.nocloud/user-data",
        "vps/etc/wireguard/wg0.conf",
    ];
    assert_eq!(changed, expected);
    let ran = fmc_in(&folder, &["secrets", "rotate", "authority:etcd", "--today", TODAY]);
    assert!(ran.err.contains("1 secrets made, 9 certificates issued anew"), "{ran:?}");
    for (name, hint) in [
        ("wireguard/tunnel/vsp", "did you mean `wireguard/tunnel/vps`?"),
        ("certificate:master1/etcd-servr", "did you mean `certificate:master1/etcd-server`?"),
    ] {
        let ran = fmc_in(&folder, &["secrets", "rotate", name]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(hint), "{ran:?}");
    }
}

#[test]
fn a_second_operator_is_let_in_and_out() {
    let folder = folder();
    build(&folder, "out", &[]);
    // Another person has another configuration folder.
    let other = |words: &[&str]| {
        let mut command = command(folder.path(), words);
        command.env("XDG_CONFIG_HOME", folder.path().join(".other"));
        run(command)
    };
    let theirs = other(&["secrets", "identity"]);
    assert_eq!(theirs.code, Some(0), "{theirs:?}");
    let recipient = theirs.out.trim();
    assert_eq!(other(&["secrets", "identity"]).out.trim(), recipient, "made once");
    let refused = other(&["build", "cloud.yaml", "-o", "out", "--today", TODAY]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let mend = format!("fmc secrets share {recipient}");
    assert!(refused.err.contains(&mend), "{refused:?}");
    let ran = fmc_in(&folder, &["secrets", "share", recipient]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    build(&folder, "out", &[]);
    let ran = other(&["build", "cloud.yaml", "-o", "out", "--today", TODAY]);
    assert!(ran.out.lines().all(|it| it.ends_with("as before")), "{ran:?}");
    assert!(fmc_in(&folder, &["secrets"]).out.contains(recipient));
    let ran = fmc_in(&folder, &["secrets", "unshare", recipient]);
    assert!(ran.err.contains("rotate"), "{ran:?}");
    assert_eq!(other(&["secrets"]).code, Some(2));
    // Nobody locks everybody out, and a key that was pasted by mistake is not repeated.
    let own = fmc_in(&folder, &["secrets", "identity"]).out;
    assert_eq!(fmc_in(&folder, &["secrets", "unshare", own.trim()]).code, Some(2));
    let key = folder.read(IDENTITY);
    let key = key.lines().last().expect("a key");
    let ran = fmc_in(&folder, &["secrets", "share", key]);
    assert!(ran.code == Some(2) && !ran.err.contains(key), "the key is not repeated");
}

//! Files of people outside: written, sealed, compared and explained as those of hosts are.

use super::store::{STORE, build, folder, identity};
use super::{Folder, fmc_in};
use fmc_secrets::open;
use std::fs;

const FILE: &str = "out/_people/operators/ana/wg0.conf";

/// A key of nobody.
const KEY: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

/// The founding cloud, of which Ana keeps her private key to herself.
fn with_own_key(folder: &Folder) {
    let text = folder.read("cloud.yaml");
    let own = format!("address: 10\n        wireguard_key: {KEY}\n");
    folder.write("cloud.yaml", text.replace("address: 10\n", &own));
}

#[test]
fn what_holds_a_private_key_is_sealed_and_nothing_else_is() {
    let folder = folder();
    let first = build(&folder, "out", &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.contains("_people ") && first.out.contains(" 2 files  2 new"), "{first:?}");
    let sealed = fs::read(folder.path().join(format!("{FILE}.age"))).expect("the file");
    let text = open(&sealed, &[identity(&folder)]).expect("ours").to_vec();
    let text = String::from_utf8(text).expect("text");
    assert!(
        text.contains("\nAddress = 10.17.0.10/32\nDNS = 10.17.3.11, cefaslocalserver.com\n"),
        "{text}"
    );
    assert!(build(&folder, "out", &["--check"]).code == Some(0));

    with_own_key(&folder);
    let check = build(&folder, "out", &["--check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    let ran = build(&folder, "out", &[]);
    assert!(ran.out.contains(&format!("- {}.age\n", &FILE[4..])), "{ran:?}");
    let text = folder.read(FILE);
    assert!(
        !text.contains("\nPrivateKey") && text.contains("\n# The private key is with"),
        "{text}"
    );
    build(&folder, "plain", &["--with-secrets"]);
    assert!(folder.read("plain/vps/etc/wireguard/wg0.conf").contains(KEY));
}

#[test]
fn nothing_is_made_for_whoever_keeps_a_key() {
    let folder = folder();
    with_own_key(&folder);
    build(&folder, "out", &[]);
    assert!(folder.path().join(STORE).exists());
    let listed = fmc_in(&folder, &["secrets", "cloud.yaml"]);
    assert!(listed.out.contains("wireguard/tunnel/vps"), "{listed:?}");
    assert!(!listed.out.contains("operators"), "{listed:?}");
}

#[test]
fn one_host_leaves_them_as_they_are_and_a_person_that_goes_takes_them_along() {
    let folder = folder();
    build(&folder, "out", &["--with-secrets"]);
    let before = folder.read(FILE);
    let text = folder.read("cloud.yaml");
    folder.write("cloud.yaml", text.replace("address: 10\n", "address: 11\n"));
    let ran = build(&folder, "out", &["--with-secrets", "--host", "vps"]);
    assert_eq!((ran.code, folder.read(FILE)), (Some(0), before), "{ran:?}");
    let ran = build(&folder, "out", &["--with-secrets"]);
    assert!(ran.out.contains("~ _people/operators/ana/wg0.conf (secret)"), "{ran:?}");
    assert!(folder.read(FILE).contains("Address = 10.17.0.11/32"));
    let text = folder.read("cloud.yaml");
    folder.write("cloud.yaml", text.replace("name: ana", "name: eva"));
    build(&folder, "out", &["--with-secrets"]);
    assert!(!folder.path().join("out/_people/operators/ana").exists());
    assert!(folder.path().join("out/_people/operators/eva/wg0.conf").exists());
}

#[test]
fn a_line_leads_to_what_caused_it() {
    let folder = folder();
    let why = |line: &str| fmc_in(&folder, &["build", "cloud.yaml", "--why", line]);
    let ran = why("_people/operators/ana/wg0.conf:5");
    assert!(ran.out.contains("Address") || ran.out.contains("PrivateKey"), "{ran:?}");
    assert!(ran.out.contains("name: ana") && ran.out.contains("made by wireguard"), "{ran:?}");
    let lines: Vec<String> =
        (1..20).map(|it| why(&format!("_people/operators/ana/wg0.conf:{it}")).out).collect();
    let allowed = lines.iter().find(|it| it.contains("AllowedIPs")).expect("a line");
    assert!(allowed.contains("flow ") && allowed.contains("operators -> "), "{allowed}");
    let ran = why("_people/operators/anna/wg0.conf:5");
    assert!(ran.err.contains("did you mean `operators/ana/wg0.conf`?"), "{ran:?}");
    assert_eq!(why("_people/operators/ana/wg0.conf:99").code, Some(2));
}

/// Whoever is seen with a key last has the tunnel: one key is one person's.
#[test]
fn two_people_with_one_key_are_a_fault() {
    let folder = folder();
    let text = folder.read("cloud.yaml");
    let two = format!(
        "people:\n      - {{ name: eva, address: 12, wireguard_key: {KEY} }}\n      - {{ name: tom, \
         address: 13, wireguard_key: {KEY} }}\n"
    );
    folder.write("cloud.yaml", text.replace("people:\n", &two));
    let ran = fmc_in(&folder, &["check", "cloud.yaml"]);
    assert!(ran.out.contains("tom has the WireGuard key of eva"), "{ran:?}");
    folder.write("cloud.yaml", folder.read("cloud.yaml").replace(KEY, "HIgo9xNzJMWLKASS"));
    let ran = fmc_in(&folder, &["check", "cloud.yaml"]);
    assert!(ran.out.contains("this is not a WireGuard public key"), "{ran:?}");
    assert!(!ran.out.contains("`HIgo9xNzJMWLKASS`"), "{ran:?}");
}

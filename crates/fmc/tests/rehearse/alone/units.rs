//! Faults of units: nobody finds them who starts processes from what their units are made of. They are planted one
//! after the other: each systemd takes several instances of inotify(7), of which one user has 128 by default.

use crate::alone;
use crate::whole::{Built, told_by};
use fmc_rehearse::service::Part;
use fmc_sys::{Groups, Placed};
use std::path::Path;

/// Puts something else in the place of words of a unit.
fn unit(part: &mut Part, name: &str, what: &str, instead: &str) {
    replaced(part, &format!("/etc/systemd/system/{name}.service"), what, instead);
}

/// The same in any file.
fn replaced(part: &mut Part, path: &str, what: &str, instead: &str) {
    let file = part.files.iter_mut().find(|it| it.path() == Path::new(path));
    let file = file.unwrap_or_else(|| panic!("there is no {path}"));
    let text = std::str::from_utf8(file.contents()).expect("it is text");
    assert!(text.contains(what), "{what} is not in {path}:\n{text}");
    let other: Placed = file.clone().with(text.replace(what, instead));
    *file = other;
}

type Fault = (&'static str, fn(&mut Part), &'static str);

/// A host, what is done to its part, and a word by which it is named.
const FAULTS: [Fault; 6] = [
    ("data", |part| unit(part, "postgresql", "ExecStart=", "ExecStart=/no"), "postgresql"),
    (
        "home",
        |part| {
            part.links.retain(|it| !it.0.ends_with("sysinit.target.wants/fmc-firewall.service"));
        },
        "fmc-firewall",
    ),
    (
        "names",
        |part| unit(part, "coredns", "ExecStart=", "User=nobody-is-called-so\nExecStart="),
        "coredns",
    ),
    (
        "ingress1",
        |part| unit(part, "traefik", "[Unit]", "[Unit]\nConditionPathExists=/not/there"),
        "traefik",
    ),
    // What becomes systemd ends before it does.
    ("gate", |part| replaced(part, "/run/fmc-init", "set -e", "exit 3"), "systemd"),
    ("vps", |part| unit(part, "wireguard-wg0", "Type=oneshot", "Type=notify"), "wireguard-wg0"),
];

#[test]
fn faults_of_units_are_found() {
    let _alone = alone();
    let groups = Groups::make().expect("control groups");
    let built = Built::of("small.yaml", include_str!("../small.yaml"));
    for fault in std::iter::once(None).chain(FAULTS.map(Some)) {
        find(&built, &groups, "test-units", fault);
    }
}

/// Plants a fault, which must be told; without any, nothing must.
fn find(built: &Built, groups: &Groups, name: &str, fault: Option<Fault>) {
    let told = told_by(Some(groups), built, name, false, |parts| {
        if let Some((host, change, _)) = fault {
            let id = built.cloud.hosts.values().find(|it| it.name.as_str() == host);
            change(parts.get_mut(&id.expect(host).id).expect("its part"));
        }
    });
    match fault {
        None => assert_eq!(told.wrong, Vec::<String>::new()),
        Some((host, _, word)) => {
            let is_named = |it: &String| it.contains(host) && it.contains(word);
            assert!(told.wrong.iter().any(is_named), "{host} {word}: {:#?}", told.wrong);
        }
    }
}

//! Faults of units: nobody finds them who starts processes from what their units are made of. No two
//! such clouds run at the same time: each systemd takes several instances of inotify(7), of which one user has 128.

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
    // Each is told of its own host, so that one hides no other; but nothing is told of a cloud of which a host fell.
    let (fall, fail): (Vec<&Fault>, Vec<&Fault>) = FAULTS.iter().partition(|it| it.2 == "systemd");
    for faults in [Vec::new(), fall, fail] {
        find(&built, &groups, &faults);
    }
}

/// Plants faults, each of which must be told; without any, nothing must.
fn find(built: &Built, groups: &Groups, faults: &[&Fault]) {
    let told = told_by(Some(groups), built, "test-units", false, |parts| {
        for (host, change, _) in faults {
            let id = built.cloud.hosts.values().find(|it| it.name.as_str() == *host);
            change(parts.get_mut(&id.expect(host).id).expect("its part"));
        }
    });
    if faults.is_empty() {
        assert_eq!(told.wrong, Vec::<String>::new());
    }
    for (host, _, word) in faults {
        let is_named = |it: &String| it.starts_with(&format!("{host}: {word}"));
        assert!(told.wrong.iter().any(is_named), "{host} {word}: {:#?}", told.wrong);
    }
}

//! The first configuration of Flatcar: Ignition, specification 3.3.0
//! (<https://coreos.github.io/ignition/configuration-v3_3/>). It is the newest that the validator of
//! Debian 12 knows, and Flatcar reads it.
//!
//! Units are given as units and not as plain files, so that the validator reads their sections; those
//! apart that have longer lines than its reader takes, which is less than systemd's does. What
//! starts with the machine is a link, as in the folder of the host, and not a preset: both ways lead
//! to the same tree.
//!
//! What no package brings is fetched here too, verified, where the initial file system can: it knows
//! addresses by DHCP alone, and a fetch that fails ends the first start. Everywhere else, and whenever
//! it is gone, the unit fetches it that every host has (`fmc-programs`), by the same digests.

use super::{Source, lines};
use fmc_config::{Cause, Printed};
use fmc_model::cloud::System;
use fmc_model::setup::Download;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::borrow::Cow;

/// The version of the specification.
const SPECIFICATION: &str = "3.3.0";

/// Where units lie.
const UNITS: &str = "/etc/systemd/system/";

/// Bytes of a line of a unit that Ignition takes
/// (<https://github.com/coreos/go-systemd/blob/v22.5.0/unit/deserialize.go>).
const LINE: usize = 2048;

/// What stays as it is in a `data:` URL: what RFC 2397 allows, short of what would part the URL.
/// Blanks, line breaks, `%`, `#` and `?` are written as their codes.
const CODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b',')
    .remove(b'=')
    .remove(b'@')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    ignition: Head,
    passwd: Passwd<'a>,
    storage: Storage<'a>,
    systemd: Systemd<'a>,
}

#[derive(Serialize)]
struct Head {
    version: &'static str,
}

#[derive(Serialize)]
struct Passwd<'a> {
    users: Vec<User<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_create_home: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shell: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ssh_authorized_keys: Vec<&'a str>,
}

#[derive(Serialize)]
struct Storage<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filesystems: Vec<Filesystem<'a>>,
    directories: Vec<Directory<'a>>,
    files: Vec<File<'a>>,
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Filesystem<'a> {
    device: &'a str,
    format: &'a str,
    /// A device that has this file system keeps it, and one that has another stops the first start.
    #[serde(rename = "wipeFilesystem")]
    wipe: bool,
}

#[derive(Serialize)]
struct Directory<'a> {
    path: &'a str,
    mode: u16,
    user: Name<'a>,
    group: Name<'a>,
}

#[derive(Serialize)]
struct File<'a> {
    path: Cow<'a, str>,
    overwrite: bool,
    /// A number, as JSON has them: in decimal.
    mode: u16,
    user: Name<'a>,
    group: Name<'a>,
    contents: Contents,
}

#[derive(Serialize)]
struct Contents {
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<Verification>,
}

/// What is refused if it is not that.
#[derive(Serialize)]
struct Verification {
    hash: String,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Link<'a> {
    path: &'a str,
    overwrite: bool,
    target: &'a str,
}

#[derive(Serialize)]
struct Systemd<'a> {
    units: Vec<Unit<'a>>,
}

#[derive(Serialize)]
struct Unit<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mask: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contents: Option<&'a str>,
}

/// The name of the unit that a path is, if it is one.
fn unit_name(path: &str) -> Option<&str> {
    path.strip_prefix(UNITS).filter(|it| !it.contains('/'))
}

pub(super) fn print(source: &Source<'_>) -> Printed {
    let is_unit = |it: &&super::SourceFile<'_>| {
        unit_name(it.path).is_some()
            && it.mode == 0o644
            && (it.user, it.group) == ("root", "root")
            && it.text.lines().all(|line| line.len() < LINE)
    };
    let is_mask = |it: &&(&str, &str, &Cause)| unit_name(it.0).is_some() && it.1 == "/dev/null";
    let mut users = Vec::new();
    let mut user_causes = Vec::new();
    for (name, user) in &source.setup.users {
        user_causes.push(&user.cause);
        // Their homes are said by sysusers.d: where an image has such a user already, Ignition would move
        // the home that it has, and stop the first start where that is no folder.
        users.push(User {
            name,
            no_create_home: Some(true),
            shell: Some(&user.shell),
            system: Some(true),
            ssh_authorized_keys: Vec::new(),
        });
    }
    let keys = source.keys();
    if !keys.is_empty() {
        user_causes.push(&source.cause);
        users.push(User {
            name: System::Flatcar.administrator(),
            no_create_home: None,
            shell: None,
            system: None,
            ssh_authorized_keys: keys,
        });
    }
    let mut units: Vec<(Unit<'_>, &Cause)> = Vec::new();
    for file in source.files.iter().filter(is_unit) {
        let name = unit_name(file.path).unwrap_or_default();
        units.push((Unit { name, mask: None, contents: Some(&file.text) }, file.cause));
    }
    for (path, _, cause) in source.links.iter().filter(is_mask) {
        let name = unit_name(path).unwrap_or_default();
        units.push((Unit { name, mask: Some(true), contents: None }, cause));
    }
    units.sort_by_key(|it| it.0.name);
    let (units, unit_causes): (Vec<_>, Vec<_>) = units.into_iter().unzip();
    let files: Vec<_> = source.files.iter().filter(|it| !is_unit(it)).collect();
    let links: Vec<_> = source.links.iter().filter(|it| !is_mask(it)).collect();
    let directories: Vec<_> = source.setup.directories.iter().collect();
    let disks = source.disks();
    let fetched = source.fetched_at_first();
    let config = Config {
        ignition: Head { version: SPECIFICATION },
        passwd: Passwd { users },
        storage: Storage {
            filesystems: disks
                .iter()
                .map(|it| Filesystem { device: &it.what, format: &it.kind, wipe: false })
                .collect(),
            directories: directories.iter().map(|it| directory(it.0, it.1)).collect(),
            files: files
                .iter()
                .map(|it| file(it))
                .chain(fetched.iter().map(|it| fetch(it)))
                .collect(),
            links: links
                .iter()
                .map(|(path, target, _)| Link { path, overwrite: true, target })
                .collect(),
        },
        systemd: Systemd { units },
    };
    lines::json(&config, &source.cause, |section, list, item| {
        let cause = match (section, list) {
            ("passwd", "users") => user_causes.get(item).copied(),
            ("storage", "filesystems") => disks.get(item).map(|it| &it.cause),
            ("storage", "directories") => directories.get(item).map(|it| &it.1.cause),
            ("storage", "files") => match item.checked_sub(files.len()) {
                None => files.get(item).map(|it| it.cause),
                Some(item) => fetched.get(item).map(|it| &it.cause),
            },
            ("storage", "links") => links.get(item).map(|it| it.2),
            ("systemd", "units") => unit_causes.get(item).copied(),
            _ => None,
        };
        cause.cloned()
    })
}

fn directory<'a>(path: &'a str, it: &'a fmc_model::setup::Directory) -> Directory<'a> {
    let (user, group) = it.owner.split_once(':').unwrap_or((&it.owner, &it.owner));
    Directory { path, mode: it.mode, user: Name { name: user }, group: Name { name: group } }
}

fn file<'a>(it: &super::SourceFile<'a>) -> File<'a> {
    File {
        path: it.path.into(),
        overwrite: true,
        mode: it.mode,
        user: Name { name: it.user },
        group: Name { name: it.group },
        contents: Contents {
            source: format!("data:,{}", utf8_percent_encode(&it.text, CODED)),
            verification: None,
        },
    }
}

/// A program in its place, or an archive where the unit that unpacks it looks first.
fn fetch(it: &Download) -> File<'_> {
    let (path, mode) = match it.plain() {
        Some(path) => (path.into(), 0o755),
        None => (it.kept().into(), 0o644),
    };
    let root = || Name { name: "root" };
    let verification = Some(Verification { hash: format!("sha256-{}", it.sha256) });
    let contents = Contents { source: it.url.clone(), verification };
    File { path, overwrite: true, mode, user: root(), group: root(), contents }
}

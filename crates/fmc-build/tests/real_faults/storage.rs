//! Disks, shares and what lies on them.

use crate::{CLOUDS, after, lines};
use fmc_model::cloud::End;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// L48: a share is for those who were named, and for nobody else; their root is nobody.
#[test]
fn shares_are_for_whom_they_were_named() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            let Some(told) = it.file(host, "/etc/ganesha/ganesha.conf") else { continue };
            assert!(after(told, "Squash = ").all(|it| it == "Root_Squash;"), "{at}");
            let named: BTreeSet<IpAddr> = it
                .cloud
                .flows
                .iter()
                .filter(|it| it.service == "nfs")
                .filter(|it| matches!(&it.to, End::Hosts(to) if to.contains(host.id)))
                .filter_map(|flow| match &flow.from {
                    End::Hosts(from) => Some(from),
                    _ => None,
                })
                .flat_map(|from| from.iter().flat_map(|id| it.cloud.host(id).addresses()))
                .collect();
            for line in after(told, "Clients = ") {
                for word in line.trim_end_matches(';').split(", ") {
                    let own = word.parse::<IpAddr>().map(IpNet::from);
                    let prefix: IpNet = own.or_else(|_| word.parse()).expect(word);
                    assert!(prefix.max_prefix_len() - prefix.prefix_len() < 8, "{at}: {word}");
                    let all = std::iter::once(prefix.addr()).chain(prefix.hosts());
                    for client in all {
                        assert!(named.contains(&client), "{at}: {word}");
                    }
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

/// L49, L51: each mount is a unit that every start wants, of a disk that is mounted once; whatever
/// serves what lies below waits for it.
#[test]
fn what_is_served_is_mounted_at_every_start() {
    let (mut seen, mut waiting) = (0, 0);
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            let mounts = &it.cloud.setup(host.id).mounts;
            let mut what = BTreeSet::new();
            for (folder, mount) in mounts {
                assert!(what.insert(&mount.what), "{at}: {} twice", mount.what);
                let place = format!("Where={folder}");
                let unit = it.files_of(host).find(|it| lines(it.1).any(|it| it == place));
                let name = unit.expect(&at).0.rsplit('/').next().expect("a name");
                let wanted = format!(".target.wants/{name}");
                assert!(it.files_of(host).any(|it| it.0.ends_with(&wanted)), "{at}: {name}");
                seen += 1;
            }
            let served = it
                .file(host, "/etc/ganesha/ganesha.conf")
                .into_iter()
                .flat_map(|it| after(it, "Path = "))
                .map(|it| ("nfs-ganesha", it.trim_matches(['"', ';'])));
            let data = it
                .file(host, "/etc/fmc/postgresql/postgresql.conf")
                .into_iter()
                .flat_map(|it| after(it, "data_directory = "))
                .map(|it| ("postgresql", it.trim_matches('\'')));
            for (service, path) in served.chain(data) {
                let unit = format!("/etc/systemd/system/{service}.service");
                let unit = it.file(host, &unit).expect(&at);
                let waits = after(unit, "RequiresMountsFor=")
                    .flat_map(str::split_whitespace)
                    .any(|it| path == it || path.starts_with(&format!("{it}/")));
                assert!(waits, "{at}: {service} serves {path}");
                waiting += 1;
            }
        }
    }
    assert!(seen > 5 && waiting > 5, "{seen} {waiting}");
}

/// L50: a disk gets a file system where it has none, and keeps what it has. Nothing else formats.
#[test]
fn only_an_empty_disk_is_formatted() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            let mounts = it.cloud.setup(host.id).mounts.values();
            let disks: Vec<_> = mounts.filter(|it| it.what.starts_with("/dev/")).collect();
            let ignition = it.files.get(&format!("{}.ign", host.name));
            let cloud_init = it.files.get(&format!("{}.nocloud/user-data", host.name));
            for disk in &disks {
                let (what, kind) = (&disk.what, &disk.kind);
                let made = ignition.is_some_and(|it| {
                    it.contains(&format!(
                        "\"device\": \"{what}\",\n        \"format\": \"{kind}\",\n        \
                         \"wipeFilesystem\": false\n"
                    ))
                });
                let made = made
                    || cloud_init.is_some_and(|it| {
                        it.contains(&format!(
                            "  - device: {what}\n    filesystem: {kind}\n    \
                             partition: any\n    overwrite: false\n"
                        ))
                    });
                assert!(made, "{at}: {what}");
                seen += 1;
            }
            let told = ignition.map_or(0, |it| it.matches("\"wipeFilesystem\"").count())
                + cloud_init.map_or(0, |it| it.matches("\n    overwrite: ").count());
            assert_eq!(told, disks.len(), "{at}");
            let formats = |it: &str| it.contains("mkfs") || it.contains("wipefs");
            assert!(!it.files_of(host).any(|it| formats(it.1)), "{at}");
        }
    }
    assert!(seen > 4, "{seen}");
}

/// L53: a database lies in a folder of its own below what is mounted, for `lost+found` is at the top.
#[test]
fn a_database_lies_below_what_is_mounted() {
    let (mut seen, mut shared) = (0, 0);
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            let path = "/etc/fmc/postgresql/postgresql.conf";
            let Some(told) = it.file(host, path) else { continue };
            let data = after(told, "data_directory = ").next().expect(&at).trim_matches('\'');
            let mounts = &it.cloud.setup(host.id).mounts;
            assert!(!mounts.contains_key(data), "{at}: {data}");
            let above = data.rsplit_once('/').expect(&at).0;
            shared += usize::from(mounts.contains_key(above));
            let init = it.file(host, "/etc/systemd/system/postgresql-init.service").expect(&at);
            let make = format!(" -d -m 700 {data} ");
            assert!(after(init, "ExecStart=").any(|it| it.contains(&make)), "{at}");
            seen += 1;
        }
    }
    assert!(seen > 3 && shared > 1, "{seen} {shared}");
}

//! Every file of every example, given to the tool that will read it.

mod common;

use common::{EXAMPLES, cloud, clouds, files, hosts, secrets, stage, tools};
use std::collections::BTreeMap;

/// Files that no tool of the root of components reads: what is in them is checked otherwise.
const UNREAD: [&str; 8] = [
    // One line, which the kernel takes as it is.
    "/etc/hostname",
    // Two keywords, written from typed addresses.
    "/etc/resolv.conf",
    "/etc/kubernetes/resolv.conf",
    // What reads it would load modules into the kernel of this machine.
    "/etc/modules-load.d/fmc.conf",
    // systemd-timesyncd has no dry run, and would set the clock of this machine.
    "/etc/systemd/timesyncd.conf.d/90-fmc.conf",
    // They are read with what machines are started from: tests/artifacts.rs.
    "/etc/fmc/libvirt/",
    // One line, and three; neither open-iscsi nor multipathd is among the components.
    "/etc/iscsi/initiatorname.iscsi",
    "/etc/multipath/conf.d/fmc-longhorn.conf",
];

#[test]
fn every_file_of_every_example_is_accepted() {
    let mut wrong = Vec::new();
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, text) in clouds() {
        let cloud = cloud(text);
        let secrets = secrets(&cloud);
        for (host, tree) in hosts(&cloud) {
            let all = files(&tree, &secrets);
            let stage = stage(&cloud, host, &all, &secrets);
            for file in &all {
                match tools::ask(file, &stage) {
                    Some(Ok(())) => *asked.entry(name).or_default() += 1,
                    Some(Err(why)) => {
                        wrong.push(format!("{name} {}:{}\n{why}", host.name, file.path));
                    }
                    None if UNREAD.iter().any(|it| file.path.starts_with(it)) => {}
                    None => wrong.push(format!("{name} {}:{} has no reader", host.name, file.path)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(EXAMPLES.iter().all(|it| asked.get(it.0).is_some_and(|it| *it > 0)), "{asked:?}");
}

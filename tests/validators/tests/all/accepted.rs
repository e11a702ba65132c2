//! Every file of every example, given to the tool that will read it.

use crate::common::{EXAMPLES, cloud, clouds, files, hosts, secrets, spread, stage, tools};
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
    // They are read with what machines are started from: artifacts.rs.
    "/etc/fmc/libvirt/",
    // One line, and three; neither open-iscsi nor multipathd is among the components.
    "/etc/iscsi/initiatorname.iscsi",
    "/etc/multipath/conf.d/fmc-longhorn.conf",
];

/// Who accepted the files of the founding cloud: a table by files, which hold for the hosts behind them.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/accepted-files.md");

/// What was asked of hosts: how many files, what is wrong, and who took each file of which hosts.
#[derive(Default)]
struct Asked {
    count: usize,
    wrong: Vec<String>,
    tools: BTreeMap<(String, &'static str), Vec<String>>,
}

impl Asked {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.wrong.extend(other.wrong);
        for (file, hosts) in other.tools {
            self.tools.entry(file).or_default().extend(hosts);
        }
    }
}

#[test]
fn every_file_of_every_example_is_accepted() {
    let clouds = spread(&clouds(), |(name, text)| {
        let cloud = cloud(text);
        let secrets = secrets(&cloud);
        (*name, cloud, secrets)
    });
    let of_cloud = |at: usize| {
        let (name, cloud, secrets) = &clouds[at];
        hosts(cloud).into_iter().map(move |(host, tree)| (at, *name, cloud, secrets, host, tree))
    };
    let all: Vec<_> = (0..clouds.len()).flat_map(of_cloud).collect();
    let asked = spread(&all, |(_, name, cloud, secrets, host, tree)| {
        let all = files(tree, secrets);
        let stage = stage(cloud, host, &all, secrets);
        let mut out = Asked::default();
        for file in &all {
            let at = || format!("{name} {}:{}", host.name, file.path);
            match tools::asked(file, &stage) {
                Some((tool, Ok(()))) => {
                    out.count += 1;
                    let by = out.tools.entry((file.path.clone(), tool)).or_default();
                    by.push(host.name.to_string());
                }
                Some((_, Err(why))) => out.wrong.push(format!("{}\n{why}", at())),
                None if UNREAD.iter().any(|it| file.path.starts_with(it)) => {}
                None => out.wrong.push(format!("{} has no reader", at())),
            }
        }
        out
    });
    let mut by_cloud: Vec<Asked> = clouds.iter().map(|_| Asked::default()).collect();
    for ((at, ..), asked) in all.iter().zip(asked) {
        by_cloud[*at].add(asked);
    }
    let wrong: Vec<&String> = by_cloud.iter().flat_map(|it| &it.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(by_cloud[..EXAMPLES.len()].iter().all(|it| it.count > 0));

    let table = table(&by_cloud[0]);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(TABLE, &table).expect("written");
    }
    let known = std::fs::read_to_string(TABLE).unwrap_or_default();
    assert!(known == table, "docs/accepted-files.md is another one: set UPDATE_GOLDENS=1");
}

fn table(asked: &Asked) -> String {
    let mut text = "\
# Who accepted which file

Every file of the founding cloud, [`examples/flatcarmicrocloud.yaml`](../examples/flatcarmicrocloud.yaml),
with the tool that read it on its host, in a namespace of its own, and took it. Written by
`UPDATE_GOLDENS=1 cargo test -p validators accepted::`, which asks the same of every other example,
of the smallest cloud of each role and of four clouds that nobody deploys, and fails where a tool
complains. That these tools would is what `tests/validators/tests/all/planted.rs` shows, by faults.

| file | hosts | accepted by |
| --- | --- | --- |
"
    .to_owned();
    for ((path, tool), hosts) in &asked.tools {
        text += &format!("| `{path}` | {} | {tool} |\n", hosts.join(", "));
    }
    text += "\n\
What machines are started from is in `tests/validators/tests/all/artifacts.rs`:

| artifact | hosts | accepted by |
| --- | --- | --- |
| `HOST.ign` | those of Flatcar | `ignition-validate`; Ignition, into an empty root, which is compared with the model |
| `HOST.nocloud/user-data`, `meta-data` | the others | `cloud-init schema`; cloud-init, run, and the tree compared |
| `HOST.nocloud/network-config` | the others | `cloud-init devel net-convert` |
| `/etc/fmc/libvirt/…` | hypervisors | `virt-xml-validate`; `virsh -c test:///default`, twice |
| `_people/…/wgN.conf` | people outside | `wg-quick` (`tests/validators/tests/all/people.rs`) |
| `_people/…/HOST.ssh_config` | people outside | `ssh -G` (`tests/validators/tests/all/people.rs`) |

No tool reads these, since it would change the machine that tests, or is no component; they are one
line or a few, and written from typed values:

";
    for path in UNREAD.iter().filter(|it| !it.ends_with("/libvirt/")) {
        text += &format!("* `{path}`\n");
    }
    text
}

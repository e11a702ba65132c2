//! What is needed besides where Kubernetes is the real one: what nodes are made of, and what its programs share.

use super::kernel::{outside, said};
use super::{Check, Demand, Takes};
use crate::service::{NODE_ROOM, node_groups};
use crate::stage::bare;
use fmc_model::{Text, text};
use fmc_sys::{Command, Failure, Groups, Host as _, Sandbox};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What cannot be done without what nodes are made of.
const NO_NODE: Text = Text::of(
    "no host becomes a node: rehearse without --kubernetes",
    "ningún host llega a ser un nodo: ensaye sin --kubernetes",
);

/// Instances of inotify(7) that root takes: six a kubelet, and one each kube-proxy and containerd, as was seen. Those
/// of masters, up to seven each, are of users of their own.
const INSTANCES: Takes = Takes { base: 0, host: 0, master: 0, node: 8 };

/// The same of a host that systemd starts, with its login manager.
const BOOTED: u64 = 6;

/// Tries what a node is made of, and counts what its programs take of what one user may have; nothing where no
/// host is one. Who is not root may be refused what root is given, so what fails then is untried.
pub(super) fn cluster(root: Option<&Path>, demand: &Demand) -> Vec<Check> {
    if demand.nodes == 0 {
        return Vec::new();
    }
    let ground = root.unwrap_or_else(|| "/".as_ref());
    vec![groups(ground, root.is_some()), layers(ground, root.is_some())]
}

/// A control group of version 2, which a host is shown as if it were all: as nodes have it.
fn groups(ground: &Path, is_root_of_hosts: bool) -> Check {
    let what = Text::of(
        "control groups of version 2 for each node",
        "grupos de control de la versión 2 para cada nodo",
    );
    let made = Groups::make().and_then(|all| {
        let sandbox = bare(ground, "probe").start()?;
        done(&sandbox, &node_groups(&format!("{}/probe", all.name())))
    });
    let seen = Text::of(
        "one was made, shown as if it were all, and removed",
        "se creó uno, se mostró como si fuera todo, y se quitó",
    );
    let mend = Text::of(
        "start the machine with `systemd.unified_cgroup_hierarchy=1`; in a container, `docker run --privileged --cgroupns=host …`",
        "arranque la máquina con `systemd.unified_cgroup_hierarchy=1`; en un contenedor, `docker run --privileged --cgroupns=host …`",
    );
    judged("node-groups", what, made, is_root_of_hosts, (seen, mend))
}

/// Layers of images lie on a file system in memory: an overlay may have no other overlay for its upper layer.
fn layers(ground: &Path, is_root_of_hosts: bool) -> Check {
    let what = Text::of(
        "layers of images in memory (overlay over tmpfs)",
        "capas de imágenes en memoria (overlay sobre tmpfs)",
    );
    let script = format!(
        "set -e
mkdir -p /run/probe
mount -t tmpfs -o mode=755,{NODE_ROOM} tmpfs /run/probe
cd /run/probe
mkdir one two upper work all
echo 1 > one/file
mount -t overlay -o lowerdir=two:one,upperdir=upper,workdir=work overlay all
rm all/file
echo 2 > all/other
"
    );
    let made = bare(ground, "probe").start().and_then(|it| done(&it, &script));
    let seen = Text::of(
        "layers were laid over each other, and written to",
        "se pusieron capas unas sobre otras, y se escribió en ellas",
    );
    let mend = Text::of(
        "a kernel of 3.18 or newer with CONFIG_OVERLAY_FS and CONFIG_TMPFS_XATTR, as those of distributions are",
        "un núcleo 3.18 o más nuevo con CONFIG_OVERLAY_FS y CONFIG_TMPFS_XATTR, como los de las distribuciones",
    );
    judged("node-layers", what, made, is_root_of_hosts, (seen, mend))
}

/// What a script does in a host.
fn done(sandbox: &Sandbox, script: &str) -> Result<(), Failure> {
    let script = Command::new("/bin/sh").args(["-c", script]);
    sandbox.run(&script).and_then(fmc_sys::Outcome::ok).map(|_| ())
}

/// What came of a trial. The tools of this machine may be others than those of the root of hosts.
fn judged(
    name: &'static str,
    what: Text,
    made: Result<(), Failure>,
    is_root_of_hosts: bool,
    (seen, mend): (Text, Text),
) -> Check {
    match made {
        Ok(()) => Check::fine(name, what, seen),
        Err(Failure::Command(why)) if !is_root_of_hosts => {
            Check::untried(name, what, said(&Failure::Command(why)))
        }
        // What is not there at all is no matter of rights.
        Err(why @ (Failure::Wrong(_) | Failure::Command(_))) => {
            Check::missing(name, what, said(&why), (NO_NODE, mend))
        }
        Err(why) => Check::missing(name, what, said(&why), (NO_NODE, outside())),
    }
}

/// Instances of inotify(7): as many as one user may have, for all hosts are of one, less those that this one has.
pub fn instances(demand: &Demand) -> Option<Check> {
    if demand.nodes == 0 && demand.booted == 0 {
        return None;
    }
    let what = Text::of("instances of inotify", "instancias de inotify");
    // wireguard-go, where the kernel has no tunnels, takes one for each of its ends.
    let needed = INSTANCES.of(demand) + demand.tunnels as u64 + BOOTED * demand.booted as u64;
    let most = fs::read_to_string("/proc/sys/fs/inotify/max_user_instances").ok();
    let Some(most) = most.and_then(|it| it.trim().parse::<u64>().ok()) else {
        let why = Text::of("/proc does not tell", "/proc no lo dice");
        return Some(Check::untried("inotify", what, why));
    };
    let taken = taken();
    let seen = text!(
        "{most} may be and {taken} are of root already, about {needed} are needed",
        "puede haber {most} y ya hay {taken} de root, hacen falta unas {needed}"
    );
    if most.saturating_sub(taken) >= needed {
        return Some(Check::fine("inotify", what, seen));
    }
    let cannot = Text::of(
        "systemd, containerd and kubelets end as soon as they begin",
        "systemd, containerd y los kubelets terminan nada más empezar",
    );
    let mend = (needed + taken).next_power_of_two().max(512);
    let mend = Text::same(&format!("sysctl -w fs.inotify.max_user_instances={mend}"));
    Some(Check::missing("inotify", what, seen, (cannot, mend)))
}

/// How many of them root has: those of processes that whoever asks may look at.
fn taken() -> u64 {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let of_root = processes.filter(|it| it.metadata().is_ok_and(|it| it.uid() == 0));
    let files =
        of_root.filter_map(|it| fs::read_dir(it.path().join("fd")).ok()).flatten().flatten();
    let is_one = |it: &fs::DirEntry| {
        fs::read_link(it.path()).is_ok_and(|it| it.as_os_str() == "anon_inode:inotify")
    };
    files.filter(is_one).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirements::State;

    #[test]
    fn who_has_no_node_is_asked_for_nothing() {
        assert!(cluster(None, &Demand::USUAL).is_empty());
        assert!(instances(&Demand::USUAL).is_none());
    }

    #[test]
    fn more_nodes_than_one_user_may_watch_files_for_are_told_with_the_mend() {
        let many = Demand { nodes: 1 << 30, ..Demand::WITH_KUBERNETES };
        let check = instances(&many).expect("there are nodes");
        let State::Missing { mend, .. } = &check.state else { panic!("{check:?}") };
        let most = mend.en.strip_prefix("sysctl -w fs.inotify.max_user_instances=");
        let most: u64 = most.and_then(|it| it.parse().ok()).expect("a number");
        assert!(most >= 8 << 30, "{most}");
        // Who starts hosts by systemd needs some for each, be there nodes or not.
        let booted = Demand { booted: 1 << 30, ..Demand::USUAL };
        assert!(instances(&booted).is_some_and(|it| it.is_missing()));
        // As in the founding cloud, whose nodes were counted.
        assert_eq!(INSTANCES.of(&Demand::WITH_KUBERNETES), 56);
    }
}

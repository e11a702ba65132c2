//! What a node of Kubernetes is given here, where all nodes share one kernel.
//!
//! Control groups of its own, below ours; a tree whose mounts reach containers; room for images that lies on no
//! overlay; and kernel parameters that are the machine's and that the kubelet insists on, as files that say what it
//! wants to read. Measured: what no node may do is limit what its pods use, for the controllers are the machine's.

use super::Part;
use super::images::{DEMO, PAUSE};
use fmc_model::setup::{Command, Process};
use fmc_model::{Text, text};
use fmc_sys::Placed;
use std::fmt::Write as _;
use std::path::Path;

/// What runs containers, with the file that says how.
const CONTAINERD: &str = "containerd";
const CONTAINERD_FILE: &str = "/etc/containerd/config.toml";

/// What the kubelet reads besides its file
/// (<https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/#kubelet-configuration-merging-order>).
const KUBELET: &str = "kubelet";
const KUBELET_FILE: &str = "/etc/kubernetes/kubelet.conf.d/50-rehearsal.conf";

/// The process that makes a node of a host, and the one that gives it its images.
const NAME: &str = "rehearsed-node";
const IMAGES: &str = "rehearsed-images";

/// Where it finds them.
const ARCHIVE: &str = "/run/rehearsed-images.tar";

/// What the kubelet sets for the whole machine unless it is so already (`setupKernelTunables` of its container
/// manager), and what it is shown.
const TUNABLES: [(&str, &str); 6] = [
    ("kernel/keys/root_maxbytes", "25000000"),
    ("kernel/keys/root_maxkeys", "1000000"),
    ("kernel/panic", "10"),
    ("kernel/panic_on_oops", "1"),
    ("vm/overcommit_memory", "1"),
    ("vm/panic_on_oom", "0"),
];

/// Makes a node of a host that is to run containers, with the images of this archive. It finds its control group,
/// `group`, below that of this process; systemd has made it one, and finds its own.
pub(crate) fn add(part: &mut Part, group: &str, systemd: bool, images: &Path) {
    let Some(runtime) = part.process(CONTAINERD) else { return };
    let (name, cause) = (NAME.to_owned(), runtime.cause.clone());
    for process in &mut part.processes {
        if process.name == CONTAINERD {
            process.after.push(name.clone());
        }
    }
    let mut script = "set -e\n".to_owned();
    if !systemd {
        script += &cgroups(group);
        script += PARAMETERS;
    }
    for (path, value) in TUNABLES {
        let file = format!("/run/{NAME}/{}", path.replace('/', "."));
        let _ = writeln!(
            script,
            "mkdir -p /run/{NAME}; echo {value} > {file}; mount --bind {file} /proc/sys/{path}"
        );
    }
    script += REST;
    let command = Command::new("/bin/sh", ["-c", &script]);
    part.processes.push(Process::once(NAME, vec![command], cause.clone()));
    let sandbox = runtime_file(part, systemd);
    part.files.push(Placed::new(RUNC, RUNC_SCRIPT).mode(0o755));
    part.programs.push((images.to_owned(), ARCHIVE.to_owned()));
    let mut import = Process::once(IMAGES, imports(sandbox.as_deref()), cause);
    import.after.push(CONTAINERD.to_owned());
    import.before.push(KUBELET.to_owned());
    part.processes.push(import);
    if part.process(KUBELET).is_some() {
        part.files.push(Placed::new(KUBELET_FILE, kubelet(systemd)));
    }
    part.stand_ins.push(text!(
        "two images of fmc's own ({DEMO} is one), for those of a registry",
        "dos imágenes del propio fmc ({DEMO} es una), por las de un registro"
    ));
    part.stand_ins.push(Text::of(
        "pods have no limits of their own here: the controllers are the machine's",
        "aquí los pods no tienen límites propios: los controladores son de la máquina",
    ));
}

/// Shows a host one control group as if it were all (cgroups(7)).
fn cgroups(group: &str) -> String {
    format!(
        "mkdir -p /run/{NAME}/groups
mount -t cgroup2 cgroup2 /run/{NAME}/groups
mkdir -p /run/{NAME}/groups/{group}
mount --bind /run/{NAME}/groups/{group} /sys/fs/cgroup
umount /run/{NAME}/groups
"
    )
}

/// Kernel parameters are the machine's but for those of the network.
const PARAMETERS: &str = "\
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,rw /proc/sys/net
";

/// What containerd calls in the place of runc. Containers may by custom make devices, which no host may here, and
/// runc starts none that asks for what its node may not (`process.capabilities` of the runtime-spec of the OCI).
const RUNC: &str = "/run/rehearsed-runc";
const RUNC_SCRIPT: &str = "#!/bin/sh
option=
for it; do
    case $option in
        --bundle) file=$it/config.json ;;
        --process) file=$it ;;
        *) file= ;;
    esac
    [ -z \"$file\" ] || sed -i s/\\\"CAP_MKNOD\\\",//g \"$file\"
    option=$it
done
exec runc \"$@\"
";

/// Images are layers of overlays, which none of them may lie on; the kubelet looks for messages of the kernel, which
/// are not ours to read; and what is mounted on a node is to be seen in its containers.
const REST: &str = "\
for it in /var/lib/containerd /var/lib/kubelet; do mkdir -p $it; mount -t tmpfs -o mode=755 tmpfs $it; done
[ -e /dev/kmsg ] || ln -s null /dev/kmsg
mount --make-rshared /
";

/// Commands that give containerd its images, the one of pods by the name that its file has for it.
fn imports(sandbox: Option<&str>) -> Vec<Command> {
    let images = |words: &[&str]| {
        let all = ["--namespace", "k8s.io", "images"].iter().chain(words);
        Command::new("/usr/bin/ctr", all)
    };
    let mut all = vec![images(&["import", ARCHIVE])];
    all.extend(sandbox.map(|it| images(&["tag", "--force", PAUSE, it])));
    all
}

/// Changes the file of containerd, and gives back which image it says holds the namespaces of pods.
fn runtime_file(part: &mut Part, systemd: bool) -> Option<String> {
    let is_it = |it: &&mut Placed| it.path() == Path::new(CONTAINERD_FILE);
    let file = part.files.iter_mut().find(is_it)?;
    let mut text = String::from_utf8_lossy(file.contents()).into_owned();
    if !systemd {
        text = text.replace("SystemdCgroup = true", "SystemdCgroup = false");
    }
    let section = "[plugins.\"io.containerd.grpc.v1.cri\"]\n";
    text = text.replace(section, &format!("{section}disable_cgroup = true\n"));
    let program = |it: &str| match it.starts_with("BinaryName = ") {
        true => format!("BinaryName = \"{RUNC}\""),
        false => it.to_owned(),
    };
    text = text.lines().map(|it| program(it) + "\n").collect();
    let sandbox = text.lines().find_map(|it| it.strip_prefix("sandbox_image = "));
    let sandbox = sandbox.map(|it| it.trim_matches('"').to_owned());
    *file = file.clone().with(text);
    sandbox
}

/// What the kubelet is told otherwise (`kubelet.config.k8s.io/v1beta1`).
fn kubelet(systemd: bool) -> String {
    let driver = if systemd { "systemd" } else { "cgroupfs" };
    format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: {driver}
cgroupsPerQOS: false
enforceNodeAllocatable: []
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_config::Cause;
    use fmc_model::setup::Ready;

    fn part() -> Part {
        let cause = Cause::new(fmc_config::Place::default(), "worker");
        let daemon = |name: &str| {
            let command = Command::new(format!("/usr/bin/{name}"), ["--config", "x"]);
            Process::daemon(name, command, Ready::Notifies, cause.clone())
        };
        let text = "[plugins.\"io.containerd.grpc.v1.cri\"]\nsandbox_image = \"r.example/pause:3\"\nSystemdCgroup = true\nBinaryName = \"/opt/bin/runc\"\n";
        Part {
            processes: vec![daemon(CONTAINERD), daemon(KUBELET)],
            files: vec![Placed::new(CONTAINERD_FILE, text)],
            ..Part::default()
        }
    }

    #[test]
    fn a_node_is_made_before_anything_runs_on_it() {
        let mut part = part();
        add(&mut part, "fmc-1/worker1", false, Path::new("/x"));
        assert_eq!(part.process(CONTAINERD).unwrap().after, [NAME]);
        let made = format!("{:?}", part.process(NAME).unwrap().run);
        for expected in ["groups/fmc-1/worker1 /sys/fs/cgroup", "make-rshared", "/proc/sys/vm/"] {
            assert!(made.contains(expected), "{expected}: {made}");
        }
        let text = |path: &str| {
            let file = part.files.iter().find(|it| it.path() == Path::new(path)).unwrap();
            String::from_utf8(file.contents().to_vec()).unwrap()
        };
        assert!(text(CONTAINERD_FILE).contains("\"]\ndisable_cgroup = true\nsandbox_image"));
        assert!(text(CONTAINERD_FILE).contains("SystemdCgroup = false"));
        assert!(text(CONTAINERD_FILE).contains("BinaryName = \"/run/rehearsed-runc\"\n"));
        let images = format!("{:?}", part.process(IMAGES).unwrap().run);
        assert!(images.contains("\"fmc.invalid/pause:1\", \"r.example/pause:3\""), "{images}");
        assert!(text(KUBELET_FILE).contains("cgroupDriver: cgroupfs\n"));
    }

    #[test]
    fn under_systemd_its_groups_are_those_of_systemd() {
        let mut part = part();
        add(&mut part, "fmc-1/worker1", true, Path::new("/x"));
        let made = format!("{:?}", part.process(NAME).unwrap().run);
        assert!(!made.contains("cgroup2"), "{made}");
    }

    #[test]
    fn a_host_without_containers_is_none() {
        let mut part = Part::default();
        add(&mut part, "fmc-1/web1", false, Path::new("/x"));
        assert!(part.processes.is_empty() && part.stand_ins.is_empty());
    }
}

//! What a node of Kubernetes is given here, where all nodes share one kernel.
//!
//! Control groups of its own, below ours; a tree whose mounts reach containers; room for images that lies on no
//! overlay; and kernel parameters that are the machine's and that the kubelet insists on, as files that say what it
//! wants to read. Measured: what no node may do is limit what its pods use, for the controllers are the machine's.

use super::Part;
use super::images::{DEMO, DEMO_PROGRAM, DNS, DNS_PROGRAM, PAUSE, archive_of};
use super::units::PROTECTED;
use fmc_model::setup::{Command, Process, Restart};
use fmc_model::{Text, text};
use fmc_sys::Placed;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// What runs containers, with the file that says how.
const CONTAINERD: &str = "containerd";
const CONTAINERD_FILE: &str = "/etc/containerd/config.toml";

/// What the kubelet reads besides its file
/// (<https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/#kubelet-configuration-merging-order>).
pub(super) const KUBELET: &str = "kubelet";
const KUBELET_OWN: &str = "/etc/kubernetes/kubelet.yaml";
const TAINTS: &str = "registerWithTaints:";

/// Who is asked for names, as a host of the control plane applies it.
const NAMES_OBJECT: &str = "/etc/kubernetes/objects/2-deployment-coredns.yaml";
const TOLERATIONS: &str = "tolerations:";
const KUBELET_FILE: &str = "/etc/kubernetes/kubelet.conf.d/50-rehearsal.conf";

/// What leads to services, with the file that says how.
const PROXY: &str = "kube-proxy";
const PROXY_FILE: &str = "/etc/kubernetes/kube-proxy.yaml";

/// The process that makes a node of a host, and the one that gives it its images.
const NAME: &str = "rehearsed-node";
const IMAGES: &str = "rehearsed-images";

/// The process that gives it the image of who is asked for names. It is a big one, and no node waits for it.
const NAMES: &str = "rehearsed-names";

/// Where they find them.
const ARCHIVE: &str = "/run/rehearsed-images.tar";
const ARCHIVE_OF_NAMES: &str = "/run/rehearsed-names.tar";

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

/// Makes a node of a host that is to run containers, with the images of the archives in this folder; `dns` is what
/// the one is called here that is asked for names. It finds its control group, `group`, below that of this process;
/// systemd has made it one, and finds its own.
pub(crate) fn add(part: &mut Part, group: &str, systemd: bool, images: &Path, dns: Option<&str>) {
    let Some(runtime) = part.process(CONTAINERD) else { return };
    let cause = runtime.cause.clone();
    let own =
        part.processes.iter_mut().filter(|it| [CONTAINERD, KUBELET, PROXY].contains(&&*it.name));
    own.for_each(|it| it.after.push(NAME.to_owned()));
    let command = Command::new("/bin/sh", ["-c", &script(group, systemd)]);
    part.processes.push(Process::once(NAME, vec![command], cause.clone()));
    let sandbox = runtime_file(part, systemd);
    part.files.push(Placed::new(RUNC, runc()).mode(0o755));
    let archives = [(DEMO_PROGRAM, ARCHIVE), (DNS_PROGRAM, ARCHIVE_OF_NAMES)];
    part.programs
        .extend(archives.map(|(of, path)| (archive_of(images, of.component), path.to_owned())));
    let commands = imports(sandbox.as_deref(), &part.images);
    let mut import = Process::once(IMAGES, commands, cause.clone());
    import.restart = Restart::OnFailure;
    import.after.push(CONTAINERD.to_owned());
    import.before.push(KUBELET.to_owned());
    part.processes.push(import);
    let says = |path: &str, word: &str| {
        let mut read = part.files.iter().filter(|it| it.path() == Path::new(path));
        read.any(|it| String::from_utf8_lossy(it.contents()).contains(word))
    };
    // Its pods bear what keeps others away only where they would be nowhere.
    let dns = dns.filter(|_| !says(KUBELET_OWN, TAINTS) || says(NAMES_OBJECT, TOLERATIONS));
    if let Some(name) = dns {
        let commands =
            vec![ctr(&["import", ARCHIVE_OF_NAMES]), ctr(&["tag", "--force", DNS, name])];
        let mut import = Process::once(NAMES, commands, cause);
        import.restart = Restart::OnFailure;
        import.after.push(CONTAINERD.to_owned());
        part.processes.push(import);
    }
    if part.process(KUBELET).is_some() {
        part.files.push(Placed::new(KUBELET_FILE, kubelet(systemd)));
    }
    change(part, PROXY_FILE, |it| it + SCORE);
    let told = |it: &String| text!("{DEMO}, for {it}", "{DEMO}, por {it}");
    part.stand_ins.extend(part.images.iter().map(told));
    part.stand_ins.extend(dns.map(|it| text!("{DNS}, for {it}", "{DNS}, por {it}")));
    part.stand_ins.extend([
        text!(
            "images of fmc's own ({DEMO} is one), for those of a registry",
            "imágenes del propio fmc ({DEMO} es una), por las de un registro"
        ),
        Text::of(
            "pods have no limits of their own here, and no rights to devices, clock or kernel: these are the machine's",
            "aquí los pods no tienen límites propios, ni derechos sobre dispositivos, reloj o núcleo: son de la máquina",
        ),
        Text::of(
            "files, for the kernel parameters that the kubelet wants to set for the whole machine",
            "ficheros, por los parámetros del núcleo que el kubelet quiere fijar para toda la máquina",
        ),
    ]);
}

/// What makes a node of a host, before anything of it runs.
fn script(group: &str, systemd: bool) -> String {
    let mut script = format!("set -e\nmkdir -p /run/{NAME}/new\n");
    if !systemd {
        script += &groups(group);
        script += PROTECTED;
    }
    for (path, value) in TUNABLES {
        let file = format!("/run/{NAME}/{}", path.replace('/', "."));
        let _ = writeln!(script, "echo {value} > {file}; mount --bind {file} /proc/sys/{path}");
    }
    for folder in ["/var/lib/containerd", "/var/lib/kubelet"] {
        let new = format!("/run/{NAME}/new");
        let _ = writeln!(
            script,
            "mkdir -p {folder}
mount -t tmpfs -o mode=755,{ROOM} tmpfs {new}
cp -a {folder}/. {new}
mount --move {new} {folder}"
        );
    }
    script + REST
}

/// Shows a host one control group as if it were all (cgroups(7)).
pub(crate) fn groups(group: &str) -> String {
    format!(
        "set -e
mkdir -p /run/{NAME}/groups
mount -t cgroup2 cgroup2 /run/{NAME}/groups
mkdir -p /run/{NAME}/groups/{group}
mount --bind /run/{NAME}/groups/{group} /sys/fs/cgroup
umount /run/{NAME}/groups
"
    )
}

/// How much images and volumes may take, each: enough for what is tried, and little enough that a pod that fills
/// its disk does not fill the memory of the machine. Images are layers of overlays, which none of them may lie on.
pub(crate) const ROOM: &str = "size=1g";

/// The kubelet looks for messages of the kernel, which are not ours to read; and what is mounted on a node is to be
/// seen in its containers.
const REST: &str = "\
[ -e /dev/kmsg ] || ln -s null /dev/kmsg
mount --make-rshared /
";

/// What containerd calls in the place of runc. Containers may by custom make devices, which no host may here, and
/// runc starts none that asks for what its node may not (`process.capabilities` of the runtime-spec of the OCI).
const RUNC: &str = "/run/rehearsed-runc";

/// Takes away what no host may, wherever it stands in a list, before runc reads it.
fn runc() -> String {
    let take = |it: &str| {
        [format!("\"CAP_{it}\","), format!(",\"CAP_{it}\""), format!("\"CAP_{it}\"")]
            .map(|it| format!(" -e 's/{it}//g'"))
            .concat()
    };
    let taken: String = fmc_sys::given_up().map(take).collect();
    format!(
        "#!/bin/sh
option=
for it; do
    case $option in
        --bundle) file=$it/config.json ;;
        --process) file=$it ;;
        *) file= ;;
    esac
    [ -z \"$file\" ] || sed -i{taken} \"$file\"
    option=$it
done
exec runc \"$@\"
"
    )
}

/// Commands that give containerd its images: the one of pods by the name that its file has for it, and the site by
/// those of the apps for which it stands.
fn imports(sandbox: Option<&str>, apps: &BTreeSet<String>) -> Vec<Command> {
    let mut all = vec![ctr(&["import", ARCHIVE])];
    all.extend(sandbox.map(|it| ctr(&["tag", "--force", PAUSE, it])));
    all.extend(apps.iter().map(|it| ctr(&["tag", "--force", DEMO, it])));
    all
}

/// Has containerd do something with images of pods.
fn ctr(words: &[&str]) -> Command {
    let all = ["--namespace", "k8s.io", "images"].iter().chain(words);
    Command::new("/usr/bin/ctr", all)
}

/// Changes a file of a host, if it has that.
fn change(part: &mut Part, path: &str, with: impl FnOnce(String) -> String) {
    if let Some(file) = part.files.iter_mut().find(|it| it.path() == Path::new(path)) {
        let text = String::from_utf8_lossy(file.contents()).into_owned();
        *file = file.clone().with(with(text));
    }
}

/// Changes the file of containerd, and gives back which image it says holds the namespaces of pods. Whatever is not
/// there to be changed, as in a file by hand, is told.
fn runtime_file(part: &mut Part, systemd: bool) -> Option<String> {
    let (mut missing, mut sandbox) = (Vec::new(), None);
    change(part, CONTAINERD_FILE, |text| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut put = |start: &str, line: &dyn Fn(&str) -> String| match lines
            .iter_mut()
            .find(|it| it.starts_with(start))
        {
            Some(it) => *it = line(it),
            None => missing.push(start.to_owned()),
        };
        put("[plugins.\"io.containerd.grpc.v1.cri\"]", &|it| {
            format!("{it}\ndisable_cgroup = true")
        });
        put("BinaryName = ", &|_| format!("BinaryName = \"{RUNC}\""));
        // The machine has more to do than to rehearse.
        put("oom_score = ", &|_| "oom_score = 0".to_owned());
        if !systemd {
            put("SystemdCgroup = ", &|_| "SystemdCgroup = false".to_owned());
        }
        let image = lines.iter().find_map(|it| it.strip_prefix("sandbox_image = "));
        sandbox = image.map(|it| it.trim_matches('"').to_owned());
        lines.join("\n") + "\n"
    });
    for it in missing {
        let why = text!(
            "{CONTAINERD_FILE} has no `{it}`, which is another one here",
            "{CONTAINERD_FILE} no tiene `{it}`, que aquí es otro"
        );
        part.left_out.push((CONTAINERD.to_owned(), why));
    }
    sandbox
}

/// That nothing here is spared where the memory of the machine runs out.
const SCORE: &str = "oomScoreAdj: 0\n";

/// What the kubelet is told otherwise (`kubelet.config.k8s.io/v1beta1`).
fn kubelet(systemd: bool) -> String {
    let driver = if systemd { "systemd" } else { "cgroupfs" };
    format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: {driver}
cgroupsPerQOS: false
enforceNodeAllocatable: []
{SCORE}"
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
        let text = "oom_score = -999
[plugins.\"io.containerd.grpc.v1.cri\"]
sandbox_image = \"r.example/pause:3\"
SystemdCgroup = true
BinaryName = \"/opt/bin/runc\"
";
        Part {
            processes: vec![daemon(CONTAINERD), daemon(KUBELET)],
            files: vec![
                Placed::new(CONTAINERD_FILE, text),
                Placed::new(PROXY_FILE, "mode: nftables\n"),
            ],
            ..Part::default()
        }
    }

    fn text(part: &Part, path: &str) -> String {
        let file = part.files.iter().find(|it| it.path() == Path::new(path)).unwrap();
        String::from_utf8(file.contents().to_vec()).unwrap()
    }

    #[test]
    fn a_node_is_made_before_anything_runs_on_it() {
        let mut part = part();
        part.images.insert("r.example/wiki:2".to_owned());
        add(&mut part, "fmc-1/worker1", false, Path::new("/x"), Some("r.example/dns:1"));
        for name in [CONTAINERD, KUBELET] {
            assert_eq!(part.process(name).unwrap().after, [NAME], "{name}");
        }
        let made = format!("{:?}", part.process(NAME).unwrap().run);
        for expected in ["groups/fmc-1/worker1 /sys/fs/cgroup", "make-rshared", "/proc/sys/vm/"] {
            assert!(made.contains(expected), "{expected}: {made}");
        }
        let images = format!("{:?}", part.process(IMAGES).unwrap().run);
        let names = format!("{:?}", part.process(NAMES).unwrap().run);
        assert!(names.contains("\"fmc.invalid/dns:1\", \"r.example/dns:1\""), "{names}");
        assert!(images.contains("\"fmc.invalid/pause:1\", \"r.example/pause:3\""), "{images}");
        assert!(images.contains("\"fmc.invalid/demo:1\", \"r.example/wiki:2\""), "{images}");
        assert!(
            part.stand_ins.iter().any(|it| it.en == "fmc.invalid/demo:1, for r.example/wiki:2")
        );
        assert!(part.stand_ins.iter().any(|it| it.en == "fmc.invalid/dns:1, for r.example/dns:1"));
        let runtime = "oom_score = 0
[plugins.\"io.containerd.grpc.v1.cri\"]
disable_cgroup = true
sandbox_image = \"r.example/pause:3\"
SystemdCgroup = false
BinaryName = \"/run/rehearsed-runc\"
";
        assert_eq!(text(&part, CONTAINERD_FILE), runtime);
        assert_eq!(text(&part, PROXY_FILE), "mode: nftables\noomScoreAdj: 0\n");
        assert!(text(&part, KUBELET_FILE).contains("cgroupDriver: cgroupfs\n"));
        assert!(part.left_out.is_empty(), "{:?}", part.left_out);
    }

    /// What containers ask for and no host has is not asked of runc, wherever it stands.
    #[test]
    fn rights_that_no_host_has_are_taken_away() {
        let folder = std::env::temp_dir().join(format!("fmc-runc-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (script, file) = (folder.join("script"), folder.join("config.json"));
        std::fs::write(&script, runc().replace("exec runc", "exec true")).unwrap();
        let asked = r#"{"a":["CAP_MKNOD","CAP_CHOWN","CAP_SYS_TIME"],"b":["CAP_SYSLOG"],"c":[]}"#;
        std::fs::write(&file, asked).unwrap();
        let mut command = std::process::Command::new("sh");
        let ended = command.arg(&script).args(["create", "--bundle"]).arg(&folder).status();
        let left = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(ended.unwrap().success());
        assert_eq!(left, r#"{"a":["CAP_CHOWN"],"b":[],"c":[]}"#);
    }

    #[test]
    fn what_a_file_by_hand_does_not_say_is_told() {
        let mut part = part();
        change(&mut part, CONTAINERD_FILE, |it| it.replace("oom_score", "#"));
        add(&mut part, "fmc-1/worker1", false, Path::new("/x"), Some("r.example/dns:1"));
        assert_eq!(part.left_out.len(), 1);
        assert!(part.left_out[0].1.en.contains("oom_score"), "{:?}", part.left_out);
    }

    #[test]
    fn under_systemd_its_groups_are_those_of_systemd() {
        let mut part = part();
        add(&mut part, "fmc-1/worker1", true, Path::new("/x"), None);
        let made = format!("{:?}", part.process(NAME).unwrap().run);
        assert!(!made.contains("cgroup2"), "{made}");
        assert!(text(&part, CONTAINERD_FILE).contains("SystemdCgroup = true\n"));
        assert!(text(&part, KUBELET_FILE).contains("cgroupDriver: systemd\n"));
    }

    #[test]
    fn a_host_without_containers_is_none() {
        let mut part = Part::default();
        add(&mut part, "fmc-1/web1", false, Path::new("/x"), Some("r.example/dns:1"));
        assert!(part.processes.is_empty() && part.stand_ins.is_empty());
    }
}

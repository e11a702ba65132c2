//! What a host has besides its files so that systemd starts it here: what the packages of the root would start is
//! not started, what does not run here is passed over, and the words of each process lie where they are looked
//! for.

use super::Part;
use fmc_model::setup::Process;
use fmc_sys::Placed;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Who starts what runs on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Init {
    /// We do, from what units are made of.
    #[default]
    Ours,
    /// systemd, as its first process, from the units.
    Systemd,
}

/// The program of the first process.
pub(crate) const FIRST: &str = "/run/fmc-init";

/// Where a host sees the folder of its logs.
pub(crate) const LOGS: &str = "/run/fmc-logs";

/// The name under which it is told how systemd itself is.
pub(crate) const ITSELF: &str = "systemd";

/// Where the machine's own units lie (systemd.unit(5)), and where ours do that are for here alone.
const UNITS: &str = "/etc/systemd/system/";
const HERE: &str = "/run/systemd/system/";

/// What is static in the root and is somebody else's here: interfaces and devices are there already, and kernel
/// parameters and modules are the machine's.
const MASKED: [&str; 19] = [
    "NetworkManager.service",
    "dev-hugepages.mount",
    "kmod-static-nodes.service",
    "proc-sys-fs-binfmt_misc.automount",
    "run-rpc_pipefs.mount",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "systemd-binfmt.service",
    "systemd-modules-load.service",
    "systemd-networkd.service",
    "systemd-sysctl.service",
    "systemd-tmpfiles-setup-dev.service",
    "systemd-udev-trigger.service",
    "systemd-udevd-control.socket",
    "systemd-udevd-kernel.socket",
    "systemd-udevd.service",
    "systemd-vconsole-setup.service",
];

/// What would make units of what packages left in the root (systemd.generator(7)).
const GENERATORS: [&str; 7] = [
    "cloud-init-generator",
    "netplan",
    "postgresql-generator",
    "systemd-fstab-generator",
    "systemd-getty-generator",
    "systemd-gpt-auto-generator",
    "systemd-sysv-generator",
];

/// The part of a host whose systemd finds its control group, `group`, below that of this process.
pub(crate) fn under_systemd(part: Part, group: &str) -> Part {
    let mut part = Part { init: Init::Systemd, ..part };
    let runs: BTreeSet<String> = part.processes.iter().map(|it| it.name.clone()).collect();
    let is_run = |unit: &str| unit.strip_suffix(".service").is_some_and(|it| runs.contains(it));
    // Folders of others are shown, and disks are not there.
    let is_mount =
        |path: &Path| path.starts_with(UNITS) && path.extension().is_some_and(|it| it == "mount");
    part.files.retain(|it| !is_mount(it.path()));
    part.links.retain(|(path, _)| match path.rsplit_once(".wants/") {
        Some((folder, unit)) => !folder.starts_with(UNITS) || is_run(unit),
        None => true,
    });
    let built: BTreeSet<String> = part.files.iter().filter_map(|it| unit_at(it.path())).collect();
    let null = |path: String| (path, "/dev/null".to_owned());
    let masks = MASKED.iter().map(|it| null(format!("{UNITS}{it}")));
    let generators =
        GENERATORS.iter().map(|it| null(format!("/etc/systemd/system-generators/{it}")));
    part.links.extend(masks.chain(generators));
    for unit in built.iter().filter(|it| !is_run(it)) {
        // Whoever wants it goes on without it.
        let text = "[Unit]\nConditionPathExists=/run/not-in-a-rehearsal\n";
        part.files.push(Placed::new(format!("{HERE}{unit}.d/not-here.conf"), text));
    }
    for process in &part.processes {
        let unit = format!("{}.service", process.name);
        if !built.contains(&unit) {
            let target = if process.before_network { "sysinit" } else { "multi-user" };
            part.files.push(Placed::new(format!("{HERE}{unit}"), process.unit()));
            let wanted = format!("{HERE}{target}.target.wants/{unit}");
            part.links.push((wanted, format!("{HERE}{unit}")));
        } else if part.otherwise.contains(&process.name) {
            let text = commands(process);
            part.files.push(Placed::new(format!("{HERE}{unit}.d/otherwise.conf"), text));
        }
        // What is there here alone is in no unit that was built.
        let is_here =
            |it: &&String| runs.contains(*it) && !built.contains(&format!("{it}.service"));
        let waits: Vec<String> =
            process.after.iter().filter(is_here).map(|it| format!("{it}.service")).collect();
        if built.contains(&unit) && !waits.is_empty() {
            let waits = waits.join(" ");
            let text = format!("[Unit]\nRequires={waits}\nAfter={waits}\n");
            part.files.push(Placed::new(format!("{HERE}{unit}.d/after.conf"), text));
        }
        let name = &process.name;
        let text =
            format!("[Service]\nStandardOutput=append:{LOGS}/{name}.log\nStandardError=inherit\n");
        part.files.push(Placed::new(format!("{HERE}{unit}.d/log.conf"), text));
        if is_kept(process) {
            // What comes after it would write in what is being kept.
            let kept = kept(name);
            let text = format!(
                "[Service]\nExecStartPost=-/bin/sh -c 'i=0; until [ -e {kept} ] || [ $$i = 600 ]; \
                 do i=$$((i + 1)); sleep 0.1; done'\n"
            );
            part.files.push(Placed::new(format!("{HERE}{unit}.d/kept.conf"), text));
        }
    }
    part.files.push(Placed::new(FIRST, first(group)).mode(0o755));
    part
}

/// Whether what a process makes once is kept for the next time.
pub(super) fn is_kept(process: &Process) -> bool {
    process.done.is_some() && !process.makes.is_empty()
}

/// The file that says that what a process made has been kept.
pub(super) fn kept(name: &str) -> String {
    format!("/run/fmc-kept.{name}")
}

/// The unit that a path is.
fn unit_at(path: &Path) -> Option<String> {
    let name = path.to_str()?.strip_prefix(UNITS)?;
    let is_service = path.extension().is_some_and(|it| it == "service");
    (is_service && !name.contains('/')).then(|| name.to_owned())
}

/// The commands of a process in place of those that its unit says.
fn commands(process: &Process) -> String {
    let unit = process.unit();
    let mut text = "[Service]\n".to_owned();
    let mut before = "";
    for line in unit.lines() {
        let Some((key, _)) = line.split_once('=').filter(|it| it.0.starts_with("Exec")) else {
            continue;
        };
        if key != before {
            // An empty one takes back what the unit says (systemd.service(5)).
            let _ = writeln!(text, "{key}=");
            before = key;
        }
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Lines of a shell after which kernel parameters are only read but for those of the network: they are the machine's.
pub(super) const PROTECTED: &str = "\
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,rw /proc/sys/net
[ ! -e /proc/sysrq-trigger ] || mount --bind /proc/sysrq-trigger /proc/sysrq-trigger
[ ! -e /proc/sysrq-trigger ] || mount -o remount,bind,ro /proc/sysrq-trigger
";

/// What becomes systemd. Kernel parameters are the machine's but for those of the network, and its control group
/// is the root of all that it sees.
fn first(group: &str) -> String {
    format!(
        "#!/bin/sh
exec < /dev/null >> {LOGS}/{ITSELF}.log 2>&1
set -e
{PROTECTED}mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /sys/fs/cgroup/{group}
echo 0 > /sys/fs/cgroup/{group}/cgroup.procs
umount /sys/fs/cgroup
exec unshare --cgroup sh -ec '
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec /lib/systemd/systemd --system --unit=multi-user.target'
"
    )
}

#[cfg(test)]
mod tests {
    use super::{Part, under_systemd};
    use fmc_config::Cause;
    use fmc_model::setup::{Command, Process, Ready};
    use fmc_sys::Placed;
    use std::path::Path;

    fn process(name: &str, words: &[&str]) -> Process {
        let cause = Cause::new(fmc_config::Place::default(), "test");
        Process::daemon(name, Command::new("/usr/sbin/it", words), Ready::Started, cause)
    }

    fn text<'p>(part: &'p Part, path: &str) -> Option<&'p str> {
        let file = part.files.iter().find(|it| it.path() == Path::new(path));
        file.map(|it| std::str::from_utf8(it.contents()).expect("it is text"))
    }

    #[test]
    fn what_is_built_waits_for_what_is_here_alone() {
        let mut web = process("web", &[]);
        web.after = ["other", "made"].map(str::to_owned).into();
        let part = Part {
            files: ["web", "other"]
                .map(|it| Placed::new(format!("/etc/systemd/system/{it}.service"), "[Unit]\n"))
                .into(),
            processes: vec![web, process("other", &[]), process("made", &[])],
            ..Part::default()
        };
        let part = under_systemd(part, "fmc-1/web1");
        let waits = text(&part, "/run/systemd/system/web.service.d/after.conf");
        assert_eq!(waits, Some("[Unit]\nRequires=made.service\nAfter=made.service\n"));
        assert!(text(&part, "/run/systemd/system/other.service.d/after.conf").is_none());
    }

    #[test]
    fn what_runs_is_started_and_nothing_else() {
        let unit = |name: &str| Placed::new(format!("/etc/systemd/system/{name}"), "[Unit]\n");
        let wanted = |name: &str| {
            let path = format!("/etc/systemd/system/multi-user.target.wants/{name}");
            (path, format!("/etc/systemd/system/{name}"))
        };
        let part = Part {
            files: vec![unit("web.service"), unit("left.service"), unit("srv.mount")],
            links: vec![wanted("web.service"), wanted("left.service"), wanted("srv.mount")],
            processes: vec![process("web", &["-x", "100%"]), process("stand-in", &[])],
            otherwise: ["web".to_owned()].into(),
            ..Part::default()
        };
        let part = under_systemd(part, "fmc-1/web1");
        let links: Vec<&str> = part.links.iter().map(|it| it.0.as_str()).collect();
        assert!(links.contains(&"/etc/systemd/system/multi-user.target.wants/web.service"));
        assert!(links.contains(&"/run/systemd/system/multi-user.target.wants/stand-in.service"));
        assert!(!links.iter().any(|it| it.contains("left") || it.contains("srv")));
        assert_eq!(text(&part, "/etc/systemd/system/srv.mount"), None);
        let here = |name: &str| text(&part, &format!("/run/systemd/system/{name}"));
        let passed = here("left.service.d/not-here.conf").expect("it is passed over");
        assert!(passed.contains("ConditionPathExists"));
        let other = here("web.service.d/otherwise.conf");
        assert_eq!(other, Some("[Service]\nExecStart=\nExecStart=/usr/sbin/it -x 100%%\n"));
        assert!(here("stand-in.service").is_some_and(|it| it.contains("ExecStart=/usr/sbin/it")));
        assert!(here("web.service").is_none());
        assert!(here("web.service.d/log.conf").is_some_and(|it| it.contains("web.log")));
        let first = text(&part, super::FIRST).expect("it has a first process");
        assert!(first.contains("/sys/fs/cgroup/fmc-1/web1/cgroup.procs"));
        assert!(first.contains("/proc/sysrq-trigger"));
    }
}

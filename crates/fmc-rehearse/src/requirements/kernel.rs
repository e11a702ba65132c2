//! What is needed of the kernel.

use super::cluster::cluster;
use super::network::network;
use super::{Check, Demand};
use crate::stage::bare;
use fmc_model::{Text, text};
use fmc_sys::{Failure, Trial, overlay};
use rustix::io::Errno;
use std::path::Path;

/// What everything stands on.
const NOTHING: Text = Text::of("no host can be begun", "no se puede empezar ningún host");

/// Tries everything of the kernel that a cloud asks for. `root` is that of hosts, where it is there already:
/// without it this machine's own tree and tools serve, as far as they do. Who is not root may be refused what
/// root is given, so what fails then is untried.
pub fn kernel(root: Option<&Path>, demand: &Demand, is_root: bool) -> Vec<Check> {
    let mut all = vec![release(), proc()];
    if all.iter().any(Check::is_missing) {
        // Nothing can be tried without it.
        return all;
    }
    all.extend([namespaces(), users(), groups()]);
    let ground = root.unwrap_or_else(|| "/".as_ref());
    all.push(overlaid(ground));
    all.extend(cluster(root, demand));
    match bare(ground, "probe").start() {
        Err(why) => {
            let (what, why) = (host_words(), said(&why));
            all.push(Check::missing("host", what, why, (NOTHING, outside())));
        }
        Ok(sandbox) => {
            let seen = Text::of("begun, and ended again", "empezado, y terminado de nuevo");
            all.push(Check::fine("host", host_words(), seen));
            all.extend(network(root, &sandbox, demand));
        }
    }
    if !is_root {
        all.iter_mut().filter(|it| it.is_missing()).for_each(unknown);
    }
    all
}

/// What was refused to who is not root.
fn unknown(check: &mut Check) {
    let (en, es) = (&check.seen.en, &check.seen.es);
    let why = Text {
        en: format!("refused to you, and perhaps not to root: {en}").into(),
        es: format!("se le niega a usted, y quizá no a root: {es}").into(),
    };
    *check = Check::untried(check.name, check.what.clone(), why);
}

/// What the kernel or a tool said, in whatever language it does.
pub(super) fn said(why: &Failure) -> Text {
    let why = why.to_string();
    let lines: Vec<&str> = why.lines().take(3).collect();
    Text::same(&lines.join("; "))
}

fn errno(why: &Failure) -> Option<Errno> {
    match why {
        Failure::System { source, .. } => Errno::from_io_error(source),
        _ => None,
    }
}

/// Of a fault that has no other name than that something outside of us forbids it.
pub(super) fn outside() -> Text {
    Text::of(
        "outside of a container, or in one with all rights (`docker run --privileged …`), it is allowed",
        "fuera de un contenedor, o en uno con todos los permisos (`docker run --privileged …`), se permite",
    )
}

fn release() -> Check {
    let name = rustix::system::uname();
    let seen = format!("{} {}", name.sysname().to_string_lossy(), name.release().to_string_lossy());
    Check::fine("kernel", Text::of("Linux", "Linux"), Text::same(&seen))
}

/// Namespaces are held by it, and parameters of a network are set in it.
fn proc() -> Check {
    let what = Text::same("/proc");
    let needed = ["thread-self/ns/net", "self/fd", "sys/net/ipv4", "sys/net/ipv6"];
    let gone = needed.iter().find(|it| !Path::new("/proc").join(it).exists());
    let Some(gone) = gone else {
        let seen =
            Text::of("it is there, with both versions of IP", "está, con ambas versiones de IP");
        return Check::fine("proc", what, seen);
    };
    let why = text!("there is no /proc/{gone}", "no hay /proc/{gone}");
    let mend = if gone.ends_with("ipv6") {
        Text::of(
            "start the machine without `ipv6.disable=1`",
            "arranque la máquina sin `ipv6.disable=1`",
        )
    } else {
        Text::same("mount -t proc proc /proc")
    };
    Check::missing("proc", what, why, (NOTHING, mend))
}

fn namespaces() -> Check {
    let what = Text::of(
        "namespaces of networks, mounts, processes, messages, names and control groups",
        "espacios de nombres de redes, montajes, procesos, mensajes, nombres y grupos de control",
    );
    let needed = Trial::ALL.into_iter().filter(|it| *it != Trial::Users);
    for trial in needed {
        let Err(why) = trial.run() else { continue };
        let mend = match errno(&why) {
            Some(Errno::NOSPC) => Text::same(
                "sysctl -w user.max_net_namespaces=10000 user.max_mnt_namespaces=10000 user.max_pid_namespaces=10000 user.max_uts_namespaces=10000 user.max_ipc_namespaces=10000 user.max_cgroup_namespaces=10000",
            ),
            Some(Errno::INVAL) => Text::of(
                "a kernel that was built with all namespaces (CONFIG_NAMESPACES, CONFIG_CGROUPS), as those of distributions are",
                "un núcleo compilado con todos los espacios de nombres (CONFIG_NAMESPACES, CONFIG_CGROUPS), como los de las distribuciones",
            ),
            _ => outside(),
        };
        return Check::missing("namespaces", what, said(&why), (NOTHING, mend));
    }
    let seen = Text::of("each was entered", "se ha entrado en cada uno");
    Check::fine("namespaces", what, seen)
}

/// Root needs none; they are how who is not root tries this.
fn users() -> Check {
    let what = Text::of("namespaces of users", "espacios de nombres de usuarios");
    if Trial::Users.run().is_ok() {
        let seen = Text::of("one was entered", "se ha entrado en uno");
        Check::fine("users", what, seen)
    } else {
        let by = Text::of("root, who needs none", "root, que no los necesita");
        Check::bridged("users", what, by)
    }
}

/// Of whichever version they are, a namespace of them is enough where no host is a node of Kubernetes.
fn groups() -> Check {
    let what = Text::of("control groups", "grupos de control");
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let has = |kind: &str| mounts.lines().any(|it| it.contains(&format!(" - {kind} ")));
    let seen = match (has("cgroup"), has("cgroup2")) {
        (false, true) => Text::of("version 2", "versión 2"),
        (true, false) => Text::of("version 1", "versión 1"),
        (true, true) => Text::of("versions 1 and 2", "versiones 1 y 2"),
        (false, false) if Path::new("/proc/self/ns/cgroup").exists() => Text::of(
            "mounted nowhere here, which is enough",
            "no están montados aquí, lo que basta",
        ),
        (false, false) => {
            let why = Text::of("this kernel has none", "este núcleo no tiene ninguno");
            let mend = Text::of(
                "a kernel that was built with CONFIG_CGROUPS, as those of distributions are",
                "un núcleo compilado con CONFIG_CGROUPS, como los de las distribuciones",
            );
            return Check::missing("cgroups", what, why, (NOTHING, mend));
        }
    };
    Check::fine("cgroups", what, seen)
}

fn overlaid(root: &Path) -> Check {
    let what = Text::of("overlay file systems", "sistemas de ficheros superpuestos (overlay)");
    let Err(why) = overlay(root) else {
        let shown = root.display();
        let seen = text!("laid over {shown}, and let go", "puesto sobre {shown}, y quitado");
        return Check::fine("overlay", what, seen);
    };
    let mend = match errno(&why) {
        Some(Errno::NODEV) => Text::same("modprobe overlay"),
        Some(Errno::INVAL) => Text::of(
            "name a folder of another file system (ext4, xfs, btrfs) with FMC_CACHE",
            "indique en FMC_CACHE una carpeta de otro sistema de ficheros (ext4, xfs, btrfs)",
        ),
        _ => outside(),
    };
    Check::missing("overlay", what, said(&why), (NOTHING, mend))
}

fn host_words() -> Text {
    Text::of(
        "a host: its root, devices, /proc, /sys, name and parameters of its network",
        "un host: su raíz, dispositivos, /proc, /sys, nombre y parámetros de su red",
    )
}

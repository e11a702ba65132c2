//! How much room there is: files, memory, processes, disk, and the port of this machine.

use super::{Check, Demand};
use fmc_model::{Text, text};
use rustix::fs::{StatVfs, StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

/// What something takes: without any host, for each, and what hosts of a real Kubernetes take more.
pub(super) struct Takes {
    pub(super) base: u64,
    pub(super) host: u64,
    pub(super) master: u64,
    pub(super) node: u64,
}

impl Takes {
    pub(super) fn of(&self, demand: &Demand) -> u64 {
        let each =
            [(self.host, demand.hosts), (self.master, demand.masters), (self.node, demand.nodes)];
        each.iter().fold(self.base, |sum, (takes, count)| sum + takes * *count as u64)
    }
}

/// Files that are open at once. The founding cloud was seen to take 290, of which each host has its namespaces,
/// its first process, its log and its sockets of notification; who asks everybody takes some for each pair.
const FILES: Takes = Takes { base: 200, host: 20, master: 0, node: 0 };

/// Bytes of memory. The founding cloud, FreeIPA's stand-in included, takes 550 MiB for 17 hosts, and its files
/// and logs in memory some more. With a real Kubernetes (1.36) its shares were 3 GB: an API server has 280 MiB and
/// what stands beside it 80, what runs pods on a node 110, and images and what is written there, in memory too, 230.
/// Masters are nodes too, which have few images and pods: 200 MiB less than both.
const MEMORY: Takes = Takes { base: 150 << 20, host: 40 << 20, master: 160 << 20, node: 340 << 20 };

/// Processes and threads: the founding cloud has 87 processes, and those in Go have ten threads each. With a real
/// Kubernetes a master was seen to have 30 more, and a node 80 with its pods.
const PROCESSES: Takes = Takes { base: 50, host: 40, master: 40, node: 100 };

/// Bytes of the disk: logs, and what hosts share.
const DISK: u64 = 64 << 20;

/// How much a need is of something, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How much is needed.
    pub needed: u64,
    /// How much there is.
    pub there: u64,
}

impl Room {
    /// Whether it is enough.
    pub fn is_enough(self) -> bool {
        self.there >= self.needed
    }

    /// In millions of bytes, for people.
    fn seen(self) -> Text {
        let [needed, there] = [self.needed.div_ceil(1_000_000), self.there / 1_000_000];
        text!(
            "{there} MB are free, about {needed} MB are needed",
            "hay {there} MB libres, hacen falta unos {needed} MB"
        )
    }
}

/// Open files: as many as this process may have, by now.
pub fn open_files(demand: &Demand) -> Check {
    let what = Text::of("open files", "ficheros abiertos");
    let needed = FILES.of(demand);
    let Some(there) = fmc_sys::open_files() else {
        let seen = Text::of("as many as one likes", "tantos como se quiera");
        return Check::fine("open-files", what, seen);
    };
    let seen = text!(
        "{there} may be, about {needed} are needed",
        "puede haber {there}, hacen falta unos {needed}"
    );
    if there >= needed {
        return Check::fine("open-files", what, seen);
    }
    let cannot = Text::of("not all hosts can be begun", "no se pueden empezar todos los hosts");
    let mend = needed.next_power_of_two().max(4096);
    let mend = Text::same(&format!("ulimit -n {mend}"));
    Check::missing("open-files", what, seen, (cannot, mend))
}

/// Neighbours that the kernel remembers, those of all namespaces together (arp(7), `gc_thresh3`): where everybody
/// asks everybody, each has all others of their network for one.
pub fn neighbours(demand: &Demand) -> Check {
    let what = Text::of("neighbours that are remembered", "vecinos que se recuerdan");
    let needed = demand.neighbours as u64;
    let most = |version: &str| {
        let path = format!("/proc/sys/net/{version}/neigh/default/gc_thresh3");
        number(path.as_ref())
    };
    let Some(there) = most("ipv4").into_iter().chain(most("ipv6")).min() else {
        let why = Text::of("no namespace but the first tells", "solo lo dice el primer espacio");
        return Check::untried("neighbours", what, why);
    };
    let seen = text!(
        "{there} are, up to {needed} are needed while all pairs are measured",
        "se recuerdan {there}, hacen falta hasta {needed} mientras se miden todos los pares"
    );
    if there >= needed {
        return Check::fine("neighbours", what, seen);
    }
    let cannot = Text::of(
        "packets are lost while all pairs are measured, which may then disagree",
        "se pierden paquetes mientras se miden todos los pares, que pueden discrepar",
    );
    let most = needed.next_power_of_two();
    let mend = format!(
        "sysctl -w net.ipv4.neigh.default.gc_thresh3={most} net.ipv6.neigh.default.gc_thresh3={most}"
    );
    Check::missing("neighbours", what, seen, (cannot, Text::same(&mend)))
}

/// Memory for a rehearsal.
pub fn memory(demand: &Demand) -> Check {
    let cannot = Text::of(
        "the kernel ends processes while they come up",
        "el núcleo termina procesos mientras arrancan",
    );
    let mend = Text::of(
        "end other programs, or give the machine more memory",
        "termine otros programas, o dé más memoria a la máquina",
    );
    let what = Text::of("memory", "memoria");
    in_memory("memory", what, MEMORY.of(demand), (cannot, mend))
}

/// Memory to build a component that is not there, before anything is rehearsed.
pub fn building(component: &str, megabytes: u64) -> Check {
    let what = text!("memory to build {component}", "memoria para compilar {component}");
    let cannot = text!("{component} cannot be built", "no se puede compilar {component}");
    let mend = text!(
        "end other programs, or bring programs that are built: `fmc rehearse --kubernetes-bin DIR`",
        "termine otros programas, o traiga programas ya compilados: `fmc rehearse --kubernetes-bin DIR`"
    );
    in_memory("memory-to-build", what, megabytes * 1_000_000, (cannot, mend))
}

/// Memory: what is available, and what the control group of this process has left.
fn in_memory(name: &'static str, what: Text, needed: u64, otherwise: (Text, Text)) -> Check {
    let Some(there) = available() else {
        let why = Text::of("/proc/meminfo does not tell", "/proc/meminfo no lo dice");
        return Check::untried(name, what, why);
    };
    let left = group("memory.max", "memory.current", "memory/memory.limit_in_bytes");
    let room = Room { needed, there: left.map_or(there, |it| it.min(there)) };
    if room.is_enough() {
        return Check::fine(name, what, room.seen());
    }
    Check::missing(name, what, room.seen(), otherwise)
}

/// Processes and threads that the control group of this process may still have.
pub fn processes(demand: &Demand) -> Check {
    let what = Text::of("processes", "procesos");
    let needed = PROCESSES.of(demand);
    let kernel = number("/proc/sys/kernel/threads-max".as_ref()).unwrap_or(u64::MAX);
    let left = group("pids.max", "pids.current", "pids/pids.max");
    let there = left.map_or(kernel, |it| it.min(kernel));
    let seen = text!(
        "{there} more may be, about {needed} are needed",
        "puede haber {there} más, hacen falta unos {needed}"
    );
    if there >= needed {
        return Check::fine("processes", what, seen);
    }
    let cannot =
        Text::of("not all daemons can be started", "no se pueden arrancar todos los demonios");
    let mend =
        Text::same(&format!("systemctl set-property user-$UID.slice TasksMax={}", 2 * needed));
    Check::missing("processes", what, seen, (cannot, mend))
}

/// Disk for the cache, with so many bytes of components that are still to be fetched.
pub fn disk(cache: &Path, missing: u64) -> Check {
    let shown = cache.display();
    let what = text!("disk for {shown}", "disco para {shown}");
    let found = match nearest(cache) {
        Ok(it) => it,
        Err(why) => {
            let why = Text::same(&std::io::Error::from(why).to_string());
            return Check::untried("disk", what, why);
        }
    };
    let room = Room { needed: DISK + missing, there: found.f_bavail * found.f_frsize };
    let cannot = Text::of(
        "no log is kept, and nothing can be fetched",
        "no se guarda ningún registro, ni se puede descargar nada",
    );
    let elsewhere = Text::of(
        "`fmc components prune` removes what is old, and FMC_CACHE names another folder",
        "`fmc components prune` quita lo viejo, y FMC_CACHE indica otra carpeta",
    );
    let missing = |why: Text| Check::missing("disk", what.clone(), why, (cannot, elsewhere));
    // A file system that does not count them says that there are none.
    if found.f_files > 0 && found.f_favail < 1000 {
        let left = found.f_favail;
        return missing(text!("only {left} more files", "solo {left} ficheros más"));
    }
    if found.f_flag.contains(StatVfsMountFlags::NOEXEC) {
        return missing(Text::of(
            "programs in it cannot be run (noexec)",
            "los programas que contenga no se pueden ejecutar (noexec)",
        ));
    }
    if !room.is_enough() {
        return missing(room.seen());
    }
    Check::fine("disk", what, room.seen())
}

/// The port by which a browser of this machine comes in.
pub fn port(port: u16) -> Check {
    let what = text!("port {port} of this machine", "el puerto {port} de esta máquina");
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Check::fine("port", what, Text::of("free", "libre")),
        Err(why) => {
            let cannot = Text::of(
                "no browser of this machine comes in",
                "no entra ningún navegador de esta máquina",
            );
            let mend = text!(
                "`--port {other}`, or `--no-ports`",
                "`--port {other}`, o `--no-ports`",
                other = port.wrapping_add(1000).max(1024)
            );
            Check::missing("port", what, Text::same(&why.to_string()), (cannot, mend))
        }
    }
}

/// The file system of a folder that need not be there yet.
fn nearest(folder: &Path) -> Result<StatVfs, Errno> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut above = folder.ancestors();
    loop {
        match above.next().map(statvfs) {
            Some(Err(Errno::NOENT | Errno::NOTDIR)) => {}
            Some(found) => return found,
            None => return Err(Errno::NOENT),
        }
    }
}

/// Bytes of memory that programs can still have (proc(5)).
fn available() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|it| it.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

/// What is left of a limit of the control group of this process or one above it: by the files of version 2, or by
/// that of version 1 (cgroups(7)); `None` where nothing limits it.
fn group(most: &str, now: &str, first: &str) -> Option<u64> {
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let base = Path::new("/sys/fs/cgroup");
    let own = own.lines().find_map(|it| it.strip_prefix("0::"))?.trim_start_matches('/');
    let folder: PathBuf = base.join(own);
    let above = folder.ancestors().take_while(|it| it.starts_with(base));
    let left = |it: &Path| Some(number(&it.join(most))?.saturating_sub(number(&it.join(now))?));
    let second = above.filter_map(left).min();
    second.or_else(|| number(&base.join(first)))
}

/// The number in a file; `None` where it says `max`.
fn number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_hosts_need_more_of_everything() {
        let few = Demand { hosts: 3, ..Demand::USUAL };
        let many = Demand { hosts: 300, ..Demand::USUAL };
        for takes in [FILES, MEMORY, PROCESSES] {
            assert!(takes.of(&few) < takes.of(&many));
        }
        // A real Kubernetes takes more, and what it is measured to take is what is asked for.
        let real = Demand::WITH_KUBERNETES;
        for takes in [MEMORY, PROCESSES] {
            assert!(takes.of(&real) > takes.of(&Demand::USUAL));
        }
        // Measured: 3 GB.
        assert!((3_000..4_000).contains(&(MEMORY.of(&real) / 1_000_000)));
        // More than any machine has.
        let all = Demand { hosts: 1 << 30, ..Demand::USUAL };
        for check in [memory(&all), processes(&all)] {
            assert!(check.is_missing(), "{check:?}");
        }
    }

    #[test]
    fn a_taken_port_is_told_and_a_free_one_too() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let taken = listener.local_addr().expect("an address").port();
        assert!(port(taken).is_missing());
        drop(listener);
        assert!(!port(taken).is_missing());
    }

    #[test]
    fn a_disk_is_that_of_the_nearest_folder_that_is_there() {
        let nowhere = std::env::temp_dir().join("fmc-nowhere/a/b");
        assert!(!disk(&nowhere, 0).is_missing());
        assert!(disk(&nowhere, 1 << 60).is_missing());
        assert_eq!(disk("/proc/self/nothing".as_ref(), 0).name, "disk");
    }
}

//! Machines on which a rehearsal cannot be: it is said why, with the mend, and nothing is left.
//!
//! What is wrong with a machine is made so in namespaces of the test's own, which go with it: a small disk that is
//! full, a component in which something is missing, a kernel that gives no more namespaces.

use crate::{ROOT, alone, cache, fmc, home};
use rustix::process::{Pid, WaitOptions, waitpid};
use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CLOUD: &str = "examples/minimal.yaml";

/// What these rehearsals are called.
const NAME: &str = "test-failing";

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of the test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fmc-failing-{name}.{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How it ended, and what it said on both streams.
struct Ended {
    code: Option<i32>,
    said: String,
}

fn run(command: &mut Command) -> Ended {
    let outcome = command.stdin(Stdio::null()).output().expect("it can be run");
    let said = [outcome.stdout, outcome.stderr].concat();
    Ended { code: outcome.status.code(), said: String::from_utf8_lossy(&said).into_owned() }
}

/// What must not change on this machine, however a rehearsal ends: its mounts, its links, and what lies where a
/// program may leave something, its control groups among it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    mounts: String,
    places: BTreeSet<PathBuf>,
}

pub(crate) fn seen() -> Seen {
    // Whoever loses those who began them is ours then, and not lost from sight.
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).expect("it is allowed");
    let mut places = BTreeSet::new();
    for folder in ["/sys/class/net", "/run", "/etc", "/var/lib", "/sys/fs/cgroup", "/dev"] {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        places.extend(entries.map(|it| it.path()));
    }
    Seen { mounts: fs::read_to_string("/proc/self/mounts").expect("mounts"), places }
}

/// Processes below this one that run: where none is, no namespace of theirs is either.
///
/// Who lost those who began them ended as ours, and is let go: the first process of a PID namespace does not end
/// before all others in it are waited for.
fn running() -> Vec<String> {
    let own = std::process::id().to_string();
    let mut all = Vec::new();
    for process in fs::read_dir("/proc").expect("/proc").flatten() {
        let status = fs::read_to_string(process.path().join("status")).unwrap_or_default();
        let words = |key: &str| {
            let line = status.lines().find_map(|it| it.strip_prefix(key)).unwrap_or_default();
            line.split_whitespace().collect::<Vec<_>>()
        };
        if words("PPid:") != [&own] {
            continue;
        }
        if words("State:").first() != Some(&"Z") {
            all.push(format!("{:?} {:?}", words("Pid:"), words("Name:")));
        } else if let [pid, _, ..] = *words("NSpid:") {
            // It has a number in a namespace of its own, as no child of a test has that others wait for.
            let pid = pid.parse().ok().and_then(Pid::from_raw).expect("a number");
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
    all
}

/// The kernel clears away what ended, which takes it a moment.
pub(crate) fn nothing_is_left(before: &Seen, name: &str) {
    let until = Instant::now() + PATIENCE;
    while !running().is_empty() || seen() != *before || home(name).exists() {
        let now = seen();
        assert!(Instant::now() < until, "{:?}\n{now:#?}\nwas {before:#?}", running());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a script in a mount namespace, then fmc, then another script: with a cache on a small disk (`$C`) that has
/// the components of whoever tests. Whatever comes of it, nothing may be left.
fn on_disk(size: &str, script: &str, words: &str, after: &str) -> Ended {
    let folder = Folder::new("disk");
    let before = seen();
    let setup = format!(
        "set -e; mount -t tmpfs -o size={size} none \"$C\"; mkdir \"$C/components\"
mount --rbind \"$COMPONENTS\" \"$C/components\"; ROOT=$(echo \"$C\"/components/debian*/content)
{script}
set +e; \"$FMC\" {words} --name {NAME}; CODE=$?
{after}
exit $CODE"
    );
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--propagation", "private", "sh", "-c", &setup]).current_dir(ROOT);
    unshare.env("C", folder.path()).env("FMC_CACHE", folder.path()).env("LC_ALL", "C.UTF-8");
    unshare.env("COMPONENTS", cache().join("components")).env("FMC", env!("CARGO_BIN_EXE_fmc"));
    let ended = run(&mut unshare);
    nothing_is_left(&before, NAME);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder").collect();
    assert!(left.is_empty(), "{left:?}");
    ended
}

/// Lays a folder that can be written over the root, in which this is done then.
fn changed(change: &str) -> String {
    format!(
        "lay() {{ mkdir \"$C/$1\" \"$C/$1w\"
mount -t overlay overlay -o \"lowerdir=$ROOT,upperdir=$C/$1,workdir=$C/$1w\" \"$ROOT\"; }}
lay one; {change}"
    )
}

/// That it ended so, and said all of this.
fn says(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(code), "{}", ended.said);
    for it in words {
        assert!(ended.said.contains(it), "`{it}` is not said:\n{}", ended.said);
    }
    assert!(!ended.said.contains("panicked"), "{}", ended.said);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_left() {
    let _alone = alone();
    let fill = "dd if=/dev/zero of=\"$C/fill\" bs=1M 2>/dev/null || true";
    let full = on_disk("8m", fill, &format!("rehearse {CLOUD} --once --no-ports"), "");
    says(&full, 2, &["0 MB are free", "hint: ", "FMC_CACHE", "fmc doctor"]);
    // One that was whole when it began is told when it no longer is.
    let later = format!(
        "(for at in $(seq 2000); do [ -d \"$C/rehearsals/{NAME}/logs\" ] && break; sleep 0.05; done; {fill}) &"
    );
    let later = on_disk("90m", &later, &format!("rehearse {CLOUD} --once --no-ports"), "wait");
    assert!(later.said.contains("warning: disk for"), "{}", later.said);
    assert!(later.said.contains("no log is kept"), "{}", later.said);
}

#[test]
fn a_damaged_component_is_told_at_whichever_step_and_nothing_is_left() {
    let _alone = alone();
    let words = format!("rehearse {CLOUD} --once --no-ports");
    for (change, code, said) in [
        // Addresses and routes.
        (
            "rm -f \"$ROOT/usr/bin/ip\" \"$ROOT/usr/sbin/ip\"",
            2,
            &["`ip ", "fmc components fetch"][..],
        ),
        // Users, before the first file is placed.
        ("rm -f \"$ROOT/usr/bin/systemd-sysusers\"", 1, &["did not come up", "systemd-sysusers"]),
        // A file that cannot be placed: a folder of its path is a file.
        (
            "rm -rf \"$ROOT/etc/nftables.d\" \"$ROOT/etc/fmc\"; touch \"$ROOT/etc/fmc\"",
            1,
            &["placing /etc/fmc/"],
        ),
        // A daemon.
        ("rm -f \"$ROOT/usr/sbin/chronyd\"", 1, &["/usr/sbin/chronyd is not among the components"]),
        // Too many layers for the kernel, which is what it says of a disk that cannot be laid over.
        ("lay two", 2, &["overlay", "hint: ", "FMC_CACHE"]),
    ] {
        says(&on_disk("300m", &changed(change), &words, ""), code, said);
    }
}

#[test]
fn what_root_leaves_in_the_cache_of_another_is_theirs() {
    let _alone = alone();
    let words = format!("rehearse {CLOUD} --once --no-ports");
    let given = "chown 65534:65534 \"$C\"";
    let script = changed("rm -f \"$ROOT/usr/sbin/chronyd\"") + "\n" + given;
    let list = "find \"$C/rehearsals\" -printf '%U:%G %y %P\\n'";
    let ended = on_disk("300m", &script, &words, list);
    says(&ended, 1, &["65534:65534 d test-failing", "65534:65534 f test-failing/logs/gate/"]);
    assert!(!ended.said.contains("\n0:0 "), "{}", ended.said);
}

#[test]
fn what_a_machine_does_not_give_is_told() {
    let _alone = alone();
    let before = seen();
    let words = format!("rehearse {CLOUD} --once --no-ports --name {NAME}");
    let shell = |script: &str| {
        let mut command = Command::new("sh");
        let script = format!("{script} \"$FMC\" {words}");
        command.args(["-c", &script]).current_dir(ROOT).env("FMC", env!("CARGO_BIN_EXE_fmc"));
        command.env("LC_ALL", "C.UTF-8");
        run(&mut command)
    };
    let few = shell("exec prlimit --nofile=64:64 setpriv --bounding-set -sys_resource");
    says(&few, 2, &["open files: 64 may be", "hint: ulimit -n"]);
    // What most systems begin with is enough for a small cloud, even where root may not give itself more.
    let few = shell("exec prlimit --nofile=1024:1024 setpriv --bounding-set -sys_resource");
    assert!(few.code == Some(0), "{}", few.said);
    for kind in ["net", "mnt", "pid", "uts", "ipc", "cgroup"] {
        let none = format!("echo 0 > /proc/sys/user/max_{kind}_namespaces; exec");
        let none = shell(&format!("exec unshare -Ur sh -c '{none} \"$0\" \"$@\"'"));
        says(&none, 2, &["namespaces of networks", "hint: sysctl -w user.max_net_namespaces"]);
    }
    let none = shell("exec unshare -m sh -c 'mount -t tmpfs none /proc; exec \"$0\" \"$@\"'");
    says(&none, 2, &["there is no /proc/", "hint: mount -t proc"]);
    nothing_is_left(&before, NAME);
}

#[test]
fn a_taken_port_is_told_with_another() {
    let _alone = alone();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let file = "crates/fmc/tests/rehearse/small.yaml";
    let ended = run(&mut fmc(&["rehearse", file, "--name", NAME, "--port", &port]));
    says(&ended, 2, &[&port, "--port", "--no-ports"]);
    let doctor = run(&mut fmc(&["doctor", file, "--port", &port]));
    says(&doctor, 1, &[&format!("port {port} of this machine"), "no browser of this machine"]);
}

#[test]
fn who_is_not_root_and_has_no_sudo_has_the_cloud_checked_and_drawn() {
    let _alone = alone();
    let folder = Folder::new("nobody");
    let at = |name: &str| folder.path().join(name);
    fs::copy(env!("CARGO_BIN_EXE_fmc"), at("fmc")).expect("a copy");
    fs::copy(Path::new(ROOT).join(CLOUD), at("cloud.yaml")).expect("a copy");
    let all = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(folder.path(), all).expect("for everybody");
    let nobody = |words: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(at("fmc"));
        command.args(words).current_dir(folder.path());
        command.env("HOME", folder.path()).env("PATH", "/nonexistent").env("LC_ALL", "C.UTF-8");
        command.env_remove("FMC_CACHE").env_remove("XDG_CACHE_HOME");
        // The one that starts it is found before the path is empty.
        let setpriv =
            ["/usr/bin/setpriv", "/bin/setpriv"].into_iter().find(|it| Path::new(it).exists());
        let mut found = Command::new(setpriv.expect("setpriv"));
        found.args(command.get_args()).current_dir(folder.path());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => found.env(name, value),
                None => found.env_remove(name),
            };
        }
        run(&mut found)
    };
    let up = nobody(&["up", "cloud.yaml"]);
    says(
        &up,
        2,
        &[
            "FMC0901",
            "wrote home.png",
            "is checked and drawn, and not rehearsed: sudo cannot be run",
            "hint: ",
        ],
    );
    assert!(at("home.png").metadata().is_ok_and(|it| it.len() > 1000));
    let rehearse = nobody(&["rehearse", "cloud.yaml", "--once"]);
    says(&rehearse, 2, &["sudo cannot be run", "hint: run it as root"]);
    let doctor = nobody(&["doctor", "cloud.yaml"]);
    says(&doctor, 1, &["root: sudo cannot be run", "`fmc up` still checks and draws"]);
}

#[test]
fn where_clouds_are_rehearsed_the_doctor_misses_nothing_and_leaves_nothing() {
    let _alone = alone();
    let before = seen();
    for file in [&[][..], &["examples/flatcarmicrocloud.yaml"], &[CLOUD]] {
        let words = [&["doctor", "--json", "--port", "18447"], file].concat();
        let outcome = fmc(&words).output().expect("it can be run");
        let said = String::from_utf8_lossy(&outcome.stderr);
        assert_eq!(outcome.status.code(), Some(0), "{file:?}: {said}");
        let report: serde_json::Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
        let checks = report["checks"].as_array().expect("a list");
        let state = |name: &str| checks.iter().find(|it| it["name"] == name).map(|it| &it["state"]);
        for name in ["root", "namespaces", "overlay", "host", "segments", "firewall", "routes"] {
            assert_eq!(state(name), Some(&"fine".into()), "{name}: {report:#}");
        }
        // What a cloud has not is not asked for.
        let small = file.contains(&CLOUD);
        assert_eq!(state("wireguard").is_none() && state("vrrp").is_none(), small, "{report:#}");
        assert_eq!(state("name").is_none(), file.is_empty(), "{report:#}");
    }
    nothing_is_left(&before, NAME);
}

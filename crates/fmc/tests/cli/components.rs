//! `fmc components` with tools that only pretend: what is told, what is refused, what is left.

use crate::{Folder, Ran, command, run};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long something may take on a busy machine before it is taken to hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// A pip that works as far as its version, and then does this.
fn pip(folder: &Folder, then: &str) {
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n'-m pip --version') exit 0 ;;\n'-m pip download '*) {then} ;;\nesac\nexit 1\n"
    );
    let path = folder.write("bin/python3", script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("a program");
}

/// The command with its cache in this folder, and of all tools only those in its `bin`.
fn components(folder: &Folder, words: &[&str]) -> Command {
    let mut all = vec!["components"];
    all.extend(words);
    let mut command = command(folder.path(), &all);
    command.env("FMC_CACHE", folder.path().join("cache"));
    command.env("PATH", folder.path().join("bin"));
    command
}

fn fetch(folder: &Folder, names: &[&str]) -> Ran {
    let mut words = vec!["fetch"];
    words.extend(names);
    run(components(folder, &words))
}

/// What lies in the cache.
fn kept(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path().join("cache/components")).expect("a cache");
    entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// How many processes of this machine have a word with this path in it.
fn running(path: &Path) -> usize {
    let name = path.to_str().expect("UTF-8");
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let words = processes.filter_map(|it| std::fs::read(it.path().join("cmdline")).ok());
    words.filter(|it| String::from_utf8_lossy(it).contains(name)).count()
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A fetch whose pip never ends.
fn endless(folder: &Folder) -> Child {
    // It stays one process, with the folder in its words.
    pip(folder, "exec /usr/bin/tail -f \"$0\"");
    let child = components(folder, &["fetch", "traefik"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    wait_until("pip runs", || running(&folder.path().join("bin/python3")) == 1);
    child
}

#[test]
fn what_is_missing_is_told_and_nothing_is_made() {
    let folder = Folder::new();
    let ran = run(components(&folder, &[]));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for name in ["coredns", "debian", "traefik"] {
        let line = ran.out.lines().find(|it| it.trim_start().starts_with(name));
        assert!(line.is_some_and(|it| it.contains("missing")), "{name}: {ran:?}");
    }
    assert!(ran.err.contains("`fmc components fetch` fetches what is missing"), "{ran:?}");
    let json = run(components(&folder, &["--json"])).json();
    let list = json["components"].as_array().expect("a list");
    for component in list {
        assert_eq!(component["here"], false, "{component}");
        let pinned = component["pinned"].as_str().map(str::len);
        // Packages are pinned by apt's signatures.
        let expected = if component["name"] == "debian" { None } else { Some(64) };
        assert_eq!(pinned, expected, "{component}");
    }
    let spanish = run(components(&folder, &["--lang", "es"]));
    assert!(spanish.out.contains("versión") && spanish.out.contains("falta"), "{spanish:?}");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn what_cannot_be_had_is_told_with_the_mend_and_leaves_nothing() {
    let folder = Folder::new();
    let cases = [
        (
            "echo \"Failed to establish a new connection: [Errno -3] x\" >&2",
            "error: `traefik` cannot be fetched, since pip reaches nobody: Failed",
            "hint: mirrors and proxies are those",
        ),
        (
            "echo 'OSError: [Errno 28] No space left on device' >&2",
            "error: the disk is full: no room in",
            "hint: all components take about",
        ),
        (
            "/bin/mkdir \"${10}\"; echo other > \"${10}/traefik.whl\"; exit 0",
            "error: what was fetched of `traefik` is not what the list says and was thrown away",
            "hint: try again",
        ),
        ("printf 'ERROR: no such \\033[2Jproject\\n' >&2", "no such \u{241b}[2Jproject", "by hand"),
    ];
    for (then, what, hint) in cases {
        pip(&folder, then);
        let ran = fetch(&folder, &["traefik"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.err.contains(what) && ran.err.contains(hint), "{what}: {ran:?}");
        assert_eq!(kept(&folder), [".lock"], "{what}");
    }
    // One that cannot be had keeps nobody from the next.
    let ran = fetch(&folder, &["debian", "traefik"]);
    let mend = "error: `mmdebstrap` is not installed here\nhint: `apt-get install mmdebstrap`";
    assert!(ran.err.contains(mend) && ran.err.contains("no such"), "{ran:?}");
    let ran = fetch(&folder, &["traefic"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("there is no component `traefic`\nhint: there are"), "{ran:?}");
    let mut nowhere = components(&folder, &[]);
    nowhere.env_remove("FMC_CACHE").env_remove("XDG_CACHE_HOME").env_remove("HOME");
    let ran = run(nowhere);
    assert!(ran.code == Some(2) && ran.err.contains("hint: set FMC_CACHE"), "{ran:?}");
}

#[test]
fn an_interrupt_leaves_nothing() {
    let folder = Folder::new();
    let child = endless(&folder);
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(told.expect("kill runs").success());
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("error: it was interrupted"), "{ran:?}");
    assert_eq!(kept(&folder), [".lock"]);
    assert_eq!(running(&folder.path().join("bin")), 0);
}

#[test]
fn who_is_killed_is_tidied_up_by_the_next() {
    let folder = Folder::new();
    let mut child = endless(&folder);
    child.kill().expect("it is killed");
    child.wait().expect("it is gone");
    wait_until("pip ends too", || running(&folder.path().join("bin")) == 0);
    assert!(kept(&folder).iter().any(|it| it.starts_with(".fetching-")), "{:?}", kept(&folder));
    pip(&folder, "exit 1");
    assert_eq!(fetch(&folder, &["traefik"]).code, Some(2));
    assert_eq!(kept(&folder), [".lock"]);
}

#[test]
fn what_the_list_does_not_name_is_pruned() {
    let folder = Folder::new();
    folder.write("cache/components/traefik-0.1-0123456789ab/content", "an old one");
    let ran = run(components(&folder, &[]));
    assert!(ran.err.contains("1 not used any more: `fmc components prune`"), "{ran:?}");
    let ran = run(components(&folder, &["prune"]));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.ends_with("/traefik-0.1-0123456789ab\n"), "{ran:?}");
    assert_eq!(kept(&folder), [".lock"]);
    let again = run(components(&folder, &["prune"]));
    assert_eq!((again.code, again.err.as_str()), (Some(0), "nothing to remove\n"));
}

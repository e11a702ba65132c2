//! `fmc draw --against`: comparing with a file and with a revision of git; and `--watch`.

use crate::{Folder, Ran, command, fmc_in};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const OLD: &str = "version: 1\nname: home\nnetworks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\nhosts:\n  a: { os: debian, nics: { lan: 2 } }\n  b: { os: debian, nics: { lan: 3 } }\n  c: { os: debian, nics: { lan: 4 } }\n";

/// `a` is as it was, `b` has another address, `c` went, `d` came.
const NEW: &str = "version: 1\nname: home\nnetworks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\nhosts:\n  a: { os: debian, nics: { lan: 2 } }\n  b: { os: debian, nics: { lan: 30 } }\n  d: { os: debian, nics: { lan: 5 } }\n";

fn draw(folder: &Folder, against: &str) -> Ran {
    fmc_in(folder, &["draw", "cloud.yaml", "--against", against, "-o", "picture.svg"])
}

/// What became of each node of a picture: `name change`.
fn changes(svg: &str) -> Vec<String> {
    let nodes =
        svg.split("<g ").filter(|it| it.contains("class=\"node") && it.contains("data-id=\"host:"));
    let value = |text: &str, name: &str| {
        let start = text.split(&format!("{name}=\"")).nth(1)?;
        start.split('"').next().map(str::to_owned)
    };
    nodes
        .map(|it| {
            let id = value(it, "data-id").unwrap_or_default();
            let change = value(it.split('>').next().unwrap_or_default(), "data-change");
            format!("{id} {}", change.as_deref().unwrap_or("same"))
        })
        .collect()
}

const EXPECTED: [&str; 4] = ["host:a same", "host:b changed", "host:c removed", "host:d added"];

fn git(folder: &Path, words: &[&str]) {
    let ran = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-C"])
        .arg(folder)
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(ran.status.success(), "{words:?}: {ran:?}");
}

fn check(folder: &Folder, ran: &Ran) {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut found = changes(&folder.read("picture.svg"));
    found.sort();
    assert_eq!(found, EXPECTED);
}

#[test]
fn with_a_file() {
    let folder = Folder::new();
    folder.write("cloud.yaml", NEW);
    folder.write("old.yaml", OLD);
    check(&folder, &draw(&folder, "old.yaml"));
    let missing = draw(&folder, "older.yaml");
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.starts_with("error: older.yaml: there is no such file"), "{}", missing.err);
}

#[test]
fn with_a_revision() {
    let folder = Folder::new();
    let root = folder.path();
    folder.write("cloud.yaml", OLD);
    git(root, &["init", "-q", "-b", "main"]);
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "old"]);
    git(root, &["tag", "v1"]);
    folder.write("cloud.yaml", NEW);
    for name in ["HEAD:cloud.yaml", "v1:cloud.yaml", "main:./cloud.yaml"] {
        check(&folder, &draw(&folder, name));
    }
    for (name, expected) in [
        ("v2:cloud.yaml", "error: git knows no revision `v2`\nhint: `git log"),
        ("--help:cloud.yaml", "error: git knows no revision `--help`\n"),
        ("v1:other.yaml", "error: other.yaml: there is no such file at `v1` ("),
    ] {
        let against = format!("--against={name}");
        let ran = fmc_in(&folder, &["draw", "cloud.yaml", &against, "-o", "none.svg"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{name}: {ran:?}");
        assert!(ran.err.starts_with(expected), "{name}: {}", ran.err);
    }
}

#[test]
fn what_the_old_file_includes_comes_from_the_same_revision() {
    let folder = Folder::new();
    let root = folder.path();
    let (head, hosts) = OLD.split_once("hosts:\n").expect("hosts");
    folder.write("site/cloud.yaml", format!("{head}include: [parts/hosts.yaml]\n"));
    folder.write("site/parts/hosts.yaml", format!("hosts:\n{hosts}"));
    git(root, &["init", "-q", "-b", "some/branch"]);
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "old"]);
    folder.write("site/cloud.yaml", NEW);
    std::fs::remove_dir_all(root.join("site/parts")).expect("removed");
    let words = |against| ["draw", "site/cloud.yaml", "--against", against, "-o", "picture.svg"];
    // From the top of the repository, and from the folder of the file.
    for against in ["some/branch:site/cloud.yaml", "HEAD:cloud.yaml"] {
        check(&folder, &fmc_in(&folder, &words(against)));
    }
}

#[test]
fn outside_of_a_repository_it_says_so() {
    let folder = Folder::new();
    folder.write("cloud.yaml", NEW);
    let mut command = command(
        folder.path(),
        &["draw", "cloud.yaml", "--against", "HEAD:cloud.yaml", "-o", "a.svg"],
    );
    // Whatever repository there may be further up is not looked for.
    command.env("GIT_CEILING_DIRECTORIES", folder.path().parent().expect("a parent"));
    let ran: Ran = command.output().expect("it runs").into();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("is in no repository of git"), "{}", ran.err);
}

#[test]
fn watching_draws_again_and_ends_when_told() {
    let folder = Folder::new();
    folder.write("cloud.yaml", OLD);
    let picture = folder.path().join("a.svg");
    let mut child = command(folder.path(), &["draw", "cloud.yaml", "-o", "a.svg", "--watch"])
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let wait = |wanted: &dyn Fn(&str) -> bool| {
        let start = Instant::now();
        loop {
            let text = std::fs::read_to_string(&picture).unwrap_or_default();
            if wanted(&text) {
                return;
            }
            // Long enough for the slowest machine; a test that passes never waits for it.
            assert!(start.elapsed() < Duration::from_secs(60), "not drawn: {text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait(&|it| it.contains("10.0.0.4"));
    // A file that cannot be read in between ends nothing.
    folder.write("cloud.yaml", "a: [\n");
    folder.write("cloud.yaml", NEW);
    wait(&|it| it.contains("10.0.0.5") && !it.contains("10.0.0.4"));
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(told.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(folder.names(), ["a.svg", "cloud.yaml"]);
}

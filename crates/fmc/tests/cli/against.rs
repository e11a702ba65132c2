//! `fmc draw --against` and `fmc check --against`: comparing with a file and with a revision of git; and
//! `--watch`.

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

/// `a` lets its network in to SSH; in the new file to HTTPS instead.
const LETS_IN: &str = "version: 1\nname: home\nnetworks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\nhosts:\n  a: { os: debian, nics: { lan: 2 } }\n  b: { os: debian, nics: { lan: 3 } }\naccess: [lan -> a: ssh]\n";

#[test]
fn who_reaches_more_or_less_than_before_is_told() {
    let folder = Folder::new();
    folder.write("old.yaml", LETS_IN);
    folder.write("cloud.yaml", LETS_IN.replace("a: ssh", "a: 443"));
    let check = |words: &[&str]| fmc_in(&folder, &[&["check", "cloud.yaml"], words].concat());
    let ran = check(&["--against", "old.yaml"]);
    let told =
        "- b and any device in lan → a: 22 (tcp)\n+ b and any device in lan → a: 443 (tcp)\n";
    assert!(ran.out.ends_with(told), "{}", ran.out);
    assert_eq!(ran.code, Some(1));
    let json = check(&["--against", "old.yaml", "--json"]).json();
    let changes = json["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 2, "{json}");
    assert_eq!(changes[0]["change"], "lost");
    assert_eq!(changes[1]["to"], serde_json::json!(["a"]));
    assert_eq!(changes[1]["ports"], serde_json::json!([[443, 443]]));
    assert!(json["findings"].is_array());

    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "old"]);
    let same = check(&["--against", "HEAD:cloud.yaml"]);
    assert!(same.out.ends_with("nobody reaches more or less than before\n"), "{}", same.out);
    folder.write("cloud.yaml", LETS_IN);
    let moved = check(&["--against", "HEAD:cloud.yaml"]);
    assert!(moved.out.contains("+ b and any device in lan → a: 22 (tcp)\n"), "{}", moved.out);

    folder.write(
        "broken.yaml",
        "version: 1\nname: x\nhosts: { a: { os: debian, nics: { no: 1 } } }\n",
    );
    let broken = check(&["--against", "broken.yaml"]);
    assert_eq!(broken.code, Some(2), "{}", broken.err);
    assert!(broken.err.contains("broken.yaml has errors"), "{}", broken.err);
    assert_eq!(check(&["--against", "old.yaml", "--format", "sarif"]).code, Some(2));
    // What is wrong with the new file is told in any case.
    folder.write("cloud.yaml", LETS_IN.replace("lan: 3", "lan: 2"));
    let new = check(&["--against", "old.yaml"]);
    assert_eq!(new.code, Some(1), "{}", new.err);
    assert!(new.out.contains("error[FMC0301]"), "{}", new.out);
    assert!(new.err.contains("is not known: the file has errors"), "{}", new.err);
    assert!(check(&["--against", "old.yaml", "--json"]).json()["changes"].is_null());
}

/// Several that are alike are told as the other lists tell them, and names that got another address with
/// the time for which the old one is still asked for.
#[test]
fn changes_of_many_are_folded_and_names_that_moved_are_told() {
    let folder = Folder::new();
    let cloud = "version: 1
name: home
domain: home.example
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 2 }, roles: { coredns: } }
  web[1-3]: { os: debian, nics: { lan: 11+ } }
access: [lan -> web*: ssh]
";
    folder.write("old.yaml", cloud);
    folder.write("cloud.yaml", cloud.replace("ssh", "443").replace("lan: 2 }", "lan: 3 }"));
    let words = ["check", "cloud.yaml", "--against", "old.yaml"];
    let ran = fmc_in(&folder, &words);
    let told = "\
- names, web[1-3] and any device in lan → web[1-3]: 22 (tcp)
+ names, web[1-3] and any device in lan → web[1-3]: 443 (tcp)
~ names.home.example: 10.0.0.2 → 10.0.0.3, the old one in caches for up to 300s
";
    assert!(ran.out.ends_with(told), "{}", ran.out);
    let json = fmc_in(&folder, &[&words[..], &["--json"]].concat()).json();
    let moved = &json["names"][0];
    assert_eq!((&moved["from"][0], &moved["to"][0]), (&"10.0.0.2".into(), &"10.0.0.3".into()));
    assert_eq!(moved["outage"]["most_ms"], 300_000);
    // A name alone that moved is a change as well.
    folder.write("old.yaml", cloud.replace("lan: 2 }", "lan: 4 }").replace("ssh", "443"));
    assert_eq!(fmc_in(&folder, &words).code, Some(1));
}

#[test]
fn watching_checks_again_and_ends_when_told() {
    let folder = Folder::new();
    folder.write("cloud.yaml", LETS_IN);
    let told = folder.path().join("told");
    let file = std::fs::File::create(&told).expect("a file");
    let mut child = command(folder.path(), &["check", "cloud.yaml", "--watch"])
        .stdout(file.try_clone().expect("the same file"))
        .stderr(file)
        .spawn()
        .expect("it runs");
    let wait = |wanted: &str| {
        let start = Instant::now();
        while !std::fs::read_to_string(&told).unwrap_or_default().contains(wanted) {
            // Long enough for the slowest machine; a test that passes never waits for it.
            assert!(start.elapsed() < Duration::from_secs(60), "not told: {wanted}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait("waiting for a change");
    folder.write("cloud.yaml", LETS_IN.replace("lan: 3", "lan: 2"));
    wait("error[FMC0301]");
    let ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(ended.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

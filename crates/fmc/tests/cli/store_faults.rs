//! What can go wrong with a store, an identity or a folder for secrets: each is told with its mend, and
//! nothing is lost.

use super::store::{IDENTITY, STORE, TODAY, build, folder, identity};
use super::{Folder, Ran, command, fmc_in, run};
use fmc_secrets::{Recipient, open};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

/// A build that cannot, what it says, and what it says is to be done.
#[track_caller]
fn refused(folder: &Folder, more: &[&str], what: &str, mend: &str) {
    let before = fs::read(folder.path().join(STORE)).ok();
    let ran = build(folder, "out", more);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let split = ["\nhint: ", "\npista: "].iter().find_map(|it| ran.err.split_once(it));
    let (said, hint) = split.unwrap_or_else(|| panic!("no hint: {ran:?}"));
    assert!(said.contains(what), "{what}: {ran:?}");
    assert!(hint.contains(mend), "{mend}: {ran:?}");
    assert_eq!(fs::read(folder.path().join(STORE)).ok(), before, "the store is as it was");
}

fn git(folder: &Folder, words: &[&str]) {
    let ran = Command::new("git")
        .arg("-C")
        .arg(folder.path())
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(words)
        .output()
        .expect("git");
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn an_identity_that_is_lost_or_another_one_is_told() {
    let folder = folder();
    build(&folder, "out", &[]);
    let path = folder.path().join(IDENTITY);
    let own = fs::read_to_string(&path).expect("an identity");
    fs::remove_file(&path).expect("removed");
    refused(&folder, &[], "your identity is not there", "fmc secrets share");
    assert!(!path.exists(), "no other one is made where a store is");
    refused(&folder, &["--lang", "es"], "su identidad no está", "--identity FILE");
    // In another place it is found where it is named.
    let kept = folder.write("kept.txt", &own);
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).expect("a mode");
    let ran = build(&folder, "out", &["--identity", "kept.txt"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    refused_without_store(&folder, &["--identity", "missing.txt"], "missing.txt");
    // Somebody else's.
    fmc_in(&folder, &["secrets", "identity"]);
    refused(&folder, &[], "is sealed for others", "fmc secrets share age1");
    // One that others can read, and one that is none.
    folder.write(IDENTITY, &own);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
    refused(&folder, &[], "can be read by others", "chmod 600");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
    let half = &own[..own.len() - 10];
    folder.write(IDENTITY, half);
    refused(&folder, &[], "holds no identity", "restore it");
    let ran = build(&folder, "out", &[]);
    assert!(!ran.err.contains(half.lines().last().expect("a key")), "half a key is not shown");
    // What can be shown without it is shown, with a warning.
    let ran = fmc_in(&folder, &["show", "certificates"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.starts_with("warning: ") && ran.out.contains("master1/etcd-server"), "{ran:?}");
}

fn refused_without_store(folder: &Folder, more: &[&str], what: &str) {
    let ran = build(folder, "out", more);
    assert!(ran.code == Some(2) && ran.err.contains(what), "{ran:?}");
}

#[test]
fn a_store_that_is_damaged_or_of_another_version_is_told() {
    let folder = folder();
    build(&folder, "out", &[]);
    let sealed = fs::read(folder.path().join(STORE)).expect("the store");
    for at in [40, sealed.len() / 2, sealed.len() - 1] {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        folder.write(STORE, &damaged);
        refused(&folder, &[], "cloud.secrets.age is ", "");
        folder.write(STORE, &sealed[..at]);
        refused(&folder, &[], "is damaged", "restore it from git");
    }
    let key = identity(&folder);
    let text = open(&sealed, std::slice::from_ref(&key)).expect("ours");
    let reseal = |text: &str| age::encrypt(&key.to_public(), text.as_bytes()).expect("sealed");
    let text = String::from_utf8(text.to_vec()).expect("text");
    folder.write(STORE, reseal(&text.replacen("\"version\":1", "\"version\":2", 1)));
    refused(&folder, &[], "a newer version of fmc", "update fmc");
    refused(&folder, &["--lang", "es"], "una versión más nueva", "actualice");
    folder.write(STORE, reseal("not JSON"));
    refused(&folder, &[], "is damaged", "restore");
    // Sealed by age itself it is read, as after the mend that is told for one in plain text.
    folder.write(STORE, &text);
    let own = Recipient::of(&key).to_string();
    refused(&folder, &[], "is not sealed", &format!("age -r {own} -o sealed cloud.secrets.age"));
    folder.write(STORE, reseal(&text));
    assert_eq!(build(&folder, "out", &[]).code, Some(0));
    // Where git has it in plain text, sealing comes too late.
    folder.write(STORE, &text);
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-f", STORE]);
    refused(&folder, &[], "git tracks it: what is in it is known", "every secret is made anew");
}

#[test]
fn plain_text_is_not_written_where_git_would_track_it() {
    let folder = folder();
    git(&folder, &["init", "-q"]);
    refused(&folder, &["--with-secrets"], "git would track it", ".gitignore");
    assert!(!folder.path().join("out").exists() && !folder.path().join(STORE).exists());
    let ran = build(&folder, "out.tar", &["--with-secrets"]);
    assert!(ran.code == Some(2) && ran.err.contains("out.tar: git would track it"), "{ran:?}");
    folder.write(".gitignore", "/out/\n");
    let ran = build(&folder, "out", &["--with-secrets"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    // What git tracks already it tracks on, whatever is ignored now.
    git(&folder, &["add", "-f", "out/vps/etc/wireguard/wg0.conf"]);
    refused(&folder, &["--with-secrets"], "vps/etc/wireguard/wg0.conf: git would", ".gitignore");
    // Sealed, it may be anywhere.
    assert_eq!(build(&folder, "sealed", &[]).code, Some(0));
    // Without a git to be asked, nothing is risked.
    let words = ["build", "cloud.yaml", "-o", "out", "--with-secrets"];
    let mut without = command(folder.path(), &words);
    without.env("PATH", "/nonexistent");
    let ran = run(without);
    assert!(ran.code == Some(2) && ran.err.contains("git cannot be asked"), "{ran:?}");
}

#[test]
fn runs_at_once_make_every_secret_once() {
    let folder = folder();
    let runs: Vec<_> = ["a", "b", "c", "d"]
        .iter()
        .map(|to| {
            let words = ["build", "cloud.yaml", "-o", to, "--today", TODAY];
            let quiet = || std::process::Stdio::null();
            let mut command = command(folder.path(), &words);
            command.stdout(quiet()).stderr(quiet()).spawn().expect("runs")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("ended").success());
    }
    for to in ["a", "b", "c", "d"] {
        let ran = build(&folder, to, &["--check"]);
        assert_eq!(ran.code, Some(0), "{to}: {ran:?}");
    }
    assert_eq!(folder.names(), [".config", STORE, "a", "b", "c", "cloud.yaml", "d"].sorted());
}

trait Sorted {
    fn sorted(self) -> Vec<String>;
}

impl Sorted for [&str; 7] {
    fn sorted(mut self) -> Vec<String> {
        self.sort_unstable();
        self.map(str::to_owned).into()
    }
}

#[test]
fn a_run_that_changes_the_store_keeps_others_from_it() {
    let folder = folder();
    build(&folder, "out", &[]);
    let lock = fs::File::open(folder.path()).expect("the folder");
    lock.lock().expect("locked");
    // Nothing is to be changed, so nothing is waited for.
    assert_eq!(build(&folder, "out", &[]).code, Some(0));
    let rotate = || -> Ran { fmc_in(&folder, &["secrets", "rotate", "wireguard/tunnel/vps"]) };
    let ran = rotate();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("another run of fmc") && ran.err.contains("run again"), "{ran:?}");
    drop(lock);
    assert_eq!(rotate().code, Some(0));
}

#[test]
fn what_a_killed_run_left_is_written_over() {
    let folder = folder();
    // As it is when it was killed while it wrote: half a store beside the place, none at it.
    folder.write("cloud.secrets.age.unfinished", "age-encryption.org/v1\nhalf");
    let ran = build(&folder, "out", &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!folder.path().join("cloud.secrets.age.unfinished").exists());
    let whole = fs::read(folder.path().join(STORE)).expect("the store");
    // While an old one is there, it stays until the new one is whole.
    folder.write("cloud.secrets.age.unfinished", &whole[..100]);
    assert_eq!(build(&folder, "out", &["--check"]).code, Some(0));
    let ran = fmc_in(&folder, &["secrets", "rotate", "wireguard/tunnel/vps"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!folder.path().join("cloud.secrets.age.unfinished").exists());
}

#[test]
fn a_run_that_is_killed_leaves_a_whole_store() {
    let folder = folder();
    build(&folder, "out", &[]);
    let words = ["secrets", "rotate", "authority:kubernetes", "authority:etcd"];
    for moment in 0..12 {
        let mut run = command(folder.path(), &words)
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("runs");
        std::thread::sleep(std::time::Duration::from_millis(25 * moment));
        // It may have ended already, and then its store is whole too.
        let _ = run.kill();
        run.wait().expect("ended");
        let ran = fmc_in(&folder, &["secrets"]);
        assert_eq!(ran.code, Some(0), "{moment}: {ran:?}");
        assert!(ran.out.contains("authority:kubernetes"), "{moment}: {ran:?}");
    }
}

//! `fmc build`: what it writes, what it leaves alone, and what it says of a line.

use super::{FOUNDING, Folder, ROOT, command, fmc, fmc_in};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// A small cloud with two hosts that know of each other.
pub(super) const CLOUD: &str = "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  router: { os: debian, nics: { lan: 2 }, roles: { router: } }
  server: { os: rocky, nics: { lan: 3 }, roles: { service: { ports: { site: tcp/80 }, command: /bin/site } } }
access:
  - lan -> server: site
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("cloud.yaml", CLOUD);
    folder
}

/// When each file below a folder was written.
fn times(at: &Path, all: &mut Vec<(String, std::time::SystemTime)>) {
    for entry in fs::read_dir(at).expect("a folder") {
        let path = entry.expect("an entry").path();
        let meta = fs::symlink_metadata(&path).expect("there");
        all.push((path.display().to_string(), meta.modified().expect("a time")));
        if meta.is_dir() {
            times(&path, all);
        }
    }
}

#[test]
fn a_second_build_writes_nothing() {
    let folder = folder();
    let first = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(folder.read("out/server/etc/fmc/firewall.nft").contains("access.lan-server.site"));
    let (mut before, mut after) = (Vec::new(), Vec::new());
    times(folder.path(), &mut before);
    let second = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    times(folder.path(), &mut after);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.out.lines().all(|it| it.ends_with("as before")), "{second:?}");
    before.sort();
    after.sort();
    assert_eq!(before, after);
}

#[test]
fn a_change_is_shown_and_what_is_gone_is_removed() {
    let folder = folder();
    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    folder.write(
        "cloud.yaml",
        CLOUD.replace("tcp/80", "tcp/8080").replace("command: /bin/site", "user: www"),
    );
    let check = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("tcp dport 8080 accept comment"), "{ran:?}");
    assert!(ran.out.contains("- server/etc/systemd/system/site.service\n"), "{ran:?}");
    assert!(!folder.path().join("out/server/etc/systemd/system/site.service").exists());
    let check = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
}

/// A file where a folder was, and a folder where a file was.
#[test]
fn what_is_gone_gives_way_to_what_is_new() {
    let folder = folder();
    let build = |path: &str| {
        let files = format!("files: {{ {path}: {{ text: own }} }}, nics: {{ lan: 2 }}");
        folder.write("cloud.yaml", CLOUD.replace("nics: { lan: 2 }", &files));
        let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
        assert_eq!(ran.code, Some(0), "{path}: {ran:?}");
        assert_eq!(folder.read(&format!("out/router{path}")).lines().last(), Some("own"), "{path}");
    };
    for path in ["/opt/own", "/opt/own/deeper", "/opt/own"] {
        build(path);
    }
}

/// Several things cannot be written at once: which of them is told does not depend on who came first.
#[test]
fn of_several_failures_the_first_is_told() {
    let folder = folder();
    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    for host in ["router", "server"] {
        let etc = folder.path().join("out").join(host).join("etc");
        fs::remove_dir_all(&etc).expect("it was built");
        fs::write(&etc, "in the way").expect("a file");
    }
    for _ in 0..8 {
        let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains("out/router/etc"), "{}", ran.err);
    }
}

#[test]
fn what_fmc_did_not_write_stays() {
    let folder = folder();
    fs::create_dir(folder.path().join("mine")).expect("a folder");
    folder.write("mine/precious", "mine");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "mine"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(fs::read_dir(folder.path().join("mine")).expect("there").count(), 1);

    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    folder.write("out/server/etc/own", "mine");
    // Changed by hand and then gone from the cloud: it is kept, and said.
    let unit = "out/server/etc/systemd/system/site.service";
    folder.write(unit, "mine too");
    folder.write("cloud.yaml", CLOUD.replace(", command: /bin/site", ""));
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("! server/etc/systemd/system/site.service"), "{ran:?}");
    assert_eq!(
        (folder.read(unit), folder.read("out/server/etc/own")),
        ("mine too".into(), "mine".into())
    );
    // A file of somebody else where one of ours has to go stops the build before anything happens.
    folder.write("cloud.yaml", CLOUD);
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(folder.read(unit), "mine too");
}

#[test]
fn a_build_that_was_killed_is_finished_by_the_next_one() {
    let folder = folder();
    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    let whole = folder.read("out/.fmc-build.json");
    // As it is after the marker was written and nothing else was.
    for host in ["router", "server"] {
        fs::remove_dir_all(folder.path().join("out").join(host)).expect("removed");
    }
    fs::create_dir(folder.path().join("out/.fmc-unfinished")).expect("a folder");
    folder.write("out/.fmc-unfinished/file", "half");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(folder.read("out/.fmc-build.json"), whole);
    assert!(folder.read("out/router/etc/sysctl.d/90-fmc.conf").contains("net.ipv4.ip_forward = 1"));
    assert!(!folder.path().join("out/.fmc-unfinished").exists());
}

#[test]
fn two_builds_into_one_folder_do_not_mix() {
    let folder = folder();
    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    let lock = fs::File::open(folder.path().join("out")).expect("a folder");
    lock.lock().expect("locked");
    folder.write("cloud.yaml", CLOUD.replace("tcp/80", "tcp/8080"));
    let mut command = command(folder.path(), &["build", "cloud.yaml", "-o", "out"]);
    let waiting = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    // It has decided what to write once it has opened the folder to lock it.
    let out = folder.path().join("out").canonicalize().expect("there");
    let descriptors = format!("/proc/{}/fd", waiting.id());
    let mut tries = 0..3000;
    while !fs::read_dir(&descriptors)
        .expect("it waits for us")
        .flatten()
        .any(|it| fs::read_link(it.path()).is_ok_and(|it| it == out))
    {
        assert!(tries.next().is_some(), "it never locks the folder");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let marker = folder.read("out/.fmc-build.json");
    folder.write("out/.fmc-build.json", marker.replacen("\"model\": \"", "\"model\": \"0", 1));
    drop(lock);
    let ended = waiting.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{told}");
    assert!(told.contains("was built into by another run of fmc meanwhile"), "{told}");
    let rules = folder.read("out/server/etc/fmc/firewall.nft");
    assert!(!rules.contains("8080"), "nothing was written");
}

#[test]
fn one_host_is_built_without_the_others() {
    let folder = folder();
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--host", "server"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!folder.path().join("out/router").exists());
    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--host", "server"]);
    assert!(folder.path().join("out/router/etc/hosts").exists(), "{ran:?}");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--host", "sever"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("did you mean `server`?"), "{ran:?}");
}

#[test]
fn a_cloud_with_errors_is_refused() {
    let folder = folder();
    folder.write("cloud.yaml", CLOUD.replace("lan: 3", "lan: 2"));
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(!folder.path().join("out").exists());
    // What only shows when the roles configure is an error too, for build and for check.
    let twice = CLOUD
        .replace("command: /bin/site", "command: /opt/haproxy")
        .replace("roles: { service", "roles: { haproxy: , service");
    folder.write("cloud.yaml", &twice);
    for words in [&["build", "cloud.yaml", "-o", "out"][..], &["check", "cloud.yaml"]] {
        let ran = fmc_in(&folder, words);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.out.contains("FMC0510"), "{ran:?}");
    }
}

#[test]
fn a_line_tells_why_it_is_there() {
    let text = fs::read_to_string(
        Path::new(ROOT).join("crates/fmc-build/tests/golden/vps/etc/fmc/firewall.nft"),
    );
    let text = text.expect("the golden file");
    let line = text.lines().position(|it| it.contains("dnat ip to")).expect("the rule") + 1;
    let asked = format!("vps:/etc/fmc/firewall.nft:{line}");
    let ran = fmc(&["build", FOUNDING, "--why", &asked]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for part in [
        "examples/flatcarmicrocloud.yaml:182:5",
        "- public -> web: [https, http]",
        "made by firewall",
        "access.cloudflare-vps.https",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran:?}");
    }
    let json = fmc(&["build", FOUNDING, "--json", "--why", &asked]).json();
    assert_eq!(json["flow"]["id"], "access.cloudflare-vps.https");
    for (asked, said) in [
        ("vps:/etc/fmc/firewall.nft:9999", "has so many lines"),
        ("vps:/etc/fmc/firewal.nft:1", "did you mean `/etc/fmc/firewall.nft`?"),
        ("vps:/etc/fmc/firewall.nft", "is no line of a file"),
        ("cloudflare:/etc/hosts:1", "has no file"),
    ] {
        let ran = fmc(&["build", FOUNDING, "--why", asked]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(said), "{said}: {ran:?}");
    }
}

#[test]
fn whoever_runs_a_host_for_us_is_told_what_a_role_knows_or_nothing() {
    let folder = folder();
    let text = CLOUD.replace("hosts:\n", "hosts:\n  cloudy: { managed: true, nics: { lan: 9 } }\n");
    folder.write("cloud.yaml", text);
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--host", "cloudy"]);
    assert!(ran.code == Some(2) && ran.err.contains("run by somebody else"), "{ran:?}");
    let text = fs::read_to_string(Path::new(ROOT).join(FOUNDING)).expect("the example");
    folder.write("cloud.yaml", text);
    let edge = ["build", "cloud.yaml", "-o", "out", "--host", "cloudflare"];
    let ran = fmc_in(&folder, &edge);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("cloudflare    6 files  6 new"), "{ran:?}");
    assert!(folder.read("out/cloudflare/settings.json").contains("\"value\": \"strict\""));
    assert_eq!(fmc_in(&folder, &[&edge[..], &["--check"]].concat()).code, Some(0));
    let line = "cloudflare:/dns_records/batch.json:6";
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "--why", line]);
    assert!(ran.out.contains("web:") && ran.out.contains("made by cdn"), "{ran:?}");
}

#[test]
fn machines_are_told_everything() {
    let folder = folder();
    let json = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--json"]).json();
    assert_eq!((&json["written"], &json["up_to_date"]), (&true.into(), &false.into()));
    assert_eq!(json["hosts"]["server"]["files"]["/etc/fmc/firewall.nft"]["mode"], "0600");
    let again = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--json", "--check"]).json();
    assert_eq!((&again["written"], &again["up_to_date"]), (&false.into(), &true.into()));
    assert_eq!(again["changes"].as_array().map(Vec::len), Some(0));
    assert_eq!(again["model"], json["model"]);
}

#[test]
fn machines_get_what_they_are_started_from() {
    let folder = folder();
    folder.write("cloud.yaml", CLOUD.replace("os: rocky", "os: flatcar"));
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(folder.read("out/server.ign").contains("\"version\": \"3.3.0\""));
    assert!(folder.read("out/router.nocloud/user-data").starts_with("#cloud-config\n"));
    // Another system is started from something else: the old artifact goes, and is told.
    folder.write("cloud.yaml", CLOUD);
    let check = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--host", "server"]);
    assert!(ran.out.contains("- server.ign\n"), "{ran:?}");
    assert!(!folder.path().join("out/server.ign").exists());
    assert!(folder.read("out/server.nocloud/network-config").contains("192.168.0.3/24"));
    // A line of it leads where the same line of the file leads.
    let text = folder.read("out/server.nocloud/user-data");
    let line = text.lines().position(|it| it.contains("access.lan-server.site")).expect("it") + 1;
    let asked = format!("server.nocloud/user-data:{line}");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "--why", &asked]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("- lan -> server: site"), "{ran:?}");
    let ran = fmc_in(&folder, &["build", "cloud.yaml", "--why", "server.nocloud/usr-data:1"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("did you mean `server.nocloud/user-data`?"), "{ran:?}");
}

#[test]
fn an_archive_is_written_as_a_folder_is() {
    let folder = folder();
    let bytes = |name: &str| fs::read(folder.path().join(name)).expect("an archive");
    let build = |words: &[&str]| fmc_in(&folder, &[&["build", "cloud.yaml", "-o"], words].concat());
    assert_eq!(build(&["out.tar"]).code, Some(0));
    assert_eq!(build(&["other.tar"]).code, Some(0));
    let first = bytes("out.tar");
    assert_eq!(first, bytes("other.tar"));
    // Everything in it is what a folder would have.
    assert_eq!(build(&["out"]).code, Some(0));
    let members = fmc_build::unpack(&first).expect("an archive");
    for (path, content) in &members {
        if let fmc_build::Content::Text(text, _) = content {
            assert_eq!(folder.read(&format!("out/{path}")).as_bytes(), text, "{path}");
        }
    }
    assert!(members.contains_key("router.nocloud/user-data"));

    assert_eq!(build(&["out.tar", "--check"]).code, Some(0));
    folder.write("cloud.yaml", CLOUD.replace("tcp/80", "tcp/8080"));
    assert_eq!(build(&["out.tar", "--check"]).code, Some(1));
    assert_eq!(bytes("out.tar"), first);
    let ran = build(&["out.tar"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("tcp dport 8080 accept comment"), "{ran:?}");
    assert_ne!(bytes("out.tar"), first);

    folder.write("mine.tar", "mine");
    let ran = build(&["mine.tar"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(folder.read("mine.tar"), "mine");
}

#[test]
fn nothing_is_written_outside_of_the_folder() {
    for (from, to, said) in [
        (
            "roles: { router: }",
            "files: { \"/etc/../../../evil\": { text: x } }, roles: { router: }",
            "`.` or `..`",
        ),
        (
            "os: debian, nics: { lan: 2 }",
            "os: debian, nics: { lan: { address: 2, interface: /../../../../evil } }",
            "the name of an interface",
        ),
    ] {
        let folder = Folder::new();
        folder.write("in/cloud.yaml", CLOUD.replace(from, to));
        let ran = fmc_in(&folder, &["build", "in/cloud.yaml", "-o", "in/out"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(said) || ran.out.contains(said), "{ran:?}");
        let names = |at: &Path| -> Vec<_> {
            fs::read_dir(at).expect("it").map(|it| it.expect("it").file_name()).collect()
        };
        assert_eq!(names(&folder.path().join("in")), ["cloud.yaml"]);
        assert!(!names(folder.path()).iter().any(|it| it.to_string_lossy().contains("evil")));
    }
}

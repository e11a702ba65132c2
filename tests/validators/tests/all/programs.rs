//! Programs that no package brings: fetched by the very script and list of a host, from a server in its
//! sandbox, and by Ignition itself; and everything that may be wrong with what the server gives.

use crate::common::fetching::{LIST, SCRIPT, serve, server_file};
use crate::common::{cloud, first, hosts, root};
use fmc_build::{HostTree, Node};
use fmc_model::Cloud;
use fmc_model::cloud::Host;
use fmc_sys::{Command, Host as _, Outcome, Placed, Sandbox, Setup};

const TOOL: &str = "#!/bin/sh\necho tool\n";

/// A node that fetches an archive of upstream's from a mirror, and a program of somebody's own.
const CLOUD: &str = "\
version: 1
name: fetching
mirror: http://127.0.0.1:8080/mirror
programs:
  etcd: { version: 3.6.14, sha256: ARCHIVE }
  tool: { version: 1.0, url: \"http://127.0.0.1:8080/own/tool-{version}\", sha256: TOOL }
networks: { lan: { cidr: 192.168.7.0/24, gateway: 192.168.7.1, dhcp: 192.168.7.100-192.168.7.200 } }
hosts:
  node: { os: flatcar, nics: { lan: 31 }, roles: { etcd: , service: { command: /opt/bin/tool } } }
";

const ARCHIVE: &str =
    "/srv/mirror/github.com/etcd-io/etcd/releases/download/v3.6.14/etcd-v3.6.14-linux-amd64.tar.gz";
const OWN: &str = "/srv/own/tool-1.0";
const ETCD: &str = "/opt/bin/etcd";
const ETCDCTL: &str = "/opt/bin/etcdctl";

/// An archive like upstream's, the same bytes each time.
fn archive() -> Vec<u8> {
    let folder = "/in/etcd-v3.6.14-linux-amd64";
    let file = |name: &str, text: &str| Placed::new(format!("{folder}/{name}"), text).mode(0o755);
    let on = Setup::over(root())
        .file(file("etcd", "#!/bin/sh\necho etcd\n"))
        .file(file("etcdctl", "#!/bin/sh\necho etcdctl\n"))
        .file(file("README.md", "nobody asked for this\n"))
        .start()
        .expect("a sandbox");
    let pack = "cd /in && tar --sort=name --mtime=@0 --owner=0 --group=0 -cf - * | gzip -n";
    let packed = on.run(&Command::new("sh").args(["-ec", pack])).expect("an outcome");
    assert!(packed.success() && packed.stdout.len() > 100, "{packed:?}");
    packed.stdout
}

/// The cloud, with the digests of what is served.
fn fetching(archive: &[u8]) -> Cloud {
    let text = CLOUD
        .replace("ARCHIVE", &fmc_build::digest(archive))
        .replace("TOOL", &fmc_build::digest(TOOL.as_bytes()));
    cloud(&text)
}

fn text(tree: &HostTree, path: &str) -> String {
    match tree.node(path) {
        Some(Node::File(file)) => file.printed.text().to_owned(),
        other => panic!("{path}: {other:?}"),
    }
}

/// The host with its list and its script, and what is served to it.
fn node(cloud: &Cloud, served: Vec<Placed>) -> Sandbox {
    let (_, tree) = hosts(cloud).remove(0);
    let own = [LIST, SCRIPT].map(|it| Placed::new(it, text(&tree, it)));
    let setup = Setup::over(root()).files(own).files(served).file(server_file());
    setup.start().expect("a sandbox")
}

fn fetch(on: &Sandbox) -> Outcome {
    on.run(&Command::new("/bin/sh").args([SCRIPT, "--once"])).expect("an outcome")
}

fn says(on: &Sandbox, script: &str) -> String {
    let outcome = on.run(&Command::new("sh").args(["-c", script])).expect("an outcome");
    outcome.text().trim().to_owned()
}

/// Everything below the folders in which something is put, with its mode.
fn there(on: &Sandbox) -> String {
    let find = "mkdir -p /opt/bin; find /opt/bin /var/lib/fmc -type f ! -name '*.installed' -printf '%m %p\\n' | sort";
    says(on, find)
}

const ALL: &str = "755 /opt/bin/etcd\n755 /opt/bin/etcdctl\n755 /opt/bin/tool";

#[test]
fn what_has_its_digest_is_put_into_its_place_and_left_alone_there() {
    let archive = archive();
    let cloud = fetching(&archive);
    let on = node(&cloud, vec![Placed::new(ARCHIVE, archive), Placed::new(OWN, TOOL)]);
    let server = serve(&on);
    let first = fetch(&on);
    assert!(first.success(), "{}", first.talk());
    // The members that are wanted, and no other; nothing that was fetched is kept.
    assert_eq!(there(&on), ALL);
    assert_eq!(says(&on, "/opt/bin/etcd; /opt/bin/etcdctl; /opt/bin/tool"), "etcd\netcdctl\ntool");
    // What is there and right needs no network: after it was started anew, say.
    drop(server);
    let second = fetch(&on);
    assert!(second.success() && second.talk().is_empty(), "{}", second.talk());
    // What is gone or not what it was is fetched again.
    for damage in ["rm /opt/bin/etcdctl", "echo >> /opt/bin/etcd", "echo >> /opt/bin/tool"] {
        says(&on, damage);
        let alone = fetch(&on);
        assert!(!alone.success() && alone.talk().contains("cannot be fetched from"), "{damage}");
        let server = serve(&on);
        let mended = fetch(&on);
        assert!(mended.success(), "{damage}: {}", mended.talk());
        assert_eq!((there(&on).as_str(), mended.talk().lines().count()), (ALL, 1), "{damage}");
        drop(server);
    }
}

/// A file that somebody put there beforehand is taken if it is the right one.
#[test]
fn what_was_brought_by_hand_needs_no_network() {
    let archive = archive();
    let kept = |it: &[u8]| format!("/var/lib/fmc/programs/{}", fmc_build::digest(it));
    let by_hand = vec![
        Placed::new(kept(&archive), archive.clone()),
        Placed::new(kept(TOOL.as_bytes()), TOOL),
    ];
    let on = node(&fetching(&archive), by_hand);
    let outcome = fetch(&on);
    assert!(outcome.success(), "{}", outcome.talk());
    assert_eq!(there(&on), ALL);
}

/// What is served where another archive was pinned, and what is said of it. One that is the pinned one
/// and of no use may be kept, so that it is not fetched again and again.
fn refused(pinned: &[u8], served: Vec<Placed>, may_be_kept: bool, why: &str) {
    let cloud = fetching(pinned);
    let old = Placed::new(ETCD, "old\n").mode(0o755);
    let mut files = served;
    files.extend([Placed::new(OWN, TOOL), old]);
    let on = node(&cloud, files);
    let _server = serve(&on);
    let outcome = fetch(&on);
    assert!(!outcome.success() && outcome.talk().contains(why), "{why}: {}", outcome.talk());
    // What was there stays, nothing else is put anywhere, and the other program has come all the same.
    let left = there(&on);
    let kept = format!("644 /var/lib/fmc/programs/{}\n", fmc_build::digest(pinned));
    let left = left.strip_prefix(&kept).filter(|_| may_be_kept).unwrap_or(&left);
    assert_eq!(left, "755 /opt/bin/etcd\n755 /opt/bin/tool", "{why}");
    assert_eq!(says(&on, "cat /opt/bin/etcd"), "old", "{why}");
}

#[test]
fn what_has_another_digest_is_refused_and_leaves_nothing() {
    let good = archive();
    let mut other = good.clone();
    let last = other.len() - 1;
    other[last] ^= 1;
    refused(&good, vec![Placed::new(ARCHIVE, other)], false, "refused: what http://127.0.0.1:8080");
    // Half of it, which the server takes for the whole.
    let half = good[..good.len() / 2].to_vec();
    refused(&good, vec![Placed::new(ARCHIVE, half)], false, "refused: what http://127.0.0.1:8080");
    refused(&good, Vec::new(), false, "cannot be fetched from http://127.0.0.1:8080");
}

/// What is had and refused is had again after ever longer, for nobody may have mended it; what cannot be
/// had costs nothing, and is asked for each time. The waiting itself is only counted here.
#[test]
fn what_is_refused_rests_ever_longer() {
    let cloud = fetching(&archive());
    let (_, tree) = hosts(&cloud).remove(0);
    // Two hundred rounds of a quarter of a minute; then whoever waits is ended.
    let sleep = "#!/bin/sh\necho wait \"$1\" >>/tmp/asked\n\
                 test $(grep -c ^wait /tmp/asked) -lt 200 || kill $PPID\n";
    let curl = "#!/bin/sh\nfor last; do :; done\necho \"$last\" >>/tmp/asked\n\
                case $last in */own/*) exit 7 ;; esac\n\
                while test \"$1\" != --output; do shift; done; echo other >\"$2\"\n";
    let tool = |name: &str, text: &str| Placed::new(format!("/in/bin/{name}"), text).mode(0o755);
    let own = [LIST, SCRIPT].map(|it| Placed::new(it, text(&tree, it)));
    let setup = Setup::over(root()).files(own).file(tool("sleep", sleep)).file(tool("curl", curl));
    let on = setup.start().expect("a sandbox");
    let path = "/in/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let outcome =
        on.run(&Command::new("/bin/sh").arg(SCRIPT).env("PATH", path)).expect("an outcome");
    assert!(!outcome.success(), "{outcome:?}");
    let asked = says(&on, "cat /tmp/asked");
    let mut now = 0;
    let (mut refused, mut unreachable) = (Vec::new(), 0);
    for line in asked.lines() {
        match line.strip_prefix("wait ") {
            Some(seconds) => now += seconds.parse::<u32>().expect("seconds"),
            None if line.contains("/mirror/") => refused.push(now),
            None => unreachable += 1,
        }
    }
    assert_eq!(refused, [0, 15, 45, 105, 225, 465, 945, 1545, 2145, 2745]);
    assert_eq!((unreachable, now), (200, 3000));
    let talk = outcome.talk();
    assert_eq!(talk.matches("refused: what http://127.0.0.1:8080/mirror/").count(), 10, "{talk}");
}

/// What curl would take for a pattern is an address.
#[test]
fn an_address_with_brackets_is_one_address() {
    let text = CLOUD
        .replace("own/tool-{version}", "own/tool-[1-2]")
        .replace("ARCHIVE", &fmc_build::digest(&archive()))
        .replace("TOOL", &fmc_build::digest(TOOL.as_bytes()));
    let on = node(&cloud(&text), vec![Placed::new("/srv/own/tool-[1-2]", TOOL)]);
    let _server = serve(&on);
    let outcome = fetch(&on);
    assert!(outcome.talk().contains("tool 1.0: is in its place"), "{}", outcome.talk());
    assert_eq!(there(&on), "755 /opt/bin/tool");
}

/// A connection that ends too early.
#[test]
fn what_breaks_off_is_refused() {
    let good = archive();
    let text = CLOUD.replace("8080/mirror", "8080/short/mirror");
    let text = text
        .replace("ARCHIVE", &fmc_build::digest(&good))
        .replace("TOOL", &fmc_build::digest(TOOL.as_bytes()));
    let served =
        vec![Placed::new(ARCHIVE.replace("/srv/", "/srv/short/"), good), Placed::new(OWN, TOOL)];
    let on = node(&cloud(&text), served);
    let _server = serve(&on);
    let outcome = fetch(&on);
    assert!(
        !outcome.success() && outcome.talk().contains("cannot be fetched"),
        "{}",
        outcome.talk()
    );
    assert_eq!(there(&on), "755 /opt/bin/tool");
}

/// An archive that is the pinned one and has not what is wanted of it.
#[test]
fn an_archive_without_its_members_is_refused() {
    let folder = "/in/etcd-v3.6.14-linux-amd64";
    let on = Setup::over(root())
        .file(Placed::new(format!("{folder}/etcd"), "#!/bin/sh\n").mode(0o755))
        .start()
        .expect("a sandbox");
    let pack = Command::new("sh").args(["-ec", "cd /in && tar -czf - *"]);
    let lacking = on.run(&pack).expect("an outcome").stdout;
    refused(&lacking, vec![Placed::new(ARCHIVE, lacking.clone())], true, "Not found in archive");
}

/// Ignition takes what the artifact says and puts each file into its place, or where the unit that
/// unpacks it looks first; and it refuses what has another digest.
#[test]
fn ignition_fetches_what_has_its_digest_and_refuses_the_rest() {
    let good = archive();
    let cloud = fetching(&good);
    let (host, tree) = hosts(&cloud).remove(0);
    let served = |tool: &str| vec![Placed::new(ARCHIVE, good.clone()), Placed::new(OWN, tool)];
    let on = ignited(host, &tree, served(TOOL)).expect("it is applied");
    let kept = format!("/var/lib/fmc/programs/{}", fmc_build::digest(&good));
    let up = format!("{}/opt/bin/tool", first::APPLIED);
    assert_eq!(says(&on, &format!("stat -c %a {up}; {up}")), "755\ntool");
    let digest = says(&on, &format!("sha256sum < {}{kept}", first::APPLIED));
    assert!(digest.starts_with(&fmc_build::digest(&good)), "{digest}");
    // From there on the unit needs no network.
    drop(on);
    let why = ignited(host, &tree, served("#!/bin/sh\necho another\n")).expect_err("refused");
    assert!(why.contains("hash verification failed"), "{why}");
}

fn ignited(host: &Host, tree: &HostTree, served: Vec<Placed>) -> Result<Sandbox, String> {
    let text = text(tree, "node.ign");
    let mut files = vec![Placed::new("/in/host.ign", text), server_file()];
    files.extend(served);
    let on = first::start(host, tree, &std::collections::BTreeSet::new(), files)?;
    let server = serve(&on);
    first::apply_ignition(&on)?;
    drop(server);
    Ok(on)
}

/// The list that a host fetches by names nothing that the sandbox does not have.
#[test]
fn everything_that_fetching_needs_is_named() {
    let cloud = fetching(&archive());
    let (host, _) = hosts(&cloud).remove(0);
    let programs = &cloud.setup(host.id).programs;
    for name in ["ca-certificates", "curl", "tar"] {
        assert!(programs.contains(&name), "{name}: {programs:?}");
    }
    assert_eq!(cloud.setup(host.id).downloads.len(), 2);
    assert!(cloud.setup(host.id).missing.is_empty());
    assert!([ETCD, ETCDCTL].iter().all(|path| {
        let installs = cloud.setup(host.id).downloads.iter().flat_map(|it| &it.installs);
        installs.into_iter().any(|it| it.path == **path)
    }));
}

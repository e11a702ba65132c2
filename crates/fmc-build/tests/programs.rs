//! Every program that a unit starts comes from somewhere: the system, a package, a file that is fetched
//! and verified, or, where nothing of these has it, from whoever runs the cloud, who is told.

mod common;

use common::{EXAMPLES, built, nodes};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, System};
use fmc_model::setup::{Process, Setup};
use std::collections::BTreeSet;

const SYSTEMS: [System; 4] = [System::Flatcar, System::Almalinux, System::Rocky, System::Debian];

/// What is in the base of every system: coreutils, sed, a shell.
const BASE: [&str; 5] = ["/bin/rm", "/bin/sh", "/usr/bin/install", "/usr/bin/sed", "/usr/bin/test"];

/// Whether something that is fetched is put there.
fn is_fetched(path: &str, setup: &Setup) -> bool {
    setup.downloads.iter().flat_map(|it| &it.installs).any(|it| it.path == path)
}

/// Programs that a unit of a host starts and that come from nowhere, without anybody being told.
fn unaccounted(host: &Host, setup: &Setup) -> Vec<String> {
    let Some(system) = host.system.filter(|_| !host.managed) else { return Vec::new() };
    let named: Vec<_> = setup.programs.iter().map(|it| system.program(it)).collect();
    let paths = setup.processes.iter().flat_map(Process::starts);
    let accounted = |path: &str| {
        BASE.contains(&path)
            || is_fetched(path, setup)
            || setup.missing.iter().any(|it| it.path == path)
            || named.iter().any(|it| {
                it.path == path
                    && !it.fetched
                    && it.package.iter().all(|it| setup.packages.contains(it))
            })
            // What somebody's own service runs may be in the image that they use.
            || setup.processes.iter().any(|it| {
                it.cause.by == "service" && it.starts().contains(&path) && path.starts_with("/usr/")
            })
    };
    paths.filter(|it| !accounted(it)).map(str::to_owned).collect()
}

fn check(name: &str, cloud: &Cloud) -> usize {
    let mut fetched = 0;
    for host in cloud.hosts.values() {
        let setup = cloud.setup(host.id);
        let lost = unaccounted(host, setup);
        assert!(lost.is_empty(), "{name} {}: nothing brings {lost:?}", host.name);
        // No role but one that runs what a person wrote leaves anything to them, where a system that
        // installs packages runs it.
        if host.system != Some(System::Flatcar) {
            let left: Vec<_> = setup.missing.iter().filter(|it| it.cause.by != "service").collect();
            assert!(left.is_empty(), "{name} {}: {left:?}", host.name);
        }
        fetched += setup.downloads.len();
    }
    fetched
}

#[test]
fn every_program_that_a_unit_starts_comes_from_somewhere() {
    for (name, text) in EXAMPLES {
        let fetched = check(name, &built(text).0);
        assert!(fetched > 0, "{name} fetches nothing");
    }
}

/// The same of each role's smallest cloud, with its hosts on every system that can have the role.
#[test]
fn every_program_of_every_role_comes_from_somewhere_on_every_system() {
    for role in fmc_roles::ROLES {
        for system in SYSTEMS {
            let about = role.about;
            if !about.systems.is_empty() && !about.systems.contains(&system) {
                continue;
            }
            let mut text = about.example.to_owned();
            for other in SYSTEMS {
                text = text
                    .replace(&format!("os: {}", other.word()), &format!("os: {}", system.word()));
            }
            check(&format!("{} on {system:?}", about.name), &built(&text).0);
        }
    }
}

/// The test above sees what it is there for.
#[test]
fn a_program_that_comes_from_nowhere_is_seen() {
    let (cloud, _) = built(common::FOUNDING);
    let host = &cloud.hosts["master1"];
    let mut setup = cloud.setup(host.id).clone();
    assert!(unaccounted(host, &setup).is_empty());
    setup.downloads.retain(|it| it.program != "etcd");
    assert_eq!(unaccounted(host, &setup), ["/opt/bin/etcd"]);
    let host = &cloud.hosts["loadbalancer1"];
    let mut setup = cloud.setup(host.id).clone();
    setup.packages.retain(|it| it != "haproxy");
    assert!(unaccounted(host, &setup).contains(&"/usr/sbin/haproxy".to_owned()));
}

/// Whoever runs what is fetched starts after it was, and nobody else waits for it.
#[test]
fn units_wait_for_what_they_start() {
    let mut waiting = BTreeSet::new();
    for (name, text) in EXAMPLES {
        let (cloud, _) = built(text);
        let files = nodes(&cloud);
        for host in cloud.hosts.values() {
            let setup = cloud.setup(host.id);
            for process in &setup.processes {
                let needs = process.starts().into_iter().any(|it| is_fetched(it, setup));
                let path = format!("{}/etc/systemd/system/{}.service", host.name, process.name);
                let unit = &files[&path];
                let waits = unit.contains("\nWants=network-online.target fmc-programs.service\n")
                    && unit.contains("\nAfter=network-online.target fmc-programs.service");
                assert_eq!(waits, needs, "{name} {path}\n{unit}");
                // Nobody is stopped when it is started anew.
                let bound = ["\nRequires=", "\nBindsTo=", "\nPartOf=", "\nRequisite="];
                assert!(!bound.iter().any(|it| unit.contains(it)), "{path}\n{unit}");
                if needs {
                    waiting.insert(process.name.as_str().to_owned());
                }
            }
            // Whoever comes after it waits until all is there: it has started when it has ended.
            let fetching = format!("{}/etc/systemd/system/fmc-programs.service", host.name);
            if let Some(unit) = files.get(&fetching) {
                let once = "\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh /etc/fmc/fetch-programs.sh\n";
                assert!(unit.contains(once) && !unit.contains("TimeoutStartSec"), "{unit}");
            }
            let list = files.contains_key(&format!("{}/etc/fmc/programs", host.name));
            assert_eq!(list, !setup.downloads.is_empty(), "{name} {}", host.name);
        }
    }
    for name in ["containerd", "coredns", "etcd", "kube-apiserver", "kubelet", "traefik"] {
        assert!(waiting.contains(name), "{name}: {waiting:?}");
    }
}

/// A cloud whose nodes get addresses by DHCP, one of them with processors of another kind.
const OTHERS: &str = "\
version: 1
name: others
mirror: http://192.168.7.9:8080/fmc
programs:
  kubectl: { version: 9.9.9, sha256: MINE }
  haproxy: { version: 3.2.1, url: \"https://files.example/haproxy-{version}-{processor}\", sha256: { x86_64: MINE } }
  sensor: { version: 1, url: https://files.example/sensor.tar.gz, members: [bin/sensor], sha256: MINE }
networks: { lan: { cidr: 192.168.7.0/24, gateway: 192.168.7.1, dhcp: 192.168.7.100-192.168.7.200 } }
vips: { api: { address: 192.168.7.20, serves: control-plane } }
hosts:
  mirror: { os: debian, nics: { lan: 9 } }
  lb[1-2]: { os: flatcar, nics: { lan: 21+ }, roles: { haproxy: , keepalived: { vips: [api] } } }
  arm: { os: flatcar, nics: { lan: 31 }, processor: aarch64, roles: { etcd: , control-plane: } }
  node: { os: flatcar, nics: { lan: 32 }, roles: { worker: } }
  meter: { os: rocky, nics: { lan: 41 }, roles: { service: { command: /usr/local/bin/sensor -v } } }
  other: { os: rocky, nics: { lan: 42 }, roles: { service: { command: /opt/own/other } } }
";

fn others() -> Cloud {
    let text = OTHERS.replace("MINE", &"0123456789abcdef".repeat(4));
    let (cloud, loaded) = built(&text);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    assert!(!cloud.configured().has_errors(), "{:?}", cloud.configured());
    cloud
}

#[test]
fn what_is_fetched_is_what_was_written_for_whom_it_is() {
    let cloud = others();
    let files = nodes(&cloud);
    let list = |host: &str| files[&format!("{host}/etc/fmc/programs")].clone();
    let mine = "0123456789abcdef".repeat(4);
    // A version of one's own comes from upstream's place, which the mirror stands for.
    let kubectl = format!(
        "\nkubectl 9.9.9 {mine} http://192.168.7.9:8080/fmc/dl.k8s.io/release/v9.9.9/bin/linux/arm64/kubectl \
         -=/opt/bin/kubectl\n"
    );
    assert!(list("arm").contains(&kubectl), "{}", list("arm"));
    assert!(
        list("arm").contains("etcd-v3.6.14-linux-arm64/etcd=/opt/bin/etcd "),
        "{}",
        list("arm")
    );
    assert!(list("node").contains("linux/amd64/kubelet -=/opt/bin/kubelet\n"), "{}", list("node"));
    assert!(list("node").contains(" ./ptp=/opt/cni/bin/ptp\n"), "{}", list("node"));
    // A place of one's own is that place.
    let haproxy = format!(
        "\nhaproxy 3.2.1 {mine} https://files.example/haproxy-3.2.1-x86_64 -=/opt/bin/haproxy\n"
    );
    assert!(list("lb1").contains(&haproxy), "{}", list("lb1"));
    let sensor = format!(
        "\nsensor 1 {mine} https://files.example/sensor.tar.gz bin/sensor=/usr/local/bin/sensor\n"
    );
    assert!(list("meter").contains(&sensor), "{}", list("meter"));
    // What nobody brings is told: beside the build, and in what a machine is started from.
    let missing = |host: &str| {
        let all = cloud.setup(cloud.hosts[host].id).missing.iter();
        all.map(|it| it.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(missing("lb1"), ["/opt/bin/keepalived"]);
    assert_eq!(missing("other"), ["/opt/own/other"]);
    assert_eq!(missing("meter"), Vec::<String>::new());
    assert!(files["other.nocloud/user-data"].contains("\n#   /opt/own/other\n"));
    // Whoever has the files is reached.
    let flow = cloud.flows.iter().find(|it| it.service == "programs").expect("a flow");
    assert_eq!(
        (flow.to.to_string(), flow.ports[0].to_string()),
        ("mirror".into(), "tcp/8080".into())
    );
}

/// An architecture of which no digest is known is not fetched without one.
#[test]
fn nothing_is_fetched_without_a_digest() {
    let text = OTHERS.replace("MINE", &"0123456789abcdef".repeat(4));
    let balancers = "lb[1-2]: { os: flatcar,";
    assert!(text.contains(balancers));
    let (cloud, _) = built(&text.replace(balancers, "lb[1-2]: { os: flatcar, processor: aarch64,"));
    let setup = cloud.setup(cloud.hosts["lb1"].id);
    assert!(setup.downloads.is_empty());
    let missing: Vec<&str> = setup.missing.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(missing, ["haproxy", "keepalived"]);
    // And whoever wrote the digest of the other one is told so, instead of being told to write any.
    let mine = "0123456789abcdef".repeat(4);
    let told = wrong(&OTHERS.replace(balancers, "lb[1-2]: { os: flatcar, processor: aarch64,"));
    let message = "lb1 runs `haproxy` on aarch64, for which there is no digest";
    assert_eq!(told, [(format!("{{ x86_64: {mine} }}"), message.to_owned())]);
}

/// What is wrong with a cloud: the words that are pointed at, and what is said of them.
fn wrong(text: &str) -> Vec<(String, String)> {
    let (cloud, loaded) = built(&text.replace("MINE", &"0123456789abcdef".repeat(4)));
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let told = cloud.configured().into_iter().map(|it| {
        let words = loaded.sources.slice(it.place).to_owned();
        (words, it.message(fmc_model::Language::English).to_string())
    });
    told.collect()
}

/// A file for each architecture has a digest for each; a file that is the same on all has one.
#[test]
fn one_digest_is_that_of_one_file() {
    let digest = "0123456789abcdef".repeat(4);
    let both = |program: &str| {
        let text = OTHERS.replace("  kubectl:", &format!("  {program}\n  kubectl:"));
        wrong(&text.replace("roles: { worker: }", "roles: { worker: , etcd: }"))
    };
    let message = "arm runs `etcd` on aarch64 and node on x86_64: two files, and one digest";
    let said = [(digest.clone(), message.to_owned())];
    // Upstream's place differs, and so may one's own.
    assert_eq!(both("etcd: { version: 3.6.13, sha256: MINE }"), said);
    let own = "etcd: { version: 3.6.13, url: \"https://files.example/PLACE.tgz\", sha256: MINE }";
    assert_eq!(both(&own.replace("PLACE", "etcd-{processor}")), said);
    assert_eq!(both(&own.replace("PLACE", "etcd-{version}")), []);
    let each = "etcd: { version: 3.6.13, sha256: { x86_64: MINE, aarch64: OTHER } }";
    assert_eq!(both(&each.replace("OTHER", &digest.chars().rev().collect::<String>())), []);
}

/// A program that was written is put where it was written, below `/usr` too; not on a system where
/// nothing can be put there.
#[test]
fn a_place_below_usr_is_one_where_it_is_not_the_image() {
    for path in ["/usr/lib/sensor/sensor", "/usr/bin/sensor", "/usr/local/sbin/sensor"] {
        let at = |system: &str| {
            OTHERS
                .replace("MINE", &"0123456789abcdef".repeat(4))
                .replace("members: [bin/sensor]", &format!("members: [bin/sensor], path: {path}"))
                .replace("command: /usr/local/bin/sensor -v", &format!("command: {path} -v"))
                .replace("meter: { os: rocky", &format!("meter: {{ os: {system}"))
        };
        assert_eq!(wrong(&at("rocky")), [], "{path}");
        let (cloud, _) = built(&at("rocky"));
        let setup = cloud.setup(cloud.hosts["meter"].id);
        assert!(is_fetched(path, setup) && setup.missing.is_empty(), "{path}: {setup:?}");
        let message = format!("meter has Flatcar, where nothing can be put at `{path}`");
        assert_eq!(wrong(&at("flatcar")), [(path.to_owned(), message)]);
    }
}

/// Ignition fetches where addresses come by DHCP, no router of the cloud is on the way, and nobody in the
/// cloud has the files; elsewhere its first start would wait for an address, or for an answer, for ever.
#[test]
fn ignition_fetches_where_it_can() {
    let fetches = |text: &str| text.contains("\"hash\": \"sha256-");
    // The mirror's firewall lets in who is of the cloud, and an address by DHCP is nobody's.
    let files = nodes(&others());
    assert!(!fetches(&files["node.ign"]), "{}", files["node.ign"]);
    // A program from elsewhere comes all the same.
    assert!(
        files["lb1.ign"].contains("\"source\": \"https://files.example/haproxy-3.2.1-x86_64\"")
    );
    let text = OTHERS
        .replace("MINE", &"0123456789abcdef".repeat(4))
        .replace("http://192.168.7.9:8080/fmc", "https://mirror.example/fmc");
    let files = nodes(&built(&text).0);
    let node = &files["node.ign"];
    assert!(fetches(node), "{node}");
    assert!(node.contains("\"path\": \"/opt/bin/kubelet\""));
    assert!(node.contains("/fmc/dl.k8s.io/release/v1.36.2/bin/linux/amd64/kubelet\""));
    let archive = "b98f74a0f8522f0a83867178729c1aa70f2158f90c45a2ca8fa791db1c76b303";
    assert!(node.contains(&format!("\"path\": \"/var/lib/fmc/programs/{archive}\"")));
    assert!(node.contains(&format!("\"hash\": \"sha256-{archive}\"")));
    for (path, text) in nodes(&built(common::FOUNDING).0) {
        assert!(!fetches(&text), "{path}");
        let is_first = text.contains("\"ignition\": {");
        assert!(!is_first || text.contains("/etc/fmc/fetch-programs.sh"), "{path}");
    }
}

/// Wherever a mirror is in the cloud, and by whatever name of it, whoever fetches comes to it; and
/// Ignition, which could not, is not told to.
#[test]
fn a_mirror_in_the_cloud_is_reached_by_each_of_its_names() {
    const APP: &str =
        "apps: { files: { hosts: [mirror], port: 8080, for: [network:lan] } }\nhosts:\n";
    const INGRESS: &str = "  door: { os: debian, nics: { lan: 8 }, roles: { traefik: } }\n";
    let own = OTHERS.replace("MINE", &"0123456789abcdef".repeat(4));
    let with_app = own.replace("hosts:\n", APP);
    let with_ingress = format!("{with_app}{INGRESS}");
    let cases = [
        (&own, "192.168.7.9:8080", "mirror", 8080),
        (&own, "mirror:8080", "mirror", 8080),
        (&own, "mirror.others.internal:8080", "mirror", 8080),
        (&own, "192.168.7.20", "vip:api", 80),
        (&own, "api", "vip:api", 80),
        (&own, "API.others.internal.", "vip:api", 80),
        (&own, "192.168.7.77", "network:lan", 80),
        (&with_app, "files.others.internal:8080", "mirror", 8080),
        (&with_ingress, "files.others.internal", "door", 80),
    ];
    for (text, place, to, port) in cases {
        let text = text.replace("version: 1\n", "version: 1\ndomain: others.internal\n");
        let (cloud, loaded) = built(&text.replace("192.168.7.9:8080", place));
        assert!(!loaded.diagnostics.has_errors(), "{place}: {:?}", loaded.diagnostics);
        let flow = cloud.flows.iter().find(|it| it.service == "programs");
        let flow = flow.unwrap_or_else(|| panic!("nobody comes to {place}"));
        let ports = format!("tcp/{port}");
        assert_eq!((flow.to.to_string(), flow.ports[0].to_string()), (to.into(), ports), "{place}");
        let node = &nodes(&cloud)["node.ign"];
        assert!(!node.contains("\"hash\""), "{place}: {node}");
    }
}

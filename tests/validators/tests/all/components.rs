//! What is fetched is what the list says, and runs: every tool of the root, CoreDNS and Traefik,
//! each in a sandbox.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::common::parts::{COREDNS_INSIDE, TRAEFIK_INSIDE, components, coredns, traefik};
use crate::common::root;
use fmc_components::{Source, State};
use fmc_sys::{Command, Host as _, Link, Placed, Sandbox, Setup};
use std::time::{Duration, Instant};

/// How long a daemon may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const ADDRESS: &str = "10.17.3.11";

fn setup() -> Setup {
    let link = Link::new("eth0").address(format!("{ADDRESS}/24").parse().unwrap());
    Setup::over(root()).hostname("host1").link(link)
}

fn version(name: &str) -> String {
    components().0.iter().find(|it| it.name == name).unwrap().version.clone()
}

/// What a command says that has to succeed.
fn says(on: &Sandbox, words: &[&str]) -> String {
    let command = Command::new(words[0]).args(&words[1..]);
    on.run(&command).unwrap().ok().unwrap_or_else(|it| panic!("{it}")).talk()
}

/// Runs a command until its output has a text in it: a daemon is asked until it answers.
fn ask_until(on: &Sandbox, words: &[&str], text: &str) {
    let command = Command::new(words[0]).args(&words[1..]);
    let start = Instant::now();
    loop {
        let outcome = on.run(&command).unwrap();
        if outcome.success() && outcome.text().contains(text) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{command}: no {text}: {outcome:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn coredns_starts_and_answers() {
    let corefile = format!(
        "example.test {{\n    bind {ADDRESS}\n    errors\n    file /etc/coredns/example.zone\n}}\n\
         . {{\n    bind {ADDRESS}\n    errors\n    forward . 9.9.9.9 {{\n        policy sequential\n        \
         health_check 2s\n    }}\n    cache 60\n    loop\n}}\n"
    );
    let zone = "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 10.17.3.11\n\
                _kerberos._udp SRV 0 100 88 ns\n";
    let on = setup()
        .bind(coredns(), COREDNS_INSIDE)
        .file(Placed::new("/etc/coredns/Corefile", corefile))
        .file(Placed::new("/etc/coredns/example.zone", zone))
        .start()
        .unwrap();
    let told = says(&on, &[COREDNS_INSIDE, "-version"]);
    assert!(told.starts_with(&format!("CoreDNS-{}\n", version("coredns"))), "{told}");
    let command = Command::new(COREDNS_INSIDE).args(["-conf", "/etc/coredns/Corefile"]);
    let daemon = on.spawn(&command).unwrap();
    let server = format!("@{ADDRESS}");
    let dig = ["dig", &server, "+short", "+time=1", "+tries=1"];
    ask_until(&on, &[&dig[..], &["ns.example.test"]].concat(), ADDRESS);
    let service = [&dig[..], &["SRV", "_kerberos._udp.example.test"]].concat();
    assert_eq!(says(&on, &service), "0 100 88 ns.example.test.\n");
    drop(daemon);
}

#[test]
fn traefik_starts_and_answers() {
    let settings = "entryPoints: { web: { address: ':8000' } }\nping: { entryPoint: traefik }\n\
                    api: { insecure: true }\nproviders: { file: { filename: /etc/traefik/dynamic.yml } }\n";
    let dynamic = "http:\n  routers: { r: { rule: 'Host(`a.test`)', service: s } }\n  \
                   services: { s: { loadBalancer: { servers: [ { url: 'http://127.0.0.1:9' } ] } } }\n";
    let on = setup()
        .bind(traefik(), TRAEFIK_INSIDE)
        .file(Placed::new("/etc/traefik/traefik.yml", settings))
        .file(Placed::new("/etc/traefik/dynamic.yml", dynamic))
        .start()
        .unwrap();
    let told = says(&on, &[TRAEFIK_INSIDE, "version"]);
    let line = |it: &str| it.split_whitespace().eq(["Version:", &version("traefik")]);
    assert!(told.lines().any(line), "{told}");
    let daemon = on
        .spawn(&Command::new(TRAEFIK_INSIDE).arg("--configFile=/etc/traefik/traefik.yml"))
        .unwrap();
    // Its own pages have an entry point of their own, at 8080.
    let url = |path: &str| format!("http://{ADDRESS}:8080/{path}");
    ask_until(&on, &["curl", "-sf", &url("ping")], "OK");
    ask_until(&on, &["curl", "-sf", &url("api/version")], &version("traefik"));
    // The router of the file is there, and what it leads to is not.
    let code = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: a.test"];
    ask_until(&on, &[&code[..], &[&format!("http://{ADDRESS}:8000/")]].concat(), "502");
    drop(daemon);
}

#[test]
fn a_sandbox_has_the_rules_that_it_was_given() {
    let rules = "table inet t {\n  chain c {\n    type filter hook input priority 0; policy drop;\n    \
                 iif lo accept\n    tcp dport 22 accept\n  }\n}\n";
    let on = setup().ruleset(rules).start().unwrap();
    let list = says(&on, &["nft", "list", "ruleset"]);
    assert!(list.contains("policy drop") && list.contains("tcp dport 22 accept"), "{list}");
    // Of a sandbox whose rules do not load there is none.
    let wrong = setup().ruleset(rules.replace("accept", "acept")).start().unwrap_err().to_string();
    assert!(wrong.contains("acept"), "{wrong}");
}

/// What validators and rehearsals start in the root, each with words that make it tell something and
/// end, and a part of what it tells.
const TOOLS: [(&[&str], &str); 35] = [
    (&["nft", "--version"], "nftables v1"),
    (&["ip", "-V"], "iproute2"),
    (&["wg", "--version"], "wireguard-tools"),
    (&["wireguard-go", "--version"], "wireguard-go"),
    (&["haproxy", "-v"], "HAProxy version 2"),
    (&["keepalived", "--version"], "Keepalived v2"),
    (&["etcd", "--version"], "etcd Version"),
    (&["etcdctl", "version"], "etcdctl version"),
    (&["chronyd", "--version"], "chrony"),
    (&["sh", "-c", "mkdir -p /run/sshd; exec sshd -T"], "gssapiauthentication"),
    (&["ssh", "-V"], "OpenSSH"),
    (&["/usr/lib/postgresql/15/bin/postgres", "--version"], "PostgreSQL) 15"),
    (&["psql", "--version"], "PostgreSQL) 15"),
    (&["ganesha.nfsd", "-v"], "NFS-Ganesha Release"),
    (&["nfs-ls"], "Usage: nfs-ls"),
    (&["nginx", "-t"], "ModSecurity-nginx"),
    (&["ls", "/usr/share/modsecurity-crs/rules"], "REQUEST-901-INITIALIZATION.conf"),
    (&["ns-slapd", "-v"], "389-Directory"),
    (&["dscreate", "--help"], "from-file"),
    (&["ldapsearch", "-VV"], "ldapsearch"),
    (&["krb5kdc", "-n"], "realm"),
    (&["kinit", "-V", "-k", "-t", "/dev/null", "a@B"], "Using principal: a@B"),
    (&["curl", "--version"], "https"),
    (&["dig", "-v"], "DiG 9"),
    (&["named-checkzone", "-v"], "9."),
    (&["tcpdump", "--version"], "libpcap"),
    (&["ping", "-V"], "iputils"),
    (&["openssl", "version"], "OpenSSL 3"),
    (&["systemd-analyze", "--version"], "systemd 252"),
    (&["NetworkManager", "--version"], "1.42"),
    (&["netplan", "info"], "netplan.io"),
    (&["cloud-init", "--version"], "22.4"),
    (&["ignition-validate", "--version"], "2.14"),
    (&["/usr/lib/dracut/modules.d/30ignition/ignition", "--version"], "2.14"),
    (
        &["sh", "-c", "virsh -c test:///default dumpxml test > d; virt-xml-validate d domain"],
        "d validates",
    ),
];

#[test]
fn every_tool_of_the_root_is_there() {
    let on = setup().start().unwrap();
    let mut wrong = Vec::new();
    for (words, text) in TOOLS {
        let command = Command::new(words[0]).args(&words[1..]);
        match on.run(&command) {
            // Some have no way to say who they are with success; that they say it is enough.
            Ok(outcome) if outcome.talk().contains(text) => {}
            Ok(outcome) => wrong.push(format!("{command}: {outcome:?}")),
            Err(failure) => wrong.push(failure.to_string()),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_root_has_what_the_list_says_and_nothing_of_this_machine() {
    root();
    let (list, store) = components();
    let debian = list.iter().find(|it| it.name == "debian").unwrap();
    let (State::Here(entry), Source::Debian { packages, .. }) =
        (store.state(debian), &debian.source)
    else {
        panic!("it was fetched");
    };
    let stamp = &entry.stamp;
    for name in packages.keys() {
        assert!(stamp.packages.iter().any(|it| it.name == *name), "{name}");
    }
    for package in &stamp.packages {
        assert!(package.sha256.len() == 64 && !package.version.is_empty(), "{package:?}");
    }
    for path in ["etc/apt/sources.list", "etc/resolv.conf", "etc/machine-id"] {
        let text = std::fs::read_to_string(entry.path().join(path)).unwrap_or_default();
        assert!(["", "uninitialized"].contains(&text.trim()), "{path}: {text}");
    }
    let left = std::fs::read_dir(entry.path().join("etc/apt/apt.conf.d")).unwrap().flatten();
    let left: Vec<_> = left.map(|it| it.file_name()).collect();
    assert!(!left.iter().any(|it| it.to_string_lossy().contains("mmdebstrap")), "{left:?}");
}

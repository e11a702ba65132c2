//! Faults that are put into built files, and that the rehearsal alone finds and names.

use super::promised::{EDGE, KEPT, KNOWN, PODS};
use crate::whole::{Built, told};
use crate::{alone, beside};
use fmc_model::Cloud;
use fmc_model::cloud::HostId;
use fmc_rehearse::service::Part;
use fmc_sys::Placed;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A fault: in which file of which host, what, and what instead; and words of which one must be told. Where the
/// path ends with `*`, files that begin so are instead those of the host that is named.
pub(crate) type Fault = (&'static str, &'static str, &'static str, &'static str, &'static str);

const RULES: &str = "/etc/fmc/firewall.nft";
const TUNNEL: &str = "/etc/wireguard/wg0.conf";
const VRRP: &str = "/etc/keepalived/keepalived.conf";
const SITES: &str = "/etc/traefik/sites/fmc.yml";
const ENTRY: &str = "/etc/traefik/traefik.yml";
const ZONE: &str = "/etc/coredns/zones/small.example.zone";
const REVERSE: &str = "/etc/coredns/zones/0.7.10.in-addr.arpa.zone";
const NAMES: &str = "/etc/coredns/Corefile";
const SYSCTLS: &str = "/etc/sysctl.d/90-fmc.conf";

const NETWORK: &str = "/etc/systemd/network/10-fmc-eth0.network";
const KEYFILE: &str = "/etc/NetworkManager/system-connections/fmc-eth0.nmconnection";

/// In `small.yaml`, in what sets up interfaces on hosts of both kinds.
const WIRES: &[Fault] = &[
    // A route is missing: to who comes by the tunnel, and to the rest of the world.
    (
        "gate",
        NETWORK,
        "[Route]\nDestination=10.9.0.0/24\nGateway=192.168.7.2\n",
        "",
        "ana to 192.168.7.20:22",
    ),
    ("names", KEYFILE, "route1=0.0.0.0/0,10.7.0.1\n", "", "www.example.org"),
    // An address is another one.
    ("site2", NETWORK, "Address=10.7.0.22/24", "Address=10.7.0.23/24", "10.7.0.22:8080"),
    ("ingress1", KEYFILE, "address1=10.7.0.12/24", "address1=10.7.0.19/24", "10.7.0.12"),
    // What nobody here knows may be anything.
    ("site1", NETWORK, "[Route]\n", "[Route]\nType=blackhole\n", "site1: /etc/systemd/network/"),
    ("data", NETWORK, "MTUBytes=1500", "MTUBytes=some", "10-fmc-eth0.network:8: `some`"),
    ("names", KEYFILE, "method=manual", "method=shared", "eth0.nmconnection:14: "),
];

const FAULTS: &[Fault] = &[
    // A rule is removed, narrowed, or for another port.
    (
        "home",
        RULES,
        "    ip saddr 10.9.0.1 ip daddr 10.7.0.30 tcp dport 443 accept",
        "    #",
        "10.7.0.30:443",
    ),
    ("gate", RULES, "tcp dport 22 accept", "tcp dport 23 accept", "192.168.7.20:22"),
    (
        "home",
        RULES,
        "ip saddr 10.9.0.10 ip daddr 192.168.7.20",
        "ip saddr 10.9.0.11 ip daddr 192.168.7.20",
        "ana",
    ),
    ("site1", RULES, "tcp dport 8080 accept", "tcp dport 8081 accept", "10.7.0.21:8080"),
    (
        "vps",
        RULES,
        "ct status dnat ip daddr 10.7.0.30 tcp dport 443 accept",
        "ct status dnat ip daddr 10.7.0.31 tcp dport 443 accept",
        "443",
    ),
    // An element of a set is missing, or one too many.
    (
        "home",
        RULES,
        "10.7.0.11-10.7.0.14, 10.7.0.21-10.7.0.22,",
        "10.7.0.11-10.7.0.14, 10.7.0.21,",
        "10.7.0.22:22",
    ),
    (
        "site1",
        RULES,
        "ip saddr 192.168.7.20 ip daddr 10.7.0.21 tcp dport 22",
        "ip daddr 10.7.0.21 tcp dport 22",
        "10.7.0.21:22",
    ),
    // Everything is let in, or through, or nothing.
    ("data", RULES, "    counter drop", "    counter accept", "10.7.0.14"),
    (
        "home",
        RULES,
        "type filter hook forward priority filter; policy drop;",
        "type filter hook forward priority filter; policy accept;\n    accept",
        "it came in",
    ),
    ("names", RULES, "iifname vmap @arriving", "#", "10.7.0.11"),
    ("site2", RULES, "\"eth0\" : jump", "\"eth9\" : jump", "10.7.0.22:8080"),
    // What leaves has no address that answers find.
    ("home", RULES, "    oifname \"eth0\" ip saddr @hosts-in-inner", "    # ", "clock"),
    ("vps", RULES, "dnat ip to 10.7.0.30", "dnat ip to 10.7.0.40", "https://www.small.example"),
    ("vps", RULES, "masquerade comment \"access.vps-ingress.https\"", "accept", "443"),
    // A file that its daemon refuses.
    ("ingress1", RULES, "table inet fmc {", "table inet fmc {{", "ingress1"),
    ("gate", "/etc/ssh/sshd_config", "Port 22", "Prot 22", "gate"),
    // Tunnels: who is behind whom, where the other end is, whose key it is.
    ("vps", TUNNEL, "10.7.0.0/24", "10.7.1.0/24", "443"),
    ("vps", TUNNEL, "10.9.0.10/32", "10.9.0.11/32", "ana"),
    ("home", TUNNEL, ":51820", ":51821", "tunnel"),
    ("home", SYSCTLS, "net.ipv4.ip_forward = 1", "net.ipv4.ip_forward = 0", "192.168.7.20:22"),
    // Virtual addresses: nobody hears the other, or another one is held.
    (
        "ingress2",
        RULES,
        "    ct state vmap",
        "    meta l4proto 112 drop\n    ct state vmap",
        "ingress",
    ),
    ("ingress2", VRRP, "virtual_router_id 51", "virtual_router_id 52", "ingress"),
    ("ingress1", VRRP, "10.7.0.30/24", "10.7.0.31/24", "10.7.0.30"),
    ("ingress1", VRRP, "interface eth0", "interface eth7", "ingress1"),
    // Ingress: where to, for whom, at which port.
    // Strangers see it only while this one holds the address, which the other may do as well.
    (
        "ingress1",
        SITES,
        ":8080",
        ":8081",
        "https://www.small.example|10.7.0.12 passes on www.small.example",
    ),
    ("vps", RULES, "tcp dport 443 dnat", "tcp dport 444 dnat", "https://www.small.example"),
    ("ingress1", ENTRY, "\":443\"", "\":444\"", "443"),
    // Names: wrong, missing, one too many, asked of nobody.
    ("names", ZONE, "site2 IN A 10.7.0.22", "site2 IN A 10.7.0.23", "site2"),
    ("names", ZONE, "data IN A 10.7.0.14\n", "", "data"),
    ("names", REVERSE, "22 IN PTR site2", "23 IN PTR site2", "site2"),
    ("names", NAMES, "forward . 9.9.9.9 1.1.1.1", "forward . 10.7.0.99", "www.example.org"),
    ("names", NAMES, "bind 10.7.0.11 127.0.0.1", "bind 127.0.0.1", "10.7.0.11:53"),
    // The time, and the database.
    ("names", "/etc/chrony.conf", "pool ", "#pool ", "clock"),
    (
        "data",
        "/etc/fmc/postgresql/postgresql.conf",
        "localhost,10.7.0.14",
        "localhost",
        "10.7.0.14:5432",
    ),
    ("data", "/etc/fmc/postgresql/postgresql.conf", "port = 5432", "port = 5433", "10.7.0.14:5432"),
    ("data", "/etc/fmc/postgresql/postgresql.conf", "ssl = on", "ssl = perhaps", "postgresql"),
];

const SMALL: &str = include_str!("../small.yaml");

/// Every cloud and what is planted there: none has more than its faults need. Those come first that are waited for
/// longest.
const CLOUDS: [(&str, &str, &[Fault]); 6] = [
    ("kept.yaml", include_str!("../kept.yaml"), KEPT),
    ("known.yaml", include_str!("../known.yaml"), KNOWN),
    ("edge.yaml", include_str!("../edge.yaml"), EDGE),
    ("pods.yaml", include_str!("../pods.yaml"), PODS),
    ("small.yaml", SMALL, FAULTS),
    ("small.yaml", SMALL, WIRES),
];

/// How many are tried at the same time: one with a fault waits for what never comes, and does nothing most of the
/// time.
const AT_ONCE: usize = 12;

/// Changes a file of a host; a fault that is nowhere is a fault of this test.
fn plant(cloud: &Cloud, parts: &mut BTreeMap<HostId, Part>, fault: &Fault) {
    let (host, path, what, instead, _) = fault;
    let id = |name: &str| cloud.hosts.get(name).expect("a host").id;
    if let Some(start) = path.strip_suffix('*') {
        let is_one = |it: &&mut Placed| it.path().to_string_lossy().starts_with(start);
        let others = parts[&id(instead)].files.clone();
        let part = parts.get_mut(&id(host)).expect("a part");
        let mut changed = 0;
        for file in part.files.iter_mut().filter(is_one) {
            let other = others.iter().find(|it| it.path() == file.path()).expect("the same file");
            assert_ne!(file.contents(), other.contents(), "{host}: {path}");
            *file = file.clone().with(other.contents());
            changed += 1;
        }
        assert_ne!(changed, 0, "{host} has no {path}");
        return;
    }
    let part = parts.get_mut(&id(host)).expect("a part");
    let file = part.files.iter_mut().find(|it| it.path() == Path::new(path));
    let file = file.unwrap_or_else(|| panic!("{host} has no {path}"));
    let text = String::from_utf8(file.contents().to_vec()).expect("text");
    assert!(text.contains(what), "{host}: {path} has no `{what}`:\n{text}");
    *file = file.clone().with(text.replace(what, instead));
}

/// Who looks for a fault finds the packets of the pairs that disagree, and the rules of their hosts.
#[test]
fn what_disagrees_leaves_evidence() {
    let _beside = beside();
    let built = Built::of("small.yaml", SMALL);
    let fault = FAULTS.iter().find(|it| it.1 == RULES).expect("one of a firewall");
    let told = told(&built, "test-evidence", true, |parts| plant(&built.cloud, parts, fault)).wrong;
    let size = |name: &str| -> u64 {
        let mut all = told.iter().filter(|it| it.contains(name));
        let size = all.find_map(|it| it.rsplit(' ').next()).unwrap_or_default();
        size.parse().unwrap_or_else(|_| panic!("no {name}: {told:#?}"))
    };
    let host = format!("evidence/hosts/{}", fault.0);
    assert!(size(&format!("{host}/ruleset.nft")) > 500);
    assert!(size(&format!("{host}/routes.txt")) > 50);
    assert!(size("/answers.json") > 50);
    // The head of a file of packets has 24 bytes. What the asking host drops itself nobody sees.
    let has_packets = |it: &&String| it.contains(".pcap ") && size(it) > 24;
    assert!(told.iter().any(|it| has_packets(&it)), "{told:#?}");
}

/// A host whose rules cannot be loaded is closed, as its unit has it (`ExecStopPost`), and lets nobody in.
#[test]
fn a_host_whose_rules_are_refused_is_closed() {
    let _beside = beside();
    let built = Built::of("small.yaml", SMALL);
    let refused = ("data", RULES, "table inet fmc {", "table inet fmc {{", "data");
    let told =
        told(&built, "test-closed", false, |parts| plant(&built.cloud, parts, &refused)).wrong;
    assert!(told.iter().any(|it| it.contains("fmc-firewall")), "{told:#?}");
    assert!(told.iter().any(|it| it.contains("nothing came in")), "{told:#?}");
    assert!(!told.iter().any(|it| it.contains("it came in")), "{told:#?}");
}

/// Plants each fault alone. Each cloud as it was built comes first, and must be sound.
#[test]
fn every_planted_fault_is_found_and_named() {
    let _alone = alone();
    let clouds: Vec<(Built, &[Fault])> =
        CLOUDS.iter().map(|(name, text, faults)| (Built::of(name, text), *faults)).collect();
    // As many at once as those with a fault: what is told of these is not that the machine is busy.
    let sound = clouds.iter().cycle().map(|it| (&it.0, None)).take(clouds.len().max(AT_ONCE));
    try_all(&sound.collect::<Vec<_>>());
    let faulty = clouds.iter().flat_map(|(built, all)| all.iter().map(move |it| (built, Some(it))));
    try_all(&faulty.collect::<Vec<_>>());
}

/// Rehearses clouds, some at a time: those with a fault must say so, and the others nothing.
fn try_all(all: &[(&Built, Option<&Fault>)]) {
    let next = AtomicUsize::new(0);
    let missed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..AT_ONCE {
            let (next, missed) = (&next, &missed);
            scope.spawn(move || {
                while let Some((built, fault)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = format!("test-planted-{number}");
                    let told = told(built, &name, false, |parts| {
                        if let Some(it) = fault {
                            plant(&built.cloud, parts, it);
                        }
                    });
                    let told = told.wrong;
                    let is_good = match fault {
                        None => told.is_empty(),
                        Some(it) => {
                            let mut words = it.4.split('|');
                            words.any(|word| told.iter().any(|it| it.contains(word)))
                        }
                    };
                    if !is_good {
                        missed.lock().expect("no panic").push((&built.cloud.name, fault, told));
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().expect("no panic");
    assert!(missed.is_empty(), "{} of {} missed: {missed:#?}", missed.len(), all.len());
}

#[test]
fn there_are_many_of_them() {
    assert!(CLOUDS.iter().map(|it| it.2.len()).sum::<usize>() >= 60);
}

//! `fmc trace`: what is told of the way of a packet, and how it ends.

use super::{FOUNDING, Folder, fmc, fmc_in};

/// A server behind a router, open to one neighbour alone.
const CLOUD: &str = "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.2 }
  inner: { cidr: 10.1.0.0/24 }
hosts:
  router: { os: debian, nics: { lan: 2, inner: 1 }, roles: { router: } }
  server: { os: rocky, nics: { inner: 3 }, roles: { service: { ports: { site: tcp/80 }, command: /bin/site } } }
  other: { os: debian, nics: { inner: 4 }, roles: { service: { ports: { odd: udp/99 } } } }
access:
  - lan -> server: site
";

#[test]
fn the_way_of_a_visitor_is_told_to_the_worker() {
    let ran = fmc(&["trace", FOUNDING, "public", "traefik:443"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    // Each hop with the rule that lets it through, and the line that the rule follows from.
    for part in [
        "cloudflare is run by somebody else",
        "destination becomes 10.17.3.30:443",
        "vps:/etc/fmc/firewall.nft:",
        "source becomes 10.17.0.1",
        "into the tunnel to physical1",
        "physical1:/etc/fmc/firewall.nft:",
        "loadbalancer1:/etc/fmc/firewall.nft:",
        "> 10.17.4.24:31541 tcp",
        "worker1:/etc/fmc/firewall.nft:",
        "(access.loadbalancer-worker.app-web)",
        "examples/flatcarmicrocloud.yaml:",
        "public → traefik:443: arrives, and the answer comes back",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
}

#[test]
fn a_rule_stands_in_the_line_that_is_told() {
    let folder = Folder::new();
    folder.write("cloud.yaml", CLOUD);
    let ran = fmc_in(&folder, &["trace", "lan", "server:site", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let told: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let steps = told["connection"]["there"]["steps"].as_array().expect("steps");
    fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    let mut rules = 0;
    for step in steps {
        let Some(place) = step["generated"].as_str() else { continue };
        let (file, line) = place.rsplit_once(':').expect("a line");
        let text = folder.read(&format!("out/{}", file.replacen(':', "", 1)));
        let line: usize = line.parse().expect("a number");
        let rule = text.lines().nth(line - 1).expect("the line");
        let flow = step["flow"].as_str().expect("a flow");
        assert!(rule.contains("tcp dport 80 accept") && rule.contains(flow), "{place}: {rule}");
        rules += 1;
    }
    assert_eq!(rules, 2, "{told:#}");
}

#[test]
fn what_does_not_arrive_ends_with_1_and_says_where() {
    let folder = Folder::new();
    folder.write("cloud.yaml", CLOUD);
    let ran = fmc_in(&folder, &["trace", "cloud.yaml", "other", "server:80"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains("dropped by the firewall of the host that it is for"), "{ran:?}");
    assert!(ran.out.contains("server:/etc/fmc/firewall.nft:"), "the rule that dropped it: {ran:?}");
    let ran = fmc_in(&folder, &["trace", "lan", "other:99/udp"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains("dropped by the firewall of a host on its way"), "{ran:?}");
    let ran = fmc_in(&folder, &["trace", "lan", "192.168.0.77:80"]);
    assert!(ran.out.contains("nobody has this address"), "{ran:?}");
}

#[test]
fn names_that_are_none_are_told_with_what_was_meant() {
    for (words, told) in [
        (["publik", "traefik:443"], "did you mean `public`?"),
        (["public", "traefig:443"], "did you mean `traefik`?"),
        (["ana", "bastion1:sssh"], "did you mean `ssh`?"),
        (["ana", "bastion1:70000"], "is no port and no service"),
    ] {
        let ran = fmc(&["trace", FOUNDING, words[0], words[1]]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(told), "{ran:?}");
    }
}

#[test]
fn what_the_edge_does_not_pass_on_does_not_arrive() {
    for (to, told) in [
        ("traefik:443", "arrives, and the answer comes back"),
        ("web:443", "arrives, and the answer comes back"),
        // The edge passes on two ports and no other, and who answers there is the ingress.
        ("worker1:22", "nothing listens there"),
        ("postgresql1:443", "somebody else answers there"),
        ("freeipa1:443", "somebody else answers there"),
    ] {
        let ran = fmc(&["trace", FOUNDING, "public", to]);
        assert_eq!(ran.code, Some(i32::from(!told.starts_with("arrives"))), "{to}: {ran:?}");
        assert!(ran.out.contains(told), "{to}: {ran:?}");
    }
    let ran = fmc(&["trace", FOUNDING, "cloudflare", "traefik:443"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_host_meets_itself_without_leaving() {
    for (from, to) in [
        ("master1", "master1:6443"),
        ("k8s-api-lb", "api:6443"),
        ("infra-cluster", "infra-cluster:53/udp"),
    ] {
        let ran = fmc(&["trace", FOUNDING, from, to]);
        assert_eq!(ran.code, Some(0), "{from} {to}: {ran:?}");
    }
}

#[test]
fn addresses_of_nobody_are_not_reached() {
    let ran = fmc(&["trace", FOUNDING, "worker1", "10.99.1.1:443"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains("knows no way to this address"), "{ran:?}");
    for (from, to) in [("127.0.0.1", "worker1:22"), ("pods:worker1", "10.43.0.1:443")] {
        let ran = fmc(&["trace", FOUNDING, from, to]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
    let ran = fmc(&["trace", "examples/as-deployed.yaml", "worker1", "api:6443", "--json"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "findings are no JSON: {ran:?}");
}

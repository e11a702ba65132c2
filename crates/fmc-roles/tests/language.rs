//! What the language can say, each thing in the smallest cloud that needs it.

use fmc_model::{Cloud, Date, Diagnostics};
use fmc_roles::ROLES;

const TODAY: Date = Date { year: 2026, month: 11, day: 23 };

/// Resolves a file; `--- NAME` on a line of its own begins an included one.
fn read(text: &str) -> (Cloud, Diagnostics) {
    let mut parts = text.split("\n--- ");
    let root = parts.next().unwrap_or_default();
    let others: Vec<(&str, &str)> = parts.filter_map(|it| it.split_once('\n')).collect();
    let mut open = |path: &str| {
        let found = others.iter().find(|it| it.0 == path);
        found.map(|it| it.1.as_bytes().to_vec()).ok_or_else(|| "not there".to_owned())
    };
    let loaded = fmc_model::load("cloud.yaml", root.as_bytes(), ROLES, &mut open);
    let (cloud, found) = fmc_model::resolve(&loaded, ROLES, TODAY);
    (cloud.expect("a cloud"), found)
}

/// Resolves a file that has nothing wrong with it.
#[track_caller]
fn sound(text: &str) -> Cloud {
    let (cloud, found) = read(text);
    assert!(found.is_empty(), "{:#?}", found.iter().next());
    cloud
}

fn addresses(cloud: &Cloud, host: &str) -> String {
    let host = &cloud.hosts[host];
    host.addresses().map(|it| it.to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn ranges_count_addresses_on() {
    let cloud = sound(
        "\
version: 1
name: ranges
networks: { lan: { cidr: [10.0.0.0/16, \"fd00::/64\"], gateway: 10.0.0.1 } }
hosts:
  node[08-10]: { os: debian, label: \"Node {n}\", nics: { lan: 250+ } }
  rack[1-2]n[1,3]: { os: debian, nics: { lan: 10.0.7.254+ } }
  both: { os: debian, nics: { lan: [20, 10.0.0.21] } }
",
    );
    assert_eq!(addresses(&cloud, "node08"), "10.0.0.250 fd00::fa");
    assert_eq!(addresses(&cloud, "node10"), "10.0.0.252 fd00::fc");
    assert_eq!(cloud.hosts["node09"].label, "Node 09");
    assert_eq!(addresses(&cloud, "rack1n1"), "10.0.7.254");
    assert_eq!(addresses(&cloud, "rack2n3"), "10.0.8.1");
    assert_eq!(addresses(&cloud, "both"), "10.0.0.20 fd00::14 10.0.0.21");
}

#[test]
fn templates_fill_what_is_not_said() {
    let cloud = sound(
        "\
version: 1
name: templates
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
templates:
  small: { os: debian, size: { cpus: 1, memory: 1GiB }, sysctls: { vm.swappiness: 10 } }
  clock: { roles: { chrony: } }
hosts:
  a: { template: [small, clock], nics: { lan: 11 }, size: { memory: 2GiB } }
",
    );
    let host = &cloud.hosts["a"];
    assert_eq!((host.size.cpus, host.size.memory.to_string().as_str()), (1, "2GiB"));
    assert!(host.has_role("chrony"));
    assert_eq!(host.sysctls["vm.swappiness"], "10");
}

#[test]
fn included_files_are_joined_and_keep_their_places() {
    let cloud = sound(
        "\
version: 1
name: included
include: [networks.yaml, parts/hosts.yaml]
--- networks.yaml
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
--- parts/hosts.yaml
version: 1
include: more.yaml
hosts: { a: { os: debian, nics: { lan: 11 } } }
--- parts/more.yaml
hosts:
  b: { os: debian, nics: { lan: 12 } }
",
    );
    assert_eq!(cloud.hosts["a"].origin.to_string(), "parts/hosts.yaml:3:10");
    assert_eq!(cloud.hosts["b"].origin.to_string(), "parts/more.yaml:2:3");
}

#[test]
fn what_is_written_by_hand_is_listed_as_such() {
    let cloud = sound(
        "\
version: 1
name: overrides
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1, mtu: 9000 } }
vips: { site: { address: 10.0.0.10, serves: traefik, vrid: 7, advert: 500ms } }
hosts:
  lb1:
    os: debian
    nics: { lan: 11 }
    roles: { traefik: { interval: 5s }, keepalived: { vips: { site: { priority: 150, weight: -70 } } } }
    sysctls: { net.ipv4.ip_forward: 1 }
    firewall: [{ verdict: accept, from: lan, for: [tcp/9100, ssh], reason: metrics }]
    files: { /etc/motd: { text: hello, mode: \"0600\" } }
  lb2: { os: debian, nics: { lan: 12 }, roles: { traefik: , keepalived: { vips: [site] } } }
",
    );
    let listed: Vec<String> = cloud
        .overrides
        .iter()
        .map(|it| format!("{}: {} -> {}", it.of, it.derived, it.written))
        .collect();
    for expected in [
        "mtu of lan: 1500 -> 9000",
        "vrid of site: 51 -> 7",
        "advert of site: 1s -> 500ms",
        "priority of lb1 in site: 110 -> 150",
        "weight of lb1 in site: -60 -> -70",
        "interval of traefik on lb1: 3s -> 5s",
        "sysctl net.ipv4.ip_forward of lb1: — -> 1",
        "firewall of lb1: — -> accept",
        "file /etc/motd of lb1: — -> 5 bytes",
    ] {
        assert!(listed.iter().any(|it| it == expected), "{expected}\n{listed:#?}");
    }
    assert_eq!(listed.len(), 9, "{listed:#?}");
    let rule = &cloud.hosts["lb1"].firewall[0];
    assert_eq!(
        rule.ports.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["tcp/9100", "tcp/22"]
    );
    assert_eq!(cloud.hosts["lb1"].files["/etc/motd"].mode.0, 0o600);
}

#[test]
fn a_wanted_outage_decides_the_timers() {
    for (slo, advert) in [("2s", "120ms"), ("3s", "250ms"), ("60s", "1s")] {
        let cloud = sound(&format!(
            "\
version: 1
name: timers
networks: {{ lan: {{ cidr: 10.0.0.0/24, gateway: 10.0.0.1 }} }}
vips: {{ site: {{ address: 10.0.0.10, serves: traefik, slo: {slo} }} }}
hosts:
  lb[1-2]: {{ os: debian, nics: {{ lan: 11+ }}, roles: {{ traefik: , keepalived: {{ vips: [site] }} }} }}
"
        ));
        let vip = &cloud.vips["site"];
        assert_eq!(vip.timers.advert.to_string(), advert);
        for member in &vip.members {
            let skew = (256.0 - f64::from(member.priority)) / 256.0;
            let timers = vip.timers;
            let checks = u64::from(timers.fall) * timers.interval.0 + timers.timeout.0;
            let outage = (3.0 + skew) * timers.advert.0 as f64 + checks as f64;
            assert!(outage <= vip.slo.expect("an slo").0 as f64, "{outage} ms for {slo}");
        }
    }
}

#[test]
fn the_same_word_can_be_a_group_a_network_and_a_virtual_address() {
    let cloud = sound(
        "\
version: 1
name: words
networks: { api: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 }, lan: { cidr: 10.1.0.0/24, gateway: 10.1.0.1 } }
vips: { api: { address: 10.0.0.10, serves: traefik } }
hosts:
  lb[1-2]: { os: debian, nics: { api: 11+ }, roles: { traefik: , keepalived: { vips: [api] } } }
groups: { api: { hosts: lb* } }
access:
  - lan -> api: https
  - network:api -> group:api: ssh
  - { from: [lan, role:traefik], to: \"lb[1,2]\", for: [tcp/9100, udp/5000-5010] }
",
    );
    let flows: Vec<String> = cloud
        .flows
        .iter()
        .filter(|it| it.id.starts_with("access."))
        .map(|it| format!("{} {} {}", it.from, it.to, it.service))
        .collect();
    assert_eq!(
        flows,
        [
            "network:lan vip:api https",
            "network:api lb[1-2] ssh",
            "network:lan lb[1-2] tcp/9100",
            "network:lan lb[1-2] udp/5000-5010",
            "lb[1-2] lb[1-2] tcp/9100",
            "lb[1-2] lb[1-2] udp/5000-5010",
        ]
    );
}

#[test]
fn a_visitor_meets_every_stage_that_is_there_and_no_other() {
    let head = "version: 1\nname: way\nnetworks: { internet: { kind: public }, lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\noutside: { public: { nics: internet } }\napps: { site: { hosts: server, port: 8080, for: public } }\nhosts:\n";
    let server = "  server: { os: debian, nics: { lan: 20 } }\n";
    let edge = "  edge: { managed: true, nics: { internet: }, roles: { cdn: } }\n";
    let entry =
        "  gate: { os: debian, nics: { internet: 198.51.100.1, lan: 1 }, roles: { router: } }\n";
    let ingress =
        "  front: { os: debian, nics: { lan: 12 }, roles: { traefik: { acme: false } } }\n";
    let open = "  front: { os: debian, nics: { internet: 198.51.100.2, lan: 12 }, roles: { traefik: { acme: false } } }\n";
    for (hosts, expected) in [
        (vec![entry, server], "outside:public>gate>server"),
        (vec![entry, ingress, server], "outside:public>gate>front>server"),
        (vec![edge, entry, ingress, server], "outside:public>edge>gate>front>server"),
        (vec![edge, open, server], "outside:public>edge>front>server"),
        (vec![open, server], "outside:public>front>server"),
    ] {
        let cloud = sound(&format!("{head}{}", hosts.concat()));
        let mut way = vec!["outside:public".to_owned()];
        loop {
            let here = way.last().expect("a stage").clone();
            let next = cloud
                .flows
                .iter()
                .find(|it| it.id.starts_with("app.site.") && it.from.to_string() == here);
            let Some(next) = next else { break };
            way.push(next.to.to_string());
        }
        assert_eq!(way.join(">"), expected);
        let public = cloud.zones.iter().find(|it| it.kind == fmc_model::cloud::ZoneKind::Public);
        assert_eq!(public.expect("a public zone").records[0].proxied, expected.contains("edge"));
    }
}

#[test]
fn suppressions_hold_until_their_day() {
    let cloud = |until: &str| {
        format!(
            "\
version: 1
name: suppressed
networks: {{ lan: {{ cidr: 10.0.0.0/24, gateway: 10.0.0.1 }} }}
vips: {{ site: {{ address: 10.0.0.10, serves: traefik }} }}
hosts: {{ lb: {{ os: debian, nics: {{ lan: 11 }}, roles: {{ traefik: , keepalived: {{ vips: [site] }} }} }} }}
suppress: [{{ code: FMC0403, about: site, reason: the second one is ordered, until: \"{until}\" }}]
"
        )
    };
    let codes = |text: &str| read(text).1.iter().map(|it| it.code.id).collect::<Vec<_>>();
    assert_eq!(codes(&cloud("2026-11-23")), [""; 0]);
    assert_eq!(codes(&cloud("2026-11-22")), ["FMC0403", "FMC0703"]);
    assert_eq!(codes(&cloud("2026-12-01").replace("about: site", "about: other")), ["FMC0403"]);
}

#[test]
fn two_addresses_before_one_role_are_both_reached() {
    let cloud = sound(
        "\
version: 1
name: both
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
vips:
  east: { address: 10.0.0.10, serves: traefik }
  west: { address: 10.0.0.11, serves: traefik }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 21+ }, roles: { traefik: , keepalived: { vips: [east, west] } } }
  server: { os: debian, nics: { lan: 31 } }
apps: { site: { hosts: server, port: 8080, for: lan } }
",
    );
    for vip in ["vip:east", "vip:west"] {
        assert!(
            cloud.flows.iter().any(|it| it.to.to_string() == vip && it.service == "https"),
            "{vip}"
        );
    }
}

#[test]
fn labels_may_be_in_any_script() {
    let cloud = sound(
        "\
version: 1
name: 雲
title: Облако — ☁️ سحابة
networks: { lan: { label: 局域网, cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
hosts: { a: { label: Ñandú 🐂, note: \"कोई भी लिपि\", os: debian, nics: { lan: 11 } } }
",
    );
    assert_eq!(cloud.hosts["a"].label, "Ñandú 🐂");
    assert_eq!(cloud.domain.as_str(), "cloud.internal");
}

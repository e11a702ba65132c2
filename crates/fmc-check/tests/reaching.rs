//! Who reaches whom, against what flows want: what is told of whole clouds, and of whom.

mod common;

use common::found;

/// What family 08 tells.
#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let all = found(yaml);
    let own = all.iter().filter(|it| it.code.id.starts_with("FMC08"));
    let told: Vec<String> = own.map(|it| format!("{} {}", it.code.id, it.message.en)).collect();
    assert_eq!(told, expected, "{yaml}");
}

#[test]
fn a_flow_that_no_packet_can_be_sent_for_is_told() {
    check(
        "\
version: 1
name: post
networks: { internet: { kind: public }, lan: { cidr: 10.1.0.0/24, gateway: 10.1.0.1 } }
outside: { public: { nics: internet } }
hosts:
  gate: { os: debian, nics: { internet: 198.51.100.10, lan: 1 }, roles: { router: { uplink: internet } } }
  mail: { os: debian, nics: { lan: 10 }, roles: { service: { ports: { smtp: tcp/25 }, command: /usr/bin/mail } } }
access: [public -> mail: smtp]
",
        &["FMC0801 anybody in the Internet → mail, which `access.public-mail.smtp` wants: no address of it can be sent to from the Internet"],
    );
    check(
        "\
version: 1
name: versions
networks: { a: { cidr: 10.1.0.0/24, gateway: 10.1.0.1 }, b: { cidr: \"fd02::/64\", gateway: \"fd02::1\" } }
hosts:
  web: { os: debian, nics: { a: 10 } }
  db: { os: debian, nics: { b: 10 } }
access: [web -> db: tcp/9000]
",
        &["FMC0801 web → db, which `access.web-db.tcp/9000` wants: they have no address of one version in common"],
    );
}

#[test]
fn people_and_devices_behind_somebody_elses_router_are_warned_alike() {
    for people in ["", ", people: [{ name: ana, address: 60 }]"] {
        let yaml = format!(
            "\
version: 1
name: home
networks: {{ lan: {{ cidr: 192.168.5.0/24, gateway: 192.168.5.1 }}, inner: {{ cidr: 10.1.0.0/24 }} }}
outside: {{ fam: {{ nics: lan{people} }} }}
hosts:
  gate: {{ os: debian, nics: {{ lan: 2, inner: 1 }}, roles: {{ router: {{ uplink: lan }} }} }}
  web: {{ os: debian, nics: {{ inner: 10 }} }}
access: [fam -> web: ssh]
"
        );
        check(
            &yaml,
            &[
                "FMC0805 devices in lan send what is for web to 192.168.5.1, which is no host of this cloud and must know the way (`access.fam-web.ssh`)",
            ],
        );
    }
}

#[test]
fn of_hosts_that_are_alike_all_are_named_once() {
    check(
        "\
version: 1
name: many
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  n[1-4]: { os: debian, nics: { lan: 11+ }, firewall: [{ verdict: accept, from: lan, for: tcp/9000 }] }
access: [lan -> n*: ssh]
",
        &["FMC0802 n[1-4] and any device in lan may reach 9000/tcp of n[1-4], and no flow asks for it"],
    );
}

#[test]
fn what_another_question_says_of_a_line_is_not_said_again() {
    let yaml = |ports: &str| {
        format!(
            "\
version: 1
name: home
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
hosts:
  server: {{ os: debian, nics: {{ lan: 11 }}, firewall: [{{ verdict: accept{ports} }}] }}
"
        )
    };
    check(&yaml(""), &[]);
    let codes: Vec<&str> = found(&yaml("")).iter().map(|it| it.code.id).collect();
    assert!(codes.contains(&"FMC1404"), "{codes:?}");
    check(
        &yaml(", for: tcp/9000"),
        &["FMC0802 any device in lan may reach 9000/tcp of server, and no flow asks for it"],
    );
}

/// The codes of these questions that are told.
#[track_caller]
fn tells(yaml: &str, codes: &[&str], expected: &[&str]) {
    let all = found(yaml);
    let told: Vec<&str> = all.iter().map(|it| it.code.id).filter(|it| codes.contains(it)).collect();
    assert_eq!(told, expected, "{yaml}");
}

#[test]
fn a_name_of_both_versions_is_told_where_one_leads_nowhere() {
    let site = |public: &str, inner: &str, vip: &str| {
        format!(
            "version: 1
name: site
domain: example.com
networks: {{ internet: {{ kind: public }}, lan: {{ cidr: {inner} }} }}
outside: {{ public: {{ nics: internet }} }}
{vip}apps: {{ www: {{ hosts: web, port: 8080, for: public }} }}
hosts:
  gate: {{ os: debian, nics: {{ internet: {public}, lan: 1 }}, roles: {{ router: }} }}
  door[1-2]: {{ os: debian, nics: {{ lan: 11+ }}, roles: {{ traefik: {members} }} }}
  web: {{ os: debian, nics: {{ lan: 21 }} }}
",
            members = if vip.is_empty() { "" } else { ", keepalived: { vips: [front] }" }
        )
    };
    let both = "[198.51.100.10, \"2001:db8::10\"]";
    let nets = "[192.168.0.0/24, \"fd00::/64\"]";
    let vip = |addresses: &str| {
        format!("vips: {{ front: {{ address: {addresses}, serves: traefik }} }}\n")
    };
    let codes = &["FMC0801", "FMC1208"];
    tells(&site(both, "192.168.0.0/24", ""), codes, &["FMC1208"]);
    tells(&site(both, nets, &vip("192.168.0.9")), codes, &["FMC1208"]);
    // What is published is passed on by both versions, be it to a virtual address or to hosts.
    tells(&site(both, nets, &vip("[192.168.0.9, \"fd00::9\"]")), codes, &[]);
    tells(&site(both, nets, ""), codes, &[]);
    tells(&site("198.51.100.10", "192.168.0.0/24", ""), codes, &[]);
}

#[test]
fn nobody_is_missed_where_somebody_may_be_who_is_not_in_the_file() {
    let home = |inner: &str, more: &str| {
        format!(
            "version: 1
name: home
networks:
  lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }}
  inner: {{ cidr: 10.0.1.0/24{inner} }}
{more}hosts:
  gate: {{ os: debian, nics: {{ lan: 10, inner: 1 }}, roles: {{ router: {{ uplink: lan }} }} }}
  names: {{ os: debian, nics: {{ inner: 11 }}, roles: {{ coredns: {{ forward: [10.0.1.53, 192.168.0.53] }} }} }}
"
        )
    };
    let codes = &["FMC1209"];
    tells(&home("", ""), codes, &["FMC1209"]);
    tells(&home(", dhcp: 10.0.1.50-60", ""), codes, &[]);
    tells(&home("", "outside: { guests: { nics: inner } }\n"), codes, &[]);
}

#[test]
fn a_port_is_told_of_where_what_runs_there_is_written_and_asked_for_by_nobody() {
    let site = |port: u16, roles: &str, more: &str| {
        format!(
            "version: 1
name: site
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
outside: {{ family: {{ nics: lan }} }}
apps: {{ www: {{ hosts: web, port: {port}, for: family }} }}
hosts:
  web: {{ os: debian, nics: {{ lan: 21 }}{roles} }}
  asks: {{ os: debian, nics: {{ lan: 22 }}{more} }}
"
        )
    };
    let service = ", roles: { service: { ports: { site: tcp/8080, stats: udp/9000 }, command: /usr/bin/site } }";
    let codes = &["FMC0807"];
    tells(&site(8081, service, ""), codes, &["FMC0807"]);
    tells(&site(8080, service, ""), codes, &[]);
    // Of what nobody wrote down nothing is known, and what others ask for may be another program.
    tells(&site(8081, "", ""), codes, &[]);
    tells(&site(8081, ", roles: { postgres: }", ""), codes, &[]);
    let client = ", roles: { service: { needs: [site], command: /usr/bin/reads } }";
    tells(&site(8081, service, client), codes, &[]);
}

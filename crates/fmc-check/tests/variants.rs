//! What questions say beyond the two clouds of their explanation: other forms of a fault, several hosts
//! at once, and sound clouds of which they say nothing.

mod common;

use common::found;

/// Findings that are true of nearly every small cloud: what falls with a single host.
const EVERYWHERE: &[&str] = &["FMC08", "FMC09", "FMC10"];

/// Asks about hosts in one network behind a gateway, of which these lines tell.
#[track_caller]
fn check_hosts(hosts: &str, expected: &[&str]) {
    let head = "version: 1\nname: home\n\
                networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }\nhosts:\n";
    check_cloud(&format!("{head}{hosts}"), expected);
}

#[track_caller]
fn check_cloud(yaml: &str, expected: &[&str]) {
    let is_local = |id: &str| !EVERYWHERE.iter().any(|it| id.starts_with(it));
    let told: Vec<String> = found(yaml)
        .iter()
        .filter(|it| is_local(it.code.id))
        .map(|it| format!("{} {}", it.code.id, it.message.en))
        .collect();
    assert_eq!(told, expected, "{yaml}");
}

#[test]
fn every_example_of_a_role_is_sound() {
    let mut seen = 0;
    for role in fmc_roles::ROLES {
        let all = found(role.about.example);
        let told: Vec<_> = all
            .iter()
            .filter(|it| !EVERYWHERE.iter().any(|no| it.code.id.starts_with(no)))
            .collect();
        assert!(told.is_empty(), "{}: {told:?}", role.about.name);
        seen += 1;
    }
    assert!(seen > 15);
}

#[test]
fn sizes_are_told_where_they_were_written() {
    check_hosts(
        "  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 4, memory: 64GiB, disk: 100GB }, roles: { hypervisor: { pool: 200GB } } }
  large: { os: debian, nics: { lan: 11 }, size: { cpus: 8, memory: 4GiB, disk: 20GB } }
  small[1-3]: { os: debian, nics: { lan: 12+ }, size: { cpus: 1, memory: 256MiB, disk: 3GB } }
",
        &[
            "FMC1103 the pool of metal is to have 200 GB, and all its disks have 100 GB",
            "FMC1102 large has 8 processors, and metal, which runs it, has 4",
            "FMC1104 Debian needs 512MiB of memory, and there is 256MiB in small[1-3]",
            "FMC1104 Debian needs a disk of 4GB, and there is one of 3GB in small[1-3]",
        ],
    );
}

#[test]
fn what_is_said_in_a_template_is_told_once_and_mended_there() {
    let yaml = "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
templates: { server: { os: almalinux, size: { cpus: 1, memory: 512MiB, disk: 20GB } } }
hosts:
  one: { template: server, nics: { lan: 11 } }
  two: { template: server, nics: { lan: 12 } }
";
    let all = found(yaml);
    let told: Vec<_> = all.iter().filter(|it| it.code.id == "FMC1104").collect();
    let [told] = told[..] else { panic!("{told:?}") };
    assert!(told.message.en.ends_with("in one, two"), "{}", told.message.en);
    let edit = told.hints[0].edit.as_ref().expect("an edit");
    let (start, end) = (edit.place.start as usize, edit.place.end as usize);
    assert_eq!(&yaml[start..end], "512MiB");
    let mended = format!("{}{}{}", &yaml[..start], edit.text, &yaml[end..]);
    check_cloud(&mended, &[]);
}

#[test]
fn memory_of_roles_adds_up() {
    check_hosts(
        "  node: { os: flatcar, nics: { lan: 10 }, size: { cpus: 2, memory: 2GiB, disk: 50GB, data: 40GB }, \
         roles: { etcd: , control-plane: , worker: , longhorn: } }\n",
        &[
            "FMC1105 the roles of node need 5GiB of memory (etcd 512MiB + control-plane 1.5GiB + worker \
           1GiB + longhorn 2GiB), and there is 2GiB",
        ],
    );
    check_hosts(
        "  node: { os: flatcar, nics: { lan: 10 }, size: { cpus: 1, memory: 8GiB, disk: 50GB }, \
         roles: { etcd: , control-plane: , worker: , longhorn: { disk: 10GB } } }\n",
        &[
            "FMC1105 `longhorn` needs 2 processors, and there is 1 in node",
            "FMC1106 `longhorn` keeps 10GB on a data disk, and there is none in node",
        ],
    );
}

#[test]
fn who_answers_for_others_asks_somebody_else() {
    // Two that pass on to each other know nothing, and each is told once.
    check_hosts(
        "  dns[1-2]: { os: debian, nics: { lan: 11+ }, roles: { coredns: { forward: [192.168.0.11, 192.168.0.12] } } }\n",
        &[
            "FMC1204 `dns` of dns[1-2] asks nobody but 192.168.0.11, 192.168.0.12: none of them knows",
        ],
    );
    check_hosts(
        "  dns: { os: debian, nics: { lan: 11 }, roles: { coredns: }, resolvers: 192.168.0.11 }\n",
        &["FMC1204 dns answers names and asks 192.168.0.11 for its own: itself, before it runs"],
    );
    check_hosts(
        "  dns: { os: debian, nics: { lan: 10 }, roles: { coredns: } }
  clock1: { os: debian, nics: { lan: 11 }, roles: { chrony: { upstream: clock2.home.internal } } }
  clock2: { os: debian, nics: { lan: 12 }, roles: { chrony: { upstream: clock1.home.internal } } }
",
        &[
            "FMC1205 `time` of clock1 asks nobody but clock2.home.internal: none of them asks the world",
            "FMC1205 `time` of clock2 asks nobody but clock1.home.internal: none of them asks the world",
        ],
    );
    // A clock that knows is enough for one that asks it.
    check_hosts(
        "  clock1: { os: debian, nics: { lan: 11 }, roles: { chrony: } }
  clock2: { os: debian, nics: { lan: 12 }, roles: { chrony: { upstream: 192.168.0.11 } } }
",
        &[],
    );
}

#[test]
fn resolvers_are_heard_and_know_the_cloud() {
    check_hosts(
        "  dns: { os: debian, nics: { lan: 11 }, roles: { coredns: } }
  web: { os: debian, nics: { lan: 12 } }
  app: { os: debian, nics: { lan: 13 }, resolvers: 192.168.0.12 }
  odd: { os: debian, nics: { lan: 14 }, resolvers: 8.8.8.8 }
",
        &[
            "FMC1201 app resolves no name: it asks 192.168.0.12, and the firewall of web drops it",
            "FMC1203 odd asks 8.8.8.8 for names, which knows none of home.internal",
        ],
    );
    // A device that is no host of the cloud may be a resolver, and know anything.
    check_hosts("  app: { os: debian, nics: { lan: 13 }, resolvers: 192.168.0.53 }\n", &[]);
}

#[test]
fn names_in_settings_and_addresses_are_looked_up() {
    check_hosts(
        "  dns: { os: debian, nics: { lan: 11 }, roles: { coredns: , chrony: { upstream: tick.home.internal } } }\n",
        &["FMC1206 time-upstream of dns names tick.home.internal, and that is in no zone"],
    );
    // Mail, the domain itself, other domains, and hosts that are there.
    check_hosts(
        "  dns: { os: debian, nics: { lan: 11 }, roles: { coredns: }, files: { /etc/own: { text: \"root@mail.home.internal home.internal x.example.com DNS.home.internal\" } } }\n",
        &[],
    );
}

const TUNNEL: &str = "\
version: 1
name: tunnel
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24MTU }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
hosts:
  vps: { os: debian, nics: { internet: ADDRESS, tunnel: 1 }, roles: { wireguard: { listens: true } } }
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: SETTINGS } }
";

#[track_caller]
fn check_tunnel(mtu: &str, settings: &str, expected: &[&str]) {
    let yaml = TUNNEL.replace("MTU", mtu).replace("SETTINGS", settings);
    check_cloud(&yaml.replace("ADDRESS", "198.51.100.10"), expected);
}

#[test]
fn tunnels_fit_and_stay_awake() {
    check_tunnel("", "", &[]);
    check_tunnel(", mtu: 1440", "", &[]);
    check_tunnel(
        ", mtu: 1441",
        "",
        &["FMC1301 a full packet in tunnel has 1441 + 60 = 1501 bytes outside, and lan takes 1500"],
    );
    check_tunnel(
        "",
        "{ keepalive: 0s }",
        &["FMC1302 home calls vps from behind a router, and never says that it is still there"],
    );
    check_tunnel("", "{ keepalive: 120s }", &[]);
}

#[test]
fn files_of_tunnels_are_read_as_wg_does() {
    let with = |lines: &str| {
        let text = lines.replace('\n', "\\n");
        format!(
            "  gate: {{ os: debian, nics: {{ lan: 19 }}, files: {{ /etc/wireguard/own.conf: {{ text: \"{text}\" }} }} }}\n"
        )
    };
    let path = "/etc/wireguard/own.conf";
    check_hosts(&with("[Peer]\nAllowedIPs = 0.0.0.0/0\nEndpoint = 198.51.100.7:51820\n"), &[]);
    check_hosts(
        &with(
            "[Peer]\nAllowedIPs = 198.51.100.0/24, 192.168.0.0/16\nEndpoint = 198.51.100.7:51820\n",
        ),
        &[
            &format!(
                "FMC1306 line 1 of {path} on gate: the peer is called at 198.51.100.7, and 198.51.100.0/24 sends that into the tunnel itself"
            ),
            &format!(
                "FMC1306 line 1 of {path} on gate: `AllowedIPs` has all of lan, and the host is in it"
            ),
        ],
    );
    check_hosts(
        &with(
            "[Interface]\nPostUp = iptables -A\n  FORWARD -j ACCEPT\n[Peer]\nAllowedIPs = 10.8.0.2\n",
        ),
        &[&format!(
            "FMC1306 line 3 of {path} on gate: `wg` does not read it, and there is no tunnel"
        )],
    );
}

#[test]
fn inner_services_are_for_those_inside() {
    // An address that a balancer holds is as open as the host itself.
    let yaml = "\
version: 1
name: open
networks: { internet: { kind: public }, lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { world: { nics: internet } }
vips: { api: { address: 192.168.0.50, serves: control-plane } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 10+ }, roles: { haproxy: , keepalived: { vips: [api] } } }
  master: { os: debian, nics: { lan: 21 }, roles: { etcd: , control-plane: } }
access:
  - world -> api: kubernetes-api
  - lan -> master: ssh
";
    check_cloud(
        yaml,
        &["FMC1403 anybody may reach `kubernetes-api` of vip:api, which is made for those inside"],
    );
    let database = |nics: &str| {
        format!(
            "\
version: 1
name: open
networks: {{ internet: {{ kind: public }}, lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
hosts:
  database:
    os: debian
    nics: {{ {nics} }}
    roles: {{ postgres: {{ clients: app }} }}
    firewall: [{{ verdict: accept, for: tcp/5000-6000 }}]
  app: {{ os: debian, nics: {{ lan: 12 }}, firewall: [{{ verdict: accept, from: lan, for: ssh }}] }}
"
        )
    };
    check_cloud(
        &database("internet: 198.51.100.5, lan: 11"),
        &["FMC1403 anybody may reach `postgresql` of database, which is made for those inside"],
    );
    // Who is in the same network is inside; that nobody declared it is told by another question.
    check_cloud(&database("lan: 11"), &[]);
}

#[test]
fn no_secret_is_ever_shown() {
    let yaml = "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server[1-2]:
    os: debian
    nics: { lan: 11+ }
    roles: { service: { ports: { web: tcp/80 }, command: /usr/bin/web --token gX7kQ92mmZ } }
    files:
      /etc/own: { text: \"db_password = tR7xQ2mm91\\nurl = http://me:pW9sd8f7@host/\\nauth_pass hunter\\nuser_pass admin\\n\" }
";
    let all = found(yaml);
    let ids: Vec<&str> =
        all.iter().map(|it| it.code.id).filter(|it| it.starts_with("FMC14")).collect();
    assert_eq!(ids, ["FMC1401", "FMC1401", "FMC1401", "FMC1402"], "{all:?}");
    for it in all.iter() {
        let words = format!("{:?} {:?} {:?}", it.message, it.labels, it.hints);
        for secret in ["gX7kQ92mmZ", "tR7xQ2mm91", "pW9sd8f7", "hunter"] {
            assert!(!words.contains(secret), "{words}");
        }
    }
}

#[test]
fn what_replaces_a_generated_file_is_told_with_what_it_lacks() {
    check_hosts(
        "  dns: { os: debian, nics: { lan: 11 }, roles: { coredns: }, files: { /etc/coredns/Corefile: { text: \". {\\n  cache 30\\n}\\n\" } } }
  app: { os: debian, nics: { lan: 12 }, files: { /etc/app.conf: { text: \"own\\n\" } } }
",
        &["FMC1505 /etc/coredns/Corefile of dns is by hand, and has no `forward`: every name outside of \
           the cloud ends in an error"],
    );
    check_hosts(
        "  app: { os: debian, nics: { lan: 12 }, files: { /etc/hosts: { text: \"127.0.0.1 localhost\\n::1 localhost\\n127.0.1.1 app\\n\" } } }\n",
        &["FMC1505 /etc/hosts of app is by hand, and lacks what `host` would write: \
           `192.168.0.12 app.home.internal app`"],
    );
}

#[test]
fn a_parameter_that_agrees_is_left_alone() {
    let with = |value: &str| {
        format!(
            "  lb[1-2]: {{ os: debian, nics: {{ lan: 10+ }}, roles: {{ router: }}, \
             sysctls: {{ net.ipv4.ip_forward: \"{value}\", vm.swappiness: \"10\" }} }}\n"
        )
    };
    check_hosts(&with("1"), &[]);
    check_hosts(
        &with("0"),
        &["FMC1506 `net.ipv4.ip_forward` is 0 by hand on lb[1-2], and `router` needs 1"],
    );
}

#[test]
fn shares_are_for_whom_they_were_named() {
    check_hosts(
        "  storage: { os: debian, nics: { lan: 10 }, roles: { nfs: { exports: { /srv/data: app } } } }
  database: { os: debian, nics: { lan: 14 }, roles: { postgres: { data: \"storage:/srv/data\", clients: app } } }
  app: { os: debian, nics: { lan: 20 } }
",
        &["FMC1502 database mounts /srv/data of storage, which does not share it with database"],
    );
    check_hosts(
        "  storage: { os: debian, nics: { lan: 10 }, files: { /etc/exports: { text: \"# /srv *(rw)\\n/srv 192.168.0.9(rw,no_root_squash)\\n\" } } }\n",
        &["FMC1509 line 2 of /etc/exports on storage lets root of every client be root there"],
    );
}

#[test]
fn balancers_are_as_patient_as_what_is_behind_them() {
    let with = |role: &str, times: &str| {
        format!(
            "version: 1\nname: home\n\
             networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}\n\
             vips: {{ it: {{ address: 192.168.0.50, serves: {role} }} }}\nhosts:\n  \
             lb[1-2]: {{ os: debian, nics: {{ lan: 10+ }}, roles: {{ haproxy: {{ {times} }}, \
             keepalived: {{ vips: [it] }} }} }}\n  \
             master: {{ os: debian, nics: {{ lan: 21 }}, roles: {{ etcd: , control-plane: , traefik: }} }}\n"
        )
    };
    check_cloud(
        &with("control-plane", "server: 5m"),
        &["FMC1512 `haproxy` of lb[1-2] hangs up after 5m of silence, and connections to \
           `kubernetes-api` may be silent for 30m"],
    );
    check_cloud(&with("control-plane", "client: 30m"), &[]);
    // Nobody counts on a site that says nothing.
    check_cloud(&with("traefik", "client: 60s, server: 60s"), &[]);
}

#[test]
fn an_address_is_held_once_by_a_host() {
    let yaml = "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.50, serves: traefik } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 10+ }, roles: { traefik: , keepalived: { vips: [ingress, ingress] } } }
";
    check_cloud(yaml, &["FMC0509 `ingress` is named twice"]);
}

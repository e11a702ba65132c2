//! Who comes in where people are known: at a bastion, and at an ingress behind an edge.

use super::{FOUNDING, read, text_of};
use fmc_model::Cloud;
use fmc_model::setup::Entry;

const SSHD: &str = "/etc/ssh/sshd_config";
const SITES: &str = "/etc/traefik/sites/fmc.yml";

/// The text of a file of a host, if it has one there.
fn file(cloud: &Cloud, host: &str, path: &str) -> Option<String> {
    match cloud.setup(cloud.hosts[host].id).entries.get(path)? {
        Entry::File(file) => Some(file.document.print(&[], &file.cause).text().to_owned()),
        Entry::Link(..) => None,
    }
}

/// Who may log in on a bastion at all, and whose keys let in the one who may become root.
fn administered(text: &str, host: &str, user: &str) -> (String, Vec<String>) {
    let cloud = read("cloud.yaml", text).cloud;
    let sshd = file(&cloud, host, SSHD).expect("a bastion");
    let allowed = sshd.lines().find_map(|it| it.strip_prefix("AllowUsers ")).expect("a line");
    let own = format!("Match User {user}\n  AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u\n");
    let keys = file(&cloud, host, &format!("/etc/ssh/authorized_keys.d/{user}"));
    assert_eq!(sshd.contains(&own), keys.is_some(), "{sshd}");
    let whose = |it: &str| it.split(' ').nth(2).unwrap_or_default().to_owned();
    (allowed.to_owned(), keys.unwrap_or_default().lines().map(whose).collect())
}

const KEYS: [&str; 3] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC eva@one",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC eva@two",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC max@one",
];

#[test]
fn whoever_administers_a_bastion_becomes_root_there() {
    let ana = ("ana almalinux".to_owned(), vec!["ana@example.com".to_owned()]);
    assert_eq!(administered(text_of(FOUNDING), "bastion1", "almalinux"), ana);
    let [one, two, three] = KEYS;
    let office = format!(
        "\
version: 1
name: office
networks: {{ lan: {{ cidr: 192.168.7.0/24, gateway: 192.168.7.1 }}, shop: {{ cidr: 192.168.8.0/24 }} }}
outside:
  staff: {{ nics: lan, people: [{{ name: eva, ssh_key: [{one}, {two}] }}, {{ name: tom }}] }}
  guests: {{ nics: lan, people: [{{ name: max, ssh_key: {three} }}] }}
hosts:
  gate: {{ os: flatcar, nics: {{ lan: 2 }}, roles: {{ bastion: }} }}
  server: {{ os: debian, nics: {{ lan: 3 }} }}
access:
  - staff -> gate: ssh
  - guests -> server: ssh
"
    );
    // Who may log in on another host and from there nowhere administers no bastion.
    let eva = ("eva core".to_owned(), vec!["eva@one".to_owned(), "eva@two".to_owned()]);
    assert_eq!(administered(&office, "gate", "core"), eva);
    // Where nobody is known by name, keys are brought by hand.
    let nobody = office.replace("guests -> server: ssh", "lan -> server: ssh");
    let nobody = nobody.replace("staff -> gate: ssh", "lan -> gate: ssh");
    assert_eq!(administered(&nobody, "gate", "core"), ("core".to_owned(), Vec::new()));
}

/// Whether an ingress shows its sites only to whoever has a certificate of the edge's.
fn asks(text: &str, host: &str) -> bool {
    let cloud = read("cloud.yaml", text).cloud;
    let sites = file(&cloud, host, SITES).expect("sites");
    let asks = sites.contains("options: edge");
    assert_eq!(sites.contains("clientAuthType"), asks, "{sites}");
    assert_eq!(file(&cloud, host, "/etc/traefik/edge-ca.crt").is_some(), asks);
    asks
}

#[test]
fn whoever_was_let_in_beside_the_edge_needs_no_certificate_of_it() {
    let operators = "  - operators -> traefik: https\n";
    let founding = text_of(FOUNDING);
    assert!(founding.contains(operators));
    assert!(!asks(founding, "loadbalancer1"));
    let alone = founding.replace(operators, "");
    assert!(asks(&alone, "loadbalancer1") && asks(&alone, "loadbalancer2"));
    // At one of them, at the address that both hold, by an app of one's own.
    let one = founding.replace(operators, "  - lan -> loadbalancer1: https\n");
    assert!(!asks(&one, "loadbalancer1") && asks(&one, "loadbalancer2"));
    let held = founding.replace(operators, "  - lan -> ingress: https\n");
    assert!(!asks(&held, "loadbalancer1") && !asks(&held, "loadbalancer2"));
    // Whoever passes visitors on may be one, and so may who comes to it beside the edge.
    for line in ["vps -> traefik: https", "operators -> vps: https"] {
        let more = founding.replace(operators, &format!("  - {line}\n"));
        assert!(!asks(&more, "loadbalancer1"), "{line}");
    }
    let without = alone
        .replace("    roles: { cdn: { waf: managed, cache: static, rate_limit: 100/s } }\n", "");
    assert!(alone != without && !asks(&without, "loadbalancer1"));
    let own = "  inner: { hosts: worker*, port: 31542, for: operators }\n\ntemplates:\n";
    let own = alone.replace("\ntemplates:\n", own);
    assert!(!asks(&own, "loadbalancer1"));
}

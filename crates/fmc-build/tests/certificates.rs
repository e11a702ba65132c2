//! Certificates that roles declare lie on their hosts: for `root`, or for who a role says reads them.

mod common;

use common::{FOUNDING, built};
use fmc_build::{Node, TreeFile, build};
use fmc_model::role::{
    About, CertificateRequest, Configuration, Declaration, Kind, Linked, Member, Minimum, Role,
    Usage,
};
use fmc_model::{Date, Text, Words, record};

const BROKER: Kind = Kind::of::<Broker>(&About {
    name: "broker",
    label: "Broker",
    icon: "mosquitto",
    summary: Words("passes messages on", "reparte mensajes"),
    manual: "https://mosquitto.org/documentation/",
    systems: &[],
    minimum: Minimum::of(1, 64, 1),
    example: CLOUD,
});

const CLOUD: &str = "\
version: 1
name: home
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
hosts: { a: { os: debian, nics: { lan: 2 }, roles: { broker: } } }
";

record! {
    /// A role of which one certificate is read by a user, and one by nobody that it knows.
    pub struct Broker ("role `broker`", "rol `broker`") {
        /// Nothing.
        nothing: Option<String>,
    }
}

impl Role for Broker {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        for name in ["mqtt", "other"] {
            out.certificate(CertificateRequest {
                name: name.into(),
                authority: "messages",
                common_name: on.host.fqdn.clone(),
                organization: None,
                names: vec![on.host.fqdn.clone()],
                addresses: on.host.primary_addresses().collect(),
                usage: Usage::Server,
                why: Text::of("clients speak TLS", "los clientes hablan TLS"),
            });
        }
    }

    fn configure(&self, _: &Linked<'_>, out: &mut Configuration) {
        assert!(self.nothing.is_none());
        let used = out.credential("messages", "mqtt", "mosquitto");
        assert_eq!(used.certificate(), "/etc/fmc/pki/messages/mqtt.crt");
        assert_eq!(used.key(), "/etc/fmc/pki/messages/mqtt.key");
        assert_eq!(out.authority("messages"), used.trusted());
        assert_eq!(out.authority("ingress"), "/etc/fmc/pki/ingress/ca.crt");
    }
}

#[test]
fn who_reads_a_key_owns_it_and_root_owns_the_others() {
    let roles = [BROKER];
    let loaded =
        fmc_model::load("cloud.yaml", CLOUD.as_bytes(), &roles, &mut |_| Err(String::new()));
    let today = Date { year: 2026, month: 7, day: 1 };
    let (cloud, found) = fmc_model::resolve(&loaded, &roles, today);
    assert!(!found.has_errors(), "{found:?}");
    let cloud = cloud.expect("a cloud");
    assert!(!cloud.configured().has_errors());
    let tree = build(&cloud, "(test)", |_| true);
    let file = |name: &str| -> &TreeFile {
        match &tree.hosts["a"].nodes[&format!("/etc/fmc/pki/{name}")] {
            Node::File(file) => file,
            Node::Link(to) => panic!("{name} -> {to}"),
        }
    };
    for (name, mode, owner, secret) in [
        ("messages/mqtt.crt", 0o644, "root", false),
        ("messages/mqtt.key", 0o600, "mosquitto", true),
        ("messages/other.key", 0o600, "root", true),
        ("messages/ca.crt", 0o644, "root", false),
        ("ingress/ca.crt", 0o644, "root", false),
    ] {
        let it = file(name);
        assert_eq!(
            (it.mode, it.owner.as_str(), it.printed.is_secret()),
            (mode, owner, secret),
            "{name}"
        );
    }
    assert!(tree.hosts["a"].silent.is_empty());
    let named: Vec<String> = tree.secrets().map(ToString::to_string).collect();
    assert!(named.contains(&"<authority public ingress>".to_owned()), "{named:?}");
}

#[test]
fn every_certificate_of_the_founding_cloud_lies_on_its_host_and_nowhere_else() {
    let (cloud, _) = built(FOUNDING);
    let tree = build(&cloud, "(test)", |_| true);
    let mut expected: Vec<String> = Vec::new();
    for it in &cloud.certificates {
        let files = it.files();
        for path in [files.certificate, files.key, files.authority] {
            expected.push(format!("{}{path}", it.host));
        }
    }
    expected.sort();
    expected.dedup();
    let mut is: Vec<String> = Vec::new();
    for (host, files) in &tree.hosts {
        let paths = files.nodes.keys().filter(|it| it.starts_with("/etc/fmc/pki/"));
        is.extend(paths.map(|it| format!("{host}{it}")));
    }
    is.sort();
    assert_eq!(is, expected);
    assert!(is.len() > 60, "{}", is.len());
}

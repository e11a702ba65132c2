//! Identities: who may log in where, by LDAP and Kerberos.
//!
//! It serves no names of its own: the resolver of the cloud (role `coredns`) is the only authority,
//! and holds the records by which clients find their realm. It issues no certificates either: those of
//! its directory and its web server come from an authority of the cloud.
//!
//! Its own installer makes it, once, and asks nothing. In a rehearsal the same directory server and the
//! same KDC stand in for it.

mod install;
pub(crate) mod stand_in;

use fmc_config::tree::{Tree, TreeStyle};
use fmc_config::{Secret, SecretKind, Value};
use fmc_model::cloud::System;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, Admission, CertificateRequest, Configuration, Declaration, Kind, Linked, Member,
    Minimum, Record, RecordData, Redundancy, Role, Selector, SelectorKind, Usage,
};
use fmc_model::setup::{Attempt, Command, Entry, File, Process};
use fmc_model::{Ports, Text, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Freeipa>(&About {
    name: "freeipa",
    label: "FreeIPA",
    icon: "freeipa",
    summary: Words("knows who may log in where", "sabe quién puede entrar y dónde"),
    manual: "https://www.freeipa.org/page/Documentation",
    systems: &[System::Almalinux, System::Rocky],
    minimum: Minimum::of(1, 2048, 20),
    example: "\
version: 1
name: identity
domain: example.com
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  freeipa1: { os: almalinux, nics: { lan: 15 }, roles: { freeipa: { realm: EXAMPLE.COM } } }
  bastion1: { os: almalinux, nics: { lan: 20 }, roles: { bastion: } }
",
});

record! {
    /// Identities by LDAP and Kerberos.
    pub struct Freeipa ("role `freeipa`", "rol `freeipa`") {
        /// Its Kerberos realm; the domain in capitals if left out.
        realm: Option<At<String>>,
        /// Who asks it; hosts with the roles `bastion`, `traefik` and `control-plane` if left out.
        clients: OneOrMany<At<Selector>>,
    }
}

/// Web, LDAP, LDAPS, Kerberos, passwords.
const PORTS: [Ports; 8] = [
    Ports::tcp(80),
    Ports::tcp(443),
    Ports::tcp(389),
    Ports::tcp(636),
    Ports::tcp(88),
    Ports::tcp(464),
    Ports::udp(88),
    Ports::udp(464),
];

impl Role for Freeipa {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        out.offer("identity", PORTS);
        let realm =
            out.setting("realm", on.site.domain.as_str().to_uppercase(), self.realm.as_ref());
        let written = !self.clients.is_empty();
        let usual = ["bastion", "traefik", "control-plane"].map(|role| {
            let selector = Selector { kind: Some(SelectorKind::Role), pattern: role.to_owned() };
            At::new(selector, on.place)
        });
        let clients = if written { self.clients.0.clone() } else { usual.into() };
        for from in clients {
            out.admit(Admission {
                service: "identity".into(),
                from,
                pods: false,
                written,
                why: Text::of("asks who may log in", "pregunta quién puede entrar"),
            });
        }
        out.certificate(CertificateRequest {
            name: CERTIFICATE.into(),
            authority: AUTHORITY,
            common_name: on.host.fqdn.clone(),
            organization: None,
            names: vec![on.host.fqdn.clone()],
            addresses: on.host.primary_addresses().collect(),
            usage: Usage::Server,
            why: Text::of(
                "clients speak TLS with the directory",
                "los clientes hablan TLS con el directorio",
            ),
        });
        let host = format!("{}.", on.host.fqdn);
        for (name, port) in [
            ("_ldap._tcp", 389),
            ("_kerberos._tcp", 88),
            ("_kerberos._udp", 88),
            ("_kerberos-master._tcp", 88),
            ("_kerberos-master._udp", 88),
            ("_kpasswd._tcp", 464),
            ("_kpasswd._udp", 464),
        ] {
            out.record(Record {
                name: name.to_owned(),
                data: RecordData::Srv(0, 100, port, host.clone()),
            });
        }
        out.record(Record { name: "_kerberos".to_owned(), data: RecordData::Txt(realm) });
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let own = out.credential(AUTHORITY, CERTIFICATE, "root");
        let pair = || vec![own.certificate(), own.key()];
        let options = install::Options {
            unattended: true,
            realm: realm(on),
            domain: on.cloud.domain.to_string(),
            hostname: on.host.fqdn.clone(),
            addresses: on.host.primary_addresses().map(|it| it.to_string()).collect(),
            manager: Value::Secret(manager()),
            admin: Value::Secret(admin()),
            directory: pair(),
            directory_pin: String::new(),
            web: pair(),
            web_pin: String::new(),
            authority: own.trusted(),
            no_pkinit: true,
            no_ntp: true,
            no_ssh: true,
            no_sshd: true,
            no_fingerprints: true,
            homes: true,
        };
        let tree = Tree::of(TreeStyle::Options, &options, &on.cause());
        out.entry(OPTIONS, Entry::File(File::new(tree, &on.cause()).mode(0o600)));
        let installer = out.program("ipa-server-install").path.into_owned();
        let python = out.program("python3").path.into_owned();
        let start = vec![
            Command::new(python, ["-I", "-c", UNSEEN, OPTIONS, &installer]),
            // Only once all of it has succeeded: half an installation is undone by hand, with
            // `ipa-server-install --uninstall`.
            Command::new(out.program("install").path, ["-D", "-m", "600", "/dev/null", DONE]),
        ];
        let mut process = Process::once("freeipa-install", start, on.cause())
            .described("installs FreeIPA where it is not yet", ROLE.about.manual);
        process.done = Some(DONE.to_owned());
        out.process(process);
        for address in on.host.primary_addresses() {
            for (port, en, es) in [
                (636, "the directory answers at", "el directorio responde en"),
                (88, "tickets are given at", "se dan tickets en"),
            ] {
                let what = text!("{en} {address}", "{es} {address}");
                out.probe(what, Attempt::Connect(address, Ports::tcp(port)));
            }
        }
    }

    fn stand_in(&self, on: &Linked<'_>, out: &mut Configuration) {
        stand_in::configure(on, &realm(on), out);
    }
}

const OPTIONS: &str = "/etc/fmc/freeipa/install.options";
const DONE: &str = "/var/lib/fmc-freeipa/installed";

/// The authority of directories, and what it issues.
const AUTHORITY: &str = "directory";
const CERTIFICATE: &str = "directory";

/// The installer takes passwords as arguments and nowhere else, and everybody on a host may see those of
/// any process. It is a program in Python: so it is run with the words of a file, which nobody sees.
const UNSEEN: &str = "import runpy, shlex, sys; \
    words = shlex.split(open(sys.argv[1]).read(), comments=True); \
    sys.argv = [sys.argv[2], *words]; \
    runpy.run_path(sys.argv[0], run_name='__main__')";

fn realm(on: &Linked<'_>) -> String {
    on.setting("realm").unwrap_or_default()
}

/// The password of the directory's manager.
fn manager() -> Secret {
    Secret::private(SecretKind::Password, "freeipa/directory-manager")
}

/// The password of the user `admin`.
fn admin() -> Secret {
    Secret::private(SecretKind::Password, "freeipa/admin")
}

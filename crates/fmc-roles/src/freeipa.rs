//! Identities: who may log in where, by LDAP and Kerberos.
//!
//! It serves no names of its own: the resolver of the cloud (role `coredns`) is the only authority,
//! and holds the records by which clients find their realm.

use fmc_model::cloud::System;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, Admission, Declaration, Kind, Member, Minimum, Record, RecordData, Redundancy, Role,
    Selector, SelectorKind,
};
use fmc_model::{Ports, Text, Words, record};

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
}

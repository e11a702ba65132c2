//! A database server.
//!
//! Its data may lie on a share of another host (`data: storage1:/srv/nfs/postgresql`), in a folder
//! below it: the top of a file system holds `lost+found`, and initdb refuses such a place.

use fmc_model::cloud::System;
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, Admission, CertificateRequest, Declaration, Kind, Member, Minimum, Need, Redundancy,
    Role, Selector, SelectorKind, Target, Usage,
};
use fmc_model::{Name, Ports, Text, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Postgres>(&About {
    name: "postgres",
    label: "PostgreSQL",
    icon: "postgresql",
    summary: Words("a database server", "un servidor de bases de datos"),
    manual: "https://www.postgresql.org/docs/",
    systems: &[System::Almalinux, System::Rocky, System::Debian],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  database: { os: debian, nics: { lan: 14 }, roles: { postgres: { clients: [app] } } }
  app: { os: debian, nics: { lan: 15 } }
",
});

record! {
    /// A database server.
    pub struct Postgres ("role `postgres`", "rol `postgres`") {
        /// Where its data lies: a path, or `host:/path` on a share; `/var/lib/postgresql` if left out.
        data: Option<At<String>>,
        /// Who may connect; hosts with the role `worker`, and their pods, if left out.
        clients: OneOrMany<At<Selector>>,
        /// The port at which it serves; 5432 if left out.
        port: Option<At<u16>>,
    }
}

impl Role for Postgres {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        let port = out.setting("port", 5432, self.port.as_ref());
        out.offer("postgresql", [Ports::tcp(port)]);
        out.setting("data", "/var/lib/postgresql".to_owned(), self.data.as_ref());
        if let Some(data) = &self.data {
            self.share(data, out);
        }
        let usual = At::new(
            Selector { kind: Some(SelectorKind::Role), pattern: "worker".to_owned() },
            on.place,
        );
        let written = !self.clients.is_empty();
        let clients = if written { self.clients.0.clone() } else { vec![usual] };
        for from in clients {
            out.admit(Admission {
                service: "postgresql".into(),
                from,
                pods: true,
                written,
                why: Text::of(
                    "the database of what runs there",
                    "la base de datos de lo que se ejecuta allí",
                ),
            });
        }
        out.certificate(CertificateRequest {
            name: "postgres".into(),
            authority: "postgres",
            common_name: on.host.fqdn.clone(),
            organization: None,
            names: vec![on.host.name.to_string(), on.host.fqdn.clone()],
            addresses: on.host.primary_addresses().collect(),
            usage: Usage::Server,
            why: Text::of(
                "clients speak TLS with the database",
                "los clientes hablan TLS con la base de datos",
            ),
        });
    }
}

impl Postgres {
    /// A share of another host must be mounted before the database starts.
    fn share(&self, data: &At<String>, out: &mut Declaration) {
        let (host, path) =
            data.split_once(':').map_or((None, data.as_str()), |it| (Some(it.0), it.1));
        if !path.starts_with('/') {
            out.report(
                ROLE_SETTING
                    .at(
                        data.place,
                        text!("`{path}` is not a whole path", "`{path}` no es una ruta completa"),
                    )
                    .hint(text!("write `/path` or `host:/path`", "escriba `/ruta` o `host:/ruta`")),
            );
        }
        let Some(host) = host.filter(|it| Name::is_name(it)) else { return };
        let selector = Selector { kind: Some(SelectorKind::Host), pattern: host.to_owned() };
        let why = text!("its data lies on {host}", "sus datos están en {host}");
        let place = data.part(0, host.len());
        out.need(
            Need::of("nfs", why)
                .to(Target::Selected(At::new(selector, place)))
                .before_start()
                .required("nfs"),
        );
    }
}

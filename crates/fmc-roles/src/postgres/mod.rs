//! A database server.
//!
//! Its data may lie on a share of another host (`data: storage1:/srv/nfs/postgresql`), in a folder
//! below it: the top of a file system holds `lost+found`, and initdb refuses such a place.
//!
//! What it writes is archived at once, beside its data; every night all of it is copied there (a base
//! backup), for the archive alone restores nothing, and what no backup needs any more is removed from
//! the archive. How to restore is told in `postgresql.conf`, at `restore_command`.
//!
//! An app in pods that needs `postgresql` has a database and a user of its own, and is told of them.

mod apps;
mod backup;
mod probe;

use backup::Backup;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::ini::{Ini, IniStyle};
use fmc_model::cloud::{NetworkKind, System};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, Admission, CertificateRequest, Configuration, Declaration, Kind, Linked, Member,
    Minimum, Need, Redundancy, Role, Selector, SelectorKind, Target, Usage,
};
use fmc_model::setup::{Attempt, Command, Entry, Mount, Process, Ready, Reload, Selinux};
use fmc_model::{Name, Ports, Text, Words, record, text};
use std::net::IpAddr;

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
        /// Where its data lies: a path of letters, digits and `/._-+@`, or `host:/path` on a share;
        /// `/var/lib/postgresql` if left out.
        data: Option<At<String>>,
        /// Who may connect; hosts with the role `worker`, and their pods, if left out.
        clients: OneOrMany<At<Selector>>,
        /// The port at which it serves; 5432 if left out.
        port: Option<At<u16>>,
        /// When all data is copied beside it: `daily` (if left out), `weekly` or `none`. With the last one
        /// the archive is never cleared.
        backup: Option<At<Backup>>,
        /// How many of these copies are kept, with all that was written since the oldest one; 7 if left
        /// out.
        keep: Option<At<u16>>,
    }
}

impl Role for Postgres {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        let port = out.setting("port", 5432, self.port.as_ref());
        out.offer("postgresql", [Ports::tcp(port)]);
        out.setting("data", "/var/lib/postgresql".to_owned(), self.data.as_ref());
        let backup = self.backup.map(|it| At::new(it.word(), it.place));
        let copied = out.setting("backup", "daily", backup.as_ref()) != Backup::None.word();
        out.keep(copied);
        if copied {
            out.setting("keep", 7, self.keep.as_ref());
        }
        if let Some(keep) = self.keep.as_ref().filter(|it| it.value == 0) {
            out.report(
                ROLE_SETTING
                    .at(keep.place, text!("no copy would be left", "no quedaría ninguna copia"))
                    .hint(text!(
                        "keep at least one, or write `backup: none`",
                        "conserve al menos una, o escriba `backup: none`"
                    )),
            );
        }
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

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let place = Place::of(on, out);
        let program = out.program("postgres");
        let user = program.user.as_ref();
        let settings = Self::settings(on, &place, user, out);
        out.file(FILE, settings);
        out.file(HBA, Self::clients(on));
        out.file(IDENT, Blocks::new(BlockStyle::Indented));
        if place.share.is_none() {
            out.directory(&place.folder, 0o755, user);
            out.selinux(Selinux::Folder(DATA, place.folder.clone()));
        }
        let port = on.setting("port").unwrap_or(5432);
        if port != 5432 {
            out.selinux(Selinux::Port(PORT, port));
        }
        let (install, initdb) = (out.program("install").path, out.program("initdb").path);
        let words = ["-d", "-m", "700", &place.data, &place.archive];
        let start = vec![
            Command::new(install, words),
            Command::new(
                initdb,
                [
                    "--pgdata",
                    &place.data,
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                ]
                .into_iter()
                .chain(["--auth-local=peer", "--auth-host=scram-sha-256"]),
            ),
        ];
        let mut init = Process::once("postgresql-init", start, on.cause())
            .described("makes the database where there is none", ROLE.about.manual);
        init.done = Some(format!("{}/PG_VERSION", place.data));
        init.makes = vec![place.data.clone(), place.archive.clone()];
        let path = program.path.clone();
        let command = Command::new(path.clone(), ["-D", FOLDER]);
        let mut process = Process::daemon("postgresql", command, Ready::Notifies, on.cause())
            .described("database", ROLE.about.manual);
        process.check = Some(Command::new(path, ["-C", "data_directory", "-D", FOLDER]));
        process.reload = Some(Reload::Signal("HUP"));
        process.after = vec![init.name.clone()];
        process.run_folders = vec!["postgresql".to_owned()];
        // `TERM` would wait for every client to leave.
        process.stop_signal = Some("INT");
        process.files = [FILE, HBA, IDENT].map(str::to_owned).into();
        // Its port, its addresses and its memory among others (PostgreSQL 15, `pg_settings.context`).
        process.at_start = vec![FILE.to_owned()];
        for it in [&mut init, &mut process] {
            it.user = user.to_string();
            it.mounts = vec![place.folder.clone()];
        }
        let backup = backup::process(on, &place, user, &process.name, out);
        let name = process.name.clone();
        out.process(init);
        out.process(process);
        apps::processes(on, user, &name, out);
        if let Some(backup) = backup {
            out.process(backup);
        }
        if on.system == System::Debian {
            // Debian's own clusters, one of which the package makes at the same port.
            let link = Entry::Link("/dev/null".to_owned(), on.cause());
            out.entry("/etc/systemd/system/postgresql@.service", link);
        }
        let port = Ports::tcp(on.setting("port").unwrap_or(5432));
        for address in on.host.primary_addresses() {
            let what = text!(
                "the database answers at {address}",
                "la base de datos responde en {address}"
            );
            out.probe(what, Attempt::Connect(address, port));
        }
        if out.wants_probes() {
            probe::probes(on, user, out);
            apps::probes(on, out);
        }
    }
}

/// Where its configuration lies: not where some distribution's own tools look for clusters.
const FOLDER: &str = "/etc/fmc/postgresql";
const FILE: &str = "/etc/fmc/postgresql/postgresql.conf";
const HBA: &str = "/etc/fmc/postgresql/pg_hba.conf";
const IDENT: &str = "/etc/fmc/postgresql/pg_ident.conf";

/// What `SELinux` calls files of the database, and its port.
const DATA: &str = "postgresql_db_t";
const PORT: &str = "postgresql_port_t";

/// Where a share of another host is mounted.
const SHARE: &str = "/srv/postgresql";

/// Where data lies: always below the folder that is mounted or named, for the top of a file system
/// holds `lost+found`, and initdb refuses a folder that is not empty.
struct Place {
    folder: String,
    data: String,
    archive: String,
    backups: String,
    share: Option<String>,
}

impl Place {
    fn of(on: &Linked<'_>, out: &mut Configuration) -> Self {
        let written: String = on.setting("data").unwrap_or_default();
        let shared = written.split_once(':').and_then(|(name, path)| {
            let host = on.cloud.hosts.get(name)?;
            Some(match on.address_of(host)? {
                address @ IpAddr::V6(_) => format!("[{address}]:{path}"),
                address @ IpAddr::V4(_) => format!("{address}:{path}"),
            })
        });
        let folder = if shared.is_some() {
            SHARE.to_owned()
        } else {
            written.trim_end_matches('/').to_owned()
        };
        if let Some(what) = &shared {
            out.program("mount.nfs");
            // It waits for a server that is gone rather than to lose what it was told to write.
            let options = ["vers=4.2", "hard", "nosuid", "nodev", "noexec"].map(str::to_owned);
            let (what, kind, options) = (what.clone(), "nfs4".to_owned(), options.into());
            // What comes by NFS is of a type that no database may touch.
            let selinux = Some(DATA);
            out.mount(
                &folder,
                Mount { what, kind, options, selinux, alone: true, cause: on.cause() },
            );
        }
        let [data, archive, backups] =
            ["data", "archive", "backups"].map(|it| format!("{folder}/{it}"));
        Self { folder, data, archive, backups, share: shared }
    }
}

impl Postgres {
    /// `postgresql.conf`. Whatever it does not know, the server refuses.
    fn settings(on: &Linked<'_>, place: &Place, user: &str, out: &mut Configuration) -> Ini {
        let tls = out.credential("postgres", "postgres", user);
        let inside = on.host.nics.iter().filter(|it| {
            on.cloud.networks.get(&it.network).is_some_and(|it| it.kind != NetworkKind::Public)
        });
        let own = inside.flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr));
        let mut listen: Vec<String> = vec!["localhost".to_owned()];
        listen.extend(own.map(|it| it.to_string()));
        // What is half there is nothing that could be restored: it gets its name when it is whole.
        let archive = shell(&place.archive);
        let keep = format!(
            "test ! -f {archive}/%f && cp %p {archive}/%f.part && mv {archive}/%f.part {archive}/%f"
        );
        let mut file = Ini::new(IniStyle::Spaced);
        let section = file.loose(&on.cause());
        for line in backup::restoring(on, place) {
            section.note(line);
        }
        let mut text = |key: &str, value: &str| {
            section.set(key, format!("'{}'", value.replace('\'', "''")));
        };
        text("data_directory", &place.data);
        text("hba_file", HBA);
        text("ident_file", IDENT);
        text("listen_addresses", &listen.join(","));
        text("unix_socket_directories", "/run/postgresql");
        text("ssl_cert_file", &tls.certificate());
        text("ssl_key_file", &tls.key());
        text("ssl_min_protocol_version", "TLSv1.2");
        text("password_encryption", "scram-sha-256");
        text("timezone", on.cloud.timezone.as_str());
        text("log_timezone", on.cloud.timezone.as_str());
        text("log_destination", "stderr");
        text("archive_command", &keep);
        text("restore_command", &format!("cp {archive}/%f %p"));
        section.set("port", on.setting::<u16>("port").unwrap_or(5432));
        section.set("ssl", "on");
        section.set("logging_collector", "off");
        section.set("log_connections", "on");
        section.set("wal_level", "replica");
        section.set("archive_mode", "on");
        // At most so many seconds of work are lost with the machine.
        section.set("archive_timeout", 300);
        // A quarter of the memory, as upstream's manual advises for a server of its own.
        let quarter = on.host.size.memory.0 / 4 / (1 << 20);
        if quarter >= 128 {
            section.set("shared_buffers", format!("{quarter}MB"));
        }
        file
    }

    /// `pg_hba.conf`: whoever has a flow to it, from where its packets come, by TLS and with a
    /// password; the superuser on the host alone.
    fn clients(on: &Linked<'_>) -> Blocks {
        let cause = on.cause();
        let mut file = Blocks::new(BlockStyle::Indented);
        file.add(["local", "all", "postgres", "peer"], &cause);
        file.add(["local", "all", "all", "peer"], &cause);
        if Backup::of(on) != Backup::None {
            // A copy of all data is a connection of a kind that `all` does not mean.
            file.add(["local", "replication", "postgres", "peer"], &cause);
        }
        file.add(["host", "all", "postgres", "all", "reject"], &cause);
        for flow in on.flows_to().filter(|it| it.service == "postgresql") {
            let cause = on.cause_of(flow);
            let from = match on.sources_of(flow) {
                Some(prefixes) => prefixes.iter().map(ToString::to_string).collect(),
                None => vec!["all".to_owned()],
            };
            for from in from {
                file.add(["hostssl", "all", "all", &from, "scram-sha-256"], &cause);
            }
        }
        file
    }

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
        } else if let Some(odd) = path.chars().find(|it| !is_plain(*it)) {
            // It also stands in lines that somebody types, and in rules for SELinux, which end at a blank.
            out.report(
                ROLE_SETTING
                    .at(
                        data.place,
                        text!(
                            "{odd:?} in a path means something else to the tools that read it",
                            "{odd:?} en una ruta significa otra cosa para las herramientas que la leen"
                        ),
                    )
                    .hint(text!(
                        "use letters, digits and `/._-+@`",
                        "use letras, cifras y `/._-+@`"
                    )),
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
                .vital()
                .required("nfs"),
        );
    }
}

/// Whether a character of a path is just that to a shell, to `semanage` and to a list of mounts.
fn is_plain(it: char) -> bool {
    it.is_alphanumeric() || "/._-+@".contains(it)
}

/// A path as a shell reads it, and as PostgreSQL does, which replaces what stands behind `%`.
fn shell(path: &str) -> String {
    format!("'{}'", path.replace('%', "%%").replace('\'', r"'\''"))
}

//! The databases of apps that run as pods: each has one of its own, with a user whose it is. What an app has written
//! stays when the app goes.

use super::ROLE;
use super::probe::{ASK, trust};
use crate::kubernetes::{Database, database};
use crate::probes;
use fmc_config::Keys;
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Attempt, Command, Entry, Expect, File, On, Process, Restart, Step};
use fmc_model::text;

/// The folder of their passwords.
const FOLDER: &str = "/etc/fmc/postgresql/apps";

/// Makes a user with a password that is read, and a database of theirs that is for nobody else. What is there stays,
/// but for the password. On no command line may it be seen, and in no log: what fails is not told whole. Its
/// arguments: the program, where it goes, the name.
const MAKE: &str = r#"read -r word
"$1" "$2" -qX -v ON_ERROR_STOP=1 -v "name=$3" <<END
\set word $word
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SELECT format('CREATE ROLE %I', :'name')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN PASSWORD :'word';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE :"name" FROM PUBLIC;
END
"#;

/// The apps whose databases are on a host.
fn all<'a>(on: &Linked<'a>) -> impl Iterator<Item = Database<'a>> {
    let all = on.cloud.apps.values().filter_map(|it| database(on.cloud, it));
    all.filter(|it| it.server.id == on.host.id)
}

/// What makes them, once the server, `database`, is there.
pub(super) fn processes(on: &Linked<'_>, user: &str, server: &str, out: &mut Configuration) {
    let port: u16 = on.setting("port").unwrap_or(5432);
    let socket = format!("host=/run/postgresql port={port} dbname=postgres");
    for database in all(on) {
        let (app, cause) = (&database.app.name, on.cause_of(database.flow));
        let path = format!("{FOLDER}/{app}");
        let word = File::new(Keys::bare(database.password()), &cause).mode(0o600).owner(user);
        out.entry(path.clone(), Entry::File(word));
        let psql = out.program("psql").path;
        let words = ["-euc", MAKE, "sh", &*psql, &socket, &database.name()];
        let start = vec![Command::new("/bin/sh", words)];
        let mut process = Process::once(format!("postgresql-app-{app}"), start, cause)
            .described(format!("database of {app}"), ROLE.about.manual);
        user.clone_into(&mut process.user);
        // It may have to go through what was written before it went down.
        process.restart = Restart::OnFailure;
        process.after = vec![server.to_owned()];
        process.input = Some(path.clone());
        process.files = vec![path];
        out.process(process);
    }
}

/// Each app logs in to its own database, from a host of it that may.
pub(super) fn probes(on: &Linked<'_>, out: &mut Configuration) {
    let clients = probes::clients(on, "postgresql");
    let port: u16 = on.setting("port").unwrap_or(5432);
    for database in all(on) {
        let is_own = |it: &&(_, &fmc_model::cloud::Host)| database.app.hosts.contains(it.1.id);
        let Some((flow, client)) = clients.iter().find(is_own) else { continue };
        let Some(address) = on.address_for(flow, client) else { continue };
        let (fqdn, name) = (&on.host.fqdn, database.name());
        let (trusted, authority) = trust(on, client);
        let to = format!(
            "host={fqdn} hostaddr={address} port={port} dbname={name} user={name} \
             sslmode=verify-full sslrootcert={trusted} connect_timeout=2"
        );
        let ask = Step::new(On::Host(client.id), Command::new("sh", ["-c", ASK, &to]))
            .file(&trusted, authority)
            .input(Keys::bare(database.password()))
            .expects(Expect::Says(name));
        let app = &database.app.name;
        let what =
            text!("{app} logs in to its own database", "{app} entra en su propia base de datos");
        out.probe(what, Attempt::Steps(vec![ask]));
    }
}

//! What tells that the database serves its clients and nobody else.

use crate::probes;
use fmc_config::{Keys, Secret, SecretKind};
use fmc_model::cloud::Host;
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Attempt, Command, Expect, On, Step};
use fmc_model::text;

/// Makes a role of which nothing is left, and whose password is read: on no command line may it be seen.
const MAKE: &str = "read -r word; printf \"DROP ROLE IF EXISTS %s; \
    CREATE ROLE %s LOGIN PASSWORD '%s';\" \"$1\" \"$1\" \"$word\" | \"$0\" \"$2\" -q -v ON_ERROR_STOP=1";

/// Asks as somebody with a password that is read.
pub(super) const ASK: &str =
    "read -r PGPASSWORD; export PGPASSWORD; exec psql -tA -c 'SELECT current_user' \"$0\"";

/// What somebody is told whom a firewall does not let in, or the database's own list of clients.
const OUT: [&str; 5] = [
    "timeout expired",
    "Connection refused",
    "No route to host",
    "Network is unreachable",
    "no pg_hba.conf entry",
];

/// Where a client finds by whose certificate it knows the server, and that.
pub(super) fn trust(on: &Linked<'_>, client: &Host) -> (String, Keys) {
    let path = format!("{}/{}-{}.crt", probes::FOLDER, on.host.name, client.name);
    (path, Keys::pem([Secret::public(SecretKind::Authority, "postgres")]))
}

/// Every client logs in by TLS, knowing whom it speaks to; who has no right to, no password or no TLS does not.
pub(super) fn probes(on: &Linked<'_>, user: &str, out: &mut Configuration) {
    let clients = probes::clients(on, "postgresql");
    let stranger = probes::stranger(on, &clients);
    let port: u16 = on.setting("port").unwrap_or(5432);
    let fqdn = &on.host.fqdn;
    let password = || Secret::private(SecretKind::Password, "rehearsal/postgres");
    let wrong = || Secret::private(SecretKind::Password, "rehearsal/wrong");
    // What the superuser may do on the host itself, and nowhere else.
    let socket = format!("host=/run/postgresql port={port} dbname=postgres user=postgres");
    let as_user = |words: &[&str]| {
        let who = [format!("--reuid={user}"), format!("--regid={user}")];
        let who = who.iter().map(String::as_str).chain(["--init-groups", "--"]);
        Command::new("setpriv", who.chain(words.iter().copied()))
    };
    for (index, (flow, client)) in probes::some(clients.clone()).into_iter().enumerate() {
        let Some(address) = on.address_for(flow, client) else { continue };
        let own = format!("fmc_probe_{}", client.id.0);
        let (trusted, authority) = trust(on, client);
        let ask = |by: &Host, who: &str, mode: &str, secret: Secret| {
            let to = format!(
                "host={fqdn} hostaddr={address} port={port} dbname=postgres user={who} sslmode={mode} \
                 sslrootcert={trusted} connect_timeout=2"
            );
            Step::new(On::Host(by.id), Command::new("sh", ["-c", ASK, &to]))
                .file(&trusted, authority.clone())
                .input(Keys::bare(secret))
        };
        let make = as_user(&["sh", "-c", MAKE, "psql", &own, &socket]);
        let drop = format!("DROP ROLE {own}");
        let is_refused = |words: &[&'static str]| Expect::Refusal(words.to_vec());
        let mut steps = vec![
            Step::new(On::Own, make).input(Keys::bare(password())),
            ask(client, &own, "verify-full", password()).expects(Expect::Says(own.clone())),
        ];
        if index == 0 {
            let no_password = is_refused(&["password authentication failed"]);
            let no_tls = is_refused(&["no encryption", "SSL off"]);
            steps.push(ask(client, &own, "verify-full", wrong()).expects(no_password.clone()));
            steps.push(ask(client, "fmc_nobody", "verify-full", password()).expects(no_password));
            steps.push(ask(client, &own, "disable", password()).expects(no_tls));
            let superuser = is_refused(&["pg_hba.conf rejects"]);
            steps.push(ask(client, "postgres", "verify-full", password()).expects(superuser));
            let out_of = |it| ask(it, &own, "verify-full", password()).expects(is_refused(&OUT));
            steps.extend(stranger.map(out_of));
        }
        steps.push(Step::new(On::Own, as_user(&["psql", &socket, "-qc", &drop])));
        let name = &client.name;
        let what = if index == 0 {
            text!(
                "{name} uses the database by TLS, and nobody does without a password, without TLS or \
                 from elsewhere",
                "{name} usa la base de datos por TLS, y nadie sin contraseña, sin TLS o desde otro sitio"
            )
        } else {
            text!("{name} uses the database by TLS", "{name} usa la base de datos por TLS")
        };
        out.probe(what, Attempt::Steps(steps));
    }
}

//! How pods of an app that works with `postgresql` are told of their database: by the variables that every client of
//! it knows (<https://www.postgresql.org/docs/15/libpq-envars.html>). The password is in a secret of the cluster,
//! beside the certificate by which the server is known.

use super::apps::{in_namespace, part};
use super::objects::{Kind, Object, Secret, object};
use super::volumes::digest;
use super::workload::{Hidden, HiddenFile, Key, Mount, Source, Variable, Volume};
use fmc_config::tree::Named;
use fmc_config::{Cause, SecretKind, Value};
use fmc_model::cloud::{App, Asker, Cloud, End, Flow, Host};
use fmc_model::role::Linked;

/// The service, and the role whose hosts make a database and a user for each app.
const SERVICE: &str = "postgresql";
const ROLE: &str = "postgres";

/// The parts of its secret.
const PASSWORD: &str = "password";
const AUTHORITY: &str = "ca.crt";

/// Where the certificate of the authority is found.
const FOLDER: &str = "/run/secrets/postgres";

/// What an app in pods keeps in a database.
pub(crate) struct Database<'c> {
    /// The app.
    pub(crate) app: &'c App,
    /// Who serves it.
    pub(crate) server: &'c Host,
    /// By which flow its pods come there.
    pub(crate) flow: &'c Flow,
    /// At which port.
    port: u16,
}

/// The database of an app whose pods work with one of ours. Where there are several servers it is that of the first:
/// none of them knows what the others have.
pub(crate) fn database<'c>(cloud: &'c Cloud, app: &'c App) -> Option<Database<'c>> {
    app.pods.as_ref()?;
    let own = Asker::App(app.name.to_string());
    let is_own = |it: &&Flow| {
        it.service == SERVICE
            && matches!(it.from, End::Pods(_))
            && it.reasons.iter().any(|it| it.asked_by == own)
    };
    cloud.flows.iter().filter(is_own).find_map(|flow| {
        let End::Hosts(hosts) = &flow.to else { return None };
        let mut servers = hosts.iter().map(|it| cloud.host(it));
        let server = servers.find(|it| it.has_role(ROLE) && !it.managed)?;
        Some(Database { app, server, flow, port: flow.ports.first()?.first })
    })
}

impl<'c> Database<'c> {
    /// What it is called, and its user: no name of the server's own, and none that a person would take.
    pub(crate) fn name(&self) -> String {
        // A name of the server's is 63 bytes long at the most.
        match self.app.name.as_str() {
            long if long.len() > 50 => format!("app_{}_{}", &long[..50], digest(long)),
            name => format!("app_{name}"),
        }
    }

    /// The password of its user.
    pub(crate) fn password(&self) -> fmc_config::Secret {
        fmc_config::Secret::private(SecretKind::Password, format!("postgres/{}", self.app.name))
    }

    /// What its secret is called in the cluster.
    pub(super) fn secret(&self) -> String {
        part(self.app, ROLE)
    }

    /// Its object.
    pub(super) fn object(&self) -> Object<'c> {
        let (app, name) = (self.app, self.secret());
        let password = Value::Secret(self.password());
        let authority = fmc_config::Secret::public(SecretKind::Authority, ROLE);
        let data = [(PASSWORD, password), (AUTHORITY, Value::Secret(authority))];
        let data = Named(data.map(|it| (it.0.to_owned(), it.1)).into());
        let (own, cause) = (name.clone(), Cause::new(app.origin.place, "control-plane"));
        object(&name, &cause, move |about| Secret {
            version: Secret::VERSION,
            kind: Secret::KIND,
            about: in_namespace(about, &own),
            data,
        })
    }

    /// What a container is told of it. Its server is known by its name, and where nodes know no names of this cloud,
    /// by its address.
    pub(super) fn variables(&self, on: &Linked<'_>) -> Vec<Variable> {
        let knows = on.knows_names();
        let host = match self.server.primary_addresses().next() {
            Some(address) if !super::nodes::all(on.cloud).all(knows) => address.to_string(),
            _ => self.server.fqdn.clone(),
        };
        let told = |name, value| Variable { name, value: Some(value), from: None };
        let key = Key { name: self.secret(), key: PASSWORD };
        let from = Some(Source { field: None, secret: Some(key) });
        vec![
            told("PGHOST", host),
            told("PGPORT", self.port.to_string()),
            told("PGDATABASE", self.name()),
            told("PGUSER", self.name()),
            Variable { name: "PGPASSWORD", value: None, from },
            told("PGSSLMODE", "verify-full".to_owned()),
            told("PGSSLROOTCERT", format!("{FOLDER}/{AUTHORITY}")),
        ]
    }

    /// The certificate by which its server is known, as a pod has it, and where its container finds it.
    pub(super) fn mount(&self) -> (Volume, Mount) {
        let file = HiddenFile { key: AUTHORITY, path: AUTHORITY };
        let hidden = Hidden { name: self.secret(), files: vec![file] };
        let volume = Volume { secret: Some(hidden), ..Volume::called(ROLE) };
        let (name, path) = (ROLE.to_owned(), FOLDER.to_owned());
        (volume, Mount { name, path, read_only: Some(true) })
    }
}

//! What is mounted from a host that does not share it.

use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A share that is not there for whoever mounts it.
const CODE: Code = Code {
    id: "FMC1502",
    severity: Severity::Error,
    title: Words("mounts what is not shared with it", "monta lo que no se comparte con él"),
    reason: Words(
        "A folder of another host can be mounted only if that host shares it, and with this one: by its \
         own list of folders and clients. Otherwise the mount fails at every start, and what lies on it, a \
         database most of the time, does not start either.",
        "Una carpeta de otro host solo se puede montar si ese host la comparte, y con este: según su propia \
         lista de carpetas y clientes. Si no, el montaje falla en cada arranque, y lo que está en él, casi \
         siempre una base de datos, tampoco arranca.",
    ),
    failing: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage: { os: debian, nics: { lan: 10 }, roles: { nfs: { exports: { /srv/shared: app } } } }
  database: { os: debian, nics: { lan: 14 }, roles: { postgres: { data: \"storage:/srv/data\", clients: app } } }
  app: { os: debian, nics: { lan: 20 } }
",
    mended: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage: { os: debian, nics: { lan: 10 }, roles: { nfs: { exports: { /srv/shared: app, /srv/data: database } } } }
  database: { os: debian, nics: { lan: 14 }, roles: { postgres: { data: \"storage:/srv/data\", clients: app } } }
  app: { os: debian, nics: { lan: 20 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for machine in subject.machines.iter().filter(|it| !it.host.managed) {
        for mount in machine.setup.mounts.values() {
            let Some((server, folder)) = super::shared_by(subject, mount) else { continue };
            let shares = &subject.machines.get(server.id).setup.shares;
            // A person's own server of files says nothing here of what it shares.
            if shares.is_empty() {
                continue;
            }
            let (name, at) = (&machine.host.name, &server.name);
            let share = shares
                .iter()
                .find(|it| it.folder.trim_end_matches('/') == folder.trim_end_matches('/'));
            let Some(share) = share else {
                let message = text!(
                    "{name} mounts {folder} of {at}, which shares no such folder",
                    "{name} monta {folder} de {at}, que no comparte esa carpeta"
                );
                found.push(CODE.at(mount.cause.place, message).hint(text!(
                    "add `{folder}: {name}` to what {at} shares",
                    "añada `{folder}: {name}` a lo que comparte {at}"
                )));
                continue;
            };
            let mut own = machine.host.addresses();
            if own.any(|it| share.clients.iter().any(|client| client.contains(&it))) {
                continue;
            }
            let message = text!(
                "{name} mounts {folder} of {at}, which does not share it with {name}",
                "{name} monta {folder} de {at}, que no la comparte con {name}"
            );
            let told = CODE.at(mount.cause.place, message);
            let told =
                told.label(share.cause.place, text!("it is shared here", "se comparte aquí"));
            found.push(told.hint(text!(
                "add {name} to those with whom {at} shares {folder}",
                "añada {name} a aquellos con quienes {at} comparte {folder}"
            )));
        }
    }
    found
}

//! One folder with the data of two hosts.

use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::setup::Mount;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Two hosts that each believe to be alone in a folder.
const CODE: Code = Code {
    id: "FMC1501",
    severity: Severity::Error,
    title: Words("one folder for the data of two", "una carpeta para los datos de dos"),
    reason: Words(
        "A database is alone in its folder: it keeps in memory what it has yet to write, and holds a lock \
         that the other host does not see. Two of them on one share write over each other from the first \
         minute, and no copy that is made afterwards is whole.",
        "Una base de datos está sola en su carpeta: guarda en memoria lo que aún debe escribir, y tiene un \
         cerrojo que el otro host no ve. Dos en una misma carpeta compartida se pisan desde el primer minuto, y \
         ninguna copia hecha después está entera.",
    ),
    failing: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage: { os: debian, nics: { lan: 10 }, roles: { nfs: { exports: { /srv/data: database* } } } }
  database[1-2]: { os: debian, nics: { lan: 14+ }, roles: { postgres: { data: \"storage:/srv/data\", clients: app } } }
  app: { os: debian, nics: { lan: 20 } }
",
    mended: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage: { os: debian, nics: { lan: 10 }, roles: { nfs: { exports: { /srv/data: database* } } } }
  database1: { os: debian, nics: { lan: 14 }, roles: { postgres: { data: \"storage:/srv/data\", clients: app } } }
  app: { os: debian, nics: { lan: 20 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut all: Vec<(&Mount, Vec<&Host>)> = Vec::new();
    for machine in subject.machines.iter() {
        for mount in machine.setup.mounts.values().filter(|it| it.alone) {
            // A device of its own is nobody else's, whatever it is called.
            if super::shared_by(subject, mount).is_none() {
                continue;
            }
            match all.iter_mut().find(|it| it.0.what == mount.what) {
                Some(it) => it.1.push(machine.host),
                None => all.push((mount, vec![machine.host])),
            }
        }
    }
    let several = all.into_iter().filter(|it| it.1.len() > 1);
    let told = several.filter_map(|(mount, hosts)| {
        let (at, folder) = super::shared_by(subject, mount)?;
        let (who, at) = (subject.called(hosts), &at.name);
        let message = text!(
            "{who} each keep their data in {folder} of {at}, where only one may",
            "{who} guardan cada uno sus datos en {folder} de {at}, donde solo puede uno"
        );
        Some(CODE.at(mount.cause.place, message).hint(text!(
            "share a folder of its own for each",
            "comparta una carpeta propia para cada uno"
        )))
    });
    told.collect()
}

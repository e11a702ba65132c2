//! Data of which no copy is made.

use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Data that is there once.
const CODE: Code = Code {
    id: "FMC1511",
    severity: Severity::Warning,
    title: Words("data without a copy", "datos sin copia"),
    reason: Words(
        "What is kept once is lost by one mistake: a disk that fails, a table that somebody deletes, a \
         program that writes nonsense. Hosts that stand in for each other do not help against the last two, \
         for they all do the same. Only a copy of an earlier day does.",
        "Lo que se guarda una vez se pierde con un error: un disco que falla, una tabla que alguien borra, un \
         programa que escribe disparates. Que unos hosts suplan a otros no ayuda contra los dos últimos, pues \
         todos hacen lo mismo. Solo ayuda una copia de un día anterior.",
    ),
    failing: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  database: { os: debian, nics: { lan: 14 }, roles: { postgres: { clients: [app], backup: none } } }
  app: { os: debian, nics: { lan: 15 } }
",
    mended: "\
version: 1
name: data
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  database: { os: debian, nics: { lan: 14 }, roles: { postgres: { clients: [app], backup: daily } } }
  app: { os: debian, nics: { lan: 15 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut all: Vec<(&fmc_model::cloud::RoleUse, Vec<&Host>)> = Vec::new();
    for host in subject.ours() {
        for role in host.roles.iter().filter(|it| it.copied == Some(false)) {
            match all.iter_mut().find(|it| it.0.origin.place == role.origin.place) {
                Some(it) => it.1.push(host),
                None => all.push((role, vec![host])),
            }
        }
    }
    let told = all.into_iter().map(|(role, hosts)| {
        let (name, who) = (role.name, subject.called(hosts));
        let message = text!(
            "no copy is made of what `{name}` keeps on {who}",
            "no se hace copia de lo que `{name}` guarda en {who}"
        );
        CODE.at(role.origin.place, message).hint(text!(
            "let it be copied daily or weekly, and take the copies to another place",
            "haga que se copie a diario o cada semana, y lleve las copias a otro lugar"
        ))
    });
    told.collect()
}

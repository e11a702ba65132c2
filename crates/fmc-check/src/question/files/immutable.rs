//! Package managers on systems that have none.

use super::by_hand::{line_with, written};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A command of another system.
const CODE: Code = Code {
    id: "FMC1508",
    severity: Severity::Warning,
    title: Words("command that the system does not have", "orden que el sistema no tiene"),
    reason: Words(
        "A script by hand calls a program that this system does not have: Flatcar has no package manager and \
         no Python, so neither `dnf` nor `apt` nor a module of Ansible runs there; the systems of Enterprise \
         Linux have no `apt`, and Debian has no `dnf`. The script ends there, and whatever follows in it is \
         not done.",
        "Un guion a mano llama a un programa que este sistema no tiene: Flatcar no tiene gestor de paquetes ni \
         Python, así que allí no se ejecutan `dnf`, `apt` ni los módulos de Ansible; los sistemas de Enterprise \
         Linux no tienen `apt`, y Debian no tiene `dnf`. El guion acaba ahí, y lo que sigue no se hace.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: flatcar
    nics: { lan: 11 }
    files: { /opt/setup.sh: { mode: \"0755\", text: \"#!/bin/sh\\ndnf install -y tcpdump\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: rocky
    nics: { lan: 11 }
    files: { /opt/setup.sh: { mode: \"0755\", text: \"#!/bin/sh\\ndnf install -y tcpdump\\n\" } }
",
};

/// Commands, and the package manager that each belongs to.
const COMMANDS: [(&str, &str); 9] = [
    ("dnf install", "dnf"),
    ("dnf -y install", "dnf"),
    ("yum install", "dnf"),
    ("yum -y install", "dnf"),
    ("rpm -i", "dnf"),
    ("apt-get install", "apt"),
    ("apt-get -y install", "apt"),
    ("apt install", "apt"),
    ("dpkg -i", "apt"),
];

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for it in written(subject) {
        let Some(host) = it.hosts.first() else { continue };
        let Some(system) = host.system else { continue };
        let strange = COMMANDS.iter().filter(|it| system.package_manager() != Some(it.1));
        let first = strange.filter_map(|(word, by)| Some((line_with(it.text, word)?, by))).min();
        let Some((line, by)) = first else { continue };
        let (path, who, system) =
            (&it.what, subject.called(it.hosts.iter().copied()), system.label());
        let told = CODE.at(
            it.place,
            text!(
                "line {line} of {path} calls `{by}`, and {who} has {system}, which has none",
                "la línea {line} de {path} llama a `{by}`, y {who} tiene {system}, que no lo tiene"
            ),
        );
        found.push(told.hint(text!(
            "let a role bring the program, or fetch it by `programs:`",
            "haga que un rol traiga el programa, o descárguelo con `programs:`"
        )));
    }
    found
}

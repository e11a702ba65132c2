//! `SELinux` that a file by hand switches off.

use crate::question::files::by_hand::{Written, line_with, written};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// `SELinux` off.
const CODE: Code = Code {
    id: "FMC1407",
    severity: Severity::Warning,
    title: Words("SELinux switched off", "SELinux desactivado"),
    reason: Words(
        "On this system SELinux keeps a program that was broken into from everything that is not its own: \
         the disks of guests, the files of the database, the keys. `fmc` writes what its policy must allow \
         beyond its defaults, so nothing has to be switched off for the roles to work; and files that are \
         written while it is off have no label, so that switching it on again is a day's work.",
        "En este sistema SELinux aparta a un programa asaltado de todo lo que no es suyo: los discos de los \
         huéspedes, los ficheros de la base de datos, las claves. `fmc` escribe lo que su política debe permitir \
         además, así que nada hay que desactivar para que los roles funcionen; y lo que se escribe mientras está \
         apagado queda sin etiqueta, de modo que volver a encenderlo cuesta un día.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: almalinux
    nics: { lan: 11 }
    files: { /etc/selinux/config: { text: \"SELINUX=disabled\\nSELINUXTYPE=targeted\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: almalinux
    nics: { lan: 11 }
    files: { /etc/selinux/config: { text: \"SELINUX=enforcing\\nSELINUXTYPE=targeted\\n\" } }
",
};

const OFF: [&str; 5] = [
    "SELINUX=disabled",
    "SELINUX=permissive",
    "setenforce 0",
    "setenforce Permissive",
    "selinux=0",
];

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let told = |it: &Written<'_>| {
        if !it.hosts.iter().any(|it| it.system.is_some_and(fmc_model::cloud::System::has_selinux)) {
            return None;
        }
        let (line, what) = OFF.iter().find_map(|word| Some((line_with(it.text, word)?, word)))?;
        let (path, who) = (&it.what, subject.called(it.hosts.iter().copied()));
        let told = CODE.at(
            it.place,
            text!(
                "`{what}` in line {line} of {path} switches SELinux off on {who}",
                "`{what}` en la línea {line} de {path} desactiva SELinux en {who}"
            ),
        );
        Some(told.hint(text!(
            "take it out; what a program of yours lacks, `semanage` and booleans allow",
            "quítelo; lo que le falte a un programa suyo lo permiten `semanage` y los booleanos"
        )))
    };
    written(subject).iter().filter_map(told).collect()
}

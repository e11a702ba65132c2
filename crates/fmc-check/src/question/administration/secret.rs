//! Secrets that stand in the file itself.

use super::words::{What, finds};
use crate::question::files::by_hand::{Written, written};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A secret in clear.
const CODE: Code = Code {
    id: "FMC1401",
    severity: Severity::Warning,
    title: Words("secret in the file", "secreto en el fichero"),
    reason: Words(
        "A cloud file is made to be read: it is shown to others, put into version control, drawn, and \
         whatever it says comes into files that are kept. A secret in it is known to everybody who ever \
         sees one of these, also after it was taken out. What `fmc` makes itself (keys of tunnels, \
         certificates, passwords) is kept sealed, apart from this file; give the rest to the host by \
         another way, and let the file say where it lies.",
        "Un fichero de nube se hace para leerlo: se enseña a otros, se pone bajo control de versiones, se \
         dibuja, y lo que dice acaba en ficheros que se guardan. Un secreto en él lo conoce todo el que vea \
         alguno de ellos, también después de quitarlo. Lo que hace `fmc` mismo (claves de túneles, \
         certificados, contraseñas) se guarda sellado, aparte de este fichero; dé lo demás al host por otro \
         camino, y que el fichero diga dónde está.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/app.env: { mode: \"0600\", text: \"DB_PASSWORD=tR7xQ2mm91\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/app.env: { mode: \"0600\", text: \"DB_PASSWORD_FILE=/run/secrets/db\\n\" } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    written(subject).iter().flat_map(|it| secrets(subject, it)).collect()
}

fn secrets(subject: &Subject<'_>, it: &Written<'_>) -> Vec<Diagnostic> {
    let who = subject.called(it.hosts.iter().copied());
    let (path, place) = (&it.what, it.place);
    let mut found = Vec::new();
    for find in finds(it.text) {
        let line = find.line;
        let (en, es) = match &find.what {
            What::PrivateKey => ("a private key".to_owned(), "una clave privada".to_owned()),
            What::Hash => {
                ("the hash of a password".to_owned(), "el resumen de una contraseña".to_owned())
            }
            What::Token => ("a token".to_owned(), "un token".to_owned()),
            What::InUrl => (
                "a password in an address".to_owned(),
                "una contraseña en una dirección".to_owned(),
            ),
            What::Value(key) => (format!("the value of `{key}`"), format!("el valor de `{key}`")),
            What::Trivial(_) => continue,
        };
        let message = Text {
            en: format!("{path} of {who} has {en} in clear, in its line {line}").into(),
            es: format!("{path} de {who} tiene {es} a la vista, en su línea {line}").into(),
        };
        found.push(CODE.at(place, message).hint(text!(
            "take it out, make a new one, and let the file say where it lies",
            "quítelo, haga otro nuevo, y que el fichero diga dónde está"
        )));
    }
    found
}

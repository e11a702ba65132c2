//! Passwords that everybody guesses first.

use super::words::{What, finds};
use crate::question::files::by_hand::written;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A password that is none.
const CODE: Code = Code {
    id: "FMC1402",
    severity: Severity::Warning,
    title: Words("password that everybody guesses", "contraseña que cualquiera adivina"),
    reason: Words(
        "Who wants in tries a few dozen passwords first: those that programs come with, and those that \
         people write when they are in a hurry. One of them is no better than none, and worse, for it \
         looks like one. Of VRRP this holds for every password: it is sent in clear, and the firewall that \
         lets in members alone is what protects.",
        "Quien quiere entrar prueba primero unas docenas de contraseñas: las que traen los programas, y las \
         que la gente escribe con prisa. Una de ellas no es mejor que ninguna, y es peor, porque lo parece. \
         En VRRP vale para cualquier contraseña: se envía a la vista, y lo que protege es el cortafuegos \
         que solo deja entrar a los miembros.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/app.env: { mode: \"0600\", text: \"POSTGRES_PASSWORD=postgres\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/app.env: { mode: \"0600\", text: \"POSTGRES_PASSWORD_FILE=/run/secrets/postgres\\n\" } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for it in written(subject) {
        for find in finds(it.text) {
            let What::Trivial(key) = &find.what else { continue };
            let (line, path) = (find.line, &it.what);
            let who = subject.called(it.hosts.iter().copied());
            let told = CODE.at(
                it.place,
                text!(
                    "`{key}` in line {line} of {path} of {who} is a password that is tried first",
                    "`{key}` en la línea {line} de {path} de {who} es una contraseña que se prueba primero"
                ),
            );
            found.push(told.hint(text!(
                "let a program make one, and let the file say where it lies",
                "haga que la genere un programa, y que el fichero diga dónde está"
            )));
        }
    }
    found
}

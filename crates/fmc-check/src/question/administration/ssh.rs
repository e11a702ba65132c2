//! SSH as root, or by a password.

use crate::question::files::by_hand::written;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A file by hand that lets in by SSH whoever guesses a password.
const CODE: Code = Code {
    id: "FMC1405",
    severity: Severity::Warning,
    title: Words("SSH by password or as root", "SSH por contraseña o como root"),
    reason: Words(
        "By SSH people log in with keys, under their own name, and become root afterwards if they may: so \
         nobody is let in by guessing, and it is known who it was. A file that was written by hand allows \
         passwords again, or root itself, for which every attempt on the Internet is made.",
        "Por SSH la gente entra con claves, con su propio nombre, y se hace root después si puede: así nadie \
         entra adivinando, y se sabe quién fue. Un fichero escrito a mano vuelve a permitir contraseñas, o al \
         propio root, contra quien van todos los intentos de Internet.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/ssh/sshd_config.d/10-own.conf: { text: \"PermitRootLogin yes\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/ssh/sshd_config.d/10-own.conf: { text: \"PermitRootLogin no\\n\" } }
",
};

/// Keywords of `sshd_config(5)` and of cloud-init in lower case, with the values that open.
const OPEN: [(&str, &[&str]); 7] = [
    ("permitrootlogin", &["yes"]),
    ("passwordauthentication", &["yes"]),
    ("permitemptypasswords", &["yes"]),
    ("challengeresponseauthentication", &["yes"]),
    ("kbdinteractiveauthentication", &["yes"]),
    ("ssh_pwauth", &["true", "yes"]),
    ("disable_root", &["false", "no"]),
];

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for it in written(subject) {
        for (line, number) in it.text.lines().zip(1..) {
            let apart = |it: char| it.is_whitespace() || it == ':' || it == '=';
            let mut words = line.split(apart).filter(|it| !it.is_empty()).map(str::to_lowercase);
            let (Some(key), Some(value)) = (words.next(), words.next()) else { continue };
            let opens = |it: &&(&str, &[&str])| it.0 == key && it.1.contains(&value.as_str());
            if !OPEN.iter().any(|it| opens(&it)) {
                continue;
            }
            let (path, who) = (&it.what, subject.called(it.hosts.iter().copied()));
            let line = line.trim();
            let told = CODE.at(
                it.place,
                text!(
                    "`{line}` in line {number} of {path} opens SSH of {who} to guessing",
                    "`{line}` en la línea {number} de {path} abre SSH de {who} a quien adivine"
                ),
            );
            found.push(told.hint(text!(
                "take that line out: people log in with their keys",
                "quite esa línea: la gente entra con sus claves"
            )));
        }
    }
    found
}

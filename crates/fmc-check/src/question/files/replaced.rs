//! Files by hand in place of generated ones.

use super::by_hand::{line_with, written};
use crate::question::{Question, Subject};
use fmc_model::setup::{Entry, Essential};
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A file that is generated no more.
const CODE: Code = Code {
    id: "FMC1505",
    severity: Severity::Warning,
    title: Words("generated file replaced by hand", "fichero generado sustituido a mano"),
    reason: Words(
        "A file by hand replaces the generated one as a whole. From then on nothing keeps it right: a host \
         that is added, an address that changes, a client that is to be let in come into every other file \
         and not into this one. What `fmc` says of this host is what it would have written: if this is the \
         firewall, the ways of packets are those of the rules that are not there. The lines that the \
         generated file has and this one lacks are counted, and the first of them is shown.",
        "Un fichero a mano sustituye entero al generado. Desde entonces nada lo mantiene correcto: un host que se \
         añade, una dirección que cambia, un cliente que debe entrar llegan a todos los demás ficheros y no a \
         este. Lo que `fmc` dice de este host es lo que habría escrito: si es el cortafuegos, los caminos de los \
         paquetes son los de las reglas que no están. Se cuentan las líneas que tiene el generado y faltan en \
         este, y se muestra la primera.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  clock:
    os: debian
    nics: { lan: 11 }
    roles: { chrony: }
    files: { /etc/chrony/chrony.conf: { text: \"pool europe.pool.ntp.org iburst\\n\" } }
  server: { os: debian, nics: { lan: 12 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  clock:
    os: debian
    nics: { lan: 11 }
    roles: { chrony: { upstream: europe.pool.ntp.org } }
  server: { os: debian, nics: { lan: 12 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for it in written(subject) {
        let of_host = it.hosts.iter().filter_map(|host| {
            let setup = subject.machines.get(host.id).setup;
            match setup.entries.get(it.what.as_ref())? {
                Entry::File(file) => file.replaces.as_ref().map(|it| (*host, it)),
                Entry::Link(..) => None,
            }
        });
        let all: Vec<_> = of_host.collect();
        let Some((_, generated)) = all.first() else { continue };
        let (path, text) = (&it.what, it.text);
        let who = subject.called(all.iter().map(|it| it.0));
        let by = &generated.cause.by;
        let printed = generated.document.print(&[], &generated.cause);
        let own: Vec<String> = it.text.lines().map(plain).collect();
        let mut lacking = printed.text().lines().map(plain).filter(|it| {
            it.chars().any(char::is_alphanumeric) && !it.starts_with('#') && !own.contains(it)
        });
        let first = lacking.next();
        let more = lacking.count();
        let essentials = all.iter().flat_map(|it| &subject.machines.get(it.0.id).setup.essentials);
        let says = |it: &Essential| it.words.iter().any(|word| line_with(text, word).is_some());
        let lives = essentials.filter(|it| it.path == *path).find(|it| !says(it));
        if let Some(essential) = lives {
            let words: Vec<&str> = essential.words.iter().map(|it| it.trim()).collect();
            let (words, en, es) =
                (words.join("`, `"), &essential.without.en, &essential.without.es);
            let message = Text {
                en: format!("{path} of {who} is by hand, and has no `{words}`: {en}").into(),
                es: format!("{path} de {who} está a mano, y no tiene `{words}`: {es}").into(),
            };
            found.push(CODE.at(it.place, message).hint(text!(
                "leave the file out, and write what differs as settings of `{by}`",
                "quite el fichero, y escriba lo que difiere como ajustes de `{by}`"
            )));
            continue;
        }
        let message = match first {
            Some(first) if more > 0 => text!(
                "{path} of {who} is by hand, and lacks what `{by}` would write: `{first}` and {more} more lines",
                "{path} de {who} está a mano, y le falta lo que escribiría `{by}`: `{first}` y {more} líneas más"
            ),
            Some(first) => text!(
                "{path} of {who} is by hand, and lacks what `{by}` would write: `{first}`",
                "{path} de {who} está a mano, y le falta lo que escribiría `{by}`: `{first}`"
            ),
            None => text!(
                "{path} of {who} is by hand, in place of what `{by}` would write",
                "{path} de {who} está a mano, en lugar de lo que escribiría `{by}`"
            ),
        };
        found.push(CODE.at(it.place, message).hint(text!(
            "write what differs as settings of `{by}`, or suppress this with the reason",
            "escriba lo que difiere como ajustes de `{by}`, o suprima esto con la razón"
        )));
    }
    found
}

/// A line without what makes no difference, as short as a message bears.
fn plain(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let all = words.join(" ");
    match all.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &all[..at]),
        None => all,
    }
}

/// As many characters of a line are shown.
const LONGEST: usize = 72;

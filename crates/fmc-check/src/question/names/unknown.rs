//! Names of the cloud that are used and that nothing answers for.

use super::DNS;
use crate::question::{Question, Subject};
use fmc_config::{Document, Place};
use fmc_model::cloud::{End, ZoneKind};
use fmc_model::setup::{Entry, Run};
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use std::collections::BTreeSet;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A name that is in no zone.
const CODE: Code = Code {
    id: "FMC1206",
    severity: Severity::Warning,
    title: Words("name that nobody answers for", "nombre por el que nadie responde"),
    reason: Words(
        "A name below the domain of the cloud is answered by its own resolver alone, out of the zone that \
         follows from this file: hosts, virtual addresses, apps, and what roles add. This one is written \
         somewhere and is not in it, so whoever uses it is told that it does not exist.",
        "De un nombre bajo el dominio de la nube solo responde su propio servidor de nombres, según la \
         zona que sale de este fichero: hosts, direcciones virtuales, aplicaciones, y lo que añaden los \
         roles. Este está escrito en algún sitio y no está en ella, así que a quien lo use se le dirá \
         que no existe.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: } }
  database: { os: debian, nics: { lan: 12 }, roles: { postgres: { clients: app } } }
  app:
    os: debian
    nics: { lan: 13 }
    files: { /etc/app.conf: { text: \"database = databse.home.internal\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: } }
  database: { os: debian, nics: { lan: 12 }, roles: { postgres: { clients: app } } }
  app:
    os: debian
    nics: { lan: 13 }
    files: { /etc/app.conf: { text: \"database = database.home.internal\\n\" } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    // Without a resolver of its own, whoever has the domain answers for it.
    if !cloud.offers.iter().any(|it| it.service == DNS) {
        return Vec::new();
    }
    let domain = cloud.domain.as_str();
    let forward = cloud.zones.iter().filter(|it| it.kind != ZoneKind::Reverse);
    let known: BTreeSet<String> = forward
        .flat_map(|zone| zone.records.iter().map(move |it| format!("{}.{}", it.name, zone.name)))
        .collect();
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    let mut look = |text: &str, place: Place, host: &str, by: &str| {
        for name in names_below(text, domain) {
            if known.contains(&name) || !told.insert((place, name.clone())) {
                continue;
            }
            let diagnostic = CODE.at(
                place,
                text!(
                    "{by} of {host} names {name}, and that is in no zone",
                    "{by} de {host} nombra {name}, que no está en ninguna zona"
                ),
            );
            let near = known.iter().min_by_key(|it| (distance(it, &name), it.len()));
            let near = near.filter(|it| distance(it, &name) <= 2);
            found.push(match near {
                Some(near) => {
                    diagnostic.hint(text!("did you mean {near}?", "¿quiso decir {near}?"))
                }
                None => diagnostic.hint(text!(
                    "give a host, an app or a virtual address that name",
                    "dé ese nombre a un host, a una aplicación o a una dirección virtual"
                )),
            });
        }
    };
    for host in subject.ours() {
        let (setup, name) = (subject.machines.get(host.id).setup, host.name.as_str());
        for (path, entry) in &setup.entries {
            let Entry::File(file) = entry else { continue };
            if let Document::Text(text) = &file.document {
                look(text, file.cause.place, name, path);
            }
        }
        for process in &setup.processes {
            // Commands of the roles name what is in the zone; what a person wrote may not.
            if let Run::Daemon(command, _) = &process.run
                && command.arguments.iter().any(|it| mentions(it, domain))
            {
                look(&command.arguments.join(" "), process.cause.place, name, &process.name);
            }
        }
        for download in &setup.downloads {
            if !mentions(&download.url, domain) {
                continue;
            }
            let place = download.written.as_ref().map_or(download.cause.place, |it| it.place);
            look(&download.url, place, name, &download.program);
        }
    }
    for flow in &cloud.flows {
        let (End::Internet(names), Some(reason)) = (&flow.to, flow.reasons.first()) else {
            continue;
        };
        look(&names.join(" "), reason.origin.place, &flow.from.to_string(), &flow.service);
    }
    found
}

/// Whether a text has something below a domain at all, which most do not.
fn mentions(text: &str, domain: &str) -> bool {
    let (text, domain) = (text.as_bytes(), domain.as_bytes());
    let is_it =
        |it: &[u8]| it.get(..domain.len()).is_some_and(|it| it.eq_ignore_ascii_case(domain));
    text.iter().enumerate().any(|(at, it)| *it == b'.' && is_it(&text[at + 1..]))
}

/// Names below a domain in a text, in lower case.
fn names_below(text: &str, domain: &str) -> BTreeSet<String> {
    let part = |it: char| it.is_ascii_alphanumeric() || "._-@".contains(it);
    let words = text.split(|it| !part(it));
    // What stands behind `@` is where somebody has mail.
    let words = words.filter(|it| !it.contains('@')).map(|it| it.trim_matches('.').to_lowercase());
    let is_below = |it: &String| {
        it.strip_suffix(domain).and_then(|it| it.strip_suffix('.')).is_some_and(|it| !it.is_empty())
    };
    words.filter(is_below).collect()
}

/// How many letters have to be written anew, taken out or put in to make one name of another
/// (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_text() {
        let text = "server=Db.home.internal:5432 root@home.internal x.home.internal. home.internal";
        let found: Vec<String> = names_below(text, "home.internal").into_iter().collect();
        assert_eq!(found, ["db.home.internal", "x.home.internal"]);
        assert!(names_below("nothome.internal", "home.internal").is_empty());
        assert!(mentions(text, "home.internal") && mentions(".HOME.internal", "home.internal"));
        assert!(!mentions("home.internal x.home.intern", "home.internal"));
    }

    #[test]
    fn distances() {
        assert_eq!(distance("database", "databse"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}

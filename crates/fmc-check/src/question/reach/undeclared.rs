//! Whether somebody inside reaches what no flow wants.

use super::{Reason, ports};
use crate::ends::Who;
use crate::matrix::Difference;
use crate::names;
use crate::question::{Question, Subject};
use fmc_config::maps::IndexMap;
use fmc_model::{Code, Diagnostic, Place, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Somebody inside reaches what nobody declared.
pub(super) const CODE: Code = Code {
    id: "FMC0802",
    severity: Severity::Warning,
    title: Words("reached, and nobody declared it", "alcanzable sin que nadie lo declare"),
    reason: Words(
        "Everything that no flow asks for is denied, so a picture of the flows is a picture of what \
         can happen. A rule written by hand lets something else through: it works, and neither the \
         picture nor anybody who reads `access:` knows of it.",
        "Todo lo que ningún flujo pide se deniega, así que un dibujo de los flujos es un dibujo de \
         lo que puede ocurrir. Una regla escrita a mano deja pasar otra cosa: funciona, y ni el \
         dibujo ni quien lea `access:` saben de ello.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  web: { os: debian, nics: { lan: 10 }, firewall: [{ verdict: accept, from: lan, for: 9000 }] }
access: [lan -> web: ssh]
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  web: { os: debian, nics: { lan: 10 } }
access: [lan -> web: [ssh, 9000]]
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let world = found(subject, |it| *it == Who::Internet);
    // Where anybody in the Internet may come by a line, it is told of that line that he may.
    let is_of_world = |(place, all): &(Place, Vec<Difference<'_, '_>>)| {
        world.iter().any(|it| it.0 == *place && every_port(&it.1) == every_port(all))
    };
    found(subject, |it| *it != Who::Internet)
        .into_iter()
        .filter(|it| !is_of_world(it))
        .map(|(place, all)| {
            let senders: Vec<Who> =
                all.iter().flat_map(|it| subject.matrix().senders(it.pair)).collect();
            let who = names::of(subject.cloud, &senders);
            let (name, ports) = (receivers(subject, &all), every_port(&all));
            let what = Text {
                en: format!("{} may reach {ports} of {name}, and no flow asks for it", who.en)
                    .into(),
                es: format!("{} puede alcanzar {ports} de {name}, y ningún flujo lo pide", who.es)
                    .into(),
            };
            CODE.at(place, what).hint(text!(
                "write who shall reach it as a line of `access:`, and take this away",
                "escriba quién debe alcanzarlo como línea de `access:`, y quite esto"
            ))
        })
        .collect()
}

/// What somebody reaches and no flow permits, by the line that lets it in.
pub(super) fn found<'s, 'c>(
    subject: &'s Subject<'c>,
    is_meant: impl Fn(&Who) -> bool,
) -> Vec<(Place, Vec<Difference<'s, 'c>>)> {
    let mut groups: IndexMap<Place, Vec<Difference<'s, 'c>>> = IndexMap::default();
    for difference in subject.matrix().more().into_iter().filter(|it| is_meant(&it.pair.from)) {
        let Some(reason) = Reason::of(&difference) else { continue };
        let host = difference.pair.to.host;
        let place = reason.rule.unwrap_or(subject.cloud.host(host).origin.place);
        groups.entry(place).or_default().push(difference);
    }
    groups.into_iter().collect()
}

/// The hosts that are reached, in the order of the file.
pub(super) fn receivers(subject: &Subject<'_>, all: &[Difference<'_, '_>]) -> String {
    let hosts = all.iter().flat_map(|it| subject.matrix().receivers(it.pair)).copied();
    subject.cloud.set_of(hosts).to_string()
}

/// The ports of differences, each once.
pub(super) fn every_port(all: &[Difference<'_, '_>]) -> String {
    let mut words: Vec<String> = Vec::new();
    for it in all {
        let word = ports(it);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}

//! What goes wrong while typing: keys, values and the text itself.

use super::{Kind, Mutant, changed};
use crate::draft::Draft;
use clouds::random::Random;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "typo of a key", codes: &["FMC0103"], mutate: key },
    Kind { name: "key twice", codes: &["FMC0102"], mutate: key_twice },
    Kind { name: "unit that is none", codes: &["FMC0106"], mutate: unit },
    Kind { name: "prefix that is none", codes: &["FMC0106"], mutate: prefix },
    Kind { name: "system that is none", codes: &["FMC0106"], mutate: system },
    Kind { name: "time zone that is none", codes: &["FMC0106"], mutate: zone },
    Kind { name: "typo of a role", codes: &["FMC0114"], mutate: role },
    Kind { name: "word with two readings", codes: &["FMC0107"], mutate: two_readings },
    Kind { name: "tag", codes: &["FMC0108"], mutate: tag },
    Kind { name: "range without end", codes: &["FMC0106"], mutate: range },
    Kind { name: "brackets without end", codes: &["FMC0109"], mutate: brackets },
    Kind { name: "brace left open", codes: &["FMC0101"], mutate: brace },
    Kind { name: "tab", codes: &["FMC0101"], mutate: tab },
    Kind { name: "version that is none", codes: &["FMC0112"], mutate: version },
    Kind { name: "include that is not there", codes: &["FMC0113"], mutate: include },
    Kind { name: "app without port", codes: &["FMC0104"], mutate: port },
    Kind { name: "list in the place of a map", codes: &["FMC0105"], mutate: list },
    Kind { name: "suppression of nothing", codes: &["FMC0702"], mutate: suppression },
    Kind { name: "suppression of an error", codes: &["FMC0702"], mutate: suppressed_error },
    Kind { name: "suppression that ended", codes: &["FMC0703"], mutate: ended },
];

/// Replaces one of the places where something stands.
fn replaced(draft: &Draft, random: &mut Random, find: &str, put: &str) -> Option<Mutant> {
    let text = draft.text();
    let places: Vec<usize> = text.match_indices(find).map(|it| it.0).collect();
    let at = *random.pick(&places)?;
    let mut other = text.clone();
    other.replace_range(at..at + find.len(), put);
    let line = text[..at].lines().count();
    (other != text).then(|| Mutant { text: other, what: format!("{put:?} in line {line}") })
}

fn appended(draft: &Draft, line: &str) -> Option<Mutant> {
    changed(draft, line.to_owned(), |it| it.tail.push(line.to_owned()))
}

fn key(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let key =
        *random.one(&["nics:", "size:", "roles:", "cidr:", "memory:", "cpus:", "disk:", "hosts:"]);
    let put = key.replacen(|it: char| "aeiou".contains(it), "", 1);
    replaced(draft, random, &format!(" {key}"), &format!(" {put}"))
}

fn key_twice(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let text = draft.text();
    let lines: Vec<&str> = text.lines().filter(|it| it.starts_with("    nics: ")).collect();
    let line = format!("{}\n", random.pick(&lines)?);
    replaced(draft, random, &line, &format!("{line}{line}"))
}

fn unit(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "MiB", "Megs")
}

fn prefix(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, ".0/2", ".0/72")
}

fn system(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "os: debian", "os: debain")
}

fn zone(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "Europe/Madrid", "Europe/madrid")
}

fn role(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let text = draft.text();
    let lines: Vec<&str> = text.lines().filter(|it| it.starts_with("    roles: { ")).collect();
    let line = *random.pick(&lines)?;
    let put = line.replacen("{ ", "{ x", 1);
    replaced(draft, random, line, &put)
}

fn two_readings(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let word = *random.one(&["on", "off", "012", "12:30:00", "yes"]);
    appended(draft, &format!("title: {word}"))
}

fn tag(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "name: cloud", "name: !!str cloud")
}

fn range(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "\nhosts:\n", "\nhosts:\n  many[1-100000000]: { managed: true }\n")
}

fn brackets(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let (open, closed) = ("[".repeat(200), "]".repeat(200));
    appended(draft, &format!("note: {open}{closed}"))
}

fn brace(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, " }\n", "\n")
}

fn tab(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "\n    ", "\n\t")
}

fn version(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, "version: 1", "version: 3")
}

fn include(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    appended(draft, "include: more.yaml")
}

fn port(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    replaced(draft, random, ", port: 8080", "")
        .or_else(|| replaced(draft, random, ", port: 30080", ""))
}

fn list(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let text = draft.text();
    let lines: Vec<&str> = text.lines().filter(|it| it.starts_with("    size: {")).collect();
    let line = *random.pick(&lines)?;
    replaced(draft, random, line, "    size: [large]")
}

fn suppression(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    appended(draft, "suppress: [{ code: FMC0499, reason: it is fine }]")
}

fn suppressed_error(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    appended(draft, "suppress: [{ code: FMC0301, reason: they take turns }]")
}

fn ended(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    appended(draft, "suppress: [{ code: FMC0403, reason: soon, until: \"2026-11-22\" }]")
}

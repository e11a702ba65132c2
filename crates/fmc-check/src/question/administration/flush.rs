//! Files by hand that remove the firewall of everybody.

use crate::question::files::by_hand::{Written, written};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// `flush ruleset` in a file by hand.
const CODE: Code = Code {
    id: "FMC1406",
    severity: Severity::Warning,
    title: Words("flushes the rules of others", "vacía las reglas de otros"),
    reason: Words(
        "`flush ruleset`, or `iptables -F`, removes every rule of the host, and not only one's own: the \
         firewall of `fmc` with all its denials, the chains of libvirt, the rules of kube-proxy by which \
         services are reached. Until each of these is started anew the host is open, or its guests and \
         services are gone. Whoever has a table of their own replaces that one alone.",
        "`flush ruleset`, o `iptables -F`, quita todas las reglas del host, y no solo las propias: el \
         cortafuegos de `fmc` con todo lo que deniega, las cadenas de libvirt, las reglas de kube-proxy por las \
         que se llega a los servicios. Hasta que cada uno arranque de nuevo el host está abierto, o faltan sus \
         huéspedes y servicios. Quien tiene una tabla propia sustituye solo esa.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/own.nft: { text: \"flush ruleset\\ntable inet own { }\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/own.nft: { text: \"table inet own\\ndelete table inet own\\ntable inet own { }\\n\" } }
",
};

/// What removes every rule: the command, and what it is told.
const FLUSHES: [(&str, &[&str]); 6] = [
    ("nft", &["flush", "ruleset"]),
    ("iptables", &["-F"]),
    ("iptables", &["--flush"]),
    ("ip6tables", &["-F"]),
    ("ip6tables", &["--flush"]),
    ("ufw", &["reset"]),
];

/// The command of a line that removes every rule. One that names a chain removes those of this chain alone,
/// and what is printed does nothing.
fn flush(line: &str) -> Option<String> {
    let line = line.trim();
    // In a file of nftables' own, it is a line.
    if line.trim_end_matches(';') == "flush ruleset" {
        return Some("flush ruleset".to_owned());
    }
    let ends = |it: &str| [";", "&&", "||", "|", "#"].contains(&it) || it.starts_with('#');
    let words: Vec<&str> = line.split_whitespace().collect();
    // What is behind a `#` is a remark.
    let said = words.iter().take_while(|it| !it.starts_with('#'));
    for (at, word) in said.enumerate() {
        let begins = at == 0 || ends(words[at - 1]) || words[at - 1].ends_with("sudo");
        // A unit says `ExecStart=/usr/sbin/iptables`.
        let path = word.rsplit('=').next().unwrap_or(word);
        let name =
            path.rsplit('/').next().unwrap_or(path).trim_start_matches(['-', '+', '"', '\'']);
        let told = |it: &&(&str, &[&str])| {
            let end = at + 1 + it.1.len();
            let last = it.1.len() - 1;
            let is = |(at, own): (usize, &&str)| {
                let it = words.get(at).map_or("", |it| it.trim_end_matches(['"', '\'', ';']));
                it == *own
            };
            name == it.0
                && it.1.iter().enumerate().all(|(number, own)| is((at + 1 + number, own)))
                && (words.get(end).is_none_or(|it| ends(it)) || words[at + 1 + last].ends_with(';'))
        };
        if let Some((command, words)) = FLUSHES.iter().find(told).filter(|_| begins) {
            return Some(format!("{command} {}", words.join(" ")));
        }
    }
    None
}

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let told = |it: &Written<'_>| {
        let mut lines = it.text.lines().enumerate();
        let (line, what) = lines.find_map(|(at, line)| Some((at + 1, flush(line)?)))?;
        let (path, who) = (&it.what, subject.called(it.hosts.iter().copied()));
        let told = CODE.at(
            it.place,
            text!(
                "`{what}` in line {line} of {path} removes every rule of {who}, those of `fmc` too",
                "`{what}` en la línea {line} de {path} quita todas las reglas de {who}, también las de `fmc`"
            ),
        );
        Some(told.hint(text!(
            "delete and make anew only the table that is yours",
            "borre y haga de nuevo solo la tabla que es suya"
        )))
    };
    written(subject).iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::flush;

    #[test]
    fn what_removes_every_rule_and_what_does_not() {
        for line in [
            "flush ruleset",
            "  nft flush ruleset",
            "ExecStart=/usr/sbin/iptables -F",
            "sudo iptables --flush; echo done",
            "true && ufw reset",
        ] {
            assert!(flush(line).is_some(), "{line}");
        }
        for line in [
            "iptables -F DOCKER-USER",
            "echo never run flush ruleset",
            "# iptables -F",
            "nft flush table inet own",
            "echo iptables -F",
        ] {
            assert!(flush(line).is_none(), "{line}");
        }
    }
}

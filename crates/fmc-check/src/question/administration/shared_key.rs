//! One key for several people.

use crate::question::{Question, Subject};
use fmc_model::cloud::Person;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Two people with one key.
const CODE: Code = Code {
    id: "FMC1410",
    severity: Severity::Warning,
    title: Words("one key for two people", "una clave para dos personas"),
    reason: Words(
        "A key tells who somebody is. Two people with one key are one to every host: nobody knows who of \
         them it was, and when one of them leaves or loses it, it has to be taken from both. With \
         WireGuard the second does not even work: a tunnel has one peer for each key.",
        "Una clave dice quién es alguien. Dos personas con una clave son una para todo host: nadie sabe cuál \
         de las dos fue, y cuando una se va o la pierde, hay que quitársela a las dos. Con WireGuard la \
         segunda ni siquiera funciona: un túnel tiene un par por cada clave.",
    ),
    failing: "\
version: 1
name: home
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
outside:
  operators:
    nics: tunnel
    people:
      - { name: ana, address: 10, ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC ana }
      - { name: bea, address: 11, ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC bea }
hosts:
  gate: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
",
    mended: "\
version: 1
name: home
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
outside:
  operators:
    nics: tunnel
    people:
      - { name: ana, address: 10, ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC ana }
      - { name: bea, address: 11 }
hosts:
  gate: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut seen: Vec<(String, &Person)> = Vec::new();
    let mut found = Vec::new();
    for person in subject.cloud.outside.values().flat_map(|it| &it.people) {
        // The comment behind a key says nothing of it.
        let ssh = person.ssh_keys.iter().filter_map(|it| it.as_str().split_whitespace().nth(1));
        let tunnel = person.wireguard_key.iter().map(fmc_model::WireguardKey::as_str);
        let mut told = false;
        for key in ssh.chain(tunnel) {
            let first = seen.iter().find(|it| it.0 == key).map(|it| it.1);
            match first {
                Some(first) if !told && !std::ptr::eq(first, person) => {
                    let (a, b) = (&first.name, &person.name);
                    let message =
                        text!("{a} and {b} have the same key", "{a} y {b} tienen la misma clave");
                    let told = CODE.at(person.origin.place, message);
                    let other = text!("the other one is here", "la otra está aquí");
                    found.push(
                        told.label(first.origin.place, other).hint(text!(
                            "give {b} a key of their own",
                            "dé a {b} una clave propia"
                        )),
                    );
                }
                Some(_) => continue,
                None => seen.push((key.to_owned(), person)),
            }
            told |= first.is_some();
        }
    }
    found
}

//! Whether a check asks what it decides about, by whoever answers at the moment.

use crate::question::files::by_hand::{Written, written};
use crate::question::{Question, Subject};
use fmc_model::cloud::Vip;
use fmc_model::{Cloud, Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A check that goes through the address whose holder it decides about.
const CODE: Code = Code {
    id: "FMC1005",
    severity: Severity::Warning,
    title: Words("checks whoever answers", "comprueba a quien responda"),
    reason: Words(
        "A check decides who holds a virtual address, or which servers a balancer passes on to. One that \
         asks at that very address is answered by whoever holds it at the moment: a member whose own \
         service is dead still finds all well, and when the holder's service dies all of them fail at \
         once, so that none is better than the other and the address stays where it is. Ask at the \
         loopback interface or at the member's own address: that is what is generated.",
        "Una comprobación decide quién tiene una dirección virtual, o a qué servidores pasa un balanceador. \
         A una que pregunta en esa misma dirección le responde quien la tenga en ese momento: un miembro \
         cuyo servicio ha muerto lo encuentra todo bien, y cuando muere el servicio de quien la tiene \
         fallan todas a la vez, así que ninguno es mejor que otro y la dirección se queda donde está. \
         Pregunte en la interfaz de bucle o en la dirección propia del miembro: eso es lo que se genera.",
    ),
    failing: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik } }
hosts:
  lb[1-2]:
    os: debian
    nics: { lan: 11+ }
    roles: { traefik: , keepalived: { vips: [ingress] } }
    files:
      /etc/keepalived/checks.conf:
        text: |
          vrrp_script alive {
            script \"/usr/bin/curl -fsk https://192.168.0.10/ping\"
            interval 2
          }
",
    mended: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let mut found = Vec::new();
    for vip in cloud.vips.values() {
        let of_member = |it: &&Written<'_>| it.hosts.iter().any(|host| vip.hosts.contains(host.id));
        let own: Vec<&Written<'_>> = written(subject).iter().filter(of_member).collect();
        for it in &own {
            let asked = asks(it.text).find_map(|line| {
                // What a check starts may stand in a file of its own.
                let started = own.iter().filter(|other| line.contains(other.what.as_ref()));
                let mut lines = started.flat_map(|it| lines(it.text)).chain([line]);
                lines.find_map(|it| called(cloud, vip, it))
            });
            found.extend(asked.map(|at| told(subject, vip, it, &at)));
        }
    }
    found
}

/// The lines of a text that say who is checked: scripts of Keepalived, and servers of HAProxy.
fn asks(text: &str) -> impl Iterator<Item = &str> {
    lines(text).filter(|line| {
        let mut words = line.split_whitespace();
        let first = words.next();
        // `vrrp_script alive {` opens a block, of which `script` is the line that counts.
        first == Some("script") || first == Some("server") && words.next().is_some()
    })
}

/// The lines that are no comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|it| !it.starts_with(['#', '!']))
}

/// What a virtual address is called in a line: itself, or a name of it.
fn called(cloud: &Cloud, vip: &Vip, line: &str) -> Option<String> {
    let addresses = vip.addresses.iter().map(ToString::to_string);
    let names = vip.names.iter().map(|it| format!("{it}.{}", cloud.domain));
    addresses.chain(names).find(|it| has_word(line, it))
}

/// Whether a line has a word that is not a part of a longer one: `10.0.0.1` is none of `10.0.0.10`.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    line.match_indices(word).any(|(at, _)| {
        let (before, behind) = (&line[..at], &line[at + word.len()..]);
        !before.ends_with(is_part) && !behind.starts_with(is_part)
    })
}

fn told(subject: &Subject<'_>, vip: &Vip, it: &Written<'_>, at: &str) -> Diagnostic {
    let (name, what, hosts) = (&vip.name, &it.what, subject.called(it.hosts.iter().copied()));
    CODE.at(
        it.place,
        text!(
            "{what} of {hosts} checks {at}, which is `{name}` itself: whoever holds it answers",
            "{what} de {hosts} comprueba {at}, que es la propia `{name}`: responde quien la tenga"
        ),
    )
    .label(vip.origin.place, text!("the address is here", "la dirección está aquí"))
    .hint(text!(
        "check the service at 127.0.0.1, or leave the file out: what is generated does",
        "compruebe el servicio en 127.0.0.1, o quite el fichero: lo generado lo hace"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(has_word("curl https://10.0.0.1:443/", "10.0.0.1"));
        assert!(has_word("nc -z [fd00::5] 443", "fd00::5"));
        assert!(!has_word("curl https://10.0.0.10/", "10.0.0.1"));
        assert!(!has_word("curl https://110.0.0.1/", "10.0.0.1"));
        assert!(!has_word("curl web.api.example.org", "api.example.org"));
    }

    #[test]
    fn checks_are_scripts_and_servers() {
        let text = "vrrp_script alive {\n  script \"/check\"\n}\n# script x\n server a 10.0.0.1:80\nserver\n";
        assert_eq!(asks(text).collect::<Vec<_>>(), ["script \"/check\"", "server a 10.0.0.1:80"]);
    }
}

//! Ends of tunnels behind a router that forgets them.

use super::calls;
use crate::packet::is_private;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Duration, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// The way back closes before it is used again.
const CODE: Code = Code {
    id: "FMC1302",
    severity: Severity::Warning,
    title: Words("tunnel that falls asleep", "túnel que se duerme"),
    reason: Words(
        "Who calls from behind a router that translates addresses is known to the outside only as long \
         as that router remembers the call: of UDP, two minutes at the least by RFC 4787, and many forget \
         sooner. After that nothing from outside comes in until the inner side sends something by itself: \
         a site works in the evening and is gone in the morning.",
        "A quien llama desde detrás de un router que traduce direcciones se le conoce fuera solo mientras \
         ese router recuerde la llamada: en UDP, dos minutos como mínimo según el RFC 4787, y muchos olvidan \
         antes. Después no entra nada de fuera hasta que el lado interior envíe algo por sí mismo: un sitio \
         funciona por la noche y por la mañana ya no está.",
    ),
    failing: "\
version: 1
name: tunnel
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
hosts:
  vps: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: { keepalive: 10m } } }
",
    mended: "\
version: 1
name: tunnel
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: 10.17.0.0/24 }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
hosts:
  vps: { os: debian, nics: { internet: 198.51.100.10, tunnel: 1 }, roles: { wireguard: { listens: true } } }
  home: { os: debian, nics: { lan: 19, tunnel: 2 }, roles: { wireguard: { keepalive: 25s } } }
",
};

/// As long as every router must remember what went out
/// ([RFC 4787 REQ-5](https://www.rfc-editor.org/rfc/rfc4787#section-4.3)).
const REMEMBERED: Duration = Duration::seconds(120);

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for call in calls(subject) {
        let end = call.tunnel.ends.iter().find(|it| it.host == call.from.name);
        let Some(end) = end.filter(|it| it.listens.is_none()) else { continue };
        // Its own addresses are private and the one that it calls is not: somebody translates between.
        let source = subject.machines.source(call.from.id, call.endpoint.0);
        if !source.is_some_and(is_private) || is_private(call.endpoint.0) {
            continue;
        }
        let (name, to) = (&call.from.name, &call.to.name);
        let message = match call.peer.keepalive {
            Some(every) if every.0 == 0 => text!(
                "{name} calls {to} from behind a router, and never says that it is still there",
                "{name} llama a {to} desde detrás de un router, y nunca dice que sigue ahí"
            ),
            Some(every) if every > REMEMBERED => text!(
                "{name} calls {to} from behind a router every {every}, which may forget it after {REMEMBERED}",
                "{name} llama a {to} desde detrás de un router cada {every}, que puede olvidarlo tras {REMEMBERED}"
            ),
            _ => continue,
        };
        found.push(CODE.at(end.origin.place, message).hint(text!(
            "write `keepalive: 25s`, or leave it out",
            "escriba `keepalive: 25s`, o quítelo"
        )));
    }
    found
}

//! Whether a check has ended when the next one is due.

use crate::question::{Question, Subject};
use fmc_model::cloud::Vip;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A check that may take longer than the time between two of them.
const CODE: Code = Code {
    id: "FMC1002",
    severity: Severity::Warning,
    title: Words("slower than its interval", "más lenta que su intervalo"),
    reason: Words(
        "The next check is due before this one has to have ended. Keepalived does not start a \
         second one beside it, so a service that hangs is checked less often than was written, and \
         is noticed later than `fall` checks would let one think.",
        "La siguiente comprobación toca antes de que esta deba haber terminado. Keepalived no \
         empieza otra a la vez, así que un servicio colgado se comprueba menos de lo escrito, y se \
         nota más tarde de lo que harían pensar `fall` comprobaciones.",
    ),
    failing: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik, interval: 1s, timeout: 3s } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
    mended: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik, interval: 1s, timeout: 1s } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.cloud.vips.values().filter_map(|it| slow(subject, it)).collect()
}

fn slow(subject: &Subject<'_>, vip: &Vip) -> Option<Diagnostic> {
    let (interval, timeout) = (vip.timers.interval, vip.timers.timeout);
    if timeout <= interval {
        return None;
    }
    let name = &vip.name;
    let written = subject.cloud.overrides.iter().find(|it| it.of == format!("timeout of {name}"));
    let found = CODE.at(
        written.map_or(vip.origin.place, |it| it.origin.place),
        text!(
            "a check of `{name}` may take {timeout}, and the next one is due after {interval}",
            "una comprobación de `{name}` puede tardar {timeout}, y la siguiente toca a los {interval}"
        ),
    );
    Some(match written {
        Some(it) => found.mend(
            text!("write `timeout: {interval}` or less", "escriba `timeout: {interval}` o menos"),
            it.origin.place,
            interval.to_string(),
        ),
        None => found.hint(text!(
            "write an `interval` of {timeout} or more",
            "escriba un `interval` de {timeout} o más"
        )),
    })
}

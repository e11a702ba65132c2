//! Resolvers that give no answer, beside others that do.

use super::circle::lost;
use super::{DNS, silent_resolvers};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// One of several resolvers does not answer.
const CODE: Code = Code {
    id: "FMC1202",
    severity: Severity::Warning,
    title: Words("resolver that does not answer", "servidor de nombres que no responde"),
    reason: Words(
        "A host asks its resolvers in order, and waits five seconds for each that does not answer. So \
         one that cannot be reached makes every name slow, or is there for the day on which the other \
         fails, and will not help then.",
        "Un host pregunta a sus servidores de nombres por orden, y espera cinco segundos a cada uno que \
         no responde. Así, uno inalcanzable hace lento cada nombre, o está para el día en que falle el \
         otro, y entonces no ayudará.",
    ),
    failing: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.0.1.0/24 }
hosts:
  router: { os: debian, nics: { lan: 10, inner: 1 }, roles: { router: { uplink: lan } } }
  names: { os: debian, nics: { inner: 11 }, roles: { coredns: } }
  server: { os: debian, nics: { inner: 12 }, resolvers: [10.0.1.11, 8.8.8.8] }
",
    mended: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.0.1.0/24 }
hosts:
  router: { os: debian, nics: { lan: 10, inner: 1 }, roles: { router: { uplink: lan } } }
  names: { os: debian, nics: { inner: 11 }, roles: { coredns: } }
  server: { os: debian, nics: { inner: 12 }, resolvers: 10.0.1.11 }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let lost = lost(subject);
    for host in subject.ours().filter(|it| it.resolvers.len() > 1) {
        if lost.iter().any(|it| it.host == host.id && it.service == DNS) {
            continue;
        }
        let silent = silent_resolvers(subject, host);
        if silent.len() == host.resolvers.len() {
            continue;
        }
        for (resolver, why) in silent {
            let (name, en, es) = (&host.name, &why.en, &why.es);
            let message = fmc_model::Text {
                en: format!("{name} asks {resolver} for names, and {en}").into(),
                es: format!("{name} pregunta nombres a {resolver}, y {es}").into(),
            };
            found.push(CODE.at(host.origin.place, message).hint(text!(
                "take {resolver} out of its `resolvers`",
                "quite {resolver} de sus `resolvers`"
            )));
        }
    }
    found
}

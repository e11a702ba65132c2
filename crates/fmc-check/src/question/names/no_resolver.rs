//! Hosts that resolve no name at all.

use super::circle::lost;
use super::{DNS, silent_resolvers};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// None of a host's resolvers answers.
const CODE: Code = Code {
    id: "FMC1201",
    severity: Severity::Error,
    title: Words("resolves no name", "no resuelve ningún nombre"),
    reason: Words(
        "None of the resolvers that were written for this host answers it: a packet to each was \
         followed along the routes and through the firewalls that are generated. Without names the \
         host gets no package, no image and no program, so none of its roles starts.",
        "Ninguno de los servidores de nombres escritos para este host le responde: se siguió un \
         paquete hasta cada uno por las rutas y los cortafuegos que se generan. Sin nombres el host \
         no obtiene paquetes, imágenes ni programas, así que no arranca ninguno de sus roles.",
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
  server: { os: debian, nics: { inner: 12 }, resolvers: 8.8.8.8 }
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
  server: { os: debian, nics: { inner: 12 } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let lost = lost(subject);
    let clear = subject
        .ours()
        .filter(|it| lost.iter().all(|lost| lost.host != it.id || lost.service != DNS));
    let told = clear.filter_map(|host| {
        let silent = silent_resolvers(subject, host);
        if silent.is_empty() || silent.len() < host.resolvers.len() {
            return None;
        }
        let (first, why) = silent.first()?;
        let (name, en, es) = (&host.name, &why.en, &why.es);
        let message = fmc_model::Text {
            en: format!("{name} resolves no name: it asks {first}, and {en}").into(),
            es: format!("{name} no resuelve ningún nombre: pregunta a {first}, y {es}").into(),
        };
        Some(CODE.at(host.origin.place, message).hint(text!(
            "leave `resolvers` out, and it asks the resolver of the cloud",
            "quite `resolvers`, y preguntará al servidor de nombres de la nube"
        )))
    });
    told.collect()
}

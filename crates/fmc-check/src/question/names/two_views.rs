//! Resolvers that know different names.

use super::{DNS, silent_resolvers};
use crate::packet::is_private;
use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use std::net::IpAddr;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A resolver that does not know the names of the cloud.
const CODE: Code = Code {
    id: "FMC1203",
    severity: Severity::Warning,
    title: Words(
        "resolver that does not know the cloud",
        "servidor de nombres que no conoce la nube",
    ),
    reason: Words(
        "The names of the cloud are known to its own resolver alone. A public one says of each that it \
         does not exist, and that answer is final: no other resolver is asked. So with two kinds in one \
         list, names of the cloud work until the first one was slow once. The resolver of the cloud \
         passes on every other name, so nothing is lost with it alone.",
        "Los nombres de la nube solo los conoce su propio servidor de nombres. Uno público dice de cada \
         uno que no existe, y esa respuesta es definitiva: no se pregunta a otro. Así, con dos clases en \
         una lista, los nombres de la nube funcionan hasta que el primero tarda una vez. El servidor de \
         la nube pasa todos los demás nombres, así que con él solo no se pierde nada.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: } }
  server: { os: debian, nics: { lan: 12 }, resolvers: [192.168.0.11, 8.8.8.8] }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: } }
  server: { os: debian, nics: { lan: 12 }, resolvers: 192.168.0.11 }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.ours().filter_map(|it| two_views(subject, it)).collect()
}

fn two_views(subject: &Subject<'_>, host: &Host) -> Option<Diagnostic> {
    let cloud = subject.cloud;
    // Who is to ask the resolver of the cloud: the others have none of it on purpose.
    let is_client = cloud.flows.iter().any(|it| {
        it.service == DNS
            && cloud.hosts_at(&it.from).is_some_and(|it| it.contains(host.id))
            && cloud.hosts_at(&it.to).is_some()
    });
    let serving = |it: IpAddr| {
        let owner = subject.machines.owner(it);
        owner.is_some_and(|id| {
            cloud.offers.iter().any(|it| it.service == DNS && it.hosts.contains(id))
        })
    };
    if !is_client || host.resolvers.iter().all(|it| serving(*it)) {
        return None;
    }
    let silent = silent_resolvers(subject, host);
    let heard = || host.resolvers.iter().filter(|it| silent.iter().all(|no| no.0 != **it));
    // What answers at a private address may well know the names of the cloud too.
    let strange = heard().find(|it| !serving(**it) && !is_private(**it))?;
    let name = &host.name;
    let domain = &cloud.domain;
    let message = match heard().find(|it| serving(**it)) {
        Some(own) => text!(
            "{name} asks {own}, which knows the names of {domain}, and {strange}, which says that there are none",
            "{name} pregunta a {own}, que conoce los nombres de {domain}, y a {strange}, que dice que no existen"
        ),
        None => text!(
            "{name} asks {strange} for names, which knows none of {domain}",
            "{name} pregunta nombres a {strange}, que no conoce ninguno de {domain}"
        ),
    };
    Some(CODE.at(host.origin.place, message).hint(text!(
        "leave `resolvers` out, and it asks the resolver of the cloud alone",
        "quite `resolvers`, y preguntará solo al servidor de nombres de la nube"
    )))
}

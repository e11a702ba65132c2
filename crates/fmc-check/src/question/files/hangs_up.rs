//! Balancers that end connections that somebody still counts on.

use crate::question::{Question, Subject};
use fmc_model::cloud::{Host, RoleUse};
use fmc_model::{Code, Diagnostic, Duration, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A balancer with less patience than what it stands before.
const CODE: Code = Code {
    id: "FMC1512",
    severity: Severity::Warning,
    title: Words("balancer that hangs up", "balanceador que cuelga"),
    reason: Words(
        "A balancer ends a connection on which nothing was said for a while. Before a site that is right; before \
         the API of Kubernetes it is not: logs that are followed and shells in pods are silent as long as nothing \
         happens, and a watch is, so each of them breaks off after that time, in the middle of work and without a \
         reason that anybody sees.",
        "Un balanceador corta una conexión en la que hace rato que no se dice nada. Delante de un sitio está bien; \
         delante de la API de Kubernetes no: los registros que se siguen y las consolas en pods callan mientras no \
         pase nada, y una vigilancia también, así que cada uno se corta pasado ese tiempo, en medio del trabajo y sin \
         razón a la vista.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
vips: { api: { address: 10.17.4.10, serves: control-plane } }
hosts:
  lb[1-2]: { os: debian, nics: { nodes: 11+ }, roles: { haproxy: { client: 60s, server: 60s }, keepalived: { vips: [api] } } }
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
vips: { api: { address: 10.17.4.10, serves: control-plane } }
hosts:
  lb[1-2]: { os: debian, nics: { nodes: 11+ }, roles: { haproxy: , keepalived: { vips: [api] } } }
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let mut all: Vec<(&RoleUse, Duration, Duration, &str, Vec<&Host>)> = Vec::new();
    for vip in cloud.vips.values() {
        for offer in cloud.offers.iter().filter(|it| it.is_at(vip)) {
            let Some(silence) = offer.silence else { continue };
            for host in vip.hosts.iter().map(|it| cloud.host(it)) {
                // Who serves it answers by itself.
                if offer.hosts.contains(host.id) {
                    continue;
                }
                let patience = host.roles.iter().find_map(|it| Some((it, it.hangs_up?)));
                let Some((role, after)) = patience.filter(|it| it.1 < silence) else { continue };
                match all.iter_mut().find(|it| it.0.origin.place == role.origin.place) {
                    Some(it) => it.4.push(host),
                    None => all.push((role, after, silence, &offer.service, vec![host])),
                }
            }
        }
    }
    let told = all.into_iter().map(|(role, after, silence, service, hosts)| {
        let (name, who) = (role.name, subject.called(hosts));
        let message = text!(
            "`{name}` of {who} hangs up after {after} of silence, and connections to `{service}` may be silent for {silence}",
            "`{name}` de {who} cuelga tras {after} de silencio, y las conexiones a `{service}` pueden callar {silence}"
        );
        CODE.at(role.origin.place, message).hint(text!(
            "leave its times out, or write at least {silence}",
            "quite sus tiempos, o escriba al menos {silence}"
        ))
    });
    told.collect()
}

//! Resolvers that have nobody to ask but themselves.

use super::DNS;
use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_config::maps::HashSet;
use fmc_model::cloud::{End, Flow, Host, HostId, ZoneKind};
use fmc_model::role::RecordData;
use fmc_model::{Code, Diagnostic, Severity, Words, text};
use std::net::IpAddr;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Nobody in a circle knows the answer.
const CODE: Code = Code {
    id: "FMC1204",
    severity: Severity::Error,
    title: Words("asks nobody but itself", "solo se pregunta a sí mismo"),
    reason: Words(
        "A resolver asks others for the names that are not its own. Here everybody whom it asks is in the \
         same circle, itself or another one that asks it in turn: every name outside of the cloud goes round \
         until it ends in an error, so no host gets a package, an image or a program. A resolver that \
         resolves through itself cannot even fetch its own.",
        "Un servidor de nombres pregunta a otros los nombres que no son suyos. Aquí todos a los que pregunta \
         están en el mismo círculo, él mismo u otro que le pregunta a su vez: todo nombre de fuera de la nube \
         da vueltas hasta acabar en error, así que ningún host obtiene paquetes, imágenes ni programas. Uno que \
         resuelve por sí mismo ni siquiera puede descargar el suyo.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: { forward: 192.168.0.11 } } }
  server: { os: debian, nics: { lan: 12 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: { forward: 9.9.9.9 } } }
  server: { os: debian, nics: { lan: 12 } }
",
};

/// Whom a host asks for what it answers itself.
pub(super) struct Asks<'c> {
    pub(super) host: HostId,
    pub(super) service: &'c str,
    pub(super) flow: Option<&'c Flow>,
    /// Whom, with the host that it is, if it is one.
    pub(super) whom: Vec<(String, Option<HostId>)>,
}

/// Everybody who asks the world, or a host, for what they answer themselves.
pub(super) fn asks<'c>(subject: &Subject<'c>) -> Vec<Asks<'c>> {
    let cloud = subject.cloud;
    let mut all: Vec<Asks<'_>> = Vec::new();
    for offer in &cloud.offers {
        for flow in &cloud.flows {
            let (End::Hosts(from), End::Internet(names)) = (&flow.from, &flow.to) else { continue };
            let same =
                !flow.ports.is_empty() && flow.ports.iter().all(|it| offer.ports.contains(it));
            if !same || names.is_empty() {
                continue;
            }
            for host in from.intersection(&offer.hosts).iter() {
                let whom = names.iter().map(|it| (it.clone(), owner(subject, it))).collect();
                all.push(Asks { host, service: &offer.service, flow: Some(flow), whom });
            }
        }
        if offer.service == DNS {
            for host in offer.hosts.iter() {
                let own = cloud.host(host).resolvers.iter();
                let whom: Vec<_> =
                    own.map(|it| (it.to_string(), subject.machines.owner(*it))).collect();
                all.push(Asks { host, service: &offer.service, flow: None, whom });
            }
        }
    }
    all
}

/// The host that an address or a name of the cloud leads to.
fn owner(subject: &Subject<'_>, name: &str) -> Option<HostId> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return subject.machines.owner(address);
    }
    let zones = subject.cloud.zones.iter().filter(|it| it.kind == ZoneKind::Forward);
    let below = |zone: &str| name.strip_suffix(zone).and_then(|it| it.strip_suffix('.'));
    let mut records = zones.filter_map(|it| Some((below(&it.name)?, &it.records)));
    records.find_map(|(own, records)| {
        records.iter().filter(|it| it.name == own).find_map(|it| match it.data {
            RecordData::A(it) => subject.machines.owner(it.into()),
            RecordData::Aaaa(it) => subject.machines.owner(it.into()),
            _ => None,
        })
    })
}

/// Those who are in a circle: nobody whom they ask knows it.
pub(super) fn lost<'c>(subject: &Subject<'c>) -> Vec<Asks<'c>> {
    let all = asks(subject);
    // Who asks somebody who knows it, knows it too; those who are left are in a circle.
    let mut knowing: HashSet<(HostId, &str, bool)> = HashSet::default();
    let key = |it: &Asks<'c>| (it.host, it.service, it.flow.is_some());
    let everybody: HashSet<_> = all.iter().map(key).collect();
    loop {
        let before = knowing.len();
        for it in &all {
            let knows = |other: Option<HostId>| {
                let Some(other) = other else { return true };
                let them = (other, it.service, it.flow.is_some());
                other != it.host && (knowing.contains(&them) || !everybody.contains(&them))
            };
            if it.whom.is_empty() || it.whom.iter().any(|it| knows(it.1)) {
                knowing.insert(key(it));
            }
        }
        if knowing.len() == before {
            break;
        }
    }
    all.into_iter().filter(|it| !knowing.contains(&key(it))).collect()
}

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let lost = lost(subject);
    // What a resolver asks for itself follows from what it asks for others.
    let follows = |it: &Asks<'_>| {
        it.flow.is_none() && lost.iter().any(|them| them.host == it.host && them.flow.is_some())
    };
    let mut groups: Vec<(&Asks<'_>, Vec<&Host>)> = Vec::new();
    for it in lost.iter().filter(|it| it.service == DNS && !follows(it)) {
        let host = subject.cloud.host(it.host);
        let alike = |them: &&mut (&Asks<'_>, Vec<&Host>)| {
            place(subject, them.0) == place(subject, it) && them.0.service == it.service
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.1.push(host),
            None => groups.push((it, vec![host])),
        }
    }
    groups.into_iter().map(|(it, hosts)| told(subject, it, &hosts)).collect()
}

fn place(subject: &Subject<'_>, it: &Asks<'_>) -> Place {
    let reason = it.flow.and_then(|it| it.reasons.first());
    reason.map_or(subject.cloud.host(it.host).origin.place, |it| it.origin.place)
}

fn told(subject: &Subject<'_>, it: &Asks<'_>, hosts: &[&Host]) -> Diagnostic {
    let (name, service) = (subject.called(hosts.iter().copied()), it.service);
    let whom: Vec<&str> = it.whom.iter().map(|it| it.0.as_str()).collect();
    let whom = whom.join(", ");
    let place = place(subject, it);
    if it.flow.is_none() {
        let told = CODE.at(
            place,
            text!(
                "{name} answers names and asks {whom} for its own: itself, before it runs",
                "{name} responde nombres y pregunta los suyos a {whom}: a sí mismo, antes de estar en marcha"
            ),
        );
        return told.hint(text!(
            "leave its `resolvers` out, and it asks those to whom it forwards",
            "quite sus `resolvers`, y preguntará a quienes reenvía"
        ));
    }
    let told = CODE.at(
        place,
        text!(
            "`{service}` of {name} asks nobody but {whom}: none of them knows",
            "`{service}` de {name} solo pregunta a {whom}: ninguno de ellos lo sabe"
        ),
    );
    told.hint(text!(
        "let it ask somebody outside of the cloud",
        "haga que pregunte a alguien de fuera de la nube"
    ))
}

//! Whether a host has what its roles need.

use super::alike;
use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_model::cloud::Host;
use fmc_model::{Bytes, Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Less than the roles need.
const CODE: Code = Code {
    id: "FMC1105",
    severity: Severity::Warning,
    title: Words("less than its roles need", "menos de lo que necesitan sus roles"),
    reason: Words(
        "Each role says what it needs of a machine at the least, for itself alone. Memory adds up, for \
         all of them run at the same time; a processor and the disk of the system are shared, so of \
         these the largest counts. With less the host starts, and is slow or loses processes as soon \
         as there is work: on a node of Kubernetes pods are evicted, a database is ended by the kernel.",
        "Cada rol dice lo que necesita de una máquina como mínimo, para él solo. La memoria se suma, \
         pues todos se ejecutan a la vez; un procesador y el disco del sistema se comparten, así que \
         de ellos cuenta el mayor. Con menos el host arranca, y es lento o pierde procesos en cuanto \
         hay trabajo: en un nodo de Kubernetes se expulsan pods, a una base de datos la mata el núcleo.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  identity: { os: almalinux, nics: { lan: 11 }, size: { cpus: 1, memory: 1536MiB, disk: 20GB }, roles: { freeipa: } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  identity: { os: almalinux, nics: { lan: 11 }, size: { cpus: 1, memory: 2GiB, disk: 20GB }, roles: { freeipa: } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let memory = subject.ours().filter_map(|it| {
        let (has, needs) = (it.size.memory, memory_of(it));
        (has.0 > 0 && has < needs).then(|| (it, it.size.places.memory, (has, needs, parts(it))))
    });
    for (hosts, place, (has, needs, parts)) in alike(memory) {
        let who = subject.called(hosts);
        let message = text!(
            "the roles of {who} need {needs} of memory ({parts}), and there is {has}",
            "los roles de {who} necesitan {needs} de memoria ({parts}), y hay {has}"
        );
        let hint = text!("write `memory: {needs}`", "escriba `memory: {needs}`");
        found.push(CODE.at(place, message).mend(hint, place, needs.to_string()));
    }
    let cpus = subject.ours().filter_map(|it| {
        let role = it.roles.iter().max_by_key(|it| it.minimum.cpus)?;
        let (has, needs) = (it.size.cpus, role.minimum.cpus);
        (has > 0 && has < needs).then_some((it, it.size.places.cpus, (has, needs, role.name)))
    });
    for (hosts, place, (has, needs, role)) in alike(cpus) {
        let who = subject.called(hosts);
        let message = text!(
            "`{role}` needs {needs} processors, and there is {has} in {who}",
            "`{role}` necesita {needs} procesadores, y hay {has} en {who}"
        );
        let hint = text!("write `cpus: {needs}`", "escriba `cpus: {needs}`");
        found.push(CODE.at(place, message).mend(hint, place, needs.to_string()));
    }
    let disk = subject.ours().filter_map(of_disk);
    for (hosts, place, (has, needs, role)) in alike(disk) {
        let who = subject.called(hosts);
        let message = text!(
            "`{role}` needs a disk of {needs}, and there is one of {has} in {who}",
            "`{role}` necesita un disco de {needs}, y hay uno de {has} en {who}"
        );
        let hint = text!("write `disk: {needs}`", "escriba `disk: {needs}`");
        found.push(CODE.at(place, message).mend(hint, place, needs.to_string()));
    }
    found
}

/// What all roles of a host need together.
pub(super) fn memory_of(host: &Host) -> Bytes {
    Bytes(host.roles.iter().map(|it| it.minimum.memory.0).sum())
}

/// What each of them needs, if there are several.
fn parts(host: &Host) -> String {
    let part = |it: &fmc_model::cloud::RoleUse| format!("{} {}", it.name, it.minimum.memory);
    let all: Vec<String> =
        host.roles.iter().filter(|it| it.minimum.memory.0 > 0).map(part).collect();
    all.join(" + ")
}

/// What keeps its things on the data disk needs none of the system's, where there is one.
fn of_disk(host: &Host) -> Option<(&Host, Place, (Bytes, Bytes, &'static str))> {
    let elsewhere = |it: &fmc_model::cloud::RoleUse| it.data.is_some() && host.size.data.0 > 0;
    let roles = host.roles.iter().filter(|it| !elsewhere(it));
    let role = roles.max_by_key(|it| it.minimum.disk)?;
    let (has, needs) = (host.size.disk, role.minimum.disk.in_thousands());
    (has.0 > 0 && has < needs).then_some((host, host.size.places.disk, (has, needs, role.name)))
}

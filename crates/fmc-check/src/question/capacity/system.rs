//! Whether a host has what its system itself needs.

use super::alike;
use super::roles::memory_of;
use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_model::cloud::{Host, System};
use fmc_model::{Bytes, Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Less than the system needs.
const CODE: Code = Code {
    id: "FMC1104",
    severity: Severity::Warning,
    title: Words("less than its system needs", "menos de lo que necesita su sistema"),
    reason: Words(
        "Every system has a least size for which whoever makes it vouches: to be installed, to take \
         updates, to read the lists of its packages. With less it often starts, and then the first \
         installation of packages is ended by the kernel half way for want of memory, or an update \
         finds no room, and what a role needs is not there.",
        "Todo sistema tiene un tamaño mínimo del que responde quien lo hace: para instalarse, para \
         actualizarse, para leer las listas de sus paquetes. Con menos suele arrancar, y luego el \
         núcleo mata a mitad la primera instalación de paquetes por falta de memoria, o una \
         actualización no encuentra sitio, y falta lo que un rol necesita.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: almalinux, nics: { lan: 11 }, size: { cpus: 1, memory: 512MiB, disk: 20GB } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: almalinux, nics: { lan: 11 }, size: { cpus: 1, memory: 1536MiB, disk: 20GB } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let memory = subject.ours().filter_map(|it| {
        let system = it.system?;
        let (has, needs) = (it.size.memory, system.minimum().memory);
        // What the roles of a host need is told for them, and is enough for the system where it is more.
        let of_roles = memory_of(it);
        let is_told = has < of_roles && needs <= of_roles;
        (has.0 > 0 && has < needs && !is_told).then_some((it, it.size.places.memory, (system, has)))
    });
    let disk = subject.ours().filter_map(|it| {
        let system = it.system?;
        let (has, needs) = (it.size.disk, system.minimum().disk.in_thousands());
        (has.0 > 0 && has < needs).then_some((it, it.size.places.disk, (system, has)))
    });
    let memory = alike(memory).into_iter().map(|it| of_memory(subject, &it));
    let disk = alike(disk).into_iter().map(|it| of_disk(subject, &it));
    memory.chain(disk).collect()
}

type Small<'c> = (Vec<&'c Host>, Place, (System, Bytes));

fn of_memory(subject: &Subject<'_>, (hosts, place, (system, has)): &Small<'_>) -> Diagnostic {
    let (who, needs) = (subject.called(hosts.iter().copied()), system.minimum().memory);
    let system = system.label();
    let message = text!(
        "{system} needs {needs} of memory, and there is {has} in {who}",
        "{system} necesita {needs} de memoria, y hay {has} en {who}"
    );
    let hint = text!("write `memory: {needs}`", "escriba `memory: {needs}`");
    CODE.at(*place, message).mend(hint, *place, needs.to_string())
}

fn of_disk(subject: &Subject<'_>, (hosts, place, (system, has)): &Small<'_>) -> Diagnostic {
    let who = subject.called(hosts.iter().copied());
    let needs = system.minimum().disk.in_thousands();
    let system = system.label();
    let message = text!(
        "{system} needs a disk of {needs}, and there is one of {has} in {who}",
        "{system} necesita un disco de {needs}, y hay uno de {has} en {who}"
    );
    let hint = text!("write `disk: {needs}`", "escriba `disk: {needs}`");
    CODE.at(*place, message).mend(hint, *place, needs.to_string())
}

//! Whether the processors of a machine do the work of its guests.

use super::guests;
use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Guests that want more processors than there are.
const CODE: Code = Code {
    id: "FMC1102",
    severity: Severity::Warning,
    title: Words("more processors than there are", "más procesadores de los que hay"),
    reason: Words(
        "Guests share the processors of their machine, which goes well as long as they do not all \
         work at once: up to twice as many as the machine has is usual. Beyond that each waits for \
         the others as soon as there is work, and what must answer in time (etcd, VRRP, probes) is \
         counted as gone while it only waits. And a guest with more processors than its machine has \
         is slower than one with as many: its own threads wait for each other.",
        "Los huéspedes comparten los procesadores de su máquina, y va bien mientras no trabajen \
         todos a la vez: hasta el doble de los que tiene la máquina es lo usual. Más allá, cada uno \
         espera a los otros en cuanto hay trabajo, y lo que debe responder a tiempo (etcd, VRRP, \
         comprobaciones) se da por caído cuando solo espera. Y un huésped con más procesadores que \
         su máquina es más lento que uno con los mismos: sus propios hilos se esperan entre sí.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 4, memory: 64GiB, disk: 1TB }, roles: { hypervisor: } }
  server[1-5]: { os: debian, nics: { lan: 11+ }, size: { cpus: 2, memory: 4GiB, disk: 20GB } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 4, memory: 64GiB, disk: 1TB }, roles: { hypervisor: } }
  server[1-5]: { os: debian, nics: { lan: 11+ }, size: { cpus: 1, memory: 4GiB, disk: 20GB } }
",
};

/// As many times as there are processors, guests may have of them.
const SHARED: u32 = 2;

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.cloud.hosts.values().flat_map(|it| too_many(subject, it)).collect()
}

fn too_many(subject: &Subject<'_>, machine: &Host) -> Vec<Diagnostic> {
    let (name, has) = (&machine.name, machine.size.cpus);
    let guests = guests(subject, machine);
    if has == 0 || guests.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for guest in guests.iter().filter(|it| it.size.cpus > has) {
        let (who, wants, place) = (&guest.name, guest.size.cpus, guest.size.places.cpus);
        let told = CODE.at(
            place,
            text!(
                "{who} has {wants} processors, and {name}, which runs it, has {has}",
                "{who} tiene {wants} procesadores, y {name}, que lo ejecuta, tiene {has}"
            ),
        );
        let hint = text!("give it {has} at the most", "déle {has} como mucho");
        found.push(told.mend(hint, place, has.to_string()));
    }
    let all: u32 = guests.iter().map(|it| u32::from(it.size.cpus)).sum();
    let most = SHARED * u32::from(has);
    if all > most && found.is_empty() {
        let (count, over) = (guests.len(), all - most);
        let told = CODE.at(
            machine.size.places.cpus,
            text!(
                "{name} has {has} processors, and its {count} guests have {all}: more than twice as many",
                "{name} tiene {has} procesadores, y sus {count} huéspedes tienen {all}: más del doble"
            ),
        );
        found.push(told.hint(text!(
            "give guests {over} fewer in all, or run some of them elsewhere",
            "dé a los huéspedes {over} menos en total, o ejecute algunos en otra máquina"
        )));
    }
    found
}

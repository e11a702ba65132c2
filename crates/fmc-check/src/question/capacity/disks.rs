//! Whether the pool of a machine holds the disks of its guests.

use super::guests;
use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::{Bytes, Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Disks that are promised more room than their pool has.
const CODE: Code = Code {
    id: "FMC1103",
    severity: Severity::Warning,
    title: Words("more disk than there is", "más disco del que hay"),
    reason: Words(
        "The disks of guests are thin: a file grows with what is written to it, up to the size that \
         was promised. So a pool can hold more disks than it has room for, until they are used: then \
         QEMU stops every guest that writes, all of them at once, and none goes on before somebody \
         makes room. What the guests think is free is not there.",
        "Los discos de los huéspedes son finos: un fichero crece con lo que se escribe en él, hasta el \
         tamaño prometido. Así una reserva puede tener más discos de los que caben, hasta que se usan: \
         entonces QEMU detiene a cada huésped que escribe, todos a la vez, y ninguno sigue hasta que \
         alguien hace sitio. Lo que los huéspedes creen libre no existe.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 8, memory: 32GiB, disk: 200GB }, roles: { hypervisor: { pool: 100GB } } }
  server[1-3]: { os: debian, nics: { lan: 11+ }, size: { cpus: 2, memory: 4GiB, disk: 40GB } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 8, memory: 32GiB, disk: 200GB }, roles: { hypervisor: { pool: 150GB } } }
  server[1-3]: { os: debian, nics: { lan: 11+ }, size: { cpus: 2, memory: 4GiB, disk: 40GB } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.cloud.hosts.values().filter_map(|it| overcommitted(subject, it)).collect()
}

fn overcommitted(subject: &Subject<'_>, machine: &Host) -> Option<Diagnostic> {
    let role = machine.roles.iter().find(|it| it.pool.is_some_and(|it| it.0 > 0))?;
    let (name, pool) = (&machine.name, role.pool?.0);
    let of = |it: &Host| it.size.disk.0.saturating_add(it.size.data.0);
    let own = of(machine);
    if machine.size.disk.0 > 0 && pool > own {
        let [pool, own] = [pool, own].map(gigabytes);
        let told = CODE.at(
            role.origin.place,
            text!(
                "the pool of {name} is to have {pool} GB, and all its disks have {own} GB",
                "la reserva de {name} debe tener {pool} GB, y todos sus discos tienen {own} GB"
            ),
        );
        return Some(told.hint(text!(
            "write {own} GB or less as its `pool`",
            "escriba {own} GB o menos como su `pool`"
        )));
    }
    let guests = guests(subject, machine);
    let all = guests.iter().fold(0_u64, |sum, it| sum.saturating_add(of(it)));
    if all <= pool {
        return None;
    }
    let largest = guests.iter().max_by_key(|it| (of(it), std::cmp::Reverse(it.id)))?;
    let percent = u128::from(all) * 100 / u128::from(pool);
    let (count, who) = (guests.len(), &largest.name);
    let [most, over, all, pool] = [of(largest), all - pool, all, pool].map(gigabytes);
    let told = CODE.at(
        role.origin.place,
        text!(
            "the pool of {name} has {pool} GB, and the disks of its {count} guests may grow to {all} GB: {percent} %",
            "la reserva de {name} tiene {pool} GB, y los discos de sus {count} huéspedes pueden crecer hasta {all} GB: {percent} %"
        ),
    );
    let told = told.label(
        largest.origin.place,
        text!("{who} has {most} GB of them, the most", "{who} tiene {most} GB, el que más"),
    );
    Some(told.hint(text!(
        "make the pool {over} GB larger, or the disks as much smaller",
        "haga la reserva {over} GB mayor, o los discos otro tanto menores"
    )))
}

/// Thousands of millions of bytes, rounded up.
fn gigabytes(bytes: u64) -> u64 {
    bytes.div_ceil(Bytes::GB.0)
}

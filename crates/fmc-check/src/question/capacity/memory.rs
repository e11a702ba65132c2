//! Whether the memory of a machine holds its guests.

use super::guests;
use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::{Bytes, Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Guests that want more memory than there is.
const CODE: Code = Code {
    id: "FMC1101",
    severity: Severity::Warning,
    title: Words("more memory than there is", "más memoria de la que hay"),
    reason: Words(
        "The guests of a machine are promised more memory than it has, with what QEMU needs for \
         each and what the machine needs itself. It starts all the same, because guests do not \
         touch all of theirs at first; once they do, the kernel swaps, and then ends a guest that \
         it picks itself. Counted are 200 MiB for each guest and 1 GiB for the machine.",
        "A los huéspedes de una máquina se les promete más memoria de la que tiene, con lo que \
         QEMU necesita para cada uno y lo que necesita la propia máquina. Arranca igualmente, \
         porque al principio los huéspedes no tocan toda la suya; cuando lo hacen, el núcleo usa \
         el intercambio y luego mata al huésped que él mismo elige. Se cuentan 200 MiB por \
         huésped y 1 GiB para la máquina.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 8, memory: 8GiB, disk: 500GB }, roles: { hypervisor: } }
  server[1-2]: { os: debian, nics: { lan: 11+ }, size: { cpus: 2, memory: 4GiB, disk: 20GB } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal: { os: rocky, nics: { lan: 10 }, size: { cpus: 8, memory: 8GiB, disk: 500GB }, roles: { hypervisor: } }
  server[1-2]: { os: debian, nics: { lan: 11+ }, size: { cpus: 2, memory: 3GiB, disk: 20GB } }
",
};

/// What QEMU takes beside the memory of a guest: 150 to 250 MiB were seen.
const OF_QEMU: Bytes = Bytes::mib(200);

/// What a machine needs itself to run guests.
const OF_MACHINE: Bytes = Bytes::gib(1);

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let hosts = subject.cloud.hosts.values();
    hosts.filter_map(|it| overcommitted(subject, it)).collect()
}

fn overcommitted(subject: &Subject<'_>, machine: &Host) -> Option<Diagnostic> {
    let guests = guests(subject, machine);
    let has = machine.size.memory.0;
    if guests.is_empty() || has == 0 {
        return None;
    }
    let count = guests.len();
    let asked = guests.iter().fold(0_u64, |sum, it| sum.saturating_add(it.size.memory.0));
    let all = asked.saturating_add(OF_MACHINE.0 + OF_QEMU.0 * count as u64);
    if all <= has {
        return None;
    }
    let name = &machine.name;
    let percent = u128::from(all) * 100 / u128::from(has);
    // Rounded up to an eighth: giving up less than is missing would not be enough.
    let eighths = (all - has).div_ceil(Bytes::mib(128).0);
    let over = said(eighths.saturating_mul(Bytes::mib(128).0));
    let [asked, all] = [asked, all].map(said);
    let has = as_written(machine.size.memory);
    let largest = guests.iter().max_by_key(|it| (it.size.memory, std::cmp::Reverse(it.id)))?;
    let told = CODE.at(
        machine.origin.place,
        text!(
            "{name} has {has} of memory, and its {count} guests with all that they cost need {all}: {percent} %",
            "{name} tiene {has} de memoria, y sus {count} huéspedes con todo lo que cuestan necesitan {all}: {percent} %"
        ),
    );
    let guest = &largest.name;
    let told = told.label(
        largest.origin.place,
        text!(
            "the largest of them; together they have {asked}",
            "el mayor de ellos; juntos tienen {asked}"
        ),
    );
    Some(told.hint(text!(
        "give guests {over} less in all, such as {guest}, or {name} as much more",
        "dé a los huéspedes {over} menos en total, como a {guest}, o a {name} otro tanto más"
    )))
}

/// A sum as a person would write it: in hundredths of a gibibyte, or in mebibytes.
fn said(bytes: u64) -> String {
    let (gib, mib) = (Bytes::gib(1).0, Bytes::mib(1).0);
    if bytes < gib {
        return format!("{}MiB", bytes.div_ceil(mib));
    }
    let hundredths = (u128::from(bytes) * 100 + u128::from(gib) / 2) / u128::from(gib);
    match (hundredths / 100, hundredths % 100) {
        (whole, 0) => format!("{whole}GiB"),
        (whole, part) if part.is_multiple_of(10) => format!("{whole}.{}GiB", part / 10),
        (whole, part) => format!("{whole}.{part:02}GiB"),
    }
}

/// What the file says, and how much that is where it says many of a small unit.
fn as_written(size: Bytes) -> String {
    let (written, said) = (size.to_string(), said(size.0));
    if written.ends_with("MiB") && said.ends_with("GiB") {
        format!("{written} ({said})")
    } else {
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_rounded_and_what_was_written_is_kept() {
        let all = [512, 1024, 45_296, 36_864, 1536].map(|it| said(it << 20));
        assert_eq!(all, ["512MiB", "1GiB", "44.23GiB", "36GiB", "1.5GiB"]);
        let all = [Bytes::mib(35_902), Bytes::gib(12), Bytes::GB].map(as_written);
        assert_eq!(all, ["35902MiB (35.06GiB)", "12GiB", "1GB"]);
    }
}

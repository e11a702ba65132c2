//! What libvirt is told by hand, and cannot do everywhere.

use super::by_hand::written;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A network in libvirt's NAT mode, or a type of machine of one distribution.
const CODE: Code = Code {
    id: "FMC1510",
    severity: Severity::Warning,
    title: Words("libvirt by hand that cuts guests off", "libvirt a mano que aísla huéspedes"),
    reason: Words(
        "In its NAT mode libvirt rejects whatever comes to a network from another one, whatever other rules \
         accept, and hides who asks from whom it does let through: nothing is reached across networks, and no \
         list of clients fits. And a type of machine with the name of a distribution is known to that \
         distribution's QEMU alone: elsewhere the guest does not start.",
        "En su modo NAT, libvirt rechaza lo que llega a una red desde otra, acepten lo que acepten otras reglas, y \
         oculta quién pregunta en lo que deja pasar: no se llega a nada entre redes, y ninguna lista de clientes \
         encaja. Y un tipo de máquina con el nombre de una distribución solo lo conoce el QEMU de esa \
         distribución: en otra parte el huésped no arranca.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal:
    os: rocky
    nics: { lan: 10 }
    roles: { hypervisor: }
    files: { /etc/own/guests.xml: { text: \"<network><name>guests</name><forward mode='nat'/></network>\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  metal:
    os: rocky
    nics: { lan: 10 }
    roles: { hypervisor: }
    files: { /etc/own/guests.xml: { text: \"<network><name>guests</name><forward mode='open'/></network>\\n\" } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for it in written(subject) {
        for (line, number) in it.text.lines().zip(1..) {
            let plain = line.replace('"', "'");
            let nat = plain.contains("<forward") && plain.contains("mode='nat'");
            let (what, hint): (Text, Text) = if nat {
                (
                    text!("puts a network into NAT mode", "pone una red en modo NAT"),
                    text!(
                        "write `mode='open'`, or `networks:`",
                        "escriba `mode='open'`, o `networks:`"
                    ),
                )
            } else if let Some(machine) = of_distribution(&plain) {
                (
                    text!("asks for the machine {machine}", "pide la máquina {machine}"),
                    text!("write `machine='q35'`", "escriba `machine='q35'`"),
                )
            } else {
                continue;
            };
            let (path, who) = (&it.what, subject.called(it.hosts.iter().copied()));
            let message = Text {
                en: format!("line {number} of {path} on {who} {}", what.en).into(),
                es: format!("la línea {number} de {path} en {who} {}", what.es).into(),
            };
            found.push(CODE.at(it.place, message).hint(hint));
        }
    }
    found
}

/// A type of machine that has the name of a distribution in it.
fn of_distribution(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("machine='")?;
    let machine = rest.split('\'').next()?;
    ["rhel", "ubuntu", "fedora", "sle"].iter().any(|it| machine.contains(it)).then_some(machine)
}

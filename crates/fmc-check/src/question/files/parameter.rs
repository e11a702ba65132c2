//! Kernel parameters by hand that a role needs otherwise.

use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::setup::Sysctl;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A parameter that contradicts a role.
const CODE: Code = Code {
    id: "FMC1506",
    severity: Severity::Warning,
    title: Words("kernel parameter against a role", "parámetro del núcleo contra un rol"),
    reason: Words(
        "A role sets the parameters of the kernel without which it does not work: a router forwards, whoever \
         answers at a virtual address may bind it before it has it, a node passes packets of its pods on. One \
         that was written by hand wins, and the role fails in a way that looks like something else.",
        "Un rol fija los parámetros del núcleo sin los que no funciona: un router reenvía, quien responde en una \
         dirección virtual puede asociarla antes de tenerla, un nodo pasa los paquetes de sus pods. Uno escrito a \
         mano gana, y el rol falla de una forma que parece otra cosa.",
    ),
    failing: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.0.1.0/24 }
hosts:
  router:
    os: debian
    nics: { lan: 10, inner: 1 }
    roles: { router: { uplink: lan } }
    sysctls: { net.ipv4.ip_forward: \"0\" }
",
    mended: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.0.1.0/24 }
hosts:
  router:
    os: debian
    nics: { lan: 10, inner: 1 }
    roles: { router: { uplink: lan } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut all: Vec<(&str, &Sysctl, Vec<&Host>)> = Vec::new();
    for host in subject.ours() {
        for (name, sysctl) in &subject.machines.get(host.id).setup.sysctls {
            if sysctl.replaces.as_ref().is_none_or(|it| it.value == sysctl.value) {
                continue;
            }
            // Hosts of one entry, or of one template, have it from one line.
            match all.iter_mut().find(|it| it.1.cause.place == sysctl.cause.place) {
                Some(it) => it.2.push(host),
                None => all.push((name, sysctl, vec![host])),
            }
        }
    }
    let told = all.into_iter().filter_map(|(name, sysctl, hosts)| {
        let derived = sysctl.replaces.as_ref()?;
        let (who, own, needs) = (subject.called(hosts), &sysctl.value, &derived.value);
        let (by, place) = (&derived.cause.by, sysctl.cause.place);
        let told = CODE.at(
            place,
            text!(
                "`{name}` is {own} by hand on {who}, and `{by}` needs {needs}",
                "`{name}` es {own} a mano en {who}, y `{by}` necesita {needs}"
            ),
        );
        let told = told.label(derived.cause.place, text!("this needs it", "esto lo necesita"));
        Some(told.hint(text!("leave `{name}` out", "quite `{name}`")))
    });
    told.collect()
}

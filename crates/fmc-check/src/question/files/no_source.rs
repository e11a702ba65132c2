//! Programs that nothing brings to their host.

use crate::question::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::setup::MissingProgram;
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A program without a source.
const CODE: Code = Code {
    id: "FMC1507",
    severity: Severity::Warning,
    title: Words("program that nothing brings", "programa que nada trae"),
    reason: Words(
        "Neither the system of the host nor a package has this program, and no release of it is known here. \
         Unless somebody puts it there by hand, at the first start and again whenever the machine is made \
         anew, what runs it fails. `programs:` says where it is fetched, with its digest.",
        "Ni el sistema del host ni un paquete tienen este programa, y aquí no se conoce ninguna versión suya. Si \
         nadie lo pone a mano, en el primer arranque y cada vez que se rehaga la máquina, lo que lo ejecuta \
         falla. `programs:` dice de dónde se descarga, con su resumen.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  balancer: { os: flatcar, nics: { lan: 11 }, roles: { haproxy: } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  balancer: { os: debian, nics: { lan: 11 }, roles: { haproxy: } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut all: Vec<(&MissingProgram, Vec<&Host>)> = Vec::new();
    for host in subject.ours() {
        for missing in &subject.machines.get(host.id).setup.missing {
            // Who writes the command of a service brings its program; `build` names those too.
            if missing.own || host.files.contains_key(&missing.path) {
                continue;
            }
            match all.iter_mut().find(|it| it.0.path == missing.path) {
                Some(it) => it.1.push(host),
                None => all.push((missing, vec![host])),
            }
        }
    }
    let told = all.into_iter().map(|(missing, hosts)| {
        let (path, name, who) = (&missing.path, &missing.name, subject.called(hosts));
        let message = text!(
            "nothing brings {path} to {who}, which runs it",
            "nada trae {path} a {who}, que lo ejecuta"
        );
        CODE.at(missing.cause.place, message).hint(text!(
            "say under `programs:` where `{name}` is fetched, with its digest, or take a system with a package",
            "diga en `programs:` de dónde se descarga `{name}`, con su resumen, o elija un sistema con paquete"
        ))
    });
    told.collect()
}

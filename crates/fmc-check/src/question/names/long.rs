//! Names that are longer than a host may have.

use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A name that Linux does not take.
const CODE: Code = Code {
    id: "FMC1207",
    severity: Severity::Error,
    title: Words(
        "name longer than a host may have",
        "nombre más largo de lo que puede tener un host",
    ),
    reason: Words(
        "A host is called by its name with the domain. Linux takes 64 characters of it \
         (`HOST_NAME_MAX`) and a certificate no more of a common name (RFC 5280, `ub-common-name`), \
         though the DNS would take 253. With a longer one the host starts as `localhost`, and none of \
         its certificates can be issued.",
        "Un host se llama por su nombre con el dominio. Linux admite 64 caracteres \
         (`HOST_NAME_MAX`) y un certificado no más en un nombre común (RFC 5280, `ub-common-name`), \
         aunque el DNS admitiría 253. Con uno más largo el host arranca como `localhost`, y no se puede \
         emitir ninguno de sus certificados.",
    ),
    failing: "\
version: 1
name: home
domain: machines.of-the-second-floor.of-the-northern-building.example.com
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: debian, nics: { lan: 11 } }
",
    mended: "\
version: 1
name: home
domain: floor2.north.example.com
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server: { os: debian, nics: { lan: 11 } }
",
};

/// `HOST_NAME_MAX` of Linux, and `ub-common-name` of RFC 5280.
const LONGEST: usize = 64;

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut long: Vec<_> = subject.ours().filter(|it| it.fqdn.len() > LONGEST).collect();
    // One entry stands for many hosts, and the longest of them says how much is too much.
    long.sort_by_key(|it| (it.origin.place, std::cmp::Reverse(it.fqdn.len()), it.id));
    long.dedup_by_key(|it| it.origin.place);
    let told = long.into_iter().map(|host| {
        let (name, count) = (&host.fqdn, host.fqdn.len());
        let over = count - LONGEST;
        let message = text!(
            "{name} has {count} characters, and a host may have {LONGEST}",
            "{name} tiene {count} caracteres, y un host puede tener {LONGEST}"
        );
        CODE.at(host.origin.place, message).hint(text!(
            "make its name or the `domain` {over} characters shorter",
            "acorte {over} caracteres su nombre o el `domain`"
        ))
    });
    told.collect()
}

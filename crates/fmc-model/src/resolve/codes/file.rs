//! `FMC07xx`: the file as a whole.

use crate::{Code, Severity, Words};

/// Every code of this family, in order.
pub(super) const CODES: &[&Code] = &[&NO_HOSTS, &BAD_SUPPRESSION, &SUPPRESSION_ENDED];

/// A cloud with nothing in it.
pub const NO_HOSTS: Code = Code {
    id: "FMC0701",
    severity: Severity::Error,
    title: Words("nothing in the cloud", "una nube sin nada"),
    reason: Words(
        "The file has a head, but neither networks nor hosts, so there is nothing to draw, check \
         or build. Often it was meant to `include:` the files that have them.",
        "El fichero tiene cabecera, pero ni redes ni hosts, así que no hay nada que dibujar, \
         comprobar o construir. A menudo debía incluir con `include:` los ficheros que los \
         tienen.",
    ),
    failing: "\
version: 1
name: home
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// A suppression of what cannot be suppressed.
pub const BAD_SUPPRESSION: Code = Code {
    id: "FMC0702",
    severity: Severity::Error,
    title: Words("suppression that cannot be", "supresión imposible"),
    reason: Words(
        "`suppress:` names a code that does not exist, or that of an error. A warning may be \
         silenced by somebody who gives a reason; an error says that the cloud cannot work as \
         written, and silence would not change that.",
        "`suppress:` nombra un código que no existe, o el de un error. Un aviso lo puede callar \
         quien dé una razón; un error dice que la nube no puede funcionar tal como está escrita, \
         y callarlo no lo cambiaría.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
suppress: [{ code: FMC0430, reason: one load balancer is enough at home }]
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
suppress: [{ code: FMC0403, reason: one load balancer is enough at home }]
",
};

/// A suppression whose last day is over.
pub const SUPPRESSION_ENDED: Code = Code {
    id: "FMC0703",
    severity: Severity::Warning,
    title: Words("suppression that has ended", "supresión terminada"),
    reason: Words(
        "A suppression was given a last day (`until:`), and that day is over. Somebody wanted to \
         look at the finding again: mend it, take the entry out if it is mended already, or give \
         it another day.",
        "A una supresión se le dio una última fecha (`until:`), y ha pasado. Alguien quería \
         volver a mirar el hallazgo: arréglelo, quite la entrada si ya está arreglado, o dele \
         otra fecha.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
suppress:
  - { code: FMC0403, reason: the second one is on its way, until: \"2020-12-31\" }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
suppress: []
",
};

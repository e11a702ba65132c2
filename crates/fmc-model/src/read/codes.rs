//! `FMC01xx`: what can be wrong with a file before anybody asks what it means.

use crate::{Code, Severity, Words};

/// Every code of this family, in order.
pub const CODES: &[&Code] = &[
    &SYNTAX,
    &TWICE,
    &UNKNOWN_KEY,
    &MISSING_KEY,
    &WRONG_KIND,
    &BAD_VALUE,
    &AMBIGUOUS,
    &NOT_OURS,
    &LIMIT,
    &EMPTY,
    &BINARY,
    &VERSION,
    &INCLUDE,
    &UNKNOWN_ROLE,
];

/// The grammar of YAML is broken.
pub const SYNTAX: Code = Code {
    id: "FMC0101",
    severity: Severity::Error,
    title: Words("not YAML", "no es YAML"),
    reason: Words(
        "The file cannot be read as YAML: a bracket or a quote is not closed, a colon is missing, a \
         tab indents a line. Nothing behind the fault can be trusted, so reading stops there.",
        "El fichero no se puede leer como YAML: un corchete o una comilla sin cerrar, dos puntos que \
         faltan, un tabulador que sangra una línea. Nada de lo que sigue es de fiar, así que la \
         lectura se detiene ahí.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// Something that may be said once is said twice.
pub const TWICE: Code = Code {
    id: "FMC0102",
    severity: Severity::Error,
    title: Words("said twice", "dicho dos veces"),
    reason: Words(
        "A key stands twice in one map, or two included files say the same thing. Most YAML readers \
         keep the last one without a word, and somebody edits the other for an hour.",
        "Una clave está dos veces en un mapa, o dos ficheros incluidos dicen lo mismo. La mayoría de \
         los lectores de YAML se quedan con la última sin decir nada, y alguien edita la otra \
         durante una hora.",
    ),
    failing: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.1.0/24 }
  lan: { cidr: 192.168.2.0/24 }
",
    mended: "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.1.0/24 }
  dmz: { cidr: 192.168.2.0/24 }
",
};

/// A key that the language does not have.
pub const UNKNOWN_KEY: Code = Code {
    id: "FMC0103",
    severity: Severity::Error,
    title: Words("unknown key", "clave desconocida"),
    reason: Words(
        "The language has no such key at this place. It is an error because a key that is silently \
         ignored (as Helm, Butane and cloud-init do) is a wish that nobody grants.",
        "El lenguaje no tiene esa clave en este lugar. Es un error porque una clave que se ignora en \
         silencio (como hacen Helm, Butane y cloud-init) es un deseo que nadie cumple.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, gatway: 192.168.1.1 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24, gateway: 192.168.1.1 } }
",
};

/// A key that must be there.
pub const MISSING_KEY: Code = Code {
    id: "FMC0104",
    severity: Severity::Error,
    title: Words("missing key", "falta una clave"),
    reason: Words(
        "Something cannot be known unless it is written here, and no default would be right.",
        "Hay algo que no se puede saber si no se escribe aquí, y ningún valor por omisión acertaría.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
apps: { web: { hosts: server, for: lan } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 } } }
apps: { web: { hosts: server, port: 8080, for: lan } }
",
};

/// A list, a map or a word where another of them should be.
pub const WRONG_KIND: Code = Code {
    id: "FMC0105",
    severity: Severity::Error,
    title: Words("wrong kind of value", "tipo de valor equivocado"),
    reason: Words(
        "A map, a list or a single value stands where another of them belongs. `fmc schema` tells \
         what each key takes, and an editor that knows the schema says so while you type.",
        "Hay un mapa, una lista o un solo valor donde corresponde otro de ellos. `fmc schema` dice \
         qué admite cada clave, y un editor que conozca el esquema lo dice mientras se escribe.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
groups: [lan]
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
groups: { all: { label: Everything } }
",
};

/// A word that is not what its place takes.
pub const BAD_VALUE: Code = Code {
    id: "FMC0106",
    severity: Severity::Error,
    title: Words("bad value", "valor incorrecto"),
    reason: Words(
        "The value cannot be read as what belongs here: an address with 256 in it, a size without \
         a unit, a time zone that does not exist, a word out of a closed set that is not in it.",
        "El valor no se puede leer como lo que corresponde aquí: una dirección con un 256, un tamaño \
         sin unidad, una zona horaria que no existe, una palabra que no está en su conjunto.",
    ),
    failing: "\
version: 1
name: home
timezone: Europe/madrid
networks: { lan: { cidr: 192.168.1.0/24 } }
",
    mended: "\
version: 1
name: home
timezone: Europe/Madrid
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// A plain word that the two versions of YAML read differently.
pub const AMBIGUOUS: Code = Code {
    id: "FMC0107",
    severity: Severity::Error,
    title: Words("two readings", "dos lecturas"),
    reason: Words(
        "YAML 1.1, which Ansible and many editors still read, takes this plain word for something \
         else than YAML 1.2 does: `on` for true, `012` for ten, `12:30` for 750, a date for a date. \
         A cloud must mean the same to every tool that reads its file; quotes make it so.",
        "YAML 1.1, que aún leen Ansible y muchos editores, toma esta palabra por otra cosa que YAML \
         1.2: `on` por verdadero, `012` por diez, `12:30` por 750, una fecha por una fecha. Una nube \
         debe significar lo mismo para cada herramienta que lea su fichero; las comillas lo logran.",
    ),
    failing: "\
version: 1
name: home
title: off
networks: { lan: { cidr: 192.168.1.0/24 } }
",
    mended: "\
version: 1
name: home
title: \"off\"
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// A part of YAML that the language does without.
pub const NOT_OURS: Code = Code {
    id: "FMC0108",
    severity: Severity::Error,
    title: Words("not part of the language", "no es parte del lenguaje"),
    reason: Words(
        "YAML has tags, merge keys, keys that are maps, and many documents in one file. The cloud \
         language does without them, because tools disagree about what they mean.",
        "YAML tiene etiquetas, claves de fusión, claves que son mapas y varios documentos en un \
         fichero. El lenguaje de la nube prescinde de ellos, porque las herramientas no se ponen de \
         acuerdo en qué significan.",
    ),
    failing: "\
version: 1
name: !!str home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// More than what is read.
pub const LIMIT: Code = Code {
    id: "FMC0109",
    severity: Severity::Error,
    title: Words("too much", "demasiado"),
    reason: Words(
        "The file is larger, deeper or stands for more than any cloud could need. Files that are \
         made to hurt a reader (aliases of aliases, a million brackets) end here.",
        "El fichero es mayor, más profundo o representa más de lo que necesitaría cualquier nube. \
         Aquí acaban los ficheros hechos para dañar a quien los lee (alias de alias, un millón de \
         corchetes).",
    ),
    failing: "\
version: 1
name: home
note: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
",
    mended: "\
version: 1
name: home
note: flat
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// Nothing in the file.
pub const EMPTY: Code = Code {
    id: "FMC0110",
    severity: Severity::Error,
    title: Words("empty file", "fichero vacío"),
    reason: Words(
        "There is nothing in the file but comments and space. `fmc new` writes one to start from.",
        "En el fichero no hay más que comentarios y espacio. `fmc new` escribe uno con el que empezar.",
    ),
    failing: "# nothing yet\n",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// Not a text file.
pub const BINARY: Code = Code {
    id: "FMC0111",
    severity: Severity::Error,
    title: Words("not text", "no es texto"),
    reason: Words(
        "The file holds bytes that no text in UTF-8 has. It is a picture, an archive, or a text in \
         another encoding (save it as UTF-8).",
        "El fichero contiene bytes que no tiene ningún texto en UTF-8. Es una imagen, un archivo \
         comprimido o un texto en otra codificación (guárdelo como UTF-8).",
    ),
    failing: "version: 1\nname: \u{1}\n",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// A version of the language that this program does not read.
pub const VERSION: Code = Code {
    id: "FMC0112",
    severity: Severity::Error,
    title: Words("unknown version", "versión desconocida"),
    reason: Words(
        "`version:` says in which version of this language the file is written, so that a later \
         `fmc` can read it as it was meant. There is one version so far: 1.",
        "`version:` dice en qué versión de este lenguaje está escrito el fichero, para que un `fmc` \
         posterior lo lea como se quiso. Por ahora hay una versión: 1.",
    ),
    failing: "\
version: 2
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
",
};

/// A file that cannot be included.
pub const INCLUDE: Code = Code {
    id: "FMC0113",
    severity: Severity::Error,
    title: Words("cannot include", "no se puede incluir"),
    reason: Words(
        "An included file is not there, cannot be read, is included twice, or is named by an \
         absolute path. Paths are seen from the file that includes.",
        "Un fichero incluido no está, no se puede leer, se incluye dos veces o se nombra con una \
         ruta absoluta. Las rutas se ven desde el fichero que incluye.",
    ),
    failing: "\
version: 1
name: home
include: netwroks.yaml
networks: { lan: { cidr: 192.168.1.0/24 } }
--- networks.yaml
networks: { dmz: { cidr: 192.168.2.0/24 } }
",
    mended: "\
version: 1
name: home
include: networks.yaml
networks: { lan: { cidr: 192.168.1.0/24 } }
--- networks.yaml
networks: { dmz: { cidr: 192.168.2.0/24 } }
",
};

/// A role that nobody wrote.
pub const UNKNOWN_ROLE: Code = Code {
    id: "FMC0114",
    severity: Severity::Error,
    title: Words("unknown role", "rol desconocido"),
    reason: Words(
        "There is no role of this name. `fmc explain --roles` lists them all; what is not among \
         them can be said with the role `service`: ports, needs and a command.",
        "No hay ningún rol con este nombre. `fmc explain --roles` los enumera; lo que no esté entre \
         ellos se puede decir con el rol `service`: puertos, necesidades y una orden.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 }, roles: { basiton: } } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.1.0/24 } }
hosts: { server: { os: debian, nics: { lan: 10 }, roles: { bastion: } } }
",
};

//! Why a component cannot be had.

use fmc_model::{Text, text};
use fmc_sys::Failure;
use std::path::PathBuf;
use std::{fmt, io};

/// Why a component cannot be had. [`what`](Self::what) tells it, and [`hint`](Self::hint) the mend.
#[derive(Debug)]
pub enum Trouble {
    /// The list has no component of this name.
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A program is missing that fetching needs.
    Tool {
        /// The program.
        tool: String,
        /// The package of Debian that has it.
        package: String,
    },
    /// Only root can unpack packages with their owners.
    Root,
    /// The list has no digest for this kind of processor.
    Processor {
        /// The component.
        name: String,
        /// The processor.
        processor: String,
    },
    /// What came is not what the list says.
    Digest {
        /// The component.
        name: String,
        /// What the list says.
        expected: String,
        /// What came.
        found: String,
    },
    /// What came has another form than it should.
    Form {
        /// The component.
        name: String,
        /// What is missing in it, or too much.
        what: String,
    },
    /// Who waited for it gave it up.
    Stopped,
    /// A command failed.
    Host(Failure),
    /// The cache cannot be used.
    Cache {
        /// Which part of it.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Something is still mounted in what is to be removed.
    Mounted(PathBuf),
}

impl Trouble {
    /// What is the matter.
    pub fn what(&self) -> Text {
        match self {
            Self::Unknown { name, .. } => {
                text!("there is no component `{name}`", "no hay ningún componente `{name}`")
            }
            Self::Tool { tool, .. } => {
                text!("`{tool}` is not installed here", "`{tool}` no está instalado aquí")
            }
            Self::Root => Text::of(
                "packages can only be unpacked by root, who can give files to other users",
                "solo root puede desempaquetar paquetes, pues da ficheros a otros usuarios",
            ),
            Self::Processor { name, processor } => text!(
                "the list has no `{name}` for {processor} processors",
                "la lista no tiene ningún `{name}` para procesadores {processor}"
            ),
            Self::Digest { name, expected, found } => text!(
                "what was fetched of `{name}` is not what the list says and was thrown away: SHA-256 {found} instead of {expected}",
                "lo descargado de `{name}` no es lo que dice la lista y se ha desechado: SHA-256 {found} en vez de {expected}"
            ),
            Self::Form { name, what } => {
                text!(
                    "`{name}` is not as expected: {what}",
                    "`{name}` no es como se esperaba: {what}"
                )
            }
            Self::Stopped => Text::of("it was interrupted", "se ha interrumpido"),
            Self::Host(failure) => Text::same(&failure.to_string()),
            Self::Cache { path, error } => Text::same(&format!("{}: {error}", path.display())),
            Self::Mounted(path) => {
                let path = path.display();
                text!("something is mounted in {path}", "hay algo montado en {path}")
            }
        }
    }

    /// How to mend it, where that is known.
    pub fn hint(&self) -> Option<Text> {
        Some(match self {
            Self::Unknown { known, .. } => {
                let known = known.join(", ");
                text!("there are {known}", "hay {known}")
            }
            Self::Tool { package, .. } => text!(
                "`apt-get install {package}` brings it; so does `./setup --test` in a checkout",
                "`apt-get install {package}` lo trae; también `./setup --test` en una copia del proyecto"
            ),
            Self::Root => Text::of(
                "run it with `sudo --preserve-env=HOME,XDG_CACHE_HOME`, so that the cache stays yours",
                "ejecútelo con `sudo --preserve-env=HOME,XDG_CACHE_HOME`, para que la caché siga siendo suya",
            ),
            Self::Digest { .. } => Text::of(
                "try again; if it stays so, the mirror or something on the way changes files, or the version was published anew",
                "inténtelo de nuevo; si sigue igual, la réplica o algo en el camino cambia ficheros, o la versión se publicó de nuevo",
            ),
            Self::Host(_) => Text::of(
                "fetching goes through apt, pip and Go as they are set up on this machine; try them by hand",
                "la descarga usa apt, pip y Go tal como están configurados en esta máquina; pruébelos a mano",
            ),
            Self::Mounted(_) => Text::of("unmount it first", "desmóntelo antes"),
            Self::Processor { .. } | Self::Form { .. } | Self::Cache { .. } | Self::Stopped => {
                return None;
            }
        })
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Host(failure)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what().en)?;
        self.hint().map_or(Ok(()), |hint| write!(f, "\nhint: {}", hint.en))
    }
}

impl std::error::Error for Trouble {}

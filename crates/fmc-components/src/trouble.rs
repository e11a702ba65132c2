//! Why a component cannot be had.

use crate::list::Component;
use fmc_model::{Text, text};
use fmc_sys::Failure;
use std::path::{Path, PathBuf};
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
    /// A tool could not reach where it fetches from.
    Network {
        /// The component.
        name: String,
        /// The tool.
        tool: String,
        /// The line in which it says so.
        said: String,
    },
    /// The disk is full.
    Full {
        /// Where there was to be room.
        path: PathBuf,
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

/// What tools say when they reach nobody, in small letters: apt, pip's urllib3, Go, and the C library
/// below all of them.
const UNREACHED: &[&str] = &[
    "temporary failure",
    "could not resolve",
    "name or service not known",
    "no such host",
    "could not connect",
    "unable to connect",
    "failed to establish a new connection",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "no route to host",
    "connection timed out",
    "read timed out",
    "i/o timeout",
];

/// What all of them say when the disk is full: the C library's words for `ENOSPC` and `EDQUOT`.
const FULL: &[&str] = &["no space left on device", "disk quota exceeded"];

impl Trouble {
    /// Why a tool failed that fetched a component into a folder, by what it said.
    pub(crate) fn of_tool(
        component: &Component,
        tool: &str,
        folder: &Path,
        failure: Failure,
    ) -> Self {
        let Failure::Command(outcome) = &failure else { return Self::Host(failure) };
        let talk = outcome.talk();
        let line = |words: &[&str]| {
            let says = |line: &&str| {
                let line = line.to_lowercase();
                words.iter().any(|it| line.contains(it))
            };
            talk.lines().find(says).map(|it| it.trim().to_owned())
        };
        if line(FULL).is_some() {
            return Self::Full { path: folder.to_owned() };
        }
        match line(UNREACHED) {
            Some(said) => {
                Self::Network { name: component.name.clone(), tool: tool.to_owned(), said }
            }
            None => Self::Host(failure),
        }
    }

    /// Why something could not be done with a part of the cache.
    pub(crate) fn of_cache(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { path: path.to_owned() }
            }
            _ => Self::Cache { path: path.to_owned(), error },
        }
    }

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
            Self::Network { name, tool, said } => text!(
                "`{name}` cannot be fetched, since {tool} reaches nobody: {said}",
                "no se puede descargar `{name}`, pues {tool} no llega a nadie: {said}"
            ),
            Self::Full { path } => {
                let path = path.display();
                text!(
                    "the disk is full: no room in {path}",
                    "el disco está lleno: no cabe en {path}"
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
                "run it with `sudo --preserve-env=HOME,XDG_CACHE_HOME,FMC_CACHE`, so that the cache stays yours",
                "ejecútelo con `sudo --preserve-env=HOME,XDG_CACHE_HOME,FMC_CACHE`, para que la caché siga siendo suya",
            ),
            Self::Digest { .. } => Text::of(
                "try again; if it stays so, the mirror or something on the way changes files, or the version was published anew",
                "inténtelo de nuevo; si sigue igual, la réplica o algo en el camino cambia ficheros, o la versión se publicó de nuevo",
            ),
            Self::Host(_) => Text::of(
                "fetching goes through apt, pip and Go as they are set up on this machine; try them by hand",
                "la descarga usa apt, pip y Go tal como están configurados en esta máquina; pruébelos a mano",
            ),
            Self::Network { .. } => Text::of(
                "mirrors and proxies are those that apt, pip and Go are set up with on this machine; what is fetched already needs no network",
                "los servidores y proxies son los que apt, pip y Go tienen configurados en esta máquina; lo ya descargado no necesita red",
            ),
            Self::Full { .. } => Text::of(
                "all components take about 1.2 GB, and up to 1 GB more while they are fetched; `fmc components prune` removes old ones, and FMC_CACHE names another folder",
                "todos los componentes ocupan unos 1,2 GB, y hasta 1 GB más mientras se descargan; `fmc components prune` quita los viejos, y FMC_CACHE indica otra carpeta",
            ),
            Self::Cache { error, .. } if error.kind() == io::ErrorKind::PermissionDenied => {
                Text::of(
                    "the cache is another user's: run it as that user (root, if `sudo` made it), or name another folder with FMC_CACHE",
                    "la caché es de otro usuario: ejecútelo como él (root, si la creó `sudo`), o indique otra carpeta con FMC_CACHE",
                )
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_sys::{Outcome, Status};

    /// What is told of a tool that failed and had said this.
    fn told(said: &str) -> String {
        let list = crate::list().unwrap();
        let failure = Failure::Command(Box::new(Outcome {
            command: "python3 -m pip download x".into(),
            status: Status::Exited(1),
            stderr: said.as_bytes().to_vec(),
            ..Outcome::default()
        }));
        Trouble::of_tool(&list[0], "pip", Path::new("/cache"), failure).to_string()
    }

    #[test]
    fn what_tools_say_of_networks_and_disks_is_understood() {
        // As these tools were heard to say it.
        for said in [
            "W: Failed to fetch http://mirror.example/InRelease  Temporary failure resolving 'mirror.example'",
            "WARNING: Retrying: Failed to establish a new connection: [Errno -3] x",
            "go: a.example/b@v1: Get \"https://p/b\": dial tcp: lookup p: no such host",
            "   Could not connect to localhost:9 (127.0.0.1). - connect (111: Connection refused)",
        ] {
            let text = told(&format!("first\n{said}\nlast\n"));
            let expected = format!("pip reaches nobody: {}\nhint: mirrors", said.trim());
            assert!(text.contains(&expected), "{text}");
        }
        for said in [
            "dpkg: error: failed to write: No space left on device",
            "OSError: [Errno 122] Disk quota exceeded",
        ] {
            let text = told(said);
            assert!(text.starts_with("the disk is full: no room in /cache\nhint: all"), "{text}");
        }
        assert!(told("ERROR: no such project").contains("exit status 1"));
    }

    #[test]
    fn what_the_system_says_of_the_cache_is_understood() {
        let told =
            |kind: io::ErrorKind| Trouble::of_cache(Path::new("/cache"), kind.into()).to_string();
        assert!(told(io::ErrorKind::StorageFull).starts_with("the disk is full"));
        assert!(told(io::ErrorKind::PermissionDenied).contains("another user's"));
        assert!(!told(io::ErrorKind::IsADirectory).contains("hint"));
    }
}

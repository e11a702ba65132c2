//! Which cloud file is meant, and reading it.

use crate::CouldNot;
use crate::output::Output;
use crate::revision::{self, Revision};
use fmc_model::{Cloud, Date, Diagnostics, Loaded, Severity};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A cloud, what it was read from, and what is wrong with it.
pub(crate) struct Read {
    pub(crate) loaded: Loaded,
    pub(crate) cloud: Option<Cloud>,
    pub(crate) diagnostics: Diagnostics,
}

impl Read {
    /// Everything that is wrong, what the roles configure included: it is asked for only where
    /// nothing else is wrong, for it follows from the rest.
    pub(crate) fn with_configured(&self) -> Diagnostics {
        let mut found = self.diagnostics.clone();
        if let Some(cloud) = self.cloud.as_ref().filter(|_| !found.has_errors()) {
            for diagnostic in cloud.configured() {
                found.push(diagnostic);
            }
        }
        found.sorted()
    }

    /// Everything that is wrong, the questions included that are asked of a whole cloud: they are asked
    /// only where nothing else is an error, for what is wrong with a part follows from it.
    pub(crate) fn with_questions(&self, today: Date) -> Diagnostics {
        let mut found = self.with_configured();
        if let Some(cloud) = self.cloud.as_ref().filter(|_| !found.has_errors()) {
            for diagnostic in fmc_check::question::check(cloud, today) {
                found.push(diagnostic);
            }
        }
        found.sorted()
    }

    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|it| it.code.severity == severity).count()
    }
}

/// The file that was named, or the only cloud file of this folder.
pub(crate) fn choose(named: Option<&str>, output: &Output) -> Result<String, CouldNot> {
    if let Some(name) = named {
        return Ok(name.to_owned());
    }
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(".").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_yaml =
            [".yaml", ".yml"].iter().any(|it| name.ends_with(it)) && !name.starts_with('.');
        if is_yaml && entry.path().is_file() && looks_like_a_cloud(&entry.path()) {
            found.push(name);
        }
    }
    found.sort();
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(CouldNot::new(output.say(
            "there is no cloud file in this folder",
            "no hay ningún fichero de nube en esta carpeta",
        ))
        .hint(output.say(
            "name one, or write one with `fmc new > cloud.yaml`",
            "nombre uno, o escriba uno con `fmc new > cloud.yaml`",
        ))),
        many => Err(CouldNot::new(format!(
            "{}: {}",
            output.say("there are several cloud files here", "hay varios ficheros de nube aquí"),
            many.join(", ")
        ))
        .hint(output.say("name the one that you mean", "nombre el que quiere"))),
    }
}

/// Whether a YAML file is a cloud's: it says its version and has hosts, networks or includes at the
/// left margin.
fn looks_like_a_cloud(path: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(path) else { return false };
    let has = |key: &str| text.lines().any(|it| it.starts_with(key));
    has("version:") && (has("hosts:") || has("networks:") || has("include:"))
}

/// Reads the bytes of a file, or says why it cannot.
pub(crate) fn bytes(path: &str, output: &Output) -> Result<Vec<u8>, CouldNot> {
    use std::io::ErrorKind;
    std::fs::read(path).map_err(|error| {
        let (english, spanish) = match error.kind() {
            ErrorKind::NotFound => ("there is no such file", "no existe ese fichero"),
            ErrorKind::IsADirectory => {
                ("it is a folder, not a file", "es una carpeta, no un fichero")
            }
            ErrorKind::PermissionDenied => ("you may not read it", "no tiene permiso para leerlo"),
            _ => ("it cannot be read", "no se puede leer"),
        };
        let why = output.say(english, spanish);
        let could_not = CouldNot::new(match error.kind() {
            ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::PermissionDenied => {
                format!("{path}: {why}")
            }
            _ => format!("{path}: {why} ({error})"),
        });
        could_not.hint(output.say(
            "name a cloud file, such as `fmc show cloud.yaml`",
            "nombre un fichero de nube, como `fmc show cloud.yaml`",
        ))
    })
}

/// Reads and resolves a cloud file with all that it includes.
pub(crate) fn read(path: &str, today: Date, output: &Output) -> Result<Read, CouldNot> {
    let bytes = bytes(path, output)?;
    let mut open = |path: &str| std::fs::read(path).map_err(|error| error.kind().to_string());
    Ok(read_with(path, &bytes, today, &mut open))
}

/// Reads and resolves what to compare with: a file if there is one of this name, else one of a revision of
/// git, in the repository around `folder`.
pub(crate) fn read_old(
    old: &str,
    folder: &Path,
    today: Date,
    output: &Output,
) -> Result<Read, CouldNot> {
    match revision::split(old).filter(|_| !Path::new(old).exists()) {
        Some((name, path)) => read_at(&Revision::find(name, folder, output)?, path, today, output),
        None => read(old, today, output),
    }
}

/// Reads and resolves a cloud file as it was at a revision.
pub(crate) fn read_at(
    revision: &Revision,
    path: &str,
    today: Date,
    output: &Output,
) -> Result<Read, CouldNot> {
    let bytes = revision.bytes(path, output)?;
    let mut open = |path: &str| revision.bytes(path, output).map_err(|it| it.what);
    Ok(read_with(path, &bytes, today, &mut open))
}

/// The files that a cloud file includes.
pub(crate) fn included(read: &Read) -> impl Iterator<Item = PathBuf> + '_ {
    read.loaded.sources.iter().skip(1).map(|it| PathBuf::from(it.name()))
}

/// Resolves a cloud file that was read already; what it includes comes by `open`.
fn read_with(
    path: &str,
    bytes: &[u8],
    today: Date,
    open: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Read {
    let loaded = fmc_model::load(path, bytes, fmc_roles::ROLES, open);
    let (cloud, diagnostics) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    Read { loaded, cloud, diagnostics }
}

/// Today, in coordinated universal time.
pub(crate) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    Date::from_unix_days((seconds / 86_400) as u32)
}

/// A day as `--today` takes it.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    fmc_model::read::Word::parse(text).map_err(|_| "write a day such as 2026-11-23".to_owned())
}

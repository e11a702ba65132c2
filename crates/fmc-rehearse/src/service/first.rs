//! What a process makes once on a new machine, such as a database: kept in the cache by the digest of all that
//! it was made of, and put back the next time instead of being made again.

use super::Part;
use super::units::is_kept;
use fmc_build::digest;
use fmc_model::setup::{Process, Run};
use fmc_sys::{Failure, Sandbox, give, make_folders};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The folder of all of it in a cache.
const FOLDER: &str = "first-start";

/// Where it is kept, for the hosts of one cloud.
#[derive(Clone, Debug)]
pub struct Firsts<'a> {
    /// The folder, which need not be there yet.
    folder: PathBuf,
    /// The root of every host, whose path changes with what is in it.
    root: &'a Path,
}

/// What one process of a host made, or is going to make.
pub(super) struct First {
    /// Where it is kept.
    kept: PathBuf,
    /// What begins the names of all that the same process made of something else.
    beginning: String,
    /// What it makes.
    paths: Vec<String>,
}

/// What secrets are kept in.
const SECRETS: &str = "secrets.json";

impl<'a> Firsts<'a> {
    /// That of a rehearsal of this name.
    pub fn new(cache: &Path, name: &str, root: &'a Path) -> Self {
        Self { folder: cache.join(FOLDER).join(name), root }
    }

    /// The secrets of a rehearsal, as they were kept.
    pub fn kept_secrets(&self) -> Option<Vec<u8>> {
        fs::read(self.folder.join(SECRETS)).ok()
    }

    /// Keeps the secrets of a rehearsal, which are good for nothing else.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn keep_secrets(&self, text: &[u8]) -> Result<(), Failure> {
        private(&self.folder).map_err(failed("making", &self.folder))?;
        let path = self.folder.join(SECRETS);
        let begun = path.with_extension("begun");
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&begun);
        let written = file.and_then(|mut it| it.write_all(text));
        written.and_then(|()| fs::rename(&begun, &path)).map_err(failed("keeping", &path))?;
        give(&path);
        Ok(())
    }

    /// What a process makes once; `None` if that is nothing worth keeping.
    pub(super) fn of(&self, host: &str, process: &Process, part: &Part) -> Option<First> {
        if !is_kept(process) {
            return None;
        }
        // No host and no unit has this sign in its name.
        let beginning = format!("{host}+{}+", process.name);
        let name = format!("{beginning}{}.tar", &self.digest(process, part)[..32]);
        Some(First { kept: self.folder.join(name), beginning, paths: process.makes.clone() })
    }

    /// The digest of all that it is made of: the programs, what is done and as whom, and the files that it is
    /// told of.
    fn digest(&self, process: &Process, part: &Part) -> String {
        let Run::Once { start, .. } = &process.run else { return digest(&[]) };
        let words = start.iter().flat_map(|it| it.arguments.iter().chain([&it.program]));
        let named: Vec<&Path> =
            words.chain(&process.input).chain(&process.files).map(Path::new).collect();
        let files = part.files.iter().filter(|it| named.iter().any(|of| *of == it.path()));
        let files: Vec<(&Path, String)> =
            files.map(|it| (it.path(), digest(it.contents()))).collect();
        let all = format!(
            "{:?}",
            (
                self.root,
                start,
                &process.user,
                &process.environment,
                &process.capabilities,
                &process.makes,
                &part.users,
                &part.programs,
                files
            )
        );
        digest(all.as_bytes())
    }
}

impl First {
    /// Puts back what was kept, if anything was.
    ///
    /// # Errors
    /// It cannot be read, or has no room.
    pub(super) fn restore(&self, sandbox: &Sandbox) -> Result<(), Failure> {
        let Ok(file) = File::open(&self.kept) else { return Ok(()) };
        let paths = self.paths.clone();
        let put = sandbox.inside(move || {
            let mut archive = tar::Archive::new(BufReader::with_capacity(1 << 20, file));
            archive.set_preserve_ownerships(true);
            archive.set_preserve_permissions(true);
            archive.set_overwrite(true);
            let put = archive.unpack("/");
            if put.is_err() {
                // Half of it would be taken for all of it.
                for it in &paths {
                    let _ = fs::remove_dir_all(it).or_else(|_| fs::remove_file(it));
                }
            }
            put
        })?;
        if put.is_err() {
            let _ = fs::remove_file(&self.kept);
        }
        put.map_err(failed("putting back", &self.kept))
    }

    /// Keeps what was made, in place of what the same process made before.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub(super) fn keep(&self, sandbox: &Sandbox) -> Result<(), Failure> {
        let Some(folder) = self.kept.parent() else { return Ok(()) };
        private(folder).map_err(failed("making", folder))?;
        for old in fs::read_dir(folder).into_iter().flatten().flatten() {
            if old.file_name().to_string_lossy().starts_with(&self.beginning) {
                let _ = fs::remove_file(old.path());
            }
        }
        // Whoever is killed meanwhile leaves nothing that looks whole.
        let unique = format!("begun-{}-{:?}", std::process::id(), std::thread::current().id());
        let begun = self.kept.with_extension(unique);
        let file = File::create(&begun).map_err(failed("making", &begun))?;
        let paths = self.paths.clone();
        let written = sandbox.inside(move || archive(file, &paths));
        let written = written.unwrap_or_else(|it| Err(std::io::Error::other(it.to_string())));
        let written = written.and_then(|()| fs::rename(&begun, &self.kept));
        give(&self.kept);
        if written.is_err() {
            let _ = fs::remove_file(&begun);
        }
        written.map_err(failed("keeping", &self.kept))
    }
}

/// A folder that nobody else looks into: what is made may hold secrets, if only of a rehearsal.
fn private(folder: &Path) -> std::io::Result<()> {
    make_folders(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

fn archive(file: File, paths: &[String]) -> std::io::Result<()> {
    let mut archive = tar::Builder::new(BufWriter::with_capacity(1 << 20, file));
    archive.follow_symlinks(false);
    // Some of it is made only where the rest of the host is so.
    for path in paths.iter().map(Path::new).filter(|it| it.symlink_metadata().is_ok()) {
        add(&mut archive, path)?;
    }
    archive.into_inner()?.flush()
}

fn add(archive: &mut tar::Builder<BufWriter<File>>, path: &Path) -> std::io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    // Sockets and pipes are of who runs, and are made anew.
    if kind.is_socket() || kind.is_fifo() {
        return Ok(());
    }
    let name = path.strip_prefix("/").unwrap_or(path);
    archive.append_path_with_name(path, name)?;
    if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            add(archive, &entry?.path())?;
        }
    }
    Ok(())
}

fn failed(what: &'static str, path: &Path) -> impl Fn(std::io::Error) -> Failure + use<> {
    let path = path.display().to_string();
    move |it| Failure::Wrong(format!("{what} {path}: {it}"))
}

//! The identity of whoever runs the command: the key that opens the stores of his clouds.

use crate::CouldNot;
use crate::output::Output;
use age::secrecy::ExposeSecret as _;
use age::x25519::Identity as Key;
use fmc_secrets::Recipient;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

/// `--identity`.
#[derive(Default, clap::Args)]
pub(crate) struct Argument {
    /// The file with your identity, as `age-keygen` writes it; `fmc/identity.txt` in your configuration
    /// folder if left out
    #[arg(long = "identity", value_name = "FILE")]
    identity: Option<PathBuf>,
}

impl Argument {
    /// Where it is: what was named, else the place in the configuration folder of this user
    /// ([XDG Base Directory](https://specifications.freedesktop.org/basedir-spec/latest/)).
    fn path(&self) -> Option<PathBuf> {
        let variable =
            |it: &str| std::env::var_os(it).map(PathBuf::from).filter(|it| it.is_absolute());
        let folder = || {
            let home = || variable("HOME").map(|it| it.join(".config"));
            variable("XDG_CONFIG_HOME").or_else(|| variable("APPDATA")).or_else(home)
        };
        self.identity.clone().or_else(|| folder().map(|it| it.join("fmc").join("identity.txt")))
    }

    /// Where it is, for people.
    pub(super) fn shown(&self) -> String {
        self.path().map_or("~/.config/fmc/identity.txt".to_owned(), |it| it.display().to_string())
    }

    /// The keys in it; `None` where there is no such file.
    pub(super) fn read(&self, output: &Output) -> Result<Option<Vec<Key>>, CouldNot> {
        let Some(path) = self.path() else { return Ok(None) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => age::secrecy::SecretString::from(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.identity.is_none() => {
                return Ok(None);
            }
            Err(error) => return Err(CouldNot::new(format!("{}: {error}", path.display()))),
        };
        refuse_open(&path, output)?;
        let lines = text.expose_secret().lines().map(str::trim);
        let keys: Result<Vec<Key>, _> =
            lines.filter(|it| !it.is_empty() && !it.starts_with('#')).map(Key::from_str).collect();
        match keys {
            Ok(keys) if !keys.is_empty() => Ok(Some(keys)),
            // What is in the file is not told: it may be half a key.
            _ => {
                let what =
                    output.say("holds no identity of age", "no contiene ninguna identidad de age");
                let hint = output.say(
                    "restore it from your copy; a line of it begins with AGE-SECRET-KEY-1",
                    "restáurela de su copia; una línea suya empieza por AGE-SECRET-KEY-1",
                );
                Err(CouldNot::new(format!("{} {what}", path.display())).hint(hint))
            }
        }
    }

    /// Makes an identity, says so, and returns the one that is there now.
    pub(crate) fn make(&self, output: &Output) -> Result<Vec<Key>, CouldNot> {
        let path = self.path().ok_or_else(|| {
            let what = output.say("there is no home folder", "no hay carpeta personal");
            CouldNot::new(what).hint(output.say(
                "name a file with `--identity FILE`",
                "nombre un fichero con `--identity FILE`",
            ))
        })?;
        let key = Key::generate();
        let recipient = Recipient::of(&key);
        match place(&path, &key, &recipient) {
            Ok(()) => {
                let shown = path.display();
                output.talk(&match output.say("", "es") {
                    "" => format!(
                        "made your identity {shown}\n  It opens the secrets of your clouds, and nothing \
                         else does: keep a copy of it in a safe place.\n  Others seal for you by its \
                         public part: {recipient}\n"
                    ),
                    _ => format!(
                        "se creó su identidad {shown}\n  Abre los secretos de sus nubes, y nada más lo \
                         hace: guarde una copia en lugar seguro.\n  Otros sellan para usted con su parte \
                         pública: {recipient}\n"
                    ),
                });
            }
            // Another run was quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(CouldNot::new(format!("{}: {error}", path.display()))),
        }
        Ok(self.read(output)?.unwrap_or_default())
    }

    /// The identity that is there, else a new one.
    pub(crate) fn read_or_make(&self, output: &Output) -> Result<Vec<Key>, CouldNot> {
        match self.path().filter(|it| it.exists()).map(|_| self.read(output)).transpose()? {
            Some(Some(keys)) => Ok(keys),
            _ => self.make(output),
        }
    }
}

/// Writes an identity that nobody but its owner may read, whole, and over no other one.
fn place(path: &Path, key: &Key, recipient: &Recipient) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    let aside = path.with_extension(format!("{}.unfinished", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    let text = format!("# public key: {recipient}\n");
    file.write_all(text.as_bytes())?;
    file.write_all(key.to_string().expose_secret().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    let placed = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    placed
}

/// Fails if others than its owner may read it.
#[cfg(unix)]
fn refuse_open(path: &Path, output: &Output) -> Result<(), CouldNot> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_or(0, |it| it.permissions().mode());
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    let shown = path.display();
    let what = output.say("can be read by others", "lo pueden leer otros");
    Err(CouldNot::new(format!("{shown} {what}")).hint(format!("chmod 600 {shown}")))
}

#[cfg(not(unix))]
fn refuse_open(_: &Path, _: &Output) -> Result<(), CouldNot> {
    Ok(())
}

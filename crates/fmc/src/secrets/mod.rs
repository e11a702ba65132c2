//! The store of secrets as a file beside the cloud file: opening it, changing it, and keeping it whole.

mod complete;
mod identity;
mod tracked;

pub(crate) use complete::{completed, wanted};
pub(crate) use identity::Argument as Identity;
pub(crate) use tracked::refuse_tracked;

use crate::output::Output;
use crate::{CouldNot, lock};
use age::x25519::Identity as Key;
use fmc_secrets::{NotOpened, NotRead, Recipient, Store};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where the store of a cloud is, and who opens it.
pub(crate) struct Place<'a> {
    path: PathBuf,
    identity: &'a Identity,
}

/// What a change of the store did.
pub(crate) struct Changed<T> {
    /// The store as it is now.
    pub(crate) store: Store,
    /// What the change has to tell.
    pub(crate) told: T,
    /// Whether it was written.
    pub(crate) written: bool,
}

impl<'a> Place<'a> {
    /// Beside the cloud file: `cloud.yaml` has `cloud.secrets.age`.
    pub(crate) fn beside(file: &str, identity: &'a Identity) -> Self {
        Self { path: Path::new(file).with_extension("secrets.age"), identity }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The store; `None` where there is none yet. Nothing is written.
    pub(crate) fn open(&self, output: &Output) -> Result<Option<Store>, CouldNot> {
        let sealed = match fs::read(&self.path) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
        };
        let keys = match self.identity.read(output)? {
            Some(keys) => keys,
            None if sealed.starts_with(b"age-encryption.org/") => return Err(self.lost(output)),
            None => Vec::new(),
        };
        let text =
            fmc_secrets::open(&sealed, &keys).map_err(|it| self.not_opened(it, &keys, output))?;
        Store::read(&text).map(Some).map_err(|it| match it {
            NotRead::Newer => self.is(
                output.say(
                    "was written by a newer version of fmc",
                    "lo escribió una versión más nueva de fmc",
                ),
                output.say("update fmc", "actualice fmc"),
            ),
            NotRead::Damaged => self.damaged(output),
        })
    }

    /// Changes the store, or makes it. `change` tells whether there is something to be kept, and may be
    /// called twice: once to see, and once more when nobody else can change the store meanwhile. With
    /// `keep` false nothing is written, and the store is thrown away by the caller.
    pub(crate) fn change<T>(
        &self,
        keep: bool,
        output: &Output,
        change: impl Fn(&mut Store) -> Result<(T, bool), CouldNot>,
    ) -> Result<Changed<T>, CouldNot> {
        let mut store = self.open_or_new(None, output)?;
        let (told, worth) = change(&mut store)?;
        if !worth || !keep {
            return Ok(Changed { store, told, written: false });
        }
        let _lock = lock::take(self.path.parent().unwrap_or(Path::new("")), output)?;
        let mut store = self.open_or_new(Some(self.identity), output)?;
        let (told, worth) = change(&mut store)?;
        if worth {
            self.write(&store.sealed()).map_err(|it| self.failed(&it))?;
        }
        Ok(Changed { store, told, written: worth })
    }

    /// The store, else an empty one for whoever asks. His identity is made if `make` is there; a new
    /// store that is not kept can be for nobody.
    fn open_or_new(&self, make: Option<&Identity>, output: &Output) -> Result<Store, CouldNot> {
        if let Some(store) = self.open(output)? {
            return Ok(store);
        }
        let keys = match (self.identity.read(output)?, make) {
            (Some(keys), _) => keys,
            (None, Some(identity)) => identity.make(output)?,
            (None, None) => vec![Key::generate()],
        };
        Ok(Store::new(keys.iter().map(Recipient::of), &mut random))
    }

    /// Puts the store to its place whole: who looks meanwhile sees the old one or the new one. What a
    /// run leaves that was killed is sealed too, and the next one writes over it.
    fn write(&self, sealed: &[u8]) -> io::Result<()> {
        let mut aside = self.path.clone().into_os_string();
        aside.push(".unfinished");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&aside)?;
        file.write_all(sealed)?;
        file.sync_all()?;
        fs::rename(&aside, &self.path)
    }

    fn is(&self, what: &str, hint: impl Into<String>) -> CouldNot {
        CouldNot::new(format!("{} {what}", self.path.display())).hint(hint)
    }

    fn failed(&self, error: &io::Error) -> CouldNot {
        CouldNot::new(format!("{}: {error}", self.path.display()))
    }

    fn lost(&self, output: &Output) -> CouldNot {
        let shown = self.identity.shown();
        match output.say("", "es") {
            "" => self.is(
                "is sealed, and your identity is not there",
                format!(
                    "put your copy of it at {shown}, or name it with `--identity FILE`; who has another \
                     identity that opens it can let you in (`fmc secrets share`); if nobody has one, \
                     move the store away: the next build makes every secret anew"
                ),
            ),
            _ => self.is(
                "está sellado, y su identidad no está",
                format!(
                    "ponga su copia en {shown}, o nómbrela con `--identity FILE`; quien tenga otra \
                     identidad que lo abra puede darle acceso (`fmc secrets share`); si nadie la tiene, \
                     aparte el almacén: la próxima construcción hará de nuevo todos los secretos"
                ),
            ),
        }
    }

    fn not_opened(&self, why: NotOpened, keys: &[Key], output: &Output) -> CouldNot {
        match why {
            NotOpened::Damaged => self.damaged(output),
            NotOpened::Plain => {
                let own =
                    keys.first().map_or("age1…".to_owned(), |it| Recipient::of(it).to_string());
                let mend =
                    format!("age -r {own} -o sealed {0} && mv sealed {0}", self.path.display());
                if tracked::is_tracked(&self.path) {
                    self.is(
                        output.say(
                            "is not sealed, and git tracks it: what is in it is known",
                            "no está sellado, y git lo sigue: lo que contiene es conocido",
                        ),
                        output.say(
                            "take it out of git, move it away, and build: every secret is made anew",
                            "sáquelo de git, apártelo y construya: todos los secretos se hacen de nuevo",
                        ),
                    )
                } else {
                    self.is(output.say("is not sealed", "no está sellado"), mend)
                }
            }
            NotOpened::ForOthers => {
                let own: Vec<String> =
                    keys.iter().map(|it| Recipient::of(it).to_string()).collect();
                let share = format!("fmc secrets share {}", own.join(" "));
                let hint = output.say(
                    "whoever can open it lets you in with",
                    "quien pueda abrirlo le da acceso con",
                );
                let what = output.say(
                    "is sealed for others: your identity does not open it",
                    "está sellado para otros: su identidad no lo abre",
                );
                let other = output.say(
                    "another identity is named with `--identity FILE`",
                    "otra identidad se nombra con `--identity FILE`",
                );
                self.is(what, format!("{hint} `{share}`; {other}"))
            }
        }
    }

    fn damaged(&self, output: &Output) -> CouldNot {
        self.is(
            output.say("is damaged", "está dañado"),
            output.say(
                "restore it from git or from a copy; nothing was changed",
                "restáurelo de git o de una copia; no se ha cambiado nada",
            ),
        )
    }
}

/// Random bytes of the system. A system that has none cannot keep a secret, and fails here.
pub(crate) fn random(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("this system has no random numbers: {error}");
    }
}

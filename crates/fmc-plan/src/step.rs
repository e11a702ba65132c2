//! One thing that is done on one host.

use fmc_model::{Text, text};
use serde::Serialize;

/// What it costs a host to become what it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// Nobody notices.
    Live,
    /// A process reads its files again, and goes on serving.
    Reload,
    /// A process ends and begins again.
    Restart,
    /// The host is made anew.
    Recreate,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// The host is made, with everything on it.
    Create,
    /// The host is taken down and made anew.
    Recreate,
    /// The host is taken down.
    Remove,
    /// Nobody new is led to the host any more, and who was gets so many seconds to end.
    Drain(u32),
    /// Users are made that it had not.
    Users,
    /// Files and links are written, and others taken away: their paths.
    Files {
        /// Those that are new or other than before.
        write: Vec<String>,
        /// Those that are no more.
        remove: Vec<String>,
    },
    /// Addresses, routes and rules: what is said to `ip`.
    Network {
        /// Those that are no more, each as it was made.
        remove: Vec<String>,
        /// Those that are new.
        add: Vec<String>,
    },
    /// Kernel parameters are set: their names.
    Parameters(Vec<String>),
    /// A process ends that is no more.
    Stop(String),
    /// A process reads its files again.
    Reload(String),
    /// A process ends and begins again.
    Restart(String),
    /// A process begins that was not there.
    Start(String),
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The host.
    pub host: String,
    /// What is done there.
    pub act: Act,
    /// Why.
    #[serde(serialize_with = "english")]
    pub why: Text,
}

/// Machines are told in English.
fn english<S: serde::Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text.en)
}

impl Act {
    /// What it costs.
    pub const fn cost(&self) -> Cost {
        match self {
            Self::Recreate => Cost::Recreate,
            Self::Restart(_) => Cost::Restart,
            Self::Reload(_) => Cost::Reload,
            _ => Cost::Live,
        }
    }
}

impl Step {
    pub(crate) fn new(host: &str, act: Act, why: Text) -> Self {
        Self { host: host.to_owned(), act, why }
    }

    /// What is done, for people.
    pub fn told(&self) -> Text {
        match &self.act {
            Act::Create => Text::of("is made", "se crea"),
            Act::Recreate => Text::of("is made anew", "se crea de nuevo"),
            Act::Remove => Text::of("is taken down", "se retira"),
            Act::Drain(seconds) => {
                text!("is left to itself for {seconds} s", "se deja vaciar durante {seconds} s")
            }
            Act::Users => Text::of("gets users", "recibe usuarios"),
            Act::Files { write, remove } => {
                let (new, old) = (write.len(), remove.len());
                match (new, old) {
                    (_, 0) => text!("files written: {new}", "ficheros escritos: {new}"),
                    (0, _) => text!("files taken away: {old}", "ficheros retirados: {old}"),
                    _ => text!(
                        "files written: {new}, taken away: {old}",
                        "ficheros escritos: {new}, retirados: {old}"
                    ),
                }
            }
            Act::Network { remove, add } => {
                let (old, new) = (remove.len(), add.len());
                text!(
                    "addresses and routes: {new} added, {old} taken away",
                    "direcciones y rutas: {new} añadidas, {old} retiradas"
                )
            }
            Act::Parameters(names) => {
                let names = names.join(", ");
                text!("sets {names}", "fija {names}")
            }
            Act::Stop(name) => text!("{name} ends", "{name} termina"),
            Act::Reload(name) => {
                text!("{name} reads its files again", "{name} relee sus ficheros")
            }
            Act::Restart(name) => text!("{name} begins again", "{name} se reinicia"),
            Act::Start(name) => text!("{name} begins", "{name} comienza"),
        }
    }
}

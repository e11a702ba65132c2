//! Why something failed, for people: in their language where the words are ours, else in those of whoever said it.

use fmc_model::{Text, text};
use fmc_sys::Status;
use serde::Serializer;
use std::fmt::Display;

/// In the words of somebody else.
pub(crate) fn told(why: impl Display) -> Text {
    Text::same(&why.to_string())
}

/// What it is about, and why.
pub(crate) fn of(what: impl Display, why: &Text) -> Text {
    let Text { en, es } = why;
    text!("{what}: {en}", "{what}: {es}")
}

/// How a process ended.
pub(crate) fn ended(status: Status) -> Text {
    match status {
        Status::Exited(code) => text!("exit status {code}", "código de salida {code}"),
        Status::Signalled(signal) => {
            text!("killed by signal {signal}", "terminado por la señal {signal}")
        }
        Status::TimedOut(limit) => {
            text!("killed after its limit of {limit:?}", "terminado tras su límite de {limit:?}")
        }
        Status::Stopped => Text::of("stopped", "detenido"),
        Status::Running => Text::of("still running", "aún en marcha"),
    }
}

/// For machines, which speak one language.
pub(crate) fn for_machines<S: Serializer>(why: &Text, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&why.en)
}

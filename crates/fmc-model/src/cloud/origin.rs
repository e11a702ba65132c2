//! Where things come from: the file, a hand that overrode, a hand that added.

use crate::{Date, Text};
use fmc_config::Place;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// The place in the cloud file that caused something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, as seen from the folder of the first one: the same on any machine.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The bytes.
    pub place: Place,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A derived value that was written by hand instead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Override {
    /// Of what it is a value.
    pub of: String,
    /// What would have been derived.
    pub derived: String,
    /// What was written.
    pub written: String,
    /// Where.
    pub origin: Origin,
}

/// Something that was added to the design which the file describes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Addition {
    /// What.
    pub what: Text,
    /// Why, in the words of the file.
    pub why: String,
    /// Where.
    pub origin: Origin,
}

/// A finding that shall not be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suppression {
    /// Its code.
    pub code: String,
    /// The text that its message must contain, to be meant.
    pub about: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it is not shown.
    pub until: Option<Date>,
    /// Where.
    pub origin: Origin,
}

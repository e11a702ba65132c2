//! Everything that can be wrong with a cloud, as data.
//!
//! A [`Diagnostic`] says the fault, where it is, which other places are involved, and how to mend
//! it; terminals, editors and CI each render the same value. Its [`Code`] is a constant beside the
//! code that raises it and carries the long explanation, with an example that fails and one that
//! is mended, both of which are run by tests.

use crate::{Language, Text, Words};
use fmc_config::Place;
use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The cloud cannot work as written; nothing acts on it.
    Error,
    /// It works and is fragile.
    Warning,
}

/// A kind of fault, with what `fmc explain` tells of it.
#[derive(Debug)]
pub struct Code {
    /// `FMC` and four digits; the first two are the family (see `docs/diagnostics.md`).
    pub id: &'static str,
    /// How bad a finding of this kind is.
    pub severity: Severity,
    /// What it is called.
    pub title: Words,
    /// Why it matters, in a paragraph.
    pub reason: Words,
    /// A cloud file that has this fault. `---` on a line of its own begins an included file, whose
    /// name stands behind it.
    pub failing: &'static str,
    /// The same file, mended.
    pub mended: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Code {
    /// A finding of this kind.
    pub fn at(&'static self, place: Place, message: Text) -> Diagnostic {
        Diagnostic { code: self, place, message, labels: Vec::new(), hints: Vec::new() }
    }
}

/// Another place that has to do with a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What it has to do with it.
    pub text: Text,
}

/// How to mend a fault, and where a machine could do it, the edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The advice.
    pub text: Text,
    /// The edit that follows it.
    pub edit: Option<Edit>,
}

/// Replaces what is written at a place; an empty place inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace.
    pub place: Place,
    /// By what.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// The line to look at.
    pub place: Place,
    /// The fault in a sentence.
    pub message: Text,
    /// Other places involved.
    pub labels: Vec<Label>,
    /// How to mend it.
    pub hints: Vec<Hint>,
}

impl Diagnostic {
    /// Adds another place involved.
    pub fn label(mut self, place: Place, text: Text) -> Self {
        self.labels.push(Label { place, text });
        self
    }

    /// Adds advice.
    pub fn hint(mut self, text: Text) -> Self {
        self.hints.push(Hint { text, edit: None });
        self
    }

    /// Adds advice that a machine can follow by replacing `place` with `edit`.
    pub fn mend(mut self, text: Text, place: Place, edit: impl Into<String>) -> Self {
        self.hints.push(Hint { text, edit: Some(Edit { place, text: edit.into() }) });
        self
    }

    /// Whether it keeps the cloud from being acted upon.
    pub fn is_error(&self) -> bool {
        self.code.severity == Severity::Error
    }

    /// The sentence in one language.
    pub fn message(&self, language: Language) -> &str {
        self.message.get(language)
    }
}

/// Findings in the order in which they will be shown: by file and place, then by code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Keeps those that `test` wants.
    pub fn retain(&mut self, test: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(test);
    }

    /// Errors before warnings, each in the order in which they were.
    pub fn by_severity(mut self) -> Self {
        self.0.sort_by_key(|it| it.code.severity);
        self
    }

    /// Sorted by place and code, each said once.
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| (a.place, a.code.id).cmp(&(b.place, b.code.id)));
        self.0.dedup_by(|a, b| a.place == b.place && a.code == b.code && a.message == b.message);
        self
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

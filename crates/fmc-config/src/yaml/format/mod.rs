//! The layout of a cloud file, made regular: `fmc fmt`.
//!
//! People align columns, indent by taste and leave space behind; what a file says must not depend
//! on it, and a review should not show it. So the file is taken apart with its comments, printed
//! anew, and both texts are read again: [`format()`] gives out nothing that does not hold the same
//! values, keys, anchors and comments as what it was given.
//!
//! ```yaml
//! networks:
//!   lan:   {cidr: 192.168.0.0/24, gateway: 192.168.0.1}   # becomes lan: { cidr: …, gateway: … }
//! ```
//!
//! Written as a block stays a block; written in braces or brackets stays so while its line has
//! 120 columns or less and no comment stands inside.

mod build;
mod compare;
mod line;
mod print;
mod scalar;
mod tokens;
mod tree;

use super::{FaultKind, MAX_BYTES, read};

/// Why a file was not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Where in the text that was given, as an offset in bytes.
    pub at: usize,
    /// What.
    pub kind: FormatErrorKind,
}

/// What can keep a file from being formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatErrorKind {
    /// The file as such is broken, or uses what the language leaves out; [`read()`] says the same.
    Unreadable(FaultKind),
    /// The result would not have held the same values and comments. This is a fault of the
    /// formatter, which keeps the file as it is instead of spoiling it.
    Changed,
}

/// Lays a YAML file out anew: same values, same comments, same order, regular layout.
///
/// Comments alone, or nothing at all, can be formatted too. Words that the versions of YAML read
/// differently, merge keys, keys that stand twice and unknown aliases are for [`read()`] to tell;
/// they are printed as they are.
///
/// Blank lines are kept, one at most, except right below the key that opens a block. A block
/// scalar that keeps its line breaks (`|+`) at the end of the file keeps them here too.
pub fn format(text: &str) -> Result<String, FormatError> {
    let (tree, faults) = read(0, text);
    if let Some(fault) = faults.into_iter().find(|it| !is_harmless(&it.kind)) {
        return Err(FormatError::unreadable(fault.place.start as usize, fault.kind));
    }
    let clean = text.strip_prefix('\u{feff}').unwrap_or(text);
    let clean = clean.replace("\r\n", "\n").replace('\r', "\n");
    let (tokens, comments) = tokens::scan(&clean)
        .map_err(|(at, words)| FormatError::unreadable(at, FaultKind::Syntax(words)))?;
    let printed = print::print(&build::build(&clean, tokens, comments));
    if printed.len() > MAX_BYTES {
        return Err(FormatError::unreadable(0, FaultKind::TooLarge(printed.len())));
    }
    match compare::difference(text, tree.as_ref(), &printed) {
        None => Ok(printed),
        Some(at) => Err(FormatError { at, kind: FormatErrorKind::Changed }),
    }
}

impl FormatError {
    fn unreadable(at: usize, kind: FaultKind) -> Self {
        Self { at, kind: FormatErrorKind::Unreadable(kind) }
    }
}

/// Whether a file with this fault has a tree that can be printed without loss.
fn is_harmless(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Empty
            | FaultKind::Ambiguous(_)
            | FaultKind::MergeKey
            | FaultKind::DuplicateKey(..)
            | FaultKind::UnknownAnchor(_)
    )
}

#[cfg(test)]
mod tests;

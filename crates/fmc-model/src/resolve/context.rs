//! What every pass needs: places to origins, and lists that grow.

use crate::cloud::{Addition, Origin, Override};
use crate::read::At;
use crate::{Diagnostic, Diagnostics, Text};
use fmc_config::{Place, Sources};
use std::fmt::Display;
use std::sync::Arc;

/// What every pass reads and adds to.
pub(crate) struct Context<'a> {
    sources: &'a Sources,
    files: Vec<Arc<str>>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) overrides: Vec<Override>,
    pub(crate) additions: Vec<Addition>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(sources: &'a Sources, diagnostics: Diagnostics) -> Self {
        let files = sources.iter().map(|it| Arc::from(it.relative())).collect();
        Self { sources, files, diagnostics, overrides: Vec::new(), additions: Vec::new() }
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn origin(&self, place: Place) -> Origin {
        let at = self.sources.line_column(place);
        Origin {
            file: Arc::clone(&self.files[place.file as usize]),
            line: at.line as u32,
            column: at.column as u32,
            place,
        }
    }

    /// Where and what to insert so that `line` is the first one of a map; `None` where the map has
    /// no beginning to stand before.
    pub(crate) fn first_line(&self, map: Place, line: &str) -> Option<(Place, String)> {
        if map.start == map.end {
            return None;
        }
        if self.sources.slice(map.part(0, 1)) == "{" {
            return Some((map.part(1, 0), format!(" {line},")));
        }
        let indent = " ".repeat(self.sources.line_column(map).column - 1);
        Some((map.before(), format!("{line}\n{indent}")))
    }

    /// The written value where there is one, else the derived one. A written one that differs is
    /// kept as an override of `of`.
    pub(crate) fn choose<T: Display + PartialEq + Clone>(
        &mut self,
        of: impl FnOnce() -> String,
        derived: T,
        written: Option<&At<T>>,
    ) -> T {
        let Some(written) = written else { return derived };
        if written.value != derived {
            self.overrides.push(Override {
                of: of(),
                derived: derived.to_string(),
                written: written.value.to_string(),
                origin: self.origin(written.place),
            });
        }
        written.value.clone()
    }

    /// Remembers what was added to the design.
    pub(crate) fn added(&mut self, what: impl FnOnce() -> Text, added: Option<&At<String>>) {
        if let Some(why) = added {
            let origin = self.origin(why.place);
            self.additions.push(Addition { what: what(), why: why.value.clone(), origin });
        }
    }
}

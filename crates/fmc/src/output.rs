//! The two streams: what was asked for goes to standard output, talk goes to standard error.

use crate::CouldNot;
use crate::args::LanguageWord;
use fmc_model::Language;
use std::io::Write;

/// Where and in which language things are said.
pub(crate) struct Output {
    asked: Option<Language>,
    locale: Language,
}

impl Output {
    pub(crate) fn new(asked: Option<LanguageWord>) -> Self {
        Self { asked: asked.map(Into::into), locale: of_locale() }
    }

    /// The language for people.
    pub(crate) fn language(&self) -> Language {
        self.asked.unwrap_or(self.locale)
    }

    /// The language for machines: the same in any locale, unless one was asked for.
    pub(crate) fn machine_language(&self) -> Language {
        self.asked.unwrap_or_default()
    }

    /// Prints what was asked for. A reader that went away (`| head`) is no failure.
    pub(crate) fn data(&self, text: &str) {
        let mut stream = anstream::stdout();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Prints what was asked for, byte by byte.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        let mut stream = std::io::stdout().lock();
        let _ = stream.write_all(bytes).and_then(|()| stream.flush());
    }

    /// Prints talk.
    pub(crate) fn talk(&self, text: &str) {
        let mut stream = anstream::stderr();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Says why it could not be done.
    pub(crate) fn error(&self, could_not: &CouldNot) {
        let mut text = format!("\x1b[1;31merror\x1b[0m: {}\n", could_not.what);
        if let Some(hint) = &could_not.hint {
            text.push_str(&format!("\x1b[1;36mhint\x1b[0m: {hint}\n"));
        }
        self.talk(&text);
    }

    /// The words in the language of the output.
    pub(crate) fn say<'t>(&self, english: &'t str, spanish: &'t str) -> &'t str {
        match self.language() {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }
}

/// The language of the locale, by the first of the usual variables that says one
/// (POSIX.1-2017, base definitions, §8.2).
fn of_locale() -> Language {
    let first = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|it| std::env::var(it).ok().filter(|it| !it.is_empty()));
    match first {
        Some(it) if it.starts_with("es") => Language::Spanish,
        _ => Language::English,
    }
}

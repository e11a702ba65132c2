//! The two streams: what was asked for goes to standard output, talk goes to standard error.

use crate::CouldNot;
use crate::args::LanguageWord;
use fmc_model::Language;
use std::io::{Error, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

/// Where and in which language things are said.
pub(crate) struct Output {
    asked: Option<Language>,
    locale: Language,
    lost: Mutex<Option<Error>>,
}

impl Output {
    pub(crate) fn new(asked: Option<LanguageWord>) -> Self {
        Self { asked: asked.map(Into::into), locale: of_locale(), lost: Mutex::new(None) }
    }

    /// The language for people.
    pub(crate) fn language(&self) -> Language {
        self.asked.unwrap_or(self.locale)
    }

    /// The language for machines: the same in any locale, unless one was asked for.
    pub(crate) fn machine_language(&self) -> Language {
        self.asked.unwrap_or_default()
    }

    /// Prints what was asked for.
    pub(crate) fn data(&self, text: &str) {
        let mut stream = anstream::stdout();
        self.keep(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()));
    }

    /// Prints what was asked for, byte by byte.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        let mut stream = std::io::stdout().lock();
        self.keep(stream.write_all(bytes).and_then(|()| stream.flush()));
    }

    /// Remembers why something could not be printed. A reader that went away (`| head`) is no failure.
    fn keep(&self, written: Result<(), Error>) {
        let failed = written.err().filter(|it| it.kind() != ErrorKind::BrokenPipe);
        if failed.is_some() {
            *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = failed;
        }
    }

    /// Why what was asked for could not be printed, if it could not.
    pub(crate) fn lost(&self) -> Option<CouldNot> {
        let error = self.lost.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let what = self.say("the output is not whole", "la salida no está completa");
        Some(CouldNot::new(format!("{what}: {error}")))
    }

    /// Prints talk.
    pub(crate) fn talk(&self, text: &str) {
        let mut stream = anstream::stderr();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Says why it could not be done.
    pub(crate) fn error(&self, could_not: &CouldNot) {
        self.could_not("\x1b[1;31merror\x1b[0m", could_not);
    }

    /// Says why a part of it could not be done, where the rest was.
    pub(crate) fn warning(&self, could_not: &CouldNot) {
        let word = self.say("warning", "aviso");
        self.could_not(&format!("\x1b[1;33m{word}\x1b[0m"), could_not);
    }

    fn could_not(&self, word: &str, could_not: &CouldNot) {
        let mut text = format!("{word}: {}\n", could_not.what);
        if let Some(hint) = &could_not.hint {
            let word = self.say("hint", "pista");
            text.push_str(&format!("\x1b[1;36m{word}\x1b[0m: {hint}\n"));
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

/// Text out of a file as a terminal may show it: what would steer the terminal becomes a picture of
/// itself, or a mark where it has none.
pub(crate) fn plain(text: &str) -> String {
    let shown = |it: char| match it {
        '\n' => it,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(it)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        // Those of the C1 set, and those that turn the direction of writing round.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => it,
    };
    text.chars().map(shown).collect()
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

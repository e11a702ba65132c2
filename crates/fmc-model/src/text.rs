//! Sentences that people read, in the languages that `fmc` speaks.
//!
//! Both are made where the fact is known, by one [`text!`](crate::text!) beside the other, so a
//! sentence cannot be forgotten in one language and a placeholder is checked by the compiler.

use serde::Serialize;
use std::borrow::Cow;

/// A language that `fmc` speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

/// One sentence (or one noun) in every language.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Text {
    /// English.
    pub en: Cow<'static, str>,
    /// Spanish.
    pub es: Cow<'static, str>,
}

impl Text {
    /// Two fixed sentences.
    pub const fn of(en: &'static str, es: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), es: Cow::Borrowed(es) }
    }

    /// The same in every language: names, quotations.
    pub fn same(text: &str) -> Self {
        Self { en: Cow::Owned(text.to_owned()), es: Cow::Owned(text.to_owned()) }
    }

    /// The sentence in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Spanish => &self.es,
        }
    }
}

/// A fixed sentence in English and in Spanish, for constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(pub &'static str, pub &'static str);

impl Words {
    /// The sentence in one language.
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::English => self.0,
            Language::Spanish => self.1,
        }
    }
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Self::of(words.0, words.1)
    }
}

/// Makes a [`Text`] of an English and a Spanish format string; both may name variables in scope.
#[macro_export]
macro_rules! text {
    ($en:literal, $es:literal $(, $name:ident = $value:expr)* $(,)?) => {
        {
            $( let $name = &$value; )*
            $crate::Text { en: format!($en).into(), es: format!($es).into() }
        }
    };
}

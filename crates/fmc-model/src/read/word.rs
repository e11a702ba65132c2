//! Single values: text, numbers, addresses, anything that is one scalar.

use super::{Read, Reader, Schemas, codes, kind_of};
use crate::{Diagnostic, Text};
use fmc_config::Place;
use fmc_config::yaml::Node;
use serde_json::{Value as Json, json};

/// A value written as one scalar.
pub trait Word: Sized {
    /// What it is, with an example: "a time such as `2s` or `250ms`".
    fn what() -> Text;

    /// Makes it from the text.
    fn parse(text: &str) -> Result<Self, Bad>;

    /// Its JSON Schema.
    fn schema() -> Json;

    /// What stands in for a text that is no such word, where something must; nothing, for most.
    fn stand_in(_text: &str) -> Option<Self> {
        None
    }
}

/// Why a text is not the word that it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bad {
    /// What is wrong with it, if more can be said than that it is not [`Word::what`].
    pub why: Option<Text>,
    /// What was probably meant.
    pub instead: Option<String>,
    /// What to do, if more can be said than to write [`Word::what`].
    pub advice: Option<Text>,
}

impl Bad {
    /// It is simply not such a word.
    pub fn word() -> Self {
        Self::default()
    }

    /// It is not, for this reason.
    pub fn because(why: Text) -> Self {
        Self { why: Some(why), ..Self::default() }
    }

    /// It is not, and this was probably meant.
    pub fn instead(mut self, meant: impl Into<String>) -> Self {
        self.instead = Some(meant.into());
        self
    }

    /// It is not, and this is to be done.
    pub fn advise(mut self, advice: Text) -> Self {
        self.advice = Some(advice);
        self
    }
}

impl<T: Word> Read for T {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let scalar = match node.as_scalar() {
            Some(scalar) if !node.is_null() => scalar,
            _ => {
                reader.expected(node, &T::what());
                return None;
            }
        };
        match T::parse(&scalar.text) {
            Ok(value) => Some(value),
            Err(bad) => {
                // What was meant stands in for what was written: one slip, one finding.
                let meant = bad.instead.as_ref().and_then(|it| T::parse(it).ok());
                reader.report(bad_word(node, &T::what(), bad));
                meant
            }
        }
    }

    fn schema(_: &mut Schemas) -> Json {
        T::schema()
    }

    fn stand_in(_: Place) -> Option<Self> {
        <T as Word>::stand_in("")
    }
}

/// The finding that a scalar is not `what` its place takes.
fn bad_word(node: &Node, what: &Text, bad: Bad) -> Diagnostic {
    let found = kind_of(node);
    let message = bad.why.unwrap_or_else(|| Text {
        en: format!("{} is not {}", found.en, what.en).into(),
        es: format!("{} no es {}", found.es, what.es).into(),
    });
    let diagnostic = codes::BAD_VALUE.at(node.place, message);
    match bad.instead {
        Some(meant) => diagnostic.mend(
            crate::text!("did you mean `{meant}`?", "¿quiso decir `{meant}`?"),
            node.place,
            meant,
        ),
        None => diagnostic.hint(bad.advice.unwrap_or_else(|| Text {
            en: format!("write {}", what.en).into(),
            es: format!("escriba {}", what.es).into(),
        })),
    }
}

impl Word for String {
    fn what() -> Text {
        Text::of("text", "texto")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        Ok(text.to_owned())
    }

    fn schema() -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

impl Word for bool {
    fn what() -> Text {
        Text::of("`true` or `false`", "`true` o `false`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        match text.to_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            // What YAML 1.1 took for the same.
            "yes" | "on" | "y" => Err(Bad::word().instead("true")),
            "no" | "off" | "n" => Err(Bad::word().instead("false")),
            _ => Err(Bad::word()),
        }
    }

    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => { $(
        impl Word for $number {
            fn what() -> Text {
                let (low, high) = (<$number>::MIN, <$number>::MAX);
                crate::text!("a whole number from {low} to {high}", "un número entero de {low} a {high}")
            }

            fn parse(text: &str) -> Result<Self, Bad> {
                text.parse().map_err(|_| Bad::word())
            }

            fn stand_in(_: &str) -> Option<Self> {
                Some(0)
            }

            fn schema() -> Json {
                json!({ "type": "integer", "minimum": <$number>::MIN, "maximum": <$number>::MAX })
            }
        }
    )* };
}

whole_numbers!(u8, i16, u16, u32);

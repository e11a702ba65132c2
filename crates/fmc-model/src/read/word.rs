//! Single values: text, numbers, addresses, anything that is one scalar.

use super::{Read, Reader, Schemas, codes, kind_of};
use crate::{Diagnostic, Text};
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
}

/// Why a text is not the word that it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bad {
    /// What is wrong with it, if more can be said than that it is not [`Word::what`].
    pub why: Option<Text>,
    /// What was probably meant.
    pub instead: Option<String>,
}

impl Bad {
    /// It is simply not such a word.
    pub fn word() -> Self {
        Self::default()
    }

    /// It is not, for this reason.
    pub fn because(why: Text) -> Self {
        Self { why: Some(why), instead: None }
    }

    /// It is not, and this was probably meant.
    pub fn instead(mut self, meant: impl Into<String>) -> Self {
        self.instead = Some(meant.into());
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
                reader.report(bad_word(node, &T::what(), bad));
                None
            }
        }
    }

    fn schema(_: &mut Schemas) -> Json {
        T::schema()
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
        None => diagnostic.hint(Text {
            en: format!("write {}", what.en).into(),
            es: format!("escriba {}", what.es).into(),
        }),
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
        text.parse().map_err(|_| Bad::word())
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

            fn schema() -> Json {
                json!({ "type": "integer", "minimum": <$number>::MIN, "maximum": <$number>::MAX })
            }
        }
    )* };
}

whole_numbers!(u8, i16, u16, u32);

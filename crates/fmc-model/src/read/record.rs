//! Maps with known keys, and closed sets of words.

use super::{Read, Reader, codes, did_you_mean};
use crate::Text;
use fmc_config::Place;
use fmc_config::yaml::{Node, Value};

/// A map whose keys are known, while its fields are read.
pub struct RecordReader<'n> {
    node: &'n Node,
    what: Text,
}

impl<'n> RecordReader<'n> {
    /// Looks at a map: that it is one, and that every key in it is known. Nothing counts as an
    /// empty map.
    pub fn open(
        node: &'n Node,
        keys: &[&str],
        what: Text,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        match &node.value {
            Value::Map(pairs) => {
                for (key, _) in pairs {
                    if !keys.contains(&key.text()) {
                        unknown_key(key, keys, &what, reader);
                    }
                }
            }
            _ if node.is_null() => {}
            _ => {
                reader.expected(node, &what);
                return None;
            }
        }
        Some(Self { node, what })
    }

    /// Reads the value under `key`. A value that cannot be read counts as absent, so that one fault
    /// does not hide the others.
    pub fn field<T: Read>(&self, key: &str, reader: &mut Reader<'_>) -> Option<T> {
        let Some(node) = self.node.get(key) else {
            let absent = T::absent();
            if absent.is_none() {
                self.missing(key, reader);
            }
            return absent;
        };
        T::read(node, reader).or_else(T::absent)
    }

    fn missing(&self, key: &str, reader: &mut Reader<'_>) {
        let (en, es) = (&self.what.en, &self.what.es);
        // The whole map would light up the whole file: its beginning is enough.
        let place = Place {
            end: self.node.place.start.max(self.node.place.end.min(self.node.place.start + 1)),
            ..self.node.place
        };
        reader.report(
            codes::MISSING_KEY
                .at(
                    place,
                    Text {
                        en: format!("{en} needs a `{key}`").into(),
                        es: format!("a {es} le falta `{key}`").into(),
                    },
                )
                .hint(crate::text!("add `{key}: …`", "añada `{key}: …`")),
        );
    }
}

fn unknown_key(key: &Node, keys: &[&str], what: &Text, reader: &mut Reader<'_>) {
    let word: String = key.text().chars().take(60).collect();
    let (en, es) = (&what.en, &what.es);
    let diagnostic = codes::UNKNOWN_KEY.at(
        key.place,
        Text {
            en: format!("unknown key `{word}` in {en}").into(),
            es: format!("clave desconocida `{word}` en {es}").into(),
        },
    );
    // `on` is what many tools call it, and what YAML 1.1 reads as `true`.
    let meant = if word == "on" && keys.contains(&"hosts") { "hosts" } else { word.as_str() };
    let known: Vec<&str> = keys.to_vec();
    reader.report(did_you_mean(diagnostic, meant, key.place, &known));
}

/// The key of a field: its name, without the mark of a word that Rust keeps for itself.
pub fn field_key(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Defines a struct that is read from a map with known keys.
///
/// The doc comments of the struct and of its fields become the descriptions of its JSON Schema; the
/// two words in parentheses name it in messages. A field of type `Option<T>`, `Vec<T>`, `Map<T>` or
/// `OneOrMany<T>` may be left out; any other must be there. Every record knows its own `place`.
#[macro_export]
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident ($en:literal, $es:literal) {
            $( $(#[doc = $field_doc:literal])* $field:ident : $type:ty ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        $visibility struct $name {
            /// Where it was written.
            pub place: $crate::Place,
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl $crate::read::Read for $name {
            fn read(
                node: &$crate::yaml::Node,
                reader: &mut $crate::read::Reader<'_>,
            ) -> Option<Self> {
                let keys: &[&str] = &[$( $crate::read::field_key(stringify!($field)) ),*];
                let what = $crate::Text::of($en, $es);
                let record = $crate::read::RecordReader::open(node, keys, what, reader)?;
                $( let $field = record.field($crate::read::field_key(stringify!($field)), reader); )*
                let _ = &record;
                Some(Self { place: node.place, $( $field: $field? ),* })
            }

            fn schema(schemas: &mut $crate::read::Schemas) -> $crate::Json {
                schemas.define(stringify!($name), |_schemas| {
                    let fields = vec![$( $crate::read::FieldSchema {
                        key: $crate::read::field_key(stringify!($field)),
                        description: [$($field_doc),*].concat(),
                        schema: <$type as $crate::read::Read>::schema(_schemas),
                        required: <$type as $crate::read::Read>::absent().is_none(),
                    } ),*];
                    $crate::read::record_schema(&[$($doc),*].concat(), fields)
                })
            }
        }
    };
}

/// Defines an enum that is written as one of a closed set of words.
#[macro_export]
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        $visibility:vis enum $name:ident {
            $( $(#[doc = $word_doc:literal])* $variant:ident = $word:literal ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, $crate::Serialize)]
        $visibility enum $name {
            $( $(#[doc = $word_doc])* #[serde(rename = $word)] $variant ),*
        }

        impl $name {
            /// All of its words.
            pub const WORDS: &'static [&'static str] = &[$( $word ),*];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self {
                    $( Self::$variant => $word ),*
                }
            }
        }

        impl $crate::read::Read for $name {
            fn read(
                node: &$crate::yaml::Node,
                reader: &mut $crate::read::Reader<'_>,
            ) -> Option<Self> {
                match node.text() {
                    $( $word => return Some(Self::$variant), )*
                    _ => {}
                }
                $crate::read::unknown_word(node, Self::WORDS, reader);
                None
            }

            fn schema(_: &mut $crate::read::Schemas) -> $crate::Json {
                $crate::json!({ "enum": Self::WORDS })
            }
        }
    };
}

/// Reports a word that is not one of a closed set.
pub fn unknown_word(node: &Node, words: &[&str], reader: &mut Reader<'_>) {
    let list = words.join(", ");
    if node.as_scalar().is_none() || node.is_null() {
        reader.expected(node, &crate::text!("one of: {list}", "uno de: {list}"));
        return;
    }
    let word: String = node.text().chars().take(60).collect();
    let message = crate::text!("`{word}` is not one of: {list}", "`{word}` no es uno de: {list}");
    let diagnostic = codes::BAD_VALUE.at(node.place, message);
    reader.report(did_you_mean(diagnostic, &word, node.place, words));
}

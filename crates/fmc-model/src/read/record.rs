//! Maps with known keys, and closed sets of words.

use super::{Read, Reader, closest, codes, did_you_mean};
use crate::Text;
use fmc_config::Place;
use fmc_config::yaml::{Node, Value};

/// A map whose keys are known, while its fields are read.
pub struct RecordReader<'n> {
    node: &'n Node,
    what: Text,
    /// Keys that do not stand in it, where one stands in it that is not known.
    left: Vec<&'static str>,
    /// Values that stand under a key that is nearly a known one.
    meant: Vec<(&'static str, &'n Node)>,
    /// The key under which the map itself stands.
    owner: Option<Place>,
    unread: Unread,
}

impl<'n> RecordReader<'n> {
    /// Looks at a map: that it is one, and that every key in it is known. Nothing counts as an
    /// empty map, and so does what is none.
    pub fn open(
        node: &'n Node,
        keys: &[&'static str],
        what: Text,
        reader: &mut Reader<'_>,
    ) -> Self {
        let (meant, owner) = (Vec::new(), reader.owner.take());
        let (left, unread) = (Vec::new(), Unread::default());
        let mut record = Self { node, what, left, meant, owner, unread };
        match &node.value {
            Value::Map(pairs) if pairs.iter().all(|it| keys.contains(&it.0.text())) => {}
            Value::Map(pairs) => {
                record.left = keys.to_vec();
                for (key, _) in pairs {
                    record.left.retain(|it| *it != key.text());
                }
                for (key, value) in pairs.iter().filter(|it| !keys.contains(&it.0.text())) {
                    record.unknown(key, value, keys, reader);
                }
            }
            _ if node.is_null() => {}
            _ => {
                reader.expected_record(node, &record.what, keys);
                record.unread.add_all();
            }
        }
        record
    }

    /// Reads the value under `key`. A value that cannot be read counts as absent, so that one fault
    /// does not hide the others.
    pub fn field<T: Read>(&mut self, key: &'static str, reader: &mut Reader<'_>) -> Option<T> {
        let Some((place, node)) = self.find(key) else {
            let absent = T::absent();
            if absent.is_none() && !self.unread.has(key) {
                self.missing(key, reader);
            }
            return absent.or_else(|| T::stand_in(self.node.place));
        };
        let faults = reader.faults();
        reader.owner = Some(place);
        let value = T::read(node, reader);
        if reader.faults() > faults {
            self.unread.add(key);
        }
        value.or_else(T::absent).or_else(|| T::stand_in(node.place))
    }

    /// The keys under which not everything could be read.
    pub fn unread(self) -> Unread {
        self.unread
    }

    /// The value under `key`, and the place of the key.
    fn find(&self, key: &str) -> Option<(Place, &'n Node)> {
        let Value::Map(pairs) = &self.node.value else { return None };
        let named = pairs.iter().find(|it| it.0.text() == key).map(|it| (it.0.place, &it.1));
        let meant = || self.meant.iter().find(|it| it.0 == key);
        named.or_else(|| meant().map(|it| (it.1.place, it.1)))
    }

    /// Says that a key is not known. Its value is read under the key that was meant, so that one
    /// slip has one finding.
    fn unknown(
        &mut self,
        key: &'n Node,
        value: &'n Node,
        keys: &[&'static str],
        reader: &mut Reader<'_>,
    ) {
        let word: String = key.text().chars().take(60).collect();
        let (en, es) = (&self.what.en, &self.what.es);
        let diagnostic = codes::UNKNOWN_KEY.at(
            key.place,
            Text {
                en: format!("unknown key `{word}` in {en}").into(),
                es: format!("clave desconocida `{word}` en {es}").into(),
            },
        );
        // `on` is what many tools call it, and what YAML 1.1 reads as `true`.
        let slip = if word == "on" && keys.contains(&"hosts") { "hosts" } else { word.as_str() };
        // A key that is there already was not meant again.
        let near = closest(slip, self.left.iter().copied());
        // Like no key and without a value: the rest of a text that a comma cut in two.
        let hinted = if near.is_none() && value.is_null() {
            diagnostic.hint(crate::text!(
                "a comma ends a text inside braces: put the whole text in quotes",
                "una coma termina un texto entre llaves: ponga todo el texto entre comillas"
            ))
        } else {
            did_you_mean(diagnostic, slip, key.place, &self.left)
        };
        reader.report(hinted);
        match self.left.iter().position(|it| Some(*it) == near) {
            Some(at) => self.meant.push((self.left.remove(at), value)),
            None => self.unread.add_all(),
        }
    }

    fn missing(&self, key: &str, reader: &mut Reader<'_>) {
        let (en, es) = (&self.what.en, &self.what.es);
        let place = self.owner.unwrap_or_else(|| beginning(self.node));
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

/// Where a map begins: its brace or its first key. The whole of it would light up the whole file.
pub(crate) fn beginning(map: &Node) -> Place {
    match &map.value {
        Value::Map(pairs) => match pairs.first() {
            Some((key, _)) if key.place.start == map.place.start => key.place,
            _ => map.place.part(0, 1),
        },
        _ => map.place,
    }
}

/// The keys of a record under which something stands that could not be read. That it is missing is
/// no news then.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    keys: Vec<&'static str>,
    /// Whether any key may be meant by what stands there.
    any: bool,
}

impl Unread {
    /// Whether what belongs under `key` may be there and was not understood.
    pub fn has(&self, key: &str) -> bool {
        self.any || self.keys.contains(&key)
    }

    /// Adds a key.
    pub fn add(&mut self, key: &'static str) {
        self.keys.push(key);
    }

    /// Adds every key.
    pub fn add_all(&mut self) {
        self.any = true;
    }

    /// Adds what could not be read elsewhere.
    pub fn extend(&mut self, other: &Self) {
        self.keys.extend(&other.keys);
        self.any |= other.any;
    }
}

/// The key of a field: its name, without the mark of a word that Rust keeps for itself.
pub fn field_key(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Defines a struct that is read from a map with known keys.
///
/// The doc comments of the struct and of its fields become the descriptions of its JSON Schema; the
/// two words in parentheses name it in messages. A field of type `Option<T>`, `Vec<T>`, `Map<T>` or
/// `OneOrMany<T>` may be left out; any other must be there. Every record knows its own `place` and
/// what of it could not be read (`unread`).
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
            /// What of it could not be read.
            pub unread: $crate::read::Unread,
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl $crate::read::Read for $name {
            fn read(
                node: &$crate::yaml::Node,
                reader: &mut $crate::read::Reader<'_>,
            ) -> Option<Self> {
                let keys: &[&'static str] = &[$( $crate::read::field_key(stringify!($field)) ),*];
                let what = $crate::Text::of($en, $es);
                let mut record = $crate::read::RecordReader::open(node, keys, what, reader);
                $( let $field = record.field($crate::read::field_key(stringify!($field)), reader); )*
                let _ = &mut record;
                Some(Self { place: node.place, unread: record.unread(), $( $field: $field? ),* })
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
                let written = node.text();
                let word = if Self::WORDS.contains(&written) {
                    written
                } else {
                    $crate::read::unknown_word(node, Self::WORDS, reader)?
                };
                match word {
                    $( $word => Some(Self::$variant), )*
                    _ => None,
                }
            }

            fn schema(_: &mut $crate::read::Schemas) -> $crate::Json {
                $crate::json!({ "enum": Self::WORDS })
            }
        }
    };
}

/// Reports a word that is not one of a closed set; returns the one that was meant, if one is near.
pub fn unknown_word(
    node: &Node,
    words: &[&'static str],
    reader: &mut Reader<'_>,
) -> Option<&'static str> {
    let list = words.join(", ");
    if node.as_scalar().is_none() || node.is_null() {
        reader.expected(node, &crate::text!("one of: {list}", "uno de: {list}"));
        return None;
    }
    let word: String = node.text().chars().take(60).collect();
    let message = crate::text!("`{word}` is not one of: {list}", "`{word}` no es uno de: {list}");
    let diagnostic = codes::BAD_VALUE.at(node.place, message);
    reader.report(did_you_mean(diagnostic, &word, node.place, words));
    let near = closest(&word, words.iter().copied())?;
    words.iter().copied().find(|it| *it == near)
}

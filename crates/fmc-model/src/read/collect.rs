//! Values with places, maps in the order of the file, and "one or many".

use super::{Read, Reader, Schemas, Word};
use crate::Text;
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use fmc_config::yaml::{Node, Value};
use serde_json::{Value as Json, json};
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// A value and the place where it was written. Two are equal when their values are.
#[derive(Clone, Copy, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

impl<T> At<T> {
    /// `value`, written at `place`.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T: Hash> Hash for At<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

// Lets a map with places be asked by a bare word.
impl<K: AsRef<str>> indexmap::Equivalent<At<K>> for str {
    fn equivalent(&self, key: &At<K>) -> bool {
        key.value.as_ref() == self
    }
}

impl<T: Read> Read for At<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, reader).map(|value| Self { value, place: node.place })
    }

    fn schema(schemas: &mut Schemas) -> Json {
        T::schema(schemas)
    }

    fn stand_in(place: Place) -> Option<Self> {
        T::stand_in(place).map(|value| Self { value, place })
    }
}

impl At<String> {
    /// The place of the part of a word that starts `offset` bytes in; quotes around it do not count.
    pub fn part(&self, offset: usize, len: usize) -> Place {
        let written = (self.place.end - self.place.start) as usize;
        let quote = usize::from(written == self.value.len() + 2);
        self.place.part(offset + quote, len)
    }
}

/// A map in the order of the file; its keys know their places.
pub type Map<T, K = crate::Name> = IndexMap<At<K>, T>;

impl<T: Read, K: Word + Eq + Hash> Read for Map<T, K> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.is_null() {
            return Some(Self::default());
        }
        let Value::Map(pairs) = &node.value else {
            reader.expected(node, &Text::of("a map", "un mapa"));
            return None;
        };
        let mut map = Self::default();
        map.reserve(pairs.len());
        for (key, value) in pairs {
            let owner = key.place;
            let key = At::<K>::read(key, reader)
                .or_else(|| Some(At::new(K::stand_in(key.text())?, owner)));
            reader.owner = Some(owner);
            let value = T::read(value, reader);
            if let (Some(key), Some(value)) = (key, value) {
                map.insert(key, value);
            }
        }
        Some(map)
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let mut key = K::schema();
        // A key is text to a schema even where its word looks like a number.
        key["type"] = json!("string");
        let value = T::schema(schemas);
        json!({ "type": ["object", "null"], "propertyNames": key, "additionalProperties": value })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.is_null() {
            return Some(Self::new());
        }
        let Value::Seq(items) = &node.value else {
            reader.expected(node, &Text::of("a list", "una lista"));
            return None;
        };
        let read = |it| {
            reader.owner = None;
            T::read(it, reader)
        };
        Some(items.iter().filter_map(read).collect())
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let items = T::schema(schemas);
        json!({ "type": ["array", "null"], "items": items })
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// A value, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for OneOrMany<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Read> Read for OneOrMany<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            Value::Seq(_) => Vec::read(node, reader).map(Self),
            _ if node.is_null() => Some(Self::default()),
            _ => T::read(node, reader).map(|it| Self(vec![it])),
        }
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let item = T::schema(schemas);
        json!({ "anyOf": [item, { "type": "array", "items": item }, { "type": "null" }] })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

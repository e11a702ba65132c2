//! The tree that a YAML file is read into.

use super::{Resolved, Scalar};
use crate::Place;

/// A value with the place where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it was written. A value that was left out has the empty place behind its key.
    pub place: Place,
    /// What was written.
    pub value: Value,
}

/// What a node holds. Keys of a map are in the order of the file and are known to be unique.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A single value; "nothing" is one too.
    Scalar(Scalar),
    /// A list.
    Seq(Vec<Node>),
    /// A map, as pairs of a key and its value; every key is a scalar.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(it) => Some(it),
            _ => None,
        }
    }

    /// The text of a scalar, whatever it resolves to; empty for lists and maps.
    pub fn text(&self) -> &str {
        self.as_scalar().map_or("", |it| it.text.as_str())
    }

    /// Whether nothing was written (`key:`, `~` or `null`).
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|it| it.resolve() == Resolved::Null)
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(pairs) => pairs.iter().find(|it| it.0.text() == key).map(|it| &it.1),
            _ => None,
        }
    }

    /// How many nodes there are in this tree, itself included.
    pub fn count(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(_) => 0,
            Value::Seq(items) => items.iter().map(Node::count).sum(),
            Value::Map(pairs) => pairs.iter().map(|it| it.0.count() + it.1.count()).sum(),
        }
    }
}

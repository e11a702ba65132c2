//! What a tree may look like: for who reads a file again that a daemon would read too kindly.

use crate::yaml::{Node, Value};

/// What a part of a tree may look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text, a number or a truth.
    Scalar,
    /// A list of such parts.
    List(Box<Shape>),
    /// Such parts under names that are chosen.
    Named(Box<Shape>),
    /// These keys and no others.
    Keys(Vec<(&'static str, Shape)>),
}

impl Shape {
    /// The path of the first part of a YAML node that is not as it may be.
    ///
    /// # Errors
    /// That path, such as `client-transport-security.client-crt-auth`.
    pub fn check(&self, node: &Node) -> Result<(), String> {
        let below = |name: &str, inner: Result<(), String>| {
            inner.map_err(|it| if it.is_empty() { name.to_owned() } else { format!("{name}.{it}") })
        };
        match (self, &node.value) {
            (Self::Scalar, Value::Map(_) | Value::Seq(_)) => Err(String::new()),
            (Self::Scalar, _) => Ok(()),
            (Self::List(of), Value::Seq(all)) => {
                all.iter().enumerate().try_for_each(|(at, it)| below(&at.to_string(), of.check(it)))
            }
            (Self::Named(of), Value::Map(all)) => {
                all.iter().try_for_each(|(name, it)| below(name.text(), of.check(it)))
            }
            (Self::Keys(keys), Value::Map(all)) => all.iter().try_for_each(|(name, it)| {
                let known = keys.iter().find(|key| key.0 == name.text());
                let (key, shape) = known.ok_or_else(|| name.text().to_owned())?;
                below(key, shape.check(it))
            }),
            _ => Err(String::new()),
        }
    }

    /// The paths of all keys, with `*` for names that are chosen and nothing for places in lists.
    pub fn paths(&self) -> Vec<String> {
        match self {
            Self::Scalar => vec![String::new()],
            Self::List(of) => of.paths(),
            Self::Named(of) => of.paths().iter().map(|it| joined("*", it)).collect(),
            Self::Keys(keys) if keys.is_empty() => vec![String::new()],
            Self::Keys(keys) => {
                let below = |it: &(&'static str, Self)| {
                    let paths = it.1.paths();
                    paths.into_iter().map(|path| joined(it.0, &path)).collect::<Vec<_>>()
                };
                keys.iter().flat_map(below).collect()
            }
        }
    }
}

fn joined(name: &str, path: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") }
}

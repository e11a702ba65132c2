//! Where in the file a thing was written, as the path of keys that leads there.

use fmc_model::Place;
use fmc_model::cloud::Origin;
use fmc_model::yaml::{self, Node, Value};

/// A file that tells which keys lead to a place.
pub(crate) struct Paths {
    root: Node,
}

impl Paths {
    pub(crate) fn of(text: &str) -> Self {
        let (root, faults) = yaml::read(0, text);
        assert!(faults.is_empty(), "{faults:?}");
        Self { root: root.expect("a file with something in it") }
    }

    /// `hosts.worker[1-3].roles.longhorn`, `access[0]`: the keys to the very key, item or value that
    /// an origin points at, and nothing wider or narrower.
    pub(crate) fn to(&self, origin: &Origin) -> String {
        find(&self.root, origin.place, String::new())
            .unwrap_or_else(|| format!("nothing is written at {origin}"))
    }

    /// Every path that ends in this key.
    pub(crate) fn ending_in(&self, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        all(&self.root, "", &mut found);
        found.retain(|it| it.rsplit('.').next() == Some(key));
        found
    }
}

fn all(node: &Node, path: &str, found: &mut Vec<String>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                all(item, &format!("{path}[{index}]"), found);
            }
        }
        Value::Map(pairs) => {
            for (key, value) in pairs {
                let inner = inner(path, key);
                all(value, &inner, found);
                found.push(inner);
            }
        }
    }
}

fn inner(path: &str, key: &Node) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{}", key.text())
}

fn find(node: &Node, place: Place, path: String) -> Option<String> {
    match &node.value {
        _ if node.place == place => Some(path),
        Value::Scalar(_) => None,
        Value::Seq(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, it)| find(it, place, format!("{path}[{index}]"))),
        Value::Map(pairs) => pairs.iter().find_map(|(key, value)| {
            let inner = inner(&path, key);
            if key.place == place { Some(inner) } else { find(value, place, inner) }
        }),
    }
}

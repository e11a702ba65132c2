//! From a YAML tree to typed values, keeping places and collecting every fault.
//!
//! One trait, [`Read`], does both directions of a type: it reads a node and it describes itself as
//! JSON Schema, so what an editor completes is what the reader accepts. Records are written with
//! [`record!`](crate::record), closed sets of words with [`words!`](crate::words), and single
//! values by implementing [`Word`].

pub mod codes;
mod collect;
mod near;
mod record;
mod schema;
mod word;

pub use collect::{At, Map, OneOrMany};
pub use near::{closest, did_you_mean};
pub(crate) use record::beginning;
pub use record::{RecordReader, Unread, field_key, unknown_word};
pub use schema::{FieldSchema, Schemas, describe, record_schema};
pub use word::{Bad, Word};

use crate::role::Kind;
use crate::{Diagnostic, Diagnostics, Text};
use fmc_config::Place;
use fmc_config::yaml::{Node, Resolved, Value};

/// What reading needs and makes: the roles that exist, and the faults so far.
pub struct Reader<'a> {
    /// Every role that a host may have.
    pub roles: &'a [Kind],
    /// The key under which the node that is read next stands, for what is missing in it.
    pub(crate) owner: Option<Place>,
    diagnostics: Diagnostics,
}

impl<'a> Reader<'a> {
    /// A reader that knows these roles.
    pub fn new(roles: &'a [Kind]) -> Self {
        Self { roles, owner: None, diagnostics: Diagnostics::new() }
    }

    /// Adds a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// How many findings there are so far.
    pub fn faults(&self) -> usize {
        self.diagnostics.len()
    }

    /// Says that something else should stand here.
    pub fn expected(&mut self, node: &Node, what: &Text) {
        let (en, es) = (&what.en, &what.es);
        let hint = Text {
            en: format!("write {en} here; `fmc schema` tells what each key takes").into(),
            es: format!("escriba aquí {es}; `fmc schema` dice qué admite cada clave").into(),
        };
        self.wrong_kind(node, what, hint);
    }

    /// Says that a map with these keys should stand here.
    pub(crate) fn expected_record(&mut self, node: &Node, what: &Text, keys: &[&str]) {
        let keys = keys.join(", ");
        let hint = text!(
            "write a map here, with some of the keys {keys}",
            "escriba aquí un mapa, con algunas de las claves {keys}"
        );
        self.wrong_kind(node, what, hint);
    }

    fn wrong_kind(&mut self, node: &Node, what: &Text, hint: Text) {
        let found = kind_of(node);
        let (what_en, what_es) = (&what.en, &what.es);
        let (found_en, found_es) = (&found.en, &found.es);
        self.report(
            codes::WRONG_KIND
                .at(
                    node.place,
                    Text {
                        en: format!("expected {what_en}, found {found_en}").into(),
                        es: format!("se esperaba {what_es}, hay {found_es}").into(),
                    },
                )
                .hint(hint),
        );
    }

    /// All findings, when reading is over.
    pub fn finish(self) -> Diagnostics {
        self.diagnostics
    }
}

/// A type that is read from a cloud file and can describe itself.
pub trait Read: Sized {
    /// Reads a node. What is wrong is reported; `None` where no value could be made.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// Its JSON Schema; records put themselves among the definitions and return a reference.
    fn schema(schemas: &mut Schemas) -> serde_json::Value;

    /// The value of a key that is not there; `None` if the key must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// What stands in for a value that must be there and cannot be read, so that what refers to the
    /// rest of its record finds it; nothing, for most.
    fn stand_in(_place: Place) -> Option<Self> {
        None
    }
}

impl<T: Read> Read for Option<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(T::read(node, reader))
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        T::schema(schemas)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// What a node is, for messages.
pub(crate) fn kind_of(node: &Node) -> Text {
    match &node.value {
        Value::Seq(_) => Text::of("a list", "una lista"),
        Value::Map(_) => Text::of("a map", "un mapa"),
        Value::Scalar(scalar) => match scalar.resolve() {
            Resolved::Null => Text::of("nothing", "nada"),
            Resolved::Bool(value) => text!("`{value}`", "`{value}`"),
            Resolved::Int(value) => text!("the number {value}", "el número {value}"),
            // What is secret is never quoted, wherever it was pasted.
            _ if scalar.text.contains("PRIVATE KEY") => {
                Text::of("a private key", "una clave privada")
            }
            Resolved::Float | Resolved::Text => {
                // A message is one line.
                let visible = |it: char| if it.is_control() { ' ' } else { it };
                let shown: String = scalar.text.chars().map(visible).take(60).collect();
                text!("`{shown}`", "`{shown}`")
            }
        },
    }
}

use crate::text;

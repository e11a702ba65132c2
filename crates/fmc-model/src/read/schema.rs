//! JSON Schema out of the types that read.

use serde_json::{Map, Value, json};

/// The definitions that records have put in so far.
#[derive(Default)]
pub struct Schemas {
    definitions: Map<String, Value>,
}

impl Schemas {
    /// A reference to the definition `name`, made by `make` when it is first asked for.
    pub fn define(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(name) {
            // Standing in its own place first, so that a type may contain itself.
            self.definitions.insert(name.to_owned(), Value::Null);
            let schema = make(self);
            self.definitions.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Changes a definition that is there.
    pub fn amend(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        if let Some(schema) = self.definitions.get_mut(name) {
            change(schema);
        }
    }

    /// All definitions, in the order in which they were asked for.
    pub fn into_definitions(self) -> Map<String, Value> {
        self.definitions
    }
}

/// `schema` with a description; a reference keeps its own beside it.
pub fn describe(mut schema: Value, description: &str) -> Value {
    if let Some(object) = schema.as_object_mut()
        && !description.is_empty()
    {
        object.insert("description".into(), description.into());
    }
    schema
}

/// What a record says of one of its keys.
pub struct FieldSchema {
    /// The key.
    pub key: &'static str,
    /// Its doc comment.
    pub description: String,
    /// The schema of its type.
    pub schema: Value,
    /// Whether it must be there.
    pub required: bool,
}

/// The schema of a record.
pub fn record_schema(description: &str, fields: Vec<FieldSchema>) -> Value {
    let required: Vec<&str> = fields.iter().filter(|it| it.required).map(|it| it.key).collect();
    let mut schema = json!({
        // Nothing counts as an empty map, so only a record that needs a key refuses it.
        "type": if required.is_empty() { json!(["object", "null"]) } else { json!("object") },
        "description": description.trim(),
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let properties: Map<String, Value> = fields
        .into_iter()
        .map(|it| (it.key.to_owned(), describe(it.schema, it.description.trim())))
        .collect();
    schema["properties"] = Value::Object(properties);
    schema["additionalProperties"] = json!(false);
    schema
}

//! The JSON Schema of the whole language.

use super::CloudSpec;
use crate::read::{Read, Schemas, describe};
use crate::role::Kind;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a cloud file whose hosts may have these roles.
pub fn json_schema(roles: &[Kind]) -> Value {
    let mut schemas = Schemas::default();
    let root = CloudSpec::schema(&mut schemas);
    schemas.define("Roles", |schemas| {
        let properties: Map<String, Value> =
            roles.iter().map(|it| (it.about.name.to_owned(), role(it, schemas))).collect();
        let names: Vec<&str> = roles.iter().map(|it| it.about.name).collect();
        json!({
            "description": "What a host is: names of roles, each with its settings.",
            "anyOf": [
                { "type": "object", "properties": properties, "additionalProperties": false },
                { "type": "array", "items": { "enum": names } },
                { "enum": names },
                { "type": "null" },
            ],
        })
    });
    let mut definitions = schemas.into_definitions();
    let name = root["$ref"].as_str().unwrap_or_default().trim_start_matches("#/$defs/").to_owned();
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("A small cloud, for fmc"));
    if let Some(Value::Object(cloud)) = definitions.shift_remove(&name) {
        schema.extend(cloud);
    }
    schema.insert("$defs".into(), Value::Object(definitions));
    Value::Object(schema)
}

/// The schema of a role's settings, with the `added` that every role may have.
fn role(kind: &Kind, schemas: &mut Schemas) -> Value {
    let reference = kind.schema(schemas);
    let name = reference["$ref"].as_str().unwrap_or_default();
    let name = name.trim_start_matches("#/$defs/").to_owned();
    let added = json!({
        "type": "string",
        "description": "Why it was added to the design that this file describes.",
    });
    schemas.amend(&name, |schema| schema["properties"]["added"] = added);
    describe(reference, kind.about.summary.0)
}

//! The reference of the language, in Markdown, out of its JSON Schema.

use serde_json::{Map, Value};

/// What no table of keys can tell.
const NOTATION: &str = "\
# The language

Made by `cargo xtask docs` out of the JSON Schema (`fmc schema`), which is made out of the types that
read.

## Notation

* **YAML**, version 1.2, in which a reader of version 1.1 would read the same: words such as `on`, `012`
  or `12:30`, which the two read differently, are refused until they stand in quotes.
* **Many hosts in one key**: `master[1-3]`, `node[08-12]`, `rack[1-2]n[1,3,5-7]`. `{n}` in a label or a
  note is the number in the last brackets. Inside braces a label with `{n}` needs quotes.
* **Addresses** in `nics:`: `11` is host number 11 in each prefix of the network; `12+` counts on from 12
  over the hosts of a range; `10.17.3.11` is itself; `10.17.3.12+` counts on; a list gives several.
* **Selectors** say whom: a host, a pattern (`worker*`, `worker[1-3]`), a virtual address, an app, people
  outside, a group, a role, a network. A bare name is looked up in this order: host, vip, app, outside,
  group, role, network. `vip:api`, `network:api` or `role:worker` say which is meant.
* **Access** in short: `- operators -> bastion1: ssh`, `- public -> web: [http, https]`. Services are named
  as roles offer them (`ssh`, `https`, `kubernetes-api`, `postgresql`, …); ports are `tcp/8080`,
  `udp/5000-5010`, or `8080` for TCP.
* **Roles** in short: `roles: [bastion, chrony]` are roles without settings; `{ bastion: }` is the same.
* **Amounts** have units: `512MiB`, `40GB`; `250ms`, `2s`, `1h`; `100/s`.
* **`added:`** with a reason marks what is not in the design that the file describes; `fmc show additions`
  lists it all.
* **Derived values** (priorities, weights, timers, router ids, interface names, settings of roles, kernel
  parameters, firewall rules, files) may be written by hand where they are derived; `fmc show overrides`
  lists those.
";

/// Every record of the language with its keys.
pub(crate) fn markdown(schema: &Value) -> String {
    let mut text = NOTATION.to_owned();
    text.push_str(&record("A cloud file", schema));
    let empty = Map::new();
    let definitions = schema["$defs"].as_object().unwrap_or(&empty);
    for (name, definition) in definitions {
        if definition.get("properties").is_some() {
            text.push_str(&record(name, definition));
        }
    }
    text.push_str("\n## Roles\n\n| role | what it does | settings |\n| --- | --- | --- |\n");
    let roles = definitions["Roles"]["anyOf"][0]["properties"].as_object().unwrap_or(&empty);
    for (name, role) in roles {
        let description = role["description"].as_str().unwrap_or_default();
        text.push_str(&format!("| `{name}` | {description} | {} |\n", kind(role)));
    }
    text
}

fn record(name: &str, schema: &Value) -> String {
    let description = schema["description"].as_str().unwrap_or_default();
    let anchor = name.to_lowercase().replace(' ', "-");
    let mut text = format!("\n<a id=\"{anchor}\"></a>\n\n## {name}\n\n{description}\n\n");
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    text.push_str("| key | what it says | kind |\n| --- | --- | --- |\n");
    for (key, value) in properties {
        let must = if required.contains(&key.as_str()) { " (must be there)" } else { "" };
        let description = value["description"].as_str().unwrap_or_default().replace('|', "\\|");
        text.push_str(&format!("| `{key}`{must} | {description} | {} |\n", kind(value)));
    }
    text
}

/// The kind of a value in a few words.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.trim_start_matches("#/$defs/");
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> =
            words.iter().filter_map(Value::as_str).map(|it| format!("`{it}`")).collect();
        return words.join(" ");
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let mut kinds: Vec<String> = options
            .iter()
            .filter(|it| it["type"] != "null")
            .map(kind)
            .filter(|it| !it.is_empty())
            .collect();
        kinds.dedup();
        // Alternatives that only tell formats say nothing that the type does not.
        if !kinds.is_empty() {
            return kinds.join(" or ");
        }
    }
    let types = match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(many) => {
            let words = many.iter().filter_map(Value::as_str).filter(|it| *it != "null");
            words.collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    };
    match types.as_str() {
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map of {}", kind(&schema["additionalProperties"]))
        }
        "string or number or boolean" => "text".to_owned(),
        _ => types,
    }
}

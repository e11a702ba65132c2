//! `roles:` of a host: a map from names of roles to their settings.

use crate::Text;
use crate::read::{At, Read, Reader, Schemas, closest, codes, did_you_mean};
use crate::role::{Kind, Role};
use crate::text;
use fmc_config::yaml::{Node, Value};
use serde_json::Value as Json;
use std::sync::Arc;

/// A role of a host, as it was written.
#[derive(Clone, Debug)]
pub struct RoleSpec {
    /// Which one.
    pub kind: At<Kind>,
    /// Its settings.
    pub role: Arc<dyn Role>,
    /// Why it was added to the design that the file describes.
    pub added: Option<At<String>>,
}

/// The roles of a host, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct RolesSpec(pub Vec<RoleSpec>);

impl RolesSpec {
    /// Takes the roles that are not here.
    pub(crate) fn fill_from(&mut self, template: &Self) {
        for role in &template.0 {
            if !self.0.iter().any(|it| it.kind.about.name == role.kind.about.name) {
                self.0.push(role.clone());
            }
        }
    }
}

impl Read for RolesSpec {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut roles = Vec::new();
        match &node.value {
            Value::Map(pairs) => {
                for (key, value) in pairs {
                    roles.extend(read_role(key, Some(value), reader));
                }
            }
            // `roles: [bastion, chrony]` is short for roles without settings.
            Value::Seq(items) => {
                for item in items {
                    roles.extend(read_role(item, None, reader));
                }
            }
            Value::Scalar(_) if node.is_null() => {}
            Value::Scalar(_) => roles.extend(read_role(node, None, reader)),
        }
        Some(Self(roles))
    }

    fn schema(_: &mut Schemas) -> Json {
        // Which roles there are is known only to whoever asks for the whole schema.
        serde_json::json!({ "$ref": "#/$defs/Roles" })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

fn read_role(key: &Node, value: Option<&Node>, reader: &mut Reader<'_>) -> Option<RoleSpec> {
    let name = key.text();
    let known = |name: &str, reader: &Reader<'_>| {
        reader.roles.iter().find(|it| it.about.name == name).copied()
    };
    let kind = known(name, reader).or_else(|| {
        if key.as_scalar().is_none() {
            reader.expected(key, &Text::of("the name of a role", "el nombre de un rol"));
            return None;
        }
        let word: String = name.chars().take(60).collect();
        let diagnostic = codes::UNKNOWN_ROLE
            .at(key.place, text!("there is no role `{word}`", "no hay ningún rol `{word}`"));
        let names: Vec<&str> = reader.roles.iter().map(|it| it.about.name).collect();
        reader.report(did_you_mean(diagnostic, name, key.place, &names));
        // The role that was meant stands in, so that nobody misses what it offers.
        closest(name, names).and_then(|it| known(it, reader))
    })?;
    // `added:` belongs to every role and to none.
    let mut settings =
        value.cloned().unwrap_or(Node { place: key.place, value: Value::Map(Vec::new()) });
    let mut added = None;
    if let Value::Map(pairs) = &mut settings.value
        && let Some(at) = pairs.iter().position(|it| it.0.text() == "added")
    {
        added = At::<String>::read(&pairs.remove(at).1, reader);
    }
    reader.owner = Some(key.place);
    let role = kind.read(&settings, reader)?;
    Some(RoleSpec { kind: At::new(kind, key.place), role, added })
}

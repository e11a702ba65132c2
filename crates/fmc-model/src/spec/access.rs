//! Who may reach what: `- public -> web: [http, https]`, or the same in a map.

use crate::read::{At, OneOrMany, Read, Reader, Schemas, Word, codes};
use crate::role::Selector;
use crate::{Duration, ServiceWord, Text, record, text};
use fmc_config::Place;
use fmc_config::yaml::{Node, Value};
use serde_json::{Value as Json, json};

/// A line of `access:`.
#[derive(Clone, Debug)]
pub struct AccessSpec {
    /// Where it was written.
    pub place: Place,
    /// Who.
    pub from: OneOrMany<At<Selector>>,
    /// Whom.
    pub to: OneOrMany<At<Selector>>,
    /// For which services.
    pub services: OneOrMany<At<ServiceWord>>,
    /// How long it may be gone at the most.
    pub slo: Option<At<Duration>>,
    /// What is to be said of it.
    pub note: Option<At<String>>,
    /// Why it was added.
    pub added: Option<At<String>>,
}

record! {
    /// A line of `access:` in its long form.
    struct LongAccess ("a line of `access`", "una línea de `access`") {
        /// Who: people outside, a network, hosts, a group, a role.
        from: OneOrMany<At<Selector>>,
        /// Whom: an app, a virtual address, hosts, a group, a role.
        to: OneOrMany<At<Selector>>,
        /// For which services (`ssh`, `https`) or ports (`tcp/8080`).
        r#for: OneOrMany<At<ServiceWord>>,
        /// How long it may be gone at the most.
        slo: Option<At<Duration>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

impl Read for AccessSpec {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(pairs) = &node.value {
            if let [(key, services)] = pairs.as_slice() {
                if key.text().contains("->") {
                    return short(node, key, services, reader);
                }
            }
            let long = LongAccess::read(node, reader)?;
            for (key, list) in
                [("from", long.from.len()), ("to", long.to.len()), ("for", long.r#for.len())]
            {
                if list == 0 && node.get(key).is_none() {
                    let place = Place { end: long.place.start + 1, ..long.place };
                    reader.report(
                        codes::MISSING_KEY
                            .at(
                                place,
                                text!(
                                    "a line of `access` needs a `{key}`",
                                    "a una línea de `access` le falta `{key}`"
                                ),
                            )
                            .hint(text!("add `{key}: …`", "añada `{key}: …`")),
                    );
                }
            }
            let LongAccess { place, from, to, r#for, slo, note, added } = long;
            return Some(Self { place, from, to, services: r#for, slo, note, added });
        }
        reader.expected(
            node,
            &Text::of(
                "an access line such as `operators -> bastion1: ssh`",
                "una línea de acceso como `operators -> bastion1: ssh`",
            ),
        );
        None
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let long = LongAccess::schema(schemas);
        let services = OneOrMany::<At<ServiceWord>>::schema(schemas);
        json!({ "anyOf": [
            long,
            {
                "type": "object",
                "description": "`FROM -> TO: SERVICES`, such as `operators -> bastion1: ssh`.",
                "patternProperties": { "^[^>]+->[^>]+$": services },
                "additionalProperties": false,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ] })
    }
}

fn short(node: &Node, key: &Node, services: &Node, reader: &mut Reader<'_>) -> Option<AccessSpec> {
    let text = key.text();
    let at = text.find("->")?;
    let mut selectors = |range: std::ops::Range<usize>| -> OneOrMany<At<Selector>> {
        let mut found = Vec::new();
        let mut start = range.start;
        // A comma inside brackets belongs to a range.
        let mut depth = 0_u32;
        let side = &text[range.clone()];
        let ends = side.char_indices().filter(|(_, it)| {
            match it {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            *it == ',' && depth == 0
        });
        let mut cuts: Vec<usize> = ends.map(|it| range.start + it.0).collect();
        cuts.push(range.end);
        for end in cuts {
            let piece = &text[start..end];
            let word = piece.trim();
            let offset = start + (piece.len() - piece.trim_start().len());
            start = end + 1;
            // Places inside a quoted key would be off by its quotes; it is rarely quoted.
            let quote =
                usize::from(key.place.end as usize - key.place.start as usize == text.len() + 2);
            let place = key.place.part(offset + quote, word.len());
            match Selector::parse(word) {
                Ok(selector) => found.push(At::new(selector, place)),
                Err(_) => {
                    let what = Selector::what();
                    let (en, es) = (&what.en, &what.es);
                    reader.report(
                        codes::BAD_VALUE
                            .at(
                                place,
                                Text {
                                    en: format!("`{word}` is not {en}").into(),
                                    es: format!("`{word}` no es {es}").into(),
                                },
                            )
                            .hint(text!(
                                "write `FROM -> TO: SERVICES`",
                                "escriba `DESDE -> HASTA: SERVICIOS`"
                            )),
                    );
                }
            }
        }
        OneOrMany(found)
    };
    let from = selectors(0..at);
    let to = selectors(at + 2..text.len());
    let services = OneOrMany::read(services, reader)?;
    if services.0.is_empty() {
        reader.expected(node, &ServiceWord::what());
    }
    Some(AccessSpec { place: node.place, from, to, services, slo: None, note: None, added: None })
}

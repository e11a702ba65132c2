//! Who may reach what: `- public -> web: [http, https]`, or the same in a map.

use crate::read::{At, OneOrMany, Read, Reader, Schemas, Word, beginning, codes};
use crate::role::Selector;
use crate::{Duration, ServiceWord, Text, record, text};
use fmc_config::Place;
use fmc_config::yaml::{Node, Scalar, Style, Value};
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
            if let [(key, services)] = pairs.as_slice()
                && let Some(arrow) = Arrow::find(key.text())
            {
                return short(node, key, &arrow, services, reader);
            }
            let long = LongAccess::read(node, reader)?;
            for (key, list) in
                [("from", long.from.len()), ("to", long.to.len()), ("for", long.r#for.len())]
            {
                if list == 0 && !long.unread.has(key) {
                    reader.report(
                        codes::MISSING_KEY
                            .at(
                                beginning(node),
                                text!(
                                    "a line of `access` needs a `{key}`",
                                    "a una línea de `access` le falta `{key}`"
                                ),
                            )
                            .hint(text!("add `{key}: …`", "añada `{key}: …`")),
                    );
                }
            }
            let LongAccess { place, from, to, r#for, slo, note, added, .. } = long;
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

/// What stands between who and whom.
struct Arrow {
    start: usize,
    sign: &'static str,
}

impl Arrow {
    /// The arrow of a line, as it should be or as other tools write it.
    fn find(text: &str) -> Option<Self> {
        let signs = ["-->", "->", "=>", "→", ">"];
        signs.into_iter().find_map(|sign| Some(Self { start: text.find(sign)?, sign }))
    }
}

fn short(
    node: &Node,
    key: &Node,
    arrow: &Arrow,
    services: &Node,
    reader: &mut Reader<'_>,
) -> Option<AccessSpec> {
    let line = At::new(key.text().to_owned(), key.place);
    let Arrow { start, sign } = *arrow;
    if sign != "->" {
        let place = line.part(start, sign.len());
        reader.report(
            codes::BAD_VALUE.at(place, text!("`{sign}` is not `->`", "`{sign}` no es `->`")).mend(
                text!("write `->`", "escriba `->`"),
                place,
                "->",
            ),
        );
    }
    let from = side(&line, 0..start, reader);
    let to = side(&line, start + sign.len()..line.len(), reader);
    let faults = reader.faults();
    let services = OneOrMany::read(services, reader).unwrap_or_default();
    if services.0.is_empty() && reader.faults() == faults {
        let what = ServiceWord::what();
        let (en, es) = (&what.en, &what.es);
        reader.report(
            codes::MISSING_KEY
                .at(
                    key.place,
                    text!("this line names no service", "esta línea no nombra ningún servicio"),
                )
                .hint(Text {
                    en: format!("write {en} behind the colon").into(),
                    es: format!("escriba {es} tras los dos puntos").into(),
                }),
        );
    }
    Some(AccessSpec { place: node.place, from, to, services, slo: None, note: None, added: None })
}

/// One side of the arrow: selectors with commas between them.
fn side(
    line: &At<String>,
    range: std::ops::Range<usize>,
    reader: &mut Reader<'_>,
) -> OneOrMany<At<Selector>> {
    let mut found = Vec::new();
    let mut start = range.start;
    // A comma inside brackets belongs to a range.
    let mut depth = 0_u32;
    let ends = line[range.clone()].char_indices().filter(|(_, it)| {
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
        let piece = &line[start..end];
        let word = piece.trim();
        let offset = start + (piece.len() - piece.trim_start().len());
        start = end + 1;
        let place = line.part(offset, word.len());
        let scalar = Scalar { text: word.to_owned(), style: Style::Quoted };
        let node = Node { place, value: Value::Scalar(scalar) };
        found.extend(At::<Selector>::read(&node, reader));
    }
    OneOrMany(found)
}

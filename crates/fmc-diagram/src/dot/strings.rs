//! What a text says, with its escapes, entities and the signs of records read.

use super::html;
use super::syntax::Word;

/// Nobody reads more than this many characters in a picture, and a few `\G` could make millions.
pub(super) const LONGEST: usize = 2000;

/// What the escapes stand for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names<'a> {
    /// `\G`.
    pub(super) graph: &'a str,
    /// `\N`.
    pub(super) node: &'a str,
    /// `\T`.
    pub(super) tail: &'a str,
    /// `\H`.
    pub(super) head: &'a str,
    /// What joins the two in `\E`.
    pub(super) operator: &'a str,
    /// `\L`.
    pub(super) label: &'a str,
}

/// A text as it is to be read, its lines separated by `\n`.
pub(super) fn read(text: &Word, names: &Names<'_>) -> String {
    if text.html { html::text(&text.text) } else { escaped(&text.text, names, false) }
}

/// The label of a record: `{<port> one | two}` has a line for each field.
pub(super) fn record(text: &Word, names: &Names<'_>) -> String {
    if text.html { html::text(&text.text) } else { escaped(&text.text, names, true) }
}

fn escaped(text: &str, names: &Names<'_>, record: bool) -> String {
    let mut out = Limited::default();
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        match it {
            '\\' => match rest.next() {
                Some('n' | 'l' | 'r') => out.push('\n'),
                Some('N') => out.add(names.node),
                Some('G') => out.add(names.graph),
                Some('T') => out.add(names.tail),
                Some('H') => out.add(names.head),
                Some('E') => {
                    for it in [names.tail, names.operator, names.head] {
                        out.add(it);
                    }
                }
                Some('L') => out.add(names.label),
                Some(it) => out.push(it),
                None => out.push('\\'),
            },
            '&' => {
                let known = entity(rest.as_str());
                out.push(known.map_or('&', |it| it.0));
                if let Some((_, length)) = known {
                    rest = rest.as_str()[length..].chars();
                }
            }
            '|' | '{' | '}' if record => out.push('\n'),
            '<' if record => {
                let after = rest.as_str();
                rest = after[after.find('>').map_or(after.len(), |it| it + 1)..].chars();
            }
            it => out.push(it),
        }
        if out.count > LONGEST {
            break;
        }
    }
    out.text
}

/// A text that stops growing.
#[derive(Default)]
struct Limited {
    text: String,
    count: usize,
}

impl Limited {
    fn push(&mut self, it: char) {
        self.count += 1;
        match self.count {
            ..=LONGEST => self.text.push(it),
            count if count == LONGEST + 1 => self.text.push('…'),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        text.chars().take(LONGEST + 1).for_each(|it| self.push(it));
    }
}

/// The character that the text behind an `&` stands for, and how many bytes of it do.
pub(super) fn entity(rest: &str) -> Option<(char, usize)> {
    // No entity that is known has more letters.
    let end = rest.bytes().take(10).position(|it| it == b';')?;
    let name = &rest[..end];
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    let it = if let Some(digits) = name.strip_prefix("#x").or(name.strip_prefix("#X")) {
        number(digits, 16)?
    } else if let Some(digits) = name.strip_prefix('#') {
        number(digits, 10)?
    } else {
        let found = ENTITIES.iter().find(|it| it.0 == name)?;
        found.1
    };
    Some((it, end + 1))
}

const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("middot", '·'),
    ("bull", '•'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("larr", '←'),
    ("rarr", '→'),
    ("harr", '↔'),
    ("copy", '©'),
    ("reg", '®'),
    ("deg", '°'),
    ("aacute", 'á'),
    ("eacute", 'é'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
];

//! Names of many hosts in one word: `master[1-3]`, `node[01-10]`, `rack[1-2]n[1,3,5-7]`, `worker*`.
//!
//! The notation is that of Slurm and `ClusterShell`. Brackets expand in order, the last one fastest;
//! zeros before the first number of a range make all its numbers as wide.

use crate::read::{Bad, Word};
use crate::{Name, Text, text};
use serde_json::{Value as Json, json};

/// How many names one word may stand for.
pub(crate) const MAX_NAMES: usize = 65_536;

/// A key of `hosts:`: one name or many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPattern {
    /// As it was written.
    pub text: String,
    /// The names that it stands for, in order.
    pub names: Vec<NumberedName>,
}

/// A name out of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberedName {
    /// The name.
    pub name: Name,
    /// The number that stands in its last brackets, as written there; empty without brackets.
    pub number: String,
}

impl AsRef<str> for HostPattern {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Word for HostPattern {
    fn what() -> Text {
        Text::of(
            "a host name such as `storage1`, or a range such as `worker[1-3]`",
            "un nombre de host como `storage1`, o un rango como `worker[1-3]`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let mut names = Vec::new();
        for (expanded, number) in expand(text)? {
            let name = Name::parse(&expanded).map_err(|bad| Bad {
                // With brackets, what was meant for one name is not what was meant for all.
                instead: bad.instead.filter(|_| expanded == text),
                ..bad
            })?;
            names.push(NumberedName { name, number });
        }
        Ok(Self { text: text.to_owned(), names })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[a-z0-9-]*(\\[[0-9,-]+\\][a-z0-9-]*)*$" })
    }

    /// A host of the name before the brackets, so that what speaks of `worker*` finds one.
    fn stand_in(text: &str) -> Option<Self> {
        let stem: String =
            text.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
        Self::parse(&stem.to_lowercase()).ok()
    }
}

/// Expands brackets; each name comes with the number of its last brackets.
pub(crate) fn expand(pattern: &str) -> Result<Vec<(String, String)>, Bad> {
    let mut names = vec![(String::new(), String::new())];
    let mut rest = pattern;
    while let Some(open) = rest.find('[') {
        let (before, after) = (&rest[..open], &rest[open + 1..]);
        let Some(close) = after.find(']') else {
            let bad =
                Bad::because(text!("`{pattern}` lacks a `]`", "a `{pattern}` le falta un `]`"));
            let closed = format!("{pattern}]");
            return Err(if expand(&closed).is_ok() { bad.instead(closed) } else { bad });
        };
        let list = &after[..close];
        let numbers = numbers(list).map_err(|bad| {
            // What was meant by the list is told for the whole pattern.
            let whole = |it: String| pattern.replacen(&format!("[{list}]"), &format!("[{it}]"), 1);
            Bad { instead: bad.instead.map(whole), ..bad }
        })?;
        if names.len() * numbers.len() > MAX_NAMES {
            return Err(too_many(pattern));
        }
        names = names
            .into_iter()
            .flat_map(|(stem, _)| {
                numbers.iter().map(move |it| (format!("{stem}{before}{it}"), it.clone()))
            })
            .collect();
        rest = &after[close + 1..];
    }
    for (name, _) in &mut names {
        name.push_str(rest);
    }
    Ok(names)
}

fn too_many(pattern: &str) -> Bad {
    Bad::because(text!(
        "`{pattern}` stands for more than {MAX_NAMES} names",
        "`{pattern}` representa más de {MAX_NAMES} nombres"
    ))
}

/// `1-3,7` → 1, 2, 3, 7.
fn numbers(list: &str) -> Result<Vec<String>, Bad> {
    let mut numbers = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let is_number =
            |it: &str| !it.is_empty() && it.len() <= 9 && it.bytes().all(|b| b.is_ascii_digit());
        if !is_number(first) || !is_number(last) {
            return Err(Bad::because(text!(
                "`[{list}]` is not a range such as `[1-3]` or a list such as `[1,3,5-7]`",
                "`[{list}]` no es un rango como `[1-3]` ni una lista como `[1,3,5-7]`"
            )));
        }
        let width = if first.starts_with('0') { first.len() } else { 0 };
        let bounds = first.parse::<u32>().ok().zip(last.parse::<u32>().ok());
        let (low, high) = bounds.unwrap_or_default();
        if low > high {
            let up = list.replacen(part, &format!("{last}-{first}"), 1);
            let why = text!("`[{list}]` counts down", "`[{list}]` cuenta hacia atrás");
            return Err(Bad::because(why).instead(up));
        }
        if (high - low) as usize >= MAX_NAMES {
            return Err(too_many(&format!("[{list}]")));
        }
        numbers.extend((low..=high).map(|it| format!("{it:0width$}")));
    }
    Ok(numbers)
}

/// Whether `name` fits a pattern with `*` (any letters) and `?` (one letter), in time proportional
/// to the product of their lengths at the worst.
pub(crate) fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(it) if *it == b'?' || *it == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                Some((at, eaten)) => {
                    *eaten += 1;
                    (p, n) = (*at + 1, *eaten);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|it| *it == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> String {
        match expand(pattern) {
            Ok(names) => names.into_iter().map(|it| it.0).collect::<Vec<_>>().join(" "),
            Err(bad) => bad.why.map(|it| it.en.into_owned()).unwrap_or_default(),
        }
    }

    #[test]
    fn brackets() {
        for (pattern, expected) in [
            ("storage1", "storage1"),
            ("m[1-3]", "m1 m2 m3"),
            ("n[08-10]", "n08 n09 n10"),
            ("r[1-2]n[1,3]", "r1n1 r1n3 r2n1 r2n3"),
            ("a[1]b", "a1b"),
            ("m[3-1]", "`[3-1]` counts down"),
            ("m[1-3", "`m[1-3` lacks a `]`"),
            ("m[]", "`[]` is not a range such as `[1-3]` or a list such as `[1,3,5-7]`"),
            ("m[1-999999999]", "`[1-999999999]` stands for more than 65536 names"),
            ("m[1-300][1-300]", "`m[1-300][1-300]` stands for more than 65536 names"),
        ] {
            assert_eq!(names(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_was_meant() {
        for (pattern, meant) in [
            ("m[3-1]", Some("m[1-3]")),
            ("r[1-2]n[7,5-3]", Some("r[1-2]n[7,3-5]")),
            ("m[1-3", Some("m[1-3]")),
            ("m[1-", None),
            ("m[a]", None),
        ] {
            let bad = expand(pattern).err();
            assert_eq!(bad.and_then(|it| it.instead).as_deref(), meant, "{pattern}");
        }
        let stem = HostPattern::stand_in("Worker[1-").map(|it| it.text);
        assert_eq!(stem.as_deref(), Some("worker"));
        assert_eq!(HostPattern::stand_in("[x]"), None);
    }

    #[test]
    fn globs() {
        for (pattern, name, fits) in [
            ("worker*", "worker12", true),
            ("*", "", true),
            ("w*r?", "worker1", true),
            ("w*r", "worker1", false),
            ("a*b*c", "aXbXbXc", true),
            ("?", "", false),
        ] {
            assert_eq!(glob(pattern, name), fits, "{pattern} {name}");
        }
    }
}

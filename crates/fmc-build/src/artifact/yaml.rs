//! A value as YAML, written so that versions 1.1 and 1.2 read it alike, each line with its cause. Text
//! of several lines stands as it is, so that a difference shows the lines that differ.

use fmc_config::{Cause, Printed};
use serde::Serialize;
use serde_json::Value;

/// A step on the way to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A key of a map.
    Key(&'a str),
    /// An item of a list.
    Item(usize),
}

/// Words that some reader takes for something else than text.
const RESERVED: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "none"];

/// Prints a value. `cause` tells the cause of what lies at a way, and of its line of this number (from
/// 0) where it is text of several lines.
pub(super) fn print(
    value: &impl Serialize,
    out: &mut Printed,
    cause: &dyn Fn(&[Step<'_>], usize) -> Cause,
) {
    // Structs of text, numbers, lists and maps by text.
    let value = serde_json::to_value(value).unwrap_or_default();
    if let Value::Object(map) = &value {
        Writer { out, cause }.map(map, 0, "", &mut Vec::new());
    }
}

struct Writer<'w> {
    out: &'w mut Printed,
    cause: &'w dyn Fn(&[Step<'_>], usize) -> Cause,
}

impl Writer<'_> {
    /// Writes a map, its first line after `lead` (of the width of the indent) where there is one.
    fn map<'a>(
        &mut self,
        map: &'a serde_json::Map<String, Value>,
        indent: usize,
        lead: &str,
        way: &mut Vec<Step<'a>>,
    ) {
        let mut lead = lead.to_owned();
        for (key, value) in map {
            let start =
                if lead.is_empty() { " ".repeat(indent) } else { std::mem::take(&mut lead) };
            way.push(Step::Key(key));
            self.value(value, indent, &format!("{start}{}:", word(key)), way);
            way.pop();
        }
    }

    /// Writes what follows a key or a dash.
    fn value<'a>(&mut self, value: &'a Value, indent: usize, lead: &str, way: &mut Vec<Step<'a>>) {
        let cause = (self.cause)(way, 0);
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.out.push(lead, &cause);
                self.map(map, indent + 2, "", way);
            }
            Value::Array(items) if is_list(items) => {
                self.out.push(lead, &cause);
                for (index, item) in items.iter().enumerate() {
                    way.push(Step::Item(index));
                    self.item(item, indent + 2, way);
                    way.pop();
                }
            }
            Value::String(text) if is_block(text) => {
                let mark = if text.ends_with('\n') { "|" } else { "|-" };
                self.out.push(&format!("{lead} {mark}"), &cause);
                for (index, line) in text.lines().enumerate() {
                    let line_cause = (self.cause)(way, index);
                    let gap = if line.is_empty() { 0 } else { indent + 2 };
                    self.out.push(&format!("{}{line}", " ".repeat(gap)), &line_cause);
                }
            }
            _ => self.out.push(&format!("{lead} {}", flow(value)), &cause),
        }
    }

    fn item<'a>(&mut self, item: &'a Value, indent: usize, way: &mut Vec<Step<'a>>) {
        let dash = format!("{}- ", " ".repeat(indent));
        match item {
            Value::Object(map) if !map.is_empty() => self.map(map, indent + 2, &dash, way),
            _ => {
                let cause = (self.cause)(way, 0);
                self.out.push(&format!("{dash}{}", flow(item)), &cause);
            }
        }
    }
}

/// Whether a list is written one item below the other: always, but for an empty one.
fn is_list(items: &[Value]) -> bool {
    !items.is_empty()
}

/// Whether text can stand as it is, below its key.
fn is_block(text: &str) -> bool {
    let plain = |it: char| it == '\n' || it == '\t' || (!it.is_control() && it != '\u{feff}');
    let first = text.lines().find(|it| !it.is_empty());
    text.contains('\n')
        && text.chars().all(plain)
        && !text.contains(['\u{85}', '\u{2028}', '\u{2029}'])
        && !text.ends_with("\n\n")
        && text != "\n"
        && first.is_some_and(|it| !it.starts_with([' ', '\t']))
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => word(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        // Numbers, truth values and empty maps are written in YAML as in JSON.
        _ => value.to_string(),
    }
}

/// Text without quotes where it cannot be taken for anything else, else as JSON writes it, which YAML
/// reads too.
fn word(text: &str) -> String {
    let safe = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '/');
    let begins = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
    let reserved = RESERVED.iter().any(|it| text.eq_ignore_ascii_case(it));
    if begins && !reserved && text.chars().all(safe) {
        return text.to_owned();
    }
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_config::{FileId, Place};
    use serde_json::json;

    fn check(value: &Value, expected: &str) {
        let mut out = Printed::default();
        let cause = Cause::new(Place { file: FileId::default(), start: 0, end: 1 }, "test");
        print(value, &mut out, &|_, _| cause.clone());
        assert_eq!(out.text(), expected);
    }

    #[test]
    fn values_are_written_as_both_versions_read_them() {
        check(
            &json!({
                "name": "web-1", "mode": "0644", "on": "on", "colon": "a: b", "path": "/etc/a.conf",
                "count": 3, "is": true, "none": [], "list": ["a", "b c"],
                "commands": [["ln", "-sfn", "/dev/null"]],
                "maps": [{ "a": 1, "b": { "c": "d" } }, { "a": 2 }],
            }),
            "name: web-1\nmode: \"0644\"\n\"on\": \"on\"\ncolon: \"a: b\"\npath: /etc/a.conf\n\
             count: 3\nis: true\n\"none\": []\nlist:\n  - a\n  - \"b c\"\n\
             commands:\n  - [ln, \"-sfn\", /dev/null]\n\
             maps:\n  - a: 1\n    b:\n      c: d\n  - a: 2\n",
        );
    }

    #[test]
    fn text_of_several_lines_stands_as_it_is_where_it_can() {
        check(
            &json!({ "files": [{ "content": "a\n\n b # c\n" }] }),
            "files:\n  - content: |\n      a\n\n       b # c\n",
        );
        check(&json!({ "a": "x\ny" }), "a: |-\n  x\n  y\n");
        check(&json!({ "a": " x\ny\n" }), "a: \" x\\ny\\n\"\n");
        check(&json!({ "a": "x\n\n" }), "a: \"x\\n\\n\"\n");
        check(&json!({ "a": "x\u{7}\ny\n" }), "a: \"x\\u0007\\ny\\n\"\n");
        check(&json!({ "a": "x\r\ny\r\n" }), "a: \"x\\r\\ny\\r\\n\"\n");
    }
}

//! Trees as JSON, one key or item to a line.

use super::print::{quoted, scalar};
use super::{Content, Node};
use crate::{Cause, Printed};

/// The whole document.
pub(super) fn document(entries: &[(String, Node)], cause: &Cause, out: &mut Printed) {
    out.text_line(0, "{", cause);
    map(entries, 2, cause, out);
    out.text_line(0, "}", cause);
}

fn map(entries: &[(String, Node)], indent: usize, cause: &Cause, out: &mut Printed) {
    for (at, (key, node)) in entries.iter().enumerate() {
        let key = format!("{}: ", quoted(key));
        part(&key, node, at + 1 == entries.len(), indent, cause, out);
    }
}

/// A part behind what its line has already, and a comma unless it is the last.
fn part(before: &str, node: &Node, last: bool, indent: usize, cause: &Cause, out: &mut Printed) {
    let cause = node.cause.as_ref().unwrap_or(cause);
    let comma = if last { "" } else { "," };
    match &node.content {
        Content::Map(inner) if !inner.is_empty() => {
            out.text_line(indent, &format!("{before}{{"), cause);
            map(inner, indent + 2, cause, out);
            out.text_line(indent, &format!("}}{comma}"), cause);
        }
        Content::List(items) if !items.is_empty() => {
            out.text_line(indent, &format!("{before}["), cause);
            for (at, item) in items.iter().enumerate() {
                part("", item, at + 1 == items.len(), indent + 2, cause, out);
            }
            out.text_line(indent, &format!("]{comma}"), cause);
        }
        content => out.line(indent, cause, |line| {
            line.text(before);
            scalar(content, line);
            line.text(comma);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, TreeStyle};
    use crate::{Cause, Document, Place, typed};

    typed! {
        /// A part.
        struct Part {
            /// Text.
            text: String = "text",
            /// A number.
            number: u64 = "number",
        }
        /// The whole.
        struct Whole {
            /// A version, which is no number.
            version: &'static str = "version",
            /// Lists of lists.
            parts: Vec<Vec<Part>> = "parts",
        }
    }

    #[test]
    fn commas_stand_between_and_there_is_no_header() {
        let part = |number| Part { text: "a\"\\\n".to_owned(), number };
        let whole = Whole { version: "0.4.0", parts: vec![vec![part(1), part(2)]] };
        let cause = Cause::new(Place::default(), "test");
        let tree = Tree::of(TreeStyle::Json, &whole, &cause);
        let printed = Document::from(tree).print(&["head".to_owned()], &cause);
        assert_eq!(
            printed.text(),
            "{\n  \"version\": \"0.4.0\",\n  \"parts\": [\n    [\n      {\n        \"text\": \
             \"a\\\"\\\\\\n\",\n        \"number\": 1\n      },\n      {\n        \"text\": \
             \"a\\\"\\\\\\n\",\n        \"number\": 2\n      }\n    ]\n  ]\n}\n"
        );
        assert_eq!(printed.causes().len(), printed.text().lines().count());
    }
}

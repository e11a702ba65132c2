//! Trees as JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)). It has no comments, so such a
//! file has no header.

use super::print::{quoted, scalar};
use super::{Content, Node};
use crate::{Cause, Printed};

/// A whole file.
pub(super) fn file(root: &Node, cause: &Cause, out: &mut Printed) {
    node("", root, 0, "", cause, out);
}

/// A part, behind what its line has already and before what still belongs to it.
fn node(before: &str, node: &Node, indent: usize, after: &str, cause: &Cause, out: &mut Printed) {
    let cause = node.cause.as_ref().unwrap_or(cause);
    match &node.content {
        Content::Map(entries) if !entries.is_empty() => {
            out.text_line(indent, &format!("{before}{{"), cause);
            for (at, (key, inner)) in entries.iter().enumerate() {
                let comma = if at + 1 < entries.len() { "," } else { "" };
                self::node(&format!("{}: ", quoted(key)), inner, indent + 2, comma, cause, out);
            }
            out.text_line(indent, &format!("}}{after}"), cause);
        }
        Content::List(items) if !items.is_empty() => {
            out.text_line(indent, &format!("{before}["), cause);
            for (at, inner) in items.iter().enumerate() {
                let comma = if at + 1 < items.len() { "," } else { "" };
                self::node("", inner, indent + 2, comma, cause, out);
            }
            out.text_line(indent, &format!("]{after}"), cause);
        }
        content => out.line(indent, cause, |line| {
            line.text(before);
            scalar(content, line);
            line.text(after);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Because, Named, Tree, TreeStyle};
    use crate::{Cause, Document, Place, typed};

    typed! {
        /// A part.
        struct Part {
            /// Text.
            text: String = "text",
            /// A word.
            word: &'static str = "word",
            /// A number.
            number: u64 = "number",
            /// Left out or not.
            truth: Option<bool> = "truth",
            /// A list.
            list: Vec<Because<Named<bool>>> = "list",
        }
    }

    #[test]
    fn what_is_printed_is_json_without_a_header() {
        let (whole, own) = (Cause::new(Place::default(), "a"), Cause::new(Place::default(), "b"));
        let named = || Because(Named(vec![("x".to_owned(), true)]), own.clone());
        let part = Part {
            text: "a\"b\\c\nd é".to_owned(),
            word: "0.4.0",
            number: 10,
            truth: None,
            list: vec![named(), named()],
        };
        let document = Document::from(Tree::of(TreeStyle::Json, &part, &whole));
        let printed = document.print(&["head".to_owned()], &whole);
        assert_eq!(
            printed.text(),
            "{\n  \"text\": \"a\\\"b\\\\c\\nd é\",\n  \"word\": \"0.4.0\",\n  \"number\": 10,\n  \
             \"list\": [\n    {\n      \"x\": true\n    },\n    {\n      \"x\": true\n    }\n  ]\n}\n"
        );
        assert_eq!(printed.causes().iter().filter(|it| **it == own).count(), 6);
    }
}

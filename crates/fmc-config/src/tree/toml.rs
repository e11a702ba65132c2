//! Trees as TOML: the values of a table first, then the tables in it, each under its whole name.

use super::print::{quoted, scalar};
use super::{Content, Node};
use crate::printed::Line;
use crate::{Cause, Printed};

/// A table of this name; the whole document for no name.
pub(super) fn table(entries: &[(String, Node)], name: &str, cause: &Cause, out: &mut Printed) {
    for (key, node) in entries.iter().filter(|it| !is_table(&it.1)) {
        out.line(0, node.cause.as_ref().unwrap_or(cause), |line| {
            line.text(&bare(key));
            line.text(" = ");
            value(&node.content, line);
        });
    }
    for (key, node) in entries {
        let cause = node.cause.as_ref().unwrap_or(cause);
        let name = if name.is_empty() { bare(key) } else { format!("{name}.{}", bare(key)) };
        match &node.content {
            Content::Map(inner) => {
                // One that holds nothing but tables need not be named: each of them names it.
                if inner.is_empty() || inner.iter().any(|it| !is_table(&it.1)) {
                    start(&format!("[{name}]"), cause, out);
                }
                table(inner, &name, cause, out);
            }
            Content::List(items) if is_table(node) => {
                for item in items {
                    let cause = item.cause.as_ref().unwrap_or(cause);
                    let Content::Map(inner) = &item.content else { continue };
                    start(&format!("[[{name}]]"), cause, out);
                    table(inner, &name, cause, out);
                }
            }
            _ => {}
        }
    }
}

fn start(head: &str, cause: &Cause, out: &mut Printed) {
    if !out.text().is_empty() {
        out.blank(cause);
    }
    out.text_line(0, head, cause);
}

/// Whether a node is a table, or as many as there are in a list.
fn is_table(node: &Node) -> bool {
    match &node.content {
        Content::Map(_) => true,
        Content::List(items) => items.iter().any(|it| matches!(it.content, Content::Map(_))),
        _ => false,
    }
}

fn value(content: &Content, line: &mut Line<'_>) {
    let Content::List(items) = content else { return scalar(content, line) };
    line.text("[");
    for (at, item) in items.iter().enumerate() {
        line.text(if at > 0 { ", " } else { "" });
        value(&item.content, line);
    }
    line.text("]");
}

/// A key: in quotes where it holds more than letters, digits, `_` and `-`.
fn bare(key: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    if !key.is_empty() && key.chars().all(plain) { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::super::{Fraction, Named, Tree, TreeStyle, Typed};
    use crate::{Cause, Document, Place, typed};

    typed! {
        /// A table in it.
        struct Inner {
            /// A word.
            word: &'static str = "word",
            /// A list.
            list: Vec<String> = "list",
        }
        /// The whole.
        struct Whole {
            /// A table.
            inner: Inner = "io.inner",
            /// Tables.
            many: Vec<Inner> = "many",
            /// Tables of tables.
            named: Named<Named<Inner>> = "named",
            /// A number below zero, which a word is too.
            score: &'static str = "score",
            /// A part of one, and a word that looks like it.
            part: Fraction = "part",
            /// It is a version.
            version: &'static str = "version",
        }
    }

    #[test]
    fn values_come_before_tables() {
        let inner = || Inner { word: "it's", list: vec!["a \"b\"\nc".to_owned(), "d".to_owned()] };
        let last = Inner { word: "true", list: Vec::new() };
        let deep = Named(vec![("x".to_owned(), last)]);
        let whole = Whole {
            inner: inner(),
            many: vec![inner()],
            named: Named(vec![("a b".to_owned(), deep)]),
            score: "-999",
            part: Fraction(0.001),
            version: "1.10",
        };
        let cause = Cause::new(Place::default(), "test");
        let tree = Tree::of(TreeStyle::Toml, &whole, &cause);
        let printed = Document::from(tree).print(&["head".to_owned()], &cause);
        assert_eq!(
            printed.text(),
            "# head\nscore = -999\npart = 0.001\nversion = \"1.10\"\n\n[\"io.inner\"]\nword = \"it's\"\nlist = [\"a \\\"b\\\"\\nc\", \"d\"]\n\n\
             [[many]]\nword = \"it's\"\nlist = [\"a \\\"b\\\"\\nc\", \"d\"]\n\n\
             [named.\"a b\".x]\nword = true\n"
        );
        assert_eq!(printed.causes().len(), printed.text().lines().count());
        assert_eq!(Whole::shape().paths().len(), 9);
    }
}

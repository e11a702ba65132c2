//! Trees as sections of keys, the values of which may be blocks of keys themselves: Kerberos
//! (<https://web.mit.edu/kerberos/krb5-latest/doc/admin/conf_files/krb5_conf.html>), and files of
//! answers that look alike. And as options of a command, one to a line.

use super::{Content, Node};
use crate::printed::Line;
use crate::{Cause, Printed, Value};

/// Sections, each under its name in brackets.
pub(super) fn sections(entries: &[(String, Node)], cause: &Cause, out: &mut Printed) {
    for (name, node) in entries {
        let cause = node.cause.as_ref().unwrap_or(cause);
        if !out.text().is_empty() {
            out.blank(cause);
        }
        out.text_line(0, &format!("[{name}]"), cause);
        if let Content::Map(inner) = &node.content {
            keys(inner, 0, cause, out);
        }
    }
}

/// Keys and their values; a list is as many lines.
fn keys(entries: &[(String, Node)], indent: usize, cause: &Cause, out: &mut Printed) {
    for (key, node) in entries {
        let cause = node.cause.as_ref().unwrap_or(cause);
        match &node.content {
            Content::Map(inner) => {
                out.text_line(indent, &format!("{key} = {{"), cause);
                keys(inner, indent + 2, cause, out);
                out.text_line(indent, "}", cause);
            }
            Content::List(items) => {
                for item in items {
                    let cause = item.cause.as_ref().unwrap_or(cause);
                    out.line(indent, cause, |line| pair(key, &item.content, line));
                }
            }
            content => out.line(indent, cause, |line| pair(key, content, line)),
        }
    }
}

fn pair(key: &str, content: &Content, line: &mut Line<'_>) {
    line.text(key);
    line.text(" = ");
    match content {
        Content::Word(word) | Content::Fraction(word) => line.text(word),
        Content::Text(value) => line.value(value),
        Content::List(_) | Content::Map(_) => {}
    }
}

/// Options as a shell reads them: one that is false is left out, and a list is as many.
pub(super) fn options(entries: &[(String, Node)], cause: &Cause, out: &mut Printed) {
    for (key, node) in entries {
        let cause = node.cause.as_ref().unwrap_or(cause);
        match &node.content {
            Content::List(items) => {
                for item in items {
                    let cause = item.cause.as_ref().unwrap_or(cause);
                    out.line(0, cause, |line| option(key, &item.content, line));
                }
            }
            Content::Word(word) if *word == "false" => {}
            Content::Word(word) if *word == "true" => out.text_line(0, &format!("--{key}"), cause),
            content => out.line(0, cause, |line| option(key, content, line)),
        }
    }
}

fn option(key: &str, content: &Content, line: &mut Line<'_>) {
    line.text(&format!("--{key}="));
    match content {
        Content::Word(text) | Content::Fraction(text) | Content::Text(Value::Text(text)) => {
            line.text(&quoted(text));
        }
        // Made of letters, digits and what Base64 has besides: nothing that a shell would read.
        Content::Text(secret) => line.value(secret),
        Content::List(_) | Content::Map(_) => {}
    }
}

/// A word as a shell reads it.
fn quoted(text: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "._-/:@+,=".contains(it);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Named, Tree, TreeStyle};
    use crate::{Cause, Document, Place, Secret, SecretKind, Value, typed};

    typed! {
        /// A part.
        struct Part {
            /// A truth.
            truth: bool = "truth",
            /// Another one.
            lie: bool = "lie",
            /// Words.
            words: Vec<String> = "word",
            /// A secret.
            secret: Value = "secret",
        }
        /// A whole.
        struct Whole {
            /// A section.
            section: Part = "section",
            /// Another one.
            named: Named<Part> = "named",
        }
    }

    fn part() -> Part {
        let words = vec!["a b".to_owned(), "it's".to_owned(), String::new()];
        let secret = Value::Secret(Secret::private(SecretKind::Password, "x"));
        Part { truth: true, lie: false, words, secret }
    }

    fn printed(tree: Tree) -> String {
        let cause = Cause::new(Place::default(), "test");
        Document::from(tree).print(&["head".to_owned()], &cause).text().to_owned()
    }

    #[test]
    fn sections_hold_keys_and_blocks_of_keys() {
        let whole = Whole { section: part(), named: Named(vec![("N".to_owned(), part())]) };
        let keys = "truth = true\nlie = false\nword = a b\nword = it's\nword = \nsecret = <password \
                    private x>\n";
        let inner = keys.replace("\nword", "\n  word").replace("\nlie", "\n  lie");
        let inner = inner.replace("\nsecret", "\n  secret");
        let tree = Tree::of(TreeStyle::Profile, &whole, &Cause::new(Place::default(), "test"));
        assert_eq!(
            printed(tree),
            format!("# head\n\n[section]\n{keys}\n[named]\nN = {{\n  {inner}}}\n")
        );
    }

    #[test]
    fn options_are_words_of_a_shell() {
        let tree = Tree::of(TreeStyle::Options, &part(), &Cause::new(Place::default(), "test"));
        assert_eq!(
            printed(tree),
            "# head\n--truth\n--word='a b'\n--word='it'\\''s'\n--word=\n--secret=<password private x>\n"
        );
    }
}

//! Trees as text.

use super::{Content, Node, Tree, TreeStyle, json, profile, toml};
use crate::printed::Line;
use crate::{Cause, Printed, Value};

impl Tree {
    pub(crate) fn print(&self, out: &mut Printed) {
        let Content::Map(entries) = &self.root.content else { return };
        match self.style {
            TreeStyle::Yaml => yaml_map(entries, 0, None, &self.cause, out),
            TreeStyle::Ganesha => blocks(entries, 0, &self.cause, out),
            TreeStyle::Profile => profile::sections(entries, &self.cause, out),
            TreeStyle::Options => profile::options(entries, &self.cause, out),
            TreeStyle::Toml => toml::table(entries, "", &self.cause, out),
            TreeStyle::Json => json::file(&self.root, &self.cause, out),
        }
    }
}

/// The entries of a map, one below the other; the first one stands behind what its line has already.
fn yaml_map(
    entries: &[(String, Node)],
    indent: usize,
    mut before: Option<&str>,
    cause: &Cause,
    out: &mut Printed,
) {
    for (key, node) in entries {
        let cause = node.cause.as_ref().unwrap_or(cause);
        let first = before.take();
        let indent_here = indent - first.map_or(0, str::len);
        let start = |line: &mut Line<'_>| {
            line.text(first.unwrap_or_default());
            line.text(&plain(key));
            line.text(":");
        };
        match &node.content {
            Content::Map(inner) if !inner.is_empty() => {
                out.line(indent_here, cause, start);
                yaml_map(inner, indent + 2, None, cause, out);
            }
            Content::List(inner) if !inner.is_empty() => {
                out.line(indent_here, cause, start);
                yaml_list(inner, indent + 2, cause, out);
            }
            Content::Text(secret @ Value::Secret(it)) if it.has_lines() => {
                out.line(indent_here, cause, |line| {
                    start(line);
                    line.text(" |");
                });
                out.line(indent + 2, cause, |line| line.value(secret));
            }
            content => out.line(indent_here, cause, |line| {
                start(line);
                line.text(" ");
                yaml_scalar(content, line);
            }),
        }
    }
}

fn yaml_list(items: &[Node], indent: usize, cause: &Cause, out: &mut Printed) {
    for item in items {
        let cause = item.cause.as_ref().unwrap_or(cause);
        match &item.content {
            Content::Map(inner) if !inner.is_empty() => {
                yaml_map(inner, indent + 2, Some("- "), cause, out);
            }
            content => out.line(indent, cause, |line| {
                line.text("- ");
                yaml_scalar(content, line);
            }),
        }
    }
}

fn yaml_scalar(content: &Content, line: &mut Line<'_>) {
    match content {
        Content::Word(word) | Content::Fraction(word) => line.text(word),
        Content::Text(Value::Text(text)) => line.text(&plain(text)),
        Content::Text(secret) => {
            line.text("\"");
            line.value(secret);
            line.text("\"");
        }
        Content::List(_) => line.text("[]"),
        Content::Map(_) => line.text("{}"),
    }
}

/// Text as YAML 1.1 and 1.2 both read it as text: in quotes, unless it begins with a letter or a
/// slash and holds nothing that could mean something.
fn plain(text: &str) -> String {
    let safe = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '/' | '-');
    let start = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
    let words =
        ["y", "yes", "n", "no", "on", "off", "true", "false", "null", "nan", "inf"].into_iter();
    let is_word = words.into_iter().any(|it| text.eq_ignore_ascii_case(it));
    if start && !is_word && text.chars().all(safe) {
        return text.to_owned();
    }
    quoted(text)
}

/// Text in quotes, as YAML, TOML and JSON all read it. What steers terminals is no part of any file,
/// but lines and tabs are.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n").replace('\t', "\\t"))
}

/// Whether a word is none that TOML or JSON would need in quotes: a truth or a whole number.
pub(super) fn is_literal(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    matches!(word, "true" | "false")
        || (!digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()))
}

/// A scalar as TOML and JSON write it.
pub(super) fn scalar(content: &Content, line: &mut Line<'_>) {
    match content {
        Content::Fraction(number) => line.text(number),
        Content::Word(word) if is_literal(word) => line.text(word),
        Content::Word(word) => line.text(&quoted(word)),
        Content::Text(Value::Text(text)) => line.text(&quoted(text)),
        Content::Text(secret) => {
            line.text("\"");
            line.value(secret);
            line.text("\"");
        }
        Content::List(_) => line.text("[]"),
        Content::Map(_) => line.text("{}"),
    }
}

/// Blocks of NFS-Ganesha: a list of maps is as many blocks of one name.
fn blocks(entries: &[(String, Node)], indent: usize, cause: &Cause, out: &mut Printed) {
    for (key, node) in entries {
        let cause = node.cause.as_ref().unwrap_or(cause);
        match &node.content {
            Content::Map(inner) => block(key, inner, indent, cause, out),
            Content::List(items)
                if items.iter().any(|it| matches!(it.content, Content::Map(_))) =>
            {
                for item in items {
                    let cause = item.cause.as_ref().unwrap_or(cause);
                    if let Content::Map(inner) = &item.content {
                        block(key, inner, indent, cause, out);
                    }
                }
            }
            Content::List(items) => out.line(indent, cause, |line| {
                line.text(key);
                line.text(" = ");
                for (at, item) in items.iter().enumerate() {
                    line.text(if at > 0 { ", " } else { "" });
                    ganesha_scalar(&item.content, line);
                }
                line.text(";");
            }),
            content => out.line(indent, cause, |line| {
                line.text(key);
                line.text(" = ");
                ganesha_scalar(content, line);
                line.text(";");
            }),
        }
    }
}

fn block(key: &str, inner: &[(String, Node)], indent: usize, cause: &Cause, out: &mut Printed) {
    if indent == 0 && !out.text().is_empty() {
        out.blank(cause);
    }
    out.text_line(indent, &format!("{key} {{"), cause);
    blocks(inner, indent + 2, cause, out);
    out.text_line(indent, "}", cause);
}

/// A word or an address stands as it is, a path in quotes.
fn ganesha_scalar(content: &Content, line: &mut Line<'_>) {
    match content {
        Content::Word(word) | Content::Fraction(word) => line.text(word),
        Content::Text(Value::Text(text)) if text.contains('/') && text.starts_with('/') => {
            line.text(&format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
        }
        Content::Text(value) => line.value(value),
        Content::List(_) | Content::Map(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Because, Named, Typed};
    use super::*;
    use crate::{Document, Place, Secret, SecretKind, typed, yaml};

    typed! {
        /// An inner part.
        struct Inner {
            /// A list.
            list: Vec<String> = "List",
            /// A truth.
            truth: Option<bool> = "Truth",
        }
        /// A whole one.
        struct Whole {
            /// Text.
            text: String = "text",
            /// Parts.
            parts: Vec<Inner> = "PART",
            /// Named ones.
            named: Named<Because<Inner>> = "named",
        }
    }

    fn whole() -> Whole {
        let inner = Inner { list: vec!["/a".into(), "1::2".into()], truth: Some(true) };
        let cause = Cause::new(Place::new(0, 1, 2), "own");
        Whole {
            text: "on".into(),
            parts: vec![inner.clone(), Inner { list: Vec::new(), truth: None }],
            named: Named(vec![("a b".into(), Because(inner, cause))]),
        }
    }

    fn printed(style: TreeStyle) -> Printed {
        let cause = Cause::new(Place::default(), "all");
        Document::from(Tree::of(style, &whole(), &cause)).print(&[], &cause)
    }

    #[test]
    fn yaml_is_read_as_it_was_meant() {
        let printed = printed(TreeStyle::Yaml);
        assert_eq!(
            printed.text(),
            "text: \"on\"\nPART:\n  - List:\n      - /a\n      - \"1::2\"\n    Truth: true\n  - {}\n\
             named:\n  \"a b\":\n    List:\n      - /a\n      - \"1::2\"\n    Truth: true\n"
        );
        let causes: Vec<&str> = printed.causes().iter().map(|it| &*it.by).collect();
        assert_eq!(causes.iter().filter(|it| **it == "own").count(), 5);
        let shape = Whole::shape();
        let check =
            |text: &str| shape.check(&yaml::read(crate::FileId::default(), text).0.unwrap());
        assert_eq!(check(printed.text()), Ok(()));
        let typo = printed.text().replace("Truth", "Thruth");
        assert_eq!(check(&typo), Err("PART.0.Thruth".to_owned()));
        assert_eq!(
            shape.paths(),
            ["text", "PART.List", "PART.Truth", "named.*.List", "named.*.Truth"]
        );
    }

    /// A value of several lines is a block, and one of a single line a word in quotes.
    #[test]
    fn values_of_secrets_are_read_as_they_are() {
        let secret = |kind| Value::Secret(Secret::private(kind, "a"));
        let kinds = [("word", SecretKind::Password), ("ca.crt", SecretKind::Authority)];
        let all = Named(kinds.map(|it| (it.0.to_owned(), secret(it.1))).into());
        let cause = Cause::new(Place::default(), "all");
        let inner = Named(vec![("data".to_owned(), all)]);
        let printed = Document::from(Tree::of(TreeStyle::Yaml, &inner, &cause)).print(&[], &cause);
        let value = |it: &Secret| match it.kind {
            SecretKind::Password => Some("abc".to_owned()),
            _ => Some("BEGIN\nx\nEND\n".to_owned()),
        };
        assert_eq!(
            printed.fill(value).as_deref(),
            Ok("data:\n  word: \"abc\"\n  ca.crt: |\n    BEGIN\n    x\n    END\n")
        );
    }

    #[test]
    fn blocks_of_ganesha_come_one_after_the_other() {
        assert!(printed(TreeStyle::Ganesha).text().starts_with(
            "text = on;\n\nPART {\n  List = \"/a\", 1::2;\n  Truth = true;\n}\n\nPART {\n}\n"
        ));
    }
}

//! Statements of words, some with statements inside: HAProxy, Keepalived, nginx, and plain lists of words
//! such as `resolv.conf`.

use crate::{Cause, Printed};

/// A document of statements.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// How statements inside of others are marked.
    pub style: BlockStyle,
    /// The statements.
    pub statements: Vec<Statement>,
}

/// How statements inside of others are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockStyle {
    /// By indentation alone, as HAProxy's sections are.
    Indented,
    /// By braces, as Keepalived's blocks are.
    Braced,
    /// By braces, and every other statement ends with a semicolon, as nginx has it.
    Terminated,
    /// By nothing: each is a command of a shell, and the document is run.
    Script,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its words. One that holds blanks is quoted when it is printed.
    pub words: Vec<String>,
    /// The statements inside; `None` where it is none that could have any.
    pub body: Option<Vec<Statement>>,
    /// Why it is there.
    pub cause: Cause,
}

impl Blocks {
    /// A document without statements yet.
    pub fn new(style: BlockStyle) -> Self {
        Self { style, statements: Vec::new() }
    }

    /// Adds a statement that holds others, and returns it.
    pub fn block<W: ToString>(
        &mut self,
        words: impl IntoIterator<Item = W>,
        cause: &Cause,
    ) -> &mut Statement {
        push(&mut self.statements, Statement::block(words, cause))
    }

    /// Adds a statement.
    pub fn add<W: ToString>(&mut self, words: impl IntoIterator<Item = W>, cause: &Cause) {
        self.statements.push(Statement::new(words, cause));
    }

    pub(crate) fn print(&self, out: &mut Printed) {
        for statement in &self.statements {
            if statement.body.is_some() && !out.text().is_empty() {
                out.blank(&statement.cause);
            }
            self.statement(statement, 0, out);
        }
    }

    fn statement(&self, statement: &Statement, indent: usize, out: &mut Printed) {
        let plain = matches!(self.style, BlockStyle::Indented | BlockStyle::Script);
        let braces = !plain && statement.body.is_some();
        let ends = self.style == BlockStyle::Terminated && !braces;
        out.line(indent, &statement.cause, |line| {
            for (index, word) in statement.words.iter().enumerate() {
                if index > 0 {
                    line.text(" ");
                }
                line.text(&quoted(word));
            }
            if ends {
                line.text(";");
            }
            if braces {
                line.text(" {");
            }
        });
        for inner in statement.body.iter().flatten() {
            self.statement(inner, indent + 2, out);
        }
        if braces {
            out.text_line(indent, "}", &statement.cause);
        }
    }
}

impl Statement {
    /// A statement of words.
    pub fn new<W: ToString>(words: impl IntoIterator<Item = W>, cause: &Cause) -> Self {
        let words = words.into_iter().map(|it| it.to_string()).collect();
        Self { words, body: None, cause: cause.clone() }
    }

    /// A statement that holds others.
    pub fn block<W: ToString>(words: impl IntoIterator<Item = W>, cause: &Cause) -> Self {
        Self { body: Some(Vec::new()), ..Self::new(words, cause) }
    }

    /// Adds a statement inside, with the cause of this one.
    pub fn with<W: ToString>(&mut self, words: impl IntoIterator<Item = W>) -> &mut Self {
        let cause = self.cause.clone();
        self.with_because(words, &cause)
    }

    /// Adds a statement inside, with a cause of its own.
    pub fn with_because<W: ToString>(
        &mut self,
        words: impl IntoIterator<Item = W>,
        cause: &Cause,
    ) -> &mut Self {
        self.body.get_or_insert_default().push(Self::new(words, cause));
        self
    }

    /// Adds a statement inside that holds others, and returns it.
    pub fn inner<W: ToString>(
        &mut self,
        words: impl IntoIterator<Item = W>,
        cause: &Cause,
    ) -> &mut Self {
        push(self.body.get_or_insert_default(), Self::block(words, cause))
    }
}

fn push(list: &mut Vec<Statement>, statement: Statement) -> &mut Statement {
    list.push(statement);
    let last = list.len() - 1;
    &mut list[last]
}

/// A word as both formats read it: quoted where it is empty, holds a blank, or could be taken for a
/// comment, a brace or an escape. `#` begins a comment only at the start of a word.
fn quoted(word: &str) -> std::borrow::Cow<'_, str> {
    let special =
        |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '\\' | '{' | '}' | '!' | ';');
    if !word.is_empty() && !word.starts_with('#') && !word.contains(special) {
        return word.into();
    }
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Place};

    #[test]
    fn blocks_are_indented_or_braced_and_words_quoted() {
        let cause = Cause::new(Place::default(), "test");
        let make = |style| {
            let mut blocks = Blocks::new(style);
            blocks.add(["nameserver", "10.0.0.1"], &cause);
            let block = blocks.block(["vrrp_script", "check"], &cause);
            block.with(["script", "/bin/test a"]);
            block.inner(["unicast_peer"], &cause).with(["10.0.0.2"]);
            Document::from(blocks).print(&[], &cause).text().to_owned()
        };
        assert_eq!(
            make(BlockStyle::Braced),
            "nameserver 10.0.0.1\n\nvrrp_script check {\n  script \"/bin/test a\"\n  unicast_peer {\n    \
             10.0.0.2\n  }\n}\n"
        );
        assert_eq!(
            make(BlockStyle::Terminated),
            "nameserver 10.0.0.1;\n\nvrrp_script check {\n  script \"/bin/test a\";\n  unicast_peer {\n    \
             10.0.0.2;\n  }\n}\n"
        );
        assert_eq!(
            make(BlockStyle::Indented),
            "nameserver 10.0.0.1\n\nvrrp_script check\n  script \"/bin/test a\"\n  unicast_peer\n    10.0.0.2\n"
        );
    }
}

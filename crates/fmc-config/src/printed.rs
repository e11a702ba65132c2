//! A document as text, where every line still knows why it is there.

use crate::{Cause, Secret, SecretPart, Value};
use std::ops::Range;

/// The text of a document, the cause of each of its lines, and the places of its secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    text: String,
    causes: Vec<Cause>,
    holes: Vec<Hole>,
}

/// A place in printed text where the value of a secret belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The bytes of the placeholder.
    pub at: Range<usize>,
    /// Whose value belongs there.
    pub secret: Secret,
}

impl Printed {
    /// The text, with placeholders where secrets belong.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why a line is there; lines are counted from 1.
    pub fn cause(&self, line: usize) -> Option<&Cause> {
        self.causes.get(line.checked_sub(1)?)
    }

    /// The cause of every line, in order.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// Where secrets belong, in order.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// Whether something belongs into it that nobody else may know.
    pub fn is_secret(&self) -> bool {
        self.holes.iter().any(|it| it.secret.part == SecretPart::Private)
    }

    /// The text with the values of its secrets. They are put in by position, so no text that merely
    /// looks like a placeholder is touched.
    ///
    /// # Errors
    /// The first secret that `value` does not know.
    pub fn fill(&self, value: impl Fn(&Secret) -> Option<String>) -> Result<String, Secret> {
        let mut text = String::with_capacity(self.text.len());
        let mut from = 0;
        for hole in &self.holes {
            text.push_str(&self.text[from..hole.at.start]);
            let value = value(&hole.secret).ok_or_else(|| hole.secret.clone())?;
            // What stands alone in an indented line is a block, all of whose lines are.
            let line = text.rsplit('\n').next().unwrap_or_default();
            if !line.is_empty() && line.bytes().all(|it| it == b' ') {
                text.push_str(&value.trim_end().replace('\n', &format!("\n{line}")));
            } else {
                text.push_str(&value);
            }
            from = hole.at.end;
        }
        text.push_str(&self.text[from..]);
        Ok(text)
    }

    /// Adds a line. What would end it or steer a terminal becomes a space.
    pub fn push(&mut self, text: &str, cause: &Cause) {
        self.text_line(0, text, cause);
    }

    /// A line without any word.
    pub(crate) fn blank(&mut self, cause: &Cause) {
        self.line(0, cause, |_| ());
    }

    /// A line of text, indented by so many spaces.
    pub(crate) fn text_line(&mut self, indent: usize, text: &str, cause: &Cause) {
        self.line(indent, cause, |line| line.text(text));
    }

    /// A line that is written piece by piece.
    pub(crate) fn line(&mut self, indent: usize, cause: &Cause, write: impl FnOnce(&mut Line<'_>)) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        write(&mut Line { printed: self });
        self.text.push('\n');
        self.causes.push(cause.clone());
    }

    /// Adds all of another text, which begins a line.
    pub(crate) fn append(&mut self, other: Self) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.causes.extend(other.causes);
        self.holes.extend(
            other
                .holes
                .into_iter()
                .map(|it| Hole { at: start + it.at.start..start + it.at.end, secret: it.secret }),
        );
    }

    /// Takes its first line away, which holds no secret.
    pub(crate) fn drop_first_line(&mut self) {
        let Some(end) = self.text.find('\n').map(|it| it + 1) else { return };
        self.text.drain(..end);
        self.causes.remove(0);
        for hole in &mut self.holes {
            hole.at = hole.at.start - end..hole.at.end - end;
        }
    }

    /// Text of several lines as it is; it ends with a line break afterwards.
    pub(crate) fn verbatim(&mut self, text: &str, cause: &Cause) {
        self.text.push_str(text);
        if !text.is_empty() && !text.ends_with('\n') {
            self.text.push('\n');
        }
        let lines = self.text.bytes().filter(|it| *it == b'\n').count();
        self.causes.resize(lines, cause.clone());
    }
}

/// A line that is being written.
pub(crate) struct Line<'a> {
    printed: &'a mut Printed,
}

impl Line<'_> {
    /// Adds text. What would end the line or steer a terminal becomes a space: nothing that a
    /// person wrote can begin a line of its own.
    pub(crate) fn text(&mut self, text: &str) {
        if text.bytes().any(|it| it.is_ascii_control() && it != b'\t') {
            let clean = text.chars().map(|it| if it.is_control() { ' ' } else { it });
            self.printed.text.extend(clean);
        } else {
            self.printed.text.push_str(text);
        }
    }

    /// Adds a value, which may be a secret.
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Secret(secret) => {
                let start = self.printed.text.len();
                self.text(&secret.to_string());
                let at = start..self.printed.text.len();
                self.printed.holes.push(Hole { at, secret: secret.clone() });
            }
        }
    }
}

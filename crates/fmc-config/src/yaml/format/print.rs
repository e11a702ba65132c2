//! The tree as text.

use super::line;
use super::scalar::{self, Text};
use super::tree::{Collection, Comment, Document, Entry, Form, Kind, Node};
use std::mem::take;

/// How long a line may become before braces and brackets give way to a block: what fits beside
/// another window on a laptop, and what the longest hosts of real clouds need.
const MAX_COLUMNS: usize = 120;
/// How far a level is set in.
const INDENT: usize = 2;

/// Prints a file.
pub(super) fn print(document: &Document<'_>) -> String {
    let mut printer = Printer { text: String::new(), is_open: false };
    if let Some(root) = &document.root {
        printer.above(root, 0, 0, true);
        printer.entry(root, 0);
    }
    for comment in &document.below {
        printer.comment(comment, 0, comment.blank);
    }
    if !printer.text.is_empty() {
        printer.text.push('\n');
    }
    printer.text
}

/// How the value of an entry is printed.
enum Shape<'a, 'b> {
    /// Behind its key or dash, as a scalar is.
    Leaf,
    /// In braces or brackets: this text.
    Flow(String),
    /// A line for each entry.
    Block(&'b Collection<'a>),
}

impl<'a> Entry<'a> {
    /// How the value is printed if this entry starts in column `start`.
    fn shape(&self, start: usize) -> Shape<'a, '_> {
        let Kind::Collection(it) = &self.value.kind else { return Shape::Leaf };
        if it.entries.is_empty() {
            return Shape::Flow(if it.map { "{}" } else { "[]" }.to_owned());
        }
        if it.form != Form::Flow || it.commented {
            return Shape::Block(it);
        }
        let key = self.key_text(start).map_or(0, |it| it.chars().count() + 2);
        let anchor = self.value.anchor.map_or(0, |it| it.chars().count() + 1);
        let room = MAX_COLUMNS.saturating_sub(start + key + anchor);
        line::flow(it, room).map_or(Shape::Block(it), Shape::Flow)
    }

    /// The key up to its colon, if there is one and this entry starts in column `start`.
    fn key_text(&self, start: usize) -> Option<String> {
        let key = self.key.as_ref()?.key();
        Some(if start == 0 { scalar::begin_line(key.into()).into_owned() } else { key })
    }

    /// The block that starts on the line of this entry itself: `- key: value`.
    fn compact(&self, start: usize) -> Option<&Collection<'a>> {
        match self.shape(start) {
            Shape::Block(it) if self.key.is_none() && self.value.anchor.is_none() => Some(it),
            _ => None,
        }
    }

    /// Comments that have no place but above this entry, though they belong to something that
    /// starts on its line.
    fn lifted<'b>(&'b self, start: usize, into: &mut Vec<&'b str>) {
        let Some(block) = self.compact(start) else { return };
        into.extend(self.trailing);
        if let Some(first) = block.entries.first() {
            into.extend(first.above.iter().map(|it| it.text));
            first.lifted(start + block.dash(), into);
        }
    }
}

impl Collection<'_> {
    /// How far the entries start behind the column of the collection.
    fn dash(&self) -> usize {
        if self.map { 0 } else { INDENT }
    }
}

impl Node<'_> {
    /// This node as a key, up to the colon.
    pub(super) fn key(&self) -> String {
        let mut key = self.anchor.map(|it| format!("{it} ")).unwrap_or_default();
        match &self.kind {
            Kind::Scalar(it) => key.push_str(&it.line()),
            // A colon may be part of a name.
            Kind::Alias(it) => key.extend([*it, " "]),
            Kind::Empty | Kind::Collection(_) => {}
        }
        key
    }
}

struct Printer {
    text: String,
    /// Whether the last thing is a block scalar of which a blank line would become a part.
    is_open: bool,
}

impl Printer {
    /// Begins a line.
    fn line(&mut self, indent: usize, blank: bool) {
        if !self.text.is_empty() {
            self.text.push('\n');
            if blank && !self.is_open {
                self.text.push('\n');
            }
        }
        self.is_open = false;
        self.indent(indent);
    }

    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    /// A word, with a space before it unless it begins its line.
    fn word(&mut self, word: &str) {
        self.gap();
        self.text.push_str(word);
    }

    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    fn comment(&mut self, comment: &Comment<'_>, indent: usize, blank: bool) {
        self.line(indent, blank);
        self.text.push_str(comment.text);
    }

    fn trailing(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.text.push_str("  ");
            self.text.push_str(text);
        }
    }

    /// Begins the line of an entry that stands at `indent` and starts in column `start`, below its
    /// comments.
    fn above(&mut self, entry: &Entry<'_>, indent: usize, start: usize, first: bool) {
        for (index, comment) in entry.above.iter().enumerate() {
            self.comment(comment, indent, comment.blank && !(first && index == 0));
        }
        let mut blank = entry.blank && !(first && entry.above.is_empty());
        let mut lifted = Vec::new();
        entry.lifted(start, &mut lifted);
        for text in lifted {
            self.line(indent, take(&mut blank));
            self.text.push_str(text);
        }
        self.line(indent, blank);
    }

    fn entry(&mut self, entry: &Entry<'_>, start: usize) {
        if let Some(key) = entry.key_text(start) {
            if entry.key.as_ref().is_some_and(|it| matches!(it.kind, Kind::Empty)) {
                // A line that begins with a colon is an error to YAML 1.1.
                self.text.push('?');
                if !key.is_empty() {
                    self.word(key.trim_end_matches(' '));
                }
                self.line(start, false);
            } else {
                self.text.push_str(&key);
            }
            self.text.push(':');
        }
        if let Some(anchor) = entry.value.anchor {
            self.word(anchor);
        }
        let is_pair = entry.key.is_some();
        match entry.shape(start) {
            Shape::Leaf => {
                let indent = if is_pair { start + INDENT } else { start.max(INDENT) };
                self.leaf(entry, indent, !is_pair && start == 0);
            }
            Shape::Flow(text) => {
                self.word(&text);
                self.trailing(entry.trailing);
            }
            Shape::Block(it) if !is_pair && entry.value.anchor.is_none() => {
                self.gap();
                self.collection(it, start, true);
            }
            Shape::Block(it) => {
                self.trailing(entry.trailing);
                self.collection(it, if is_pair { start + INDENT } else { start }, false);
            }
        }
        for (index, comment) in entry.below.iter().enumerate() {
            self.comment(comment, start + INDENT, comment.blank && index > 0);
        }
    }

    /// A value that is not a collection; `indent` is that of its further lines.
    fn leaf(&mut self, entry: &Entry<'_>, indent: usize, is_root: bool) {
        match &entry.value.kind {
            Kind::Empty | Kind::Collection(_) => {}
            Kind::Alias(it) => self.word(it),
            Kind::Scalar(Text::Lines { lines, .. })
                if lines.first().is_some_and(|it| !scalar::ends_document(it)) =>
            {
                self.gap();
                self.lines(lines, indent, true);
            }
            Kind::Scalar(Text::Block { header, lines, keeps, .. })
                if !is_root || lines.iter().any(|it| !it.is_empty()) =>
            {
                self.word(header);
                self.trailing(entry.trailing);
                self.lines(lines, indent, false);
                self.is_open = *keeps;
                return;
            }
            // Comments behind a block without lines would be taken for its lines.
            Kind::Scalar(it) if is_root => {
                self.word(&scalar::begin_line(it.line()));
            }
            Kind::Scalar(it) => self.word(&it.line()),
        }
        self.trailing(entry.trailing);
    }

    fn lines(&mut self, lines: &[impl AsRef<str>], indent: usize, inline: bool) {
        for (index, line) in lines.iter().enumerate() {
            let line = line.as_ref();
            if !inline || index > 0 {
                self.text.push('\n');
                self.indent(if line.is_empty() { 0 } else { indent });
            }
            self.text.push_str(line);
        }
    }

    /// The entries of a block, the first of them on the line that was begun if it is `inline`.
    fn collection(&mut self, collection: &Collection<'_>, indent: usize, inline: bool) {
        let start = indent + collection.dash();
        for (index, entry) in collection.entries.iter().enumerate() {
            if !inline || index > 0 {
                self.above(entry, indent, start, index == 0);
            }
            if !collection.map {
                self.text.push('-');
                if !entry.value.is_nothing() {
                    self.text.push(' ');
                }
            }
            self.entry(entry, start);
        }
        for comment in &collection.below {
            self.comment(comment, indent, comment.blank);
        }
    }
}

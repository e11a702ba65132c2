//! Lists and maps on one line: `{ a: 1, b: [x, y] }`.

use super::tree::{Collection, Entry, Form, Kind};

/// A list or a map in flow style, if it takes `room` columns or less.
pub(super) fn flow(collection: &Collection<'_>, room: usize) -> Option<String> {
    let mut line = Line { text: String::new(), room };
    line.collection(collection)?;
    Some(line.text)
}

struct Line {
    text: String,
    /// How many columns are left.
    room: usize,
}

/// What must come between a value and the bracket or comma behind it.
#[derive(PartialEq)]
enum Behind {
    Nothing,
    /// Nothing was written for the value, and YAML 1.1 would take `key:,` for a word.
    Space,
}

impl Line {
    /// Writes, or gives up where there is no room left.
    fn push(&mut self, text: &str) -> Option<()> {
        self.room = self.room.checked_sub(text.chars().count())?;
        self.text.push_str(text);
        Some(())
    }

    fn collection(&mut self, it: &Collection<'_>) -> Option<Behind> {
        let (open, close) = match (it.map, it.entries.is_empty()) {
            (true, true) => ("{", "}"),
            (false, true) => ("[", "]"),
            _ if it.commented => return None,
            _ if it.form == Form::Pair => ("", ""),
            (true, false) => ("{ ", " }"),
            (false, false) => ("[", "]"),
        };
        self.push(open)?;
        let mut behind = Behind::Nothing;
        for (index, entry) in it.entries.iter().enumerate() {
            if index > 0 {
                self.push(if behind == Behind::Space { " , " } else { ", " })?;
            }
            behind = self.entry(entry, it.form)?;
        }
        if it.form == Form::Pair {
            return Some(behind);
        }
        if behind == Behind::Space && !it.map {
            self.push(" ")?;
        }
        self.push(close)?;
        Some(Behind::Nothing)
    }

    fn entry(&mut self, entry: &Entry<'_>, form: Form) -> Option<Behind> {
        let mut before = "";
        if let Some(key) = &entry.key {
            // YAML 1.1 would miss a key before the colon.
            let is_missed = form == Form::Flow && matches!(key.kind, Kind::Empty);
            self.push(if is_missed { "? " } else { "" })?;
            self.push(&key.key())?;
            self.push(":")?;
            before = " ";
        }
        if let Some(anchor) = entry.value.anchor {
            self.push(before)?;
            self.push(anchor)?;
            before = " ";
        }
        if matches!(entry.value.kind, Kind::Empty) {
            return Some(Behind::Space);
        }
        self.push(before)?;
        match &entry.value.kind {
            Kind::Collection(it) => return self.collection(it),
            Kind::Alias(it) => self.push(it)?,
            Kind::Scalar(it) => self.push(&it.line())?,
            Kind::Empty => {}
        }
        Some(Behind::Nothing)
    }
}

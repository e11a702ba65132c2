//! Where a value was written: a file and a range of its bytes.
//!
//! A [`Place`] is eight bytes wide in spirit and twelve in fact, so every value of a cloud of ten
//! thousand hosts can carry one. Lines and columns are computed only when somebody asks.

use std::fmt;

/// Index of a file in its [`Sources`]; 0 is the file that was asked for, others were included.
pub type FileId = u16;

/// A range of bytes in one source file; `end` is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start: start as u32, end: end as u32 }
    }

    /// The part of this place that starts `offset` bytes in and is `len` bytes long.
    pub fn part(self, offset: usize, len: usize) -> Self {
        let start = (self.start + offset as u32).min(self.end);
        Self { start, end: (start + len as u32).min(self.end), ..self }
    }

    /// The empty place where this one begins.
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }
}

/// A line and a column, both counted from 1; columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One file as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    relative: String,
    text: String,
    line_starts: Vec<u32>,
}

impl Source {
    /// A file called `name`, as messages shall show it, with its `text`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        let relative = name.rsplit('/').next().unwrap_or_default().to_owned();
        let mut line_starts = vec![0];
        line_starts
            .extend(text.bytes().enumerate().filter(|it| it.1 == b'\n').map(|it| it.0 as u32 + 1));
        Self { name, relative, text, line_starts }
    }

    /// The name that messages show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same file under the name that is the same wherever `fmc` is run: its path as seen from
    /// the folder of the first file.
    pub fn with_relative(mut self, relative: impl Into<String>) -> Self {
        self.relative = relative.into();
        self
    }

    /// The name that is the same wherever `fmc` is run.
    pub fn relative(&self) -> &str {
        &self.relative
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte; a byte past the end counts as the end.
    pub fn line_column(&self, byte: u32) -> LineColumn {
        let byte = (byte as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start as usize <= byte);
        let start = self.line_starts[line - 1] as usize;
        // Counting bytes that begin a character is counting characters, and never cuts one.
        let before = self.text.as_bytes()[start..byte].iter().filter(|it| **it & 0xc0 != 0x80);
        LineColumn { line, column: before.count() + 1 }
    }

    /// The bytes of line `line` (from 1), without its line break.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts[line - 1] as usize;
        let end = self.line_starts.get(line).map_or(self.text.len(), |it| *it as usize - 1);
        let end = if end > start && self.text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end };
        start..end.max(start)
    }

    /// How many lines there are; a final line break begins one more, empty line.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}

/// Every file that one cloud was read from.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// No file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and tells its number.
    pub fn add(&mut self, source: Source) -> FileId {
        self.0.push(source);
        (self.0.len() - 1) as FileId
    }

    /// The file with this number.
    ///
    /// # Panics
    /// If the number is not from this set: places are only ever made from its files.
    pub fn get(&self, file: FileId) -> &Source {
        &self.0[file as usize]
    }

    /// All files in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    /// Where a place begins.
    pub fn line_column(&self, place: Place) -> LineColumn {
        self.get(place.file).line_column(place.start)
    }

    /// The text at a place; empty where the place does not fall on character boundaries.
    pub fn slice(&self, place: Place) -> &str {
        let text = self.get(place.file).text();
        text.get(place.start as usize..place.end as usize).unwrap_or_default()
    }

    /// `file:line:column` of a place.
    pub fn show(&self, place: Place) -> String {
        format!("{}:{}", self.get(place.file).name(), self.line_column(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::new("cloud.yaml", "a: ñ é\r\nb: x\n");
        assert_eq!(source.line_column(0).to_string(), "1:1");
        assert_eq!(source.line_column(6).to_string(), "1:6");
        assert_eq!(source.line_column(10).to_string(), "2:1");
        assert_eq!(&source.text()[source.line_range(1)], "a: ñ é");
        assert_eq!(&source.text()[source.line_range(2)], "b: x");
        assert_eq!(source.line_column(9999).to_string(), "3:1");
    }
}

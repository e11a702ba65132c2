//! A page of cells: characters of lines and boxes, and over them runs of text.

use super::Style;
use crate::plain::turns;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// A cell by its column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) y: i64,
    pub(super) x: i64,
}

/// How far from the origin a cell can be: no terminal is larger, and no mistake in a scene can make
/// the page eat the memory.
const LIMIT: f64 = 100_000.0;

/// The cell at these coordinates.
pub(super) fn cell(x: f64, y: f64) -> Place {
    let whole = |it: f64| it.round().clamp(-LIMIT, LIMIT) as i64;
    Place { x: whole(x), y: whole(y) }
}

/// A line of text with its width in cells.
#[derive(Debug, Clone)]
struct Run {
    width: i64,
    text: String,
}

/// The page.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) style: Style,
    glyphs: BTreeMap<Place, char>,
    runs: BTreeMap<Place, Run>,
}

impl Grid {
    pub(super) fn new(style: Style) -> Self {
        Self { style, glyphs: BTreeMap::new(), runs: BTreeMap::new() }
    }

    /// Puts a character into a cell.
    pub(super) fn glyph(&mut self, place: Place, glyph: char) {
        self.glyphs.insert(place, glyph);
    }

    /// Leaves a cell of a border free.
    pub(super) fn gap(&mut self, place: Place) {
        self.glyphs.remove(&place);
    }

    /// Puts a character where a border is; a gap in it stays one.
    pub(super) fn joint(&mut self, place: Place, glyph: char) {
        if self.glyphs.contains_key(&place) {
            self.glyph(place, glyph);
        }
    }

    /// Writes a text that starts in this cell.
    pub(super) fn text(&mut self, place: Place, content: &str) {
        let text = clean(content);
        let width = text.width() as i64;
        if width > 0 {
            self.runs.insert(place, Run { width, text });
        }
    }

    /// The page as lines, without blanks at their ends.
    pub(super) fn write(&self) -> String {
        let rows = || self.glyphs.keys().chain(self.runs.keys()).map(|it| it.y);
        let (top, bottom) = (rows().min().unwrap_or(0), rows().max().unwrap_or(-1));
        let mut out = String::new();
        for y in top..=bottom {
            let row = Place { y, x: i64::MIN }..=Place { y, x: i64::MAX };
            let mut glyphs = self.glyphs.range(row.clone()).peekable();
            let mut runs = self.runs.range(row).peekable();
            let mut line = String::new();
            let mut column = 0;
            while glyphs.peek().is_some() || runs.peek().is_some() {
                let run = runs.peek().map_or(i64::MAX, |it| it.0.x);
                let glyph = glyphs.peek().map_or(i64::MAX, |it| it.0.x);
                let (next, width, text) = if run <= glyph {
                    let Some((place, run)) = runs.next() else { break };
                    (place.x, run.width, run.text.clone())
                } else {
                    let Some((place, glyph)) = glyphs.next() else { break };
                    (place.x, 1, glyph.to_string())
                };
                // What a text covers is not seen; a text that another one covers moves on.
                if next < column && width == 1 && run > glyph {
                    continue;
                }
                while column < next {
                    line.push(' ');
                    column += 1;
                }
                line.push_str(&text);
                column += width;
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// A text as it can stand in a line of a terminal.
pub(super) fn clean(content: &str) -> String {
    content.chars().filter(|it| !turns(*it)).map(plain).collect()
}

/// What a terminal could take for an order, or for the end of the line, is a blank.
fn plain(character: char) -> char {
    if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
        ' '
    } else {
        character
    }
}

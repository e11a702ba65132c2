//! Which glyph of which font draws each character of a line, and where.

use super::fonts::{FontFile, Fonts};
use crate::font::{self, REGULAR, SEMIBOLD};
use crate::plain::steers;
use crate::scene::Text;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use ttf_parser::Face;
use unicode_bidi::{BidiInfo, Level};

/// A font, by its place in the list of those in use; the first two are the embedded ones.
pub(super) type FontIndex = usize;

/// A glyph and where it is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    pub(super) font: FontIndex,
    pub(super) glyph: u16,
    /// In sizes of the font.
    pub(super) advance: f64,
}

/// A character with its place in a line.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// Its bytes in [`Line::content`].
    pub(super) bytes: Range<usize>,
    /// What draws it; nothing where no font has it.
    pub(super) letter: Option<Letter>,
    /// Where its pen is.
    pub(super) x: f64,
    /// How wide it is.
    pub(super) width: f64,
}

/// A line of text, ready to be drawn.
#[derive(Debug)]
pub(super) struct Line {
    /// The text without control characters.
    pub(super) content: String,
    /// Its characters from the left to the right.
    pub(super) placed: Vec<Placed>,
    /// The width of the glyphs against their natural one: other fonts than the embedded one are
    /// fitted into the width that was reserved.
    pub(super) stretch: f64,
}

/// The fonts in use.
pub(super) struct Letters<'a> {
    more: &'a dyn Fonts,
    embedded: [Option<Face<'static>>; 2],
    files: Vec<FontFile>,
    /// The font found for a character in a weight.
    found: BTreeMap<(char, bool), Option<FontIndex>>,
}

impl<'a> Letters<'a> {
    pub(super) fn new(more: &'a dyn Fonts) -> Self {
        let embedded = [REGULAR, SEMIBOLD].map(|data| Face::parse(data, 0).ok());
        Self { more, embedded, files: Vec::new(), found: BTreeMap::new() }
    }

    /// Finds the glyphs of a line, and their places.
    pub(super) fn line(&mut self, text: &Text) -> Line {
        let style = font::style(text.role);
        let plain = |it: char| if steers(it) { ' ' } else { it };
        let content: String = text.content.chars().map(plain).collect();
        let (own, units) = (usize::from(style.bold), font::units(style.bold));
        let mut covered = true;
        let mut placed: Vec<Placed> = Vec::with_capacity(content.len());
        for (start, character) in content.char_indices() {
            let letter = font::glyph(character, style.bold).map(|it| Letter {
                font: own,
                glyph: it.id,
                advance: f64::from(it.advance) / units,
            });
            covered &= letter.is_some();
            let letter = letter.or_else(|| self.other(character, style.bold));
            let advance =
                letter.map_or_else(|| font::advance(character, style.bold), |it| it.advance);
            let bytes = start..start + character.len_utf8();
            placed.push(Placed { bytes, letter, x: 0.0, width: advance * style.size });
        }
        if !covered {
            placed = visual(&content, &placed);
        }
        let natural: f64 = placed.iter().map(|it| it.width).sum();
        let stretch = if covered || natural <= 0.0 { 1.0 } else { text.width / natural };
        let mut x = text.at.x;
        for one in &mut placed {
            one.x = x;
            one.width *= stretch;
            x += one.width;
        }
        Line { content, placed, stretch }
    }

    /// The glyph of a character that the embedded font lacks.
    fn other(&mut self, character: char, bold: bool) -> Option<Letter> {
        let known = self.found.get(&(character, bold)).copied();
        let font = known.unwrap_or_else(|| {
            let font = self.more.find(character, bold).map(|file| self.keep(file));
            self.found.insert((character, bold), font);
            font
        })?;
        self.with(font, |face| letter_of(face, font, character))
    }

    /// The place of a font in the list.
    fn keep(&mut self, file: FontFile) -> FontIndex {
        let same = |it: &FontFile| Arc::ptr_eq(&it.data, &file.data) && it.index == file.index;
        let known = self.files.iter().position(same);
        2 + known.unwrap_or_else(|| {
            self.files.push(file);
            self.files.len() - 1
        })
    }

    /// The file of a font that is not embedded.
    pub(super) fn file(&self, font: FontIndex) -> Option<&FontFile> {
        self.files.get(font.checked_sub(2)?)
    }

    /// Does something with a font.
    pub(super) fn with<T>(
        &self,
        font: FontIndex,
        then: impl FnOnce(&Face<'_>) -> Option<T>,
    ) -> Option<T> {
        if font < 2 {
            return self.embedded[font].as_ref().and_then(then);
        }
        let file = self.file(font)?;
        Face::parse(&file.data, file.index).ok().and_then(|face| then(&face))
    }
}

fn letter_of(face: &Face<'_>, font: FontIndex, character: char) -> Option<Letter> {
    let glyph = face.glyph_index(character)?;
    let advance = face.glyph_hor_advance(glyph)?;
    let advance = f64::from(advance) / f64::from(face.units_per_em());
    Some(Letter { font, glyph: glyph.0, advance })
}

/// The characters in the order in which they stand on the line, where some are read from the right.
fn visual(content: &str, placed: &[Placed]) -> Vec<Placed> {
    let info = BidiInfo::new(content, Some(Level::ltr()));
    let levels: Vec<Level> = placed.iter().map(|it| info.levels[it.bytes.start]).collect();
    BidiInfo::reorder_visual(&levels).into_iter().map(|it| placed[it].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::fonts::NoFonts;
    use crate::graph::TextRole;

    fn line(content: &str) -> Line {
        let role = TextRole::Code;
        let width = font::width(content, role);
        let text = Text { width, role, content: content.to_owned(), ..Text::default() };
        Letters::new(&NoFonts).line(&text)
    }

    #[test]
    fn a_line_is_as_wide_as_was_reserved() {
        for content in ["plain", "tab\there", "漢字 and plain", "🙂", ""] {
            let line = line(content);
            let end = line.placed.last().map_or(0.0, |it| it.x + it.width);
            assert!((end - font::width(&line.content, TextRole::Code)).abs() < 1e-6, "{content}");
        }
    }

    #[test]
    fn what_is_read_from_the_right_stands_from_the_right() {
        let line = line("ab שלום");
        let shown: String = line.placed.iter().map(|it| &line.content[it.bytes.clone()]).collect();
        assert_eq!(shown, "ab םולש");
    }
}

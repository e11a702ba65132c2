//! The two weights of the embedded font, and how wide a text is in them.
//!
//! The fonts are cut without kerning and ligatures, so a width is a sum of advances and the same in
//! every program that draws them. Characters that they lack are drawn with a system font, fitted into
//! a width that is estimated generously here.

use crate::graph::TextRole;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use ttf_parser::Face;
use unicode_width::UnicodeWidthChar;

/// The regular weight, a TrueType file.
pub const REGULAR: &[u8] = include_bytes!("../assets/fonts/Inter-Regular.ttf");
/// The weight of names and titles, a TrueType file.
pub const SEMIBOLD: &[u8] = include_bytes!("../assets/fonts/Inter-SemiBold.ttf");
/// The name under which pictures refer to the font.
pub const FAMILY: &str = "Inter";

static FACES: LazyLock<[Option<Face<'static>>; 2]> =
    LazyLock::new(|| [REGULAR, SEMIBOLD].map(|data| Face::parse(data, 0).ok()));

/// How a text of a role is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The size of the font in CSS pixels.
    pub size: f64,
    /// Whether it is set in the heavier weight.
    pub bold: bool,
    /// From one baseline to the next, in CSS pixels.
    pub leading: f64,
}

/// How a text of this role is set.
pub const fn style(role: TextRole) -> Style {
    let (size, bold, leading) = match role {
        TextRole::Title => (20.0, true, 28.0),
        TextRole::Subtitle => (12.0, false, 18.0),
        TextRole::Cluster => (12.0, true, 16.0),
        TextRole::Name => (12.0, true, 15.0),
        TextRole::Code => (11.0, false, 14.0),
        TextRole::Note | TextRole::Edge => (10.5, false, 13.0),
    };
    Style { size, bold, leading }
}

/// A glyph of the embedded font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// How far its pen moves on, in units of the font.
    pub advance: u16,
}

/// The glyph that draws this character; nothing where the embedded font has none.
pub fn glyph(character: char, bold: bool) -> Option<Glyph> {
    match GLYPHS[usize::from(bold)].get(character as usize) {
        Some(known) => kept(known, character, bold),
        None => looked_up(character, bold),
    }
}

/// How many characters have a place in [`GLYPHS`]: up to the end of Cyrillic, which is nearly all
/// that the font has.
const KEPT: usize = 0x530;
/// A character that was looked for and not found; 0 is one that was not looked for yet.
const LACKING: u32 = u32::MAX;

/// The glyphs that were asked for, by character, as number and advance in one: a layout measures
/// the same letters thousands of times, and a search in the font takes hundreds of instructions.
static GLYPHS: [[AtomicU32; KEPT]; 2] = [const { [const { AtomicU32::new(0) }; KEPT] }; 2];

fn kept(known: &AtomicU32, character: char, bold: bool) -> Option<Glyph> {
    // Who comes second writes the same again, so no order among threads is needed.
    match known.load(Ordering::Relaxed) {
        0 => {
            let glyph = looked_up(character, bold);
            let value = |it: Glyph| u32::from(it.id) << 16 | u32::from(it.advance);
            // The glyph 0 is that of missing characters, so no found one is 0.
            known.store(glyph.map_or(LACKING, value), Ordering::Relaxed);
            glyph
        }
        LACKING => None,
        value => Some(Glyph { id: (value >> 16) as u16, advance: value as u16 }),
    }
}

fn looked_up(character: char, bold: bool) -> Option<Glyph> {
    let face = FACES[usize::from(bold)].as_ref()?;
    let id = face.glyph_index(character).filter(|it| it.0 != 0)?;
    Some(Glyph { id: id.0, advance: face.glyph_hor_advance(id)? })
}

/// Whether the embedded font can draw this character.
pub fn covers(character: char, bold: bool) -> bool {
    glyph(character, bold).is_some()
}

/// How many units of the font its size is, in a weight.
pub fn units(bold: bool) -> f64 {
    FACES[usize::from(bold)].as_ref().map_or(1.0, |it| f64::from(it.units_per_em()))
}

/// How wide a text of this role is, in CSS pixels.
pub fn width(text: &str, role: TextRole) -> f64 {
    let style = style(role);
    let units = units(style.bold);
    let advance = |it: char| match glyph(it, style.bold) {
        Some(known) => f64::from(known.advance) / units,
        None => estimated(it),
    };
    text.chars().map(advance).sum::<f64>() * style.size
}

/// How wide a character is, in sizes of the font.
pub fn advance(character: char, bold: bool) -> f64 {
    match glyph(character, bold) {
        Some(known) => f64::from(known.advance) / units(bold),
        None => estimated(character),
    }
}

/// How wide a character of another font is at most.
fn estimated(character: char) -> f64 {
    match character.width() {
        Some(0) => 0.0,
        Some(1) | None => 0.75,
        Some(_) => 1.3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_is_the_sum_of_its_characters() {
        let one = width("A", TextRole::Name);
        assert!(one > 5.0 && one < 12.0, "{one}");
        assert!((width("AAA", TextRole::Name) - 3.0 * one).abs() < 1e-9);
        assert!(width("A", TextRole::Title) > one);
    }

    #[test]
    fn what_is_kept_is_what_the_font_says() {
        for bold in [false, true] {
            for character in ('\0'..='\u{600}').chain("→漢🙂".chars()) {
                let first = glyph(character, bold);
                assert_eq!(first, looked_up(character, bold), "{character:?}");
                assert_eq!(glyph(character, bold), first, "{character:?} when asked again");
            }
        }
    }

    #[test]
    fn what_the_font_lacks_is_given_room() {
        assert!(covers('á', false) && !covers('漢', false));
        assert!(width("漢字", TextRole::Code) >= 22.0);
    }
}

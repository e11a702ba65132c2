//! The two weights of the embedded font, and how wide a text is in them.
//!
//! The fonts are cut without kerning and ligatures, so a width is a sum of advances and the same in
//! every program that draws them. Characters that they lack are drawn with a system font, fitted into
//! a width that is estimated generously here.

use crate::graph::TextRole;
use std::sync::LazyLock;
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

/// Whether the embedded font can draw this character.
pub fn covers(character: char, bold: bool) -> bool {
    FACES[usize::from(bold)].as_ref().is_some_and(|face| face.glyph_index(character).is_some())
}

/// How wide a text of this role is, in CSS pixels.
pub fn width(text: &str, role: TextRole) -> f64 {
    let style = style(role);
    text.chars().map(|character| advance(character, style.bold)).sum::<f64>() * style.size
}

/// How wide a character is, in sizes of the font.
pub fn advance(character: char, bold: bool) -> f64 {
    let known = FACES[usize::from(bold)].as_ref().and_then(|face| {
        let glyph = face.glyph_index(character)?;
        let advance = face.glyph_hor_advance(glyph)?;
        Some(f64::from(advance) / f64::from(face.units_per_em()))
    });
    known.unwrap_or_else(|| match character.width() {
        Some(0) => 0.0,
        Some(1) | None => 0.75,
        Some(_) => 1.3,
    })
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
    fn what_the_font_lacks_is_given_room() {
        assert!(covers('á', false) && !covers('漢', false));
        assert!(width("漢字", TextRole::Code) >= 22.0);
    }
}

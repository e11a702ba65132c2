//! The embedded font, cut down to the characters that a picture uses.

use crate::font::{FAMILY, REGULAR, SEMIBOLD};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use read_fonts::FontRef;
use read_fonts::collections::IntSet;
use skera::{Plan, SubsetFlags, subset_font};

/// Writes the rule that brings along one weight of the font, with these characters in it.
pub(super) fn face(out: &mut String, bold: bool, characters: impl Iterator<Item = char>) {
    let (data, weight) = if bold { (SEMIBOLD, "600") } else { (REGULAR, "400") };
    out.push_str("@font-face{font-family:");
    out.push_str(FAMILY);
    out.push_str(";font-weight:");
    out.push_str(weight);
    out.push_str(";src:url(data:font/ttf;base64,");
    match cut(data, characters) {
        Some(cut) => STANDARD.encode_string(cut, out),
        None => STANDARD.encode_string(data, out),
    }
    out.push_str(")}\n");
}

/// The font with these characters only.
fn cut(data: &[u8], characters: impl Iterator<Item = char>) -> Option<Vec<u8>> {
    let font = FontRef::new(data).ok()?;
    let characters: IntSet<u32> = characters.map(u32::from).collect();
    let (none, flags) = (IntSet::empty(), SubsetFlags::SUBSET_FLAGS_NO_HINTING);
    let (glyphs, names, languages) = (IntSet::empty(), IntSet::empty(), IntSet::empty());
    let plan =
        Plan::new(&glyphs, &characters, &font, flags, &none, &none, &none, &names, &languages);
    subset_font(&font, &plan).ok()
}

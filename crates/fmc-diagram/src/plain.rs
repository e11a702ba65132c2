//! Characters that give orders to whatever shows a text, instead of being shown.

/// Whether a character turns the direction of what is around it: the formatting characters of Unicode's
/// bidirectional algorithm ([UAX #9](https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters)).
/// Texts have their direction by their letters; with these, `evil.exe` can be made to look like another name,
/// and a label can turn what stands behind it.
pub(crate) fn turns(it: char) -> bool {
    matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character gives any order: a control character, or one that [turns].
pub(crate) fn steers(it: char) -> bool {
    it.is_control() || turns(it)
}

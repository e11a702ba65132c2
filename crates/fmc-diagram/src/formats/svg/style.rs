//! The style sheet: one class for each colour that is used, and the font.

use super::font;
use crate::font::FAMILY;
use crate::theme::{Color, Scheme};
use std::collections::{BTreeMap, BTreeSet};

/// What a colour is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// The inside of shapes and texts.
    Fill,
    /// Lines.
    Stroke,
    /// The ink of an icon.
    Ink,
}

impl Use {
    /// The letter that the class begins with.
    fn letter(self) -> char {
        match self {
            Self::Fill => 'f',
            Self::Stroke => 's',
            Self::Ink => 'i',
        }
    }

    fn property(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Stroke => "stroke",
            Self::Ink => "color",
        }
    }
}

/// What the picture uses of the style sheet.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// The colours, with their classes.
    colors: BTreeMap<(Use, Color), String>,
    /// The characters drawn: those below U+0800 as bits, and others.
    usual: [u64; 32],
    others: BTreeSet<char>,
    /// Whether either weight is used.
    weights: [bool; 2],
}

impl Styles {
    /// The class of a colour.
    pub(super) fn class(&mut self, use_: Use, color: Color) -> &str {
        let class = || format!("{}-{}", use_.letter(), color.name());
        self.colors.entry((use_, color)).or_insert_with(class)
    }

    /// Remembers the characters of a text.
    pub(super) fn text(&mut self, text: &str, bold: bool) {
        // Sets ask for every character again; nearly all are in a few words of bits.
        for character in text.chars() {
            match self.usual.get_mut(character as usize / 64) {
                Some(word) => *word |= 1 << (character as usize % 64),
                None => {
                    self.others.insert(character);
                }
            }
        }
        self.weights[usize::from(bold)] = true;
    }

    /// The characters drawn, in their order.
    fn characters(&self) -> impl Iterator<Item = char> {
        let drawn = |it: &u32| self.usual[*it as usize / 64] >> (it % 64) & 1 == 1;
        let usual = (0..64 * self.usual.len() as u32).filter(drawn).filter_map(char::from_u32);
        usual.chain(self.others.iter().copied())
    }

    /// Writes the style sheet.
    pub(super) fn write(&self, out: &mut String) {
        for bold in [false, true] {
            if self.weights[usize::from(bold)] {
                font::face(out, bold, self.characters());
            }
        }
        // Within the embedded font nothing is to be joined or moved; beside it are the fonts of the
        // system, for the characters that it lacks.
        out.push_str(".fmc text{font-family:");
        out.push_str(FAMILY);
        out.push_str(
            ",system-ui,sans-serif;font-kerning:none;white-space:pre}.fmc .b{font-weight:600}",
        );
        // What only the mouse meets is around every line, so that it need not be hit exactly.
        out.push_str(".fmc .route{fill:none;stroke-width:12;pointer-events:stroke}");
        let mut properties: Vec<Color> = Vec::new();
        for &(use_, color) in self.colors.keys() {
            properties.push(color);
            self.rule(out, use_, color, &color.rgb(Scheme::Light).hex());
        }
        properties.sort_unstable();
        properties.dedup();
        out.push_str("\n@media screen{");
        sheet(out, &properties, Scheme::Light);
        for &(use_, color) in self.colors.keys() {
            self.rule(out, use_, color, &format!("var(--{})", color.name()));
        }
        out.push_str("}\n@media screen and (prefers-color-scheme:dark){");
        sheet(out, &properties, Scheme::Dark);
        out.push('}');
    }

    fn rule(&self, out: &mut String, use_: Use, color: Color, value: &str) {
        out.push('.');
        out.push(use_.letter());
        out.push('-');
        out.push_str(&color.name());
        out.push('{');
        out.push_str(use_.property());
        out.push(':');
        out.push_str(value);
        out.push('}');
    }
}

/// Sets the custom properties of a scheme.
fn sheet(out: &mut String, properties: &[Color], scheme: Scheme) {
    out.push_str(".fmc{");
    for color in properties {
        out.push_str("--");
        out.push_str(&color.name());
        out.push(':');
        out.push_str(&color.rgb(scheme).hex());
        out.push(';');
    }
    out.push('}');
}

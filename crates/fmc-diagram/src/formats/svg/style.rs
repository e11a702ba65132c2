//! The style sheet: one class for each colour that is used, and the font.

use super::font;
use crate::font::FAMILY;
use crate::theme::{Color, Scheme};
use std::collections::BTreeSet;

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
    colors: BTreeSet<(Use, Color)>,
    /// The characters drawn, and whether either weight is used.
    characters: BTreeSet<char>,
    weights: [bool; 2],
}

impl Styles {
    /// The class of a colour.
    pub(super) fn class(&mut self, use_: Use, color: Color) -> String {
        self.colors.insert((use_, color));
        format!("{}-{}", use_.letter(), color.name())
    }

    /// Remembers the characters of a text.
    pub(super) fn text(&mut self, text: &str, bold: bool) {
        self.characters.extend(text.chars());
        self.weights[usize::from(bold)] = true;
    }

    /// Writes the style sheet.
    pub(super) fn write(&self, out: &mut String) {
        for bold in [false, true] {
            if self.weights[usize::from(bold)] {
                font::face(out, bold, &self.characters);
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
        for &(use_, color) in &self.colors {
            properties.push(color);
            self.rule(out, use_, color, &color.rgb(Scheme::Light).hex());
        }
        properties.sort_unstable();
        properties.dedup();
        out.push_str("\n@media screen{");
        sheet(out, &properties, Scheme::Light);
        for &(use_, color) in &self.colors {
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

//! The colours of a picture, on a light and on a dark sheet.
//!
//! Formats never name a colour: they ask for what it is for. That keeps the pictures alike, and lets
//! one page carry both schemes.

use crate::graph::{Change, TextRole, Tone};
use crate::icons::Paint;

/// How many tones have a colour of their own beside the neutral one.
pub const TONES: u8 = 8;

/// How many depths of nesting have a tint of their own; deeper boxes repeat the last two in turn.
pub const DEPTHS: usize = 4;

/// A colour as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Whether the sheet is light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Scheme {
    /// Dark ink on a white sheet, for paper too.
    #[default]
    Light,
    /// Light ink on a dark sheet.
    Dark,
}

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Color {
    /// The sheet.
    Paper,
    /// The ground of a node.
    Card,
    /// The edge of light under a node's card.
    Shadow,
    /// The border of a node's card.
    Rim(Tone),
    /// The ground of a cluster at this depth.
    Tint(Tone, usize),
    /// The border of a cluster.
    Border(Tone),
    /// The line of an edge, its arrowheads, and icons of one colour.
    Line(Tone),
    /// Names and headings.
    Ink,
    /// What is exact: addresses, ports.
    Code,
    /// Remarks.
    Muted,
    /// Titles of clusters and labels of edges.
    Word(Tone),
    /// The mark of a change.
    Mark(Change),
    /// A colour that an icon brings along, such as that of a brand.
    Brand(Rgb),
}

/// What a tone looks like: lines and text, light and dark.
struct Hue {
    line: Rgb,
    word: Rgb,
    dark_line: Rgb,
    dark_word: Rgb,
}

/// The colour written as six hexadecimal digits.
const fn hex(digits: u32) -> Rgb {
    Rgb((digits >> 16) as u8, (digits >> 8) as u8, digits as u8)
}

const fn hue(line: u32, word: u32, dark_line: u32, dark_word: u32) -> Hue {
    Hue { line: hex(line), word: hex(word), dark_line: hex(dark_line), dark_word: hex(dark_word) }
}

/// The neutral tone, then the eight others. Neighbours in the list are far apart in hue, since a
/// diagram takes them from the front. Lines have a contrast of at least 3 to every ground they can
/// lie on, words of at least 4.5.
const HUES: [Hue; TONES as usize + 1] = [
    hue(0x5b_6b_82, 0x42_50_66, 0x8f_9d_b3, 0xb6_c2_d4),
    hue(0x2f_6b_de, 0x1f_52_b8, 0x6b_a1_ff, 0x9c_c1_ff), // blue
    hue(0xbf_66_0a, 0x8f_49_06, 0xf0_a3_4a, 0xf7_c2_85), // amber
    hue(0x12_86_7a, 0x0c_63_5a, 0x3f_c6_b4, 0x7f_dd_d0), // teal
    hue(0x7d_49_d8, 0x64_34_b8, 0xaf_8c_f8, 0xca_b2_fb), // violet
    hue(0xcb_32_5c, 0xa5_1f_47, 0xf5_7f_9d, 0xf9_ac_bf), // rose
    hue(0x3d_87_2e, 0x2b_66_20, 0x7c_c9_6a, 0xa6_dc_99), // green
    hue(0x0e_80_a8, 0x09_5f_7e, 0x4c_bd_e4, 0x8b_d6_f1), // cyan
    hue(0xb0_38_a6, 0x8c_25_84, 0xe4_80_db, 0xee_ac_e8), // magenta
];

/// What tints the ground of neutral clusters: cooler than their lines, so that it reads as paper.
const COOL: Rgb = hex(0x5a_78_a8);

/// How much of a tone's line is in the ground of a cluster, by depth.
const STRENGTH: [f64; DEPTHS] = [0.045, 0.085, 0.125, 0.165];
/// The same on a dark sheet.
const DARK_STRENGTH: [f64; DEPTHS] = [0.06, 0.10, 0.14, 0.18];

impl Color {
    /// The colour of a text of this role. The tone is that of what it belongs to.
    pub fn of_text(role: TextRole, tone: Tone) -> Self {
        match role {
            TextRole::Title | TextRole::Name => Self::Ink,
            TextRole::Code => Self::Code,
            TextRole::Subtitle | TextRole::Note => Self::Muted,
            TextRole::Cluster | TextRole::Edge => Self::Word(tone),
        }
    }

    /// The same colour for the tones and depths beyond those which the theme knows.
    fn known(self) -> Self {
        match self {
            Self::Rim(tone) => Self::Rim(round(tone)),
            Self::Tint(tone, depth) => Self::Tint(round(tone), level(depth)),
            Self::Border(tone) => Self::Border(round(tone)),
            Self::Line(tone) => Self::Line(round(tone)),
            Self::Word(tone) => Self::Word(round(tone)),
            other => other,
        }
    }

    /// What style sheets call it: letters, digits and hyphens.
    pub fn name(self) -> String {
        match self.known() {
            Self::Paper => "paper".to_owned(),
            Self::Card => "card".to_owned(),
            Self::Shadow => "shadow".to_owned(),
            Self::Rim(tone) => format!("rim{}", tone.0),
            Self::Tint(tone, depth) => format!("tint{}-{depth}", tone.0),
            Self::Border(tone) => format!("border{}", tone.0),
            Self::Line(tone) => format!("line{}", tone.0),
            Self::Ink => "ink".to_owned(),
            Self::Code => "code".to_owned(),
            Self::Muted => "muted".to_owned(),
            Self::Word(tone) => format!("word{}", tone.0),
            Self::Mark(change) => match change {
                Change::Same => "same",
                Change::Added => "added",
                Change::Removed => "removed",
                Change::Changed => "changed",
                Change::Warned => "warned",
                Change::Faulty => "faulty",
            }
            .to_owned(),
            Self::Brand(rgb) => format!("brand-{}", &rgb.hex()[1..]),
        }
    }

    /// The colour on a sheet of this scheme.
    pub fn rgb(self, scheme: Scheme) -> Rgb {
        match scheme {
            Scheme::Light => self.light(),
            Scheme::Dark => self.dark(),
        }
    }

    fn light(self) -> Rgb {
        let white = Rgb(255, 255, 255);
        match self.known() {
            Self::Paper | Self::Card => white,
            Self::Shadow => hex(0xd5_dc_e5),
            Self::Rim(Tone(0)) => hex(0xc3_cc_d8),
            Self::Rim(tone) => white.mix(HUES[usize::from(tone.0)].line, 0.5),
            Self::Tint(Tone(0), depth) => white.mix(COOL, STRENGTH[depth]),
            Self::Tint(tone, depth) => white.mix(HUES[usize::from(tone.0)].line, STRENGTH[depth]),
            Self::Border(tone) => white.mix(HUES[usize::from(tone.0)].line, 0.38),
            Self::Line(tone) => HUES[usize::from(tone.0)].line,
            Self::Word(tone) => HUES[usize::from(tone.0)].word,
            Self::Ink => hex(0x16_1e_2c),
            Self::Code => hex(0x3b_48_5c),
            Self::Muted => hex(0x54_60_73),
            Self::Mark(Change::Same) => HUES[0].line,
            Self::Mark(Change::Added) => hex(0x1d_7f_3b),
            Self::Mark(Change::Removed | Change::Faulty) => hex(0xc6_28_33),
            Self::Mark(Change::Changed | Change::Warned) => hex(0xa8_5d_00),
            Self::Brand(rgb) => brand(rgb, Scheme::Light),
        }
    }

    fn dark(self) -> Rgb {
        let (paper, card) = (hex(0x10_15_1e), hex(0x1c_24_31));
        match self.known() {
            Self::Paper => paper,
            Self::Card => card,
            Self::Shadow => hex(0x0a_0d_13),
            Self::Rim(Tone(0)) => hex(0x3d_49_5b),
            Self::Rim(tone) => card.mix(HUES[usize::from(tone.0)].dark_line, 0.5),
            Self::Tint(tone, depth) => {
                paper.mix(HUES[usize::from(tone.0)].dark_line, DARK_STRENGTH[depth])
            }
            Self::Border(tone) => paper.mix(HUES[usize::from(tone.0)].dark_line, 0.4),
            Self::Line(tone) => HUES[usize::from(tone.0)].dark_line,
            Self::Word(tone) => HUES[usize::from(tone.0)].dark_word,
            Self::Ink => hex(0xee_f2_f7),
            Self::Code => hex(0xc2_cc_d9),
            Self::Muted => hex(0x9f_ab_bc),
            Self::Mark(Change::Same) => HUES[0].dark_line,
            Self::Mark(Change::Added) => hex(0x5c_d6_7f),
            Self::Mark(Change::Removed | Change::Faulty) => hex(0xff_7f_84),
            Self::Mark(Change::Changed | Change::Warned) => hex(0xf2_b1_4f),
            Self::Brand(rgb) => brand(rgb, Scheme::Dark),
        }
    }
}

/// A colour of an icon where it can be seen: its own, or the nearest that can.
fn brand(rgb: Rgb, scheme: Scheme) -> Rgb {
    let [red, green, blue] = Paint::Rgb(rgb.0, rgb.1, rgb.2).on(scheme == Scheme::Dark);
    Rgb(red, green, blue)
}

/// A tone within the theme.
fn round(tone: Tone) -> Tone {
    Tone(if tone.0 == 0 { 0 } else { (tone.0 - 1) % TONES + 1 })
}

/// The level of tint of a depth.
fn level(depth: usize) -> usize {
    if depth < DEPTHS { depth } else { DEPTHS - 2 + (depth - DEPTHS) % 2 }
}

impl Rgb {
    /// As style sheets write it, with the sign before it.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// This colour with a share of another in it.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let one = |from: u8, to: u8| {
            let value = f64::from(from) + (f64::from(to) - f64::from(from)) * share;
            // Both ends are bytes, and so is all between them.
            #[expect(clippy::cast_sign_loss, reason = "a mean of two bytes is not negative")]
            let byte = value.round() as u8;
            byte
        };
        Self(one(self.0, other.0), one(self.1, other.1), one(self.2, other.2))
    }

    /// The contrast of two colours, from 1 to 21, as WCAG 2.2 counts it
    /// (<https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let one = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * one(self.0) + 0.7152 * one(self.1) + 0.0722 * one(self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every ground that a text or a line can lie on.
    fn grounds() -> Vec<Color> {
        let tints = (0..=TONES).flat_map(|tone| (0..6).map(move |it| Color::Tint(Tone(tone), it)));
        tints.chain([Color::Paper, Color::Card]).collect()
    }

    fn contrasts(color: Color, least: f64) {
        for scheme in [Scheme::Light, Scheme::Dark] {
            for ground in grounds() {
                let contrast = color.rgb(scheme).contrast(ground.rgb(scheme));
                assert!(contrast >= least, "{color:?} on {ground:?}, {scheme:?}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for color in [Color::Ink, Color::Code, Color::Muted] {
            contrasts(color, 4.5);
        }
        (0..=TONES).for_each(|tone| contrasts(Color::Word(Tone(tone)), 4.5));
    }

    #[test]
    fn every_line_can_be_seen_on_every_ground() {
        (0..=TONES).for_each(|tone| contrasts(Color::Line(Tone(tone)), 3.0));
        for change in
            [Change::Added, Change::Removed, Change::Changed, Change::Warned, Change::Faulty]
        {
            contrasts(Color::Mark(change), 3.0);
        }
    }

    #[test]
    fn a_sign_can_be_read_in_its_mark() {
        for change in
            [Change::Added, Change::Removed, Change::Changed, Change::Warned, Change::Faulty]
        {
            for scheme in [Scheme::Light, Scheme::Dark] {
                let (mark, sign) = (Color::Mark(change), Color::Card);
                assert!(
                    mark.rgb(scheme).contrast(sign.rgb(scheme)) >= 4.5,
                    "{change:?} {scheme:?}"
                );
            }
        }
    }

    #[test]
    fn tones_and_depths_go_on_forever() {
        assert_eq!(Color::Line(Tone(9)).name(), "line1");
        assert_eq!(Color::Line(Tone(255)).rgb(Scheme::Light), Color::Line(Tone(7)).light());
        assert_ne!(Color::Tint(Tone(2), 40).light(), Color::Tint(Tone(2), 41).light());
    }

    #[test]
    fn a_black_brand_is_lifted_from_a_dark_card() {
        let black = Color::Brand(Rgb(0, 0, 0));
        assert_eq!(black.rgb(Scheme::Light), Rgb(0, 0, 0));
        assert!(black.dark().contrast(Color::Card.dark()) >= 3.0);
        assert_eq!(Color::Brand(Rgb(243, 128, 32)).dark(), Rgb(243, 128, 32));
    }
}

//! The colours of icons, and how they stay visible on light and dark cards.

/// The colour of a card in light surroundings.
pub const LIGHT_CARD: [u8; 3] = [0xff, 0xff, 0xff];
/// The colour of a card in dark surroundings.
pub const DARK_CARD: [u8; 3] = [0x1b, 0x1f, 0x24];
/// What signs need to be told from their ground: WCAG 2.2, 1.4.11.
pub const CONTRAST: f64 = 3.0;

/// The ink of icons on a light card.
const LIGHT_INK: [u8; 3] = [0x37, 0x41, 0x51];
/// The ink of icons on a dark card.
const DARK_INK: [u8; 3] = [0xd1, 0xd5, 0xdb];

/// A colour of an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// The ink of the picture: dark on light cards, light on dark ones.
    Ink,
    /// This colour, of red, green and blue, changed only as far as its visibility asks for.
    Rgb(u8, u8, u8),
}

impl Paint {
    /// The colour to draw with on a dark or a light card: the brand's own where it can be seen
    /// there, else ink for one without a hue, and for others the nearest of their hue that has a
    /// contrast of 3:1.
    pub fn on(self, dark: bool) -> [u8; 3] {
        let (ink, card) = if dark { (DARK_INK, DARK_CARD) } else { (LIGHT_INK, LIGHT_CARD) };
        match self {
            Self::Rgb(red, green, blue) if contrast([red, green, blue], card) >= CONTRAST => {
                [red, green, blue]
            }
            Self::Rgb(red, green, blue) if !is_grey([red, green, blue]) => {
                visible([red, green, blue], card)
            }
            Self::Ink | Self::Rgb(..) => ink,
        }
    }
}

/// The contrast of two colours, from 1 to 21: WCAG 2.2's contrast ratio.
pub fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colour nearest to this one on the way to white or to black that can be seen on the card.
fn visible(colour: [u8; 3], card: [u8; 3]) -> [u8; 3] {
    let goal = if luminance(card) > 0.5 { 0 } else { 255 };
    // Both cards have more than enough contrast with black and white, so the last step serves.
    (1..64_u16)
        .map(|step| colour.map(|it| mixed(it, goal, step)))
        .find(|it| contrast(*it, card) >= CONTRAST)
        .unwrap_or([goal; 3])
}

/// Whether a colour has too little of a hue to be known by it.
fn is_grey(colour: [u8; 3]) -> bool {
    let [red, green, blue] = colour;
    red.max(green).max(blue) - red.min(green).min(blue) < 0x20
}

/// A part of a colour, some sixty-fourths of the way to another.
fn mixed(from: u8, to: u8, step: u16) -> u8 {
    ((u16::from(from) * (64 - step) + u16::from(to) * step + 32) / 64) as u8
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|it| {
        let part = f64::from(it) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paint: Paint, dark: bool, expected: [u8; 3]) {
        assert_eq!(
            paint.on(dark),
            expected,
            "{paint:?} on a {} card",
            if dark { "dark" } else { "light" }
        );
    }

    #[test]
    fn a_colour_that_can_be_seen_stays_as_it_is() {
        check(Paint::Rgb(0x32, 0x6c, 0xe5), false, [0x32, 0x6c, 0xe5]);
        check(Paint::Rgb(0xf3, 0x80, 0x20), true, [0xf3, 0x80, 0x20]);
    }

    #[test]
    fn black_and_white_turn_into_ink_where_they_would_vanish() {
        check(Paint::Rgb(0, 0, 0), false, [0, 0, 0]);
        check(Paint::Rgb(0x18, 0x17, 0x17), true, DARK_INK);
        check(Paint::Rgb(0xff, 0xff, 0xff), false, LIGHT_INK);
    }

    #[test]
    fn other_colours_keep_their_hue() {
        let [red, green, blue] = Paint::Rgb(0x5f, 0x22, 0x4b).on(true);
        assert!(red > blue && blue > green, "{red} {green} {blue}");
    }

    #[test]
    fn every_colour_can_be_seen_on_both_cards() {
        for step in 0..512_u16 {
            let part = |shift: u16| ((step >> shift) & 7) as u8 * 36;
            for (dark, card) in [(false, LIGHT_CARD), (true, DARK_CARD)] {
                for paint in [Paint::Ink, Paint::Rgb(part(0), part(3), part(6))] {
                    assert!(contrast(paint.on(dark), card) >= CONTRAST, "{paint:?}");
                }
            }
        }
    }
}

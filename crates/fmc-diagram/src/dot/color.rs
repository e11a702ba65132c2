//! Colours become tints: a picture keeps the colours of its theme, and what had one colour has one.

use crate::graph::Tone;

/// How far apart the strongest and the weakest part of a colour are where a tint is seen in it. The
/// pale grounds of `diagrams` and its grey lines are below, and stay neutral.
const PALE: f64 = 0.16;

/// Up to which hue, in degrees, which tone of the theme is nearest.
const HUES: &[(f64, u8)] = &[
    (15.0, 5),  // red: rose
    (70.0, 2),  // orange and yellow: amber
    (150.0, 6), // green
    (185.0, 3), // teal
    (207.0, 7), // cyan
    (242.0, 1), // blue
    (285.0, 4), // violet
    (325.0, 8), // magenta
    (360.0, 5), // red again
];

/// The tint of a colour: by name, as `#rrggbb`, or as hue, saturation and value. What is grey, pale
/// or unknown is neutral; of several colours the first counts.
pub(super) fn tone(color: &str) -> Tone {
    let color = color.split([':', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let hue = match color.strip_prefix('#') {
        Some(digits) => hue_of_digits(digits),
        None => hue_of_parts(&color).or_else(|| hue_of_name(&color)),
    };
    let tone = hue.and_then(|hue| HUES.iter().find(|it| hue < it.0)).map_or(0, |it| it.1);
    Tone(tone)
}

fn hue_of_digits(digits: &str) -> Option<f64> {
    let width = match digits.len() {
        3 | 4 => 1,
        6 | 8 => 2,
        _ => return None,
    };
    let part = |at: usize| {
        let part = u32::from_str_radix(digits.get(at * width..(at + 1) * width)?, 16).ok()?;
        Some(f64::from(part) / if width == 1 { 15.0 } else { 255.0 })
    };
    hue(part(0)?, part(1)?, part(2)?)
}

/// The hue of a colour by its parts, from 0 to 1; none where it is grey or pale.
fn hue(red: f64, green: f64, blue: f64) -> Option<f64> {
    let most = red.max(green).max(blue);
    let chroma = most - red.min(green).min(blue);
    if chroma < PALE {
        return None;
    }
    let sixth = if most <= red {
        ((green - blue) / chroma).rem_euclid(6.0)
    } else if most <= green {
        (blue - red) / chroma + 2.0
    } else {
        (red - green) / chroma + 4.0
    };
    Some((sixth * 60.0).rem_euclid(360.0))
}

/// `0.6 0.7 0.9`, or with commas.
fn hue_of_parts(color: &str) -> Option<f64> {
    let parts = color.split([' ', ',']).filter(|it| !it.is_empty());
    let parts: Option<Vec<f64>> = parts.map(|it| it.parse().ok()).collect();
    let [hue, saturation, value] = parts?[..] else { return None };
    let seen = [hue, saturation, value].iter().all(|it| (0.0..=1.0).contains(it));
    (seen && saturation * value >= PALE).then_some((hue * 360.0).rem_euclid(360.0))
}

/// By what a name of X11 ends with, so that `darkorange3` is an orange.
fn hue_of_name(name: &str) -> Option<f64> {
    let name = name.rsplit('/').next().unwrap_or_default();
    let name = name.trim_end_matches(|it: char| it.is_ascii_digit());
    NAMES.iter().find(|it| name.ends_with(it.0)).map(|it| it.1)
}

/// Longer names before those that they end with.
const NAMES: &[(&str, f64)] = &[
    ("violetred", 330.0),
    ("indianred", 0.0),
    ("orangered", 16.0),
    ("red", 0.0),
    ("crimson", 348.0),
    ("firebrick", 0.0),
    ("maroon", 0.0),
    ("tomato", 9.0),
    ("salmon", 6.0),
    ("coral", 16.0),
    ("brown", 25.0),
    ("pink", 340.0),
    ("orange", 39.0),
    ("gold", 51.0),
    ("goldenrod", 43.0),
    ("chocolate", 25.0),
    ("sienna", 19.0),
    ("peru", 30.0),
    ("khaki", 54.0),
    ("tan", 34.0),
    ("greenyellow", 84.0),
    ("yellow", 60.0),
    ("olivedrab", 80.0),
    ("chartreuse", 90.0),
    ("seagreen", 146.0),
    ("springgreen", 149.0),
    ("green", 120.0),
    ("lime", 120.0),
    ("teal", 180.0),
    ("aquamarine", 160.0),
    ("turquoise", 174.0),
    ("cyan", 190.0),
    ("aqua", 190.0),
    ("deepskyblue", 195.0),
    ("cadetblue", 182.0),
    ("powderblue", 187.0),
    ("blueviolet", 271.0),
    ("slateblue", 248.0),
    ("blue", 220.0),
    ("navy", 240.0),
    ("indigo", 275.0),
    ("purple", 277.0),
    ("violet", 282.0),
    ("orchid", 302.0),
    ("plum", 300.0),
    ("magenta", 300.0),
    ("fuchsia", 300.0),
];

#[cfg(test)]
mod tests {
    use super::tone;

    #[test]
    fn colours_become_the_nearest_tint() {
        let tones = |colors: &[&str]| colors.iter().map(|it| tone(it).0).collect::<Vec<_>>();
        assert_eq!(tones(&["#7B8894", "#E5F5FD", "#FDF7E3", "grey", "black", "none", ""]), [0; 7]);
        assert_eq!(tones(&["firebrick", "red3", "#f00", "#CC0000FF", "0.0 1 1"]), [5; 5]);
        assert_eq!(tones(&["darkorange", "goldenrod2", "brown"]), [2; 3]);
        assert_eq!(tones(&["darkgreen", "#00AA00", "0.333,1.0,0.8"]), [6; 3]);
        assert_eq!(tones(&["blue:red", "steelblue", "/x11/royalblue", "#3366dd;0.5"]), [1; 4]);
        assert_eq!(tones(&["#zzz", "#12", "0.2 x 1", "2 3 4", "#é1"]), [0; 5]);
    }
}

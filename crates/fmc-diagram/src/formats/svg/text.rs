//! Numbers and words as they may stand in an SVG document.

use crate::plain::turns;

/// Writes a number with at most two decimals, and no more of them than it needs.
pub(super) fn number(out: &mut String, value: f64) {
    // A coordinate beyond this is a fault elsewhere; the document stays readable.
    let exact = if value.is_finite() { (value * 100.0).clamp(-1e12, 1e12) } else { 0.0 };
    // Rounded half away from zero, by hand: the rounding of floats is a call.
    let down = exact as i64;
    let rest = exact - down as f64;
    let hundredths = down + i64::from(rest >= 0.5) - i64::from(rest <= -0.5);
    if hundredths < 0 {
        out.push('-');
    }
    let digit = |it: u32| char::from(b'0' + (it % 10) as u8);
    let (whole, rest) = (hundredths.unsigned_abs() / 100, (hundredths.unsigned_abs() % 100) as u32);
    // Digit by digit: most of a picture is numbers, and hardly any of them is longer.
    match u32::try_from(whole) {
        Ok(whole @ 0..10_000) => {
            for (least, power) in [(1_000, 1_000), (100, 100), (10, 10), (0, 1)] {
                if whole >= least {
                    out.push(digit(whole / power));
                }
            }
        }
        _ => out.push_str(&whole.to_string()),
    }
    if rest > 0 {
        out.push('.');
        out.push(digit(rest / 10));
        if !rest.is_multiple_of(10) {
            out.push(digit(rest));
        }
    }
}

/// Writes text between tags. What XML forbids becomes a space or a replacement character.
pub(super) fn content(out: &mut String, text: &str) {
    escape(out, text, true);
}

/// Writes text between double quotes.
pub(super) fn attribute(out: &mut String, text: &str) {
    escape(out, text, false);
}

fn escape(out: &mut String, text: &str, lines: bool) {
    // Nearly all texts are plain letters.
    let is_plain =
        |it: u8| matches!(it, b' '..=b'~') && !matches!(it, b'&' | b'<' | b'>' | b'"' | b'\'');
    if text.bytes().all(is_plain) {
        out.push_str(text);
        return;
    }
    let mut plain = 0;
    for (at, character) in text.char_indices() {
        let instead = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            '\n' if lines => continue,
            // XML 1.0 allows tabs and line breaks of the control characters, but a text has none of
            // them, and the others make a document unreadable.
            it if it.is_control() => " ",
            it if turns(it) => "",
            '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(instead);
        plain = at + character.len_utf8();
    }
    out.push_str(&text[plain..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_no_needless_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-0.004, "0"),
            (1.5, "1.5"),
            (-12.346, "-12.35"),
            (0.125, "0.13"),
            (-0.125, "-0.13"),
            (-2.5049, "-2.5"),
            (1e30, "10000000000"),
            (100.0, "100"),
            (0.05, "0.05"),
            (1e9, "1000000000"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
        ] {
            let mut out = String::new();
            number(&mut out, value);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn what_xml_forbids_does_not_get_through() {
        let mut out = String::new();
        attribute(&mut out, "<a b='\"'>&]]>\0\u{1b}\u{85}\n\u{ffff}\u{202e}é\u{2069}漢🙂");
        assert_eq!(out, "&lt;a b=&#39;&quot;&#39;&gt;&amp;]]&gt;    \u{fffd}é漢🙂");
    }
}

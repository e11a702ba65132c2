//! Texts as DOT wants them.

use crate::plain::steers;

/// A name: what is between quotes is taken as it is, so a backslash could only hide the quote behind
/// it. One that looks the same takes its place.
pub(super) fn name(text: &str) -> String {
    text.chars().map(|it| if it == '\\' { '∖' } else { plain(it) }).collect()
}

/// The lines of a label, with everything escaped that Graphviz would read something into. Each line
/// is escaped alone, so that the `\n` between them is the only one that counts.
pub(super) fn label<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let escaped = lines.map(|line| {
        let mut out = String::with_capacity(line.len());
        for it in line.chars() {
            match it {
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                it => out.push(plain(it)),
            }
        }
        out
    });
    escaped.collect::<Vec<_>>().join("\\n")
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\\\""))
}

fn plain(it: char) -> char {
    if steers(it) { ' ' } else { it }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_quotes() {
        assert_eq!(quoted(&name("a\\\"b\nc\0")), "\"a∖\\\"b c \"");
        assert_eq!(quoted(&label(["a\"\\", "&lt;\\N"].into_iter())), r#""a\"\\\n&amp;lt;\\N""#);
    }
}

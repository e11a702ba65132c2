//! A line of a file with a mark under what is wrong in it, for what is not a cloud.

use crate::output::plain;
use std::ops::Range;

/// How many characters are shown on either side of the mark.
const AROUND: usize = 60;

/// The line, counted from 1, in which `range` of the text begins; and a mark under what of the range
/// is in that line, one character at least.
pub(crate) fn excerpt(text: &str, line: usize, range: Range<usize>) -> String {
    let start = text.get(..range.start).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1);
    let whole = text.get(start..).unwrap_or_default();
    let whole = whole.lines().next().unwrap_or_default();
    let characters = |bytes: usize| whole.get(..bytes).map_or(whole, |it| it).chars().count();
    let (first, last) = (characters(range.start - start), characters(range.end - start));
    let from = first.saturating_sub(AROUND);
    let shown: String = whole.chars().skip(from).take(2 * AROUND).collect();
    let marks = last.min(from + 2 * AROUND).saturating_sub(first).max(1);
    let (number, blank) = (line.to_string(), " ".repeat(line.to_string().len()));
    let (indent, mark) = (" ".repeat(first - from), "━".repeat(marks));
    // A tab is as wide as one character here, so that the mark stays under what it marks.
    let shown = plain(&shown.replace('\t', " "));
    format!("{blank} │\n{number} │ {}\n{blank} │ {indent}{mark}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    fn check(text: &str, wanted: &str, expected: &str) {
        let start = text.find(wanted).expect("what is marked");
        let line = text[..start].lines().count().max(1);
        assert_eq!(excerpt(text, line, start..start + wanted.len()), expected);
    }

    #[test]
    fn the_line_is_shown_and_marked() {
        check("graph { a -> b }", "->", "  │\n1 │ graph { a -> b }\n  │           ━━");
        check("a\n\tñ ñ b\nc", "b", "  │\n2 │  ñ ñ b\n  │      ━");
        check("x {\n y", "{\n y", "  │\n1 │ x {\n  │   ━");
        assert_eq!(excerpt("", 1, 0..0), "  │\n1 │ \n  │ ━");
        assert_eq!(excerpt("a\u{1b}[31m", 1, 0..1), "  │\n1 │ a␛[31m\n  │ ━");
        let long = format!("{}x{}", "a".repeat(5_000), "b".repeat(5_000));
        assert!(excerpt(&long, 1, 5_000..9_000).chars().count() < 300);
    }
}

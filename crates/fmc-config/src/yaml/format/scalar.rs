//! How a scalar is printed: its source where that is on one line, its lines where it has several.

use granit_parser::ScalarStyle;
use std::borrow::Cow;
use std::fmt::Write;

/// A scalar, ready to be printed.
#[derive(Debug)]
pub(super) enum Text<'a> {
    /// On one line, as it was written.
    Line(&'a str),
    /// Plain or quoted over several lines: those lines without their indent, and all on one line
    /// for where there is no room for more. No lines where only the latter is safe.
    Lines { lines: Vec<&'a str>, line: String },
    /// `|` or `>`: the header, the lines behind it, and whether trailing line breaks count.
    Block { header: String, lines: Vec<String>, keeps: bool, value: String },
}

impl Text<'_> {
    /// The scalar on one line.
    pub(super) fn line(&self) -> Cow<'_, str> {
        match self {
            Self::Line(it) => Cow::Borrowed(it),
            Self::Lines { line, .. } => Cow::Borrowed(line),
            Self::Block { value, .. } => Cow::Owned(quote(value)),
        }
    }
}

/// A plain or quoted scalar.
pub(super) fn inline<'a>(source: &'a str, value: &str, style: ScalarStyle) -> Text<'a> {
    if style == ScalarStyle::Plain && matches!(source, "-" | "?" | ":") {
        // Text right before a bracket, but not before the space that is printed there.
        return Text::Lines { lines: Vec::new(), line: quote(source) };
    }
    if !source.contains('\n') {
        return Text::Line(source);
    }
    let line = match style {
        _ if value.contains('\n') => quote(value),
        ScalarStyle::Plain => value.to_owned(),
        ScalarStyle::SingleQuoted => format!("'{}'", value.replace('\'', "''")),
        _ => quote(value),
    };
    let mut lines = Vec::new();
    for (index, part) in source.split('\n').enumerate() {
        let part = if index == 0 { part } else { part.trim_start_matches(BLANK) };
        let kept = part.trim_end_matches(BLANK);
        let is_safe = match style {
            // After a tab the parser lets a comment into the middle of plain text.
            ScalarStyle::Plain => index == 0 || !kept.starts_with('#'),
            // A backslash before the space that is cut off would then escape the line break.
            ScalarStyle::DoubleQuoted => kept.len() == part.len() || !ends_in_escape(kept),
            _ => true,
        };
        if !is_safe {
            return Text::Lines { lines: Vec::new(), line };
        }
        lines.push(kept);
    }
    Text::Lines { lines, line }
}

/// What separates words in YAML; other white space is content.
pub(super) const BLANK: [char; 2] = [' ', '\t'];

fn ends_in_escape(text: &str) -> bool {
    let backslashes = text.bytes().rev().take_while(|it| *it == b'\\').count();
    !backslashes.is_multiple_of(2)
}

/// A block scalar: `header` is its indicators, `body` its source from the first character of its
/// content on, and `indent` the column of that.
pub(super) fn block<'a>(header: &str, value: &str, body: &str, indent: usize) -> Text<'a> {
    let keeps = header.contains('+');
    let only_space = value.bytes().all(|it| matches!(it, b' ' | b'\n'));
    if only_space && value.contains(' ') {
        return Text::Lines { lines: Vec::new(), line: quote(value) };
    }
    let lines = if header.starts_with('|') || only_space {
        let mut lines: Vec<String> = value.split('\n').map(str::to_owned).collect();
        if lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    } else {
        folded_lines(value, body, indent, keeps)
    };
    // Leading space would be taken for indent unless the header tells how much is.
    let before_text = lines.iter().position(|it| it.contains(|it| it != ' ')).unwrap_or(0);
    let starts_with_space = lines.iter().take(before_text + 1).any(|it| it.starts_with(' '));
    let mut text = if header.starts_with('>') { ">" } else { "|" }.to_owned();
    if starts_with_space {
        text.push('2');
    }
    text.extend(header.chars().find(|it| matches!(it, '+' | '-')));
    Text::Block { header: text, lines, keeps, value: value.to_owned() }
}

/// The lines of a folded scalar as its author broke them, without their indent.
fn folded_lines(value: &str, body: &str, indent: usize, keeps: bool) -> Vec<String> {
    let leading = value.bytes().take_while(|it| *it == b'\n').count();
    let mut lines = vec![String::new(); leading];
    for (index, line) in body.split('\n').enumerate() {
        let spaces = line.bytes().take_while(|it| *it == b' ').count();
        let cut = if index == 0 { 0 } else { spaces.min(indent) };
        lines.push(line[cut..].to_owned());
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if keeps {
        let trailing = value.bytes().rev().take_while(|it| *it == b'\n').count();
        lines.resize(lines.len() + trailing.saturating_sub(1), String::new());
    }
    lines
}

/// A scalar on one line that begins in the first column, where `---` ends the document.
pub(super) fn begin_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if ends_document(&text) { quote(&text).into() } else { text }
}

/// Whether a line that begins so, in the first column, ends the document.
pub(super) fn ends_document(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("...")
}

/// Text in double quotes, on one line.
fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for it in value.chars() {
        // Writing to a string cannot fail.
        let _ = match it {
            '"' | '\\' => write!(quoted, "\\{it}"),
            '\n' => write!(quoted, "\\n"),
            '\t' => write!(quoted, "\\t"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' => write!(quoted, "\\u{:04X}", it as u32),
            _ if it.is_control() => write!(quoted, "\\u{:04X}", it as u32),
            _ => write!(quoted, "{it}"),
        };
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_escapes_what_is_not_printable() {
        for (value, expected) in [
            ("a b", r#""a b""#),
            ("a\n\"b\"\\", r#""a\n\"b\"\\""#),
            ("\t\u{85}\u{2028}ñ 🛰", r#""\t\u0085\u2028ñ 🛰""#),
        ] {
            assert_eq!(quote(value), expected);
        }
    }
}

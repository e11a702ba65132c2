//! What remains of HTML in a picture: its words, a line for each of its rows, and its image.

use super::strings::{LONGEST, entity};
use std::ops::Range;

/// The words, with the lines separated by `\n`.
pub(super) fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    // A space is written when the next word comes, so that no line ends with one.
    let mut space = false;
    while let Some(it) = rest.chars().next() {
        if out.len() > 4 * LONGEST {
            break;
        }
        if it == '<' {
            let (tag, behind) = tag(rest);
            rest = behind;
            match &*name(tag) {
                "br" | "tr" | "hr" | "table" | "p" | "div" if !out.is_empty() => {
                    if !out.ends_with('\n') {
                        out.push('\n');
                    }
                    space = false;
                }
                "td" => space = true,
                _ => {}
            }
            continue;
        }
        let known = if it == '&' { entity(&rest[1..]) } else { None };
        let (it, length) = known.map_or((it, it.len_utf8()), |(it, length)| (it, length + 1));
        rest = &rest[length..];
        if it.is_whitespace() {
            space = true;
            continue;
        }
        if space && !out.is_empty() && !out.ends_with('\n') {
            out.push(' ');
        }
        space = false;
        out.push(it);
    }
    let text = out.trim_end();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The source of the first image.
pub(super) fn image(html: &str) -> Option<&str> {
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (tag, behind) = tag(&rest[start..]);
        rest = behind;
        if name(tag) != "img" {
            continue;
        }
        let lower = tag.to_ascii_lowercase();
        let value = tag[lower.find("src")? + 3..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|it| ['"', '\''].contains(it))?;
        return value[1..].split(quote).next().filter(|it| !it.is_empty());
    }
    None
}

/// Tags that have no end, written with a slash or without.
const VOID: [&str; 5] = ["br", "hr", "img", "vr", ""];

/// The first tag that is not closed, or closes what is not open: where it is, and what is wrong. The words
/// are drawn all the same.
pub(super) fn fault(html: &str) -> Option<(Range<usize>, String)> {
    let mut open: Vec<(String, Range<usize>)> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (tag, behind) = tag(&rest[start..]);
        let place = html.len() - rest.len() + start..html.len() - behind.len();
        rest = behind;
        let name = name(tag);
        if VOID.contains(&&*name) || tag.ends_with('/') {
            continue;
        }
        if !tag.starts_with('/') {
            open.push((name, place));
            continue;
        }
        match open.pop() {
            Some((inner, _)) if inner == name => {}
            Some((inner, _)) => {
                let message = format!("`</{name}>` stands where `<{inner}>` is still open");
                return Some((place, message));
            }
            None => return Some((place, format!("`</{name}>` closes nothing"))),
        }
    }
    let (name, place) = open.pop()?;
    Some((place, format!("`<{name}>` is never closed")))
}

/// What stands between the `<` that this text starts with and its `>`, and what follows. Values in
/// quotes may hold brackets.
fn tag(text: &str) -> (&str, &str) {
    if text.starts_with("<!--") {
        let end = text.find("-->").map_or(text.len(), |it| it + 3);
        return ("", &text[end..]);
    }
    let mut quote = None;
    for (at, it) in text.char_indices().skip(1) {
        match (it, quote) {
            ('>', None) => return (&text[1..at], &text[at + 1..]),
            ('"' | '\'', None) => quote = Some(it),
            (_, Some(open)) if it == open => quote = None,
            _ => {}
        }
    }
    (&text[1..], "")
}

/// The name of a tag, without the `/` of one that ends something.
fn name(tag: &str) -> String {
    let tag = tag.trim_start_matches('/');
    tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

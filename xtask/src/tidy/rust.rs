//! Just enough of Rust's grammar to tell code from comments, strings and tests.
//!
//! Both functions keep every byte in its place: what is hidden becomes spaces, so that positions
//! (and so lines) in the result are those of the file.

/// The text with comments and the contents of strings and characters blanked.
pub(crate) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut hidden = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = match rest[0] {
            b'/' if rest.starts_with(b"//") => at + find(rest, b"\n"),
            b'/' if rest.starts_with(b"/*") => at + block_comment(rest),
            b'"' => at + string(rest),
            b'\'' => at + character(rest),
            it if is_word(it) => {
                let word = rest.iter().take_while(|it| is_word(**it)).count();
                let quoted = &rest[word..];
                if matches!(&rest[..word], b"r" | b"br" | b"cr")
                    && let Some(length) = raw_string(quoted)
                {
                    at + word + length
                } else {
                    at += word;
                    continue;
                }
            }
            _ => {
                at += 1;
                continue;
            }
        };
        blank(&mut hidden, at, end);
        at = end;
    }
    into_text(hidden)
}

/// Code (as [`code`] returns it) with everything blanked that only tests are compiled with.
pub(crate) fn without_tests(code: &str) -> String {
    let mut hidden = code.as_bytes().to_vec();
    for marker in ["#[cfg(test)]", "#[cfg(all(test"] {
        for (start, _) in code.match_indices(marker) {
            let end = item_end(code.as_bytes(), start);
            blank(&mut hidden, start, end);
        }
    }
    into_text(hidden)
}

/// Where the item ends whose first attribute starts at `start`.
fn item_end(code: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code[start..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return start + offset + 1;
                }
            }
            b';' if depth == 0 => return start + offset + 1,
            _ => {}
        }
    }
    code.len()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn find(text: &[u8], pattern: &[u8]) -> usize {
    text.windows(pattern.len()).position(|it| it == pattern).unwrap_or(text.len())
}

fn block_comment(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

fn string(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of the string after an `r`, or nothing if it is no string (`r#type` is a name).
fn raw_string(text: &[u8]) -> Option<usize> {
    let hashes = text.iter().take_while(|it| **it == b'#').count();
    if text.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let body = hashes + 1;
    Some((body + find(&text[body..], &close) + close.len()).min(text.len()))
}

/// The length of a character such as `'x'` or `'\u{1F}'`; 1 for the quote of a lifetime.
fn character(text: &[u8]) -> usize {
    match text.get(1) {
        Some(b'\\') => 3 + find(text.get(3..).unwrap_or_default(), b"'") + 1,
        Some(_) => {
            // One character of up to four bytes; anything longer is a lifetime.
            let close = text.iter().skip(2).take(4).position(|it| *it == b'\'').map(|it| it + 2);
            match close {
                Some(2) => 3,
                Some(close) if !text[1].is_ascii() => close + 1,
                _ => 1,
            }
        }
        None => 1,
    }
    .min(text.len())
}

fn blank(bytes: &mut [u8], start: usize, end: usize) {
    for byte in &mut bytes[start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    // Only whole characters are ever blanked, so what is left is UTF-8 as before.
    String::from_utf8(bytes)
        .unwrap_or_else(|it| String::from_utf8_lossy(it.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let code = code(text);
        assert_eq!(code.len(), text.len(), "positions must not move");
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn comments_and_strings_are_blanked() {
        check("a // b\nc /* d /* e */ f */ g", "a c g");
        check(r#"let a = "x \" y"; b"#, "let a = ; b");
        check(r##"let a = r#"x " y"#; br"\"; r#type"##, "let a = ; ; r#type");
        check(r"('\'', 'ñ', '\u{1F}', '/') fn f<'a>(x: &'a str)", "( , , , ) fn f< a>(x: & a str)");
        check("let unfinished = \"x", "let unfinished =");
        check("'", "");
    }

    #[test]
    fn tests_are_blanked() {
        let text = "fn a() {}\n#[cfg(test)]\n#[x(y)]\nmod tests { fn b() { () } }\nfn c() {}";
        let left = without_tests(&code(text));
        assert_eq!(
            left.split_whitespace().collect::<Vec<_>>(),
            ["fn", "a()", "{}", "fn", "c()", "{}"]
        );
        assert_eq!(without_tests("#[cfg(test)]\nuse a::b;\nc").trim(), "c");
    }
}

//! From characters to words: names, strings, HTML and signs, each with its place.

use super::place::{Error, Place};

/// What a word is. Texts are still as they were written, but for `\"` and broken lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a number without quotes.
    Name(String),
    /// A string in quotes.
    Quoted(String),
    /// What stands between `<` and `>`.
    Html(String),
    /// `->`.
    Arrow,
    /// `--`.
    Line,
    /// One of `{}[]=;,:+`.
    Sign(char),
    /// The end of the file.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) place: Place,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    /// Where the next character starts.
    at: Place,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut it = Self { text, at: Place { start: 0, end: 0, line: 1, column: 1 } };
        it.skip_one('\u{feff}');
        it.at.column = 1;
        it
    }

    /// The next word; behind the last one, [`Kind::End`] forever.
    pub(super) fn next(&mut self) -> Result<Token, Error> {
        self.skip_blank()?;
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(self.token(start, Kind::End)) };
        let kind = match first {
            '{' | '}' | '[' | ']' | '=' | ';' | ',' | ':' | '+' => {
                self.bump();
                Kind::Sign(first)
            }
            '"' => self.quoted(start)?,
            '<' => self.html(start)?,
            '-' if self.rest().starts_with("->") => {
                self.skip(2);
                Kind::Arrow
            }
            '-' if self.rest().starts_with("--") => {
                self.skip(2);
                Kind::Line
            }
            '-' | '.' | '0'..='9' => self.number(start)?,
            _ if is_name(first) => {
                let name = self.take_while(is_name);
                Kind::Name(name.to_owned())
            }
            _ => {
                self.bump();
                let shown = first.escape_debug();
                return Err(Error::new(self.since(start), format!("`{shown}` means nothing here"))
                    .hint("names with such characters are written in quotes: \"…\""));
            }
        };
        Ok(self.token(start, kind))
    }

    fn token(&self, start: Place, kind: Kind) -> Token {
        Token { kind, place: self.since(start) }
    }

    fn since(&self, start: Place) -> Place {
        Place { end: self.at.start, ..start }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at.start..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let it = self.peek()?;
        self.at.start += it.len_utf8();
        self.at.column += 1;
        if it == '\n' {
            self.at.line += 1;
            self.at.column = 1;
        }
        Some(it)
    }

    fn skip(&mut self, count: usize) {
        (0..count).for_each(|_| {
            self.bump();
        });
    }

    fn skip_one(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.bump();
        }
        found
    }

    fn take_while(&mut self, holds: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let mut length = 0;
        for it in rest.chars().take_while(|it| holds(*it)) {
            length += it.len_utf8();
        }
        self.pass(length)
    }

    /// Goes on by so many bytes, and returns what they are.
    fn pass(&mut self, length: usize) -> &'t str {
        let passed = &self.rest()[..length];
        self.at.start += length;
        // Most words are so short that a search would cost more than a look at each byte.
        for byte in passed.bytes() {
            match byte {
                b'\n' => {
                    self.at.line += 1;
                    self.at.column = 1;
                }
                // A character goes on.
                0x80..0xc0 => {}
                _ => self.at.column += 1,
            }
        }
        passed
    }

    /// Skips spaces, comments and lines of the C preprocessor.
    fn skip_blank(&mut self) -> Result<(), Error> {
        loop {
            self.take_while(char::is_whitespace);
            let (start, rest) = (self.at, self.rest());
            if rest.starts_with("//") || (rest.starts_with('#') && self.at.column == 1) {
                self.take_while(|it| it != '\n');
            } else if rest.starts_with("/*") {
                self.skip(2);
                let Some(length) = self.rest().find("*/") else {
                    return Err(Error::new(
                        Place { end: start.start + 2, ..start },
                        "this comment has no end",
                    )
                    .hint("a comment ends with `*/`"));
                };
                let end = self.at.start + length + 2;
                while self.at.start < end {
                    self.bump();
                }
            } else {
                return Ok(());
            }
        }
    }

    fn quoted(&mut self, start: Place) -> Result<Kind, Error> {
        self.bump();
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|it| it == b'"' || it == b'\\');
            text.push_str(self.pass(plain.unwrap_or(rest.len())));
            match self.bump() {
                None => {
                    return Err(Error::new(
                        Place { end: start.start + 1, ..start },
                        "this string has no end",
                    )
                    .hint("a string ends with `\"`"));
                }
                Some('"') => return Ok(Kind::Quoted(text)),
                Some('\\') => match self.peek() {
                    Some('"') => text.extend(self.bump()),
                    // A line broken inside of a string goes on with the next one.
                    Some('\n') => {
                        self.bump();
                    }
                    Some('\r') if self.rest().starts_with("\r\n") => self.skip(2),
                    // Two of them stay two: only who knows the attribute knows what they mean.
                    Some(it) => {
                        self.bump();
                        text.extend(['\\', it]);
                    }
                    None => text.push('\\'),
                },
                Some(it) => text.push(it),
            }
        }
    }

    /// HTML counts its brackets; a tag may break lines, and a comment may hold brackets.
    fn html(&mut self, start: Place) -> Result<Kind, Error> {
        let mut depth = 0_usize;
        let inner = start.start + 1;
        // Once no comment ends any more, none is looked for again.
        let mut comments = true;
        loop {
            if comments && depth > 0 && self.rest().starts_with("<!--") {
                let end = self.rest().find("-->").map(|it| self.at.start + it + 3);
                comments = end.is_some();
                while end.is_some_and(|it| self.at.start < it) {
                    self.bump();
                }
                continue;
            }
            match self.bump() {
                None => {
                    return Err(Error::new(Place { end: inner, ..start }, "this HTML has no end")
                        .hint("every `<` in it needs its `>`"));
                }
                Some('<') => depth += 1,
                Some('>') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(Kind::Html(self.text[inner..self.at.start - 1].to_owned()));
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn number(&mut self, start: Place) -> Result<Kind, Error> {
        self.skip_one('-');
        let whole = self.take_while(|it| it.is_ascii_digit()).len();
        let part =
            if self.skip_one('.') { self.take_while(|it| it.is_ascii_digit()).len() } else { 0 };
        let glued = self.take_while(is_name);
        let written = &self.text[start.start..self.at.start];
        if whole + part > 0 && glued.is_empty() {
            return Ok(Kind::Name(written.to_owned()));
        }
        let message = format!("`{written}` is neither a number nor a name");
        Err(Error::new(self.since(start), message)
            .hint(format!("write it in quotes: \"{written}\"")))
    }
}

fn is_name(it: char) -> bool {
    it == '_' || it.is_ascii_alphanumeric() || (!it.is_ascii() && !it.is_whitespace())
}

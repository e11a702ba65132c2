//! A file as a flat list of what stands in it, in order, and its comments apart.
//!
//! The parser tells where each thing begins only so far as a reader needs it. What is added here
//! is where a person would say it begins: with its anchor, with the `|` of a block scalar.

use super::scalar::{self, Text};
use crate::yaml::MAX_DEPTH;
use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};
use std::ops::Range;

/// One thing in the file.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) what: What<'a>,
    /// `&name`, if it has one.
    pub(super) anchor: Option<&'a str>,
    /// Where it begins, its anchor included.
    pub(super) start: usize,
    /// Where it stands itself. Of a block list or map and its end, an empty range.
    pub(super) range: Range<usize>,
    /// Where the next thing begins that is written at all; the length of the file at its end.
    pub(super) next: usize,
    /// Whether it has a place of its own, which is neither true of the end of a block nor of a
    /// value that was left out behind a key.
    written: bool,
}

#[derive(Debug)]
pub(super) enum What<'a> {
    /// A value that was left out.
    Empty,
    Scalar(Text<'a>),
    /// `*name`.
    Alias(&'a str),
    Start {
        map: bool,
        flow: bool,
    },
    End,
}

/// A comment, from `#` to the end of its line.
#[derive(Debug)]
pub(super) struct Remark<'a> {
    pub(super) start: usize,
    pub(super) text: &'a str,
}

/// Options that tell everything that is in a file; the limits are those of the reader.
pub(super) fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(true);
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    options.max_buffered_comment_events = usize::MAX;
    options.flow_nesting_limit = MAX_DEPTH * 2;
    options.block_nesting_limit = MAX_DEPTH * 2;
    options
}

/// Takes a text apart whose line breaks are all `\n`. Where the parser gives up: the offset and
/// its words.
pub(super) fn scan(text: &str) -> Result<(Vec<Token<'_>>, Vec<Remark<'_>>), (usize, String)> {
    let mut scanner = Scanner { text, open: Vec::new(), end: 0 };
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut remarks = Vec::new();
    let mut events = Parser::new_from_str_with_options(text, options()).peekable();
    while let Some(step) = events.next() {
        let (event, span) =
            step.map_err(|it| (it.marker().byte_offset().unwrap_or_default(), it.info()))?;
        let range = span.byte_range().unwrap_or_default();
        if let Event::Comment(..) = event {
            let text = scanner.slice(&range).trim_end_matches(scalar::BLANK);
            remarks.push(Remark { start: range.start, text });
            continue;
        }
        let anchor = match events.peek() {
            Some(Ok((Event::Anchor(..), span))) => span.byte_range(),
            _ => None,
        };
        if let Some(token) = scanner.token(event, range, anchor) {
            tokens.push(token);
        }
    }
    // The parser tells some comments later than what stands behind them.
    remarks.sort_by_key(|it| it.start);
    let mut next = text.len();
    for token in tokens.iter_mut().rev() {
        token.next = next;
        if token.written {
            next = token.start;
        }
    }
    Ok((tokens, remarks))
}

struct Scanner<'a> {
    text: &'a str,
    /// The lists and maps around: whether it is a map, and how many nodes it has so far.
    open: Vec<(bool, usize)>,
    /// Where the last thing ended.
    end: usize,
}

impl<'a> Scanner<'a> {
    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn token(
        &mut self,
        event: Event<'_>,
        mut range: Range<usize>,
        anchor: Option<Range<usize>>,
    ) -> Option<Token<'a>> {
        let ends = matches!(event, Event::SequenceEnd | Event::MappingEnd);
        let mut written = !ends || !range.is_empty();
        if let Some(anchor) = &anchor {
            self.end = anchor.end;
        }
        let what = match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) if range.is_empty() => {
                let is_value = self.open.last().is_some_and(|it| it.0 && !it.1.is_multiple_of(2));
                written = !is_value || anchor.is_some();
                What::Empty
            }
            Event::Scalar(value, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                What::Scalar(self.block_scalar(&value, &mut range))
            }
            Event::Scalar(value, style, ..) => {
                What::Scalar(scalar::inline(self.slice(&range), &value, style))
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => What::Alias(self.slice(&range)),
            Event::SequenceStart(StructureStyle::Block, ..) => {
                if self.open.last().is_some_and(|it| it.0) {
                    // Of a list that is not indented, the parser tells where the first item is.
                    let dash = self.find(&['-'], range.end);
                    range = dash..dash;
                }
                What::Start { map: false, flow: false }
            }
            Event::SequenceStart(..) => What::Start { map: false, flow: true },
            Event::MappingStart(style, ..) => {
                What::Start { map: true, flow: style == StructureStyle::Flow }
            }
            Event::SequenceEnd | Event::MappingEnd => What::End,
            // Without `---` its range is that of what comes first.
            Event::DocumentStart(true, _) => {
                self.end = range.end;
                return None;
            }
            _ => return None,
        };
        match what {
            What::End => drop(self.open.pop()),
            _ => {
                if let Some(open) = self.open.last_mut() {
                    open.1 += 1;
                }
            }
        }
        if let What::Start { map, .. } = what {
            self.open.push((map, 0));
        }
        self.end = self.end.max(range.end);
        let start = anchor.as_ref().map_or(range.start, |it| it.start);
        let anchor = anchor.map(|it| self.slice(&it));
        Some(Token { what, anchor, start, range, next: 0, written })
    }

    /// The scalar behind `|` or `>`, whose range is widened to begin there.
    fn block_scalar(&self, value: &str, range: &mut Range<usize>) -> Text<'a> {
        let start = self.find(&['|', '>'], range.end);
        let rest = self.text.get(start..).unwrap_or_default();
        let length = rest.find(|it: char| !"|>+-0123456789".contains(it)).unwrap_or(rest.len());
        let body = self.slice(range);
        let before = self.text.get(..range.start).unwrap_or_default();
        let indent = before.len() - before.rfind('\n').map_or(0, |it| it + 1);
        *range = start..range.end;
        scalar::block(&rest[..length], value, body, indent)
    }

    /// Where one of these characters comes next, behind comments; `limit` if it does not.
    fn find(&self, characters: &[char], limit: usize) -> usize {
        let rest = self.text.get(self.end..limit).unwrap_or_default();
        let mut is_comment = false;
        for (at, it) in rest.char_indices() {
            match it {
                '\n' => is_comment = false,
                '#' => is_comment = true,
                _ if !is_comment && characters.contains(&it) => return self.end + at,
                _ => {}
            }
        }
        limit
    }
}

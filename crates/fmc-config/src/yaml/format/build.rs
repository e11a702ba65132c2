//! From the things of a file and its comments to the tree: to whom a comment belongs.
//!
//! A comment behind something is its trailing comment. A comment on a line of its own is about
//! what follows, unless it is indented like the block that has just ended. Where the layout leaves
//! no room for a comment, as between a key and its scalar, it moves above the whole entry.

use super::tokens::{Remark, Token, What};
use super::tree::{Collection, Comment, Document, Entry, Form, Kind, Node};
use std::iter::Peekable;
use std::mem::take;
use std::ops::Range;
use std::vec::IntoIter;

/// Puts the things of a file and its comments together.
pub(super) fn build<'a>(
    text: &'a str,
    tokens: Vec<Token<'a>>,
    remarks: Vec<Remark<'a>>,
) -> Document<'a> {
    let mut builder = Builder {
        text,
        tokens: tokens.into_iter().peekable(),
        remarks: remarks.into_iter().peekable(),
        end: None,
        taken: 0,
        flow_depth: 0,
    };
    let mut document = Document { root: builder.entry(Around::ROOT), below: Vec::new() };
    if let Some(root) = document.root.take_if(|it| it.value.is_nothing()) {
        document.below.extend(root.above);
        document.below.extend(root.trailing.map(|text| Comment { text, blank: false }));
    }
    document.below.extend(builder.comments_before(usize::MAX));
    document
}

/// What an entry is part of.
#[derive(Clone, Copy)]
struct Around {
    map: bool,
    /// The first column that belongs to what is inside the entry, and no more to what is around.
    inside: usize,
}

impl Around {
    const ROOT: Self = Self { map: false, inside: 0 };
}

struct Builder<'a> {
    text: &'a str,
    tokens: Peekable<IntoIter<Token<'a>>>,
    remarks: Peekable<IntoIter<Remark<'a>>>,
    /// Where the last thing or comment ended that was seen; nothing was seen yet if `None`.
    end: Option<usize>,
    /// How many comments were seen.
    taken: usize,
    flow_depth: usize,
}

impl<'a> Builder<'a> {
    fn entry(&mut self, around: Around) -> Option<Entry<'a>> {
        let start = self.tokens.peek()?.start;
        let above = self.comments_before(start);
        let blank = self.is_blank_before(start);
        let mut entry = Entry {
            above,
            blank,
            key: None,
            value: Node { anchor: None, kind: Kind::Empty },
            trailing: None,
            below: Vec::new(),
        };
        if around.map {
            let token = self.tokens.next()?;
            self.saw(token.range.end);
            let kind = match token.what {
                What::Scalar(it) => Kind::Scalar(it),
                What::Alias(it) => Kind::Alias(it),
                _ => Kind::Empty,
            };
            entry.key = Some(Node { anchor: token.anchor, kind });
            if let Some(colon) = self.colon() {
                entry.lift(self.comments_before(colon));
                self.saw(colon + 1);
            }
        }
        self.value(&mut entry, around);
        Some(entry)
    }

    fn value(&mut self, entry: &mut Entry<'a>, around: Around) {
        let Some(token) = self.tokens.next() else { return };
        let mut next = token.next;
        entry.value.anchor = token.anchor;
        if let Some(anchor) = token.anchor {
            entry.lift(self.comments_before(token.start));
            self.saw(token.start + anchor.len());
        }
        match token.what {
            What::Start { map, flow: false } => {
                entry.trailing = self.trailing(token.range.start);
                let block = self.block(map, token.range.start, around);
                entry.value.kind = Kind::Collection(block);
                return;
            }
            What::Start { map, .. } => {
                entry.lift(self.comments_before(token.range.start));
                let (flow, after) = self.flow(map, token.range, entry);
                entry.value.kind = Kind::Collection(flow);
                next = after;
            }
            What::Scalar(text) => {
                entry.lift(self.comments_before(token.range.start));
                let source = self.text.get(token.range.clone()).unwrap_or_default();
                if source.starts_with(['|', '>']) {
                    self.saw(token.range.start + 1);
                    entry.trailing = self.trailing(self.line_end(token.range.start));
                }
                // The blank lines behind a block are part of its range, but of the layout, too.
                let length = source.trim_end_matches([' ', '\t', '\n']).len();
                self.saw(token.range.start + length);
                entry.value.kind = Kind::Scalar(text);
            }
            What::Alias(it) => {
                entry.lift(self.comments_before(token.range.start));
                self.saw(token.range.end);
                entry.value.kind = Kind::Alias(it);
            }
            What::Empty | What::End => self.saw(token.range.end),
        }
        if let Some(text) = self.trailing(next) {
            match (&entry.trailing, &mut entry.value.kind) {
                (None, _) => entry.trailing = Some(text),
                (_, Kind::Collection(it)) => it.below.push(Comment { text, blank: false }),
                _ => entry.lift(vec![Comment { text, blank: false }]),
            }
        }
        if around.map && self.flow_depth == 0 && matches!(entry.value.kind, Kind::Empty) {
            entry.below = self.comments_inside(next, around.inside);
        }
    }

    /// A list or a map of lines, from behind its start.
    fn block(&mut self, map: bool, start: usize, around: Around) -> Collection<'a> {
        let column = self.column(start);
        let mut entries = Vec::new();
        let inside = Around { map, inside: column + 1 };
        while let Some(token) = self.tokens.peek() {
            if matches!(token.what, What::End) {
                break;
            }
            entries.extend(self.entry(inside));
        }
        let next = self.tokens.next().map_or(self.text.len(), |it| it.next);
        // The root has no one else to leave a comment to.
        let column = if around.inside == 0 { 0 } else { column.max(around.inside) };
        let below = self.comments_inside(next, column);
        Collection { map, form: Form::Block, commented: false, entries, below }
    }

    /// A list or a map in brackets or braces, from behind its start; and what follows on it.
    fn flow(
        &mut self,
        map: bool,
        range: Range<usize>,
        owner: &mut Entry<'a>,
    ) -> (Collection<'a>, usize) {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let form = if source.starts_with(['{', '[']) { Form::Flow } else { Form::Pair };
        let taken = self.taken;
        self.flow_depth += 1;
        if form == Form::Flow {
            self.saw(range.end);
            let next = self.tokens.peek().map_or(self.text.len(), |it| it.start);
            owner.trailing = self.trailing(next);
        }
        let mut entries = Vec::new();
        let mut below = Vec::new();
        let mut next = self.text.len();
        while let Some(token) = self.tokens.peek() {
            if matches!(token.what, What::End) {
                next = token.next;
                let range = token.range.clone();
                if form == Form::Flow {
                    below = self.comments_before(range.start);
                    self.saw(range.end);
                }
                break;
            }
            entries.extend(self.entry(Around { map, inside: 0 }));
        }
        self.tokens.next();
        self.flow_depth -= 1;
        let commented = self.taken > taken;
        if entries.is_empty() {
            // There is no entry to put them above, and `{}` has no room for them.
            let opening = owner.trailing.take().map(|text| Comment { text, blank: false });
            owner.lift(opening.into_iter().chain(take(&mut below)).collect());
        }
        (Collection { map, form, commented, entries, below }, next)
    }

    /// The comments that begin before `limit`.
    fn comments_before(&mut self, limit: usize) -> Vec<Comment<'a>> {
        self.comments_inside(limit, 0)
    }

    /// The comments that begin before `limit`, up to the first that is left of `column`.
    fn comments_inside(&mut self, limit: usize, column: usize) -> Vec<Comment<'a>> {
        let mut comments = Vec::new();
        while let Some(remark) = self.remarks.peek() {
            let start = remark.start;
            if start >= limit || (column > 0 && self.column(start) < column) {
                break;
            }
            let Some(Remark { text, .. }) = self.remarks.next() else { break };
            comments.push(Comment { text, blank: self.is_blank_before(start) });
            self.taken += 1;
            self.saw(start + text.len());
        }
        comments
    }

    /// The comment before `limit` that stands on the line where the last thing ended.
    fn trailing(&mut self, limit: usize) -> Option<&'a str> {
        let start = self.remarks.peek().map(|it| it.start)?;
        let between = self.text.get(self.end?..start)?;
        if start >= limit || between.contains('\n') {
            return None;
        }
        let remark = self.remarks.next()?;
        self.taken += 1;
        self.saw(start + remark.text.len());
        Some(remark.text)
    }

    /// Whether a blank line of a block stands between the last thing and `start`.
    fn is_blank_before(&self, start: usize) -> bool {
        let between = self.text.get(self.end.unwrap_or(0)..start).unwrap_or_default();
        let mut lines = between.split_inclusive('\n').skip(1);
        self.flow_depth == 0 && lines.any(|it| it.ends_with('\n') && it.trim().is_empty())
    }

    /// Where the colon is that comes next, perhaps behind comments.
    fn colon(&self) -> Option<usize> {
        let mut at = self.end?;
        loop {
            let rest = self.text.get(at..)?;
            let word = rest.trim_start_matches([' ', '\t', '\n']);
            at += rest.len() - word.len();
            match word.bytes().next()? {
                b':' => return Some(at),
                b'#' => at = self.line_end(at),
                _ => return None,
            }
        }
    }

    fn saw(&mut self, end: usize) {
        self.end = self.end.max(Some(end));
    }

    fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.len() - before.rfind('\n').map_or(0, |it| it + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        at + rest.find('\n').unwrap_or(rest.len())
    }
}

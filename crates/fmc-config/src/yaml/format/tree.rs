//! The file as a tree that is printed, each comment where it belongs.

use super::scalar::Text;
use std::mem::take;

/// A whole file.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// What it holds, if it holds anything.
    pub(super) root: Option<Entry<'a>>,
    /// Comments behind that.
    pub(super) below: Vec<Comment<'a>>,
}

/// A comment on a line of its own.
#[derive(Debug)]
pub(super) struct Comment<'a> {
    /// From `#` on.
    pub(super) text: &'a str,
    /// Whether a blank line stands before it.
    pub(super) blank: bool,
}

/// An item of a list, a pair of a map, or the root.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The comments above it.
    pub(super) above: Vec<Comment<'a>>,
    /// Whether a blank line stands before it, below those comments.
    pub(super) blank: bool,
    /// The key, if it is a pair.
    pub(super) key: Option<Node<'a>>,
    /// The item, or the value of the pair.
    pub(super) value: Node<'a>,
    /// The comment behind it on its first line.
    pub(super) trailing: Option<&'a str>,
    /// The comments below a key without value, indented as a value would be.
    pub(super) below: Vec<Comment<'a>>,
}

/// A value.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// `&name`, if it has one.
    pub(super) anchor: Option<&'a str>,
    pub(super) kind: Kind<'a>,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    /// Left out.
    Empty,
    /// `*name`.
    Alias(&'a str),
    Scalar(Text<'a>),
    Collection(Collection<'a>),
}

/// A list or a map.
#[derive(Debug)]
pub(super) struct Collection<'a> {
    pub(super) map: bool,
    pub(super) form: Form,
    /// Whether there are comments in it, which only a block has room for. Not told of blocks.
    pub(super) commented: bool,
    pub(super) entries: Vec<Entry<'a>>,
    /// Comments below the last entry.
    pub(super) below: Vec<Comment<'a>>,
}

/// How a list or a map was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// On lines of their own.
    Block,
    /// In braces or brackets.
    Flow,
    /// As the pair in `[key: value]`, which needs no braces.
    Pair,
}

impl<'a> Entry<'a> {
    /// Puts comments from inside this entry above it.
    pub(super) fn lift(&mut self, comments: Vec<Comment<'a>>) {
        for Comment { text, .. } in comments {
            // The blank line stands before all that belongs to the entry.
            self.above.push(Comment { text, blank: take(&mut self.blank) });
        }
    }
}

impl Node<'_> {
    /// Whether nothing at all was written.
    pub(super) fn is_nothing(&self) -> bool {
        self.anchor.is_none() && matches!(self.kind, Kind::Empty)
    }
}

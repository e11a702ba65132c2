//! Whether two texts say the same: values, order, anchors and comments, but not layout.

use super::super::{Node, Resolved, Scalar, Style, Value, read};
use super::tokens;
use granit_parser::{Event, Parser, ScalarStyle};

/// The offset in `before` of the first thing that `after` does not have alike, if there is one;
/// `tree` is what the reader made of `before`.
pub(super) fn difference(before: &str, tree: Option<&Node>, after: &str) -> Option<usize> {
    let (old, new) = (outline(before), outline(after));
    first_difference(&old.steps, &new.steps)
        .or_else(|| first_difference(&old.comments, &new.comments))
        .or_else(|| {
            let (printed, _) = read(0, after);
            (!same_tree(tree, printed.as_ref())).then_some(0)
        })
}

fn first_difference<T: PartialEq>(old: &[(T, usize)], new: &[(T, usize)]) -> Option<usize> {
    match old.iter().zip(new).find(|it| it.0.0 != it.1.0) {
        Some((it, _)) => Some(it.1),
        None if old.len() == new.len() => None,
        None => Some(old.get(new.len()).map_or(0, |it| it.1)),
    }
}

/// What a file says: step by step, and its comments in the order of their text; each with its
/// offset.
struct Outline {
    steps: Vec<(Step, usize)>,
    comments: Vec<(String, usize)>,
}

#[derive(PartialEq)]
enum Step {
    /// Text, what it is, and the number of its anchor.
    Scalar(String, Resolved, usize),
    /// A list or (`true`) a map, and the number of its anchor.
    Start(bool, usize),
    End,
    Anchor(String),
    Alias(usize),
    UnknownAlias(String),
    /// The parser gave up, which it must not do for what it has read before.
    Broken,
}

fn outline(text: &str) -> Outline {
    let mut it = Outline { steps: Vec::new(), comments: Vec::new() };
    for step in Parser::new_from_str_with_options(text, tokens::options()) {
        let Ok((event, span)) = step else {
            it.steps.push((Step::Broken, 0));
            break;
        };
        let range = span.byte_range().unwrap_or_default();
        let step = match event {
            Event::Comment(comment, _) => {
                let comment = comment.trim_end_matches([' ', '\t', '\r']);
                it.comments.push((comment.to_owned(), range.start));
                continue;
            }
            // `---` and nothing behind it says as much as an empty file.
            Event::Scalar(_, ScalarStyle::Plain, 0, _)
                if range.is_empty() && it.steps.is_empty() =>
            {
                continue;
            }
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let style = if plain { Style::Plain } else { Style::Quoted };
                let scalar = Scalar { text: text.into_owned(), style };
                let resolved = scalar.resolve();
                Step::Scalar(scalar.text, resolved, anchor)
            }
            Event::SequenceStart(_, anchor, _) => Step::Start(false, anchor),
            Event::MappingStart(_, anchor, _) => Step::Start(true, anchor),
            Event::SequenceEnd | Event::MappingEnd => Step::End,
            Event::Anchor(_, name) => Step::Anchor(name.into_owned()),
            Event::Alias(anchor) => Step::Alias(anchor),
            Event::UnresolvedAlias(name) => Step::UnknownAlias(name.into_owned()),
            _ => continue,
        };
        it.steps.push((step, range.start));
    }
    it.comments.sort();
    it
}

/// Compares with a list of what is still to do: aliases can make a tree deeper than a stack.
fn same_tree(old: Option<&Node>, new: Option<&Node>) -> bool {
    let mut left = match (old, new) {
        (Some(old), Some(new)) => vec![(old, new)],
        (one, other) => return one.or(other).is_none_or(Node::is_null),
    };
    while let Some((old, new)) = left.pop() {
        match (&old.value, &new.value) {
            (Value::Scalar(old), Value::Scalar(new)) => {
                if old.text != new.text || old.resolve() != new.resolve() {
                    return false;
                }
            }
            (Value::Seq(old), Value::Seq(new)) if old.len() == new.len() => {
                left.extend(old.iter().zip(new));
            }
            (Value::Map(old), Value::Map(new)) if old.len() == new.len() => {
                for (old, new) in old.iter().zip(new) {
                    left.push((&old.0, &new.0));
                    left.push((&old.1, &new.1));
                }
            }
            _ => return false,
        }
    }
    true
}

//! From the text of a YAML file to its tree, with everything wrong with it on the way.

use super::{Node, Scalar, Style, Value};
use crate::maps::HashMap;
use crate::{FileId, Place};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span};

/// The largest file that is read, in bytes. A cloud of ten thousand hosts, each written out, is
/// under 3 MB.
pub const MAX_BYTES: usize = 8 << 20;
/// How deep lists and maps may nest. The language itself needs seven levels.
pub const MAX_DEPTH: usize = 64;
/// How many nodes all aliases of a file may stand for. Nine levels of nine aliases would be 387
/// million.
pub const MAX_ALIASED_NODES: usize = 100_000;

/// Something wrong with a YAML file as such, before anybody asks what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong with a YAML file as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Nothing but comments and space.
    Empty,
    /// The grammar is broken; the parser's own words.
    Syntax(String),
    /// A tab where spaces indent.
    Tab,
    /// A key that stands twice in one map; the place of the first.
    DuplicateKey(String, Place),
    /// A list or a map where a key should be.
    ComplexKey,
    /// A tag such as `!!binary`.
    Tag(String),
    /// `<<`, which YAML 1.1 merges and YAML 1.2 does not.
    MergeKey,
    /// A plain word that YAML 1.1 reads as something else; what it takes it for.
    Ambiguous(&'static str),
    /// An alias to an anchor that is not there (yet).
    UnknownAnchor(String),
    /// An alias inside of what its anchor names: the tree would have no end.
    AliasInItself,
    /// Aliases that stand for more than [`MAX_ALIASED_NODES`].
    AliasBomb,
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Larger than [`MAX_BYTES`].
    TooLarge(usize),
    /// A second document after `---`.
    SecondDocument,
    /// A character that no text file holds.
    Binary,
}

/// Reads the text of one file. Where a tree can be made, it is returned beside the faults.
pub fn read(file: FileId, text: &str) -> (Option<Node>, Vec<Fault>) {
    let whole = Place::new(file, 0, 0);
    if text.len() > MAX_BYTES {
        return (None, vec![Fault { place: whole, kind: FaultKind::TooLarge(text.len()) }]);
    }
    if let Some(at) = text.bytes().position(|it| it < 0x20 && !matches!(it, b'\t' | b'\n' | b'\r'))
    {
        let place = Place::new(file, at, at + 1);
        return (None, vec![Fault { place, kind: FaultKind::Binary }]);
    }
    let mut builder = Builder {
        file,
        text,
        faults: Vec::new(),
        open: Vec::new(),
        root: None,
        anchors: HashMap::default(),
        aliased: 0,
    };
    builder.run();
    if builder.root.is_none() && builder.faults.is_empty() {
        builder.faults.push(Fault { place: whole, kind: FaultKind::Empty });
    }
    (builder.root, builder.faults)
}

/// A list or a map whose end has not been seen.
struct Open {
    place: Place,
    anchor: usize,
    map: bool,
    items: Vec<Node>,
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    faults: Vec<Fault>,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
}

impl Builder<'_> {
    fn run(&mut self) {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.emit_unresolved_aliases = true;
        options.flow_nesting_limit = MAX_DEPTH * 2;
        options.block_nesting_limit = MAX_DEPTH * 2;
        let mut documents = 0;
        for step in Parser::new_from_str_with_options(self.text, options) {
            let (event, span) = match step {
                Ok(it) => it,
                Err(error) => return self.syntax(&error),
            };
            let place = self.place(&span);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return self.fault(place, FaultKind::SecondDocument);
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.tag(place, tag.as_deref());
                    self.scalar(place, text.into_owned(), style, anchor);
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.tag(place, tag.as_deref());
                    self.start(place, anchor, false);
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.tag(place, tag.as_deref());
                    self.start(place, anchor, true);
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(place),
                Event::Alias(anchor) if self.alias(place, anchor) => {}
                Event::Alias(_) => return,
                Event::UnresolvedAlias(name) => {
                    self.fault(place, FaultKind::UnknownAnchor(name.into_owned()));
                    self.scalar(place, String::new(), ScalarStyle::Plain, 0);
                }
                _ => {}
            }
            if self.open.len() > MAX_DEPTH {
                return self.fault(place, FaultKind::TooDeep);
            }
        }
    }

    fn place(&self, span: &Span) -> Place {
        let range = span.byte_range().unwrap_or_default();
        Place::new(self.file, range.start.min(self.text.len()), range.end.min(self.text.len()))
    }

    fn fault(&mut self, place: Place, kind: FaultKind) {
        self.faults.push(Fault { place, kind });
    }

    fn syntax(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        if let Some(tab) = self.indenting_tab(at) {
            return self.fault(Place::new(self.file, tab, tab + 1), FaultKind::Tab);
        }
        // The parser looks ahead, and may be the first to meet what is too deep.
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return self.fault(Place::new(self.file, at, at), FaultKind::TooDeep);
        }
        let length = self.text.get(at..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
        self.fault(Place::new(self.file, at, at + length), FaultKind::Syntax(error.info()));
    }

    /// A tab in the indent of the line at `at` or of the one behind it, where the parser stumbles
    /// over it as often.
    fn indenting_tab(&self, at: usize) -> Option<usize> {
        let before = &self.text.as_bytes()[..at];
        let mut start = before.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
        for line in self.text.get(start..)?.split_inclusive('\n').take(2) {
            let indent = line.len() - line.trim_start().len();
            if let Some(tab) = line[..indent].find('\t') {
                return Some(start + tab);
            }
            start += line.len();
        }
        None
    }

    fn tag(&mut self, place: Place, tag: Option<&granit_parser::Tag>) {
        if let Some(tag) = tag {
            self.fault(place, FaultKind::Tag(tag.original()));
        }
    }

    fn scalar(&mut self, place: Place, text: String, style: ScalarStyle, anchor: usize) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let scalar = Scalar { text, style };
        let is_key = self.open.last().is_some_and(|it| it.map && it.items.len().is_multiple_of(2));
        match scalar.differs() {
            Some(_) if is_key && scalar.text == "<<" => self.fault(place, FaultKind::MergeKey),
            Some(taken_for) => self.fault(place, FaultKind::Ambiguous(taken_for)),
            None => {}
        }
        self.push(Node { place, value: Value::Scalar(scalar) }, anchor);
    }

    fn start(&mut self, place: Place, anchor: usize, map: bool) {
        if self.open.last().is_some_and(|it| it.map && it.items.len().is_multiple_of(2)) {
            self.fault(place, FaultKind::ComplexKey);
        }
        self.open.push(Open { place, anchor, map, items: Vec::new() });
    }

    fn end(&mut self, place: Place) {
        let Some(open) = self.open.pop() else { return };
        // A block has no closing mark: it ends where its last value does.
        let end = match open.items.last() {
            Some(last) if place.end == place.start => last.place.end,
            _ => place.end,
        };
        let start = open.items.first().map_or(open.place.start, |it| {
            it.place.start.min(open.place.start.max(it.place.start))
        });
        let start = if open.place.end > open.place.start { open.place.start } else { start };
        let place = Place { file: self.file, start, end: end.max(start) };
        let value =
            if open.map { Value::Map(self.pairs(open.items)) } else { Value::Seq(open.items) };
        self.push(Node { place, value }, open.anchor);
    }

    fn pairs(&mut self, items: Vec<Node>) -> Vec<(Node, Node)> {
        let mut pairs: Vec<(Node, Node)> = Vec::with_capacity(items.len() / 2);
        let mut seen: HashMap<String, Place> = HashMap::default();
        seen.reserve(items.len() / 2);
        let mut items = items.into_iter();
        while let (Some(key), Some(mut value)) = (items.next(), items.next()) {
            if value.is_null() && value.place.end == value.place.start {
                value.place = Place { start: key.place.end, end: key.place.end, ..key.place };
            }
            if key.as_scalar().is_none() {
                continue;
            }
            let name = key.text().to_owned();
            if let Some(first) = seen.get(&name) {
                self.fault(key.place, FaultKind::DuplicateKey(name, *first));
                continue;
            }
            seen.insert(name, key.place);
            pairs.push((key, value));
        }
        pairs
    }

    /// Puts the anchored node in the alias's stead; false where that would be too much.
    fn alias(&mut self, place: Place, anchor: usize) -> bool {
        let Some(node) = self.anchors.get(&anchor) else {
            self.fault(place, FaultKind::AliasInItself);
            return false;
        };
        self.aliased += node.count();
        if self.aliased > MAX_ALIASED_NODES {
            self.fault(place, FaultKind::AliasBomb);
            return false;
        }
        let node = node.clone();
        self.push(node, 0);
        true
    }

    fn push(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }
}

//! From words to statements.

use super::html;
use super::lexer::{Kind, Lexer, Token};
use super::place::{Error, Notice, Place};
use super::syntax::{Attribute, File, Set, Statement, Subgraph, Target, Word};
use std::ops::Range;

/// So many subgraphs in each other are nobody's drawing, and each costs a piece of the stack.
const DEEPEST: usize = 64;

struct Parser<'t> {
    lexer: Lexer<'t>,
    next: Token,
    directed: bool,
    depth: usize,
    notices: Vec<Notice>,
}

pub(super) fn parse(text: &str) -> Result<(File, Vec<Notice>), Error> {
    let mut lexer = Lexer::new(text);
    let next = lexer.next()?;
    let mut it = Parser { lexer, next, directed: true, depth: 0, notices: Vec::new() };
    let file = it.file()?;
    Ok((file, it.notices))
}

impl Parser<'_> {
    fn file(&mut self) -> Result<File, Error> {
        if self.next.kind == Kind::End {
            return Err(Error::new(self.next.place, "there is no graph in this file")
                .hint("a graph is written as `digraph { a -> b }`"));
        }
        let strict = self.keyword("strict")?.is_some();
        self.directed = if self.keyword("digraph")?.is_some() {
            true
        } else if self.keyword("graph")?.is_some() {
            false
        } else {
            let message = format!("a graph cannot start with {}", self.next.shown());
            return Err(Error::new(self.next.place, message)
                .hint("it starts with `digraph` or `graph`, maybe behind `strict`"));
        };
        let name = self.text()?;
        let body = self.body()?;
        if self.next.kind != Kind::End {
            let message = match &self.next.kind {
                Kind::Sign('}') => "this `}` closes nothing".to_owned(),
                Kind::Name(it) if ["graph", "digraph", "strict"].contains(&&*it.to_lowercase()) => {
                    "only the first graph of a file is read".to_owned()
                }
                _ => format!("{} stands behind the end of the graph", self.next.shown()),
            };
            if message.starts_with("only") {
                self.notices.push(Notice { place: self.next.place, message });
            } else {
                return Err(Error::new(self.next.place, message)
                    .hint("a `}` before it may be one too many"));
            }
        }
        Ok(File { strict, directed: self.directed, name, body })
    }

    /// Statements between braces.
    fn body(&mut self) -> Result<Vec<Statement>, Error> {
        let open = self.next.place;
        if !self.sign('{')? {
            return Err(Error::new(
                open,
                format!("a `{{` belongs here, not {}", self.next.shown()),
            ));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("more than {DEEPEST} subgraphs are in each other");
            return Err(
                Error::new(open, message).hint("draw the inner ones on a sheet of their own")
            );
        }
        let mut body = Vec::new();
        while !self.sign('}')? {
            if self.next.kind == Kind::End {
                return Err(
                    Error::new(open, "this `{` is never closed").hint("add the missing `}`")
                );
            }
            if !self.sign(';')? {
                body.push(self.statement()?);
            }
        }
        self.depth -= 1;
        Ok(body)
    }

    fn statement(&mut self) -> Result<Statement, Error> {
        for (word, target) in
            [("graph", Target::Graph), ("node", Target::Node), ("edge", Target::Edge)]
        {
            if let Some(place) = self.keyword(word)? {
                if self.next.kind != Kind::Sign('[') {
                    let message =
                        format!("`{word}` is a keyword and stands before attributes in `[]`");
                    let hint = format!("a node of that name is written \"{word}\"");
                    return Err(Error::new(place, message).hint(hint));
                }
                return Ok(Statement::Defaults(target, self.attributes()?));
            }
        }
        let first = self.set()?;
        if let Set::Nodes(names) = &first
            && let [name] = &names[..]
            && self.next.kind == Kind::Sign('=')
        {
            let attribute = self.value_of(name.clone())?;
            return Ok(Statement::Defaults(Target::Graph, vec![attribute]));
        }
        // Of most lists room for four would be twice what they need, and a graph is many short lists.
        let mut sets = Vec::with_capacity(2);
        sets.push(first);
        while self.edge_operator()? {
            sets.push(self.set()?);
        }
        let attributes = self.attributes()?;
        Ok(match (sets.len(), sets.remove(0)) {
            (1, Set::Nodes(names)) => Statement::Nodes(names, attributes),
            (1, Set::Subgraph(it)) => {
                for attribute in attributes {
                    let message = "attributes of a subgraph are written inside of it".to_owned();
                    self.notices.push(Notice { place: attribute.name.place, message });
                }
                Statement::Subgraph(it)
            }
            (_, first) => {
                sets.insert(0, first);
                Statement::Edges(sets, attributes)
            }
        })
    }

    fn edge_operator(&mut self) -> Result<bool, Error> {
        let (wanted, other) = if self.directed { ("->", "--") } else { ("--", "->") };
        match (&self.next.kind, self.directed) {
            (Kind::Arrow, true) | (Kind::Line, false) => {
                self.bump()?;
                Ok(true)
            }
            (Kind::Arrow | Kind::Line, _) => {
                let kind = if self.directed { "digraph" } else { "graph" };
                let message = format!("edges of a `{kind}` are written `{wanted}`, not `{other}`");
                let hint = if self.directed {
                    "an edge without an arrowhead has [dir=none]"
                } else {
                    "a graph with arrows starts with `digraph`"
                };
                Err(Error::new(self.next.place, message).hint(hint))
            }
            _ => Ok(false),
        }
    }

    /// A subgraph, or names of nodes with commas between them.
    fn set(&mut self) -> Result<Set, Error> {
        let place = self.next.place;
        if self.keyword("subgraph")?.is_some() {
            let name = self.text()?;
            // Without a body, it stands for the one of this name.
            let body = if name.is_none() || self.next.kind == Kind::Sign('{') {
                self.body()?
            } else {
                Vec::new()
            };
            return Ok(Set::Subgraph(Subgraph { name, place, body }));
        }
        if self.next.kind == Kind::Sign('{') {
            return Ok(Set::Subgraph(Subgraph { name: None, place, body: self.body()? }));
        }
        let mut names = Vec::with_capacity(1);
        loop {
            let Some(name) = self.text()? else {
                let message = format!("the name of a node belongs here, not {}", self.next.shown());
                let mut error = Error::new(self.next.place, message);
                if let Kind::Sign(it @ ('[' | ']')) = self.next.kind {
                    error = error.hint(format!("`{it}` belongs behind a node or an edge"));
                }
                return Err(error);
            };
            names.push(name);
            self.port()?;
            if !self.sign(',')? {
                return Ok(Set::Nodes(names));
            }
        }
    }

    /// Where on the node an edge ends is for our layout to say.
    fn port(&mut self) -> Result<(), Error> {
        while self.sign(':')? {
            if self.text()?.is_none() {
                let message = format!("the name of a port belongs here, not {}", self.next.shown());
                return Err(Error::new(self.next.place, message)
                    .hint("a name with `:` in it is written in quotes"));
            }
        }
        Ok(())
    }

    /// Any number of lists in brackets.
    fn attributes(&mut self) -> Result<Vec<Attribute>, Error> {
        let mut attributes = Vec::new();
        let mut open = self.next.place;
        while self.sign('[')? {
            attributes.reserve_exact(2);
            while !self.sign(']')? {
                if self.next.kind == Kind::End {
                    return Err(
                        Error::new(open, "this `[` is never closed").hint("add the missing `]`")
                    );
                }
                let Some(name) = self.text()? else {
                    let message =
                        format!("the name of an attribute belongs here, not {}", self.next.shown());
                    return Err(Error::new(self.next.place, message)
                        .hint("attributes are written [name=value, name=value]"));
                };
                attributes.push(self.value_of(name)?);
                if !self.sign(',')? {
                    self.sign(';')?;
                }
            }
            open = self.next.place;
        }
        Ok(attributes)
    }

    /// `=` and a value; what has none is true, as in `[constraint]`.
    fn value_of(&mut self, name: Word) -> Result<Attribute, Error> {
        if !self.sign('=')? {
            let place = name.place;
            let text = "true".to_owned();
            return Ok(Attribute { name, value: Word { text, html: false, place } });
        }
        let Some(value) = self.text()? else {
            let message =
                format!("the value of `{}` belongs here, not {}", name.text, self.next.shown());
            return Err(Error::new(self.next.place, message)
                .hint("anything but a name or a number is written in quotes"));
        };
        Ok(Attribute { name, value })
    }

    /// A name, a number, a string or HTML; nothing where something else stands, or a keyword.
    fn text(&mut self) -> Result<Option<Word>, Error> {
        let keyword = |it: &str| {
            let words = ["strict", "graph", "digraph", "subgraph", "node", "edge"];
            words.iter().any(|word| word.eq_ignore_ascii_case(it))
        };
        match &self.next.kind {
            Kind::Name(it) if keyword(it) => return Ok(None),
            Kind::Name(_) | Kind::Quoted(_) | Kind::Html(_) => {}
            _ => return Ok(None),
        }
        let Token { kind, mut place } = self.bump()?;
        let (mut text, html, quoted) = match kind {
            Kind::Html(it) => {
                if let Some((at, message)) = html::fault(&it) {
                    self.notices.push(Notice { place: inside(place, &it, at), message });
                }
                (it, true, false)
            }
            Kind::Quoted(it) => (it, false, true),
            Kind::Name(it) => (it, false, false),
            _ => return Ok(None),
        };
        while quoted && self.sign('+')? {
            let Token { kind: Kind::Quoted(more), place: end } = self.bump()? else {
                return Err(Error::new(place, "`+` joins strings in quotes only"));
            };
            text += &more;
            place.end = end.end;
        }
        Ok(Some(Word { text, html, place }))
    }

    fn sign(&mut self, wanted: char) -> Result<bool, Error> {
        let found = self.next.kind == Kind::Sign(wanted);
        if found {
            self.bump()?;
        }
        Ok(found)
    }

    /// Skips a keyword, in upper or lower case, and tells where it stood.
    fn keyword(&mut self, word: &str) -> Result<Option<Place>, Error> {
        match &self.next.kind {
            Kind::Name(it) if it.eq_ignore_ascii_case(word) => Ok(Some(self.bump()?.place)),
            _ => Ok(None),
        }
    }

    fn bump(&mut self) -> Result<Token, Error> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// The place of a range of bytes of an HTML text that stands at `place`, behind its `<`.
fn inside(place: Place, html: &str, range: Range<usize>) -> Place {
    let before = &html[..range.start];
    let line = before.rfind('\n').map_or(before, |it| &before[it + 1..]);
    let is_first = line.len() == before.len();
    let start = place.start + 1;
    Place {
        start: start + range.start,
        end: start + range.end,
        line: place.line + before.matches('\n').count(),
        column: line.chars().count() + if is_first { place.column + 1 } else { 1 },
    }
}

impl Token {
    /// As it is named in a message.
    fn shown(&self) -> String {
        match &self.kind {
            Kind::Name(it) => format!("`{it}`"),
            Kind::Quoted(_) => "a string".to_owned(),
            Kind::Html(_) => "HTML".to_owned(),
            Kind::Arrow => "`->`".to_owned(),
            Kind::Line => "`--`".to_owned(),
            Kind::Sign(it) => format!("`{it}`"),
            Kind::End => "the end of the file".to_owned(),
        }
    }
}

//! A file as it was written: statements, before anybody knows what they mean.

use super::place::Place;

/// A name or a value, as a text or as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) html: bool,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) strict: bool,
    pub(super) directed: bool,
    pub(super) name: Option<Word>,
    pub(super) body: Vec<Statement>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: Word,
    pub(super) value: Word,
}

/// What attributes belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Graph,
    Node,
    Edge,
}

#[derive(Debug)]
pub(super) enum Statement {
    /// `node [shape=box]`; `rankdir=LR` is written for `graph [rankdir=LR]`.
    Defaults(Target, Vec<Attribute>),
    /// One node or several, `a, b [shape=box]`.
    Nodes(Vec<Word>, Vec<Attribute>),
    /// `a -> {b c} -> d [label=x]`; two sets at least.
    Edges(Vec<Set>, Vec<Attribute>),
    Subgraph(Subgraph),
}

/// An end of edges.
#[derive(Debug)]
pub(super) enum Set {
    Nodes(Vec<Word>),
    Subgraph(Subgraph),
}

#[derive(Debug)]
pub(super) struct Subgraph {
    pub(super) name: Option<Word>,
    pub(super) place: Place,
    pub(super) body: Vec<Statement>,
}

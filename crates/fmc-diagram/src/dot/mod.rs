//! Reading DOT, the language of Graphviz, with everything that pictures of architectures use of it:
//! what people write, and what the Python library `diagrams` writes with `outformat="dot"`.
//!
//! ```
//! let (graph, notices) = fmc_diagram::dot::read("digraph { subgraph cluster_lan { a b } a -> {b c} }")?;
//! assert_eq!((graph.nodes.len(), graph.clusters.len(), graph.edges.len()), (3, 1, 2));
//! assert!(notices.is_empty());
//! # Ok::<(), fmc_diagram::dot::Error>(())
//! ```
//!
//! * A subgraph whose name starts with `cluster` is a cluster; every other one is a set of nodes.
//! * `image` names an icon; of a path to the images of `diagrams`, what is behind `resources/`.
//! * A node without a text and an icon (`shape=point`, the `Blank` of `diagrams`) becomes a small point
//!   in which lines meet. It is kept, since whoever drew it wanted one trunk instead of many lines.
//! * What `style=invis` hides only moves other things about in Graphviz: it is left out.
//! * `constraint=false`, and edges within `rank=same`, put neither end before the other.
//! * A direction upwards or to the left is turned around, and so are the edges with it.
//! * Colours become tints of the theme; sizes, fonts and positions are left to our layout, and so is
//!   `rankdir` of a cluster, as in Graphviz.
//!
//! The grammar is that of <https://graphviz.org/doc/info/lang.html>, the attributes are those of
//! <https://graphviz.org/doc/info/attrs.html>.

mod budget;
mod color;
mod edges;
mod evaluate;
mod html;
mod lexer;
mod nodes;
mod parser;
mod place;
mod strings;
mod syntax;

#[cfg(test)]
mod tests;

pub use place::{Error, Notice, Place};

use crate::graph::Graph;

/// Reads a graph. What could not be understood, or not be drawn, is told beside it; only a text
/// that is no graph at all, or one beyond all limits, is an error.
pub fn read(text: &str) -> Result<(Graph, Vec<Notice>), Error> {
    let (file, mut notices) = parser::parse(text)?;
    let graph = evaluate::evaluate(&file, &mut notices)?;
    notices.sort_by_key(|it| it.place.start);
    Ok((graph, notices))
}

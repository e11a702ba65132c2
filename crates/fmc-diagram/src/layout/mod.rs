//! From a graph to a finished picture: a layered layout of nested clusters with orthogonal routes.

use crate::graph::Graph;
use crate::scene::Scene;

/// What a picture is laid out for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Medium {
    /// Paper and screens: a unit is a CSS pixel.
    Paper,
    /// A terminal: a unit is a cell, and all coordinates are whole.
    Terminal {
        /// How many cells a line has at most, where that is possible.
        width: usize,
    },
}

/// Lays a graph out.
pub fn place(graph: &Graph, medium: Medium) -> Scene {
    let _ = (graph, medium);
    Scene::default()
}

//! What was found out about the parts of a route while others are thought of in its place.

use super::field::Part;
use super::route::Corner;
use std::cell::{OnceCell, RefCell};

/// What was found out about parts that routes of one edge have or might have: these are asked about many
/// times. It holds as long as no other edge is drawn anew.
pub(super) struct Memory {
    pub(super) edge: usize,
    pub(super) turn: u32,
    /// Each part has one place; what was there before is forgotten.
    pub(super) asked: RefCell<Vec<Asked>>,
}

/// How many parts are remembered.
pub(super) const PLACES: usize = 1024;

impl Memory {
    /// Of no edge.
    pub(super) fn new() -> Self {
        let nothing = || Asked {
            stretch: Stretch::default(),
            turn: 0,
            is_clear: false,
            part: OnceCell::new(),
        };
        let asked = std::iter::repeat_with(nothing).take(PLACES).collect();
        Self { edge: 0, turn: 0, asked: RefCell::new(asked) }
    }

    /// Forgets everything, for the parts of this edge.
    pub(super) fn begin(&mut self, edge: usize) {
        self.edge = edge;
        self.turn += 1;
    }
}

/// A part that was asked about.
pub(super) struct Asked {
    pub(super) stretch: Stretch,
    /// For the parts of which edge it was.
    pub(super) turn: u32,
    pub(super) is_clear: bool,
    /// What it meets where it is clear; `None` where it may not run.
    pub(super) part: OnceCell<Option<Part>>,
}

/// A part of a route: its first and its last corner, and whether it is at either end.
pub(super) type Stretch = ([Corner; 2], [bool; 2]);

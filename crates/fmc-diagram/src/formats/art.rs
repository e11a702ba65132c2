//! Icons as the formats draw them: paths with paints, or pixels.

use super::path::Step;
use crate::scene::Rect;
use crate::theme::Rgb;

/// An icon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Art {
    /// The part of the plane that is shown.
    pub view: Rect,
    /// What is drawn, from the back to the front.
    pub pieces: Vec<Piece>,
}

/// A part of an icon.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A path.
    Path {
        /// Its steps.
        steps: Vec<Step>,
        /// What fills it.
        fill: Option<Paint>,
        /// Whether what is enclosed twice is left open.
        even_odd: bool,
        /// What runs along it, how wide, and whether its ends and corners are round.
        stroke: Option<(Paint, f64, bool)>,
    },
    /// A PNG image.
    Image(Rect, Vec<u8>),
}

/// The paint of a part of an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// The colour that the icon is given.
    Ink,
    /// A colour of its own.
    Own(Rgb),
}

/// The icon of this name.
pub fn find(name: &str) -> Option<Art> {
    let _ = name;
    None
}

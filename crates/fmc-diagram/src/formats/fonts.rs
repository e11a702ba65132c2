//! Fonts beyond the embedded one, for the characters that it lacks.
//!
//! Reading them is for the caller: nothing here opens a file, and a picture whose characters the
//! embedded font can draw never asks.

use std::sync::Arc;

/// A font as it lies in its file.
#[derive(Debug, Clone)]
pub struct FontFile {
    /// The file: TrueType, OpenType or a collection of them.
    pub data: Arc<Vec<u8>>,
    /// Which font of a collection; 0 elsewhere.
    pub index: u32,
}

/// Where other fonts come from.
pub trait Fonts {
    /// A font that can draw this character, in a heavy weight where that is asked for and to be had.
    fn find(&self, character: char, bold: bool) -> Option<FontFile>;
}

/// No fonts but the embedded one: what it lacks is drawn as an empty box.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFonts;

impl Fonts for NoFonts {
    fn find(&self, _: char, _: bool) -> Option<FontFile> {
        None
    }
}

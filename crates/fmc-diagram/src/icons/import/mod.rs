//! Icons of the user's: any SVG or PNG file, as far as it can be drawn as an icon.

mod error;
mod image;
mod shapes;
mod svg;

pub use error::{Advice, IconError};
pub use image::from_png;
pub use svg::from_svg;

use super::Icon;

/// How large a file may be. Icons are a few kilobytes; each is copied into every picture.
const MOST_BYTES: usize = 1024 * 1024;

/// An icon from a file of either kind, told apart by what it begins with and not by its name.
pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Icon, IconError> {
    let is_png = bytes.starts_with(b"\x89PNG");
    if is_png { from_png(bytes, name) } else { from_svg(bytes, name) }
}

fn check_size(bytes: &[u8]) -> Result<(), IconError> {
    if bytes.len() > MOST_BYTES { Err(IconError::Bytes(bytes.len())) } else { Ok(()) }
}

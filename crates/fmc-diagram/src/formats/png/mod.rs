//! PNG: the picture in pixels, drawn directly and without alpha.
//!
//! What costs time in a big picture is its ground and the compression, so the one is filled in rows
//! and the other is the kind made for flat pictures. Letters are drawn once for each size and quarter
//! of a pixel, and copied from then on.

mod canvas;
mod glyphs;
mod text;

use super::fonts::{Fonts, NoFonts};
use super::paint;
use crate::icons::Library;
use crate::scene::Scene;
use crate::theme::{Color, Scheme};
use canvas::PngCanvas;
use std::fmt;
use tiny_skia::Pixmap;

/// How many pixels a picture may have: 256 MB while it is drawn.
pub const MOST_PIXELS: f64 = 64e6;

/// How a picture is drawn in pixels.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How many pixels a unit of the scene has.
    pub scale: f64,
    /// Whether the sheet is light or dark.
    pub scheme: Scheme,
    /// Where fonts come from that draw what the embedded one cannot.
    pub fonts: &'a dyn Fonts,
    /// The icons that can be named; those that come with the program where nothing is said.
    pub icons: Option<&'a Library>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { scale: 1.0, scheme: Scheme::Light, fonts: &NoFonts, icons: None }
    }
}

/// Why a picture cannot be drawn in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PngError {
    /// It would have more than [`MOST_PIXELS`].
    TooLarge {
        /// The scale that was asked for.
        scale: f64,
        /// The greatest one that works.
        greatest: f64,
    },
    /// The scale is no number above zero.
    NoScale,
}

impl fmt::Display for PngError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { scale, greatest } => {
                let most = MOST_PIXELS / 1e6;
                write!(out, "at scale {scale} the picture would have more than {most} million ")?;
                write!(out, "pixels; the greatest scale that works is {greatest}")
            }
            Self::NoScale => write!(out, "the scale of a picture is a number above zero"),
        }
    }
}

impl std::error::Error for PngError {}

/// The picture as a PNG file, on a light sheet, with the embedded font alone.
pub fn write(scene: &Scene, scale: f64) -> Result<Vec<u8>, PngError> {
    write_with(scene, &Options { scale, ..Options::default() })
}

/// The picture as a PNG file.
pub fn write_with(scene: &Scene, options: &Options<'_>) -> Result<Vec<u8>, PngError> {
    let scale = options.scale;
    if !(scale.is_finite() && scale > 0.0) {
        return Err(PngError::NoScale);
    }
    let area = scene.width.max(1.0) * scene.height.max(1.0);
    let too_large = || {
        // Hundredths are exact enough, and rounded down they work; below them only tiny scales do.
        let greatest = (MOST_PIXELS / area).sqrt() * 0.999;
        let greatest = if greatest > 0.01 { (greatest * 100.0).floor() / 100.0 } else { greatest };
        PngError::TooLarge { scale, greatest }
    };
    let (width, height) = (pixels(scene.width, scale), pixels(scene.height, scale));
    if f64::from(width) * f64::from(height) > MOST_PIXELS {
        return Err(too_large());
    }
    let mut pixmap = Pixmap::new(width, height).ok_or_else(too_large)?;
    let paper = Color::Paper.rgb(options.scheme);
    pixmap.fill(tiny_skia::Color::from_rgba8(paper.0, paper.1, paper.2, 255));
    let mut canvas = PngCanvas::new(pixmap, *options);
    paint::paint(scene, &mut canvas);
    // Writing into memory does not fail, and the sizes fit, since the pixels were there.
    encode(canvas.into_pixmap()).map_err(|_| too_large())
}

/// How many pixels a length has, at least one. What is too long for the number is too large anyway.
#[expect(clippy::cast_sign_loss, reason = "the length is at least one")]
fn pixels(length: f64, scale: f64) -> u32 {
    (length * scale - 1e-6).ceil().clamp(1.0, f64::from(u32::MAX)) as u32
}

/// The file.
fn encode(pixmap: Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let (width, height) = (pixmap.width(), pixmap.height());
    let mut data = pixmap.take();
    without_alpha(&mut data);
    let mut out = Vec::with_capacity(data.len() / 16);
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    // Within a twentieth of the size that trying all filters on each row gives, in a third of the time.
    encoder.set_filter(png::Filter::Paeth);
    encoder.write_header()?.write_image_data(&data)?;
    Ok(out)
}

/// Leaves out every fourth byte, in place: a second buffer costs more than the work, since each of
/// its pages has to be brought up first.
fn without_alpha(data: &mut Vec<u8>) {
    let pixels = data.len() / 4;
    for pair in 0..pixels / 2 {
        let mut two = [0; 8];
        two.copy_from_slice(&data[pair * 8..pair * 8 + 8]);
        let two = u64::from_le_bytes(two);
        let both = two & 0x00ff_ffff | two >> 8 & 0xffff_ff00_0000;
        // The two bytes too many lie where all has been read.
        data[pair * 6..pair * 6 + 8].copy_from_slice(&both.to_le_bytes());
    }
    if pixels % 2 == 1 {
        let last = pixels - 1;
        data.copy_within(last * 4..last * 4 + 3, last * 3);
    }
    data.truncate(pixels * 3);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_alpha_is_left_out() {
        for pixels in 0..=9_u8 {
            let mut data: Vec<u8> =
                (0..pixels).flat_map(|it| [it, it + 50, it + 100, 255]).collect();
            let expected: Vec<u8> = (0..pixels).flat_map(|it| [it, it + 50, it + 100]).collect();
            without_alpha(&mut data);
            assert_eq!(data, expected, "{pixels} pixels");
        }
    }
}

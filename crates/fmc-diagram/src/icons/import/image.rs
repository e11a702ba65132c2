//! Icons that are images.

use super::{IconError, check_size};
use crate::icons::{Icon, Image, Source};
use crate::scene::Rect;
use std::sync::Arc;

/// How wide and high an image may be. On paper at 600 dpi, this is 17 cm.
const MOST_PIXELS: u32 = 4096;

/// An icon from a PNG file, which is decoded once to see that it can be.
pub fn from_png(bytes: &[u8], name: &str) -> Result<Icon, IconError> {
    check_size(bytes)?;
    let broken = |cause: png::DecodingError| IconError::NotPng(cause.to_string());
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    let size = reader.output_buffer_size().filter(|_| width.max(height) <= MOST_PIXELS);
    let Some(size) = size else { return Err(IconError::Pixels(width, height)) };
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    let channels = frame.color_type.samples();
    let has_alpha =
        matches!(frame.color_type, png::ColorType::GrayscaleAlpha | png::ColorType::Rgba);
    let mut colours = pixels[..frame.buffer_size()].chunks_exact(channels);
    if has_alpha && colours.all(|it| it[channels - 1] == 0) {
        return Err(IconError::Blank);
    }
    let image = Image { png: Arc::from(bytes), width, height };
    let area = Rect { x: 0.0, y: 0.0, width: f64::from(width), height: f64::from(height) };
    let icon = Icon::of_shapes(name, name, Source::User, area, Vec::new());
    Ok(Icon { image: Some(image), ..icon })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of this size in one colour of red, green, blue and alpha.
    fn png(width: u32, height: u32, colour: [u8; 4]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&colour.repeat((width * height) as usize)).unwrap();
        writer.finish().unwrap();
        bytes
    }

    fn check(bytes: &[u8], expected: &Result<(u32, u32), IconError>) {
        let found = from_png(bytes, "mine").map(|icon| {
            assert!(!icon.is_blank() && icon.shapes.is_empty());
            let image = icon.image.unwrap();
            (image.width, image.height)
        });
        assert_eq!(&found, expected);
    }

    #[test]
    fn an_image_keeps_its_bytes_and_its_size() {
        check(&png(3, 2, [255, 0, 0, 255]), &Ok((3, 2)));
    }

    #[test]
    fn what_nobody_could_see_is_refused() {
        check(&png(3, 2, [255, 0, 0, 0]), &Err(IconError::Blank));
    }

    #[test]
    fn what_is_too_large_is_refused() {
        check(&png(4097, 1, [0, 0, 0, 255]), &Err(IconError::Pixels(4097, 1)));
        check(&vec![0; MOST + 1], &Err(IconError::Bytes(MOST + 1)));
    }

    #[test]
    fn broken_files_are_refused_wherever_they_break() {
        let whole = png(9, 9, [1, 2, 3, 255]);
        let end = whole.len() - 12; // The last chunk says nothing but that the file ends.
        for length in 0..end {
            assert!(
                from_png(&whole[..length], "mine").is_err(),
                "{length} of {} bytes",
                whole.len()
            );
        }
        for place in 0..end {
            let mut broken = whole.clone();
            broken[place] ^= 0x5a;
            // Some bytes say nothing about the pixels; no change may do harm.
            let _ = from_png(&broken, "mine");
        }
    }

    const MOST: usize = crate::icons::import::MOST_BYTES;
}

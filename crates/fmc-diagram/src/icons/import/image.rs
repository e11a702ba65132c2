//! Icons that are images.

use super::{IconError, check_size};
use crate::icons::{Icon, Image, Source};
use crate::scene::Rect;
use std::sync::Arc;

/// How wide and high an image may be. On paper at 600 dpi, this is 17 cm.
const MOST_PIXELS: u32 = 4096;

/// An icon from a PNG file. It is decoded, and its pixels are written anew: readers differ in which
/// broken files they take, and nothing but pixels shall get into pictures.
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
    let png = encode(&pixels[..frame.buffer_size()], &frame)
        .map_err(|cause| IconError::NotPng(cause.to_string()))?;
    let image = Image { png: Arc::from(png), width, height };
    let area = Rect { x: 0.0, y: 0.0, width: f64::from(width), height: f64::from(height) };
    let icon = Icon::of_shapes(name, name, Source::User, area, Vec::new());
    Ok(Icon { image: Some(image), ..icon })
}

/// The pixels of a frame as a file.
fn encode(pixels: &[u8], frame: &png::OutputInfo) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, frame.width, frame.height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(frame.bit_depth);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
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
    fn an_image_keeps_its_pixels_and_its_size() {
        check(&png(3, 2, [255, 0, 0, 255]), &Ok((3, 2)));
        let icon = from_png(&png(3, 2, [255, 9, 0, 128]), "mine").unwrap();
        let again = icon.image.unwrap().png;
        let mut reader = png::Decoder::new(std::io::Cursor::new(&again)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, [255, 9, 0, 128].repeat(6));
    }

    #[test]
    fn nothing_but_pixels_gets_into_pictures() {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.add_text_chunk("Location".into(), "at home".into()).unwrap();
        encoder.write_header().unwrap().write_image_data(&[7]).unwrap();
        let image = from_png(&bytes, "mine").unwrap().image.unwrap();
        let holds = |it: &[u8]| it.windows(7).any(|it| it == b"at home");
        assert!(holds(&bytes) && !holds(&image.png));
    }

    #[test]
    fn a_stream_that_ends_too_early_is_mended_or_refused() {
        // Every pixel is there, and yet some readers refuse such a file: they want its checksum.
        let whole = png(1, 1, [255, 0, 0, 255]);
        let data = whole.windows(4).position(|it| it == b"IDAT").unwrap();
        let length = u32::from_be_bytes(whole[data - 4..data].try_into().unwrap()) as usize;
        for cut in 1..=4 {
            let mut broken = whole[..data + 4 + length - cut].to_vec();
            broken[data - 4..data].copy_from_slice(&((length - cut) as u32).to_be_bytes());
            let mut sum = crc(&broken[data..]).to_be_bytes().to_vec();
            broken.append(&mut sum);
            broken.extend(&whole[data + 8 + length..]);
            if let Ok(icon) = from_png(&broken, "mine") {
                let image = icon.image.unwrap();
                let mut reader =
                    png::Decoder::new(std::io::Cursor::new(&image.png)).read_info().unwrap();
                let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
                reader.next_frame(&mut pixels).unwrap();
                reader.finish().unwrap();
            }
        }
    }

    /// The checksum of a chunk (PNG specification, third edition, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |it, _| {
                if it & 1 == 1 { 0xedb8_8320 ^ (it >> 1) } else { it >> 1 }
            })
        })
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

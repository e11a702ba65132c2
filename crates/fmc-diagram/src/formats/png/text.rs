//! Lines of text in pixels.

use super::canvas::{Frame, PngCanvas};
use super::glyphs::{Key, Mask, PLACES};
use crate::font;
use crate::formats::letters::Letter;
use crate::formats::paint::{Canvas, Line, Look, Shape};
use crate::formats::path::rounded_rect;
use crate::scene::{Rect, Text};
use crate::theme::{Color, Rgb};
use tiny_skia::Pixmap;
use ttf_parser::{GlyphId, RasterImageFormat};

impl PngCanvas<'_> {
    /// Writes a line of text from its place on, as wide as was reserved for it.
    pub(super) fn write_text(&mut self, text: &Text, color: Color) {
        let size = font::style(text.role).size;
        let line = self.letters.line(text);
        for one in &line.placed {
            match one.letter {
                Some(letter) => self.letter(letter, (one.x, text.at.y), size, line.stretch, color),
                None if one.width > 0.0 => self.missing(one.x, text.at.y, one.width, size, color),
                None => {}
            }
        }
    }

    /// Draws one letter with its pen here.
    fn letter(&mut self, letter: Letter, at: (f64, f64), size: f64, stretch: f64, color: Color) {
        let scale = self.options.scale;
        let (x, baseline) = (at.0 * scale, (at.1 * scale).round());
        let steps = (x * PLACES).round();
        let column = (steps / PLACES).floor();
        #[expect(clippy::cast_sign_loss, reason = "what is left of a floor is not negative")]
        let place = (steps - column * PLACES) as u8;
        let key = Key {
            font: letter.font,
            glyph: letter.glyph,
            size: ((size * scale) as f32).to_bits(),
            stretch: (stretch as f32).to_bits(),
            place,
        };
        let mask = self.glyphs.mask(&self.letters, key);
        if mask.cover.is_empty() {
            self.picture(letter, (x, baseline), size * scale, stretch);
            return;
        }
        let rgb = self.color(color);
        blend(&mut self.pixmap, &mask, (column as i32, baseline as i32), rgb);
    }

    /// Draws a letter that is a picture, as those of coloured fonts are.
    fn picture(&mut self, letter: Letter, pen: (f64, f64), size: f64, stretch: f64) {
        let image = self.letters.with(letter.font, |face| {
            let image = face.glyph_raster_image(GlyphId(letter.glyph), u16::MAX)?;
            if image.format != RasterImageFormat::PNG {
                return None;
            }
            let pixmap = Pixmap::decode_png(image.data).ok()?;
            Some((pixmap, f64::from(image.x), f64::from(image.y), f64::from(image.pixels_per_em)))
        });
        let Some((pixmap, x, y, per_em)) = image.filter(|it| it.3 > 0.0) else { return };
        let high = size / per_em;
        let wide = high * stretch;
        let top = pen.1 - (y + f64::from(pixmap.height())) * high;
        self.image(&pixmap, ((pen.0 + x * wide) as f32, top as f32), wide, high);
    }

    /// Draws an empty box where no font has the character.
    fn missing(&mut self, x: f64, y: f64, width: f64, size: f64, color: Color) {
        let area = Rect {
            x: x + 1.0,
            y: y - 0.7 * size,
            width: (width - 2.0).max(1.0),
            height: 0.7 * size,
        };
        let line = Line { color, width: 0.75, dashes: None };
        let steps = rounded_rect(area, 1.0);
        if Frame::scaled(self.options.scale).path(&steps).is_some() {
            self.shape(Shape::Path(&steps), Look { fill: None, line: Some(line) });
        }
    }
}

/// Puts a colour where a letter covers the picture.
fn blend(pixmap: &mut Pixmap, mask: &Mask, pen: (i32, i32), rgb: Rgb) {
    let (width, height) = (pixmap.width() as i32, pixmap.height() as i32);
    let left = pen.0 + mask.left;
    let data = pixmap.data_mut();
    for (row, covers) in (pen.1 + mask.top..).zip(mask.cover.chunks_exact(mask.width)) {
        if row < 0 || row >= height {
            continue;
        }
        for (column, cover) in (left..).zip(covers) {
            if *cover == 0 || column < 0 || column >= width {
                continue;
            }
            #[expect(clippy::cast_sign_loss, reason = "both were just seen to be inside")]
            let at = (row as usize * width as usize + column as usize) * 4;
            let pixel = &mut data[at..at + 3];
            for (byte, ink) in pixel.iter_mut().zip([rgb.0, rgb.1, rgb.2]) {
                let mixed = i32::from(*byte) * (255 - i32::from(*cover))
                    + i32::from(ink) * i32::from(*cover);
                // Halves are rounded up, and the sum is at most 255 · 255.
                #[expect(clippy::cast_sign_loss, reason = "a mean of bytes is not negative")]
                let mixed = ((mixed + 127) / 255) as u8;
                *byte = mixed;
            }
        }
    }
}

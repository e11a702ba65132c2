//! Letters in pixels: each is drawn once for its font, size and quarter of a pixel.

use crate::formats::letters::{FontIndex, Letters};
use ab_glyph_rasterizer::{Point, Rasterizer, point};
use std::collections::HashMap;
use std::rc::Rc;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// How many places within a pixel a letter can begin at.
pub(super) const PLACES: f64 = 4.0;

/// How much of each pixel a letter covers.
#[derive(Debug, Default)]
pub(super) struct Mask {
    /// Where its left column is, from the pen.
    pub(super) left: i32,
    /// Where its upper row is, from the baseline.
    pub(super) top: i32,
    pub(super) width: usize,
    /// Row by row, 255 for a whole pixel.
    pub(super) cover: Vec<u8>,
}

/// The letters drawn so far.
#[derive(Default)]
pub(super) struct Glyphs {
    masks: HashMap<Key, Rc<Mask>>,
}

/// What makes one drawing of a letter different from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) font: FontIndex,
    pub(super) glyph: u16,
    /// The size, and the width of the letter against its natural one, as the bits of numbers.
    pub(super) size: u32,
    pub(super) stretch: u32,
    /// In [`PLACES`] of a pixel.
    pub(super) place: u8,
}

impl Glyphs {
    /// The letter as pixels.
    pub(super) fn mask(&mut self, letters: &Letters<'_>, key: Key) -> Rc<Mask> {
        if let Some(mask) = self.masks.get(&key) {
            return Rc::clone(mask);
        }
        let mask = letters.with(key.font, |face| draw(face, key)).unwrap_or_default();
        let mask = Rc::new(mask);
        self.masks.insert(key, Rc::clone(&mask));
        mask
    }
}

/// Draws a letter. Nothing for one without an outline, such as a space.
fn draw(face: &Face<'_>, key: Key) -> Option<Mask> {
    let glyph = GlyphId(key.glyph);
    let bounds = face.glyph_bounding_box(glyph)?;
    let high = f32::from_bits(key.size) / f32::from(face.units_per_em());
    let wide = high * f32::from_bits(key.stretch);
    let offset = f32::from(key.place) / PLACES as f32;
    let left = (f32::from(bounds.x_min) * wide + offset).floor() - 1.0;
    let right = (f32::from(bounds.x_max) * wide + offset).ceil() + 1.0;
    let top = (-f32::from(bounds.y_max) * high).floor() - 1.0;
    let bottom = (-f32::from(bounds.y_min) * high).ceil() + 1.0;
    // A font may claim any box; no letter of a picture is that large.
    if !(right - left < 4096.0 && bottom - top < 4096.0) {
        return None;
    }
    #[expect(clippy::cast_sign_loss, reason = "right is beyond left, and bottom below top")]
    let (width, height) = ((right - left) as usize, (bottom - top) as usize);
    let mut pen = Pen {
        out: Rasterizer::new(width, height),
        wide,
        high,
        x: offset - left,
        y: -top,
        start: point(0.0, 0.0),
        at: point(0.0, 0.0),
    };
    face.outline_glyph(glyph, &mut pen)?;
    let mut cover = vec![0; width * height];
    pen.out.for_each_pixel(|index, share| {
        #[expect(clippy::cast_sign_loss, reason = "a share of a pixel is not negative")]
        let share = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
        cover[index] = share;
    });
    Some(Mask { left: left as i32, top: top as i32, width, cover })
}

/// Puts the outline of a letter into pixels.
struct Pen {
    out: Rasterizer,
    wide: f32,
    high: f32,
    x: f32,
    y: f32,
    start: Point,
    at: Point,
}

impl Pen {
    fn place(&self, x: f32, y: f32) -> Point {
        point(x * self.wide + self.x, self.y - y * self.high)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.place(x, y);
        self.at = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.out.draw_line(self.at, to);
        self.at = to;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (handle, to) = (self.place(x1, y1), self.place(x, y));
        self.out.draw_quad(self.at, handle, to);
        self.at = to;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (one, two, to) = (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.out.draw_cubic(self.at, one, two, to);
        self.at = to;
    }

    fn close(&mut self) {
        self.out.draw_line(self.at, self.start);
        self.at = self.start;
    }
}

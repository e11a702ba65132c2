//! Letters in pixels: each is drawn once for its font, size and quarter of a pixel.

use crate::font::{REGULAR, SEMIBOLD};
use crate::formats::fonts::{FontFile, Fonts};
use ab_glyph_rasterizer::{Point, Rasterizer, point};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// How many places within a pixel a letter can begin at.
pub(super) const PLACES: f64 = 4.0;

/// A font, by its place in the list of those in use; the first two are the embedded ones.
pub(super) type FontIndex = usize;

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

/// The fonts in use and the letters drawn so far.
pub(super) struct Glyphs<'a> {
    more: &'a dyn Fonts,
    embedded: [Option<Face<'static>>; 2],
    files: Vec<FontFile>,
    /// The font found for a character in a weight.
    found: BTreeMap<(char, bool), Option<FontIndex>>,
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

/// A letter and where it is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    pub(super) font: FontIndex,
    pub(super) glyph: u16,
    /// In sizes of the font.
    pub(super) advance: f64,
}

impl<'a> Glyphs<'a> {
    pub(super) fn new(more: &'a dyn Fonts) -> Self {
        let embedded = [REGULAR, SEMIBOLD].map(|data| Face::parse(data, 0).ok());
        let (files, found, masks) = (Vec::new(), BTreeMap::new(), HashMap::new());
        Self { more, embedded, files, found, masks }
    }

    /// The letter of a character, where a font has it.
    pub(super) fn letter(&mut self, character: char, bold: bool) -> Option<Letter> {
        let own = usize::from(bold);
        if let Some(letter) = self.with(own, |face| letter_of(face, own, character)) {
            return Some(letter);
        }
        let font = match self.found.get(&(character, bold)) {
            Some(known) => *known,
            None => {
                let font = self.more.find(character, bold).map(|file| self.keep(file));
                self.found.insert((character, bold), font);
                font
            }
        };
        let font = font?;
        self.with(font, |face| letter_of(face, font, character))
    }

    /// The place of a font in the list.
    fn keep(&mut self, file: FontFile) -> FontIndex {
        let same =
            |it: &FontFile| std::sync::Arc::ptr_eq(&it.data, &file.data) && it.index == file.index;
        let known = self.files.iter().position(same);
        2 + known.unwrap_or_else(|| {
            self.files.push(file);
            self.files.len() - 1
        })
    }

    /// Does something with a font.
    pub(super) fn with<T>(
        &self,
        font: FontIndex,
        then: impl FnOnce(&Face<'_>) -> Option<T>,
    ) -> Option<T> {
        if font < 2 {
            return self.embedded[font].as_ref().and_then(then);
        }
        let file = self.files.get(font - 2)?;
        Face::parse(&file.data, file.index).ok().and_then(|face| then(&face))
    }

    /// The letter as pixels.
    pub(super) fn mask(&mut self, key: Key) -> Rc<Mask> {
        if let Some(mask) = self.masks.get(&key) {
            return Rc::clone(mask);
        }
        let mask = self.with(key.font, |face| draw(face, key)).unwrap_or_default();
        let mask = Rc::new(mask);
        self.masks.insert(key, Rc::clone(&mask));
        mask
    }
}

fn letter_of(face: &Face<'_>, font: FontIndex, character: char) -> Option<Letter> {
    let glyph = face.glyph_index(character)?;
    let advance = face.glyph_hor_advance(glyph)?;
    let advance = f64::from(advance) / f64::from(face.units_per_em());
    Some(Letter { font, glyph: glyph.0, advance })
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

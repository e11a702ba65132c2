//! Two pictures side by side, and where they differ: for who has to say which one is better.
//!
//! ```sh
//! cargo run -p fmc-diagram --example difference -- OLD.svg NEW.svg DIFFERENCE.png
//! ```
//!
//! The image has three panels: the old picture, the new one, and the new one faded, with all that
//! differs in red.

#[path = "../tests/common/raster.rs"]
mod raster;

use resvg::tiny_skia::{Color, Pixmap, PixmapPaint, PremultipliedColorU8, Transform};
use std::fs;
use std::path::Path;

/// How many pixels wide and high a panel is at most.
const MOST: f32 = 1600.0;
/// Between two panels.
const GAP: u32 = 16;
/// What lies around the pictures: neither the colour of paper nor that of ink.
const GROUND: (u8, u8, u8) = (120, 120, 130);
/// What differs.
const MARK: (u8, u8, u8) = (220, 20, 40);
/// Differences below this come of rounding, and no eye sees them.
const LEAST: u8 = 8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [old, new, out] = paths.as_slice() else {
        return Err("give three files: the old picture, the new one, and what to write".into());
    };
    let (old, new) = (read(Path::new(old))?, read(Path::new(new))?);
    fs::write(out, panels(&old, &new)?.encode_png()?)?;
    Ok(())
}

/// A picture as pixels: of an SVG document as many as fit the panel.
pub(crate) fn read(path: &Path) -> Result<Pixmap, String> {
    let bytes = fs::read(path).map_err(|it| format!("{}: {it}", path.display()))?;
    if bytes.starts_with(b"\x89PNG") {
        return Pixmap::decode_png(&bytes).map_err(|it| format!("{}: {it}", path.display()));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{}: no UTF-8", path.display()))?;
    raster::svg(&text, 1.0)
}

/// The three panels.
pub(crate) fn panels(old: &Pixmap, new: &Pixmap) -> Result<Pixmap, String> {
    let (width, height) = (old.width().max(new.width()), old.height().max(new.height()));
    let scale = (MOST / width.max(height) as f32).min(1.0);
    let size = |it: u32| ((it as f32 * scale).ceil() as u32).max(1);
    let (width, height) = (size(width), size(height));
    let on_ground = |picture: &Pixmap| -> Result<Pixmap, String> {
        let mut panel = ground(width, height)?;
        let placed = Transform::from_scale(scale, scale);
        panel.draw_pixmap(0, 0, picture.as_ref(), &PixmapPaint::default(), placed, None);
        Ok(panel)
    };
    let (old, new) = (on_ground(old)?, on_ground(new)?);
    let mut marked = new.clone();
    for (pixel, before) in marked.pixels_mut().iter_mut().zip(old.pixels()) {
        *pixel = if differ(*pixel, *before) { rgb(MARK) } else { faded(*pixel) };
    }
    let mut out = ground(3 * width + 2 * GAP, height)?;
    for (index, panel) in [old, new, marked].iter().enumerate() {
        let x = (index as u32 * (width + GAP)) as i32;
        let plain = Transform::identity();
        out.draw_pixmap(x, 0, panel.as_ref(), &PixmapPaint::default(), plain, None);
    }
    Ok(out)
}

fn ground(width: u32, height: u32) -> Result<Pixmap, String> {
    let mut pixmap = Pixmap::new(width, height).ok_or("the pictures are too large")?;
    pixmap.fill(Color::from_rgba8(GROUND.0, GROUND.1, GROUND.2, 255));
    Ok(pixmap)
}

fn differ(one: PremultipliedColorU8, other: PremultipliedColorU8) -> bool {
    let parts = |it: PremultipliedColorU8| [it.red(), it.green(), it.blue(), it.alpha()];
    parts(one).into_iter().zip(parts(other)).any(|(one, other)| one.abs_diff(other) >= LEAST)
}

/// A colour mixed with three times as much white, so that the marks stand out.
fn faded(color: PremultipliedColorU8) -> PremultipliedColorU8 {
    let part = |it: u8| (u16::from(it) / 4 + 191).min(255) as u8;
    rgb((part(color.red()), part(color.green()), part(color.blue())))
}

fn rgb((red, green, blue): (u8, u8, u8)) -> PremultipliedColorU8 {
    Color::from_rgba8(red, green, blue, 255).premultiply().to_color_u8()
}

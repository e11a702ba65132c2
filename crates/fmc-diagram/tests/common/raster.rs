//! SVG documents as pixels, drawn by another program's hand.

use fmc_diagram::font;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

/// Draws an SVG document with the embedded font alone.
pub(crate) fn svg(document: &str, scale: f32) -> Result<Pixmap, String> {
    let mut options = usvg::Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_font_data(font::REGULAR.to_vec());
    fonts.load_font_data(font::SEMIBOLD.to_vec());
    // The heavier weight is a family of its own to a program that reads font files.
    options.font_resolver.select_font = Box::new(|font, fonts| {
        let heavy = font.weight() > 500;
        fonts.faces().find(|it| (it.weight.0 > 500) == heavy).map(|it| it.id)
    });
    let tree = usvg::Tree::from_str(document, &options).map_err(|it| it.to_string())?;
    let size = tree.size().to_int_size().scale_by(scale).ok_or("the scale leaves no pixel")?;
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Ok(pixmap)
}

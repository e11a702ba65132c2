//! SVG: one file with everything in it, that looks the same in every browser and can be read by
//! programs.
//!
//! Nodes, edges and clusters are groups of these classes, with `data-` attributes that name them; the
//! first path of an edge is its whole route. Colours stand in the style sheet: first the light ones as
//! plain values, which simple readers and paper take, then as custom properties for screens, where a
//! dark scheme replaces them. The font is embedded, cut down to the characters used.

mod canvas;
mod font;
mod style;
mod text;

use super::paint;
use super::tip::Names;
use crate::icons::Library;
use crate::scene::{Rect, Scene};
use crate::theme::Color;
use canvas::SvgCanvas;
use text::{attribute, content, number};

/// How many names the description for screen readers tells at most.
const NAMES_TOLD: usize = 60;

/// About how many bytes a document has beside its pictures and icons: two fonts and the style sheet.
const BESIDE: usize = 48 << 10;

/// The picture as an SVG document, with the icons that come with the program.
pub fn write(scene: &Scene) -> String {
    write_with(scene, &Library::default())
}

/// The picture as an SVG document, with these icons.
pub fn write_with(scene: &Scene, icons: &Library) -> String {
    let mut canvas = SvgCanvas::new(Names::new(scene), icons);
    let sheet = Rect { width: scene.width, height: scene.height, ..Rect::default() };
    canvas.sheet(sheet, Color::Paper);
    paint::paint(scene, &mut canvas);
    let SvgCanvas { out: body, styles, icons, linked, names, .. } = canvas;

    let mut out = String::with_capacity(body.len() + icons.len() + BESIDE);
    // What holds links is not one image to a screen reader, or they could not be reached.
    let role = if linked { "group" } else { "img" };
    out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
    number(&mut out, scene.width);
    out.push(' ');
    number(&mut out, scene.height);
    out.push_str("\" width=\"");
    number(&mut out, scene.width);
    out.push_str("\" height=\"");
    number(&mut out, scene.height);
    out.push_str("\" class=\"fmc\" role=\"");
    out.push_str(role);
    out.push_str("\" aria-labelledby=\"fmc-title fmc-desc\"");
    let language = &scene.language;
    if !language.is_empty() && language.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') {
        out.push_str(" lang=\"");
        attribute(&mut out, language);
        out.push('"');
    }
    out.push_str(" xml:space=\"preserve\">");
    out.push_str("<title id=\"fmc-title\">");
    content(&mut out, &scene.title);
    out.push_str("</title><desc id=\"fmc-desc\">");
    content(&mut out, &description(scene, &names));
    out.push_str("</desc><style>");
    styles.write(&mut out);
    out.push_str("</style>\n");
    icons.write(&mut out);
    out.push_str(&body);
    out.push_str("</svg>\n");
    out
}

/// What a screen reader tells of the picture: the names in it, in the order of the author.
fn description(scene: &Scene, names: &Names<'_>) -> String {
    let told: Vec<&str> = scene.nodes.iter().take(NAMES_TOLD).map(|it| names.of(&it.id)).collect();
    let mut description = told.join(", ");
    if scene.nodes.len() > NAMES_TOLD {
        description.push_str(", …");
    }
    description
}

//! Terminal text: the picture in characters for box drawing, for a scene that was laid out for a
//! terminal, where a unit is a cell.

mod boxes;
mod glyphs;
mod grid;
mod lines;

use crate::scene::Scene;
use grid::{Grid, cell};
use unicode_width::UnicodeWidthStr;

/// Which characters lines and boxes are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Unicode's characters for box drawing.
    #[default]
    Boxes,
    /// Only what every terminal and mail has had since 1967. Texts keep their letters.
    Ascii,
}

/// The picture as lines of text.
pub fn write(scene: &Scene) -> String {
    write_with(scene, Style::default())
}

/// The picture as lines of text, drawn with these characters.
pub fn write_with(scene: &Scene, style: Style) -> String {
    let mut grid = Grid::new(style);
    for cluster in &scene.clusters {
        boxes::cluster(cluster, &mut grid);
    }
    for node in &scene.nodes {
        boxes::card(node, &mut grid);
    }
    lines::draw(scene, &mut grid);
    let labels = scene.edges.iter().map(|it| &it.label);
    let titles = scene.clusters.iter().map(|it| &it.texts);
    let names = scene.nodes.iter().map(|it| &it.texts);
    for text in titles.chain(labels).chain(names).flatten() {
        grid.text(cell(text.at.x, text.at.y), &text.content);
    }
    for entry in &scene.legend {
        boxes::sample(entry, &mut grid);
    }
    heading(scene, style) + &grid.write()
}

/// The title of the sheet in its middle, with a line under it.
fn heading(scene: &Scene, style: Style) -> String {
    let texts: Vec<String> = scene.texts.iter().map(|it| grid::clean(&it.content)).collect();
    let Some(widest) = texts.iter().map(|it| it.width()).max() else { return String::new() };
    let width = widest.max(grid::cell(scene.width, 0.0).x.unsigned_abs() as usize);
    let mut out = String::new();
    for text in &texts {
        let indent = (width - text.width()) / 2;
        out.push_str(&" ".repeat(indent));
        out.push_str(text);
        out.push('\n');
    }
    let line = if style == Style::Ascii { "=" } else { "━" };
    out.push_str(&line.repeat(width));
    out.push_str("\n\n");
    out
}

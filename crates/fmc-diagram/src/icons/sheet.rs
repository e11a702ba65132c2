//! All icons on one sheet, and whether each of them can be drawn.

use super::{Icon, Library};
use crate::font;
use crate::graph::TextRole;
use crate::scene::{PlacedIcon, PlacedNode, Point, Rect, Scene, Text};

/// The size of an icon on the sheet.
const ICON: f64 = 32.0;
/// The size of the place of an icon and its name.
const CELL: (f64, f64) = (104.0, 72.0);
/// The rim of the sheet.
const RIM: f64 = 24.0;

/// What became of the icons of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadReport {
    /// How many can be drawn.
    pub loaded: usize,
    /// How many there are.
    pub total: usize,
    /// Those that cannot, each with the reason.
    pub failures: Vec<(String, String)>,
}

/// Reads every icon of these names and looks whether it can be seen.
pub fn load_report<'a>(names: impl IntoIterator<Item = &'a str>, library: &Library) -> LoadReport {
    let mut report = LoadReport::default();
    for name in names {
        report.total += 1;
        let failure = match library.find(name) {
            None => "there is no icon of this name",
            Some(icon) if icon.is_blank() => "it is blank",
            Some(_) => {
                report.loaded += 1;
                continue;
            }
        };
        report.failures.push((name.to_owned(), failure.to_owned()));
    }
    report
}

/// A sheet with these icons in rows, each with its name under it, in the order of the list.
/// It is about as wide as it is high.
pub fn sheet<'a>(title: &str, names: impl IntoIterator<Item = &'a str>) -> Scene {
    let names: Vec<&str> = names.into_iter().collect();
    // As many columns as make the sheet as wide as it is high.
    let wide = |columns: &usize| columns.pow(2) as f64 * CELL.0 >= names.len() as f64 * CELL.1;
    let columns = (1..=names.len()).find(wide).unwrap_or(1);
    let rows = names.len().div_ceil(columns);
    let heading = Text {
        at: Point { x: RIM, y: RIM + font::style(TextRole::Title).size },
        width: font::width(title, TextRole::Title),
        role: TextRole::Title,
        content: title.to_owned(),
    };
    let top =
        RIM + if title.is_empty() { 0.0 } else { font::style(TextRole::Title).leading + 12.0 };
    let place = |(index, name): (usize, &&str)| {
        let (column, row) = (index % columns, index / columns);
        let area = Rect {
            x: RIM + column as f64 * CELL.0,
            y: top + row as f64 * CELL.1,
            width: CELL.0,
            height: CELL.1,
        };
        node(name, area)
    };
    Scene {
        title: title.to_owned(),
        width: (columns as f64 * CELL.0).max(heading.width) + 2.0 * RIM,
        height: top + rows as f64 * CELL.1 + RIM,
        nodes: names.iter().enumerate().map(place).collect(),
        texts: if title.is_empty() { Vec::new() } else { vec![heading] },
        ..Scene::default()
    }
}

fn node(name: &str, area: Rect) -> PlacedNode {
    let role = TextRole::Note;
    let content = shortened(name, area.width - 12.0);
    let width = font::width(&content, role);
    let middle = area.x + area.width / 2.0;
    let icon = Rect { x: middle - ICON / 2.0, y: area.y + 10.0, width: ICON, height: ICON };
    // A little room between the cards keeps names apart.
    let card = Rect {
        x: area.x + 2.0,
        y: area.y + 2.0,
        width: area.width - 4.0,
        height: area.height - 4.0,
    };
    PlacedNode {
        id: name.to_owned(),
        area: card,
        icons: vec![PlacedIcon { name: name.to_owned(), area: icon }],
        texts: vec![Text {
            at: Point { x: middle - width / 2.0, y: icon.bottom() + 16.0 },
            width,
            role,
            content,
        }],
        ..PlacedNode::default()
    }
}

/// A name as far as it fits, with dots for the rest.
fn shortened(name: &str, room: f64) -> String {
    if font::width(name, TextRole::Note) <= room {
        return name.to_owned();
    }
    let mut text = String::new();
    for character in name.chars() {
        text.push(character);
        if font::width(&text, TextRole::Note) + font::width("…", TextRole::Note) > room {
            text.pop();
            break;
        }
    }
    text + "…"
}

impl Icon {
    /// Whether nothing of it can be seen: it has no shapes with a colour, or they are points or lie
    /// outside its view box.
    pub fn is_blank(&self) -> bool {
        self.image.is_none()
            && !self.shapes.iter().any(|shape| {
                let painted = shape.fill.is_some() || shape.stroke.is_some_and(|it| it.width > 0.0);
                let Some(bounds) = shape.path.bounds().filter(|_| painted) else { return false };
                let line = shape.stroke.map_or(0.0, |it| it.width);
                let has_area = bounds.width + line > 0.0 && bounds.height + line > 0.0;
                let view = self.view_box;
                has_area
                    && bounds.x < view.right()
                    && bounds.right() > view.x
                    && bounds.y < view.bottom()
                    && bounds.bottom() > view.y
            })
    }

    /// The smallest rectangle around all shapes, with half the width of their lines; nothing for
    /// an image or a blank icon.
    pub fn bounds(&self) -> Option<Rect> {
        self.shapes
            .iter()
            .filter_map(|shape| {
                let bounds = shape.path.bounds()?;
                let half = shape.stroke.map_or(0.0, |it| it.width / 2.0);
                Some((
                    bounds.x - half,
                    bounds.y - half,
                    bounds.right() + half,
                    bounds.bottom() + half,
                ))
            })
            .reduce(|one, it| (one.0.min(it.0), one.1.min(it.1), one.2.max(it.2), one.3.max(it.3)))
            .map(|(x, y, right, bottom)| Rect { x, y, width: right - x, height: bottom - y })
    }
}

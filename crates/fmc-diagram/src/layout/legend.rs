//! The legend: entries in lines under the picture.

use super::Medium;
use super::dress;
use crate::graph::{Graph, Line, TextRole};
use crate::scene::{PlacedLegend, Rect, Text};

/// What a legend takes of the sheet, and its entries from its own upper left corner.
pub(super) struct Legend {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) entries: Vec<PlacedLegend>,
}

/// Lays the legend of a graph out, in lines of about this width.
pub(super) fn legend(graph: &Graph, medium: Medium, most: f64) -> Legend {
    // The size of a sample, from it to its text, and from an entry to the next one and the next line.
    let (sample, to_text, to_next, line) = match medium {
        Medium::Paper => ((30.0, 14.0), 8.0, 24.0, 22.0),
        Medium::Terminal { .. } => ((4.0, 1.0), 1.0, 3.0, 1.0),
    };
    let (mut x, mut y, mut width) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut entries = Vec::new();
    for entry in &graph.legend {
        let content = Line::new(TextRole::Note, entry.text.as_str());
        let Some(text) = dress::single(content, medium) else { continue };
        let own = sample.0 + to_text + text.width;
        if x > 0.0 && x + own > most {
            (x, y) = (0.0, y + line);
        }
        let (area, baseline) = match medium {
            Medium::Paper => (
                Rect { x, y, width: sample.0, height: sample.1 },
                // The middle of small letters on the middle of the sample.
                y + sample.1 / 2.0 + 0.26 * crate::font::style(TextRole::Note).size,
            ),
            Medium::Terminal { .. } => (Rect { x, y, width: sample.0, height: 1.0 }, y),
        };
        let mut text = Text { ..text };
        text.at.x = x + sample.0 + to_text;
        text.at.y = baseline;
        entries.push(PlacedLegend { entry: entry.clone(), sample: area, text });
        x += own;
        width = width.max(x);
        x += to_next;
    }
    let height = if entries.is_empty() { 0.0 } else { y + sample.1 };
    Legend { width, height, entries }
}
